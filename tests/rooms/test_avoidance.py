"""Boundary changes counted on squared paper: a parcel 100 m square, and red land across it."""

from __future__ import annotations

import datetime as dt
import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from builders import EAST, METRIC, NORTH, frame, layer, parcels, rule, rules, square
from numpy.testing import assert_allclose
from pydantic import ValidationError

from dzgis import pipeline
from dzgis.area import carried, carried_back, still_valid
from dzgis.crs import CGCS2000, equal_area
from dzgis.inputs import read_parcels
from dzgis.plan import DEFAULT_PLAN, load_plan
from dzgis.plan.avoidance import AvoidanceLimits
from dzgis.plan.schemes import avoidance_limits
from dzgis.protection import overlaps
from dzgis.terms import Contact

pytestmark = pytest.mark.slow

LIMITS = avoidance_limits()
MARGIN_M = LIMITS.margin_m
DAY = dt.date(2020, 12, 31)
PAPER = 2e-5
"""Relative difference of squared paper and of the frame in which shapes are measured."""
PBF = rule("P1", "pbf")
RED = rules(PBF)


def exact(ruleset):
    """Rules that take a millimetre for touching, as the shipped plan does."""
    return ruleset.model_copy(
        update={"tolerance": ruleset.tolerance.model_copy(update={"touch_width_m": 0.001})}
    )


def left(land, *shapes, ruleset=RED, role="pbf", **more):
    """Boundary changes of parcels that red land lies on."""
    pieces = overlaps(land, {role: layer(role, *shapes)}, ruleset)
    return pipeline.avoidance_of(land, pieces, ruleset, **more)


def one(*shapes, **more):
    """Boundary change of the square."""
    found = left(parcels(P=square(0, 0)), *shapes, **more)
    assert list(found.index) == ["P"]
    return found.loc["P"]


# ------------------------------------------------------------------ what is cut


def test_a_strip_at_the_side_is_cut_with_its_margin():
    # ┌────────┬─┐
    # │ 80×100 │█│
    # └────────┴─┘
    row = one(square(80, -50, 100, 200))
    assert row["kept_m2"] == pytest.approx((80.0 - MARGIN_M) * 100.0, rel=PAPER)
    assert row["kept_m2"] + row["cut_m2"] == pytest.approx(10_000.0, rel=PAPER)
    assert (row["n_parts"], row["n_dropped"], row["dropped_m2"]) == (1, 0, 0.0)
    assert row["width_m"] == pytest.approx(80.0, abs=0.05)
    assert row["mean_width_m"] == pytest.approx(16_000.0 / 360.0, rel=1e-4)
    assert row["compactness"] == pytest.approx(4 * math.pi * 8_000.0 / 360.0**2, rel=1e-4)
    assert bool(row["usable"])
    assert_allclose(
        np.subtract(row["geometry"].bounds, (EAST, NORTH, EAST, NORTH)),
        (0.0, 0.0, 80.0 - MARGIN_M, 100.0),
        atol=1e-4,
    )


def test_borders_that_are_not_cut_keep_their_points():
    row = one(square(80, -50, 100, 200))
    corners = {tuple(xy) for xy in shapely.get_coordinates(row["geometry"])}
    assert {(EAST, NORTH), (EAST, NORTH + 100.0)} <= corners


def test_a_strip_across_leaves_two_parts():
    # ┌───┬─┬────┐
    # │ 30│█│ 60 │
    # └───┴─┴────┘
    row = one(square(30, -50, 10, 200))
    assert row["n_parts"] == 2
    assert row["geometry"].geom_type == "MultiPolygon"
    assert row["kept_m2"] == pytest.approx(9_000.0 - 2 * MARGIN_M * 100.0, rel=PAPER)
    assert row["width_m"] == pytest.approx(60.0, abs=0.05)  # of the larger part
    assert "余地分为2块" in row["reason"].zh
    assert "falls into 2 parts" in row["reason"].en


def test_red_land_inside_becomes_a_hole():
    row = one(square(40, 40, 20, 20))
    assert len(row["geometry"].interiors) == 1
    assert row["kept_m2"] == pytest.approx(10_000.0 - (20.0 + 2 * MARGIN_M) ** 2, rel=PAPER)


def test_nothing_may_be_left():
    row = one(square(-50, -50, 200, 200))
    assert row["geometry"].is_empty
    assert (row["kept_m2"], row["n_parts"], row["width_m"]) == (0.0, 0, 0.0)
    assert math.isnan(row["compactness"])
    assert row["cut_m2"] == pytest.approx(10_000.0, rel=PAPER)
    assert not row["usable"]
    assert "另行选址" in row["reason"].zh
    assert "choose another site" in row["reason"].en


