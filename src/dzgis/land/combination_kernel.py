"""
Which layers lie on each cell together, compiled.

Cells that at most one layer covers in part follow from the layers' shares. In all others the cell
is cut into flat bands at every corner, crossing and entry of an edge; within a band edges do not
cross, so that going from left to right over them gives the width of every combination of layers.
How often a layer lies on the cell's upper left corner is the whole number that is missing from its
share. Ground under several features of a layer counts once, as only "some" or "none" matters.

Coordinates are in cells: column to the right, row downwards. Combinations are masks with a bit for
each layer.
"""

from __future__ import annotations

import numpy as np

from dzgis.compiled import compiled
from dzgis.coverage_kernel import NOTHING, add_zone

_WIDER = 1e-9
"""Edges are looked for in cells that they miss by rounding."""
_TILE = 3
"""Cells are looked for in tiles of 2³ by 2³ first."""
_OFF = 1e-5
"""Farther from a whole number the count at a corner is not known."""
MOST_COMBINATIONS = 1 << 16
"""Of a block."""
_SLOTS = 4 * MOST_COMBINATIONS
ONE = np.uint64(1)


@compiled(error_model="numpy")
def layer_shares(  # pragma: no cover - compiled
    share, cover, bit, place, rings, windows, zones, doubled
):
    """
    Find where one layer lies.

    Parameters
    ----------
    share : ndarray of float64, (rows, cols)
        Of zeros; gets the sum of the features' shares where the layer takes a part of a cell.
    cover : tuple of three ndarrays of uint64, (rows, cols)
        They get `bit` where the layer covers the cell, where it takes a part of it, and where
        features that may overlap meet and none covers the cell.
    bit : uint64
    place : (int, int)
        First row and column of the block.
    rings, windows
        As `dzgis.coverage.ZonesOnGrid` has them.
    zones : (int, int)
        First and end of the layer's features.
    doubled : ndarray of bool
        Features that overlap others of their layer.
    """
    full, part, several = cover
    height, width = share.shape
    any_doubled = doubled[zones[0] : zones[1]].any()
    _alone(share, full, part, bit, place, rings, windows, zones, doubled)
    if not any_doubled:
        return
    met = np.zeros((height, width), np.uint8)
    for zone in range(zones[0], zones[1]):
        if doubled[zone]:
            _add_doubled(share, met, place, rings, windows, zone)
    for row in range(height):
        for col in range(width):
            n = met[row, col]
            if n == 0:
                continue
            if n == 255 or (n == 1 and share[row, col] > 1.0 - NOTHING):
                full[row, col] |= bit
                part[row, col] &= ~bit
            else:
                part[row, col] |= bit
                if n > 1:
                    several[row, col] |= bit


@compiled(error_model="numpy")
def _alone(  # pragma: no cover - compiled
    share, full, part, bit, place, rings, windows, zones, doubled
):
    """Add the features that overlap none of their layer, all at once."""
    top, left = place
    height, width = share.shape
    room = np.zeros((height, width + 1))
    low, high = height, 0
    for zone in range(zones[0], zones[1]):
        if not doubled[zone]:
            add_zone(room, top, left, rings, zone)
            low = min(low, max(windows[zone, 0] - top, 0))
            high = max(high, min(windows[zone, 1] - top, height))
    for row in range(low, high):
        total, changes = 0.0, room[row]
        fulls, parts, own = full[row], part[row], share[row]
        for col in range(width):
            total += changes[col]
            if total > 1.0 - NOTHING:
                fulls[col] |= bit
            elif total > NOTHING:
                parts[col] |= bit
                own[col] = total


@compiled(error_model="numpy")
def _add_doubled(  # pragma: no cover - compiled
    share, met, place, rings, windows, zone
):
    """Add one feature; `met` counts features, 255 where one covers the cell."""
    first, last = max(windows[zone, 0], place[0]), min(windows[zone, 1], place[0] + share.shape[0])
    left, right = max(windows[zone, 2], place[1]), min(windows[zone, 3], place[1] + share.shape[1])
    if first >= last or left >= right:
        return
    room = np.zeros((last - first, right - left + 1))
    add_zone(room, first, left, rings, zone)
    for row in range(last - first):
        total = 0.0
        for col in range(right - left):
            total += room[row, col]
            if total > NOTHING:
                at = first - place[0] + row, left - place[1] + col
                share[at] += total
                if total > 1.0 - NOTHING:
                    met[at] = 255
                elif met[at] < 254:
                    met[at] += 1


@compiled(error_model="numpy")
def raster_shares(share, full, part, bit):  # pragma: no cover - compiled
    """Enter a layer of which only the shares are known."""
    for row in range(share.shape[0]):
        for col in range(share.shape[1]):
            if share[row, col] > 1.0 - NOTHING:
                full[row, col] |= bit
            elif share[row, col] > NOTHING:
                part[row, col] |= bit


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
def sum_shares(out, place, rings, zones):  # pragma: no cover - compiled
    """Share of each cell of a block that some zones take together, no more than 1."""
    height, width = out.shape
    room = np.zeros((height, width + 1))
    for zone in range(zones[0], zones[1]):
        add_zone(room, place[0], place[1], rings, zone)
    for row in range(height):
        total = 0.0
        for col in range(width):
            total += room[row, col]
            out[row, col] = min(total, 1.0) if total > NOTHING else 0.0
            if total > 1.0 - NOTHING:
                out[row, col] = 1.0


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
