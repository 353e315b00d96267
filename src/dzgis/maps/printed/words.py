"""What the sheets say, in both languages."""

from __future__ import annotations

from dzgis.terms import Text

KINDS: dict[str, Text] = {
    "structure": Text("空间结构图", "Spatial structure"),
    "slope": Text("坡度分级图", "Slope classes"),
    "available": Text("低丘缓坡可用地图", "Available low-hill land"),
    "suitability": Text("建设适宜性评价图", "Suitability for building"),
    "protection": Text("管控图层分布图", "Protection layers"),
    "verdict": Text("地块核查结论图", "Parcels by verdict"),
}

LEGEND = Text("图  例", "Legend")
SURROUNDINGS = Text("位置示意图", "Location")
NO_PROVINCE = Text(
    "示规划各县（市、区）及周边节点；没有可随附的省界，故不绘",
    "The plan's counties and places around; no province outline may ship, so none is drawn",
)
NOTES = Text("说明", "Notes")
SOURCES = Text("资料来源", "Sources")
AND_MORE_NOTES = Text("其余 {n} 条见结果文件夹", "{n} more in the result folder")
TRUE_NORTH = Text("真北", "true N")
GRID_NORTH = Text("坐标北", "grid N")
CONVERGENCE = Text(
    "子午线收敛角（图幅中心）{sign}{angle}", "grid convergence (centre) {sign}{angle}"
)
SCALE = Text("比例尺 1:{n}（{size} 幅面）", "Scale 1:{n} (at {size})")
KM = Text("km", "km")
M = Text("m", "m")
IN_FORCE = Text("数据截止", "Data as of")
PROJECTION = Text(
    "坐标系：2000 国家大地坐标系（CGCS2000），高斯—克吕格 3° 带，"
    "中央经线 {meridian}°E（EPSG:{epsg}）",
    "CRS: CGCS2000, Gauss-Kruger 3-degree zone, central meridian {meridian}°E (EPSG:{epsg})",
)
GRIDS = Text(
    "经纬网 {degrees}（上、左注记），公里网 {km}（下、右注记，千米）",
    "graticule {degrees} (figures above, left), km grid {km} (figures below, right, km)",
)
APPROVAL = Text("审图号：{number}", "Map approval no. {number}")
TO = Text("至{place}", "to {place}")

DISTRICT_EDGE = Text("片区范围", "district")
COUNTY_EDGE = Text("县（市、区）界", "county line")
CLUSTER_BUBBLE = Text("组团（示意）", "cluster (schematic)")
CLUSTER_LAND = Text("组团范围", "land of the cluster")
AXIS_ARROW = Text("发展轴（示意）", "axis (schematic)")
AXIS_EXTENSION = Text("发展轴延伸", "extension of an axis")
NODE = Text("轴上节点", "node of an axis")
GATEWAY = Text("对外门户", "gateway")
COMPREHENSIVE_HUB = Text("综合交通枢纽", "comprehensive hub")
STATION = Text("客货运枢纽场站", "passenger and freight hub")
AIRPORT = Text("机场", "airport")
UNKNOWN = Text("未知", "unknown")
NOT_LOW_HILL = Text("无可用地", "none available")
SHARE = Text("{low}–{high}%", "{low}-{high}%")
SHARE_TITLE = Text("像元内可用地占比", "available share of the cell")
AVAILABLE_KM2 = Text("可用 {n} km²", "{n} km² available")
PARCEL_SIGN = Text("符号为地块位置，图形小于符号", "signs mark parcels smaller than the sign")
COUNT = Text("{name}（{n} 宗）", "{name} ({n})")
NOT_SHOWN = Text("{n} 个名称无处可放，未注", "{n} names found no place and are left out")
SEAT = Text("县（市、区）驻地", "county seat")
