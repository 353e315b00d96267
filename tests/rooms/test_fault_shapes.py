"""
Faults of single shapes, each drawn and with its place.

Coordinates are metres from a corner in 西县 (102.02°E, 25.12°N) of the toy plan, in EPSG:4543.
"""

from pathlib import Path

import builders
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import MultiPolygon, Polygon

from dzgis.inputs import Table, Taken, examine_table
from dzgis.terms import Severity, Text

EAST, NORTH = builders.EAST + 2_000.0, builders.NORTH + 20_000.0


def at(*corners):
    return [(EAST + x, NORTH + y) for x, y in corners]


def box(x, y, width=100.0, height=None):
    return builders.square(2_000.0 + x, 20_000.0 + y, width, height)


def table(*shapes, layer="a", crs=builders.METRIC, **columns):
    frame = builders.frame(*shapes, crs=crs, **columns)
    frame.index = pd.RangeIndex(1, len(frame) + 1)
    return Table(frame, f"a.gpkg::{layer}", layer)


def examined(*shapes, role="", **more):
    found = examine_table(
        Path("a.gpkg"),
        table(*shapes, **more),
        Taken(role, Text("层", "layer")),
        builders.plan(),
        builders.counties(),
    )
    return [fault for fault in found.faults if fault.code != "not_reached"]


def codes(faults):
    return [fault.code for fault in faults]


def places(faults, code):
    """Places of a kind of fault on the squared paper, sorted."""
    found = [(one.x - EAST, one.y - NORTH) for one in faults if one.code == code]
    return sorted((round(x, 3), round(y, 3)) for x, y in found)


def test_a_clean_layer_has_no_fault():
    assert examined(box(0, 0), box(200, 0), box(400, 0, 50.0)) == []


def test_a_polygon_with_a_hole_has_no_fault():
    assert examined(Polygon(box(0, 0).exterior, [box(20, 20, 30.0).exterior])) == []


# ------------------------------------------------------------------ absent, not polygons


def test_absent_shapes_are_named_by_record():
    faults = examined(box(0, 0), None, Polygon(), shapely.Point(EAST, NORTH))
    assert [(one.code, one.record) for one in faults] == [
        ("null_geometry", 2),
        ("empty_geometry", 3),
        ("not_polygon", 4),
    ]
    assert all(one.severity is Severity.ERROR for one in faults)
    assert places(faults, "not_polygon") == [(0.0, 0.0)]
    assert np.isnan(faults[0].x)


# ------------------------------------------------------------------ rings that cross

BOW_TIE = at((0, 0), (100, 100), (100, 0), (0, 100))
"""
 ╲╱
 ╱╲   crosses once, at (50, 50)
"""
ZIGZAG = at((0, 0), (300, 0), (300, 50), (200, -50), (100, 50), (0, -50))
"""The upper edge falls through the lower one: at 250, 150 and 50."""


def test_the_crossing_of_a_bow_tie_is_found():
    faults = examined(Polygon(BOW_TIE))
    assert codes(faults) == ["self_intersection"]
    assert places(faults, "self_intersection") == [(50.0, 50.0)]
    assert faults[0].geometry.geom_type == "Point"
    assert (faults[0].lon, faults[0].lat) == pytest.approx((102.0203, 25.1259), abs=1e-3)


def test_all_crossings_are_found_where_geos_names_one():
    shape = Polygon(ZIGZAG)
    assert str(shapely.is_valid_reason(shape)).count("Self-intersection") == 1
    faults = examined(shape)
    assert places(faults, "self_intersection") == [(50.0, 0.0), (150.0, 0.0), (250.0, 0.0)]


def test_a_ring_that_touches_itself():
    #  ◇◇  two diamonds that meet at (50, 0), one ring
    ring = at((0, 0), (25, 25), (50, 0), (75, 25), (100, 0), (75, -25), (50, 0), (25, -25))
    faults = examined(Polygon(ring))
    assert codes(faults) == ["ring_touches_itself"]
    assert places(faults, "ring_touches_itself") == [(50.0, 0.0)]


def test_a_stretch_that_runs_twice_is_a_line():
    #  a square with a hair from (100, 50) to (150, 50) and back
    ring = at((0, 0), (100, 0), (100, 50), (150, 50), (100, 50), (100, 100), (0, 100))
    faults = examined(Polygon(ring))
    lines = [one.geometry for one in faults if one.geometry.geom_type == "LineString"]
    assert {line.length for line in lines} == {50.0}
    assert {"self_intersection"} <= set(codes(faults))


def test_parts_that_overlap_cross_at_their_edges():
    faults = examined(MultiPolygon([box(0, 0), box(50, 50)]))
    assert places(faults, "self_intersection") == [(50.0, 100.0), (100.0, 50.0)]


