"""
The area that two polygons have in common, as a sum over pairs of edges, compiled.

Each ring's edges run left to right and carry a sign: + where the polygon lies below the edge, -
where it lies above. A point is in the polygon if the signs of the edges above it add up to one, so

    area(A ∩ B) = Σ over edges a of A and b of B: sign(a)·sign(b)·∫ max(min(a(x), b(x)) - y0, 0) dx

over the x that both have, for any y0 below the polygons' common box. Each term is a trapezoid, a
triangle or both. The sum is continuous in the coordinates: edges that are shared, collinear or
touching need no case of their own, and nothing is cut.

Edges of a polygon that has many are kept in strips of x besides, so that an edge of the other
polygon meets only those that share its x.
"""

from __future__ import annotations

import math

import numpy as np

from dzgis.compiled import compiled

MIN_IN_STRIPS = 40
"""Edges from which on a polygon's are kept in strips."""
EDGES_A_STRIP = 3
MAX_STRIPS = 1 << 20
X0, Y0, X1, Y1, SIGN = range(5)


@compiled()
def edges_of(xy, ring_start, is_hole, row_start, origin):  # pragma: no cover - compiled
    """Edges of each row, (k, 5): x0 < x1, y0, y1 from `origin`, sign; and where rows begin."""
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
                if xy[a, 0] == xy[b, 0]:
                    continue
                if xy[a, 0] > xy[b, 0]:
                    a, b, sign = b, a, -way
                edges[at, X0] = xy[a, 0] - origin[0]
                edges[at, Y0] = xy[a, 1] - origin[1]
                edges[at, X1] = xy[b, 0] - origin[0]
                edges[at, Y1] = xy[b, 1] - origin[1]
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
            south = min(south, min(edges[i, Y0], edges[i, Y1]))
            north = max(north, max(edges[i, Y0], edges[i, Y1]))
        box[row, 0], box[row, 1], box[row, 2], box[row, 3] = west, south, east, north
    return box


