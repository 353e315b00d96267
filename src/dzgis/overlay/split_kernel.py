"""Splitting the edges of rings to a greatest length, compiled."""

from __future__ import annotations

import math

import numpy as np

from dzgis.compiled import compiled


@compiled()
def split_sizes(xy, ring_start, longest):  # pragma: no cover - compiled
    """Corners of each ring once its edges are no longer than `longest`, (m,)."""
    sizes = np.zeros(len(ring_start) - 1, np.int64)
    for ring in range(len(sizes)):
        n = 1
        for i in range(ring_start[ring], ring_start[ring + 1] - 1):
            length = math.hypot(xy[i + 1, 0] - xy[i, 0], xy[i + 1, 1] - xy[i, 1])
            n += max(math.ceil(length / longest), 1)
        sizes[ring] = n
    return sizes


@compiled()
def split(xy, ring_start, longest, new_start):  # pragma: no cover - compiled
    """Corners with those that split edges evenly; a corner that was there keeps its coordinates."""
    found = np.empty((new_start[-1], 2), np.float64)
    for ring in range(len(ring_start) - 1):
        at = new_start[ring]
        for i in range(ring_start[ring], ring_start[ring + 1] - 1):
            x, y = xy[i, 0], xy[i, 1]
            dx, dy = xy[i + 1, 0] - x, xy[i + 1, 1] - y
            n = max(math.ceil(math.hypot(dx, dy) / longest), 1)
            found[at, 0], found[at, 1] = x, y
            for step in range(1, n):
                found[at + step, 0] = x + dx * (step / n)
                found[at + step, 1] = y + dy * (step / n)
            at += n
        last = ring_start[ring + 1] - 1
        found[at, 0], found[at, 1] = xy[last, 0], xy[last, 1]
    return found
