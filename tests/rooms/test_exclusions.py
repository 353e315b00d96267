"""Each word of the exclusion language, counted on squared paper; see builders_account."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
import rasterio
from builders import GROUND, METRIC, layer, square
from builders_account import (
    CELL_M2,
    GRID,
    PLANE,
    exclusion,
    exclusions,
    made,
    taken,
)
from numpy.testing import assert_allclose

from dzgis.errors import InputError, MissingFileError, PlanError
from dzgis.plan import (
    exclusion_set_names,
    load_exclusions,
    load_plan,
    load_rules,
    rules_to_read,
)
from dzgis.plan.exclusions import ExclusionSet

pytestmark = pytest.mark.slow

EAST_HALF = square(180, 0, 200, 400)
WHOLE_M2 = 90_000.0


SETBACK = 1e-4
"""A buffer's border is off by up to 1 cm; here by 0.6 mm of 30 m."""


def close(found, rel=2 * GROUND, **expected):
    """Ground by combination ("none" for none, "A_B" for A+B), to what map and ground differ."""
    wanted = {name.replace("none", "").replace("_", "+"): m2 for name, m2 in expected.items()}
    assert set(found) == set(wanted)
    for name, m2 in wanted.items():
        assert found[name] == pytest.approx(m2, rel=rel, abs=0.01)


def available(found):
    low = found.account.cube
    return sum(
        m2 * found.account.exclusions.share_left(text.split("+"))
        for text, m2 in zip(low["taken"], low["m2"], strict=True)
    )


# ------------------------------------------------------------------ vector layers


#   20 m of a cell of 30 m: cells keep a third; 300 m long
def test_a_strip_of_20_m_takes_20_m_of_a_cell_of_30_m():
    found = made([exclusion("A", "river")], layer("river", square(95, 0, 20, 400)))
    close(taken(found), none=WHOLE_M2 - 6000.0, A=6000.0)
    column = found.rasters.available.values[1:11, 3]
    assert_allclose(column, 33)
    assert found.rasters.available.values[0, 3] == 255  # beyond the county
    assert_allclose(found.rasters.share.values[1:11, 3], 1 / 3, rtol=1e-6)


def test_features_are_chosen_by_attribute_and_blank_ones_take_nothing():
    forest = layer(
        "forest",
        square(30, 30, 90, 90),
        square(150, 30, 90, 90),
        square(30, 150, 60, 60),
        forest_grade=["I", "II", ""],
    )
    one = exclusion("A", "forest", where={"field": "forest_grade", "values": ["I"]})
    found = made([one], forest)
    close(taken(found), none=WHOLE_M2 - 8100.0, A=8100.0)
    (state,) = found.account.states
    assert state.n_features == 1
    assert state.takes == "some"
    assert "1 more features" in state.said.en


def test_features_on_each_other_count_once():
    squares = square(60, 60, 60), square(90, 90, 60), square(90, 90, 60)
    found = made([exclusion("A", "pbf")], layer("pbf", *squares))
    close(taken(found), none=WHOLE_M2 - 6300.0, A=6300.0)


def test_outside_counts_where_inverted():
    found = made([exclusion("A", "udb", invert=True)], layer("udb", square(45, 45, 75, 75)))
    close(taken(found), none=75.0 * 75.0, A=WHOLE_M2 - 75.0 * 75.0)


#  feature 40 m west of the county, buffer 70 m:     ▓▓▓  ┌────
#  reaches 30 m into it, straight where it is long   ▓▓▓──┤ A
def test_a_buffer_reaches_in_from_beyond_the_county_and_the_grid():
    road = layer("road", square(-500, -500, 490, 2000))
    found = made([exclusion("A", "road", buffer_m=70.0)], road)
    close(taken(found), SETBACK, none=WHOLE_M2 - 30.0 * 300.0, A=30.0 * 300.0)


