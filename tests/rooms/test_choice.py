"""
Which candidates are proposed, on a row of squares.

    C0001   C0002   C0003   C0004      20 m × 20 m each, 40 m from one to the next
      A       A       B       A        400 m² of equal worth: in the order of their ids
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from builders import ASSUMED, GEOGRAPHIC, frame, square

from dzgis.errors import InputError
from dzgis.land import Regions, propose
from dzgis.plan.candidate_rules import Candidates

IDS = ["C0001", "C0002", "C0003", "C0004"]
CLUSTERS = pd.Series(["A", "A", "B", "A"], index=IDS)


def rules(**more):
    return Candidates.model_validate(ASSUMED | {"min_area_ha": 0.01, "min_cell_share": 0.5} | more)


def regions(n=4, m2=400.0):
    shapes = [square(60 * k, 0, 20) for k in range(n)]
    found = frame(*shapes, county_code=["1"] * n, area_m2=[m2] * n).to_crs(GEOGRAPHIC)
    found.index = pd.Index(IDS[:n], name="candidate_id")
    return Regions(found, frame(crs=GEOGRAPHIC), {}, 7.0)


def chosen(proposal):
    return list(proposal.candidates.index[proposal.candidates["chosen"]])


def test_all_are_chosen_where_nothing_is_asked():
    proposal = propose(regions(), CLUSTERS, rules())
    assert chosen(proposal) == IDS
    assert list(proposal.shortfall.index) == ["A", "B", ""]
    assert proposal.shortfall["n"].tolist() == [3, 1, 0]
    assert proposal.shortfall["m2"].tolist() == [1200.0, 400.0, 0.0]
    asked = ["wanted", "wanted_m2", "missing", "missing_m2"]
    assert proposal.shortfall[asked].isna().all(axis=None)
    assert [text.en for text in proposal.shortfall["reason"]] == ["", "", ""]
    assert proposal.contiguous_m2 == 7.0
    assert list(proposal.candidates.columns)[-2:] == ["chosen", "geometry"]


def test_best_n_of_each_cluster_and_what_is_missing():
    proposal = propose(regions(), CLUSTERS, rules(best_n=2), clusters=["A", "B", "C"])
    assert chosen(proposal) == ["C0001", "C0002", "C0003"]
    table = proposal.shortfall
    assert list(table.index) == ["A", "B", "C", ""]
    assert table["wanted"].tolist()[:3] == [2, 2, 2]
    assert table["missing"].tolist()[:3] == [0, 1, 2]
    assert np.isnan(table.loc["", "wanted"])
    assert table.loc["A", "reason"].en == ""
    assert "1 块" in table.loc["B", "reason"].zh
    assert table.loc["B", "reason"].en.endswith("missing: there are 1 candidates with 0.04 ha")
    assert "there are 0 candidates" in table.loc["C", "reason"].en


@pytest.mark.parametrize(
    ("target_ha", "expected", "missing_m2"),
    [
        (0.0399, ["C0001"], 0.0),
        (0.04, ["C0001"], 0.0),
        (0.0401, ["C0001", "C0002"], 0.0),
        (0.13, ["C0001", "C0002", "C0004"], 100.0),
    ],
)
def test_target_area_with_its_shortfall(target_ha, expected, missing_m2):
    wanted = [{"cluster": "A", "target_ha": target_ha}]
    proposal = propose(regions(), CLUSTERS, rules(wanted=wanted))
    assert chosen(proposal) == expected
    row = proposal.shortfall.loc["A"]
    assert row["wanted_m2"] == pytest.approx(target_ha * 10_000)
    assert row["missing_m2"] == pytest.approx(missing_m2, abs=1e-6)
    assert ("0.01 公顷" in row["reason"].zh) == (missing_m2 > 0)


@pytest.mark.parametrize(
    ("spacing_m", "expected"),
    [
        (39.9, IDS),
        (40.1, ["C0001", "C0003"]),
        (100.1, ["C0001", "C0004"]),
    ],
)
def test_spacing_holds_across_clusters(spacing_m, expected):
    assert chosen(propose(regions(), CLUSTERS, rules(spacing_m=spacing_m))) == expected


def test_spacing_is_named_as_the_reason():
    asked = rules(spacing_m=40.1, best_n=3)
    proposal = propose(regions(), CLUSTERS, asked)
    assert chosen(proposal) == ["C0001", "C0003"]
    row = proposal.shortfall.loc["A"]
    assert (row["n"], row["missing"]) == (1, 2)
    assert row["reason"].en == (
        "2 块 parcels missing: there are 3 candidates with 0.12 ha, "
        "2 of which lie too near to chosen ones"
    )


def test_a_cluster_may_want_something_else_than_the_others():
    asked = rules(best_n=1, wanted=[{"cluster": "B", "target_ha": 0.05}])
    table = propose(regions(), CLUSTERS, asked).shortfall
    assert (table.loc["A", "wanted"], table.loc["A", "n"]) == (1, 1)
    assert np.isnan(table.loc["B", "wanted"])
    assert table.loc["B", "missing_m2"] == pytest.approx(100.0)


def test_candidates_in_no_cluster_are_told_and_not_chosen_where_clusters_are_asked():
    nowhere = CLUSTERS.replace("B", "")
    assert chosen(propose(regions(), nowhere, rules(best_n=9))) == ["C0001", "C0002", "C0004"]
    assert chosen(propose(regions(), nowhere, rules())) == IDS


def test_order_of_rows_changes_nothing():
    one = propose(regions(), CLUSTERS, rules(best_n=1))
    two = propose(regions(), CLUSTERS.iloc[::-1], rules(best_n=1))
    assert chosen(one) == chosen(two) == ["C0001", "C0003"]


def test_no_candidates_at_all():
    proposal = propose(regions(0), CLUSTERS.iloc[:0], rules(target_ha=1), clusters=["A"])
    assert proposal.candidates.empty
    assert proposal.shortfall.loc["A", "missing_m2"] == pytest.approx(10_000.0)


def test_every_candidate_needs_a_cluster():
    with pytest.raises(InputError, match="C0004"):
        propose(regions(), CLUSTERS.iloc[:3], rules())
