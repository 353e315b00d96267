"""Value functions, ends of intervals, and what grades are made of: all worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from dzgis.plan.suitability import load_scheme
from dzgis.plan.suitability_model import Band, DownStep, Value
from dzgis.suitability import described, grade_of, holds, index_of, score_of
from dzgis.suitability.evaluate import (
    grade_of_criterion,
    index_of_grade,
    integrated,
    limited,
    lowered,
    steps_down,
)
from dzgis.suitability.values import aspect_score, table_scores

NAN = float("nan")
CLASSES = Value(kind="classes", breaks=(8, 15, 25), scores=(100, 80, 60, 0))


def test_classes_are_right_closed():
    x = [-1, 0, 8, np.nextafter(8, 9), 15, 15.0001, 25, 26, math.inf, NAN]
    assert_array_equal(score_of(CLASSES, x), [100, 100, 100, 80, 80, 60, 60, 0, 0, NAN])


def test_linear_falls_or_rises_and_is_level_beyond():
    falling = Value(kind="linear", best=2000, worst=20_000)
    x = [0, 2000, 6500, 11_000, 20_000, 99_999, math.inf, NAN]
    assert_array_equal(score_of(falling, x), [100, 100, 75, 50, 0, 0, 0, NAN])
    rising = Value(kind="linear", best=10, worst=0)
    assert_array_equal(score_of(rising, [-5, 0, 2.5, 10, 11]), [0, 0, 25, 100, 100])


def test_logistic():
    falling = Value(kind="logistic", midpoint=15, steepness=-0.5)
    # 100/(1 + e^(0.5·(x − 15))): 50 at 15, 100/(1 + e) at 17, the rest of 100 at 13
    e = math.e
    assert_allclose(score_of(falling, [15, 17, 13]), [50, 100 / (1 + e), 100 * e / (1 + e)])
    assert_array_equal(score_of(falling, [math.inf, -math.inf, NAN]), [0, 100, NAN])


def test_gaussian_and_the_same_around_the_circle():
    bell = Value(kind="gaussian", optimum=10, width=5)
    one_width = 100 * math.exp(-0.5)
    assert_allclose(score_of(bell, [10, 15, 5, math.inf]), [100, one_width, one_width, 0])
    south = Value(kind="gaussian", optimum=350, width=20)
    # 10° is 20° from 350° across north; on a line it would be 340° away
    assert_allclose(score_of(south, [350, 10, 330], circular=True), [100, one_width, one_width])
    assert score_of(south, 10) == pytest.approx(0)


def test_flat_ground_has_no_aspect_but_a_score():
    south = Value(kind="gaussian", optimum=180, width=60, flat_up_to_deg=2, flat_score=90)
    aspect, slope = [180, 0, NAN, NAN, 180], [10, 2, 0, 10, NAN]
    # facing south; almost flat; flat, which has no aspect; unknown aspect; unknown slope
    assert_array_equal(aspect_score(south, aspect, slope), [100, 90, 90, NAN, NAN])


def test_categories():
    table = Value(kind="table", table={"great": 40, "small": 80, "none": 100})
    assert_array_equal(table_scores(table, np.array([0, 1, 2, -1, -2])), [40, 80, 100, NAN, NAN])


def test_bands():
    right_closed = (Band(above=8, up_to=15), Band(above=25))
    assert_array_equal(
        holds(right_closed, [8, 8.01, 15, 15.01, 25, 25.01, NAN]), [0, 1, 1, 0, 0, 1, 0]
    )
    assert_array_equal(holds((Band(at_least=0.5),), [0.49, 0.5, 1.0]), [0, 1, 1])


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (CLASSES, "°", "≤8 ° 100; >8–15 ° 80; >15–25 ° 60; >25 ° 0"),
        (Value(kind="linear", best=1, worst=9), "m", "linear: 0 at 9 m, 100 at 1 m, level beyond"),
        (Value(kind="table", table={"a": 1, "b": 2}), "", "a 1; b 2"),
    ],
)
def test_functions_in_words(value, unit, words):
    assert described(value, unit).say("en") == words


# ------------------------------------------------------------------ index


def test_index_by_hand():
    scores = np.array([[100, 60, NAN, 60, NAN], [50, 0, 80, NAN, NAN]], dtype=np.float32)
    # weights 3 : 1, the second may be left out: (300 + 50)/4, (180 + 0)/4, unknown, 60, unknown
    assert_array_equal(index_of(scores, [3, 1], [False, True]), [87.5, 45, NAN, 60, NAN])
    # neither may be left out
    assert_array_equal(index_of(scores, [3, 1], [False, False]), [87.5, 45, NAN, NAN, NAN])
    # both may: what is known decides alone
    assert_array_equal(index_of(scores, [3, 1], [True, True]), [87.5, 45, 80, 60, NAN])
    # a criterion of no weight need not be known
    assert_array_equal(index_of(scores, [0, 1], [False, True]), [50, 0, 80, NAN, NAN])


def test_index_is_that_of_plain_numpy():
    rng = np.random.default_rng(7)
    scores = rng.uniform(0, 100, (5, 400)).astype(np.float32)
    weights = rng.uniform(0, 1, 5)
    plain = np.round((weights[:, None] * scores.astype(float)).sum(axis=0) / weights.sum(), 4)
    assert_array_equal(index_of(scores, weights, [True] * 5), plain.astype(np.float32))


def test_rounding_moves_no_cell_over_a_limit():
    # 0.1·80 + 0.2·80 + 0.7·80 is 80.00000000000001 in doubles; the limit "above 80" is not passed
    weights = np.array([0.1, 0.2, 0.7])
    index = index_of(np.full((3, 1), 80.0), weights, [False] * 3)
    assert_array_equal(grade_of(index, load_scheme().grading), [2])


def test_grades_of_an_index_are_right_closed():
    grading = load_scheme().grading  # above 80, 65, 50
    index = [100, 80.0001, 80, 65.0001, 65, 50.0001, 50, 0, NAN]
    assert_array_equal(grade_of(index, grading), [1, 1, 2, 2, 3, 3, 4, 4, 0])


def test_grades_of_a_criterion_are_right_closed():
    grading = load_scheme("double_evaluation_urban").grading  # ≤3, 8, 15, 25
    slope = [0, 3, 3.01, 8, 8.01, 15, 15.01, 25, 25.01, NAN]
    assert_array_equal(grade_of_criterion(slope, grading), [1, 1, 2, 2, 3, 3, 4, 4, 5, 0])
    assert_array_equal(index_of_grade(np.array([0, 1, 3, 5], np.uint8), grading), [NAN, 100, 50, 0])


def test_steps_down_the_last_one_reached_counts():
    steps = (DownStep(at_least=3500, grades=1), DownStep(at_least=5000, to_last=True))
    height = [3499.9, 3500, 4999.9, 5000, NAN]
    assert_array_equal(steps_down(height, steps, 5), [0, 1, 1, 5, 0])
    relief = (DownStep(above=100, grades=1), DownStep(above=200, grades=2))
    assert_array_equal(steps_down([100, 100.1, 200, 200.1], relief, 5), [0, 1, 1, 2])
    assert_array_equal(steps_down([0.9, 1.0], (DownStep(below=1, grades=1),), 5), [1, 0])


def test_lowered_to_the_last_at_most_and_unknown_stays():
    grade = np.array([1, 4, 5, 0], np.uint8)
    assert_array_equal(lowered(grade, np.array([2, 2, 2, 2], np.int16), 5), [3, 5, 5, 0])


def test_limits_overrule_all_else_even_what_is_not_known():
    grade, index = np.array([1, 0, 2], np.uint8), np.array([90, NAN, 70], np.float32)
    worst, nothing = limited(grade, index, np.array([True, True, False]), 4)
    assert_array_equal(worst, [4, 4, 2])
    assert_array_equal(nothing, [0, 0, 70])


# Land grade down, water grade across, as the draft of 2019-07 has it.
MATRIX = (
    (1, 1, 1, 2, 3),
    (1, 1, 2, 2, 3),
    (2, 2, 3, 3, 4),
    (3, 4, 4, 5, 5),
    (5, 5, 5, 5, 5),
)


def test_integration_matrix_every_pair():
    rule = load_scheme("double_evaluation_urban").integration
    land, water = (one.ravel() for one in np.meshgrid(range(1, 6), range(1, 6), indexing="ij"))
    found = integrated(land.astype(np.uint8), water, rule.rows, skip=True)
    assert_array_equal(found.reshape(5, 5), MATRIX)


def test_integration_without_the_other_grade():
    grade = np.array([2, 2, 2, 0], np.uint8)
    other = [NAN, 6, 2.5, 1]
    assert_array_equal(integrated(grade, other, MATRIX, skip=True), [2, 2, 2, 0])
    assert_array_equal(integrated(grade, other, MATRIX, skip=False), [0, 0, 0, 0])
