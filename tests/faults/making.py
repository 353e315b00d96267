"""Small hostile and broken files, made when a test runs."""

import json
import os
import shutil
import sqlite3
import struct
import subprocess
import warnings
import zipfile
from contextlib import closing

import geopandas as gpd
import pyogrio
import shapely
from shapely.geometry import Polygon, box

LON, LAT = 102.5, 25.0
SIDE_DEG = 0.01
NORTH_M = 2_777_000.0
BILLION4 = 0xFFFF_FFFF


def square(n=0):
    """Square `n` of a row, in degrees."""
    west = LON + 2 * n * SIDE_DEG
    return box(west, LAT, west + SIDE_DEG, LAT + SIDE_DEG)


def bow_tie():
    return Polygon([(LON, LAT), (LON + 1, LAT + 1), (LON + 1, LAT), (LON, LAT + 1)])


def nested_shells():
    inner = box(LON + 0.002, LAT + 0.002, LON + 0.004, LAT + 0.004)
    return shapely.MultiPolygon([square(), inner])


def duplicate_rings():
    ring = [(LON + x, LAT + y) for x, y in ((0.002, 0.002), (0.004, 0.002), (0.004, 0.004))]
    return Polygon(square().exterior.coords, [ring, ring])


# ------------------------------------------------------------------------------- ordinary files
def write(path, shapes=None, *, crs="EPSG:4490", **columns):
    """A vector file of parcels; in GeoPackage, shapefile and the like by the suffix."""
    shapes = [square(0), square(1)] if shapes is None else shapes
    columns = columns or {"DKBH": [f"D{n}" for n in range(1, len(shapes) + 1)]}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a missing CRS and wrong polygons
        table = gpd.GeoDataFrame(columns, geometry=list(shapes), crs=crs)
        table.to_parquet(path) if path.suffix == ".parquet" else table.to_file(path)
    return path


def content(path, words):
    path.write_bytes(words if isinstance(words, bytes) else words.encode())
    return path


def cut(path, n_bytes):
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) - n_bytes])


def patch(path, at, new):
    """Change bytes in the middle of a file."""
    whole = bytearray(path.read_bytes())
    whole[at : at + len(new)] = new
    path.write_bytes(whole)


# ------------------------------------------------------------------------------- shapefiles
def shapefile(folder, change, shapes=None, **more):
    """A shapefile that `change` spoils; it is given the path without suffix."""
    path = write(folder / "a.shp", shapes, **more)
    change(path.with_suffix)
    return path


def named_in(encoding, cpg):
    """A shapefile whose words are in one encoding and whose .cpg says another."""

    def make(folder):
        path = write(folder / "a.shp", DKBH=["D1", "D2"], DKMC=["嵩明县杨林镇", "安宁市草铺镇"])
        dbf, words = path.with_suffix(".dbf"), ("嵩明县杨林镇", "安宁市草铺镇")
        raw = dbf.read_bytes()
        for word in words:
            stored = word.encode()
            raw = raw.replace(stored, word.encode(encoding).ljust(len(stored)))
        dbf.write_bytes(raw)
        path.with_suffix(".cpg").write_text(cpg)
        return path

    return make


def other_table(folder):
    path = write(folder / "a.shp")
    write(folder / "b.shp", [square(0)])
    shutil.copy(folder / "b.dbf", folder / "a.dbf")
    return path


# ------------------------------------------------------------------------------- archives
def packed(folder, members, name="a.zip", **options):
    """An archive of members by name, each bytes or (ZipInfo, bytes)."""
    path = folder / name
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that come twice
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, **options) as archive:
            for member, data in members:
                archive.writestr(member, data)
    return path


def shapefile_members(folder, stem="a", **more):
    inside = folder / "inside"
    inside.mkdir(exist_ok=True)
    write(inside / f"{stem}.shp", **more)
    return [(part.name, part.read_bytes()) for part in sorted(inside.glob(f"{stem}.*"))]


def link_info(name):
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, 0o120777 << 16
    return info


def in_directory(path, entry, offset, new):
    """Change bytes of the central directory's entry number `entry`."""
    raw = bytearray(path.read_bytes())
    at = raw.index(b"PK\x01\x02")
    for _ in range(entry):
        at = raw.index(b"PK\x01\x02", at + 4)
    raw[at + offset : at + offset + len(new)] = new
    path.write_bytes(raw)
    return path


def encrypted(folder):
    path = packed(folder, shapefile_members(folder))
    return in_directory(path, 0, 8, struct.pack("<H", 1))


def declared_bomb(folder):
    path = packed(folder, [("a.gpkg", b"x" * 1000)])
    return in_directory(path, 0, 24, struct.pack("<I", BILLION4 - 1))


def real_bomb(folder):
    path = folder / "a.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("a.gpkg", "w", force_zip64=True) as member,
    ):
        for _ in range(96):
            member.write(bytes(1 << 20))
    return path


