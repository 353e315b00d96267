"""
Coordinate reference systems: CGCS2000 and its zones, and the checks that refuse to guess.

EPSG codes of the zones: the EPSG registry as pyproj holds it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from pyproj import CRS, Geod, Proj, Transformer

from dzgis.errors import CRSError
from dzgis.terms import Text

CGCS2000 = CRS.from_epsg(4490)
"""China Geodetic Coordinate System 2000, geographic, degrees (EPSG:4490)."""

SEMI_MAJOR_M = 6378137.0
INVERSE_FLATTENING = 298.257222101
ELLIPSOID = Geod(a=SEMI_MAJOR_M, rf=INVERSE_FLATTENING)
"""The CGCS2000 ellipsoid (its axes are those of GRS80)."""

ZONE_WIDTH_DEG = 3
MAX_SCALE_ERROR = 0.005
"""Off the ground's metre by more than this, a projected grid gives no slopes."""
_FIRST_MERIDIAN_DEG, _LAST_MERIDIAN_DEG = 75, 135
_EPSG_OF_FIRST_MERIDIAN = 4534
ZONE_PREFIX_M = 1_000_000
"""An easting with prefix is the easting of the zone plus so many metres for each zone number."""
ZONE_EASTINGS_M = (200_000.0, 800_000.0)
"""Eastings of a zone without prefix."""


class Zone(NamedTuple):
    """A Gauss-Krüger zone of CGCS2000: its width in degrees, its number, and the eastings' form."""

    width_deg: int
    number: int
    prefixed: bool

    @property
    def crs(self) -> CRS:
        """Its CRS."""
        return CRS.from_epsg(_EPSG_OF_ZONE_0[self.width_deg, self.prefixed] + self.number)


_EPSG_OF_ZONE_0 = {(3, True): 4488, (3, False): 4509, (6, True): 4478, (6, False): 4489}
"""EPSG code minus zone number, by width of the zone and prefix."""
_ZONE_NUMBERS = {3: range(25, 46), 6: range(13, 24)}


def gauss_kruger(lon_deg: float) -> CRS:
    """
    3-degree Gauss-Krüger zone (without prefix) in which a longitude lies.

    Examples
    --------
    >>> gauss_kruger(102.6).to_epsg(), gauss_kruger(103.58).to_epsg()
    (4543, 4544)
    """
    meridian = ZONE_WIDTH_DEG * int((lon_deg + ZONE_WIDTH_DEG / 2) // ZONE_WIDTH_DEG)
    if not _FIRST_MERIDIAN_DEG <= meridian <= _LAST_MERIDIAN_DEG:
        raise CRSError(
            Text(
                f"经度 {lon_deg:.4f}° 不在 CGCS2000 三度带范围（73.5°–136.5°E）；请检查坐标",
                f"longitude {lon_deg:.4f}° is outside the CGCS2000 3-degree zones "
                "(73.5-136.5°E); check the coordinates",
            )
        )
    steps = (meridian - _FIRST_MERIDIAN_DEG) // ZONE_WIDTH_DEG
    return CRS.from_epsg(_EPSG_OF_FIRST_MERIDIAN + steps)


def zone_of(crs: CRS) -> Zone | None:
    """
    Zone that a CRS is, None where it is no Gauss-Krüger zone of CGCS2000.

    Examples
    --------
    >>> zone_of(CRS.from_epsg(4522))
    Zone(width_deg=3, number=34, prefixed=True)
    """
    code = crs.to_epsg() or 0
    for (width, prefixed), base in _EPSG_OF_ZONE_0.items():
        if code - base in _ZONE_NUMBERS[width]:
            return Zone(width, code - base, prefixed)
    return None


def equal_area(lat_deg: float) -> CRS:
    """
    Cylindrical equal-area frame on the CGCS2000 ellipsoid, true to shape at `lat_deg`.

    A planar area in it is the ellipsoidal area (椭球面积), in any zone and across zones.
    """
    return CRS.from_proj4(
        f"+proj=cea +lat_ts={lat_deg:.4f} +lon_0=0 +ellps=GRS80 +units=m +no_defs"
    )


def crs_name(crs: CRS) -> str:
    """Short name of a CRS for messages and tables, e.g. ``EPSG:4490``."""
    code = crs.to_epsg()
    return f"EPSG:{code}" if code else str(crs.name)


def is_metric(crs: CRS) -> bool:
    """Whether a CRS is projected with metres on both axes."""
    return bool(crs.is_projected) and all(axis.unit_name == "metre" for axis in crs.axis_info)


def check_scale(crs: CRS, bounds: tuple[float, float, float, float]) -> None:
    """
    Raise when a projection's metres are not the ground's.

    Parameters
    ----------
    crs : CRS
        Projected, in metres.
    bounds : (west, south, east, north)
        Where, in `crs`.

    Raises
    ------
    CRSError
        If the scale along the meridian or the parallel is off by more than 0.5 % at a corner or in
        the middle, as it is by 10 % in Web Mercator at 25 degrees.
    """
    west, south, east, north = bounds
    x = np.array([west, west, east, east, (west + east) / 2.0])
    y = np.array([south, north, south, north, (south + north) / 2.0])
    to_degrees = Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)
    factors = Proj(crs).get_factors(*to_degrees.transform(x, y))
    scales = np.concatenate([factors.meridional_scale, factors.parallel_scale])
    worst = float(scales[np.abs(scales - 1.0).argmax()])
    if not abs(worst - 1.0) <= MAX_SCALE_ERROR:
        raise CRSError(
            Text(
                f"坐标系 {crs_name(crs)} 在此处的长度比为 {worst:.4f}，与地面相差超过 0.5 %，"
                "坡度会失真；请投影到 CGCS2000 三度带（如 EPSG:4543）",
                f"the scale of {crs_name(crs)} is {worst:.4f} here, off the ground's by more than "
                "0.5 %, which falsifies slopes; reproject to a CGCS2000 3-degree zone "
                "(e.g. EPSG:4543)",
            )
        )
