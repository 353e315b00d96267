"""
Polygons as plain arrays of coordinates, ring after ring.

Measuring needs coordinates, not objects: a million polygons are four arrays here, which compiled
code walks through on several threads, and which cost no more to carry about than their bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from dzgis.errors import InputError, listed, raise_all
from dzgis.terms import Text

if TYPE_CHECKING:
    import numpy.typing as npt
    import pyarrow as pa

_AREAL = (shapely.GeometryType.POLYGON.value, shapely.GeometryType.MULTIPOLYGON.value)
_XY = 2


@dataclass(frozen=True)
class Rings:
    """
    Polygons and multipolygons, n rows with m rings and k corners.

    Attributes
    ----------
    xy : ndarray of float64, (k, 2)
        Corners; the last of a ring repeats its first.
    ring_start : ndarray of int64, (m + 1,)
        First corner of each ring.
    is_hole : ndarray of bool, (m,)
    row_start : ndarray of int64, (n + 1,)
        First ring of each row; a row without a shape has none.
    """

    xy: npt.NDArray[np.float64]
    ring_start: npt.NDArray[np.int64]
    is_hole: npt.NDArray[np.bool_]
    row_start: npt.NDArray[np.int64]

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.row_start) - 1

    @property
    def corner_start(self) -> npt.NDArray[np.int64]:
        """First corner of each row, (n + 1,)."""
        return np.asarray(self.ring_start[self.row_start])

    def bounds(self) -> npt.NDArray[np.float64]:
        """West, south, east, north of each row, (n, 4); NaN where it has no shape."""
        box = np.full((len(self), 4), np.nan)
        start = self.corner_start
        there = start[1:] > start[:-1]
        if there.any():
            at = start[:-1][there]
            box[there, :2] = np.minimum.reduceat(self.xy, at, axis=0)
            box[there, 2:] = np.maximum.reduceat(self.xy, at, axis=0)
        return box

    def take(self, rows: npt.NDArray[np.int64]) -> Rings:
        """Rows by number, in the order given."""
        if len(rows) == len(self) and np.array_equal(rows, np.arange(len(self))):
            return self
        rings = _ranges(self.row_start, rows)
        corners = _ranges(self.ring_start, rings)
        return Rings(
            self.xy[corners],
            _starts(np.diff(self.ring_start)[rings]),
            self.is_hole[rings],
            _starts(np.diff(self.row_start)[rows]),
        )


def rings_of_shapes(shapes: npt.NDArray[np.object_]) -> Rings:
    """
    Rings of shapely polygons and multipolygons.

    Parameters
    ----------
    shapes : ndarray of Polygon, MultiPolygon or None, (n,)

    Raises
    ------
    InputError
        If a shape is of another kind.
    """
    kinds = shapely.get_type_id(shapes)
    there = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
    other = np.flatnonzero(there & ~np.isin(kinds, _AREAL))
    if other.size:
        raise _no_polygons(other)
    if not there.any():
        return _none(len(shapes))
    kind, xy, offsets = shapely.to_ragged_array(shapes[there], include_z=False)
    ring_start, part_start, *rows = (np.asarray(o, np.int64) for o in offsets)
    row_start = rows[0] if kind.value == _AREAL[1] else np.arange(len(part_start))
    is_hole = np.ones(len(ring_start) - 1, bool)
    is_hole[part_start[:-1][np.diff(part_start) > 0]] = False
    n_rings = np.zeros(len(shapes), np.int64)
    n_rings[there] = np.diff(part_start[row_start])
    return Rings(np.ascontiguousarray(xy[:, :_XY]), ring_start, is_hole, _starts(n_rings))


def rings_of_wkb(column: pa.Array, *, first: int = 0) -> Rings:
    """
    Rings of a column of well-known binary, without any object in between.

    Parameters
    ----------
    column : pyarrow Array of binary or large_binary, (n,)
        Polygons and multipolygons, ISO or EWKB, of either byte order; heights are left out. A null
        or an empty shape has no ring.
    first : int
        Number of the column's first record in its file, from 0, for messages.

    Raises
    ------
    InputError
        With the records that are no polygons, are cut short, have rings that do not close or of
        fewer than four corners, or corners that are not finite.
    """
    import pyarrow as pa

    from dzgis import rings_kernel as kernel

    flat = column.cast(pa.large_binary())
    _, offsets, data = flat.buffers()
    start = np.frombuffer(offsets, np.int64)[flat.offset : flat.offset + len(flat) + 1]
    raw = np.frombuffer(data, np.uint8) if data is not None else np.empty(0, np.uint8)
    null = flat.is_null().to_numpy(zero_copy_only=False)
    sizes, state = kernel.measure(raw, start, null)
    _raise_broken(state, first)
    row_start = _starts(sizes[:, 0])
    n_corners = int(sizes[:, 1].sum())
    xy, ring_size, is_hole = kernel.fill(raw, start, row_start, n_corners)
    return Rings(xy, _starts(ring_size), is_hole, row_start)


def row_perimeters(rings: Rings) -> npt.NDArray[np.float64]:
    """Length of all rings of each row, (n,)."""
    steps = np.hypot(*np.diff(rings.xy, axis=0).T) if len(rings.xy) else np.empty(0)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    ends = along[rings.ring_start[1:] - 1] - along[rings.ring_start[:-1]]
    total = np.concatenate([[0.0], np.cumsum(ends)])
    return np.asarray(total[rings.row_start[1:]] - total[rings.row_start[:-1]])


def shapes_of_rings(rings: Rings) -> npt.NDArray[np.object_]:
    """
    Shapely multipolygons of rings, (n,); an empty one where a row has no ring.

    A ring that is no hole begins a polygon, to which the holes after it belong.
    """
    outer = np.flatnonzero(~rings.is_hole)
    part_start = np.append(outer, len(rings.is_hole))
    row_start = np.searchsorted(outer, rings.row_start)
    offsets = (rings.ring_start, part_start, row_start)
    return np.asarray(
        shapely.from_ragged_array(shapely.GeometryType.MULTIPOLYGON, rings.xy, offsets)
    )


def row_areas(rings: Rings) -> npt.NDArray[np.float64]:
    """Planar area of each row, (n,): holes subtracted, parts added."""
    from dzgis import rings_kernel as kernel

    return np.asarray(
        kernel.areas(rings.xy, rings.ring_start, rings.is_hole, rings.row_start), np.float64
    )


def joined(parts: list[Rings]) -> Rings:
    """All rows of several, one after the other."""
    return Rings(
        np.concatenate([p.xy for p in parts]),
        _starts(np.concatenate([np.diff(p.ring_start) for p in parts])),
        np.concatenate([p.is_hole for p in parts]),
        _starts(np.concatenate([np.diff(p.row_start) for p in parts])),
    )


def _none(n_rows: int) -> Rings:
    none = np.empty(0, np.int64)
    return Rings(np.empty((0, 2)), _starts(none), np.empty(0, bool), np.zeros(n_rows + 1, np.int64))


def _starts(sizes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Where each of several things begins that lie one after the other, and where the last ends."""
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)


