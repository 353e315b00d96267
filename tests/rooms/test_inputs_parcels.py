import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import MultiPolygon
from test_inputs_toy import square, toy_plan

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
