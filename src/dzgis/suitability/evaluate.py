"""Index and grade of cells (适宜性指数与等级): limits first, then the index, then downgrades."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dzgis.plan.suitability_model import WORST

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from dzgis.plan.suitability_model import DownStep, Grading

    Array = npt.NDArray[np.float64]
    Index = npt.NDArray[np.float32]
    Grades = npt.NDArray[np.uint8]
    Mask = npt.NDArray[np.bool_]

INDEX_DECIMALS = 4
"""The index is rounded before it is graded, so that rounding of sums moves no cell over a limit."""


def index_of(scores: npt.ArrayLike, weights: npt.ArrayLike, skip: npt.ArrayLike) -> Index:
    """
    Weighted mean of scores.

    Parameters
    ----------
    scores : array_like, (k, n)
        0 … 100, NaN where not known.
    weights : array_like, (k,)
        Not negative; their sum does not matter.
    skip : array_like of bool, (k,)
        Criteria that are left out where they are not known, the other weights being scaled up; any
        other makes the cell unknown, unless its weight is 0.

    Returns
    -------
    ndarray of float32, (n,)
        0 … 100, rounded to `INDEX_DECIMALS`; NaN where not known, or where nothing that is known
        has a weight.
    """
    from dzgis.suitability.index_kernel import weighted_index

    found: Index = weighted_index(
        np.atleast_2d(np.asarray(scores)),
        np.asarray(weights, dtype=np.float64),
        np.asarray(skip, dtype=bool),
        10.0**INDEX_DECIMALS,
    )
    return found


def grade_of(index: npt.ArrayLike, grading: Grading) -> Grades:
    """
    Grades of an index: the first whose limit it is above, the last where it is above none.

    Returns
    -------
    ndarray of uint8
        1 … n, 0 where the index is NaN.
    """
    value = np.asarray(index, dtype=np.float32)
    limits = np.array(grading.limits[::-1], dtype=np.float32)
    below = len(limits) - np.searchsorted(limits, value, side="left")
    return np.where(np.isnan(value), 0, below + 1).astype(np.uint8)


def grade_of_criterion(measured: npt.ArrayLike, grading: Grading) -> Grades:
    """Grades of a criterion's measure, right-closed; 0 where it is NaN."""
    value = np.asarray(measured, dtype=np.float64)
    number = np.searchsorted(np.array(grading.limits), value, side="left") + 1
    return np.where(np.isnan(value), 0, number).astype(np.uint8)


def steps_down(measured: npt.ArrayLike, steps: Sequence[DownStep], n: int) -> npt.NDArray[np.int16]:
    """
    By how many grades a measure lowers cells; the last step that is reached counts.

    Parameters
    ----------
    measured : array_like
        NaN reaches none.
    steps : sequence of DownStep
    n : int
        Number of grades; a step to the last one lowers by as many.
    """
    value = np.asarray(measured, dtype=np.float64)
    down = np.zeros(value.shape, dtype=np.int16)
    for step in steps:
        if step.above is not None:
            reached = value > step.above
        elif step.at_least is not None:
            reached = value >= step.at_least
        else:
            reached = value < (step.below or 0.0)
        down[reached] = n if step.to_last else step.grades
    return down


def lowered(grade: Grades, down: npt.NDArray[np.int16], n: int) -> Grades:
    """Grades lowered, to the last one at most; what is unknown stays so."""
    moved = np.minimum(grade.astype(np.int16) + down, n)
    return np.where(grade == 0, 0, moved).astype(np.uint8)


def integrated(
    grade: Grades, other: npt.ArrayLike, rows: Sequence[Sequence[int]], *, skip: bool
) -> Grades:
    """
    Grades by the integration matrix.

    Parameters
    ----------
    grade : ndarray of uint8, (n,)
        1 … number of rows, 0 where not known.
    other : array_like, (n,)
        Grades of the other evaluation from 1; NaN, or none of the matrix, where not known.
    rows : sequence of sequences of int
    skip : bool
        Whether cells without the other grade keep theirs; else they are not known.
    """
    table = np.array(rows, dtype=np.uint8)
    theirs = np.asarray(other, dtype=np.float64)
    known = (theirs >= 1.0) & (theirs <= table.shape[1]) & (theirs == np.floor(theirs))
    row = np.where(grade == 0, 1, grade).astype(np.int64) - 1
    column = np.where(known, theirs, 1.0).astype(np.int64) - 1
    without = grade if skip else np.zeros_like(grade)
    return np.where(grade == 0, 0, np.where(known, table[row, column], without)).astype(np.uint8)


def limited(grade: Grades, index: Index, limit: Mask, n: int) -> tuple[Grades, Index]:
    """
    Grades and index under limiting conditions: the last grade and 0, whatever else is not known.

    Parameters
    ----------
    grade, index : ndarray, (n,)
    limit : ndarray of bool, (n,)
    n : int
        Number of grades.
    """
    return (
        np.where(limit, n, grade).astype(np.uint8),
        np.where(limit, np.float32(WORST), index).astype(np.float32),
    )


def index_of_grade(grade: Grades, grading: Grading) -> Index:
    """Index of each grade, where a criterion decides the grade; NaN where not known."""
    table = np.array([np.nan, *(one.index for one in grading.classes)], dtype=np.float32)
    return np.asarray(table[grade])
