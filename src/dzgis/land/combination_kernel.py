"""
Which layers lie on each cell together, compiled.

Cells that at most one layer covers in part follow from the layers' shares (`share_kernel`); all
others are cut (`cut_kernel`). Combinations are masks with a bit for each layer.
"""

from __future__ import annotations

import numpy as np

from dzgis.compiled import compiled
from dzgis.coverage_kernel import NOTHING
from dzgis.land.cut_kernel import ONE, cut_cell, edges_of_cells

MOST_COMBINATIONS = 1 << 16
"""Of a block."""
_SLOTS = 4 * MOST_COMBINATIONS


@compiled(error_model="numpy")
def _cells_to_cut(part, several, vector):  # pragma: no cover - compiled
    """Running number of each cell that must be cut, −1 elsewhere; and how many there are."""
    height, width = part.shape
    number = np.full((height, width), -1, np.int32)
    n_cut = 0
    for row in range(height):
        for col in range(width):
            here = part[row, col] & vector
            # Two bits at least, or features of one layer that may overlap.
            if here and ((here & (here - ONE)) or (several[row, col] & here)):
                number[row, col] = n_cut
                n_cut += 1
    return number, n_cut


@compiled(error_model="numpy")
def _cut_cells(  # pragma: no cover - compiled
    shares, cover, number, rings, layer_start, place, n_cut
):
    """
    Cut all cells that must be.

    Returns
    -------
    start : ndarray of int64, (n_cut + 1,)
    masks, areas : ndarray
        Combinations of each cell; none where its edges and shares contradict each other.
    """
    full, part, _ = cover
    n_vector = len(layer_start) - 1
    edge_start, edges = edges_of_cells(rings, layer_start, place, number, part, n_cut)
    start, n = np.zeros(n_cut + 1, np.int64), 0
    masks, areas = np.empty(8 * n_cut, np.uint64), np.empty(8 * n_cut)
    own = np.zeros(n_vector)
    for row in range(number.shape[0]):
        for col in range(number.shape[1]):
            k = number[row, col]
            if k < 0:
                continue
            for layer in range(n_vector):
                inside = part[row, col] & (ONE << np.uint64(layer))
                own[layer] = shares[layer, row, col] if inside else 0.0
            mine = edges[edge_start[k] : edge_start[k + 1]]
            at = place[0] + row, place[1] + col
            found = cut_cell(rings[0], mine, at[0], at[1], own, full[row, col])
            if n + found[2] > len(masks):
                size = 2 * (n + found[2])
                more_masks, more_areas = np.empty(size, np.uint64), np.empty(size)
                more_masks[:n], more_areas[:n] = masks[:n], areas[:n]
                masks, areas = more_masks, more_areas
            for i in range(found[2]):
                if found[1][i] > NOTHING:
                    masks[n], areas[n] = found[0][i], found[1][i]
                    n += 1
            start[k + 1] = n
    return start, masks, areas