def understated(folder):
    """Declares 1000 bytes and holds a hundred megabytes."""
    path = real_bomb(folder)
    raw = path.read_bytes()
    at = raw.index(b"PK\x01\x02")
    info = zipfile.ZipFile(path).infolist()[0]
    assert raw[at + 24 : at + 28] == struct.pack("<I", info.file_size)
    return in_directory(path, 0, 24, struct.pack("<I", 1000))


def overlapping(folder):
    path = packed(folder, [("a.gpkg", b"x" * 999), ("b.gpkg", b"y" * 999)])
    return in_directory(path, 1, 42, struct.pack("<I", 0))


def broken_names(folder):
    path = packed(folder, shapefile_members(folder, "abcd"))
    raw = path.read_bytes().replace(b"abcd.", b"\xff\xff\xff\xff.")
    path.write_bytes(raw)
    return path


def gbk_names(folder, stem="地块", name="a.zip"):
    """Names in GBK without the UTF-8 flag, as WinRAR and Windows write them."""
    stored = stem.encode("gb18030")
    path = packed(folder, shapefile_members(folder, "x" * len(stored)), name)
    path.write_bytes(path.read_bytes().replace(b"x" * len(stored) + b".", stored + b"."))
    return path


# ------------------------------------------------------------------------------- GeoPackage
def database(path, *statements):
    with closing(sqlite3.connect(path)) as opened:
        for statement in statements:
            opened.execute(statement)
        opened.commit()
    return path


def geopackage(folder, *statements):
    return database(write(folder / "a.gpkg"), *statements)


def view_of(select):
    """A view that is listed as a layer."""
    listed = (
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) "
        "SELECT 'v', data_type, 'v', srs_id FROM gpkg_contents WHERE table_name = 'a'"
    )
    columns = (
        "INSERT INTO gpkg_geometry_columns "
        "SELECT 'v', column_name, geometry_type_name, srs_id, z, m FROM gpkg_geometry_columns"
    )
    return f"CREATE VIEW v AS {select}", listed, columns


def corrupt_page(folder):
    n = 2000
    path = write(folder / "a.gpkg", [square(n % 5) for n in range(n)], DKMC=["x" * 200] * n)
    patch(path, 100 * 4096, b"\xff" * 4096)
    return path


def left_wal(folder):
    path = write(folder / "a.gpkg")
    opened = sqlite3.connect(path)
    opened.execute("PRAGMA journal_mode = WAL")
    opened.execute("UPDATE gpkg_contents SET description = 'changed'")
    opened.commit()
    for part in (".gpkg", ".gpkg-wal"):
        shutil.copy(folder / f"a{part}", folder / f"b{part}")
    opened.close()
    return folder / "b.gpkg"


def huge_blob(folder):
    """A polygon whose ring is declared to have 4 billion points."""
    wkb = struct.pack("<BIII", 1, 3, 1, BILLION4) + bytes(16)
    path = write(folder / "a.gpkg")
    opened = sqlite3.connect(path)
    triggers = [
        name for (name,) in opened.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    ]
    for name in triggers:
        opened.execute(f'DROP TRIGGER "{name}"')
    head = b"GP\0\x01" + struct.pack("<i", 4490)
    opened.execute("UPDATE a SET geom = ? WHERE fid = 1", (head + wkb,))
    opened.commit()
    opened.close()
    return path


# ------------------------------------------------------------------------------- KML, GML
KML = """<?xml version="1.0" encoding="UTF-8"?>
{doctype}<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder><name>DK</name>{marks}
</Folder></Document></kml>"""


def ring_text(shape, comma=","):
    return " ".join(f"{x}{comma}{y}" for x, y in shape.exterior.coords)


def placemark(shape, name="D1", data=""):
    return (
        f"<Placemark><name>{name}</name>{data}<Polygon><outerBoundaryIs><LinearRing><coordinates>"
        f"{ring_text(shape)}</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
    )


def kml(marks=None, doctype=""):
    return KML.format(doctype=doctype, marks=placemark(square()) if marks is None else marks)


LAUGHS = (
    '<!DOCTYPE kml [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {chr(98 + n)} "{"".join(f"&{chr(97 + n)};" for _ in range(10))}">'
        for n in range(12)
    )
    + "]>"
)
EXTERNAL = '<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
GML = """<?xml version="1.0" encoding="UTF-8"?>
{doctype}<ogr:FeatureCollection xmlns:ogr="http://ogr.maptools.org/"
  xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xsi:schemaLocation="http://ogr.maptools.org/ {schema}">
<ogr:featureMember><ogr:DK gml:id="DK.0"><ogr:DKBH>D1</ogr:DKBH><ogr:geometryProperty>
<gml:Polygon srsName="urn:ogc:def:crs:EPSG::4490" gml:id="g"><gml:exterior><gml:LinearRing>
<gml:posList>{ring}</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon>
</ogr:geometryProperty></ogr:DK></ogr:featureMember></ogr:FeatureCollection>"""


def gml(doctype="", schema="a.xsd"):
    ring = " ".join(f"{y} {x}" for x, y in square().exterior.coords)
    return GML.format(doctype=doctype, schema=schema, ring=ring)


