"""Aspect (坡向) and hillshade (山体阴影), block by block."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dzgis.terrain.gradient import by_stripes, gradient_of

if TYPE_CHECKING:
    import numpy.typing as npt

    from dzgis.terrain.gradient import Method, Sides

    Floats = npt.NDArray[np.floating]
    Array = npt.NDArray[np.float64]

SUN_AZIMUTH_DEG, SUN_ALTITUDE_DEG = 315.0, 45.0
"""North-west, as maps are lit."""
_SHADES = 254.0
_FULL_TURN_DEG = 360.0


def aspect_block(z: Floats, axes: Array, *, method: Method, sides: Sides | None = None) -> Floats:
    """
    Direction in which the ground falls.

    Parameters
    ----------
    z, axes, method, sides
        As for `slope_block`.

    Returns
    -------
    ndarray of float32, (rows, cols)
        Degrees clockwise from the grid's north in [0, 360); NaN where flat or not known.
    """

    def compute(stripe: Array, stripe_axes: Array, here: Sides) -> Floats:
        x, y = gradient_of(stripe, stripe_axes, method=method, sides=here if sides else None)
        rounded = (np.degrees(np.arctan2(-x, -y)) % _FULL_TURN_DEG).astype(np.float32)
        rounded[rounded >= _FULL_TURN_DEG] = 0.0
        return np.where((x == 0.0) & (y == 0.0), np.float32(np.nan), rounded)

    return by_stripes(compute, z, axes, sides)


def hillshade_block(
    z: Floats, axes: Array, *, method: Method, sides: Sides | None = None
) -> npt.NDArray[np.uint8]:
    """
    Light of a sun in the north-west at 45 degrees on the ground.

    Returns
    -------
    ndarray of uint8, (rows, cols)
        1 (shadow) … 255 (facing the sun), 0 where not known.
    """
    azimuth, altitude = np.radians(SUN_AZIMUTH_DEG), np.radians(SUN_ALTITUDE_DEG)

    def compute(stripe: Array, stripe_axes: Array, here: Sides) -> npt.NDArray[np.uint8]:
        x, y = gradient_of(stripe, stripe_axes, method=method, sides=here if sides else None)
        toward_sun = x * np.sin(azimuth) + y * np.cos(azimuth)
        upright = np.sin(altitude) - np.cos(altitude) * toward_sun
        light = upright / np.sqrt(1.0 + x * x + y * y)
        shade = 1.0 + _SHADES * np.maximum(light, 0.0)
        return np.where(np.isnan(shade), 0.0, np.floor(shade + 0.5)).astype(np.uint8)

    return by_stripes(compute, z, axes, sides)
