import geopandas as gpd
import pytest
from shapely.geometry import box
from test_inputs_toy import EAST, WEST, toy_plan, two_counties

from dzgis.errors import InputError
from dzgis.inputs import read_counties
from dzgis.inputs.county_match import county_names
from dzgis.plan import load_plan

PLAN = toy_plan()


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("DZGIS_LANG", "en")


def codes_of(path, **more):
    return list(read_counties(path, PLAN, **more)["county_code"])


@pytest.mark.parametrize(
    "columns",
    [
        {"XZQDM": ["530127", "530181"]},
        {"adcode": [530127, 530181]},
        {"code": [530127.0, 530181.0]},
        {"PAC": ["156530127", "156530181"]},
        {"XZQDM": ["530127000", "530181000000"]},
        {"XZQDM": ["530199", "530181"]},  # the code when the plan was made
        {"NAME": ["嵩明县", "安宁市"]},
        {"name": ["嵩明老县", "安宁市"]},  # another name of the plan
        {"县名": ["嵩明", " 安宁 "]},
        {"NAME": ["云南省嵩明县", "昆明市安宁市"]},
        {"NAME": ["云南省昆明市嵩明老县", " 云南省 昆明市 安宁市"]},
        {"whatever": ["530127", "530181"]},
        {"remark": ["嵩明县", "安宁市"]},
    ],
)
def test_counties_are_found_by_code_or_name_in_any_field(tmp_path, columns):
    two_counties(**columns).to_file(tmp_path / "a.gpkg")
    assert codes_of(tmp_path / "a.gpkg") == ["530181", "530127"]


@pytest.mark.parametrize("before", ["楚雄彝族自治州", "楚雄州", "云南省楚雄州", "云南省", ""])
def test_an_autonomous_prefecture_may_be_cut_short(before):
    assert county_names(load_plan("dianzhong-2014"))[f"{before}禄丰市"] == "532302"


def test_a_county_of_another_province_is_a_namesake(tmp_path):
    two_counties(NAME=["嵩明县", "四川省安宁市"]).to_file(tmp_path / "a.gpkg")
    with pytest.raises(InputError, match="lacks counties of the plan: 安宁市"):
        read_counties(tmp_path / "a.gpkg", PLAN)


@pytest.mark.parametrize("name", ["a.gpkg", "a.shp", "a.geojson", "a.gdb", "a.fgb"])
def test_counties_are_read_from_any_format(tmp_path, name):
    two_counties().to_file(tmp_path / name, driver=None if name != "a.gdb" else "OpenFileGDB")
    counties = read_counties(tmp_path / name, PLAN)
    assert list(counties.columns) == ["county_code", "county", "district", "geometry"]
    assert counties.crs.to_epsg() == 4490
    assert list(counties.geom_type) == ["MultiPolygon", "MultiPolygon"]
    wanted = [WEST, EAST]  # a .gdb keeps coordinates to a nanodegree
    for shape, square in zip(counties.geometry, wanted, strict=True):
        assert shape.symmetric_difference(square).area < 1e-8


def test_rows_of_one_county_are_joined(tmp_path):
    halves = [box(101.0, 25.0, 101.1, 25.2), box(101.1, 25.0, 101.2, 25.2), EAST]
    frame = gpd.GeoDataFrame(
        {"XZQDM": ["530181", "530181", "530127"]}, geometry=halves, crs="EPSG:4490"
    )
    frame.to_file(tmp_path / "a.gpkg")
    counties = read_counties(tmp_path / "a.gpkg", PLAN)
    assert counties.geometry[0].equals(WEST)
    assert counties["county"].tolist() == ["安宁市", "嵩明县"]


def test_a_projected_file_is_reprojected_and_that_is_logged(tmp_path, caplog):
    two_counties().to_crs(4543).to_file(tmp_path / "a.gpkg")
    with caplog.at_level("INFO", logger="dzgis.inputs"):
        counties = read_counties(tmp_path / "a.gpkg", PLAN)
    assert counties.crs.to_epsg() == 4490
    assert any("EPSG:4543" in record.msg.say("en") for record in caplog.records)
    # Edges are straight in the zone in which they were given; vertices alone would bend them.
    west = two_counties().to_crs(4543).geometry[1]
    assert counties.to_crs(4543).geometry[0].symmetric_difference(west).area < 50.0  # m² of 447 km²


def test_other_counties_and_namesakes_elsewhere_are_left_out(tmp_path, caplog):
    shapes = [EAST, WEST, box(110, 30, 110.1, 30.1), box(101.4, 25.0, 101.6, 25.2)]
    names = ["嵩明县", "安宁市", "安宁市", "官渡区"]
    frame = gpd.GeoDataFrame({"NAME": names}, geometry=shapes, crs="EPSG:4490")
    frame.to_file(tmp_path / "a.gpkg")
    counties = read_counties(tmp_path / "a.gpkg", PLAN)
    assert counties.geometry[0].equals(WEST)
    assert any("records 3" in record.msg.say("en") for record in caplog.records)


def test_the_layer_is_taken_by_its_standard_name_or_as_asked(tmp_path):
    path = tmp_path / "a.gpkg"
    two_counties().to_file(path, layer="XZQ")
    two_counties().iloc[:1].to_file(path, layer="other")
    assert codes_of(path) == ["530181", "530127"]
    assert codes_of(path, layer="xzq") == ["530181", "530127"]


def test_a_chinese_shapefile_without_cpg_is_read_as_gb18030(tmp_path, caplog):
    frame = gpd.GeoDataFrame({"名称": ["嵩明县", "安宁市"]}, geometry=[EAST, WEST], crs="EPSG:4490")
    frame.to_file(tmp_path / "a.shp", encoding="GB18030")
    (tmp_path / "a.cpg").unlink()
    assert codes_of(tmp_path / "a.shp") == ["530181", "530127"]
    assert any("GB18030" in record.msg.say("en") for record in caplog.records)


def test_a_utf8_shapefile_without_cpg_is_told_by_its_bytes(tmp_path):
    two_counties(NAME=["嵩明县", "安宁市"]).to_file(tmp_path / "a.shp", encoding="UTF-8")
    (tmp_path / "a.cpg").unlink()
    assert codes_of(tmp_path / "a.shp") == ["530181", "530127"]


@pytest.mark.parametrize("said", ["GBK", "936", "GB2312", "gb18030"])
def test_a_cpg_of_the_gbk_family_is_honoured(tmp_path, said):
    two_counties(NAME=["嵩明县", "安宁市"]).to_file(tmp_path / "a.shp", encoding="GB18030")
    (tmp_path / "a.cpg").write_text(said)
    assert codes_of(tmp_path / "a.shp") == ["530181", "530127"]
