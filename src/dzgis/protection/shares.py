"""Red-line layers as shares of grid cells, for the planning view."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import shapely

from dzgis.area import carried
from dzgis.coverage import disjoint_share

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy as np
    import numpy.typing as npt

    from dzgis.grid import Grid


def dissolved(layer: gpd.GeoDataFrame, grid: Grid) -> gpd.GeoSeries:
    """
    Union of a layer's polygons, in the grid's CRS.

    Parameters
    ----------
    layer : GeoDataFrame
        Valid polygons in any CRS; edges are straight in that CRS.
    grid : Grid

    Returns
    -------
    GeoSeries, one item
        Empty where the layer is.
    """
    return gpd.GeoSeries([carried(layer, grid.crs).geometry.union_all()], crs=grid.crs)


def cumulative_shares(
    unions: Iterable[gpd.GeoSeries], grid: Grid
) -> Iterator[npt.NDArray[np.float64]]:
    """
    Share of each cell that the first, the first two, … all layers cover together.

    Where layers overlap, the ground counts once, whatever cell it lies in.

    Parameters
    ----------
    unions : iterable of GeoSeries
        As `dissolved` gives them.
    grid : Grid

    Yields
    ------
    ndarray, (rows, cols)
        In [0, 1]; one a layer, none smaller than the one before.
    """
    together = shapely.Polygon()
    for union in unions:
        together = shapely.union(together, union.iloc[0])
        yield disjoint_share(gpd.GeoSeries([together], crs=grid.crs), grid)


def common_share(
    first: gpd.GeoSeries, second: gpd.GeoSeries, grid: Grid
) -> npt.NDArray[np.float64]:
    """
    Share of each cell that two layers both cover.

    Parameters
    ----------
    first, second : GeoSeries
        As `dissolved` gives them.
    grid : Grid

    Returns
    -------
    ndarray, (rows, cols)
        In [0, 1].
    """
    common = shapely.intersection(first.iloc[0], second.iloc[0])
    return disjoint_share(gpd.GeoSeries([common], crs=grid.crs), grid)
