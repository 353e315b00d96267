"""
Polygons that are certainly valid, told from edges alone, compiled.

A row passes if no two of its edges meet but in a corner that only these two share, and if its rings
lie in each other as shells and holes do; it fails if only the latter is not so. Whatever comes near
a doubt does neither.
"""

from __future__ import annotations

import numpy as np

from dzgis.compiled import compiled
from dzgis.overlay.edge_kernel import (
    MIN_IN_CELLS,
    SIGN,
    X0,
    X1,
    Y0,
    Y1,
    cell_at,
    rows_in_column,
    y_at,
)

DOUBTFUL, VALID, INVALID = range(3)
_DOUBT = 1e-14
"""Share of its terms up to which a cross product may be rounding."""
_CROWDED = 8
"""Edges in a cell from which on sorting them pays."""


@compiled()
def _side(px, py, qx, qy, rx, ry):  # pragma: no cover - compiled
    """1 or -1 for the side of the line p→q on which r lies, 0 where that is in doubt."""
    left, right = (qx - px) * (ry - py), (qy - py) * (rx - px)
    cross = left - right
    doubt = _DOUBT * (abs(left) + abs(right))
    return 1 if cross > doubt else (-1 if cross < -doubt else 0)


@compiled()
def _apart(e, i, j):  # pragma: no cover - compiled
    """Whether two edges certainly meet nowhere, or in one common corner only."""
    if e[i, X1] < e[j, X0] or e[j, X1] < e[i, X0]:
        return True
    if max(e[i, Y0], e[i, Y1]) < min(e[j, Y0], e[j, Y1]):
        return True
    if max(e[j, Y0], e[j, Y1]) < min(e[i, Y0], e[i, Y1]):
        return True
    s0 = e[i, X0] == e[j, X0] and e[i, Y0] == e[j, Y0]
    s1 = e[i, X1] == e[j, X1] and e[i, Y1] == e[j, Y1]
    s2 = e[i, X0] == e[j, X1] and e[i, Y0] == e[j, Y1]
    s3 = e[i, X1] == e[j, X0] and e[i, Y1] == e[j, Y0]
    if s0 and s1:
        return False
    of_j0 = _side(e[i, X0], e[i, Y0], e[i, X1], e[i, Y1], e[j, X0], e[j, Y0])
    of_j1 = _side(e[i, X0], e[i, Y0], e[i, X1], e[i, Y1], e[j, X1], e[j, Y1])
    if s0 or s1 or s2 or s3:
        # Both run on from the corner: not one on the other.
        if s2 or s3:
            return e[i, X0] < e[i, X1] or e[j, X0] < e[j, X1] or s2 != s3
        return (of_j1 if s0 else of_j0) != 0
    if of_j0 * of_j1 > 0:
        return True
    of_i0 = _side(e[j, X0], e[j, Y0], e[j, X1], e[j, Y1], e[i, X0], e[i, Y0])
    of_i1 = _side(e[j, X0], e[j, Y0], e[j, X1], e[j, Y1], e[i, X1], e[i, Y1])
    return of_i0 * of_i1 > 0


@compiled()
def _ends_at(e, j, x, y):  # pragma: no cover - compiled
    return (e[j, X0] == x and e[j, Y0] == y) or (e[j, X1] == x and e[j, Y1] == y)


@compiled()
def _count_common_corners(e, i, j, met, first):  # pragma: no cover - compiled
    """Add the corners that two edges share to what each end has met."""
    if e[i, X0] == e[j, X0] and e[i, Y0] == e[j, Y0]:
        met[i - first, 0] += 1
        met[j - first, 0] += 1
    if e[i, X1] == e[j, X1] and e[i, Y1] == e[j, Y1]:
        met[i - first, 1] += 1
        met[j - first, 1] += 1
    if e[i, X0] == e[j, X1] and e[i, Y0] == e[j, Y1]:
        met[i - first, 0] += 1
        met[j - first, 1] += 1
    if e[i, X1] == e[j, X0] and e[i, Y1] == e[j, Y0]:
        met[i - first, 1] += 1
        met[j - first, 0] += 1


@compiled()
def _has_points(e, first, last):  # pragma: no cover - compiled
    """Whether an edge has no length: a corner that comes twice is for GEOS to see."""
    for i in range(first, last):
        if e[i, X0] == e[i, X1] and e[i, Y0] == e[i, Y1]:
            return True
    return False


@compiled()
def _few_apart(e, first, last, met):  # pragma: no cover - compiled
    met[: last - first] = 0
    for i in range(first, last):
        for j in range(i + 1, last):
            if e[i, X1] < e[j, X0] or e[j, X1] < e[i, X0]:
                continue
            if not _apart(e, i, j):
                return False
            _count_common_corners(e, i, j, met, first)
    return _once_each(met, last - first)


