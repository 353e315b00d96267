"""The official formula of ellipsoidal area: its parts, its traps, and what it is compared with."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from builders import GEOGRAPHIC, METRIC, frame, square
from numpy.testing import assert_allclose
from pyproj import CRS, Transformer
from shapely.geometry import box
from test_area import BOW_M2_PER_M, TRIANGLE, WORKED, geodesic_m2, stars, tolerance_m2

from dzgis import official_area
from dzgis.area import official_scale, polygon_area_m2, to_equal_area
from dzgis.crs import ELLIPSOID
from dzgis.inputs.samples import sample
from dzgis.official_area import gauss_zone, inverse_gauss, series, trapezoid_m2
from dzgis.rings import rings_of_shapes

pytestmark = pytest.mark.slow

METRE_RAD = 1e-3 / 6.4e6
"""A tenth of a millimetre is what the published constants invert to; ten of them here."""


def areas(*shapes, crs=METRIC):
    return polygon_area_m2(frame(*shapes, crs=crs)).to_numpy()


# ------------------------------------------------------------------ parts of the formula


def test_coefficients_of_the_trapezoid():
    assert_allclose(
        np.abs(series(official_area.E2)),
        [
            1.003364089834193,
            1.124189381927107e-3,
            1.699459473518853e-6,
            2.717857845577432e-9,
            4.358419004834252e-12,
        ],
        rtol=1e-12,
    )


def test_inverse_is_that_of_the_projection():
    east, north = np.meshgrid(np.linspace(-2.8e5, 2.8e5, 29), np.linspace(2.4e6, 3.2e6, 17))
    lat, lon = inverse_gauss(east, north)
    carry = Transformer.from_crs(METRIC, GEOGRAPHIC, always_xy=True)
    expected_lon, expected_lat = carry.transform(east + 500_000.0, north)
    assert_allclose(lat, np.radians(expected_lat), rtol=0, atol=METRE_RAD)
    assert_allclose(lon, np.radians(expected_lon - 102.0), rtol=0, atol=METRE_RAD)


def test_trapezoid_changes_sign_with_its_sides():
    south, north, width = np.radians([25.0]), np.radians([25.1]), np.radians([0.1])
    whole = trapezoid_m2(south, north, width)
    assert whole > 0
    assert_allclose(trapezoid_m2(north, south, width), -whole)
    assert_allclose(trapezoid_m2(south, north, -width), -whole)


@pytest.mark.parametrize(
    ("epsg", "meridian", "false_easting"),
    [
        (4522, 102.0, 34_500_000.0),  # 3° with prefix
        (4543, 102.0, 500_000.0),  # 3° without
        (4495, 99.0, 17_500_000.0),  # 6° with prefix
        (4506, 99.0, 500_000.0),  # 6° without
    ],
)
def test_zones_of_cgcs2000(epsg, meridian, false_easting):
    zone = gauss_zone(CRS.from_epsg(epsg))
    assert (zone.meridian_deg, zone.false_easting_m) == (meridian, false_easting)


@pytest.mark.parametrize("epsg", [32648, 2379, 3857, 4490])  # UTM, Xian 80, Web Mercator, degrees
def test_other_crs_are_no_zones_of_cgcs2000(epsg):
    assert gauss_zone(CRS.from_epsg(epsg)) is None


@pytest.mark.parametrize("epsg", [4522, 4543, 4495, 4506, 4496, 4544, 32647, 32648, 4490, 4326])
def test_one_square_in_every_crs(epsg):
    # Given in steps of 1 m, so that it is the same ground whatever the CRS says a straight line is.
    ground = frame(shapely.segmentize(square(50_000, 0, 300), 1.0))
    here = areas(square(50_000, 0, 300))
    assert_allclose(areas(*ground.to_crs(epsg).geometry, crs=f"EPSG:{epsg}"), here, atol=0.05)


# ------------------------------------------------------------------ traps


@pytest.mark.parametrize(
    ("in_trapezoid", "in_inverse", "expected", "ppm"),
    [
        ("E2", "E2_PRIME", 999941.93, 0.0),
        ("E2_PRIME", "E2_PRIME", 999957.97, 16.04),
        ("E2", "E2", 999923.48, -18.45),
        ("E2_PRIME", "E2", 999939.52, -2.40),
    ],
)
def test_eccentricities_the_wrong_way_round(monkeypatch, in_trapezoid, in_inverse, expected, ppm):
    # The notice's listing has them swapped against its formulas: first e² in A … E, then e'² in
    # the inverse, then both.
    _, shape, right = WORKED["T1"]
    trapezoid, inverse = getattr(official_area, in_trapezoid), getattr(official_area, in_inverse)
    monkeypatch.setattr(official_area, "_SERIES", series(trapezoid))
    monkeypatch.setattr(official_area, "E2_PRIME", inverse)
    found = areas(shape, crs="EPSG:4522")[0]
    assert found == pytest.approx(expected, abs=0.006)
    assert 1e6 * (found / right - 1.0) == pytest.approx(ppm, abs=0.01)


def test_edges_that_are_not_split_lose_nine_hectares(monkeypatch):
    whole = areas(TRIANGLE, crs="EPSG:4522")[0]
    monkeypatch.setattr(official_area, "MAX_EDGE_M", 1e9)
    assert areas(TRIANGLE, crs="EPSG:4522")[0] == pytest.approx(192905215.38, abs=0.006)
    assert whole == pytest.approx(192999531.39, abs=0.006)


@pytest.mark.parametrize(("length_m", "pieces"), [(69.9, 1), (70.0, 1), (70.1, 2), (140.1, 3)])
def test_edges_longer_than_seventy_metres_are_split(length_m, pieces):
    strip = frame(box(0, 0, length_m, 1.0)).geometry.to_numpy()
    found = official_area._n_pieces(rings_of_shapes(strip), 1.0)
    assert sorted(found) == sorted([1, 1, 1, pieces, pieces])


# ------------------------------------------------------------------ what must not matter


def test_orientation_and_start_of_rings():
    corners = list(TRIANGLE.exterior.coords)[:-1]
    turned = [shapely.Polygon(corners[n:] + corners[:n]) for n in range(3)]
    found = areas(*turned, *(shape.reverse() for shape in turned), crs="EPSG:4522")
    assert_allclose(found, found[0], rtol=1e-12)


def test_parts_of_a_polygon_add_up_to_it():
    # ┌──┬────┐   cut along a line between corners 20 m apart, so that no point is new
    # └──┴────┘
    whole = shapely.segmentize(square(0, 0, 400, 200), 20.0)
    left, right = square(0, 0, 140, 200), square(140, 0, 260, 200)
    parts = areas(shapely.segmentize(left, 20.0), shapely.segmentize(right, 20.0))
    assert parts.sum() == pytest.approx(areas(whole)[0], abs=1e-6)


def test_prefix_of_a_zone_does_not_matter():
    moved = shapely.affinity.translate(square(3000, 0, 500), 34_000_000.0)
    assert areas(moved, crs="EPSG:4522")[0] == pytest.approx(areas(square(3000, 0, 500))[0])


def test_company_does_not_matter():
    shapes = [shape for shape, _ in stars(400)]
    together = areas(*shapes)
    assert together.tolist() == [areas(shape)[0] for shape in shapes]
    assert together.tolist() == areas(*shapes[::-1])[::-1].tolist()


def test_collections_count_with_their_polygons_and_nothing_is_unknown():
    part = square(0, 0, 100)
    mixed = shapely.GeometryCollection([part, shapely.Point(0, 0), shapely.MultiPolygon([part])])
    found = areas(mixed, None, part, shapely.LineString([(0, 0), (1, 1)]))
    assert_allclose(found, [2.0 * found[2], np.nan, found[2], 0.0])


def test_malong_has_one_area_in_both_zones():
    counties = gpd.read_file(sample("counties"))
    malong = counties[counties["XZQMC"].str.startswith("马龙")]
    # Its edges are straight in degrees; in steps of 5 m they are the same ground in both zones.
    ground = malong.set_geometry(malong.geometry.segmentize(5.0 / 111_320.0))
    given = float(polygon_area_m2(malong).iloc[0])
    zones = [ground.to_crs(epsg) for epsg in (4543, 4544, 4522, 4523)]
    found = [float(polygon_area_m2(zone).iloc[0]) for zone in zones]
    assert_allclose(found, given, rtol=0, atol=tolerance_m2(given))
    planar = np.array([float(zone.area.iloc[0]) for zone in zones])
    assert (planar / given - 1.0 > 5e-4).all()
    shape = shapely.orient_polygons(ground.geometry.iloc[0])
    geodesic = abs(ELLIPSOID.geometry_area_perimeter(shape)[0])
    assert given == pytest.approx(geodesic, abs=tolerance_m2(geodesic))


# ------------------------------------------------------------------ beside other methods


def valid_stars(n):
    return [(shape, edge) for shape, edge in stars(n) if shape.is_valid]


def test_random_polygons_with_short_pieces_against_geodesic_ones(monkeypatch):
    # In pieces of 10 m the formula is Karney's area; what the official 70 m add is in test_area.
    monkeypatch.setattr(official_area, "MAX_EDGE_M", 10.0)
    for shape, edge in valid_stars(80):
        expected = geodesic_m2(shape, 4543, edge)
        assert areas(shape)[0] == pytest.approx(expected, abs=tolerance_m2(expected))


def test_random_polygons_against_geodesic_ones():
    for shape, edge in valid_stars(80):
        expected = geodesic_m2(shape, 4543, edge)
        limit = tolerance_m2(expected) + BOW_M2_PER_M * shape.length
        assert areas(shape)[0] == pytest.approx(expected, abs=limit)


@pytest.mark.parametrize(
    ("from_m2", "relative"), [(1e7, 1e-8), (1e6, 4e-8), (1e5, 3e-7), (1e4, 2e-6), (1e3, 5e-6)]
)
def test_equal_area_frame_beside_the_official_formula(from_m2, relative):
    # Measured on 2,949 polygons: 9.3e-9, 4.0e-8, 2.1e-7, 1.4e-6, 3.4e-6; decision 0015 has them.
    table = frame(*(shape for shape, _ in valid_stars(1000)))
    official = polygon_area_m2(table).to_numpy()
    other = to_equal_area(table).area.to_numpy()
    large = official >= from_m2
    assert large.sum() > 100
    assert_allclose(other[large], official[large], rtol=relative)


def test_scale_from_the_equal_area_frame_to_the_area_of_record():
    table = frame(square(0, 0, 500), shapely.Polygon())
    carried = to_equal_area(table).area.to_numpy()
    scale = official_scale(table, carried)
    assert_allclose(scale * carried, polygon_area_m2(table), rtol=1e-15)
    assert scale.tolist() == [pytest.approx(1.0, abs=1e-6), 1.0]
