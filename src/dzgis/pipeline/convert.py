"""One layer from any format to any other, with a list of what is lost on the way."""

from __future__ import annotations

import datetime as dt
import logging
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dzgis import inputs as room
from dzgis import stores
from dzgis.crs import crs_name
from dzgis.database import is_database
from dzgis.errors import InputError, OutputError, listed, raise_all
from dzgis.pipeline.convert_crs import WGS84, carried_to, in_crs_of, parsed_crs, with_crs
from dzgis.pipeline.convert_postgis import database_target, written_to_postgis
from dzgis.pipeline.convert_target import (
    TXT,
    check_encoding,
    check_other_layers,
    check_written,
    file_of,
)
from dzgis.pipeline.convert_txt import txt_from_frame, txt_to_txt
from dzgis.pipeline.field_losses import field_losses
from dzgis.pipeline.losses import Loss
from dzgis.pipeline.shape_losses import MOST_MOVED_M, line_faults, shape_losses
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import geopandas as gpd
    from pyproj import CRS

    from dzgis.terms import Language

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class ConvertOptions:
    """
    How a layer is converted.

    Attributes
    ----------
    layer : str, optional
        Of the source, where it has several.
    crs : str, optional
        CRS of a source that has none, e.g. ``EPSG:4522``.
    to_crs : str, optional
        CRS of the target; by default that of the source.
    encoding : str, optional
        Of a TXT or shapefile; by default GB18030.
    overwrite : bool
    fields : mapping of role to column
        Which column becomes what in a TXT, where several could.
    decimals : int
        Of coordinates in a TXT, in metres.
    """

    layer: str | None = None
    crs: str | None = None
    to_crs: str | None = None
    encoding: str | None = None
    overwrite: bool = False
    fields: Mapping[str, str] = field(default_factory=dict)
    decimals: int = stores.TXT_DECIMALS


@dataclass(frozen=True)
class Conversion:
    """
    What a conversion did.

    Attributes
    ----------
    source : str
    target : Path or str
        A file, or ``postgresql://…::schema.table``.
    format : str
    n_features : int
    crs_from, crs_to : str
        Names of the CRS; empty for none.
    losses : tuple of Loss
        What the target lacks of the source, or has in another form.
    notes : tuple of Text
        What was decided on the way.
    """

    source: str
    target: Path | str
    format: str
    n_features: int
    crs_from: str
    crs_to: str
    losses: tuple[Loss, ...] = ()
    notes: tuple[Text, ...] = ()

    def record(self, lang: Language) -> dict[str, object]:
        """Record for machines."""
        return {
            "source": self.source,
            "target": str(self.target),
            "format": self.format,
            "n_features": self.n_features,
            "crs_from": self.crs_from,
            "crs_to": self.crs_to,
            "losses": [loss.record(lang) for loss in self.losses],
            "notes": [note.say(lang) for note in self.notes],
        }


def convert(source: Path | str, target: Path | str, options: ConvertOptions) -> Conversion:
    """
    Convert one layer.

    Parameters
    ----------
    source : Path or str
        Whatever `dzgis.inputs` reads; ``path::LAYER`` names a layer.
    target : Path or str
        Its suffix says the format; or ``postgresql://user@host/database::schema.table``.
    options : ConvertOptions

    Returns
    -------
    Conversion
        With everything that was lost: what was written is read back and held against the source.

    Raises
    ------
    InputError
        If the source cannot be read, or does not suit the target.
    OutputError
        If the target exists, or would not keep coordinates to the millimetre; nothing was written
        then.
    """
    if is_database(target):
        return _to_postgis(source, target, options)
    place = file_of(target)
    suffix = check_written(source, place, encoding=options.encoding, overwrite=options.overwrite)
    if suffix == TXT and _is_txt(source):
        kept = txt_to_txt(source, parsed_crs(options.to_crs), options.encoding)
        with stores.placed(place, overwrite=options.overwrite) as path:
            stores.write_txt(kept.file, path)
        return Conversion(str(source), place, "TXT", *kept[1:])
    whole = room.read_whole(source, layer=options.layer)
    frame = with_crs(whole.table, parsed_crs(options.crs))
    losses = list(_source_losses(source, has_heights=whole.has_heights))
    layer = whole.table.layer or place.stem
    check_other_layers(place, layer)
    with stores.placed(place, overwrite=options.overwrite) as path:
        made = _write(room.Table(frame, whole.table.where, layer), path, options)
    for note in made.notes:
        LOG.info(note)
    return Conversion(
        whole.table.where,
        place,
        made.format,
        len(frame),
        _name(frame.crs),
        made.crs,
        (*losses, *made.losses),
        tuple(made.notes),
    )


def _to_postgis(source: Path | str, target: Path | str, options: ConvertOptions) -> Conversion:
    check_encoding(options.encoding, "PostGIS")
    path, table = database_target(source, target)
    whole = room.read_whole(source, layer=options.layer)
    frame = with_crs(whole.table, parsed_crs(options.crs))
    losses = list(_source_losses(source, has_heights=whole.has_heights))
    to_crs = parsed_crs(options.to_crs)
    carried = carried_to(frame, to_crs) if to_crs is not None else frame
    losses += written_to_postgis(carried, path, table, overwrite=options.overwrite)
    return Conversion(
        whole.table.where,
        room.named(path, table),
        "PostGIS",
        len(frame),
        _name(frame.crs),
        _name(carried.crs),
        tuple(losses),
    )


