"""Vector files of any format to a frame of numbered records, all at once."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pyogrio
import pyogrio.errors
import shapely
from pyproj import CRS

from dzgis.crs import crs_name
from dzgis.errors import InputError, listed
from dzgis.inputs.aliases import folded, tables
from dzgis.inputs.diagnose import record_faults
from dzgis.inputs.files import check_file, named, split_source
from dzgis.inputs.log import LOG
from dzgis.inputs.place import horizontal
from dzgis.inputs.shapefile import check_shapefile, is_shapefile, shapefile_encoding
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True)
class Table:
    """
    One layer of a file as it was read.

    Attributes
    ----------
    frame : GeoDataFrame
        All fields, geometry without heights, as the file has them; the index is the record
        number, counted from 1.
    where : str
        How messages call it: ``path::layer``.
    layer : str
    """

    frame: gpd.GeoDataFrame
    where: str
    layer: str


def spatial_layers(path: Path) -> list[str]:
    """
    Names of the layers of a file that have geometry.

    Raises
    ------
    InputError
        If the file is missing, empty, damaged, of no known format, or has no such layer.
    """
    check_file(path)
    if is_shapefile(path):
        check_shapefile(path)
    if path.suffix.lower() == ".zip":
        raise InputError(
            Text(f"{path} 是压缩包；请先解压", f"{path} is an archive; unpack it first")
        )
    try:
        with _said_while_reading(str(path)):
            layers = pyogrio.list_layers(path)
    except (pyogrio.errors.DataSourceError, UnicodeDecodeError) as error:
        raise InputError(_unreadable(path, error)) from error
    found = [str(name) for name, kind in layers if kind is not None]
    if not found:
        raise InputError(
            Text(
                f"{path} 没有空间图层（只有属性表）；请给出含图形的文件",
                f"{path} has no layer with geometry; give a file that has one",
            )
        )
    return found


def _unreadable(path: Path, error: Exception) -> Text:
    return Text(
        f"{path} 不是可读的矢量文件，或已损坏（{error}）；请重新导出为 GeoPackage 或 shapefile",
        f"{path} is not a readable vector file, or is damaged ({error}); "
        "export it again as GeoPackage or shapefile",
    )


def field_names(path: Path, layer: str) -> list[str]:
    """Names of a layer's fields."""
    try:
        with _said_while_reading(named(path, layer)):
            return [str(name) for name in pyogrio.read_info(path, layer=layer)["fields"]]
    except (RuntimeError, UnicodeDecodeError) as error:
        raise InputError(_unreadable(path, error)) from error


def choose_layer(path: Path, layer: str | None, *, subject: str = "") -> str:
    """
    Layer to read: the one asked for, the only one, or the one named after `subject`.

    Parameters
    ----------
    path : Path
    layer : str, optional
    subject : str
        Key of ``[layers]`` in the alias tables, e.g. ``counties``.

    Raises
    ------
    InputError
        If the layer does not exist, or none or several would do.
    """
    found = spatial_layers(path)
    if layer is not None:
        fits = [name for name in found if folded(name) == folded(layer)]
    else:
        wanted = set(map(folded, tables()["layers"].get(subject, [])))
        fits = found if len(found) == 1 else [name for name in found if folded(name) in wanted]
    if len(fits) == 1:
        return fits[0]
    asked = f" {layer} " if layer is not None else ""
    raise InputError(
        Text(
            f"{path} 中无法确定要读的图层{asked}；现有图层：{listed(found)}；请写成 路径::图层名",
            f"no single layer{asked or ' '}to read in {path}; its layers are: {listed(found)}; "
            "write path::LAYER",
        )
    )


def read_table(path: Path, *, layer: str | None = None, subject: str = "") -> Table:
    """
    Read one layer with all its fields.

    Parameters
    ----------
    path : Path
        Any vector file that GDAL reads.
    layer : str, optional
        By default the only one, or the one named after `subject`.
    subject : str
        Key of ``[layers]`` in the alias tables.

    Raises
    ------
    InputError
        If it cannot be read; where single records are at fault, all of them are named.
    """
    name = choose_layer(path, layer, subject=subject)
    encoding = shapefile_encoding(path) if is_shapefile(path) else None
    where = named(path, name if name != path.stem else None)
    try:
        with _said_while_reading(where):
            frame = pyogrio.read_dataframe(path, layer=name, encoding=encoding, force_2d=True)
    except (RuntimeError, UnicodeDecodeError, shapely.errors.GEOSException) as error:
        faults = record_faults(path, layer=name, encoding=encoding)
        raise InputError(*(faults or [_unreadable(path, error)])) from error
    numbered = gpd.GeoDataFrame(
        frame.set_axis(pd.RangeIndex(1, len(frame) + 1, name="record"), axis=0)
    )
    if frame.crs is not None:
        numbered = numbered.set_crs(horizontal(frame.crs), allow_override=True)
    return Table(numbered, where, name)


@contextmanager
def _said_while_reading(where: str) -> Iterator[None]:
    """Turn GDAL's warnings into messages of the log, each once."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    for words in dict.fromkeys(str(warning.message) for warning in caught):
        LOG.warning(Text(f"{where}：读取时提示：{words}", f"{where}: said while reading: {words}"))


def source_crs(source: Path | str) -> str:
    """Name of the CRS in which a layer lies on disk, e.g. ``EPSG:4326``; empty for none."""
    path, layer = split_source(source)
    chosen = choose_layer(path, layer)
    crs = pyogrio.read_info(path, layer=chosen)["crs"]
    return crs_name(CRS.from_user_input(crs)) if crs else ""
