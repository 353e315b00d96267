"""What must hold for any patches on any parcel: parts add up, and each is what counting gives."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from builders import layer, parcels, square
from hypothesis import given, settings
from hypothesis import strategies as st

from dzgis.area import polygon_area_m2
from dzgis.land import parcel_land_classes, zones_of_parcels
from dzgis.plan import land_class_scheme
from dzgis.protection import parcel_forest
from dzgis.units import round_half_up

STEP, SIDE = 10, 10
"""The parcel is 100 m a side; patches are counted in squares of 10 m."""
SCHEME = land_class_scheme()
LAND = parcels(P=square(0, 0))
RECORD = round_half_up(float(polygon_area_m2(LAND).iloc[0]), 2)
CORNERS, SIDES = st.integers(-4, 9), st.integers(1, 8)
CODES = st.sampled_from(["0101", "0103", "0301", "0702", ""])
PATCHES = st.lists(st.tuples(CORNERS, CORNERS, SIDES, SIDES, CODES), max_size=7)
CALM = settings(max_examples=25)


def drawn(patches):
    return [square(STEP * x, STEP * y, STEP * w, STEP * h) for x, y, w, h, _ in patches]


def counted(patches):
    """Square metres by what is said of them, counted square by square."""
    said = np.full((SIDE, SIDE), "", dtype=object)
    for row in range(SIDE):
        for col in range(SIDE):
            over = {c for x, y, w, h, c in patches if x <= col < x + w and y <= row < y + h}
            said[row, col] = "/".join(sorted(over - {""}))
    values, counts = np.unique(said.astype(str), return_counts=True)
    return dict(zip(values.tolist(), (counts * STEP**2).tolist(), strict=True))


@CALM
@given(PATCHES)
def test_land_classes_are_what_counting_gives_and_add_up_to_the_last_digit(patches):
    codes = [code for *_, code in patches]
    table = parcel_land_classes(
        LAND, layer("land_use", *drawn(patches), land_class=codes), SCHEME
    ).set_index("code")
    assert round(table["area_m2"].sum(), 2) == RECORD
    expected = counted(patches)
    assert set(table.index) == set(expected)
    assert table["area_m2"].to_dict() == pytest.approx(expected, rel=1e-4)


@CALM
@given(PATCHES)
def test_forest_is_what_counting_gives(patches):
    grades = [code for *_, code in patches]
    table = parcel_forest(LAND, layer("forest", *drawn(patches), forest_grade=grades))
    by_grade = dict(zip(table["grade"], table["planar_area_m2"], strict=True))
    expected = counted(patches)
    said = {grade: m2 for grade, m2 in expected.items() if grade}
    assert {grade: m2 for grade, m2 in by_grade.items() if grade} == pytest.approx(said, rel=1e-4)
    assert table["area_m2"].sum() <= RECORD + 0.01


@CALM
@given(PATCHES, st.randoms(use_true_random=False))
def test_the_order_of_patches_changes_nothing(patches, random):
    """But what is rounded by 0.01 m²."""
    other = patches[:]
    random.shuffle(other)
    tables = [
        parcel_land_classes(
            LAND, layer("land_use", *drawn(one), land_class=[c for *_, c in one]), SCHEME
        )
        for one in (patches, other)
    ]
    assert list(tables[0]["code"]) == list(tables[1]["code"])
    areas = [table["area_m2"].to_numpy() for table in tables]
    np.testing.assert_allclose(areas[0], areas[1], atol=0.0101)


@CALM
@given(st.floats(103.3, 103.7), st.floats(24.5, 25.8), st.floats(1e-4, 0.05), st.floats(1e-4, 0.05))
def test_zones_add_up_to_the_area_of_record(west, south, width, height):
    box = shapely.box(west, south, west + width, south + height)
    land = gpd.GeoSeries({"Z": box}, crs=4490).to_frame("geometry").rename_axis("parcel_id")
    table = zones_of_parcels(land)
    record = round_half_up(float(polygon_area_m2(land).iloc[0]), 2)
    assert round(table["area_m2"].sum(), 2) == record
    assert table["share"].sum() == pytest.approx(1.0)
