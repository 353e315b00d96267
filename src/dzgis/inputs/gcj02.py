"""
Offsets of the coordinates of Chinese internet maps (GCJ-02, BD-09), to recognise them only.

The published formula is the one that circulates with every map library; nothing is shifted back
with it. Offsets are 350–390 m in Central Yunnan for GCJ-02 and about 1 km for BD-09.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Numbers = npt.NDArray[np.float64]

_AXIS_M = 6378245.0
_E2 = 0.00669342162296594323
_ORIGIN = (105.0, 35.0)
_BD_LON_DEG, _BD_LAT_DEG = 0.0065, 0.006
_BD_WAVE = np.pi * 3000.0 / 180.0


def gcj02_of(lonlat: Numbers) -> Numbers:
    """
    Coordinates that GCJ-02 gives to places.

    Parameters
    ----------
    lonlat : ndarray, (n, 2)
        Degrees, WGS 84 or CGCS2000, in China.

    Returns
    -------
    ndarray, (n, 2)
        Degrees.
    """
    lon, lat = lonlat[:, 0], lonlat[:, 1]
    x, y = lon - _ORIGIN[0], lat - _ORIGIN[1]
    phi = np.radians(lat)
    w2 = 1.0 - _E2 * np.sin(phi) ** 2
    north = _AXIS_M * (1.0 - _E2) / (w2 * np.sqrt(w2))
    east = _AXIS_M / np.sqrt(w2) * np.cos(phi)
    return np.column_stack(
        [lon + np.degrees(_east_m(x, y) / east), lat + np.degrees(_north_m(x, y) / north)]
    )


def bd09_of(lonlat: Numbers) -> Numbers:
    """Coordinates that BD-09 gives to places; see `gcj02_of`."""
    lon, lat = gcj02_of(lonlat).T
    z = np.hypot(lon, lat) + 2e-5 * np.sin(lat * _BD_WAVE)
    theta = np.arctan2(lat, lon) + 3e-6 * np.cos(lon * _BD_WAVE)
    return np.column_stack([z * np.cos(theta) + _BD_LON_DEG, z * np.sin(theta) + _BD_LAT_DEG])


def _waves(value: Numbers) -> Numbers:
    """Shortest waves that both offsets share."""
    return (20.0 * np.sin(6.0 * value * np.pi) + 20.0 * np.sin(2.0 * value * np.pi)) * 2.0 / 3.0


def _north_m(x: Numbers, y: Numbers) -> Numbers:
    plain = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y**2 + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    middle = (20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
    long = (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2.0 / 3.0
    return np.asarray(plain + _waves(x) + middle + long)


def _east_m(x: Numbers, y: Numbers) -> Numbers:
    plain = 300.0 + x + 2.0 * y + 0.1 * x**2 + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x))
    middle = (20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
    long = (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    return np.asarray(plain + _waves(x) + middle + long)
