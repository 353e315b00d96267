"""Local relief (地形起伏度): highest minus lowest elevation in a window of about 20 ha."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dzgis.errors import InputError
from dzgis.terms import Text
from dzgis.terrain.ground import cell_spacing_m

if TYPE_CHECKING:
    import numpy.typing as npt

    from dzgis.grid import Grid

    Floats = npt.NDArray[np.floating]

WINDOW_M2 = 200_000.0
"""About 20 ha: 9 × 9 cells of 50 m, 15 × 15 of 30 m (双评价技术指南, 2019-06)."""
_MOST_CELLS = 1025


def relief_window(grid: Grid) -> tuple[int, int]:
    """
    Rows and columns of the window, both odd, for the cells of a grid.

    Parameters
    ----------
    grid : Grid
        In degrees or metres; cells are measured in its middle row.

    Raises
    ------
    InputError
        If cells are so small that the window would have more than a thousand to a side.

    Examples
    --------
    >>> from affine import Affine
    >>> from dzgis.crs import gauss_kruger
    >>> from dzgis.grid import Grid
    >>> relief_window(Grid(gauss_kruger(102.0), Affine(30, 0, 5e5, 0, -30, 2.7e6), 9, 9))
    (15, 15)
    """
    along_row, along_col = cell_spacing_m(grid)
    middle = grid.height // 2
    sizes = float(along_col[middle]), float(along_row[middle])
    rows, cols = (_odd(WINDOW_M2**0.5 / size) for size in sizes)
    if max(rows, cols) > _MOST_CELLS:
        raise InputError(
            Text(
                f"DEM 像元 {min(sizes):.2g} 米过细，20 公顷的起伏度窗口需 {max(rows, cols)} 像元；"
                "请先把 DEM 重采样到 1 米以上",
                f"cells of {min(sizes):.2g} m are too fine for relief: a window of 20 ha has "
                f"{max(rows, cols)} cells to a side; resample the DEM to a metre or more first",
            )
        )
    return rows, cols


def _odd(cells: float) -> int:
    """Nearest odd number, at least 3."""
    return max(2 * round((cells - 1.0) / 2.0) + 1, 3)


def relief_block(z: Floats, window: tuple[int, int]) -> npt.NDArray[np.float32]:
    """
    Local relief of a block.

    Parameters
    ----------
    z : ndarray of floats, (rows + window rows − 1, cols + window cols − 1)
        Metres, NaN where not known.
    window : (rows, cols)
        Both odd.

    Returns
    -------
    ndarray of float32, (rows, cols)
        Metres; NaN where one of the window's cells is not known.
    """
    from scipy.ndimage import maximum_filter1d, minimum_filter1d

    unknown = np.isnan(z)
    any_unknown = bool(unknown.any())
    high = low = np.where(unknown, np.inf, z) if any_unknown else z
    for axis, size in enumerate(window):
        high = maximum_filter1d(high, size, axis=axis)
        low = minimum_filter1d(low, size, axis=axis)
    half_rows, half_cols = window[0] // 2, window[1] // 2
    inner = slice(half_rows, len(z) - half_rows), slice(half_cols, z.shape[1] - half_cols)
    high, low = high[inner], low[inner]
    if not any_unknown:
        return np.asarray(high - low, dtype=np.float32)
    # A void is infinitely high: it shows in the highest of every window that it lies in.
    known = np.isfinite(high)
    result = np.full(high.shape, np.nan, dtype=np.float32)
    result[known] = high[known] - low[known]
    return result
