"""``dzgis data check`` from files to files: every kind of fault in one layer, and clean samples."""

import json
import logging
import sqlite3
import warnings

import geopandas as gpd
import openpyxl
import pyogrio
import pytest
import shapely
from pyproj import CRS
from shapely import Polygon

import dzgis
from dzgis.cli.frame import run_guarded
from dzgis.inputs import sample
from dzgis.inputs.quality.kinds import kinds

pytestmark = pytest.mark.slow

EAST, NORTH = 548_000.0, 2_757_000.0
"""In 安宁, EPSG:4543."""
SHIFT = (
    "datum=xian80,rotation=position_vector,dx_m=-12.5,dy_m=83.25,dz_m=41.75,"
    "rx_arcsec=0,ry_arcsec=0,rz_arcsec=0,scale_ppm=0"
)


@pytest.fixture(autouse=True)
def _own_language(monkeypatch):
    monkeypatch.setenv("DZGIS_LANG", "en")
    yield
    logging.getLogger("dzgis").handlers.clear()
    logging.getLogger("dzgis").propagate = True


def told(capsys, *arguments):
    code = run_guarded([str(a) for a in arguments])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def at(*corners):
    return [(EAST + x, NORTH + y) for x, y in corners]


def box(x, y, width=100.0, height=None):
    west, south = EAST + x, NORTH + y
    return shapely.box(west, south, west + width, south + (height or width))


SHAPES = {
    "A1": box(0, 0),
    "A2": box(90, 0),
    "A3": Polygon(at((0, 200), (300, 200), (300, 250), (200, 150), (100, 250), (0, 150))),
    "A4": box(400, 0, 100.0, 0.1),
    "A5": None,
    "A6": box(600, 0),
    "A7": box(600, 0),
    "A8": box(800, 0),
}


@pytest.fixture
def bad(tmp_path):
    frame = gpd.GeoDataFrame(
        {
            "DKBH": [*list(SHAPES)[:-1], "A1"],
            "DKMC": ["一", "浜戝崡", "三", "四\x07", "五", "六", "七", "八"],
            "DLBM": ["0101", "9999", "0101", None, "0101", "0101", "0101", "0101"],
        },
        geometry=list(SHAPES.values()),
        crs="EPSG:4543",
    )
    path = tmp_path / "bad.gpkg"
    frame.to_file(path, layer="DK")
    return path


EXPECTED = {
    ("null_geometry", 5): 1,
    ("self_intersection", 3): 3,
    ("duplicate_geometry", 7): 1,
    ("overlap", 1): 1,
    ("duplicate_id", 1): 1,
    ("duplicate_id", 8): 1,
    ("garbled_text", 2): 1,
    ("sliver", 4): 1,
    ("unknown_code", 2): 1,
    ("blank_code", 4): 1,
    ("control_character", 4): 1,
}


def test_every_fault_of_a_bad_layer_is_listed(bad):
    found = dzgis.examine(bad)
    pairs = [(fault.code, fault.record) for fault in found.faults]
    assert {pair: pairs.count(pair) for pair in pairs} == EXPECTED
    assert not found.passed
    errors = [fault.severity.value for fault in found.faults]
    assert errors == sorted(errors)  # errors before warnings


def test_the_files_hold_all_faults(bad, tmp_path, capsys):
    out = tmp_path / "out"
    code, printed, _ = told(capsys, "data", "check", bad, "-o", out, "--lang", "zh")
    assert code == 2
    assert sorted(path.name for path in out.iterdir()) == [
        "faults.gpkg",
        "faults.json",
        "faults.xlsx",
    ]
    assert "1 个图层：9 个错误，4 个警告" in printed
    n = sum(EXPECTED.values())
    (layer,) = json.loads((out / "faults.json").read_text(encoding="utf-8"))
    assert len(layer["faults"]) == n
    assert sum(row["n"] for row in layer["counts"]) == n
    _check_workbook(out / "faults.xlsx", n)
    _check_geopackage(out / "faults.gpkg", layer["faults"])


