"""The structure map: districts, arrows along axes, cluster bubbles, nodes, hubs, gateways."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely
import shapely.ops

from dzgis.maps import names, palette
from dzgis.maps.geometry import drawable
from dzgis.maps.printed import base, shapes, signs, words
from dzgis.maps.printed.canvas import ALONG, INK, PAPER, Lettering, Pen
from dzgis.maps.printed.labels import inner_point
from dzgis.maps.printed.legend import Block, Entry
from dzgis.maps.printed.paper import Box
from dzgis.terms import ClusterStatus, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from dzgis.maps.content import MapContent
    from dzgis.maps.printed.canvas import Canvas
    from dzgis.maps.printed.ground import Ground
    from dzgis.plan.model import Axis, AxisLine
    from dzgis.terms import Language

_BAND_MM = 5.4
_AXIS_PT, _CLUSTER_PT, _DISTRICT_PT, _NODE_PT = 10.5, 13.0, 15.0, 8.0
_Z_LAND, _Z_BUBBLE, _Z_AXIS, _Z_SIGN, _Z_WORDS = 3.0, 10.0, 14.0, 20.0, 30.0
_AXIS_ALPHA = 0.62
_TRACKINGS = (1.5, 1.25, 1.05)
"""Advance of a letter against its width: letters are set apart as far as the axis lets them."""
_TIGHTER_COST = 18.0
_LETTER_MM = 2.2
_NEAR = 0.75
_STOP_BEFORE_MM = 5.2
_TRIES = 45
_STEEP_DEG = 45.0
_STRAIGHT_DEG = 14.0
_HUBS = {
    "comprehensive_hub": (
        words.COMPREHENSIVE_HUB,
        Pen(fill="#c1121f", stroke="#5c0007", width=0.5),
    ),
    "passenger_freight_station": (words.STATION, Pen(fill="#ffffff", stroke="#1f2937", width=0.9)),
}


class Placed(NamedTuple):
    """An axis on the paper."""

    axis: Axis
    core: list[npt.NDArray[np.float64]]
    extensions: list[npt.NDArray[np.float64]]


def draw_structure(
    canvas: Canvas, ground: Ground, content: MapContent, lang: Language
) -> tuple[base.Names, tuple[Block, ...]]:
    """Draw the structure map; returns the names to be placed and the legend."""
    wanted = base.Names(canvas, ground.neat)
    base.draw_ground(canvas, ground, content)
    districts = base.draw_districts(canvas, ground, content, lang)
    base.draw_counties(canvas, ground, content)
    clusters = _draw_clusters(canvas, ground, content, wanted, lang)
    axes = _draw_axes(canvas, ground, content, wanted, lang)
    stations = _draw_stations(canvas, ground, content, wanted, lang)
    _ask_districts(ground, content, wanted, lang)
    base.county_names(wanted, ground, content, lang, rank=6)
    blocks = (
        Block("", tuple(Entry(name, "area", pen) for name, pen in districts.items()), columns=2),
        Block(words.CLUSTER_BUBBLE.say(lang), clusters, columns=2 if lang == "zh" else 1),
        Block("", axes),
        Block("", stations, columns=2 if lang == "zh" else 1),
    )
    return wanted, blocks


# -------------------------------------------------------------------------- clusters


def bubble_pen(colour: str) -> Pen:
    """Light fill, dashed edge in a darker form of the colour."""
    edge = palette.name_colour(colour)
    return Pen(fill=colour, stroke=edge, width=1.3, dash=(5.0, 2.5), alpha=0.38)


def _draw_clusters(
    canvas: Canvas, ground: Ground, content: MapContent, wanted: base.Names, lang: Language
) -> tuple[Entry, ...]:
    plan = content.plan
    columns = ("cluster", "name", "district", "status")
    frame = drawable(content.clusters, name="clusters", required=columns)
    frame = frame[frame["status"] != ClusterStatus.IN_COUNTY_NOT_LISTED]
    colours = {cluster.id: cluster.colour for cluster in plan.clusters}
    entries = []
    for shape, key, name in zip(
        ground.drawn(frame, name="clusters"), frame["cluster"], frame["name"], strict=True
    ):
        colour = colours.get(str(key), palette.UNKNOWN_COLOUR)
        said = names.cluster(plan, key, name)
        entries.append(Entry(names.beside(said, lang), "bubble", bubble_pen(colour)))
        if shape.is_empty:
            continue
        canvas.area([shape], Pen(fill=colour, alpha=0.16), z=_Z_LAND, clip=ground.neat)
        oval = shapes.bubble(shape)
        canvas.area([oval], bubble_pen(colour), z=_Z_BUBBLE, clip=ground.neat)
        how = Lettering(_CLUSTER_PT, colour=palette.name_colour(colour), halo=PAPER)
        middle = shapely.get_coordinates(shapely.centroid(oval))[0]
        where = shapely.union_all([oval, shapely.intersection(shape, shapely.buffer(oval, 12.0))])
        wanted.area(
            names.stacked(said, lang), where, how, rank=1, at=(float(middle[0]), float(middle[1]))
        )
    return tuple(entries)


# -------------------------------------------------------------------------- axes


def _place_axes(ground: Ground, content: MapContent) -> list[Placed]:
    def on_paper(line: AxisLine) -> npt.NDArray[np.float64]:
        points = [content.plan.place(name).point for name in line.via]
        return shapes.smooth(ground.points([p.lon for p in points], [p.lat for p in points]))

    return [
        Placed(
            axis,
            [on_paper(line) for line in axis.lines if line.kind == "core"],
            [on_paper(line) for line in axis.lines if line.kind == "extension"],
        )
        for axis in content.plan.axes
    ]


def _heads(placed: Placed) -> list[tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]]:
    """Ends of core lines that are gateways or go on as an extension: there the arrow points on."""
    axis = placed.axis
    gateways = {node.place for node in axis.nodes if node.role == "gateway"}
    onward = {line.via[0] for line in axis.lines if line.kind == "extension"}
    core = [line for line in axis.lines if line.kind == "core"]
    heads = {}
    for line, points in zip(core, placed.core, strict=True):
        for first in (True, False):
            end = line.via[0] if first else line.via[-1]
            if end in gateways | onward:
                at = points[0] if first else points[-1]
                heads[end] = (at, shapes.end_direction(points, first=first))
    return list(heads.values())


def _draw_axes(
    canvas: Canvas, ground: Ground, content: MapContent, wanted: base.Names, lang: Language
) -> tuple[Entry, ...]:
    k = canvas.sheet.k
    entries = []
    placed_axes = _place_axes(ground, content)
    for n, placed in enumerate(placed_axes):
        colour = placed.axis.colour
        arrow = shapes.broad_arrow(placed.core, _heads(placed), width=_BAND_MM * k)
        casing = Pen(fill=PAPER, alpha=0.85)
        z = _Z_AXIS + n * 0.1
        canvas.area([arrow.buffer(0.6 * k)], casing, z=z, clip=ground.neat)
        pen = Pen(fill=colour, stroke=colour, width=0.6, alpha=_AXIS_ALPHA)
        canvas.area([arrow], pen, z=z + 0.02, clip=ground.neat)
        for line in placed.extensions:
            _draw_extension(canvas, ground, line, colour, z=z - 0.05)
            wanted.avoided.append(_dense(line))
        wanted.avoided += [_dense(line) for line in placed.core]
        said = names.beside(names.axis(content.plan, placed.axis.id), lang)
        entries.append(Entry(said, "arrow", pen))
    nodes = _node_places(placed_axes, ground, content)
    free = list(nodes.values())
    for placed in placed_axes:
        _write_along(
            canvas, placed, names.axis(content.plan, placed.axis.id).say(lang), free, wanted
        )
    grey = Pen(stroke="#4b5563", width=2.2, dash=(5.0, 2.5))
    return (*entries, Entry(words.AXIS_EXTENSION.say(lang), "line", grey))


def _draw_extension(
    canvas: Canvas, ground: Ground, line: npt.NDArray[np.float64], colour: str, *, z: float
) -> None:
    """Dashed line to a gateway, with a head there or where it leaves the map."""
    k = canvas.sheet.k
    room = shapely.box(*ground.neat.grown(-3.0 * k))
    seen = shapely.intersection(shapely.LineString(line), room)
    parts = [part for part in shapely.get_parts(seen) if part.length > 0]
    if not parts:
        return
    points = shapely.get_coordinates(parts[0])
    way = shapes.end_direction(points, first=False)
    if len(parts) == 1 and shapely.covers(room, shapely.Point(line[-1])):
        path = shapely.LineString(points)
        end = max(path.length - _STOP_BEFORE_MM * k, path.length / 2)
        points = shapely.get_coordinates(shapely.ops.substring(path, 0.0, end))
    canvas.line(points, Pen(stroke=PAPER, width=4.0, alpha=0.8), z=z, clip=ground.neat)
    pen = Pen(stroke=colour, width=2.2, dash=(5.0, 2.5))
    canvas.line(points, pen, z=z + 0.01, clip=ground.neat)
    head = shapes.arrow_head(points[-1], way, width=3.2 * k, long=3.4 * k)
    canvas.area([head], Pen(fill=colour), z=z + 0.02, clip=ground.neat)


def _dense(line: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    path = shapely.LineString(line)
    at = np.arange(0.0, path.length, 1.0)
    return np.asarray(shapely.get_coordinates(shapely.line_interpolate_point(path, at)))


def _write_along(
    canvas: Canvas,
    placed: Placed,
    said: str,
    signs_at: Sequence[tuple[float, float]],
    wanted: base.Names,
) -> None:
    """Axis name in its band, letter by letter, on its straightest stretch that is free of signs."""
    chinese = not said.isascii()
    sizes = [canvas.measure(said[0] if chinese else letter, _AXIS_PT)[0] for letter in said]
    found = [
        (one[0] + n * _TIGHTER_COST, one[1])
        for n, tracking in enumerate(_TRACKINGS)
        if (one := _stretch(placed, [s * tracking for s in sizes], wanted.room, signs_at))
    ]
    if not found:
        return
    best = min(found, key=lambda one: one[0])[1]
    upright = chinese and _is_steep(best)
    for letter, (x, y, turn) in zip(said, best, strict=True):
        angle = turn + 90.0 if upright else turn
        how = Lettering(_AXIS_PT, colour=PAPER, halo=placed.axis.colour, turn=angle)
        canvas.write(letter, (x, y), how, z=_Z_WORDS, mark=ALONG)
        wanted.blocked.append(Box(x, y, x, y).grown(_LETTER_MM * canvas.sheet.k))


def _stretch(
    placed: Placed,
    widths: Sequence[float],
    neat: Box,
    signs_at: Sequence[tuple[float, float]],
) -> tuple[float, list[tuple[float, float, float]]] | None:
    """Cost and letters' positions that read best, or None where no line is long enough."""
    best: tuple[float, list[tuple[float, float, float]]] | None = None
    near_mm = max(widths) * _NEAR
    for line in placed.core:
        spare = shapely.LineString(line).length - sum(widths)
        if spare <= 0:
            continue
        for start in np.linspace(spare * 0.04, spare * 0.96, _TRIES):
            for way in (line, line[::-1]):
                letters = shapes.along(way, float(start), widths)
                cost = _reading_cost(letters, neat, signs_at, near_mm)
                if best is None or cost < best[0]:
                    best = (cost, letters)
    return best


