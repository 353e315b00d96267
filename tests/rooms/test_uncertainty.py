"""Probabilities of slope classes against Monte Carlo runs, closed forms and each other.

The Monte Carlo runs add correlated normal errors to small planes and count slopes of
`dzgis.slope`; they know nothing of gradients, circles or integrals.
"""

from __future__ import annotations

import importlib
import itertools
import math

import numpy as np
import pytest
import shapely
from affine import Affine
from builders import EAST, GEOGRAPHIC, METRIC, NORTH, grid, parcels, raster, square
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import integrate, special, stats

from dzgis.coverage import zone_shares
from dzgis.errors import InputError
from dzgis.grid import Grid, Raster
from dzgis.terrain import (
    cell_spacing_m,
    class_probability,
    classify,
    gradient_sd,
    parcel_probability,
    parse_dem_error,
    slope,
)
from dzgis.terrain.disc import disc_probability
from dzgis.terrain.uncertainty import STENCILS

pytestmark = pytest.mark.slow

LOW_HILL = {"above_deg": 8.0, "up_to_deg": 25.0}
INF = math.inf
GLO_30, SRTM = parse_dem_error("glo-30"), parse_dem_error("srtm")
N_RUNS = 4000
STANDARD_ERRORS = 4.5
"""Allowed distance of a count from its expectation: 1 in 150 000 for each comparison."""


# ------------------------------------------------------------------ terrain and errors

SQUARE_CELLS = grid(3, 3, 30.0)
WIDE_CELLS = Grid(METRIC, Affine(20, 0, EAST, 0, -10, NORTH), 3, 3)
SECOND = 1 / 3600
DEGREES = Grid(GEOGRAPHIC, Affine(SECOND, 0, 102, 0, -SECOND, 25), 3, 3)
FLAT_DEGREES = Grid(GEOGRAPHIC, Affine(SECOND, 0, 102, 0, -SECOND / 2, 47), 3, 3)
GRIDS = {
    "square cells": SQUARE_CELLS,
    "cells of 20 m by 10 m": WIDE_CELLS,
    "1 second": DEGREES,
    "1 second by half a second at 47 degrees": FLAT_DEGREES,
}


def places(on):
    """Metres of each cell's centre eastwards and northwards of the first one, on a plane."""
    easting_m, northing_m = cell_spacing_m(on)
    row, col = np.indices(on.shape)
    return col * easting_m.mean(), -row * northing_m.mean()


def plane(slope_deg, azimuth_deg, on):
    east, north = places(on)
    azimuth = math.radians(azimuth_deg)
    rise = math.tan(math.radians(slope_deg))
    return 1900 + rise * (east * math.sin(azimuth) + north * math.cos(azimuth))


def errors(error, on, n_runs, seed=1):
    """Correlated normal errors, (n_runs, rows, cols), by the Cholesky factor of all cells."""
    east, north = (metres.ravel() for metres in places(on))
    apart = np.hypot(np.subtract.outer(east, east), np.subtract.outer(north, north))
    covariance = error.covariance_m2(apart)
    factor = np.linalg.cholesky(covariance + 1e-10 * np.eye(len(covariance)))
    white = np.random.default_rng(seed).standard_normal((n_runs, len(covariance)))
    return (white @ factor.T).reshape(n_runs, *on.shape)


def below_each_other(fields, on):
    """Fields as one tall raster, in the metres that the cells of the middle row have."""
    east, north = (metres.mean() for metres in cell_spacing_m(on))
    tall = Grid(METRIC, Affine(east, 0, EAST, 0, -north, NORTH), len(fields) * on.height, on.width)
    return Raster(fields.reshape(tall.shape), tall, "elevation_m")


def simulated(z, error, on, n_runs=N_RUNS, rim=1):
    """Slopes in degrees of copies of a DEM with errors added, (n_runs, rows, cols) but the rim."""
    found = slope(below_each_other(z + errors(error, on, n_runs), on)).values
    cells = found.reshape(n_runs, *on.shape)
    return cells[:, rim : on.height - rim, rim : on.width - rim]


def agrees(probability, hits):
    """Whether a probability is what counted hits make likely."""
    share, n = np.mean(hits), np.size(hits)
    spread = math.sqrt(max(probability * (1 - probability), 1 / n) / n)
    return abs(share - probability) <= STANDARD_ERRORS * spread


def at_centre(raster_of):
    return float(raster_of.values[1, 1])


