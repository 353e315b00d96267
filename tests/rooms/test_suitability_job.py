"""The block job on a toy county: values by hand, engines, blocks, robustness, what had no data.

county A          county B
┌──────────────┬──────────────┐  cells of 100 m; the ground falls to the west at 10 degrees;
│  ▒▒ pbf      │              │  the outermost cells of the DEM have no slope
│              │              ┃  a road runs along the eastern border
└──────────────┴──────────────┘
"""

from __future__ import annotations

import math

import numpy as np
import pytest
import rasterio
import shapely
from builders import EAST, METRIC, NORTH, frame, grid, square
from numpy.testing import assert_allclose, assert_array_equal
from pandas.testing import assert_frame_equal

from dzgis.allocation import axis_lines
from dzgis.area import cell_area_m2, polygon_area_m2
from dzgis.engine import Engine
from dzgis.errors import InputError
from dzgis.grid import Raster
from dzgis.pipeline import (
    fields_of,
    layer_names,
    plan_layers,
    suitability_job,
    suitability_of,
    what_if_weights,
)
from dzgis.plan.check_suitability import check_scheme
from dzgis.plan.suitability import load_scheme
from dzgis.plan.suitability_model import Scheme
from dzgis.suitability import cell_normals, drawn_weights, one_at_a_time
from dzgis.terrain import class_probability, parse_dem_error, slope

ASSUMED = {"status": "assumed", "source": {"note": "made for this test"}}
ROWS, COLS, CELL = 12, 20, 100.0
ON = grid(ROWS, COLS, CELL)
PLANE = np.tile(
    (np.arange(COLS) * CELL * math.tan(math.radians(10.0))).astype(np.float32), (ROWS, 1)
)
DEM = Raster(PLANE, ON, "elevation_m", "made")
COUNTIES = frame(square(0, 0, 1000, 1200), square(1000, 0, 1000, 1200), county_code=["A", "B"])
CLUSTERS = frame(square(500, 0, 1000, 1200), cluster=["mid"])
ROAD = frame(shapely.LineString([(EAST + 2000, NORTH - 9000), (EAST + 2000, NORTH + 9000)]))
PBF = frame(square(200, 800, 200, 200))
LAYERS = {"road": ROAD, "pbf": PBF}
NEAR = 1e-5


def part(name, of, **more):
    return ASSUMED | {"id": name, "name": name, "name_en": name, "of": of} | more


def scheme(**changes):
    """Slope and distance to a road, weighed 1 : 3; farmland is a limit; good above 50."""
    record = ASSUMED | {
        "id": "toy",
        "title": "小方案",
        "title_en": "toy",
        "criteria": [
            part(
                "slope",
                {"kind": "terrain", "raster": "slope"},
                unit="°",
                value={"kind": "classes", "breaks": [8, 15], "scores": [100, 60, 0]},
            ),
            part(
                "road",
                {"kind": "distance", "layers": ["road"]},
                unit="m",
                value={"kind": "linear", "best": 0, "worst": 2000},
                missing="skip",
            ),
        ],
        "weights": ASSUMED | {"method": "given", "values": {"slope": 1, "road": 3}},
        "limits": [
            part("pbf", {"kind": "cover", "layers": ["pbf"]}, bands=[{"at_least": 0.5}]),
            part("west", {"kind": "distance", "layers": ["road"]}, bands=[{"above": 1600}]),
        ],
        "grading": ASSUMED
        | {
            "suitable": [1],
            "classes": [
                {"above": 50, "name": "好", "name_en": "good", "colour": "#00ff00"},
                {"name": "差", "name_en": "bad", "colour": "#ff0000"},
            ],
        },
        "trials": ASSUMED | {"percents": [-50, 50]},
    }
    made = Scheme.model_validate(record | changes)
    assert check_scheme(made) == []
    return made


def evaluate(one=None, layers=LAYERS, dem=DEM, **options):
    return suitability_of(dem, one or scheme(), layers, COUNTIES, CLUSTERS, **options)


def rough(seed=2, shape=(ROWS, COLS)):
    rng = np.random.default_rng(seed)
    return Raster(rng.uniform(0, 45, shape).astype(np.float32), grid(*shape, CELL), "elevation_m")