def _is_steep(letters: Sequence[tuple[float, float, float]]) -> bool:
    rise = abs(letters[-1][1] - letters[0][1])
    return rise > abs(letters[-1][0] - letters[0][0])


def _reading_cost(
    letters: Sequence[tuple[float, float, float]],
    neat: Box,
    signs_at: Sequence[tuple[float, float]],
    near_mm: float,
) -> float:
    """Bends, signs under letters, and reading leftwards or upwards cost."""
    at = np.array(letters)
    steep = _is_steep(letters)
    bend = float(np.abs(np.diff(at[:, 2])).sum())
    ways = at[[0, -1], :2]
    backwards = ways[1, 1] > ways[0, 1] if steep else ways[1, 0] < ways[0, 0]
    outside = float(
        ((at[:, 0] < neat.left + 4) | (at[:, 0] > neat.right - 4)).sum()
        + ((at[:, 1] < neat.bottom + 4) | (at[:, 1] > neat.top - 4)).sum()
    )
    near = 0.0
    if signs_at:
        far = np.hypot(*(at[:, None, :2] - np.array(signs_at)[None, :, :]).transpose(2, 0, 1))
        near = float((far < near_mm).sum())
    return float(bend + 1000.0 * backwards + 60.0 * near + 500.0 * outside)


