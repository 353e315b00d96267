"""What holds for the common area of any polygons, on the ellipsoid too."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from builders_polygons import mixed
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from pyproj import CRS

from dzgis.area import to_equal_area
from dzgis.overlay import Block, covered_by, target_of
from dzgis.rings import rings_of_shapes

CALM = settings(max_examples=25, deadline=None)
SEEDS = st.integers(0, 2**32 - 1)
ZONE_102 = CRS.from_epsg(4543)
CORNER = np.array([540_000.0, 2_760_000.0])
EXTENT_M = 1_500.0


def land(seed, n=8):
    shapes = mixed(np.random.default_rng(seed), n, EXTENT_M)
    return shapely.transform(shapes, lambda xy: xy + CORNER)


def covered(parcels, features, *, crs=ZONE_102, of=ZONE_102):
    target = target_of(rings_of_shapes(np.asarray(parcels, object)), of, lat_deg=25)
    block = Block(0, rings_of_shapes(np.asarray(features, object)))
    return covered_by(target, [block], crs, touch_m=0.001)


def matrix(parcels, features, **crs):
    found = covered(parcels, features, **crs)
    areas = np.zeros((len(parcels), len(features)))
    areas[found.pairs.target, found.pairs.row] = found.pairs.area_m2
    return areas


def in_frame(shapes, crs=ZONE_102):
    frame = gpd.GeoDataFrame(geometry=list(shapes), crs=crs)
    return to_equal_area(frame, lat_deg=25).geometry.to_numpy()


@CALM
@given(SEEDS)
def test_areas_are_those_of_geos_in_the_equal_area_frame(seed):
    first, second = land(seed), land(seed + 1)
    a, b = in_frame(first), in_frame(second)
    expected = shapely.area(shapely.intersection(a[:, None], b[None, :]))
    assert_allclose(matrix(first, second), expected, rtol=1e-6, atol=2e-6)
    union = shapely.union_all(b)
    once = shapely.area(shapely.intersection(a, union))
    assert_allclose(covered(first, second).area_m2, once, rtol=2e-6, atol=2e-6)


@CALM
@given(SEEDS)
def test_symmetry_order_and_ring_start(seed):
    rng = np.random.default_rng(seed)
    first, second = land(seed), land(seed + 1)
    expected = matrix(first, second)
    assert_allclose(matrix(second, first).T, expected, rtol=1e-9, atol=2e-6)
    order = rng.permutation(len(second))
    assert_allclose(matrix(first, second[order]), expected[:, order], rtol=0, atol=0)
    assert_allclose(matrix(first, shapely.reverse(second)), expected, rtol=1e-9, atol=2e-6)
    assert_allclose(matrix(first, shapely.normalize(second)), expected, rtol=1e-9, atol=2e-6)


@CALM
@given(SEEDS, st.floats(0.05, 0.95), st.booleans())
def test_parts_add_up_to_the_whole(seed, at, upright):
    first, second = land(seed, 3), land(seed + 1, 5)
    west, south, east, north = shapely.total_bounds(second)
    if upright:
        cut = west + at * (east - west)
        sides = [shapely.box(west - 9, south - 9, cut, north + 9)]
        sides += [shapely.box(cut, south - 9, east + 9, north + 9)]
    else:
        cut = south + at * (north - south)
        sides = [shapely.box(west - 9, south - 9, east + 9, cut)]
        sides += [shapely.box(west - 9, cut, east + 9, north + 9)]
    halves = [_areal(shapely.intersection(second, side)) for side in sides]
    parts = sum(matrix(first, half) for half in halves)
    # New corners on old edges round to 1e-9 m, and bend with other neighbours than before.
    assert_allclose(parts, matrix(first, second), rtol=1e-6, atol=1e-2)


def _areal(shapes):
    """Polygons only; what is left of a shape may be empty."""
    kept = [shapely.union_all([p for p in shapely.get_parts(s) if p.area > 0]) for s in shapes]
    return np.array([k if k.area > 0 else shapely.Polygon() for k in kept], dtype=object)


@CALM
@given(SEEDS)
def test_another_zone_moves_no_area(seed):
    # The same corners in the next zone: edges are straight there instead, and split to 70 m.
    first, second = land(seed), land(seed + 1)
    fine = shapely.segmentize(second, 20.0)
    moved = gpd.GeoSeries(list(fine), crs=ZONE_102).to_crs(4544).to_numpy()
    there = matrix(first, moved, crs=CRS.from_epsg(4544))
    assert_allclose(there, matrix(first, fine), rtol=1e-7, atol=2e-3)


@CALM
@given(SEEDS)
def test_the_union_is_no_less_than_any_and_no_more_than_all(seed):
    first, second = land(seed), land(seed + 1)
    found, areas = covered(first, second), matrix(first, second)
    own = shapely.area(in_frame(first))
    assert (found.area_m2 >= areas.max(axis=1) * (1 - 1e-9) - 1e-6).all()
    assert (found.area_m2 <= np.minimum(areas.sum(axis=1), own) * (1 + 1e-9) + 1e-6).all()


@pytest.mark.parametrize("seed", range(3))
def test_what_covers_everything_covers_each_parcel_whole(seed):
    first = land(seed)
    around = [shapely.box(*shapely.total_bounds(first)).buffer(500)]
    assert_allclose(covered(first, around).area_m2, shapely.area(in_frame(first)), rtol=1e-9)
