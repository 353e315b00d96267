"""Rules of candidates as data: what a file may say, and what is named when it is wrong."""

from __future__ import annotations

import pytest
from builders import ASSUMED
from builders import plan as toy_plan

from dzgis.errors import MissingFileError, PlanError
from dzgis.plan import DEFAULT_PLAN, load_candidate_rules, load_plan, plan_text
from dzgis.plan.candidate_rules import Candidates
from dzgis.plan.check import check_plan

HEAD = """[candidates]
min_area_ha = 5.0
min_cell_share = 0.5
status = "assumed"
source = { note = "ours" }
"""


@pytest.fixture
def file(tmp_path):
    def write(more=""):
        path = tmp_path / "mine.toml"
        path.write_text(HEAD + more, encoding="utf-8")
        return path

    return write


def test_what_is_left_out_asks_nothing(file):
    found = load_candidate_rules(file())
    assert found.model_dump(exclude={"source", "status"}) == {
        "min_area_ha": 5.0,
        "min_cell_share": 0.5,
        "min_width_m": 0.0,
        "max_area_ha": None,
        "min_compactness": 0.0,
        "max_mean_slope_deg": None,
        "fill_below_ha": 0.0,
        "straighten_m": 0.0,
        "near": (),
        "far": (),
        "best_n": None,
        "target_ha": None,
        "wanted": (),
        "spacing_m": 0.0,
        "by": "area",
    }
    assert found.wanted_by("any") == (None, None)


def test_everything_can_be_said(file):
    found = load_candidate_rules(
        file(
            'min_width_m = 60\nnear = [{ layer = "road", at_most_m = 2000 }]\n'
            'far = [{ layer = "hazard", at_least_m = 100 }]\nbest_n = 3\nby = "suitability"\n'
            'wanted = [{ cluster = "anning", target_ha = 200 }]\n'
        )
    )
    assert found.layers == ("road", "hazard")
    assert found.wanted_by("anning") == (None, 200.0)
    assert found.wanted_by("malong") == (3, None)
    assert found.wanted_by("") == (None, None)


def test_rules_of_a_plan_can_be_named_by_its_file(tmp_path):
    shipped = load_plan(DEFAULT_PLAN).candidates
    assert shipped.status == "assumed"
    assert shipped.min_area_ha == 10.0
    with pytest.raises(MissingFileError, match="no file"):
        load_candidate_rules(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("min_width_cells = 3", r"min_width_cells: unknown key; .*did you mean min_width_m"),
        ("min_width_m = -1.0", r"min_width_m: found -1\.0, must be at least 0"),
        ("min_compactness = 1.5", r"min_compactness: found 1\.5, must be at most 1"),
        ("max_mean_slope_deg = 95.0", r"max_mean_slope_deg: found 95\.0, must be at most 90"),
        ("fill_below_ha = inf", r"fill_below_ha: a finite number is required"),
        ("straighten_m = 'far'", r"straighten_m: found 'far', a number is required"),
        ("best_n = 0", r"best_n: found 0, must be at least 1"),
        ("best_n = 2\ntarget_ha = 3.0", r"only one of best_n and target_ha"),
        ("max_area_ha = 9.0", r"max_area_ha must be at least twice min_area_ha"),
        ("by = 'beauty'", r"by: found 'beauty', must be one of 'area', 'suitability', 'slope'"),
        ("near = [{ at_most_m = 5.0 }]", r"near\[1\]\.layer: missing, is required"),
        (
            """near = [{ layer = 'road', at_most_m = 5.0 }]
            far = [{ layer = 'road', at_least_m = 9.0 }]""",
            r"a layer cannot be farther than at_least_m",
        ),
        ("wanted = [{ cluster = 'a' }]", r"wanted\[1\]: a cluster wants either best_n or target"),
        (
            "wanted = [{ cluster = 'a', best_n = 1 }, { cluster = 'a', best_n = 2 }]",
            r"every cluster may stand in wanted once only",
        ),
    ],
)
def test_faults_are_named_with_their_place(file, more, message):
    with pytest.raises(PlanError, match=rf"^mine\.toml: candidates.*{message}") as caught:
        load_candidate_rules(file(more))
    assert caught.value.say("zh") != caught.value.say("en")


def test_a_cluster_that_the_plan_does_not_know_is_a_fault():
    asked = ASSUMED | {"min_area_ha": 1, "min_cell_share": 0.5}
    asked |= {"wanted": [{"cluster": "wset", "best_n": 1}]}
    (fault,) = check_plan(toy_plan(candidates=asked))
    assert fault.en.startswith("candidates.wanted[1].cluster: 'wset' is no cluster of clusters")
    assert "did you mean west?" in fault.en


def test_the_plan_as_text_says_every_rule():
    asked = Candidates.model_validate(
        ASSUMED
        | {"min_area_ha": 7, "min_cell_share": 0.5, "min_width_m": 250, "straighten_m": 33}
        | {"near": [{"layer": "road", "at_most_m": 2000}], "best_n": 4, "spacing_m": 500}
        | {"far": [{"layer": "hazard", "at_least_m": 111}], "by": "slope"}
        | {"wanted": [{"cluster": "west", "target_ha": 77}]}
    )
    text = plan_text(toy_plan(candidates=asked), "en")
    for said in ("7 公顷 ha", "250 m", "33 m", "≤ 2000 m", "≥ 111 m", "4 块 parcels", "500 m"):
        assert said in text
    assert "cluster west" in text
    assert "flattest first" in text
    assert "steepest mean slope" not in text
