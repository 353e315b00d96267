"""Ground of places on the cells of a block, by slope class, land class and what takes it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from dzgis.area import area_lattice
from dzgis.coverage import cell_areas

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from dzgis.grid import Grid, Window
    from dzgis.land.combinations import Combinations
    from dzgis.land.ground import Grounds

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]
    Classes = npt.NDArray[np.uint8]

_WHOLE = np.ones((0, 0))


@dataclass(frozen=True)
class Layout:
    """
    What the bits of a block's combinations mean.

    Attributes
    ----------
    n_exclusions : int
        Vector layers of exclusions: the first bits.
    places : ndarray of int64, (p,)
        Numbers of the places that the next bits stand for; bits after them are rasters.
    n_places : int
        Of the whole account.
    """

    n_exclusions: int
    places: Ints
    n_places: int

    def taken(self, mask: int) -> int:
        """Exclusions of a combination, without the places: vector layers, then rasters."""
        low = mask & ((1 << self.n_exclusions) - 1)
        return low | mask >> self.n_exclusions + len(self.places) << self.n_exclusions

    def place(self, mask: int) -> int:
        """Number of the place of a combination, −1 outside all."""
        bits = mask >> self.n_exclusions & ((1 << len(self.places)) - 1)
        return int(self.places[(bits & -bits).bit_length() - 1]) if bits else -1


@dataclass(frozen=True)
class BlockSums:
    """
    What a block holds.

    Attributes
    ----------
    keys : ndarray of int64, (r, 3)
        Place, land class (the last one for none), slope class.
    masks : ndarray of uint64, (r,)
        Exclusions that take it, see `Layout.taken`.
    m2 : ndarray of float64, (r,)
    near_m2 : ndarray of float64, (places, limits + 1)
        Ground near each limit; the last column all of which the slope is known.
    expected_m2 : ndarray of float64, (places,)
    """

    keys: Ints
    masks: npt.NDArray[np.uint64]
    m2: Floats
    near_m2: Floats
    expected_m2: Floats


@dataclass(frozen=True)
class BlockTerrain:
    """
    Terrain of a block.

    Attributes
    ----------
    slope : ndarray of float32, (rows, cols)
        Degrees, NaN where not known.
    classes : ndarray of uint8, (rows, cols)
    n_classes : int
    limits_deg : tuple of float
        About which land is counted as near a limit.
    within_deg : float
    probability : ndarray of float32, optional
        To be low-hill land.
    """

    slope: npt.NDArray[np.float32]
    classes: Classes
    n_classes: int
    limits_deg: tuple[float, ...] = ()
    within_deg: float = 1.0
    probability: npt.NDArray[np.float32] | None = None


def block_sums(
    found: Combinations,
    layout: Layout,
    terrain: BlockTerrain,
    grid: Grid,
    window: Window,
    *,
    land_classes: Grounds | None = None,
) -> BlockSums:
    """
    Add up the ground of each place in a block.

    Parameters
    ----------
    found : Combinations
        Of exclusions and places together, so that borders of places are exact too.
    layout : Layout
    terrain : BlockTerrain
    grid : Grid
        The whole one.
    window : Window
    land_classes : Grounds, optional
        A layer for each land class.

    Notes
    -----
    Where a border of a land class cuts the same cell as other borders do, the cell's combinations
    are taken to be the same on both sides of it.
    """
    from dzgis.land import sum_kernel as kernel

    n = len(found.masks)
    masks = found.masks.tolist()
    place = np.array([layout.place(mask) for mask in masks], np.int64)
    taken = np.array([layout.taken(mask) for mask in masks], np.uint64)
    at, area = (window.rows.start, window.cols.start), _cell_areas(grid)
    weights = [(0, _WHOLE)] if land_classes is None else _weights(land_classes, window)
    rows: list[tuple[int, Floats]] = []
    for code, weight in weights:
        sums = np.zeros((terrain.n_classes + 1, n))
        kernel.add_sums(sums, terrain.classes, weight, found.arrays, area, at)
        rows.append((code, sums))
    limits = np.array(terrain.limits_deg, np.float64)
    near = np.zeros((n, len(limits) + 1))
    kernel.add_near(near, terrain.slope, limits, terrain.within_deg, found.arrays, area, at)
    expected = np.zeros((n, 1))
    if terrain.probability is not None:
        kernel.add_weighted(expected[:, 0], terrain.probability, found.arrays, area, at)
    by_place = [_by_place(values, place, layout.n_places) for values in (near, expected)]
    return BlockSums(*_flat(rows, place, taken), by_place[0], by_place[1][:, 0])


@lru_cache(maxsize=2)
def _cell_areas(grid: Grid) -> tuple[Ints, Ints, Floats]:
    """Areas of cells, which all blocks of a grid share."""
    return cell_areas(area_lattice(grid))


def _by_place(values: Floats, place: Ints, n_places: int) -> Floats:
    """Sums of rows that belong to the same place."""
    out = np.zeros((n_places, values.shape[1]))
    inside = place >= 0
    np.add.at(out, place[inside], values[inside])
    return out


def _weights(land_classes: Grounds, window: Window) -> list[tuple[int, Floats]]:
    """Share of each cell in each land class that occurs, and, last, in none; they add up to 1."""
    from dzgis.land import share_kernel as kernel

    found: list[tuple[int, Floats]] = []
    at, total = (window.rows.start, window.cols.start), np.zeros(window.shape)
    for code in range(land_classes.n_layers):
        zones = int(land_classes.layer_start[code]), int(land_classes.layer_start[code + 1])
        if zones[1] > zones[0]:
            share = np.empty(window.shape)
            kernel.sum_shares(share, at, land_classes.placed.rings, zones)
            total += share
            found.append((code, share))
    over = np.maximum(total, 1.0)  # patches on each other share their ground
    none = np.clip(1.0 - total, 0.0, None)
    return [*((code, share / over) for code, share in found), (land_classes.n_layers, none)]


def _flat(
    rows: Sequence[tuple[int, Floats]], place: Ints, taken: npt.NDArray[np.uint64]
) -> tuple[Ints, npt.NDArray[np.uint64], Floats]:
    """Only what there is, and lies in a place."""
    keys, masks, m2 = [np.empty((0, 3), np.int64)], [np.empty(0, np.uint64)], [np.empty(0)]
    for code, sums in rows:
        number, combination = np.nonzero(sums * (place >= 0))
        codes = np.full(len(number), code)
        keys.append(np.column_stack([place[combination], codes, number]).astype(np.int64))
        masks.append(taken[combination])
        m2.append(sums[number, combination])
    return np.concatenate(keys), np.concatenate(masks), np.concatenate(m2)