@compiled(inline="always", error_model="numpy")
def _number(mask, slots, known, n_known):  # pragma: no cover - compiled
    """Number of a combination, a new one where it has none; −1 where there are too many."""
    at = (mask * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(40)
    while True:
        slot = np.int64(at & np.uint64(_SLOTS - 1))
        k = slots[slot]
        if k >= 0 and known[k] == mask:
            return k
        if k < 0:
            break
        at += ONE
    n = n_known[0]
    if n == MOST_COMBINATIONS:
        return np.int32(-1)
    slots[slot], known[n] = n, mask
    n_known[0] = n + 1
    return np.int32(n)


@compiled(inline="always", error_model="numpy")
def _rest(here, k, cut_start, vector):  # pragma: no cover - compiled
    """Layers that a mixed cell is yet to be split by, and into how many parts it is cut."""
    n = 1
    if k >= 0 and cut_start[k + 1] > cut_start[k]:
        n = cut_start[k + 1] - cut_start[k]
        here &= ~vector
    return here, n


@compiled(error_model="numpy")
def _n_parts(part, number, cut_start, vector):  # pragma: no cover - compiled
    """Mixed cells, and parts of all of them."""
    cells, parts = 0, 0
    for row in range(part.shape[0]):
        for col in range(part.shape[1]):
            if part[row, col]:
                here, n = _rest(part[row, col], number[row, col], cut_start, vector)
                while here:
                    here &= here - ONE
                    n *= 2
                cells += 1
                parts += n
    return cells, parts


@compiled(error_model="numpy")
def combined(  # pragma: no cover - compiled
    shares, cover, rings, layer_start, place, flip
):
    """
    Combinations of layers on each cell of a block.

    Parameters
    ----------
    shares : ndarray of float64, (layers, rows, cols)
        Vector layers first, as `layer_shares` gives them; then shares of rasters.
    cover : tuple of three ndarrays of uint64, (rows, cols)
        As `layer_shares` and `raster_shares` leave them.
    rings : tuple of ndarray
        As `dzgis.coverage.ZonesOnGrid` has them.
    layer_start : ndarray of int64, (vector layers + 1,)
    place : (int, int)
        First row and column of the block.
    flip : uint64
        Layers of which the ground outside counts.

    Returns
    -------
    combo : ndarray of int32, (rows, cols)
        Number of the cell's combination; −1 − k for the k-th cell that has several.
    start : ndarray of int64, (cells with several + 1,)
    parts, part_share : ndarray of int32 and float64
        Combinations of each of these cells and their shares, which add up to 1.
    masks : ndarray of uint64
        Layers of each combination.
    n_unsure : int
        Cells whose layers were combined as if they did not depend on each other, because edges
        and shares contradict each other; −1 where there are more than `MOST_COMBINATIONS`.
    """
    full, part, several = cover
    height, width = part.shape
    vector = (ONE << np.uint64(len(layer_start) - 1)) - ONE
    number, n_cut = _cells_to_cut(part, several, vector)
    cut_start, cut_masks, cut_areas = np.zeros(1, np.int64), np.zeros(0, np.uint64), np.zeros(0)
    if n_cut:
        args = shares, cover, number, rings, layer_start, place, n_cut
        cut_start, cut_masks, cut_areas = _cut_cells(*args)
    n_mixed, n_parts = _n_parts(part, number, cut_start, vector)
    combo = np.empty((height, width), np.int32)
    start = np.zeros(n_mixed + 1, np.int64)
    parts, part_share = np.empty(n_parts, np.int32), np.empty(n_parts)
    masks = np.empty(n_parts, np.uint64)
    n_unsure = 0
    for k in range(n_cut):
        n_unsure += cut_start[k + 1] == cut_start[k]
    m, mixed = 0, 0
    for row in range(height):
        for col in range(width):
            here = part[row, col]
            if not here:
                continue
            k = number[row, col]
            here, n = _rest(here, k, cut_start, vector)
            masks[m], part_share[m] = full[row, col], 1.0
            if k >= 0:
                for i in range(cut_start[k + 1] - cut_start[k]):
                    masks[m + i] = cut_masks[cut_start[k] + i]
                    part_share[m + i] = cut_areas[cut_start[k] + i]
            layer = 0
            while here:
                while not here & (ONE << np.uint64(layer)):
                    layer += 1
                bit = ONE << np.uint64(layer)
                here &= ~bit
                s = min(shares[layer, row, col], 1.0)
                for i in range(n):
                    masks[m + n + i] = masks[m + i] | bit
                    part_share[m + n + i] = part_share[m + i] * s
                    part_share[m + i] *= 1.0 - s
                n *= 2
            m += n
            mixed += 1
            start[mixed] = m
            combo[row, col] = -mixed
    slots, known = np.full(_SLOTS, -1, np.int32), np.empty(MOST_COMBINATIONS, np.uint64)
    n_known = np.zeros(1, np.int64)
    worst = _numbers_of_cells(full, part, combo, flip, slots, known, n_known)
    for i in range(n_parts):
        parts[i] = _number(masks[i] ^ flip, slots, known, n_known)
        worst = min(worst, parts[i])
    if worst < 0:
        n_unsure = -1
    return combo, start, parts, part_share, known[: n_known[0]].copy(), n_unsure


@compiled(error_model="numpy")
def _numbers_of_cells(  # pragma: no cover - compiled
    full, part, combo, flip, slots, known, n_known
):
    """Enter the combination of each cell that has one only; returns the least number given."""
    worst = np.int32(0)
    for row in range(full.shape[0]):
        fulls, parts, out = full[row], part[row], combo[row]
        mask, last = fulls[0], np.int32(-1)
        for col in range(full.shape[1]):
            if parts[col]:
                continue
            if last < 0 or fulls[col] != mask:
                mask = fulls[col]
                last = _number(mask ^ flip, slots, known, n_known)
                worst = min(worst, last)
            out[col] = last
    return worst


@compiled(error_model="numpy")
def left_shares(  # pragma: no cover - compiled
    combo, start, parts, part_share, left, counts
):
    """
    Share of each cell's ground that is left, given what each combination leaves.

    Parameters
    ----------
    combo, start, parts, part_share
        As `combined` gives them.
    left : ndarray of float64, (combinations,)
    counts : ndarray of bool, (combinations,)
        Whether ground under a combination counts; NaN where none of a cell's does.
    """
    out = np.empty(combo.shape)
    for row in range(combo.shape[0]):
        for col in range(combo.shape[1]):
            k = combo[row, col]
            if k >= 0:
                out[row, col] = left[k] if counts[k] else np.nan
                continue
            total, whole = 0.0, 0.0
            for i in range(start[-1 - k], start[-k]):
                if counts[parts[i]]:
                    whole += part_share[i]
                    total += part_share[i] * left[parts[i]]
            out[row, col] = total / whole if whole > NOTHING else np.nan
    return out
