"""Slope (坡度) by Horn's method, on the DEM's own grid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dzgis.crs import INVERSE_FLATTENING, SEMI_MAJOR_M, check_scale, crs_name, is_metric
from dzgis.engine import Engine, run_blocks
from dzgis.errors import CRSError
from dzgis.grid import Grid, Raster, Window, windows
from dzgis.terms import Text

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[np.float64]

SLOPE_METHOD = "horn"
BLOCK_CELLS = 1024
_HALO_CELLS = 1
_HORN_WEIGHT_SUM = 8.0


def slope(dem: Raster, *, engine: Engine = "threads") -> Raster:
    """
    Slope of each cell of a DEM.

    Parameters
    ----------
    dem : Raster
        Elevations in metres, NaN where not known. Geographic grids are measured with the
        ellipsoid's metres per degree in each row; projected ones must be in metres.
    engine : {"threads", "serial"}
        How blocks are run; the result is the same.

    Returns
    -------
    Raster of float32
        ``slope_deg``: degrees in [0, 90), NaN where one of the nine cells of the window is not
        known or lies outside the grid.

    Raises
    ------
    CRSError
        If the DEM's grid is projected in another unit than metres, or its metres are not the
        ground's.

    Notes
    -----
    Weighted central differences over 3×3 cells. In a geographic grid a row's spacing is
    N·cos(latitude)·Δλ west to east and M·Δφ south to north, with the radii of curvature N (prime
    vertical) and M (meridian) of the CGCS2000 ellipsoid.

    References
    ----------
    B. K. P. Horn, Hill shading and the reflectance map, Proc. IEEE 69 (1981).
    """
    easting_m, northing_m = cell_spacing_m(dem.grid)
    elevation = dem.values
    result = np.full(dem.grid.shape, np.nan, dtype=np.float32)

    def task(window: Window) -> Array:
        block = elevation[window.outer_rows, window.outer_cols].astype(np.float64)
        return _horn_deg(block, easting_m[window.outer_rows], northing_m[window.outer_rows])[
            window.inner
        ]

    blocks = windows(dem.grid.shape, block=BLOCK_CELLS, halo=_HALO_CELLS)
    for window, values in run_blocks(task, blocks, engine=engine):
        result[window.rows, window.cols] = values
    return Raster(result, dem.grid, "slope_deg", dem.note)


def cell_spacing_m(grid: Grid) -> tuple[Array, Array]:
    """
    Metres between neighbouring cells, west to east and south to north, for each row.

    Returns
    -------
    two ndarrays, (rows,)

    Raises
    ------
    CRSError
        If the grid is projected in another unit than metres.
    """
    width, height = grid.cell_size
    if is_metric(grid.crs):
        check_scale(grid.crs, grid.bounds)
        return np.full(grid.height, width), np.full(grid.height, height)
    if not grid.crs.is_geographic:
        raise CRSError(
            Text(
                f"DEM 坐标系 {crs_name(grid.crs)} 的单位不是米；请投影到以米为单位的坐标系",
                f"the DEM's CRS {crs_name(grid.crs)} is not in metres; reproject it to metres",
            )
        )
    rows = np.arange(grid.height) + 0.5
    latitude = np.radians(grid.transform.f + grid.transform.e * rows)
    flattening = 1.0 / INVERSE_FLATTENING
    e2 = flattening * (2.0 - flattening)
    w2 = 1.0 - e2 * np.sin(latitude) ** 2
    prime_vertical = SEMI_MAJOR_M / np.sqrt(w2)
    meridian = SEMI_MAJOR_M * (1.0 - e2) / w2**1.5
    return prime_vertical * np.cos(latitude) * np.radians(width), meridian * np.radians(height)


def _horn_deg(z: Array, easting_m: Array, northing_m: Array) -> Array:
    """Slope in degrees of a block; its rim, which has no full window, is NaN."""
    result = np.full(z.shape, np.nan)
    nw, n, ne = z[:-2, :-2], z[:-2, 1:-1], z[:-2, 2:]
    w, centre, e = z[1:-1, :-2], z[1:-1, 1:-1], z[1:-1, 2:]
    sw, s, se = z[2:, :-2], z[2:, 1:-1], z[2:, 2:]
    # Differences before sums: elevations of thousands of metres would cost digits.
    east = (ne - nw) + 2.0 * (e - w) + (se - sw)
    north = (nw - sw) + 2.0 * (n - s) + (ne - se)
    east /= _HORN_WEIGHT_SUM * easting_m[1:-1, np.newaxis]
    north /= _HORN_WEIGHT_SUM * northing_m[1:-1, np.newaxis]
    slope_deg = np.degrees(np.arctan(np.hypot(east, north)))
    # The centre has weight 0 in Horn's sums, yet a void is a void.
    result[1:-1, 1:-1] = np.where(np.isnan(centre), np.nan, slope_deg)
    return result