def test_a_sliver_is_cut_like_an_overlap():
    row = one(square(99.7, -50, 100, 200))
    assert row["cut_m2"] == pytest.approx(30.0 + 100 * MARGIN_M, abs=0.05)


def test_each_rule_is_cut_and_named_once():
    ruleset = rules(PBF, rule("P2", "ecrl"))
    layers = {
        "pbf": layer("pbf", square(80, -50, 100, 200), square(85, -50, 100, 200)),
        "ecrl": layer("ecrl", square(-50, 90, 200, 100)),
    }
    land = parcels(P=square(0, 0))
    row = pipeline.avoidance_of(land, overlaps(land, layers, ruleset), ruleset).loc["P"]
    assert row["kept_m2"] == pytest.approx((80 - MARGIN_M) * (90 - MARGIN_M), rel=PAPER)
    assert row["reason"].zh.startswith("建议沿永久基本农田、生态保护红线的界线退让")


def test_a_setback_is_kept_too():
    row = one(square(110, -50, 100, 200), ruleset=rules(rule("P1", "pbf", setback_m=30.0)))
    assert row["kept_m2"] == pytest.approx((80.0 - MARGIN_M) * 100.0, abs=1.5)


# ------------------------------------------------------------------ which parcels


def test_only_parcels_that_press_on_blocking_ground_have_a_row():
    land = parcels(A=square(0, 0), B=square(200, 0), C=square(400, 0), D=square(600, 0))
    ruleset = rules(PBF, rule("P2", "river", "conditional"))
    layers = {
        "pbf": layer("pbf", square(80, -50, 20, 200), square(300, 0)),  # A inside, B only touches
        "river": layer("river", square(450, 0)),  # C, conditional; D is clear of all
    }
    pieces = overlaps(land, layers, ruleset)
    assert list(pipeline.avoidance_of(land, pieces, ruleset).index) == ["A"]
    both = pipeline.avoidance_of(land, pieces, ruleset, conditional=True)
    assert list(both.index) == ["A", "C"]


def test_none_pressing_gives_no_row_but_all_columns():
    some = left(parcels(P=square(0, 0)), square(80, -50, 100, 200))
    none = left(parcels(P=square(0, 0)), square(500, 0))
    assert none.empty
    assert none.dtypes.equals(some.dtypes)
    assert none.crs == METRIC


@pytest.mark.parametrize(("project", "n"), [("A", 0), ("I", 1), (None, 0)])
def test_the_kind_of_project_decides(project, n):
    made = {"A": "clear", "C": "conditional", "I": "prohibited"}
    ruleset = rules(rule("P1", "pbf", None, by_project=made))
    land = parcels(P=square(0, 0))
    found = left(land, square(80, -50, 100, 200), ruleset=ruleset, project_type=project)
    assert len(found) == n


def test_names_stay_with_their_parcels():
    land = parcels(B=square(0, 0), A=square(200, 0)).assign(name=["乙", "甲"])
    found = left(land, square(80, -50, 300, 60))
    assert list(found.index) == ["B", "A"]
    assert list(found["name"]) == ["乙", "甲"]


def test_inputs_come_back_equal():
    land = parcels(P=square(0, 0))
    pieces = overlaps(land, {"pbf": layer("pbf", square(80, 0))}, RED)
    before, before_pieces = land.copy(deep=True), pieces.copy(deep=True)
    pipeline.avoidance_of(land, pieces, RED)
    pd.testing.assert_frame_equal(pd.DataFrame(land), pd.DataFrame(before))
    pd.testing.assert_frame_equal(pd.DataFrame(pieces), pd.DataFrame(before_pieces))


# ------------------------------------------------------------------ what only touches


@pytest.mark.parametrize(("wide_m", "moved"), [(0.0, False), (0.0001, False), (0.0006, True)])
def test_what_rounding_could_make_more_than_touching_is_cut_too(wide_m, moved):
    # Red land at the right is cut; at the left it only touches, by `wide_m`.
    row = one(square(80, -50, 100, 200), square(-50, -50, 50 + wide_m, 200), ruleset=exact(RED))
    west = row["geometry"].bounds[0] - EAST
    assert west == pytest.approx(wide_m + MARGIN_M if moved else 0.0, abs=1e-5)


# ------------------------------------------------------------------ parts too small


