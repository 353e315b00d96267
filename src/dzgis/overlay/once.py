"""
Ground under several features, counted once.

A sum over features is the area of their union unless some of them lie on each other. Which do is
found by measuring those with each other that cover one polygon; only polygons under such features
are given to GEOS, which unites what covers them.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import shapely

from dzgis.engine import run_blocks
from dzgis.overlay.pairs import NOISE_M2, Pairs, Target
from dzgis.overlay.subdivide import subdivided
from dzgis.overlay.table import EdgeTable, edge_table
from dzgis.rings import Rings, shapes_of_rings

if TYPE_CHECKING:
    import numpy.typing as npt

_AGREE = 1e-6
"""Share of an area up to which features lie on each other by arithmetic only."""
_WHOLE = 1e-9
"""Share of a polygon that may be left uncovered by arithmetic where one feature covers it all."""
_PART = 1 << 15
"""Pairs a task."""


def areas_once(target: Target, pairs: Pairs, rings: Rings) -> npt.NDArray[np.float64]:
    """
    Area of each polygon of the target that features cover.

    Parameters
    ----------
    target : Target
        n polygons.
    pairs : Pairs
        In order of the target; `row` is the row in `rings`.
    rings : Rings
        Features in the target's frame.

    Returns
    -------
    ndarray of float64, (n,)
        m², no more than the sum over pairs.
    """
    n = len(target.table)
    total = np.bincount(pairs.target, pairs.area_m2, minlength=n).astype(np.float64)
    several = _under_several(target, pairs, rings, total)
    if several.size:
        largest = _largest(target, pairs)
        whole = is_whole(target, largest)
        total[several] = largest[several]
        rest = several[~whole[several]]
        if rest.size:
            total[rest] = shapely.area(covers(target, pairs, rings, rest))
    return total


def is_whole(
    target: Target,
    area_m2: npt.NDArray[np.float64],
    *,
    rows: npt.NDArray[np.int64] | slice = slice(None),
) -> npt.NDArray[np.bool_]:
    """Whether areas are those of the whole polygons of the target, or of its chosen `rows`."""
    return np.asarray(area_m2 >= (1.0 - _WHOLE) * target.area_m2[rows])


def _largest(target: Target, pairs: Pairs) -> npt.NDArray[np.float64]:
    """Most that a single feature covers of each polygon of the target, m²."""
    largest = np.zeros(len(target.table))
    np.maximum.at(largest, pairs.target, pairs.area_m2)
    return largest


def _under_several(
    target: Target, pairs: Pairs, rings: Rings, total: npt.NDArray[np.float64]
) -> npt.NDArray[np.int64]:
    """Polygons under features that lie on each other, there or elsewhere."""
    from dzgis.overlay import group_kernel as kernel

    start = np.searchsorted(pairs.target, np.arange(len(target.table) + 1))
    table = edge_table(rings)
    met = kernel.neighbours(start, pairs.row, table.box)
    _, first, back = np.unique(
        met[:, 0] * len(rings) + met[:, 1], return_index=True, return_inverse=True
    )
    common = common_areas(met[first, :2], table, table)
    doubled = np.bincount(met[:, 2], common[back], minlength=len(total))
    return np.flatnonzero(doubled > np.maximum(_AGREE * total, NOISE_M2))


def common_areas(
    pairs: npt.NDArray[np.int64], first: EdgeTable, second: EdgeTable
) -> npt.NDArray[np.float64]:
    """Common area of each pair of rows of two tables of one frame, m², on all processors."""
    from dzgis.overlay import edge_kernel as kernel

    measure = partial(_of_part, first=first.arrays, second=second.arrays, kernel=kernel)
    starts = range(0, len(pairs), _PART)
    found = run_blocks(measure, ((at, pairs[at : at + _PART]) for at in starts))
    areas = {at: area_m2 for (at, _), area_m2 in found}
    return np.concatenate([np.empty(0), *(areas[at] for at in starts)])


def _of_part(
    part: tuple[int, npt.NDArray[np.int64]], *, first: object, second: object, kernel: object
) -> npt.NDArray[np.float64]:
    return np.asarray(kernel.areas_of_pairs(part[1], first, second))  # type: ignore[attr-defined]


def covers(
    target: Target, pairs: Pairs, rings: Rings, rows: npt.NDArray[np.int64]
) -> npt.NDArray[np.object_]:
    """
    Ground of polygons of the target that features cover, by GEOS.

    Parameters
    ----------
    target : Target
    pairs : Pairs
        `row` is the row in `rings`.
    rings : Rings
        Features in the target's frame.
    rows : ndarray of int64, (m,)
        Polygons of the target, ascending.

    Returns
    -------
    ndarray of geometries, (m,)
        In the target's frame, empty where nothing covers a polygon.
    """
    chosen = np.flatnonzero(np.isin(pairs.target, rows))
    land = shapes_of_rings(target.framed.take(rows))
    features, back = np.unique(pairs.row[chosen], return_inverse=True)
    parts, owner = subdivided(shapes_of_rings(rings.take(features)))
    near, part = shapely.STRtree(parts).query(land)
    met = np.searchsorted(rows, pairs.target[chosen]) * len(features) + back
    kept = np.isin(near * len(features) + owner[part], met)
    near, part = near[kept], part[kept]
    pieces = shapely.intersection(land[near], parts[part])
    order = np.argsort(near, kind="stable")
    cuts = np.searchsorted(near[order], np.arange(1, len(rows)))
    groups = np.split(pieces[order], cuts)
    return np.array([shapely.union_all(group) for group in groups], dtype=object)
