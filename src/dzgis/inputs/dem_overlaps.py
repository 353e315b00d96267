"""Files of a DEM that overlap and differ there."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from dzgis.inputs.dem_rows import Cells, stored_rows
from dzgis.inputs.dem_values import fill
from dzgis.inputs.log import LOG
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from dzgis.inputs.dem_files import Tile

Box = tuple[int, int, int, int]
"""First row, first column, end row, end column on the lattice of the first tile."""
_SAME_M = 0.01
_LARGEST_SIDE = 1024
_MOST_PAIRS = 500


def meet(first: Box, second: Box) -> Box | None:
    """Cells that two boxes share."""
    top, left = max(first[0], second[0]), max(first[1], second[1])
    end, right = min(first[2], second[2]), min(first[3], second[3])
    return (top, left, end, right) if top < end and left < right else None


def tell_differences(tiles: Sequence[Tile], boxes: Sequence[Box]) -> None:
    """
    Log files that overlap and differ there; the earlier one counts.

    Of a large overlap the middle is looked at.
    """
    pairs = [
        (n, m, common)
        for n, m in combinations(range(len(tiles)), 2)
        if (common := meet(boxes[n], boxes[m])) is not None
    ]
    for n, m, common in pairs[:_MOST_PAIRS]:
        seen = _middle(common)
        values = [_values(tiles[k], boxes[k], seen) for k in (n, m)]
        difference = np.abs(values[0] - values[1])
        largest = float(np.nanmax(difference, initial=0.0)) if difference.size else 0.0
        if largest > _SAME_M:
            LOG.warning(_differ(tiles[n], tiles[m], largest))


def _differ(first: Tile, second: Tile, largest_m: float) -> Text:
    return Text(
        f"{first.path} 与 {second.path} 重叠处的高程不同，最多相差 {largest_m:.2f} 米；"
        "以先给的为准，请确认是同一套 DEM",
        f"{first.path} and {second.path} differ where they overlap, by up to {largest_m:.2f} m; "
        "the one given first counts: make sure that they are of one DEM",
    )


def _middle(box: Box) -> Box:
    top, left, end, right = box
    rows, cols = min(end - top, _LARGEST_SIDE), min(right - left, _LARGEST_SIDE)
    top, left = top + (end - top - rows) // 2, left + (right - left - cols) // 2
    return top, left, top + rows, left + cols


def _values(tile: Tile, at: Box, seen: Box) -> npt.NDArray[np.float32]:
    """Elevations of a tile in a box of the grid, NaN where not known."""
    top, left, end, right = seen
    values = np.full((end - top, right - left), np.nan, dtype=np.float32)
    rows, cols = slice(top - at[0], end - at[0]), slice(left - at[1], right - at[1])
    for row, stored in stored_rows(tile, rows, cols):
        out = Cells(values, row + at[0] - top, 0, *stored.shape)
        fill(out, stored, tile, (0, 0, 0, 0), compiled=False)
    return values
