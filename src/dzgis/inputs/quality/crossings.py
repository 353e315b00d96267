"""
All places at which a polygon breaks the rules, not only the first one that GEOS names.

Edges are held against each other in pairs that an index finds: where two edges of one ring meet
other than at a common vertex, or edges of two rings cross, the polygon is invalid there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from dzgis.inputs.aliases import tables
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

_CODES = {
    "Self-intersection": "self_intersection",
    "Ring Self-intersection": "ring_touches_itself",
    "Too few points in geometry component": "too_few_points",
    "Hole lies outside shell": "hole_outside",
    "Holes are nested": "nested_holes",
    "Nested holes": "nested_holes",
    "Nested shells": "nested_parts",
    "Interior is disconnected": "interior_disconnected",
    "Invalid Coordinate": "not_finite",
}
"""Kinds of faults by the sentences of GEOS."""
_LEAST_VERTICES = 4


@dataclass(frozen=True)
class Place:
    """A place at which a polygon is broken, and how."""

    code: str
    message: Text
    shape: shapely.Geometry | None


def broken_places(shape: shapely.Geometry) -> list[Place]:
    """
    All that is wrong with one polygon.

    Parameters
    ----------
    shape : Polygon or MultiPolygon
        Invalid.

    Returns
    -------
    list of Place
        At least one. Points for crossings and touches, lines for stretches that run twice, rings
        for holes and parts in wrong places.
    """
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        return list(_not_finite(shape))
    found = [*_crossings(shape), *_misplaced_rings(shape)]
    said = _said_by_geos(shape)
    kinds = {place.code for place in found}
    crossed = kinds & {"self_intersection", "ring_touches_itself"}
    known = said.code in kinds or (said.code == "self_intersection" and bool(crossed))
    return found if known else [*found, said]


def _not_finite(shape: shapely.Geometry) -> Iterator[Place]:
    for part in shapely.get_parts(shape):
        for number, ring in enumerate(shapely.get_rings(part), start=1):
            xy = shapely.get_coordinates(ring)
            for at in np.flatnonzero(~np.isfinite(xy).all(axis=1)):
                near = xy[np.isfinite(xy).all(axis=1)]
                words = Text(
                    f"环 {number} 第 {at + 1} 点的坐标是（{xy[at][0]}, {xy[at][1]}）",
                    f"point {at + 1} of ring {number} is ({xy[at][0]}, {xy[at][1]})",
                )
                yield Place("not_finite", words, shapely.Point(near[0]) if len(near) else None)


def _said_by_geos(shape: shapely.Geometry) -> Place:
    why, _, at = str(shapely.is_valid_reason(shape)).rstrip("]").partition("[")
    why = why.strip()
    place = shapely.Point([float(v) for v in at.split()[:2]]) if at else None
    words = Text(str(tables()["reasons"].get(why, why)), why)
    return Place(_CODES.get(why, "invalid_other"), words, place)


def _edges(
    shape: shapely.Geometry,
) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Edges of all rings without those of no length; the ring of each, its number in the ring."""
    rings = shapely.get_rings(shapely.get_parts(shape))
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    moved = np.r_[True, (xy[1:] != xy[:-1]).any(axis=1) | (ring[1:] != ring[:-1])]
    xy, ring = xy[moved], ring[moved]
    inside = ring[1:] == ring[:-1]
    lines = shapely.linestrings(np.stack([xy[:-1], xy[1:]], axis=1)[inside])
    of = ring[:-1][inside]
    first = np.searchsorted(of, of)
    return np.atleast_1d(lines), of, np.arange(len(of)) - first


def _crossings(shape: shapely.Geometry) -> list[Place]:
    edges, ring, number = _edges(shape)
    i, j = shapely.STRtree(edges).query(edges, predicate="intersects")
    ahead = i < j
    i, j = i[ahead], j[ahead]
    same = ring[i] == ring[j]
    size = np.bincount(ring, minlength=int(ring.max()) + 1 if len(ring) else 0)
    apart = np.abs(number[i] - number[j])
    neighbours = same & ((apart == 1) | (apart == size[ring[i]] - 1))
    meet = shapely.intersection(edges[i], edges[j])
    line = shapely.get_dimensions(meet) == 1
    crossing = np.asarray(shapely.crosses(edges[i], edges[j])) | line
    touching = same & ~neighbours & ~crossing
    return [
        *_places(meet[crossing], "self_intersection"),
        *_places(meet[touching], "ring_touches_itself", but=meet[crossing]),
    ]


def _places(
    shapes: npt.NDArray[np.object_], code: str, *, but: npt.NDArray[np.object_] | None = None
) -> Iterator[Place]:
    """One place each, however many pairs of edges meet there."""
    seen = {shape.wkb for shape in but} if but is not None else set()
    for shape in {one.wkb: one for one in shapes}.values():
        if shape.wkb not in seen:
            yield Place(code, _words(code, shape), shape)


def _words(code: str, shape: shapely.Geometry) -> Text:
    if shape.geom_type != "Point":
        return Text("边界往返重合一段", "the boundary runs twice along a stretch")
    if code == "ring_touches_itself":
        return Text("环在此处碰到自身", "the ring touches itself here")
    return Text("边界在此处相交", "the boundary crosses itself here")


def _misplaced_rings(shape: shapely.Geometry) -> Iterator[Place]:
    """Holes outside their shell or in another hole, parts inside other parts."""
    solid = []
    for part in shapely.get_parts(shape):
        rings = shapely.get_rings(part)
        if shapely.get_num_points(rings).min() < _LEAST_VERTICES:
            continue
        filled = shapely.make_valid(shapely.polygons(rings))  # only to tell inside from outside
        solid.append(filled[0])
        yield from _wrong_holes(filled)
    yield from _nested(np.array(solid), "nested_parts", "一个部分套在另一部分里")


def _wrong_holes(filled: npt.NDArray[np.object_]) -> Iterator[Place]:
    holes = filled[1:]
    outside = ~np.asarray(shapely.covers(filled[0], holes))
    for hole in holes[outside]:
        words = Text("内环不全在外环之内", "a hole does not lie within its shell")
        yield Place("hole_outside", words, hole)
    yield from _nested(holes[~outside], "nested_holes", "内环套在另一内环里")


def _nested(solid: npt.NDArray[np.object_], code: str, zh: str) -> Iterator[Place]:
    if len(solid) < 2:  # noqa: PLR2004  a pair
        return
    inner, outer = shapely.STRtree(solid).query(solid, predicate="covered_by")
    for one in np.unique(inner[inner != outer]):
        yield Place(code, Text(zh, "a ring lies inside another one"), solid[one])
