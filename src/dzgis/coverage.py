"""Exact share of each grid cell that polygons cover; a narrow strip keeps its area."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from dzgis.area import carried

if TYPE_CHECKING:
    import numpy.typing as npt

    from dzgis.grid import Grid


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

    cells: npt.NDArray[np.int64]
    shares: npt.NDArray[np.float64]


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
    return _shares(carried(zones, grid.crs).geometry, grid)


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
    parts = geometry.explode(ignore_index=True)
    parts = parts[parts.geom_type == "Polygon"]
    total = np.zeros(grid.height * grid.width)
    for found in _shares(parts, grid):
        total[found.cells] += found.shares
    return np.clip(total, 0.0, 1.0).reshape(grid.shape)


def _shares(geometry: gpd.GeoSeries, grid: Grid) -> list[CellShares]:
    """Covered shares of polygons in the grid's CRS."""
    from exactextract import exact_extract
    from exactextract.raster import NumPyRasterSource

    found = [CellShares(np.empty(0, np.int64), np.empty(0)) for _ in range(len(geometry))]
    near = np.flatnonzero(geometry.intersects(shapely.box(*grid.bounds)).to_numpy())
    if near.size == 0:
        return found
    # Only the grid's frame matters here; the values are never looked at.
    wkt = grid.crs.to_wkt()
    frame = NumPyRasterSource(np.zeros(grid.shape, np.uint8), *grid.bounds, srs_wkt=wkt)
    table = exact_extract(
        frame, geometry.iloc[near].to_frame("geometry"), ["cell_id", "coverage"], output="pandas"
    )
    for row, cells, shares in zip(near, table["cell_id"], table["coverage"], strict=True):
        found[row] = CellShares(np.asarray(cells, np.int64), np.asarray(shares, np.float64))
    return found
