"""
Probability that a gradient with normal errors lies within a disc: the compiled inner loop.

Kept apart from `dzgis.terrain.uncertainty`: importing numba costs a third of a second, so this
module is imported where it is used.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

from dzgis.compiled import compiled

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[np.float64]

REACH_SD = 6.0
"""Beyond so many standard deviations a normal error is left out: 2e-9 of all."""

_PER_SD = 32
_DENSITY = 1.0 / math.sqrt(2.0 * math.pi)
_GRAZING_SD = 5.5
"""So far off the axis, the ends of the chord carry less than 1e-7."""

_N_CLEAR, _N_GRAZING = 16, 32
_N_SMALL_DISC, _N_ENDS = 20, 32
_SMALL_DISC_SD = 3.0
"""Radius up to which fewer nodes do."""
_ONE_END, _BOTH_ENDS = 0, 1


def _normal_table() -> tuple[Array, Array]:
    """Normal distribution at steps of 1/32 up to the reach, and its slope times the step."""
    x = np.arange(-REACH_SD * _PER_SD, REACH_SD * _PER_SD + 1.0, dtype=np.float64) / _PER_SD
    slopes: Array = _DENSITY * np.exp(-(x**2) / 2.0) / _PER_SD
    return ndtr(x), slopes


def _plain_rule(n: int) -> tuple[Array, Array]:
    """Offsets in standard deviations and weights of the midpoint rule for a normal density."""
    step = 2.0 * REACH_SD / n
    away = (np.arange(n, dtype=np.float64) + 0.5) * step - REACH_SD
    return away, step * _DENSITY * np.exp(-(away**2) / 2.0)


def _end_rules(n: int) -> tuple[Array, Array]:
    """
    Gauss-Legendre nodes and weights on [0, 1] where one or both ends are those of the chord.

    The chord of a circle, √(r² − x²), is upright at ±r. There x is substituted so that the chord
    becomes smooth: 1 − x ∝ (1 − t)² at one end, x = sin at both. A row for each of the two.
    """
    node, weight = np.polynomial.legendre.leggauss(n)
    t, w = (node + 1.0) / 2.0, weight / 2.0
    turn = np.pi * (t - 0.5)
    place = np.stack([t * (2.0 - t), (1.0 + np.sin(turn)) / 2.0])
    return place, np.stack([w * 2.0 * (1.0 - t), w * np.pi / 2.0 * np.cos(turn)])


_NORMAL, _NORMAL_STEP = _normal_table()
_CLEAR_AWAY, _CLEAR_WEIGHT = _plain_rule(_N_CLEAR)
_GRAZING_AWAY, _GRAZING_WEIGHT = _plain_rule(_N_GRAZING)
_PLACE, _WEIGHT = _end_rules(_N_ENDS)
_SMALL_PLACE, _SMALL_WEIGHT = _end_rules(_N_SMALL_DISC)


@compiled()
def _normal(x: float) -> float:
    """Probability that a standard normal value is at most x: cubic between steps, to 4e-9."""
    if x >= REACH_SD:
        return 1.0
    if x <= -REACH_SD:
        return 0.0
    steps = (x + REACH_SD) * _PER_SD
    i = int(steps)
    t = steps - i
    rise = _NORMAL[i + 1] - _NORMAL[i]
    bend = _NORMAL_STEP[i] - rise
    turn = _NORMAL_STEP[i + 1] - rise
    near: float = _NORMAL[i] + t * (rise + (1.0 - t) * (bend * (1.0 - t) - turn * t))
    return near


@compiled()
def _plain(p: float, q: float, sd_p: float, sd_q: float, radius: float) -> float:
    """Integral over the whole normal density of p, where the chord's ends do not matter."""
    clear = p + REACH_SD * sd_p <= radius
    away, weight = (_CLEAR_AWAY, _CLEAR_WEIGHT) if clear else (_GRAZING_AWAY, _GRAZING_WEIGHT)
    total = 0.0
    for i in range(away.size):
        x = p + sd_p * away[i]
        square = radius * radius - x * x
        if square > 0.0:
            chord = math.sqrt(square)
            within = _normal((chord - q) / sd_q) - _normal((-chord - q) / sd_q)
            total += weight[i] * within
    return total


