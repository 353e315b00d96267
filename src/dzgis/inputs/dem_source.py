"""A DEM of one or many files as one grid, read block by block and never merged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dzgis.grid import Grid, Window, compiled_pays
from dzgis.inputs.dem_files import Tile, open_tiles
from dzgis.inputs.dem_overlaps import meet, tell_differences
from dzgis.inputs.dem_rows import KEPT_BYTES, Cells, stored_rows
from dzgis.inputs.dem_values import Found, check_elevations, fill

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt

    from dzgis.inputs.dem_overlaps import Box


@dataclass(frozen=True)
class DemSource:
    """
    A DEM on disk; it pickles, so that other processes read the same.

    Attributes
    ----------
    tiles : tuple of Tile
        Where they overlap, the earlier one counts.
    boxes : tuple of Box
        Where each tile lies in `grid`.
    grid : Grid
    note : str
        What the files say of themselves.
    kept_bytes : int
        How much of what was decoded a process keeps.
    """

    tiles: tuple[Tile, ...]
    boxes: tuple[Box, ...]
    grid: Grid
    note: str
    kept_bytes: int = KEPT_BYTES

    @property
    def where(self) -> str:
        """How messages call the DEM."""
        return ", ".join(str(tile.path) for tile in self.tiles)


@dataclass(frozen=True)
class DemBlock:
    """
    Elevations of a block with its halo.

    Attributes
    ----------
    values : ndarray of float32, (rows + 2·halo, cols + 2·halo)
        Metres, NaN where not known and beyond the grid.
    found : Found
        What is in the counted cells.
    """

    values: npt.NDArray[np.float32]
    found: Found


def open_dem_source(paths: Sequence[Path], *, turned: bool = False) -> DemSource:
    """
    Open and check the files of a DEM.

    Parameters
    ----------
    paths : sequence of Path
    turned : bool
        Whether grids that are not north-up are taken.

    Raises
    ------
    MissingFileError, CRSError, InputError
        With the faults of all files.
    """
    tiles = open_tiles(paths, turned=turned)
    base = tiles[0]
    boxes = [_box(tile, base) for tile in tiles]
    tell_differences(tiles, boxes)
    tops, lefts, ends, rights = zip(*boxes, strict=True)
    union = (min(tops), min(lefts), max(ends), max(rights))
    note = " ".join(dict.fromkeys(tile.note for tile in tiles if tile.note))
    return part_of(DemSource(tuple(tiles), tuple(boxes), base.grid, note), union)


def part_of(source: DemSource, box: Box) -> DemSource:
    """Return the part of a DEM that lies in a box of its grid; the box may reach beyond it."""
    top, left, end, right = box
    boxes = [(b[0] - top, b[1] - left, b[2] - top, b[3] - left) for b in source.boxes]
    grid = source.grid.part(Window(slice(top, end), slice(left, right)))
    return DemSource(source.tiles, tuple(boxes), grid, source.note, source.kept_bytes)


def read_block(
    source: DemSource, window: Window, *, halo: int, counted: Window | None = None
) -> DemBlock:
    """
    Elevations of a block.

    Parameters
    ----------
    source : DemSource
    window : Window
        In the source's grid.
    halo : int
        Cells added on each side.
    counted : Window, optional
        Which cells `found` is about; by default those of `window`.

    Raises
    ------
    InputError
        If a file cannot be read to its end, or values are no elevations.
    """
    top, left = window.rows.start - halo, window.cols.start - halo
    rows, cols = window.shape
    outer: Box = (top, left, window.rows.stop + halo, window.cols.stop + halo)
    values = np.full((rows + 2 * halo, cols + 2 * halo), np.nan, dtype=np.float32)
    found = Found()
    compiled = compiled_pays(source.grid.shape)
    for tile, box in zip(source.tiles, source.boxes, strict=True):
        common = meet(outer, box)
        if common is None:
            continue
        at_rows = slice(common[0] - box[0], common[2] - box[0])
        at_cols = slice(common[1] - box[1], common[3] - box[1])
        for row, stored in stored_rows(tile, at_rows, at_cols, kept_bytes=source.kept_bytes):
            first = row + box[0]
            out = Cells(values, first - top, common[1] - left, *stored.shape)
            found += fill(
                out, stored, tile, _inner(counted or window, first, common[1]), compiled=compiled
            )
    check_elevations(values, found, source.where)
    return DemBlock(values, found)


def _inner(counted: Window, top: int, left: int) -> Box:
    """Counted cells in an array that starts at a place of the grid."""
    rows, cols = counted.rows, counted.cols
    first, left_end = max(rows.start - top, 0), max(cols.start - left, 0)
    return first, left_end, max(rows.stop - top, 0), max(cols.stop - left, 0)


def _box(tile: Tile, base: Tile) -> Box:
    row, col = base.cell(*tile.corner(row=0, col=0))
    top, left = round(row), round(col)
    return top, left, top + tile.height, left + tile.width
