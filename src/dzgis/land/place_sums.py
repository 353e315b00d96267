"""Ground of places on the cells of a block, by slope class, land class and what takes it."""

from __future__ import annotations

from dataclasses import dataclass
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
class BlockSums:
    """
    What a block holds.

    Attributes
    ----------
    keys : ndarray of int64, (r, 3)
        Place, land class (the last one for none), slope class.
    masks : ndarray of uint64, (r,)
        What takes it.
    m2 : ndarray of float64, (r,)
    near_m2 : ndarray of float64, (places, limits + 1)
        Ground near each limit; the last column all of which the slope is known.
    expected_m2 : ndarray of float64, (places,)
    touched : ndarray of bool, (rows, cols)
        Cells that lie in a place, if only in part.
    """

    keys: Ints
    masks: npt.NDArray[np.uint64]
    m2: Floats
    near_m2: Floats
    expected_m2: Floats
    touched: npt.NDArray[np.bool_]


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
    places: Grounds,
    found: Combinations,
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
    places : Grounds
        A layer for each place; those without features in the block have none.
    found : Combinations
    terrain : BlockTerrain
    grid : Grid
        The whole one.
    window : Window
    land_classes : Grounds, optional
        A layer for each land class.

    Notes
    -----
    Where borders of places or of land classes cut the same cell as exclusions do, the cell's
    combinations are taken to be the same on both sides.
    """
    from dzgis.land import combination_kernel as kernel

    at, area = (window.rows.start, window.cols.start), cell_areas(area_lattice(grid))
    limits = np.array(terrain.limits_deg, np.float64)
    near = np.zeros((places.n_layers, len(limits) + 1))
    expected = np.zeros(places.n_layers)
    touched = np.zeros(window.shape, bool)
    weights = _weights(land_classes, window) if land_classes is not None else [(0, _WHOLE)]
    rows: list[tuple[int, int, Floats]] = []
    for place in range(places.n_layers):
        zones = int(places.layer_start[place]), int(places.layer_start[place + 1])
        if zones[0] == zones[1]:
            continue
        inside = np.empty(window.shape)
        kernel.sum_shares(inside, at, places.placed.rings, zones)
        touched |= inside > 0.0
        for code, weight in weights:
            sums = np.zeros((terrain.n_classes + 1, len(found.masks)))
            kernel.add_sums(sums, inside, terrain.classes, weight, *found.arrays, area, at)
            rows.append((place, code, sums))
        kernel.add_near(near[place], inside, terrain.slope, limits, terrain.within_deg, area, at)
        if terrain.probability is not None:
            expected[place] = kernel.weighted_sum(inside, terrain.probability, area, at)
    return BlockSums(*_flat(rows, found.masks), near, expected, touched)


def _weights(land_classes: Grounds, window: Window) -> list[tuple[int, Floats]]:
    """Share of each cell in each land class that occurs, and, last, in none; they add up to 1."""
    from dzgis.land import combination_kernel as kernel

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
    rows: Sequence[tuple[int, int, Floats]], masks: npt.NDArray[np.uint64]
) -> tuple[Ints, npt.NDArray[np.uint64], Floats]:
    """Only what there is."""
    keys, taken, m2 = [np.empty((0, 3), np.int64)], [np.empty(0, np.uint64)], [np.empty(0)]
    for place, code, sums in rows:
        number, combination = np.nonzero(sums)
        fixed = np.tile([place, code], (len(number), 1))
        keys.append(np.column_stack([fixed, number]).astype(np.int64))
        taken.append(masks[combination])
        m2.append(sums[number, combination])
    return np.concatenate(keys), np.concatenate(taken), np.concatenate(m2)