@compiled()
def _once_each(met, n):  # pragma: no cover - compiled
    """Whether each end of each edge meets one other end."""
    for i in range(n):
        if met[i, 0] != 1 or met[i, 1] != 1:
            return False
    return True


@compiled()
def _many_apart(e, first, last, cells, row):  # pragma: no cover - compiled
    box, shape, side, cell_start, entry, member, _ = cells
    n_x, n_y, s = shape[row, 0], shape[row, 1], side[row]
    west, south = box[row, 0], box[row, 1]
    met = np.zeros((last - first, 2), np.int64)
    for cell in range(cell_start[row], cell_start[row + 1]):
        here = member[entry[cell] : entry[cell + 1]]
        if len(here) > _CROWDED:
            here = here[np.argsort(e[here, X0])]
        for at in range(len(here)):
            i = here[at]
            for other in range(at + 1, len(here)):
                j = here[other]
                if e[j, X0] > e[i, X1] and len(here) > _CROWDED:
                    break
                if not _apart(e, i, j):
                    return False
                for end in range(2):
                    x, y = e[i, X0 if end == 0 else X1], e[i, Y0 if end == 0 else Y1]
                    if not _ends_at(e, j, x, y):
                        continue
                    # A corner counts in its own cell: the two edges may meet in several.
                    of = (
                        cell_start[row] + cell_at(y, south, s, n_y) * n_x + cell_at(x, west, s, n_x)
                    )
                    if of == cell:
                        met[i - first, end] += 1
                        met[j - first, 0 if e[j, X0] == x and e[j, Y0] == y else 1] += 1
    return _once_each(met, last - first)


@compiled()
def _winding(e, first, last, cells, row, x, y):  # pragma: no cover - compiled
    """Sum of the signs of edges above a point, just left of it: 1 in the polygon, 0 outside."""
    box, shape, side, cell_start, entry, member, _ = cells
    n_x, n_y, s = shape[row, 0], shape[row, 1], side[row]
    total = 0.0
    if n_x == 0:
        for j in range(first, last):
            if e[j, X0] < x <= e[j, X1] and y_at(e, j, x) > y:
                total += e[j, SIGN]
        return total
    west, south = box[row, 0], box[row, 1]
    c, lowest = cell_at(x, west, s, n_x), cell_at(y, south, s, n_y)
    for r in range(lowest, n_y):
        cell = cell_start[row] + r * n_x + c
        for at in range(entry[cell], entry[cell + 1]):
            j = member[at]
            low, _ = rows_in_column(e, j, west + c * s, west + (c + 1) * s, south, s, n_y)
            if max(low, lowest) == r and e[j, X0] < x <= e[j, X1] and y_at(e, j, x) > y:
                total += e[j, SIGN]
    return total


@compiled()
def _is_nested(rings, row, edges, start, cells):  # pragma: no cover - compiled
    """Whether each shell lies outside of, and each hole within what the other rings enclose."""
    xy, ring_start, is_hole, row_start = rings
    for ring in range(row_start[row], row_start[row + 1]):
        at = ring_start[ring]
        for i in range(ring_start[ring], ring_start[ring + 1]):
            if xy[i, 0] < xy[at, 0]:
                at = i
        around = _winding(edges, start[row], start[row + 1], cells, row, xy[at, 0], xy[at, 1])
        if around != (1.0 if is_hole[ring] else 0.0):
            return False
    return True


@compiled()
def states(rings, edges, start, cells):  # pragma: no cover - compiled
    """Whether each row is certainly a valid polygon, certainly none, or for GEOS to say."""
    _, _, is_hole, row_start = rings
    found = np.full(len(row_start) - 1, DOUBTFUL, np.uint8)
    met = np.zeros((MIN_IN_CELLS, 2), np.int64)
    for row in range(len(found)):
        first, last = start[row], start[row + 1]
        n_rings = row_start[row + 1] - row_start[row]
        if n_rings == 0 or _has_points(edges, first, last):
            continue
        if cells[1][row, 0]:
            apart = _many_apart(edges, first, last, cells, row)
        else:
            apart = _few_apart(edges, first, last, met)
        if not apart:
            continue
        n_holes = 0
        for ring in range(row_start[row], row_start[row + 1]):
            n_holes += is_hole[ring]
        if n_rings > 1 and not _is_nested(rings, row, edges, start, cells):
            found[row] = INVALID
        elif n_holes == 0 or n_rings - n_holes == 1:
            found[row] = VALID
    return found
