"""Weighted means of scores: the compiled inner loop."""

from __future__ import annotations

import numpy as np

from dzgis.compiled import compiled


@compiled(error_model="numpy")
def weighted_index(scores, weights, skip, scale):
    """
    Weighted mean of each column of scores, added up in the order of the rows.

    Parameters
    ----------
    scores : ndarray of float32 or float64, (k, n)
        NaN where not known.
    weights : ndarray of float64, (k,)
    skip : ndarray of bool, (k,)
        Rows that are left out where they are not known; any other makes the column unknown.
    scale : float
        The mean is rounded to one over this.

    Returns
    -------
    ndarray of float32, (n,)
        NaN where not known.
    """
    k, n = scores.shape
    found = np.empty(n, np.float32)
    for c in range(n):
        total, weight, known = 0.0, 0.0, True
        for r in range(k):
            one = weights[r]
            if one == 0.0:
                continue
            score = np.float64(scores[r, c])
            if np.isnan(score):
                known = known and skip[r]
            else:
                total += one * score
                weight += one
        if known and weight > 0.0:
            found[c] = np.float32(np.rint(total / weight * scale) / scale)
        else:
            found[c] = np.float32(np.nan)
    return found