# ------------------------------------------------------------------ by hand


def test_index_and_grade_by_hand():
    found = evaluate()
    # 10 degrees score 60; a cell's centre in column c is 1950 − 100·c metres from the road
    away = 1950.0 - 100.0 * np.arange(COLS)
    wanted = (60.0 + 3 * (100.0 - away / 20.0)) / 4
    row = found.index.values[6]
    assert_allclose(row[4:-1], wanted[4:-1], rtol=NEAR)
    # columns 0 … 3 are more than 1600 m from the road: a limit, whatever the slope
    assert_array_equal(row[:4], [0, 0, 0, 0])
    assert np.isnan(row[-1])
    assert_array_equal(found.grade.values[6], [2] * 9 + [1] * 10 + [0])
    # (60 + 3·s)/4 > 50 from s > 46.67 on: closer than 1066.7 m, column 9 at 1050 m, not 8 at 1150 m
    assert wanted[8] < 50 < wanted[9]
    # farmland lies on rows 2, 3 and columns 2, 3
    assert_array_equal(found.grade.values[2:4, 2:4], 2)


def test_rows_add_up_to_polygons_and_tables_to_cells():
    found = evaluate()
    assert found.by_county.index.tolist() == ["A", "B"]
    assert found.by_county.columns.tolist() == [1, 2, "unknown"]
    assert_allclose(found.by_county.sum(axis=1), polygon_area_m2(COUNTIES), rtol=1e-9)
    assert_allclose(found.by_cluster.sum(axis=1), polygon_area_m2(CLUSTERS), rtol=1e-9)
    area = np.broadcast_to(cell_area_m2(ON), ON.shape)
    for number in (1, 2):
        by_cells = area[found.grade.values == number].sum()
        assert found.by_county[number].sum() == pytest.approx(by_cells, rel=1e-7)
    assert found.criteria["known_share"]["road"] == 1.0
    inner = (ROWS - 2) * (COLS - 2) / (ROWS * COLS)
    assert found.criteria["known_share"]["slope"] == pytest.approx(inner, rel=1e-5)
    assert found.criteria["weight"].to_dict() == {"slope": 0.25, "road": 0.75}
    assert found.criteria["function"]["slope"].say("en") == "≤8 ° 100; >8–15 ° 60; >15 ° 0"
    assert found.patches.loc[1, "n"] == 1


def test_limits_all_and_alone():
    limits = evaluate().limits
    # farmland is 4 cells, all of them in the four columns of the other limit, 48 cells
    assert limits["m2"].to_dict() == pytest.approx({"pbf": 4e4, "west": 48e4}, rel=NEAR)
    assert limits["alone_m2"].to_dict() == pytest.approx({"pbf": 0.0, "west": 44e4}, rel=NEAR)


def test_ground_beyond_the_grid_is_unknown():
    wide = frame(square(0, 0, 1000, 1200), square(1000, 0, 3000, 1200), county_code=["A", "B"])
    found = suitability_of(DEM, scheme(), LAYERS, wide, CLUSTERS)
    assert_allclose(found.by_county.sum(axis=1), polygon_area_m2(wide), rtol=1e-9)
    assert found.by_county["unknown"]["B"] > 2000 * 1200


def test_the_zoning_principle_is_the_slope_classes():
    dem = rough()
    found = evaluate(load_scheme("zoning_principle"), {}, dem)
    number = np.digitize(slope(dem).values, [8, 15, 25], right=True) + 1
    wanted = np.where(np.isnan(slope(dem).values), 0, number)
    assert_array_equal(found.grade.values, wanted)
    assert found.sensitivity is None
    assert np.isnan(found.criteria["weight"]).all()


# ------------------------------------------------------------------ what is not there


def test_a_layer_that_is_not_there_is_said_and_left_out():
    found = evaluate(layers={})
    said = [note.say("en") for note in found.notes]
    assert any("'road' was left out: not given" in one for one in said)
    assert any("limiting condition 'pbf' not checked" in one for one in said)
    assert found.criteria["known_share"]["road"] == 0.0
    assert np.isnan(found.limits["m2"]).all()
    # the slope decides alone
    assert_array_equal(np.unique(found.index.values[1:-1, 1:-1]), [60])
    assert found.sensitivity.one_at_a_time["criterion"].unique().tolist() == ["slope"]


