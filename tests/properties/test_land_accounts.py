"""What must hold for any terrain, counties and red lines."""

from __future__ import annotations

import numpy as np
from builders import counties as toy_counties
from builders import frame, grid, raster, slope_classes, square
from builders import plan as toy_plan
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal

from dzgis.allocation import assign, axis_lines, cluster_areas, township_areas
from dzgis.area import polygon_area_m2
from dzgis.coverage import union_share, zone_shares
from dzgis.land import available_share, class_areas, waterfall, zones_of
from dzgis.protection import common_share, cumulative_shares, dissolved
from dzgis.terrain import classify

GRID = grid(6, 8)
CLASSES = slope_classes()
METRES = st.integers(-30, 90)
SHAPES = st.lists(
    st.builds(square, METRES, METRES, st.integers(1, 60), st.integers(1, 60)),
    min_size=1,
    max_size=4,
)
CLASS_VALUES = arrays(np.uint8, GRID.shape, elements=st.integers(0, 4))
SLOPES = arrays(
    np.float32, GRID.shape, elements=st.one_of(st.just(np.nan), st.floats(0, 89, width=32))
)
CALM = settings(max_examples=15)
SINGLE = 1e-6

WEST = st.integers(-20, 40)
COUNTIES = st.tuples(WEST, st.integers(1, 50), st.integers(1, 70)).map(
    lambda t: frame(
        square(t[0], -5, t[1], t[2]), square(t[0] + t[1], -5, 30, t[2]), county_code=["W", "E"]
    )
)


def total_shares(layers):
    return list(cumulative_shares([dissolved(frame(*s), GRID) for s in layers], GRID))


@CALM
@given(SHAPES)
def test_shares_are_shares(shapes):
    share = union_share(frame(*shapes), GRID)
    assert share.shape == GRID.shape
    assert ((share >= 0.0) & (share <= 1.0)).all()
    for zone in zone_shares(frame(*shapes), GRID):
        assert ((zone.shares > 0.0) & (zone.shares <= 1.0)).all()


@CALM
@given(SHAPES, SHAPES, st.randoms(use_true_random=False))
def test_order_of_polygons_and_layers_changes_no_share(first, second, random):
    expected = total_shares([first, second])
    mixed = list(first)
    random.shuffle(mixed)
    found = total_shares([second, mixed])
    assert_allclose(found[-1], expected[-1], atol=SINGLE)
    assert (expected[1] >= expected[0] - SINGLE).all()


@CALM
@given(SHAPES, SHAPES)
def test_union_and_common_ground_balance(first, second):
    # |A| + |B| = |A ∪ B| + |A ∩ B|, in every cell
    one, other = dissolved(frame(*first), GRID), dissolved(frame(*second), GRID)
    alone = [next(cumulative_shares([s], GRID)) for s in (one, other)]
    both = list(cumulative_shares([one, other], GRID))[-1]
    assert_allclose(alone[0] + alone[1], both + common_share(one, other, GRID), atol=1e-5)


@CALM
@given(SLOPES)
def test_unknown_slope_is_in_no_class(degrees):
    found = classify(raster(degrees, name="slope_deg"), CLASSES).values
    assert_array_equal(found == 0, np.isnan(degrees))
    assert found.max() <= 4
    order = np.argsort(degrees, axis=None)
    known = found.ravel()[order][: int((found > 0).sum())]
    assert (np.diff(known.astype(int)) >= 0).all()


@CALM
@given(CLASS_VALUES, COUNTIES)
def test_class_areas_add_up_to_the_area_of_the_polygon(values, counties):
    zones = zones_of(counties, GRID, key="county_code")
    found = class_areas(zones, raster(values, name="slope_class"), CLASSES)
    assert (found.to_numpy() >= -1e-6).all()
    area = polygon_area_m2(counties).to_numpy()
    assert_allclose(found.sum(axis=1), area, rtol=1e-9)
    # What is known is no more than the valid cells inside.
    known = found.drop(columns="unknown").sum(axis=1).to_numpy()
    valid = [float(np.sum(z.cell_m2[values.ravel()[z.cells] > 0])) for z in zones]
    assert_allclose(known, valid, rtol=SINGLE, atol=1e-3)


