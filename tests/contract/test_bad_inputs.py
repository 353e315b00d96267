"""
Bad inputs: each is refused by its door with an `InputError` that says why, in both languages.

No other exception leaks, and the words name what is wrong.
"""

import shutil
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import rasterio.errors
from affine import Affine
from shapely.geometry import LineString, Point, Polygon, box

sys.path.insert(0, str(Path(__file__).parents[1] / "rooms"))  # the toy plan of the room's tests

from test_inputs_toy import (
    AS_OF,
    EAST,
    WEST,
    bow_tie,
    square,
    toy_plan,
    two_counties,
    write_dem,
)

from dzgis.errors import CRSError, InputError, MissingFileError
from dzgis.inputs import (
    read_counties,
    read_dem,
    read_parcels,
    read_protection,
    recognise_protection,
    sample,
)

PLAN = toy_plan()
AROUND = gpd.GeoDataFrame(
    {"county_code": ["530181", "530127"], "county": ["安宁市", "嵩明县"]},
    geometry=[WEST, EAST],
    crs="EPSG:4490",
)
Make = Callable[[Path], Any]


@dataclass(frozen=True)
class Case:
    name: str
    door: Callable[[Any], object]
    make: Make
    words: str
    kind: type[InputError] = InputError


# ------------------------------------------------------------------------------------- the doors
def counties(path):
    return read_counties(path, PLAN)


def parcels(path):
    return read_parcels(path, PLAN)


def dem(paths):
    return read_dem(paths if isinstance(paths, list) else [paths], around=AROUND)


def protection(role):
    def door(path):
        return read_protection({role: path}, PLAN, as_of=AS_OF, counties=AROUND)

    return door


def layers(sources):
    return read_protection(sources, PLAN, as_of=AS_OF, counties=AROUND)


# -------------------------------------------------------------------------------- ways to make one
def at(name):
    """A path at which nothing is."""
    return lambda folder: folder / name


def content(name, words):
    def make(folder):
        (folder / name).write_bytes(words if isinstance(words, bytes) else words.encode())
        return folder / name

    return make


def frame(shapes, name="a.gpkg", *, crs="EPSG:4490", wrap=True, layer=None, **columns):
    """A vector file; `wrap` gives parcels their ids."""
    if wrap and not columns:
        columns = {"DKBH": [f"D{i}" for i in range(1, len(shapes) + 1)]}

    def make(folder):
        table = gpd.GeoDataFrame(columns, geometry=shapes, crs=crs)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # writing without a CRS or a wrong polygon warns
            table.to_file(folder / name, **({"layer": layer} if layer else {}))
        return folder / name

    return make


def county_file(name="a.gpkg", **more):
    columns = {"XZQDM": ["530127", "530181"]} | more.pop("columns", {})
    return frame(more.pop("shapes", [EAST, WEST]), name, **columns, **more)


def shapefile_without(suffix, make):
    def broken(folder):
        path = make(folder)
        path.with_suffix(suffix).unlink()
        return path

    return broken


def cut(make, n_bytes, suffix=None):
    """The file, or the one beside it, without its last bytes."""

    def broken(folder):
        path = make(folder)
        part = path.with_suffix(suffix) if suffix else path
        whole = part.read_bytes()
        part.write_bytes(whole[: len(whole) - n_bytes])
        return path

    return broken


def halved(make):
    def broken(folder):
        path = make(folder)
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
        return path

    return broken


def raster(values=None, name="a.tif", **profile):
    return lambda folder: write_dem(folder / name, values, **profile)


def unplaced_raster(folder):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
        return write_dem(folder / "a.tif", transform=Affine.identity())


def rasters(*makes):
    return lambda folder: [make(folder) for make in makes]


def raster_with(**keys):
    """A raster of which attributes are changed after it was written."""

    def make(folder):
        path = write_dem(folder / "a.tif")
        with rasterio.open(path, "r+") as target:
            for key, value in keys.items():
                setattr(target, key, value)
        return path

    return make


def geojson(*geometries):
    features = ",".join(
        f'{{"type":"Feature","properties":{{"DKBH":"D{i}"}},"geometry":{geometry}}}'
        for i, geometry in enumerate(geometries, start=1)
    )
    return content("a.geojson", f'{{"type":"FeatureCollection","features":[{features}]}}')


