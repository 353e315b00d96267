"""What must hold for any parcels and red lines."""

from __future__ import annotations

import pandas as pd
import pytest
from builders import METRIC, frame, layer, parcels, rule, rules, square
from hypothesis import given, settings
from hypothesis import strategies as st

from dzgis.compliance import judge
from dzgis.frames import Layer
from dzgis.protection import cover_problems, overlaps
from dzgis.terms import Verdict

METRES = st.integers(-150, 250)
SIDES = st.integers(1, 180)
SQUARES = st.builds(square, METRES, METRES, SIDES, SIDES)
RED_LINES = st.lists(SQUARES, min_size=1, max_size=5)
LAND = parcels(P=square(0, 0), Q=square(120, 40), R=square(-60, 130, 80, 40))
RULES = rules(
    rule("A", "pbf"), rule("B", "ecrl", "conditional"), rule("C", "river", required=False)
)
CALM = settings(max_examples=12)


def checked(layers, land=LAND, ruleset=RULES):
    found = overlaps(land, layers, ruleset)
    uncovered = {role: cover_problems(land, one) for role, one in layers.items()}
    checks = judge(land, ruleset, layers=layers, pieces=found, uncovered=uncovered)
    return {check.parcel_id: check for check in checks}


def facts(check):
    """All figures of a check, without the order of its pieces."""
    findings = [
        (f.rule, f.verdict, f.contact, f.n_pieces, sorted(f.feature_ids)) for f in check.findings
    ]
    areas = [f.area_m2 for f in check.findings]
    return (check.verdict, findings), [check.area_m2, check.deduplicated_area_m2, *areas]


def assert_same(first, second):
    assert first.keys() == second.keys()
    for key in first:
        (said, areas), (said_2, areas_2) = facts(first[key]), facts(second[key])
        assert said == said_2
        assert areas == pytest.approx(areas_2, rel=1e-9, abs=1e-6, nan_ok=True)


@CALM
@given(RED_LINES, RED_LINES)
def test_shares_and_areas_are_within_the_parcel(first, second):
    for check in checked({"pbf": layer("pbf", *first), "ecrl": layer("ecrl", *second)}).values():
        measured = [f for f in check.findings if f.role != "river"]
        assert all(0.0 <= f.share <= 1.0 for f in measured)
        widest = max(f.area_m2 for f in measured)
        both = sum(f.area_m2 for f in measured)
        assert widest * (1 - 1e-9) - 1e-6 <= check.deduplicated_area_m2 <= both * (1 + 1e-9) + 1e-6
        assert check.deduplicated_area_m2 <= check.area_m2 * (1 + 1e-9)
        assert check.prohibited_area_m2 <= check.deduplicated_area_m2 * (1 + 1e-9) + 1e-6


@CALM
@given(RED_LINES, SQUARES)
def test_one_more_red_line_never_lowers_the_ground_pressed_upon(shapes, more):
    fewer, larger = (
        checked({"pbf": layer("pbf", *s), "ecrl": layer("ecrl")}) for s in (shapes, [*shapes, more])
    )
    for key, check in fewer.items():
        # A piece that was only touching or a sliver may join a larger one, never the reverse.
        assert larger[key].deduplicated_area_m2 >= check.deduplicated_area_m2 - 1e-6
        assert larger[key].verdict.gravity >= check.verdict.gravity


@CALM
@given(RED_LINES, RED_LINES)
def test_one_more_layer_never_lowers_the_ground_pressed_upon(first, second):
    one = checked({"pbf": layer("pbf", *first), "ecrl": layer("ecrl")})
    two = checked({"pbf": layer("pbf", *first), "ecrl": layer("ecrl", *second)})
    for key, check in one.items():
        assert two[key].deduplicated_area_m2 >= check.deduplicated_area_m2 - 1e-6
        assert two[key].verdict.gravity >= check.verdict.gravity


@CALM
@given(RED_LINES)
def test_an_absent_layer_never_makes_a_parcel_clear(shapes):
    there = {"pbf": layer("pbf", *shapes), "ecrl": layer("ecrl")}
    gone = {"pbf": there["pbf"]}
    for key, check in checked(gone).items():
        assert check.verdict is not Verdict.CLEAR
        assert check.verdict.gravity >= checked(there)[key].verdict.gravity


@CALM
@given(RED_LINES, RED_LINES, st.randoms(use_true_random=False))
def test_order_changes_nothing(first, second, random):
    layers = {"pbf": layer("pbf", *first), "ecrl": layer("ecrl", *second)}
    expected = checked(layers)
    rows = list(LAND.index)
    random.shuffle(rows)
    shuffled = {}
    for role in ("ecrl", "pbf"):
        features = layers[role].frame
        order = list(range(len(features)))
        random.shuffle(order)
        one = layers[role]
        shuffled[role] = Layer(role, features.iloc[order], one.extent, one.status)
    assert_same(expected, checked(shuffled, LAND.loc[rows]))


@CALM
@given(RED_LINES)
def test_other_parcels_change_nothing(shapes):
    layers = {"pbf": layer("pbf", *shapes), "ecrl": layer("ecrl")}
    together = checked(layers)
    for key in LAND.index:
        alone = checked(layers, LAND.loc[[key]])
        # The frame in which pieces are measured is true to shape at another latitude.
        (said, areas), (said_2, areas_2) = facts(together[key]), facts(alone[key])
        assert said[0] == said_2[0]
        assert areas == pytest.approx(areas_2, rel=1e-6, abs=1e-5, nan_ok=True)


@CALM
@given(RED_LINES, st.integers(1, 99), st.booleans())
def test_a_parcel_cut_in_two_has_the_same_overlap(shapes, at, upright):
    size = (at, 100) if upright else (100, at)
    rest = square(at, 0, 100 - at, 100) if upright else square(0, at, 100, 100 - at)
    layers = {"pbf": layer("pbf", *shapes)}
    ruleset = rules(rule("A", "pbf"))
    whole = overlaps(parcels(P=square(0, 0)), layers, ruleset)["area_m2"].sum()
    halves = overlaps(parcels(P1=square(0, 0, *size), P2=rest), layers, ruleset)["area_m2"].sum()
    assert halves == pytest.approx(whole, rel=1e-6, abs=1e-3)


@CALM
@given(RED_LINES)
def test_inputs_come_back_equal(shapes):
    land, kept = LAND.copy(deep=True), LAND.copy(deep=True)
    one = layer("pbf", *shapes)
    features, extent = one.frame.copy(deep=True), one.extent.copy(deep=True)
    checked({"pbf": one, "ecrl": layer("ecrl")}, land)
    for found, expected in ((land, kept), (one.frame, features), (one.extent, extent)):
        pd.testing.assert_frame_equal(pd.DataFrame(found), pd.DataFrame(expected))
        assert found.crs == expected.crs == METRIC


@CALM
@given(RED_LINES)
def test_splitting_a_feature_changes_no_area(shapes):
    # The same ground delivered as one multipolygon, and as overlapping polygons.
    united = frame(*shapes).union_all()
    ruleset = rules(rule("A", "pbf"))
    apart = overlaps(LAND, {"pbf": layer("pbf", *shapes)}, ruleset)
    one = overlaps(LAND, {"pbf": layer("pbf", united)}, ruleset)
    total, total_2 = (f.groupby("parcel_id")["area_m2"].sum() for f in (apart, one))
    for key in LAND.index:
        assert total.get(key, 0.0) == pytest.approx(total_2.get(key, 0.0), rel=1e-6, abs=1e-3)
