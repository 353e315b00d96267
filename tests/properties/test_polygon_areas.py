"""What the area of record must keep for any polygon."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from builders import EAST, METRIC, NORTH, frame
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer
from shapely.affinity import translate

from dzgis.area import polygon_area_m2
from dzgis.crs import ELLIPSOID

CORNER = st.tuples(st.floats(-1.0, 1.0), st.floats(-1.0, 1.0))
RADIUS_M = st.sampled_from([15.0, 200.0, 3_000.0, 9_000.0])
PLACE = st.tuples(st.floats(-150_000.0, 150_000.0), st.floats(-100_000.0, 100_000.0))
TO_DEGREES = Transformer.from_crs(METRIC, 4490, always_xy=True).transform


@st.composite
def polygons(draw):
    """Hulls of some points, with a hole now and then, anywhere in the zone."""
    points = np.array(draw(st.lists(CORNER, min_size=3, max_size=9))) * draw(RADIUS_M)
    hull = translate(shapely.convex_hull(shapely.multipoints(points)), EAST, NORTH)
    if hull.geom_type != "Polygon" or hull.area < 1.0:
        hull = shapely.box(EAST, NORTH, EAST + 10.0, NORTH + 10.0)
    if draw(st.booleans()):
        hull = hull.difference(shapely.affinity.scale(hull, 0.3, 0.3, origin="centroid"))
    return translate(hull, *draw(PLACE))


def area_m2(*shapes, crs=METRIC):
    return polygon_area_m2(frame(*shapes, crs=crs)).to_numpy()


def noise_m2(shape):
    """What rounding can move between two ways: each end of a piece by 0.02 mm in each of them."""
    return 5e-5 * shape.length + 1e-6


@given(polygons())
def test_it_is_the_geodesic_area(shape):
    ground = shapely.segmentize(shape, max(1.0, shape.length / 4000.0))
    degrees = shapely.transform(ground, lambda xy: np.column_stack(TO_DEGREES(*xy.T)))
    expected = abs(ELLIPSOID.geometry_area_perimeter(shapely.orient_polygons(degrees))[0])
    limit = max(0.05, 1e-8 * expected) + 3e-5 * shape.length
    assert area_m2(shape)[0] == pytest.approx(expected, abs=limit)


@given(polygons(), st.integers(0, 8))
def test_start_and_orientation_of_a_ring_do_not_matter(shape, start):
    corners = list(shape.exterior.coords)[:-1]
    first = start % len(corners)
    holes = [ring.coords for ring in shape.interiors]
    turned = shapely.Polygon(corners[first:] + corners[:first], holes)
    found = area_m2(shape, turned, turned.reverse())
    # Splitting an edge from its other end may round a point the other way.
    assert np.abs(found - found[0]).max() <= noise_m2(shape) / 100.0


@given(polygons(), st.floats(0.1, 0.9), st.booleans())
def test_parts_add_up(shape, share, upright):
    west, south, east, north = shape.bounds
    across = (west + share * (east - west), south + share * (north - south))
    half = (
        shapely.box(west - 1, south - 1, across[0], north + 1)
        if upright
        else shapely.box(west - 1, south - 1, east + 1, across[1])
    )
    parts = [shape.intersection(half), shape.difference(half)]
    assert area_m2(*parts).sum() == pytest.approx(
        area_m2(shape)[0], abs=noise_m2(shape) + 3e-5 * shape.length
    )


@given(polygons())
def test_prefix_of_the_zone_does_not_matter(shape):
    moved = translate(shape, 34_000_000.0)
    found = area_m2(moved, crs="EPSG:4522")[0]
    assert found == pytest.approx(area_m2(shape)[0], abs=noise_m2(shape))


@given(polygons())
def test_the_neighbouring_zone_gives_the_same(shape):
    ground = frame(shapely.segmentize(shape, max(1.0, shape.length / 2000.0)))
    here, there = (float(polygon_area_m2(f).iloc[0]) for f in (ground, ground.to_crs(4544)))
    assert there == pytest.approx(here, abs=noise_m2(shape) + 1e-8 * here)
