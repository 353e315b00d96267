"""From what was measured of cells to their index and grade, by a scheme; pure, on flat arrays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from dzgis.suitability.evaluate import (
    grade_of,
    grade_of_criterion,
    index_of,
    index_of_grade,
    integrated,
    limited,
    lowered,
    steps_down,
)
from dzgis.suitability.ground_cover import OUTSIDE, UNKNOWN
from dzgis.suitability.values import aspect_score, holds, score_of, table_scores

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from dzgis.plan.suitability_model import Criterion, Limit, Measure, Scheme

    Array = npt.NDArray[np.float64]
    Floats = npt.NDArray[np.floating]
    Index = npt.NDArray[np.float32]
    Grades = npt.NDArray[np.uint8]
    Mask = npt.NDArray[np.bool_]
    Found = npt.NDArray[np.floating] | npt.NDArray[np.int64] | None


@dataclass(frozen=True)
class Measured:
    """
    What was measured of n cells.

    Attributes
    ----------
    slope_deg : ndarray of float32, (n,)
    criteria, limits, lowerings : tuple of ndarray or None
        In the scheme's order: numbers, NaN where not known; or numbers of categories, as
        `largest_class` gives them. None where the source was not given.
    integration : ndarray or None
    """

    slope_deg: Floats
    criteria: tuple[Found, ...]
    limits: tuple[Found, ...]
    lowerings: tuple[Found, ...]
    integration: Found = None


@dataclass(frozen=True)
class Parts:
    """
    What grades are made of, for n cells, k criteria and m limits.

    Attributes
    ----------
    scores : ndarray of float32, (k, n)
    limits : ndarray of bool, (m, n)
        Whether each limiting condition holds.
    unknown : ndarray of bool, (n,)
        Whether a limit or downgrade that must be known is not.
    down : ndarray of int16, (n,)
    basis : ndarray or None
        Measure of the criterion that decides grades.
    """

    scores: Index
    limits: Mask
    unknown: Mask
    down: npt.NDArray[np.int16]
    basis: Floats | None


def parts_of(scheme: Scheme, measured: Measured) -> Parts:
    """Scores, limits and downgrades of what was measured."""
    n = len(measured.slope_deg)
    scores = [
        _score(one, found, measured.slope_deg)
        for one, found in zip(scheme.criteria, measured.criteria, strict=True)
    ]
    limits = [
        _limit(one, found, n) for one, found in zip(scheme.limits, measured.limits, strict=True)
    ]
    return Parts(
        np.array(scores, dtype=np.float32).reshape(len(scheme.criteria), n),
        np.array(limits, dtype=bool).reshape(len(scheme.limits), n),
        _unknown(scheme, measured),
        _down(scheme, measured),
        _basis(scheme, measured),
    )


def shaken(scheme: Scheme, measured: Measured, parts: Parts, slope_deg: Floats) -> Parts:
    """The same with other slopes; what does not depend on the slope is not made again."""
    new = replace(
        measured,
        slope_deg=slope_deg,
        criteria=_with_slope(scheme.criteria, measured.criteria, slope_deg),
        limits=_with_slope(scheme.limits, measured.limits, slope_deg),
        lowerings=_with_slope(scheme.lowerings, measured.lowerings, slope_deg),
    )
    scores, limits = parts.scores.copy(), parts.limits.copy()
    for k, one in enumerate(scheme.criteria):
        if is_slope(one.of):
            scores[k] = _score(one, slope_deg, slope_deg)
    for m, limit in enumerate(scheme.limits):
        if is_slope(limit.of):
            limits[m] = _limit(limit, slope_deg, len(slope_deg))
    down = _down(scheme, new) if any(is_slope(one.of) for one in scheme.lowerings) else parts.down
    return Parts(scores, limits, parts.unknown, down, _basis(scheme, new))


def cells_of(scheme: Scheme, measured: Measured, where: Mask) -> tuple[Measured, Parts]:
    """What was measured of some of the cells, and its parts."""
    fewer = Measured(
        measured.slope_deg[where],
        _cut(measured.criteria, where),
        _cut(measured.limits, where),
        _cut(measured.lowerings, where),
        None if measured.integration is None else measured.integration[where],
    )
    return fewer, parts_of(scheme, fewer)


def _cut(found: tuple[Found, ...], where: Mask) -> tuple[Found, ...]:
    return tuple(None if one is None else one[where] for one in found)


def is_slope(of: Measure) -> bool:
    """Whether a measure is the slope itself."""
    return of.kind == "terrain" and of.raster == "slope"


def graded(
    scheme: Scheme, parts: Parts, weights: Sequence[float], integration: Found = None
) -> tuple[Grades, Index]:
    """
    Grade and index.

    Parameters
    ----------
    scheme : Scheme
    parts : Parts
    weights : sequence of k floats
        Not used where a criterion decides grades.
    integration : ndarray, optional
        Grades of the other evaluation; None where there are none.

    Returns
    -------
    grade : ndarray of uint8, (n,)
        1 … g, 0 where not known.
    index : ndarray of float32, (n,)
        0 … 100; NaN where not known. By weights it is that before downgrades; where a criterion
        decides, that of the grade in the end.
    """
    n = len(scheme.grading.classes)
    if parts.basis is None:
        skip = [one.missing == "skip" for one in scheme.criteria]
        index = index_of(parts.scores, weights, skip)
        grade = grade_of(index, scheme.grading)
    else:
        grade = grade_of_criterion(parts.basis, scheme.grading)
    grade = np.where(parts.unknown, np.uint8(0), lowered(grade, parts.down, n))
    grade = _integrated(scheme, grade, integration)
    if parts.basis is not None:
        index = index_of_grade(grade, scheme.grading)
    index = np.where(grade == 0, np.float32(np.nan), index)
    return limited(grade, index, np.asarray(parts.limits.any(axis=0)), n)


def _integrated(scheme: Scheme, grade: Grades, other: Found) -> Grades:
    rule = scheme.integration
    if rule is None:
        return grade
    if other is None:
        return grade if rule.missing == "skip" else np.zeros_like(grade)
    return integrated(grade, other, rule.rows, skip=rule.missing == "skip")


def _score(one: Criterion, found: Found, slope_deg: Floats) -> Array:
    if found is None:
        return np.full(len(slope_deg), np.nan)
    if one.value.kind == "table":
        return table_scores(one.value, _categories(one, found))
    if one.of.kind == "terrain" and one.of.raster == "aspect":
        return aspect_score(one.value, found, slope_deg)
    return score_of(one.value, found)


def _categories(one: Criterion, found: Found) -> npt.NDArray[np.int64]:
    """Numbers of categories, with ground outside all polygons as the criterion has it."""
    names = list(one.value.table)
    outside = UNKNOWN if one.of.outside is None else names.index(one.of.outside)
    number = np.asarray(found, dtype=np.int64)
    return np.where(number == OUTSIDE, outside, number)


def _limit(one: Limit, found: Found, n: int) -> Mask:
    if found is None:
        return np.zeros(n, dtype=bool)
    return np.asarray(found) >= 0 if one.values else holds(one.bands, found)


def _unknown(scheme: Scheme, measured: Measured) -> Mask:
    unknown = np.zeros(len(measured.slope_deg), dtype=bool)
    for limit, found in zip(scheme.limits, measured.limits, strict=True):
        if limit.missing == "unknown" and found is not None and not limit.values:
            unknown |= np.isnan(found)
    for lowering, found in zip(scheme.lowerings, measured.lowerings, strict=True):
        if lowering.missing == "unknown":
            unknown |= True if found is None else np.isnan(found)
    return unknown


def _down(scheme: Scheme, measured: Measured) -> npt.NDArray[np.int16]:
    n = len(scheme.grading.classes)
    down = np.zeros(len(measured.slope_deg), dtype=np.int16)
    for lowering, found in zip(scheme.lowerings, measured.lowerings, strict=True):
        if found is not None:
            down += steps_down(found, lowering.steps, n)
    return down


def _basis(scheme: Scheme, measured: Measured) -> Floats | None:
    decides = scheme.grading.criterion
    if decides is None:
        return None
    found = measured.criteria[scheme.ids.index(decides)]
    return np.full(len(measured.slope_deg), np.nan) if found is None else np.asarray(found)


def _with_slope(
    parts: Sequence[object], found: tuple[Found, ...], slope_deg: Floats
) -> tuple[Found, ...]:
    return tuple(
        slope_deg if is_slope(part.of) else one  # type: ignore[attr-defined] # all have a measure
        for part, one in zip(parts, found, strict=True)
    )
