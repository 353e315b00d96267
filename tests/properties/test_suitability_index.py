"""What must hold of weights, scores, index, grades and distances whatever they are."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal

from dzgis.plan.suitability import load_scheme
from dzgis.plan.suitability_model import Value
from dzgis.suitability import (
    ahp,
    cell_normals,
    contiguity_ha,
    cost_distance,
    grade_of,
    index_of,
    rank_weights,
    score_of,
    with_weights,
)

CALM = settings(max_examples=40)
K, N = 4, 7
SCORES = arrays(
    np.float32,
    (K, N),
    elements=st.one_of(st.just(np.float32(np.nan)), st.floats(0, 100, width=32)),
)
WEIGHTS = arrays(np.float64, K, elements=st.floats(0.01, 1))
SKIP = arrays(np.bool_, K)
GRADING = load_scheme().grading
NUMBERS = st.floats(-1e4, 1e4)
VALUES = st.one_of(
    st.builds(
        lambda ends, scores: Value(
            kind="classes", breaks=tuple(sorted(ends)), scores=scores[: len(ends) + 1]
        ),
        st.sets(st.integers(-50, 50), min_size=1, max_size=4),
        st.tuples(*[st.floats(0, 100)] * 5),
    ),
    st.builds(
        lambda best, step: Value(kind="linear", best=best, worst=best + step),
        NUMBERS,
        st.floats(0.1, 1e4) | st.floats(-1e4, -0.1),
    ),
    st.builds(Value, kind=st.just("logistic"), midpoint=NUMBERS, steepness=st.floats(-9, 9)),
    st.builds(Value, kind=st.just("gaussian"), optimum=NUMBERS, width=st.floats(0.1, 1e4)),
)


@CALM
@given(VALUES, arrays(np.float64, 9, elements=st.one_of(st.just(np.nan), NUMBERS)))
def test_scores_are_0_to_100_and_unknown_where_the_measure_is(value, x):
    before = x.copy()
    score = score_of(value, x)
    assert_array_equal(np.isnan(score), np.isnan(x))
    known = score[~np.isnan(score)]
    assert ((known >= 0.0) & (known <= 100.0)).all()
    assert_array_equal(x, before)


@CALM
@given(SCORES, WEIGHTS, SKIP)
def test_the_index_lies_between_the_scores_it_is_made_of(scores, weights, skip):
    index = index_of(scores, weights, skip)
    must = np.isnan(scores[~skip]).any(axis=0) | np.isnan(scores).all(axis=0)
    assert_array_equal(np.isnan(index), must)
    for column, value in zip(scores.T, index, strict=True):
        known = column[~np.isnan(column)]
        if not np.isnan(value):
            assert known.min() - 1e-3 <= value <= known.max() + 1e-3


@CALM
@given(SCORES, WEIGHTS, SKIP, st.floats(0.01, 100))
def test_the_scale_of_weights_does_not_matter(scores, weights, skip, scale):
    once, scaled = index_of(scores, weights, skip), index_of(scores, weights * scale, skip)
    assert_allclose(once, scaled, atol=2e-4)


@CALM
@given(SCORES, WEIGHTS, SKIP, st.integers(0, K - 1), st.floats(0, 100, width=32))
def test_a_better_score_never_makes_a_worse_index_or_grade(scores, weights, skip, row, more):
    better = scores.copy()
    better[row] = np.maximum(better[row], np.float32(more))
    low, high = index_of(scores, weights, skip), index_of(better, weights, skip)
    known = ~np.isnan(low) & ~np.isnan(scores[row])
    assert (high[known] >= low[known]).all()
    assert (grade_of(high, GRADING)[known] <= grade_of(low, GRADING)[known]).all()


@CALM
@given(SCORES, WEIGHTS, SKIP, st.permutations(range(N)))
def test_the_order_of_cells_changes_nothing(scores, weights, skip, order):
    index = index_of(scores, weights, skip)
    assert_array_equal(index_of(scores[:, order], weights, skip), index[order])
    assert_array_equal(index_of(scores[:, 2:5], weights, skip), index[2:5])


@CALM
@given(arrays(np.float64, 5, elements=st.floats(0.2, 1.8)))
def test_ahp_gives_back_consistent_weights_whatever_their_scale(raw):
    found = ahp("abcde", raw[:, None] / raw[None, :])
    assert_allclose(found.weights, raw / raw.sum(), rtol=1e-9)
    assert found.cr == 0.0


@CALM
@given(st.integers(1, 12), st.sampled_from(["sum", "reciprocal", "centroid"]))
def test_ranks_fall_and_add_up(n, formula):
    weights = rank_weights(n, formula)
    assert_allclose(sum(weights), 1.0)
    assert list(weights) == sorted(weights, reverse=True)
    assert min(weights) > 0.0


@CALM
@given(WEIGHTS, st.floats(0, 1))
def test_a_weight_that_is_set_leaves_the_ratios_of_the_others(raw, weight):
    base = dict(zip("abcd", (raw / raw.sum()).tolist(), strict=True))
    found = with_weights(base, {"a": weight})
    assert_allclose(sum(found.values()), 1.0)
    assert found["a"] == weight
    assert_allclose(found["b"] * base["c"], found["c"] * base["b"], atol=1e-12)


@CALM
@given(arrays(np.float64, (5, 6), elements=st.sampled_from([1.0, 2.0, 8.0, np.inf])))
def test_a_lower_cost_or_one_more_target_never_makes_a_way_longer(cost):
    side = np.full(5, 10.0)
    targets = np.zeros(cost.shape, dtype=bool)
    targets[0, 0] = True
    far = cost_distance(cost, targets, side, side)
    cheap = cost_distance(np.where(np.isinf(cost), np.inf, 1.0), targets, side, side)
    assert (cheap <= far).all()
    targets[4, 5] = True
    assert (cost_distance(cost, targets, side, side) <= far).all()


@CALM
@given(arrays(np.bool_, (6, 5)))
def test_patches_add_up_to_their_cells(mask):
    found = contiguity_ha(mask, 10_000.0)
    assert_array_equal(found > 0, mask)
    # each patch counts its own hectares once for every cell of it
    sizes = found[mask]
    assert_allclose((1.0 / sizes).sum(), round((1.0 / sizes).sum()), atol=1e-4)


@CALM
@given(st.integers(0, 2**31), st.integers(0, 500), st.integers(0, 10**12))
def test_normals_of_a_cell_are_its_own(seed, run, cell):
    alone = cell_normals(seed, run, np.array([cell]))
    among = cell_normals(seed, run, np.arange(cell, cell + 5))
    assert alone[0][0] == among[0][0]
    assert alone[1][0] == among[1][0]
    assert np.isfinite(among).all()
