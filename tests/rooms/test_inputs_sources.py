"""Readers of every kind of source: archives, geodatabases, KML, DXF, GeoParquet, MapInfo, GML."""

import logging
import shutil
import sqlite3
import sys
import zipfile
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from shapely.geometry import GeometryCollection, LineString

sys.path.insert(0, str(Path(__file__).parents[1] / "faults"))

import making as m

from dzgis.errors import CRSError, InputError
from dzgis.inputs import forget_archives, layer_roles, sha256_of, source_crs
from dzgis.inputs.archive import unpacked
from dzgis.inputs.vector import field_names, read_table, spatial_layers

pytestmark = pytest.mark.slow

RARE = "𬭸㛃䶮"
"""Signs of personal and place names: beyond GBK, in its extension, and in GB18030 only."""


@pytest.fixture(autouse=True)
def _nothing_left():
    yield
    forget_archives()


def read(path, **options):
    return read_table(Path(path), **options).frame


def same_squares(frame, n=2):
    """Whether a frame holds the squares of `making.write`, to a ten-millionth of a degree."""
    found = frame.geometry.to_numpy()
    drawn = np.array([m.square(i) for i in range(n)])
    return len(found) == n and (shapely.hausdorff_distance(found, drawn) < 1e-7).all()


# ------------------------------------------------------------------------------- archives
def test_a_zipped_shapefile_is_read_like_the_shapefile(tmp_path):
    path = m.packed(tmp_path, m.shapefile_members(tmp_path))
    table = read_table(path)
    assert (table.layer, table.where) == ("a", str(path))
    assert list(table.frame["DKBH"]) == ["D1", "D2"]
    assert same_squares(table.frame)
    assert source_crs(path) == "EPSG:4490"
    assert field_names(path, "a") == ["DKBH"]
    assert sha256_of(path) == sha256_of(f"{path}::a")


@pytest.mark.parametrize("stem", ["地块", "禄丰碧城", RARE])
def test_names_in_gbk_without_a_flag_are_read(tmp_path, stem):
    folder = tmp_path / "数据 　目录"
    folder.mkdir()
    path = m.gbk_names(folder, stem, "压缩包.zip")
    assert spatial_layers(path) == [stem]
    assert list(read(f"{path}::{stem}")["DKBH"]) == ["D1", "D2"]


def test_names_in_utf8_are_read_with_the_flag_and_without(tmp_path):
    members = m.shapefile_members(tmp_path)
    flagged = m.packed(tmp_path, [(n.replace("a.", "地块."), data) for n, data in members])
    assert spatial_layers(flagged) == ["地块"]
    plain = m.packed(tmp_path, [(n.replace("a.", "xxxxxx."), d) for n, d in members], "b.zip")
    plain.write_bytes(plain.read_bytes().replace(b"xxxxxx.", "地块".encode() + b"."))
    assert spatial_layers(plain) == ["地块"]


def test_several_files_are_layers_and_one_must_be_named(tmp_path):
    members = [*m.shapefile_members(tmp_path), *m.shapefile_members(tmp_path, "b")]
    path = m.packed(tmp_path, members)
    assert spatial_layers(path) == ["a", "b"]
    with pytest.raises(InputError, match="its layers are: a, b; write path::LAYER"):
        read(path)
    assert len(read(f"{path}::b")) == 2
    assert len(read(path, layer="B")) == 2


def test_layers_of_one_name_are_told_by_their_path(tmp_path):
    members = m.shapefile_members(tmp_path)
    folders = [(f"{folder}/{name}", data) for folder in ("甲", "乙") for name, data in members]
    path = m.packed(tmp_path, folders)
    assert spatial_layers(path) == ["乙/a.shp/a", "甲/a.shp/a"]
    assert len(read(f"{path}::甲/a.shp/a")) == 2


