"""Every verdict as a table: facts of one parcel 100 m square, and what may be said of it."""

from __future__ import annotations

import dataclasses
import math

import geopandas as gpd
import pandas as pd
import pytest
from builders import absent, layer, parcels, rule, rules, square
from shapely.geometry import box

from dzgis.area import middle_latitude, to_equal_area
from dzgis.compliance import judge
from dzgis.crs import equal_area
from dzgis.terms import Contact, LayerStatus, Verdict

APART, TOUCHING, SLIVER, OVERLAP = Contact
USED, ABSENT, OUTDATED, INVALID, NOT_COVERING = LayerStatus
CLEAR, WITHIN, CONDITIONAL, UNDETERMINED, PROHIBITED = Verdict

PARCEL = parcels(P=square(0, 0))
PAPER = 1e-5
"""Relative difference of the parcel and of strips drawn along its bounding box."""
COLUMNS = ["parcel_id", "rule", "role", "contact", "certain", "area_m2", "width_m", "feature_ids"]


def pieces(*rows, land=PARCEL):
    """Pieces: parcel, rule, contact, (x, width) of a strip over the whole height, feature ids."""
    lat = middle_latitude(land)
    west, south, _, north = to_equal_area(land, lat_deg=lat).total_bounds
    shapes = [box(west + x, south, west + x + w, north) for *_, (x, w), _ in rows]
    table = [
        (parcel, rule_id, "", contact, True, shape.area, 2 * shape.area / shape.length, ids)
        for (parcel, rule_id, contact, _, ids), shape in zip(rows, shapes, strict=True)
    ]
    return gpd.GeoDataFrame(table, columns=COLUMNS, geometry=shapes, crs=equal_area(lat))


STRIP = {
    APART: [],
    TOUCHING: [("P", "P1", TOUCHING, (100, 0.001), "f0")],
    SLIVER: [("P", "P1", SLIVER, (0, 0.2), "f0")],
    OVERLAP: [("P", "P1", OVERLAP, (0, 10), "f0")],
}


def judged(members, layers, found, *, covered=True, land=PARCEL):
    """Checks of `land` when all layers cover it, or none does."""
    uncovered = {role: pd.Series(not covered, index=land.index) for role in layers}
    return judge(land, rules(*members), layers=layers, pieces=found, uncovered=uncovered)


def pbf(status):
    """Return the layer with that status, as inputs hand it on."""
    if status is ABSENT:
        return {"pbf": absent("pbf")}
    if status is INVALID:
        return {"pbf": dataclasses.replace(absent("pbf"), status=INVALID)}
    used = USED if status is NOT_COVERING else status
    return {"pbf": layer("pbf", square(0, 0), status=used)}


# ------------------------------------------------------------------ one rule

CASES = [
    # layer, contact, of a prohibiting rule, of a conditional rule
    (USED, APART, CLEAR, CLEAR),
    (USED, TOUCHING, CLEAR, CLEAR),
    (USED, SLIVER, WITHIN, WITHIN),
    (USED, OVERLAP, PROHIBITED, CONDITIONAL),
    (ABSENT, APART, UNDETERMINED, UNDETERMINED),
    (INVALID, APART, UNDETERMINED, UNDETERMINED),
    # what an outdated layer shows proves nothing, either way
    (OUTDATED, APART, UNDETERMINED, UNDETERMINED),
    (OUTDATED, TOUCHING, UNDETERMINED, UNDETERMINED),
    (OUTDATED, SLIVER, UNDETERMINED, UNDETERMINED),
    (OUTDATED, OVERLAP, UNDETERMINED, UNDETERMINED),
    # what a partial layer shows stands; what it does not show may still be there
    (NOT_COVERING, APART, UNDETERMINED, UNDETERMINED),
    (NOT_COVERING, SLIVER, UNDETERMINED, UNDETERMINED),
    (NOT_COVERING, OVERLAP, PROHIBITED, CONDITIONAL),
]


@pytest.mark.parametrize("required", [True, False])
@pytest.mark.parametrize("kind", ["prohibited", "conditional"])
@pytest.mark.parametrize(("status", "contact", "prohibiting", "conditional"), CASES)
def test_verdict_of_one_rule(status, contact, prohibiting, conditional, kind, required):
    one = rule("P1", "pbf", kind, required=required)
    covered = status is not NOT_COVERING
    (check,) = judged([one], pbf(status), pieces(*STRIP[contact]), covered=covered)
    expected = prohibiting if kind == "prohibited" else conditional
    (finding,) = check.findings
    assert finding.verdict is expected
    assert check.verdict is expected
    assert finding.required is required
    assert finding.contact is contact


