"""Shapes that are no areas, and places that cannot be."""

import making as m
from fault import GPKG, Fault, file, gpkg
from shapely.geometry import GeometryCollection, LineString, MultiPoint, Point, Polygon, box

ZONES = [
    box(34_410_000, 2_777_000, 34_410_100, 2_777_100),
    box(35_410_000, 2_777_000, 35_410_100, 2_777_100),
]
METRES = box(410_000, 2_777_000, 410_100, 2_777_100)
SHAPES = (
    Fault(
        "bow_tie",
        "自相交 bow-tie",
        gpkg([m.square(), m.bow_tie()]),
        "D2（自相交",
        "D2 .Self-intersection",
        apart=True,
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
        apart=True,
    ),
    Fault(
        "null_geometry",
        "没有图形 no shape",
        gpkg([m.square(), None]),
        "没有图形：D2",
        "no geometry .null.: D2",
        apart=True,
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
        apart=True,
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
        apart=True,
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