def polygon_text(*points):
    ring = ",".join(f"[{x},{y}]" for x, y in points)
    return f'{{"type":"Polygon","coordinates":[[{ring}]]}}'


TXT_HEAD = "[属性描述]\n坐标系=2000国家大地坐标系\n几度分带=3\n计量单位=米\n带号=34\n[地块坐标]\n"
TXT_RING = [
    "J1,1,2777000,34410000",
    "J2,1,2777100,34410000",
    "J3,1,2777100,34410100",
    "J4,1,2777000,34410100",
]


def txt(lines=None, head=TXT_HEAD, encoding="utf-8", **changed):
    """A 界址点 file; `changed` replaces words of its head."""
    for old, new in changed.get("swap", {}).items():
        assert old in head
        head = head.replace(old, new)
    body = lines if lines is not None else ["4,1.0,D1,一号,面,,,,@", *TXT_RING]

    def make(folder):
        path = folder / "a.txt"
        path.write_bytes((head + "\n".join(body)).encode(encoding))
        return path

    return make


def two_layers(*names):
    def make(folder):
        path = folder / "p.gpkg"
        for name in names:
            gpd.GeoDataFrame(geometry=[square()], crs="EPSG:4490").to_file(path, layer=name)
        return path

    return make


def registered(words):
    def make(folder):
        path = frame([square()])(folder)
        (folder / "SOURCES.toml").write_text(words, encoding="utf-8")
        return path

    return make


def mojibake(folder):
    path = county_file("a.shp", columns={"NAME": ["嵩明县", "安宁市"]})(folder)
    table = path.with_suffix(".dbf")
    table.write_bytes(
        table.read_bytes().replace("嵩明县".encode(), "嵩明县".encode("gb18030") + b"   ")
    )
    path.with_suffix(".cpg").write_text("UTF-8")
    return path


def spoilt_prj(folder):
    path = frame([square()], "a.shp")(folder)
    path.with_suffix(".prj").write_bytes("国家大地坐标系".encode("gb18030"))
    return path


def other_table(folder):
    """A shapefile with the table of another one."""
    path = frame([square()], "a.shp")(folder)
    other = frame([square(), square(101.3)], "b.shp")(folder)
    shutil.copy(other.with_suffix(".dbf"), path.with_suffix(".dbf"))
    return path


def copied(folder):
    """One layer under two names."""
    path = frame([square()], "one.gpkg", layer="x")(folder)
    shutil.copy(path, folder / "two.gpkg")
    return {"pbf": path, "ecrl": folder / "two.gpkg"}


def two_bad_layers(folder):
    no_crs = frame([square()], "one.gpkg", crs=None)(folder)
    tie = frame([bow_tie()], "two.gpkg")(folder)
    return {"pbf": no_crs, "ecrl": tie, "forest": folder / "none.gpkg"}


NOISE = np.random.default_rng(1).uniform(1000, 2000, (20, 40)).astype("float32")
VECTOR = frame([square()])
GRADES = {"wrap": False, "BH_DJ": ["7"]}
FRANCE = box(2.3, 48.8, 2.4, 48.9)
METRES = box(410_000, 2_777_000, 410_100, 2_777_100)

