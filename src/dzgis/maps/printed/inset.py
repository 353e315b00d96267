"""The inset: the counties in their surroundings, and where the sheet lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from dzgis.maps.printed import base, signs, words
from dzgis.maps.printed.canvas import INK, LABEL, PAPER, Canvas, Lettering, Pen
from dzgis.maps.printed.ground import Ground, ground_of
from dzgis.maps.printed.labels import beside_point, place
from dzgis.maps.printed.legend import wrap
from dzgis.maps.printed.paper import Box

if TYPE_CHECKING:
    from dzgis.maps.content import MapContent
    from dzgis.terms import Language

_Z = 52.0
_MARGIN = 0.34
_LAND, _SUBJECT = "#d9d3c3", "#c1121f"
_GRATICULE = Pen(stroke="#7aa0bd", width=0.3, alpha=0.8)
_STEP_DEG = 1.0
_LEAST_MM = 3.0


def draw_inset(
    canvas: Canvas, ground: Ground, content: MapContent, lang: Language, *, box: Box
) -> None:
    """Draw the inset with its heading and what it does not show."""
    k = canvas.sheet.k
    heading = Lettering(8.2, align="left", stand="top")
    canvas.write(words.SURROUNDINGS.say(lang), (box.left + 2 * k, box.top), heading, z=_Z + 1)
    said = wrap(canvas, words.NO_PROVINCE.say(lang), points=6.0, width=box.width - 4 * k)
    foot = box.bottom + (3.0 * len(said) + 0.5) * k
    how = Lettering(6.0, colour="#3d4450", align="left", stand="top")
    canvas.write("\n".join(said), (box.left + 2 * k, foot - 0.8 * k), how, z=_Z + 1)
    neat = Box(box.left + 2 * k, foot, box.right - 2 * k, box.top - 5.0 * k)
    frame = base.counties_of(content)
    if frame.empty:
        return
    bounds = tuple(float(v) for v in frame.to_crs(4490).total_bounds)
    small = ground_of((bounds[0], bounds[1], bounds[2], bounds[3]), neat, margin=_MARGIN)
    canvas.box(neat, Pen(fill=base.SURROUNDINGS), z=_Z)
    _lines(canvas, small, bounds)
    shapes = small.drawn(frame, name="counties", thin_mm=0.15)
    canvas.area(shapes, Pen(fill=_LAND, stroke="#6b7280", width=0.4), z=_Z + 0.2, clip=neat)
    _places(canvas, small, content, lang)
    corners = small.on_paper(_corners(ground))
    extent = shapely.intersection(_seen(shapely.Polygon(corners), k), shapely.box(*neat))
    canvas.area([extent], Pen(stroke=_SUBJECT, width=1.2), z=_Z + 0.6, clip=neat)
    canvas.box(neat, Pen(stroke=INK, width=0.7), z=_Z + 0.8)


def _seen(extent: shapely.Polygon, k: float) -> shapely.Polygon:
    """Extent, or where it is too small to be seen a ring around its middle."""
    west, south, east, north = extent.bounds
    if max(east - west, north - south) >= _LEAST_MM * k:
        return extent
    return shapely.buffer(shapely.centroid(extent), _LEAST_MM * k / 2)


def _corners(ground: Ground) -> list[tuple[float, float]]:
    west, south, east, north = ground.bounds
    return [(west, south), (east, south), (east, north), (west, north)]


def _lines(canvas: Canvas, small: Ground, bounds: tuple[float, ...]) -> None:
    west, south, east, north = bounds
    for lon in np.arange(np.floor(west - 2), np.ceil(east + 2) + 1, _STEP_DEG):
        line = small.points(np.full(33, lon), np.linspace(south - 3, north + 3, 33))
        canvas.line(line, _GRATICULE, z=_Z + 0.1, clip=small.neat)
    for lat in np.arange(np.floor(south - 2), np.ceil(north + 2) + 1, _STEP_DEG):
        line = small.points(np.linspace(west - 3, east + 3, 33), np.full(33, lat))
        canvas.line(line, _GRATICULE, z=_Z + 0.1, clip=small.neat)


def _places(canvas: Canvas, small: Ground, content: MapContent, lang: Language) -> None:
    """Gateways of the plan, and its other places beyond the counties, that fall in the inset."""
    plan, k = content.plan, canvas.sheet.k
    wanted = {node.place for axis in plan.axes for node in axis.nodes if node.role == "gateway"}
    wanted |= {county.seat for county in plan.counties}
    room = small.neat.grown(-0.8 * k)
    blocked, names, spots = [], [], {}
    for name in sorted(wanted):
        here = plan.place(name)
        x, y = (float(v) for v in small.points([here.point.lon], [here.point.lat])[0])
        if not (room.left < x < room.right and room.bottom < y < room.top):
            continue
        radius = signs.RADIUS_MM["place"] * 0.7 * k
        said = here.name if lang == "zh" else here.name_en or here.name
        blocked.append(Box(x, y, x, y).grown(radius))
        names.append(
            beside_point(said, canvas.measure(said, 6.0), (x, y), radius=radius, scale=k * 0.5)
        )
        spots[said] = (x, y)
        canvas.area([shapely.Point(x, y).buffer(radius)], Pen(fill=INK), z=_Z + 0.4)
    for said, at in place(names, room=room, blocked=blocked).items():
        canvas.write(said, at, Lettering(6.0, halo=PAPER), z=_Z + 0.5, mark=LABEL)