def _check_workbook(path, n):
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["汇总", "问题", "检查规则"]
    rows = list(book["问题"].iter_rows(min_row=4, values_only=True))
    assert len(rows) == n
    crossing = next(row for row in rows if row[5] == "self_intersection")
    assert crossing[:5] == (f"{path.parents[1] / 'bad.gpkg'}::DK", 3, "A3", "错误", "自相交")
    assert crossing[10:12] == pytest.approx((102.4757, 24.9193), abs=1e-3)
    rules = {row[0]: row for row in book["检查规则"].iter_rows(min_row=4, values_only=True)}
    assert rules["sliver"][3] == "below_m2 = 1; below_m = 0.2"
    assert rules["sliver"][5] == "待确认"
    assert set(kinds()) <= set(rules)


def _check_geopackage(path, faults):
    drawn = {name: gpd.read_file(path, layer=name) for name, _ in pyogrio.list_layers(path)}
    assert set(drawn) == {"fault_points", "fault_polygons"}
    assert {frame.crs.to_epsg() for frame in drawn.values()} == {4490}
    assert sum(map(len, drawn.values())) == sum(one["lon"] is not None for one in faults)
    (overlap,) = drawn["fault_polygons"].query("code == 'overlap'").to_crs(4543).geometry
    assert overlap.symmetric_difference(box(90, 0, 10.0, 100.0)).area < 0.01
    crossings = drawn["fault_points"].query("code == 'self_intersection'").to_crs(4543).geometry
    found = sorted(
        (round(p.geoms[0].x - EAST, 3), round(p.geoms[0].y - NORTH, 3)) for p in crossings
    )
    assert found == [(50.0, 200.0), (150.0, 200.0), (250.0, 200.0)]
    columns = set(drawn["fault_points"].columns)
    assert {"kind_zh", "kind_en", "message_zh", "message_en", "remedy_zh"} <= columns
    with sqlite3.connect(path) as base:
        assert base.execute("PRAGMA user_version").fetchone() == (10200,)


def test_json_is_what_python_finds(bad, capsys):
    code, printed, _ = told(capsys, "data", "check", bad, "--json")
    (layer,) = json.loads(printed)
    assert code == 2
    found = dzgis.examine(bad).faults
    assert [one["message"] for one in layer["faults"]] == [one.message.en for one in found]
    first = layer["faults"][0]
    assert first["severity"] == "error"
    assert first["remedy"] == "draw it or delete the record"
    assert first["x"] is None


def test_outputs_are_not_replaced_unasked(bad, tmp_path, capsys):
    out = tmp_path / "out"
    out.mkdir()
    (out / "faults.json").write_text("mine", encoding="utf-8")
    code, _, said = told(capsys, "data", "check", bad, "-o", out)
    assert (code, "faults.json" in said) == (2, True)
    assert [path.name for path in out.iterdir()] == ["faults.json"]
    code, *_ = told(capsys, "data", "check", bad, "-o", out, "--overwrite")
    assert (code, len(list(out.iterdir()))) == (2, 3)


def test_a_broken_file_keeps_no_other_from_being_checked(tmp_path, capsys):
    broken = tmp_path / "broken.gpkg"
    broken.write_bytes(b"SQLite format 3\0" + bytes(500))
    paths = [broken, tmp_path / "none.shp", sample("parcels")]
    code, printed, _ = told(capsys, "data", "check", *paths, "--json")
    layers = json.loads(printed)
    assert code == 2
    counts = [[row["code"] for row in layer["counts"]] for layer in layers]
    assert counts == [["unreadable"], ["unreadable"], []]


# ------------------------------------------------------------------ the shipped samples


def test_shipped_counties_and_parcels_are_clean(capsys):
    paths = [sample("counties"), sample("parcels"), sample("parcels").with_suffix(".txt")]
    code, printed, _ = told(capsys, "data", "check", *paths, "--json")
    assert code == 0
    assert [layer["counts"] for layer in json.loads(printed)] == [[], [], []]