# ------------------------------------------------------------------ gradients


@pytest.mark.parametrize("cell_m", [5.0, 30.0])
def test_uncorrelated_errors_have_the_closed_form(cell_m):
    sd_east, sd_north = gradient_sd(cell_m, cell_m, parse_dem_error("2,0"))
    assert_allclose([sd_east, sd_north], 2 * math.sqrt(12) / (8 * cell_m))
    central = gradient_sd(cell_m, cell_m, parse_dem_error("2,0"), method="zevenbergen-thorne")
    assert_allclose(central, 2 / (math.sqrt(2) * cell_m))


def test_two_cells_by_hand():
    # Zevenbergen and Thorne: (e − w) / 2Δ, so the variance is 2σ²(1 − exp(−2Δ/L)) / 4Δ².
    sd_east, sd_north = gradient_sd(
        20.0, 10.0, parse_dem_error("3,50"), method="zevenbergen-thorne"
    )
    assert_allclose(sd_east, math.sqrt(2 * 9 * (1 - math.exp(-40 / 50))) / 40)
    assert_allclose(sd_north, math.sqrt(2 * 9 * (1 - math.exp(-20 / 50))) / 20)


def test_an_error_common_to_all_cells_moves_no_slope():
    assert_allclose(gradient_sd(30.0, 30.0, parse_dem_error("5,1e12")), 0.0, atol=1e-5)


