"""Slopes and basins of parcels: planes of one slope on squared paper, cells of 10 m.

Each plane rises to the east; the DEM reaches 100 m beyond the parcels on all sides.
"""

import math

import numpy as np
import pytest
from builders import GROUND, frame, parcels, raster, slope_classes, square
from numpy.testing import assert_allclose, assert_array_equal

from dzgis import terrain
from dzgis.area import polygon_area_m2
from dzgis.terrain import parcel_basins, parcel_slopes, parse_dem_error
from dzgis.units import round_half_up

CLASSES = slope_classes()
AREAS = [1, 2, 3, 4, "unknown"]
A = parcels(A=square(100, 100))
RECORD = round_half_up(float(polygon_area_m2(A).iloc[0]), 2)


def plane(*degrees, n=30):
    """DEM of n × n cells; columns are shared out evenly among the slopes."""
    rise = np.tan(np.radians(np.repeat(degrees, n // len(degrees)))) * 10.0
    return raster(np.tile(np.cumsum(rise), (n, 1)))


def test_a_plane_is_of_one_class_and_fills_the_parcel():
    table = parcel_slopes(A, plane(10.0), CLASSES)
    assert list(table.loc["A", AREAS]) == [0.0, RECORD, 0.0, 0.0, 0.0]
    assert table.loc["A", "mean_deg"] == pytest.approx(10.0, abs=1e-4)
    assert table.loc["A", "median_deg"] == pytest.approx(10.0, abs=1e-4)
    assert table.index.name == "parcel_id"


def test_classes_add_up_to_the_area_of_record_with_cells_in_part():
    """5° to x = 150, 20° from there; the parcel from 93 to 207, so 57 m and 57 m."""
    land = parcels(P=square(93, 103, 114, 97))
    dem = plane(5.0, 20.0)
    table = parcel_slopes(land, dem, CLASSES).loc["P"]
    record = round_half_up(float(polygon_area_m2(land).iloc[0]), 2)
    assert round(sum(table[AREAS]), 2) == record
    # The cells beside the break see both slopes and are of class 2, between 8° and 15°.
    assert table[1] == pytest.approx(47 * 97, rel=1e-5)
    assert table[2] == pytest.approx(10 * 97, rel=1e-5)
    assert table[3] == pytest.approx(57 * 97, rel=1e-5)


def test_ground_without_elevations_is_unknown_and_so_is_ground_outside():
    dem = plane(10.0)
    values = np.asarray(dem.values, float).copy()
    values[:, 15:] = np.nan
    half = raster(values)
    table = parcel_slopes(A, half, CLASSES).loc["A"]
    # Column 14 lacks a neighbour: known from 100 to 140.
    assert table[2] == pytest.approx(4000.0, rel=1e-5)
    assert table["unknown"] == pytest.approx(6000.0, rel=1e-5)
    assert round(table[2] + table["unknown"], 2) == RECORD
    away = parcel_slopes(parcels(B=square(5000, 0)), dem, CLASSES).loc["B"]
    assert away["unknown"] == pytest.approx(10_000.0, rel=1e-5)
    assert math.isnan(away["mean_deg"])


def test_the_part_near_the_parcels_gives_what_the_whole_gives():
    rng = np.random.default_rng(1)
    dem = raster(rng.normal(size=(60, 60)).cumsum(axis=0))
    land = parcels(A=square(207, 313, 41, 33), B=square(260, 300, 5, 77))
    near = parcel_slopes(land, dem, CLASSES)
    whole = terrain.slope_areas(land, terrain.slope(dem), CLASSES)
    assert_array_equal(near[AREAS], whole[AREAS])
    assert_allclose(near, whole, rtol=1e-12)
    assert terrain.dem_near(dem, land).grid.shape < dem.grid.shape


def test_certainty_is_that_of_the_parcel_s_mean_slope():
    error = parse_dem_error("2,100")
    table = parcel_slopes(A, plane(10.0), CLASSES, error=error).loc["A"]
    alone = terrain.parcel_probability(A, plane(10.0), error, above_deg=8.0, up_to_deg=25.0)
    assert table["probability"] == pytest.approx(alone["probability"].iloc[0])
    assert table["mean_sd_deg"] == pytest.approx(alone["mean_slope_sd_deg"].iloc[0])
    assert table["expected_share"] == pytest.approx(alone["expected_share"].iloc[0])
    assert 0.0 < table["expected_share"] < 1.0


def test_inputs_stay_as_they_were_and_no_parcels_make_an_empty_table():
    dem = plane(10.0)
    before = np.array(dem.values)
    parcel_slopes(A, dem, CLASSES)
    assert_array_equal(dem.values, before)
    assert parcel_slopes(A[:0], dem, CLASSES).empty


# ------------------------------------------------------------------ basins


def test_ground_in_basins_counts_once():
    basins = frame(square(90, 90, 60, 200), square(130, 90, 40, 200))
    table = parcel_basins(A, basins, source="BZ").loc["A"]
    assert table["area_m2"] == pytest.approx(7000.0, rel=2 * GROUND)
    assert table["share"] == pytest.approx(0.7, rel=1e-5)
    assert table["source"] == "BZ"


def test_a_parcel_beside_all_basins_is_in_none():
    table = parcel_basins(A, frame(square(0, 0)), source="BZ")  # touches at a corner
    assert_allclose(table[["area_m2", "share"]], 0.0)
    assert parcel_basins(A, frame(), source="BZ").loc["A", "area_m2"] == 0.0


def test_a_parcel_within_a_basin_is_all_in_it():
    table = parcel_basins(A, frame(square(0, 0, 900), crs=4543).to_crs(4490), source="DEM")
    assert table.loc["A", "area_m2"] == pytest.approx(float(polygon_area_m2(A).iloc[0]), abs=1e-4)
    assert table.loc["A", "share"] == pytest.approx(1.0)
