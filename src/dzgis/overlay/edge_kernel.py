"""
The area that two polygons have in common, as a sum over pairs of edges, compiled.

Each ring's edges run left to right (upright ones upwards) and carry a sign: + where the polygon
lies below the edge (right of an upright one), - where it lies above. A point is in the polygon if
the signs of the edges above it add up to one, so

    area(A ∩ B) = Σ sign(a)·sign(b)·∫ max(min(a(x), b(x)) - y0, 0) dx

over all edges a of A and b of B and the x that both have, for any y0 below the polygons' common
box. Each term is a trapezoid, a triangle or both. The sum is continuous in the coordinates: edges
that are shared, collinear or touching need no case of their own, and nothing is cut.

Edges of a polygon that has many are kept in cells besides, so that an edge of the other polygon
meets only those between y0 and the top T of its own row of cells. What lies above T counts there
too, but only by whether the point of T over x lies in the polygon: each cell knows it of its upper
left corner, and edges that cross T within the cell tell the rest.
"""

from __future__ import annotations

import math

import numpy as np

from dzgis.compiled import compiled

MIN_IN_CELLS = 64
"""Edges from which on a polygon's are kept in cells."""
MAX_CELLS = 1 << 20
EPS_M = 1e-6
"""By which an edge is said to meet a cell sooner: more than arithmetic is off."""
X0, Y0, X1, Y1, SIGN = range(5)


@compiled()
def edges_of(xy, ring_start, is_hole, row_start):  # pragma: no cover - compiled
    """Edges of each row, (k, 5): x0 ≤ x1, y0, y1, sign; and where rows begin."""
    n_rows = len(row_start) - 1
    start = np.zeros(n_rows + 1, np.int64)
    edges = np.empty((len(xy), 5), np.float64)
    at = 0
    for row in range(n_rows):
        for ring in range(row_start[row], row_start[row + 1]):
            first, last = ring_start[ring], ring_start[ring + 1] - 1
            turn = 0.0
            for i in range(first, last):
                turn += (xy[i + 1, 0] - xy[i, 0]) * (
                    (xy[i, 1] - xy[first, 1]) + (xy[i + 1, 1] - xy[first, 1])
                )
            way = 1.0 if turn > 0.0 else -1.0
            if is_hole[ring]:
                way = -way
            for i in range(first, last):
                a, b, sign = i, i + 1, way
                if xy[a, 0] > xy[b, 0] or (xy[a, 0] == xy[b, 0] and xy[a, 1] > xy[b, 1]):
                    a, b, sign = b, a, -way
                edges[at, X0] = xy[a, 0]
                edges[at, Y0] = xy[a, 1]
                edges[at, X1] = xy[b, 0]
                edges[at, Y1] = xy[b, 1]
                edges[at, SIGN] = sign
                at += 1
        start[row + 1] = at
    return edges[:at].copy(), start


@compiled()
def boxes_of(edges, start):  # pragma: no cover - compiled
    """West, south, east, north of each row, (n, 4); an empty box where it has no edge."""
    box = np.empty((len(start) - 1, 4), np.float64)
    for row in range(len(start) - 1):
        west, south, east, north = np.inf, np.inf, -np.inf, -np.inf
        for i in range(start[row], start[row + 1]):
            west, east = min(west, edges[i, X0]), max(east, edges[i, X1])
            south = min(south, edges[i, Y0], edges[i, Y1])
            north = max(north, edges[i, Y0], edges[i, Y1])
        box[row, 0], box[row, 1], box[row, 2], box[row, 3] = west, south, east, north
    return box


