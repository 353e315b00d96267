"""
Cloud-optimised GeoTIFFs from finished pieces, without decoding them again.

GDAL's own COG driver reads a whole raster, compresses it a second time and writes it; here each
block is compressed once, where it was computed, and the file is put together from the pieces.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from dzgis.stores import tiff

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import BinaryIO

    from dzgis.stores.tiff import Directory

TILE = 512
_CLASSIC_LIMIT = 2**32 - 2**20
_GHOST = (
    "LAYOUT=IFDS_BEFORE_DATA\nBLOCK_ORDER=ROW_MAJOR\nBLOCK_LEADER=SIZE_AS_UINT4\n"
    "BLOCK_TRAILER=LAST_4_BYTES_REPEATED\nKNOWN_INCOMPATIBLE_EDITION=NO\n "
)
_AROUND_TILE = 8


@dataclass(frozen=True)
class Piece:
    """
    Some tiles of a level, in a TIFF of their own.

    Attributes
    ----------
    path : Path
        A tiled BigTIFF.
    top, left : int
        Its first cell's row and column in the level; multiples of the tile's size.
    """

    path: Path
    top: int
    left: int


@dataclass(frozen=True)
class Level:
    """
    The full raster or one of its overviews.

    Attributes
    ----------
    height, width : int
        Cells.
    pieces : tuple of Piece
        They cover the level once.
    """

    height: int
    width: int
    pieces: tuple[Piece, ...]

    @property
    def tiles(self) -> tuple[int, int]:
        """Rows and columns of tiles."""
        return -(-self.height // TILE), -(-self.width // TILE)


@dataclass(frozen=True)
class _Tile:
    path: Path
    position: int
    size: int


def assemble(template: BinaryIO, levels: Sequence[Level], path: Path) -> None:
    """
    Write a COG.

    Parameters
    ----------
    template : binary file
        A BigTIFF of the full raster's size and form with all its tags; its tiles do not count.
    levels : sequence of Level
        The full raster, then its overviews from large to small.
    path : Path
        Written in one go from front to back.
    """
    full = tiff.first_directory(template)
    directories = [_directory(full, level, n) for n, level in enumerate(levels)]
    tiles = [_tiles_of(level) for level in levels]
    n_bytes = sum(tile.size + _AROUND_TILE for level in tiles for tile in level)
    form = tiff.Form(big=n_bytes + sum(map(_room, tiles)) > _CLASSIC_LIMIT)
    ghost = f"GDAL_STRUCTURAL_METADATA_SIZE={len(_GHOST):06d} bytes\n{_GHOST}".encode("ascii")
    start = len(form.header) + len(ghost)
    start += -start % 8
    directories = [
        {
            **directory,
            tiff.TILE_OFFSETS: form.tile_positions([0] * len(level)),
            tiff.TILE_SIZES: form.tile_positions([tile.size for tile in level]),
        }
        for directory, level in zip(directories, tiles, strict=True)
    ]
    places = [start]
    for directory in directories:
        places.append(places[-1] + form.size(directory))
    positions = _positions(tiles, places[-1])
    with path.open("wb") as out:
        out.write((form.first_at(start) + ghost).ljust(start, b"\0"))
        following = [*places[1:-1], 0]
        for n, directory in enumerate(directories):
            directory[tiff.TILE_OFFSETS] = form.tile_positions(positions[n])
            out.write(form.packed(directory, at=places[n], following=following[n]))
        for level in reversed(tiles):
            for data in _read(level):
                out.write(struct.pack("<I", len(data)) + data + data[-4:])


def _directory(full: Directory, level: Level, n: int) -> Directory:
    if n == 0:
        return dict(full)
    dropped = (*tiff.GEOREFERENCE, tiff.DESCRIPTION)
    kept = {tag: value for tag, value in full.items() if tag not in dropped}
    return kept | {
        tiff.SUBFILE_TYPE: tiff.number(tiff.REDUCED),
        tiff.WIDTH: tiff.number(level.width),
        tiff.HEIGHT: tiff.number(level.height),
    }


def _room(tiles: Sequence[_Tile]) -> int:
    """Bytes, at most, that the tags of a level take beside its tiles."""
    return 16 * len(tiles) + 2**16


def _tiles_of(level: Level) -> list[_Tile]:
    """Tiles of a level, row by row."""
    n_rows, n_cols = level.tiles
    found: list[_Tile | None] = [None] * (n_rows * n_cols)
    for piece in level.pieces:
        with piece.path.open("rb") as file:
            tags = tiff.first_directory(file)
        across = -(-tags[tiff.WIDTH].numbers()[0] // TILE)
        pairs = zip(tags[tiff.TILE_OFFSETS].numbers(), tags[tiff.TILE_SIZES].numbers(), strict=True)
        first = piece.top // TILE * n_cols + piece.left // TILE
        for n, (position, size) in enumerate(pairs):
            place = first + n // across * n_cols + n % across
            found[place] = _Tile(piece.path, position, size)
    complete = [tile for tile in found if tile is not None]
    if len(complete) != len(found):
        raise ValueError(f"{len(found) - len(complete)} of {len(found)} tiles are missing")
    return complete


def _positions(tiles: Sequence[Sequence[_Tile]], start: int) -> list[list[int]]:
    """Where each level's tiles will lie: the smallest overview first, each after its leader."""
    positions: list[list[int]] = []
    for level in reversed(tiles):
        here = []
        for tile in level:
            here.append(start + 4)
            start += tile.size + _AROUND_TILE
        positions.insert(0, here)
    return positions


def _read(tiles: Sequence[_Tile]) -> Iterator[bytes]:
    """Bytes of tiles, one file open at a time."""
    for path, run in groupby(tiles, key=lambda tile: tile.path):
        with path.open("rb") as file:
            for tile in run:
                file.seek(tile.position)
                yield file.read(tile.size)
