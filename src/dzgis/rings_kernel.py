"""Well-known binary to arrays, compiled; every read is checked against the record's end."""

from __future__ import annotations

import numpy as np

from dzgis.compiled import compiled

GOOD, NO_POLYGON, CUT_SHORT, OPEN, FEW, NOT_FINITE = range(6)
_POLYGON, _MULTIPOLYGON = 3, 6
_LEAST_CORNERS = 4


@compiled()
def _u32(raw, at, big):  # pragma: no cover - compiled
    if big:
        return (
            np.int64(raw[at]) << 24
            | np.int64(raw[at + 1]) << 16
            | np.int64(raw[at + 2]) << 8
            | np.int64(raw[at + 3])
        )
    return (
        np.int64(raw[at + 3]) << 24
        | np.int64(raw[at + 2]) << 16
        | np.int64(raw[at + 1]) << 8
        | np.int64(raw[at])
    )


@compiled()
def _head(raw, at, end):  # pragma: no cover - compiled
    """Kind, number of parts, ordinates, byte order, and where the parts begin; at -1 if cut."""
    if at + 9 > end:
        return 0, np.int64(0), 2, False, np.int64(-1)
    big = raw[at] == 0
    code = _u32(raw, at + 1, big)
    at += 5
    dims = 2
    if code & 0x80000000:
        dims += 1
    if code & 0x40000000:
        dims += 1
    if code & 0x20000000:
        at += 4
    code &= 0x0FFFFFFF
    thousands = code // 1000
    dims += (0, 1, 1, 2)[thousands] if thousands < 4 else 0
    if at + 4 > end:
        return 0, np.int64(0), dims, big, np.int64(-1)
    return code % 1000, _u32(raw, at, big), dims, big, at + 4


@compiled()
def _finite(raw, at, big):  # pragma: no cover - compiled
    """Whether a double is neither NaN nor infinite: its exponent is not all ones."""
    high = raw[at] if big else raw[at + 7]
    low = raw[at + 1] if big else raw[at + 6]
    return not ((high & 0x7F) == 0x7F and (low & 0xF0) == 0xF0)


@compiled()
def _measure_polygon(raw, at, end, n_rings, dims, big, n_corners):  # pragma: no cover - compiled
    """Walk a polygon's rings; where it ends, its corners, and its state."""
    width = 8 * dims
    for _ in range(n_rings):
        if at + 4 > end:
            return at, n_corners, CUT_SHORT
        n = _u32(raw, at, big)
        at += 4
        if n > (end - at) // width:
            return at, n_corners, CUT_SHORT
        if n < _LEAST_CORNERS:
            return at, n_corners, FEW
        last = at + (n - 1) * width
        for byte in range(16):
            if raw[at + byte] != raw[last + byte]:
                return at, n_corners, OPEN
        for corner in range(n):
            point = at + corner * width
            if not (_finite(raw, point, big) and _finite(raw, point + 8, big)):
                return at, n_corners, NOT_FINITE
        n_corners += n
        at += n * width
    return at, n_corners, GOOD


@compiled()
def measure(raw, start, null):  # pragma: no cover - compiled
    """Rings and corners of each row, (n, 2), and its state, (n,)."""
    n_rows = len(start) - 1
    sizes = np.zeros((n_rows, 2), np.int64)
    state = np.zeros(n_rows, np.uint8)
    for row in range(n_rows):
        if null[row]:
            continue
        end = start[row + 1]
        kind, n, dims, big, at = _head(raw, start[row], end)
        if at < 0:
            state[row] = CUT_SHORT
        elif kind == _POLYGON:
            _, corners, code = _measure_polygon(raw, at, end, n, dims, big, np.int64(0))
            sizes[row, 0], sizes[row, 1], state[row] = n, corners, code
        elif kind == _MULTIPOLYGON:
            corners = np.int64(0)
            for _ in range(n):
                part, rings, dims, big, at = _head(raw, at, end)
                if at < 0:
                    state[row] = CUT_SHORT
                    break
                if part != _POLYGON:
                    state[row] = NO_POLYGON
                    break
                at, corners, code = _measure_polygon(raw, at, end, rings, dims, big, corners)
                sizes[row, 0] += rings
                if code != GOOD:
                    state[row] = code
                    break
            sizes[row, 1] = corners
        else:
            state[row] = NO_POLYGON
    return sizes, state


@compiled()
def _copy(raw, at, big, target, place):  # pragma: no cover - compiled
    """Eight bytes of a double into a little-endian array of bytes."""
    if big:
        for byte in range(8):
            target[place + byte] = raw[at + 7 - byte]
    else:
        for byte in range(8):
            target[place + byte] = raw[at + byte]


@compiled()
def fill(raw, start, row_start, n_corners):  # pragma: no cover - compiled
    """Corners, corners of each ring, and which rings are holes; rows as `measure` found them."""
    xy = np.empty((n_corners, 2), np.float64)
    target = xy.reshape(-1).view(np.uint8)
    n_rings = row_start[-1]
    ring_size = np.zeros(n_rings, np.int64)
    is_hole = np.zeros(n_rings, np.bool_)
    ring, place = np.int64(0), np.int64(0)
    for row in range(len(start) - 1):
        if row_start[row + 1] == row_start[row]:
            continue
        end = start[row + 1]
        kind, n, dims, big, at = _head(raw, start[row], end)
        n_parts = n if kind == _MULTIPOLYGON else 1
        for _ in range(n_parts):
            if kind == _MULTIPOLYGON:
                _, n, dims, big, at = _head(raw, at, end)
            for number in range(n):
                size = _u32(raw, at, big)
                at += 4
                ring_size[ring], is_hole[ring] = size, number > 0
                ring += 1
                for _ in range(size):
                    _copy(raw, at, big, target, place)
                    _copy(raw, at + 8, big, target, place + 8)
                    at += 8 * dims
                    place += 16
    return xy, ring_size, is_hole


@compiled()
def areas(xy, ring_start, is_hole, row_start):  # pragma: no cover - compiled
    """Planar area of each row: holes subtracted, parts added."""
    found = np.zeros(len(row_start) - 1, np.float64)
    for row in range(len(found)):
        for ring in range(row_start[row], row_start[row + 1]):
            first = ring_start[ring]
            turn = 0.0
            for i in range(first, ring_start[ring + 1] - 1):
                turn += (xy[i + 1, 0] - xy[i, 0]) * (
                    (xy[i, 1] - xy[first, 1]) + (xy[i + 1, 1] - xy[first, 1])
                )
            found[row] += -abs(turn) / 2.0 if is_hole[ring] else abs(turn) / 2.0
    return found
