"""Which features of a layer lie on others: by area, not by their boxes, and next to holes."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from dzgis.land.ground import overlapping
from dzgis.rings import rings_of_shapes


def overlaps(*shapes: shapely.Geometry | None) -> list[bool]:
    made = np.empty(len(shapes), dtype=object)
    made[:] = shapes
    return overlapping(rings_of_shapes(made)).tolist()


def test_features_by_themselves_a_common_border_and_an_overlap():
    #   +--a--+--b--+     +--e--+
    #   |     |  +--+--+  |     |
    #   +-----+--+-c|  |  +-----+
    #            +--+--+
    a, b, c = shapely.box(0, 0, 2, 2), shapely.box(2, 0, 4, 2), shapely.box(3, -1, 5, 1)
    assert overlaps(a, b, c, shapely.box(8, 0, 9, 1)) == [False, True, True, False]
    assert overlaps(a, shapely.box(8, 0, 9, 1)) == [False, False]


def test_boxes_that_meet_are_not_enough():
    ring = shapely.Polygon(shapely.box(0, 0, 9, 9).exterior, [shapely.box(2, 2, 7, 7).exterior])
    assert overlaps(ring, shapely.box(3, 3, 6, 6)) == [False, False]
    assert overlaps(ring, shapely.box(1, 3, 6, 6)) == [True, True]


def test_rows_without_a_shape_are_left_out():
    box = shapely.box(0, 0, 1, 1)
    assert overlaps(None, box, shapely.Polygon(), box, None) == [False, True, False, True, False]
    assert overlaps(None, None) == [False, False]
    assert overlaps() == []


@given(st.lists(st.tuples(*[st.integers(0, 12)] * 2, *[st.integers(1, 5)] * 2), max_size=12))
def test_as_geos_says(boxes: list[tuple[int, int, int, int]]):
    shapes = [shapely.box(x, y, x + w, y + h) for x, y, w, h in boxes]
    expected = [
        any(i != k and one.intersection(two).area > 0 for k, two in enumerate(shapes))
        for i, one in enumerate(shapes)
    ]
    assert overlaps(*shapes) == expected
