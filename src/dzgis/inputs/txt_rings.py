"""Points of a 界址点 file to rings, rings to a polygon with holes and parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely

from dzgis.inputs.log import LOG
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dzgis.inputs.txt_lines import BoundaryPoint, Parcel

Fault = tuple[int, Text]
Ring = list["BoundaryPoint"]
_OUTER = 1
_LEAST_CORNERS = 3


def polygon_of(parcel: Parcel) -> tuple[shapely.Geometry | None, list[Fault]]:
    """
    Polygon of a parcel.

    Ring 1 is an outer ring, and one more each time it starts again after it was closed; others
    are holes of the outer ring that they lie in. A numbered ring that lies in none and meets none
    is taken for another part, which is logged.

    Returns
    -------
    Polygon or MultiPolygon or None
        x is easting, y is northing; None where there are faults.
    list of Fault
    """
    rings = _rings(parcel.points)
    faults = [*_count_faults(parcel, rings), *_ring_faults(parcel, rings)]
    if faults:
        return None, faults
    outer = [_ring_polygon(ring) for ring in rings if ring[0].ring == _OUTER]
    inner = [ring for ring in rings if ring[0].ring != _OUTER]
    holes: list[list[shapely.LinearRing]] = [[] for _ in outer]
    for ring in inner:
        shape = _ring_polygon(ring)
        home = _home(shape, outer)
        if home is not None and home < len(holes):
            holes[home].append(shape.exterior)
        elif home is None:
            faults.append((ring[0].line, _crossing(ring[0].ring)))
        else:
            outer.append(shape)
            holes.append([])
            _log_part(parcel, ring)
    parts = [
        shapely.Polygon(shape.exterior, inside) for shape, inside in zip(outer, holes, strict=True)
    ]
    shape = parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
    return (None, faults) if faults else (shape, [])


def _rings(points: Sequence[BoundaryPoint]) -> list[Ring]:
    """Part points into rings; one ends where its number changes or it is back at its start."""
    rings: list[Ring] = []
    for point in points:
        if not rings or rings[-1][0].ring != point.ring or _is_closed(rings[-1]):
            rings.append([])
        rings[-1].append(point)
    return rings


def _is_closed(ring: Ring) -> bool:
    return len(ring) > _LEAST_CORNERS and _position(ring[0]) == _position(ring[-1])


def _position(point: BoundaryPoint) -> tuple[float, float]:
    return point.easting, point.northing


def _count_faults(parcel: Parcel, rings: list[Ring]) -> list[Fault]:
    n_all = len(parcel.points)
    n_closing = sum(_is_closed(ring) for ring in rings)
    fits = {n_all, n_all - n_closing, n_all + len(rings) - n_closing}
    if parcel.n_points is None or parcel.n_points in fits:
        return []
    return [
        (
            parcel.line,
            Text(
                f"地块 {parcel.parcel_id} 声明界址点数 {parcel.n_points}，实有 {n_all} 行；"
                "请检查是否缺行",
                f"parcel {parcel.parcel_id} declares {parcel.n_points} points, there are {n_all} "
                "lines; check for missing lines",
            ),
        )
    ]


def _ring_faults(parcel: Parcel, rings: list[Ring]) -> list[Fault]:
    if not rings:
        return [(parcel.line, Text("地块没有界址点", "the parcel has no points"))]
    faults = []
    if rings[0][0].ring != _OUTER:
        faults.append((rings[0][0].line, _no_outer(rings[0][0].ring)))
    for ring in rings:
        corners = {_position(point) for point in ring}
        if len(corners) < _LEAST_CORNERS:
            faults.append((ring[0].line, _too_few(ring[0].ring, len(corners))))
        elif not _is_closed(ring) and ring[0].label == ring[-1].label:
            faults.append((ring[-1].line, _open_ring(ring)))
    return faults


def _ring_polygon(ring: Ring) -> shapely.Polygon:
    return shapely.Polygon([_position(point) for point in ring])


def _home(shape: shapely.Polygon, outer: Sequence[shapely.Polygon]) -> int | None:
    """Find the outer ring around a ring: its number, their count if none, None if it crosses."""
    if not all(one.is_valid for one in (shape, *outer)):
        return 0  # the polygon comes out invalid and is named as such by the caller
    for number, one in enumerate(outer):
        if one.covers(shape):
            return number
    meets = any(shapely.area(shapely.intersection(one, shape)) > 0 for one in outer)
    return None if meets else len(outer)


def _log_part(parcel: Parcel, ring: Ring) -> None:
    number, line = ring[0].ring, ring[0].line
    LOG.warning(
        Text(
            f"地块 {parcel.parcel_id} 的圈 {number}（第 {line} 行）不在任何外圈内，按另一部分处理",
            f"parcel {parcel.parcel_id}: ring {number} (line {line}) lies in no outer ring, it is "
            "taken for another part",
        )
    )


def _crossing(number: int) -> Text:
    return Text(
        f"圈 {number} 与外圈相交，既不是洞也不是另一部分；请改正坐标",
        f"ring {number} crosses an outer ring, it is neither a hole nor another part; "
        "correct the coordinates",
    )


def _no_outer(number: int) -> Text:
    return Text(
        f"第一圈的圈号是 {number}，外圈应为 1；请改正",
        f"the first ring has number {number}, the outer ring must be 1; correct it",
    )


def _too_few(number: int, n_corners: int) -> Text:
    return Text(
        f"圈 {number} 只有 {n_corners} 个不同的点，至少需要 3 个；请补点",
        f"ring {number} has {n_corners} different points, 3 are required at least; add points",
    )


def _open_ring(ring: Ring) -> Text:
    return Text(
        f"圈 {ring[0].ring} 的末点 {ring[-1].label} 与首点同号而坐标不同，圈未闭合；请改正",
        f"ring {ring[0].ring} ends in point {ring[-1].label} of its start but at other "
        "coordinates, so it is not closed; correct it",
    )
