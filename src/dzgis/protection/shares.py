"""Red-line layers as shares of grid cells, for the planning view."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from dzgis.area import densified
from dzgis.coverage import union_share

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    import numpy.typing as npt

    from dzgis.grid import Grid


def cumulative_shares(
    layers: Sequence[gpd.GeoDataFrame], grid: Grid
) -> Iterator[npt.NDArray[np.float64]]:
    """
    Share of each cell that the first, the first two, … all layers cover together.

    Where layers overlap, the ground counts once, whatever cell it lies in.

    Parameters
    ----------
    layers : sequence of GeoDataFrame
        Valid polygons, each in its own CRS.
    grid : Grid

    Yields
    ------
    ndarray, (rows, cols)
        In [0, 1]; one a layer, none smaller than the one before.
    """
    united = gpd.GeoDataFrame(geometry=[], crs=grid.crs)
    for layer in layers:
        added = densified(layer).to_crs(grid.crs)[["geometry"]]
        together = pd.concat([united, added], ignore_index=True)
        united = gpd.GeoDataFrame(geometry=[together.union_all()], crs=grid.crs)
        yield union_share(united, grid)


def common_share(
    first: gpd.GeoDataFrame, second: gpd.GeoDataFrame, grid: Grid
) -> npt.NDArray[np.float64]:
    """
    Share of each cell that two layers both cover.

    Parameters
    ----------
    first, second : GeoDataFrame
        Valid polygons, each in its own CRS.
    grid : Grid

    Returns
    -------
    ndarray, (rows, cols)
        In [0, 1].
    """
    sides = [densified(layer).to_crs(grid.crs).geometry.union_all() for layer in (first, second)]
    common = gpd.GeoSeries([sides[0].intersection(sides[1])], crs=grid.crs).explode()
    polygons = common[common.geom_type == "Polygon"]
    return union_share(gpd.GeoDataFrame(geometry=polygons), grid)