def test_an_empty_layer_is_not_an_absent_one():
    found = evaluate(layers={"road": frame(crs=METRIC), "pbf": frame(crs=METRIC)})
    # nothing near: the worst score, and the limit of distance holds everywhere
    assert_array_equal(np.unique(found.grade.values), [2])
    assert found.limits["m2"]["pbf"] == 0.0
    assert not any("not checked" in note.say("en") for note in found.notes)


def test_a_criterion_that_must_be_known_makes_all_unknown():
    one = scheme()
    slope_only, road = one.criteria
    must = road.model_copy(update={"missing": "unknown"})
    found = evaluate(one.model_copy(update={"criteria": (slope_only, must)}), {"pbf": PBF})
    assert_array_equal(np.unique(found.grade.values), [0, 2])  # farmland is unsuitable still
    assert any("grades are unknown" in note.say("en") for note in found.notes)


def test_an_attribute_that_is_not_there():
    hazard = part(
        "hazard",
        {"kind": "cover", "layers": ["pbf"], "where": [{"field": "level", "values": ["I"]}]},
        bands=[{"at_least": 0.5}],
    )
    one = scheme(limits=[hazard])
    found = evaluate(one)
    assert any("has no field level" in note.say("en") for note in found.notes)
    found = evaluate(one, LAYERS | {"pbf": PBF.assign(level=["I"])})
    assert found.limits["m2"]["hazard"] == pytest.approx(4e4, rel=NEAR)


# ------------------------------------------------------------------ engines and blocks


def same(a, b):
    assert_array_equal(a.index.values, b.index.values)
    assert_array_equal(a.grade.values, b.grade.values)
    if a.sensitivity is not None and a.sensitivity.kept is not None:
        assert_array_equal(a.sensitivity.kept.values, b.sensitivity.kept.values)


def options_of(name):
    return {"sensitivity_runs": 12, "seed": 5, "dem_error": parse_dem_error("4,100")} | (
        {} if name is None else {"engine": Engine(name, 2)}
    )


@pytest.mark.parametrize("engine", ["threads", pytest.param("processes", marks=pytest.mark.slow)])
def test_engines_give_the_same(engine, monkeypatch):
    monkeypatch.setattr(suitability_job, "BLOCK_ROWS", 5)
    one, two = (evaluate(dem=rough(), **options_of(name)) for name in ("serial", engine))
    same(one, two)
    assert_frame_equal(one.by_county, two.by_county, check_exact=True)
    assert_frame_equal(
        one.sensitivity.one_at_a_time, two.sensitivity.one_at_a_time, check_exact=True
    )


def test_blocks_do_not_show(monkeypatch, tmp_path):
    whole = evaluate(dem=rough(), **options_of(None))
    monkeypatch.setattr(suitability_job, "BLOCK_ROWS", 5)
    monkeypatch.setattr(suitability_job, "BLOCK_COLS", 7)
    parts = evaluate(dem=rough(), folder=tmp_path, **options_of(None))
    same(whole, parts)
    assert isinstance(parts.grade.values, np.memmap)
    assert_frame_equal(whole.by_county, parts.by_county, rtol=1e-9)
    assert_frame_equal(whole.limits, parts.limits, rtol=1e-9)
    assert_frame_equal(whole.sensitivity.kept_by_grade, parts.sensitivity.kept_by_grade, rtol=1e-9)


# ------------------------------------------------------------------ robustness


