"""Polygons as arrays: from shapely, from well-known binary, and what is wrong with either."""

from __future__ import annotations

import itertools
import struct

import numpy as np
import pyarrow as pa
import pytest
import shapely
from numpy.testing import assert_allclose, assert_array_equal
from shapely.geometry import MultiPolygon, Point, Polygon, box

from dzgis.errors import InputError
from dzgis.overlay.valid import check_valid
from dzgis.rings import joined, rings_of_shapes, rings_of_wkb, row_areas, shapes_of_rings

DONUT = box(0, 0, 10, 10).difference(box(2, 2, 3, 4))
SHAPES = np.array(
    [box(0, 0, 1, 1), MultiPolygon([DONUT, box(20, 20, 21, 22)]), None, Polygon(), DONUT], object
)


def equal(one, other):
    for name in ("xy", "ring_start", "is_hole", "row_start"):
        assert_array_equal(getattr(one, name), getattr(other, name))


def wkb(shapes, **options):
    return pa.array([None if s is None else shapely.to_wkb(s, **options) for s in shapes])


def test_rings_of_shapes():
    rings = rings_of_shapes(SHAPES)
    assert len(rings) == 5
    assert_array_equal(rings.row_start, [0, 1, 4, 4, 4, 6])
    assert_array_equal(rings.is_hole, [False, False, True, False, False, True])
    assert_allclose(row_areas(rings), [1, 98 + 2, 0, 0, 98])
    assert_allclose(rings.bounds()[1], [0, 0, 21, 22])
    assert np.isnan(rings.bounds()[[2, 3]]).all()


@pytest.mark.parametrize("options", [{"byte_order": 0}, {"byte_order": 1}, {"flavor": "iso"}])
def test_well_known_binary_gives_the_same(options):
    equal(rings_of_wkb(wkb(SHAPES, **options)), rings_of_shapes(SHAPES))


def test_heights_and_srid_are_left_out():
    high = shapely.force_3d(SHAPES[[0, 1]], z=7.0)
    flat = rings_of_shapes(SHAPES[[0, 1]])
    equal(rings_of_wkb(wkb(high, output_dimension=3)), flat)
    equal(rings_of_wkb(wkb(high, output_dimension=3, flavor="iso")), flat)
    equal(rings_of_wkb(wkb(shapely.set_srid(SHAPES[[0, 1]], 4490), include_srid=True)), flat)


def test_rows_can_be_taken_and_joined():
    rings = rings_of_shapes(SHAPES)
    equal(rings.take(np.array([4, 0])), rings_of_shapes(SHAPES[[4, 0]]))
    equal(joined([rings.take(np.array([0, 1])), rings.take(np.array([2, 3, 4]))]), rings)
    equal(rings_of_wkb(wkb(SHAPES)[3:]), rings_of_shapes(SHAPES[3:]))


def test_back_to_shapes():
    back = shapes_of_rings(rings_of_shapes(SHAPES))
    kept = [0, 1, 4]
    assert shapely.equals(back[kept], SHAPES[kept]).all()
    assert shapely.is_empty(back[[2, 3]]).all()


def raw_polygon(*rings):
    head = struct.pack("<BII", 1, 3, len(rings))
    return head + b"".join(
        struct.pack("<I", len(r)) + b"".join(struct.pack("<dd", *p) for p in r) for r in rings
    )


