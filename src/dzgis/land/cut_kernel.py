"""
A cell cut by the edges that cross it, compiled.

The cell is cut into flat bands at every corner, crossing and entry of an edge; within a band edges
do not cross, so that going from left to right over them gives the width of every combination of
layers. How often a layer lies on the cell's upper left corner is the whole number that is missing
from its share. Ground under several features of a layer counts once, as only "some" or "none"
matters.

Coordinates are in cells: column to the right, row downwards. Combinations are masks with a bit for
each layer.
"""

from __future__ import annotations

import numpy as np

from dzgis.compiled import compiled

_WIDER = 1e-9
"""Edges are looked for in cells that they miss by rounding."""
_TILE = 3
"""Cells are looked for in tiles of 2³ by 2³ first."""
_OFF = 1e-5
"""Farther from a whole number the count at a corner is not known."""
ONE = np.uint64(1)


@compiled(error_model="numpy")
def _met(edge, place, number, part, bit, counts, first, found):  # pragma: no cover - compiled
    """Count an edge in the cells to be cut that it meets, or, given room, enter it there."""
    x0, y0, x1, y1, at, layer = edge
    top, left = place
    height, width = number.shape
    if y0 > y1:
        x0, y0, x1, y1 = x1, y1, x0, y0
    begin = max(int(np.floor(y0 - _WIDER)) - top, 0)
    end = min(int(np.floor(y1 + _WIDER)) - top, height - 1)
    slope = (x1 - x0) / (y1 - y0) if y1 > y0 else 0.0
    low, high = min(x0, x1), max(x0, x1)
    if high < left - _WIDER or low > left + width + _WIDER:
        return
    for row in range(begin, end + 1):
        a, b = low, high
        if y1 - y0 > 1e-12 and begin < end:
            xa = min(max(x0 + (max(y0, float(top + row)) - y0) * slope, low), high)
            xb = min(max(x0 + (min(y1, float(top + row + 1)) - y0) * slope, low), high)
            a, b = min(xa, xb), max(xa, xb)
        c0 = max(int(np.floor(a - _WIDER)) - left, 0)
        c1 = min(int(np.floor(b + _WIDER)) - left, width - 1)
        for col in range(c0, c1 + 1):
            k = number[row, col]
            if k >= 0 and part[row, col] & bit:
                if found.shape[0]:
                    found[first[k] + counts[k], 0] = at
                    found[first[k] + counts[k], 1] = layer
                counts[k] += 1


@compiled(error_model="numpy")
def _tiles(number):  # pragma: no cover - compiled
    """Whether any cell of each tile must be cut."""
    rows, cols = (number.shape[0] >> _TILE) + 1, (number.shape[1] >> _TILE) + 1
    tiles = np.zeros((rows, cols), np.bool_)
    for row in range(number.shape[0]):
        for col in range(number.shape[1]):
            if number[row, col] >= 0:
                tiles[row >> _TILE, col >> _TILE] = True
    return tiles


@compiled(inline="always", error_model="numpy")
def _near(edge, place, tiles):  # pragma: no cover - compiled
    """Whether the box of an edge meets a tile with cells to be cut."""
    x0, y0, x1, y1, _, _ = edge
    top = (int(np.floor(min(y0, y1) - _WIDER)) - place[0]) >> _TILE
    bottom = (int(np.floor(max(y0, y1) + _WIDER)) - place[0]) >> _TILE
    left = (int(np.floor(min(x0, x1) - _WIDER)) - place[1]) >> _TILE
    right = (int(np.floor(max(x0, x1) + _WIDER)) - place[1]) >> _TILE
    for row in range(max(top, 0), min(bottom, tiles.shape[0] - 1) + 1):
        for col in range(max(left, 0), min(right, tiles.shape[1] - 1) + 1):
            if tiles[row, col]:
                return True
    return False


