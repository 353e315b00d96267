"""
`convert` between all formats: coordinates to the millimetre, attributes kept or named as lost.

Three parcels in zone 34: a square with a hole, one that runs the other way, one of two parts::

    +-------+   +-------+   +---+   +---+
    | +---+ |   |       |   |   |   |   |
    | +---+ |   |       |   |   |   |   |
    +-------+   +-------+   +---+   +---+
"""

import datetime as dt
import json
import zipfile
from itertools import product

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from shapely.geometry import MultiPolygon, Polygon

import dzgis
from dzgis.cli.frame import run_guarded
from dzgis.errors import CRSError, InputError, OutputError
from dzgis.inputs import read_whole, sample

E, N = 34_548_100.123, 2_757_500.456
MILLIMETRE = 0.000_501

# A format is a line: what it is called. What it cannot keep of `master` stands in LOST.
FORMATS = (
    ".gpkg",
    ".shp",
    ".gdb",
    ".geojson",
    ".kml",
    ".kmz",
    ".parquet",
    ".txt",
    ".dxf",
    ".zip",
)
PAIRS = [pytest.param(a, b, id=f"{a[1:]}-{b[1:]}") for a, b in product(FORMATS, FORMATS)]
LOST = {
    ".gpkg": set(),
    ".shp": {
        ("renamed", "很长的字段名称一二三四"),
        ("value", "很长的字段名称一二三四"),
        ("type", "when"),
        ("value", "remark"),
        ("winding", ""),
    },
    ".gdb": {
        ("type", "big"),
        ("type", "day"),
        ("type", "flag"),
        ("type", "when"),
        ("value", "when"),
        ("winding", ""),
    },
    ".geojson": {("crs", ""), ("winding", "")},
    ".kml": {
        ("crs", ""),
        ("type", "big"),
        ("type", "day"),
        ("type", "when"),
        ("value", "remark"),
    },
    ".parquet": set(),
    ".txt": {
        *(("field", name) for name in ("big", "day", "when", "flag", "ratio", "remark")),
        ("field", "很长的字段名称一二三四"),
        ("field", "count"),
        ("value", "DKMC"),
    },
    ".dxf": {("attributes", ""), ("crs", "")},
}
LOST[".zip"], LOST[".kmz"] = LOST[".shp"], LOST[".kml"]


def square(x, width=100.0, *, clockwise=False):
    corners = [(0, 0), (width, 0), (width, 100), (0, 100), (0, 0)]
    return [(E + x + a, N + b) for a, b in (corners[::-1] if clockwise else corners)]


def hole(x, *, clockwise=True):
    corners = [(20, 20), (20, 30), (30, 30), (30, 20), (20, 20)]
    return [(E + x + a, N + b) for a, b in (corners if clockwise else corners[::-1])]


SHAPES = [
    Polygon(square(0), [hole(0)]),
    Polygon(square(200, clockwise=True), [hole(200, clockwise=False)]),
    MultiPolygon([Polygon(square(400, clockwise=True)), Polygon(square(600))]),
]


def master():
    """Chinese names, 生僻字, blanks, dates, times, 64 bits, words of more than 254 bytes."""
    return gpd.GeoDataFrame(
        {
            "DKBH": ["甲𠮷㐂䶮-1", "b", "c"],
            "DKMC": ["一号,东", None, "三号"],
            "很长的字段名称一二三四": ["x" * 300, "汉" * 130, "短"],
            "big": pd.array([2**53 + 1, None, -5], dtype="Int64"),
            "count": np.array([1, 2, 3], dtype="int32"),
            "day": [dt.date(2020, 12, 31), None, dt.date(1999, 1, 1)],
            "when": pd.array(
                ["2020-12-31T13:14:15.678", None, "2020-01-01T00:00:00"], dtype="datetime64[ms]"
            ),
            "flag": pd.array([True, False, None], dtype="boolean"),
            "ratio": [0.1, np.nan, 1e-9],
            "remark": ["", None, "a"],
        },
        geometry=SHAPES,
        crs=4522,
    )


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "master.parquet"
    master().to_parquet(path)
    return path


def lost(done):
    return {(loss.kind, loss.subject) for loss in done.losses}


def rings_of(frame):
    shapes = frame.geometry if frame.crs is None else frame.to_crs(4522).geometry
    parts = shapely.get_parts(shapes)
    found = []
    for part in parts:
        rings = shapely.get_rings(part) if part.geom_type == "Polygon" else [part]
        found += [shapely.get_coordinates(ring) for ring in rings]
    return found