# -------------------------------------------------------------------------- nodes


def _node_places(
    placed_axes: Sequence[Placed], ground: Ground, content: MapContent
) -> dict[str, tuple[float, float]]:
    found: dict[str, tuple[float, float]] = {}
    for placed in placed_axes:
        for node in placed.axis.nodes:
            point = content.plan.place(node.place).point
            x, y = ground.points([point.lon], [point.lat])[0]
            found[node.place] = (float(x), float(y))
    return found


class _Stop(NamedTuple):
    name: Text
    sign: str
    pen: Pen
    rank: int


def _draw_stations(
    canvas: Canvas, ground: Ground, content: MapContent, wanted: base.Names, lang: Language
) -> tuple[Entry, ...]:
    """One sign and one name a place: the most important of what it is."""
    plan = content.plan
    stops: dict[str, _Stop] = {}
    for axis in plan.axes:
        for node in axis.nodes:
            gateway = node.role == "gateway"
            pen = Pen(fill=axis.colour if gateway else PAPER, stroke=axis.colour, width=0.9)
            place = plan.place(node.place)
            text = Text(place.name, place.name_en)
            stops.setdefault(node.place, _Stop(text, node.role, pen, 2 if gateway else 4))
    for facility in plan.facilities:
        if facility.kind in _HUBS and facility.place is not None:
            rank = 2 if facility.kind == "comprehensive_hub" else 3
            text = Text(facility.name, plan.place(facility.place).name_en)
            stops[facility.place] = _Stop(text, facility.kind, _HUBS[facility.kind][1], rank)
    seen: Counter[str] = Counter()
    for name, stop in stops.items():
        place = plan.place(name)
        x, y = (float(v) for v in ground.points([place.point.lon], [place.point.lat])[0])
        if base.inside((x, y), ground.neat.grown(-2.5 * canvas.sheet.k)):
            signs.draw(canvas, stop.sign, (x, y), stop.pen, z=_Z_SIGN)
            big = stop.sign in {"comprehensive_hub", "gateway"}
            points = _NODE_PT + (1.0 if big else 0.0)
            how = Lettering(points, colour=INK, halo=PAPER)
            radius = signs.RADIUS_MM[stop.sign] * canvas.sheet.k
            wanted.point(names.stacked(stop.name, lang), (x, y), how, radius=radius, rank=stop.rank)
            seen[stop.sign] += 1
    _ask_far_gateways(canvas, ground, content, wanted, lang)
    grey = Pen(fill=PAPER, stroke="#3d4450", width=0.9)
    dark = Pen(fill="#3d4450", stroke="#3d4450", width=0.9)
    rows = [
        *(
            Entry(_HUBS[kind][0].say(lang), "sign", _HUBS[kind][1], kind)
            for kind in _HUBS
            if seen[kind]
        ),
        Entry(words.NODE.say(lang), "sign", grey, "node"),
        Entry(words.GATEWAY.say(lang), "sign", dark, "gateway"),
        Entry(words.CLUSTER_LAND.say(lang), "area", Pen(fill="#8a8f98", alpha=0.25)),
        Entry(words.COUNTY_EDGE.say(lang), "line", base.COUNTY_LINE),
    ]
    return tuple(rows)


