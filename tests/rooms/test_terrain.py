"""Planes of known slope, voids, class edges."""

from __future__ import annotations

import importlib
import itertools
import math

import numpy as np
import pytest
from affine import Affine
from builders import GEOGRAPHIC, grid, raster
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal
from pyproj import CRS

from dzgis.crs import ELLIPSOID
from dzgis.errors import CRSError
from dzgis.grid import Grid, Raster
from dzgis.terrain import METHODS, cell_spacing_m, classify, slope

pytestmark = pytest.mark.slow

ULP = 2e-6
"""Last digit of a slope in single precision."""
AZIMUTHS = (0.0, 30.0, 45.0, 90.0, 180.0, 270.0, 301.7)
LIMITS = (2.0, 8.0, 15.0, 25.0)


def plane(slope_deg, azimuth_deg, cell=30.0, n=7, base=1900.0):
    """Elevations that rise by `slope_deg` towards an azimuth (0 = north, 90 = east)."""
    row, col = np.mgrid[0:n, 0:n]
    easting, northing = col * cell, -row * cell
    azimuth = math.radians(azimuth_deg)
    along = easting * math.sin(azimuth) + northing * math.cos(azimuth)
    return base + along * math.tan(math.radians(slope_deg))


def middle(values):
    return values[1:-1, 1:-1]


# ------------------------------------------------------------------ planes


@pytest.mark.parametrize("azimuth_deg", AZIMUTHS)
@pytest.mark.parametrize("slope_deg", [0.0, 1.99, 2.0, 2.01, 7.99, 8.0, 8.01, 15.0, 25.0, 60.0])
def test_a_plane_has_one_slope(slope_deg, azimuth_deg):
    found = slope(raster(plane(slope_deg, azimuth_deg), cell=30.0))
    assert found.name == "slope_deg"
    assert found.values.dtype == np.float32
    assert_allclose(middle(found.values), slope_deg, atol=2 * ULP)


@pytest.mark.parametrize(
    ("offset_deg", "expected"), [(-0.01, (1, 1, 2, 3)), (0.0, (1, 1, 2, 3)), (0.01, (1, 2, 3, 4))]
)
@pytest.mark.parametrize("azimuth_deg", [0.0, 90.0, 180.0, 270.0])
def test_planes_at_the_class_limits(slope_classes, azimuth_deg, offset_deg, expected):
    # Classes to 8°, 15°, 25° and above: the limit itself belongs to the flatter class.
    found = [
        classify(slope(raster(plane(limit + offset_deg, azimuth_deg), cell=30.0)), slope_classes)
        for limit in LIMITS
    ]
    assert tuple(int(c.values[3, 3]) for c in found) == expected


def test_spacing_differs_along_rows_and_columns():
    # Cells 20 m wide and 10 m high; 1 m up a cell eastwards and northwards.
    wide = Grid(CRS.from_epsg(4543), Affine(20, 0, 5e5, 0, -10, 2.76e6), 5, 5)
    row, col = np.mgrid[0:5, 0:5].astype(float)
    expected = math.degrees(math.atan(math.hypot(1 / 20, 1 / 10)))
    assert_allclose(middle(slope(Raster(col - row, wide, "z")).values), expected, atol=ULP)


def test_horn_weights_by_hand():
    # 0 0 8      east: (8−0) + 2·(0−0) + (0−0) = 8, over 8·10 m = 0.1
    # 0 0 0      north: (0−0) + 2·(0−0) + (8−0) = 8, over 8·10 m = 0.1
    # 0 0 0      slope = atan(√0.02) = 8.0495°
    z = np.zeros((3, 3))
    z[0, 2] = 8.0
    assert slope(raster(z)).values[1, 1] == pytest.approx(8.0495, abs=1e-4)


@pytest.mark.parametrize("lat_deg", [0.0, 24.9, 47.0])
@pytest.mark.parametrize("slope_deg", [2.0, 8.0, 25.0])
@pytest.mark.parametrize("second", [1, 3])
def test_planes_on_a_grid_in_degrees(second, slope_deg, lat_deg):
    step, rise = second / 3600, math.tan(math.radians(slope_deg))
    toy = Grid(GEOGRAPHIC, Affine(step, 0, 102.0, 0, -step, lat_deg + 2.5 * step), 5, 5)
    lats = lat_deg + step * np.arange(2, -3, -1)
    # Along the parallel: metres of the parallel through the middle row.
    metres = ELLIPSOID.inv(102.0, lat_deg, 102.0 + step, lat_deg)[2]
    eastwards = np.tile(np.arange(-2, 3) * metres * rise, (5, 1))
    # Along the meridian: metres from the middle row.
    away = [math.copysign(ELLIPSOID.inv(102, lat_deg, 102, x)[2], x - lat_deg) for x in lats]
    northwards = np.tile(np.array(away)[:, np.newaxis] * rise, (1, 5))
    for z in (eastwards, northwards):
        assert slope(Raster(z, toy, "z")).values[2, 2] == pytest.approx(slope_deg, abs=1e-5)


def test_spacing_of_a_grid_in_degrees():
    toy = Grid(GEOGRAPHIC, Affine(1 / 3600, 0, 102, 0, -1 / 3600, 25 + 1 / 7200), 1, 1)
    easting, northing = cell_spacing_m(toy)
    assert easting[0] == pytest.approx(ELLIPSOID.inv(102, 25, 102 + 1 / 3600, 25)[2], rel=1e-9)
    ends = 25 - 1 / 7200, 25 + 1 / 7200
    assert northing[0] == pytest.approx(ELLIPSOID.inv(102, ends[0], 102, ends[1])[2], rel=1e-9)


