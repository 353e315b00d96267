"""What is wrong with single shapes: absent, not polygons, broken rings, odd vertices."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import shapely

from dzgis.inputs.aliases import tables
from dzgis.inputs.quality.crossings import broken_places
from dzgis.inputs.quality.kinds import limit
from dzgis.inputs.quality.subject import drawn, fault, measured
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from dzgis.faults import Fault
    from dzgis.inputs.quality.subject import Subject

_LEAST_VERTICES = 3


def shape_faults(subject: Subject) -> Iterator[Fault]:
    """Records without a shape, with a shape that is no polygon, and all places of broken rings."""
    shapes = subject.shapes
    null = shapely.is_missing(shapes)
    empty = shapely.is_empty(shapes) & ~null
    polygon = subject.is_polygon
    for row in np.flatnonzero(null):
        yield fault(subject, "null_geometry", Text("没有图形", "has no geometry (null)"), row=row)
    for row in np.flatnonzero(empty):
        yield fault(subject, "empty_geometry", Text("图形为空", "has empty geometry"), row=row)
    for row in np.flatnonzero(~null & ~empty & ~polygon):
        kind = str(shapes[row].geom_type)
        said = tables()["kinds"].get(kind, kind)
        words = Text(f"是{said}，需要面", f"is a {kind}, a polygon is required")
        yield drawn(fault(subject, "not_polygon", words, row=row), shapes[row])
    for row in np.flatnonzero(polygon & ~subject.is_sound):
        for place in broken_places(shapes[row]):
            one = fault(subject, place.code, place.message, row=row)
            yield drawn(one, place.shape) if place.shape is not None else one


def vertex_faults(subject: Subject) -> Iterator[Fault]:
    """Vertices that come twice, spikes, and rings that enclose next to nothing."""
    rows = np.flatnonzero(subject.is_polygon)
    parts, of_part = shapely.get_parts(subject.shapes[rows], return_index=True)
    rings, of_ring = shapely.get_rings(parts, return_index=True)
    finite = np.isfinite(shapely.bounds(rings)).all(axis=1) if len(rings) else np.ones(0, bool)
    rings, record = rings[finite], rows[of_part[of_ring[finite]]]
    if len(rings):
        yield from _twice(subject, rings, record)
        yield from _spikes(subject, rings, record)
        yield from _tiny(subject, rings, record)


def _steps(
    subject: Subject, rings: npt.NDArray[np.object_]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Starts of all edges, the ring that each is of, and the edges in metres, (n, 2)."""
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    inside = ring[1:] == ring[:-1]
    start, of = xy[:-1][inside], ring[:-1][inside]
    return start, of, (xy[1:] - xy[:-1])[inside] * subject.metres(start[:, 1])


def _twice(
    subject: Subject, rings: npt.NDArray[np.object_], record: npt.NDArray[np.int64]
) -> Iterator[Fault]:
    start, of, step = _steps(subject, rings)
    length = np.hypot(step[:, 0], step[:, 1])
    for n in np.flatnonzero(length < limit("duplicate_vertex", "apart_m")):
        words = Text(f"相邻两点相距 {length[n]:.4f} m", f"two vertices lie {length[n]:.4f} m apart")
        one = fault(subject, "duplicate_vertex", words, row=int(record[of[n]]), at=start[n])
        yield measured(one, length[n], "m")


def _spikes(
    subject: Subject, rings: npt.NDArray[np.object_], record: npt.NDArray[np.int64]
) -> Iterator[Fault]:
    start, of, step = _steps(subject, rings)
    moving = np.hypot(step[:, 0], step[:, 1]) >= limit("duplicate_vertex", "apart_m")
    start, of, step = start[moving], of[moving], step[moving]
    if not len(of):
        return
    first = np.r_[True, of[1:] != of[:-1]]
    last_of = np.r_[np.flatnonzero(first)[1:], len(of)] - 1
    before = np.arange(len(of)) - 1
    before[first] = last_of
    back, ahead = -step[before], step
    cross = back[:, 0] * ahead[:, 1] - back[:, 1] * ahead[:, 0]
    angle = np.degrees(np.abs(np.arctan2(cross, (back * ahead).sum(axis=1))))
    for n in np.flatnonzero(angle < limit("spike", "below_deg")):
        words = Text(f"夹角只有 {angle[n]:.3f}°", f"the ring turns back at {angle[n]:.3f}°")
        one = fault(subject, "spike", words, row=int(record[of[n]]), at=start[n])
        yield measured(one, angle[n], "deg")


def _tiny(
    subject: Subject, rings: npt.NDArray[np.object_], record: npt.NDArray[np.int64]
) -> Iterator[Fault]:
    """Rings below the limit; a record of one ring is a sliver instead, which is told elsewhere."""
    closed = shapely.get_num_points(rings) > _LEAST_VERTICES
    planar = np.where(closed, np.abs(shapely.area(shapely.polygons(rings))), math.nan)
    unit = subject.metres(shapely.bounds(rings)[:, 1])
    area = planar * unit[:, 0] * unit[:, 1]
    several = np.bincount(record, minlength=int(record.max()) + 1)[record] > 1
    for n in np.flatnonzero(several & (area < limit("tiny_ring", "below_m2"))):
        words = Text(f"一个环只围 {area[n]:.4f} m²", f"a ring encloses only {area[n]:.4f} m²")
        one = drawn(fault(subject, "tiny_ring", words, row=int(record[n])), rings[n])
        yield measured(one, area[n], "m2")
