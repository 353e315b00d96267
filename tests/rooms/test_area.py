"""Areas against the worked cases of the official method, closed forms and geodesic polygons."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from affine import Affine
from builders import GEOGRAPHIC, GROUND, METRIC, frame, grid, square
from numpy.testing import assert_allclose
from pyproj import CRS, Transformer
from shapely.geometry import MultiPolygon, Polygon, box

from dzgis.area import (
    MAX_EDGE_M,
    cell_area_m2,
    densified,
    middle_latitude,
    polygon_area_m2,
    to_equal_area,
)
from dzgis.crs import ELLIPSOID, equal_area
from dzgis.errors import CRSError
from dzgis.grid import Grid

TRIANGLE = Polygon([(34500000, 2780000), (34520000, 2782000), (34507000, 2800000)])
# EPSG, polygon (easting, northing), m² by the official method
WORKED = {
    "T1": (4522, box(34548000, 2757000, 34549000, 2758000), 999941.93),
    "T2": (4543, box(548000, 2757000, 549000, 2758000), 999941.93),
    "T3": (4522, box(34650000, 2800000, 34660000, 2810000), 99940693.11),
    "T4": (4522, TRIANGLE, 192999531.39),
    "T5": (4522, box(34504000, 2782000, 34504030, 2782020), 600.00),
    "T6": (4523, box(35340000, 2815000, 35341000, 2816000), 999372.24),
}
SEED = 20140512
BOW_M2_PER_M = 3e-5
"""
A piece of 70 m that is straight in degrees and one that is straight on the map part by 45 µm where
they run east: 3e-5 m² a metre, of which what lies north and south of a polygon mostly cancels.
"""


def area_of(shape, epsg):
    return float(polygon_area_m2(frame(shape, crs=f"EPSG:{epsg}")).iloc[0])


def tolerance_m2(expected):
    return max(0.05, 1e-8 * expected)


def geodesic_m2(shape, epsg, edge):
    """Area by Karney's method on rings whose edges are split to `edge` in the polygon's CRS."""
    carry = Transformer.from_crs(epsg, 4490, always_xy=True).transform
    split = shapely.segmentize(shape, edge)
    degrees = shapely.transform(split, lambda xy: np.column_stack(carry(*xy.T)))
    return abs(ELLIPSOID.geometry_area_perimeter(shapely.orient_polygons(degrees))[0])


# ------------------------------------------------------------------ worked cases


@pytest.mark.parametrize("case", WORKED)
def test_worked_cases_of_the_official_method(case):
    epsg, shape, expected = WORKED[case]
    assert area_of(shape, epsg) == pytest.approx(expected, abs=0.006)


@pytest.mark.parametrize("case", WORKED)
def test_worked_cases_against_geodesic_polygons(case):
    epsg, shape, _ = WORKED[case]
    expected = geodesic_m2(shape, epsg, 10.0)
    assert area_of(shape, epsg) == pytest.approx(expected, abs=tolerance_m2(expected))


def test_edges_must_be_split_before_they_are_carried_over():
    # Carried over by its corners alone, the triangle loses 94,316 m².
    triangle = frame(TRIANGLE, crs="EPSG:4522")
    unsplit = float(triangle.to_crs(equal_area(25.2)).area.iloc[0])
    assert area_of(TRIANGLE, 4522) - unsplit == pytest.approx(94_316.0, rel=0.01)


@pytest.mark.parametrize(
    ("south_deg", "height_deg", "width_deg", "expected_m2"),
    [
        (24 + 55 / 60, 2.5 / 60, 3.75 / 60, 29135648.14),  # 1:10 000
        (25.0, 10 / 60, 15 / 60, 465629168.34),  # 1:50 000
        (25.0, 1.0, 1.0, 11137467459.35),
    ],
)
def test_map_sheets(south_deg, height_deg, width_deg, expected_m2):
    west = 102.0
    sheet = box(west, south_deg, west + width_deg, south_deg + height_deg)
    north = south_deg + height_deg
    one_cell = Grid(GEOGRAPHIC, Affine(width_deg, 0, west, 0, -height_deg, north), 1, 1)
    assert float(cell_area_m2(one_cell)[0, 0]) == pytest.approx(expected_m2, abs=0.01)
    assert area_of(sheet, 4490) == pytest.approx(expected_m2, abs=0.006)


@pytest.mark.parametrize(
    ("lat_deg", "expected_m2"), [(24.7, 864.8974), (25.0, 862.8488), (25.5, 859.3823)]
)
def test_cells_of_one_second(lat_deg, expected_m2):
    second = 1 / 3600
    cell = Grid(GEOGRAPHIC, Affine(second, 0, 102, 0, -second, lat_deg + second), 1, 1)
    assert float(cell_area_m2(cell)[0, 0]) == pytest.approx(expected_m2, abs=1e-4)
    assert area_of(box(*cell.bounds), 4490) == pytest.approx(expected_m2, abs=0.006)


# ------------------------------------------------------------------ random polygons


def stars(n):
    """Polygons of 5 to 12 corners around a point, 20 m to 20 km wide, all over zone 34."""
    random = np.random.default_rng(SEED)
    for _ in range(n):
        radius = 10.0 ** random.uniform(1.0, 4.0)
        centre = random.uniform((360_000, 2_690_000), (640_000, 2_880_000))
        angle = np.sort(random.uniform(0, 2 * np.pi, random.integers(5, 13)))
        reach = radius * random.uniform(0.3, 1.0, angle.size)
        corners = centre + reach[:, np.newaxis] * np.column_stack((np.cos(angle), np.sin(angle)))
        yield Polygon(corners), float(np.clip(radius / 100, 1.0, 10.0))


@pytest.mark.parametrize(("shape", "edge"), list(stars(12)))
def test_random_polygons_against_geodesic_ones(shape, edge):
    expected = geodesic_m2(shape, 4543, edge)
    limit = tolerance_m2(expected) + BOW_M2_PER_M * shape.length
    assert area_of(shape, 4543) == pytest.approx(expected, abs=limit)


@pytest.mark.parametrize(("shape", "edge"), list(stars(6)))
def test_zone_does_not_matter(shape, edge):
    # The same ground: edges that are straight in zone 34 are split before they go to zone 35.
    in_34 = frame(shapely.segmentize(shape, edge))
    here, there = (float(polygon_area_m2(f).iloc[0]) for f in (in_34, in_34.to_crs(4544)))
    assert there == pytest.approx(here, abs=tolerance_m2(here) + BOW_M2_PER_M * shape.length)
    planar = float(in_34.to_crs(4544).area.iloc[0])
    assert planar / here - 1 > 3e-4  # 3° from its meridian a map is far too large


# ------------------------------------------------------------------ holes, parts, frames


def test_holes_are_subtracted_and_parts_added():
    # ┌────────┐ ┌──┐   100 × 100 less 20 × 30, and 10 × 10 beside it
    # │   ▭    │ └──┘
    # └────────┘
    holed = square(0, 0).difference(square(40, 40, 20, 30))
    both = MultiPolygon([holed, square(200, 0, 10)])
    found = polygon_area_m2(frame(holed, both, square(0, 0)))
    assert_allclose(found, [9_400.0, 9_500.0, 10_000.0], rtol=GROUND)


def test_orientation_of_rings_does_not_matter():
    shape = square(0, 0)
    assert area_of(shape.reverse(), 4543) == pytest.approx(area_of(shape, 4543), rel=1e-15)


def test_area_is_on_the_index_of_the_frame():
    table = frame(square(0, 0, 10), square(0, 0, 20)).set_axis(["P2", "P1"])
    found = polygon_area_m2(table)
    assert list(found.index) == ["P2", "P1"]
    assert found.name == "area_m2"
    assert_allclose(found, [100.0, 400.0], rtol=GROUND)


def test_no_rows_no_areas():
    found = polygon_area_m2(frame())
    assert (len(found), found.dtype, found.name) == (0, float, "area_m2")


def test_empty_polygon_has_no_area():
    assert_allclose(polygon_area_m2(frame(Polygon(), square(0, 0))), [0.0, 10_000.0], rtol=GROUND)


@pytest.mark.parametrize("crs", [None, "EPSG:2263"])  # 2263 is in US survey feet
def test_areas_need_a_crs_in_metres_or_degrees(crs):
    with pytest.raises(CRSError, match=r"areas need a geographic CRS or a projected one in metres"):
        polygon_area_m2(frame(square(0, 0), crs=crs))


def test_edges_are_split_to_seventy_metres_in_their_own_crs():
    long = densified(frame(square(0, 0, 1000, 60)))
    steps = np.hypot(*np.diff(shapely.get_coordinates(long.geometry.iloc[0]), axis=0).T)
    assert steps.max() <= MAX_EDGE_M
    assert long.crs == METRIC
    assert float(long.area.iloc[0]) == pytest.approx(60_000.0)
    degrees = densified(frame(box(102.0, 25.0, 102.01, 25.001), crs=GEOGRAPHIC))
    steps = np.abs(np.diff(shapely.get_coordinates(degrees.geometry.iloc[0]), axis=0)).max()
    assert steps * 111_320.0 <= MAX_EDGE_M + 1e-6


def test_equal_area_frame_keeps_rows_and_columns():
    table = frame(square(0, 0), name=["a"])
    carried = to_equal_area(table)
    assert list(carried.columns) == list(table.columns)
    assert float(carried.area.iloc[0]) == pytest.approx(area_of(square(0, 0), 4543), rel=GROUND)


def test_area_does_not_depend_on_where_the_frame_is_true_to_shape():
    here = to_equal_area(frame(TRIANGLE, crs="EPSG:4522"), lat_deg=25.0).area.iloc[0]
    there = to_equal_area(frame(TRIANGLE, crs="EPSG:4522"), lat_deg=0.0).area.iloc[0]
    assert here == pytest.approx(there, rel=1e-9)


def test_middle_latitude():
    assert middle_latitude(frame(box(102, 24, 103, 26), crs=GEOGRAPHIC)) == pytest.approx(25.0)
    assert middle_latitude(frame()) == 0.0


# ------------------------------------------------------------------ cells


def authalic_q(lat_deg):
    """q(B) = (b²/2)·[sin B/(1 − e² sin² B) + atanh(e sin B)/e], of the CGCS2000 ellipsoid."""
    f = 1 / 298.257222101
    e2, b = f * (2 - f), 6378137.0 * (1 - f)
    s, e = np.sin(np.radians(lat_deg)), np.sqrt(e2)
    return b * b / 2 * (s / (1 - e2 * s * s) + np.arctanh(e * s) / e)


def test_rows_of_geographic_cells():
    toy = Grid(GEOGRAPHIC, Affine(0.001, 0, 102.0, 0, -0.002, 25.4), 200, 300)
    edges = 25.4 - 0.002 * np.arange(201)
    expected = (authalic_q(edges[:-1]) - authalic_q(edges[1:])) * np.radians(0.001)
    found = cell_area_m2(toy)
    assert found.shape == (200, 1)
    assert_allclose(found[:, 0], expected, rtol=1e-9)
    whole = geodesic_m2(box(*toy.bounds), 4490, 0.0005)
    assert float(found.sum()) * 300 == pytest.approx(whole, rel=1e-8)


def test_geographic_rows_from_south_to_north_are_positive():
    up = Grid(GEOGRAPHIC, Affine(0.001, 0, 102.0, 0, 0.002, 25.0), 3, 3)
    assert (cell_area_m2(up) > 0).all()


@pytest.mark.parametrize(
    ("cell_m", "n", "west", "relative"),
    [
        (30.0, 200, 500_000.0, 1e-6),
        # Within 2 km the map's scale is taken as one; it changes faster far from the meridian.
        (30.0, 150, 640_000.0, 1e-5),
        (500.0, 60, 560_000.0, 1e-5),
        (1000.0, 7, 640_000.0, 1e-5),
    ],
)
def test_projected_cells(cell_m, n, west, relative):
    toy = grid(n, n, cell_m, west=west)
    found = cell_area_m2(toy)
    assert found.shape == (n, n)
    whole = area_of(box(*toy.bounds), 4543)
    assert float(found.sum()) == pytest.approx(whole, rel=1e-8)
    left, _, _, top = toy.bounds
    corners = [(0, 0), (0, n - 1), (n - 1, 0), (n - 1, n - 1), (n // 2, n // 3)]
    cells = [
        box(left + c * cell_m, top - (r + 1) * cell_m, left + (c + 1) * cell_m, top - r * cell_m)
        for r, c in corners
    ]
    expected = polygon_area_m2(gpd.GeoDataFrame(geometry=cells, crs=METRIC))
    assert_allclose([found[at] for at in corners], expected, rtol=relative)


def test_projected_cells_in_a_zone_with_prefix():
    toy = grid(4, 4, 1000.0, crs=CRS.from_epsg(4522), west=34_548_000.0, south=2_754_000.0)
    # The uppermost left cell is T1.
    assert float(cell_area_m2(toy)[0, 0]) == pytest.approx(999941.93, rel=1e-5)
