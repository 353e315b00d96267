"""Least accumulated cost on a grid: Dijkstra's algorithm, compiled."""

from __future__ import annotations

import heapq
import math

import numpy as np

from dzgis.compiled import compiled


@compiled(error_model="numpy")
def least_cost(cost, sources, along_row, along_col):
    """
    Least cost of reaching a source from each cell, over eight neighbours.

    Parameters
    ----------
    cost : ndarray, (rows, cols)
        Cost of a metre; not finite where nothing passes.
    sources : ndarray of bool
    along_row, along_col : ndarray, (rows,)
        Metres between neighbouring cells of a row, and of a column.

    Returns
    -------
    ndarray, (rows, cols)
        Infinite where no way leads.
    """
    rows, cols = cost.shape
    found = np.full((rows, cols), np.inf)
    done = np.zeros((rows, cols), np.bool_)
    heap = [(0.0, 0, 0)]
    heap.pop()
    for r in range(rows):
        for c in range(cols):
            if sources[r, c] and math.isfinite(cost[r, c]):
                found[r, c] = 0.0
                heapq.heappush(heap, (0.0, r, c))
    while len(heap) > 0:
        so_far, r, c = heapq.heappop(heap)
        if done[r, c]:
            continue
        done[r, c] = True
        for i in range(-1, 2):
            for j in range(-1, 2):
                row, col = r + i, c + j
                if (i == 0 and j == 0) or row < 0 or col < 0 or row >= rows or col >= cols:
                    continue
                if done[row, col] or not math.isfinite(cost[row, col]):
                    continue
                # Between two barriers that meet at a corner there is no way.
                way = math.isfinite(cost[row, c]) or math.isfinite(cost[r, col])
                if i != 0 and j != 0 and not way:
                    continue
                east = 0.5 * (along_row[r] + along_row[row]) * j
                north = 0.5 * (along_col[r] + along_col[row]) * i
                metres = math.sqrt(east * east + north * north)
                total = so_far + metres * 0.5 * (cost[r, c] + cost[row, col])
                if total < found[row, col]:
                    found[row, col] = total
                    heapq.heappush(heap, (total, row, col))
    return found
