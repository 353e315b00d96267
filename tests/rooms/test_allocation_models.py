"""Models of attraction: worked by hand, and values of the published formulae.

A and B lie 30 km apart on the equator of squared paper; A is four times as strong.

    A ●────────────────────┼──────────● B        Converse: 30 / (1 + √(1/4)) = 20 km from A
      0                   20         30
"""

from __future__ import annotations

import math

import builders
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from dzgis import load_plan
from dzgis.allocation import (
    breakpoint_m,
    breakpoints,
    cluster_distances_m,
    cluster_seats,
    hubs_of,
    huff_shares,
    seat_cells,
    strengths,
    told_by_models,
)
from dzgis.allocation.models import cost_at, nearest, strongest
from dzgis.allocation.seats import check_strengths
from dzgis.crs import ELLIPSOID
from dzgis.errors import InputError, PlanError
from dzgis.plan.allocation_rules import AllocationRules, Model, allocation_rules

RULES = allocation_rules()
VORONOI, BREAK, HUFF = (
    RULES.model(name) for name in (Model.WEIGHTED_VORONOI, Model.BREAKPOINT, Model.HUFF)
)
SHIPPED = load_plan("dianzhong-2014")


def table(**columns):
    return pd.DataFrame(columns, dtype=float)


# ------------------------------------------------------------------ the formula of Converse


@pytest.mark.parametrize(
    ("distance_m", "strength", "other", "expected"),
    [
        (30.0, 4.0, 1.0, 20.0),
        (30.0, 1.0, 4.0, 10.0),
        (30.0, 7.0, 7.0, 15.0),
        # twice as strong: √2 times as far from A as from B (Hoover and Giarratani, ch. 8)
        (1.0 + math.sqrt(2.0), 2.0, 1.0, math.sqrt(2.0)),
        (100.0, 9.0, 4.0, 60.0),
    ],
)
def test_breakpoint_of_the_published_formula(distance_m, strength, other, expected):
    assert breakpoint_m(distance_m, strength, other) == pytest.approx(expected)


STRENGTH = st.floats(0.01, 1e6)


@given(st.floats(2_000.0, 500_000.0), STRENGTH, STRENGTH)
def test_breakpoint_weighted_voronoi_and_huff_agree_on_the_line(distance_m, mine, other):
    at = breakpoint_m(distance_m, mine, other)
    assert at + breakpoint_m(distance_m, other, mine) == pytest.approx(distance_m)
    weights = {"A": mine, "B": other}
    step = 1e-6 * distance_m
    before, after = (table(A=[p], B=[distance_m - p]) for p in (at - step, at + step))
    if min(at, distance_m - at) > 10.0:
        for rule in (VORONOI, BREAK, HUFF):
            assert strongest(before, weights, rule).tolist() == ["A"]
            assert strongest(after, weights, rule).tolist() == ["B"]
        half = huff_shares(table(A=[at], B=[distance_m - at]), weights, HUFF)
        assert_allclose(half, [[0.5, 0.5]], rtol=1e-9)


@given(st.lists(st.tuples(*[st.floats(2.0, 1e6)] * 3), min_size=1, max_size=9), STRENGTH)
def test_equal_weights_give_the_nearest(rows, strength):
    distances = pd.DataFrame(rows, columns=["a", "b", "c"])
    distances = distances[distances.apply(lambda r: r.nunique() == 3, axis=1)]
    weights = dict.fromkeys("abc", strength)
    apart = distances.apply(
        lambda r: (r.sort_values().diff().dropna() > 1e-6 * r.max()).all(), axis=1
    )
    clear = distances[apart.astype(bool)] if len(distances) else distances
    for rule in (VORONOI, BREAK, HUFF):
        assert strongest(clear, weights, rule).tolist() == nearest(clear).tolist()


def test_a_stronger_centre_reaches_beyond_a_weaker_one():
    # 12 km from A (strength 9), 5 km from B (strength 1): 12/3 = 4 < 5/1
    weights = {"A": 9.0, "B": 1.0}
    there = table(A=[12.0e3], B=[5.0e3])
    assert nearest(there).tolist() == ["B"]
    assert strongest(there, weights, VORONOI).tolist() == ["A"]