# ------------------------------------------------------------------------------- GeoJSON
def geojson(*geometries, more="", properties='{"DKBH":"D1"}'):
    shapes = geometries or (shapely.to_geojson(square()),)
    features = ",".join(
        f'{{"type":"Feature","properties":{properties},"geometry":{shape}}}' for shape in shapes
    )
    return f'{{"type":"FeatureCollection",{more}"features":[{features}]}}'


def polygon_text(*points):
    ring = ",".join(f"[{x},{y}]" for x, y in points)
    return f'{{"type":"Polygon","coordinates":[[{ring}]]}}'


# ------------------------------------------------------------------------------- GeoParquet
def parquet(path, change=None, wkb=None):
    """A GeoParquet file whose metadata are changed, or whose shapes are given as bytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    write(path)
    table = pq.read_table(path)
    geo = json.loads(table.schema.metadata[b"geo"])
    if wkb is not None:
        at = table.schema.get_field_index("geometry")
        table = table.set_column(at, "geometry", pa.array([wkb, wkb], pa.binary()))
    said = change(geo) if change else geo
    metadata = {} if said is None else {"geo": said if isinstance(said, str) else json.dumps(said)}
    pq.write_table(table.replace_schema_metadata(metadata), path)
    return path


def parquet_of_nothing(folder):
    """Two billion empty rows in a few kilobytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = folder / "a.parquet"
    schema = parquet_schema(folder)
    batch = pa.table(
        {"DKBH": pa.nulls(1 << 20, pa.string()), "geometry": pa.nulls(1 << 20, pa.binary())}
    )
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for _ in range(24):
            writer.write_table(batch.cast(schema))
    return path


def parquet_schema(folder):
    import pyarrow.parquet as pq

    return pq.read_schema(write(folder / "model.parquet"))


# ------------------------------------------------------------------------------- DXF
def polyline(points, *, closed, layer="DK", handle="A1"):
    return [
        *((0, "LWPOLYLINE"), (5, handle), (100, "AcDbEntity"), (8, layer)),
        *((100, "AcDbPolyline"), (90, len(points)), (70, int(closed))),
        *(pair for x, y in points for pair in ((10, x), (20, y))),
    ]


def dxf(*entities):
    pairs = [(0, "SECTION"), (2, "HEADER"), (9, "$ACADVER"), (1, "AC1015")]
    pairs += [(0, "ENDSEC"), (0, "SECTION"), (2, "ENTITIES")]
    pairs += [pair for entity in entities for pair in entity] + [(0, "ENDSEC"), (0, "EOF")]
    return "".join(f"{code:3}\n{value}\n" for code, value in pairs)


def corners(n=0, side=100.0):
    x, y = 500_000 + n * 300.0, NORTH_M
    return [(x, y), (x + side, y), (x + side, y + side), (x, y + side)]


# ------------------------------------------------------------------------------- 界址点 TXT
TXT_HEAD = (
    "[属性描述]\n坐标系=2000国家大地坐标系\n几度分带=3\n投影类型=高斯克吕格\n"
    "计量单位=米\n带号=34\n[地块坐标]\n"
)
TXT_RING = [
    "J1,1,2777000,34410000",
    "J2,1,2777100,34410000",
    "J3,1,2777100,34410100",
    "J4,1,2777000,34410100",
]


def txt(*lines, head=TXT_HEAD):
    return head + "\n".join(lines or ("4,1.0,D1,一号,面,,,,@", *TXT_RING)) + "\n"


# ------------------------------------------------------------------------------- others
def geodatabase(folder):
    table = gpd.GeoDataFrame({"DKBH": ["D1"]}, geometry=[square()], crs="EPSG:4490")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pyogrio.write_dataframe(table, folder / "a.gdb", layer="DK", driver="OpenFileGDB")
    return folder / "a.gdb"


def truncated_geodatabase(folder):
    path = geodatabase(folder)
    for part in path.glob("*.gdbtabl*"):
        whole = part.read_bytes()
        part.write_bytes(whole[: len(whole) // 3])
    return path


def linked_to_itself(folder):
    (folder / "a.gpkg").symlink_to(folder / "b.gpkg")
    (folder / "b.gpkg").symlink_to(folder / "a.gpkg")
    return folder / "a.gpkg"


def pipe(folder):
    os.mkfifo(folder / "a.gpkg")
    return folder / "a.gpkg"


def renamed(folder, name):
    return write(folder / "a.gpkg").rename(folder / name)


def run_ogr2ogr(*arguments):
    """GDAL's own command line, as a writer that is not ours."""
    subprocess.run(["ogr2ogr", *map(str, arguments)], check=True, capture_output=True)


def vrt(source):
    """GDAL's description of a layer that lies elsewhere."""
    layer = f"<OGRVRTLayer name='a'><SrcDataSource>{source}</SrcDataSource></OGRVRTLayer>"
    return f"<OGRVRTDataSource>{layer}</OGRVRTDataSource>"
