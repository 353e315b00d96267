"""How sure a slope is (坡度不确定性): from the DEM's vertical error to a cell's class."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from dzgis.engine import run_blocks
from dzgis.errors import InputError
from dzgis.grid import Raster, Window, padded_block, windows
from dzgis.terms import Text
from dzgis.terrain.gradient import HALO_CELLS, Method, gradient
from dzgis.terrain.ground import cell_spacing_m, ground_axes

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from dzgis.terrain.dem_error import DemError

    Array = npt.NDArray[np.float64]

STENCILS: dict[Method, tuple[float, float]] = {
    "horn": (1.0 / 8.0, 2.0 / 8.0),
    "zevenbergen-thorne": (0.0, 1.0 / 2.0),
}
"""Weights of the corner cells and of the edge cells in a gradient times the spacing."""

BLOCK_CELLS = 512
_UPRIGHT_DEG = 90.0


def east_stencil(method: Method) -> Array:
    """
    Weights of the 3×3 elevations in the eastward gradient times the spacing.

    Returns
    -------
    ndarray, (3, 3)
        Rows from north to south. Its transpose turned upside down is the northward one.

    Raises
    ------
    InputError
        If there is no such method.
    """
    if method not in STENCILS:
        known = ", ".join(STENCILS)
        raise InputError(
            Text(
                f"没有坡度算法 {method!r}；可用：{known}",
                f"there is no slope method {method!r}; there are: {known}",
            )
        )
    corner, edge = STENCILS[method]
    column = np.array([corner, edge, corner])
    return np.stack([-column, np.zeros(3), column], axis=1)


def gradient_sd(
    easting_m: npt.ArrayLike, northing_m: npt.ArrayLike, error: DemError, *, method: Method = "horn"
) -> tuple[Array, Array]:
    """
    Standard deviations of the two components of the gradient.

    Parameters
    ----------
    easting_m, northing_m : array_like, (rows,)
        Metres between neighbouring cells, as `cell_spacing_m` gives them.
    error : DemError
    method : {"horn", "zevenbergen-thorne"}

    Returns
    -------
    two ndarrays, (rows,)
        Of the eastward and the northward gradient, metres per metre.

    Notes
    -----
    The gradient is Σ wᵢzᵢ, so its variance is ΣΣ wᵢwⱼC(dᵢⱼ), here summed by lags. The two
    components are independent: one stencil is odd where the other is even. For errors without
    correlation Horn's gives σ·√12/(8·Δ).

    References
    ----------
    J. Oksanen, T. Sarjakoski, Error propagation of DEM-based surface derivatives, Computers &
    Geosciences 31 (2005).
    """
    from scipy.signal import correlate2d

    east, north = np.atleast_1d(easting_m).astype(float), np.atleast_1d(northing_m).astype(float)
    stencil = east_stencil(method)
    pairs = correlate2d(stencil, stencil)
    row, col = np.indices(pairs.shape) - len(pairs) // 2
    lag_m = np.hypot(col * east[:, np.newaxis, np.newaxis], row * north[:, np.newaxis, np.newaxis])
    covariance = error.covariance_m2(lag_m)
    # The northward stencil is the eastward one turned: its pairs are the transposed ones.
    variances = [np.tensordot(covariance, w, axes=([1, 2], [0, 1])) for w in (pairs, pairs.T)]
    sd_east, sd_north = (np.sqrt(np.maximum(variance, 0.0)) for variance in variances)
    return sd_east / east, sd_north / north


def class_probability(
    dem: Raster,
    error: DemError,
    *,
    above_deg: float,
    up_to_deg: float,
) -> Raster:
    """
    Probability that each cell's true slope lies in (above, up_to], given the DEM and its error.

    Parameters
    ----------
    dem : Raster
        Elevations in metres, NaN where not known; grids as for `slope`.
    error : DemError
        Vertical error of the DEM and its correlation.
    above_deg : float
        Lower limit in degrees, exclusive; below 0, e.g. −inf, for none.
    up_to_deg : float
        Upper limit in degrees, inclusive; 90 or more, e.g. inf, for none.

    Returns
    -------
    Raster of float32
        ``class_probability``, in [0, 1], NaN where the slope is not known.

    Raises
    ------
    InputError
        If the limits are not in order.
    CRSError
        If the grid gives no slopes in metres.

    Notes
    -----
    The measured gradient by Horn's method is the true one plus a normal error of known standard
    deviations (`gradient_sd`). Nothing else being known of the true gradient (a flat prior), it is
    normal about the measured one; the probability is what of it lies between the two circles
    tan(above) and tan(up_to), integrated to 1e-6.

    That is a Bayesian reading. It is also the share of copies of the DEM with one more error added
    whose slope falls in the class, which is what a Monte Carlo run counts. It is not the long-run
    frequency of a right class over repeated surveys of one terrain, and where errors are as large
    as the gradients themselves the flat prior makes land steeper than it is. The "true slope" is
    the one that the same cells would give without errors; what lies between cells is not in it.
    """
    check_limits(above_deg, up_to_deg)
    easting_m, northing_m = cell_spacing_m(dem.grid)
    sd_east, sd_north = gradient_sd(easting_m, northing_m, error)
    result = np.full(dem.grid.shape, np.nan, dtype=np.float32)

    axes = ground_axes(dem.grid)
    elevation = dem.values.astype(np.result_type(dem.values.dtype, np.float32), copy=False)

    def task(window: Window) -> npt.NDArray[np.float32]:
        block = padded_block(elevation, window, HALO_CELLS).astype(np.float64)
        rows = window.rows
        gradients = gradient(block, axes[rows], method="horn")
        limits = (above_deg, up_to_deg)
        return block_probability(*gradients, sd_east[rows], sd_north[rows], limits)

    for window, values in run_blocks(task, windows(dem.grid.shape, block=BLOCK_CELLS)):
        result[window.rows, window.cols] = values
    return Raster(result, dem.grid, "class_probability", dem.note)


def probability_block(
    z: npt.NDArray[np.floating],
    axes: Array,
    error: DemError,
    ranges_deg: Sequence[tuple[float, float]],
) -> npt.NDArray[np.float32]:
    """
    Probability that cells of a block lie in one of some classes.

    Parameters
    ----------
    z : ndarray of floats, (rows + 2, cols + 2)
        Metres, NaN where not known.
    axes : ndarray, (rows, 4)
        As `ground_axes` gives them, of a grid that is not turned.
    error : DemError
    ranges_deg : sequence of (above, up_to)

    Returns
    -------
    ndarray of float32, (rows, cols)
        In [0, 1], NaN where the slope is not known.
    """
    sd_east, sd_north = gradient_sd(1.0 / np.abs(axes[:, 0]), 1.0 / np.abs(axes[:, 3]), error)

    def compute(stripe: Array, stripe_axes: Array, rows: slice) -> npt.NDArray[np.float32]:
        steps = gradient(stripe, stripe_axes, method="horn")
        sds = sd_east[rows], sd_north[rows]
        parts = [block_probability(*steps, *sds, ends) for ends in ranges_deg]
        return np.asarray(np.sum(parts, axis=0), dtype=np.float32)

    stripes = [slice(n, min(n + BLOCK_CELLS, len(axes))) for n in range(0, len(axes), BLOCK_CELLS)]
    return np.concatenate(
        [
            compute(z[rows.start : rows.stop + 2].astype(np.float64), axes[rows], rows)
            for rows in stripes
        ]
    )


def check_limits(above_deg: float, up_to_deg: float) -> None:
    """Raise unless the limits of a class are in order."""
    if not above_deg < up_to_deg:
        raise InputError(
            Text(
                f"坡度区间 ({above_deg}, {up_to_deg}] 为空；下限须小于上限",
                f"the class ({above_deg}, {up_to_deg}] is empty; the lower limit must be below "
                "the upper one",
            )
        )


def block_probability(
    east: Array, north: Array, sd_east: Array, sd_north: Array, limits_deg: tuple[float, float]
) -> npt.NDArray[np.float32]:
    """
    Probability of a class from gradients and their errors.

    Parameters
    ----------
    east, north : ndarray, (rows, cols)
        Gradients, NaN where not known.
    sd_east, sd_north : ndarray, (rows,)
    limits_deg : (above, up_to)

    Returns
    -------
    ndarray of float32, (rows, cols)
    """
    from dzgis.terrain.disc import ring_probability

    if not (sd_east.all() and sd_north.all()):
        return _certain(east, north, limits_deg)
    inner, outer = (_radius(limit) for limit in limits_deg)
    found: npt.NDArray[np.float32] = ring_probability(east, north, sd_east, sd_north, inner, outer)
    return found


def _certain(east: Array, north: Array, limits_deg: tuple[float, float]) -> npt.NDArray[np.float32]:
    """Without an error: 1 in the class and 0 outside, as `classify` takes a slope of `slope`."""
    above_deg, up_to_deg = limits_deg
    degrees = slope_deg(east, north).astype(np.float32).astype(np.float64)
    inside = ((degrees > above_deg) & (degrees <= up_to_deg)).astype(np.float32)
    return np.where(np.isnan(degrees), np.float32(np.nan), inside)


def slope_deg(east: Array, north: Array) -> Array:
    """Slope in degrees of gradients in metres per metre."""
    return np.degrees(np.arctan(np.hypot(east, north)))


def _radius(limit_deg: float) -> float:
    """Gradient at a limit: 0 for none below, infinite for none above."""
    if limit_deg >= _UPRIGHT_DEG:
        return math.inf
    return math.tan(math.radians(max(limit_deg, 0.0)))