SQUARE = [(0, 0), (1, 0), (1, 1), (0, 0)]
BROKEN = {
    "a point": (shapely.to_wkb(Point(0, 0)), "2 are no polygons"),
    "no bytes": (b"", "cut short"),
    "cut in the head": (raw_polygon(SQUARE)[:7], "cut short"),
    "cut in a ring": (raw_polygon(SQUARE)[:-3], "cut short"),
    "four billion points": (struct.pack("<BIII", 1, 3, 1, 2**32 - 1), "cut short"),
    "four billion rings": (struct.pack("<BII", 1, 3, 2**32 - 1), "cut short"),
    "four billion parts": (struct.pack("<BII", 1, 6, 2**32 - 1), "cut short"),
    "open ring": (raw_polygon([(0, 0), (1, 0), (1, 1), (0, 1)]), "not closed"),
    "ring of two": (raw_polygon([(0, 0), (1, 0), (0, 0)]), "fewer than four"),
    "NaN": (raw_polygon([(0, 0), (float("nan"), 0), (1, 1), (0, 0)]), "NaN"),
    "infinite": (raw_polygon([(0, 0), (1, float("-inf")), (1, 1), (0, 0)]), "NaN"),
    "point in a multipolygon": (
        struct.pack("<BII", 1, 6, 1) + shapely.to_wkb(Point(0, 0)),
        "no polygons",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_no_polygon_is_named_by_record(case):
    value, words = BROKEN[case]
    good = raw_polygon(SQUARE)
    with pytest.raises(InputError, match=words) as caught:
        rings_of_wkb(pa.array([good, value, good], pa.binary()))
    assert "2" in caught.value.faults[0].zh
    with pytest.raises(InputError, match="102"):
        rings_of_wkb(pa.array([good, value], pa.binary()), first=100)


INVALID = {
    "bow-tie": Polygon([(0, 0), (10, 10), (10, 0), (0, 10)]),
    "spike": Polygon([(0, 0), (10, 0), (10, 10), (10, 20), (10, 10), (0, 10)]),
    "hole outside": Polygon(box(0, 0, 9, 9).exterior, [box(20, 20, 21, 21).exterior]),
    "hole in a hole": Polygon(
        box(0, 0, 9, 9).exterior, [box(1, 1, 8, 8).exterior, box(2, 2, 3, 3).exterior]
    ),
    "hole over the shell": Polygon(box(0, 0, 9, 9).exterior, [box(5, 5, 12, 8).exterior]),
    "two parts on each other": MultiPolygon([box(0, 0, 9, 9), box(5, 5, 12, 12)]),
    "a part in a part": MultiPolygon([box(0, 0, 9, 9), box(2, 2, 3, 3)]),
    "the same part twice": MultiPolygon([box(0, 0, 9, 9), box(0, 0, 9, 9)]),
    "parts sharing an edge": MultiPolygon([box(0, 0, 9, 9), box(9, 0, 12, 9)]),
}


def dense(shape, n):
    """Each edge in `n`; shapely's own way of splitting repairs what is invalid."""
    if isinstance(shape, MultiPolygon):
        return MultiPolygon([dense(part, n) for part in shape.geoms])
    return Polygon(_dense(shape.exterior, n), [_dense(ring, n) for ring in shape.interiors])


def _dense(ring, n):
    xy = np.array(ring.coords)
    t = np.arange(n)[:, None] / n
    return np.concatenate([a + t * (b - a) for a, b in itertools.pairwise(xy)])


@pytest.mark.parametrize("case", INVALID)
@pytest.mark.parametrize("n", [1, 32], ids=["few edges", "in cells"])
def test_invalid_polygons_are_found(case, n):
    shape = dense(INVALID[case], n)
    assert not shapely.is_valid(INVALID[case])
    with pytest.raises(InputError, match=r"7 \("):
        check_valid(
            rings_of_shapes(np.array([box(0, 0, 1, 1), shape], object)), records=np.array([6, 7])
        )


@pytest.mark.parametrize("seed", range(3))
def test_nothing_invalid_passes_and_nothing_valid_is_refused(seed):
    rng = np.random.default_rng(seed)
    shapes = []
    for _ in range(3000):
        corners = rng.integers(0, 8, (rng.integers(3, 8), 2)).astype(float)
        at, half = rng.integers(0, 8, 2), rng.uniform(0.2, 2)
        hole = box(*(at - half), *(at + half)).exterior.coords
        shapes.append(Polygon(corners, [hole] if rng.random() < 0.4 else []))
    shapes = np.array(shapes, object)
    valid = shapely.is_valid(shapes)
    assert 100 < valid.sum() < 2900
    records = np.arange(len(shapes))
    check_valid(rings_of_shapes(shapes[valid]), records=records[valid])
    for row in np.flatnonzero(~valid)[:300]:
        with pytest.raises(InputError, match="invalid"):
            check_valid(rings_of_shapes(shapes[[row]]), records=records[[row]])
