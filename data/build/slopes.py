"""Slope of a height grid on the ellipsoid, the Horn way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

if TYPE_CHECKING:
    from landscape import Grid
    from numpy.typing import ArrayLike

_SEMI_MAJOR_M = 6378137.0
_E2 = 0.00669438002290


def slope_degrees(height: ArrayLike, lat_deg: Grid, step_s: float) -> Grid:
    """
    Slope in degrees from the eight neighbours [1]_, with metric spacing per row.

    `height` is in metres, `lat_deg` the latitude of each row, `step_s` the step in arc seconds.
    Cells of the outermost ring use the edge value repeated.

    References
    ----------
    .. [1] Horn, B. K. P. (1981). Hill shading and the reflectance map. Proc. IEEE 69(1), 14-47.
    """
    step = np.radians(step_s / 3600)
    sine = np.sin(np.radians(lat_deg))
    bend = 1.0 - _E2 * sine**2
    east_m = _SEMI_MAJOR_M / np.sqrt(bend) * np.cos(np.radians(lat_deg)) * step
    north_m = _SEMI_MAJOR_M * (1.0 - _E2) / bend**1.5 * step
    grid = np.asarray(height, dtype=float)
    smooth, ramp = np.array([1.0, 2.0, 1.0]), np.array([-1.0, 0.0, 1.0])
    across = ndimage.correlate1d(ndimage.correlate1d(grid, ramp, 1), smooth, 0)
    along = ndimage.correlate1d(ndimage.correlate1d(grid, ramp, 0), smooth, 1)
    rise = np.hypot(across / (8.0 * east_m[:, None]), along / (8.0 * north_m[:, None]))
    slope: Grid = np.degrees(np.arctan(rise))
    return slope
