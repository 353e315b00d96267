"""Tables of a land account, counted on squared paper; see builders_account."""

from __future__ import annotations

import pytest
from builders import GROUND, frame, layer, plan, square
from builders_account import CELL_M2, COUNTY, PLANE, account_inputs, exclusion, made
from numpy.testing import assert_allclose

from dzgis.area import polygon_area_m2
from dzgis.land import account_tables, claimed_figures, what_if, zone_parts
from dzgis.pipeline import account_of

#        60 m
#   330 ┌────┬─────────┬────┐      A (pbf) 30 … 180 east, B (ecrl) 150 … 210, C (river) 0 … 400
#       │ A  │ A+B  B  │    │      A alone 120 m, both 30 m, B alone 30 m of 300 m
#    30 └────┴─────────┴────┘
pytestmark = pytest.mark.slow

A = layer("pbf", square(30, 0, 150, 400))
B = layer("ecrl", square(150, 0, 60, 400))
HARD = [exclusion("A", "pbf"), exclusion("B", "ecrl")]
NEAR = {"rel": 2 * GROUND, "abs": 0.01}


def tables(found):
    return account_tables(found.account, plan())


def test_the_waterfall_closes_and_shared_ground_is_split_evenly():
    found = tables(made(HARD, A, B))
    net = found.net["county"].loc["530001"]
    assert net["area_m2"] == pytest.approx(90_000, **NEAR)
    assert net["raw_m2"] == pytest.approx(90_000, **NEAR)
    assert net["taken_m2"] == pytest.approx(180 * 300, **NEAR)
    assert net["available_m2"] == pytest.approx(120 * 300, **NEAR)
    loss = found.losses["county"].loc["530001"]
    assert_allclose(loss.loc["A"], [45_000, 36_000, 9_000, 40_500], rtol=2 * GROUND)
    assert_allclose(loss.loc["B"], [18_000, 9_000, 9_000, 13_500], rtol=2 * GROUND)
    assert loss["attributed_m2"].sum() == pytest.approx(net["taken_m2"], abs=1e-6)
    assert_allclose(found.overlap_matrix, [[45_000, 9_000], [9_000, 18_000]], rtol=2 * GROUND)
    # 120 m each of A alone and of nothing, 30 m each of the others, but for the map's rounding
    assert set(found.combinations["taken"][:2]) == {"", "A"}
    assert set(found.combinations["taken"][2:]) == {"A+B", "B"}
    assert found.combinations["left_m2"].sum() == pytest.approx(net["available_m2"])


def test_order_of_exclusions_changes_nothing():
    one, other = tables(made(HARD, A, B)), tables(made(HARD[::-1], B, A))
    assert_allclose(one.net["county"], other.net["county"], rtol=1e-12)
    turned = other.losses["county"].reindex(one.losses["county"].index)
    assert_allclose(one.losses["county"], turned, rtol=1e-12)


def test_conditional_ground_is_available_and_told_apart():
    members = [exclusion("A", "pbf", effect="conditional"), exclusion("B", "ecrl")]
    found = tables(made(members, A, B))
    net = found.net["county"].loc["530001"]
    assert net["available_m2"] == pytest.approx(240 * 300, **NEAR)
    assert net["conditional_m2"] == pytest.approx(120 * 300, **NEAR)
    loss = found.losses["county"].loc["530001"]
    assert loss.loc["A", "attributed_m2"] == 0.0
    # The condition takes nothing, so that B's ground is all its own.
    assert loss.loc["B", "shared_m2"] == 0.0


def test_weighted_ground_is_attributed_by_what_it_takes():
    members = [exclusion("A", "pbf", effect="weighted", weight=0.5), exclusion("B", "ecrl")]
    loss = tables(made(members, A, B)).losses["county"].loc["530001"]
    assert loss.loc["A", "attributed_m2"] == pytest.approx(0.5 * 120 * 300, **NEAR)
    assert loss.loc["B", "attributed_m2"] == pytest.approx(60 * 300, **NEAR)


def test_every_place_of_the_plan_has_a_row():
    found = tables(made(HARD, A, B))
    assert list(found.net["county"].index) == ["530001", "530002"]
    assert list(found.net["district"].index) == ["west", "east"]
    assert list(found.net["cluster"].index) == ["west", "east", ""]
    assert list(found.net["corridor"].index) == ["EW", "NS", ""]
    assert (found.net["county"].loc["530002"] == 0.0).all()
    assert list(found.classes["county"].columns) == [1, 2, 3, 4, "unknown"]
    assert found.classes["county"].loc["530001", 2] == pytest.approx(90_000, **NEAR)
    assert len(found.land_classes) == 0


def test_without_exclusions_all_is_left():
    found = tables(made([]))
    assert found.net["county"].loc["530001", "available_m2"] == pytest.approx(90_000, **NEAR)
    assert len(found.losses["county"]) == 0
    assert found.overlap_matrix.shape == (0, 0)


def test_what_if_equals_the_account_made_without_it():
    found = made(HARD, A, B)
    again = tables(made(HARD[:1], A))
    change = what_if(found.account, ["B"], plan())
    assert change.by_county.loc["530001", "changed_m2"] == pytest.approx(
        again.net["county"].loc["530001", "available_m2"], rel=1e-9
    )
    assert change.by_county.loc["530001", "difference_m2"] == pytest.approx(30 * 300, **NEAR)
    assert list(change.by_cluster.index) == ["west", "east", ""]
    assert "B" in change.name.en


