import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import MultiPolygon
from test_inputs_toy import square, toy_plan

from dzgis.errors import InputError
from dzgis.inputs import read_parcels

PLAN = toy_plan()


def parcels(**columns):
    shapes = [square(101.1), square(101.3)]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4490")


@pytest.mark.parametrize(
    ("columns", "ids"),
    [
        ({"DKBH": ["A-1", " A-2 "]}, ["A-1", "A-2"]),
        ({"parcel_id": ["x", "y"], "DKBH": ["A", "B"]}, ["x", "y"]),
        ({"地块编号": [7, 8]}, ["7", "8"]),
        ({"id": [1.0, 2.0]}, ["1", "2"]),
        ({"Id": [0, 0]}, ["P001", "P002"]),  # what ArcGIS adds and nobody fills in
        ({"remark": ["a", "b"]}, ["P001", "P002"]),
    ],
)
def test_ids_are_found_or_made(tmp_path, columns, ids):
    parcels(**columns).to_file(tmp_path / "p.gpkg", layer="p")
    read = read_parcels(tmp_path / "p.gpkg", PLAN)
    assert list(read.index) == ids
    assert read.index.name == "parcel_id"


def test_made_ids_are_logged(tmp_path, caplog):
    parcels(remark=["a", "b"]).to_file(tmp_path / "p.gpkg")
    read_parcels(tmp_path / "p.gpkg", PLAN)
    assert any("P001" in record.msg.say("en") for record in caplog.records)


def test_columns_are_those_that_rooms_know(tmp_path):
    frame = parcels(DKBH=["A", "B"], DKMC=["甲", None], SBMJ=[1.5, None], other=[1, 2])
    frame.to_file(tmp_path / "p.gpkg")
    read = read_parcels(tmp_path / "p.gpkg", PLAN)
    assert list(read.columns) == ["name", "declared_area_m2", "n_record", "geometry"]
    assert list(read["name"]) == ["甲", ""]
    np.testing.assert_allclose(read["declared_area_m2"], [15_000.0, np.nan])
    assert list(read["n_record"]) == [1, 2]


@pytest.mark.parametrize("epsg", [4490, 4326, 4543, 4522])
def test_the_crs_of_the_file_is_kept(tmp_path, epsg):
    parcels(DKBH=["A", "B"]).to_crs(epsg).to_file(tmp_path / "p.gpkg")
    assert read_parcels(tmp_path / "p.gpkg", PLAN).crs.to_epsg() == epsg


def test_heights_are_dropped_and_parts_stay(tmp_path):
    frame = parcels(DKBH=["A", "B"])
    frame.geometry = [MultiPolygon([square(101.1), square(101.2)]), square(101.3)]
    frame.set_geometry(frame.geometry.force_3d(1900.0)).to_file(tmp_path / "p.gpkg")
    read = read_parcels(tmp_path / "p.gpkg", PLAN)
    assert not read.has_z.any()
    assert len(read.geometry["A"].geoms) == 2


def test_txt_parcels_come_with_name_and_area(tmp_path):
    path = tmp_path / "p.txt"
    path.write_text(
        "[属性描述]\n坐标系=2000国家大地坐标系\n几度分带=3\n带号=34\n[地块坐标]\n"
        "4,1.5,D1,一号,面,,工业用地,,@\n"
        "J1,1,2777000,34410000\nJ2,1,2777100,34410000\n"
        "J3,1,2777100,34410100\nJ4,1,2777000,34410100\n",
        encoding="gb18030",
    )
    read = read_parcels(path, PLAN)
    assert list(read.index) == ["D1"]
    assert read.crs.to_epsg() == 4522
    assert read.loc["D1", "name"] == "一号"
    assert read.loc["D1", "declared_area_m2"] == pytest.approx(15_000.0)
    assert read.geometry["D1"].area == pytest.approx(10_000.0)


