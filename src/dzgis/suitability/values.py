"""Value functions (赋值): from what is measured of a cell to a score, 0 … 100."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dzgis.plan.suitability_model import BEST
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from dzgis.plan.suitability_model import Band, Value

    Array = npt.NDArray[np.float64]

_TURN_DEG = 360.0
_HALF_TURN_DEG = 180.0


def score_of(value: Value, x: npt.ArrayLike, *, circular: bool = False) -> Array:
    """
    Score of what is measured.

    Parameters
    ----------
    value : Value
        Any but a table.
    x : array_like
        In the criterion's unit, NaN where not known; infinite for a distance to nothing.
    circular : bool
        Whether `x` is a direction in degrees.

    Returns
    -------
    ndarray of float64
        0 … 100, NaN where `x` is NaN.
    """
    measured = np.asarray(x, dtype=np.float64)
    functions: dict[str, Callable[[Value, Array], Array]] = {
        "classes": _classes,
        "linear": _linear,
        "logistic": _logistic,
        "gaussian": _circular if circular else _gaussian,
    }
    return np.where(np.isnan(measured), np.nan, functions[value.kind](value, measured))


def _classes(value: Value, x: Array) -> Array:
    number = np.searchsorted(np.array(value.breaks), x, side="left")
    # NaN is sorted behind all breaks; the caller masks it.
    return np.array(value.scores)[number]


def _linear(value: Value, x: Array) -> Array:
    best, worst = _number(value.best), _number(value.worst)
    return BEST * np.clip((x - worst) / (best - worst), 0.0, 1.0)


def _logistic(value: Value, x: Array) -> Array:
    from scipy.special import expit

    return BEST * np.asarray(expit(_number(value.steepness) * (x - _number(value.midpoint))))


def _gaussian(value: Value, x: Array) -> Array:
    away = (x - _number(value.optimum)) / _number(value.width)
    return BEST * np.exp(-(away**2) / 2.0)


def _circular(value: Value, x: Array) -> Array:
    away = (x - _number(value.optimum) + _HALF_TURN_DEG) % _TURN_DEG - _HALF_TURN_DEG
    return BEST * np.exp(-((away / _number(value.width)) ** 2) / 2.0)


def _number(given: float | None) -> float:
    if given is None:
        raise ValueError("a value function lacks one of its numbers")
    return given


def aspect_score(value: Value, aspect_deg: npt.ArrayLike, slope_deg: npt.ArrayLike) -> Array:
    """
    Score of an aspect; ground up to the limit of flatness has none and its own score.

    Parameters
    ----------
    value : Value
        With ``flat_up_to_deg`` and ``flat_score``.
    aspect_deg : array_like
        Clockwise from north, NaN where flat or not known.
    slope_deg : array_like
        NaN where not known: so is the score.
    """
    slope = np.asarray(slope_deg, dtype=np.float64)
    flat = slope <= _number(value.flat_up_to_deg)
    score = np.where(flat, _number(value.flat_score), score_of(value, aspect_deg, circular=True))
    return np.where(np.isnan(slope), np.nan, score)


def table_scores(value: Value, category: npt.NDArray[np.int64]) -> Array:
    """
    Scores of categories by their number in the table.

    Parameters
    ----------
    value : Value
        A table of n categories.
    category : ndarray of int
        0 … n − 1 in the table's order, negative where not known or in no category.
    """
    scores = np.array([*value.table.values(), np.nan])
    return scores[np.where(category < 0, len(value.table), category)]


def holds(bands: Sequence[Band], x: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Whether values lie in one of some bands; NaN lies in none."""
    measured = np.asarray(x, dtype=np.float64)
    found = np.zeros(measured.shape, dtype=bool)
    for band in bands:
        low = measured > band.above if band.at_least is None else measured >= band.at_least
        found |= low & (measured <= band.up_to)
    return found


def described(value: Value, unit: str) -> Text:
    """
    Value function in words: breaks and scores.

    Examples
    --------
    >>> from dzgis.plan.suitability_model import Value
    >>> described(Value(kind="classes", breaks=(8, 15), scores=(100, 60, 0)), "°").say("en")
    '≤8 ° 100; >8–15 ° 60; >15 ° 0'
    """
    words = {
        "classes": _said_classes,
        "linear": _said_linear,
        "logistic": _said_logistic,
        "gaussian": _said_gaussian,
        "table": _said_table,
    }[value.kind](value, f" {unit}" if unit else "")
    if value.flat_score is None:
        return words
    up_to = value.flat_up_to_deg
    return Text(
        f"{words.zh}；坡度 ≤{up_to:g}° 无坡向 {value.flat_score:g}",
        f"{words.en}; no aspect up to {up_to:g}° of slope {value.flat_score:g}",
    )


def _said_classes(value: Value, unit: str) -> Text:
    ends = [f"{b:g}" for b in value.breaks]
    parts = [f"≤{ends[0]}{unit} {value.scores[0]:g}"]
    between = zip(ends[:-1], ends[1:], value.scores[1:-1], strict=True)
    parts += [f">{low}–{high}{unit} {score:g}" for low, high, score in between]
    parts.append(f">{ends[-1]}{unit} {value.scores[-1]:g}")
    return Text("；".join(parts), "; ".join(parts))


def _said_linear(value: Value, unit: str) -> Text:
    return Text(
        f"线性：{value.worst:g}{unit} 为 0，{value.best:g}{unit} 为 100，两端之外取端值",
        f"linear: 0 at {value.worst:g}{unit}, 100 at {value.best:g}{unit}, level beyond",
    )


def _said_logistic(value: Value, unit: str) -> Text:
    return Text(
        f"S 形：{value.midpoint:g}{unit} 处为 50，陡度 {value.steepness:g}",
        f"logistic: 50 at {value.midpoint:g}{unit}, steepness {value.steepness:g}",
    )


def _said_gaussian(value: Value, unit: str) -> Text:
    return Text(
        f"钟形：{value.optimum:g}{unit} 处为 100，宽度 {value.width:g}{unit}",
        f"gaussian: 100 at {value.optimum:g}{unit}, width {value.width:g}{unit}",
    )


def _said_table(value: Value, _: str) -> Text:
    parts = [f"{name} {score:g}" for name, score in value.table.items()]
    return Text("；".join(parts), "; ".join(parts))
