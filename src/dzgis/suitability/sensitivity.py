"""How robust grades are (敏感性): weights one at a time, and drawn at random with DEM errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dzgis.suitability.weights import with_weights

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import numpy.typing as npt

    from dzgis.plan.suitability_model import Trials

    Array = npt.NDArray[np.float64]
    Words = npt.NDArray[np.uint64]

_PER_CENT = 100.0
_WEIGHTS = 1
"""Tells the stream of random weights from others of the same seed."""
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
_SHIFTS = (np.uint64(30), np.uint64(27), np.uint64(31))
_FRACTION_BITS = 53


@dataclass(frozen=True)
class Change:
    """One weight changed, and the weights that follow from it."""

    criterion: str
    percent: float
    weights: dict[str, float]


def one_at_a_time(
    weights: Mapping[str, float], percents: Sequence[float], *, of: Collection[str]
) -> tuple[Change, ...]:
    """
    Each weight changed by each percentage, the others scaled so that all add up to 1.

    A weight does not grow beyond 1. Only criteria in `of` are tried, those that have data; of them
    not those of weight 0 or 1: nothing changes.
    """
    changes = []
    for name, weight in weights.items():
        if weight in {0.0, 1.0} or name not in of:
            continue
        for percent in percents:
            changed = min(weight * (1.0 + percent / _PER_CENT), 1.0)
            changes.append(Change(name, percent, with_weights(weights, {name: changed})))
    return tuple(changes)


def drawn_weights(weights: Sequence[float], trials: Trials, n_runs: int, seed: int) -> Array:
    """
    Weights of Monte Carlo runs.

    Parameters
    ----------
    weights : sequence of k floats
        They add up to 1.
    trials : Trials
        ``uniform``: each weight times 1 ± up to `spread_pct` per cent, then scaled;
        ``dirichlet``: with parameters `concentration` times the weights.
    n_runs, seed : int

    Returns
    -------
    ndarray, (n_runs, k)
        Rows add up to 1; a weight of 0 stays 0.
    """
    rng = np.random.default_rng([seed, _WEIGHTS])
    base = np.asarray(weights, dtype=np.float64)
    if trials.draw == "dirichlet":
        drawn = rng.standard_gamma(
            np.maximum(base * trials.concentration, 0.0), (n_runs, len(base))
        )
    else:
        spread = trials.spread_pct / _PER_CENT
        drawn = base * (1.0 + rng.uniform(-spread, spread, (n_runs, len(base))))
    total = drawn.sum(axis=1, keepdims=True)
    return np.where(total > 0.0, drawn / np.where(total > 0.0, total, 1.0), base)


def cell_normals(seed: int, run: int, cells: npt.NDArray[np.int64]) -> tuple[Array, Array]:
    """
    Two independent standard normal numbers for each cell, the same whatever the blocks.

    Parameters
    ----------
    seed, run : int
        Not negative.
    cells : ndarray of int64
        Flat indices into the whole grid.

    Notes
    -----
    Counters are mixed by SplitMix64 and made normal by Box and Muller's transformation, so that a
    cell's numbers depend on the seed, the run and the cell, and on nothing else.

    References
    ----------
    G. L. Steele, D. Lea, C. H. Flood, Fast splittable pseudorandom number generators, OOPSLA 2014.
    """
    key = _mixed(_mixed(np.array([seed], np.uint64)) + np.array([run], np.uint64) + _GOLDEN)
    with np.errstate(over="ignore"):
        state = _mixed(key + cells.astype(np.uint64) * _GOLDEN)
        first, second = _uniform(state), _uniform(_mixed(state + _GOLDEN))
    radius = np.sqrt(-2.0 * np.log(first))
    return radius * np.cos(2.0 * np.pi * second), radius * np.sin(2.0 * np.pi * second)


def _mixed(state: Words) -> Words:
    """SplitMix64's finaliser."""
    with np.errstate(over="ignore"):
        state = (state ^ (state >> _SHIFTS[0])) * _MIX[0]
        state = (state ^ (state >> _SHIFTS[1])) * _MIX[1]
    return state ^ (state >> _SHIFTS[2])


def _uniform(state: Words) -> Array:
    """Numbers in (0, 1)."""
    fraction = (state >> np.uint64(64 - _FRACTION_BITS)).astype(np.float64)
    return (fraction + 0.5) / 2.0**_FRACTION_BITS


def shaken_slope_deg(
    gradient: tuple[Array, Array], sd: tuple[Array, Array], normals: tuple[Array, Array]
) -> npt.NDArray[np.float32]:
    """
    Slopes with one more error of the DEM.

    Parameters
    ----------
    gradient : two ndarrays, (n,)
        Eastward and northward, metres per metre, NaN where not known.
    sd : two ndarrays, (n,)
        Their standard deviations, as `dzgis.terrain.gradient_sd` gives them.
    normals : two ndarrays, (n,)

    Returns
    -------
    ndarray of float32, (n,)
        Degrees.

    Notes
    -----
    The error of each cell's own slope has the distribution that a correlated field of elevation
    errors gives it; that of two cells is drawn independently, which leaves the share of runs in
    which a cell keeps its grade what it would be with the field.
    """
    east = gradient[0] + sd[0] * normals[0]
    north = gradient[1] + sd[1] * normals[1]
    return np.degrees(np.arctan(np.hypot(east, north))).astype(np.float32)
