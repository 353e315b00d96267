"""Broken records of a batch are set apart, each with its reason; faults of the file refuse it."""

import warnings

import geopandas as gpd
import numpy as np
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from shapely.geometry import Point, Polygon
from test_inputs_toy import square, toy_plan

from dzgis.errors import CRSError, InputError
from dzgis.inputs import read_parcels, read_parcels_apart

pytestmark = pytest.mark.slow

PLAN = toy_plan()
GOOD = square(101.1)
with np.errstate(invalid="ignore"):
    NOWHERE = Polygon([(101.1, 25.1), (np.nan, 25.2), (101.2, 25.1)])
BOW_TIE = Polygon([(101.1, 25.1), (101.2, 25.2), (101.2, 25.1), (101.1, 25.2)])


def written(folder, shapes, *, crs="EPSG:4490", name="p.gpkg", **columns):
    columns = columns or {"DKBH": [f"D{n}" for n in range(1, len(shapes) + 1)]}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # writing without a CRS warns
        gpd.GeoDataFrame(columns, geometry=shapes, crs=crs).to_file(folder / name, layer="p")
    return folder / name


@pytest.mark.parametrize(
    ("broken", "zh", "en"),
    [
        (None, "第 2 条记录没有图形", "record 2 has no geometry"),
        (Polygon(), "第 2 条记录没有图形", "record 2 has no geometry"),
        (Point(101.1, 25.1), "第 2 条记录是点，需要面", "record 2 is a Point; a polygon"),
        (
            shapely.LineString([(101, 25), (101.1, 25)]),
            "第 2 条记录是线",
            "record 2 is a LineString",
        ),
        (
            BOW_TIE,
            "第 2 条记录图形无效：自相交（101.15 25.15）",
            "record 2 has invalid geometry: Self-intersection at 101.15 25.15",
        ),
        (
            NOWHERE,
            "坐标无效",
            "Invalid Coordinate",
        ),
        (square(81.1), "D2 不在规划 toy 范围", "D2 does not overlap the plan toy"),
        (
            shapely.box(500_000, 2_760_000, 500_100, 2_760_100),
            "D2 的坐标（x 500000 … 500100",
            "D2: its coordinates (x 500000 … 500100",
        ),
        (shapely.box(25.05, 101.1, 25.06, 101.11), "经纬度写反了", "x and y swapped"),
    ],
)
def test_a_broken_record_is_set_apart(tmp_path, broken, zh, en):
    path = written(tmp_path, [GOOD, broken, square(101.3)])
    parcels, apart = read_parcels_apart(path, PLAN)
    assert list(parcels.index) == ["D1", "D3"]
    assert list(parcels["n_record"]) == [1, 3]
    assert list(apart) == ["D2"]
    assert zh in apart["D2"].zh
    assert en in apart["D2"].en
    with pytest.raises(InputError):
        read_parcels(path, PLAN)


def test_metres_of_degrees_are_a_records_fault_too(tmp_path):
    metres = gpd.GeoSeries([GOOD], crs=4490).to_crs(4543).iloc[0]
    parcels, apart = read_parcels_apart(
        written(tmp_path, [metres, square(101.3)], crs="EPSG:4543"), PLAN
    )
    assert list(parcels.index) == ["D1"]
    assert "look like degrees, the CRS is in metres" in apart["D2"].en


def test_ids_that_are_blank_or_come_twice(tmp_path):
    """`A#2` is a name that somebody chose: the second `A` is called otherwise."""
    shapes = [square(101.1 + 0.02 * n, size=0.01) for n in range(6)]
    ids = ["A#2", "A", "", "A", "B", None]
    parcels, apart = read_parcels_apart(written(tmp_path, shapes, DKBH=ids), PLAN)
    assert list(parcels.index) == ["A#2", "B"]
    assert list(apart) == ["#A#2", "#3", "A#4", "#6"]
    assert "records 2, 4, field DKBH" in apart["A#4"].en
    assert apart["#3"].zh == "第 3 条记录没有地块编号（字段 DKBH）；请填写"


def test_all_faults_of_a_record_are_told(tmp_path):
    shapes = [GOOD, BOW_TIE, square(101.3)]
    _, apart = read_parcels_apart(written(tmp_path, shapes, DKBH=["A", "B", "B"]), PLAN)
    assert "comes more than once" in apart["B#2"].en
    assert "Self-intersection" in apart["B#2"].en
    assert "Self-intersection" not in apart["B#3"].en


def test_records_without_ids_keep_their_numbers(tmp_path):
    path = written(tmp_path, [BOW_TIE, GOOD], remark=["a", "b"])
    parcels, apart = read_parcels_apart(path, PLAN)
    assert (list(parcels.index), list(apart)) == (["P002"], ["P001"])


def test_what_is_good_is_as_the_strict_door_gives_it(tmp_path):
    path = written(tmp_path, [GOOD, square(101.3)], DKBH=["A", "B"], DKMC=["甲", None])
    parcels, apart = read_parcels_apart(path, PLAN)
    assert apart == {}
    assert_geodataframe_equal(parcels, read_parcels(path, PLAN))


def test_a_bow_tie_of_a_coordinate_file(tmp_path):
    corners = [(2777000, 420000), (2777100, 420100), (2777000, 420100), (2777100, 420000)]
    lines = ["[属性描述]", "坐标系=2000国家大地坐标系", "几度分带=3", "带号=34", "[地块坐标]"]
    for name, order in (("tie", [0, 1, 2, 3, 0]), ("box", [0, 2, 1, 3, 0])):
        lines.append(f"4,1.0,{name},,面,,,,@")
        lines += [
            f"J{n + 1 if i < 4 else 1},1,{corners[n][0]},{corners[n][1]}"
            for i, n in enumerate(order)
        ]
    path = tmp_path / "a.txt"
    path.write_text("\n".join(lines), "utf-8")
    parcels, apart = read_parcels_apart(path, PLAN)
    assert (list(parcels.index), list(apart)) == (["box"], ["tie"])
    assert "header_area_m2" in parcels.columns


@pytest.mark.parametrize(
    ("make", "kind", "words"),
    [
        (lambda d: written(d, [GOOD, GOOD], crs=None), CRSError, "no coordinate reference"),
        (lambda d: written(d, []), InputError, "has no parcels"),
        (
            lambda d: written(d, [GOOD, BOW_TIE], DKBH=["A", "B"], 地块编号=["A", "C"]),
            InputError,
            "could both be parcel_id",
        ),
        (lambda d: written(d, [BOW_TIE, None]), InputError, "have no geometry"),
        (lambda d: written(d, [square(81.1), square(81.3)]), InputError, "does not overlap"),
        (lambda d: d / "no.gpkg", FileNotFoundError, "no.gpkg"),
    ],
)
def test_faults_of_the_whole_file_refuse_it(tmp_path, make, kind, words):
    with pytest.raises(kind, match=words):
        read_parcels_apart(make(tmp_path), PLAN)


def test_a_file_without_one_good_parcel_names_all_faults(tmp_path):
    path = written(tmp_path, [BOW_TIE, None, square(81.1)])
    with pytest.raises(InputError) as error:
        read_parcels_apart(path, PLAN)
    assert len(error.value.faults) == 3
