"""
Exact coverage of cells by polygons: a scanline over edges, compiled.

Every edge adds to each cell that it crosses the signed area between itself and the cell's right
side, and its signed height to all cells further right; a sum along the row turns that into the
covered share of every cell. Coordinates are in cells: column to the right, row downwards.
"""

from __future__ import annotations

import numpy as np

from dzgis.compiled import compiled

NOTHING = 1e-12
"""Shares below this are rounding: a cell is then not touched, or wholly covered."""
COVERED, KNOWN, CELLS, BASE, SUM, SQUARES, LEAST, MOST = range(8)
N_SUMS = 8
"""
What `zone_sums` finds of each zone: covered and known area in m², covered cells, a base value, sums
of (value − base) and its square weighted by area, least and greatest value.
"""
_BUFFER = 1 << 15
"""Cells of a buffer, so that it stays in the processor's cache; at least one row of a zone."""


def load() -> None:
    """Load the compiled code for the usual types, ahead of its use."""
    at, one = np.zeros(5), np.ones(1, np.int64)
    rings = (np.column_stack([at, at]), np.array([0, 5]), np.ones(1), np.array([0, 1]))
    windows = np.zeros((1, 4), np.int64)
    cells = (one - 1, one - 1, np.ones((1, 1)))
    zone_cells(rings, windows, one - 1, 1)
    zone_sums((np.zeros((1, 1), np.float32), 0), rings, windows, one - 1, cells)


@compiled(inline="always", error_model="numpy")
def _add_span(  # pragma: no cover - compiled
    line: np.ndarray, x0: float, x1: float, height: float
) -> None:
    """Add the part of an edge that lies in one row, between columns x0 and x1 of the window."""
    if x0 > x1:
        x0, x1 = x1, x0
    width = len(line) - 1
    if x0 >= width:
        return
    if x1 <= 0.0:
        line[0] += height
        return
    if x0 < 0.0:
        left = height * (-x0 / (x1 - x0))
        line[0] += left
        height -= left
        x0 = 0.0
    if x1 > width:
        height *= (width - x0) / (x1 - x0)
        x1 = float(width)
    k = int(x0)
    if x1 <= k + 1:
        middle = 0.5 * (x0 + x1) - k
        line[k] += height * (1.0 - middle)
        line[k + 1] += height * middle
        return
    rate = height / (x1 - x0)
    reach = k + 1 - x0
    line[k] += rate * reach * (0.5 * reach)
    line[k + 1] += rate * reach * (1.0 - 0.5 * reach)
    k += 1
    while k + 1 < x1:
        line[k] += 0.5 * rate
        line[k + 1] += 0.5 * rate
        k += 1
    reach = x1 - k
    line[k] += rate * reach * (1.0 - 0.5 * reach)
    line[k + 1] += rate * reach * (0.5 * reach)


@compiled(error_model="numpy")
def _add_edge(  # pragma: no cover - compiled
    cells: np.ndarray, top: int, left: int, edge: tuple, sign: float
) -> None:
    """Add an edge to the rows of a buffer that begins at (top, left)."""
    x0, y0, x1, y1 = edge
    if y0 > y1:
        x0, y0, x1, y1, sign = x1, y1, x0, y0, -sign
    bottom = top + cells.shape[0]
    if y1 <= top or y0 >= bottom or y0 == y1:
        return
    low, high = min(x0, x1), max(x0, x1)
    slope = (x1 - x0) / (y1 - y0)
    y, x, end = y0, x0, min(y1, float(bottom))
    if y < top:
        y = float(top)
        x = min(max(x0 + (y - y0) * slope, low), high)
    row = int(np.floor(y))
    while y < end:
        below = min(float(row + 1), end)
        at = x1 if below == y1 else min(max(x0 + (below - y0) * slope, low), high)
        _add_span(cells[row - top], x - left, at - left, (below - y) * sign)
        y, x, row = below, at, row + 1


@compiled(error_model="numpy")
def add_zone(  # pragma: no cover - compiled
    cells: np.ndarray, top: int, left: int, rings: tuple, zone: int
) -> None:
    """Add all rings of a zone to a buffer of zeros."""
    xy, starts, signs, zone_start = rings
    for ring in range(zone_start[zone], zone_start[zone + 1]):
        sign = signs[ring]
        for i in range(starts[ring], starts[ring + 1] - 1):
            _add_edge(cells, top, left, (xy[i, 0], xy[i, 1], xy[i + 1, 0], xy[i + 1, 1]), sign)


