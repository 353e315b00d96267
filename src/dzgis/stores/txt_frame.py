"""Parcels of a frame as a 界址点 file in the standard form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
import shapely

from dzgis.area import polygon_area_m2
from dzgis.boundary_file import HEADER_END, TxtFile, TxtLine, TxtParcel
from dzgis.crs import PREFIX_M, ZONE_EASTINGS_M, Zone, zone_of
from dzgis.errors import CRSError, InputError, listed, raise_all
from dzgis.stores.vectors import lost_letters, not_encodable
from dzgis.terms import Text
from dzgis.units import M2_PER_HECTARE

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    import geopandas as gpd
    import numpy.typing as npt

TXT_ENCODING = "gb18030"
"""What the bureaus' programs read: GBK for all characters that GBK has."""
TXT_DECIMALS = 3
_OUTER = 1
_AREA_DIGITS = 4
_CONVERTED_AREA_DIGITS = 6
_KIND = "面"
_FULL_WIDTH_COMMA = "，"


class AreaColumn(NamedTuple):
    """A column of areas, and how many m² its unit has."""

    column: str
    m2: float


@dataclass(frozen=True)
class TxtColumns:
    """
    Columns that fill the header of a parcel; None leaves a field blank.

    Attributes
    ----------
    parcel_id, name, map_sheet, land_use, land_class : str or None
    area : AreaColumn or None
        Without one the ellipsoidal area is written.
    further : tuple of str
        Columns of fields after the land class.
    """

    parcel_id: str | None = None
    name: str | None = None
    map_sheet: str | None = None
    land_use: str | None = None
    land_class: str | None = None
    area: AreaColumn | None = None
    further: tuple[str, ...] = ()

    @property
    def used(self) -> set[str]:
        """All columns that reach the file."""
        words = {self.parcel_id, self.name, self.map_sheet, self.land_use, self.land_class}
        area = {self.area.column} if self.area else set()
        return {column for column in words if column} | area | set(self.further)


@dataclass(frozen=True)
class TxtStyle:
    """
    How a file is written.

    Attributes
    ----------
    made_on : date
        Day that the head names.
    encoding : str
    decimals : int
        Of the coordinates, in metres.
    """

    made_on: dt.date
    encoding: str = TXT_ENCODING
    decimals: int = TXT_DECIMALS


def txt_of(frame: gpd.GeoDataFrame, columns: TxtColumns, style: TxtStyle) -> TxtFile:
    """
    Make a 界址点 file of parcels.

    Parameters
    ----------
    frame : GeoDataFrame
        Polygons in a Gauss-Krüger zone of CGCS2000; the index names them in messages.
    columns : TxtColumns
    style : TxtStyle

    Returns
    -------
    TxtFile
        X (north) first; points J1 … of each parcel, each ring closed on its first point; outer
        rings have number 1, holes 2 and on; eastings with the zone's prefix where the CRS has it.
        Vertices keep their order, rings their start.

    Raises
    ------
    CRSError
        If the frame is in no zone, or parcels lie too far from it.
    InputError
        If shapes are no polygons, or the encoding lacks a character.
    """
    zone = zone_of(frame.crs)
    if zone is None:
        raise CRSError(_no_zone(str(frame.crs)))
    raise_all(list(_shape_faults(frame)))
    raise_all(place_faults(frame, zone), CRSError)
    rows = _header_rows(frame, columns)
    parcels = tuple(
        _parcel(shape, row, style.decimals) for shape, row in zip(frame.geometry, rows, strict=True)
    )
    file = TxtFile(tuple(_head(zone, style)), parcels, "", style.encoding)
    lost = dict.fromkeys(lost_letters(file.text, style.encoding))
    if lost:
        raise InputError(not_encodable("*", "*", "".join(lost), style.encoding))
    return file


def _head(zone: Zone, style: TxtStyle) -> Iterator[TxtLine]:
    for text in (
        "[属性描述]",
        "格式版本号=1.01",
        "数据产生单位=",
        f"数据产生日期={style.made_on.isoformat()}",
        "坐标系=2000国家大地坐标系",
        f"几度分带={zone.width}",
        "投影类型=高斯克吕格",
        "计量单位=米",
        f"带号={zone.number}",
        f"精度={10.0**-style.decimals:.{style.decimals}f}",
        "转换参数=0,0,0,0,0,0,0",
        "[地块坐标]",
    ):
        yield TxtLine(text)


