"""How much of each parcel lies in basins (占用坝子面积)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dzgis.area import polygon_area_m2
from dzgis.frames import check_polygons
from dzgis.overlay import ground_under

if TYPE_CHECKING:
    import geopandas as gpd

COLUMNS = ["area_m2", "share", "source"]


def parcel_basins(
    parcels: gpd.GeoDataFrame, basins: gpd.GeoDataFrame, *, source: str
) -> pd.DataFrame:
    """
    Ground of parcels in basins, each square metre once.

    Parameters
    ----------
    parcels : GeoDataFrame, n rows
        Valid polygons with a unique index, any CRS.
    basins : GeoDataFrame
        Polygons, any CRS: of an official layer, or as `basins` finds them in a DEM.
    source : str
        What the basins are from, e.g. a layer's path or ``DEM``.

    Returns
    -------
    DataFrame, n rows, on the index of `parcels`
        ``area_m2`` (ellipsoidal), ``share`` of the parcel in [0, 1], and ``source``.

    Raises
    ------
    InputError
        If parcels are invalid, or basins near them are.
    """
    check_polygons(parcels, name="parcels")
    ground = ground_under(parcels, basins, name=source)
    record = polygon_area_m2(parcels).to_numpy(dtype=np.float64)
    area_m2 = np.minimum(ground.covered.area_m2 * ground.factor, record)
    table = {"area_m2": area_m2, "share": area_m2 / record, "source": source}
    return pd.DataFrame(table, index=parcels.index, columns=COLUMNS)
