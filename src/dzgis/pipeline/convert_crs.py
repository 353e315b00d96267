"""The CRS of a conversion: what the source has, what the target takes, and nothing guessed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pyproj import CRS
from pyproj.exceptions import CRSError as UnknownCRSError

from dzgis import inputs as room
from dzgis import stores
from dzgis.crs import Zone, crs_name, gauss_kruger, zone_of
from dzgis.errors import CRSError, listed, raise_all
from dzgis.terms import Text

if TYPE_CHECKING:
    import geopandas as gpd

WGS84 = CRS.from_epsg(4326)


def parsed_crs(said: str | None) -> CRS | None:
    """
    CRS that a user named: an EPSG code with or without ``EPSG:``, or anything pyproj knows.

    Raises
    ------
    CRSError
        If there is none such.
    """
    if said is None:
        return None
    text = str(said).strip()
    try:
        return CRS.from_user_input(int(text) if text.isdecimal() else text)
    except UnknownCRSError as error:
        raise CRSError(
            Text(
                f"没有坐标系 {said}；请写 EPSG 代码，如 4522",
                f"there is no CRS {said}; give an EPSG code, e.g. 4522",
            )
        ) from error


def with_crs(table: room.Table, crs: CRS | None) -> gpd.GeoDataFrame:
    """
    Frame of a table with its CRS, or with the one that the user named for a table without.

    Raises
    ------
    CRSError
        If it has none and none was named, or has another one.
    """
    found = table.frame.crs
    if found is None and crs is None:
        raise CRSError(
            Text(
                f"{table.where} 没有坐标系；请用 --crs 指明（如 --crs 4522），不猜测",
                f"{table.where} has no coordinate reference system (CRS); name it with --crs (e.g. "
                "--crs 4522), nothing is guessed",
            )
        )
    if found is not None and crs is not None and not found.equals(crs, ignore_axis_order=True):
        raise CRSError(
            Text(
                f"{table.where} 的坐标系是 {crs_name(found)}，--crs 说是 {crs_name(crs)}；"
                "--crs 只用于没有坐标系的数据，要转换请用 --to-crs",
                f"{table.where} is in {crs_name(found)}, --crs says {crs_name(crs)}; --crs is for "
                "data without a CRS, --to-crs reprojects",
            )
        )
    return table.frame if found is not None else table.frame.set_crs(crs)


def in_crs_of(
    frame: gpd.GeoDataFrame, form: stores.VectorFormat, to_crs: CRS | None
) -> tuple[gpd.GeoDataFrame, list[Text]]:
    """
    Frame in the CRS that a format takes, else in the one asked for.

    Raises
    ------
    CRSError
        If the format takes no such CRS, or coordinates would have to go to another datum.
    """
    if form.crs == stores.DEGREES:
        if to_crs is not None and not to_crs.is_geographic:
            raise CRSError(
                Text(
                    f"{form.name} 只存 WGS 84 经纬度，不能用 --to-crs {crs_name(to_crs)}",
                    f"{form.name} holds WGS 84 degrees only, not --to-crs {crs_name(to_crs)}",
                )
            )
        return in_degrees(frame), []
    carried = carried_to(frame, to_crs) if to_crs is not None else frame
    if form.crs == stores.METRES and carried.crs.is_geographic:
        raise CRSError(
            Text(
                f"{form.name} 不存坐标系，不能写经纬度；请用 --to-crs 指定投影坐标系，如 4522",
                f"{form.name} keeps no CRS, degrees mean nothing in it; name a projected CRS with "
                "--to-crs, e.g. 4522",
            )
        )
    return carried, []


def in_degrees(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Frame in longitude and latitude; CGCS2000 is taken for WGS 84, which it equals to 0.1 m."""
    check_datums(frame.crs)
    own = frame.crs.geodetic_crs
    degrees = frame if frame.crs.is_geographic else frame.to_crs(own)
    return degrees.set_crs(WGS84, allow_override=True)


def carried_to(frame: gpd.GeoDataFrame, crs: CRS) -> gpd.GeoDataFrame:
    """Frame in another CRS of a datum that equals CGCS2000."""
    if frame.crs == crs:
        return frame
    check_datums(frame.crs, crs)
    return frame.to_crs(crs)


def check_datums(*systems: CRS) -> None:
    """Raise when coordinates would have to change their datum."""
    raise_all([fault for crs in systems for fault in room.crs_faults(crs, crs_name(crs))], CRSError)


def txt_crs(frame: gpd.GeoDataFrame, to_crs: CRS | None) -> tuple[CRS, list[Text]]:
    """
    Choose the zone of a TXT: the one asked for, the frame's own, else that of the parcels' centres.

    An own zone without prefix gets one, since bureaus take eastings of eight digits.

    Raises
    ------
    CRSError
        If the centres lie in several zones, or the CRS asked for is no zone.
    """
    if to_crs is not None:
        check_zone(to_crs)
        return to_crs, []
    own = zone_of(frame.crs)
    if own is not None:
        said = Text(
            f"东坐标加带号 {own.number} 写出；不要带号请用 --to-crs {crs_name(frame.crs)}",
            f"eastings are written with the zone's prefix {own.number}; without it: --to-crs "
            f"{crs_name(frame.crs)}",
        )
        return replace(own, prefixed=True).crs, [] if own.prefixed else [said]
    return _zone_of_centres(frame)


def check_zone(crs: CRS) -> Zone:
    """Raise when a CRS is no Gauss-Krüger zone of CGCS2000; else return the zone."""
    zone = zone_of(crs)
    if zone is None:
        raise CRSError(
            Text(
                f"{crs_name(crs)} 不是 CGCS2000 的高斯-克吕格带；界址点 TXT 请用如 --to-crs 4522",
                f"{crs_name(crs)} is no Gauss-Krüger zone of CGCS2000; for a 界址点 TXT name one, "
                "e.g. --to-crs 4522",
            )
        )
    return zone


def _zone_of_centres(frame: gpd.GeoDataFrame) -> tuple[CRS, list[Text]]:
    bounds = in_degrees(frame).bounds.dropna()
    centres = (bounds["minx"] + bounds["maxx"]) / 2.0
    codes = centres.map(lambda lon_deg: gauss_kruger(lon_deg).to_epsg())
    zones = [replace(_zone(code), prefixed=True) for code in sorted(codes.unique())]
    if len(zones) == 1:
        zone = zones[0]
        note = Text(
            f"按地块中心所在的三度带写出：第 {zone.number} 带（{crs_name(zone.crs)}）",
            f"written in the 3-degree zone of the parcels' centres: {zone.number} "
            f"({crs_name(zone.crs)})",
        )
        return zone.crs, [note]
    parts = "; ".join(
        f"{_zone(code).number}: {listed(codes.index[codes == code], 5)}"
        for code in sorted(codes.unique())
    )
    raise CRSError(
        Text(
            f"地块跨几个三度带（带号: 记录）：{parts}；一个 TXT 只有一个带，请用 --to-crs 指定一带"
            "（如 4522），或按带分成几个文件",
            f"the parcels lie in several 3-degree zones (zone: records): {parts}; a TXT has one "
            "zone, name it with --to-crs (e.g. 4522), or part the data by zone",
        )
    )


def _zone(code: int) -> Zone:
    """Zone of an EPSG code that is one."""
    found = zone_of(CRS.from_epsg(code))
    if found is None:
        raise AssertionError(f"EPSG:{code} is no zone")
    return found
