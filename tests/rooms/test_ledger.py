"""Ledgers, summed by hand from seven parcels; and the shipped sample, where every place has a row.

parcel  cluster  status       corridor  verdict            area
P1      west     listed       EW        clear               100
P2      west     listed       EW        prohibited           20
P3      west     not listed   NS        conditional           3     → in no cluster
P4      east     county       ""        undetermined       4000
P5      east     county       NS        within tolerance    500
P6      ""       outside      ""        clear             60000
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

import dzgis
from dzgis.allocation import ledgers, side_by_side, what_if
from dzgis.planning import LEDGER
from dzgis.terms import ClusterStatus, Text, Verdict

LISTED, COUNTY, NOT_LISTED, OUTSIDE = ClusterStatus
V = Verdict


def objects(values):
    return pd.Series(values, dtype=object)


PARCELS = pd.DataFrame(
    {
        "cluster": ["west", "west", "west", "east", "east", ""],
        "cluster_status": objects([LISTED, LISTED, NOT_LISTED, COUNTY, COUNTY, OUTSIDE]),
        "corridor": ["EW", "EW", "NS", "", "NS", ""],
        "verdict": objects(
            [V.CLEAR, V.PROHIBITED, V.CONDITIONAL, V.UNDETERMINED, V.WITHIN_TOLERANCE, V.CLEAR]
        ),
        "area_m2": [100.0, 20.0, 3.0, 4000.0, 500.0, 60000.0],
    },
)
PROPOSED = pd.DataFrame(
    {
        "cluster": ["west", "west", "east", "west"],
        "cluster_status": objects([LISTED, LISTED, COUNTY, NOT_LISTED]),
        "corridor": ["EW", "NS", "NS", ""],
        "area_m2": [1.0, 2.0, 4.0, 8.0],
        "chosen": [True, False, True, True],
    }
)
NET = {
    "cluster": pd.DataFrame({"available_m2": [10.0, 20.0, 5.0]}, index=["west", "east", ""]),
    "corridor": pd.DataFrame({"available_m2": [7.0, 8.0]}, index=["EW", ""]),
}


@pytest.fixture(scope="module")
def found(plan):
    return ledgers(plan, NET, proposed=PROPOSED, parcels=PARCELS)


def test_clusters_by_hand(found):
    assert found.clusters.index.tolist() == ["west", "east", ""]
    assert found.clusters.columns.tolist() == list(LEDGER)
    assert found.clusters.to_numpy().tolist() == [
        # available, proposed, checked, clear, conflicting, undetermined
        [10.0, 1, 1.0, 2, 120.0, 1, 100.0, 1, 20.0, 0, 0.0],
        [20.0, 1, 4.0, 2, 4500.0, 0, 0.0, 1, 500.0, 1, 4000.0],
        [5.0, 1, 8.0, 2, 60003.0, 1, 60000.0, 1, 3.0, 0, 0.0],
    ]


def test_axes_by_hand(found):
    table = found.axes
    assert table.index.tolist() == ["EW", "NS", ""]
    # The account says nothing of NS: not known, and not zero.
    assert_allclose(table["available_m2"], [7.0, np.nan, 8.0])
    assert table["n_proposed"].tolist() == [1, 1, 1]
    assert table["proposed_m2"].tolist() == [1.0, 4.0, 8.0]
    assert table["n_checked"].tolist() == [2, 2, 2]
    assert table["conflicting_m2"].tolist() == [20.0, 503.0, 0.0]


def test_counts_are_whole_numbers_and_add_up(found):
    for table in (found.clusters, found.axes):
        assert (table["n_proposed"].dtype, table["n_checked"].dtype) == ("int64", "int64")
        parts = table["n_clear"] + table["n_conflicting"] + table["n_undetermined"]
        assert table["n_checked"].tolist() == parts.tolist()
        areas = table[["clear_m2", "conflicting_m2", "undetermined_m2"]].sum(axis=1)
        assert_allclose(areas, table["checked_m2"])
        assert table["checked_m2"].sum() == PARCELS["area_m2"].sum()


def test_all_candidates_count_where_none_are_chosen(plan):
    found = ledgers(plan, NET, proposed=PROPOSED.drop(columns="chosen"), parcels=PARCELS)
    assert found.clusters.loc["west", "proposed_m2"] == 3.0


def test_without_parcels_and_candidates_every_place_still_has_a_row(plan):
    found = ledgers(plan, NET, proposed=PROPOSED.iloc[:0], parcels=PARCELS.iloc[:0])
    assert found.clusters.index.tolist() == ["west", "east", ""]
    assert found.clusters.drop(columns="available_m2").sum().sum() == 0.0


def test_industries_by_cluster_and_belt(plan):
    west, east = plan.clusters
    axis, other = plan.axes
    named = plan.model_copy(
        update={
            "clusters": (
                west.model_copy(update={"industries": ("石材", "物流")}),
                east.model_copy(update={"industries": ("物流",)}),
            ),
            "axes": (axis.model_copy(update={"belt_industries": ("物流", "旅游")}), other),
        }
    )
    table = ledgers(named, NET, proposed=PROPOSED, parcels=PARCELS).industries
    assert table.iloc[:, :3].to_numpy().tolist() == [
        ["石材", "west", ""],
        ["物流", "west+east", "EW"],
        ["旅游", "", "EW"],
    ]
    # Only the belt names tourism: in no cluster is land set aside for it, which is not "none left".
    assert_allclose(table["available_m2"], [10.0, 30.0, np.nan])
    assert table["n_proposed"].tolist() == [1, 2, 0]
    assert table["proposed_m2"].tolist() == [1.0, 5.0, 0.0]


# ------------------------------------------------------------------ side by side


def test_two_ledgers_side_by_side(found, plan):
    more = {level: table + 1.0 for level, table in NET.items()}
    other = ledgers(plan, more, proposed=PROPOSED, parcels=PARCELS)
    table = side_by_side(found.clusters, other.clusters, columns=["available_m2", "n_checked"])
    assert table.columns.tolist() == [
        (name, part)
        for name in ("available_m2", "n_checked")
        for part in ("base", "changed", "difference")
    ]
    assert table["available_m2"].to_numpy().tolist() == [
        [10.0, 11.0, 1.0],
        [20.0, 21.0, 1.0],
        [5.0, 6.0, 1.0],
    ]
    assert (table["n_checked", "difference"] == 0).all()


def test_a_place_of_one_side_only_is_not_known_on_the_other():
    base = pd.DataFrame({"m2": [1.0]}, index=["a"])
    changed = pd.DataFrame({"m2": [2.0, 3.0]}, index=["b", "a"])
    table = side_by_side(base, changed)["m2"]
    assert table.index.tolist() == ["a", "b"]
    assert_allclose(table, [[1.0, 3.0, 2.0], [np.nan, 2.0, np.nan]])


def test_a_table_beside_itself_differs_nowhere(found):
    table = side_by_side(found.axes, found.axes)
    difference = table.xs("difference", axis=1, level=1)
    assert difference.columns.tolist() == list(LEDGER)
    assert (difference.fillna(0.0) == 0.0).all(axis=None)


def test_what_if():
    counties = pd.DataFrame({"available_m2": [5.0]}, index=["530001"])
    base = {"county": counties, "cluster": NET["cluster"]}
    changed = {"county": counties * 2.0, "cluster": NET["cluster"] + 1.0}
    name, what = Text("不扣 P1", "without P1"), Text("可用地", "available land")
    found = what_if(name, base, changed, what=what)
    assert (found.name, found.what) == (name, what)
    assert found.by_county.columns.tolist() == ["base_m2", "changed_m2", "difference_m2"]
    assert found.by_county.to_numpy().tolist() == [[5.0, 10.0, 5.0]]
    assert found.by_cluster["difference_m2"].tolist() == [1.0, 1.0, 1.0]


# ------------------------------------------------------------------ the shipped sample


@pytest.fixture(scope="module")
def sample():
    plan, paths = dzgis.load_plan("dianzhong-2014"), dzgis.sample_inputs()
    counties = dzgis.open_counties(paths.counties, plan)
    parcels = dzgis.assign(dzgis.open_parcels(paths.parcels, plan), plan, counties)
    return plan, parcels


def test_every_cluster_and_axis_of_the_sample_has_a_row(sample):
    plan, parcels = sample
    verdicts = list(Verdict) * len(parcels)
    checked = parcels.assign(
        verdict=pd.Series(verdicts[: len(parcels)], parcels.index, dtype=object)
    )
    nothing = pd.DataFrame({"available_m2": []}, index=[])
    net = {"cluster": nothing, "corridor": nothing}
    found = ledgers(plan, net, proposed=parcels, parcels=checked)
    assert found.clusters.index.tolist() == [*(c.id for c in plan.clusters), ""]
    assert found.axes.index.tolist() == ["EW", "NS", ""]
    assert (found.clusters["n_checked"] > 0).all()  # the sample has parcels everywhere, outside too
    assert found.clusters["n_checked"].sum() == len(parcels) == 48
    assert found.axes["n_checked"].sum() == len(parcels)
    assert found.clusters["available_m2"].isna().all()
    assert len(found.industries) == len(
        {i for c in plan.clusters for i in c.industries}
        | {i for a in plan.axes for i in a.belt_industries}
    )


def test_every_parcel_of_the_sample_has_its_reason(sample):
    plan, parcels = sample
    names = {c.id: (c.name, c.name_en) for c in plan.clusters}
    for row in parcels.itertuples():
        zh, en = row.reason.zh, row.reason.en
        assert zh.endswith("。")
        assert en.endswith(".")
        assert "nan" not in zh + en
        assert len(zh) < 160  # one sentence
        assert row.county in zh
        if row.cluster:
            assert names[row.cluster][0] in zh
            assert names[row.cluster][1] in en
        else:
            assert "未列入任何组团" in zh
        assert ("仅供参考" in zh) == (row.model_cluster != row.cluster)
