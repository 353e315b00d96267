"""The set: what each file is, how it is made, and what must be said of it in both languages."""

import shutil
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import making as m
import shapely
from shapely.geometry import GeometryCollection, LineString, MultiPoint, Point, Polygon, box

Make = Callable[[Path], object]


@dataclass(frozen=True)
class Fault:
    """
    One input that must be refused.

    `zh` and `en` are parts of what must be said; `dangerous` ones are read in a process of their
    own under a limit of memory.
    """

    name: str
    what: str
    make: Make
    zh: str
    en: str
    options: tuple[str, ...] = ()
    dangerous: bool = False


def shp(change, shapes=None, **more):
    return lambda folder: m.shapefile(folder, change, shapes, **more)


def gpkg(shapes, **more):
    return lambda folder: m.write(folder / "a.gpkg", shapes, **more)


def file(name, words):
    return lambda folder: m.content(folder / name, words)


def zipped(*members, **options):
    return lambda folder: m.packed(folder, [*m.shapefile_members(folder), *members], **options)


def two_shapefiles(folder):
    return m.packed(folder, [*m.shapefile_members(folder), *m.shapefile_members(folder, "b")])


def nested_zip(folder):
    inner = m.packed(folder, m.shapefile_members(folder), "inner.zip")
    return m.packed(folder, [("inner.zip", inner.read_bytes())])


def cut_zip(folder):
    path = m.packed(folder, m.shapefile_members(folder))
    m.cut(path, 200)
    return path


def spoilt_zip(folder):
    path = m.packed(folder, m.shapefile_members(folder))
    m.patch(path, path.read_bytes().index(b"a.shp") + 20, b"\xff\xfe\xfd\xfc" * 4)
    return path


def broken_inside(folder):
    members = m.shapefile_members(folder)
    return m.packed(folder, [(n, data[:-40] if n == "a.shp" else data) for n, data in members])


