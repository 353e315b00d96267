"""
Coordinate reference systems: CGCS2000 and its zones, and the checks that refuse to guess.

EPSG codes of the zones: the EPSG registry as pyproj holds it.
"""

from __future__ import annotations

from dataclasses import dataclass

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
ZONE_NUMBERS = {3: range(25, 46), 6: range(13, 24)}
"""Zones of China by their width in degrees."""
PREFIX_M = 1_000_000
"""The number of a zone stands before eastings in millions of metres."""
MIDDLE_EASTING_M = 500_000
_EPSG_OF_ZONES = {(3, True): 4488, (3, False): 4509, (6, True): 4478, (6, False): 4489}
"""EPSG code less the zone's number, by width and prefix."""
_FIRST_MERIDIAN_DEG, _LAST_MERIDIAN_DEG = 75, 135
_EPSG_OF_FIRST_MERIDIAN = 4534
ZONE_EASTINGS_M = (200_000.0, 800_000.0)
"""Eastings of a zone without prefix."""


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


@dataclass(frozen=True)
class Zone:
    """
    A Gauss-Krüger zone (分带).

    Attributes
    ----------
    width : {3, 6}
        In degrees.
    number : int
        25–45 of 3-degree zones, 13–23 of 6-degree zones.
    prefixed : bool
        Whether eastings carry the number before them (带号): 34 500 000 m on the meridian, not
        500 000 m.
    """

    width: int
    number: int
    prefixed: bool

    @property
    def meridian_deg(self) -> int:
        """Central meridian (中央子午线)."""
        return 3 * self.number if self.width == ZONE_WIDTH_DEG else 6 * self.number - 3

    @property
    def crs(self) -> CRS:
        """The zone on CGCS2000."""
        return CRS.from_epsg(_EPSG_OF_ZONES[self.width, self.prefixed] + self.number)

    @property
    def exists(self) -> bool:
        """Whether there is such a zone in China."""
        return self.number in ZONE_NUMBERS[self.width]


def zone_of(crs: CRS) -> Zone | None:
    """
    Gauss-Krüger zone that a CRS is, by its parameters, whatever its name, code or datum.

    Without prefix the 6-degree zones are 3-degree zones too; the name tells which is meant.

    Returns
    -------
    Zone or None
        None where the CRS is no such zone.

    Examples
    --------
    >>> zone_of(CRS.from_epsg(4522)), zone_of(CRS.from_epsg(4490))
    (Zone(width=3, number=34, prefixed=True), None)
    """
    found = _transverse_mercator(crs)
    if found is None:
        return None
    meridian, easting = found
    number, rest = divmod(easting, PREFIX_M)
    if rest != MIDDLE_EASTING_M or meridian % ZONE_WIDTH_DEG:
        return None
    zones = [
        zone
        for zone in (
            Zone(3, round(meridian / 3), number > 0),
            Zone(6, round((meridian + 3) / 6), number > 0),
        )
        if zone.meridian_deg == meridian and zone.exists and number in (0, zone.number)
    ]
    plain = "".join(letter for letter in str(crs.name).lower() if letter.isalnum())
    said_wide = "3degree" not in plain and ("gk" in plain or "gauss" in plain)
    return next(iter(sorted(zones, key=lambda z: (z.width == ZONE_WIDTH_DEG) == said_wide)), None)


def _transverse_mercator(crs: CRS) -> tuple[float, float] | None:
    """Central meridian and false easting of a transverse Mercator projection of scale 1."""
    operation = crs.coordinate_operation if crs.is_projected else None
    if operation is None or "transverse mercator" not in operation.method_name.lower():
        return None
    values = {
        parameter.name.lower(): float(parameter.value)
        for parameter in operation.params
        if isinstance(parameter.value, float | int)
    }
    plain = (
        values.get("scale factor at natural origin", 1.0) == 1.0
        and values.get("latitude of natural origin", 0.0) == 0.0
        and values.get("false northing", 0.0) == 0.0
    )
    meridian = round(values.get("longitude of natural origin", 0.0), 9)
    return (meridian, values.get("false easting", 0.0)) if plain else None


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