def test_two_holes_outside_are_both_found():
    holes = [box(200, 0, 10.0).exterior, box(300, 0, 10.0).exterior]
    faults = examined(Polygon(box(0, 0).exterior, holes))
    assert codes(faults) == ["hole_outside", "hole_outside"]
    assert places(faults, "hole_outside") == [(205.0, 5.0), (305.0, 5.0)]


def test_nested_holes_and_nested_parts():
    inner = [box(10, 10, 50.0).exterior, box(20, 20, 10.0).exterior]
    assert codes(examined(Polygon(box(0, 0).exterior, inner))) == ["nested_holes"]
    assert codes(examined(MultiPolygon([box(0, 0), box(20, 20, 10.0)]))) == ["nested_parts"]


def test_holes_that_cut_the_polygon_in_two():
    #  a diamond hole that touches the square's left and right side
    hole = at((0, 50), (50, 80), (100, 50), (50, 20))
    faults = examined(Polygon(box(0, 0).exterior, [hole]))
    assert codes(faults) == ["interior_disconnected"]


def test_a_coordinate_that_is_no_number():
    ring = np.array(at((0, 0), (100, 0), (100, 100), (0, 0)))
    ring[2, 0] = np.nan
    with np.errstate(invalid="ignore"):
        shape = Polygon(ring)
    faults = examined(shape)
    assert codes(faults) == ["not_finite"]
    assert "point 3 of ring 1" in faults[0].message.en
    assert places(faults, "not_finite") == [(0.0, 0.0)]


def test_several_kinds_in_one_polygon_are_all_told():
    shape = Polygon(BOW_TIE, [box(200, 0, 10.0).exterior])
    assert set(codes(examined(shape))) >= {"self_intersection", "hole_outside"}


# ------------------------------------------------------------------ vertices and small things


def test_a_vertex_that_comes_twice():
    faults = examined(Polygon(at((0, 0), (100, 0), (100, 0.0004), (100, 100), (0, 100))))
    assert codes(faults) == ["duplicate_vertex"]
    assert places(faults, "duplicate_vertex") == [(100.0, 0.0)]
    assert (faults[0].measure, faults[0].unit) == (pytest.approx(0.0004), "m")


@pytest.mark.parametrize(("apart", "found"), [(0.0009, True), (0.0011, False)])
def test_vertices_that_lie_apart_by_the_limit(apart, found):
    faults = examined(Polygon(at((0, 0), (100, 0), (100, apart), (100, 100), (0, 100))))
    assert ("duplicate_vertex" in codes(faults)) is found


def test_a_spike_is_found_at_its_tip():
    #  a needle of 0.4 m at its foot reaches 100 m out of a square: 0.23° at the tip
    ring = at((0, 0), (100, 0), (100, 49.8), (200, 50), (100, 50.2), (100, 100), (0, 100))
    faults = examined(Polygon(ring))
    assert codes(faults) == ["spike"]
    assert places(faults, "spike") == [(200.0, 50.0)]
    assert faults[0].measure == pytest.approx(np.degrees(2 * np.arctan(0.2 / 100)), rel=1e-6)


def test_a_spike_at_the_start_of_a_ring():
    ring = at((200, 50), (100, 50.2), (100, 100), (0, 100), (0, 0), (100, 0), (100, 49.8))
    assert places(examined(Polygon(ring)), "spike") == [(200.0, 50.0)]


def test_a_ring_that_encloses_next_to_nothing():
    hole = box(20, 20, 0.5).exterior
    faults = examined(Polygon(box(0, 0).exterior, [hole]))
    assert codes(faults) == ["tiny_ring"]
    assert faults[0].measure == pytest.approx(0.25, rel=1e-5)


@pytest.mark.parametrize(
    ("width", "height", "found"),
    [
        (0.9, 0.9, True),  # 0.81 m²
        (1.1, 1.1, False),
        (100.0, 0.19, True),  # mean width 0.19 m
        (100.0, 0.21, False),
    ],
)
def test_slivers_by_area_and_by_mean_width(width, height, found):
    faults = examined(box(0, 0, width, height))
    assert ("sliver" in codes(faults)) is found
    if found:
        assert faults[0].measure == pytest.approx(width * height, rel=1e-4)
        assert faults[0].unit == "m2"


def test_limits_are_metres_in_degrees_too():
    squares = [box(0, 0), box(200, 0, 0.9)]
    degrees = builders.frame(*squares).to_crs(builders.GEOGRAPHIC).geometry
    faults = examined(*degrees, crs=builders.GEOGRAPHIC)
    assert [(one.code, one.record) for one in faults] == [("sliver", 2)]