@CALM
@given(CLASS_VALUES, COUNTIES, SHAPES, SHAPES)
def test_waterfalls_balance_and_red_lines_never_add_land(values, counties, first, second):
    zones = zones_of(counties, GRID, key="county_code")
    slope_class = raster(values, name="slope_class")
    shares = total_shares([first, second])
    falls = [
        waterfall(zones, slope_class, CLASSES, dict(zip(names, shares, strict=False)))
        for names in ((), ("A",), ("A", "B"))
    ]
    for fall in falls:
        lost = fall.drop(columns=["low_hill", "available"]).sum(axis=1)
        assert_allclose(fall["low_hill"] - lost, fall["available"], atol=1e-6)
        assert (fall.to_numpy() >= -1e-2).all()
    left = [fall["available"].to_numpy() for fall in falls]
    assert (left[1] <= left[0] + 1e-6).all()
    assert (left[2] <= left[1] + 1e-2).all()


@CALM
@given(CLASS_VALUES, SHAPES, SHAPES)
def test_a_red_line_never_adds_available_land(values, shapes, more):
    slope_class = raster(values, name="slope_class")
    one, two = (available_share(slope_class, CLASSES, s) for s in total_shares([shapes, more]))
    assert_array_equal(np.isnan(one), values == 0)
    known = values > 0
    assert ((one[known] >= 0) & (one[known] <= 1)).all()
    assert (two[known] <= one[known] + SINGLE).all()


@CALM
@given(CLASS_VALUES, COUNTIES, SHAPES)
def test_arrays_and_frames_come_back_equal(values, counties, shapes):
    slope_class = raster(values.copy(), name="slope_class")
    kept = counties.copy(deep=True)
    zones = zones_of(counties, GRID, key="county_code")
    (share,) = total_shares([shapes])
    before = share.copy()
    class_areas(zones, slope_class, CLASSES)
    waterfall(zones, slope_class, CLASSES, {"A": share})
    available_share(slope_class, CLASSES, share)
    assert_array_equal(slope_class.values, values)
    assert_array_equal(share, before)
    assert counties.geometry.geom_equals(kept.geometry).all()


# ------------------------------------------------------------------ allocation

PLAN = toy_plan()
LAND = toy_counties()
CLUSTERS = cluster_areas(PLAN, LAND, township_areas(PLAN, LAND))
AXES = axis_lines(PLAN)
DEGREES = st.tuples(st.floats(101.95, 102.45), st.floats(24.95, 25.25), st.floats(0.001, 0.05)).map(
    lambda t: (t[0], t[1], t[0] + t[2], t[1] + t[2])
)


def assigned(table):
    return assign(table, PLAN, counties=LAND, clusters=CLUSTERS, axes=AXES)


@CALM
@given(st.lists(DEGREES, min_size=2, max_size=4), st.randoms(use_true_random=False))
def test_order_of_parcels_changes_no_assignment(boxes, random):
    from shapely.geometry import box

    table = frame(*(box(*b) for b in boxes), crs="EPSG:4490")
    table = table.set_axis([f"P{n}" for n in range(len(boxes))]).rename_axis("parcel_id")
    kept = table.copy(deep=True)
    rows = list(table.index)
    random.shuffle(rows)
    columns = ["county_code", "cluster", "cluster_status", "model_cluster", "axis"]
    expected, found = assigned(table), assigned(table.loc[rows]).loc[table.index]
    assert found[columns].equals(expected[columns])
    assert_allclose(found["axis_distance_m"], expected["axis_distance_m"])
    assert table.geometry.geom_equals(kept.geometry).all()
    assert (expected["axis_chainage_m"] >= 0.0).all()
