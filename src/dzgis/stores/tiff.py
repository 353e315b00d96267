"""
The structure of a TIFF: its directories of tags, and where its tiles lie.

Only what laying a file out anew needs: GDAL makes and compresses the tiles, and fills the tags.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import BinaryIO

SUBFILE_TYPE, WIDTH, HEIGHT = 254, 256, 257
TILE_OFFSETS, TILE_SIZES = 324, 325
GEOREFERENCE = (33550, 33922, 34264, 34735, 34736, 34737)
DESCRIPTION = 42112
"""GDAL's own metadata: descriptions, tags, scale."""
REDUCED = 1

_SHORT, _LONG, _LONG8 = 3, 4, 16
_BYTES_OF_TYPE = {
    1: 1,
    2: 1,
    3: 2,
    4: 4,
    5: 8,
    6: 1,
    7: 1,
    8: 2,
    9: 4,
    10: 8,
    11: 4,
    12: 8,
    13: 4,
    16: 8,
    17: 8,
    18: 8,
}
_BIG_HEADER = struct.pack("<2sHHHQ", b"II", 43, 8, 0, 16)
_CLASSIC_HEADER = struct.pack("<2sHI", b"II", 42, 8)


@dataclass(frozen=True)
class Tag:
    """One entry of a directory: its type by TIFF's number, how many values, and their bytes."""

    kind: int
    count: int
    data: bytes

    def numbers(self) -> list[int]:
        """Return the values of a tag of whole numbers."""
        letter = {_SHORT: "H", _LONG: "I", _LONG8: "Q"}[self.kind]
        return list(struct.unpack(f"<{self.count}{letter}", self.data))


Directory = dict[int, Tag]


def number(value: int) -> Tag:
    """Tag of one 32-bit number."""
    return Tag(_LONG, 1, struct.pack("<I", value))


def first_directory(file: BinaryIO) -> Directory:
    """
    Tags of the first image of a little-endian BigTIFF.

    Raises
    ------
    ValueError
        If the file is no such thing.
    """
    file.seek(0)
    head = file.read(16)
    if head[:8] != _BIG_HEADER[:8]:
        raise ValueError("not a little-endian BigTIFF")
    file.seek(struct.unpack("<Q", head[8:])[0])
    (n_tags,) = struct.unpack("<Q", file.read(8))
    entries = file.read(20 * n_tags)
    found: Directory = {}
    for tag, kind, count, inline in struct.iter_unpack("<HHQ8s", entries):
        size = _BYTES_OF_TYPE[kind] * count
        data = inline[:size]
        if size > len(inline):
            file.seek(struct.unpack("<Q", inline)[0])
            data = file.read(size)
        found[tag] = Tag(kind, count, data)
    return found


@dataclass(frozen=True)
class Form:
    """Classic TIFF, which ends at 4 GiB, or BigTIFF."""

    big: bool

    @property
    def header(self) -> bytes:
        """First bytes of a file whose first directory follows a ghost area at `header` + ghost."""
        return _BIG_HEADER if self.big else _CLASSIC_HEADER

    def first_at(self, position: int) -> bytes:
        """Header that points to the first directory."""
        pointer = struct.pack("<Q" if self.big else "<I", position)
        return self.header[: -len(pointer)] + pointer

    def size(self, directory: Mapping[int, Tag]) -> int:
        """Bytes that a directory and its values take."""
        inline = 8 if self.big else 4
        outside = sum(_even(len(t.data)) for t in directory.values() if len(t.data) > inline)
        return self._front(len(directory)) + outside

    def _front(self, n_tags: int) -> int:
        """Bytes of the entries, with their number before and the next directory behind."""
        head, entry, tail = (8, 20, 8) if self.big else (2, 12, 4)
        return _even(head + entry * n_tags + tail)

    def tile_positions(self, values: Sequence[int]) -> Tag:
        """Tag of positions or sizes in the file."""
        kind, letter = (_LONG8, "Q") if self.big else (_LONG, "I")
        return Tag(kind, len(values), struct.pack(f"<{len(values)}{letter}", *values))

    def packed(self, directory: Mapping[int, Tag], *, at: int, following: int) -> bytes:
        """Bytes of a directory that starts at `at`; `following` is where the next one starts."""
        head, pointer, entry, inline = ("Q", "Q", "HHQ", 8) if self.big else ("H", "I", "HHI", 4)
        outside_at = at + self._front(len(directory))
        entries, outside = [struct.pack(f"<{head}", len(directory))], []
        for tag, value in sorted(directory.items()):
            stored = value.data.ljust(inline, b"\0")
            if len(value.data) > inline:
                stored = struct.pack(f"<{pointer}", outside_at)
                padded = value.data.ljust(_even(len(value.data)), b"\0")
                outside.append(padded)
                outside_at += len(padded)
            entries.append(struct.pack(f"<{entry}", tag, value.kind, value.count) + stored)
        entries.append(struct.pack(f"<{pointer}", following))
        front = b"".join(entries)
        return front.ljust(_even(len(front)), b"\0") + b"".join(outside)


def _even(n_bytes: int) -> int:
    """Length with padding: positions are kept at multiples of eight."""
    return (n_bytes + 7) // 8 * 8
