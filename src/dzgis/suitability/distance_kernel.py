"""Distances from points to segments: the compiled inner loop."""

from __future__ import annotations

import math

import numpy as np

from dzgis.compiled import compiled


@compiled(error_model="numpy")
def nearest_m(x, y, segments):
    """
    Distance from each point to the nearest segment of a plane.

    Parameters
    ----------
    x, y : ndarray, (n,)
    segments : ndarray, (m, 4)
        x1, y1, x2, y2; a point is a segment of no length.

    Returns
    -------
    ndarray, (n,)
        Infinite without segments.
    """
    found = np.empty(len(x))
    for n in range(len(x)):
        least = np.inf
        for m in range(len(segments)):
            ax, ay = segments[m, 0], segments[m, 1]
            along_x, along_y = segments[m, 2] - ax, segments[m, 3] - ay
            px, py = x[n] - ax, y[n] - ay
            length2 = along_x * along_x + along_y * along_y
            if length2 > 0.0:
                t = (px * along_x + py * along_y) / length2
                t = min(max(t, 0.0), 1.0)
                px, py = px - t * along_x, py - t * along_y
            away = px * px + py * py
            least = min(least, away)
        found[n] = math.sqrt(least)
    return found
