"""
The fused kernels: gradient, slope and class in one pass over a block, compiled.

Imported only when a block is large enough to pay for it; `gradient` says the same in numpy.
"""

from __future__ import annotations

import math

import numpy as np

from dzgis.compiled import compiled

# atan(√z)/√z on [0, tan²(π/8)], interpolated at Chebyshev points; |error of atan| < 1e-15.
_ATAN = (
    0.9999999999999982,
    -0.33333333333216586,
    0.19999999981890626,
    -0.14285713086843477,
    0.11111068447104555,
    -0.09090001366550815,
    0.0768014305450768,
    -0.06561938196325401,
    0.05306892159235823,
    -0.033114600955740925,
    0.009096718710762525,
)
_TAN_1_8 = math.tan(math.pi / 8.0)
_TAN_3_8 = math.tan(3.0 * math.pi / 8.0)
_DEGREES = 180.0 / math.pi


def load() -> None:
    """Load the compiled code for the usual types, ahead of its use."""
    z, axes = np.zeros((3, 3), np.float32), np.zeros((1, 4))
    classes = slope_class(z, axes, np.zeros(1), True)
    slope_deg(z, axes, True)
    counts_in_boxes(classes, np.array([0, 1]), np.array([0, 1]), 2)


@compiled(inline="always")
def _atan_deg(t: float) -> float:  # pragma: no cover - compiled
    """Arctangent in degrees of t ≥ 0, without a branch, so that loops become vector code."""
    steep = t > _TAN_3_8
    middle = (not steep) and t > _TAN_1_8
    top = -1.0 if steep else (t - 1.0 if middle else t)
    below = t if steep else (t + 1.0 if middle else 1.0)
    base = math.pi / 2.0 if steep else (math.pi / 4.0 if middle else 0.0)
    x = top / below
    z = x * x
    p = _ATAN[10]
    for n in range(9, -1, -1):
        p = p * z + _ATAN[n]
    return (base + x * p) * _DEGREES


@compiled(inline="always", error_model="numpy")
def _squared_gradient(  # pragma: no cover - compiled
    above: np.ndarray, here: np.ndarray, below: np.ndarray, j: int, axes: np.ndarray, horn: bool
) -> float:
    """Squared gradient of cell j of a row; NaN where one of the nine cells is not known."""
    nw, n, ne = np.float64(above[j]), np.float64(above[j + 1]), np.float64(above[j + 2])
    w, centre, e = np.float64(here[j]), np.float64(here[j + 1]), np.float64(here[j + 2])
    sw, s, se = np.float64(below[j]), np.float64(below[j + 1]), np.float64(below[j + 2])
    if horn:
        by_col = ((ne - nw) + 2.0 * (e - w) + (se - sw)) / 8.0
        by_row = ((sw - nw) + 2.0 * (s - n) + (se - ne)) / 8.0
    else:
        by_col = (e - w) / 2.0
        by_row = (s - n) / 2.0
    x = axes[0] * by_col + axes[1] * by_row
    y = axes[2] * by_col + axes[3] * by_row
    # 0 × anything known is 0; with NaN in it, NaN.
    return x * x + y * y + 0.0 * (nw + ne + sw + se + centre)


@compiled(error_model="numpy")
def slope_deg(  # pragma: no cover - compiled
    z: np.ndarray, axes: np.ndarray, horn: bool
) -> np.ndarray:
    """
    Slope of a block.

    Parameters
    ----------
    z : ndarray of float32, (rows + 2, cols + 2)
        Metres, NaN where not known.
    axes : ndarray of float64, (rows, 4)
        As `ground_axes` gives them.
    horn : bool
        Horn's weights, else Zevenbergen and Thorne's.

    Returns
    -------
    ndarray of float32, (rows, cols)
        Degrees, NaN where one of the nine cells is not known.
    """
    rows, cols = z.shape[0] - 2, z.shape[1] - 2
    out = np.empty((rows, cols), np.float32)
    for i in range(rows):
        above, here, below, row, a = z[i], z[i + 1], z[i + 2], out[i], axes[i]
        if horn:
            for j in range(cols):
                g2 = _squared_gradient(above, here, below, j, a, True)
                row[j] = np.float32(_atan_deg(math.sqrt(g2)))
        else:
            for j in range(cols):
                g2 = _squared_gradient(above, here, below, j, a, False)
                row[j] = np.float32(_atan_deg(math.sqrt(g2)))
    return out


@compiled(error_model="numpy")
def slope_class(  # pragma: no cover - compiled
    z: np.ndarray, axes: np.ndarray, limits: np.ndarray, horn: bool
) -> np.ndarray:
    """
    Slope class of a block, by squared tangents: no arctangent is taken.

    Parameters
    ----------
    z, axes, horn
        As for `slope_deg`.
    limits : ndarray of float64, (k,)
        Ascending squared tangents of the classes' upper limits.

    Returns
    -------
    ndarray of uint8, (rows, cols)
        1 … k + 1 from flat to steep, 0 where one of the nine cells is not known.
    """
    rows, cols = z.shape[0] - 2, z.shape[1] - 2
    out = np.empty((rows, cols), np.uint8)
    squared = np.empty(cols, np.float64)
    for i in range(rows):
        above, here, below, row, a = z[i], z[i + 1], z[i + 2], out[i], axes[i]
        if horn:
            for j in range(cols):
                squared[j] = _squared_gradient(above, here, below, j, a, True)
        else:
            for j in range(cols):
                squared[j] = _squared_gradient(above, here, below, j, a, False)
        for j in range(cols):
            row[j] = np.uint8(1) if squared[j] == squared[j] else np.uint8(0)
        for limit in limits:
            for j in range(cols):
                row[j] += np.uint8(1) if squared[j] > limit else np.uint8(0)
    return out


@compiled()
def counts_in_boxes(  # pragma: no cover - compiled
    classes: np.ndarray, rows: np.ndarray, cols: np.ndarray, n: int
) -> np.ndarray:
    """Cells of each of `n` classes in each box between the edges `rows` and `cols`."""
    out = np.zeros((len(rows) - 1, len(cols) - 1, n), np.int64)
    for a in range(len(rows) - 1):
        for i in range(rows[a], rows[a + 1]):
            for b in range(len(cols) - 1):
                cells = classes[i, cols[b] : cols[b + 1]]
                for k in range(n):
                    wanted, found = np.uint8(k), 0
                    for cell in cells:
                        found += np.int32(cell == wanted)
                    out[a, b, k] += found
    return out