def test_faults_of_the_shipped_protection_are_those_it_was_made_with():
    """
    Features for the sample's parcels were laid over those that were generated before.

    The generated outlines have two needles, and the fields are fewer than the standards'.
    """
    found = dzgis.examine(sample("protection"))
    assert found.passed
    names = ["YJJBNTTB", "LD", "STBHHX"]
    assert [layer.layer.rpartition("::")[2] for layer in found.layers] == names
    kinds_of = [{fault.code for fault in layer.faults} for layer in found.layers]
    assert kinds_of[0] == {"spike", "overlap", "missing_field"}
    assert kinds_of[1] == {"overlap", "missing_field"}
    assert kinds_of[2] == {"overlap"}
    for layer, laid_over in zip(found.layers, (2353, 1350, 26), strict=True):
        overlaps = [fault for fault in layer.faults if fault.code == "overlap"]
        others = [int(fault.message.en.split()[2]) for fault in overlaps]
        assert min(others) >= laid_over


def test_a_dem_is_still_taken_for_one(capsys):
    code, printed, _ = told(capsys, "data", "check", sample("dem"), "--json")
    (layer,) = json.loads(printed)
    assert (code, layer["kind"], layer["faults"]) == (0, "DEM", [])
    assert "1980 rows" in layer["facts"][0]


# ------------------------------------------------------------------ what layers are taken for


def test_a_layer_is_taken_for_what_the_user_says(tmp_path, capsys):
    path = tmp_path / "a.gpkg"
    gpd.GeoDataFrame({"BH_DJ": ["1"]}, geometry=[box(0, 0)], crs="EPSG:4543").to_file(path)
    assert dzgis.examine(path).layers[0].kind.en.startswith("forest land")
    assert dzgis.examine(path, taken_as="parcels").layers[0].kind.en == "parcels"
    as_counties = dzgis.examine(path, taken_as="counties")
    assert [one.code for one in as_counties.faults] == ["refused"]
    assert "lacks counties of the plan" in as_counties.faults[0].message.en
    code, _, said = told(capsys, "data", "check", path, "--as", "moon")
    assert (code, "--as moon is not known; there are: parcels, counties, " in said) == (2, True)


def test_what_a_reader_refuses_is_a_fault(tmp_path):
    path = tmp_path / "a.gpkg"
    frame = gpd.GeoDataFrame({"XIAO_BAN": ["1"]}, geometry=[box(0, 0)], crs="EPSG:4543")
    frame.to_file(path, layer="LD")
    refused = [one for one in dzgis.examine(path).faults if one.code == "refused"]
    assert len(refused) == 1
    assert "forest_grade" in refused[0].message.en


def test_patches_that_must_tile_are_held_to_it(tmp_path):
    path = tmp_path / "a.gpkg"
    ring = Polygon(box(0, 0).exterior, [box(40, 40, 20.0).exterior])
    frame = gpd.GeoDataFrame({"DLBM": ["0101"]}, geometry=[ring], crs="EPSG:4543")
    frame.to_file(path, layer="DLTB")
    (layer,) = dzgis.examine(path).layers
    assert "DLTB" in layer.kind.en
    assert [one.code for one in layer.errors] == ["gap"]


def test_lines_of_faults_are_written_as_lines(tmp_path, capsys):
    hair = Polygon(at((0, 0), (100, 0), (100, 50), (150, 50), (100, 50), (100, 100), (0, 100)))
    path = tmp_path / "a.gpkg"
    gpd.GeoDataFrame({"DKBH": ["1"]}, geometry=[hair], crs="EPSG:4543").to_file(path)
    told(capsys, "data", "check", path, "-o", tmp_path / "out")
    lines = gpd.read_file(tmp_path / "out" / "faults.gpkg", layer="fault_lines")
    assert lines.to_crs(4543).length.max() == pytest.approx(50.0, abs=1e-6)