@compiled()
def shapes_of_cells(start, box):  # pragma: no cover - compiled
    """Cells of each row: columns, rows, (n, 2), none where it has few edges; side of a cell, m."""
    n_rows = len(start) - 1
    shape = np.zeros((n_rows, 2), np.int64)
    side = np.ones(n_rows, np.float64)
    for row in range(n_rows):
        n = start[row + 1] - start[row]
        if n >= MIN_IN_CELLS:
            width, height = box[row, 2] - box[row, 0], box[row, 3] - box[row, 1]
            n_cells = min(n, MAX_CELLS)
            side[row] = max(
                math.sqrt(width * height / n_cells), max(width, height) / n_cells, EPS_M
            )
            shape[row, 0] = int(width / side[row]) + 1
            shape[row, 1] = int(height / side[row]) + 1
    return shape, side


@compiled()
def cell_at(value, origin, side, n):  # pragma: no cover - compiled
    """Number of the cell, of `n` in a row, in which a value lies or next to which."""
    return min(max(math.floor((value - origin) / side), 0), n - 1)


@compiled()
def y_at(edges, i, x):  # pragma: no cover - compiled
    """Height of an edge at x, which lies between its ends."""
    if x <= edges[i, X0]:
        return edges[i, Y0]
    if x >= edges[i, X1]:
        return edges[i, Y1]
    rise = (edges[i, Y1] - edges[i, Y0]) / (edges[i, X1] - edges[i, X0])
    return edges[i, Y0] + rise * (x - edges[i, X0])


@compiled()
def rows_in_column(edges, i, left, right, south, side, n):  # pragma: no cover - compiled
    """First and last row of cells that an edge meets between two x, a little more than meets."""
    if edges[i, X0] == edges[i, X1]:
        y0, y1 = edges[i, Y0], edges[i, Y1]
    else:
        y0, y1 = y_at(edges, i, left), y_at(edges, i, right)
    low, high = min(y0, y1) - EPS_M, max(y0, y1) + EPS_M
    return cell_at(low, south, side, n), cell_at(high, south, side, n)


@compiled()
def _crosses(edges, i, level):  # pragma: no cover - compiled
    return (edges[i, Y0] > level) != (edges[i, Y1] > level)


@compiled()
def _crossing(edges, i, level):  # pragma: no cover - compiled
    """The x at which an edge crosses a level."""
    t = (level - edges[i, Y0]) / (edges[i, Y1] - edges[i, Y0])
    x = edges[i, X0] + t * (edges[i, X1] - edges[i, X0])
    return min(max(x, edges[i, X0]), edges[i, X1])


@compiled()
def cells_of(edges, start, box, shape, side):  # pragma: no cover - compiled
    """
    Edges by cell, for rows that have many.

    First cell of each row, (n + 1,); first entry of each cell; edges by number; and whether the
    upper left corner of each cell lies in the polygon.
    """
    n_rows = len(start) - 1
    first = np.zeros(n_rows + 1, np.int64)
    for row in range(n_rows):
        first[row + 1] = first[row] + shape[row, 0] * shape[row, 1]
    entry = np.zeros(first[n_rows] + 1, np.int64)
    inside = np.zeros(first[n_rows], np.int8)
    member = np.empty(0, np.int64)
    for step in range(2):
        if step == 1:
            for cell in range(len(entry) - 1):
                entry[cell + 1] += entry[cell]
            member = np.empty(entry[-1], np.int64)
            place = entry[:-1].copy()
        for row in range(n_rows):
            n_x, n_y = shape[row, 0], shape[row, 1]
            if n_x == 0:
                continue
            west, south, s = box[row, 0], box[row, 1], side[row]
            for i in range(start[row], start[row + 1]):
                c0 = cell_at(edges[i, X0] - EPS_M, west, s, n_x)
                c1 = cell_at(edges[i, X1] + EPS_M, west, s, n_x)
                for c in range(c0, c1 + 1):
                    left, right = west + c * s, west + (c + 1) * s
                    r0, r1 = rows_in_column(edges, i, left, right, south, s, n_y)
                    for r in range(r0, r1 + 1):
                        cell = first[row] + r * n_x + c
                        if step == 0:
                            entry[cell + 1] += 1
                        else:
                            member[place[cell]] = i
                            place[cell] += 1
    for row in range(n_rows):
        n_x, n_y = shape[row, 0], shape[row, 1]
        if n_x == 0:
            continue
        west, south, s = box[row, 0], box[row, 1], side[row]
        for i in range(start[row], start[row + 1]):
            r0 = cell_at(min(edges[i, Y0], edges[i, Y1]) - EPS_M, south, s, n_y)
            r1 = cell_at(max(edges[i, Y0], edges[i, Y1]) + EPS_M, south, s, n_y)
            for r in range(r0, min(r1 + 1, n_y - 1)):
                level = south + (r + 1) * s
                if _crosses(edges, i, level):
                    c = cell_at(_crossing(edges, i, level), west, s, n_x)
                    if c + 1 < n_x:
                        up = edges[i, Y1] > edges[i, Y0]
                        inside[first[row] + r * n_x + c + 1] += np.int8(
                            edges[i, SIGN] if up else -edges[i, SIGN]
                        )
        for r in range(n_y):
            for c in range(1, n_x):
                cell = first[row] + r * n_x + c
                inside[cell] += inside[cell - 1]
    return first, entry, member, inside