@given(st.floats(1, 100), st.floats(0.1, 10), st.floats(0, 1e4), st.sampled_from(list(STENCILS)))
def test_a_gradients_error_grows_with_that_of_the_dem(cell_m, sd_m, length_m, method):
    found = gradient_sd(cell_m, cell_m, parse_dem_error(f"{sd_m},{length_m}"), method=method)
    twice = gradient_sd(cell_m, cell_m, parse_dem_error(f"{2 * sd_m},{length_m}"), method=method)
    assert_allclose(found[0], found[1], rtol=1e-6, atol=1e-9)
    assert_allclose(twice[0], 2 * found[0], rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("method", STENCILS)
@pytest.mark.parametrize("written", ["2,0", "2,30", "2,3000", "2,60,gaussian"])
@pytest.mark.parametrize("on", GRIDS.values(), ids=GRIDS)
def test_gradients_spread_as_in_a_simulation(on, written, method):
    error, n_runs = parse_dem_error(written), 3000
    z = errors(error, on, n_runs)
    corner, edge = STENCILS[method]
    weights = np.array([[-corner, 0, corner], [-edge, 0, edge], [-corner, 0, corner]])
    easting_m, northing_m = cell_spacing_m(on)
    expected = gradient_sd(easting_m[1], northing_m[1], error, method=method)
    p = (z * weights).sum(axis=(1, 2)) / easting_m[1]
    q = (z * -weights.T).sum(axis=(1, 2)) / northing_m[1]
    for sample, sd in zip((p, q), expected, strict=True):
        assert sample.std() == pytest.approx(sd[0], rel=STANDARD_ERRORS / math.sqrt(2 * n_runs))
    assert abs(np.corrcoef(p, q)[0, 1]) < STANDARD_ERRORS / math.sqrt(n_runs)


def test_an_unknown_method_is_refused():
    with pytest.raises(InputError, match=r"no slope method 'sobel'; there are: horn, zevenbergen"):
        gradient_sd(30.0, 30.0, SRTM, method="sobel")


# ------------------------------------------------------------------ the integral


@pytest.mark.parametrize("radius_sd", [0.05, 0.7, 3.0, 5.9, 12.0, 80.0, 900.0])
@pytest.mark.parametrize("away_sd", [-5.0, -2.0, -0.3, 0.0, 0.3, 2.0, 5.0])
def test_equal_deviations_give_the_noncentral_chi_square(radius_sd, away_sd):
    centre = max(radius_sd + away_sd, 0.0)
    found = [
        disc_probability(centre * math.cos(turn), centre * math.sin(turn), 1.0, 1.0, radius_sd)
        for turn in (0.0, 0.3, math.pi / 4, 1.2, math.pi / 2)
    ]
    assert_allclose(found, stats.ncx2.cdf(radius_sd**2, 2, centre**2), atol=1e-6)


def strips(angle, radius, p, q, sd_q):
    """Density, in the angle where it meets the circle, of a strip across the disc; σp is 1."""
    x, chord = radius * np.sin(angle), radius * np.cos(angle)
    share = special.ndtr((chord - q) / sd_q) - special.ndtr((-chord - q) / sd_q)
    return chord * np.exp(-((x - p) ** 2) / 2) / math.sqrt(2 * math.pi) * share


@given(
    st.floats(-2, 1.5).map(lambda power: 10**power),
    st.floats(-6, 6),
    st.floats(0, 2 * math.pi),
    st.floats(0.4, 2.5),
)
def test_unequal_deviations_give_the_integral(radius, away, turn, sd_q):
    centre = max(radius + away, 0.0)
    p, q = centre * math.cos(turn), centre * math.sin(turn)
    angles = np.linspace(-math.pi / 2, math.pi / 2, 8001)
    expected = integrate.simpson(strips(angles, radius, p, q, sd_q), x=angles)
    assert disc_probability(p, q, 1.0, sd_q, radius) == pytest.approx(expected, abs=2e-6)


# ------------------------------------------------------------------ cells


@pytest.mark.parametrize("written", ["glo-30", "3.8,0", "4,5000", "2.5,100,gaussian"])
@pytest.mark.parametrize("slope_deg", [7.0, 8.0, 9.0, 16.0, 25.0, 30.0])
@pytest.mark.parametrize("on", GRIDS.values(), ids=GRIDS)
def test_cells_against_a_simulation(on, slope_deg, written):
    error, z = parse_dem_error(written), plane(slope_deg, 37.0, on)
    found = class_probability(Raster(z, on, "elevation_m"), error, **LOW_HILL)
    degrees = simulated(z, error, on)
    assert agrees(at_centre(found), (degrees > 8) & (degrees <= 25))


def test_a_limit_in_steep_even_land_is_met_half_the_time():
    # Errors along the fall line decide; the circle of the limit is nearly straight.
    dem = raster(plane(25.0, 0.0, SQUARE_CELLS), on=SQUARE_CELLS)
    found = at_centre(class_probability(dem, parse_dem_error("0.1,100"), **LOW_HILL))
    assert found == pytest.approx(0.5, abs=2e-3)


def rough(n_rows=37, n_cols=41, seed=7):
    z = np.random.default_rng(seed).uniform(1500, 1520, (n_rows, n_cols))
    z[5, 6] = z[17, 0] = np.nan
    return raster(z, cell=30.0)


def test_without_an_error_a_cell_is_in_its_class_or_not(slope_classes):
    for dem in (rough(), raster(plane(8.0, 0.0, SQUARE_CELLS), on=SQUARE_CELLS)):
        number = classify(slope(dem), slope_classes).values
        expected = np.where(number == 0, np.nan, np.isin(number, [2, 3]))
        found = class_probability(dem, parse_dem_error("0,100"), **LOW_HILL)
        assert_array_equal(found.values, expected)


def test_a_tiny_error_leaves_cells_in_their_class(slope_classes):
    dem = rough()
    number = classify(slope(dem), slope_classes).values
    found = class_probability(dem, parse_dem_error("0.0001,100"), **LOW_HILL).values
    assert_allclose(found, np.where(number == 0, np.nan, np.isin(number, [2, 3])), atol=1e-6)


@pytest.mark.parametrize("written", ["srtm", "aster", "0.2,30", "0,0", "500,30"])
def test_classes_add_up(written):
    limits = [-INF, 8.0, 25.0, INF]
    parts = [
        class_probability(rough(), parse_dem_error(written), above_deg=low, up_to_deg=high).values
        for low, high in itertools.pairwise(limits)
    ]
    known = ~np.isnan(parts[0])
    assert_allclose(np.sum(parts, axis=0)[known], 1.0, atol=1e-6)
    assert_array_equal(known, ~np.isnan(slope(rough()).values))
    assert all(((part[known] >= 0) & (part[known] <= 1)).all() for part in parts)


@settings(max_examples=50)
@given(st.floats(0, 60), st.floats(0, 360), st.floats(0.01, 20), st.floats(0, 1000))
def test_probabilities_do_not_depend_on_the_direction(slope_deg, azimuth_deg, sd_m, length_m):
    # Square cells: the two components of the gradient are equally uncertain.
    error = parse_dem_error(f"{sd_m},{length_m}")
    turned, towards_north = (
        at_centre(class_probability(raster(z, on=SQUARE_CELLS), error, **LOW_HILL))
        for z in (plane(slope_deg, azimuth, SQUARE_CELLS) for azimuth in (azimuth_deg, 0.0))
    )
    assert turned == pytest.approx(towards_north, abs=3e-6)


@given(st.floats(0, 40), st.floats(0, 40), st.floats(0.1, 10))
def test_more_classes_take_more(slope_deg, limit_deg, sd_m):
    dem = raster(plane(slope_deg, 20.0, SQUARE_CELLS), on=SQUARE_CELLS)
    shares = [
        at_centre(
            class_probability(dem, parse_dem_error(f"{sd_m},60"), above_deg=-1, up_to_deg=up_to)
        )
        for up_to in (limit_deg, limit_deg + 5.0, 90.0)
    ]
    assert shares[0] <= shares[1] + 1e-6
    assert shares[2] == 1.0


@pytest.mark.parametrize("block", [1, 5, 16, 512])
def test_blocks_of_any_size_give_the_same(monkeypatch, block):
    on = Grid(GEOGRAPHIC, Affine(SECOND, 0, 102, 0, -0.5, 50), 37, 41)
    dem = Raster(rough().values, on, "elevation_m")
    expected = class_probability(dem, SRTM, **LOW_HILL).values
    module = importlib.import_module("dzgis.terrain.uncertainty")
    monkeypatch.setattr(module, "BLOCK_CELLS", block)
    found = class_probability(dem, SRTM, **LOW_HILL)
    assert_array_equal(found.values, expected)
    assert (found.name, found.values.dtype) == ("class_probability", np.float32)


def test_notes_are_handed_on():
    dem = Raster(np.zeros((3, 3)), SQUARE_CELLS, "elevation_m", note="generated")
    assert class_probability(dem, SRTM, **LOW_HILL).note == "generated"


@pytest.mark.parametrize("limits", [(8.0, 8.0), (25.0, 8.0), (math.nan, 8.0)])
def test_limits_must_be_in_order(limits):
    with pytest.raises(InputError, match="is empty; the lower limit must be below the upper one"):
        class_probability(rough(), SRTM, above_deg=limits[0], up_to_deg=limits[1])


# ------------------------------------------------------------------ parcels

FIELD = grid(14, 16, 30.0)
CORNERS = [(45, 50), (400, 70), (380, 330), (200, 250), (70, 360)]


def odd_parcel():
    """A parcel that cuts through cells of `FIELD`."""
    return parcels(A=shapely.Polygon([(EAST + x, NORTH + y) for x, y in CORNERS]))


@pytest.mark.parametrize("written", ["glo-30", "1.5,0", "2,2000", "3,150,gaussian"])
@pytest.mark.parametrize("slope_deg", [9.0, 16.0, 25.0])
def test_parcels_against_a_simulation(slope_deg, written):
    error, z, n_runs = parse_dem_error(written), plane(slope_deg, 37.0, FIELD), 1500
    found = parcel_probability(odd_parcel(), raster(z, on=FIELD), error, **LOW_HILL).loc["A"]
    (shares,) = zone_shares(odd_parcel(), FIELD)
    degrees = simulated(z, error, FIELD, n_runs, rim=0).reshape(n_runs, -1)[:, shares.cells]
    means = np.average(degrees, axis=1, weights=shares.shares)
    assert found["mean_slope_deg"] == pytest.approx(slope_deg, abs=1e-5)
    # Two parts in a hundred for what the linear form leaves out.
    allowed = STANDARD_ERRORS / math.sqrt(2 * n_runs) + 0.02
    assert found["mean_slope_sd_deg"] == pytest.approx(means.std(), rel=allowed)
    inside = ((degrees > 8) & (degrees <= 25)).mean(axis=1)
    spread = STANDARD_ERRORS * inside.std() / math.sqrt(n_runs)
    assert found["expected_share"] == pytest.approx(inside.mean(), abs=spread + 1e-6)
    if slope_deg != 25.0:  # at the limit, what the linear form leaves out decides
        assert found["probability"] == pytest.approx(((means > 8) & (means <= 25)).mean(), abs=0.05)


def test_a_parcel_of_one_cell_is_as_sure_as_the_cell():
    on = grid(5, 5, 30.0)
    dem = raster(plane(16.0, 90.0, on), on=on)
    found = parcel_probability(parcels(A=square(60, 60, 30)), dem, GLO_30, **LOW_HILL).loc["A"]
    sd_east = gradient_sd(30.0, 30.0, GLO_30)[0][0]
    rate = math.degrees(math.cos(math.radians(16.0)) ** 2)
    assert found["mean_slope_sd_deg"] == pytest.approx(rate * sd_east, rel=1e-6)
    cell = class_probability(dem, GLO_30, **LOW_HILL).values[2, 2]
    assert found["expected_share"] == pytest.approx(cell, abs=1e-6)


def test_the_covariance_of_a_window_by_hand():
    # Two cells beside each other on a plane towards the east, errors without correlation:
    # mean east gradient = (row sums of columns 2, 3 − those of columns 0, 1) / (2 · 8Δ);
    # weights ±1, ±2, ±1 in four columns: variance = 4 · 6σ² / (16Δ)².
    on = grid(5, 6, 30.0)
    dem = raster(plane(16.0, 90.0, on), on=on)
    two = parcels(A=square(60, 60, 60, 30))
    found = parcel_probability(two, dem, parse_dem_error("2,0"), **LOW_HILL).loc["A"]
    rate = math.degrees(math.cos(math.radians(16.0)) ** 2)
    expected = rate * 2 * math.sqrt(24) / (16 * 30)
    assert found["mean_slope_sd_deg"] == pytest.approx(expected, rel=1e-6)


def test_unknown_land_of_a_parcel_is_told():
    # Half of A lies beyond the known cells, B beyond the grid, C on a void.
    on = grid(9, 9, 10.0)
    z = plane(16.0, 90.0, on)
    z[1, 1] = np.nan
    table = parcels(A=square(70, 30, 20, 20), B=square(500, 0), C=square(10, 70, 10))
    found = parcel_probability(table, raster(z, on=on), GLO_30, **LOW_HILL)
    assert_allclose(found["unknown_share"], [0.5, 1.0, 1.0], atol=1e-5)
    assert found.loc["A"].notna().all()
    assert found.loc[["B", "C"]].drop(columns="unknown_share").isna().all(axis=None)


def test_a_parcel_half_outside_the_grid():
    on = grid(6, 6, 10.0)
    table = parcels(A=square(20, 20, 60, 20))
    found = parcel_probability(table, raster(plane(16.0, 0.0, on), on=on), GLO_30, **LOW_HILL)
    # Known are the columns from 20 m to 50 m.
    assert found["unknown_share"].item() == pytest.approx(0.5, abs=1e-5)


def test_level_land_and_no_error():
    on = grid(6, 6, 10.0)
    table, level = parcels(A=square(20, 20, 20)), raster(np.zeros((6, 6)), on=on)
    none = parse_dem_error("0,0")
    found = parcel_probability(table, level, none, above_deg=-1, up_to_deg=8.0).loc["A"]
    assert_array_equal(found, [1.0, 0.0, 0.0, 1.0, 0.0])
    assert parcel_probability(table, level, none, **LOW_HILL)["probability"].item() == 0.0


def test_rows_keep_their_order_and_no_parcels_give_no_rows():
    on = grid(6, 6, 10.0)
    dem = raster(plane(16.0, 0.0, on), on=on)
    table = parcels(B=square(20, 20, 20), A=square(10, 10, 10))
    found = parcel_probability(table, dem, GLO_30, **LOW_HILL)
    assert list(found.index) == ["B", "A"]
    backwards = parcel_probability(table.iloc[::-1], dem, GLO_30, **LOW_HILL)
    assert_array_equal(backwards.loc[found.index], found)
    assert parcel_probability(table.iloc[:0], dem, GLO_30, **LOW_HILL).shape == (0, 5)


@settings(max_examples=10)  # each covers cells exactly, which takes its time
@given(st.floats(20, 60), st.floats(20, 60))
def test_averaging_makes_a_slope_surer(width, height):
    on = grid(12, 12, 10.0)
    dem = raster(plane(16.0, 37.0, on), on=on)
    table = parcels(all=square(20, 20, width, height), part=square(30, 30, 10, 10))
    found = parcel_probability(table, dem, GLO_30, **LOW_HILL)["mean_slope_sd_deg"]
    assert found["all"] < found["part"]


def test_crossed_polygons_are_refused():
    bow = shapely.Polygon(
        [(EAST, NORTH), (EAST + 9, NORTH + 9), (EAST + 9, NORTH), (EAST, NORTH + 9)]
    )
    with pytest.raises(InputError, match="parcels: A has invalid geometry"):
        parcel_probability(parcels(A=bow), rough(), GLO_30, **LOW_HILL)
