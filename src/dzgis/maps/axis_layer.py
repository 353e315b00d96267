"""The development axes: lines, their direction, and their nodes in order."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import shapely

from dzgis.maps import names, palette, words
from dzgis.maps.geometry import COARSE_DECIMALS, degrees_of, drawable, shapes_in_degrees
from dzgis.maps.ledger import LEDGER_FIELDS, ledger_values
from dzgis.maps.model import Entry, Feature, Mark, Row, Style, Vectors
from dzgis.maps.value import accuracy
from dzgis.terms import Text

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy.typing as npt

    from dzgis.maps.content import MapContent
    from dzgis.plan.model import Plan
    from dzgis.terms import Language

_CASING = "casing"
_FIELDS = (
    words.AXIS,
    words.AXIS_LINE,
    words.NODE_ORDER,
    words.CORRIDOR,
    words.POSITION,
    *LEDGER_FIELDS,
)
_NODE_ZOOM = 7.5
_SAME_PLACE_DECIMALS = 3
_ARROW_REACH_M = 3_000.0


def axes(content: MapContent, lang: Language) -> Row:
    """Lines of all axes with nodes, gateways and arrow heads at their free ends."""
    plan = content.plan
    frame = drawable(content.axes, name="axes", required=("axis", "kind"))
    colours = {axis.id: axis.colour for axis in plan.axes}
    keys = list(zip(frame["axis"].astype(str), frame["kind"].astype(str), strict=True))
    styles = {
        f"{axis} {kind}": palette.axis_style(colours.get(axis, palette.INK), kind)
        for axis, kind in keys
    }
    layer = Vectors(
        "axes",
        "axes",
        words.AXIS.say(lang),
        tuple(field.say(lang) for field in _FIELDS),
        {_CASING: palette.AXIS_CASING, **styles},
        _lines(content, frame, keys, lang),
        _arrows(frame, colours) + _nodes(plan, lang),
        near=True,
    )
    return Row(layer, words.AXES, shown=True, count=len(plan.axes), legend=_legend(plan))


def _lines(
    content: MapContent, frame: gpd.GeoDataFrame, keys: list[tuple[str, str]], lang: Language
) -> tuple[Feature, ...]:
    """Every line twice: a white casing below, the line itself above."""
    shapes = shapes_in_degrees(frame, decimals=COARSE_DECIMALS)
    plan = content.plan
    table = content.ledgers.axes if content.ledgers else None
    corridors = {axis.id: "、".join(c.name for c in axis.corridor) for axis in plan.axes}
    kinds = {"core": words.AXIS_CORE.say(lang), "extension": words.AXIS_EXTENSION.say(lang)}
    casings = [
        Feature(shape, "", _CASING)
        for shape, (_, kind) in zip(shapes, keys, strict=True)
        if kind == "core"
    ]
    lines = [
        Feature(
            shape,
            names.beside(names.axis(plan, axis), lang),
            f"{axis} {kind}",
            (
                *("", kinds.get(kind, kind), "", corridors.get(axis, ""), ""),
                *ledger_values(table, axis, lang),
            ),
        )
        for shape, (axis, kind) in zip(shapes, keys, strict=True)
    ]
    return (*casings, *lines)


def _ends(line: shapely.Geometry) -> list[npt.NDArray[np.float64]]:
    """Both ends of a line, each as its point and a point some way before it."""
    merged = shapely.line_merge(line)
    path = max(shapely.get_parts(merged), key=shapely.length)
    reach = min(_ARROW_REACH_M, shapely.length(path) / 2)
    whole = shapely.length(path)
    pairs = ([0.0, reach], [whole, whole - reach])
    return [shapely.get_coordinates(shapely.line_interpolate_point(path, pair)) for pair in pairs]


def _arrows(frame: gpd.GeoDataFrame, colours: dict[str, str]) -> tuple[Mark, ...]:
    """Put an arrow head wherever an axis ends and does not go on with another line."""
    ends = [
        (str(axis), kind, end)
        for axis, kind, line in zip(frame["axis"], frame["kind"], frame.geometry, strict=True)
        for end in _ends(line)
    ]
    to_degrees = degrees_of([end[0] for _, _, end in ends])
    places = [
        (axis, *np.round(at, _SAME_PLACE_DECIMALS))
        for (axis, _, _), at in zip(ends, to_degrees, strict=True)
    ]
    times = Counter(places)
    return tuple(
        Mark(
            (float(lat), float(lon)),
            "arrow",
            colour=colours.get(axis, palette.INK),
            turn_deg=_bearing(end),
        )
        for (axis, _, end), (lat, lon), place in zip(ends, to_degrees, places, strict=True)
        if times[place] == 1
    )


def _bearing(end: npt.NDArray[np.float64]) -> float:
    """Direction from the second point to the first, clockwise from north, in whole degrees."""
    east, north = end[0] - end[1]
    return float(np.round(np.degrees(np.arctan2(east, north)))) + 0.0


def _nodes(plan: Plan, lang: Language) -> tuple[Mark, ...]:
    """Nodes of each axis; a place on two axes has its name once and two dots side by side."""
    seen: Counter[str] = Counter()
    marks = []
    for axis in plan.axes:
        for order, node in enumerate(axis.nodes, start=1):
            place = plan.place(node.place)
            name = Text(place.name, place.name_en)
            marks.append(
                Mark(
                    (place.point.lat, place.point.lon),
                    node.role,
                    "" if seen[node.place] else names.stacked(name, lang),
                    dot=str(order),
                    colour=axis.colour,
                    min_zoom=_NODE_ZOOM,
                    rank=1,
                    shift=seen[node.place],
                    title=names.beside(name, lang),
                    values=(
                        names.beside(names.axis(plan, axis.id), lang),
                        "",
                        str(order),
                        "",
                        accuracy(place.point.acc_km, lang),
                        *ledger_values(None, "", lang),
                    ),
                )
            )
            seen[node.place] += 1
    return tuple(marks)


def _legend(plan: Plan) -> tuple[Entry, ...]:
    own = tuple(
        Entry(
            names.axis(plan, axis.id),
            "line",
            palette.axis_style(axis.colour, "core"),
            proper=True,
        )
        for axis in plan.axes
    )
    grey = Style(palette.UNKNOWN_COLOUR)
    return (
        *own,
        Entry(words.AXIS_EXTENSION, "line", palette.axis_style(grey.stroke, "extension")),
        Entry(words.NODE, "dot", grey, dot="1"),
        Entry(words.GATEWAY, "gateway", grey, dot="1"),
    )
