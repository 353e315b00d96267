"""Common area of every pair of two sets of polygons, block by block, without cutting anything."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from dzgis.area import transformer
from dzgis.crs import equal_area
from dzgis.overlay.carry import in_equal_area
from dzgis.overlay.table import BoxGrid, EdgeTable, box_grid, edge_table
from dzgis.rings import row_areas, row_perimeters

if TYPE_CHECKING:
    import numpy.typing as npt
    from pyproj import CRS

    from dzgis.rings import Rings

NOISE_M2 = 1e-6
"""Below this a sum over edges is the arithmetic's, not the ground's."""
_NEAR_DEG, _NEAR_M = 1e-4, 10.0
"""About 10 m around a box: more than an edge bends on the way to another CRS."""


@dataclass(frozen=True)
class Target:
    """
    Polygons that blocks of others are measured against.

    Attributes
    ----------
    framed : Rings
        In the equal-area frame, counted from `origin`, edges split.
    table : EdgeTable
        Their edges there.
    grid : BoxGrid
        Their boxes.
    lat_deg : float
        Latitude at which the frame is true to shape.
    origin : ndarray, (2,)
        In the frame.
    area_m2, perimeter_m : ndarray of float64, (n,)
        In the frame.
    rings : Rings
        As given.
    crs : CRS
        Of `rings`.
    """

    framed: Rings
    table: EdgeTable
    grid: BoxGrid
    lat_deg: float
    origin: npt.NDArray[np.float64]
    area_m2: npt.NDArray[np.float64]
    perimeter_m: npt.NDArray[np.float64]
    rings: Rings
    crs: CRS


@dataclass(frozen=True)
class Pairs:
    """
    Pairs with common ground, by row of the target, then by row of the layer.

    Attributes
    ----------
    target, row : ndarray of int64, (p,)
    area_m2 : ndarray of float64, (p,)
        Ellipsoidal.
    """

    target: npt.NDArray[np.int64]
    row: npt.NDArray[np.int64]
    area_m2: npt.NDArray[np.float64]


def target_of(rings: Rings, crs: CRS, *, lat_deg: float) -> Target:
    """Make polygons ready to be measured against blocks of others."""
    origin = _origin(rings, crs, lat_deg)
    framed = in_equal_area(rings, crs, lat_deg=lat_deg, origin=origin)
    table = edge_table(framed)
    return Target(
        framed,
        table,
        box_grid(table.box),
        lat_deg,
        origin,
        row_areas(framed),
        row_perimeters(framed),
        rings,
        crs,
    )


def _origin(rings: Rings, crs: CRS, lat_deg: float) -> npt.NDArray[np.float64]:
    """Whole metres of the frame near the polygons: counting from there keeps the digits."""
    if not len(rings.xy):
        return np.zeros(2)
    middle = (rings.xy.min(axis=0) + rings.xy.max(axis=0)) / 2.0
    return np.floor(transformer(crs, equal_area(lat_deg)).transform(*middle))


def extent_of(target: Target) -> npt.NDArray[np.float64]:
    """West, south, east, north of all polygons of a target, in the CRS they were given in."""
    low, high = target.rings.xy.min(axis=0), target.rings.xy.max(axis=0)
    return np.concatenate([low, high])


def search_grid(target: Target, crs: CRS, *, around_m: float = 0.0) -> BoxGrid:
    """Boxes of the target in a layer's CRS, widened by 10 m and more, to find what lies near."""
    box = target.rings.bounds()
    if crs != target.crs:
        # All corners, not those of the box: a turned frame's box would be too small.
        there = np.column_stack(transformer(target.crs, crs).transform(*target.rings.xy.T))
        box = replace(target.rings, xy=there).bounds()
    wide = (_NEAR_M + around_m) / _NEAR_M
    margin = wide * (_NEAR_DEG if crs.is_geographic else _NEAR_M)
    box = box + np.array([-margin, -margin, margin, margin])
    return box_grid(np.where(np.isnan(box), [np.inf, np.inf, -np.inf, -np.inf], box))


def near_rows(rings: Rings, search: BoxGrid) -> npt.NDArray[np.int64]:
    """Rows whose box meets one of the target's; the rest of a province is left alone."""
    from dzgis.overlay import edge_kernel as kernel

    return np.flatnonzero(kernel.near(rings.bounds(), search.box, search.arrays))


def framed_pairs(target: Target, table: EdgeTable, *, around_m: float | None = None) -> Pairs:
    """
    Common area of every polygon of the target with every one of a table in its frame.

    Parameters
    ----------
    target : Target
    table : EdgeTable
    around_m : float, optional
        Then pairs without common ground are given too, whose boxes are as near as this.

    Returns
    -------
    Pairs
        Else only those that have more than `NOISE_M2` in common.
    """
    from dzgis.overlay import edge_kernel as kernel

    wide = around_m or 0.0
    box = table.box + np.array([-wide, -wide, wide, wide])
    pairs = kernel.candidates(box, target.grid.box, target.grid.arrays)
    area_m2 = kernel.areas_of_pairs(pairs, target.table.arrays, table.arrays)
    order = np.lexsort((pairs[:, 1], pairs[:, 0]))
    if around_m is None:
        order = order[area_m2[order] > NOISE_M2]
    return Pairs(pairs[order, 0], pairs[order, 1], area_m2[order])
