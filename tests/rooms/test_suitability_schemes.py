"""Shipped schemes as their sources have them, worked cell by cell; and faults of scheme files."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from dzgis.errors import MissingFileError, PlanError
from dzgis.plan import load_plan
from dzgis.plan.suitability import assumed_of, load_scheme, scheme_names
from dzgis.suitability import Measured, graded, parts_of, weights_of

OUTSIDE, UNKNOWN = -2, -1
NAN = float("nan")


def floats(*values):
    return np.array(values, dtype=np.float32)


def whole(*values):
    return np.array(values, dtype=np.int64)


def test_schemes_ship_the_default_first():
    assert scheme_names() == (
        "low_hill_industry",
        "double_evaluation_urban",
        "jia_2017",
        "zoning_principle",
    )
    for name in scheme_names():
        scheme = load_scheme(name)
        assert scheme.id == name
        assert all(note for _, note in assumed_of(scheme))


# ------------------------------------------------------------------ Jia et al. 2017
#
# cell            0      1      2         3       4       5 (no hazard data)
# slope           1      5      12        20      1       1
# hazard          none   low    medium    high    none    unknown
# farmland        none   other  arable    none    none    none
# water          100     80     60        40      100     100
# fault zone      no     no     no        yes     no      no
# red line        no     no     no        no      yes     no
# scores       100·5  80,80,80,80,100  60,60,60,60,100  40,40,100,40,40  –  100 but hazard
# index          100     84     68        52      0       100


def test_jia_by_hand():
    scheme = load_scheme("jia_2017")
    weights, _ = weights_of(scheme.weights)
    hazard = whole(OUTSIDE, 2, 1, 0, OUTSIDE, UNKNOWN)  # great, medium, small, none
    farmland = whole(OUTSIDE, 1, 0, OUTSIDE, OUTSIDE, OUTSIDE)  # arable 9–11, other, none
    fault = whole(OUTSIDE, OUTSIDE, OUTSIDE, 0, OUTSIDE, OUTSIDE)
    slope, water = floats(1, 5, 12, 20, 1, 1), floats(100, 80, 60, 40, 100, 100)
    ecrl = floats(0, 0, 0.49, 0, 0.5, 0)
    measured = Measured(
        slope, (slope, hazard, farmland, water, fault), (None, None, None, ecrl, None), ()
    )
    grade, index = graded(scheme, parts_of(scheme, measured), list(weights.values()))
    assert_allclose(index, [100, 84, 68, 52, 0, 100])
    assert_array_equal(grade, [1, 2, 3, 3, 4, 1])


# ------------------------------------------------------------------ double evaluation
# 3 slopes a grade × 3 heights × 3 reliefs: the grade goes down by 0, 1 or to the last, and by
# 0, 1, 2, and never beyond the fifth.

SLOPES = {3.0: 1, 8.0: 2, 15.0: 3, 25.0: 4}
HEIGHTS = {3499.0: 0, 3500.0: 1, 5000.0: 9}
RELIEFS = {100.0: 0, 200.0: 1, 201.0: 2}


def double_evaluation(slope, height, relief, contiguity, **more):
    scheme = load_scheme("double_evaluation_urban")
    lowerings = (height, relief, more.get("hazard"), contiguity)
    measured = Measured(slope, (slope,), (slope, None, None), lowerings, more.get("water"))
    return graded(scheme, parts_of(scheme, measured), [0.0], measured.integration)


def test_double_evaluation_every_combination():
    cells = list(itertools.product(SLOPES, HEIGHTS, RELIEFS))
    slope, height, relief = (floats(*values) for values in zip(*cells, strict=True))
    wanted = [min(SLOPES[s] + HEIGHTS[h] + RELIEFS[r], 5) for s, h, r in cells]
    grade, index = double_evaluation(slope, height, relief, floats(*[9.0] * len(cells)))
    assert len(cells) == 36
    assert_array_equal(grade, wanted)
    assert_allclose(index, [(5 - g) * 25.0 for g in wanted])


def test_double_evaluation_steep_small_hazardous_and_unknown_ground():
    slope = floats(2, 2, 25.01, NAN, 2, 2)
    relief = floats(50, 50, 50, 50, NAN, 50)
    patches = floats(1.0, 0.99, 9, 9, 9, 9)
    hazard = floats(0, 0, 0, 0, 0, 0.5)
    grade, index = double_evaluation(slope, floats(*[1900] * 6), relief, patches, hazard=hazard)
    assert_array_equal(grade, [1, 2, 5, 0, 0, 2])
    assert_array_equal(index, [100, 75, 0, NAN, NAN, 75])


def test_double_evaluation_with_water():
    slope, level = floats(10, 10, 10), floats(1900, 1900, 1900)
    grade, _ = double_evaluation(
        slope, level, floats(0, 0, 0), floats(9, 9, 9), water=floats(1, 5, NAN)
    )
    assert_array_equal(grade, [2, 4, 3])


# ------------------------------------------------------------------ zoning principle


def test_the_zoning_scheme_is_the_plans():
    plan, scheme = load_plan("dianzhong-2014"), load_scheme("zoning_principle")
    assert scheme.grading.limits == plan.slope_classes.limits_deg
    assert [one.name for one in scheme.grading.classes] == [one.name for one in plan.zoning.steps]
    assert [one.slope_class for one in plan.zoning.steps] == [1, 2, 3, 4]
    assert scheme.source.quote == plan.zoning.source.quote
    assert scheme.grading.suitable == plan.slope_classes.low_hill


# ------------------------------------------------------------------ files with faults


def file_of(tmp_path, *changes, name="jia_2017"):
    from importlib import resources

    text = (resources.files("dzgis.plan") / "suitability_schemes" / f"{name}.toml").read_text(
        "utf-8"
    )
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def faults_of(path):
    with pytest.raises(PlanError) as caught:
        load_scheme(path)
    return [str(fault) for fault in caught.value.faults]


def test_a_copied_file_is_the_same_scheme(tmp_path):
    assert load_scheme(file_of(tmp_path)) == load_scheme("jia_2017")


def test_no_such_scheme():
    with pytest.raises(MissingFileError, match="no suitability scheme and no file 'jia'; shipped"):
        load_scheme("jia")


def test_unknown_keys_and_wrong_kinds_are_all_named(tmp_path):
    found = faults_of(
        file_of(
            tmp_path,
            ('unit = "°"', 'units = "°"'),
            ('kind = "raster"', 'kind = "grid"'),
            ("suitable = [1, 2]", "suitable = []\nbest = 3"),
        )
    )
    assert found[0].startswith("mine.toml: suitability.criteria[slope].units: unknown key")
    assert any("criteria[water].of.kind: found 'grid', must be one of" in one for one in found)
    assert any(one.startswith("mine.toml: suitability.grading.best: unknown") for one in found)


def test_parts_that_do_not_fit_are_all_named(tmp_path):
    found = "\n".join(
        faults_of(
            file_of(
                tmp_path,
                ("breaks = [2.0, 8.0, 15.0]", "breaks = [2.0, 15.0, 8.0, 20.0]"),
                ('outside = "none" }', 'outside = "nothing" }'),
                ("values = { slope = 1.0,", "values = { slopes = 1.0,"),
                ("{ above = 85.0,", "{ above = 60.0,"),
                ("suitable = [1, 2]", "suitable = [7]"),
                ("bands = [{ at_least = 0.5 }]", "bands = [{ above = 2.0, up_to = 1.0 }]"),
            )
        )
    )
    for part in (
        r"criteria\[slope\]\.value: 4 breaks need 5 values, found 4",
        r"criteria\[slope\]\.value\.breaks: limits must ascend",
        r"criteria\[hazard\]\.value\.table: lacks the score of 'nothing'",
        r"weights: must name each criterion once; does not fit: slope, slopes",
        r"grading\.classes: limits must ascend",
        r"grading\.suitable: must name grades from 1 to 4",
        r"limits\[best_arable\]\.bands\[1\]: is empty \(2 to 1\)",
    ):
        assert re.search(part, found), part


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('raster = "slope" }', 'raster = "hills" }', "terrain is one of slope"),
        ('layers = ["hazard"]', 'layers = ["a", "b"]', "takes one layer only"),
        ('field = "hazard_level", ', "", "class needs field"),
        ('kind = "cover", layers = ["ecrl"]', 'kind = "cover"', "need layers"),
        ("scores = [100.0, 80.0, 60.0, 40.0]", "table = { a = 1.0 }", "lacks scores"),
        ('method = "given"', 'method = "ahp"', "is needed for the method ahp"),
        ("bands = [{ at_least = 0.5 }]", 'values = ["x"]', "a class needs values"),
        ('id = "hazard"', 'id = "slope"', "'slope' occurs 2 times"),
    ],
)
def test_one_part_that_does_not_fit(tmp_path, old, new, words):
    assert any(words in one for one in faults_of(file_of(tmp_path, (old, new))))


def test_a_scheme_graded_by_a_criterion_has_no_weights(tmp_path):
    extra = (
        '[suitability.weights]\nmethod = "given"\nvalues = { slope = 1.0 }\nstatus = "assumed"\n'
    )
    extra += 'source = { note = "x" }\n\n[suitability.grading]'
    path = file_of(tmp_path, ("[suitability.grading]", extra), name="zoning_principle")
    assert any("grades by one criterion have none" in one for one in faults_of(path))
