"""Grids and rasters: values that rooms exchange, and windows with a halo."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt
    from affine import Affine
    from pyproj import CRS


UNKNOWN_PERCENT = 255
"""Code of an unknown cell in a raster of per cents, which are 0 to 100."""
COMPILED_FROM_CELLS = 20_000_000
"""Smaller grids are done in numpy: they take less time than loading compiled code does."""


def percent_of(share: npt.NDArray[np.generic]) -> npt.NDArray[np.uint8]:
    """Whole per cents of shares in [0, 1], halves up; `UNKNOWN_PERCENT` for NaN."""
    values = share.astype(np.float64)
    values *= 100.0
    values += 0.5  # what follows the point is cut off below
    values[np.isnan(values)] = UNKNOWN_PERCENT
    return values.astype(np.uint8)


def compiled_pays(shape: tuple[int, int]) -> bool:
    """Whether a grid is so large that compiled code is worth loading; the results are the same."""
    return shape[0] * shape[1] >= COMPILED_FROM_CELLS


@dataclass(frozen=True)
class Grid:
    """
    A raster grid.

    Attributes
    ----------
    crs : CRS
    transform : Affine
        From (col, row) to (easting, northing), or (longitude, latitude).
    height, width : int
        Number of rows and columns.
    """

    crs: CRS
    transform: Affine
    height: int
    width: int

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.height, self.width

    @property
    def north_up(self) -> bool:
        """Whether rows run west to east and columns north to south."""
        t = self.transform
        return t.b == 0 and t.d == 0 and t.a > 0 and t.e < 0

    @property
    def cell_size(self) -> tuple[float, float]:
        """Width and height of a cell, both positive, in the unit of the CRS."""
        t = self.transform
        return math.hypot(t.a, t.d), math.hypot(t.b, t.e)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in the unit of the CRS."""
        t = self.transform
        corners = [(col, row) for col in (0, self.width) for row in (0, self.height)]
        x = [t.c + t.a * col + t.b * row for col, row in corners]
        y = [t.f + t.d * col + t.e * row for col, row in corners]
        return min(x), min(y), max(x), max(y)

    def corner(self, row: float, col: float) -> tuple[float, float]:
        """Return x and y of the upper left corner of a cell."""
        t = self.transform
        return float(t.c + t.a * col + t.b * row), float(t.f + t.d * col + t.e * row)

    def cell_at(self, x: float, y: float) -> tuple[float, float]:
        """Return row and column, with fractions, of a position."""
        t = self.transform
        east, north = x - t.c, y - t.f
        if not t.b and not t.d:
            return north / t.e, east / t.a
        determinant = t.a * t.e - t.b * t.d
        return (
            (t.a * north - t.d * east) / determinant,
            (t.e * east - t.b * north) / determinant,
        )

    def part(self, window: Window) -> Grid:
        """Return the grid of a block, which may reach beyond this one."""
        t = self.transform
        x, y = self.corner(window.rows.start, window.cols.start)
        return Grid(self.crs, type(t)(t.a, t.b, x, t.d, t.e, y), *window.shape)


@dataclass(frozen=True)
class Raster:
    """
    Values on a grid.

    Attributes
    ----------
    values : ndarray, (rows, cols)
        Floating values use NaN for *not known*; classes use 0.
    grid : Grid
    name : str
        What the values are, with the unit last, e.g. ``slope_deg``.
    note : str
        What every product must repeat, e.g. that the terrain is generated.
    """

    values: npt.NDArray[np.generic]
    grid: Grid
    name: str
    note: str = ""


@dataclass(frozen=True)
class Window:
    """
    A block of rows and columns of a grid.

    Attributes
    ----------
    rows, cols : slice
        With start and stop.
    """

    rows: slice
    cols: slice

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.rows.stop - self.rows.start, self.cols.stop - self.cols.start

    def grown(self, cells: int, shape: tuple[int, int]) -> Window:
        """Return the block with `cells` more on each side, as far as a grid of `shape` goes."""
        return Window(
            slice(max(self.rows.start - cells, 0), min(self.rows.stop + cells, shape[0])),
            slice(max(self.cols.start - cells, 0), min(self.cols.stop + cells, shape[1])),
        )

    def within(self, outer: Window) -> tuple[slice, slice]:
        """Rows and columns of this block in a larger one."""
        top, left = outer.rows.start, outer.cols.start
        return (
            slice(self.rows.start - top, self.rows.stop - top),
            slice(self.cols.start - left, self.cols.stop - left),
        )

    def sides(self, shape: tuple[int, int]) -> tuple[bool, bool, bool, bool]:
        """Whether the block's top, bottom, left and right are those of a grid of `shape`."""
        return (
            self.rows.start == 0,
            self.rows.stop == shape[0],
            self.cols.start == 0,
            self.cols.stop == shape[1],
        )


def windows(
    shape: tuple[int, int], *, block: int, block_cols: int | None = None
) -> Iterator[Window]:
    """
    Cut a grid into blocks: one band of columns after the other, each from top to bottom.

    Parameters
    ----------
    shape : (rows, cols)
    block : int
        Rows of a block, at most.
    block_cols : int, optional
        Columns of a block, at most; by default as many as rows.
    """
    wide = block_cols or block
    for left in range(0, shape[1], wide):
        for top in range(0, shape[0], block):
            bottom, right = min(top + block, shape[0]), min(left + wide, shape[1])
            yield Window(slice(top, bottom), slice(left, right))


def padded_block(
    values: npt.NDArray[np.floating], window: Window, halo: int
) -> npt.NDArray[np.floating]:
    """
    Values of a block and of `halo` cells around it; NaN beyond the grid.

    Parameters
    ----------
    values : ndarray of floats
        The whole grid.
    window : Window
    halo : int

    Returns
    -------
    ndarray of the same type, (rows + 2·halo, cols + 2·halo)
    """
    top, left = window.rows.start - halo, window.cols.start - halo
    bottom, right = window.rows.stop + halo, window.cols.stop + halo
    inside = values[max(top, 0) : bottom, max(left, 0) : right]
    if inside.shape == (bottom - top, right - left):
        return inside
    block = np.full((bottom - top, right - left), np.nan, dtype=values.dtype)
    row, col = max(-top, 0), max(-left, 0)
    block[row : row + inside.shape[0], col : col + inside.shape[1]] = inside
    return block
