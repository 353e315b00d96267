"""
Coordinate reference systems: CGCS2000 and its zones, and the checks that refuse to guess.

EPSG codes of the zones: domain notes §3.1, each checked with pyproj.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyproj import CRS, Geod

from dzgis.errors import CRSError, CRSMismatchError
from dzgis.terms import Text

if TYPE_CHECKING:
    import geopandas as gpd

CGCS2000 = CRS.from_epsg(4490)
"""China Geodetic Coordinate System 2000, geographic, degrees (EPSG:4490)."""

SEMI_MAJOR_M = 6378137.0
INVERSE_FLATTENING = 298.257222101
ELLIPSOID = Geod(a=SEMI_MAJOR_M, rf=INVERSE_FLATTENING)
"""The CGCS2000 ellipsoid (its axes are those of GRS80)."""

ZONE_WIDTH_DEG = 3
_FIRST_MERIDIAN_DEG, _LAST_MERIDIAN_DEG = 75, 135
_EPSG_OF_FIRST_MERIDIAN = 4534


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


def check_same_crs(first: gpd.GeoDataFrame, second: gpd.GeoDataFrame, *, names: str) -> None:
    """
    Raise when two frames differ in CRS or one has none.

    Raises
    ------
    CRSMismatchError
        Nothing is reprojected here.
    """
    if first.crs is not None and first.crs == second.crs:
        return
    found = [crs_name(f.crs) if f.crs is not None else "—" for f in (first, second)]
    raise CRSMismatchError(
        Text(
            f"{names} 的坐标系不同：{found[0]} 与 {found[1]}；请先统一坐标系",
            f"{names} differ in CRS: {found[0]} and {found[1]}; bring them to one CRS first",
        )
    )