RINGS = rings_of(master())


def read_back(path):
    """What GDAL, or geopandas, reads: none of our readers but that of the TXT."""
    if path.suffix == ".parquet":
        return gpd.read_parquet(path)
    if path.suffix == ".txt":
        return read_whole(path).table.frame
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            archive.extractall(path.with_suffix(""))
        path = next(path.with_suffix("").glob("*.shp"))
    encoding = "GB18030" if path.suffix == ".shp" else None
    return pyogrio.read_dataframe(path, encoding=encoding)


def assert_same_rings(path, *, turned):
    back = read_back(path)
    found = rings_of(back)
    assert len(found) == len(RINGS)
    for one, other in zip(RINGS, found, strict=True):
        ways = (other, other[::-1]) if turned else (other,)
        assert min(np.abs(one - way).max() for way in ways) < MILLIMETRE


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_keeps_coordinates_and_names_what_it_loses(source, tmp_path, suffix):
    target = tmp_path / f"out{suffix}"
    done = dzgis.convert(source, target)
    turned = ("winding", "") in LOST[suffix]
    assert_same_rings(target, turned=turned)
    renamed_by_the_form = {("renamed", name) for name in ("DKBH", "DKMC") if suffix == ".txt"}
    assert lost(done) - renamed_by_the_form == LOST[suffix]


@pytest.mark.parametrize("suffix", [".gpkg", ".gdb", ".geojson", ".shp", ".zip"])
def test_values_that_are_not_named_are_the_same(source, tmp_path, suffix):
    """Held against what GDAL reads, cell by cell, without our comparison."""
    target = tmp_path / f"out{suffix}"
    done = dzgis.convert(source, target)
    subjects = {name for _, name in lost(done)}
    if suffix == ".zip":
        read_back(target)  # unpacks it
        target = tmp_path / "out" / "out.shp"
    cells = pyogrio.read_arrow(target, encoding="GB18030" if target.suffix == ".shp" else None)[1]
    back, frame = cells.to_pydict(), master()
    same = [name for name in frame.columns.drop("geometry") if name not in subjects]
    assert {"DKBH", "DKMC", "count", "ratio"} <= set(same)
    for name in same:
        for a, b in zip(frame[name], back[name], strict=True):
            blank = (pd.isna(a), pd.isna(b))
            assert blank == (True, True) or str(a) == str(b).removesuffix("+00:00"), (name, a, b)


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_every_pair_keeps_coordinates(source, tmp_path, first, second):
    middle, target = tmp_path / f"a{first}", tmp_path / f"b{second}"
    dzgis.convert(source, middle)
    crs = 4522 if first == ".dxf" else None
    to_crs = 4522 if second in {".txt", ".dxf"} else None
    done = dzgis.convert(middle, target, crs=crs, to_crs=to_crs)
    assert done.n_features == (6 if first == ".dxf" else 3)
    assert_same_rings(target, turned=True)
    if second != ".dxf":  # areas stay areas, on the way through a drawing too
        assert set(read_back(target).geom_type) <= {"Polygon", "MultiPolygon"}


@pytest.mark.parametrize("suffix", [".gpkg", ".parquet", ".geojson", ".kml"])
def test_ids_of_rare_characters_survive_every_way_round(source, tmp_path, suffix):
    dzgis.convert(source, tmp_path / f"a{suffix}")
    dzgis.convert(tmp_path / f"a{suffix}", tmp_path / "b.shp")
    dzgis.convert(tmp_path / "b.shp", tmp_path / "c.txt", to_crs=4522)
    assert list(read_back(tmp_path / "c.txt")["DKBH"]) == ["甲𠮷㐂䶮-1", "b", "c"]


# ------------------------------------------------------------------ TXT


def test_a_txt_is_copied_to_the_byte(tmp_path):
    done = dzgis.convert(sample("parcels").with_suffix(".txt"), tmp_path / "b.txt")
    assert (tmp_path / "b.txt").read_bytes() == sample("parcels").with_suffix(".txt").read_bytes()
    assert (done.losses, done.n_features) == ((), 48)


def test_a_txt_goes_to_another_zone_and_back(tmp_path):
    dzgis.convert(sample("parcels").with_suffix(".txt"), tmp_path / "b.txt", to_crs=4543)
    lines = (tmp_path / "b.txt").read_text(encoding="utf-8").splitlines()
    assert lines[13] == "J1,1,2761140.438,557334.196"
    dzgis.convert(tmp_path / "b.txt", tmp_path / "c.txt", to_crs=4522)
    assert (tmp_path / "c.txt").read_bytes() == sample("parcels").with_suffix(".txt").read_bytes()