@dataclass(frozen=True)
class _Made:
    """What was written, and what it lacks."""

    format: str
    crs: str
    losses: list[Loss]
    notes: list[Text]


def _write(table: room.Table, path: Path, options: ConvertOptions) -> _Made:
    frame, to_crs = table.frame, parsed_crs(options.to_crs)
    if path.suffix.lower() == TXT:
        style = stores.TxtStyle(
            dt.datetime.now(tz=dt.UTC).astimezone().date(),
            options.encoding or stores.TXT_ENCODING,
            options.decimals,
        )
        made = txt_from_frame(table, to_crs, fields=options.fields, style=style)
        stores.write_txt(made.file, path)
        back = _read_back(path)
        compared = made.frame.drop(columns=list(made.dropped))
        losses = [*made.losses, *_losses(compared, back, made.names, made.most_moved_m)]
        return _Made("TXT", _name(made.frame.crs), losses, list(made.notes))
    form = stores.FORMATS[path.suffix.lower()]
    carried, notes = in_crs_of(frame, form, to_crs)
    encoding = options.encoding or stores.SHAPEFILE_ENCODING
    carried_crs = frame.crs if form.crs == stores.DEGREES else carried.crs
    names = form.write(carried, stores.VectorTarget(path, table.layer, encoding))
    back = _read_back(path)
    if not form.has_fields:
        raise_all(line_faults(carried, back), OutputError)
        return _Made(form.name, "", list(_bare_losses(carried, form.name)), notes)
    losses = [*_losses(carried, back, names), *_crs_losses(carried_crs, back.crs, form)]
    return _Made(form.name, _name(back.crs), losses, notes)


def _read_back(path: Path) -> gpd.GeoDataFrame:
    """Read what was written; what cannot be read must not be handed on."""
    try:
        return room.read_written(path)
    except InputError as error:
        here = f"{path.parent}{os.sep}"
        faults = (
            Text(
                f"写出的文件读不回来，没有写出：{fault.zh.replace(here, '')}",
                f"what was written cannot be read, nothing is kept: {fault.en.replace(here, '')}",
            )
            for fault in error.faults
        )
        raise OutputError(*faults) from error


def _losses(
    frame: gpd.GeoDataFrame,
    back: gpd.GeoDataFrame,
    names: Mapping[str, str],
    most_moved_m: float = MOST_MOVED_M,
) -> Iterator[Loss]:
    lost, faults = shape_losses(frame, back, most_moved_m)
    raise_all(faults, OutputError)
    yield from field_losses(frame, back, names)
    yield from lost


def _source_losses(source: Path | str, *, has_heights: bool) -> Iterator[Loss]:
    if has_heights:
        yield Loss("heights", Text("高程（Z/M）没有写出", "heights and measures are not in it"))
    if _is_txt(source):
        yield Loss(
            "txt",
            Text(
                "界址点号、点行的附加列和文件头只有 TXT 能存；再转回 TXT 时从 J1 起重新编号",
                "numbers of points, further columns of their lines and the head of the file are "
                "kept by TXT only; back in a TXT, points are numbered anew from J1",
            ),
        )


def _bare_losses(frame: gpd.GeoDataFrame, name: str) -> Iterator[Loss]:
    fields = listed((c for c in frame.columns if c != frame.geometry.name), 40)
    yield Loss(
        "attributes",
        Text(
            f"{name} 只有闭合多段线：属性全部丢失（{fields or '无'}），洞和多部件各成一条线",
            f"{name} holds closed polylines only: all attributes are lost ({fields or 'none'}), "
            "holes and parts are lines of their own",
        ),
    )
    n_without = int((frame.geometry.isna() | frame.geometry.is_empty).sum())
    if n_without:
        yield Loss(
            "shape",
            Text(
                f"{n_without} 条没有图形的记录没有写出",
                f"{n_without} records without shape are not in it",
            ),
        )
    yield Loss(
        "crs",
        Text(
            f"{name} 不存坐标系（坐标是 {_name(frame.crs)}）",
            f"{name} keeps no CRS (coordinates are in {_name(frame.crs)})",
        ),
    )


def _crs_losses(crs: CRS, back: CRS | None, form: stores.VectorFormat) -> Iterator[Loss]:
    if form.crs == stores.DEGREES and crs != WGS84:
        yield Loss(
            "crs",
            Text(
                f"{form.name} 只存 WGS 84 经纬度：由 {crs_name(crs)} 换算，CGCS2000 当作 WGS 84",
                f"{form.name} holds WGS 84 degrees only: coordinates were carried over from "
                f"{crs_name(crs)}, CGCS2000 is taken for WGS 84",
            ),
        )
    elif form.crs != stores.DEGREES and (back is None or crs_name(back) != crs_name(crs)):
        yield Loss(
            "crs",
            Text(
                f"坐标系 {crs_name(crs)} 写成了 {_name(back) or '（无）'}",
                f"the CRS {crs_name(crs)} was written as {_name(back) or '(none)'}",
            ),
        )


def _name(crs: CRS | None) -> str:
    return crs_name(crs) if crs is not None else ""


def _is_txt(source: Path | str) -> bool:
    return not is_database(source) and str(source).lower().endswith(TXT)
