"""
Models of attraction to clusters: they inform, and never overrule the plan.

All start from a table of distances, one row a place and one column a cluster: to the nearest seat
of the cluster, or any other, e.g. cost distances.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dzgis.allocation.seats import cluster_distances_m, cluster_seats, distances_m
from dzgis.area import transformer
from dzgis.crs import CGCS2000
from dzgis.plan.allocation_rules import Model

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from dzgis.grid import Grid, Raster
    from dzgis.plan.allocation_rules import AllocationRules, ModelRule
    from dzgis.plan.model import Plan

    Floats = npt.NDArray[np.float64]

_LEAST_M = 1.0
"""A place at a seat is taken to be a metre off: logarithms need it."""


def breakpoint_m(distance_m: float, strength: float, other_strength: float) -> float:
    """
    Distance from a centre to the point on the way to another where both attract alike (断裂点).

    Parameters
    ----------
    distance_m : float
        Between the two centres.
    strength, other_strength : float
        Of the centre from which the distance is counted, and of the other; positive.

    Notes
    -----
    D_A = D_AB / (1 + √(P_B / P_A)): there the attractions P/D² are equal.

    References
    ----------
    Reilly, W. J. (1931), The Law of Retail Gravitation. Converse, P. D. (1949), New Laws of Retail
    Gravitation, Journal of Marketing 14(3). Both at second hand, to be confirmed.

    Examples
    --------
    >>> breakpoint_m(30.0, 4.0, 1.0)
    20.0
    """
    return distance_m / (1.0 + math.sqrt(other_strength / strength))


def nearest(distances: pd.DataFrame) -> pd.Series[str]:
    """Cluster with the least distance; the first of equal ones, blank where none is known."""
    values = distances.to_numpy(dtype=float)
    none = np.full((len(values), 1), np.inf)  # first, so that it wins where nothing is known
    best = np.hstack([none, np.where(np.isfinite(values), values, np.inf)]).argmin(axis=1)
    names = np.array(["", *distances.columns], dtype=object)
    return pd.Series(names[best], index=distances.index, dtype=object)


def attractions(
    distances: pd.DataFrame, strengths: Mapping[str, float], rule: ModelRule
) -> pd.DataFrame:
    """
    Logarithm of strength^a / distance^b, so that no power overflows.

    Its order is that of the multiplicatively weighted Voronoi diagram with weights strength^(a/b):
    d_A / w_A < d_B / w_B where A attracts more.
    """
    weights = np.array([strengths[name] for name in distances.columns], dtype=float)
    log_d = np.log(np.maximum(distances.to_numpy(dtype=float), _LEAST_M))
    values = rule.strength_exponent * np.log(weights) - rule.distance_exponent * log_d
    return pd.DataFrame(values, index=distances.index, columns=distances.columns)


def strongest(
    distances: pd.DataFrame, strengths: Mapping[str, float], rule: ModelRule
) -> pd.Series[str]:
    """Cluster that attracts most; weighted Voronoi, breakpoint and Huff differ in exponents."""
    return nearest(-attractions(distances, strengths, rule))


def huff_shares(
    distances: pd.DataFrame, strengths: Mapping[str, float], rule: ModelRule
) -> pd.DataFrame:
    """
    Share of each cluster in the attraction to it at each place; rows add up to 1.

    Notes
    -----
    P_i = (A_i^a / d_i^b) / Σ_k (A_k^a / d_k^b).

    References
    ----------
    Huff, D. L. (1963), A Probabilistic Analysis of Shopping Center Trade Areas, Land Economics
    39(1). At second hand, to be confirmed.
    """
    logs = attractions(distances, strengths, rule)
    values = logs.to_numpy()
    powers = np.exp(values - values.max(axis=1, keepdims=True, initial=-np.inf))
    shares = powers / powers.sum(axis=1, keepdims=True)
    return pd.DataFrame(shares, index=logs.index, columns=logs.columns)


def cost_at(lonlat: Floats, cost: Mapping[str, Raster]) -> pd.DataFrame:
    """
    Cost distance of places to each cluster, from rasters that hold it.

    Parameters
    ----------
    lonlat : ndarray, (n, 2)
        EPSG:4490, degrees.
    cost : mapping of cluster id to Raster
        Accumulated cost from the nearest seat of the cluster (see `cluster_seats`), any unit that
        all share, NaN or infinite where it is not known or not reached.

    Returns
    -------
    DataFrame, n rows, ids in columns
        The value of the cell that holds a place; NaN beyond the raster.
    """
    return pd.DataFrame(
        {name: _sampled(lonlat, raster) for name, raster in cost.items()},
        index=range(len(lonlat)),
        dtype=float,
    )


def _sampled(lonlat: Floats, raster: Raster) -> Floats:
    row, col, inside = _cells(lonlat, raster.grid)
    found = np.full(len(lonlat), np.nan)
    found[inside] = np.asarray(raster.values)[row[inside], col[inside]]
    return found


def _cells(
    lonlat: Floats, grid: Grid
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Row and column of the cells that hold places, and whether the grid has such cells."""
    x, y = map(np.asarray, transformer(CGCS2000, grid.crs).transform(*lonlat.T))
    t = ~grid.transform
    cols, rows = t.a * x + t.b * y + t.c, t.d * x + t.e * y + t.f
    col, row = np.floor(cols).astype(np.int64), np.floor(rows).astype(np.int64)
    inside = (col >= 0) & (col < grid.width) & (row >= 0) & (row < grid.height)
    return row, col, inside