@compiled()
def _above(m0, m1):  # pragma: no cover - compiled
    """Mean of max(m, 0) over a stretch on which m runs evenly from m0 to m1."""
    if m0 >= 0.0 and m1 >= 0.0:
        return 0.5 * (m0 + m1)
    if m0 <= 0.0 and m1 <= 0.0:
        return 0.0
    if m0 > 0.0:
        return 0.5 * m0 * (m0 / (m0 - m1))
    return 0.5 * m1 * (m1 / (m1 - m0))


@compiled()
def _term(a, i, b, j, low, high, base):  # pragma: no cover - compiled
    """∫ max(min(a(x), b(x)) - base, 0) dx from `low` to `high`, which both edges span."""
    if not low < high:
        return 0.0
    rise_a = (a[i, Y1] - a[i, Y0]) / (a[i, X1] - a[i, X0])
    rise_b = (b[j, Y1] - b[j, Y0]) / (b[j, X1] - b[j, X0])
    a0 = a[i, Y0] - base + rise_a * (low - a[i, X0])
    a1 = a[i, Y1] - base - rise_a * (a[i, X1] - high)
    b0 = b[j, Y0] - base + rise_b * (low - b[j, X0])
    b1 = b[j, Y1] - base - rise_b * (b[j, X1] - high)
    d0, d1 = a0 - b0, a1 - b1
    width = high - low
    if d0 * d1 >= 0.0:
        return width * _above(min(a0, b0), min(a1, b1))
    t = d0 / (d0 - d1)
    cross = a0 + t * (a1 - a0)
    return width * (t * _above(min(a0, b0), cross) + (1.0 - t) * _above(cross, min(a1, b1)))


@compiled()
def _under(a, i, low, high, base):  # pragma: no cover - compiled
    """∫ max(a(x) - base, 0) dx from `low` to `high`."""
    if not low < high:
        return 0.0
    rise = (a[i, Y1] - a[i, Y0]) / (a[i, X1] - a[i, X0])
    a0 = a[i, Y0] - base + rise * (low - a[i, X0])
    a1 = a[i, Y1] - base - rise * (a[i, X1] - high)
    return (high - low) * _above(a0, a1)


@compiled()
def _is_below(edges, i, base):  # pragma: no cover - compiled
    return edges[i, Y0] <= base and edges[i, Y1] <= base


@compiled()
def _with_few(a, a_range, b, b_range, window):  # pragma: no cover - compiled
    """Common area of two rows, every edge with every edge."""
    west, base, east = window
    total = 0.0
    for i in range(a_range[0], a_range[1]):
        low_a, high_a = max(a[i, X0], west), min(a[i, X1], east)
        if not low_a < high_a or _is_below(a, i, base):
            continue
        part = 0.0
        for j in range(b_range[0], b_range[1]):
            low, high = max(low_a, b[j, X0]), min(high_a, b[j, X1])
            if low < high and not _is_below(b, j, base):
                part += b[j, SIGN] * _term(a, i, b, j, low, high, base)
        total += a[i, SIGN] * part
    return total


