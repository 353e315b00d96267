"""What must hold for any terrain, counties and red lines."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from builders import ASSUMED, frame, grid, layer, raster, slope_classes, square
from builders import counties as toy_counties
from builders import plan as toy_plan
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal

from dzgis.allocation import assign, axis_lines, cluster_areas, township_areas
from dzgis.area import polygon_area_m2
from dzgis.coverage import union_share, zone_shares
from dzgis.engine import Engine
from dzgis.grid import Window
from dzgis.land import (
    account_tables,
    available_share,
    class_areas,
    combinations_of,
    grounds_of,
    what_if,
    zones_of,
)
from dzgis.pipeline import AccountInputs, account_of
from dzgis.plan.exclusions import ExclusionSet
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
FEW = settings(max_examples=6)
"""For whole accounts."""
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


# ------------------------------------------------------------------ combinations and accounts

RINGS = st.builds(
    lambda x, y, r, w: (
        square(x, y, 1)
        .centroid.buffer(r, quad_segs=5)
        .difference(square(x, y, 1).centroid.buffer(r * w, quad_segs=5))
    ),
    METRES,
    METRES,
    st.floats(3, 40),
    st.floats(0, 0.9),
)
ON_BORDERS = st.builds(
    lambda x, y, w, h: square(10 * x, 10 * y, 10 * w, 10 * h),
    st.integers(-2, 8),
    st.integers(-2, 6),
    st.integers(1, 5),
    st.integers(1, 5),
)
ANY_SHAPES = st.lists(
    st.one_of(RINGS, ON_BORDERS, st.builds(square, METRES, METRES, st.integers(1, 60))),
    min_size=1,
    max_size=4,
)
LAYERS = st.lists(ANY_SHAPES, min_size=1, max_size=4)
ALL = Window(slice(0, 6), slice(0, 8))


def brute_force(layers, row, col):
    """Share of a cell under each combination, by cutting it with GEOS."""
    x, y = GRID.corner(row, col)
    parts = {0: shapely.box(x, y - 10.0, x + 10.0, y)}
    for k, shapes in enumerate(layers):
        union, found = shapely.union_all(shapes), {}
        for mask, part in parts.items():
            found[mask | 1 << k] = part.intersection(union)
            found[mask] = part.difference(union)
        parts = found
    return {mask: part.area / 100.0 for mask, part in parts.items() if part.area > 0.0}


def of_cell(found, row, col):
    k = int(found.combo[row, col])
    if k >= 0:
        return {int(found.masks[k]): 1.0}
    mine = range(found.start[-1 - k], found.start[-k])
    return {int(found.masks[found.parts[i]]): float(found.shares[i]) for i in mine}


@CALM
@given(LAYERS)
def test_combinations_of_each_cell_are_those_that_cutting_gives(layers):
    found = combinations_of(grounds_of([frame(*shapes) for shapes in layers], GRID), ALL)
    assert found.n_unsure == 0
    for row in range(6):
        for col in range(8):
            mine, wanted = of_cell(found, row, col), brute_force(layers, row, col)
            assert sum(mine.values()) == pytest.approx(1.0, abs=1e-9)
            for mask in {*mine, *wanted}:
                assert mine.get(mask, 0.0) == pytest.approx(wanted.get(mask, 0.0), abs=1e-7)


PLANE = np.tile(np.arange(8.0) * 10.0 * np.tan(np.radians(10.0)), (6, 1))
INNER = frame(square(10, 10, 60, 40), county_code=["530001"])


def tables(layers, order):
    """Tables of an account of layers, listed in some order, with shapes in another."""
    members = [
        ASSUMED
        | {"id": f"X{k}", "name": "甲", "name_en": "a", "layer": f"r{k}"}
        | ({"effect": "weighted", "weight": 0.4} if k == 1 else {})
        for k in order
    ]
    chosen = ExclusionSet.model_validate({"id": "x", "exclusions": members})
    by_role = {f"r{k}": layer(f"r{k}", *layers[k]) for k in order}
    source = raster(PLANE.astype(np.float32), on=GRID)
    inputs = AccountInputs(toy_plan(), source, INNER, chosen, by_role)
    found = account_of(inputs, engine=Engine("serial")).account
    return found, account_tables(found, toy_plan())


@FEW
@given(LAYERS, st.randoms(use_true_random=False))
def test_accounts_close_and_do_not_depend_on_order(layers, random):
    _, base = tables(layers, range(len(layers)))
    net, loss = base.net["county"].loc["530001"], base.losses["county"].loc["530001"]
    assert net["raw_m2"] - net["taken_m2"] == pytest.approx(net["available_m2"], abs=1e-9)
    assert loss["attributed_m2"].sum() == pytest.approx(net["taken_m2"], abs=1e-6)
    assert_allclose(loss["alone_m2"] + loss["shared_m2"], loss["gross_m2"], atol=1e-9)
    assert base.combinations["m2"].sum() == pytest.approx(net["raw_m2"], abs=1e-6)
    assert_allclose(np.diag(base.overlap_matrix), loss["gross_m2"], atol=1e-6)
    order = list(range(len(layers)))
    random.shuffle(order)
    mixed = [list(shapes) for shapes in layers]
    for shapes in mixed:
        random.shuffle(shapes)
    _, other = tables(mixed, order)
    assert_allclose(other.net["county"], base.net["county"], atol=1e-5)
    assert_allclose(
        other.losses["county"].reindex(base.losses["county"].index),
        base.losses["county"],
        atol=1e-5,
    )


@FEW
@given(LAYERS, ANY_SHAPES)
def test_one_more_layer_never_adds_available_land_and_what_if_takes_it_off(layers, more):
    fewer, before = tables(layers, range(len(layers)))
    account, after = tables([*layers, more], range(len(layers) + 1))
    left = [t.net["county"].loc["530001", "available_m2"] for t in (before, after)]
    assert left[1] <= left[0] + 1e-6
    change = what_if(account, [f"X{len(layers)}"], toy_plan()).by_county.loc["530001"]
    assert change["changed_m2"] == pytest.approx(left[0], abs=1e-5)
    assert fewer.cube["m2"].sum() == pytest.approx(account.cube["m2"].sum(), rel=1e-9)


@FEW
@given(LAYERS)
def test_what_is_taken_of_polygons_is_what_geos_says(layers):
    account, _ = tables(layers, range(len(layers)))
    for k, shapes in enumerate(layers):
        common = shapely.union_all(shapes).intersection(INNER.geometry.iloc[0]).area
        row = account.reconciled.loc[f"X{k}"]
        assert row["polygons_m2"] == pytest.approx(common, rel=1e-4, abs=0.01)
        assert row["difference_m2"] == pytest.approx(0.0, abs=0.01)


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
