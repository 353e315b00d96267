"""How many records a file holds by its own books: GDAL stops early at some faults and is silent."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from dzgis.errors import InputError
from dzgis.inputs.files import named, sidecar
from dzgis.inputs.guard_sqlite import n_rows
from dzgis.terms import Text

if TYPE_CHECKING:
    from pathlib import Path

_FGB_HEAD_AT = 12
_FGB_COUNT = 8
"""Number of the field ``features_count`` in FlatGeobuf's header."""
_MID_CHUNK = 1 << 20


def check_complete(n_read: int, path: Path, layer: str) -> None:
    """
    Raise when another number of records was read than the file holds.

    Raises
    ------
    InputError
    """
    counted = _n_declared(path, layer)
    if counted is None or counted == n_read:
        return
    where = named(path, layer if layer != path.stem else None)
    raise InputError(
        Text(
            f"{where} 有 {counted} 条记录，只读到 {n_read} 条；文件被截断或记录数有误，请重新导出",
            f"{where} has {counted} records, {n_read} were read; the file is truncated or its "
            "count is wrong, export it again",
        )
    )


def _n_declared(path: Path, layer: str) -> int | None:
    """Number of records by a file's books, None where it keeps none."""
    suffix = path.suffix.lower()
    if suffix == ".gpkg":
        return n_rows(path, layer)
    if suffix == ".fgb":
        return _n_in_flatgeobuf(path)
    return _n_in_mid(path) if suffix == ".mif" else None


def _n_in_flatgeobuf(path: Path) -> int | None:
    """Number in the header, a FlatBuffers table; None where it is not said."""
    with path.open("rb") as stream:
        stream.seek(_FGB_HEAD_AT)
        head = stream.read(1 << 16)
    try:
        (table,) = struct.unpack_from("<I", head, 0)
        (back,) = struct.unpack_from("<i", head, table)
        fields = table - back
        (size,) = struct.unpack_from("<H", head, fields)
        at = 4 + 2 * _FGB_COUNT
        if at + 2 > size:
            return None
        (offset,) = struct.unpack_from("<H", head, fields + at)
        count: int = struct.unpack_from("<Q", head, table + offset)[0] if offset else 0
    except struct.error:
        return None
    return count or None


def _n_in_mid(path: Path) -> int | None:
    """Lines of the table beside a MIF file, one a record."""
    mid = sidecar(path, ".mid")
    if mid is None:
        return None
    n, last = 0, b"\n"
    with mid.open("rb") as stream:
        while chunk := stream.read(_MID_CHUNK):
            n += chunk.count(b"\n")
            last = chunk[-1:]
    return n + (last != b"\n")