@compiled(inline="always")
def _share(total: float) -> float:  # pragma: no cover - compiled
    """Covered share of a cell, without the rounding of sums."""
    if total < NOTHING:
        return 0.0
    return 1.0 if total > 1.0 - NOTHING else total


@compiled()
def _buffer(windows: np.ndarray, zones: np.ndarray) -> np.ndarray:  # pragma: no cover - compiled
    """Room for some rows of each of the zones."""
    widest = 0
    for zone in zones:
        widest = max(widest, windows[zone, 3] - windows[zone, 2])
    return np.zeros(max(_BUFFER, widest + 1))


@compiled(error_model="numpy")
def zone_cells(  # pragma: no cover - compiled
    rings: tuple, windows: np.ndarray, zones: np.ndarray, n_cols: int
) -> tuple:
    """
    Cells that zones touch, and their covered shares.

    Parameters
    ----------
    rings : tuple of ndarray
        Corners in cells (k, 2), starts of the rings, sign of each, starts of the zones.
    windows : ndarray of int64, (n, 4)
        Rows from and to, columns from and to, of the cells that a zone may touch.
    zones : ndarray of int64
        Which zones.
    n_cols : int
        Of the grid.

    Returns
    -------
    counts : ndarray of int64
        Cells of each of the zones.
    cells : ndarray of int64
        Their flat numbers in the grid, row by row, zone by zone.
    shares : ndarray of float64
    """
    counts = np.zeros(len(zones), np.int64)
    cells, shares, n = np.empty(1024, np.int64), np.empty(1024), 0
    room = _buffer(windows, zones)
    for i in range(len(zones)):
        first, last, left, right = windows[zones[i]]
        width, before = right - left, n
        step = max(len(room) // (width + 1), 1)
        for top in range(first, last, step):
            height = min(step, last - top)
            part = room[: height * (width + 1)].reshape(height, width + 1)
            add_zone(part, top, left, rings, zones[i])
            if n + height * width > len(cells):
                more = max(2 * len(cells), n + height * width)
                wide_cells, wide_shares = np.empty(more, np.int64), np.empty(more)
                wide_cells[:n], wide_shares[:n] = cells[:n], shares[:n]
                cells, shares = wide_cells, wide_shares
            for row in range(height):
                line, total = part[row], 0.0
                start = (top + row) * n_cols + left
                for col in range(width):
                    total += line[col]
                    share = _share(total)
                    if share > 0.0:
                        cells[n], shares[n] = start + col, share
                        n += 1
            part[:] = 0.0
        counts[i] = n - before
    return counts, cells[:n].copy(), shares[:n].copy()


@compiled(error_model="numpy")
def add_cover(  # pragma: no cover - compiled
    total: np.ndarray, top: int, rings: tuple, zone: int, cols: tuple
) -> None:
    """
    Add a zone's covered shares to a band of the grid, (rows, columns), that begins at row `top`.

    Parts that overlap count as often as they do. `cols` are the first and the end of its columns.
    """
    left, right = cols
    width = right - left
    step = max(_BUFFER // (width + 1), 1)
    room = np.zeros((step, width + 1))
    for first in range(0, total.shape[0], step):
        height = min(step, total.shape[0] - first)
        part = room[:height]
        add_zone(part, top + first, left, rings, zone)
        for row in range(height):
            share = 0.0
            for col in range(width):
                share += part[row, col]
                total[first + row, left + col] += share if share > NOTHING else 0.0
        part[:] = 0.0


@compiled(error_model="numpy")
def zone_sums(  # pragma: no cover - compiled
    strip: tuple, rings: tuple, windows: np.ndarray, zones: np.ndarray, cell_area: tuple
) -> np.ndarray:
    """
    Sums over the cells of a strip that zones cover, weighted by covered area.

    Parameters
    ----------
    strip : (ndarray of floats, int)
        Values of some rows of the grid, NaN where not known, and the first row's number.
    rings, windows, zones
        As for `zone_cells`.
    cell_area : tuple of ndarray
        Box of each row and of each column of the grid, and the m² of a cell in each box.

    Returns
    -------
    ndarray of float64, (zones, N_SUMS)
    """
    values, top = strip
    row_box, col_box, cell_m2 = cell_area
    out = np.zeros((len(zones), N_SUMS))
    out[:, BASE], out[:, LEAST], out[:, MOST] = np.nan, np.inf, -np.inf
    room = _buffer(windows, zones)
    for i in range(len(zones)):
        first, last, left, right = windows[zones[i]]
        first, last = max(first, top), min(last, top + values.shape[0])
        width = right - left
        step = max(len(room) // (width + 1), 1)
        covered, known, n_cells, base = 0.0, 0.0, 0.0, np.nan
        sums, squares, least, most = 0.0, 0.0, np.inf, -np.inf
        for begin in range(first, last, step):
            height = min(step, last - begin)
            part = room[: height * (width + 1)].reshape(height, width + 1)
            add_zone(part, begin, left, rings, zones[i])
            for row in range(height):
                line, total = part[row], 0.0
                here = values[begin + row - top]
                m2_of = cell_m2[row_box[begin + row]]
                for col in range(width):
                    total += line[col]
                    share = _share(total)
                    if share == 0.0:
                        continue
                    m2 = share * m2_of[col_box[left + col]]
                    covered += m2
                    n_cells += share
                    value = np.float64(here[left + col])
                    if np.isnan(value):
                        continue
                    if np.isnan(base):
                        base = value
                    off = value - base
                    known += m2
                    sums += m2 * off
                    squares += m2 * off * off
                    least = min(least, value)
                    most = max(most, value)
            part[:] = 0.0
        out[i, COVERED], out[i, KNOWN], out[i, CELLS], out[i, BASE] = covered, known, n_cells, base
        out[i, SUM], out[i, SQUARES], out[i, LEAST], out[i, MOST] = sums, squares, least, most
    return out


@compiled(error_model="numpy")
def zone_values(  # pragma: no cover - compiled
    strip: tuple, rings: tuple, windows: np.ndarray, zones: np.ndarray, cell_area: tuple
) -> tuple:
    """
    Known values of the cells of a strip that zones cover, and the m² covered of each.

    Parameters are those of `zone_sums`. Returns how many cells each zone has, their values and
    areas, row by row, zone by zone.
    """
    values, top = strip
    row_box, col_box, cell_m2 = cell_area
    counts = np.zeros(len(zones), np.int64)
    found, areas, n = np.empty(1024), np.empty(1024), 0
    room = _buffer(windows, zones)
    for i in range(len(zones)):
        first, last, left, right = windows[zones[i]]
        first, last = max(first, top), min(last, top + values.shape[0])
        width, before = right - left, n
        step = max(len(room) // (width + 1), 1)
        for begin in range(first, last, step):
            height = min(step, last - begin)
            part = room[: height * (width + 1)].reshape(height, width + 1)
            add_zone(part, begin, left, rings, zones[i])
            if n + height * width > len(found):
                more = max(2 * len(found), n + height * width)
                wide_found, wide_areas = np.empty(more), np.empty(more)
                wide_found[:n], wide_areas[:n] = found[:n], areas[:n]
                found, areas = wide_found, wide_areas
            for row in range(height):
                line, total = part[row], 0.0
                here = values[begin + row - top]
                m2_of = cell_m2[row_box[begin + row]]
                for col in range(width):
                    total += line[col]
                    share = _share(total)
                    value = np.float64(here[left + col])
                    if share > 0.0 and not np.isnan(value):
                        found[n], areas[n] = value, share * m2_of[col_box[left + col]]
                        n += 1
            part[:] = 0.0
        counts[i] = n - before
    return counts, found[:n].copy(), areas[:n].copy()


@compiled(error_model="numpy")
def class_areas(  # pragma: no cover - compiled
    counts: np.ndarray, values: np.ndarray, areas: np.ndarray, n_classes: int
) -> np.ndarray:
    """Sum of `areas` by zone and value 0 … n − 1, (zones, n), of what `zone_values` gives."""
    out = np.zeros((len(counts), n_classes))
    n = 0
    for zone in range(len(counts)):
        for _ in range(counts[zone]):
            out[zone, int(values[n])] += areas[n]
            n += 1
    return out
