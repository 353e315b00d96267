"""Faults between features: drawn twice, overlaps, gaps; and the ground left out of a tiling."""

import numpy as np
import pytest
import shapely
from shapely import Polygon
from test_fault_shapes import EAST, NORTH, at, box, codes, examined

from dzgis.inputs.quality.edges import faces_between, lonely_edges
from dzgis.inputs.quality.topology import overlapping_pairs
from dzgis.terms import Severity

TILED = {"layer": "DLTB"}
FIELDS = {"missing_field", "blank_code"}


def tiling(*shapes):
    """Faults of shapes as a layer of land-use patches, which must tile."""
    found = examined(*shapes, layer="DLTB")
    return [one for one in found if one.code not in FIELDS]


def test_neighbours_do_not_overlap():
    assert examined(box(0, 0), box(100, 0), box(0, 100), box(100, 100)) == []


def test_an_overlap_has_its_area_and_its_shape():
    #  ┌──┬┬──┐
    #  │  ││  │  10 m × 100 m in common
    #  └──┴┴──┘
    (fault,) = examined(box(0, 0), box(90, 0))
    assert (fault.code, fault.record, fault.severity) == ("overlap", 1, Severity.WARNING)
    assert fault.measure == pytest.approx(1_000.0, rel=1e-5)
    assert fault.geometry.equals(box(90, 0, 10.0, 100.0))
    assert "overlaps record 2 by 999.9999 m²" in fault.message.en


def test_parcels_and_tilings_must_not_overlap():
    (fault,) = examined(box(0, 0), box(90, 0), role="parcels")
    assert fault.severity is Severity.ERROR
    assert tiling(box(0, 0), box(90, 0))[0].severity is Severity.ERROR


@pytest.mark.parametrize(("width", "found"), [(0.002, ["overlap"]), (0.0004, [])])
def test_overlaps_below_the_tolerance_are_none(width, found):
    assert codes(examined(box(0, 0), box(100 - width, 0))) == found


def test_every_pair_is_told():
    faults = examined(box(0, 0), box(10, 0), box(20, 0))
    assert [(one.record, one.message.en.split()[2]) for one in faults] == [
        (1, "2"),
        (1, "3"),
        (2, "3"),
    ]


def test_a_shape_inside_another_one_overlaps():
    assert codes(examined(box(0, 0), box(20, 20, 10.0))) == ["overlap"]


def test_one_shape_drawn_twice_is_no_overlap_but_a_duplicate():
    turned = Polygon(at((100, 100), (0, 100), (0, 0), (100, 0)))
    (fault,) = examined(box(0, 0), turned)
    assert (fault.code, fault.record) == ("duplicate_geometry", 2)
    assert "record 1" in fault.message.en


def test_a_hundred_copies_are_ninety_nine_faults():
    assert codes(examined(*[box(0, 0)] * 100)) == ["duplicate_geometry"] * 99


def test_a_gap_in_a_tiling_is_found_with_its_place():
    #  ┌────┬────┐
    #  │    ├─┬──┤
    #  │    │g│  │   the gap g is 20 m × 50 m at (100, 0)
    #  └────┴─┴──┘
    faults = tiling(
        box(0, 0), box(100, 50, 100.0, 50.0), box(120, 0, 80.0, 50.0), box(0, -50, 200.0, 50.0)
    )
    (fault,) = faults
    assert (fault.code, fault.record, fault.severity) == ("gap", None, Severity.ERROR)
    assert fault.measure == pytest.approx(1_000.0, rel=1e-5)
    assert fault.geometry.symmetric_difference(box(100, 0, 20.0, 50.0)).area == pytest.approx(0.0)


def test_only_layers_that_must_tile_have_gaps():
    ring = Polygon(box(0, 0).exterior, [box(40, 40, 20.0).exterior])
    assert examined(ring) == []
    assert codes(tiling(ring)) == ["gap"]


def test_a_large_hole_is_meant():
    ring = Polygon(box(0, 0, 500.0).exterior, [box(100, 100, 101.0).exterior])
    assert tiling(ring) == []


@pytest.mark.parametrize(("width", "found"), [(0.01, ["gap"]), (0.0004, [])])
def test_narrow_gaps_count_from_the_tolerance_on(width, found):
    frame = [box(0, -10, 200.0, 10.0), box(0, 100, 200.0, 10.0)]
    assert codes(tiling(box(0, 0), box(100 + width, 0, 100 - width, 100.0), *frame)) == found


def test_a_vertex_on_a_neighbours_edge_is_no_gap():
    left = box(0, 0)
    right = Polygon(at((100, 0), (200, 0), (200, 100), (100, 100), (100, 37.5)))
    assert tiling(left, right) == []


def test_edges_that_two_rings_share_are_left_out_whichever_way_they_run():
    edges = lonely_edges(np.array([box(0, 0), box(100, 0)]))
    assert len(edges) == 6
    inner = {(EAST + 100.0, NORTH), (EAST + 100.0, NORTH + 100.0)}
    assert all({tuple(a), tuple(b)} != inner for a, b in edges)


def test_ground_outside_is_not_between():
    assert len(faces_between(np.array([box(0, 0), box(300, 0)]))) == 0


def test_pairs_agree_with_an_overlay_of_random_boxes():
    rng = np.random.default_rng(7)
    corners = rng.uniform(0, 400, (60, 2))
    shapes = np.array([box(x, y, *rng.uniform(5, 60, 2)) for x, y in corners])
    area = shapely.area(shapely.intersection(shapes[:, None], shapes[None, :]))
    i, j = np.nonzero(np.triu(area, 1) > 0)
    found = sorted(zip(*map(list, overlapping_pairs(shapes)), strict=True))
    assert found == sorted(zip(i.tolist(), j.tolist(), strict=True))
