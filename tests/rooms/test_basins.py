"""Basins on squared paper: cells of 100 m, so that a hundred make a square kilometre."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from builders import GROUND, grid, raster
from numpy.testing import assert_allclose

from dzgis.area import polygon_area_m2
from dzgis.grid import Raster
from dzgis.plan import basin_rules
from dzgis.terrain import basins

CELL, N = 100.0, 60
STEEP, FLAT, LOW = 20.0, 3.0, 1900.0
KM2 = 1e6


def paper(slope_deg, elevation_m=None):
    on = grid(*slope_deg.shape, CELL)
    z = np.full(slope_deg.shape, LOW) if elevation_m is None else elevation_m
    return raster(slope_deg, on=on, name="slope_deg"), Raster(z, on, "elevation_m")


def rules(**changed):
    return basin_rules().model_copy(update=changed)


def steep():
    return np.full((N, N), STEEP)


def test_flat_ground_of_a_square_kilometre_is_a_basin():
    slope = steep()
    slope[5:25, 5:25] = FLAT  # 4 km²
    slope[40:50, 40:51] = 8.0  # 1.1 km², 8° itself is flat
    slope[5:14, 40:50] = FLAT  # 0.9 km²
    found = basins(*paper(slope))
    assert found["basin_id"].tolist() == ["B001", "B002"]
    assert_allclose(found["area_m2"], [4 * KM2, 1.1 * KM2], rtol=GROUND)
    assert found["name"].tolist() == ["", ""]
    assert found.is_valid.all()
    assert found.crs.to_epsg() == 4543


def test_high_steep_and_unknown_ground_is_none():
    slope, z = steep(), np.full((N, N), LOW)
    slope[5:25, 5:25] = FLAT
    z[5:25, 5:25] = 2500.1
    slope[30:50, 5:25] = 8.001
    slope[30:50, 30:50] = np.nan
    assert basins(*paper(slope, z)).empty
    z[5:25, 5:25] = 2500.0
    found = basins(*paper(slope, z))
    assert_allclose(found["mean_elevation_m"], [2500.0])


def test_small_holes_are_filled_and_large_ones_stay():
    slope = steep()
    slope[5:35, 5:35] = FLAT  # 9 km²
    slope[8:11, 8:11] = STEEP  # 0.09 km²: below a tenth of a square kilometre
    slope[15:25, 15:25] = STEEP  # 1 km²
    [basin] = basins(*paper(slope)).itertuples()
    assert_allclose((basin.area_m2, basin.filled_m2), (8 * KM2, 0.09 * KM2), rtol=GROUND)
    every = basins(*paper(slope), rules(fill_below_km2=0.0))
    assert_allclose(every["area_m2"], [7.91 * KM2], rtol=GROUND)


def test_a_hole_with_an_unknown_cell_stays_open():
    slope = steep()
    slope[5:35, 5:35] = FLAT
    slope[8:11, 8:11] = STEEP
    slope[9, 9] = np.nan
    [basin] = basins(*paper(slope)).itertuples()
    assert_allclose((basin.area_m2, basin.filled_m2), (8.91 * KM2, 0.0), rtol=GROUND)


def test_a_ring_is_large_enough_with_its_filled_hole():
    slope = steep()
    slope[10:20, 10:20] = slope[20, 10] = FLAT
    slope[12:15, 12:15] = STEEP  # 0.92 km² and a hole of 0.09
    assert_allclose(basins(*paper(slope))["area_m2"], [1.01 * KM2], rtol=GROUND)


def test_corners_join_and_make_one_valid_row():
    slope = steep()
    slope[5:15, 5:15] = FLAT
    slope[15:25, 15:25] = FLAT
    [basin] = basins(*paper(slope)).itertuples()
    assert_allclose(basin.area_m2, 2 * KM2, rtol=GROUND)
    assert basin.geometry.geom_type == "MultiPolygon"
    assert basin.geometry.is_valid


def test_an_island_in_a_filled_hole_goes_with_it():
    slope = steep()
    slope[5:35, 5:35] = FLAT
    slope[10:13, 10:13] = STEEP
    slope[11, 11] = FLAT
    [basin] = basins(*paper(slope)).itertuples()
    assert_allclose((basin.area_m2, basin.filled_m2), (9 * KM2, 0.08 * KM2), rtol=GROUND)


@pytest.mark.parametrize("seed", range(3))
def test_areas_are_those_of_the_polygons_and_cover_the_flat_cells(seed):
    rng = np.random.default_rng(seed)
    flat = rng.random((N, N)) < 0.55
    slope, dem = paper(np.where(flat, FLAT, STEEP))
    found = basins(slope, dem, rules(min_km2=0.05, fill_below_km2=0.025))
    assert found.is_valid.all()
    assert_allclose(found["area_m2"], polygon_area_m2(found), rtol=1e-12)
    assert found["area_m2"].is_monotonic_decreasing
    row, col = np.nonzero(flat)
    centres = [dem.grid.corner(r + 0.5, c + 0.5) for r, c in zip(row, col, strict=True)]
    inside = gpd.GeoSeries(gpd.points_from_xy(*zip(*centres, strict=True)), crs=found.crs)
    covered = inside.intersects(found.union_all())
    alone = basins(slope, dem, rules(min_km2=0.0, fill_below_km2=0.0))
    assert covered.sum() >= 0.9 * len(inside)
    assert inside.intersects(alone.union_all()).all()