@pytest.mark.parametrize("kind", ["gpkg", "gdb", "fgb", "geojson", "parquet"])
def test_other_files_are_read_from_archives(tmp_path, kind):
    inside = tmp_path / "in"
    inside.mkdir()
    if kind == "gdb":
        parts = [(f"in/{p.name}", p.read_bytes()) for p in m.geodatabase(inside).iterdir()]
        path = m.packed(tmp_path, [(n.replace("in/", "县/a.gdb/"), data) for n, data in parts])
        assert spatial_layers(path) == ["DK"]
        return
    file = m.write(inside / f"a.{kind}")
    path = m.packed(tmp_path, [(f"某县/{file.name}", file.read_bytes())])
    assert sorted(read(path)["DKBH"]) == ["D1", "D2"]


def test_roles_are_recognised_in_archives(tmp_path):
    path = m.packed(tmp_path, m.shapefile_members(tmp_path, "YJJBNTTB"))
    assert layer_roles(path) == {"YJJBNTTB": "pbf"}


def test_only_what_is_read_is_unpacked_and_it_is_removed(tmp_path):
    extra = [("说明.pdf", b"x"), ("__MACOSX/._a.shp", b"x"), ("a.shp.xml", b"x")]
    path = m.packed(tmp_path, [*m.shapefile_members(tmp_path), *extra])
    read(path)
    folder = unpacked(path)
    assert sorted(p.name for p in folder.rglob("*")) == [
        "a.cpg", "a.dbf", "a.prj", "a.shp", "a.shx",
    ]  # fmt: skip
    forget_archives()
    assert not folder.exists()


def test_an_archive_that_changed_is_unpacked_anew(tmp_path):
    path = m.packed(tmp_path, m.shapefile_members(tmp_path))
    assert len(read(path)) == 2
    shutil.rmtree(tmp_path / "inside")
    m.packed(tmp_path, m.shapefile_members(tmp_path, shapes=[m.square(n) for n in range(3)]))
    assert len(read(path)) == 3


def test_words_of_the_log_name_the_archive_not_the_temporary_folder(tmp_path, caplog):
    members = [
        (n, d) for n, d in m.shapefile_members(tmp_path, DKBH=["甲", "乙"]) if ".cpg" not in n
    ]
    path = m.packed(tmp_path, members)
    with caplog.at_level(logging.WARNING, "dzgis.inputs"):
        assert list(read(path)["DKBH"]) == ["甲", "乙"]
    assert f"{path}/a.shp has no .cpg" in caplog.text
    assert "dzgis-unpacked" not in caplog.text


# ------------------------------------------------------------------------------- shapefiles
@pytest.mark.parametrize(("codec", "field"), [("utf-8", "编号甲"), ("gb18030", "地块编号")])
@pytest.mark.parametrize("cpg", [True, False])
@pytest.mark.parametrize("upper", [True, False])
def test_rare_signs_chinese_fields_and_upper_case_suffixes(tmp_path, codec, field, cpg, upper):
    columns = {field: [RARE, "安宁"]}
    squares = [m.square(0), m.square(1)]
    path = tmp_path / "地块.shp"
    gpd.GeoDataFrame(columns, geometry=squares, crs="EPSG:4490").to_file(path, encoding=codec)
    if not cpg:
        path.with_suffix(".cpg").unlink()
    if upper:
        for part in list(tmp_path.iterdir()):
            part.rename(part.with_suffix(part.suffix.upper()))
        path = path.with_suffix(".SHP")
    assert list(read(path)[field]) == [RARE, "安宁"]