def _ask_far_gateways(
    canvas: Canvas, ground: Ground, content: MapContent, wanted: base.Names, lang: Language
) -> None:
    """Ask for “to …” where an extension leaves the map for a gateway beyond it."""
    k = canvas.sheet.k
    room = shapely.box(*ground.neat.grown(-3.0 * k))
    for placed in _place_axes(ground, content):
        lines = [line for line in placed.axis.lines if line.kind == "extension"]
        for line, points in zip(lines, placed.extensions, strict=True):
            path = shapely.LineString(points)
            leaves = shapely.intersection(path, shapely.get_exterior_ring(room))
            if leaves.is_empty:
                continue
            at = shapely.get_coordinates(leaves)[-1]
            place = content.plan.place(line.via[-1])
            name = place.name if lang == "zh" else f"{place.name_en or place.name}"
            said = words.TO.say(lang).format(place=name)
            how = Lettering(9.0, colour=placed.axis.colour, halo=PAPER)
            wanted.point(said, at, how, radius=3.0 * k, rank=2)


def _ask_districts(ground: Ground, content: MapContent, wanted: base.Names, lang: Language) -> None:
    """Ask for the districts' names, large and in their colours."""
    frame = base.counties_of(content)
    order = [district.id for district in content.plan.districts]
    drawn = ground.drawn(frame, name="counties")
    for key in dict.fromkeys(str(value) for value in frame["district"]):
        own = drawn.to_numpy()[[str(value) == key for value in frame["district"]]]
        whole = shapely.union_all(own)
        if whole.is_empty:
            continue
        position = order.index(key) if key in order else len(order)
        colour = palette.DISTRICT_COLOURS[position % len(palette.DISTRICT_COLOURS)]
        how = Lettering(_DISTRICT_PT, colour=colour, halo=PAPER)
        said = names.stacked(names.district(content.plan, key), lang)
        wanted.area(said, whole, how, rank=3, at=inner_point(whole))