def test_a_narrow_part_is_given_up_and_said():
    # ┌────────┬─┬┐
    # │   80   │█││ half a metre beyond the red land
    # └────────┴─┴┘
    row = one(square(80, -50, 19.5, 200))
    assert (row["n_parts"], row["n_dropped"]) == (1, 1)
    assert row["dropped_m2"] == pytest.approx(50.0 - 100 * MARGIN_M, abs=0.01)
    assert row["cut_m2"] == pytest.approx(2_000.0 + 100 * MARGIN_M, rel=PAPER)
    assert "1块过小或过窄的碎块" in row["reason"].zh


@pytest.mark.parametrize(("side", "dropped"), [(3.1, 1), (3.3, 0)])
def test_a_small_part_is_given_up_below_ten_square_metres(side, dropped):
    # A corner of `side` metres is left beyond red land; 3.16 m square are 10 m².
    corner = square(100 - side, 100 - side, side, side)
    ring = square(50, 50, 100, 100).difference(corner)
    row = one(ring)
    assert row["n_dropped"] == dropped


def test_a_small_part_that_was_not_cut_stays():
    land = parcels(P=shapely.multipolygons([square(0, 0), square(200, 0, 2, 0.5)]))
    row = left(land, square(80, -50, 50, 200)).loc["P"]
    assert (row["n_parts"], row["n_dropped"]) == (2, 0)


@pytest.mark.parametrize(
    ("east", "north", "usable"),
    [(60, 60, True), (9.9, 90, False), (10.1, 90, True), (25, 26, False), (26, 26, True)],
)
def test_use_needs_area_and_width(east, north, usable):
    # Red land leaves a corner of east × north metres: 667 m² and 10 m are needed.
    row = one(square(-50, -50, 300, 300).difference(square(0, 0, east, north)))
    assert bool(row["usable"]) is usable
    assert ("不宜使用" in row["reason"].zh) is not usable


# ------------------------------------------------------------------ roads


def road(x):
    """Road from south to north."""
    line = shapely.LineString([(EAST + x, NORTH - 50), (EAST + x, NORTH + 150)])
    return gpd.GeoDataFrame(geometry=[line], crs=METRIC)


@pytest.mark.parametrize(
    ("x", "reachable"),
    [(-0.9, True), (50.0, True), (100.0, False), (100.9, False), (101.1, None), (500.0, None)],
)
@pytest.mark.parametrize("crs", [METRIC, CGCS2000])
def test_roads_that_the_parcel_met(x, reachable, crs):
    row = one(square(80, -50, 100, 200), access=road(x).to_crs(crs))
    found = row["reachable"]
    assert (None if found is pd.NA else bool(found)) is reachable
    assert ("不再与道路相接" in row["reason"].zh) is (reachable is False)


def test_the_road_of_a_lesser_part_is_none():
    row = one(square(60, -50, 10, 200), access=road(100.0))
    assert row["n_parts"] == 2
    assert bool(row["reachable"]) is False


def test_without_roads_nothing_is_known_of_them():
    assert one(square(80, -50, 100, 200))["reachable"] is pd.NA
    assert one(square(80, 0), access=road(0.0).iloc[:0])["reachable"] is pd.NA


# ------------------------------------------------------------------ limits, frames


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"margin_m": 0.0008}, "margin_m must exceed moves_m"),
        ({"part_m2": 1000.0}, "must not exceed those of usable land"),
        ({"part_width_m": 10.5}, "must not exceed those of usable land"),
        ({"margin_m": float("nan")}, "less than or equal to 1"),
    ],
)
def test_limits_that_contradict_each_other_are_refused(change, message):
    with pytest.raises(ValidationError, match=message):
        AvoidanceLimits.model_validate(LIMITS.model_dump() | change)


@pytest.mark.parametrize("crs", [4490, 4543, 4522])
def test_shapes_come_back_from_the_equal_area_frame(crs):
    land = frame(square(0, 0, 50, 40), square(70_000, 90_000, 60, 60)).to_crs(crs)
    back = carried_back(carried(land, equal_area(25.0)), land.crs)
    assert back.crs == land.crs
    metres = 1e-7 if crs != 4490 else 1e-12
    for before, after in zip(land.geometry, back.geometry, strict=True):
        assert shapely.hausdorff_distance(before, after) < metres


def test_the_projection_library_alone_would_be_off_by_more_than_the_margin_allows():
    land = frame(square(0, 0, 50, 40))
    back = carried(land, equal_area(25.0)).to_crs(METRIC)
    off = shapely.hausdorff_distance(land.geometry[0], back.geometry[0])
    assert MARGIN_M - off < LIMITS.moves_m


