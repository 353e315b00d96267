"""Straight edges: corners are cut off inwards, never past the tolerance, never across others."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from dzgis.land.straight import straightened


def straight(shape, tolerance):
    return straightened(np.array([shape]), tolerance)[0]


def test_a_bump_goes():
    # ▁▁█▁▁▁▁▁     1 m by 1 m on a block of 20 m by 10 m
    block = shapely.box(0, 0, 20, 10)
    shape = shapely.union(block, shapely.box(5, 10, 6, 11))
    assert straight(shape, 1.01).equals(block)
    assert straight(shape, 0.7).equals(shape)


def test_a_notch_stays_and_nothing_is_added():
    # ▔▔▔▔▁▔▔▔▔     the corners of the notch may be cut off, its bottom stays where it is
    notch = shapely.box(14, 9, 15, 11)
    shape = shapely.difference(shapely.box(0, 0, 20, 10), notch)
    made = straight(shape, 1.01)
    assert shape.covers(made)
    assert made.intersects(shapely.LineString([(14, 9), (15, 9)]))
    assert not made.intersects(shapely.box(14, 9.01, 15, 10))


@pytest.mark.parametrize(("tolerance", "n"), [(0.99, 5), (1.01, 4)])
def test_the_tolerance_is_how_far_the_border_moves(tolerance, n):
    # a roof 1 m high over an edge of 20 m
    shape = shapely.Polygon([(0, 0), (20, 0), (20, 10), (10, 11), (0, 10)])
    assert len(straight(shape, tolerance).exterior.coords) - 1 == n


def test_losses_do_not_add_up_unseen():
    # a disc of 100 m: every corner alone is next to nothing, all of them together are not
    disc = shapely.Point(0, 0).buffer(100.0, quad_segs=64)
    made = straight(disc, 2.0)
    border = shapely.get_coordinates(disc.exterior)
    assert shapely.distance(shapely.points(border), made).max() <= 2.0
    assert len(made.exterior.coords) < 30


def test_a_hole_keeps_away_from_the_new_edge():
    # The tip is 3 m high; a hole within it stands in the way of cutting it off.
    shell = [(0, 0), (40, 0), (40, 10), (20, 13), (0, 10)]
    hole = [(19, 11), (21, 11), (20, 12)]
    assert len(straight(shapely.Polygon(shell), 3.1).exterior.coords) == 5
    made = straight(shapely.Polygon(shell, [hole]), 3.1)
    assert len(made.exterior.coords) == 6
    assert made.is_valid


def test_holes_grow_and_never_vanish():
    outer = shapely.box(0, 0, 40, 40)
    steps = [(10, 10), (20, 10), (20, 14), (24, 14), (24, 18), (28, 18), (28, 28), (10, 28)]
    shape = outer.difference(shapely.Polygon(steps))
    made = straight(shape, 4.0)
    assert len(made.interiors) == 1
    assert shape.covers(made)
    assert made.area < shape.area
    assert len(made.interiors[0].coords) < len(shape.interiors[0].coords)


def test_a_triangle_stays():
    shape = shapely.Polygon([(0, 0), (10, 0), (0, 10)])
    assert straight(shape, 1e9).equals(shape)
    assert straight(shapely.box(0, 0, 1, 1), 1e9).area == pytest.approx(0.5)


def test_where_a_ring_begins_and_what_lies_beside_it_change_nothing():
    rng = np.random.default_rng(7)
    angle = np.linspace(0.0, 2.0 * np.pi, 120, endpoint=False)
    radius = rng.uniform(80.0, 100.0, len(angle))
    ring = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    shapes = [shapely.Polygon(np.roll(ring, n, axis=0)) for n in (0, 17, 60)]
    shapes.append(shapely.Polygon(ring[::-1]))
    alone = straight(shapes[0], 8.0)
    for made in straightened(np.array(shapes), 8.0):
        assert made.normalize().equals_exact(alone.normalize())
    assert len(alone.exterior.coords) < 80


def test_nothing_to_do():
    assert len(straightened(np.empty(0, dtype=object), 5.0)) == 0
    shape = shapely.box(0, 0, 1, 1)
    assert straight(shape, 0.0) is shape