def test_a_buffer_is_round():
    #  a point-like square in the middle: 60 m around it are a circle
    found = made([exclusion("A", "hazard", buffer_m=60.0)], layer("hazard", square(180, 180, 0.01)))
    assert taken(found)["A"] == pytest.approx(np.pi * 60.0**2, rel=1e-3)


def test_inverted_buffer_is_ground_farther_than_it():
    road = layer("road", square(-500, -500, 490, 2000))
    found = made([exclusion("A", "road", buffer_m=70.0, invert=True)], road)
    close(taken(found), SETBACK, none=30.0 * 300.0, A=WHOLE_M2 - 30.0 * 300.0)


# ------------------------------------------------------------------ values of rasters


#   columns of the county have elevations z0 + 5.29 · column
def test_spans_exclude_their_lower_and_include_their_upper_end():
    steps = np.float32(1000.0) + np.arange(12, dtype=np.float32) * 5
    heights = np.tile(steps, (12, 1))
    span = {"above": 1010.0, "up_to": 1020.0}  # columns 3 and 4 of the county's 1 … 10
    found = made([exclusion("A", "elevation", spans=span)], values=heights)
    close(taken(found), none=80 * CELL_M2, A=20 * CELL_M2)
    two = [span, {"above": 1045.0}]
    found = made([exclusion("A", "elevation", spans=two)], values=heights)
    close(taken(found), none=70 * CELL_M2, A=30 * CELL_M2)


def test_slope_and_aspect_of_the_plane():
    steep = exclusion("S", "slope", spans={"above": 9.0, "up_to": 11.0})
    west = exclusion("W", "aspect", spans={"above": 260.0, "up_to": 280.0})  # falls to the west
    north = exclusion("N", "aspect", spans={"above": 315.0, "up_to": 360.0})
    close(taken(made([steep, west, north])), S_W=WHOLE_M2)


def test_unknown_cells_of_a_raster_take_nothing_inverted_or_not():
    hole = PLANE.copy()
    hole[5, 5] = np.nan
    low = exclusion("A", "elevation", spans={"up_to": 0.0}, invert=True)
    close(taken(made([low], values=hole)), none=CELL_M2, A=99 * CELL_M2)


#   high cell in column 5, row 5: 30 m around a square of 30 m, round at corners
def test_a_buffer_around_cells_is_round():
    peak = np.full((12, 12), 1000.0, np.float32)
    peak[5, 5] = 2000.0
    found = made([exclusion("A", "elevation", spans={"above": 1500.0}, buffer_m=30.0)], values=peak)
    assert taken(found)["A"] == pytest.approx(5 * 900.0 + np.pi * 900.0, rel=1e-3)


@pytest.fixture
def flood(tmp_path):
    """Depth of 2 m in the west, 0 in the east, unknown in the outermost east; cells of 20 m."""
    values = np.zeros((18, 18), np.float32)
    values[:, :5] = 2.0  # west of 100 m
    values[:, 15:] = -1.0  # east of 300 m
    path = tmp_path / "flood.tif"
    shape = {"height": 18, "width": 18, "count": 1, "nodata": -1.0}
    transform = rasterio.Affine(20, 0, GRID.transform.c, 0, -20, GRID.transform.f)
    where = {"crs": METRIC.to_wkt(), "transform": transform}
    with rasterio.open(path, "w", driver="GTiff", dtype="float32", **shape, **where) as file:
        file.write(values, 1)
    return path


def test_a_users_raster_takes_parts_of_cells_and_says_where_it_knows_nothing(flood):
    one = exclusion("A", "flood", spans={"above": 1.0})
    found = made([one], rasters={"flood": flood})
    # columns of 30 m: 30–60 and 60–90 wholly, 90–120 by a third; nothing is known east of 300 m
    close(taken(found), none=WHOLE_M2 - 70 * 300, A=70.0 * 300)
    (state,) = found.account.states
    assert state.n_features is None
    assert state.unsurveyed_m2["530001"] == pytest.approx(9000.0, rel=0.05)


