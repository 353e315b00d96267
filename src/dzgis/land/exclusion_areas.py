"""What layers leave of a grid of any size: the exclusion step alone, without places or slope."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dzgis.area import area_lattice
from dzgis.coverage import cell_areas
from dzgis.engine import THREADS, Engine, run_blocks
from dzgis.grid import windows
from dzgis.land.combinations import combinations_of
from dzgis.land.ground import parts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy.typing as npt

    from dzgis.grid import Grid, Window
    from dzgis.land.ground import Grounds

    Item = tuple[Window, Grounds]

_BLOCK = (256, 2048)


class ExclusionAreas(NamedTuple):
    """
    What layers leave.

    Attributes
    ----------
    left : ndarray of float32, (rows, cols)
        Share of each cell that is left.
    m2 : dict of mask to float
        Ellipsoidal area of the grid under each combination of layers, bit by bit.
    """

    left: npt.NDArray[np.float32]
    m2: dict[int, float]


def exclusion_areas(
    grounds: Grounds,
    grid: Grid,
    share_left: Callable[[int], float],
    *,
    engine: Engine = THREADS,
    out: npt.NDArray[np.float32] | None = None,
) -> ExclusionAreas:
    """
    Share of each cell that layers leave, and the area of every combination of them, exact.

    Parameters
    ----------
    grounds : Grounds
        See `grounds_of` (frames) and `grounds_of_rings` (plain arrays).
    grid : Grid
    share_left : callable
        Given a combination as a mask: what it leaves, e.g. ``lambda mask: float(mask == 0)``.
    engine : Engine
        Serial or threads. The result does not depend on it, to the last digit.
    out : ndarray of float32, (rows, cols), optional
        Is filled, block by block, e.g. one that is mapped from a file.
    """
    left = np.empty(grid.shape, np.float32) if out is None else out
    task = partial(_of_block, share_left=share_left, area=cell_areas(area_lattice(grid)))
    sums: dict[tuple[int, int], dict[int, float]] = {}
    for (window, _), (share, m2) in run_blocks(task, _items(grounds, grid), engine=engine):
        left[window.rows, window.cols] = share
        sums[(window.cols.start, window.rows.start)] = m2
    total: dict[int, float] = {}
    for place in sorted(sums):  # in the blocks' order, so that the last digit is the same
        for mask, area_m2 in sums[place].items():
            total[mask] = total.get(mask, 0.0) + area_m2
    return ExclusionAreas(left, dict(sorted(total.items())))


def _items(grounds: Grounds, grid: Grid) -> Iterator[Item]:
    blocks = list(windows(grid.shape, block=_BLOCK[0], block_cols=_BLOCK[1]))
    yield from zip(blocks, parts_of(grounds, blocks), strict=True)


def _of_block(
    item: Item,
    *,
    share_left: Callable[[int], float],
    area: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64]],
) -> tuple[npt.NDArray[np.float32], dict[int, float]]:
    from dzgis.land import sum_kernel as kernel

    window, grounds = item
    found = combinations_of(grounds, window)
    sums = np.zeros((1, len(found.masks)))
    classes = np.broadcast_to(np.zeros(1, np.uint8), window.shape)
    at = window.rows.start, window.cols.start
    kernel.add_sums(sums, np.ascontiguousarray(classes), np.ones((0, 0)), found.arrays, area, at)
    m2 = dict(zip(found.masks.tolist(), sums[0].tolist(), strict=True))
    return found.left(share_left).astype(np.float32), m2
