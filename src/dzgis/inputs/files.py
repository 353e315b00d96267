"""What a path is before any library opens it: there, a file, not empty; and its hash."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
from pathlib import Path

from dzgis.database import LAYER_MARK, database_url, is_database, split_database
from dzgis.errors import InputError, MissingFileError
from dzgis.inputs.aliases import tables
from dzgis.terms import Text

_CHUNK = 1 << 20
_REMOTE = re.compile(r"([a-z][a-z0-9+.-]+:/|/vsi)", re.IGNORECASE)
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029!;]")
"""No printable sign, or one that GDAL's bindings take for part of an address."""


def split_source(source: Path | str) -> tuple[Path, str | None]:
    """
    Part ``file.gpkg::LAYER`` into path and layer name.

    Examples
    --------
    >>> split_source("a/protection.gpkg::LD")
    (PosixPath('a/protection.gpkg'), 'LD')
    """
    if is_database(source):
        return split_database(source)
    path, mark, layer = str(source).partition(LAYER_MARK)
    return Path(path), layer if mark and layer else None


def named(path: Path, layer: str | None = None) -> str:
    """How a source is called in messages: ``path`` or ``path::layer``."""
    shown = database_url(path) if is_database(path) else str(path)
    return f"{shown}{LAYER_MARK}{layer}" if layer else shown


def plain(path: Path | str) -> str:
    r"""
    Path for a message, without anything that breaks or forges a line.

    Examples
    --------
    >>> plain("a" + chr(10) + "b.gpkg")
    'a\\nb.gpkg'
    """
    return _UNFIT.sub(lambda found: repr(found[0])[1:-1], str(path))


def is_geodatabase(path: Path) -> bool:
    """Whether a folder is an Esri file geodatabase, by its suffix."""
    return path.is_dir() and path.suffix.lower() == ".gdb"


def check_file(path: Path) -> None:
    """
    Raise when nothing can be read at `path`: no local file, missing, a plain folder, or empty.

    Raises
    ------
    MissingFileError, InputError
    """
    _check_name(path)
    kind = _status(path)
    if stat.S_ISDIR(kind.st_mode):
        if not is_geodatabase(path):
            raise InputError(
                Text(
                    f"{path} 是文件夹，需要一个文件（或 .gdb）；请给出其中的文件",
                    f"{path} is a folder, a file (or .gdb) is required; name a file in it",
                )
            )
    elif not stat.S_ISREG(kind.st_mode):
        raise InputError(
            Text(
                f"{path} 不是普通文件（是设备、管道或套接字）；请给出磁盘上的文件",
                f"{path} is no ordinary file (but a device, pipe or socket); give a file on disk",
            )
        )
    elif kind.st_size == 0:
        raise InputError(
            Text(
                f"文件是空的（0 字节）：{path}；请重新导出或复制",
                f"the file is empty (0 bytes): {path}; export or copy it again",
            )
        )
    if not os.access(path, os.R_OK):
        raise _unreachable(path, PermissionError(errno.EACCES, os.strerror(errno.EACCES)))


def _check_name(path: Path) -> None:
    """Raise for what is no local path, or a name that libraries and messages cannot bear."""
    if _REMOTE.match(str(path)):
        raise InputError(
            Text(
                f"{plain(path)} 是网络地址或虚拟路径；只读本机文件和 "
                "postgresql:// 数据库，请先下载",
                f"{plain(path)} is an address on the network or a virtual path; only local files "
                "and postgresql:// databases are read, download it first",
            )
        )
    if found := _UNFIT.search(str(path)):
        raise InputError(
            Text(
                f"路径 {plain(path)} 中有不能用的字符 {found[0]!r}；请改名",
                f"the path {plain(path)} holds {found[0]!r}, which it must not; rename it",
            )
        )


def _status(path: Path) -> os.stat_result:
    try:
        return path.stat()
    except FileNotFoundError as error:
        raise MissingFileError(
            Text(
                f"文件不存在：{path}；请检查路径",
                f"no such file: {path}; check the path",
            )
        ) from error
    except OSError as error:
        raise _unreachable(path, error) from error


def _unreachable(path: Path, error: OSError) -> InputError:
    if error.errno == errno.EACCES:
        return InputError(
            Text(
                f"没有读取 {path} 的权限；请授予权限，或复制到自己的文件夹",
                f"no permission to read {path}; get it, or copy the file to a folder of yours",
            )
        )
    if error.errno == errno.ELOOP:
        return InputError(
            Text(
                f"{path} 是指向自身的链接；请给出文件本身",
                f"{path} is a link that leads to itself; give the file",
            )
        )
    why = error.strerror or type(error).__name__
    return MissingFileError(
        Text(f"打不开 {path}（{why}）；请检查路径", f"cannot open {path} ({why}); check the path")
    )


def sidecar(path: Path, suffix: str) -> Path | None:
    """File beside `path` with another suffix, in upper, lower or title case; None where none is."""
    for candidate in (suffix, suffix.upper(), suffix.title()):
        beside = path.with_suffix(candidate)
        if beside.exists():
            return beside
    return None


def file_sha256(file: Path) -> str:
    """
    SHA-256 of a file, as 64 hexadecimal digits.

    A folder (``.gdb``) is hashed over the sorted names and contents of its files, a shapefile with
    its sidecars.
    """
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


def signature(path: Path) -> tuple[tuple[str, int, int], ...]:
    """Name, size and time of change of a file and what belongs to it: another state has another."""
    beside = path.with_name(path.name + "-wal")
    parts = [path] if path.is_dir() else _parts(path)
    found = [(part.name, part.stat()) for part in (*parts, beside) if part.exists()]
    return tuple((name, now.st_size, now.st_mtime_ns) for name, now in found)


def _parts(path: Path) -> list[Path]:
    if path.is_dir():
        found = (part for part in path.rglob("*") if part.is_file())
        return sorted(part for part in found if part.suffix != ".lock")
    if path.suffix.lower() != ".shp":
        return [path]
    beside = (sidecar(path, suffix) for suffix in tables()["files"]["shapefile_sidecars"])
    return [path, *(part for part in beside if part is not None)]