def test_a_txt_too_far_from_a_zone_is_refused(tmp_path):
    with pytest.raises(CRSError, match="9, 10, 11"):
        dzgis.convert(sample("parcels").with_suffix(".txt"), tmp_path / "b.txt", to_crs=4523)
    assert list(tmp_path.iterdir()) == []


def degrees(*lons):
    shapes = [shapely.box(lon, 25.0, lon + 0.001, 25.001) for lon in lons]
    return gpd.GeoDataFrame(
        {"DKBH": [f"{n}" for n, _ in enumerate(lons)]}, geometry=shapes, crs=4490
    )


def test_degrees_go_to_the_zone_of_the_centres_and_that_is_said(tmp_path):
    degrees(103.6, 103.4999).to_file(tmp_path / "a.gpkg")  # the centre is east of 103.5
    done = dzgis.convert(tmp_path / "a.gpkg", tmp_path / "b.txt")
    assert (done.crs_from, done.crs_to) == ("EPSG:4490", "EPSG:4523")
    assert any("35" in note.en and "4523" in note.en for note in done.notes)


def test_degrees_of_two_zones_are_refused_with_the_remedy(tmp_path):
    degrees(103.4, 103.6).to_file(tmp_path / "a.gpkg")
    with pytest.raises(CRSError, match=r"34: 1; 35: 2.*--to-crs"):
        dzgis.convert(tmp_path / "a.gpkg", tmp_path / "b.txt")
    assert not (tmp_path / "b.txt").exists()
    dzgis.convert(tmp_path / "a.gpkg", tmp_path / "b.txt", to_crs=4522)


def test_a_zone_without_prefix_gets_one_unless_asked_for(tmp_path):
    master().to_crs(4543).to_parquet(tmp_path / "a.parquet")
    dzgis.convert(tmp_path / "a.parquet", tmp_path / "b.txt")
    dzgis.convert(tmp_path / "a.parquet", tmp_path / "c.txt", to_crs=4543)
    x = [read_back(tmp_path / name).geometry.iloc[0].bounds[0] for name in ("b.txt", "c.txt")]
    np.testing.assert_allclose(x, [E, E - 34_000_000], atol=MILLIMETRE)


def test_fewer_decimals_are_named(source, tmp_path):
    done = dzgis.convert(source, tmp_path / "b.txt", decimals=1)
    assert ("decimals", "") in lost(done)


# ------------------------------------------------------------------ GeoJSON


def test_geojson_keeps_digits_that_gdal_takes_for_noise(tmp_path):
    # GDAL's own writer would put 24.7 and 24.0 here: 1 mm and 10 cm away.
    shape = shapely.box(102.0, 24.0000009, 102.1, 24.6999999913)
    gpd.GeoDataFrame(geometry=[shape], crs=4490).to_parquet(tmp_path / "a.parquet")
    dzgis.convert(tmp_path / "a.parquet", tmp_path / "b.geojson")
    back = gpd.read_file(tmp_path / "b.geojson")
    np.testing.assert_allclose(back.total_bounds, shape.bounds, rtol=0, atol=1e-10)


def test_geojson_is_what_rfc_7946_says(source, tmp_path):
    dzgis.convert(source, tmp_path / "b.geojson")
    said = json.loads((tmp_path / "b.geojson").read_text(encoding="utf-8"))
    assert set(said) == {"type", "features"}
    first, second, third = said["features"]
    assert first["properties"]["big"] == 2**53 + 1
    assert first["properties"]["when"] == "2020-12-31T13:14:15.678000"
    assert second["properties"]["day"] is None
    for rings in (first["geometry"]["coordinates"], *third["geometry"]["coordinates"]):
        outer, *holes = (shapely.LinearRing(ring) for ring in rings)
        assert outer.is_ccw
        assert not any(hole.is_ccw for hole in holes)


# ------------------------------------------------------------------ shapefiles


def test_a_shapefile_has_its_encoding_and_the_map_of_its_names(source, tmp_path):
    dzgis.convert(source, tmp_path / "out.shp")
    assert (tmp_path / "out.cpg").read_text(encoding="ascii") == "GB18030"
    said = (tmp_path / "out.fields.csv").read_text(encoding="utf-8-sig").splitlines()
    assert said == ["field,full_name", "很长的字段,很长的字段名称一二三四"]
    names = pyogrio.read_info(tmp_path / "out.shp", encoding="GB18030")["fields"]
    assert "很长的字段" in names