# ------------------------------------------------------------------ Huff


def test_huff_shares_by_hand():
    # attractions 100/10² = 1, 400/20² = 1, 50/5² = 2: shares 1/4, 1/4, 2/4
    weights = {"a": 100.0, "b": 400.0, "c": 50.0}
    shares = huff_shares(table(a=[10.0], b=[20.0], c=[5.0]), weights, HUFF)
    assert_allclose(shares, [[0.25, 0.25, 0.5]])


def test_a_place_at_a_seat_belongs_to_it_wholly():
    shares = huff_shares(table(a=[0.0], b=[40_000.0]), {"a": 1.0, "b": 1.0}, HUFF)
    assert_allclose(shares, [[1.0, 0.0]], atol=1e-8)


@given(st.lists(st.tuples(*[st.floats(0.0, 1e7)] * 3), max_size=9), st.tuples(*[STRENGTH] * 3))
def test_huff_shares_add_up_to_one(rows, weights):
    distances = pd.DataFrame(rows, columns=["a", "b", "c"], dtype=float)
    shares = huff_shares(distances, dict(zip("abc", weights, strict=True)), HUFF)
    assert shares.index.equals(distances.index)
    assert ((shares >= 0.0) & (shares <= 1.0)).all(axis=None)
    assert_allclose(shares.sum(axis=1), 1.0)


# ------------------------------------------------------------------ seats and strengths


def test_seats_and_their_distances(plan):
    seats = cluster_seats(plan)
    assert seats[["cluster", "place"]].to_numpy().tolist() == [["west", "甲镇"], ["east", "东城"]]
    found = cluster_distances_m(np.array([[102.1, 25.1]]), plan)
    expected = [ELLIPSOID.inv(102.1, 25.1, lon, 25.1)[2] for lon in (102.05, 102.3)]
    assert found.columns.tolist() == ["west", "east"]
    assert_allclose(found.iloc[0], expected)


def test_strengths_are_counted_from_the_plan():
    found = strengths(SHIPPED, RULES.strengths)
    # 1 + 4 industries + comprehensive hub 2 (楚雄) … see the plan's pages 10, 12, 24, 3
    assert found["yimen"] == 1 + 4 + 1  # station
    assert found["chuxiong"] == 1 + 3 + 2 + 1 + 1  # hub, logistics centre, development zone
    assert found["bicheng"] == 1 + 3 + 2  # hub of 勤丰营
    assert found["xundian"] == 1 + 2 + 1  # station
    assert list(found) == [cluster.id for cluster in SHIPPED.clusters]


def test_a_table_of_strengths_has_to_be_whole(plan):
    with pytest.raises(InputError) as error:
        check_strengths({"west": 0.0, "north": 2.0}, plan)
    said = [fault.en for fault in error.value.faults]
    assert said == [
        "the table of strengths lacks the cluster east; all 2 are needed",
        "north in the table of strengths is no cluster; there are: west, east",
        "the strength of the cluster west is 0.0, a positive number is required",
    ]


def test_breakpoints_between_the_nearest_seats(plan):
    row = breakpoints(plan, {"west": 4.0, "east": 1.0}).iloc[0]
    distance_m = ELLIPSOID.inv(102.05, 25.1, 102.3, 25.1)[2]
    assert row.tolist()[:4] == ["west", "east", "甲镇", "东城"]
    assert row["distance_m"] == pytest.approx(distance_m)
    assert row["breakpoint_m"] == pytest.approx(distance_m * 2.0 / 3.0)


def test_hubs_in_the_rules_order_and_each_place_once():
    found = hubs_of(SHIPPED, RULES.hubs)
    assert found["kind"].value_counts().to_dict() == {
        "passenger_freight_station": 7,
        "comprehensive_hub": 3,
    }
    assert found["hub"].tolist()[:3] == ["楚雄", "勤丰营", "嵩明"]
    twice = SHIPPED.model_copy(update={"facilities": SHIPPED.facilities * 2})
    assert len(hubs_of(twice, RULES.hubs)) == 10


# ------------------------------------------------------------------ cost distance