def test_the_language_byte_of_a_table_counts_as_said(tmp_path, caplog):
    path = m.write(tmp_path / "a.shp", DKBH=["D1", "D2"], DKMC=["嵩明县", "安宁市"])
    dbf = path.with_suffix(".dbf")
    for word in ("嵩明县", "安宁市"):
        stored = word.encode()
        dbf.write_bytes(dbf.read_bytes().replace(stored, word.encode("gbk").ljust(len(stored))))
    path.with_suffix(".cpg").unlink()
    with caplog.at_level(logging.WARNING, "dzgis.inputs"):
        assert list(read(path)["DKMC"]) == ["嵩明县", "安宁市"]
    assert "has no .cpg" in caplog.text
    caplog.clear()
    m.patch(dbf, 29, b"\x4d")
    with caplog.at_level(logging.WARNING, "dzgis.inputs"):
        assert list(read(path)["DKMC"]) == ["嵩明县", "安宁市"]
    assert caplog.text == ""


def test_numbers_that_did_not_fit_are_named(tmp_path, caplog):
    path = m.write(tmp_path / "a.shp", DKBH=["D1", "D2"], area_mu=[123456.5, 7.0])
    dbf = path.with_suffix(".dbf")
    raw = dbf.read_bytes()
    at = raw.index(b"123456.5")
    start = raw.rindex(b"D1", 0, at) + 80
    m.patch(dbf, start, b"*" * (raw.index(b"D2") - 1 - start))
    with caplog.at_level(logging.WARNING, "dzgis.inputs"):
        frame = read(path)
    assert np.isnan(frame["area_mu"].iloc[0])
    assert frame["area_mu"].iloc[1] == 7.0
    assert "1 values of the field area_mu did not fit it (****)" in caplog.text


# ------------------------------------------------------------------------------- arcs, heights
CIRCLE = "CURVEPOLYGON(CIRCULARSTRING(0 0,1000 1000,2000 0,1000 -1000,0 0))"


@pytest.mark.parametrize("kind", ["GPKG", "OpenFileGDB"])
def test_arcs_become_chords_and_it_is_said(tmp_path, kind, caplog):
    """A chord of 0.25 degrees takes 3.2e-6 of a circle's area away: theta^2 / 6."""
    (tmp_path / "c.csv").write_text(f'id,WKT\n1,"{CIRCLE}"\n')
    path = tmp_path / {"GPKG": "c.gpkg", "OpenFileGDB": "c.gdb"}[kind]
    shape = {"GPKG": "CURVEPOLYGON", "OpenFileGDB": "MULTISURFACE"}[kind]
    options = ["-oo", "GEOM_POSSIBLE_NAMES=WKT", "-a_srs", "EPSG:4543", "-nlt", shape]
    m.run_ogr2ogr("-f", kind, path, tmp_path / "c.csv", *options)
    with caplog.at_level(logging.WARNING, "dzgis.inputs"):
        frame = read(path)
    assert set(frame.geom_type) <= {"Polygon", "MultiPolygon"}
    lost = 1 - frame.geometry.area.iloc[0] / (np.pi * 1e6)
    assert lost == pytest.approx(np.radians(0.25) ** 2 / 6, rel=0.1)
    assert "1 records have arcs, made lines with a point every 0.25°" in caplog.text


def test_polygons_without_arcs_are_not_said_to_have_any(tmp_path, caplog):
    with caplog.at_level(logging.WARNING, "dzgis.inputs"):
        assert len(read(m.geodatabase(tmp_path))) == 1
    assert caplog.text == ""


@pytest.mark.parametrize("name", ["a.gpkg", "a.geojson", "a.shp", "a.fgb", "a.parquet"])
def test_heights_are_dropped_and_it_is_said(tmp_path, name, caplog):
    path = m.write(tmp_path / name, [shapely.force_3d(m.square(), 1900.0)])
    with caplog.at_level(logging.INFO, "dzgis.inputs"):
        frame = read(path)
    assert not frame.has_z.any()
    assert "heights" in caplog.text


def test_a_collection_of_polygons_is_a_multipolygon_and_no_other_is(tmp_path, caplog):
    only = GeometryCollection([m.square(0), GeometryCollection([m.square(1)])])
    path = m.write(tmp_path / "a.gpkg", [only])
    with caplog.at_level(logging.INFO, "dzgis.inputs"):
        assert read(path).geometry.iloc[0].equals(shapely.MultiPolygon([m.square(0), m.square(1)]))
    assert "collections of polygons only" in caplog.text
    line = LineString([(102, 25), (103, 26)])
    path = m.write(tmp_path / "b.gpkg", [GeometryCollection([m.square(0), line])])
    assert read(path).geom_type.iloc[0] == "GeometryCollection"