@compiled()
def _cut(p: float, q: float, sd_p: float, sd_q: float, radius: float) -> float:
    """Integral up to the chord's upper end, and from its lower end where that is near."""
    low = p - REACH_SD * sd_p
    kind = _ONE_END
    if low < -radius:
        low, kind = -radius, _BOTH_ENDS
    span = radius - low
    small = radius < _SMALL_DISC_SD * min(sd_p, sd_q)
    place, weight = (_SMALL_PLACE, _SMALL_WEIGHT) if small else (_PLACE, _WEIGHT)
    total = 0.0
    for i in range(place.shape[1]):
        x = low + span * place[kind, i]
        chord = math.sqrt(max(radius * radius - x * x, 0.0))
        within = _normal((chord - q) / sd_q) - _normal((-chord - q) / sd_q)
        away = (x - p) / sd_p
        total += weight[kind, i] * math.exp(-0.5 * away * away) * within
    return total * span * _DENSITY / sd_p


@compiled()
def disc_probability(p: float, q: float, sd_p: float, sd_q: float, radius: float) -> float:
    """
    Probability that (p, q), each with an independent normal error, lies within a disc.

    Parameters
    ----------
    p, q : float
        Centre of the normal distribution.
    sd_p, sd_q : float
        Standard deviations, positive.
    radius : float
        Of the disc about the origin, same unit.

    Returns
    -------
    float
        In [0, 1], to 1e-6 where the two deviations differ by no more than 2.5 times.

    Notes
    -----
    ∫ φ((x − p)/σp)/σp · [Φ((h − q)/σq) − Φ((−h − q)/σq)] dx with h = √(r² − x²), along the axis
    for which p·σp is the smaller: the second factor then varies no faster than the first.
    """
    if radius <= 0.0:
        return 0.0
    p, q = abs(p), abs(q)
    if p * sd_p > q * sd_q:
        p, q, sd_p, sd_q = q, p, sd_q, sd_p
    margin = REACH_SD * max(sd_p, sd_q)
    distance = math.hypot(p, q) - radius
    if distance > margin:
        return 0.0
    if distance < -margin:
        return 1.0
    if p - REACH_SD * sd_p >= radius:
        return 0.0
    if p + REACH_SD * sd_p <= radius or q > _GRAZING_SD * sd_q:
        total = _plain(p, q, sd_p, sd_q, radius)
    else:
        total = _cut(p, q, sd_p, sd_q, radius)
    return min(max(total, 0.0), 1.0)


@compiled()
def ring_probability(
    east: Array, north: Array, sd_east: Array, sd_north: Array, inner: float, outer: float
) -> npt.NDArray[np.float32]:
    """
    Probability that each gradient of a block lies between two circles.

    Parameters
    ----------
    east, north : ndarray of float64, (rows, cols)
        NaN where not known.
    sd_east, sd_north : ndarray of float64, (rows,)
        Positive.
    inner, outer : float
        Radii; 0 or less for no inner circle, infinite for no outer one.

    Returns
    -------
    ndarray of float32, (rows, cols)
        NaN where a gradient is not known.
    """
    result = np.full(east.shape, np.nan, np.float32)
    for row in range(east.shape[0]):
        sd_p, sd_q = sd_east[row], sd_north[row]
        for col in range(east.shape[1]):
            p, q = east[row, col], north[row, col]
            if not math.isnan(p + q):
                within = disc_probability(p, q, sd_p, sd_q, outer)
                without = disc_probability(p, q, sd_p, sd_q, inner)
                result[row, col] = max(within - without, 0.0)
    return result
