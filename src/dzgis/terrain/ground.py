"""From steps between cells to metres on the ground: the axes of a grid, row by row."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from dzgis.crs import INVERSE_FLATTENING, SEMI_MAJOR_M, check_scale, crs_name, is_metric
from dzgis.errors import CRSError
from dzgis.terms import Text

if TYPE_CHECKING:
    import numpy.typing as npt
    from pyproj import CRS

    from dzgis.grid import Grid

    Array = npt.NDArray[np.float64]

POLAR_DEG = 89.0
"""Beyond this latitude the metres of a degree of longitude shrink to nothing."""
_HALF_TURN_DEG = 180.0


def ground_axes(grid: Grid, rows: slice | None = None) -> Array:
    """
    How a change per cell becomes a change per metre, for each row.

    Parameters
    ----------
    grid : Grid
        Geographic and not turned, or projected in metres and turned as it may be.
    rows : slice, optional
        Only these rows; the values are the same to the bit.

    Returns
    -------
    ndarray, (rows, 4)
        ``xc, xr, yc, yr``: with z changing by `zc` a column and by `zr` a row, it changes by
        ``xc·zc + xr·zr`` a metre along the CRS's x axis and by ``yc·zc + yr·zr`` along its y axis.

    Raises
    ------
    CRSError
        If the grid's unit is neither degrees nor metres, its metres are not the ground's, or it
        reaches a pole, crosses the anti-meridian or is turned in degrees.

    Notes
    -----
    In a geographic grid a row's cells are N·cos(latitude)·Δλ and M·Δφ apart, with the radii of
    curvature N (prime vertical) and M (meridian) of the CGCS2000 ellipsoid.
    """
    check_grid(grid)
    chosen = np.arange(grid.height)[rows or slice(None)]
    if grid.crs.is_geographic:
        return _geographic_axes(grid, chosen)
    t = grid.transform
    turned = np.linalg.inv(np.array([[t.a, t.b], [t.d, t.e]])).T
    return np.tile(turned.ravel(), (len(chosen), 1))


@lru_cache(maxsize=32)
def check_grid(grid: Grid) -> None:
    """Raise when slopes cannot be measured on a grid, as `ground_axes` does."""
    if grid.crs.is_geographic:
        _check_degrees(grid)
        return
    if not is_metric(grid.crs):
        raise CRSError(_not_metric(grid.crs))
    check_scale(grid.crs, grid.bounds)


def cell_spacing_m(grid: Grid) -> tuple[Array, Array]:
    """
    Metres between neighbouring cells along a row and along a column, for each row.

    Returns
    -------
    two ndarrays, (rows,)

    Raises
    ------
    CRSError
        As `ground_axes`.
    """
    xc, xr, yc, yr = ground_axes(grid).T
    determinant = np.abs(xc * yr - xr * yc)
    # The rows of the inverse: an axis of the grid is as long as the other one's gradient.
    return np.hypot(xr, yr) / determinant, np.hypot(xc, yc) / determinant


def _geographic_axes(grid: Grid, rows: npt.NDArray[np.int64]) -> Array:
    t = grid.transform
    latitude = np.radians(t.f + t.e * (rows + 0.5))
    flattening = 1.0 / INVERSE_FLATTENING
    e2 = flattening * (2.0 - flattening)
    w2 = 1.0 - e2 * np.sin(latitude) ** 2
    prime_vertical = SEMI_MAJOR_M / np.sqrt(w2)
    meridian = SEMI_MAJOR_M * (1.0 - e2) / w2**1.5
    axes = np.zeros((len(rows), 4))
    axes[:, 0] = 1.0 / (prime_vertical * np.cos(latitude) * np.radians(t.a))
    axes[:, 3] = 1.0 / (meridian * np.radians(t.e))
    return axes


def _check_degrees(grid: Grid) -> None:
    west, south, east, north = grid.bounds
    name = crs_name(grid.crs)
    if grid.transform.b or grid.transform.d:
        raise CRSError(
            Text(
                f"DEM 以经纬度（{name}）表示且格网有旋转；请用 gdalwarp 校正为正北方向",
                f"the DEM is in degrees ({name}) and its grid is turned; straighten it with "
                "gdalwarp",
            )
        )
    if max(abs(south), abs(north)) > POLAR_DEG:
        raise CRSError(
            Text(
                f"DEM 到达极点附近（纬度 {south:g} … {north:g}，超过 ±{POLAR_DEG:g}°）；"
                "请裁去极区，或投影到极方位投影",
                f"the DEM reaches a pole (latitudes {south:g} … {north:g}, beyond "
                f"±{POLAR_DEG:g}°); cut the polar part off or project it to a polar projection",
            )
        )
    cell = abs(grid.transform.a)
    if west < -_HALF_TURN_DEG - cell or east > _HALF_TURN_DEG + cell:
        raise CRSError(
            Text(
                f"DEM 跨越 180° 经线（经度 {west:g} … {east:g}）；请在 180° 处分开，分别计算",
                f"the DEM crosses the anti-meridian (longitudes {west:g} … {east:g}); split it at "
                "180° and run both parts",
            )
        )


def _not_metric(crs: CRS) -> Text:
    units = ", ".join(dict.fromkeys(axis.unit_name for axis in crs.axis_info)) or "?"
    return Text(
        f"DEM 坐标系 {crs_name(crs)} 的单位是 {units}，需要米；"
        "请用 gdalwarp 投影到以米为单位的坐标系",
        f"the DEM's CRS {crs_name(crs)} is in {units}, metres are required; project it to a CRS in "
        "metres with gdalwarp",
    )
