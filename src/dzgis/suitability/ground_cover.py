"""What polygons say of cells: the share that they cover, and the class of the largest share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import shapely

from dzgis.area import carried
from dzgis.coverage import union_share, zone_shares

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    import numpy.typing as npt
    from pyproj import CRS

    from dzgis.grid import Grid

    Array = npt.NDArray[np.float64]
    Numbers = npt.NDArray[np.int64]

UNKNOWN, OUTSIDE = -1, -2
"""Numbers of cells in no category: not known, and mostly outside all polygons."""
_ROUNDING_SHARE = 1e-9


@dataclass(frozen=True, eq=False)
class Polygons:
    """
    Polygons in a grid's CRS, with a number each.

    Attributes
    ----------
    frame : GeoDataFrame
    number : ndarray of int64
        Category of each, `UNKNOWN` where it has none; 0 where there are no categories.
    """

    frame: gpd.GeoDataFrame
    number: Numbers

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Index of the polygons."""
        return shapely.STRtree(self.frame.geometry.to_numpy())

    def near(self, grid: Grid) -> Numbers:
        """Rows that may meet a grid, in order."""
        found: Numbers = np.sort(self.tree.query(shapely.box(*grid.bounds)))
        return found


def polygons_of(
    frame: gpd.GeoDataFrame, crs: CRS, number: npt.NDArray[np.int64] | None = None
) -> Polygons:
    """Polygons of a layer carried to a grid's CRS, rows without geometry left out."""
    there = (frame.geometry.notna() & ~frame.geometry.is_empty).to_numpy()
    numbers = np.zeros(len(frame), np.int64) if number is None else number
    return Polygons(carried(frame.loc[there, [frame.geometry.name]], crs), numbers[there])


def category_numbers(
    values: Sequence[object], categories: Sequence[str], *, by_prefix: bool
) -> Numbers:
    """
    Number of each attribute value among categories.

    Parameters
    ----------
    values : sequence
        Compared as text; missing ones and those of no category get `UNKNOWN`.
    categories : sequence of str
    by_prefix : bool
        Whether a category may be the beginning of a value; the longest one counts.
    """
    order = {name: n for n, name in enumerate(categories)}
    ranked = sorted(categories, key=len, reverse=True)
    known: dict[str, int] = {}
    for text in {str(value) for value in values}:
        fits = (one for one in ranked if by_prefix and one and text.startswith(one))
        known[text] = order.get(text, order.get(next(fits, ""), UNKNOWN))
    return np.array([known[str(value)] for value in values], dtype=np.int64)


def cover_share(polygons: Polygons, grid: Grid) -> Array:
    """Share of each cell of a block under polygons, overlapping ones counted once."""
    rows = polygons.near(grid)
    if not len(rows):
        return np.zeros(grid.shape)
    return union_share(polygons.frame.iloc[rows], grid)


def largest_class(polygons: Polygons, grid: Grid, n_categories: int) -> Numbers:
    """
    Category with the largest share of each cell of a block.

    Parameters
    ----------
    polygons : Polygons
        With categories 0 … `n_categories` − 1, or `UNKNOWN`.
    grid : Grid
        Of the block.

    Returns
    -------
    ndarray of int64, (rows, cols)
        Of equal shares the first category in order; `UNKNOWN` where polygons without a category
        have the largest share, `OUTSIDE` where ground outside all polygons has.

    Notes
    -----
    Shares are exact. Where polygons overlap, each counts; a category has at most the whole cell.
    """
    size = grid.height * grid.width
    # The last two rows: polygons without a category, and ground outside.
    shares = np.zeros((n_categories + 2, size), dtype=np.float32)
    rows = polygons.near(grid)
    found = zone_shares(polygons.frame.iloc[rows], grid) if len(rows) else []
    for row, one in zip(rows, found, strict=True):
        number = int(polygons.number[row])
        shares[number if number >= 0 else n_categories, one.cells] += one.shares
    np.clip(shares, 0.0, 1.0, out=shares)
    shares[-1] = np.clip(1.0 - shares[:-1].sum(axis=0), 0.0, 1.0)
    shares[-1][shares[-1] < _ROUNDING_SHARE] = 0.0
    number = np.argmax(shares, axis=0)
    codes = np.array([*range(n_categories), UNKNOWN, OUTSIDE], dtype=np.int64)
    chosen: Numbers = codes[number].reshape(grid.shape)
    return chosen