def test_a_grid_in_feet_is_refused():
    feet = Grid(CRS.from_epsg(2263), Affine(10, 0, 0, 0, -10, 0), 3, 3)
    with pytest.raises(CRSError, match=r"EPSG:2263 is in US survey foot, metres are required"):
        slope(Raster(np.zeros((3, 3)), feet, "z"))


# ------------------------------------------------------------------ voids and rims


def test_a_void_makes_its_neighbours_unknown_and_the_rim_is_unknown():
    # . . . . . . .
    # . o o o o o .     . unknown: the rim has no full window,
    # . o . . . o .       and neither have the void and its eight neighbours
    # . o . . . o .     o known
    # . o . . . o .
    # . o o o o o .
    # . . . . . . .
    z = plane(8.0, 90.0)
    z[3, 3] = np.nan
    expected = np.zeros((7, 7), bool)
    expected[1:-1, 1:-1] = True
    expected[2:5, 2:5] = False
    found = slope(raster(z, cell=30.0)).values
    assert_array_equal(~np.isnan(found), expected)
    assert_allclose(found[expected], 8.0, atol=ULP)


@pytest.mark.parametrize("shape", [(1, 1), (1, 5), (2, 2), (2, 9)])
def test_grids_without_a_full_window_are_unknown(shape):
    assert np.isnan(slope(raster(np.zeros(shape))).values).all()


def test_whole_numbers_are_elevations_too():
    found = slope(raster(np.tile(np.arange(5, dtype=np.int16) * 10, (5, 1)))).values
    assert_allclose(middle(found), 45.0, atol=ULP)


def test_notes_are_handed_on(slope_classes):
    dem = Raster(np.zeros((3, 3)), grid(3, 3), "elevation_m", note="generated")
    assert slope(dem).note == classify(slope(dem), slope_classes).note == "generated"


# ------------------------------------------------------------------ classes


def test_class_edges_are_right_closed(slope_classes):
    below, above = (np.nextafter(np.float64(8), x) for x in (0, 90))
    degrees = [[0.0, below, 8.0, above, 15.0], [15.001, 25.0, 25.001, 89.9, np.nan]]
    found = classify(raster(np.array(degrees), name="slope_deg"), slope_classes)
    assert_array_equal(found.values, [[1, 1, 1, 2, 2], [3, 3, 4, 4, 0]])
    assert (found.values.dtype, found.name) == (np.uint8, "slope_class")


# ------------------------------------------------------------------ blocks, engines, symmetry


def rough(n_rows=23, n_cols=31):
    z = np.random.default_rng(7).uniform(1500, 2500, (n_rows, n_cols))
    z[5, 6] = z[17, 0] = np.nan
    return z


@pytest.mark.parametrize("block", [1, 2, 5, 8, 23, 1024])
@pytest.mark.parametrize("edges", ["unknown", "computed"])
@pytest.mark.parametrize("method", METHODS)
def test_blocks_of_any_size_give_the_same(monkeypatch, block, edges, method):
    module = importlib.import_module("dzgis.terrain.slope")
    dem = raster(rough(), cell=30.0)
    expected = slope(dem, edges=edges, method=method).values
    monkeypatch.setattr(module, "_BLOCK_CELLS", block)
    assert_array_equal(slope(dem, edges=edges, method=method).values, expected)


def test_blocks_of_a_grid_in_degrees_give_the_same(monkeypatch):
    # Each row has its own spacing, which a block must take from its own rows.
    toy = Grid(GEOGRAPHIC, Affine(0.01, 0, 102, 0, -0.5, 50), 23, 31)
    dem = Raster(rough(), toy, "elevation_m")
    expected = slope(dem).values
    monkeypatch.setattr(importlib.import_module("dzgis.terrain.slope"), "_BLOCK_CELLS", 4)
    assert_array_equal(slope(dem).values, expected)


ELEVATIONS = arrays(np.float64, (6, 6), elements=st.integers(0, 4000).map(lambda n: n / 4))


@given(ELEVATIONS)
def test_mirrors_and_turns(z):
    expected = slope(raster(z, cell=30.0)).values
    for turn in (np.fliplr, np.flipud, np.transpose):
        found = slope(raster(turn(z), cell=30.0)).values
        assert_allclose(found, turn(expected), rtol=1e-6, atol=ULP)


@given(
    arrays(np.float64, (9, 9), elements=st.integers(0, 4000)), st.integers(0, 3), st.integers(0, 3)
)
def test_a_shift_agrees(z, down, along):
    whole = slope(raster(z)).values
    part = slope(raster(z[down : down + 6, along : along + 6])).values
    assert_array_equal(middle(part), whole[down + 1 : down + 5, along + 1 : along + 5])


@given(ELEVATIONS, st.integers(-5000, 5000))
def test_a_constant_changes_nothing(z, constant):
    # Quarters of a metre are exact in binary, so not even the last digit may differ.
    expected = slope(raster(z)).values
    assert_array_equal(slope(raster(z + constant)).values, expected)


@given(ELEVATIONS)
def test_slopes_are_from_level_to_upright(z):
    found = middle(slope(raster(z)).values)
    assert ((found >= 0) & (found < 90)).all()


@given(ELEVATIONS, st.sets(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=4))
def test_unknown_is_exactly_what_a_void_or_the_rim_touches(z, voids):
    known = np.zeros((6, 6), bool)
    known[1:-1, 1:-1] = True
    for row, col in voids:
        z[row, col] = np.nan
        for r, c in itertools.product((-1, 0, 1), repeat=2):
            known[min(max(row + r, 0), 5), min(max(col + c, 0), 5)] = False
    assert_array_equal(~np.isnan(slope(raster(z)).values), known)
