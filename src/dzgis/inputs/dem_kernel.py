"""The compiled twin of `dem_values.fill`, for large windows."""

from __future__ import annotations

import numpy as np

from dzgis.compiled import compiled

Counts = tuple[int, int, int, int]


def load() -> None:
    """Load the compiled code for the usual types, ahead of its use."""
    for dtype in (np.float32, np.int16):
        cell = np.zeros((1, 1), dtype)
        out = np.zeros((1, 1), np.float32)
        nothing = (0, 0, 0, 0)
        fill(out, cell, (0, 0, *nothing), (0.0, 1.0, 0.0), (0.0, 0.0, 0.0, 0.0), nothing)


@compiled(error_model="numpy")
def fill(  # pragma: no cover - compiled
    out: np.ndarray,
    stored: np.ndarray,
    places: tuple[int, int, int, int, int, int],
    code: tuple[float, float, float],
    special: tuple[float, float, float, float],
    inner: tuple[int, int, int, int],
) -> Counts:
    """
    Put elevations where `out` knows none.

    `places` holds row and column in `out`, those in `stored`, and how many rows and columns;
    `special` the two usual voids and the range of elevations. Returned are the counted cells with
    an elevation, with one out of that range, and with the first and the second void.
    """
    to_row, to_col, row, col, n_rows, n_cols = places
    left, right = min(inner[1], n_cols), min(inner[3], n_cols)
    n_known, n_strange, first, second = 0, 0, 0, 0
    for i in range(n_rows):
        to = out[to_row + i, to_col : to_col + n_cols]
        of = stored[row + i, col : col + n_cols]
        _fill_row(to[:left], of[:left], code, special)
        counts = _fill_row(to[left:right], of[left:right], code, special)
        _fill_row(to[right:], of[right:], code, special)
        if inner[0] <= i < inner[2]:
            n_known += counts[0]
            n_strange += counts[1]
            first += counts[2]
            second += counts[3]
    return n_known, n_strange, first, second


@compiled(error_model="numpy")
def _fill_row(  # pragma: no cover - compiled
    out: np.ndarray,
    stored: np.ndarray,
    code: tuple[float, float, float],
    special: tuple[float, float, float, float],
) -> Counts:
    """Do a row without branches, so that it becomes vector code."""
    nodata, scale, offset = code
    void_1, void_2, lowest, highest = special
    n_known, n_strange, first, second = 0, 0, 0, 0
    for j in range(len(stored)):
        value = np.float64(stored[j])
        is_1 = (value == void_1) & (value != nodata)
        is_2 = (value == void_2) & (value != nodata)
        finite = (np.abs(value) < np.inf) & (value != nodata)
        known = finite & (not is_1) & (not is_2) & np.isnan(out[j])
        metres = np.float32(value * scale + offset)
        out[j] = metres if known else out[j]
        n_known += np.int64(known)
        n_strange += np.int64(known & ((metres < lowest) | (metres > highest)))
        first += np.int64(is_1)
        second += np.int64(is_2)
    return n_known, n_strange, first, second
