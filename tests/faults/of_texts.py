"""KML, GML, GeoJSON, DXF, TXT and other texts."""

import making as m
from fault import Fault, file


def deep(n):
    return (
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":'
        '{"type":"Polygon","coordinates":' + "[" * n + "]" * n + "}}]}"
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