@compiled(error_model="numpy")
def edges_of_cells(  # pragma: no cover - compiled
    rings, layer_start, place, number, part, n_cut
):
    """
    Edges that meet each cell to be cut.

    Returns
    -------
    start : ndarray of int64, (n_cut + 1,)
    found : ndarray of int64, (m, 2)
        Number of the edge's first corner, and its ring's sign and layer: ± (layer + 1).
    """
    xy, starts, signs, zone_start = rings
    counts = np.zeros(n_cut, np.int64)
    start = np.zeros(n_cut + 1, np.int64)
    found = np.zeros((0, 2), np.int64)
    tiles = _tiles(number)
    for turn in range(2):
        for layer in range(len(layer_start) - 1):
            bit = ONE << np.uint64(layer)
            for zone in range(layer_start[layer], layer_start[layer + 1]):
                for ring in range(zone_start[zone], zone_start[zone + 1]):
                    signed = (layer + 1) * (1 if signs[ring] > 0 else -1)
                    for i in range(starts[ring], starts[ring + 1] - 1):
                        edge = (xy[i, 0], xy[i, 1], xy[i + 1, 0], xy[i + 1, 1], i, signed)
                        if _near(edge, place, tiles):
                            _met(edge, place, number, part, bit, counts, start, found)
        if turn == 0:
            for k in range(n_cut):
                start[k + 1] = start[k] + counts[k]
            found = np.zeros((max(start[n_cut], 1), 2), np.int64)
            counts[:] = 0
    return start, found


@compiled(error_model="numpy")
def _pieces(  # pragma: no cover - compiled
    xy, found, row, col, pieces, entries
):
    """
    What edges are within one cell.

    `pieces` gets v0 < v1, u at both, the change of count to the right of it, and the layer;
    `entries` where a border comes in or leaves at the left: v, change of count there, layer.
    """
    n, m = 0, 0
    for k in range(len(found)):
        i, signed = found[k]
        sign, layer = (1.0, signed - 1) if signed > 0 else (-1.0, -signed - 1)
        u0, v0 = xy[i, 0] - col, xy[i, 1] - row
        u1, v1 = xy[i + 1, 0] - col, xy[i + 1, 1] - row
        if (u0 >= 0.0) != (u1 >= 0.0):
            v = v0 + (v1 - v0) * (-u0 / (u1 - u0))
            if 0.0 < v < 1.0:
                entries[m, 0], entries[m, 2] = v, layer
                entries[m, 1] = -sign if u1 >= 0.0 else sign
                m += 1
        if v0 == v1:
            continue
        if v0 > v1:
            u0, v0, u1, v1, sign = u1, v1, u0, v0, -sign
        if v1 <= 0.0 or v0 >= 1.0:
            continue
        slope = (u1 - u0) / (v1 - v0)
        low, high = min(u0, u1), max(u0, u1)
        if v0 < 0.0:
            u0, v0 = min(max(u0 - v0 * slope, low), high), 0.0
        if v1 > 1.0:
            u1, v1 = min(max(u1 + (1.0 - v1) * slope, low), high), 1.0
        if (u0 < 0.0 and u1 < 0.0) or (u0 > 1.0 and u1 > 1.0):
            continue
        if u0 < 0.0:
            u0, v0 = 0.0, min(v0 - u0 / slope, v1)
        elif u0 > 1.0:
            u0, v0 = 1.0, min(v0 + (1.0 - u0) / slope, v1)
        if u1 < 0.0:
            u1, v1 = 0.0, max(v1 - u1 / slope, v0)
        elif u1 > 1.0:
            u1, v1 = 1.0, max(v1 + (1.0 - u1) / slope, v0)
        if v1 > v0:
            pieces[n, 0], pieces[n, 1], pieces[n, 2], pieces[n, 3] = v0, v1, u0, u1
            pieces[n, 4], pieces[n, 5] = sign, layer
            n += 1
    return n, m


@compiled(error_model="numpy")
def _levels(pieces, n, entries, m):  # pragma: no cover - compiled
    """Where bands begin and end: corners, crossings and entries, in order."""
    levels, k = np.empty(2 * n + m + 2 + n), 2
    levels[0], levels[1] = 0.0, 1.0
    for i in range(n):
        levels[k], levels[k + 1] = pieces[i, 0], pieces[i, 1]
        k += 2
    for i in range(m):
        levels[k] = entries[i, 0]
        k += 1
    for i in range(n):
        for j in range(i):
            low, high = max(pieces[i, 0], pieces[j, 0]), min(pieces[i, 1], pieces[j, 1])
            if not low < high:
                continue
            before = _at(pieces, i, low) - _at(pieces, j, low)
            after = _at(pieces, i, high) - _at(pieces, j, high)
            if before * after < 0.0:
                if k == len(levels):
                    more = np.empty(2 * k)
                    more[:k] = levels
                    levels = more
                levels[k] = low + (high - low) * (before / (before - after))
                k += 1
    return np.sort(levels[:k])


