"""GeoPackage, GeoParquet, file geodatabase, FlatGeobuf: damaged, or with something in them."""

import struct

import making as m
from fault import GPKG, Fault, file, halved, patched


def geopackage(*statements):
    return lambda folder: m.geopackage(folder, *statements)


def no_primary(geo):
    return geo | {"primary_column": "nothing"}


WKB4 = struct.pack("<BIII", 1, 3, 1, m.BILLION4) + bytes(16)
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
        apart=True,
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
