"""The CRS that a user gives to a source without one: used there only, never against the source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyproj import CRS
from pyproj.exceptions import CRSError as ProjError

from dzgis.crs import crs_name
from dzgis.errors import CRSError
from dzgis.inputs.log import LOG
from dzgis.terms import Text

if TYPE_CHECKING:
    import geopandas as gpd


def with_crs(frame: gpd.GeoDataFrame, given: str | None, where: str) -> gpd.GeoDataFrame:
    """
    Frame in the CRS that the user gave, where its source says none; it is logged.

    Parameters
    ----------
    frame : GeoDataFrame
        As read.
    given : str or None
        E.g. ``EPSG:4543``; None where the user said nothing.
    where : str
        How messages call the source.

    Raises
    ------
    CRSError
        If `given` is no CRS, or the source says another one.
    """
    if given is None:
        return frame
    crs = crs_of(given)
    if frame.crs is None:
        LOG.warning(
            Text(
                f"{where} 没有坐标系，按用户给出的 {crs_name(crs)} 读取",
                f"{where} has no CRS, it is read in {crs_name(crs)} as the user says",
            )
        )
        return frame.set_crs(crs)
    if frame.crs.equals(crs, ignore_axis_order=True):
        return frame
    raise CRSError(
        Text(
            f"{where} 的坐标系是 {crs_name(frame.crs)}，与给出的 {crs_name(crs)} 矛盾；"
            "--crs 只用于没有坐标系的数据，请去掉它或改正数据",
            f"{where} is in {crs_name(frame.crs)}, which contradicts the {crs_name(crs)} that was "
            "given; --crs is for data without a CRS, leave it out or correct the data",
        )
    )


def crs_of(given: str) -> CRS:
    """
    CRS by what a user writes.

    Raises
    ------
    CRSError
        If it is none.

    Examples
    --------
    >>> crs_of("EPSG:4543").to_epsg()
    4543
    """
    try:
        return CRS.from_user_input(int(given) if given.strip().isdigit() else given)
    except ProjError as error:
        raise CRSError(
            Text(
                f"“{given}”不是坐标系；请写成 EPSG:4543 这样的代码",
                f"'{given}' is no CRS; write a code like EPSG:4543",
            )
        ) from error
