"""Covered shares against exact intersections, cell by cell."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from affine import Affine
from builders import GEOGRAPHIC, METRIC, frame, grid, square
from numpy.testing import assert_allclose
from rasterstats import zonal_stats
from shapely.geometry import Polygon, box

from dzgis.area import cell_area_m2
from dzgis.coverage import union_share, zone_shares
from dzgis.errors import CRSError
from dzgis.grid import Grid

SHARE = 1e-9
"""Coordinates of a map, 3e6 m from its origin, are known to 5e-10 m: 5e-11 of a cell of 10 m."""


def by_shapely(shape, toy):
    """Share of each cell by intersecting the polygon with each cell."""
    width, height = toy.cell_size
    west, _, _, north = toy.bounds
    cells = [
        box(west + c * width, north - (r + 1) * height, west + (c + 1) * width, north - r * height)
        for r in range(toy.height)
        for c in range(toy.width)
    ]
    common = shapely.area(shapely.intersection(np.array(cells), shape))
    return (common / (width * height)).reshape(toy.shape)


def full(shares, toy):
    values = np.zeros(toy.height * toy.width)
    values[shares.cells] = shares.shares
    return values.reshape(toy.shape)


def test_a_square_over_corners_of_four_cells():
    # ┌──┬──┐   a 10 m square whose middle is the grid's middle takes a quarter of each cell
    # │ ▗│▖ │
    # ├──┼──┤
    # │ ▝│▘ │
    # └──┴──┘
    assert_allclose(union_share(frame(square(5, 5, 10)), grid(2, 2)), 0.25, atol=SHARE)


def test_rows_run_from_north_to_south():
    share = union_share(frame(square(0, 20, 10)), grid(3, 3))
    assert_allclose(share, [[1, 0, 0], [0, 0, 0], [0, 0, 0]], atol=SHARE)


POLYGONS = {
    "triangle": Polygon([(3, 2), (47, 11), (22, 38)]),
    "holed": square(0, 0, 50, 40).difference(square(12, 8, 21, 17)),
    "beyond the edge": square(-33, 17, 70, 70),
    "strip": square(0, 14, 50, 3),
    "needle": Polygon([(1, 1), (49, 39), (48, 39.5)]),
    "two parts": shapely.MultiPolygon([square(1, 1, 7), square(31, 22, 14)]),
}


@pytest.mark.parametrize("name", POLYGONS)
def test_shares_are_exact_intersections(name):
    toy = grid(4, 5)
    shape = POLYGONS[name]
    if shape.bounds[0] < 1e5:
        shape = shapely.affinity.translate(shape, *toy.bounds[:2])
    expected = by_shapely(shape, toy)
    assert_allclose(union_share(frame(shape), toy), expected, atol=SHARE)
    (zone,) = zone_shares(frame(shape), toy)
    assert_allclose(full(zone, toy), expected, atol=SHARE)
    assert len(np.unique(zone.cells)) == len(zone.cells)
    assert (zone.shares > 0).all()


def test_a_strip_narrower_than_a_cell_keeps_its_area():
    # A road of 2 m through 10 m cells misses all their centres: 2 × 50 m² = 1 cell.
    assert union_share(frame(square(0, 11, 50, 2)), grid(4, 5)).sum() == pytest.approx(1.0)


def test_overlapping_polygons_count_once():
    twice = frame(square(0, 0, 20), square(0, 0, 20), square(10, 0, 20))
    assert union_share(twice, grid(3, 4)).sum() == pytest.approx(6.0)
    apart = zone_shares(twice, grid(3, 4))
    assert [zone.shares.sum() for zone in apart] == pytest.approx([4.0, 4.0, 4.0])


def test_polygons_outside_the_grid_cover_nothing():
    far = frame(square(1000, 0), square(0, 0, 10), square(-1000, 0))
    assert [len(zone.cells) for zone in zone_shares(far, grid(3, 3))] == [0, 1, 0]
    assert_allclose(union_share(far.iloc[[0, 2]], grid(3, 3)), 0.0)


def test_no_polygons_cover_nothing():
    assert_allclose(union_share(frame(), grid(3, 3)), 0.0)
    assert zone_shares(frame(), grid(3, 3)) == []


# rasterstats 0.21 multiplies affine transforms with `*`.
@pytest.mark.filterwarnings("ignore:Use `@` matmul:PendingDeprecationWarning")
def test_whole_cells_as_rasterstats_counts_them():
    toy = grid(20, 20)
    shape = square(50, 50, 70, 40)
    values = np.ones(toy.shape)
    other = zonal_stats(shape, values, affine=toy.transform, stats="count", nodata=-1)
    assert other[0]["count"] == 28
    assert union_share(frame(shape), toy).sum() == pytest.approx(28.0, abs=SHARE)


def test_neighbours_add_to_one_along_their_border():
    # ┌────╱───┐   two zones share a slanting border; together they cover the grid
    # │   ╱    │
    # └──╱─────┘
    toy = grid(6, 6)
    west, south, east, north = toy.bounds
    foot, head = west + 17.3, west + 41.9
    left = Polygon([(west, south), (foot, south), (head, north), (west, north)])
    right = Polygon([(foot, south), (east, south), (east, north), (head, north)])
    one, other = (full(zone, toy) for zone in zone_shares(frame(left, right), toy))
    assert ((one > 0.01) & (other > 0.01)).any()
    assert_allclose(one + other, 1.0, atol=SHARE)


def test_polygons_are_carried_to_the_grid():
    # A square of 100 m on a grid in degrees: the same ground, whatever the polygon's CRS.
    cell = 1e-4
    toy = Grid(GEOGRAPHIC, Affine(cell, 0, 102.0 - 5e-4, 0, -cell, 24.955), 200, 30)
    here = frame(square(0, 0))
    here = here.set_geometry(here.geometry.segmentize(1.0))
    shares = [union_share(here.to_crs(crs), toy) for crs in (METRIC, GEOGRAPHIC, "EPSG:4544")]
    assert (shares[0] * cell_area_m2(toy)).sum() == pytest.approx(10_000.0, rel=1e-6)
    assert_allclose(shares[1], shares[0], atol=2e-5)
    assert_allclose(shares[2], shares[0], atol=2e-5)


@pytest.mark.parametrize(
    "transform",
    [
        Affine(10, 0, 500_000, 0, 10, 2_760_000),  # rows from south to north
        Affine(-10, 0, 500_050, 0, -10, 2_760_040),  # columns from east to west
        Affine.translation(500_020, 2_760_050) @ Affine.rotation(-130) @ Affine.scale(10, 10),
    ],
    ids=["south-up", "west-left", "turned"],
)
def test_grids_may_be_turned(transform):
    toy = Grid(METRIC, transform, 4, 5)
    shape = square(-5, 3, 31, 27)
    corners = np.array([[(0, 0), (1, 0), (1, 1), (0, 1)]])
    cells = [
        Polygon([transform @ (col + dx, row + dy) for dx, dy in corners[0]])
        for row in range(4)
        for col in range(5)
    ]
    expected = shapely.area(shapely.intersection(np.array(cells), shape)).reshape(4, 5) / 100.0
    assert expected.sum() > 1.0
    assert_allclose(union_share(frame(shape), toy), expected, atol=SHARE)
    (zone,) = zone_shares(frame(shape), toy)
    assert_allclose(full(zone, toy), expected, atol=SHARE)


def test_polygons_need_a_crs():
    with pytest.raises(CRSError, match="reproject first"):
        zone_shares(frame(square(0, 0), crs=None), grid(3, 3))