def halved(make):
    def change(folder):
        path = make(folder)
        m.cut(path, path.stat().st_size // 2)
        return path

    return change


def patched(make, at, new):
    def change(folder):
        path = make(folder)
        m.patch(path, at, new)
        return path

    return change


def geopackage(*statements):
    return lambda folder: m.geopackage(folder, *statements)


def deep(n):
    return (
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":'
        '{"type":"Polygon","coordinates":' + "[" * n + "]" * n + "}}]}"
    )


def no_primary(geo):
    return geo | {"primary_column": "nothing"}


WKB4 = struct.pack("<BIII", 1, 3, 1, m.BILLION4) + bytes(16)
ZONES = [
    box(34_410_000, 2_777_000, 34_410_100, 2_777_100),
    box(35_410_000, 2_777_000, 35_410_100, 2_777_100),
]  # noqa: E501
METRES = box(410_000, 2_777_000, 410_100, 2_777_100)
GPKG = gpkg(None)
WALL = ("打不开", "cannot")

SHAPEFILES = (
    Fault(
        "shp_truncated_dbf",
        "属性表截短 table cut short",
        shp(lambda at: m.cut(at(".dbf"), 30)),
        "a.dbf 被截断",
        "a.dbf is truncated",
    ),
    Fault(
        "shp_truncated_shp",
        "图形文件截短 shapes cut short",
        shp(lambda at: m.cut(at(".shp"), 40)),
        "a.shp 被截断",
        "a.shp is truncated",
    ),
    Fault(
        "shp_truncated_shx",
        "索引截短 index cut short",
        shp(lambda at: m.cut(at(".shx"), 4)),
        "a.shx 被截断",
        "a.shx is truncated",
    ),
    Fault(
        "shp_empty_dbf",
        "属性表 0 字节 table of 0 bytes",
        shp(lambda at: at(".dbf").write_bytes(b"")),
        "a.dbf 被截断",
        "a.dbf is truncated",
    ),
    Fault(
        "shp_other_count",
        "别的 shapefile 的属性表 table of another",
        m.other_table,
        "有 2 个图形，而 a.dbf 有 1 条记录",
        "has 2 shapes, a.dbf has 1 records",
    ),
    Fault(
        "shp_no_dbf",
        "缺属性表 no table",
        shp(lambda at: at(".dbf").unlink()),
        "缺少同名的 .dbf",
        "lacks its .dbf",
    ),
    Fault(
        "shp_no_shx",
        "缺索引 no index",
        shp(lambda at: at(".shx").unlink()),
        "缺少同名的 .shx",
        "lacks its .shx",
    ),
    Fault(
        "shp_no_prj",
        "缺坐标系 no CRS",
        shp(lambda at: at(".prj").unlink()),
        "没有坐标系",
        "no coordinate reference system",
    ),
    Fault(
        "shp_prj_garbage",
        "坐标系文件是乱写的 .prj of nonsense",
        shp(lambda at: at(".prj").write_text("hello")),
        "没有坐标系",
        "no coordinate reference system",
    ),
    Fault(
        "shp_prj_gbk",
        "坐标系文件是 GBK .prj in GBK",
        shp(lambda at: at(".prj").write_bytes("国家大地坐标系".encode("gbk"))),
        "a.prj 不是 UTF-8",
        "a.prj is not UTF-8",
    ),
    Fault(
        "shp_cpg_says_utf8",
        ".cpg 称 UTF-8，实为 GBK GBK that says UTF-8",
        m.named_in("gb18030", "UTF-8"),
        "第 1 条记录字段 DKMC 的字节不是 UTF-8",
        "record 1, field DKMC: the bytes are not UTF-8",
    ),
    Fault(
        "shp_cpg_says_gbk",
        ".cpg 称 GBK，实为 UTF-8 UTF-8 that says GBK",
        m.named_in("utf-8", "GBK"),
        "a.cpg 写的是 GBK",
        "a.cpg says GBK, but the table .* is UTF-8|the bytes are not GB18030",
    ),
    Fault(
        "shp_cpg_says_latin",
        ".cpg 称 ISO-8859-1，实为 GBK GBK that says ISO-8859-1",
        m.named_in("gb18030", "ISO-8859-1"),
        "a.cpg 写的是 ISO-8859-1",
        "a.cpg says ISO-8859-1, but the table .* is GB18030",
    ),
    Fault(
        "shp_dbf_record_length",
        "记录长 1 字节 records of one byte",
        shp(lambda at: m.patch(at(".dbf"), 10, struct.pack("<H", 1))),
        "a.dbf 的文件头自相矛盾",
        "a.dbf: its header contradicts itself",
    ),
    Fault(
        "shp_dbf_record_length_0",
        "记录长 0 字节 records of no byte",
        shp(lambda at: m.patch(at(".dbf"), 10, struct.pack("<H", 0))),
        "a.dbf 的文件头自相矛盾",
        "a.dbf: its header contradicts itself",
    ),
    Fault(
        "shp_dbf_4_billion_records",
        "声明 40 亿条记录 4 billion records",
        shp(lambda at: m.patch(at(".dbf"), 4, struct.pack("<I", m.BILLION4))),
        "a.dbf 被截断：文件头要求",
        "a.dbf is truncated: its header says",
        dangerous=True,
    ),
    Fault(
        "shp_dbf_field_64k",
        "声明字段宽 65535 字节 field of 64 KiB",
        shp(lambda at: m.patch(at(".dbf"), 32 + 16, b"\xff\xff")),
        "a.dbf 的文件头自相矛盾",
        "a.dbf: its header contradicts itself",
    ),
    Fault(
        "shp_dbf_2_gigabytes",
        "声明 2 GB 的属性表 table of 2 GB",
        shp(lambda at: m.patch(at(".dbf"), 4, struct.pack("<IHH", 32768, 65535, 65535))),
        "a.dbf",
        "a.dbf",
        dangerous=True,
    ),
    Fault(
        "shp_index_outside",
        "索引指到文件之外 index beyond the file",
        shp(lambda at: m.patch(at(".shx"), 108, struct.pack(">ii", 1 << 29, 68))),
        "a.shx 把第 2 条记录指到 a.shp 之外",
        "a.shx places records 2 outside a.shp",
    ),
    Fault(
        "shp_wrong_code",
        "文件代码不对 wrong file code",
        shp(lambda at: m.patch(at(".shp"), 0, b"\0\0\0\0")),
        "不是 shapefile 的内容",
        "has not the content of a shapefile",
    ),
    Fault(
        "shp_4_billion_parts",
        "图形声明 40 亿个环 4 billion rings",
        shp(lambda at: m.patch(at(".shp"), 144, struct.pack("<I", m.BILLION4))),
        "1 条没有图形|图形为空",
        "no geometry|empty geometry|damaged",
        dangerous=True,
    ),
    Fault(
        "shp_4_billion_points",
        "图形声明 40 亿个点 4 billion points",
        shp(lambda at: m.patch(at(".shp"), 148, struct.pack("<I", m.BILLION4))),
        "1 条没有图形|图形为空",
        "no geometry|empty geometry|damaged",
        dangerous=True,
    ),
    Fault(
        "shp_nan",
        "坐标为 NaN NaN coordinate",
        shp(lambda at: m.patch(at(".shp"), 156 + 16, struct.pack("<d", float("nan")))),
        "D1（坐标无效",
        "D1 .Invalid Coordinate",
    ),
    Fault(
        "shp_infinite",
        "坐标为无穷大 infinite coordinate",
        shp(lambda at: m.patch(at(".shp"), 156 + 16, struct.pack("<d", float("inf")))),
        "D1（坐标无效",
        "D1 .Invalid Coordinate",
    ),
)
SHAPES = (
    Fault(
        "bow_tie",
        "自相交 bow-tie",
        gpkg([m.square(), m.bow_tie()]),
        "D2（自相交",
        "D2 .Self-intersection",
    ),
    Fault(
        "nested_shells",
        "外环嵌套 shell within a shell",
        gpkg([m.nested_shells()]),
        "D1（外环嵌套",
        "D1 .Nested shells",
    ),
    Fault(
        "duplicate_rings",
        "两个内环相同 one hole twice",
        gpkg([m.duplicate_rings()]),
        "1 个无效：D1",
        "1 of 1 have invalid geometry: D1",
    ),
    Fault(
        "empty_geometry",
        "空图形 empty shape",
        gpkg([m.square(), Polygon()]),
        "图形为空：D2",
        "empty geometry: D2",
    ),
    Fault(
        "null_geometry",
        "没有图形 no shape",
        gpkg([m.square(), None]),
        "没有图形：D2",
        "no geometry .null.: D2",
    ),
    Fault("points", "点 points", gpkg([Point(102.5, 25)]), "记录是 点", "records are Point"),
    Fault(
        "lines",
        "线 lines",
        gpkg([LineString([(102.5, 25), (102.6, 25.1)])]),
        "记录是 线",
        "records are LineString",
    ),
    Fault(
        "collection_of_kinds",
        "面和线的集合 polygon and line in one",
        gpkg([GeometryCollection([m.square(), LineString([(102.5, 25), (102.6, 25.1)])])]),
        "记录是 几何集合",
        "records are GeometryCollection",
    ),
    Fault(
        "mixed_types",
        "面、点混在一层 polygons and points",
        gpkg([m.square(), MultiPoint([(102.5, 25)])]),
        "1 条记录是 多点，需要面：D2",
        "1 records are MultiPoint, polygons are required: D2",
    ),
    Fault(
        "unclosed_ring",
        "环未闭合 open ring",
        file(
            "a.geojson",
            m.geojson(m.polygon_text((102.5, 25), (102.6, 25), (102.6, 25.1), (102.5, 25.1))),
        ),
        "第 1 条记录环 1 未闭合",
        "record 1 ring 1 is not closed",
    ),
    Fault(
        "ring_of_2_points",
        "环只有 2 点 ring of 2 points",
        file("a.geojson", m.geojson(m.polygon_text((102.5, 25), (102.6, 25)))),
        "第 1 条记录环 1 只有 2 个点",
        "record 1 ring 1 has only 2 points",
    ),
    Fault("no_parcels", "没有记录 no records", gpkg([], DKBH=[]), "没有任何地块", "has no parcels"),
)
PLACES = (
    Fault(
        "no_crs",
        "没有坐标系 no CRS",
        gpkg(None, crs=None),
        "没有坐标系",
        "no coordinate reference system",
    ),
    Fault(
        "swapped_axes",
        "经纬度写反 x and y swapped",
        gpkg([box(25, 102.5, 25.01, 102.51)]),
        "经纬度写反了",
        "x and y swapped",
    ),
    Fault(
        "degrees_as_metres",
        "度当作米 degrees as metres",
        gpkg(None, crs="EPSG:4543"),
        "像是经纬度",
        "look like degrees",
    ),
    Fault(
        "metres_as_degrees", "米当作度 metres as degrees", gpkg([METRES]), "像是米", "like metres"
    ),
    Fault(
        "zone_mismatch",
        "带号与坐标系不符 coordinates of another zone",
        gpkg(ZONES[:1], crs="EPSG:4523"),
        "不在规划 dianzhong-2014 范围",
        "D1 does not overlap the plan",
    ),
    Fault(
        "zones_mixed",
        "一层中有两个带 two zones in one layer",
        gpkg(ZONES, crs="EPSG:4522"),
        "D2 不在规划 dianzhong-2014 范围",
        "D2 does not overlap the plan",
    ),
    Fault("xian80", "西安80 Xian 80", gpkg([METRES], crs="EPSG:2379"), "西安80", "Xian 80"),
    Fault(
        "other_country",
        "在别国 in another country",
        gpkg([box(2.3, 48.8, 2.4, 48.9)]),
        "D1 不在规划",
        "D1 does not overlap",
    ),
    Fault(
        "crs_contradicts",
        "--crs 与数据矛盾 --crs against the file",
        GPKG,
        "矛盾",
        "contradicts",
        ("--crs", "EPSG:4543"),
    ),
    Fault(
        "crs_is_none",
        "--crs 不是坐标系 --crs of nonsense",
        GPKG,
        "不是坐标系",
        "is no CRS",
        ("--crs", "nonsense"),
    ),
    Fault(
        "crs_for_nothing",
        "--crs 指的数据没有给 --crs of what is not given",
        GPKG,
        "却没有给出它的数据",
        "but no data of it",
        ("--crs", "pbf=EPSG:4543"),
    ),
)
ARCHIVES = (
    Fault(
        "zip_text",
        "不是压缩包 no archive",
        file("a.zip", "hello"),
        "不是可读的 zip",
        "not a readable zip",
    ),
    Fault("zip_truncated", "压缩包截短 cut short", cut_zip, "不是可读的 zip", "not a readable zip"),
    Fault(
        "zip_spoilt", "压缩数据损坏 spoilt data", spoilt_zip, "不是可读的 zip", "not a readable zip"
    ),
    Fault(
        "zip_bomb_declared",
        "声明解压后 4 GB declares 4 GB",
        m.declared_bomb,
        "疑为压缩炸弹",
        "may be a zip bomb",
        dangerous=True,
    ),
    Fault(
        "zip_bomb_real",
        "压缩 1000 倍 packed a thousandfold",
        m.real_bomb,
        "疑为压缩炸弹",
        "may be a zip bomb",
        dangerous=True,
    ),
    Fault(
        "zip_bomb_hidden",
        "声明 1000 字节，实有 100 MB says 1000 bytes, holds 100 MB",
        m.understated,
        "不是可读的 zip",
        "not a readable zip",
        dangerous=True,
    ),
    Fault(
        "zip_bomb_overlap",
        "文件相互重叠 members over each other",
        m.overlapping,
        "相互重叠",
        "lie over each other",
    ),
    Fault(
        "zip_parent",
        "路径含 .. path with ..",
        zipped(("../evil.shp", b"x")),
        r"\.\./evil\.shp 的路径越出压缩包",
        r"\.\./evil\.shp lead out of the archive",
    ),
    Fault(
        "zip_parent_backslash",
        "路径含 ..\\ path with ..\\",
        zipped(("..\\..\\evil.shp", b"x")),
        "的路径越出压缩包",
        "lead out of the archive",
    ),
    Fault(
        "zip_absolute",
        "绝对路径 absolute path",
        zipped(("/tmp/evil.shp", b"x")),  # noqa: S108
        "/tmp/evil.shp 的路径越出压缩包",
        "/tmp/evil.shp lead out of the archive",
    ),
    Fault(
        "zip_drive",
        "带盘符 path with a drive",
        zipped(("C:/evil.shp", b"x")),
        "C:/evil.shp 的路径越出压缩包",
        "C:/evil.shp lead out of the archive",
    ),
    Fault(
        "zip_symlink",
        "含链接 symbolic link",
        zipped((m.link_info("link.shp"), b"/etc/passwd")),
        "link.shp 是链接",
        "link.shp are links",
    ),
    Fault("zip_encrypted", "加密 encrypted", m.encrypted, "加了密码", "are encrypted"),
    Fault(
        "zip_nested",
        "压缩包套压缩包 zip in a zip",
        nested_zip,
        "没有可读的矢量文件",
        "has no vector file",
    ),
    Fault(
        "zip_two_shapefiles",
        "两个 shapefile two shapefiles",
        two_shapefiles,
        "现有图层：a, b；请写成 路径::图层名",
        "its layers are: a, b; write path::LAYER",
    ),
    Fault(
        "zip_broken_names",
        "文件名编码不明 names in no encoding",
        m.broken_names,
        "的文件名读不出",
        "names in no known encoding",
    ),
    Fault(
        "zip_names_twice",
        "重名 names twice",
        zipped(("A.shp", b"x")),
        "重名的文件：a.shp",
        "files of one name: a.shp",
    ),
    Fault(
        "zip_broken_inside",
        "内有损坏的 shapefile broken shapefile inside",
        broken_inside,
        "a.zip/a.shp 被截断",
        "a.zip/a.shp is truncated",
    ),
    Fault(
        "zip_many",
        "两万个文件 twenty thousand members",
        lambda folder: m.packed(folder, ((f"{n}.txt", b"") for n in range(20_001))),
        "超过 20000",
        "more than 20000",
    ),
    Fault(
        "zip_no_data",
        "没有数据 no data",
        lambda folder: m.packed(folder, [("a.doc", b"x")]),
        "没有可读的矢量文件",
        "has no vector file",
    ),
    Fault(
        "rar",
        "别的压缩包 other archive",
        file("a.rar", b"Rar!\x1a\x07"),
        "请先解压",
        "unpack an archive",
    ),
)
GEOPACKAGES = (
    Fault(
        "gpkg_text",
        "是文本 text",
        file("a.gpkg", "hello"),
        "不是可读的矢量文件",
        "not a readable vector",
    ),
    Fault(
        "gpkg_truncated",
        "截短 cut short",
        halved(GPKG),
        "不是可读的矢量文件",
        "not a readable vector",
    ),
    Fault("gpkg_corrupt_page", "一页损坏 a corrupt page", m.corrupt_page, "已损坏", "is damaged"),
    Fault(
        "gpkg_application_id",
        "application_id 不对 wrong application_id",
        geopackage("PRAGMA application_id = 1"),
        "application_id 是 0x1",
        "its application_id is 0x1",
    ),
    Fault(
        "gpkg_view_function",
        "视图调用函数 view that calls a function",
        geopackage(*m.view_of("SELECT fid, geom, load_extension('/tmp/x.so') AS DKBH FROM a")),
        r"视图，其中调用了函数（.*load_extension",
        r"view that calls functions .*load_extension",
    ),
    Fault(
        "gpkg_view_geocode",
        "视图调用联网函数 view that asks the network",
        geopackage(*m.view_of("SELECT fid, geom, ogr_geocode('http://x') AS DKBH FROM a")),
        "ogr_geocode",
        "ogr_geocode",
    ),
    Fault(
        "gpkg_count_lies",
        "记录数造假 count of records that lies",
        geopackage("UPDATE gpkg_ogr_contents SET feature_count = 1"),
        "有 2 条记录，只读到 1 条",
        "has 2 records, 1 were read",
    ),
    Fault(
        "gpkg_left_wal",
        "有未并入的 WAL changes in a WAL",
        m.left_wal,
        "未并入的改动",
        "not in it yet",
    ),
    Fault(
        "gpkg_4_billion_points",
        "图形声明 40 亿个点 4 billion points",
        m.huge_blob,
        "不是可读的矢量文件|没有图形|图形为空",
        "not a readable vector file|no geometry|empty geometry",
        dangerous=True,
    ),
    Fault(
        "gpkg_page_size",
        "页大小造假 nonsense page size",
        patched(GPKG, 16, b"\x03\x07"),
        "不是可读的矢量文件",
        "not a readable vector file",
    ),
    Fault(
        "gpkg_table_gone",
        "登记的表不存在 listed table is gone",
        geopackage("DROP TABLE a"),
        "a.gpkg",
        "a.gpkg",
    ),
    Fault(
        "sqlite_virtual_table",
        "虚表读取别的文件 virtual table of another file",
        geopackage(
            "CREATE VIRTUAL TABLE IF NOT EXISTS keep USING fts4(x)",
            "PRAGMA writable_schema = ON",
            "INSERT INTO sqlite_master VALUES ('table', 'evil', 'evil', 0, "
            "'CREATE VIRTUAL TABLE evil USING VirtualOGR(''/etc/passwd'')')",
        ),
        "虚表 evil 使用模块 virtualogr",
        "virtual table evil uses the module virtualogr",
    ),
)
XML = (
    Fault(
        "kml_billion_laughs",
        "实体炸弹 billion laughs",
        file("a.kml", m.kml(m.placemark(m.square(), "&l;"), m.LAUGHS)),
        "声明了文档类型",
        "declares a document type",
        dangerous=True,
    ),
    Fault(
        "kml_external_entity",
        "外部实体 external entity",
        file("a.kml", m.kml(m.placemark(m.square(), "&x;"), m.EXTERNAL)),
        "声明了文档类型",
        "declares a document type",
    ),
    Fault(
        "kml_no_polygons",
        "没有面 no polygons",
        file(
            "a.kml",
            m.kml("<Placemark><Point><coordinates>102.5,25</coordinates></Point></Placemark>"),
        ),
        "记录是 点",
        "records are Point",
    ),
    Fault("kml_empty", "没有内容 nothing in it", file("a.kml", m.kml("")), "a.kml", "a.kml"),
    Fault(
        "kml_truncated",
        "截短 cut short",
        file("a.kml", m.kml()[:-60]),
        "a.kml",
        "a.kml",
    ),
    Fault(
        "kml_html", "是网页 a web page", file("a.kml", "<html><body/></html>"), "<html>", "<html>"
    ),
    Fault(
        "kmz_entity",
        "KMZ 中有实体 entities in a KMZ",
        lambda folder: m.packed(folder, [("doc.kml", m.kml("", m.EXTERNAL))], "a.kmz"),
        r"a\.kmz/doc\.kml 声明了文档类型",
        r"a\.kmz/doc\.kml declares a document type",
    ),
    Fault(
        "gml_entity",
        "GML 中有实体 entities in a GML",
        file("a.gml", m.gml(m.EXTERNAL.replace("kml", "ogr:FeatureCollection"))),
        "声明了文档类型",
        "declares a document type",
    ),
)
JSON = (
    Fault(
        "geojson_text",
        "是文本 text",
        file("a.geojson", "hello"),
        "不是可读的矢量文件",
        "not a readable vector",
    ),
    Fault(
        "geojson_truncated",
        "截短 cut short",
        file("a.geojson", m.geojson()[:-9]),
        "内容不是 GeoJSON，或已损坏",
        "no GeoJSON, or is damaged",
    ),
    Fault(
        "geojson_deep",
        "嵌套十万层 nested 100,000 deep",
        file("a.geojson", deep(100_000)),
        "嵌套过深",
        "nested too deeply",
        dangerous=True,
    ),
    Fault(
        "geojson_wrong_types",
        "坐标是文字 words for coordinates",
        file("a.geojson", m.geojson('{"type":"Polygon","coordinates":"abc"}')),
        "没有图形：D1",
        "no geometry .null.: D1",
    ),
    Fault(
        "geojson_words_for_numbers",
        "数写成文字 words for numbers",
        file("a.geojson", m.geojson(m.polygon_text(*[('"a"', 1), (2, 2), (3, 1), ('"a"', 1)]))),
        "没有图形：D1",
        "no geometry .null.: D1",
    ),
    Fault(
        "geojson_huge_number",
        "数 1e400 number of 1e400",
        file(
            "a.geojson",
            m.geojson(m.polygon_text(*[(102, 25), ("1e400", 25), (103, 26), (102, 25)])),
        ),
        "a.geojson",
        "a.geojson",
    ),
    Fault(
        "geojson_nan",
        "坐标为 NaN NaN coordinate",
        file(
            "a.geojson",
            m.geojson(m.polygon_text(*[(102.5, 25), ("NaN", 25), (103, 26), (102.5, 25)])),
        ),
        "D1（坐标无效",
        "D1 .Invalid Coordinate",
    ),
    Fault(
        "geojson_keys_twice",
        "键重复 keys twice",
        file("a.geojson", m.geojson(properties='{"DKBH":"D1","DKBH":"D2"}')),
        "重复的键：DKBH",
        "keys that come twice in one object: DKBH",
    ),
    Fault(
        "geojson_utf16",
        "UTF-16",
        file("a.geojson", m.geojson().encode("utf-16")),
        "UTF-16",
        "UTF-16",
    ),
    Fault(
        "geojson_topology",
        "是 TopoJSON a TopoJSON",
        file("a.geojson", '{"type":"Topology","objects":{},"arcs":[]}'),
        "Topology",
        "Topology",
    ),
    Fault(
        "geojson_linked_crs",
        "坐标系是网址 CRS behind a link",
        file(
            "a.geojson",
            m.geojson(more='"crs":{"type":"link","properties":{"href":"http://127.0.0.1:9/x"}},'),
        ),
        "坐标系是一个链接",
        "its CRS is a link",
    ),
    Fault(
        "geojson_list", "是列表 a list", file("a.geojson", "[1,2]"), "不是 GeoJSON", "no GeoJSON"
    ),
)
PARQUET = (
    Fault(
        "parquet_truncated",
        "截短 cut short",
        halved(lambda folder: m.write(folder / "a.parquet")),
        "不是可读的 GeoParquet",
        "not a readable GeoParquet",
    ),
    Fault(
        "parquet_no_geo",
        "没有 geo 元数据 no geo metadata",
        lambda folder: m.parquet(folder / "a.parquet", lambda _: None),
        "没有 geo 元数据",
        "has no geo metadata",
    ),
    Fault(
        "parquet_geo_broken",
        "geo 元数据损坏 broken geo metadata",
        lambda folder: m.parquet(folder / "a.parquet", lambda _: "{"),
        "不是可读的 GeoParquet",
        "not a readable GeoParquet",
    ),
    Fault(
        "parquet_no_column",
        "geo 元数据指的列不存在 geo metadata of no column",
        lambda folder: m.parquet(folder / "a.parquet", no_primary),
        "不是可读的 GeoParquet",
        "not a readable GeoParquet",
    ),
    Fault(
        "parquet_4_billion_points",
        "图形声明 40 亿个点 4 billion points",
        lambda folder: m.parquet(folder / "a.parquet", wkb=WKB4),
        "不是可读的 GeoParquet",
        "not a readable GeoParquet",
        dangerous=True,
    ),
    Fault(
        "parquet_bomb",
        "2500 万空行 25 million empty rows",
        m.parquet_of_nothing,
        "疑为压缩炸弹",
        "may be a bomb",
        dangerous=True,
    ),
    Fault(
        "parquet_text",
        "是文本 text",
        file("a.parquet", "hello"),
        "不是 GeoParquet",
        "no GeoParquet",
    ),
)
DRAWINGS = (
    Fault(
        "dxf_garbage",
        "二进制 binary",
        file("a.dxf", b"AutoCAD Binary DXF\r\n\x1a\0" + bytes(range(256))),
        "内容不是 DXF",
        "no DXF",
    ),
    Fault(
        "dxf_open_lines",
        "线没有闭合 open polyline",
        file(
            "a.dxf",
            m.dxf(
                m.polyline(m.corners(), closed=True),
                m.polyline(m.corners(1), closed=False, handle="B7"),
            ),
        ),
        r"2 条线中有 1 条没有闭合（句柄、起点）：B7 \(500300.000, 2777000.000\)",
        r"1 of 2 lines are not closed .*B7 \(500300.000, 2777000.000\)",
        ("--crs", "EPSG:4543"),
    ),
    Fault(
        "dxf_no_crs",
        "没有坐标系 no CRS",
        file("a.dxf", m.dxf(m.polyline(m.corners(), closed=True))),
        "没有坐标系",
        "no coordinate reference system",
    ),
    Fault(
        "dxf_no_lines",
        "没有多段线 no polylines",
        file("a.dxf", m.dxf([(0, "POINT"), (8, "DK"), (10, 1), (20, 2)])),
        "没有多段线",
        "has no polylines",
        ("--crs", "EPSG:4543"),
    ),
    Fault(
        "dxf_truncated",
        "截短 cut short",
        file("a.dxf", m.dxf(m.polyline(m.corners(), closed=True))[:200]),
        "a.dxf",
        "a.dxf",
        ("--crs", "EPSG:4543"),
    ),
)
OTHERS = (
    Fault(
        "gdb_empty",
        "空的 .gdb no tables",
        lambda folder: (folder / "a.gdb").mkdir() or folder / "a.gdb",
        "没有数据表",
        "has no tables",
    ),
    Fault("gdb_file", ".gdb 是文件 a file", file("a.gdb", "hello"), "是一个文件", "is a file"),
    Fault(
        "gdb_truncated",
        ".gdb 的表截短 tables cut short",
        m.truncated_geodatabase,
        "a.gdb",
        "a.gdb",
        dangerous=True,
    ),
    Fault("fgb_text", "是文本 text", file("a.fgb", "hello"), "不是 FlatGeobuf", "no FlatGeobuf"),
    Fault(
        "fgb_truncated",
        "截短 cut short",
        halved(lambda folder: m.write(folder / "a.fgb")),
        "a.fgb",
        "a.fgb",
        dangerous=True,
    ),
    Fault("tab_text", "是文本 text", file("a.tab", "hello"), "不是 MapInfo TAB", "no MapInfo TAB"),
    Fault(
        "tab_view",
        "引用别的表 refers to others",
        file("a.tab", '!table\n!version 100\nOpen Table "/etc/passwd" Hide\n'),
        "只是引用别的表",
        "only refers to other tables",
    ),
    Fault("mif_text", "是文本 text", file("a.mif", "hello"), "不是 MapInfo MIF", "no MapInfo MIF"),
    Fault(
        "vrt_file",
        "VRT 指向别的文件 VRT of another file",
        file(
            "a.vrt",
            "<OGRVRTDataSource><OGRVRTLayer name='a'><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>",
        ),  # noqa: E501
        "不认得后缀 .vrt",
        "suffix .vrt is not known",
    ),
    Fault(
        "vrt_as_gml",
        "VRT 冒充 GML VRT called GML",
        file(
            "a.gml",
            "<OGRVRTDataSource><OGRVRTLayer name='a'><SrcDataSource>http://127.0.0.1:9/a</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>",
        ),  # noqa: E501
        "OGRVRTDataSource",
        "OGRVRTDataSource",
    ),
    Fault(
        "csv",
        "没有图形的表 table without shapes",
        file("a.csv", "a,b\n1,2\n"),
        "不认得后缀",
        "suffix .csv",
    ),
)
PATHS = (
    Fault(
        "missing",
        "不存在 nothing there",
        lambda folder: folder / "a.gpkg",
        "文件不存在",
        "no such file",
    ),
    Fault("folder", "文件夹 a folder", lambda folder: folder, "是文件夹", "is a folder"),
    Fault("empty", "0 字节 of 0 bytes", file("a.gpkg", b""), "0 字节", "0 bytes"),
    Fault(
        "device", "设备 a device", lambda _: Path("/dev/zero"), "不是普通文件", "no ordinary file"
    ),
    Fault("pipe", "管道 a pipe", m.pipe, "不是普通文件", "no ordinary file"),
    Fault(
        "link_loop",
        "链接成环 link to itself",
        m.linked_to_itself,
        "指向自身的链接",
        "leads to itself",
    ),
    Fault(
        "newline_in_name",
        "文件名含换行 newline in the name",
        lambda folder: m.renamed(folder, "a\ndzgis: b.gpkg"),
        r"a\\ndzgis: b.gpkg 中有不能用的字符",
        r"a\\ndzgis: b.gpkg holds",
    ),
    Fault(
        "mark_in_name",
        "文件名含 ! mark in the name",
        lambda folder: m.renamed(folder, "a!b.gpkg"),
        "不能用的字符 '!'",
        "holds '!'",
    ),
    Fault(
        "name_too_long",
        "文件名过长 name too long",
        lambda f: f / ("a" * 300 + ".gpkg"),
        "打不开",
        "cannot open",
    ),
    Fault(
        "http", "网址 address", lambda _: "http://127.0.0.1:9/a.gpkg", "网络地址", "on the network"
    ),
    Fault(
        "vsicurl",
        "GDAL 网址 GDAL's address",
        lambda _: "/vsicurl/http://127.0.0.1:9/a.gpkg",
        "网络地址",
        "on the network",
    ),  # noqa: E501
    Fault(
        "vsizip",
        "GDAL 压缩包路径 GDAL's path into a zip",
        lambda folder: f"/vsizip/{m.packed(folder, m.shapefile_members(folder))}/a.shp",
        "虚拟路径",
        "virtual path",
    ),
    Fault(
        "unknown_layer",
        "没有这个图层 no such layer",
        lambda folder: f"{m.write(folder / 'a.gpkg')}::DK",
        "要读的图层 DK ；现有图层：a",
        "no single layer DK to read in .*its layers are: a",
    ),
    Fault(
        "database_password",
        "地址里有密码 password in the address",
        lambda _: "postgresql://me:secret@127.0.0.1:9/land::dk",
        r"postgresql://me:\*\*\*@127",
        r"postgresql://me:\*\*\*@127",
    ),
    Fault(
        "database_unreachable",
        "数据库连不上 no server",
        lambda _: "postgresql://me@127.0.0.1:9/land::dk",
        "读取数据库 postgresql://me@127.0.0.1:9/land 失败",
        "reading the database postgresql://me@127.0.0.1:9/land failed",
    ),
)
TXT = (
    Fault(
        "txt_open_ring",
        "环不闭合 open ring",
        file("a.txt", m.txt("5,1,D,,面,,,,@", *m.TXT_RING, "J1,1,2777001,34410000")),
        "第 13 行",
        "line 13: ring 1 ends in point J1",
    ),
    Fault(
        "txt_2_points",
        "环只有 2 点 ring of 2 points",
        file("a.txt", m.txt("2,1,D,,面,,,,@", *m.TXT_RING[:2])),
        "2 个",
        "2 different points",
    ),
    Fault(
        "txt_count",
        "点数不符 wrong count",
        file("a.txt", m.txt("9,1,D,,面,,,,@", *m.TXT_RING)),
        "9",
        "declares 9 points",
    ),
    Fault(
        "txt_nan",
        "NaN",
        file("a.txt", m.txt("4,1,D,,面,,,,@", "J1,1,nan,34410000")),
        "X",
        "X is not a valid",
    ),
    Fault(
        "txt_swapped",
        "X、Y 写反 X and Y swapped",
        file("a.txt", m.txt("4,1,D,,面,,,,@", "J1,1,34410000,2777000")),
        "反",
        "are swapped",
    ),
    Fault(
        "txt_zones_mixed",
        "两个带 two zones",
        file("a.txt", m.txt("4,1,D,,面,,,,@", *m.TXT_RING[:3], "J4,1,2777000,35410100")),
        "带",
        "zone",
    ),
    Fault(
        "txt_no_at",
        "缺 @ no @",
        file("a.txt", m.txt("4,1.0,D1,一号,面,,,,", *m.TXT_RING)),
        "第 8 行",
        "line 8",
    ),
    Fault(
        "txt_binary",
        "二进制 binary",
        file("a.txt", b"\xff\xfe\x00\x01"),
        "GB18030",
        "neither UTF-8 nor GB18030",
    ),
)
FAULTS = (
    *SHAPEFILES,
    *SHAPES,
    *PLACES,
    *ARCHIVES,
    *GEOPACKAGES,
    *XML,
    *JSON,
    *PARQUET,
    *DRAWINGS,
    *OTHERS,
    *PATHS,
    *TXT,
)