CASES = [
    # ------------------------------------------------------------ any vector file
    Case("path_missing", parcels, at("none.gpkg"), "no such file", MissingFileError),
    Case("folder", parcels, lambda folder: folder, "is a folder"),
    Case("zero_bytes", parcels, content("a.gpkg", b""), "0 bytes"),
    Case("text_named_gpkg", parcels, content("a.gpkg", "hello"), "not a readable vector file"),
    Case("text_named_geojson", parcels, content("a.geojson", "hello"), "not a readable vector"),
    Case("truncated_gpkg", parcels, halved(VECTOR), "not a readable vector file"),
    Case(
        "table_without_geometry",
        parcels,
        content("a.csv", "a,b\n1,2\n"),
        "suffix .csv is not known",
    ),
    Case("archive", parcels, content("a.zip", b"PK\x03\x04"), "not a readable zip archive"),
    Case("empty_gdb", parcels, lambda f: (f / "a.gdb").mkdir() or f / "a.gdb", "not a readable"),
    Case("raster_as_vector", parcels, raster(), "not a readable vector|no layer with geometry"),
    # ------------------------------------------------------------ shapefiles
    Case(
        "no_shx", parcels, shapefile_without(".shx", frame([square()], "a.shp")), "lacks its .shx"
    ),
    Case(
        "no_dbf", parcels, shapefile_without(".dbf", frame([square()], "a.shp")), "lacks its .dbf"
    ),
    Case(
        "no_prj",
        parcels,
        shapefile_without(".prj", frame([square()], "a.shp")),
        "no coordinate reference system",
        CRSError,
    ),
    Case("prj_not_utf8", parcels, spoilt_prj, "a.prj is not UTF-8"),
    Case("truncated_shp", parcels, cut(frame([square()], "a.shp"), 40), "a.shp is truncated"),
    Case("truncated_dbf", parcels, cut(frame([square()], "a.shp"), 30, ".dbf"), "a.dbf is trunc"),
    Case("truncated_shx", parcels, cut(frame([square()], "a.shp"), 4, ".shx"), "a.shx is trunc"),
    Case("empty_dbf", parcels, cut(frame([square()], "a.shp"), 1 << 20, ".dbf"), "a.dbf is trunc"),
    Case("table_of_another", parcels, other_table, "1 shapes, a.dbf has 2 records"),
    Case("mojibake", counties, mojibake, "record 1, field NAME: the bytes are not UTF-8"),
    # ------------------------------------------------------------ shapes
    Case(
        "bow_tie", parcels, frame([square(), bow_tie()]), "1 of 2 have invalid geometry: D2 .Self"
    ),
    Case(
        "several_wrong",
        parcels,
        frame([bow_tie(), square(), bow_tie(101.3)]),
        "2 of 3 have invalid geometry: D1 .*D3",
    ),
    Case("null_geometry", parcels, frame([square(), None]), "1 of 2 records have no geometry.*D2"),
    Case("empty_geometry", parcels, frame([square(), Polygon()]), "empty geometry: D2"),
    Case("points", parcels, frame([Point(101.1, 25.1)]), "1 records are Point, polygons are req"),
    Case("lines", parcels, frame([LineString([(101, 25), (101.1, 25.1)])]), "are LineString"),
    Case(
        "unclosed_ring",
        parcels,
        geojson(polygon_text((101, 25), (101.1, 25), (101.1, 25.1), (101, 25.1))),
        "record 1 ring 1 is not closed .at 101.0+, 25.0+",
    ),
    Case(
        "two_point_ring",
        parcels,
        geojson(polygon_text((101, 25), (101.1, 25))),
        "record 1 ring 1 has only 2 points",
    ),
    Case(
        "nan_coordinate",
        parcels,
        geojson(polygon_text((101, 25), ("NaN", 25), (101.1, 25.1), (101, 25))),
        "invalid geometry: D1 .Invalid Coordinate",
    ),
    # ------------------------------------------------------------ CRS and place
    Case("no_crs", parcels, frame([square()], crs=None), "no coordinate reference", CRSError),
    Case("feet", parcels, frame([METRES], crs="EPSG:2263"), "US survey foot, not metres", CRSError),
    Case("xian80", parcels, frame([METRES], crs="EPSG:2379"), "Xian 80", CRSError),
    Case("beijing54", parcels, frame([METRES], crs="EPSG:2431"), "Beijing 54", CRSError),
    Case("other_datum", parcels, frame([square()], crs="EPSG:4267"), "has the datum", CRSError),
    Case("degrees_as_metres", parcels, frame([square()], crs="EPSG:4543"), "look like degrees"),
    Case("metres_as_degrees", parcels, frame([METRES]), "look like metres"),
    Case("x_y_swapped", parcels, frame([box(25.1, 101.1, 25.2, 101.2)]), "x and y swapped"),
    Case("another_country", parcels, frame([FRANCE]), "D1 does not overlap the plan toy"),
    Case("wrong_zone", parcels, frame([METRES], crs="EPSG:4523"), "does not overlap the plan"),
    Case("one_elsewhere", parcels, frame([square(), square(115)]), "D2 does not overlap the plan"),
    # ------------------------------------------------------------ parcels
    Case("no_parcels", parcels, frame([], DKBH=[]), "has no parcels"),
    Case("id_twice", parcels, frame([square(), square(101.3)], DKBH=["A", "A"]), r"A .1, 2."),
    Case("id_blank", parcels, frame([square(), square(101.3)], DKBH=["A", None]), "records 2 have"),
    Case("which_layer", parcels, two_layers("one", "two"), "no single layer .*one, two"),
    # ------------------------------------------------------------ 界址点 TXT
    Case("txt_not_one", parcels, content("a.txt", "hello"), "has no .属性描述. part"),
    Case("txt_no_coordinates", parcels, txt(head="[属性描述]\n带号=34\n"), "no .地块坐标. part"),
    Case("txt_binary", parcels, content("a.txt", b"\xff\xfe\x00\x01"), "neither UTF-8 nor GB18030"),
    Case("txt_no_parcel", parcels, txt([]), "has no parcels"),
    Case("txt_xian80", parcels, txt(swap={"2000国家": "80国家"}), "line 2: .* tens of metres off"),
    Case("txt_unknown_crs", parcels, txt(swap={"2000国家": "某某"}), "unknown coordinate system"),
    Case("txt_no_zone", parcels, txt(swap={"带号=34\n": ""}), "lacks 带号"),
    Case("txt_meridian", parcels, txt(swap={"带号=34": "带号=102"}), "line 5: the zone is '102'"),
    Case("txt_other_zone", parcels, txt(swap={"带号=34": "带号=35"}), "line 8: .* has zone 34"),
    Case("txt_width", parcels, txt(swap={"分带=3": "分带=5"}), "the zone width is '5'"),
    Case("txt_feet", parcels, txt(swap={"=米": "=英尺"}), "line 4: the unit is '英尺'"),
    Case("txt_swapped", parcels, txt(["4,1,D,,面,,,,@", "J1,1,34410000,2777000"]), "are swapped"),
    Case("txt_count", parcels, txt(["9,1,D,,面,,,,@", *TXT_RING]), "line 7: .* declares 9 points"),
    Case("txt_two_points", parcels, txt(["2,1,D,,面,,,,@", *TXT_RING[:2]]), "2 different points"),
    Case("txt_no_points", parcels, txt(["0,1,D,,面,,,,@"]), "the parcel has no points"),
    Case("txt_no_header", parcels, txt(TXT_RING), "line 7: a point comes before"),
    Case("txt_no_at", parcels, txt(["4,1.0,D1,一号,面,,,,", *TXT_RING]), "comes before"),
    Case("txt_short_header", parcels, txt(["4,1,D,@", *TXT_RING]), "line 7: .* has 4 fields"),
    Case("txt_line_kind", parcels, txt(["4,1,D,,线,,,,@", *TXT_RING]), "kind of geometry is 线"),
    Case("txt_comma", parcels, txt(["4,1,D,,面,,,,@", "J1，1，2，3"]), "commas must be half-width"),
    Case("txt_number", parcels, txt(["4,1,D,,面,,,,@", "J1,1,2777000,x"]), "Y is not a valid"),
    Case(
        "txt_ring", parcels, txt(["4,1,D,,面,,,,@", "J1,0,2777000,34410000"]), "ring number is not"
    ),
    Case("txt_nan", parcels, txt(["4,1,D,,面,,,,@", "J1,1,nan,34410000"]), "X is not a valid"),
    Case(
        "txt_open_ring",
        parcels,
        txt(["5,1,D,,面,,,,@", *TXT_RING, "J1,1,2777001,34410000"]),
        "line 12: ring 1 ends in point J1",
    ),
    Case(
        "txt_hole_first",
        parcels,
        txt(["4,1,D,,面,,,,@", *(p.replace(",1,", ",2,", 1) for p in TXT_RING)]),
        "the outer ring must be 1",
    ),
    Case(
        "txt_bow_tie",
        parcels,
        txt(["4,1,D7,,面,,,,@", *(TXT_RING[i] for i in (0, 2, 1, 3))]),
        "invalid geometry: D7 .Self-intersection",
    ),
    # ------------------------------------------------------------ counties
    Case("county_missing", counties, frame([WEST], XZQDM=["530181"]), "lacks counties.*530127"),
    Case("other_counties", counties, frame([WEST], NAME=["Paris"]), "it has .NAME: Paris"),
    Case("no_counties", counties, frame([], XZQDM=[]), "has no records"),
    Case("counties_no_crs", counties, county_file(crs=None), "no coordinate ref", CRSError),
    Case("counties_points", counties, county_file(shapes=[EAST, Point(101, 25)]), "are Point"),
    Case("county_null", counties, county_file(shapes=[EAST, None]), "have no geometry.*: 2"),
    Case("county_bow_tie", counties, county_file(shapes=[EAST, bow_tie()]), "invalid geometry: 2"),
    Case(
        "county_twice",
        counties,
        frame([WEST, WEST, EAST], XZQDM=["530181", "530181", "530127"]),
        "overlap or are there twice: 安宁市",
    ),
    Case("counties_overlap", counties, county_file(shapes=[WEST, WEST]), "安宁市/嵩明县"),
    Case(
        "county_elsewhere",
        counties,
        county_file(shapes=[EAST, FRANCE]),
        "安宁市 does not overlap the plan toy .*2.3000",
    ),
    Case(
        "code_and_name_differ",
        counties,
        county_file(columns={"XZQMC": ["安宁市", "嵩明县"]}),
        "code and name of records 1, 2",
    ),
    # ------------------------------------------------------------ DEM
    Case("no_dem", dem, lambda _: [], "no DEM was given"),
    Case("dem_missing", dem, at("none.tif"), "no such file", MissingFileError),
    Case("dem_zero_bytes", dem, content("a.tif", b""), "0 bytes"),
    Case("dem_text", dem, content("a.tif", "hello"), "not a readable raster"),
    Case("dem_vector", dem, VECTOR, "not a readable raster"),
    Case("dem_truncated", dem, cut(raster(), 900), "reading breaks off"),
    Case("dem_halved", dem, halved(raster(NOISE, compress="deflate")), "reading breaks off"),
    Case("dem_no_crs", dem, raster(crs=None), "no coordinate reference", CRSError),
    Case("dem_feet_crs", dem, raster(crs="EPSG:2263"), "not metres", CRSError),
    Case("dem_xian80", dem, raster(crs="EPSG:4610"), "Xian 80", CRSError),
    Case("dem_heights_in_feet", dem, raster_with(units=("ft",)), "in ft .feet."),
    Case("dem_feet_datum", dem, raster(crs="EPSG:4326+6360"), "in .*feet"),
    Case("dem_strange_unit", dem, raster_with(units=("fathom",)), "'fathom', is not known"),
    Case("dem_three_bands", dem, raster(np.ones((3, 20, 40), "float32")), "has 3 bands"),
    Case("dem_complex", dem, raster(np.ones((20, 40), "complex64")), "no elevations"),
    Case(
        "dem_rotated",
        dem,
        raster(transform=Affine(0.01, 0.001, 101, 0.001, -0.01, 25.2)),
        "its grid is rotated",
    ),
    Case("dem_no_place", dem, unplaced_raster, "has no georeference"),
    Case(
        "dem_south_up", dem, raster(transform=Affine(0.01, 0, 101, 0, 0.01, 25)), "south to north"
    ),
    Case(
        "dem_all_nodata", dem, raster(np.full((20, 40), -9999, "int16"), nodata=-9999), "all nodata"
    ),
    Case("dem_elsewhere", dem, raster(west=110), "does not overlap the area asked for"),
    Case("dem_no_elevations", dem, raster(np.full((20, 40), 1e38, "float32")), "cannot be elev"),
    Case(
        "dem_two_crs",
        dem,
        rasters(raster(), raster(name="b.tif", crs="EPSG:4326")),
        "b.tif: its CRS .EPSG:4326",
    ),
    Case(
        "dem_two_cell_sizes",
        dem,
        rasters(raster(), raster(name="b.tif", step=0.02)),
        "b.tif: its cell size",
    ),
    Case(
        "dem_not_aligned",
        dem,
        rasters(raster(), raster(name="b.tif", west=101.205)),
        "b.tif: its alignment of cells .0.50 px",
    ),
    Case(
        "dem_several_bad",
        dem,
        rasters(raster(crs=None), at("none.tif"), content("c.tif", "x")),
        r"(?s)a.tif has no coordinate.*none.tif.*c.tif is not",
    ),
    # ------------------------------------------------------------ protection layers
    Case("role_unknown", protection("nonsense"), VECTOR, "unknown layer role nonsense"),
    Case("layer_missing", protection("pbf"), at("none.gpkg"), "no such file", MissingFileError),
    Case("layer_no_crs", protection("pbf"), frame([square()], crs=None), "no coord", CRSError),
    Case("layer_bow_tie", protection("pbf"), frame([bow_tie()]), "invalid geometry: 1 .Self"),
    Case("layer_points", protection("pbf"), frame([Point(101, 25)]), "are Point"),
    Case("layer_elsewhere", protection("pbf"), frame([FRANCE]), "does not overlap the plan toy"),
    Case("layer_degrees", protection("pbf"), frame([METRES]), "look like metres"),
    Case(
        "role_ambiguous", protection("pbf"), two_layers("YJJBNTTB", "JBNTTB"), "2 layers that may"
    ),
    Case("role_not_there", protection("pbf"), two_layers("LD", "STBHHX"), "0 layers that may be"),
    Case(
        "layer_name_unknown",
        lambda path: protection("pbf")(f"{path}::NONE"),
        two_layers("YJJBNTTB"),
        "no single layer NONE .*YJJBNTTB",
    ),
    Case(
        "role_other_by_name",
        protection("pbf"),
        two_layers("STBHHX"),
        r"STBHHX is by its name or fields 'ecological .*' \(ecrl\), but is given as '.*' \(pbf\)",
    ),
    Case("role_other_by_fields", protection("ecrl"), frame([square()], BH_DJ=["1"]), "forest"),
    Case(
        "role_none_of_two",
        protection("ecrl"),
        frame([square()], BH_DJ=["1"], JBNTMJ=["1"]),
        r"\(forest\), .*\(pbf\), but is given as",
    ),
    Case(
        "role_other_by_register",
        protection("pbf"),
        registered('[[file]]\npath = "a.gpkg"\nrole = "ecrl"\n'),
        r"by its register .*\(ecrl\), but is given as",
    ),
    Case(
        "layer_for_two_roles",
        lambda path: layers({"pbf": path, "ecrl": path}),
        frame([square()]),
        r"a.gpkg::a, is given for several roles: .*\(pbf\), .*\(ecrl\)",
    ),
    Case("layer_copied", layers, copied, "one.gpkg::x, .*two.gpkg::x, is given for several"),
    Case("grade_7", protection("forest"), frame([square()], **GRADES), "'7' .1.*I, II, III, IV"),
    Case("grade_blank", protection("forest"), frame([square()], BH_DJ=[None]), "blank in all 1"),
    Case(
        "grades_differ",
        protection("forest"),
        frame([square(), square()], BH_DJ=["1", "2"], LIN_DI_BHDJ=["Ⅰ", "Ⅲ"]),
        r"BH_DJ and LIN_DI_BHDJ contradict each other \(records\): 2 \(2 / Ⅲ\)",
    ),
    Case(
        "grade_7_in_second_field",
        protection("forest"),
        frame([square()], BH_DJ=["1"], LIN_DI_BHDJ=["7"]),
        "LIN_DI_BHDJ has unknown values .records.: '7' .1.",
    ),
    Case(
        "one_record_elsewhere",
        protection("pbf"),
        frame([square(), FRANCE, FRANCE]),
        "records 2, 3 does not overlap the plan toy",
    ),
    Case("grade_missing", protection("forest"), VECTOR, "lacks the attribute forest_grade.*BH_DJ"),
    Case("register_no_toml", protection("pbf"), registered("x = ["), "is not valid TOML"),
    Case(
        "register_bad_date",
        protection("pbf"),
        registered('[[file]]\npath = "a.gpkg"\nvalid_until = "2020年"\n'),
        "valid_until = 2020年 is not a date",
    ),
    Case(
        "register_one_table",
        protection("pbf"),
        registered("[file]\npath = 'a.gpkg'\n"),
        "no ..file",
    ),
    Case("register_text", protection("pbf"), registered('file = "a.gpkg"\n'), "file = 'a.gpkg'"),
    Case(
        "register_no_tables", protection("pbf"), registered('[[files]]\npath = "a.gpkg"\n'), "files"
    ),
    Case(
        "register_no_path", protection("pbf"), registered('[[file]]\nrole = "pbf"\n'), "lacks path"
    ),
    Case(
        "register_kinds",
        protection("pbf"),
        registered('[[file]]\npath = "a.gpkg"\ncovers = 530181\n[[file]]\npath = 3\nrole = 1\n'),
        r"(?s)SOURCES.toml: ..file.. 1: covers = 530181 must be.*2: path = 3 .*2: role = 1 ",
    ),
    Case(
        "register_covers_text",
        protection("pbf"),
        registered('[[file]]\npath = "a.gpkg"\ncovers = "530181"\n'),
        "covers = 530181 must be a list",
    ),
    Case(
        "register_key_misspelt",
        protection("pbf"),
        registered('[[file]]\npath = "a.gpkg"\nvalid_untill = "2000-01-01"\n'),
        "unknown key valid_untill; did you mean valid_until",
    ),
    Case(
        "register_layer_misspelt",
        protection("pbf"),
        registered('[[file]]\npath = "a.gpkg"\nlayer = "aa"\n'),
        "a.gpkg has no layer aa; its layers are: a;",
    ),
    Case(
        "register_path_misspelt",
        protection("pbf"),
        registered('[[file]]\npath = "a.gpk"\nvalid_until = "2000-01-01"\n'),
        "no file a.gpk; did you mean a.gpkg",
    ),
    Case(
        "register_twice",
        protection("pbf"),
        registered('[[file]]\npath = "a.gpkg"\n' * 2),
        "1, 2 are about one layer",
    ),
    Case(
        "covers_unknown",
        protection("pbf"),
        registered('[[file]]\npath = "a.gpkg"\ncovers = ["110101"]\n'),
        "covers names 110101",
    ),
    Case(
        "faults_of_all_layers",
        layers,
        two_bad_layers,
        r"(?s)one.gpkg has no coordinate.*none.gpkg.*two.gpkg: 1 of 1 have invalid",
    ),
    Case("roles_unknown", recognise_protection, two_layers("a", "b"), "no layer of .* known role"),
    Case(
        "roles_twice", recognise_protection, two_layers("YJJBNTTB", "JBNTTB"), "more than one layer"
    ),
    Case(
        "roles_empty_folder", recognise_protection, lambda f: f, "no vector file", MissingFileError
    ),
    Case("sample_unknown", sample, lambda _: "nonsense", "no sample data called nonsense"),
]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_bad_input_is_refused_with_words_in_both_languages(tmp_path, case, monkeypatch):
    monkeypatch.setenv("DZGIS_LANG", "en")
    given = case.make(tmp_path)
    with pytest.raises(InputError, match=case.words) as caught:
        case.door(given)
    assert type(caught.value) is case.kind
    assert caught.value.faults
    for fault in caught.value.faults:
        assert fault.zh
        assert fault.en
        assert fault.zh != fault.en


def test_names_of_cases_are_unique_and_many():
    names = [case.name for case in CASES]
    assert len(names) == len(set(names))
    assert len(names) >= 35


def test_a_good_input_passes_every_door(tmp_path):
    assert len(counties(county_file()(tmp_path))) == 2
    assert len(parcels(frame([square()], "p.gpkg")(tmp_path))) == 1
    assert len(parcels(txt()(tmp_path))) == 1
    assert dem(raster()(tmp_path)).values.shape == (20, 40)
    assert layers({"pbf": frame([square()], "q.gpkg")(tmp_path)})["pbf"].n_features == 1
    assert len(two_counties()) == 2
