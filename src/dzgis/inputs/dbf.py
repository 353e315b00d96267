"""The table of a shapefile, read byte by byte: header, fields, words, values that do not fit."""

from __future__ import annotations

import mmap
import struct
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dzgis.errors import listed
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FIELD_BYTES = 32
_NAME_BYTES = 11
_TYPE_AT, _WIDTH_AT, _DECIMALS_AT, _LANGUAGE_AT = 11, 16, 17, 29
_FIELDS_END = 0x0D
_NUMERIC = b"NFD"
"""Kinds of fields whose values are asterisks where they did not fit: numbers and dates."""
_OVERFLOW = ord("*")
_ROWS_AT_ONCE = 1 << 16


@dataclass(frozen=True)
class Field:
    """One field of a table: its raw name, XBase type, first and last byte in a record."""

    raw: bytes
    kind: bytes
    start: int
    stop: int

    @property
    def name(self) -> str:
        """Name as it can be shown, whatever the encoding."""
        return self.raw.decode("ascii" if self.raw.isascii() else "gb18030", "replace")


@dataclass(frozen=True)
class Table:
    """
    What the header of a table says.

    Attributes
    ----------
    n_records, head, width : int
        Number of records; bytes of the header and of a record.
    language : int
        Language driver id (LDID), 0 where not said; 0x4D is GBK.
    fields : tuple of Field
    """

    n_records: int
    head: int
    width: int
    language: int
    fields: tuple[Field, ...]


def read_header(dbf: Path) -> Table:
    """Read the header of a table that has one (`FIELD_BYTES` at least)."""
    with dbf.open("rb") as stream:
        start = stream.read(FIELD_BYTES)
        n_records, head, width = struct.unpack("<IHH", start[4:12])
        rest = stream.read(max(0, head - FIELD_BYTES))
    return Table(n_records, head, width, start[_LANGUAGE_AT], tuple(_fields(rest)))


def _fields(rest: bytes) -> Iterator[Field]:
    start = 1
    for at in range(0, len(rest) - FIELD_BYTES + 1, FIELD_BYTES):
        if rest[at] == _FIELDS_END:
            return
        kind = rest[at + _TYPE_AT : at + _TYPE_AT + 1]
        width = rest[at + _WIDTH_AT]
        if kind == b"C":  # wide text fields keep the high byte where decimals are
            width += rest[at + _DECIMALS_AT] << 8
        yield Field(rest[at : at + _NAME_BYTES].split(b"\0")[0], kind, start, start + width)
        start += width


def header_faults(dbf: Path) -> list[Text]:
    """Say what keeps a table from being read: cut short, or a header that contradicts itself."""
    size = dbf.stat().st_size
    if size < FIELD_BYTES:
        return [cut_short(dbf, size, FIELD_BYTES)]
    table = read_header(dbf)
    needed = table.head + table.n_records * table.width
    taken = max((field.stop for field in table.fields), default=1)
    if table.head < FIELD_BYTES or table.width < taken or not table.fields:
        return [
            Text(
                f"{dbf} 的文件头自相矛盾（记录长 {table.width} 字节，{len(table.fields)} 个字段"
                f"共需 {taken}）；文件已损坏，请重新导出",
                f"{dbf}: its header contradicts itself (records of {table.width} bytes, "
                f"{len(table.fields)} fields that need {taken}); the file is damaged, export it "
                "again",
            )
        ]
    return [cut_short(dbf, size, needed)] if size < needed else []


def cut_short(part: Path, size: int, needed: int) -> Text:
    """Say that a file is shorter than its header says."""
    return Text(
        f"{part} 被截断：文件头要求 {needed} 字节，实有 {size} 字节；请重新复制或导出",
        f"{part} is truncated: its header says {needed} bytes, there are {size}; "
        "copy or export it again",
    )


@contextmanager
def _mapped(dbf: Path) -> Iterator[mmap.mmap]:
    """Bytes of a table, in memory only as they are looked at."""
    with (
        dbf.open("rb") as stream,
        mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content,
    ):
        yield content


def words(dbf: Path) -> Iterator[tuple[int, str, bytes]]:
    """Record number (0 for the names of fields), field, bytes: of all text that is not ASCII."""
    table = read_header(dbf)
    for field in table.fields:
        if not field.raw.isascii():
            yield 0, field.name, field.raw
    texts = [field for field in table.fields if field.kind == b"C"]
    with _mapped(dbf) as content:
        for first in range(0, table.n_records, _ROWS_AT_ONCE):
            n = min(_ROWS_AT_ONCE, table.n_records - first)
            at = table.head + first * table.width
            block = content[at : at + n * table.width]
            if not block.isascii():
                for record in range(n):
                    row = block[record * table.width : (record + 1) * table.width]
                    yield from _words_of(row, first + record + 1, texts)


def _words_of(row: bytes, record: int, texts: list[Field]) -> Iterator[tuple[int, str, bytes]]:
    if not row.isascii():
        for field in texts:
            word = row[field.start : field.stop].rstrip(b" \0")
            if not word.isascii():
                yield record, field.name, word


def overflows(dbf: Path) -> list[Text]:
    """
    Say which numbers did not fit their fields: XBase writes asterisks, GDAL reads no value.

    Returns
    -------
    list of Text
        One a field, with its records.
    """
    table = read_header(dbf)
    numeric = [field for field in table.fields if field.kind in _NUMERIC and field.kind]
    found: dict[str, list[int]] = {}
    if not numeric or not table.n_records:
        return []
    with _mapped(dbf) as content:
        for first in range(0, table.n_records, _ROWS_AT_ONCE):
            n = min(_ROWS_AT_ONCE, table.n_records - first)
            at = table.head + first * table.width
            block = content[at : at + n * table.width]
            if b"*" not in block:
                continue
            rows = np.frombuffer(block, np.uint8).reshape(n, table.width)
            for field in numeric:
                full = (rows[:, field.start : field.stop] == _OVERFLOW).any(axis=1)
                found.setdefault(field.name, []).extend(first + 1 + np.flatnonzero(full))
    return [_overflow(dbf, name, records) for name, records in found.items() if records]


def _overflow(dbf: Path, name: str, records: list[int]) -> Text:
    return Text(
        f"{dbf} 字段 {name} 有 {len(records)} 个值放不下（****），按未知处理（记录号 "
        f"{listed(records, 5)}）；请加宽字段后重新导出",
        f"{dbf}: {len(records)} values of the field {name} did not fit it (****) and count as not "
        f"known (records {listed(records, 5)}); widen the field and export again",
    )