def test_one_at_a_time_by_hand():
    changes = one_at_a_time({"a": 0.5, "b": 0.5, "c": 0.0}, [-50, 100], of=["a", "c"])
    assert [(c.criterion, c.percent) for c in changes] == [("a", -50), ("a", 100)]
    assert changes[0].weights == {"a": 0.25, "b": 0.75, "c": 0.0}
    assert changes[1].weights == {"a": 1.0, "b": 0.0, "c": 0.0}
    table = evaluate().sensitivity.one_at_a_time.set_index(["criterion", "percent"])
    # the weight of slope 0.125: (60 + 7·s)/8 > 50 from s > 48.57 on, up to 1028.6 m from the road;
    # with 0.25 up to 1066.7 m, with 0.375, (3·60 + 5·s)/8, from s > 44 on, up to 1120 m
    assert table.loc[("slope", -50.0), "weight"] == 0.125
    assert table.loc[("slope", -50.0), "changed_m2"] == pytest.approx(10 * 1e4, rel=NEAR)
    assert table.loc[("slope", 50.0), "changed_m2"] == 0.0
    share = 10 / (ROWS * COLS)
    assert table.loc[("slope", -50.0), "changed_share"] == pytest.approx(share, rel=1e-4)
    base = evaluate().by_county[1].sum()
    lost = table.loc[("slope", -50.0), "suitable_m2"]
    assert lost == pytest.approx(base - 10 * 1e4, rel=NEAR)


def test_draws_are_weights_about_the_weights():
    trials = scheme().trials
    drawn = drawn_weights([0.25, 0.75, 0.0], trials, 2000, 7)
    assert_allclose(drawn.sum(axis=1), 1.0)
    assert (drawn[:, 2] == 0).all()
    assert_allclose(drawn.mean(axis=0), [0.25, 0.75, 0], atol=0.005)
    # ±20 % of each, then scaled: 0.2/(0.2 + 0.9) to 0.3/(0.3 + 0.6)
    assert drawn[:, 0].min() >= 0.2 / 1.1
    assert drawn[:, 0].max() <= 0.3 / 0.9
    assert_array_equal(drawn, drawn_weights([0.25, 0.75, 0.0], trials, 2000, 7))
    assert (drawn != drawn_weights([0.25, 0.75, 0.0], trials, 2000, 8)).any()
    spread = trials.model_copy(update={"draw": "dirichlet", "concentration": 50.0})
    drawn = drawn_weights([0.25, 0.75], spread, 4000, 7)
    # Dirichlet: variance w·(1 − w)/(concentration + 1)
    assert drawn[:, 0].std() == pytest.approx(math.sqrt(0.25 * 0.75 / 51), rel=0.05)


def test_normals_of_cells_are_normal_and_do_not_depend_on_their_order():
    cells = np.arange(200_000)
    east, north = cell_normals(3, 0, cells)
    for values in (east, north):
        assert values.mean() == pytest.approx(0, abs=0.01)
        assert values.std() == pytest.approx(1, abs=0.01)
    assert np.corrcoef(east, north)[0, 1] == pytest.approx(0, abs=0.01)
    assert np.corrcoef(east[1:], east[:-1])[0, 1] == pytest.approx(0, abs=0.01)
    assert_array_equal(cell_normals(3, 0, cells[::-1])[0], east[::-1])
    assert_array_equal(cell_normals(3, 0, cells[77:90])[1], north[77:90])
    assert (cell_normals(3, 1, cells)[0] != east).all()
    assert (cell_normals(4, 0, cells)[0] != east).all()


def test_kept_by_weights():
    found = evaluate(sensitivity_runs=300, seed=1).sensitivity
    assert (found.n_runs, found.seed) == (300, 1)
    row = found.kept.values[6]
    assert row[-1] == 255  # unknown
    assert_array_equal(row[:4], 100)  # a limit holds by any weights
    assert row[18] == 100  # beside the road, far from the limit of the grade
    # column 9 has s = 47.5: (60·a + 47.5·b)/(a + b) > 50 fails where 4a < b. With a in 0.2–0.3 and
    # b in 0.6–0.9, both even, that is 0.00125 of 0.03, 4.2 %; 300 runs leave 4 σ = 4.6 %
    assert row[9] == pytest.approx(95.8, abs=4.6)
    assert row[9] < 100
    again, other = (evaluate(sensitivity_runs=300, seed=n).sensitivity.kept.values for n in (1, 2))
    assert_array_equal(again, found.kept.values)
    assert (other != again).any()
    firm = found.kept_by_grade
    assert (firm["firm_m2"] <= firm["m2"]).all()
    assert firm["mean_kept_share"].between(0, 1).all()


