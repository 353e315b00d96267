"""Which exclusions hold on each cell together, and on what share of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from dzgis.grid import Window
    from dzgis.land.ground import Grounds

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Combinations:
    """
    Combinations of layers on the cells of a block.

    Attributes
    ----------
    combo : ndarray of int32, (rows, cols)
        Number of the combination that holds on all of a cell; −1 − k for the k-th cell that has
        several.
    start : ndarray of int64, (cells with several + 1,)
        First part of each of these cells.
    parts : ndarray of int32, (p,)
        Combination of each part.
    shares : ndarray of float64, (p,)
        Of its cell; those of a cell add up to 1.
    masks : ndarray of uint64, (c,)
        Layers of each combination, bit by bit.
    n_unsure : int
        Cells whose layers were combined as if they did not depend on each other.
    """

    combo: npt.NDArray[np.int32]
    start: Ints
    parts: npt.NDArray[np.int32]
    shares: Floats
    masks: npt.NDArray[np.uint64]
    n_unsure: int

    @property
    def arrays(self) -> tuple[npt.NDArray[np.generic], ...]:
        """What compiled code takes."""
        return self.combo, self.start, self.parts, self.shares

    def left(
        self, share_left: Callable[[int], float], counts: Callable[[int], bool] | None = None
    ) -> Floats:
        """
        Share of each cell's ground that is left.

        Parameters
        ----------
        share_left : callable
            Given a combination as a mask: what it leaves, in [0, 1].
        counts : callable, optional
            Whether ground under a combination counts; NaN where none of a cell's does.
        """
        from dzgis.land import combination_kernel as kernel

        masks = self.masks.tolist()
        leaves = np.array([share_left(mask) for mask in masks], np.float64)
        inside = np.array([counts is None or counts(mask) for mask in masks], bool)
        found = self.combo, self.start, self.parts, self.shares
        return np.asarray(kernel.left_shares(*found, leaves, inside))


def combinations_of(
    grounds: Grounds,
    window: Window,
    *,
    rasters: Sequence[Floats] = (),
    inverted: Sequence[bool] = (),
) -> Combinations:
    """
    Combinations of layers on the cells of a block, exact.

    Parameters
    ----------
    grounds : Grounds
        Vector layers, the first bits; those of the block at least, see `parts_of`.
    window : Window
    rasters : sequence of ndarray, (rows, cols)
        Shares of each cell under further layers, the next bits; 0 where not known. Where such a
        layer takes a part of a cell, it is split like the rest of the cell.
    inverted : sequence of bool
        Vector layers of which the ground outside counts; none by default.

    Notes
    -----
    Takes about 8 bytes a cell and layer.
    """
    from dzgis.land import combination_kernel as kernel
    from dzgis.land import share_kernel

    n, place = grounds.n_layers, (window.rows.start, window.cols.start)
    shares = np.zeros((n + len(rasters), *window.shape))
    cover = tuple(np.zeros(window.shape, np.uint64) for _ in range(3))
    rings, windows, start = grounds.placed.rings, grounds.placed.windows, grounds.layer_start
    for k in range(n):
        zones = int(start[k]), int(start[k + 1])
        if zones[1] > zones[0]:
            args = (place, rings, windows, zones, grounds.doubled)
            share_kernel.layer_shares(shares[k], cover, np.uint64(1 << k), *args)
    for k, share in enumerate(rasters, start=n):
        shares[k] = share
        share_kernel.raster_shares(shares[k], cover[0], cover[1], np.uint64(1 << k))
    flip = np.uint64(sum(1 << k for k, turned in enumerate(inverted) if turned))
    return Combinations(*kernel.combined(shares, cover, rings, start, place, flip))
