"""The land account block by block: engines, blocks, files and memory give the same digits."""

from __future__ import annotations

import numpy as np
import pytest
import rasterio
from builders import METRIC, grid, layer, plan, raster, square
from builders_account import COUNTY, exclusion, exclusions
from numpy.testing import assert_allclose, assert_array_equal

from dzgis.engine import Engine
from dzgis.inputs import open_dem_source
from dzgis.pipeline import AccountInputs, account_of, land_job
from dzgis.stores.scratch import scratch_folder
from dzgis.terrain import parse_dem_error

pytestmark = pytest.mark.slow

ON = grid(40, 50, 30.0)
RISE = np.random.default_rng(3).normal(0.0, 3.0, ON.shape).cumsum(axis=1) + 1500.0
COUNTIES = COUNTY.set_geometry([square(31, 47, 1400, 1100)], crs=COUNTY.crs)
ROUND = [square(97 * n % 1400, 61 * n % 1100, 1).centroid.buffer(30 + 7 * n) for n in range(20)]
LAYERS = {
    "pbf": layer("pbf", *ROUND),
    "ecrl": layer("ecrl", square(200, 200, 333, 411), square(400, 300, 333, 411)),
}
MEMBERS = exclusions(
    exclusion("A", "pbf"),
    exclusion("B", "ecrl", buffer_m=25.0, effect="weighted", weight=0.3),
    exclusion("C", "elevation", spans={"above": 1510.0}),
    exclusion("D", "relief", spans={"above": 30.0}, effect="conditional"),
    exclusion("E", "slope", spans={"above": 20.0}, buffer_m=40.0),
)


@pytest.fixture
def dem(tmp_path):
    path = tmp_path / "dem.tif"
    where = {"crs": METRIC.to_wkt(), "transform": ON.transform, "nodata": -9999.0}
    shape = {"height": ON.height, "width": ON.width, "count": 1}
    with rasterio.open(path, "w", driver="GTiff", dtype="float32", **where, **shape) as file:
        file.write(RISE.astype(np.float32), 1)
    return path


def inputs(source):
    error = parse_dem_error("4,60")
    return AccountInputs(plan(), source, COUNTIES, MEMBERS, LAYERS, dem_error=error)


def memory():
    return raster(RISE.astype(np.float32), on=ON)


def same(one, other):
    assert one.account.cube.equals(other.account.cube)
    assert one.near_limits.equals(other.near_limits)
    assert one.expected_low_hill.equals(other.expected_low_hill)
    for name in ("slope", "slope_class", "available", "share", "probability"):
        first, second = getattr(one.rasters, name), getattr(other.rasters, name)
        assert_array_equal(first.values, second.values)


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(land_job, "BLOCK", (16, 16))


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("engine", ["threads", "processes", "dask"])
def test_engines_give_the_same_to_the_last_digit(engine, dem):
    if engine == "dask":
        pytest.importorskip("distributed")
    source = open_dem_source([dem])
    expected = account_of(inputs(source), engine=Engine("serial"), keep_share=True)
    same(account_of(inputs(source), engine=Engine(engine, 2), keep_share=True), expected)


@pytest.mark.usefixtures("small_blocks")
def test_files_memory_and_mapped_arrays_give_the_same(dem, tmp_path):
    expected = account_of(inputs(open_dem_source([dem])), keep_share=True)
    same(account_of(inputs(memory()), keep_share=True), expected)
    with scratch_folder(tmp_path / "out") as folder:
        mapped = account_of(inputs(memory()), keep_share=True, folder=folder)
        assert isinstance(mapped.rasters.slope.values, np.memmap)
        same(mapped, expected)


def test_blocks_change_nothing_but_the_last_digits(monkeypatch):
    whole = account_of(inputs(memory()), keep_share=True)
    monkeypatch.setattr(land_job, "BLOCK", (7, 11))
    cut = account_of(inputs(memory()), keep_share=True)
    assert_array_equal(whole.rasters.slope.values, cut.rasters.slope.values)
    assert_allclose(whole.rasters.share.values, cut.rasters.share.values, atol=1e-6)
    merged = whole.account.cube.merge(
        cut.account.cube, on=list(whole.account.cube.columns[:-1]), how="outer"
    ).fillna(0.0)
    assert_allclose(merged["m2_x"], merged["m2_y"], atol=0.01)
    assert_allclose(whole.near_limits, cut.near_limits, rtol=1e-9)


def test_shares_are_what_is_left_of_the_cells():
    found = account_of(inputs(memory()), keep_share=True)
    share, cube = found.rasters.share.values, found.account.cube
    low = cube[cube["slope_class"].isin(found.account.low_hill)]
    left = low["taken"].map(lambda text: MEMBERS.share_left(text.split("+")))
    inside = share[3:35, 5:44]  # cells wholly in the county
    assert np.nanmax(inside) <= 1.0
    assert np.nanmin(inside) >= 0.0
    # All but the cells at the border are the county's.
    assert (low["m2"] * left).sum() >= np.nansum(inside.astype(float)) * 900.0 - 1.0


def test_near_limits_and_expected_areas_are_those_of_whole_rasters():
    from dzgis.land import expected_areas, near_limits, zones_of

    found = account_of(inputs(memory()), keep_share=True)
    zones = zones_of(COUNTIES, ON, key="county_code")
    assert_allclose(
        found.near_limits, near_limits(zones, found.rasters.slope, [8.0, 25.0]), rtol=1e-6
    )
    expected = expected_areas(zones, found.rasters.probability)
    assert_allclose(found.expected_low_hill, expected, rtol=1e-6)