def test_a_role_that_nobody_handed_over_is_absent():
    (check,) = judged([rule("P1", "pbf")], {}, pieces())
    assert check.verdict is UNDETERMINED
    assert "the layer is absent" in check.findings[0].reason.en


def test_coverage_that_nobody_examined_is_no_coverage():
    (check,) = judge(
        PARCEL, rules(rule("P1", "pbf")), layers=pbf(USED), pieces=pieces(), uncovered={}
    )
    assert check.verdict is UNDETERMINED


def test_surveyed_and_empty_is_clear():
    (check,) = judged([rule("P1", "pbf")], {"pbf": layer("pbf")}, pieces())
    assert check.verdict is CLEAR
    assert check.findings[0].area_m2 == 0.0


def test_no_rules_no_verdict():
    (check,) = judged([], {}, pieces())
    assert check.verdict is UNDETERMINED
    assert check.findings == ()


# ------------------------------------------------------------------ several rules


def of(*verdicts):
    """Rules and facts that give one finding with each of `verdicts`."""
    made = {
        CLEAR: ("prohibited", USED, APART),
        WITHIN: ("prohibited", USED, SLIVER),
        CONDITIONAL: ("conditional", USED, OVERLAP),
        UNDETERMINED: ("prohibited", ABSENT, APART),
        PROHIBITED: ("prohibited", USED, OVERLAP),
    }
    members, layers, rows = [], {}, []
    for n, verdict in enumerate(verdicts):
        kind, status, contact = made[verdict]
        members.append(rule(f"R{n}", f"role{n}", kind))
        layers[f"role{n}"] = pbf(status)["pbf"]
        rows += [("P", f"R{n}", *row[2:]) for row in STRIP[contact]]
    return judged(members, layers, pieces(*rows))[0]


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ((CLEAR, CLEAR), CLEAR),
        ((CLEAR, WITHIN), WITHIN),
        ((WITHIN, CONDITIONAL), CONDITIONAL),
        ((CONDITIONAL, UNDETERMINED), UNDETERMINED),
        ((UNDETERMINED, PROHIBITED), PROHIBITED),
        ((PROHIBITED, CLEAR, UNDETERMINED, CONDITIONAL, WITHIN), PROHIBITED),
    ],
)
def test_the_gravest_finding_decides(verdicts, expected):
    check = of(*verdicts)
    assert tuple(f.verdict for f in check.findings) == verdicts
    assert check.verdict is expected
    assert of(*reversed(verdicts)).verdict is expected


@pytest.mark.parametrize(
    ("contact", "expected"), [(APART, CLEAR), (SLIVER, WITHIN), (OVERLAP, PROHIBITED)]
)
def test_an_optional_layer_that_is_absent_does_not_decide(contact, expected):
    members = [rule("P1", "pbf"), rule("P2", "river", "conditional", required=False)]
    (check,) = judged(members, pbf(USED), pieces(*STRIP[contact]))
    assert check.verdict is expected
    assert check.findings[1].verdict is UNDETERMINED


@pytest.mark.parametrize("status", [OUTDATED, INVALID])
def test_an_optional_layer_that_was_given_and_cannot_be_used_decides(status):
    members = [rule("P1", "pbf"), rule("P2", "river", required=False)]
    layers = pbf(USED) | {"river": pbf(status)["pbf"]}
    assert judged(members, layers, pieces())[0].verdict is UNDETERMINED


def test_only_optional_layers_and_all_absent_is_nothing_checked():
    members = [rule("P1", "pbf", required=False), rule("P2", "river", required=False)]
    (check,) = judged(members, {}, pieces())
    assert check.verdict is UNDETERMINED


def test_a_partial_layer_with_an_overlap_stays_prohibited():
    members = [rule("P1", "pbf"), rule("P2", "ecrl")]
    (check,) = judged(members, pbf(USED), pieces(*STRIP[OVERLAP]), covered=False)
    assert check.verdict is PROHIBITED
    assert "does not cover the whole parcel" in check.findings[0].reason.en
    assert check.findings[1].verdict is UNDETERMINED


# ------------------------------------------------------------------ areas


def test_ground_under_two_rules_counts_once():
    # x:  0        30   50   60       100    P1 takes 0–50 m, P2 takes 30–60 m
    #     ██████████▓▓▓▓▓░░░░░                P1 prohibits, P2 is conditional
    members = [rule("P1", "pbf"), rule("P2", "ecrl", "conditional")]
    layers = {"pbf": layer("pbf", square(0, 0)), "ecrl": layer("ecrl", square(0, 0))}
    found = pieces(
        ("P", "P1", OVERLAP, (0, 50), "a;b"), ("P", "P2", OVERLAP, (30, 30), "c"), land=PARCEL
    )
    (check,) = judged(members, layers, found)
    first, second = check.findings
    assert (first.area_m2, second.area_m2) == pytest.approx((5000.0, 3000.0), rel=PAPER)
    assert (first.share, second.share) == pytest.approx((0.5, 0.3), rel=PAPER)
    assert check.area_m2 == pytest.approx(10_000.0, rel=PAPER)
    assert check.deduplicated_area_m2 == pytest.approx(6000.0, rel=PAPER)
    assert check.prohibited_area_m2 == pytest.approx(5000.0, rel=PAPER)
    assert first.feature_ids == ("a", "b")


