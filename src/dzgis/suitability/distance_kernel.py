"""Distances from points to segments: the compiled inner loop."""

from __future__ import annotations

import math

import numpy as np

from dzgis.compiled import compiled

_TOGETHER = 256
"""So many points, one after the other, look for their nearest segments together."""
_SLACK = 1.0 + 1e-9


@compiled(error_model="numpy")
def squared_away(px, py, segment):
    """Squared distance from a point to a segment; a point is a segment of no length."""
    ax, ay = segment[0], segment[1]
    along_x, along_y = segment[2] - ax, segment[3] - ay
    px, py = px - ax, py - ay
    length2 = along_x * along_x + along_y * along_y
    if length2 > 0.0:
        t = (px * along_x + py * along_y) / length2
        t = min(max(t, 0.0), 1.0)
        px, py = px - t * along_x, py - t * along_y
    return px * px + py * py


@compiled(error_model="numpy")
def nearest_m(x, y, segments):
    """
    Distance from each point to the nearest segment of a plane.

    Points are taken some at a time: a segment matters to them only if it is no further from their
    middle than the nearest one and twice their own reach.

    Parameters
    ----------
    x, y : ndarray, (n,)
    segments : ndarray, (m, 4)
        x1, y1, x2, y2.

    Returns
    -------
    ndarray, (n,)
        Infinite without segments.
    """
    n, m = len(x), len(segments)
    found = np.full(n, np.inf)
    away = np.empty(m)
    near = np.empty(m, np.int64)
    for start in range(0, n, _TOGETHER):
        end = min(start + _TOGETHER, n)
        middle_x, middle_y = np.mean(x[start:end]), np.mean(y[start:end])
        reach = 0.0
        for i in range(start, end):
            reach = max(reach, (x[i] - middle_x) ** 2 + (y[i] - middle_y) ** 2)
        least = np.inf
        for j in range(m):
            away[j] = squared_away(middle_x, middle_y, segments[j])
            least = min(least, away[j])
        limit = ((math.sqrt(least) + 2.0 * math.sqrt(reach)) * _SLACK) ** 2
        n_near = 0
        for j in range(m):
            if away[j] <= limit:
                near[n_near] = j
                n_near += 1
        for i in range(start, end):
            least = np.inf
            for j in range(n_near):
                least = min(least, squared_away(x[i], y[i], segments[near[j]]))
            found[i] = math.sqrt(least)
    return found