def _header_rows(frame: gpd.GeoDataFrame, columns: TxtColumns) -> list[list[str]]:
    """Fields of each header after the number of points."""
    kinds = [_KIND] * len(frame)
    ids: Sequence[str] = [f"{n}" for n in range(1, len(frame) + 1)]
    if columns.parcel_id:
        ids = _words(frame, columns.parcel_id)
    rest = (columns.map_sheet, columns.land_use, columns.land_class, *columns.further)
    parts = (
        _areas(frame, columns.area),
        ids,
        _words(frame, columns.name),
        kinds,
        *(_words(frame, column) for column in rest),
    )
    return [list(row) for row in zip(*parts, strict=True)]


def _words(frame: gpd.GeoDataFrame, column: str | None) -> list[str]:
    """Words of a column, blank without one; what would break the line is put in another way."""
    return [_word(value) for value in frame[column]] if column else [""] * len(frame)


def _word(value: object) -> str:
    if value is None or value is pd.NA or value != value:  # noqa: PLR0124  NaN
        return ""
    text = str(value).removesuffix(".0") if isinstance(value, float) else str(value)
    return " ".join(text.replace(",", _FULL_WIDTH_COMMA).split("\n")).replace("\r", "")


def _areas(frame: gpd.GeoDataFrame, area: AreaColumn | None) -> list[str]:
    """Areas in hectares."""
    if area is None:
        hectares = (polygon_area_m2(frame) / M2_PER_HECTARE).round(_AREA_DIGITS)
    else:
        said = pd.to_numeric(frame[area.column], errors="coerce")
        factor = area.m2 / M2_PER_HECTARE
        in_hectares = area.m2 == M2_PER_HECTARE
        hectares = said if in_hectares else (said * factor).round(_CONVERTED_AREA_DIGITS)
    values = hectares.to_numpy(dtype=float, na_value=np.nan)
    return [
        np.format_float_positional(value, min_digits=_AREA_DIGITS) if np.isfinite(value) else ""
        for value in values
    ]


def _parcel(shape: shapely.Geometry, row: Sequence[str], decimals: int) -> TxtParcel:
    points: list[TxtLine] = []
    next_point, next_hole = 1, _OUTER + 1
    for part in shapely.get_parts(shape):
        for place, ring in enumerate(shapely.get_rings(part)):  # the outer ring comes first
            corners = shapely.get_coordinates(ring)
            points += _lines(corners, next_hole if place else _OUTER, next_point, decimals)
            next_point += len(corners) - 1
            next_hole += bool(place)
    return TxtParcel(TxtLine(",".join([f"{len(points)}", *row, HEADER_END])), tuple(points))


def _lines(
    corners: npt.NDArray[np.float64], ring: int, first: int, decimals: int
) -> Iterator[TxtLine]:
    last = len(corners) - 1
    for position, (easting, northing) in enumerate(corners.tolist()):
        number = first if position == last else first + position
        yield TxtLine(f"J{number},{ring},{northing:.{decimals}f},{easting:.{decimals}f}")


def _no_zone(crs: str) -> Text:
    return Text(
        f"界址点 TXT 须在 CGCS2000 高斯-克吕格带内，数据是 {crs}；请用 --to-crs 指定，如 4522",
        f"a 界址点 TXT needs a Gauss-Krüger zone of CGCS2000, the data are in {crs}; name one with "
        "--to-crs, e.g. 4522",
    )


def _shape_faults(frame: gpd.GeoDataFrame) -> Iterator[Text]:
    good = frame.geom_type.isin(["Polygon", "MultiPolygon"]) & ~frame.geometry.is_empty
    if not good.all():
        records = listed(frame.index[~good])
        yield Text(
            f"界址点 TXT 只能写面；以下记录不是面或没有图形：{records}；请去掉它们",
            f"a 界址点 TXT holds polygons only; these records are none or have no shape: {records};"
            " remove them",
        )
    if frame.empty:
        yield Text("没有任何地块可写", "there are no parcels to write")


def place_faults(frame: gpd.GeoDataFrame, zone: Zone) -> list[Text]:
    """Say which parcels lie too far from a zone in whose CRS they are."""
    low, high = ZONE_EASTINGS_M
    shift = zone.number * PREFIX_M if zone.prefixed else 0
    bounds = frame.bounds
    away = (bounds["minx"] - shift < low) | (bounds["maxx"] - shift > high)
    if not away.any():
        return []
    records = listed(frame.index[away])
    return [
        Text(
            f"以下记录离第 {zone.number} 带太远，东坐标超出 {low:.0f}–{high:.0f} 米：{records}；"
            "请按带分成几个文件",
            f"these records are too far from zone {zone.number}, their eastings are outside "
            f"{low:.0f}-{high:.0f} m: {records}; write one file a zone",
        )
    ]
