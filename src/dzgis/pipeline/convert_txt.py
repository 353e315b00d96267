"""Conversions that end in a 界址点 TXT: from a TXT line by line, from a table in standard form."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely
from pyproj import Transformer

from dzgis import inputs as room
from dzgis import stores
from dzgis.crs import crs_name
from dzgis.errors import CRSError, raise_all
from dzgis.pipeline.convert_crs import carried_to, check_zone, txt_crs
from dzgis.pipeline.losses import Loss
from dzgis.pipeline.shape_losses import MOST_MOVED_M
from dzgis.terms import Text
from dzgis.units import M2_PER_HECTARE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import geopandas as gpd
    from pyproj import CRS

    from dzgis.boundary_file import TxtFile

_FLOAT_M = 1e-6
"""What float64 and a projection there and back add to a coordinate, and more."""


class Kept(NamedTuple):
    """A TXT that was made from a TXT."""

    file: TxtFile
    n_features: int
    crs_from: str
    crs_to: str


class FromFrame(NamedTuple):
    """
    A TXT that was made from a table.

    Attributes
    ----------
    file : TxtFile
    frame : GeoDataFrame
        The parcels in the zone of the file.
    dropped : tuple of str
        Columns that are not to be compared with the file: not written, or in another unit.
    names : dict of column to the file's field
    losses : list of Loss
    notes : list of Text
    most_moved_m : float
        How far rounding may have moved a coordinate.
    """

    file: TxtFile
    frame: gpd.GeoDataFrame
    dropped: tuple[str, ...]
    names: dict[str, str]
    losses: list[Loss]
    notes: list[Text]
    most_moved_m: float


def txt_to_txt(source: Path | str, to_crs: CRS | None, encoding: str | None) -> Kept:
    """
    Copy a TXT line by line: equal to the byte, but for the encoding and the zone if asked for.

    Raises
    ------
    MissingFileError, InputError, CRSError
    """
    path = Path(source)
    read = room.read_txt_whole(path)
    file, frame = read.file, read.frame
    crs = frame.crs if to_crs is None else to_crs
    if crs != frame.crs:
        raise_all(stores.place_faults(frame.to_crs(crs), check_zone(crs)), CRSError)
        file = _in_zone(file, frame.crs, crs)
    if encoding is not None:
        file = stores.reencoded(file, encoding)
    return Kept(file, len(frame), crs_name(frame.crs), crs_name(crs))


def _in_zone(file: TxtFile, own: CRS, crs: CRS) -> TxtFile:
    zone = check_zone(crs)
    rows = [line.fields for parcel in file.parcels for line in parcel.points]
    northings = np.array([float(row[2]) for row in rows])
    eastings = np.array([float(row[3]) for row in rows])
    there = Transformer.from_crs(own, crs, always_xy=True).transform(eastings, northings)
    named = room.zone_attributes(file)
    said = {"zone": f"{zone.number}", "zone_width": f"{zone.width}"}
    return stores.moved(file, np.column_stack(there), {named[key]: said[key] for key in named})


def txt_from_frame(
    table: room.Table,
    to_crs: CRS | None,
    *,
    fields: Mapping[str, str],
    style: stores.TxtStyle,
) -> FromFrame:
    """
    Make a TXT of a table.

    Parameters
    ----------
    table : Table
    to_crs : CRS or None
        A zone; by default chosen, see `txt_crs`.
    fields : mapping of role to column
    style : TxtStyle

    Raises
    ------
    CRSError, InputError
    """
    raise_all(room.crs_faults(table.frame.crs, table.where), CRSError)
    found = room.txt_fields(table, fields)
    crs, notes = txt_crs(table.frame, to_crs)
    frame = carried_to(table.frame, crs)
    columns = stores.TxtColumns(
        parcel_id=found.words.get("parcel_id"),
        name=found.words.get("parcel_name"),
        map_sheet=found.words.get("map_sheet"),
        land_use=found.words.get("land_use"),
        land_class=found.words.get("land_class"),
        area=stores.AreaColumn(*found.area) if found.area else None,
        further=tuple(found.further),
    )
    file = stores.txt_of(frame, columns, style)
    names = {column: found.header[role] for role, column in found.words.items()}
    losses = list(_losses(frame, columns))
    dropped = [loss.subject for loss in losses]
    if columns.area and columns.area.m2 == M2_PER_HECTARE:
        names[columns.area.column] = found.header["declared_area"]
    unit = 10.0**-style.decimals
    return FromFrame(
        file,
        frame,
        tuple(dropped),
        names,
        [*losses, *_rounded(frame, style.decimals)],
        [*notes, *_notes(columns)],
        max(MOST_MOVED_M, unit / 2.0 + _FLOAT_M),
    )


def _rounded(frame: gpd.GeoDataFrame, decimals: int) -> Iterator[Loss]:
    xy = shapely.get_coordinates(frame.geometry)
    off = np.abs(xy - xy.round(decimals)).max(initial=0.0)
    if off > _FLOAT_M:
        unit = f"{10.0**-decimals:.{decimals}f}"
        said = Text(
            f"坐标取到 {unit} 米（最多移动 {off:.2g} 米）",
            f"coordinates are rounded to {unit} m (moved by {off:.2g} m at most)",
        )
        yield Loss("decimals", said)


def _losses(frame: gpd.GeoDataFrame, columns: stores.TxtColumns) -> Iterator[Loss]:
    for column in frame.columns.drop(frame.geometry.name):
        if column not in columns.used and not frame[column].isna().all():
            said = Text(
                f"字段 {column} 没有写出：界址点 TXT 没有这一项",
                f"the field {column} is not in it: a 界址点 TXT has no such field",
            )
            yield Loss("field", said, str(column))
    if columns.area and columns.area.m2 != M2_PER_HECTARE:
        column = columns.area.column
        said = Text(
            f"字段 {column} 换算为公顷写在地块面积中（6 位小数）",
            f"the field {column} is written as the parcel's area in hectares (6 decimals)",
        )
        yield Loss("unit", said, column)


def _notes(columns: stores.TxtColumns) -> Iterator[Text]:
    if columns.area is None:
        yield Text(
            "数据没有申报面积，地块面积写的是椭球面积（公顷）",
            "the data declare no area: the ellipsoidal area (hectares) is written",
        )
    if columns.parcel_id is None:
        yield Text(
            "数据没有地块编号，按记录顺序编为 1、2…",
            "the data have no parcel ids: they are numbered 1, 2 … in their order",
        )
