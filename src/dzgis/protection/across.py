"""Ground under several layers: once in the total, and by twos in a matrix."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
import shapely

from dzgis.overlay import covers, is_whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from dzgis.overlay import Covered, Target


class Across(NamedTuple):
    """
    Ground of n polygons under any of several layers.

    Attributes
    ----------
    total_m2 : ndarray of float64, (n,)
        Under at least one layer, each square metre once.
    matrix_m2 : DataFrame
        Layers by layers: ground of all polygons under both; the diagonal is each layer's own.
    """

    total_m2: npt.NDArray[np.float64]
    matrix_m2: pd.DataFrame


def across_layers(
    target: Target, layers: Mapping[str, Covered], *, factor: npt.NDArray[np.float64]
) -> Across:
    """
    Put what several layers cover together.

    Parameters
    ----------
    target : Target
        n polygons.
    layers : mapping of name to Covered
        At least one; measured against `target`.
    factor : ndarray of float64, (n,)
        By which areas in the target's frame are multiplied, polygon by polygon.

    Notes
    -----
    Where a layer covers a polygon whole, or only one covers any of it, the areas are enough. The
    rest is cut.
    """
    names = list(layers)
    areas = np.stack([layers[name].area_m2 for name in names])
    whole = np.stack([is_whole(target, area) for area in areas])
    n_under = (areas > 0.0).sum(axis=0)
    is_cut = n_under - whole.sum(axis=0) > 1
    cut = np.flatnonzero(is_cut)
    drawn = [covers(target, layers[name].local_pairs, layers[name].rings, cut) for name in names]
    areas = areas * factor
    total = areas.max(axis=0)
    united = shapely.area(shapely.union_all(np.stack(drawn), axis=0))
    total[cut] = np.where(whole[:, cut].any(axis=0), total[cut], united * factor[cut])
    matrix = np.diag(areas.sum(axis=1))
    for a, b in combinations(range(len(names)), 2):
        # Uncut, one of the two covers the polygon whole, or one does not cover it at all.
        plain = float(np.minimum(areas[a], areas[b])[~is_cut].sum())
        drawn_m2 = shapely.area(shapely.intersection(drawn[a], drawn[b])) * factor[cut]
        matrix[a, b] = matrix[b, a] = plain + float(drawn_m2.sum())
    return Across(total, pd.DataFrame(matrix, index=names, columns=names))