def test_without_any_fault_the_files_are_there_and_empty(tmp_path, capsys):
    code, printed, _ = told(capsys, "data", "check", sample("counties"), "-o", tmp_path / "out")
    assert code == 0
    assert "1 layers: 0 errors, 0 warnings" in printed
    assert len(gpd.read_file(tmp_path / "out" / "faults.gpkg")) == 0


# ------------------------------------------------------------------ another datum


@pytest.fixture
def xian80(tmp_path):
    """A parcel in Xian 80, as vector file and as TXT."""
    vector = tmp_path / "x80.gpkg"
    shape = shapely.affinity.translate(box(0, 0), 34_000_000.0, 0.0)
    frame = gpd.GeoDataFrame({"DKBH": ["1"]}, geometry=[shape], crs=CRS.from_epsg(2358))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame.to_file(vector)
    corners = shapely.get_coordinates(shape)
    points = [f"J{n},1,{y:.3f},{x:.3f}" for n, (x, y) in enumerate(corners[:4], start=1)]
    head = ["[属性描述]", "坐标系=1980西安坐标系", "几度分带=3", "投影类型=高斯克吕格"]
    head += ["计量单位=米", "带号=34", "[地块坐标]", "4,1.0000,1,地块,面,,,,@"]
    text = tmp_path / "x80.txt"
    text.write_text("\n".join([*head, *points]), encoding="utf-8")
    return {"vector": vector, "txt": text}


@pytest.mark.parametrize("kind", ["vector", "txt"])
def test_xian_80_is_refused_without_parameters(xian80, kind, tmp_path, capsys):
    for verb in (["assign"], ["check"]):
        code, _, said = told(capsys, *verb, xian80[kind], "-o", tmp_path / "out")
        assert code == 2
        assert "--datum-shift" in said
        assert not (tmp_path / "out").exists()
    code, printed, _ = told(capsys, "data", "check", xian80[kind], "--json")
    (layer,) = json.loads(printed)
    assert (code, "--datum-shift" in layer["faults"][0]["message"]) == (2, True)


@pytest.mark.parametrize("kind", ["vector", "txt"])
def test_xian_80_is_taken_with_parameters_which_products_name(xian80, kind, tmp_path, capsys):
    out = tmp_path / "out"
    code, _, said = told(capsys, "assign", xian80[kind], "-o", out, "--datum-shift", SHIFT)
    assert code == 0
    assert "Xian 80 coordinates were carried to CGCS2000 by the 7 parameters" in said
    manifest = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert manifest["parameters"]["datum_shift"]["dx_m"] == -12.5
    assert any("position_vector" in note for note in manifest["summary"]["notes"])
    placed = gpd.read_file(out / "assigned.gpkg")
    assert placed["county_code"].tolist() == ["530181"]
    code, printed, _ = told(capsys, "data", "check", xian80[kind], "--datum-shift", SHIFT, "--json")
    (layer,) = json.loads(printed)
    assert code == 0
    assert "Xian 80 coordinates were carried" in layer["facts"][-1]


def test_layers_of_another_datum_say_how_they_were_carried(tmp_path, capsys):
    path, out = tmp_path / "pbf.gpkg", tmp_path / "out"
    shape = shapely.affinity.translate(box(0, 0), 34_000_000.0, 0.0)
    frame = gpd.GeoDataFrame({"BSM": ["1"]}, geometry=[shape], crs=CRS.from_epsg(2358))
    frame.to_file(path, layer="YJJBNTTB")
    protect = f"pbf={path}"
    parcels = sample("parcels")
    options = ["--protect", protect, "--datum-shift", SHIFT, "-o", out, "--reports", "none"]
    code, *_ = told(capsys, "check", parcels, *options)
    assert code == 1
    check = json.loads((out / "check.json").read_text(encoding="utf-8"))
    assert any("permanent basic farmland: Xian 80" in note for note in check["notes"])