def test_claims_are_set_beside_three_figures():
    claim = {"id": "c", "name": "可用", "name_en": "usable", "value": 3.0, "unit": "km²"}
    fact = {"status": "assumed", "source": {"note": "test"}}
    made_plan = plan(claims=[claim | fact, claim | fact | {"id": "d", "unit": "ratio"}])
    (one,) = claimed_figures(made(HARD, A, B).account, 7.0, made_plan)
    assert one.claimed_m2 == 3_000_000.0
    assert one.raw_m2 == pytest.approx(90_000, **NEAR)
    assert one.net_m2 == pytest.approx(36_000, **NEAR)
    assert one.contiguous_m2 == 7.0


# ------------------------------------------------------------------ places


#     ┌───────┬─────┐   cluster west: 100 m of 300 m, its border within a cell;
#     │ west  │ ""  │   corridor EW: the southern 100 m
#     ├───────┼─────┤
#     └───────┴─────┘
def test_places_are_disjoint_parts_that_make_up_the_county():
    clusters = frame(square(0, 0, 130, 400), cluster=["west"])
    corridors = frame(square(0, 0, 400, 130), axis=["EW"], up_to_km=[5.0])
    parts = zone_parts(COUNTY, clusters, corridors)
    area = polygon_area_m2(parts)
    assert area.sum() == pytest.approx(polygon_area_m2(COUNTY).sum(), rel=3 * GROUND)
    by_place = dict(zip(zip(parts["cluster"], parts["corridor"], strict=True), area, strict=True))
    wanted = {("west", "EW"): 1e4, ("west", ""): 2e4, ("", "EW"): 2e4, ("", ""): 4e4}
    assert by_place == {place: pytest.approx(m2, rel=3 * GROUND) for place, m2 in wanted.items()}
    found = tables(made(HARD, A, B, clusters=clusters, corridors=corridors))
    assert found.net["cluster"].loc["west", "area_m2"] == pytest.approx(30_000, **NEAR)
    # A covers all of the cluster: borders of places and of A in the same cells are exact.
    assert found.net["cluster"].loc["west", "available_m2"] == pytest.approx(0.0, abs=0.01)
    assert found.net["corridor"].loc["EW", "available_m2"] == pytest.approx(12_000, **NEAR)


#  county and protected land end at 45 m, in the middle of a cell
def test_land_protected_up_to_the_county_border_is_all_of_it():
    county = COUNTY.set_geometry([square(45, 45, 270)], crs=COUNTY.crs)
    found = made([exclusion("A", "pbf")], layer("pbf", square(45, 45, 270)), counties=county)
    assert set(found.account.cube["taken"]) == {"A"}
    row = found.account.reconciled.loc["A"]
    assert row["difference_m2"] == pytest.approx(0.0, abs=1e-3)
    assert row["polygons_m2"] == pytest.approx(270.0**2, **NEAR)


def test_ground_beyond_the_grid_is_of_unknown_slope():
    county = COUNTY.set_geometry([square(30, 30, 600, 300)], crs=COUNTY.crs)
    net = tables(made([], counties=county)).net["county"].loc["530001"]
    assert net["area_m2"] == pytest.approx(180_000, **NEAR)
    # 270 m beyond the grid, and its outermost column, of which no slope is known
    assert net["unknown_m2"] == pytest.approx(300 * 300, **NEAR)


def test_land_classes_split_what_is_left():
    patches = frame(square(0, 0, 180, 400), square(180, 0, 90, 400), land_class=["0101", "0301"])
    found = tables(made(HARD, A, B, land_use=patches)).land_classes
    assert list(found.index) == [("530001", ""), ("530001", "0101"), ("530001", "0301")]
    assert_allclose(found["area_m2"], [18_000, 45_000, 27_000], rtol=3 * GROUND)
    assert_allclose(found["available_m2"], [18_000, 0, 18_000], rtol=3 * GROUND, atol=0.01)


def test_layers_are_told_before_the_account_is_made():
    order = []
    account_of(
        account_inputs(HARD, A, B),
        told=lambda states: order.append([one.exclusion for one in states]),
        tell=lambda done, of: order.append((done, of)),
    )
    assert order == [["A", "B"], (1, 1)]


def test_reconciled_polygons_and_cells_agree_where_features_overlap():
    circles = [square(100 + 20 * n, 150, 0.1).centroid.buffer(60) for n in range(5)]
    found = made([exclusion("A", "pbf")], layer("pbf", *circles))
    row = found.account.reconciled.loc["A"]
    united = frame(*circles).union_all().intersection(COUNTY.geometry.iloc[0]).area
    assert row["polygons_m2"] == pytest.approx(united, rel=1e-5)
    assert row["difference_m2"] == pytest.approx(0.0, abs=0.01)


def test_area_of_cells_is_the_ellipsoids():
    assert made([]).account.cube["m2"].sum() == pytest.approx(100 * CELL_M2, rel=GROUND)
    assert PLANE.shape == (12, 12)
