"""Grids and rasters: values that rooms exchange, and windows with a halo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    import numpy.typing as npt
    from affine import Affine
    from pyproj import CRS


UNKNOWN_PERCENT = 255
"""Code of an unknown cell in a raster of per cents, which are 0 to 100."""


@dataclass(frozen=True)
class Grid:
    """
    A north-up raster grid.

    Attributes
    ----------
    crs : CRS
    transform : Affine
        From (col, row) to (easting, northing), or (longitude, latitude); no rotation.
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
    def cell_size(self) -> tuple[float, float]:
        """Width and height of a cell, both positive, in the unit of the CRS."""
        return abs(self.transform.a), abs(self.transform.e)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in the unit of the CRS."""
        t = self.transform
        ends = t.c + t.a * self.width, t.f + t.e * self.height
        return min(t.c, ends[0]), min(t.f, ends[1]), max(t.c, ends[0]), max(t.f, ends[1])


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
    A block of rows and columns, and the same widened by a halo where the grid allows.

    Attributes
    ----------
    rows, cols : slice
        The block itself, in the grid.
    outer_rows, outer_cols : slice
        The block with its halo, in the grid.
    """

    rows: slice
    cols: slice
    outer_rows: slice
    outer_cols: slice

    @property
    def inner(self) -> tuple[slice, slice]:
        """Where the block lies inside its widened self."""
        row, col = self.rows.start - self.outer_rows.start, self.cols.start - self.outer_cols.start
        return (
            slice(row, row + self.rows.stop - self.rows.start),
            slice(col, col + self.cols.stop - self.cols.start),
        )


def windows(shape: tuple[int, int], *, block: int, halo: int) -> Iterator[Window]:
    """
    Cut a grid into blocks, row by row.

    Parameters
    ----------
    shape : (rows, cols)
    block : int
        Rows and columns of a block, at most.
    halo : int
        Cells added on each side, fewer at the grid's edge.
    """
    for top in range(0, shape[0], block):
        for left in range(0, shape[1], block):
            bottom, right = min(top + block, shape[0]), min(left + block, shape[1])
            yield Window(
                slice(top, bottom),
                slice(left, right),
                slice(max(top - halo, 0), min(bottom + halo, shape[0])),
                slice(max(left - halo, 0), min(right + halo, shape[1])),
            )
