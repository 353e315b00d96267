"""
Vector files of any format, written whole: a table of suffixes and writers.

A writer fits names and values to its format and says which names it changed. What a format loses
besides is found by reading back what was written, which is the pipeline's business.
"""

from __future__ import annotations

import warnings
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dzgis.errors import InputError, OutputError, listed
from dzgis.stores.field_names import NameRule, fitted_names
from dzgis.stores.geojson import write_geojson
from dzgis.stores.postgis import GEOMETRY as POSTGIS_GEOMETRY
from dzgis.stores.postgis import NAME_BYTES as POSTGIS_NAME_BYTES
from dzgis.stores.vector_values import (
    cut_words,
    geometry_kind,
    of_one_kind,
    plain_values,
    small_integers,
    without_empty,
)
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    import geopandas as gpd

SHAPEFILE_ENCODING = "GB18030"
"""ArcGIS, SuperMap and QGIS read it as GBK where that suffices; no character is lost."""
_DBF_NAME_BYTES, _DBF_WORD_BYTES = 10, 254
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_GPKG_OWN = ("fid", "geom")
_GDB_OWN = ("objectid", "shape", "fid")
_KML_OWN = (
    "id",
    "description",
    "timestamp",
    "begin",
    "end",
    "altitudemode",
    "tessellate",
    "extrude",
    "visibility",
    "draworder",
    "icon",
    "snippet",
)
DEGREES, METRES, ANY = "degrees", "metres", "any"


@dataclass(frozen=True)
class VectorTarget:
    """
    How and where a vector file is written.

    Attributes
    ----------
    path : Path
        Must not exist.
    layer : str
        Name of the layer where the format has layers.
    encoding : str
        Of a shapefile's table.
    """

    path: Path
    layer: str
    encoding: str = SHAPEFILE_ENCODING


@dataclass(frozen=True)
class VectorFormat:
    """
    A vector format.

    Attributes
    ----------
    name : str
    write : callable
        Takes a frame and a target, gives the changed names of fields by column.
    crs : {"degrees", "metres", "any"}
        ``degrees``: WGS 84 longitude and latitude only; ``metres``: no CRS is kept, so that only
        projected coordinates make sense.
    has_fields : bool
        Whether it keeps attributes.
    """

    name: str
    write: Callable[[gpd.GeoDataFrame, VectorTarget], Mapping[str, str]]
    crs: str = ANY
    has_fields: bool = True


@dataclass(frozen=True)
class _Options:
    """What GDAL is told."""

    driver: str
    layer: str | None = None
    encoding: str | None = None
    kind: str = "Unknown"
    dataset: Mapping[str, str] = field(default_factory=dict)


def _written(frame: gpd.GeoDataFrame, path: Path, options: _Options) -> None:
    import pyogrio

    with warnings.catch_warnings(), _told_by_gdal(path):
        # GDAL's words on types and names that it changes: reading back finds them.
        warnings.simplefilter("ignore")
        pyogrio.write_dataframe(
            frame,
            path,
            driver=options.driver,
            layer=options.layer,
            encoding=options.encoding,
            geometry_type=options.kind,
            promote_to_multi=False,
            use_arrow=options.driver != "DXF",
            dataset_options=dict(options.dataset),
        )


@contextmanager
def _told_by_gdal(path: Path) -> Iterator[None]:
    """Turn what GDAL raises into a message."""
    try:
        yield
    except RuntimeError as error:
        raise OutputError(
            Text(
                f"写 {path.name} 失败（GDAL：{error}）；没有写出任何文件，请换一种格式",
                f"writing {path.name} failed (GDAL: {error}); nothing was written, choose another "
                "format",
            )
        ) from error


def _named(frame: gpd.GeoDataFrame, rule: NameRule) -> tuple[gpd.GeoDataFrame, dict[str, str]]:
    """Frame with names that fit, and those that changed."""
    columns = [str(c) for c in frame.columns if c != frame.geometry.name]
    names = fitted_names(columns, rule)
    changed = {column: name for column, name in names.items() if column != name}
    return frame.rename(columns=changed), changed