# ------------------------------------------------------------------------------- KML
SIMPLE = (
    '<ExtendedData><SchemaData schemaUrl="#s"><SimpleData name="DKBH">甲-1</SimpleData>'
    "</SchemaData></ExtendedData>"
)
SCHEMA = '<Schema name="s" id="s"><SimpleField type="string" name="DKBH"/></Schema>'
DATA = '<ExtendedData><Data name="DKBH"><value>甲-1</value></Data></ExtendedData>'


@pytest.mark.parametrize(("data", "schema"), [(SIMPLE, SCHEMA), (DATA, "")])
def test_kml_keeps_its_attributes_and_is_in_degrees(tmp_path, data, schema):
    words = m.kml(m.placemark(m.square(), "一号", data)).replace("<Folder>", f"{schema}<Folder>")
    table = read_table(m.content(tmp_path / "a.kml", words))
    assert list(table.frame["DKBH"]) == ["甲-1"]
    assert list(table.frame["Name"]) == ["一号"]
    assert table.frame.crs.to_epsg() == 4326
    assert same_squares(table.frame, 1)


def test_kmz_is_an_archive_of_kml(tmp_path):
    path = m.packed(tmp_path, [("doc.kml", m.kml(m.placemark(m.square(), "一号", DATA)))], "a.kmz")
    assert list(read(path)["DKBH"]) == ["甲-1"]


def test_kml_that_gdal_wrote(tmp_path):
    m.run_ogr2ogr("-f", "KML", tmp_path / "a.kml", m.write(tmp_path / "a.gpkg"))
    frame = read(tmp_path / "a.kml")
    assert len(frame) == 2
    assert same_squares(frame)


# ------------------------------------------------------------------------------- DXF
def test_closed_lines_of_a_drawing_are_areas_with_layer_and_handle(tmp_path):
    first, second = m.corners(0), m.corners(1)
    words = m.dxf(
        m.polyline(first, closed=True, handle="A1"),
        m.polyline([*second, second[0]], closed=False, handle="A2"),  # ends where it begins
    )
    table = read_table(m.content(tmp_path / "a.dxf", words), crs="EPSG:4543")
    assert list(table.frame["EntityHandle"]) == ["A1", "A2"]
    assert set(table.frame["Layer"]) == {"DK"}
    assert list(table.frame.geometry.area) == [10_000.0, 10_000.0]
    assert table.frame.crs.to_epsg() == 4543


def test_layers_of_a_drawing_are_layers(tmp_path, caplog):
    text = [(0, "TEXT"), (5, "T1"), (100, "AcDbEntity"), (8, "ZJ"), (100, "AcDbText"), (10, 1)]
    text += [(20, 1), (40, 1), (1, "note")]
    words = m.dxf(
        m.polyline(m.corners(0), closed=True, layer="地块"),
        m.polyline(m.corners(1), closed=False, layer="ROAD", handle="B1"),
        text,
    )
    path = m.content(tmp_path / "a.dxf", words)
    with caplog.at_level(logging.WARNING, "dzgis.inputs"):
        assert spatial_layers(path) == ["地块", "ROAD"]
    assert "1 entities that are no polylines" in caplog.text
    assert len(read(f"{path}::地块", crs="4543")) == 1
    with pytest.raises(InputError, match=r"ROAD: 1 of 1 lines are not closed .*B1 \(500300\.000"):
        read(f"{path}::ROAD", crs="4543")


