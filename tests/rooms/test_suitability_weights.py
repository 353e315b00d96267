"""Weights: AHP against Saaty's published examples and numpy, ranks against their formulas.

The two published matrices: relative consumption of drinks in the United States (T. L. Saaty,
Decision making with the analytic hierarchy process, Int. J. Services Sciences 1, 2008) and wealth
of nations (T. L. Saaty, J. Math. Psychology 15, 1977); weights as quoted, to three decimals.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from dzgis.errors import InputError
from dzgis.plan.suitability import ahp_rules, load_scheme
from dzgis.plan.suitability_model import Weights
from dzgis.suitability import (
    ahp,
    given_weights,
    rank_weights,
    weights_of,
    with_weights,
    worst_judgement,
)

DRINKS = ("coffee", "wine", "tea", "beer", "sodas", "milk", "water")
DRUNK = (
    (1, 9, 5, 2, 1, 1, 1 / 2),
    (1 / 9, 1, 1 / 3, 1 / 9, 1 / 9, 1 / 9, 1 / 9),
    (1 / 5, 3, 1, 1 / 3, 1 / 4, 1 / 3, 1 / 9),
    (1 / 2, 9, 3, 1, 1 / 2, 1, 1 / 3),
    (1, 9, 4, 2, 1, 2, 1 / 2),
    (1, 9, 3, 1, 1 / 2, 1, 1 / 3),
    (2, 9, 9, 3, 2, 3, 1),
)
NATIONS = ("US", "USSR", "China", "France", "UK", "Japan", "W. Germany")
WEALTH = (
    (1, 4, 9, 6, 6, 5, 5),
    (1 / 4, 1, 7, 5, 5, 3, 4),
    (1 / 9, 1 / 7, 1, 1 / 5, 1 / 5, 1 / 7, 1 / 5),
    (1 / 6, 1 / 5, 5, 1, 1, 1 / 3, 1 / 3),
    (1 / 6, 1 / 5, 5, 1, 1, 1 / 3, 1 / 3),
    (1 / 5, 1 / 3, 7, 3, 3, 1, 2),
    (1 / 5, 1 / 4, 5, 3, 3, 1 / 2, 1),
)


def test_drinks():
    found = ahp(DRINKS, DRUNK)
    assert_allclose(found.weights, [0.177, 0.019, 0.042, 0.116, 0.190, 0.129, 0.327], atol=5e-4)
    assert found.cr == pytest.approx(0.022, abs=5e-4)
    assert found.ri == 1.32


def test_wealth_of_nations():
    found = ahp(NATIONS, WEALTH)
    assert_allclose(found.weights, [0.427, 0.230, 0.021, 0.052, 0.052, 0.123, 0.094], atol=5e-4)
    assert found.lambda_max == pytest.approx(7.608, abs=5e-4)


@pytest.mark.parametrize("matrix", [DRUNK, WEALTH])
def test_the_same_by_numpy(matrix):
    found = ahp([str(n) for n in range(7)], matrix)
    values, vectors = np.linalg.eig(np.array(matrix))
    first = int(np.argmax(values.real))
    vector = np.abs(vectors[:, first].real)
    assert_allclose(found.weights, vector / vector.sum(), rtol=1e-9)
    assert found.lambda_max == pytest.approx(values[first].real, rel=1e-12)
    assert found.ci == pytest.approx((values[first].real - 7) / 6, rel=1e-9)


def test_a_consistent_matrix_gives_back_the_weights_it_is_made_of():
    w = np.array([0.5, 0.3, 0.2])
    found = ahp("abc", w[:, None] / w[None, :])
    assert_allclose(found.weights, w, rtol=1e-12)
    assert (found.cr, found.ci) == (0.0, 0.0)


def test_the_default_scheme_has_the_proposed_weights():
    weights, made = weights_of(load_scheme().weights)
    proposed = {"slope": 0.26, "relief": 0.12, "hazard": 0.16, "land_class": 0.14}
    proposed |= {"town": 0.10, "road": 0.10, "axis": 0.06, "water": 0.06}
    assert weights == pytest.approx(proposed)
    assert (made.ri, made.cr) == (1.41, 0.0)


# a > b > c > a: each three times as important as the next one round the circle. By symmetry the
# weights are equal, λmax = 1 + 3 + 1/3 = 13/3, CI = 2/3, CR = (2/3)/0.58 = 1.149
CIRCLE = ((1, 3, 1 / 3), (1 / 3, 1, 3), (3, 1 / 3, 1))


def test_contradictory_judgements_are_refused_and_the_worst_one_is_named():
    with pytest.raises(InputError, match=r"CR = 1\.149, at most 0\.1 .*_inconsistent = true"):
        ahp("abc", CIRCLE)
    found = ahp("abc", CIRCLE, allow_inconsistent=True)
    assert_allclose(found.weights, [1 / 3, 1 / 3, 1 / 3])
    assert found.lambda_max == pytest.approx(13 / 3)
    # Of a matrix made of 4 : 2 : 1 one judgement is turned: b against c is 1/5 and not 2.
    turned = ((1, 2, 4), (1 / 2, 1, 1 / 5), (1 / 4, 5, 1))
    row, column, judged, _ = worst_judgement(ahp("abc", turned, allow_inconsistent=True))
    assert (row, column, judged) in {("c", "b", 5.0), ("a", "c", 4.0), ("a", "b", 2.0)}
    with pytest.raises(InputError, match="the furthest off is"):
        ahp("abc", turned)


def test_the_limit_of_the_ratio_is_taken_in():
    # λmax of (1, t, 1; 1/t, 1, 1; 1, 1, 1) grows with t: CR is 0.1 somewhere between 2.1 and 2.9.
    def matrix(t):
        return ((1, t, 1), (1 / t, 1, 1), (1, 1, 1))

    assert ahp("abc", matrix(2.1)).cr < ahp_rules().most_cr
    with pytest.raises(InputError, match="inconsistent"):
        ahp("abc", matrix(2.9))


def test_all_faults_of_judgements_at_once():
    with pytest.raises(InputError) as caught:
        ahp("abc", ((2, 3, 5), (1 / 3, 1, 4), (1 / 5, 1 / 3, 1)))
    assert [str(fault) for fault in caught.value.faults] == [
        "a against a is 2, must be 1 (a against a is 2)",
        "c against b is 0.333333, must be 0.25 (b against c is 4)",
    ]
    with pytest.raises(InputError, match=r"must be positive numbers: a/b = -3, b/a = 0"):
        ahp("ab", ((1, -3), (0, 1)))
    with pytest.raises(InputError, match=r"must be 2 × 2 .* found 2 × 1, 2"):
        ahp("ab", ((1,), (1, 1)))
    with pytest.raises(InputError, match="takes 1 to 15 criteria, found 16"):
        ahp([str(n) for n in range(16)], np.ones((16, 16)))


def test_ranks_by_their_formulas():
    assert_allclose(rank_weights(3, "sum"), [3 / 6, 2 / 6, 1 / 6])
    assert_allclose(rank_weights(3, "reciprocal"), [6 / 11, 3 / 11, 2 / 11])
    # Barron and Barrett: 0.6111, 0.2778, 0.1111 for three, 0.5208, 0.2708, 0.1458, 0.0625 for four.
    assert_allclose(rank_weights(3, "centroid"), [0.6111, 0.2778, 0.1111], atol=5e-5)
    assert_allclose(rank_weights(4, "centroid"), [0.5208, 0.2708, 0.1458, 0.0625], atol=5e-5)
    assert rank_weights(1, "sum") == (1.0,)


def test_ranks_and_given_weights_in_a_scheme():
    assumed = {"status": "assumed", "source": {"note": "made"}}
    ranked = Weights(method="rank", ids=("b", "a"), formula="sum", **assumed)
    assert weights_of(ranked) == ({"b": pytest.approx(2 / 3), "a": pytest.approx(1 / 3)}, None)
    given = Weights(method="given", values={"a": 1.0, "b": 3.0}, **assumed)
    assert weights_of(given) == ({"a": 0.25, "b": 0.75}, None)


def test_given_weights_that_are_none():
    with pytest.raises(InputError, match=r"at least 0, and not all 0: a = -1, c = nan"):
        given_weights({"a": -1.0, "b": 1.0, "c": float("nan")})
    with pytest.raises(InputError, match="not all 0: a = 0"):
        given_weights({"a": 0.0})


def test_one_weight_set_and_the_others_scaled():
    base = {"slope": 0.5, "road": 0.3, "town": 0.2}
    assert with_weights(base, {"slope": 0.75}) == pytest.approx(
        {"slope": 0.75, "road": 0.15, "town": 0.10}
    )
    assert with_weights(base, {"slope": 1.0}) == {"slope": 1.0, "road": 0.0, "town": 0.0}
    assert base == {"slope": 0.5, "road": 0.3, "town": 0.2}


def test_weights_that_cannot_be_set_all_at_once():
    base = {"slope": 0.5, "road": 0.5}
    with pytest.raises(InputError, match=r"no criterion lake; .*\n.*0 to 1: road = 1\.5"):
        with_weights(base, {"lake": 0.1, "road": 1.5})
    with pytest.raises(InputError, match=r"add up to 0\.9"):
        with_weights(base, {"slope": 0.5, "road": 0.4})
    with pytest.raises(InputError, match=r"add up to 1\.2"):
        with_weights(base | {"x": 0.0}, {"slope": 0.6, "road": 0.6})