def _geopackage(frame: gpd.GeoDataFrame, target: VectorTarget) -> Mapping[str, str]:
    """Version 1.2, so that older QGIS opens it."""
    named, changed = _named(plain_values(frame), NameRule(_GPKG_OWN))
    kind = geometry_kind(named)
    options = _Options("GPKG", target.layer, kind=kind, dataset={"VERSION": "1.2"})
    _written(of_one_kind(named, kind), target.path, options)
    return changed


def _geodatabase(frame: gpd.GeoDataFrame, target: VectorTarget) -> Mapping[str, str]:
    """As ArcGIS 10 reads it: no 64-bit integers, no dates without time."""
    kind = _one_kind(frame, target.path)
    rule = NameRule(_GDB_OWN, max_bytes=64, encoding="utf-16-le", plain=True)
    named, changed = _named(small_integers(plain_values(frame)), rule)
    multi = kind if kind == "Point" else f"Multi{kind.removeprefix('Multi')}"
    options = _Options("OpenFileGDB", target.layer, kind=multi)
    _written(of_one_kind(named, multi), target.path, options)
    return changed


def _shapefile(frame: gpd.GeoDataFrame, target: VectorTarget) -> Mapping[str, str]:
    """With ``.cpg``; beside it ``.fields.csv`` maps shortened names to the full ones."""
    kind = _one_kind(frame, target.path)
    _check_encodable(frame, target)
    rule = NameRule(max_bytes=_DBF_NAME_BYTES, encoding=target.encoding)
    named, changed = _named(plain_values(frame), rule)
    fitting = cut_words(named, _DBF_WORD_BYTES, target.encoding)
    _written(fitting, target.path, _Options("ESRI Shapefile", None, target.encoding, kind=kind))
    target.path.with_suffix(".cpg").write_text(target.encoding, encoding="ascii")
    if changed:
        rows = "".join(f"{_cell(name)},{_cell(column)}\r\n" for column, name in changed.items())
        beside = target.path.with_suffix(".fields.csv")
        beside.write_bytes(("\ufefffield,full_name\r\n" + rows).encode())
    return changed


def _cell(word: str) -> str:
    return '"' + word.replace('"', '""') + '"' if any(c in word for c in ',"\r\n') else word


def _zip(frame: gpd.GeoDataFrame, target: VectorTarget) -> Mapping[str, str]:
    """Shapefile in an archive; the same content gives the same bytes."""
    folder = target.path.with_name("unpacked")
    folder.mkdir()
    shp = folder / f"{target.path.name.split('.')[0]}.shp"
    changed = _shapefile(frame, VectorTarget(shp, target.layer, target.encoding))
    _packed(folder, target.path)
    return changed