@pytest.mark.parametrize(
    ("version", "page", "codec"),
    [
        ("AC1021", "ANSI_936", "utf-8"),
        ("AC1015", "ANSI_936", "gb18030"),
        ("AC1015", None, "gb18030"),
        ("AC1015", None, "utf-8"),
    ],
)
def test_words_of_a_drawing_are_read_in_its_encoding(tmp_path, version, page, codec):
    words = m.dxf(m.polyline(m.corners(0), closed=True, layer="嵩明地块"))
    said = "" if page is None else f"  9\n$DWGCODEPAGE\n  3\n{page}\n"
    words = words.replace("AC1015\n", f"{version}\n{said}")
    path = m.content(tmp_path / "a.dxf", words.encode(codec))
    assert spatial_layers(path) == ["嵩明地块"]


def test_lines_within_lines_are_parcels_and_it_is_said(tmp_path, caplog):
    inner = [(x + 20, y + 20) for x, y in m.corners(0, 10)]
    words = m.dxf(
        m.polyline(m.corners(0), closed=True), m.polyline(inner, closed=True, handle="C3")
    )
    with caplog.at_level(logging.WARNING, "dzgis.inputs"):
        frame = read(m.content(tmp_path / "a.dxf", words), crs="EPSG:4543")
    assert list(frame.geometry.area) == [10_000.0, 100.0]
    assert "the lines C3 lie within other closed lines" in caplog.text


def test_a_drawing_that_gdal_wrote(tmp_path):
    source = m.write(tmp_path / "a.gpkg", [m.square()])
    m.run_ogr2ogr("-f", "DXF", tmp_path / "a.dxf", source, "-nlt", "LINESTRING")
    assert same_squares(read(tmp_path / "a.dxf", crs="EPSG:4490"), 1)


# ------------------------------------------------------------------------------- given CRS
def test_a_given_crs_is_used_only_where_there_is_none(tmp_path, caplog):
    with caplog.at_level(logging.WARNING, "dzgis.inputs"):
        frame = read(m.write(tmp_path / "a.gpkg", crs=None), crs="EPSG:4490")
    assert frame.crs.to_epsg() == 4490
    assert "is read in EPSG:4490 as the user says" in caplog.text
    caplog.clear()
    with caplog.at_level(logging.WARNING, "dzgis.inputs"):
        assert read(m.write(tmp_path / "b.gpkg"), crs="EPSG:4490").crs.to_epsg() == 4490
    assert caplog.text == ""
    with pytest.raises(CRSError, match="in EPSG:4490, which contradicts the EPSG:4543"):
        read(tmp_path / "b.gpkg", crs="EPSG:4543")
    with pytest.raises(CRSError, match="'nonsense' is no CRS"):
        read(tmp_path / "a.gpkg", crs="nonsense")


# ------------------------------------------------------------------------------- GeoParquet
@pytest.mark.parametrize("encoding", ["WKB", "geoarrow"])
def test_geoparquet_is_read_in_both_encodings(tmp_path, encoding):
    m.write(tmp_path / "a.gpkg")
    frame = gpd.read_file(tmp_path / "a.gpkg")
    frame.to_parquet(tmp_path / "a.parquet", geometry_encoding=encoding)
    read_back = read(tmp_path / "a.parquet")
    assert list(read_back["DKBH"]) == ["D1", "D2"]
    assert read_back.crs.to_epsg() == 4490
    assert same_squares(read_back)
    assert source_crs(tmp_path / "a.parquet") == "EPSG:4490"
    assert field_names(tmp_path / "a.parquet", "a") == ["DKBH"]


def no_crs(geo):
    geo["columns"]["geometry"]["crs"] = None
    return geo


def crs_not_said(geo):
    del geo["columns"]["geometry"]["crs"]
    return geo


def test_a_crs_that_geoparquet_does_not_say_is_that_of_its_standard(tmp_path):
    assert read(m.parquet(tmp_path / "a.parquet", no_crs)).crs is None
    assert "84" in read(m.parquet(tmp_path / "b.parquet", crs_not_said)).crs.name