def test_a_raster_that_is_not_given_is_asked_for():
    with pytest.raises(InputError, match="flood"):
        made([exclusion("A", "flood", spans={"above": 1.0})])


# ------------------------------------------------------------------ effects


PBF = layer("pbf", EAST_HALF)  # 150 m of the county's 300 m


def test_hard_conditional_and_weighted_ground():
    assert available(made([exclusion("A", "pbf")], PBF)) == pytest.approx(45_000, rel=GROUND)
    conditional = made([exclusion("A", "pbf", effect="conditional")], PBF)
    assert available(conditional) == pytest.approx(90_000, rel=GROUND)
    assert conditional.account.exclusions.conditions_on(["A"]) == ("A",)
    weighted = made([exclusion("A", "pbf", effect="weighted", weight=0.2)], PBF)
    assert available(weighted) == pytest.approx(45_000 + 0.8 * 45_000, rel=GROUND)
    assert_allclose(weighted.rasters.available.values[1:11, 6:11], 80)


def test_weights_multiply_and_a_hard_one_beside_them_takes_all():
    members = [
        exclusion("A", "pbf", effect="weighted", weight=0.5),
        exclusion("B", "ecrl", effect="weighted", weight=0.2),
        exclusion("C", "river"),
    ]
    chosen = exclusions(*members)
    assert chosen.share_left(["A", "B"]) == pytest.approx(0.4)
    assert chosen.share_left(["A", "C"]) == 0.0


#      ┌─────┬─────┐ within: A is all of it, but applies only in the northern half C;
#      │  C  │ C+A │ in C+A it takes, in A alone it does not
#      ├─────┼─────┤
#      │     │  A  │
#      └─────┴─────┘
def test_an_exclusion_applies_only_within_another():
    north = layer("bazi", square(0, 180, 400, 200))
    members = [exclusion("A", "pbf", within="C"), exclusion("C", "bazi", effect="context")]
    found = made(members, PBF, north)
    close(taken(found), none=22_500.0, A=22_500.0, C=22_500.0, A_C=22_500.0)
    assert available(found) == pytest.approx(67_500, rel=GROUND)


def test_an_inclusion_overrules_its_priority_and_lower_ones():
    members = [
        exclusion("A", "pbf"),
        exclusion("B", "ecrl", priority=2),
        exclusion("I", "udb", effect="include", priority=1),
    ]
    chosen = exclusions(*members)
    assert chosen.share_left(["A"]) == 0.0
    assert chosen.share_left(["A", "I"]) == 1.0
    assert chosen.share_left(["A", "B", "I"]) == 0.0
    found = made(members[::2], PBF, layer("udb", square(0, 0, 400, 180)))
    assert available(found) == pytest.approx(67_500, rel=GROUND)


def test_what_is_not_in_force_on_the_day_is_left_out():
    old = exclusion("A", "pbf", valid_until=dt.date(2020, 12, 31))
    new = exclusion("B", "pbf", valid_from=dt.date(2021, 1, 1))
    chosen = exclusions(old, new)
    assert chosen.on(dt.date(2020, 12, 31)).ids == ("A",)
    assert chosen.on(dt.date(2021, 1, 1)).ids == ("B",)


# ------------------------------------------------------------------ what layers hold


def test_states_tell_what_is_absent_empty_everything_or_not_surveyed():
    members = [
        exclusion(name, role) for name, role in zip("ABCD", ("a", "b", "c", "d"), strict=True)
    ]
    layers = [
        layer("b", square(1000, 1000, 10)),
        layer("c", square(-100, -100, 1000)),
        layer("d", square(60, 60, 30), extent=square(0, 0, 400, 180)),
    ]
    told = made(members, *layers).account.states
    assert [s.status for s in told] == ["absent", "used", "used", "used"]
    assert [s.takes for s in told] == ["nothing", "nothing", "everything", "some"]
    assert told[3].unsurveyed_m2 == pytest.approx({"530001": 45_000.0}, rel=1e-5)
    assert "缺图层" in told[0].said.zh
    assert "4.50" in told[3].said.zh


