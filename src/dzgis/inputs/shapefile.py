"""
A shapefile is several files: are they all there, whole, and of one length.

The headers are read byte by byte, because GDAL opens a shapefile without its table, or with a
truncated geometry file, and says nothing.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np

from dzgis.errors import listed, raise_all
from dzgis.inputs.aliases import tables
from dzgis.inputs.dbf import FIELD_BYTES, cut_short, header_faults, read_header
from dzgis.inputs.files import sidecar
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy.typing as npt

_HEADER_BYTES = 100
_FILE_CODE = 9994
_RECORD_HEAD_BYTES = 8
_SHX_RECORD_BYTES = 8
_LENGTH_AT = 24
_AREA_KINDS = (5, 15, 25)
"""Polygon, PolygonZ, PolygonM."""
_AREA_HEAD_BYTES = 44
_COUNTS_AT = (36, 40)
"""Where, after the record's head, the numbers of rings and of points stand."""
_BYTES_PER_RING, _BYTES_PER_POINT = 4, 16


def is_shapefile(path: Path) -> bool:
    """Whether a path is the main file of a shapefile, by its suffix."""
    return path.suffix.lower() == ".shp"


def check_shapefile(path: Path) -> None:
    """
    Raise when parts of a shapefile are missing, cut short or of different lengths.

    Raises
    ------
    InputError
        With everything found.
    """
    missing = [s for s in tables()["files"]["shapefile_required"] if sidecar(path, s) is None]
    faults = [
        Text(
            f"{path} 缺少同名的 {suffix} 文件；请把 shapefile 的全部文件一起复制",
            f"{path} lacks its {suffix} file; copy all files of the shapefile together",
        )
        for suffix in missing
    ]
    raise_all(faults or [*_part_faults(path), *_prj_faults(path)])


def _part_faults(path: Path) -> list[Text]:
    shx, dbf = sidecar(path, ".shx"), sidecar(path, ".dbf")
    if shx is None or dbf is None:
        return []
    faults = [*_shp_faults(path), *_shp_faults(shx)]
    in_table = header_faults(dbf)
    if dbf.stat().st_size >= FIELD_BYTES:
        in_table += _count_faults(path, shx, dbf)
    return [*faults, *in_table] or _index_faults(path, shx)


def _shp_faults(part: Path) -> Iterator[Text]:
    with part.open("rb") as stream:
        head = stream.read(_HEADER_BYTES)
    size = part.stat().st_size
    if len(head) < _HEADER_BYTES:
        yield cut_short(part, size, _HEADER_BYTES)
        return
    (code,) = struct.unpack(">i", head[:4])
    said = 2 * struct.unpack(">i", head[_LENGTH_AT : _LENGTH_AT + 4])[0]
    if code != _FILE_CODE or said < _HEADER_BYTES:
        yield Text(
            f"{part} 不是 shapefile 的内容（文件代码 {code}，长度 {said}）；请重新导出",
            f"{part} has not the content of a shapefile (file code {code}, length {said}); "
            "export it again",
        )
    elif size < said:
        yield cut_short(part, size, said)


def _prj_faults(path: Path) -> Iterator[Text]:
    prj = sidecar(path, ".prj")
    try:
        if prj is not None:
            prj.read_text("utf-8")
    except UnicodeDecodeError:
        yield Text(
            f"{prj} 不是 UTF-8 文本，坐标系读不出来；请在源软件中重新定义坐标系",
            f"{prj} is not UTF-8 text, so the CRS cannot be read; define it again in the program "
            "it is from",
        )


def _count_faults(path: Path, shx: Path, dbf: Path) -> list[Text]:
    n_shapes = (shx.stat().st_size - _HEADER_BYTES) // _SHX_RECORD_BYTES
    n_records = read_header(dbf).n_records
    if n_shapes == n_records:
        return []
    return [
        Text(
            f"{path} 有 {n_shapes} 个图形，而 {dbf.name} 有 {n_records} 条记录；"
            "两个文件不是一套，请重新导出",
            f"{path} has {n_shapes} shapes, {dbf.name} has {n_records} records; "
            "the two do not belong together, export again",
        )
    ]


def _index_faults(path: Path, shx: Path) -> list[Text]:
    """Records that the index places outside the geometry file."""
    with shx.open("rb") as stream:
        stream.seek(_HEADER_BYTES)
        rows = np.frombuffer(stream.read(), ">i4").reshape(-1, 2).astype(np.int64)
    start, length = 2 * rows[:, 0], 2 * rows[:, 1]
    size = path.stat().st_size
    lost = (start < _HEADER_BYTES) | (length < 0) | (start + _RECORD_HEAD_BYTES + length > size)
    lost &= (start != 0) | (length != 0)  # a record that was deleted
    if not lost.any():
        return _record_faults(path, start, length)
    records = listed(np.flatnonzero(lost) + 1)
    return [
        Text(
            f"{shx} 把第 {records} 条记录指到 {path.name} 之外；文件已损坏，请重新导出",
            f"{shx} places records {records} outside {path.name}; the file is damaged, "
            "export it again",
        )
    ]


def _record_faults(
    path: Path, start: npt.NDArray[np.int64], length: npt.NDArray[np.int64]
) -> list[Text]:
    """Areas that declare more rings and points than their records have room for."""
    areal = np.flatnonzero(length >= _AREA_HEAD_BYTES)
    if not areal.size:
        return []
    content = np.memmap(path, np.uint8, "r")
    at = start[areal] + _RECORD_HEAD_BYTES
    kinds = _integers(content, at)
    counts = [_integers(content, at + after) for after in _COUNTS_AT]
    needed = _AREA_HEAD_BYTES + _BYTES_PER_RING * counts[0] + _BYTES_PER_POINT * counts[1]
    wrong = np.isin(kinds, _AREA_KINDS) & (
        (needed > length[areal]) | (counts[0] < 0) | (counts[1] < 0)
    )
    if not wrong.any():
        return []
    records = listed(areal[wrong] + 1)
    return [
        Text(
            f"{path} 第 {records} 条记录声明的环数和点数多于其字节所容；文件已损坏，请重新导出",
            f"{path}: records {records} declare more rings and points than their bytes hold; "
            "the file is damaged, export it again",
        )
    ]


def _integers(content: npt.NDArray[np.uint8], at: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Little-endian integers of 4 bytes that begin at `at`."""
    raw = content[at[:, np.newaxis] + np.arange(4)]
    return np.ascontiguousarray(raw).view("<i4").ravel().astype(np.int64)