def _ranges(start: npt.NDArray[np.int64], which: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Numbers of all that lies in the chosen ranges, range by range."""
    sizes = np.diff(start)[which]
    first = np.repeat(start[which] - _starts(sizes)[:-1], sizes)
    return np.arange(len(first), dtype=np.int64) + first


def _raise_broken(state: npt.NDArray[np.uint8], first: int) -> None:
    from dzgis import rings_kernel as kernel

    bad = np.flatnonzero(state == kernel.NO_POLYGON)
    if bad.size:
        raise _no_polygons(bad + first)
    words = {
        kernel.CUT_SHORT: ("的图形数据不完整", "have a shape that is cut short"),
        kernel.OPEN: ("有未闭合的环", "have a ring that is not closed"),
        kernel.FEW: ("有少于四点的环", "have a ring of fewer than four points"),
        kernel.NOT_FINITE: ("有 NaN 或无穷大坐标", "have NaN or infinite coordinates"),
    }
    found = {code: listed(np.flatnonzero(state == code) + first + 1) for code in words}
    faults = [
        Text(
            f"第 {found[code]} 条记录{zh}；请在源文件中修复",
            f"records {found[code]} {en}; repair the source file",
        )
        for code, (zh, en) in words.items()
        if found[code]
    ]
    raise_all(faults)


def _no_polygons(rows: npt.NDArray[np.int64]) -> InputError:
    shown = listed(rows + 1)
    return InputError(
        Text(
            f"第 {shown} 条记录不是面；需要面图层",
            f"records {shown} are no polygons; a polygon layer is required",
        )
    )