def test_kept_by_the_dems_error_is_the_probability_of_the_class():
    error = parse_dem_error("6,150")
    found = evaluate(
        load_scheme("zoning_principle"), {}, sensitivity_runs=400, seed=9, dem_error=error
    ).sensitivity
    p = class_probability(DEM, error, above_deg=8, up_to_deg=15).values[6, 10]
    assert 0.2 < p < 0.95
    inner = found.kept.values[1:-1, 1:-1] / 100.0
    # 180 cells of equal slope, 400 runs each: within 4 standard errors, and the rounding to 1 %
    assert inner.mean() == pytest.approx(p, abs=0.001 + 4 * math.sqrt(p * (1 - p) / 400 / 180))
    assert len(found.varied) == 1


def test_an_error_of_nothing_changes_nothing():
    exact = parse_dem_error("0,100")
    with_error = evaluate(dem=rough(), sensitivity_runs=10, seed=3, dem_error=exact)
    without = evaluate(dem=rough(), sensitivity_runs=10, seed=3)
    assert_array_equal(with_error.sensitivity.kept.values, without.sensitivity.kept.values)


# ------------------------------------------------------------------ other weights


def test_weights_that_are_set():
    found = evaluate(weights={"slope": 1.0})
    assert_array_equal(np.unique(found.index.values[5:, 5:-1][1:-1]), [60])
    assert found.criteria["weight"].to_dict() == {"slope": 1.0, "road": 0.0}
    assert any("weights set by the user: slope 1" in note.say("en") for note in found.notes)
    with pytest.raises(InputError, match="no criterion lake"):
        evaluate(weights={"lake": 0.5})
    with pytest.raises(InputError, match="graded by one criterion and has no weights"):
        evaluate(load_scheme("zoning_principle"), {}, weights={"slope": 0.5})


def test_what_if_weights():
    found = what_if_weights(DEM, scheme(), LAYERS, (COUNTIES, CLUSTERS), changed={"slope": 1.0})
    base, changed = evaluate(), evaluate(weights={"slope": 1.0})
    assert_allclose(found.by_county["base_m2"], base.by_county[1])
    assert_allclose(found.by_county["changed_m2"], changed.by_county[1])
    difference = found.by_county["changed_m2"] - found.by_county["base_m2"]
    assert_allclose(found.by_county["difference_m2"], difference)
    assert found.by_cluster.index.tolist() == ["mid"]
    assert found.name.say("en") == "weights: slope 1"


# ------------------------------------------------------------------ measures of the whole grid


def test_contiguity_and_cost_distance_in_blocks(monkeypatch):
    steep = PLANE.copy()
    steep[:, 10:] += 400.0  # a cliff across the middle
    one = scheme(
        criteria=[
            part(
                "patch",
                {"kind": "contiguity", "raster": "slope", "bands": [{"up_to": 15}]},
                unit="ha",
                value={"kind": "linear", "best": 100, "worst": 0},
            ),
            part(
                "cost",
                {"kind": "cost_distance", "layers": ["road"], "surface": "s"},
                unit="m",
                value={"kind": "linear", "best": 0, "worst": 10_000},
            ),
        ],
        weights=ASSUMED | {"method": "given", "values": {"patch": 1, "cost": 0}},
        limits=[],
        cost_surfaces=[
            ASSUMED | {"id": "s", "breaks": [15], "costs": [1, 3], "barriers": ["lake"]}
        ],
    )
    road = {"road": frame(shapely.LineString([(EAST + 1850, NORTH), (EAST + 1850, NORTH + 1200)]))}
    dem = Raster(steep, ON, "elevation_m")
    found = evaluate(one, road, dem)
    # west of the cliff columns 1 … 8 and rows 1 … 10, east columns 11 … 18: 80 ha each
    assert_allclose(found.index.values[5, [3, 15]], [80, 80], rtol=1e-4)
    assert_array_equal(found.index.values[5, [9, 10]], [0, 0])
    assert any("barriers of the cost distance were not given" in str(n) for n in found.notes)
    by_cost = evaluate(one, road, dem, weights={"cost": 1.0})
    # the road's cells are column 18; column 15 is 300 m away; column 3 has two cells of cost 3 on
    # its way, columns 9 and 10: 1500 m, of which 100 m cost 3 and 200 m cost 2
    away = (100.0 - by_cost.index.values[5, [18, 15, 3]].astype(float)) * 100.0
    assert_allclose(away, [0, 300, 1500 + 2 * 100 + 2 * 100], atol=0.2)
    monkeypatch.setattr(suitability_job, "BLOCK_ROWS", 5)
    same(by_cost, evaluate(one, road, dem, weights={"cost": 1.0}))


