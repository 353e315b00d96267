"""Which reader a source has, and its layers: files, archives of files, databases."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dzgis.database import is_database
from dzgis.errors import InputError
from dzgis.inputs import dxf, gdal, geoparquet
from dzgis.inputs.aliases import tables
from dzgis.inputs.archive import is_archive, shown_in_archive, unpacked
from dzgis.inputs.files import check_file, is_geodatabase
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import geopandas as gpd
    from pyproj import CRS

_PARQUET = {".parquet", ".geoparquet"}
_NO_DATA_INSIDE = {".json"}
"""In archives these are rarely maps."""


@dataclass(frozen=True)
class Reader:
    """
    How one kind of source is read; each function raises `InputError` for what it cannot read.

    Attributes
    ----------
    layers : callable
        Path to names of layers.
    fields, crs, frame : callable
        Path and layer to names of fields, CRS or None, all records.
    """

    layers: Callable[[Path], list[str]]
    fields: Callable[[Path, str], list[str]]
    crs: Callable[[Path, str], CRS | None]
    frame: Callable[[Path, str], gpd.GeoDataFrame]


@dataclass(frozen=True)
class Found:
    """
    A layer that was found in a source.

    Attributes
    ----------
    name : str
        What the user calls it: ``path::NAME``.
    file : Path
        Where it is: the source itself, or a file unpacked from it.
    layer : str
        Its name there.
    """

    name: str
    file: Path
    layer: str


GDAL = Reader(gdal.gdal_layers, gdal.gdal_fields, gdal.gdal_crs, gdal.gdal_frame)
_DXF = Reader(dxf.dxf_layers, dxf.dxf_fields, dxf.dxf_crs, dxf.dxf_frame)
GEOPARQUET = Reader(
    geoparquet.parquet_layers,
    geoparquet.parquet_fields,
    geoparquet.parquet_crs,
    geoparquet.parquet_frame,
)


def reader_of(path: Path) -> Reader:
    """Reader of a file or database; archives have none of their own."""
    if is_database(path):
        from dzgis.inputs import postgis

        return Reader(
            postgis.postgis_layers,
            postgis.postgis_fields,
            postgis.postgis_crs,
            postgis.postgis_frame,
        )
    suffix = path.suffix.lower()
    if suffix == ".dxf":
        return _DXF
    return GEOPARQUET if suffix in _PARQUET else GDAL


def layers_of(path: Path) -> list[Found]:
    """
    Layers of a source that have geometry.

    Raises
    ------
    InputError
        If it is missing, empty, damaged, hostile, or of no known format, or has no such layer.
    """
    if not is_database(path):
        check_file(path)
    with called_by_archive():
        found = _inside(path) if is_archive(path) else _of_one(path, path)
    if not found:
        raise InputError(
            Text(
                f"{path} 没有空间图层（只有属性表）；请给出含图形的文件",
                f"{path} has no layer with geometry; give a file that has one",
            )
        )
    return found


@contextmanager
def called_by_archive() -> Iterator[None]:
    """Let errors name archives, not the temporary folders that they were unpacked into."""
    try:
        yield
    except InputError as error:
        faults = [Text(shown_in_archive(f.zh), shown_in_archive(f.en)) for f in error.faults]
        raise type(error)(*faults) from error


def _of_one(path: Path, file: Path) -> list[Found]:
    return [Found(name, file, name) for name in reader_of(path).layers(file)]


def _inside(archive: Path) -> list[Found]:
    """Layers of all vector files in an archive; a name that comes twice is told by its path."""
    folder = unpacked(archive)
    files = sorted(_vector_files(folder))
    if not files:
        raise InputError(
            Text(
                f"{archive} 中没有可读的矢量文件（压缩包套压缩包也不读）；请解压后给出数据文件",
                f"{archive} has no vector file that can be read (archives within archives are "
                "not); unpack it and give the file with the data",
            )
        )
    found = [(file, layer) for file in files for layer in reader_of(file).layers(file)]
    times = Counter(layer for _, layer in found)
    return [
        Found(
            layer if times[layer] == 1 else f"{file.relative_to(folder).as_posix()}/{layer}",
            file,
            layer,
        )
        for file, layer in found
    ]


def _vector_files(folder: Path) -> Iterator[Path]:
    suffixes = {*tables()["files"]["vector"]} - _NO_DATA_INSIDE - {*tables()["files"]["archives"]}
    for path in folder.rglob("*"):
        if any(is_geodatabase(parent) for parent in path.parents):
            continue
        if path.suffix.lower() in suffixes and (path.is_file() or is_geodatabase(path)):
            yield path
