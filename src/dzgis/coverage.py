"""Exact share of each grid cell that polygons cover; a narrow strip keeps its area."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np

from dzgis.area import carried
from dzgis.engine import THREADS, Engine, run_blocks
from dzgis.rings import rings_of_shapes

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from dzgis.area import AreaLattice
    from dzgis.grid import Grid
    from dzgis.rings import Rings

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]

_ZONES_AT_ONCE = 4096


@dataclass(frozen=True)
class CellShares:
    """
    Cells that one zone touches.

    Attributes
    ----------
    cells : ndarray of int64
        Flat indices into the grid, row by row; each cell once.
    shares : ndarray of float64
        Covered share of each of these cells, in (0, 1].
    """

    cells: Ints
    shares: Floats


@dataclass(frozen=True)
class ZonesOnGrid:
    """
    Polygons of n zones in the coordinates of a grid.

    Attributes
    ----------
    rings : tuple of ndarray
        Corners in cells (column, row), where each ring begins, the sign with which it counts, and
        the first ring of each zone.
    windows : ndarray of int64, (n, 4)
        Rows from and to, columns from and to, that each zone may touch; no row where it lies
        outside the grid.
    areas : ndarray of float64, (n,)
        Area of each zone in cells.
    """

    rings: tuple[Floats, Ints, Floats, Ints]
    windows: Ints
    areas: Floats


def zones_on_grid(zones: gpd.GeoDataFrame, grid: Grid) -> ZonesOnGrid:
    """
    Carry polygons to the cells of a grid.

    Parameters
    ----------
    zones : GeoDataFrame, n rows
        Valid polygons, any CRS; edges are straight in that CRS, and are split to 70 m where the
        grid's is another.
    grid : Grid
        Any; it may be turned.
    """
    return on_grid(rings_of_shapes(carried(zones, grid.crs).geometry.to_numpy()), grid)


def on_grid(found: Rings, grid: Grid) -> ZonesOnGrid:
    """Polygons that are in the grid's CRS already, in cells."""
    row, col = grid.cell_at(*found.xy.T)
    cells = np.column_stack([col, row])
    start = found.ring_start
    doubled = _doubled_areas(cells, start)
    signs = np.where(found.is_hole, 1.0, -1.0) * np.sign(doubled)
    bounds = replace(found, xy=cells).bounds()
    bounds = np.where(np.isfinite(bounds), bounds, 0.0)
    low, high = np.floor(bounds[:, [1, 0]]), np.ceil(bounds[:, [3, 2]])
    limits = np.array(grid.shape)
    windows = np.empty((len(found), 4), np.int64)
    windows[:, ::2], windows[:, 1::2] = np.clip(low, 0, limits), np.clip(high, 0, limits)
    windows[(windows[:, 1] <= windows[:, 0]) | (windows[:, 3] <= windows[:, 2])] = 0
    zone = np.repeat(np.arange(len(found)), np.diff(found.row_start))
    areas = np.bincount(zone, weights=-signs * doubled / 2.0, minlength=len(found))
    return ZonesOnGrid((cells, start, signs, found.row_start), windows, areas.astype(np.float64))


def cell_areas(lattice: AreaLattice) -> tuple[Ints, Ints, Floats]:
    """Box of each row and of each column of a grid, and the m² of a cell in each box."""
    boxes = [np.repeat(np.arange(len(e) - 1), np.diff(e)) for e in (lattice.rows, lattice.cols)]
    return boxes[0], boxes[1], lattice.cell_m2


def _doubled_areas(cells: Floats, start: Ints) -> Floats:
    """Twice the signed area of each ring, from its own first corner."""
    if len(start) == 1:
        return np.empty(0)
    local = cells - np.repeat(cells[start[:-1]], np.diff(start), axis=0)
    x, y = local.T
    cross = np.zeros(len(cells))
    cross[:-1] = x[:-1] * y[1:] - x[1:] * y[:-1]
    cross[start[1:] - 1] = 0.0
    return np.asarray(np.add.reduceat(cross, start[:-1]))


def zone_shares(zones: gpd.GeoDataFrame, grid: Grid) -> list[CellShares]:
    """
    Covered share of the cells that each row of `zones` touches.

    Parameters
    ----------
    zones : GeoDataFrame, n rows
        Valid polygons, any CRS; edges are straight in that CRS. Rows may overlap.
    grid : Grid

    Returns
    -------
    list of CellShares, n items
        In the order of the rows; empty where a row lies outside the grid.
    """
    from dzgis.coverage_kernel import zone_cells

    placed = zones_on_grid(zones, grid)
    order = np.arange(len(zones), dtype=np.int64)
    parts = [order[n : n + _ZONES_AT_ONCE] for n in range(0, len(zones), _ZONES_AT_ONCE)]

    def shares_of(n: int) -> tuple[Ints, Ints, Floats]:
        found: tuple[Ints, Ints, Floats] = zone_cells(
            placed.rings, placed.windows, parts[n], grid.width
        )
        return found

    found = dict(run_blocks(shares_of, range(len(parts)), engine=_engine(len(parts))))
    return [one for n in range(len(parts)) for one in _apart(*found[n])]


def _engine(n_parts: int) -> Engine:
    """Threads where there are several parts."""
    return THREADS if n_parts > 1 else Engine("serial")


def _apart(counts: Ints, cells: Ints, shares: Floats) -> Iterator[CellShares]:
    """What belongs to each zone."""
    ends = np.cumsum(counts)
    for start, end in zip((ends - counts).tolist(), ends.tolist(), strict=True):
        yield CellShares(cells[start:end], shares[start:end])


def union_share(polygons: gpd.GeoDataFrame, grid: Grid) -> npt.NDArray[np.float64]:
    """
    Share of each cell that the union of `polygons` covers.

    Parameters
    ----------
    polygons : GeoDataFrame
        Valid polygons, any CRS; overlapping ones count once.
    grid : Grid

    Returns
    -------
    ndarray, (rows, cols)
        In [0, 1].
    """
    united = carried(polygons, grid.crs).geometry.union_all()
    return disjoint_share(gpd.GeoSeries([united], crs=grid.crs), grid)


def disjoint_share(geometry: gpd.GeoSeries, grid: Grid) -> npt.NDArray[np.float64]:
    """
    Share of each cell that polygons cover which do not overlap, such as a union.

    Parameters
    ----------
    geometry : GeoSeries
        Polygons and multipolygons in the grid's CRS; lines and points are left out.
    grid : Grid

    Returns
    -------
    ndarray, (rows, cols)
        In [0, 1].
    """
    from dzgis.coverage_kernel import add_cover

    parts = geometry.explode(ignore_index=True)
    placed = on_grid(rings_of_shapes(parts[parts.geom_type == "Polygon"].to_numpy()), grid)
    total = np.zeros(grid.shape)
    inside = placed.windows[placed.windows[:, 1] > 0]
    if not len(inside):
        return total
    first, left = inside[:, [0, 2]].min(axis=0).tolist()
    last, right = inside[:, [1, 3]].max(axis=0).tolist()
    corners, start, signs, zone_start = placed.rings
    rings = (corners, start, signs, zone_start[[0, -1]])
    add_cover(total[first:last], first, rings, 0, (left, right))
    return np.clip(total, 0.0, 1.0)
