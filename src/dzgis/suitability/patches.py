"""Patches (图斑) of cells of one grade: number, size, compactness; and contiguity (集中连片度)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[np.float64]
    Mask = npt.NDArray[np.bool_]

_M2_PER_HA = 10_000.0
_TOUCHING = np.ones((3, 3), dtype=bool)


def contiguity_ha(mask: Mask, cell_m2: npt.ArrayLike) -> npt.NDArray[np.float32]:
    """
    Hectares of the connected patch, corners joined, in which each cell lies.

    Parameters
    ----------
    mask : ndarray of bool, (rows, cols)
    cell_m2 : array_like
        Area of each cell, broadcast to the mask's shape.

    Returns
    -------
    ndarray of float32
        0 for cells that are not in the mask.
    """
    from scipy.ndimage import label

    number, n = label(mask, structure=_TOUCHING)
    area = np.broadcast_to(np.asarray(cell_m2, dtype=np.float64), mask.shape)
    total = np.bincount(number.ravel(), weights=area.ravel(), minlength=n + 1)
    total[0] = 0.0
    return np.asarray((total / _M2_PER_HA).astype(np.float32)[number])


def patches_of(
    grade: npt.NDArray[np.uint8],
    ground_m2: Array,
    spacing_m: tuple[Array, Array],
    n_grades: int,
) -> pd.DataFrame:
    """
    Connected patches of each grade.

    Parameters
    ----------
    grade : ndarray of uint8, (rows, cols)
        1 … n, 0 where not known.
    ground_m2 : ndarray, (rows, cols)
        Area of each cell that counts.
    spacing_m : two ndarrays, (rows,)
        Width and height of the cells of each row.
    n_grades : int

    Returns
    -------
    DataFrame, indexed by grade number
        ``n``, ``median_m2``, ``largest_m2``, ``compactness``: mean of 4π·area/perimeter². Cells
        that meet at a corner are one patch. The perimeter follows the cells' sides: a square has
        0.79, and a slanting border is longer than it is. NaN, and 0 patches, where there are none.

    Notes
    -----
    Works on the whole grid at once, with about 25 bytes a cell.
    """
    rows = [_measured(grade == number, ground_m2, spacing_m) for number in range(1, n_grades + 1)]
    columns = ["n", "median_m2", "largest_m2", "compactness"]
    index = pd.RangeIndex(1, n_grades + 1, name="grade")
    return pd.DataFrame(rows, columns=columns, index=index)


def _measured(
    mask: Mask, ground_m2: Array, spacing_m: tuple[Array, Array]
) -> tuple[int, float, float, float]:
    from scipy.ndimage import label

    number, n = label(mask, structure=_TOUCHING)
    if not n:
        return 0, np.nan, np.nan, np.nan
    inside = np.nonzero(mask)
    owner = number[inside]
    area = np.bincount(owner, weights=ground_m2[inside], minlength=n + 1)[1:]
    wide, high = spacing_m
    padded = np.pad(mask, 1)
    length = np.zeros(len(owner))
    for shift, side in ((0, wide), (2, wide)):  # the cell above, the cell below
        open_side = ~padded[inside[0] + shift, inside[1] + 1]
        length += np.where(open_side, side[inside[0]], 0.0)
    for shift, side in ((0, high), (2, high)):  # left, right
        open_side = ~padded[inside[0] + 1, inside[1] + shift]
        length += np.where(open_side, side[inside[0]], 0.0)
    around = np.bincount(owner, weights=length, minlength=n + 1)[1:]
    compact = 4.0 * np.pi * area / around**2
    return n, float(np.median(area)), float(area.max()), float(compact.mean())