@compiled()
def _with_many(a, a_range, b, cells, row_b, window):  # pragma: no cover - compiled
    """Common area of two rows, the edges of `b` by cell."""
    west, base, east = window
    box, shape, side, first, entry, member, inside = cells
    n_x, n_y, s = shape[row_b, 0], shape[row_b, 1], side[row_b]
    west_b, south_b = box[row_b, 0], box[row_b, 1]
    lowest = cell_at(base, south_b, s, n_y)
    total = 0.0
    for i in range(a_range[0], a_range[1]):
        low_a, high_a = max(a[i, X0], west), min(a[i, X1], east)
        if not low_a < high_a or _is_below(a, i, base):
            continue
        highest = cell_at(max(a[i, Y0], a[i, Y1]), south_b, s, n_y)
        at_top = highest == n_y - 1
        level = np.inf if at_top else south_b + (highest + 1) * s
        c0, c1 = cell_at(low_a, west_b, s, n_x), cell_at(high_a, west_b, s, n_x)
        part = 0.0
        for c in range(c0, c1 + 1):
            left, right = west_b + c * s, west_b + (c + 1) * s
            low_c = low_a if c == c0 else max(low_a, left)
            high_c = high_a if c == c1 else min(high_a, right)
            if not at_top:
                part += inside[first[row_b] + highest * n_x + c] * _under(a, i, low_c, high_c, base)
            for r in range(lowest, highest + 1):
                cell = first[row_b] + r * n_x + c
                for at in range(entry[cell], entry[cell + 1]):
                    j = member[at]
                    row, _ = rows_in_column(b, j, left, right, south_b, s, n_y)
                    if max(row, lowest) != r:
                        continue  # met in a lower cell of the column
                    low, high = max(low_c, b[j, X0]), min(high_c, b[j, X1])
                    if _crosses(b, j, level):
                        x = _crossing(b, j, level)
                        up = b[j, Y1] > b[j, Y0]
                        if cell_at(x, west_b, s, n_x) == c:
                            way = b[j, SIGN] if up else -b[j, SIGN]
                            part += way * _under(a, i, max(x, low_c), high_c, base)
                        if up:
                            high = min(high, x)
                        else:
                            low = max(low, x)
                    elif b[j, Y0] > level:
                        continue
                    if low < high and not _is_below(b, j, base):
                        part += b[j, SIGN] * _term(a, i, b, j, low, high, base)
        total += a[i, SIGN] * part
    return total


@compiled()
def _span(box, west, south, cell, shape):  # pragma: no cover - compiled
    """First and last column, first and last row of the cells that a box meets."""
    return (
        cell_at(box[0], west, cell, shape[0]),
        cell_at(box[2], west, cell, shape[0]),
        cell_at(box[1], south, cell, shape[1]),
        cell_at(box[3], south, cell, shape[1]),
    )


@compiled()
def grid_of(box, west, south, cell, shape):  # pragma: no cover - compiled
    """Rows whose box meets each cell of a uniform grid: first entry of each cell, rows."""
    n_cols, n_rows = shape
    entry = np.zeros(n_cols * n_rows + 1, np.int64)
    for row in range(len(box)):
        if box[row, 0] <= box[row, 2]:
            c0, c1, r0, r1 = _span(box[row], west, south, cell, (n_cols, n_rows))
            for r in range(r0, r1 + 1):
                for c in range(c0, c1 + 1):
                    entry[r * n_cols + c + 1] += 1
    for i in range(len(entry) - 1):
        entry[i + 1] += entry[i]
    place = entry[:-1].copy()
    member = np.empty(entry[-1], np.int64)
    for row in range(len(box)):
        if box[row, 0] <= box[row, 2]:
            c0, c1, r0, r1 = _span(box[row], west, south, cell, (n_cols, n_rows))
            for r in range(r0, r1 + 1):
                for c in range(c0, c1 + 1):
                    member[place[r * n_cols + c]] = row
                    place[r * n_cols + c] += 1
    return entry, member