# ------------------------------------------------------------------ classes, rasters, plans


def test_double_evaluation_with_water_and_hazard(tmp_path):
    water = np.tile(np.array([1, 2, 3, 4, 5] * 4, dtype=np.float32), (ROWS, 1))
    path = tmp_path / "water.tif"
    with rasterio.open(
        path, "w", driver="GTiff", height=ROWS, width=COLS, count=1, dtype="float32",
        crs=METRIC.to_wkt(), transform=ON.transform,
    ) as file:  # fmt: skip
        file.write(water, 1)
    hazard = frame(square(500, 500, 100), square(700, 500, 100), hazard_level=["great", "medium"])
    one = load_scheme("double_evaluation_urban")
    found = evaluate(one, {"water_grade": path, "hazard": hazard})
    # a plane of 10 degrees: grade 3; relief over 500 m (5 cells) is 4·100·tan 10° = 70 m: none down
    rows = dict(zip(range(1, 6), one.integration.rows, strict=True))
    wanted = [rows[3][int(w) - 1] for w in water[0]]
    assert_array_equal(found.grade.values[3, 2:-2], wanted[2:-2])
    # row 6 lies at 500 … 600 m: great hazard is the last grade, medium one grade down before water
    assert found.grade.values[6, 5] == 5
    assert found.grade.values[6, 7] == rows[4][int(water[0, 7]) - 1]
    assert found.limits["m2"]["hazard_great"] == pytest.approx(1e4, rel=NEAR)
    assert not any("land and water" in note.say("en") for note in found.notes)


def test_land_classes_in_a_scheme():
    patches = frame(square(0, 600, 2000, 600), square(0, 0, 1000, 600), land_class=["0103", "0301"])
    one = scheme(
        criteria=[
            part(
                "land",
                {"kind": "class", "layers": ["land_use"], "field": "land_class", "by_prefix": True},
                value={"kind": "table", "table": {"01": 30, "03": 90}},
                missing="skip",
            )
        ],
        weights=ASSUMED | {"method": "given", "values": {"land": 1}},
        limits=[
            part(
                "wood",
                {"kind": "class", "layers": ["land_use"], "field": "land_class"},
                values=["0301"],
            )
        ],
    )
    found = evaluate(one, {"land_use": patches})
    # fields above score 30, woods below are a limit, the rest is not known
    assert_allclose(found.index.values[[2, 8, 8], [5, 5, 15]], [30, 0, np.nan])
    assert_array_equal(found.grade.values[[2, 8, 8], [5, 5, 15]], [2, 2, 0])
    assert found.criteria["known_share"]["land"] == pytest.approx(0.75, rel=NEAR)
    assert any("known on 75.0% of the ground" in note.say("en") for note in found.notes)


def test_layers_that_a_plan_gives(plan):
    found = plan_layers(plan, axis_lines(plan))
    assert list(found) == ["town", "axis"]  # this plan has no hubs
    assert found["town"]["name"].tolist() == ["甲镇", "东城", "乙镇"]
    assert found["town"]["acc_km"].tolist() == [1.0, 1.0, 1.0]
    assert found["axis"]["kind"].unique().tolist() == ["core"]


def test_names_that_a_scheme_looks_at():
    one = load_scheme("double_evaluation_urban")
    assert layer_names(one) == ("ecrl", "hazard", "water_grade")
    assert fields_of(one) == ("hazard_level",)
