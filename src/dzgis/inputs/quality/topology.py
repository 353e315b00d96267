"""What is wrong between the features of a layer: the same ground twice, or ground left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from dzgis.inputs.quality.areas import sizes
from dzgis.inputs.quality.edges import faces_between
from dzgis.inputs.quality.kinds import limit
from dzgis.inputs.quality.subject import drawn, fault, measured
from dzgis.terms import Severity, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from dzgis.faults import Fault
    from dzgis.inputs.quality.subject import Subject

_AREAL = 2


def topology_faults(subject: Subject) -> Iterator[Fault]:
    """Features drawn twice, overlaps, and gaps where the layer must tile."""
    rows = np.flatnonzero(subject.is_sound)
    shapes = subject.shapes[rows]
    first = _first_of_equals(shapes)
    twice = np.flatnonzero(first != np.arange(len(first)))
    severity = Severity.ERROR if subject.tiles or subject.is_parcels else None
    for n in twice:
        other = subject.frame.index[rows[first[n]]]
        words = Text(f"图形与第 {other} 条记录相同", f"has the geometry of record {other}")
        yield fault(subject, "duplicate_geometry", words, row=int(rows[n]), severity=severity)
    once = np.flatnonzero(first == np.arange(len(first)))
    yield from _overlaps(subject, rows[once], shapes[once])
    if subject.tiles:
        yield from _gaps(subject, shapes[once])


def _first_of_equals(shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.int64]:
    """Position of the first shape that has the same points, wherever its rings begin."""
    seen: dict[bytes, int] = {}
    whole = shapely.to_wkb(shapely.normalize(shapes))
    return np.array([seen.setdefault(one, n) for n, one in enumerate(whole)], dtype=np.int64)


def overlapping_pairs(
    shapes: npt.NDArray[np.object_],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Pairs of valid polygons whose insides meet, each pair once."""
    tree = shapely.STRtree(shapes)
    first, second = tree.query(shapes)
    ahead = first < second
    first, second = first[ahead], second[ahead]
    shapely.prepare(shapes)
    # What was prepared pays for the shape that comes first: the one with more vertices.
    size = shapely.get_num_coordinates(shapes)
    small = size[first] < size[second]
    larger, other = np.where(small, second, first), np.where(small, first, second)
    inside = np.asarray(shapely.relate_pattern(shapes[larger], shapes[other], "T********"))
    return first[inside], second[inside]


def _overlaps(
    subject: Subject, rows: npt.NDArray[np.int64], shapes: npt.NDArray[np.object_]
) -> Iterator[Fault]:
    first, second = overlapping_pairs(shapes)
    common = shapely.intersection(shapes[first], shapes[second])
    solid = np.array([_areal(shape) for shape in common], dtype=object)
    there = np.array([shape is not None for shape in solid], dtype=bool)
    first, second, solid = first[there], second[there], solid[there]
    area, perimeter = sizes(solid, subject.frame.crs)
    width = np.divide(2.0 * area, perimeter, out=np.zeros_like(area), where=perimeter > 0)
    severity = Severity.ERROR if subject.tiles or subject.is_parcels else None
    for n in np.flatnonzero(width >= limit("overlap", "from_m")):
        other = subject.frame.index[rows[second[n]]]
        words = Text(
            f"与第 {other} 条记录重叠 {area[n]:.4f} m²（平均宽度 {width[n]:.4f} m）",
            f"overlaps record {other} by {area[n]:.4f} m² (mean width {width[n]:.4f} m)",
        )
        one = fault(subject, "overlap", words, row=int(rows[first[n]]), severity=severity)
        yield measured(drawn(one, solid[n]), area[n], "m2")


def _areal(shape: shapely.Geometry) -> shapely.Geometry | None:
    """Part of a shape that has an area; None where it has none."""
    parts = [part for part in shapely.get_parts(shape) if shapely.get_dimensions(part) == _AREAL]
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _gaps(subject: Subject, shapes: npt.NDArray[np.object_]) -> Iterator[Fault]:
    faces = faces_between(shapes)
    area, perimeter = sizes(faces, subject.frame.crs)
    width = np.divide(2.0 * area, perimeter, out=np.zeros_like(area), where=perimeter > 0)
    real = (width >= limit("gap", "from_m")) & (area < limit("gap", "below_m2"))
    for n in np.flatnonzero(real):
        words = Text(
            f"图斑之间有 {area[n]:.4f} m² 的缝隙（平均宽度 {width[n]:.4f} m）",
            f"a gap of {area[n]:.4f} m² between features (mean width {width[n]:.4f} m)",
        )
        yield measured(drawn(fault(subject, "gap", words), faces[n]), area[n], "m2")