@compiled(inline="always")
def _n_strips(n_edges):  # pragma: no cover - compiled
    if n_edges < MIN_IN_STRIPS:
        return 0
    return min(n_edges // EDGES_A_STRIP, MAX_STRIPS)


@compiled(inline="always")
def _strip(x, west, scale, n):  # pragma: no cover - compiled
    """Number of the strip in which x lies."""
    return min(max(int((x - west) * scale), 0), n - 1)


@compiled()
def strips_of(edges, start, box):  # pragma: no cover - compiled
    """
    Edges of each strip of each row that has many.

    First strip of each row, (n + 1,); first entry of each strip, (s + 1,); edges by number.
    """
    n_rows = len(start) - 1
    first = np.zeros(n_rows + 1, np.int64)
    for row in range(n_rows):
        first[row + 1] = first[row] + _n_strips(start[row + 1] - start[row])
    entry = np.zeros(first[n_rows] + 1, np.int64)
    for row in range(n_rows):
        n = first[row + 1] - first[row]
        if n:
            scale = n / (box[row, 2] - box[row, 0])
            for i in range(start[row], start[row + 1]):
                low = _strip(edges[i, X0], box[row, 0], scale, n)
                high = _strip(edges[i, X1], box[row, 0], scale, n)
                for s in range(low, high + 1):
                    entry[first[row] + s + 1] += 1
    for s in range(len(entry) - 1):
        entry[s + 1] += entry[s]
    place = entry[:-1].copy()
    member = np.empty(entry[-1], np.int64)
    for row in range(n_rows):
        n = first[row + 1] - first[row]
        if n:
            scale = n / (box[row, 2] - box[row, 0])
            for i in range(start[row], start[row + 1]):
                low = _strip(edges[i, X0], box[row, 0], scale, n)
                high = _strip(edges[i, X1], box[row, 0], scale, n)
                for s in range(low, high + 1):
                    member[place[first[row] + s]] = i
                    place[first[row] + s] += 1
    return first, entry, member


@compiled(inline="always")
def _above(m0, m1):  # pragma: no cover - compiled
    """Mean of max(m, 0) over a stretch on which m runs evenly from m0 to m1."""
    if m0 >= 0.0 and m1 >= 0.0:
        return 0.5 * (m0 + m1)
    if m0 <= 0.0 and m1 <= 0.0:
        return 0.0
    if m0 > 0.0:
        return 0.5 * m0 * (m0 / (m0 - m1))
    return 0.5 * m1 * (m1 / (m1 - m0))


@compiled(inline="always")
def _term(a, b, i, j, base):  # pragma: no cover - compiled
    """∫ max(min(a(x), b(x)) - base, 0) dx over the x that edges i of `a` and j of `b` share."""
    low = max(a[i, X0], b[j, X0])
    high = min(a[i, X1], b[j, X1])
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
def common_area(a, a_from, a_to, b, b_from, b_to, window, strips, row_b):  # pragma: no cover
    """
    Area that two rows have in common; `b` is the one with more edges.

    `window` is the box that both share; `strips` are those of `b`'s table.
    """
    west, base, east = window[0], window[1], window[2]
    first, entry, member, box = strips
    n = first[row_b + 1] - first[row_b]
    scale = n / (box[row_b, 2] - box[row_b, 0]) if n else 0.0
    total = 0.0
    for i in range(a_from, a_to):
        low, high = max(a[i, X0], west), min(a[i, X1], east)
        if not low < high or (a[i, Y0] <= base and a[i, Y1] <= base):
            continue
        part = 0.0
        if n:
            from_strip = _strip(low, box[row_b, 0], scale, n)
            to_strip = _strip(high, box[row_b, 0], scale, n)
            for s in range(from_strip, to_strip + 1):
                for at in range(entry[first[row_b] + s], entry[first[row_b] + s + 1]):
                    j = member[at]
                    if b[j, Y0] <= base and b[j, Y1] <= base:
                        continue
                    # An edge in several strips counts in the first of them that is visited.
                    if s > from_strip and _strip(b[j, X0], box[row_b, 0], scale, n) < s:
                        continue
                    part += b[j, SIGN] * _term(a, b, i, j, base)
        else:
            for j in range(b_from, b_to):
                if b[j, Y0] <= base and b[j, Y1] <= base:
                    continue
                part += b[j, SIGN] * _term(a, b, i, j, base)
        total += a[i, SIGN] * part
    return total


@compiled()
def grid_of(box, west, south, cell, shape):  # pragma: no cover - compiled
    """Rows whose box meets each cell of a uniform grid: first entry of each cell, rows."""
    n_cols, n_rows = shape
    entry = np.zeros(n_cols * n_rows + 1, np.int64)
    for row in range(len(box)):
        if box[row, 0] <= box[row, 2]:
            c0, c1 = _cell(box[row, 0], west, cell, n_cols), _cell(box[row, 2], west, cell, n_cols)
            r0, r1 = _cell(box[row, 1], south, cell, n_rows), _cell(box[row, 3], south, cell, n_rows)
            for r in range(r0, r1 + 1):
                for c in range(c0, c1 + 1):
                    entry[r * n_cols + c + 1] += 1
    for i in range(len(entry) - 1):
        entry[i + 1] += entry[i]
    place = entry[:-1].copy()
    member = np.empty(entry[-1], np.int64)
    for row in range(len(box)):
        if box[row, 0] <= box[row, 2]:
            c0, c1 = _cell(box[row, 0], west, cell, n_cols), _cell(box[row, 2], west, cell, n_cols)
            r0, r1 = _cell(box[row, 1], south, cell, n_rows), _cell(box[row, 3], south, cell, n_rows)
            for r in range(r0, r1 + 1):
                for c in range(c0, c1 + 1):
                    member[place[r * n_cols + c]] = row
                    place[r * n_cols + c] += 1
    return entry, member


@compiled(inline="always")
def _cell(value, origin, cell, n):  # pragma: no cover - compiled
    return min(max(int(math.floor((value - origin) / cell)), 0), n - 1)


@compiled()
def near(query, box, grid):  # pragma: no cover - compiled
    """Whether each box of `query` meets a box of those that the grid holds."""
    west, south, cell, n_cols, n_rows, entry, member = grid
    found = np.zeros(len(query), np.bool_)
    for q in range(len(query)):
        if not query[q, 0] <= query[q, 2]:
            continue
        c0, c1 = _cell(query[q, 0], west, cell, n_cols), _cell(query[q, 2], west, cell, n_cols)
        r0, r1 = _cell(query[q, 1], south, cell, n_rows), _cell(query[q, 3], south, cell, n_rows)
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
        c0, c1 = _cell(query[q, 0], west, cell, n_cols), _cell(query[q, 2], west, cell, n_cols)
        r0, r1 = _cell(query[q, 1], south, cell, n_rows), _cell(query[q, 3], south, cell, n_rows)
        for r in range(r0, r1 + 1):
            for c in range(c0, c1 + 1):
                for at in range(entry[r * n_cols + c], entry[r * n_cols + c + 1]):
                    p = member[at]
                    x, y = max(box[p, 0], query[q, 0]), max(box[p, 1], query[q, 1])
                    if not (x < min(box[p, 2], query[q, 2]) and y < min(box[p, 3], query[q, 3])):
                        continue
                    # Counted in the cell of the lower left corner of what the boxes share.
                    if _cell(x, west, cell, n_cols) != c or _cell(y, south, cell, n_rows) != r:
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
    edges_a, start_a, box_a, first_a, entry_a, member_a = a
    edges_b, start_b, box_b, first_b, entry_b, member_b = b
    strips_a = (first_a, entry_a, member_a, box_a)
    strips_b = (first_b, entry_b, member_b, box_b)
    found = np.empty(len(pairs), np.float64)
    window = np.empty(3, np.float64)
    for k in range(len(pairs)):
        i, j = pairs[k, 0], pairs[k, 1]
        window[0] = max(box_a[i, 0], box_b[j, 0])
        window[1] = max(box_a[i, 1], box_b[j, 1])
        window[2] = min(box_a[i, 2], box_b[j, 2])
        n_a, n_b = start_a[i + 1] - start_a[i], start_b[j + 1] - start_b[j]
        if n_a <= n_b:
            found[k] = common_area(
                edges_a, start_a[i], start_a[i + 1],
                edges_b, start_b[j], start_b[j + 1], window, strips_b, j,
            )  # fmt: skip
        else:
            found[k] = common_area(
                edges_b, start_b[j], start_b[j + 1],
                edges_a, start_a[i], start_a[i + 1], window, strips_a, i,
            )  # fmt: skip
    return found