def test_a_gap_that_bends_over_is_filled():
    # Carried elsewhere, the two banks of a hair's gap may cross; here they are drawn crossed.
    ring = [
        (0, 0),
        (10, 0),
        (10, 10),
        (5.0001, 10),
        (4.9999, 2),
        (5.0001, 2),
        (4.9999, 10),
        (0, 10),
    ]
    broken = frame(shapely.Polygon(ring), square(0, 0))
    assert list(broken.is_valid) == [False, True]
    mended = still_valid(broken)
    assert mended.is_valid.all()
    assert mended.area.iloc[0] == pytest.approx(100.0, abs=0.01)
    assert mended.geometry.iloc[1] is broken.geometry.iloc[1]
    assert list(broken.is_valid) == [False, True]


# ------------------------------------------------------------------ files, and their proof


@pytest.fixture(scope="module")
def plan():
    return load_plan(DEFAULT_PLAN)


WEST_AND_EAST = {"A": square(0, 0), "B": square(160_000, 0), "C": square(400, 0)}
RED_LAND = [square(80, -50, 40, 200), square(160_033.3333, -50, 20, 200), square(390, -10, 200)]


@pytest.mark.parametrize(
    ("crs", "expected"),
    [
        (4543, ("avoidance.gpkg", "avoidance.txt")),
        (4522, ("avoidance.gpkg", "avoidance.txt")),
        (4490, ("avoidance.gpkg", "avoidance-34.txt", "avoidance-35.txt")),
    ],
)
def test_files_can_be_checked_again_and_only_touch(crs, expected, plan, tmp_path):
    ruleset = exact(RED)
    land = parcels(**WEST_AND_EAST).to_crs(crs).assign(name=["甲", "乙", "丙"])
    layers = {"pbf": layer("pbf", *RED_LAND, crs=CGCS2000)}
    pieces = overlaps(land, layers, ruleset)
    kept = pipeline.avoidance_of(land, pieces, ruleset)
    assert list(kept["n_parts"]) == [1, 2, 0]
    assert pipeline.still_pressing(land, layers, ruleset) == ["A", "B", "C"]
    assert pipeline.still_pressing(kept, layers, ruleset) == []
    assert pipeline.write_avoidance(kept, tmp_path, lang="zh", date=DAY) == expected
    ids = []
    for name in expected:
        back = read_parcels(tmp_path / name, plan)
        found = overlaps(back, layers, ruleset)
        assert set(found["contact"]) <= {Contact.TOUCHING}
        ids.append(list(zip(back.index, back["name"], strict=True)))
    both = [("A", "甲"), ("B", "乙")]
    assert ids == [both, both] if len(ids) == 2 else ids == [both, both[:1], both[1:]]


def test_nothing_kept_gives_a_layer_without_rows_and_no_txt(tmp_path):
    kept = left(parcels(P=square(0, 0)), square(-50, -50, 200, 200))
    assert pipeline.write_avoidance(kept, tmp_path, lang="en", date=DAY) == ("avoidance.gpkg",)
    there = gpd.read_file(tmp_path / "avoidance.gpkg", layer="avoidance")
    assert there.empty
    assert {"parcel_id", "kept_m2", "cut_m2", "usable", "reason"} <= set(there.columns)
    assert pipeline.still_pressing(kept, {"pbf": layer("pbf", square(0, 0))}, RED) == []


def test_the_assumed_limits_are_told():
    note = pipeline.avoidance_note()
    assert "待确认" in note.zh
    assert "to be confirmed" in note.en


def test_the_layer_says_what_the_frame_says(tmp_path):
    kept = left(parcels(P=square(0, 0)), square(80, -50, 100, 200), access=road(100.0))
    pipeline.write_avoidance(kept, tmp_path, lang="en", date=DAY)
    (row,) = gpd.read_file(tmp_path / "avoidance.gpkg", layer="avoidance").itertuples()
    assert row.parcel_id == "P"
    assert row.kept_m2 == kept.loc["P", "kept_m2"]
    assert (bool(row.reachable), bool(row.usable)) == (False, True)
    assert row.reason == kept.loc["P", "reason"].en


def test_equal_content_gives_equal_files(tmp_path):
    kept = left(parcels(P=square(0, 0)), square(80, -50, 100, 200))
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        names = pipeline.write_avoidance(kept, tmp_path / name, lang="zh", date=DAY)
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