@compiled()
def near(query, box, grid):  # pragma: no cover - compiled
    """Whether each box of `query` meets a box of those that the grid holds."""
    west, south, cell, n_cols, n_rows, entry, member = grid
    found = np.zeros(len(query), np.bool_)
    for q in range(len(query)):
        if not query[q, 0] <= query[q, 2]:
            continue
        c0, c1, r0, r1 = _span(query[q], west, south, cell, (n_cols, n_rows))
        for r in range(r0, r1 + 1):
            for c in range(c0, c1 + 1):
                for at in range(entry[r * n_cols + c], entry[r * n_cols + c + 1]):
                    p = member[at]
                    if (
                        box[p, 0] <= query[q, 2]
                        and box[p, 2] >= query[q, 0]
                        and box[p, 1] <= query[q, 3]
                        and box[p, 3] >= query[q, 1]
                    ):
                        found[q] = True
                        break
                if found[q]:
                    break
            if found[q]:
                break
    return found


@compiled()
def candidates(query, box, grid):  # pragma: no cover - compiled
    """Pairs (row of the grid's, row of `query`) whose boxes share ground, each once, (p, 2)."""
    west, south, cell, n_cols, n_rows, entry, member = grid
    pairs = np.empty((max(len(query), 16), 2), np.int64)
    n = 0
    for q in range(len(query)):
        if not query[q, 0] <= query[q, 2]:
            continue
        c0, c1, r0, r1 = _span(query[q], west, south, cell, (n_cols, n_rows))
        for r in range(r0, r1 + 1):
            for c in range(c0, c1 + 1):
                for at in range(entry[r * n_cols + c], entry[r * n_cols + c + 1]):
                    p = member[at]
                    x, y = max(box[p, 0], query[q, 0]), max(box[p, 1], query[q, 1])
                    if not (x < min(box[p, 2], query[q, 2]) and y < min(box[p, 3], query[q, 3])):
                        continue
                    # Counted in the cell of the lower left corner of what the boxes share.
                    if cell_at(x, west, cell, n_cols) != c or cell_at(y, south, cell, n_rows) != r:
                        continue
                    if n == len(pairs):
                        more = np.empty((2 * n, 2), np.int64)
                        more[:n] = pairs
                        pairs = more
                    pairs[n, 0], pairs[n, 1] = p, q
                    n += 1
    return pairs[:n]


@compiled()
def areas_of_pairs(pairs, a, b):  # pragma: no cover - compiled
    """Common area of each pair of rows of two tables, m²."""
    edges_a, start_a, cells_a = a
    edges_b, start_b, cells_b = b
    box_a, box_b = cells_a[0], cells_b[0]
    shape_a, shape_b = cells_a[1], cells_b[1]
    found = np.empty(len(pairs), np.float64)
    for k in range(len(pairs)):
        i, j = pairs[k, 0], pairs[k, 1]
        window = (
            max(box_a[i, 0], box_b[j, 0]),
            max(box_a[i, 1], box_b[j, 1]),
            min(box_a[i, 2], box_b[j, 2]),
        )
        of_a, of_b = (start_a[i], start_a[i + 1]), (start_b[j], start_b[j + 1])
        if of_a[1] - of_a[0] <= of_b[1] - of_b[0]:
            if shape_b[j, 0]:
                found[k] = _with_many(edges_a, of_a, edges_b, cells_b, j, window)
            else:
                found[k] = _with_few(edges_a, of_a, edges_b, of_b, window)
        elif shape_a[i, 0]:
            found[k] = _with_many(edges_b, of_b, edges_a, cells_a, i, window)
        else:
            found[k] = _with_few(edges_b, of_b, edges_a, of_a, window)
    return found
