"""
Another plan, another region, solvable by hand: nothing of the shipped plan is in the code.

A 60 x 60 grid of 30 m cells in a 3-degree zone (metres):

    499100        500000        500900
    3321800 +--------+-------------+      west half flat, east half a plane of 10 degrees
            |  +-----|----------+  |
            |  | upper county   |  |      upper: 499200..500800 x 3320900..3321700
    3320900 |  +-----|--[pbf]---+  |      farmland: 500100..500300 x 3320800..3321000
            |  | lower county   |  |      lower: 499200..500800 x 3320100..3320900
            |  +-----|----------+  |
    3320000 +--------+-------------+

Horn at the fold: the first cell of the ramp has 3/4 of its rise (7.5 degrees: low hill), the last
flat one a quarter (2.5 degrees: flat). So low-hill land is exactly what lies east of 500000.
"""

import json
import math
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import rasterio
import shapely

import dzgis
from dzgis import pipeline
from dzgis.area import polygon_area_m2
from dzgis.cli.frame import run_guarded
from dzgis.pipeline.steps import basins_of

pytestmark = pytest.mark.slow

ZONE = "EPSG:4545"
PLAN = Path(__file__).parents[1] / "plans" / "tiny.toml"
UPPER = shapely.box(499200, 3320900, 500800, 3321700)
LOWER = shapely.box(499200, 3320100, 500800, 3320900)
FARMLAND = shapely.box(500100, 3320800, 500300, 3321000)
PARCELS = {
    "free": shapely.box(500400, 3321100, 500500, 3321200),
    "pressed": shapely.box(500250, 3320950, 500350, 3321050),
    "beside": shapely.box(500300, 3320800, 500350, 3320900),
}


def area(shape):
    return float(polygon_area_m2(gpd.GeoDataFrame(geometry=[shape], crs=ZONE)).iloc[0])


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("toy")
    counties = gpd.GeoDataFrame({"NAME": ["上石县", "下石县"]}, geometry=[UPPER, LOWER], crs=ZONE)
    counties.to_file(folder / "counties.gpkg", layer="XZQ")
    farmland = gpd.GeoDataFrame({"BSM": ["1"]}, geometry=[FARMLAND], crs=ZONE)
    farmland.to_file(folder / "farmland.gpkg", layer="YJJBNTTB")
    parcels = gpd.GeoDataFrame({"DKBH": list(PARCELS)}, geometry=list(PARCELS.values()), crs=ZONE)
    parcels.to_file(folder / "parcels.gpkg", layer="DK")
    east = 499100 + 30 * (np.arange(60) + 0.5)
    row = 100.0 + np.maximum(east - 500000, 0.0) * math.tan(math.radians(10.0))
    profile = {
        "driver": "GTiff",
        "dtype": "float32",
        "count": 1,
        "height": 60,
        "width": 60,
        "crs": ZONE,
        "transform": rasterio.Affine(30, 0, 499100, 0, -30, 3321800),
    }
    with rasterio.open(folder / "dem.tif", "w", **profile) as dataset:
        dataset.write(np.tile(row, (60, 1)).astype("float32"), 1)
    return folder


@pytest.fixture(scope="module")
def inputs(files):
    return dzgis.Inputs(
        dem=(files / "dem.tif",),
        counties=files / "counties.gpkg",
        protection={"pbf": files / "farmland.gpkg"},
        parcels=files / "parcels.gpkg",
        covers={"pbf": ("990101", "下石县")},
    )