@compiled(inline="always", error_model="numpy")
def _at(pieces, i, v):  # pragma: no cover - compiled
    v0, v1, u0, u1 = pieces[i, 0], pieces[i, 1], pieces[i, 2], pieces[i, 3]
    return u0 + (u1 - u0) * ((v - v0) / (v1 - v0))


@compiled(error_model="numpy")
def _corner_counts(  # pragma: no cover - compiled
    pieces, n, entries, m, shares, counts
):
    """Count of each layer at the upper left corner; whether all are whole numbers."""
    rest = shares.copy()
    for i in range(n):
        middle = 0.5 * (pieces[i, 2] + pieces[i, 3])
        rest[int(pieces[i, 5])] -= pieces[i, 4] * (pieces[i, 1] - pieces[i, 0]) * (1.0 - middle)
    for i in range(m):
        rest[int(entries[i, 2])] -= entries[i, 1] * (1.0 - entries[i, 0])
    sure = True
    for k in range(len(rest)):
        counts[k] = np.round(rest[k])
        if abs(rest[k] - counts[k]) > _OFF:
            sure = False
    return sure


@compiled(error_model="numpy")
def cut_cell(  # pragma: no cover - compiled
    xy, found, row, col, shares, base
):
    """
    Area of each combination of layers in one cell.

    Parameters
    ----------
    xy, found : ndarray
        Corners, and the edges that meet the cell.
    row, col : int
        Of the cell in the grid.
    shares : ndarray of float64, (layers,)
        Sum of the shares of each layer's features; 0 for layers that need no cutting.
    base : uint64
        Layers that cover the cell wholly.

    Returns
    -------
    masks, areas : ndarray
    n : int
        How many of them hold; −1 where edges and shares contradict each other.
    """
    pieces, entries = np.empty((len(found), 6)), np.empty((len(found), 3))
    n, m = _pieces(xy, found, row, col, pieces, entries)
    start = np.zeros(len(shares))
    masks, areas = np.empty(16, np.uint64), np.empty(16)
    if not _corner_counts(pieces, n, entries, m, shares, start):
        return masks, areas, -1
    levels = _levels(pieces, n, entries, m)
    order, where = np.empty(n, np.int64), np.empty(n)
    counts = start.copy()
    n_found = 0
    for level in range(len(levels) - 1):
        thick = levels[level + 1] - levels[level]
        if thick <= 0.0:
            continue
        v = levels[level] + 0.5 * thick
        counts[:] = start
        for i in range(m):
            if entries[i, 0] < v:
                counts[int(entries[i, 2])] += entries[i, 1]
        k = 0
        for i in range(n):
            if pieces[i, 0] < v < pieces[i, 1]:
                u, j = _at(pieces, i, v), k
                while j > 0 and where[j - 1] > u:
                    where[j], order[j] = where[j - 1], order[j - 1]
                    j -= 1
                where[j], order[j] = u, i
                k += 1
        mask, before = base, 0.0
        for layer in range(len(counts)):
            if counts[layer] > 0.5:
                mask |= ONE << np.uint64(layer)
        for i in range(k + 1):
            u = where[i] if i < k else 1.0
            if u > before:
                area = (u - before) * thick
                masks, areas, n_found = _add(masks, areas, n_found, mask, area)
                before = u
            if i < k:
                layer = int(pieces[order[i], 5])
                counts[layer] += pieces[order[i], 4]
                bit = ONE << np.uint64(layer)
                mask = (mask | bit) if counts[layer] > 0.5 else (mask & ~bit)
    return masks, areas, n_found


@compiled(error_model="numpy")
def _add(masks, areas, n, mask, area):  # pragma: no cover - compiled
    """Add an area to its combination; returns the room and how many there are."""
    for i in range(n):
        if masks[i] == mask:
            areas[i] += area
            return masks, areas, n
    if n == len(masks):
        more_masks, more_areas = np.empty(2 * n, np.uint64), np.empty(2 * n)
        more_masks[:n], more_areas[:n] = masks, areas
        masks, areas = more_masks, more_areas
    masks[n], areas[n] = mask, area
    return masks, areas, n + 1
