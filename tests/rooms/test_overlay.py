"""Sums over pairs of edges: squares by hand, and any polygons against GEOS.

Frames here are plain planes; `properties/test_common_areas.py` has the ground.
"""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from builders_polygons import lattice_land, mixed, monster, star, with_holes
from numpy.testing import assert_allclose
from shapely.geometry import MultiPolygon, Polygon, box

from dzgis.overlay import common_areas
from dzgis.overlay.table import edge_table
from dzgis.rings import rings_of_shapes

ABSOLUTE_M2 = 1e-6
pytestmark = pytest.mark.slow

RELATIVE = 1e-6
FAR = np.array([11_400_000.0, 2_900_000.0])
"""Where the equal-area frame has the plan's land."""


def table_of(shapes, origin=(0.0, 0.0)):
    shifted = shapely.transform(np.asarray(shapes, dtype=object), lambda xy: xy - origin)
    return edge_table(rings_of_shapes(shifted))


def common(first, second, origin=(0.0, 0.0)):
    """Common area of each of `first` with each of `second`."""
    pairs = np.array([(i, j) for i in range(len(first)) for j in range(len(second))])
    areas = common_areas(pairs, table_of(first, origin), table_of(second, origin))
    return areas.reshape(len(first), len(second))


def by_geos(first, second):
    first, second = np.asarray(first, dtype=object), np.asarray(second, dtype=object)
    return shapely.area(shapely.intersection(first[:, None], second[None, :]))


def many(shape):
    """The same polygon with so many corners that its edges are kept in cells."""
    return shapely.segmentize(shape, shape.length / 400)


SQUARE = box(0, 0, 100, 100)
RING = box(0, 0, 100, 100).difference(box(20, 20, 80, 80))
BY_HAND = {
    # name: (other polygon, area in common with the square of 100 m)
    "corner over corner": (box(60, 70, 200, 200), 40 * 30),
    "inside": (box(10, 10, 30, 40), 600),
    "around": (box(-50, -50, 300, 300), 10_000),
    "the same": (SQUARE, 10_000),
    "neighbour on an edge": (box(100, 0, 200, 100), 0),
    "neighbour on half an edge": (box(100, 40, 200, 140), 0),
    "neighbour at a corner": (box(100, 100, 200, 200), 0),
    "collinear on both sides": (box(0, 50, 100, 150), 5_000),
    "apart": (box(150, 0, 200, 100), 0),
    "over a hole": (RING, 10_000 - 3_600),
    "in the hole": (box(-500, -500, 500, 500).difference(box(-10, -10, 110, 110)), 0),
    "two parts": (MultiPolygon([box(-10, -10, 10, 10), box(90, 90, 110, 110)]), 200),
    "triangle": (Polygon([(0, 0), (100, 0), (0, 100)]), 5_000),
    "thin across": (Polygon([(-10, -10.1), (110, 109.9), (110, 110.1), (-10, -9.9)]), 19.99),
}


@pytest.mark.parametrize("other", BY_HAND)
@pytest.mark.parametrize("way", ["few edges", "in cells", "both in cells"])
def test_squares_by_hand(other, way):
    shape, area_m2 = BY_HAND[other]
    first = many(SQUARE) if way == "both in cells" else SQUARE
    second = shape if way == "few edges" else many(shape)
    assert_allclose(common([first], [second]), area_m2, rtol=1e-9, atol=1e-8)
    assert_allclose(common([second], [first]), area_m2, rtol=1e-9, atol=1e-8)


def test_orientation_and_ring_start_do_not_matter():
    shapes = [RING, RING.reverse(), shapely.normalize(RING), shapely.orient_polygons(RING)]
    ring = list(SQUARE.exterior.coords)[:-1]
    turned = [Polygon(ring[i:] + ring[:i]) for i in range(4)]
    assert_allclose(common(turned, shapes), 6_400, rtol=1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_any_polygons_have_in_common_what_geos_says(seed):
    rng = np.random.default_rng(seed)
    first = shapely.transform(mixed(rng, 40, 1000.0), lambda xy: xy + FAR)
    second = shapely.transform(mixed(rng, 40, 1000.0), lambda xy: xy + FAR)
    expected = by_geos(first, second)
    assert (expected > 0).sum() > 50
    assert_allclose(common(first, second, FAR), expected, rtol=RELATIVE, atol=ABSOLUTE_M2)


@pytest.mark.parametrize("seed", range(6))
def test_borders_along_each_other(seed):
    rng = np.random.default_rng(100 + seed)
    first = [lattice_land(rng, 14, 16) for _ in range(12)]
    second = [many(lattice_land(rng, 40, 16)) for _ in range(12)]
    expected = by_geos(first, second)
    assert_allclose(common(first, second), expected, rtol=1e-9, atol=1e-7)
    assert_allclose(common(second, first), expected.T, rtol=1e-9, atol=1e-7)


@pytest.mark.parametrize("n_corners", [1_000, 50_000])
def test_monsters(n_corners):
    rng = np.random.default_rng(n_corners)
    large = with_holes(rng, monster(rng, n_corners, FAR, 5_000.0), 60)
    other = monster(rng, n_corners, FAR + np.array([3_000.0, 1_000.0]), 5_000.0)
    assert shapely.is_valid(large)
    assert shapely.is_valid(other)
    small = [
        star(rng, int(rng.integers(4, 3_000)), FAR + rng.uniform(-6_000, 6_000, 2), 200.0)
        for _ in range(60)
    ]
    expected = by_geos(small, [large, other])
    assert_allclose(common(small, [large, other], FAR), expected, rtol=RELATIVE, atol=ABSOLUTE_M2)
    assert_allclose(common([large], [other], FAR), by_geos([large], [other]), rtol=1e-9)


def test_a_polygon_on_the_lines_of_the_cells():
    # A square of 64 edges and more has cells; their lines are its own edges' ends.
    comb = shapely.union_all([box(4 * i, 0, 4 * i + 2, 64) for i in range(16)] + [box(0, 0, 64, 1)])
    assert shapely.get_num_coordinates(comb) >= 64
    tiles = [
        box(4 * i + d, y, 4 * i + d + 2, y + 7) for i in range(15) for d in (0, 1) for y in (0, 32)
    ]
    assert_allclose(common(tiles, [comb]), by_geos(tiles, [comb]), rtol=1e-12, atol=1e-10)