def seat_cells(plan: Plan, grid: Grid) -> dict[str, npt.NDArray[np.bool_]]:
    """
    Cells of each cluster's seats, from which cost distances are accumulated.

    Returns
    -------
    dict of cluster id to ndarray of bool, (rows, cols)
        Nowhere true where no seat lies on the grid.
    """
    seats = cluster_seats(plan)
    lonlat = np.column_stack([seats.geometry.x, seats.geometry.y])
    row, col, inside = _cells(lonlat, grid)
    found = {c.id: np.zeros((grid.height, grid.width), dtype=bool) for c in plan.clusters}
    for n in np.flatnonzero(inside):
        found[str(seats["cluster"].iloc[n])][row[n], col[n]] = True
    return found


@dataclass(frozen=True)
class Told:
    """
    What the models say of n places.

    Attributes
    ----------
    clusters : DataFrame, n rows, a column for each `Model`
        Cluster ids; blank where a model cannot say.
    huff : DataFrame, n rows, cluster ids in columns
        Huff's shares.
    """

    clusters: pd.DataFrame
    huff: pd.DataFrame


def told_by_models(
    lonlat: Floats,
    plan: Plan,
    rules: AllocationRules,
    *,
    strengths: Mapping[str, float],
    cost: Mapping[str, Raster] | None = None,
) -> Told:
    """
    Ask every model.

    Parameters
    ----------
    lonlat : ndarray, (n, 2)
        EPSG:4490, degrees.
    plan : Plan
    rules : AllocationRules
    strengths : mapping of cluster id to float
    cost : mapping of cluster id to Raster, optional
        See `cost_at`; without it the model of cost distances is blank.
    """
    distances = cluster_distances_m(lonlat, plan)
    by_strength = (Model.WEIGHTED_VORONOI, Model.BREAKPOINT, Model.HUFF)
    found = {str(Model.NEAREST_SEAT): nearest(distances)} | {
        str(name): strongest(distances, strengths, rules.model(name)) for name in by_strength
    }
    blank = pd.Series("", index=distances.index, dtype=object)
    found[str(Model.COST_DISTANCE)] = nearest(cost_at(lonlat, cost)) if cost else blank
    huff = huff_shares(distances, strengths, rules.model(Model.HUFF))
    return Told(pd.DataFrame(found, index=distances.index, dtype=object), huff)


def breakpoints(plan: Plan, strengths: Mapping[str, float]) -> pd.DataFrame:
    """
    Breakpoints between every two clusters, on the line between their nearest seats.

    Returns
    -------
    DataFrame
        cluster, other, place, other_place (the two nearest seats), distance_m, breakpoint_m (from
        `place`, geodesic).
    """
    seats = cluster_seats(plan)
    lonlat = np.column_stack([seats.geometry.x, seats.geometry.y])
    every = distances_m(lonlat, seats)
    own = seats["cluster"].to_numpy(dtype=object)
    names = list(dict.fromkeys(own))
    rows = []
    for n, name in enumerate(names):
        for other in names[n + 1 :]:
            here, there = np.flatnonzero(own == name), np.flatnonzero(own == other)
            between = every[np.ix_(here, there)]
            i, j = np.unravel_index(between.argmin(), between.shape)
            least = float(between[i, j])
            ends = seats["place"].iloc[here[i]], seats["place"].iloc[there[j]]
            at = breakpoint_m(least, strengths[name], strengths[other])
            rows.append((name, other, *ends, least, at))
    columns = ["cluster", "other", "place", "other_place", "distance_m", "breakpoint_m"]
    return pd.DataFrame(rows, columns=columns)
