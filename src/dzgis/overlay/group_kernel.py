"""Features that cover one polygon, by twos, compiled."""

from __future__ import annotations

import numpy as np

from dzgis.compiled import compiled


@compiled()
def neighbours(start, row, box):  # pragma: no cover - compiled
    """
    Pairs of features in one group whose boxes share ground: first, second, group, (p, 3).

    Group g holds row[start[g]:start[g + 1]], ascending.
    """
    found = np.empty((64, 3), np.int64)
    n = 0
    for group in range(len(start) - 1):
        for i in range(start[group], start[group + 1]):
            for j in range(i + 1, start[group + 1]):
                a, b = row[i], row[j]
                if not (
                    max(box[a, 0], box[b, 0]) < min(box[a, 2], box[b, 2])
                    and max(box[a, 1], box[b, 1]) < min(box[a, 3], box[b, 3])
                ):
                    continue
                if n == len(found):
                    more = np.empty((2 * n, 3), np.int64)
                    more[:n] = found
                    found = more
                found[n, 0], found[n, 1], found[n, 2] = a, b, group
                n += 1
    return found[:n]
