"""
The official clean-up of slope maps (坡度图综合): small patches and strips join a neighbour.

利用DEM确定耕地坡度分级技术规定（试行）, 2008, as quoted: patches under 30 mm² on the map join a
neighbour 就低不就高, linear patches one cell wide are shared out evenly. How a patch of several
neighbours, or one with steeper neighbours only, is to be treated is our reading, to be confirmed.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from dzgis.errors import InputError
from dzgis.terms import Text

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[np.float64]
    Classes = npt.NDArray[np.uint8]

SMALLEST_PATCH_MM2 = 30.0
OFFICIAL_SCALE = 10_000
_AROUND_STRIP = 5
_MOST_HALO_CELLS = 1024
_MM2_PER_M2 = 1e6


def min_patch_m2(scale: int) -> float:
    """
    Area of the smallest patch that a map of 1 : `scale` shows.

    Examples
    --------
    >>> min_patch_m2(10_000)
    3000.0
    """
    return SMALLEST_PATCH_MM2 * scale**2 / _MM2_PER_M2


def sieve(
    classes: Classes,
    cell_m2: Array,
    *,
    min_patch_m2: float,
    n_classes: int,
    origin: tuple[int, int] = (0, 0),
) -> Classes:
    """
    Clean up slope classes.

    Parameters
    ----------
    classes : ndarray of uint8, (rows, cols)
        1 … n from flat to steep, 0 where not known: never changed, never joined.
    cell_m2 : ndarray, (rows,)
        Area of a cell of each row.
    min_patch_m2 : float
        Patches of cells that touch by a side are joined when smaller than this.
    n_classes : int
    origin : (row, col)
        Of the block in the grid: strips are shared out by turns that blocks agree on.

    Returns
    -------
    ndarray of uint8, (rows, cols)
        Nowhere higher than `classes`.

    Notes
    -----
    One pass: (1) each patch that is too small takes the lower class with which it shares the
    longest border, the lower of two with the same; one with higher neighbours only stays. (2) Cells
    further than two steps, within their class, from any 2×2 square of it are a strip one cell wide:
    each takes a lower class beside it; where two lie beside it, the cells take them by turns.
    There are n − 1 passes, so that what a cell becomes depends on cells within `sieve_halo`.
    """
    from dzgis.terrain import sieve_kernel

    area = np.ascontiguousarray(cell_m2, dtype=np.float64)
    for _ in range(n_classes - 1):
        merged = sieve_kernel.merge_patches(classes, area, min_patch_m2, n_classes)
        classes = sieve_kernel.share_out_strips(merged, origin[0], origin[1])
    return classes


def sieve_halo(smallest_cell_m2: float, min_patch_m2: float, n_classes: int) -> int:
    """
    Cells around a block that its sieved classes depend on.

    Raises
    ------
    InputError
        If patches have so many cells that blocks would be mostly halo.
    """
    n_cells = math.ceil(min_patch_m2 / smallest_cell_m2)
    halo = (n_classes - 1) * (n_cells + _AROUND_STRIP)
    if halo > _MOST_HALO_CELLS:
        raise InputError(
            Text(
                f"最小图斑 {min_patch_m2:g} m² 含 {n_cells} 个像元"
                f"（每个约 {smallest_cell_m2:.3g} m²），过多；"
                "请用较大的比例尺（--scale），或把 DEM 重采样到较大的像元",
                f"the smallest patch, {min_patch_m2:g} m², has {n_cells} cells of about "
                f"{smallest_cell_m2:.3g} m², which is too many; use a larger scale (--scale) or "
                "resample the DEM to larger cells",
            )
        )
    return halo