# ------------------------------------------------------------------ which column is what


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"DKBH": ["A", "B"], "地块编号": ["x", "y"]}, "DKBH.*地块编号.*A / x.*parcel_id=DKBH"),
        ({"DKBH": ["A", "B"], "地块编号": ["A", "y"]}, "DKBH.*地块编号.*B / y"),
        ({"TBBH": ["1", "2"], "TBYBH": ["3", "4"]}, "TBYBH.*TBBH.*parcel_id=TBYBH"),
        ({"DKBH": ["A", "B"], "DKMC": ["甲", "乙"], "地块名称": ["甲", "丙"]}, "parcel_name=DKMC"),
        (
            {"DKBH": ["A", "B"], "SBMJ": [1.0, 2.0], "area_mu": [15.0, 40.0]},
            "SBMJ.*area_mu.*20000.00 m² / 26666.67 m².*declared_area_ha=SBMJ",
        ),
    ],
)
def test_columns_that_contradict_each_other_are_asked_for(tmp_path, columns, said):
    parcels(**columns).to_file(tmp_path / "p.gpkg")
    with pytest.raises(InputError, match=said):
        read_parcels(tmp_path / "p.gpkg", PLAN)


@pytest.mark.parametrize(
    ("columns", "ids"),
    [
        ({"DKBH": ["A", "B"], "地块编号": ["A", "B"]}, ["A", "B"]),  # they agree
        ({"DKBH": ["A", None], "地块编号": ["A", "B"]}, ["A", "B"]),  # the fuller one
        ({"地块编号": ["", ""], "DKBH": ["A", "B"]}, ["A", "B"]),
        ({"BSM": [1, 2], "DKBH": ["A", "B"]}, ["A", "B"]),  # a number of any feature ranks lower
        ({"XMBH": ["P", "P"], "DKBH": ["A", "B"]}, ["A", "B"]),
        ({"BSM": [71, 72], "TBBH": ["1", "2"]}, ["1", "2"]),
    ],
)
def test_columns_that_do_not_are_chosen_by_rank(tmp_path, columns, ids):
    parcels(**columns).to_file(tmp_path / "p.gpkg")
    assert list(read_parcels(tmp_path / "p.gpkg", PLAN).index) == ids


@pytest.mark.parametrize(
    ("fields", "ids", "name", "area"),
    [
        ({"parcel_id": "地块编号"}, ["x", "y"], "甲", 10_000.0),
        ({"parcel_id": "dkbh", "parcel_name": "remark"}, ["A", "B"], "r", 10_000.0),
        ({"parcel_id": "DKBH", "declared_area_mu": "n"}, ["A", "B"], "甲", 2_000.0),
        ({"parcel_id": "DKBH", "declared_area_m2": "n"}, ["A", "B"], "甲", 3.0),
    ],
)
def test_the_user_says_which_column_is_what(tmp_path, fields, ids, name, area):
    frame = parcels(
        DKBH=["A", "B"], 地块编号=["x", "y"], DKMC=["甲", "乙"], remark=["r", "s"], n=[3, 4]
    )
    frame.assign(SBMJ=[1.0, 2.0]).to_file(tmp_path / "p.gpkg")
    read = read_parcels(tmp_path / "p.gpkg", PLAN, fields=fields)
    assert list(read.index) == ids
    assert read["name"].iloc[0] == name
    assert read["declared_area_m2"].iloc[0] == pytest.approx(area)


@pytest.mark.parametrize(
    ("fields", "said"),
    [({"parcel_id": "no"}, "no.*DKBH"), ({"number": "DKBH"}, "number.*parcel_id")],
)
def test_roles_and_columns_that_do_not_exist_are_refused(tmp_path, fields, said):
    parcels(DKBH=["A", "B"]).to_file(tmp_path / "p.gpkg")
    with pytest.raises(InputError, match=said):
        read_parcels(tmp_path / "p.gpkg", PLAN, fields=fields)


def test_areas_that_differ_by_rounding_agree(tmp_path):
    # 1.2345 公顷 is 18.5175 亩, printed as 18.52: 1.67 m² more.
    frame = parcels(DKBH=["A", "B"], SBMJ=[1.2345, None], area_mu=[18.52, None])
    frame.to_file(tmp_path / "p.gpkg")
    read = read_parcels(tmp_path / "p.gpkg", PLAN)
    assert read["declared_area_m2"]["A"] == pytest.approx(12_345.0)
