"""
What a file is by its bytes, before GDAL opens it.

GDAL tries one driver after the other and some of them follow what a file names: other files,
hosts, functions. Here a suffix stands for one format, the bytes must be of that format, and what
no data need (entities, linked CRS, virtual tables) is refused. Nothing here depends on GDAL.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from dzgis.errors import InputError
from dzgis.inputs.aliases import tables
from dzgis.inputs.files import signature
from dzgis.inputs.guard_json import check_geojson
from dzgis.inputs.guard_sqlite import check_geopackage, check_sqlite
from dzgis.inputs.guard_xml import check_gml, check_kml
from dzgis.inputs.shapefile import check_shapefile
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_FIRST_BYTES = 4096
_FGB_MAGIC = b"fgb\x03fgb"
_TAB_MAGIC = b"!table"
_MIF_MAGIC = b"version"
_TAB_REFERS = (b"open table", b"isseamless")
_GDB_TABLE = "*.gdbtable"


def check_format(path: Path) -> None:
    """
    Raise when the bytes at `path` are not of the format that its suffix says, or are hostile.

    Raises
    ------
    InputError
    """
    guard = _GUARDS.get(path.suffix.lower())
    if guard is None:
        raise InputError(_unknown_format(path))
    if path.is_dir():
        guard(path)
    else:
        _passed(path, signature(path))


@lru_cache(maxsize=64)
def _passed(path: Path, _: object) -> None:
    """Run the guard of a file once for each state of it: a source is asked for its layers often."""
    _GUARDS[path.suffix.lower()](path)


def drivers_for(path: Path) -> tuple[str, ...]:
    """Names of GDAL's drivers that may read a file with this suffix."""
    return _DRIVERS.get(path.suffix.lower(), ())


def _unknown_format(path: Path) -> Text:
    suffixes = " ".join([*tables()["files"]["vector"], *tables()["files"]["archives"]])
    return Text(
        f"{path} 不是可读的矢量文件：不认得后缀 {path.suffix or '（无）'}；"
        f"可读 {suffixes}；请转换，压缩包请先解压",
        f"{path} is not a readable vector file: the suffix {path.suffix or '(none)'} is not known; "
        f"{suffixes} are read; convert it, or unpack an archive",
    )


def wrong_bytes(path: Path, what: str) -> InputError:
    """Error for a file whose content is not what its suffix says."""
    return InputError(
        Text(
            f"{path} 不是可读的矢量文件：内容不是 {what}，或已损坏；"
            "请重新导出为 GeoPackage 或 shapefile",
            f"{path} is not a readable vector file: its content is no {what}, or is damaged; "
            "export it again as GeoPackage or shapefile",
        )
    )


def first_bytes(path: Path) -> bytes:
    """Bytes at the beginning of a file."""
    with path.open("rb") as stream:
        return stream.read(_FIRST_BYTES)


def _check_geodatabase(path: Path) -> None:
    if not path.is_dir():
        raise InputError(
            Text(
                f"{path} 是一个文件；文件地理数据库（.gdb）是文件夹，请复制整个文件夹",
                f"{path} is a file; a file geodatabase (.gdb) is a folder, copy all of it",
            )
        )
    if next(path.glob(_GDB_TABLE), None) is None:
        raise InputError(
            Text(
                f"{path} 不是可读的矢量文件：文件夹中没有数据表（.gdbtable）；请复制整个 .gdb",
                f"{path} is not a readable vector file: the folder has no tables (.gdbtable); "
                "copy the whole .gdb",
            )
        )


def _check_flatgeobuf(path: Path) -> None:
    if not first_bytes(path).startswith(_FGB_MAGIC):
        raise wrong_bytes(path, "FlatGeobuf")


def _check_tab(path: Path) -> None:
    head = first_bytes(path).lower()
    if not head.lstrip().startswith(_TAB_MAGIC):
        raise wrong_bytes(path, "MapInfo TAB")
    if any(word in head for word in _TAB_REFERS):
        raise InputError(
            Text(
                f"{path} 只是引用别的表（视图或拼接图层）；请给出那些 .tab 本身",
                f"{path} only refers to other tables (a view or seamless layer); give those tables",
            )
        )


def _check_mif(path: Path) -> None:
    if not first_bytes(path).lower().lstrip().startswith(_MIF_MAGIC):
        raise wrong_bytes(path, "MapInfo MIF")


_GUARDS: dict[str, Callable[[Path], None]] = {
    ".gpkg": check_geopackage,
    ".shp": check_shapefile,
    ".gdb": _check_geodatabase,
    ".geojson": check_geojson,
    ".json": check_geojson,
    ".kml": check_kml,
    ".gml": check_gml,
    ".fgb": _check_flatgeobuf,
    ".tab": _check_tab,
    ".mif": _check_mif,
    ".sqlite": check_sqlite,
}
_DRIVERS: dict[str, tuple[str, ...]] = {
    ".gpkg": ("GPKG",),
    ".shp": ("ESRI Shapefile",),
    ".gdb": ("OpenFileGDB",),
    ".geojson": ("GeoJSON",),
    ".json": ("GeoJSON",),
    ".kml": ("LIBKML", "KML"),
    ".gml": ("GML",),
    ".fgb": ("FlatGeobuf",),
    ".tab": ("MapInfo File",),
    ".mif": ("MapInfo File",),
    ".sqlite": ("SQLite",),
}
