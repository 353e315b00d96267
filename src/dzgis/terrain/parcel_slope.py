"""How sure a parcel's slope is (地块坡度的把握): share in a class, mean slope and its error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dzgis.area import cell_area_m2, polygon_area_m2
from dzgis.coverage import CellShares, zone_shares
from dzgis.frames import check_polygons
from dzgis.terrain.gradient import gradient
from dzgis.terrain.ground import cell_spacing_m, ground_axes
from dzgis.terrain.uncertainty import (
    block_probability,
    check_limits,
    east_stencil,
    gradient_sd,
    slope_deg,
)

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy.typing as npt

    from dzgis.grid import Grid, Raster
    from dzgis.terrain.dem_error import DemError

    Array = npt.NDArray[np.float64]

COLUMNS = [
    "expected_share",
    "mean_slope_deg",
    "mean_slope_sd_deg",
    "probability",
    "unknown_share",
]
_ROUNDING_SHARE = 1e-6
_REACH_LENGTHS = 20.0
"""Correlation lengths beyond which errors are taken to be independent: e⁻²⁰ = 2e-9."""


@dataclass(frozen=True)
class _Terrain:
    """
    What all parcels of one DEM share.

    Attributes
    ----------
    easting_m, northing_m, sd_east, sd_north : ndarray, (rows,)
        Spacing, and standard deviations of the gradients.
    axes : ndarray, (rows, 4)
        As `ground_axes` gives them.
    cell_m2 : ndarray, (rows, cols) or (rows, 1)
    """

    dem: Raster
    error: DemError
    limits_deg: tuple[float, float]
    easting_m: Array
    northing_m: Array
    sd_east: Array
    sd_north: Array
    axes: Array
    cell_m2: Array


def parcel_probability(
    parcels: gpd.GeoDataFrame,
    dem: Raster,
    error: DemError,
    *,
    above_deg: float,
    up_to_deg: float,
) -> pd.DataFrame:
    """
    Share of each parcel that lies in (above, up_to], and how sure its mean slope does.

    Parameters
    ----------
    parcels : GeoDataFrame, n rows
        Valid polygons with a unique index, any CRS.
    dem : Raster
        Elevations in metres, NaN where not known.
    error : DemError
    above_deg, up_to_deg : float
        Limits in degrees, exclusive and inclusive; −inf or inf for none.

    Returns
    -------
    DataFrame, n rows, on the index of `parcels`
        ``expected_share``: mean over the parcel's known area of its cells' probabilities, in
        [0, 1]. ``mean_slope_deg`` and ``mean_slope_sd_deg``: mean slope and its standard
        deviation, degrees. ``probability``: that the mean slope lies in the class, in [0, 1].
        ``unknown_share``: of the parcel's ellipsoidal area. The first four are NaN where no slope
        of the parcel is known.

    Raises
    ------
    InputError
        If polygons are invalid or the limits are not in order.
    CRSError
        If the DEM's grid gives no slopes in metres.

    Notes
    -----
    The mean slope is linearised: its derivative by each elevation is a sum of stencils, w, and its
    variance is wᵀCw with the covariance C of the errors, taken as a convolution over the parcel's
    window with the spacing of its middle. Errors that are correlated over a parcel do not average
    out, those that are not do. Where gradients are no larger than their own standard deviation
    (flat land) the linear form says too little and noise makes the mean slope too steep.
    """
    check_polygons(parcels, name="parcels")
    check_limits(above_deg, up_to_deg)
    spacing = cell_spacing_m(dem.grid)
    terrain = _Terrain(
        dem,
        error,
        (above_deg, up_to_deg),
        *spacing,
        *gradient_sd(*spacing, error),
        ground_axes(dem.grid),
        cell_area_m2(dem.grid),
    )
    area = polygon_area_m2(parcels).to_numpy()
    found = [
        _parcel(terrain, shares, float(m2))
        for shares, m2 in zip(zone_shares(parcels, dem.grid), area, strict=True)
    ]
    table = np.array(found, dtype=np.float64).reshape(len(parcels), len(COLUMNS))
    return pd.DataFrame(table, index=parcels.index, columns=COLUMNS)


def _parcel(terrain: _Terrain, shares: CellShares, area_m2: float) -> tuple[float, ...]:
    """Values of `COLUMNS` for one parcel."""
    nothing = (np.nan, np.nan, np.nan, np.nan, 1.0)
    if shares.cells.size == 0:
        return nothing
    rows, cols, weight = _window(terrain.dem.grid, shares, terrain.cell_m2)
    around = np.pad(terrain.dem.values[rows, cols].astype(float), 1, constant_values=np.nan)
    east, north = gradient(around, terrain.axes[rows], method="horn")
    known = np.isfinite(east) & np.isfinite(north)
    known_m2 = float(weight[known].sum())
    if known_m2 == 0.0:
        return nothing
    unknown_m2 = float(weight[~known].sum())
    beyond_m2 = area_m2 - known_m2 - unknown_m2
    unknown_m2 += beyond_m2 if beyond_m2 > _ROUNDING_SHARE * area_m2 else 0.0
    weight = np.where(known, weight, 0.0) / known_m2
    cells = block_probability(
        east, north, terrain.sd_east[rows], terrain.sd_north[rows], terrain.limits_deg
    )
    mean_deg = float(np.sum(weight[known] * slope_deg(east[known], north[known])))
    sd_deg = _mean_slope_sd_deg(terrain, rows, weight, (east, north))
    return (
        float(np.sum(weight[known] * cells[known])),
        mean_deg,
        sd_deg,
        _between(mean_deg, sd_deg, terrain.limits_deg),
        min(unknown_m2 / area_m2, 1.0),
    )


def _window(grid: Grid, shares: CellShares, cell_m2: Array) -> tuple[slice, slice, Array]:
    """Rows and columns about a parcel, a halo of one cell where there is one, and its m² there."""
    row, col = np.divmod(shares.cells, grid.width)
    rows = slice(max(int(row.min()) - 1, 0), min(int(row.max()) + 2, grid.height))
    cols = slice(max(int(col.min()) - 1, 0), min(int(col.max()) + 2, grid.width))
    weight = np.zeros((rows.stop - rows.start, cols.stop - cols.start))
    area = np.broadcast_to(cell_m2, grid.shape)[row, col]
    weight[row - rows.start, col - cols.start] = area * shares.shares
    return rows, cols, weight


def _mean_slope_sd_deg(
    terrain: _Terrain, rows: slice, weight: Array, gradient: tuple[Array, Array]
) -> float:
    """Standard deviation in degrees of the weighted mean of a window's slopes."""
    from scipy.signal import convolve2d, oaconvolve

    east_m, north_m = terrain.easting_m[rows], terrain.northing_m[rows]
    east, north = (np.nan_to_num(component) for component in gradient)
    steepness = np.hypot(east, north)
    # Degrees of slope per unit of steepness; on level ground no direction is known, so none.
    rate = np.degrees(weight / (1.0 + steepness**2))
    rate = np.divide(rate, steepness, out=np.zeros_like(rate), where=steepness > 0.0)
    stencil = east_stencil("horn")
    by_elevation = convolve2d(rate * east / east_m[:, np.newaxis], stencil, mode="same")
    by_elevation -= convolve2d(rate * north / north_m[:, np.newaxis], stencil.T, mode="same")
    kernel = _covariance(
        terrain.error, by_elevation.shape, float(east_m.mean()), float(north_m.mean())
    )
    spread = oaconvolve(by_elevation, kernel, mode="same")
    return float(np.sqrt(max(np.sum(by_elevation * spread), 0.0)))


def _covariance(error: DemError, shape: tuple[int, int], east_m: float, north_m: float) -> Array:
    """Covariance by lag in rows and columns, as far as the window or the correlation reaches."""
    reach_m = _REACH_LENGTHS * error.correlation_m
    n_rows = min(shape[0] - 1, int(np.ceil(reach_m / north_m)))
    n_cols = min(shape[1] - 1, int(np.ceil(reach_m / east_m)))
    down, along = np.arange(-n_rows, n_rows + 1) * north_m, np.arange(-n_cols, n_cols + 1) * east_m
    return error.covariance_m2(np.hypot(down[:, np.newaxis], along))


def _between(mean_deg: float, sd_deg: float, limits_deg: tuple[float, float]) -> float:
    """Probability that a normal value lies in (above, up_to]."""
    from scipy.special import ndtr

    above_deg, up_to_deg = limits_deg
    if sd_deg == 0.0:
        return float(above_deg < mean_deg <= up_to_deg)
    return float(ndtr((up_to_deg - mean_deg) / sd_deg) - ndtr((above_deg - mean_deg) / sd_deg))
