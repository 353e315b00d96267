"""Forest land of parcels by grade and category; planar beside ellipsoidal areas.

100 ┌────┬──────┐
│ I  │  IV  │
0 └────┴──────┘
0    40   100
"""

import geopandas as gpd
import pytest
import shapely
from builders import EAST, GROUND, METRIC, NORTH, layer, parcels, square
from numpy.testing import assert_allclose

from dzgis.area import polygon_area_m2
from dzgis.errors import InputError
from dzgis.protection import parcel_forest

A = parcels(A=square(0, 0))


def forest(*shapes, on=A, **columns):
    return parcel_forest(on, layer("forest", *shapes, **columns))


def test_grades_and_categories_have_their_areas():
    table = forest(
        square(0, 0, 40, 100),
        square(40, 0, 60, 100),
        forest_grade=["I", "IV"],
        forest_category=["重点公益林", "一般商品林"],
    )
    assert list(table["grade"]) == ["I", "IV"]
    assert list(table["category"]) == ["重点公益林", "一般商品林"]
    assert_allclose(table["area_m2"], [4000.0, 6000.0], rtol=2 * GROUND)
    assert_allclose(table["planar_area_m2"], [4000.0, 6000.0], rtol=1e-6)


def test_features_of_one_grade_count_once_and_what_is_not_said_stays_blank():
    table = forest(square(-50, 0, 110, 100), square(20, 0, 40, 100), forest_grade=["II", "II"])
    assert list(table["grade"]) == ["II"]
    assert list(table["category"]) == [""]
    assert table["planar_area_m2"].iloc[0] == pytest.approx(6000.0)


def test_ground_with_two_grades_is_a_row_that_names_both():
    table = forest(
        square(0, 0, 60, 100), square(40, 0, 60, 100), forest_grade=["I", "III"]
    ).set_index("grade")
    assert_allclose(
        table.loc[["I", "I/III", "III"], "planar_area_m2"], [4000.0, 2000.0, 4000.0], rtol=1e-6
    )


def test_a_parcel_without_forest_has_no_row():
    two = parcels(A=square(0, 0), B=square(500, 0))
    table = forest(square(490, 0, 20, 100), on=two, forest_grade=["IV"])
    assert list(table["parcel_id"]) == ["B"]
    assert forest(on=two, forest_grade=[]).empty


def test_forest_in_a_hole_and_beside_is_one_row():
    land = shapely.difference(square(0, 0), square(40, 40, 20))
    table = forest(land, square(45, 45, 10), forest_grade=["I", "I"])
    assert table["planar_area_m2"].iloc[0] == pytest.approx(10_000.0 - 400.0 + 100.0)


def test_planar_and_ellipsoidal_areas_differ_as_the_official_example_has_it():
    """A square kilometre 48 km east of the meridian: 999941.93 m² on the ellipsoid, -58 ppm."""
    land = shapely.box(548_000, 2_757_000, 549_000, 2_758_000)
    there = gpd.GeoDataFrame({"name": [""]}, geometry=[land], index=["T1"], crs=METRIC).rename_axis(
        "parcel_id"
    )
    table = forest(land.buffer(100.0), on=there, forest_grade=["II"])
    assert table["area_m2"].iloc[0] == pytest.approx(999_941.93, abs=0.005)
    assert table["planar_area_m2"].iloc[0] == pytest.approx(1_000_000.0, abs=1e-3)


def test_the_zone_is_that_of_the_parcel_s_middle():
    """A parcel across 103.5°E whose middle is east of it is on the map of zone 35."""
    land = shapely.box(103.499, 25.0, 103.505, 25.001)
    there = gpd.GeoSeries({"X": land}, crs=4490).to_frame("geometry").rename_axis("parcel_id")
    table = forest(square(0, 0, 300_000, 200_000), on=there, forest_grade=["II"])
    planar = there.segmentize(0.0005).to_crs(4544).area.iloc[0]
    assert table["planar_area_m2"].iloc[0] == pytest.approx(planar, rel=1e-7)
    assert table["area_m2"].iloc[0] == pytest.approx(float(polygon_area_m2(there).iloc[0]))


def test_a_layer_that_cannot_be_used_is_refused():
    twisted = shapely.Polygon(
        [(EAST, NORTH), (EAST + 9, NORTH + 9), (EAST + 9, NORTH), (EAST, NORTH + 9), (EAST, NORTH)]
    )
    with pytest.raises(InputError, match=r"forest\.gpkg"):
        forest(twisted, forest_grade=["I"])
