"""
A shapefile is several files: are they all there, whole, of one length, and in which encoding.

The headers are read byte by byte, because GDAL opens a shapefile without its table, or with a
truncated geometry file, and says nothing.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from dzgis.errors import raise_all
from dzgis.inputs.aliases import tables
from dzgis.inputs.files import sidecar
from dzgis.inputs.log import LOG
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SHP_HEADER_BYTES = 100
_SHX_RECORD_BYTES = 8
_DBF_FIELD_BYTES = 32
_DBF_NAME_BYTES = 11
_DBF_FIELDS_END = 0x0D
_FIRST_CJK = "\u2e80"
_GBK_FAMILY = {"gbk", "gb2312", "936", "cp936", "gb18030", "54936", "ansi 936", "ldid/77"}
WIDEST_CHINESE = "GB18030"
"""Reads GBK and GB2312 as well, and loses no rare character."""


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
    raise_all(faults or [*_length_faults(path), *_prj_faults(path)])


def _length_faults(path: Path) -> Iterator[Text]:
    for part in (path, sidecar(path, ".shx")):
        if part is not None:
            yield from _shp_faults(part)
    dbf = sidecar(path, ".dbf")
    if dbf is not None:
        yield from _dbf_faults(dbf)
        yield from _count_faults(path, dbf)


def _shp_faults(part: Path) -> Iterator[Text]:
    with part.open("rb") as stream:
        head = stream.read(_SHP_HEADER_BYTES)
    said = 2 * struct.unpack(">i", head[24:28])[0] if len(head) == _SHP_HEADER_BYTES else None
    size = part.stat().st_size
    if said is None or size < said:
        yield _cut_short(part, size, said or _SHP_HEADER_BYTES)


def _dbf_faults(dbf: Path) -> Iterator[Text]:
    size = dbf.stat().st_size
    if size < _DBF_FIELD_BYTES:
        yield _cut_short(dbf, size, _DBF_FIELD_BYTES)
        return
    n_records, head, width = _dbf_header(dbf)
    if size < head + n_records * width:
        yield _cut_short(dbf, size, head + n_records * width)


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


def _cut_short(part: Path, size: int, needed: int) -> Text:
    return Text(
        f"{part} 被截断：文件头要求 {needed} 字节，实有 {size} 字节；请重新复制或导出",
        f"{part} is truncated: its header says {needed} bytes, there are {size}; "
        "copy or export it again",
    )


def _count_faults(path: Path, dbf: Path) -> Iterator[Text]:
    shx = sidecar(path, ".shx")
    if shx is None or dbf.stat().st_size < _DBF_FIELD_BYTES:
        return
    n_shapes = (shx.stat().st_size - _SHP_HEADER_BYTES) // _SHX_RECORD_BYTES
    n_records = _dbf_header(dbf)[0]
    if n_shapes != n_records:
        yield Text(
            f"{path} 有 {n_shapes} 个图形，而 {dbf.name} 有 {n_records} 条记录；"
            "两个文件不是一套，请重新导出",
            f"{path} has {n_shapes} shapes, {dbf.name} has {n_records} records; "
            "the two do not belong together, export again",
        )


def _dbf_header(dbf: Path) -> tuple[int, int, int]:
    """Return number of records, bytes of the header, bytes of a record."""
    with dbf.open("rb") as stream:
        head = stream.read(_DBF_FIELD_BYTES)
    n_records, header, width = struct.unpack("<IHH", head[4:12])
    return n_records, header, width


def shapefile_encoding(path: Path) -> str:
    """
    Find the encoding of a shapefile's table.

    A ``.cpg`` is honoured, GBK and GB2312 as GB18030, which contains them. Without one the bytes
    tell: UTF-8 where they are strictly UTF-8 with CJK characters, else GB18030; this is logged.

    Raises
    ------
    InputError
        Naming the record and field whose bytes the encoding cannot have written.
    """
    dbf, cpg = sidecar(path, ".dbf"), sidecar(path, ".cpg")
    if dbf is None:
        return "UTF-8"
    if cpg is not None and (said := cpg.read_text("ascii", "replace").strip()):
        chinese = said.casefold() in _GBK_FAMILY
        codec = WIDEST_CHINESE if chinese else said
        raise_all(_undecodable(dbf, codec, cpg.name))
        return codec
    content = dbf.read_bytes()
    if content[_dbf_header(dbf)[1] :].isascii() and content[: _dbf_header(dbf)[1]].isascii():
        return "UTF-8"
    return _told_encoding(path, dbf)


def _told_encoding(path: Path, dbf: Path) -> str:
    words = [word for _, _, word in _dbf_words(dbf) if not word.isascii()]
    codec = "UTF-8" if _is_chinese_utf8(words) else WIDEST_CHINESE
    raise_all(_undecodable(dbf, codec, None))
    LOG.warning(
        Text(
            f"{path} 没有 .cpg 文件，属性表按 {codec} 读取；若乱码请补 .cpg",
            f"{path} has no .cpg, its table is read as {codec}; add a .cpg if words are garbled",
        )
    )
    return codec


def _is_chinese_utf8(words: list[bytes]) -> bool:
    try:
        text = "".join(word.decode("utf-8") for word in words)
    except UnicodeDecodeError:
        return False
    return any(letter >= _FIRST_CJK for letter in text)


def _undecodable(dbf: Path, codec: str, cpg: str | None) -> list[Text]:
    """Name the first word of the table that `codec` cannot have written, if any."""
    for record, field, word in _dbf_words(dbf):
        try:
            word.decode(codec)
        except LookupError:
            return []  # a code page that Python does not know: GDAL may
        except UnicodeDecodeError as error:
            if record and _is_cut_letter(error, word):
                continue
            return [_mojibake(dbf, codec, cpg, f"{record}", field)]
    return []


def _is_cut_letter(error: UnicodeDecodeError, word: bytes) -> bool:
    """Whether only the last letter is cut, as programs do that fill a field to its width."""
    return error.end == len(word) and error.start > 0


def _mojibake(dbf: Path, codec: str, cpg: str | None, record: str, field: str) -> Text:
    by = f"（{cpg}）" if cpg else ""
    by_en = f" (said by {cpg})" if cpg else ""
    return Text(
        f"{dbf} 第 {record} 条记录字段 {field} 的字节不是 {codec}{by}；"
        "请改正 .cpg 中的编码（国内数据多为 GB18030 或 UTF-8）",
        f"{dbf}, record {record}, field {field}: the bytes are not {codec}{by_en}; "
        "put the right encoding into the .cpg (GB18030 or UTF-8 in most Chinese data)",
    )


def _dbf_words(dbf: Path) -> Iterator[tuple[int, str, bytes]]:
    """Record number (0 for the names of fields), field, bytes: of all text fields of a table."""
    content = dbf.read_bytes()
    n_records, head, width = _dbf_header(dbf)
    fields = list(_dbf_fields(content[:head]))
    for raw, _, _ in fields:
        yield 0, _shown(raw), raw
    texts = [(_shown(raw), start, stop) for raw, start, stop in fields if stop]
    for record in range(n_records):
        row = content[head + record * width : head + (record + 1) * width]
        if not row.isascii():
            for name, start, stop in texts:
                yield record + 1, name, row[start:stop].rstrip(b" \0")


def _dbf_fields(head: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Name, first and last byte in a record of each field; last is 0 where it is not text."""
    start = 1
    for at in range(_DBF_FIELD_BYTES, len(head) - 1, _DBF_FIELD_BYTES):
        if head[at] == _DBF_FIELDS_END or at + _DBF_FIELD_BYTES > len(head):
            return
        name = head[at : at + _DBF_NAME_BYTES].split(b"\0")[0]
        width = head[at + 16]
        yield name, start, start + width if head[at + 11 : at + 12] == b"C" else 0
        start += width


def _shown(name: bytes) -> str:
    return name.decode("gb18030", "replace") if not name.isascii() else name.decode("ascii")
