"""What a path is before any library opens it: there, a file, not empty; and its hash."""

from __future__ import annotations

import hashlib
from pathlib import Path

from dzgis.errors import InputError, MissingFileError
from dzgis.inputs.aliases import tables
from dzgis.terms import Text

_CHUNK = 1 << 20
LAYER_MARK = "::"
"""Stands between a path and the name of a layer."""


def split_source(source: Path | str) -> tuple[Path, str | None]:
    """
    Part ``file.gpkg::LAYER`` into path and layer name.

    Examples
    --------
    >>> split_source("a/protection.gpkg::LD")
    (PosixPath('a/protection.gpkg'), 'LD')
    """
    path, mark, layer = str(source).partition(LAYER_MARK)
    return Path(path), layer if mark and layer else None


def named(path: Path, layer: str | None = None) -> str:
    """How a source is called in messages: ``path`` or ``path::layer``."""
    return f"{path}{LAYER_MARK}{layer}" if layer else str(path)


def is_geodatabase(path: Path) -> bool:
    """Whether a folder is an Esri file geodatabase, by its suffix."""
    return path.is_dir() and path.suffix.lower() == ".gdb"


def check_file(path: Path) -> None:
    """
    Raise when nothing can be read at `path`: it is missing, a plain folder, or empty.

    Raises
    ------
    MissingFileError, InputError
    """
    if not path.exists():
        raise MissingFileError(
            Text(
                f"文件不存在：{path}；请检查路径",
                f"no such file: {path}; check the path",
            )
        )
    if path.is_dir() and not is_geodatabase(path):
        raise InputError(
            Text(
                f"{path} 是文件夹，需要一个文件（或 .gdb）；请给出其中的文件",
                f"{path} is a folder, a file (or .gdb) is required; name a file in it",
            )
        )
    if path.is_file() and path.stat().st_size == 0:
        raise InputError(
            Text(
                f"文件是空的（0 字节）：{path}；请重新导出或复制",
                f"the file is empty (0 bytes): {path}; export or copy it again",
            )
        )


def sidecar(path: Path, suffix: str) -> Path | None:
    """File beside `path` with another suffix, in upper or lower case; None where none is."""
    for candidate in (suffix, suffix.upper()):
        beside = path.with_suffix(candidate)
        if beside.exists():
            return beside
    return None


def sha256_of(path: Path | str) -> str:
    """
    SHA-256 of a source, as 64 hexadecimal digits.

    Parameters
    ----------
    path : Path or str
        A file, with ``::LAYER`` or without. A folder (``.gdb``) is hashed over the sorted names
        and contents of its files, a shapefile with its sidecars.

    Returns
    -------
    str

    Raises
    ------
    MissingFileError
        If nothing is at `path`.
    """
    file, _ = split_source(path)
    if not file.exists():
        check_file(file)
    parts = _parts(file)
    digest = hashlib.sha256()
    for part in parts:
        if len(parts) > 1 or file.is_dir():
            digest.update(part.relative_to(file.parent).as_posix().encode() + b"\0")
        with part.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
    return digest.hexdigest()


def _parts(path: Path) -> list[Path]:
    if path.is_dir():
        found = (part for part in path.rglob("*") if part.is_file())
        return sorted(part for part in found if part.suffix != ".lock")
    if path.suffix.lower() != ".shp":
        return [path]
    beside = (sidecar(path, suffix) for suffix in tables()["files"]["shapefile_sidecars"])
    return [path, *(part for part in beside if part is not None)]