@pytest.fixture(scope="module")
def by_cli(files, tmp_path_factory):
    out = tmp_path_factory.mktemp("toy_out") / "out"
    command = ["run", PLAN, "-o", out, "--dem", files / "dem.tif"]
    command += ["--counties", files / "counties.gpkg", "--parcels", files / "parcels.gpkg"]
    command += ["--protect", f"pbf={files / 'farmland.gpkg'}"]
    command += ["--covers", "pbf=990101,下石县", "--lang", "en"]
    done = subprocess.run(
        [sys.executable, "-m", "dzgis", *map(str, command)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads((out / "run.json").read_text("utf-8"))["summary"], out


@pytest.fixture(scope="module")
def result(inputs):
    return dzgis.run(dzgis.load_plan(PLAN), inputs)


def test_every_step_is_told(inputs):
    told = []
    loaded = pipeline.load(dzgis.load_plan(PLAN), inputs)
    pipeline.compute(loaded, tell=told.append)
    assert len(told) == len(set(told)) == pipeline.N_STEPS


def test_low_hill_and_available_land_by_hand(by_cli):
    upper, lower = by_cli[0]["counties"]
    east_upper = area(shapely.box(500000, 3320900, 500800, 3321700))
    east_lower = area(shapely.box(500000, 3320100, 500800, 3320900))
    taken_upper = area(shapely.box(500100, 3320900, 500300, 3321000))
    taken_lower = area(shapely.box(500100, 3320800, 500300, 3320900))
    assert upper["area_m2"] == pytest.approx(area(UPPER), rel=1e-8)
    assert upper["low_hill_m2"] == pytest.approx(east_upper, rel=1e-6)
    assert lower["low_hill_m2"] == pytest.approx(east_lower, rel=1e-6)
    assert upper["available_m2"] == pytest.approx(east_upper - taken_upper, rel=1e-6)
    # The county border runs through a row of cells, of which the farmland takes the same share on
    # both sides: here that is exact.
    assert lower["available_m2"] == pytest.approx(east_lower - taken_lower, rel=1e-6)
    assert upper["unknown_m2"] == 0


def test_command_line_and_api_agree(by_cli, result):
    counties = by_cli[0]["counties"]
    waterfall = result.land.county_waterfall
    for county in counties:
        row = waterfall.loc[county["county_code"]]
        assert county["available_m2"] == pytest.approx(row["available"], abs=0.005)
    assert by_cli[0]["verdicts"] == {
        "clear": 2,
        "within_tolerance": 0,
        "conditional": 0,
        "undetermined": 0,
        "prohibited": 1,
    }


def test_verdicts_by_hand(result):
    checks = {parcel.parcel_id: parcel for parcel in result.check.parcels}
    assert checks["free"].verdict == "clear"
    assert checks["beside"].verdict == "clear"
    assert checks["beside"].findings[0].contact == "touching"
    pressed = checks["pressed"]
    assert pressed.verdict == "prohibited"
    common = shapely.intersection(PARCELS["pressed"], FARMLAND)
    assert pressed.deduplicated_area_m2 == pytest.approx(area(common), abs=0.01)
    assert "不得占用永久基本农田" in pressed.findings[0].reason.zh


def test_a_county_is_found_by_its_old_name(result):
    assert list(result.loaded.counties["county"]) == ["上石区", "下石县"]


def test_clusters_and_axis(result):
    parcels = result.parcels
    assert set(parcels["axis"]) == {"R"}
    assert parcels.loc["free", "cluster"] == "upper"
    assert parcels.loc["free", "cluster_status"] == "county"
    assert parcels.loc["beside", "cluster"] == "lower"


def test_candidates_by_hand(result):
    """Two regions, one a county, each less the farmland; opening cuts no corner of these."""
    found = result.land.candidates
    assert list(found["county"]) == ["下石县", "上石区"] or len(found) == 2
    total = sum(c for c in found["area_m2"])
    east = area(shapely.box(500000, 3320100, 500800, 3321700)) - area(FARMLAND)
    assert total == pytest.approx(east, rel=0.06)
    assert found["mean_slope_deg"].between(9.5, 10.5).all()


def test_without_covers_what_lies_outside_the_hull_is_undetermined(inputs):
    """An absent survey is not an empty one: the layer says nothing beyond its own features."""
    plan = dzgis.load_plan(PLAN)
    counties = dzgis.open_counties(inputs.counties, plan)
    parcels = dzgis.open_parcels(inputs.parcels, plan)
    layers = dzgis.open_protection(inputs.protection, plan, counties=counties)
    checks = {p.parcel_id: p for p in dzgis.check(parcels, layers, plan.rules).parcels}
    assert checks["free"].verdict == "undetermined"
    assert checks["pressed"].verdict == "prohibited"


# ------------------------------------------------------------------ basins and certainty


def test_the_flat_half_is_a_basin(result):
    [basin] = result.land.basins.itertuples()
    flat = int((result.land.slope.values <= 8.0).sum())
    assert basin.area_m2 == pytest.approx(flat * 900.0, rel=2e-4)  # the map's scale is 0.9998 here
    assert (basin.basin_id, basin.name, basin.source) == ("B001", "", "DEM")
    assert result.land.basins.crs.to_epsg() == 4490


def test_an_official_layer_of_basins_replaces_what_is_found(result):
    loaded = result.loaded
    official = replace(loaded.layers["pbf"], role="bazi")
    given = replace(loaded, layers={**loaded.layers, "bazi": official})
    [basin] = basins_of(given, result.land.slope).itertuples()
    assert basin.area_m2 == pytest.approx(area(FARMLAND), rel=1e-9)
    assert basin.source == official.source


def test_land_near_the_limits_by_hand(result):
    # Limits of low hills are 6 and 20 degrees: the fold is 2.5 and 7.5, the ramp 10.
    near = result.land.near_limits
    assert list(near.index.get_level_values("limit_deg"))[:2] == [6.0, 20.0]
    assert (near["near_m2"] == 0.0).all()
    assert (near["known_m2"] > 0.0).all()


def test_expected_areas_follow_the_error(files, inputs, tmp_path):
    plan = dzgis.load_plan(PLAN)
    exact = dzgis.run(plan, replace(inputs, dem_error="0.001,100"), out=tmp_path / "exact")
    found = exact.land
    assert found.expected_low_hill.to_numpy() == pytest.approx(
        found.county_waterfall["low_hill"].to_numpy(), rel=1e-6
    )
    with rasterio.open(tmp_path / "exact" / "low_hill_probability.tif") as dataset:
        percent = dataset.read(1)
    assert set(np.unique(percent)) == {0, 100, 255}
    coarse = dzgis.run(plan, replace(inputs, dem_error="aster")).land
    # An error of metres makes flat land look steep more often than it hides the ramp.
    assert (coarse.expected_low_hill > found.expected_low_hill).all()
    command = [sys.executable, "-m", "dzgis", "run", PLAN, "-o", tmp_path / "bad"]
    command += ["--dem", files / "dem.tif", "--counties", files / "counties.gpkg"]
    done = subprocess.run(
        [*map(str, command), "--dem-error", "lidar", "--lang", "en"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 2
    assert "lidar" in done.stderr


def test_secrecy_keeps_protected_shapes_out_of_a_run(files, by_cli, tmp_path, capsys):
    out = tmp_path / "secret"
    words = ["run", PLAN, "-o", out, "--dem", files / "dem.tif", "--secret", "--json"]
    words += ["--counties", files / "counties.gpkg", "--parcels", files / "parcels.gpkg"]
    words += ["--protect", f"pbf={files / 'farmland.gpkg'}"]
    words += ["--covers", "pbf=990101,下石县", "--lang", "en"]
    assert run_guarded(list(map(str, words))) == 0
    capsys.readouterr()
    open_layers = {name for name, _ in pyogrio.list_layers(by_cli[1] / "results.gpkg")}
    secret_layers = {name for name, _ in pyogrio.list_layers(out / "results.gpkg")}
    assert open_layers - secret_layers == {"protection"}
    summary = json.loads((out / "run.json").read_text("utf-8"))["summary"]
    assert summary["secret"] is True
    assert summary["counties"] == by_cli[0]["counties"]
    farmland = "permanent basic farmland"
    pages = [(folder / "map.html").read_text("utf-8") for folder in (by_cli[1], out)]
    assert pages[0].count(farmland) > pages[1].count(farmland)
