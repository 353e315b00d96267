"""Every spatial rule of both sets: below, at and above the tolerance, and every state of a layer.

┌──────────┐
│  parcel  █ land under the rule reaches `width` metres into a parcel of 100 m × 100 m,
│  100 m   █ over its whole height; for a setback it stands that much nearer than the setback
└──────────┘
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools

import geopandas as gpd
import pytest
from builders import absent, layer, parcels, square

from dzgis import plan
from dzgis.pipeline import check_parcels
from dzgis.terms import LayerStatus, Verdict

pytestmark = pytest.mark.slow

CLEAR, WITHIN, CONDITIONAL, UNDETERMINED, PROHIBITED = Verdict
load_rules = functools.cache(plan.load_rules)
SETS = {"plan-2014": dt.date(2020, 12, 31), "current": dt.date(2026, 6, 1)}
PARCEL = parcels(P=square(0, 0))

# What an overlap means, as the plan and the laws have it; `current` for project type C.
MEANING = {
    "plan-2014": {
        "P01": PROHIBITED,
        "P02": CONDITIONAL,
        "P03": CONDITIONAL,
        "P05": CONDITIONAL,
        "P06": PROHIBITED,
        "P07": PROHIBITED,
        "P08": CONDITIONAL,
        "P09": CONDITIONAL,
        "P10": CONDITIONAL,
        "P11": CONDITIONAL,
        "P12": PROHIBITED,
        "P16": CONDITIONAL,
        "P20": CONDITIONAL,
        "H02": CONDITIONAL,
        "H03": CONDITIONAL,
    },
    "current": {
        "C-PBF-1": PROHIBITED,
        "C-ECRL-1": PROHIBITED,
        "C-UDB-1": CONDITIONAL,
        "C-UDB-2": CONDITIONAL,
        "C-UDB-3": CONDITIONAL,
        "C-FOR-1": PROHIBITED,
        "C-FOR-2": CONDITIONAL,
        "C-FOR-2N": PROHIBITED,
        "C-FOR-2H": CLEAR,
        "C-FOR-3": CONDITIONAL,
        "C-FOR-4": CONDITIONAL,
        "C-RES-1": PROHIBITED,
        "C-RES-2": CONDITIONAL,
        "C-WAT-1": PROHIBITED,
        "C-WAT-2": CONDITIONAL,
        "C-WAT-3": CONDITIONAL,
        "C-NLJ-1": CONDITIONAL,
        "C-RIV-1": CONDITIONAL,
        "C-HAZ-1": CONDITIONAL,
        "C-BAZ-1": CONDITIONAL,
        "C-ARA-1": CONDITIONAL,
        "C-ROAD-1": CONDITIONAL,
        "C-ROAD-2": CONDITIONAL,
        "C-ROAD-3": CONDITIONAL,
        "C-ROAD-4": CONDITIONAL,
        "C-ROAD-5": CONDITIONAL,
        "C-ROAD-6": CONDITIONAL,
        "C-RAIL-1": CONDITIONAL,
        "C-RAIL-2": CONDITIONAL,
        "C-AIR-1": CONDITIONAL,
    },
}
SETBACKS_M = {
    "C-ROAD-1": 20.0,
    "C-ROAD-2": 15.0,
    "C-ROAD-3": 10.0,
    "C-ROAD-4": 5.0,
    "C-ROAD-5": 30.0,
    "C-ROAD-6": 50.0,
    "C-RAIL-1": 20.0,
    "C-RAIL-2": 15.0,
}
CASES = [(name, rule_id) for name, rules in MEANING.items() for rule_id in rules]


@pytest.mark.parametrize("name", SETS)
def test_the_tables_hold_every_spatial_rule(name):
    rules = load_rules(name)
    assert [rule.id for rule in rules.spatial] == list(MEANING[name])
    assert {r.id: r.setback_m for r in rules.spatial if r.setback_m} == (
        SETBACKS_M if name == "current" else {}
    )


def attributes(rules, rule):
    """What a feature says that the rule is about: its own values, and nothing of other rules."""
    fields = {field for r in rules.spatial if r.role == rule.role for field in r.fields}
    own = {condition.field: condition.values[0] for condition in rule.where}
    return {field: [own.get(field, "none")] for field in fields}


def land(rules, rule, width, **more):
    """Layer whose land under the rule reaches `width` metres into the parcel."""
    says = attributes(rules, rule)
    edge = 100.0 - width
    if rule.trigger == "outside":
        return layer(rule.role, square(-900, -900, 900 + edge, 2000), **says, **more)
    return layer(rule.role, square(edge + rule.setback_m, -900, 200, 2000), **says, **more)


@functools.cache
def role_rules(name, role):
    """The rules of one role: the others only take time."""
    rules = load_rules(name)
    return rules.model_copy(update={"rules": tuple(r for r in rules.spatial if r.role == role)})


@functools.cache
def alone(name, rule_id):
    rules = load_rules(name)
    return rules.model_copy(update={"rules": (rules.rule(rule_id),)})


def verdict_of(name, rule_id, layers, *, kind="C"):
    rules = alone(name, rule_id)
    kind = kind if rules.project_types else None
    check = check_parcels(PARCEL, layers, rules, as_of=SETS[name], project_type=kind)
    return next(f for f in check.parcels[0].findings if f.rule == rule_id)


def softened(meaning, verdict):
    """A rule that does not restrict the kind of project is clear whatever was measured."""
    return CLEAR if meaning is CLEAR else verdict


@pytest.mark.parametrize(("name", "rule_id"), CASES)
@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (-1.0, "clear"),  # apart
        (0.0, "clear"),  # a common border
        (0.19, "within"),  # below the width of a sliver
        (0.21, "meaning"),  # above it
        (30.0, "meaning"),
    ],
)
def test_width_of_the_overlap(name, rule_id, width, expected):
    rules = load_rules(name)
    meaning = MEANING[name][rule_id]
    outcomes = {"clear": CLEAR, "within": softened(meaning, WITHIN), "meaning": meaning}
    layers = {rules.rule(rule_id).role: land(rules, rules.rule(rule_id), width)}
    found = verdict_of(name, rule_id, layers)
    assert found.verdict is outcomes[expected], found.reason.en
    if width > 0:
        assert found.area_m2 == pytest.approx(100.0 * width, rel=0.002, abs=0.05)


@pytest.mark.parametrize(("name", "rule_id"), [case for case in CASES if case[1] not in SETBACKS_M])
@pytest.mark.parametrize(("side", "expected"), [(0.99, "within"), (1.01, "meaning")])
def test_area_of_the_overlap(name, rule_id, side, expected):
    """A square corner of about 1 m²: below and above the area of a sliver; setbacks are round."""
    rules, meaning = load_rules(name), MEANING[name][rule_id]
    rule = rules.rule(rule_id)
    says = attributes(rules, rule)
    if rule.trigger == "outside":
        corner = square(100 - side, 100 - side, side)
        shape = square(-900, -900, 2000).difference(corner)
    else:
        shape = square(100 - side, 100 - side, 50)
    found = verdict_of(name, rule_id, {rule.role: layer(rule.role, shape, **says)})
    outcomes = {"within": softened(meaning, WITHIN), "meaning": meaning}
    assert found.verdict is outcomes[expected], found.reason.en


@pytest.mark.parametrize(("name", "rule_id"), CASES)
@pytest.mark.parametrize("state", ["absent", "outdated", "invalid", "not covering", "empty"])
def test_state_of_the_layer(name, rule_id, state):
    rules = load_rules(name)
    rule = rules.rule(rule_id)
    apart = land(rules, rule, -1.0)
    layers = {
        "absent": {},
        "outdated": {rule.role: dataclasses.replace(apart, valid_until="2010-12-31")},
        "invalid": {rule.role: dataclasses.replace(absent(rule.role), status=LayerStatus.INVALID)},
        "not covering": {rule.role: land(rules, rule, -1.0, extent=square(-900, -900, 950, 2000))},
        "empty": {rule.role: dataclasses.replace(apart, frame=apart.frame.iloc[:0])},
    }[state]
    found = verdict_of(name, rule_id, layers)
    if state != "empty":
        assert found.verdict is UNDETERMINED
        assert "not checked" in found.reason.en
    elif rule.trigger == "outside":  # no boundary at all: everything is beyond it
        assert found.verdict is MEANING[name][rule_id]
        assert found.share == pytest.approx(1.0)
    else:
        assert found.verdict is CLEAR


@pytest.mark.parametrize(
    ("name", "rule_id"),
    [
        (name, rule_id)
        for name, rule_id in CASES
        if (rule := load_rules(name).rule(rule_id)).where and rule.trigger == "inside"
    ],
)
def test_features_that_do_not_say_what_the_rule_asks(name, rule_id):
    """A blank attribute is neither yes nor no; a feature of another value is a no."""
    rules, meaning = load_rules(name), MEANING[name][rule_id]
    rule = rules.rule(rule_id)
    blank = {field: [""] for field in attributes(rules, rule)}
    found = verdict_of(name, rule_id, {rule.role: layer(rule.role, square(70, 0), **blank)})
    assert found.verdict is softened(meaning, UNDETERMINED)
    if meaning is not CLEAR:
        assert "do not say" in found.reason.en
    other = {field: ["none"] for field in attributes(rules, rule)}
    found = verdict_of(name, rule_id, {rule.role: layer(rule.role, square(70, 0), **other)})
    assert found.verdict is CLEAR


def test_ground_in_a_zone_that_does_not_say_which_is_not_inside():
    """P16 asks for 允许建设区: a zone without a code may be it or not."""
    zones = layer("permit_zone", square(-9, -9, 200), permit_zone=[""])
    found = verdict_of("plan-2014", "P16", {"permit_zone": zones})
    assert found.verdict is UNDETERMINED


# ------------------------------------------------------------ the forest matrix, 35号令 art. 4

X, O = PROHIBITED, CONDITIONAL  # noqa: E741 - as in the table of the measures
MATRIX = {
    #     I  II III IV
    "A": (X, O, O, O),
    "B": (X, O, O, O),
    "C": (X, O, O, O),
    "D": (X, O, O, O),
    "E": (X, X, O, O),
    "F": (X, O, O, O),
    "G": (X, O, O, O),
    "H": (X, O, O, O),
    "I": (X, X, X, O),
}
ONLY_NATIONAL = "ABG"
"""Kinds that may use class 1 national public-welfare forest of grade II."""
GRADES = ("I", "II", "III", "IV")


def forest_verdict(kind, grade, *, national="0", trees="other"):
    says = {"forest_grade": [grade], "national_grade": [national], "forest_kind": [trees]}
    layers = {"forest": layer("forest", square(70, 0), **says)}
    check = check_parcels(
        PARCEL, layers, role_rules("current", "forest"), as_of=SETS["current"], project_type=kind
    )
    findings = [f.verdict for f in check.parcels[0].findings if f.role == "forest"]
    return max(findings, key=lambda verdict: verdict.gravity)


@pytest.mark.parametrize("kind", MATRIX)
@pytest.mark.parametrize("grade", GRADES)
def test_forest_by_kind_of_project_and_grade(kind, grade):
    assert forest_verdict(kind, grade) is MATRIX[kind][GRADES.index(grade)]


@pytest.mark.parametrize("kind", MATRIX)
def test_class_1_national_public_welfare_forest(kind):
    expected = O if kind in ONLY_NATIONAL else X
    assert forest_verdict(kind, "II", national="1") is expected
    assert forest_verdict(kind, "II", national="2") is MATRIX[kind][1]
    assert forest_verdict(kind, "III", national="1") is MATRIX[kind][2]


@pytest.mark.parametrize("kind", MATRIX)
def test_stands_of_trees_of_grade_ii(kind):
    expected = X if kind == "H" else MATRIX[kind][1]
    assert forest_verdict(kind, "II", trees="trees") is expected


@pytest.mark.parametrize("kind", MATRIX)
def test_forest_whose_class_is_not_known_is_undetermined_where_that_matters(kind):
    known = MATRIX[kind][1]
    grave = known if known is X or kind in ONLY_NATIONAL else UNDETERMINED
    assert forest_verdict(kind, "II", national="") is grave
    matters = kind == "H"
    assert forest_verdict(kind, "II", trees="") is (UNDETERMINED if matters else known)


def test_ground_under_known_and_unknown_features_counts_once():
    """Grade II from x = 70 on, a feature of no known grade from x = 60 on, over it."""
    woods = layer(
        "forest", square(70, 0, 30, 100), square(60, 0, 40, 100), forest_grade=["II", ""],
        national_grade=["0", "0"], forest_kind=["other", "other"],
    )  # fmt: skip
    found = verdict_of("current", "C-FOR-2", {"forest": woods})
    assert found.area_m2 == pytest.approx(4000.0, rel=1e-4)
    assert found.verdict is UNDETERMINED
    assert "some do not say forest_grade" in found.reason.en


def test_a_feature_of_unknown_zone_over_a_known_one_raises_no_doubt():
    """The parcel is in 允许建设区; a feature that does not say what it is lies over half of it."""
    shapes = square(-9, -9, 200), square(50, 0)
    zones = layer("permit_zone", *shapes, permit_zone=["010", ""])
    assert verdict_of("plan-2014", "P16", {"permit_zone": zones}).verdict is CLEAR


def test_a_layer_that_covers_in_part_is_the_reason_where_the_rule_restricts_nothing():
    """H only is kept off stands of trees; for C the ground beyond the survey stays unknown."""
    says = {"forest_grade": ["II"], "national_grade": ["0"], "forest_kind": ["trees"]}
    woods = layer("forest", square(-9, 0, 30), extent=square(-9, -9, 60, 300), **says)
    found = verdict_of("current", "C-FOR-2H", {"forest": woods})
    assert found.verdict is UNDETERMINED
    assert "does not cover the whole parcel" in found.reason.en


@pytest.mark.parametrize(
    ("grade", "expected"),
    [("I", PROHIBITED), ("II", UNDETERMINED), ("III", UNDETERMINED), ("IV", CONDITIONAL)],
)
def test_without_a_kind_only_what_holds_for_all_kinds_is_said(grade, expected):
    """The national and the tree rules differ by kind as well, but this forest is neither."""
    assert forest_verdict(None, grade) is expected


def test_a_kind_that_the_rules_do_not_know_is_refused():
    with pytest.raises(ValueError, match="has no project type K; there are: A approved by"):
        forest_verdict("K", "II")
    with pytest.raises(ValueError, match="rule set plan-2014 has no project type A"):
        check_parcels(
            PARCEL, {}, load_rules("plan-2014"), as_of=SETS["plan-2014"], project_type="A"
        )


# ------------------------------------------------------------------------- dates of force


@pytest.mark.parametrize(
    ("day", "there"), [(dt.date(2022, 8, 15), False), (dt.date(2022, 8, 16), True)]
)
def test_a_rule_counts_from_its_first_day(day, there):
    rules = load_rules("current").model_copy(update={"valid_from": None})
    check = check_parcels(PARCEL, {}, rules, as_of=day)
    assert any("C-ECRL-1" in note.en for note in check.notes) is not there
    assert ("C-ECRL-1" in [f.rule for f in check.parcels[0].findings]) is there
    assert check.parcels[0].verdict is UNDETERMINED


def test_a_set_says_nothing_of_days_before_its_first():
    with pytest.raises(ValueError, match="rule set current holds from 2022-08-16 on"):
        check_parcels(PARCEL, {}, load_rules("current"), as_of=dt.date(2022, 8, 15))


def test_no_rule_in_force_is_nothing_checked():
    rules = load_rules("plan-2014")
    ended = rules.model_copy(
        update={
            "rules": tuple(
                r.model_copy(update={"valid_until": dt.date(2019, 1, 1)}) for r in rules.rules
            )
        }
    )
    check = check_parcels(PARCEL, {}, ended, as_of=dt.date(2020, 1, 1))
    assert [p.verdict for p in check.parcels] == [UNDETERMINED]


def test_the_labels_of_met_features_are_kept():
    fields = layer("pbf", square(70, 0), number=["YN-007"], kind=["水田"])
    check = check_parcels(
        PARCEL, {"pbf": fields}, load_rules("plan-2014"), as_of=dt.date(2020, 1, 1)
    )
    assert isinstance(check.land, gpd.GeoDataFrame)
    assert check.features.loc[("pbf", "f0")].to_dict() == {"number": "YN-007", "kind": "水田"}
