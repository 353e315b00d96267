"""Against GDAL's command line: its files are read as what went in, ours are read by it."""

import csv
import io
import json
import shutil
import subprocess

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from shapely.geometry import Polygon

import dzgis
from dzgis.inputs import read_whole

pytestmark = pytest.mark.skipif(shutil.which("ogr2ogr") is None, reason="no ogr2ogr on PATH")

MILLIMETRE = 0.000_501
E, N = 34_548_100.123, 2_757_500.456
CORNERS = [(E, N), (E, N + 100), (E + 100, N + 100), (E + 100, N), (E, N)]
"""Clockwise, as a shapefile wants it."""
HOLE = [(E + 20, N + 20), (E + 30, N + 20), (E + 30, N + 30), (E + 20, N + 30), (E + 20, N + 20)]
SHAPES = [Polygon(CORNERS, [HOLE]), Polygon([(x + 200, y) for x, y in CORNERS])]
DKBH = ["甲地-1", "乙地-2"]
NAMES = ["草铺镇一号地块", "青龙哨"]
COUNTS = [2**40, -5]


def ogr(*arguments, folder):
    done = subprocess.run(
        ["ogr2ogr", *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.fixture
def made(tmp_path):
    """The source, as GeoJSON text with its CRS: written by hand, not by a library."""
    features = [
        {
            "type": "Feature",
            "properties": {"DKBH": i, "DKMC": name, "count": n},
            "geometry": json.loads(shapely.to_geojson(shape)),
        }
        for i, name, n, shape in zip(DKBH, NAMES, COUNTS, SHAPES, strict=True)
    ]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4522"}}
    text = json.dumps({"type": "FeatureCollection", "crs": crs, "features": features})
    # EPSG:4522 has its northing first, so GDAL takes the pairs of a GeoJSON as they stand.
    (tmp_path / "in.geojson").write_text(text, encoding="utf-8")
    return tmp_path


THEIRS = {
    "shapefile in GBK": ("a.shp", ["-f", "ESRI Shapefile", "-lco", "ENCODING=GBK"]),
    "shapefile in UTF-8": ("a.shp", ["-f", "ESRI Shapefile", "-lco", "ENCODING=UTF-8"]),
    "geodatabase": ("a.gdb", ["-f", "OpenFileGDB"]),
    "geopackage": ("a.gpkg", ["-f", "GPKG"]),
    "geojson": (
        "a.geojson",
        ["-f", "GeoJSON", "-t_srs", "EPSG:4326", "-lco", "COORDINATE_PRECISION=10"],
    ),
    "kml": ("a.kml", ["-f", "LIBKML", "-t_srs", "EPSG:4326"]),
}


@pytest.mark.parametrize("kind", THEIRS)
def test_files_of_gdal_are_read_as_what_went_in(made, kind):
    name, options = THEIRS[kind]
    ogr(*options, name, "in.geojson", folder=made)
    frame = read_whole(made / name).table.frame
    assert [list(frame[c]) for c in ("DKBH", "DKMC")] == [DKBH, NAMES]
    assert list(map(int, frame["count"])) == COUNTS
    found = shapely.get_coordinates(frame.to_crs(4522).geometry)
    np.testing.assert_allclose(found, shapely.get_coordinates(SHAPES), rtol=0, atol=MILLIMETRE)


@pytest.mark.parametrize("kind", THEIRS)
def test_files_of_gdal_become_a_txt(made, kind):
    name, options = THEIRS[kind]
    ogr(*options, name, "in.geojson", folder=made)
    dzgis.convert(made / name, made / "out.txt", to_crs=4522)
    lines = (made / "out.txt").read_bytes().decode("gbk").splitlines()
    start = lines.index("[地块坐标]") + 1
    assert lines[start].split(",")[2:5] == ["甲地-1", "草铺镇一号地块", "面"]
    assert lines[start + 1] == "J1,1,2757500.456,34548100.123"
    assert lines[start + 2] == "J2,1,2757600.456,34548100.123"


def test_closed_lines_of_a_dxf_of_gdal_are_areas(made):
    bare = ["-f", "DXF", "-sql", 'SELECT ST_Boundary(geometry) FROM "in"', "-dialect", "sqlite"]
    ogr(*bare, "-explodecollections", "a.dxf", "in.geojson", folder=made)
    dzgis.convert(made / "a.dxf", made / "out.gpkg", crs=4522)
    shapes = gpd.read_file(made / "out.gpkg").geometry
    assert set(shapes.geom_type) == {"Polygon"}
    found = shapely.get_coordinates(shapes)
    np.testing.assert_allclose(found, shapely.get_coordinates(SHAPES), rtol=0, atol=MILLIMETRE)


OURS = [".shp", ".gdb", ".gpkg", ".geojson", ".kml", ".kmz", ".zip"]


def read_by_gdal(path, folder):
    """Rows and shapes that ogr2ogr reads of a file, in EPSG:4522."""
    source = f"/vsizip/{path.name}" if path.suffix == ".zip" else path.name
    table = ogr("-f", "CSV", "/vsistdout/", source, "-lco", "GEOMETRY=AS_WKT", folder=folder)
    csv.field_size_limit(10**7)
    rows = list(csv.DictReader(io.StringIO(table)))
    crs = 4326 if path.suffix in {".geojson", ".kml", ".kmz"} else 4522
    return rows, gpd.GeoSeries.from_wkt([row["WKT"] for row in rows], crs=crs).to_crs(4522)


@pytest.mark.parametrize("suffix", OURS)
def test_our_files_are_read_by_gdal(tmp_path, suffix):
    frame = gpd.GeoDataFrame(
        {"DKBH": DKBH, "DKMC": ["𠮷㐂䶮", NAMES[1]], "count": COUNTS}, geometry=SHAPES, crs=4522
    )
    frame.to_parquet(tmp_path / "in.parquet")
    dzgis.convert(tmp_path / "in.parquet", tmp_path / f"a{suffix}")
    rows, shapes = read_by_gdal(tmp_path / f"a{suffix}", tmp_path)
    assert [row["DKBH"] for row in rows] == DKBH
    assert [row["DKMC"] for row in rows] == ["𠮷㐂䶮", NAMES[1]]
    assert [int(row["count"]) for row in rows] == COUNTS
    areas = shapely.area(shapes.to_numpy())
    np.testing.assert_allclose(areas, [9_900.0, 10_000.0], atol=0.2)
    xy = shapely.get_coordinates(shapes.to_numpy())
    wanted = {(round(x, 3), round(y, 3)) for x, y in shapely.get_coordinates(SHAPES)}
    assert {(round(x, 3), round(y, 3)) for x, y in xy} == wanted


def test_our_dxf_has_closed_polylines_for_gdal(tmp_path):
    gpd.GeoDataFrame({"a": [1, 2]}, geometry=SHAPES, crs=4522).to_parquet(tmp_path / "in.parquet")
    dzgis.convert(tmp_path / "in.parquet", tmp_path / "a.dxf")
    rows, shapes = read_by_gdal(tmp_path / "a.dxf", tmp_path)
    assert [row["Layer"] for row in rows] == ["PARCELS"] * 3
    assert shapes.is_closed.all()
    text = (tmp_path / "a.dxf").read_text(encoding="latin-1")
    assert text.count("AcDbPolyline\n 70\n1\n") == 3


def test_our_geopackage_is_of_version_1_2(tmp_path):
    gpd.GeoDataFrame({"a": [1, 2]}, geometry=SHAPES, crs=4522).to_parquet(tmp_path / "in.parquet")
    dzgis.convert(tmp_path / "in.parquet", tmp_path / "a.gpkg")
    # Bytes 60-63: user_version; the registry's 10200 is 1.2.
    assert int.from_bytes((tmp_path / "a.gpkg").read_bytes()[60:64]) == 10_200
    assert pyogrio.read_info(tmp_path / "a.gpkg")["geometry_type"] == "Polygon"
