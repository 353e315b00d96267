"""Slope classes of parcels (地块坡度分级) by the exact share of each cell, and mean and median."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dzgis.area import polygon_area_m2
from dzgis.coverage import zones_on_grid
from dzgis.frames import check_polygons
from dzgis.grid import Raster, Window
from dzgis.terrain.classes import classify
from dzgis.terrain.parcel_slope import parcel_probability
from dzgis.terrain.slope import slope
from dzgis.units import DECIMALS_M2, apportioned
from dzgis.zonal_statistics import zonal_statistics

if TYPE_CHECKING:
    import geopandas as gpd

    from dzgis.plan.model import SlopeClasses
    from dzgis.terrain.dem_error import DemError

UNKNOWN = "unknown"
_AROUND_CELLS = 2


def parcel_slopes(
    parcels: gpd.GeoDataFrame, dem: Raster, classes: SlopeClasses, *, error: DemError | None = None
) -> pd.DataFrame:
    """
    Area of each slope class in each parcel, and how steep and how sure the parcel is.

    Parameters
    ----------
    parcels : GeoDataFrame, n rows
        Valid polygons with a unique index, any CRS.
    dem : Raster
        Elevations in metres, NaN where not known.
    classes : SlopeClasses
        By slope alone: what elevation or relief takes down is not looked at.
    error : DemError, optional
        Then how sure the mean slope is, too.

    Returns
    -------
    DataFrame, n rows, on the index of `parcels`
        As `slope_areas`, and with `error` as `slope_certainty`.

    Raises
    ------
    InputError, CRSError
        As `slope`, `zonal_statistics` and `parcel_probability`.
    """
    check_polygons(parcels, name="parcels")
    near = dem_near(dem, parcels)
    table = slope_areas(parcels, slope(near), classes)
    return table if error is None else table.join(slope_certainty(parcels, near, classes, error))


def slope_areas(
    parcels: gpd.GeoDataFrame, slope_deg: Raster, classes: SlopeClasses
) -> pd.DataFrame:
    """
    Area of each slope class in each parcel, and its mean and median slope.

    Parameters
    ----------
    parcels : GeoDataFrame, n rows
    slope_deg : Raster
        Degrees, NaN where not known.
    classes : SlopeClasses
        With k classes.

    Returns
    -------
    DataFrame, n rows, on the index of `parcels`
        Columns 1 … k and ``unknown``: ellipsoidal m² in 0.01 m² that add up to the parcel's area
        of record; ground outside the raster is unknown. ``mean_deg`` and ``median_deg`` of the
        known area, NaN where none is.
    """
    classified = classify(slope_deg, classes)
    shares = zonal_statistics(classified, parcels, statistics=("shares",))
    steep = zonal_statistics(slope_deg, parcels, statistics=("mean", "median"))
    record = polygon_area_m2(parcels).to_numpy(dtype=np.float64)
    numbers = list(range(1, len(classes.classes) + 1))
    known = shares.reindex(columns=[f"share_{n}" for n in numbers]).fillna(0.0).to_numpy()
    unknown = shares["unknown_share"].to_numpy()[:, np.newaxis]
    parts = np.hstack([known * (1.0 - unknown), unknown]) * record[:, np.newaxis]
    rows = [
        apportioned(part, total, DECIMALS_M2)[0]
        for part, total in zip(parts.tolist(), record.tolist(), strict=True)
    ]
    table = pd.DataFrame(rows, index=parcels.index, columns=[*numbers, UNKNOWN], dtype=float)
    return table.assign(mean_deg=steep["mean"], median_deg=steep["median"])


def slope_certainty(
    parcels: gpd.GeoDataFrame, dem: Raster, classes: SlopeClasses, error: DemError
) -> pd.DataFrame:
    """
    How sure it is that a parcel's mean slope is low-hill (低丘缓坡).

    Parameters
    ----------
    parcels : GeoDataFrame, n rows
    dem : Raster
    classes : SlopeClasses
        Ranges of low hills that do not touch are added up.
    error : DemError

    Returns
    -------
    DataFrame, n rows, on the index of `parcels`
        ``mean_sd_deg``, standard deviation of the mean slope; ``probability`` that it is low-hill;
        ``expected_share`` of the known area that is; see `parcel_probability`.
    """
    parts = [
        parcel_probability(parcels, dem, error, above_deg=low, up_to_deg=high)
        for low, high in classes.low_hill_ranges_deg
    ]
    return pd.DataFrame(
        {
            "mean_sd_deg": parts[0]["mean_slope_sd_deg"],
            "probability": sum(part["probability"] for part in parts),
            "expected_share": sum(part["expected_share"] for part in parts),
        }
    )


def dem_near(dem: Raster, parcels: gpd.GeoDataFrame) -> Raster:
    """
    Part of a DEM around parcels: slopes of the cells that they touch are those of the whole.

    One row and column are left where no parcel lies on the DEM.
    """
    windows = zones_on_grid(parcels[[parcels.geometry.name]], dem.grid).windows
    windows = windows[windows[:, 1] > windows[:, 0]]
    if not len(windows):
        windows = np.array([[0, 1, 0, 1]])
    low, high = windows[:, ::2].min(axis=0), windows[:, 1::2].max(axis=0)
    box = Window(slice(int(low[0]), int(high[0])), slice(int(low[1]), int(high[1])))
    box = box.grown(_AROUND_CELLS, dem.grid.shape)
    return Raster(dem.values[box.rows, box.cols], dem.grid.part(box), dem.name, dem.note)