def cost_of(values):
    """Cost distances on 4 × 1 cells of 0.1°, 102.0 … 102.4 east, 25.0 … 25.2 north."""
    from affine import Affine

    from dzgis.grid import Grid, Raster

    grid = Grid(builders.GEOGRAPHIC, Affine(0.1, 0, 102.0, 0, -0.2, 25.2), 1, 4)
    return Raster(np.array([values], dtype=np.float32), grid, "cost_m")


def test_cost_distance_is_that_of_the_cell():
    nan = np.nan
    cost = {"west": cost_of([1.0, 5.0, nan, nan]), "east": cost_of([9.0, 2.0, 3.0, nan])}
    lonlat = np.array([[102.05, 25.1], [102.15, 25.1], [102.25, 25.1], [102.35, 25.1], [103, 25]])
    found = cost_at(lonlat, cost)
    assert_allclose(found["west"], [1.0, 5.0, nan, nan, nan])
    # not reached from west: east; reached from nowhere, or beyond the raster: blank
    assert nearest(found).tolist() == ["west", "east", "east", "", ""]


def test_seats_as_cells(plan):
    grid = cost_of([0.0] * 4).grid
    cells = seat_cells(plan, grid)
    # 甲镇 at 102.05 and 东城 at 102.3, which is where the fourth cell begins
    assert cells["west"].tolist() == [[True, False, False, False]]
    assert cells["east"].tolist() == [[False, False, False, True]]


def test_cost_of_slopes():
    cost = RULES.cost
    assert cost.limits_deg == (8.0, 15.0, 25.0)
    assert cost.costs == (1.0, 2.0, 4.0, 8.0)


def test_without_cost_distances_that_model_is_blank(plan):
    lonlat = np.array([[102.05, 25.1], [102.35, 25.1]])
    told = told_by_models(lonlat, plan, RULES, strengths={"west": 1.0, "east": 1.0})
    assert told.clusters[Model.COST_DISTANCE].tolist() == ["", ""]
    for model in set(Model) - {Model.COST_DISTANCE}:
        assert told.clusters[model].tolist() == ["west", "east"]


# ------------------------------------------------------------------ the rules as data


def test_every_value_of_the_rules_is_said_to_be_no_words_of_the_plan():
    assert {place.split(".")[1] for place, _ in RULES.assumed} == {
        "models",
        "strengths",
        "corridors",
        "hubs",
        "cost",
        "precision",
    }
    assert all(" / " in note for _, note in RULES.assumed)
    assert RULES.informs is Model.NEAREST_SEAT
    assert RULES.corridors.account_km in RULES.corridors.bands_km


def test_rules_of_a_file(tmp_path):
    from importlib import resources

    shipped = (resources.files("dzgis.plan") / "standards" / "allocation.toml").read_text("utf-8")
    path = tmp_path / "mine.toml"
    path.write_text(shipped.replace("account_km = 10.0", "account_km = 20.0"), encoding="utf-8")
    assert allocation_rules(path).corridors.account_km == 20.0
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(shipped.replace("account_km = 10.0", "account_km = 7.0"), encoding="utf-8")
    with pytest.raises(PlanError, match="account_km must be one of bands_km"):
        allocation_rules(wrong)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"corridors": {"bands_km": [10.0, 5.0]}}, "bands_km must ascend"),
        ({"models": RULES.models[:2]}, "models must be, each once"),
        ({"cost": {"steps": [{"cost": 1.0}, {"cost": 2.0}]}}, "every step of cost but the last"),
        (
            {
                "cost": {
                    "steps": [
                        {"up_to_deg": 9.0, "cost": 1.0},
                        {"up_to_deg": 8.0, "cost": 1.0},
                        {"cost": 2.0},
                    ]
                }
            },
            "limits of cost must ascend",
        ),
    ],
)
def test_rules_that_do_not_fit_together_are_refused(change, said):
    record = RULES.model_dump(mode="json")
    for key, value in change.items():
        record[key] = record[key] | value if isinstance(value, dict) else value
    with pytest.raises(ValueError, match=said):
        AllocationRules.model_validate(record)