# ------------------------------------------------------------------ files


def test_the_shipped_example_uses_every_word():
    example = load_exclusions("low-hill-example")
    members = example.exclusions
    assert {one.effect for one in members} == {
        "hard",
        "conditional",
        "weighted",
        "include",
        "context",
    }
    for word in ("where", "spans", "invert", "buffer_m", "within", "priority", "valid_from"):
        assert any(getattr(one, word) for one in members), word
    assert all(not one.source.quote and one.source.note for one in members)
    assert "low-hill-example" in exclusion_set_names()


def test_sets_come_from_plans_and_rules_too():
    plan = load_plan("dianzhong-2014")
    assert load_exclusions("dianzhong-2014") == load_exclusions(plan.rules.id)
    assert "P06" in load_exclusions("dianzhong-2014").ids
    assert load_exclusions("current").id == "current"
    read = rules_to_read(load_exclusions("low-hill-example"), plan.rules)
    assert set(read.roles) >= {"pbf", "udb", "road"}


FACT = 'status = "assumed"\nsource = { note = "test" }\n'
HEAD = '[exclusions]\nid = "x"\n'


def entry(body):
    return f'[[exclusions.exclusions]]\nname = "甲"\nname_en = "a"\nlayer = "pbf"\n{FACT}{body}\n'


def test_a_file_of_its_own_is_read(tmp_path):
    path = tmp_path / "x.toml"
    path.write_text(HEAD + entry('id = "A"') + entry('id = "B"\nwithin = "A"'), encoding="utf-8")
    assert load_exclusions(path).ids == ("A", "B")


def test_exclusions_beside_rules_are_read_and_the_rules_too(tmp_path):
    from importlib import resources

    rules = (resources.files("dzgis.plan") / "rule_sets" / "current.toml").read_text("utf-8")
    path = tmp_path / "both.toml"
    path.write_text(rules + "\n" + HEAD + entry('id = "A"'), encoding="utf-8")
    assert load_exclusions(path).ids == ("A",)
    assert load_rules(path).id == "current"


FAULTS = {
    "circle": (
        entry('id = "A"\nwithin = "B"') + entry('id = "B"\nwithin = "A"'),
        "within 不得循环",
    ),
    "lost": (entry('id = "A"\nwithin = "Z"'), "不是本集中的"),
    "twice": (entry('id = "A"') * 2, "重复：A"),
    "weight": (entry('id = "A"\nweight = 0.5'), "weighted"),
    "effect": (entry('id = "A"\neffect = "soft"'), "soft"),
    "key": (entry('id = "A"\nbufer_m = 3'), "buffer_m"),
    "span": (entry('id = "A"\nspans = { above = 3, up_to = 2 }'), "above 须小于 up_to"),
    "both": (
        entry('id = "A"\nspans = { above = 3 }\nwhere = { field = "f", values = ["1"] }'),
        "不能并用",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_faults_of_a_file_are_named(name, tmp_path):
    body, words = FAULTS[name]
    path = tmp_path / "x.toml"
    path.write_text(HEAD + body, encoding="utf-8")
    with pytest.raises(PlanError) as error:
        load_exclusions(path)
    said = "\n".join(fault.zh for fault in error.value.faults)
    assert words in said
    assert "x.toml" in said


def test_a_set_that_is_not_there_is_asked_for():
    with pytest.raises(MissingFileError, match="low-hill-example"):
        load_exclusions("low-hil-example")


def test_without_drops_ids_and_refuses_unknown_ones():
    chosen = exclusions(exclusion("A", "pbf"), exclusion("B", "pbf"))
    assert chosen.without("A").ids == ("B",)
    assert isinstance(chosen, ExclusionSet)
    with pytest.raises(KeyError):
        chosen.without("Z")