def test_only_the_main_geometry_of_geoparquet_is_read(tmp_path):
    frame = gpd.read_file(m.write(tmp_path / "a.gpkg"))
    frame["second"] = gpd.GeoSeries(shapely.centroid(frame.geometry.to_numpy()), crs="EPSG:4490")
    frame.to_parquet(tmp_path / "a.parquet")
    assert list(read(tmp_path / "a.parquet").columns) == ["DKBH", "geometry"]


# ------------------------------------------------------------------------------- by GDAL
@pytest.mark.parametrize(
    ("driver", "name"),
    [
        ("MapInfo File", "a.tab"),
        ("MapInfo File", "a.mif"),
        ("GML", "a.gml"),
        ("FlatGeobuf", "a.fgb"),
        ("GeoJSON", "a.geojson"),
        ("SQLite", "a.sqlite"),
        ("ESRI Shapefile", "a.shp"),
        ("GPKG", "b.gpkg"),
    ],
)
def test_files_that_gdals_command_line_wrote(tmp_path, driver, name):
    source = m.write(tmp_path / "a.gpkg")
    suffix = ["-dsco", "FORMAT=MIF"] if name.endswith(".mif") else []
    m.run_ogr2ogr("-f", driver, tmp_path / name, source, *suffix)
    frame = read(tmp_path / name)
    fields = {field.lower(): field for field in frame.columns}
    assert sorted(frame[fields["dkbh"]]) == ["D1", "D2"]  # FlatGeobuf sorts by place
    frame = frame.sort_values(fields["dkbh"])
    assert same_squares(frame)


# ------------------------------------------------------------------------------- harmless
def test_a_byte_order_mark_is_no_fault(tmp_path):
    assert len(read(m.content(tmp_path / "a.geojson", b"\xef\xbb\xbf" + m.geojson().encode()))) == 1


def test_triggers_do_not_fire_when_a_file_is_read(tmp_path):
    path = m.geopackage(tmp_path, "CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM a; END")
    before = path.read_bytes()
    assert len(read(path)) == 2
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["a.gpkg"]


def test_a_plain_view_is_a_layer(tmp_path):
    path = m.geopackage(tmp_path, *m.view_of("SELECT fid, geom, upper(DKBH) AS DKBH FROM a"))
    assert len(read(f"{path}::v")) == 2


def test_gml_asks_no_host_for_its_schema(tmp_path):
    words = m.gml(schema="http://127.0.0.1:9/a.xsd")
    assert len(read(m.content(tmp_path / "a.gml", words))) == 1


def test_an_empty_wal_beside_a_geopackage_is_no_fault(tmp_path):
    path = m.write(tmp_path / "a.gpkg")
    (tmp_path / "a.gpkg-wal").write_bytes(b"")
    assert len(read(path)) == 2


def test_gdals_settings_are_as_before(tmp_path):
    before = pyogrio.get_gdal_config_option("OGR_ARC_STEPSIZE")
    read(m.write(tmp_path / "a.gpkg"))
    assert pyogrio.get_gdal_config_option("OGR_ARC_STEPSIZE") == before


def test_the_count_beside_a_table_is_not_believed(tmp_path):
    path = m.write(tmp_path / "a.gpkg")
    with closing(sqlite3.connect(path)) as opened:
        opened.execute("UPDATE gpkg_ogr_contents SET feature_count = 4000000000")
        opened.commit()
    assert len(read(path)) == 2


def test_members_of_an_archive_are_not_taken_for_others(tmp_path):
    """A directory entry, a comment and extra fields change nothing."""
    path = m.packed(tmp_path, m.shapefile_members(tmp_path))
    with zipfile.ZipFile(path, "a") as archive:
        archive.mkdir("空目录") if hasattr(archive, "mkdir") else archive.writestr("空目录/", b"")
        archive.comment = "说明".encode("gbk")
    assert spatial_layers(path) == ["a"]
