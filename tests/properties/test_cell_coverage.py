"""What covered shares must be for any polygon, beside exactextract and GEOS."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from builders import EAST, NORTH, frame, grid
from exactextract import exact_extract
from exactextract.raster import NumPyRasterSource
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from shapely.affinity import translate

from dzgis.coverage import disjoint_share, on_grid, zone_shares
from dzgis.coverage_kernel import zone_cells
from dzgis.engine import Engine, run_blocks
from dzgis.rings import rings_of_shapes

TOY = grid(7, 9)
SINGLE = 2e-7
"""exactextract gives shares in single precision."""
CELL_M2 = 100.0
MAP_M = 5e-9
"""What a coordinate of the map is known to, in and out of the cells."""
SEED = 20201231

# Corners at fractions of a cell, and on the corners and edges of cells, also beyond the grid.
FREE = st.floats(-25.0, 115.0)
ON_LINES = st.integers(-2, 11).map(lambda n: 10.0 * n)
CORNER = st.tuples(st.one_of(FREE, ON_LINES), st.one_of(FREE, ON_LINES))


def placed(shape):
    return translate(shape, EAST, NORTH)


@st.composite
def zones(draw):
    """Polygons through some corners, with holes and parts as they come."""
    corners = draw(st.lists(CORNER, min_size=3, max_size=8, unique=True))
    shape = shapely.make_valid(shapely.Polygon(corners))
    if draw(st.booleans()):
        other = shapely.make_valid(shapely.Polygon(draw(st.lists(CORNER, min_size=3, max_size=5))))
        shape = shape.difference(other)
    parts = [p for p in shapely.get_parts(shape) if p.geom_type == "Polygon" and p.area > 1e-6]
    assume(parts)
    shape = placed(parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts))
    assume(shape.is_valid)
    return shape


def shares_of(shape, toy=TOY):
    (found,) = zone_shares(frame(shape), toy)
    assert len(np.unique(found.cells)) == len(found.cells)
    assert ((found.shares > 0.0) & (found.shares <= 1.0)).all()
    full = np.zeros(toy.height * toy.width)
    full[found.cells] = found.shares
    return full.reshape(toy.shape)


def by_exactextract(shape, toy=TOY):
    raster = NumPyRasterSource(np.zeros(toy.shape), *toy.bounds, srs_wkt=toy.crs.to_wkt())
    table = exact_extract(raster, frame(shape), ["cell_id", "coverage"], output="pandas")
    full = np.zeros(toy.height * toy.width)
    full[np.asarray(table["cell_id"][0], np.int64)] = table["coverage"][0]
    return full.reshape(toy.shape)


def by_geos(shape, toy=TOY):
    west, _, _, north = toy.bounds
    x, y = west + 10.0 * np.arange(toy.width), north - 10.0 * np.arange(toy.height)
    cells = shapely.box(x, y[:, np.newaxis] - 10.0, x + 10.0, y[:, np.newaxis])
    return shapely.area(shapely.intersection(cells, shape)) / CELL_M2


@given(zones())
def test_shares_are_those_of_exactextract_and_geos(shape):
    found = shares_of(shape)
    assert_allclose(found, by_exactextract(shape), rtol=0, atol=SINGLE)
    # An edge of 10 m that is off by what coordinates are known to.
    assert_allclose(found, by_geos(shape), rtol=1e-9, atol=10.0 * 4.0 * MAP_M / CELL_M2)


@given(zones())
def test_shares_add_up_to_the_area_inside_the_grid(shape):
    inside = shapely.intersection(shape, shapely.box(*TOY.bounds)).area
    noise = MAP_M * shape.length / CELL_M2
    assert shares_of(shape).sum() == pytest.approx(inside / CELL_M2, rel=1e-12, abs=noise)


@given(zones())
def test_start_and_orientation_of_rings_do_not_matter(shape):
    again = shapely.normalize(shape.reverse())
    assert_allclose(shares_of(again), shares_of(shape), rtol=0, atol=1e-12)


@given(zones(), st.floats(0.0, 90.0))
def test_what_two_zones_share_between_them_is_the_whole(shape, x):
    half = shapely.box(EAST - 100.0, NORTH - 100.0, EAST + x, NORTH + 300.0)
    parts = [shape.intersection(half), shape.difference(half)]
    assume(all(part.area > 1e-6 for part in parts))
    polygons = [shapely.get_parts(part) for part in parts]
    parts = [shapely.MultiPolygon([p for p in of if p.geom_type == "Polygon"]) for of in polygons]
    together = sum(shares_of(part) for part in parts)
    noise = MAP_M * (shape.length + 400.0) / CELL_M2
    assert_allclose(together, shares_of(shape), rtol=0, atol=noise)


@given(st.lists(zones(), min_size=1, max_size=6))
def test_every_zone_gets_its_own_however_many_there_are(shapes):
    apart = [shares_of(shape) for shape in shapes]
    together = zone_shares(frame(*shapes), TOY)
    for alone, found in zip(apart, together, strict=True):
        assert found.shares.tolist() == alone.ravel()[found.cells].tolist()


@given(zones())
def test_parts_that_do_not_overlap_make_a_dense_grid(shape):
    dense = disjoint_share(frame(shape).geometry, TOY)
    assert_allclose(dense, shares_of(shape), rtol=0, atol=1e-12)


# ------------------------------------------------------------------ many cells, many corners


def blob(n_corners, radius_m, *, wide):
    """A ring of many corners around the middle of a square grid of `wide` cells."""
    random = np.random.default_rng(SEED)
    angle = np.linspace(0.0, 2.0 * np.pi, n_corners, endpoint=False)
    waves = sum(np.sin(k * angle + random.uniform(0, 6)) / k for k in (3, 7, 31, 211, 1999))
    reach = radius_m * (1.0 + 0.2 * waves)
    middle = 5.0 * wide
    x, y = EAST + middle + reach * np.cos(angle), NORTH + middle + reach * np.sin(angle)
    return shapely.Polygon(np.column_stack([x, y]))


def test_a_polygon_of_fifty_thousand_corners():
    wide = grid(700, 700)
    shape = blob(50_000, 2_500.0, wide=700)
    assert shape.is_valid
    hole = shapely.affinity.scale(shape, 0.5, 0.5)
    ring = shapely.Polygon(shape.exterior, [hole.exterior])
    found = shares_of(ring, wide)
    assert found.sum() == pytest.approx(ring.area / CELL_M2, rel=1e-11)
    assert_allclose(found, by_exactextract(ring, wide), rtol=0, atol=SINGLE)


def test_parcels_that_hold_no_cell_centre_keep_their_area():
    random = np.random.default_rng(SEED)
    west, south = EAST + random.uniform(0, 80, 500), NORTH + random.uniform(0, 60, 500)
    wide, high = random.uniform(0.05, 9.0, (2, 500))
    shapes = shapely.box(west, south, west + wide, south + high)
    found = zone_shares(frame(*shapes), TOY)
    sums = np.array([one.shares.sum() for one in found])
    assert_allclose(sums, shapely.area(shapes) / CELL_M2, rtol=1e-6, atol=1e-8)
    centres = [
        ((one.cells % 9 + 0.5) * 10.0 + EAST, (6.5 - one.cells // 9) * 10.0 + NORTH)
        for one in found
    ]
    without = [
        not shapely.contains_xy(shape, *xy).any() for shape, xy in zip(shapes, centres, strict=True)
    ]
    assert sum(without) > 100  # which whole-cell rules lose


class Chunk:
    """Cells of some zones, as a task that pickles."""

    def __init__(self, zones):
        self.zones = zones

    def __call__(self, part):
        found = zone_cells(self.zones.rings, self.zones.windows, np.arange(*part), 9)
        return tuple(array.tobytes() for array in found)


def test_equal_to_the_bit_on_every_engine():
    random = np.random.default_rng(SEED)
    corners = random.uniform(-20, 120, (300, 3, 2)) + np.array([EAST, NORTH])
    on = on_grid(rings_of_shapes(shapely.polygons(corners)), TOY)
    parts = [(0, 100), (100, 200), (200, 300)]
    engines = [Engine("serial"), Engine("threads", 3), Engine("processes", 2)]
    found = [dict(run_blocks(Chunk(on), parts, engine=engine)) for engine in engines]
    assert found[0] == found[1] == found[2]
    assert all(found[0].values())