def test_gbk_refuses_what_it_cannot_write(source, tmp_path):
    with pytest.raises(InputError, match="𠮷㐂䶮"):
        dzgis.convert(source, tmp_path / "out.shp", encoding="GBK")
    assert [path.name for path in tmp_path.iterdir()] == ["master.parquet"]


def test_utf8_shapefiles_are_read_back(source, tmp_path):
    dzgis.convert(source, tmp_path / "out.shp", encoding="UTF-8")
    back = pyogrio.read_dataframe(tmp_path / "out.shp")
    assert list(back["DKBH"]) == ["甲𠮷㐂䶮-1", "b", "c"]


def test_an_archive_holds_the_whole_shapefile_and_is_the_same_every_time(source, tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        dzgis.convert(source, tmp_path / name / "out.zip")
    with zipfile.ZipFile(tmp_path / "one" / "out.zip") as archive:
        names = set(archive.namelist())
    assert {"out.shp", "out.shx", "out.dbf", "out.prj", "out.cpg", "out.fields.csv"} == names
    one, two = ((tmp_path / name / "out.zip").read_bytes() for name in ("one", "two"))
    assert one == two


# ------------------------------------------------------------------ PostGIS


@pytest.fixture
def table(postgis):
    """An own table, which is gone afterwards."""
    psycopg = pytest.importorskip("psycopg")
    yield f"{postgis}::public.convert"
    with psycopg.connect(postgis) as opened:
        opened.execute("DROP TABLE IF EXISTS convert")


def test_postgis_keeps_all_but_the_order_and_names_it(source, tmp_path, table):
    long = "长" * 22  # 66 bytes; 63 are allowed
    master().rename(columns={"count": long}).to_parquet(source)
    done = dzgis.convert(source, table)
    assert lost(done) == {("renamed", long), ("multi", ""), ("order", "")}
    assert (done.n_features, done.crs_to, done.target) == (3, "EPSG:4522", table)
    back = dzgis.convert(table, tmp_path / "b.gpkg")
    assert back.n_features == 3
    found = read_back(tmp_path / "b.gpkg").set_index("DKBH").loc[list(master()["DKBH"])]
    assert list(found["长" * 21]) == [1, 2, 3]
    for one, other in zip(RINGS, rings_of(found), strict=True):
        assert np.abs(one - other).max() == 0.0


def test_a_table_is_replaced_when_asked_and_never_half(source, table):
    dzgis.convert(source, table)
    with pytest.raises(OutputError, match="already holds the table"):
        dzgis.convert(source, table)
    dzgis.convert(source, table, overwrite=True, to_crs=4490)
    with pytest.raises(InputError, match="one table"):
        dzgis.convert(table, table, overwrite=True)
    assert read_whole(table).table.frame.crs.to_epsg() == 4490


def test_a_database_without_a_table_is_asked_for_it(source):
    with pytest.raises(InputError, match="names no table"):
        dzgis.convert(source, "postgresql://me@127.0.0.1:9/land")


# ------------------------------------------------------------------ all or nothing


def test_what_exists_is_asked_for(source, tmp_path):
    dzgis.convert(source, tmp_path / "out.gpkg")
    with pytest.raises(OutputError, match="--overwrite"):
        dzgis.convert(source, tmp_path / "out.gpkg")
    dzgis.convert(source, tmp_path / "out.gpkg", overwrite=True)


def test_servers_are_no_files(source):
    with pytest.raises(InputError, match="moon://"):
        dzgis.convert(source, "moon://host/base")


@pytest.mark.parametrize("suffix", FORMATS)
def test_replacing_leaves_nothing_of_the_old(source, tmp_path, suffix):
    dzgis.convert(source, tmp_path / f"out{suffix}")
    before = {p.name for p in tmp_path.iterdir()}
    (tmp_path / "out.sbn").touch()
    dzgis.convert(source, tmp_path / f"out{suffix}", overwrite=True)
    after = {p.name for p in tmp_path.iterdir()}
    assert after - {"out.sbn"} == before
    assert ("out.sbn" in after) == (suffix != ".shp")


def test_other_layers_are_not_lost(source, tmp_path):
    degrees(102.0).to_file(tmp_path / "out.gpkg", layer="mine")
    with pytest.raises(OutputError, match="mine"):
        dzgis.convert(source, tmp_path / "out.gpkg", overwrite=True)
    assert list(gpd.list_layers(tmp_path / "out.gpkg")["name"]) == ["mine"]


@pytest.mark.parametrize("suffix", [".gdb", ".gpkg"])
def test_an_own_layer_is_replaced_whatever_its_name(tmp_path, suffix):
    degrees(102.0).to_parquet(tmp_path / "1 我的-data.parquet")
    for _ in range(2):
        dzgis.convert(tmp_path / "1 我的-data.parquet", tmp_path / f"out{suffix}", overwrite=True)
    assert len(read_back(tmp_path / f"out{suffix}")) == 1


def test_a_failed_conversion_leaves_what_was_there(tmp_path):
    (tmp_path / "out.txt").write_text("old", encoding="ascii")
    points = master().set_geometry(master().centroid)
    points.to_parquet(tmp_path / "points.parquet")
    with pytest.raises(InputError, match="1, 2, 3"):
        dzgis.convert(tmp_path / "points.parquet", tmp_path / "out.txt", overwrite=True)
    assert (tmp_path / "out.txt").read_text(encoding="ascii") == "old"
    assert {p.name for p in tmp_path.iterdir()} == {"out.txt", "points.parquet"}


REFUSED = {
    "no such format": (("out.doc", {}), InputError, "后缀|suffix"),
    "encoding of a geopackage": (("out.gpkg", {"encoding": "GBK"}), InputError, "--encoding"),
    "no such encoding": (("out.shp", {"encoding": "wide"}), InputError, "wide"),
    "no such crs": (("out.gpkg", {"to_crs": "Mars"}), CRSError, "Mars"),
    "metres in geojson": (("out.geojson", {"to_crs": 4522}), CRSError, "WGS 84"),
    "no zone for a txt": (("out.txt", {"to_crs": 4490}), CRSError, "4490"),
    "degrees in dxf": (("out.dxf", {"to_crs": 4490}), CRSError, "DXF"),
    "another datum": (("out.gpkg", {"to_crs": 2379}), CRSError, "西安|Xian"),
    "crs of a source with one": (("out.gpkg", {"crs": 4543}), CRSError, "--to-crs"),
    "no such field": (("out.txt", {"fields": {"parcel_id": "no"}}), InputError, "DKBH"),
    "no such role": (("out.txt", {"fields": {"id": "DKBH"}}), InputError, "parcel_id"),
    "itself": (("master.parquet", {"overwrite": True}), InputError, "master.parquet"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_is_refused_and_nothing_is_written(source, tmp_path, case):
    (name, chosen), kind, message = REFUSED[case]
    with pytest.raises(kind, match=message):
        dzgis.convert(source, tmp_path / name, **chosen)
    assert [path.name for path in tmp_path.iterdir()] == ["master.parquet"]


def test_a_source_without_crs_is_asked_for_it(tmp_path):
    master().set_crs(None, allow_override=True).to_parquet(tmp_path / "a.parquet")
    with pytest.raises(CRSError, match="--crs 4522"):
        dzgis.convert(tmp_path / "a.parquet", tmp_path / "b.gpkg")
    done = dzgis.convert(tmp_path / "a.parquet", tmp_path / "b.gpkg", crs="EPSG:4522")
    assert done.crs_to == "EPSG:4522"


def test_heights_are_named(tmp_path):
    degrees(102.0).set_geometry(degrees(102.0).geometry.force_3d(1890.0)).to_file(
        tmp_path / "a.gpkg"
    )
    assert ("heights", "") in lost(dzgis.convert(tmp_path / "a.gpkg", tmp_path / "b.gpkg"))


def test_fields_with_names_of_the_format_are_renamed(tmp_path):
    frame = degrees(102.0).assign(fid=7, Shape="round", id=5, Name="甲", name="乙")
    frame.to_parquet(tmp_path / "a.parquet")
    renamed = {}
    for suffix in (".gpkg", ".gdb", ".kml", ".shp"):
        done = dzgis.convert(tmp_path / "a.parquet", tmp_path / f"b{suffix}")
        renamed[suffix] = {loss.subject for loss in done.losses if loss.kind == "renamed"}
        assert not {loss.kind for loss in done.losses} & {"value", "field"}
    assert renamed == {
        ".gpkg": {"fid", "name"},
        ".gdb": {"fid", "Shape", "name"},
        ".kml": {"id", "name"},
        ".shp": {"name"},
    }


# ------------------------------------------------------------------ the command line


def test_the_command_line_names_losses_in_both_languages(source, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("DZGIS_LANG", "en")
    arguments = ["convert", str(source), str(tmp_path / "a.shp")]
    assert run_guarded([*arguments, "--lang", "zh"]) == 0
    said = capsys.readouterr().out
    assert "3 条记录，EPSG:4522；有 5 项损失或改变：" in said
    assert "- 字段 很长的字段名称一二三四 改名为 很长的字段" in said
    assert run_guarded([*arguments, "--overwrite", "--lang", "en", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert (record["n_features"], record["crs_to"]) == (3, "EPSG:4522")
    assert {loss["kind"] for loss in record["losses"]} == {"renamed", "type", "value", "winding"}


def test_ambiguous_fields_are_asked_for(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("DZGIS_LANG", "en")
    degrees(102.0, 102.1).assign(地块编号=["x", "y"]).to_file(tmp_path / "a.gpkg")
    arguments = ["convert", str(tmp_path / "a.gpkg"), str(tmp_path / "b.txt")]
    assert run_guarded(arguments) == 2
    assert "--field parcel_id=DKBH" in capsys.readouterr().err
    assert run_guarded([*arguments, "--field", "parcel_id=地块编号"]) == 0
    assert list(read_back(tmp_path / "b.txt")["DKBH"]) == ["x", "y"]


# ------------------------------------------------------------------ odd sources

ODD = {
    "empty": gpd.GeoDataFrame({"a": np.array([], dtype=int)}, geometry=[], crs=4522),
    "without shapes": gpd.GeoDataFrame({"a": [1, 2]}, geometry=[SHAPES[0], None], crs=4522),
    "with empty shapes": gpd.GeoDataFrame({"a": [1, 2]}, geometry=[SHAPES[0], Polygon()], crs=4522),
    "lists": gpd.GeoDataFrame({"a": [[1, 2]]}, geometry=SHAPES[:1], crs=4522),
    "points": gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.Point(E, N)], crs=4522),
    "no fields": gpd.GeoDataFrame(geometry=SHAPES, crs=4522),
}


@pytest.mark.parametrize("suffix", [s for s in FORMATS if s != ".txt"])
@pytest.mark.parametrize("name", ODD)
def test_odd_sources_are_written_whole(tmp_path, name, suffix):
    ODD[name].to_parquet(tmp_path / "a.parquet")
    done = dzgis.convert(tmp_path / "a.parquet", tmp_path / f"b{suffix}")
    named = lost(done) - {("crs", ""), ("winding", ""), ("attributes", "")}
    listed = {("type", "a")} if name == "lists" and suffix not in {".parquet", ".dxf"} else set()
    dropped = {("shape", "")} if "shapes" in name and suffix == ".dxf" else set()
    assert named == listed | dropped
    assert len(read_back(tmp_path / f"b{suffix}")) >= len(ODD[name]) - len(dropped)


def test_a_layer_of_several_kinds_is_refused_where_one_is_needed(tmp_path):
    shapes = [shapely.Point(E, N), SHAPES[0]]
    gpd.GeoDataFrame(geometry=shapes, crs=4522).to_parquet(tmp_path / "a.parquet")
    for suffix in (".shp", ".gdb", ".zip"):
        with pytest.raises(InputError, match="Point, Polygon"):
            dzgis.convert(tmp_path / "a.parquet", tmp_path / f"b{suffix}")
    assert dzgis.convert(tmp_path / "a.parquet", tmp_path / "b.gpkg").losses == ()


def test_another_datum_is_kept_but_never_left(tmp_path):
    gpd.GeoDataFrame({"a": [1]}, geometry=SHAPES[:1], crs=2358).to_parquet(tmp_path / "a.parquet")
    assert dzgis.convert(tmp_path / "a.parquet", tmp_path / "b.gpkg").crs_to == "EPSG:2358"
    for name in ("b.geojson", "b.kml", "b.txt"):
        with pytest.raises(CRSError, match=r"2358.*(西安|Xian)"):
            dzgis.convert(tmp_path / "a.parquet", tmp_path / name)


def test_what_cannot_be_read_again_is_not_kept(tmp_path):
    tiny = shapely.box(E, N, E + 0.01, N + 0.01)
    gpd.GeoDataFrame(geometry=[tiny], crs=4522).to_parquet(tmp_path / "a.parquet")
    with pytest.raises(OutputError, match=r"b\.txt.*14.*(只有|different points)"):
        dzgis.convert(tmp_path / "a.parquet", tmp_path / "b.txt", decimals=1)
    assert [path.name for path in tmp_path.iterdir()] == ["a.parquet"]
