"""Ground by combination of layers, m², compiled."""

from __future__ import annotations

import numpy as np

from dzgis.compiled import compiled


@compiled(error_model="numpy")
def add_sums(  # pragma: no cover - compiled
    sums, classes, weight, found, cell_area, place
):
    """
    Add ground by class and combination, m².

    Parameters
    ----------
    sums : ndarray of float64, (classes, combinations)
    classes : ndarray of uint8, (rows, cols)
    weight : ndarray of float64, (rows, cols)
        Share of each cell that counts; (0, 0) for all of it.
    found : tuple of ndarray
        As `combined` gives them.
    cell_area
        As `dzgis.coverage.cell_areas` gives it.
    place : (int, int)
        First row and column of the block.
    """
    combo, start, parts, part_share = found
    row_box, col_box, cell_m2 = cell_area
    for row in range(combo.shape[0]):
        box = cell_m2[row_box[place[0] + row]]
        for col in range(combo.shape[1]):
            m2 = box[col_box[place[1] + col]]
            if weight.shape[0]:
                m2 *= weight[row, col]
            k, number = combo[row, col], classes[row, col]
            if k >= 0:
                sums[number, k] += m2
            else:
                for i in range(start[-1 - k], start[-k]):
                    sums[number, parts[i]] += m2 * part_share[i]


@compiled(error_model="numpy")
def add_near(  # pragma: no cover - compiled
    sums, slope, limits, within, found, cell_area, place
):
    """
    Add ground near limits of slope, and, last, all of which the slope is known, m².

    Parameters
    ----------
    sums : ndarray of float64, (combinations, limits + 1)
    slope : ndarray of float32, (rows, cols)
    limits : ndarray of float64
    within : float
    found, cell_area, place
        As for `add_sums`.
    """
    combo, start, parts, part_share = found
    row_box, col_box, cell_m2 = cell_area
    n = len(limits)
    for row in range(combo.shape[0]):
        for col in range(combo.shape[1]):
            degrees, k = np.float64(slope[row, col]), combo[row, col]
            if np.isnan(degrees):
                continue
            m2 = cell_m2[row_box[place[0] + row], col_box[place[1] + col]]
            first, end = (0, 1) if k >= 0 else (start[-1 - k], start[-k])
            for i in range(first, end):
                at, own = (k, m2) if k >= 0 else (parts[i], m2 * part_share[i])
                sums[at, n] += own
                for j in range(n):
                    if abs(degrees - limits[j]) <= within:
                        sums[at, j] += own


@compiled(error_model="numpy")
def add_weighted(  # pragma: no cover - compiled
    sums, weight, found, cell_area, place
):
    """Add ground by combination, weighted with a share of each cell, m²; NaN counts nothing."""
    combo, start, parts, part_share = found
    row_box, col_box, cell_m2 = cell_area
    for row in range(combo.shape[0]):
        for col in range(combo.shape[1]):
            w, k = np.float64(weight[row, col]), combo[row, col]
            if np.isnan(w):
                continue
            m2 = w * cell_m2[row_box[place[0] + row], col_box[place[1] + col]]
            if k >= 0:
                sums[k] += m2
            else:
                for i in range(start[-1 - k], start[-k]):
                    sums[parts[i]] += m2 * part_share[i]