def _packed(folder: Path, path: Path) -> None:
    """Pack all files of a folder, which then goes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(folder.iterdir()):
            entry = zipfile.ZipInfo(part.name, _ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, part.read_bytes())
            part.unlink()
    folder.rmdir()


def _geojson(frame: gpd.GeoDataFrame, target: VectorTarget) -> Mapping[str, str]:
    write_geojson(plain_values(frame), target.path)
    return {}


def _kml(frame: gpd.GeoDataFrame, target: VectorTarget) -> Mapping[str, str]:
    fitting = small_integers(plain_values(without_empty(frame)))
    named, changed = _named(fitting, NameRule(_KML_OWN))
    _written(named, target.path, _Options("LIBKML", target.layer))
    return changed


def _kmz(frame: gpd.GeoDataFrame, target: VectorTarget) -> Mapping[str, str]:
    """One ``doc.kml`` that holds the layer and its schema, not a link to it as GDAL packs it."""
    folder = target.path.with_name("unpacked")
    folder.mkdir()
    doc = folder / "doc.kml"
    if frame.empty:  # GDAL finds an empty layer only within another document
        changed = _kml(frame, VectorTarget(doc, target.layer))
    else:
        linked = target.path.with_name("linked.kmz")
        changed = _kml(frame, VectorTarget(linked, target.layer))
        with zipfile.ZipFile(linked) as archive:
            names = archive.namelist()
            (name,) = (n for n in names if n.endswith(".kml") and n != doc.name)
            doc.write_bytes(archive.read(name))
        linked.unlink()
    _packed(folder, target.path)
    return changed


def _parquet(frame: gpd.GeoDataFrame, target: VectorTarget) -> Mapping[str, str]:
    frame.reset_index(drop=True).to_parquet(
        target.path, index=False, compression="zstd", schema_version="1.0.0"
    )
    return {}


def _dxf(frame: gpd.GeoDataFrame, target: VectorTarget) -> Mapping[str, str]:
    """Each ring a closed polyline of its own."""
    import pyogrio

    there = frame[~(frame.geometry.isna() | frame.geometry.is_empty)]
    bare = there[[frame.geometry.name]].set_crs(None, allow_override=True)
    pyogrio.set_gdal_config_options({"DXF_WRITE_HATCH": "NO"})
    try:
        _written(bare.assign(Layer="PARCELS"), target.path, _Options("DXF"))
    finally:
        pyogrio.set_gdal_config_options({"DXF_WRITE_HATCH": None})
    return {}


def _one_kind(frame: gpd.GeoDataFrame, path: Path) -> str:
    kind = geometry_kind(frame)
    kinds = sorted(set(frame.geom_type.dropna()))
    if kind == "Unknown" and kinds:
        raise InputError(
            Text(
                f"{path.suffix} 的一个图层只能有一种图形，源数据有 {listed(kinds)}；"
                "请先分开，或改写为 GeoPackage",
                f"a layer of {path.suffix} has one kind of geometry, the source has "
                f"{listed(kinds)}; part them first, or write a GeoPackage",
            )
        )
    return kind if kinds else "Polygon"


def _check_encodable(frame: gpd.GeoDataFrame, target: VectorTarget) -> None:
    """Raise, naming records, when an encoding has no code for a character."""
    faults = []
    for name in frame.columns.drop(frame.geometry.name):
        strange = [
            (record, letter)
            for record, value in frame[name].items()
            if isinstance(value, str)
            for letter in lost_letters(value, target.encoding)
        ]
        if lost := (*lost_letters(str(name), target.encoding), *(c for _, c in strange)):
            letters = "".join(dict.fromkeys(lost))
            where = listed(dict.fromkeys(record for record, _ in strange)) or "-"
            faults.append(not_encodable(f"{name}", where, letters, target.encoding))
    if faults:
        raise InputError(*faults)


def lost_letters(text: str, encoding: str) -> list[str]:
    """
    Letters of a text that an encoding has no code for.

    Examples
    --------
    >>> lost_letters("𠮷田", "gbk"), lost_letters("𠮷田", "gb18030")
    (['𠮷'], [])
    """
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return [letter for letter in text if not _has_code(letter, encoding)]
    return []


def _has_code(letter: str, encoding: str) -> bool:
    try:
        letter.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def not_encodable(field_name: str, records: str, letters: str, encoding: str) -> Text:
    """Message about letters that an encoding lacks."""
    return Text(
        f"字段 {field_name}（记录 {records}）的“{letters}”在 {encoding} 中没有编码；"
        "请改用 GB18030 或 UTF-8",
        f"field {field_name} (records {records}): {encoding} has no code for '{letters}'; use "
        "GB18030 or UTF-8",
    )


def for_postgis(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, Mapping[str, str]]:
    """Frame with values and names that a PostGIS table takes, and the names that changed."""
    rule = NameRule((POSTGIS_GEOMETRY,), max_bytes=POSTGIS_NAME_BYTES)
    return _named(plain_values(frame), rule)


FORMATS: Mapping[str, VectorFormat] = {
    ".gpkg": VectorFormat("GeoPackage", _geopackage),
    ".shp": VectorFormat("Shapefile", _shapefile),
    ".zip": VectorFormat("Shapefile (zip)", _zip),
    ".gdb": VectorFormat("FileGDB", _geodatabase),
    ".geojson": VectorFormat("GeoJSON", _geojson, DEGREES),
    ".json": VectorFormat("GeoJSON", _geojson, DEGREES),
    ".kml": VectorFormat("KML", _kml, DEGREES),
    ".kmz": VectorFormat("KMZ", _kmz, DEGREES),
    ".parquet": VectorFormat("GeoParquet", _parquet),
    ".geoparquet": VectorFormat("GeoParquet", _parquet),
    ".dxf": VectorFormat("DXF", _dxf, METRES, has_fields=False),
}
"""Formats by suffix."""