def test_slivers_are_measured_and_touching_pieces_are_not():
    found = pieces(
        ("P", "P1", OVERLAP, (0, 10), "a"),
        ("P", "P1", SLIVER, (50, 0.2), "b"),
        ("P", "P1", TOUCHING, (99.999, 0.001), "c"),
    )
    (check,) = judged([rule("P1", "pbf")], pbf(USED), found)
    (finding,) = check.findings
    assert finding.area_m2 == pytest.approx(1020.0, rel=PAPER)
    assert finding.n_pieces == 2
    assert finding.mean_width_m == pytest.approx(2000 / 220, rel=1e-3)  # of the widest piece
    assert finding.feature_ids == ("a", "b", "c")
    assert check.deduplicated_area_m2 == pytest.approx(1020.0, rel=PAPER)


def test_what_was_not_measured_is_not_a_number():
    (check,) = judged([rule("P1", "pbf")], pbf(ABSENT), pieces())
    (finding,) = check.findings
    assert math.isnan(finding.area_m2)
    assert math.isnan(finding.share)
    assert (finding.n_pieces, finding.mean_width_m) == (0, 0.0)
    assert check.deduplicated_area_m2 == 0.0


def test_each_parcel_has_its_own_pieces_and_coverage():
    land = parcels(P=square(0, 0), Q=square(200, 0), R=square(400, 0))
    uncovered = {"pbf": pd.Series([False, False, True], index=land.index)}
    found = pieces(*STRIP[OVERLAP], land=land)
    checks = judge(
        land, rules(rule("P1", "pbf")), layers=pbf(USED), pieces=found, uncovered=uncovered
    )
    assert [(c.parcel_id, c.verdict) for c in checks] == [
        ("P", PROHIBITED),
        ("Q", CLEAR),
        ("R", UNDETERMINED),
    ]


# ------------------------------------------------------------------ what is said


def test_reason_of_a_conflict_has_the_figures_the_words_of_the_plan_and_the_advice():
    stated = {
        "status": "stated",
        "source": {"quote": "禁止占用基本农田", "section": "第八章", "page": 40},
    }
    (check,) = judged([rule("P1", "pbf", **stated)], pbf(USED), pieces(*STRIP[OVERLAP]))
    (finding,) = check.findings
    # 1000 m² = 0.1 ha = 1.5 mu, a tenth of the parcel
    assert "1000.00 m² (0.1000 ha, 1.50 mu), 10.00 % of the parcel" in finding.reason.en
    assert "合计1000.00 m²（0.1000 公顷、1.50 亩），占地块10.00%" in finding.reason.zh
    assert "“禁止占用基本农田”" in finding.reason.zh
    assert finding.reason.zh.endswith("退让。")
    assert finding.reason.en.endswith("Keep off.")
    assert finding.legal_basis == "第P1条"


@pytest.mark.parametrize(
    ("status", "contact", "words"),
    [
        (USED, APART, "no conflict with permanent basic farmland found"),
        (USED, TOUCHING, "touches permanent basic farmland along a border only"),
        (USED, SLIVER, "below tolerance, likely boundary error"),
        (ABSENT, APART, "permanent basic farmland not checked: the layer is absent"),
        (INVALID, APART, "not checked: the layer is invalid"),
        (OUTDATED, OVERLAP, "out of date; on that layer an overlap of 1000.00 m²"),
        (NOT_COVERING, APART, "surveyed extent does not cover the whole parcel"),
    ],
)
def test_reasons(status, contact, words):
    covered = status is not NOT_COVERING
    (check,) = judged([rule("P1", "pbf")], pbf(status), pieces(*STRIP[contact]), covered=covered)
    assert words in check.findings[0].reason.en


def test_a_contact_that_a_frame_gives_back_as_its_word_counts_the_same():
    """Pandas makes words of enums where pyarrow is installed; that must not clear a parcel."""
    found = pieces(("P", "P1", OVERLAP, (0, 10), "f0"))
    words = found.assign(contact=pd.Series([str(OVERLAP)], index=found.index, dtype=object))
    member = rule("P1", "pbf")
    for frame in (found, words):
        (parcel,) = judged([member], pbf(USED), frame)
        assert parcel.verdict is PROHIBITED
        assert parcel.findings[0].contact is OVERLAP
