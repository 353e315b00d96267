"""Carrying points by the cubic polynomials of their tiles, compiled."""

from __future__ import annotations

import math

import numpy as np

from dzgis.compiled import compiled


@compiled()
def tile_of(xy, side):  # pragma: no cover - compiled
    """Column and row of each point's tile, (k, 2)."""
    found = np.empty(xy.shape, np.int64)
    for i in range(len(xy)):
        found[i, 0] = math.floor(xy[i, 0] / side)
        found[i, 1] = math.floor(xy[i, 1] / side)
    return found


@compiled()
def carry(xy, tiles, number, low, side, coefficients):  # pragma: no cover - compiled
    """Points carried over; `number` tells a tile's place in `coefficients`, (t, 2, 4, 4)."""
    found = np.empty(xy.shape, np.float64)
    for i in range(len(xy)):
        col, row = tiles[i, 0], tiles[i, 1]
        c = coefficients[number[row - low[1], col - low[0]]]
        u = 2.0 * (xy[i, 0] - col * side) / side - 1.0
        v = 2.0 * (xy[i, 1] - row * side) / side - 1.0
        for axis in range(2):
            value = 0.0
            for m in range(3, -1, -1):
                line = c[axis, m]
                value = value * u + ((line[3] * v + line[2]) * v + line[1]) * v + line[0]
            found[i, axis] = value
    return found
