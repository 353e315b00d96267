"""
Generate the sample's roads, railways and waters, and list its towns (生成，仅供演示).

Roads and railways are least-cost lines over the generated terrain between places of the plan, as
its axes and corridors name them; rivers follow the valleys of that terrain. None of them lies where
a real one does. Towns are the places of the plan, with what is known of their accuracy.

Run after ``dem.py`` as ``python data/build/networks.py``; writes ``data/networks/networks.gpkg``.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from cell_network import (
    METRES_PER_ARC_SECOND,
    Cell,
    Grade,
    Land,
    Link,
    links_of,
    path,
    pieces,
    smooth_line,
)
from layers import CGCS2000, write_geopackage
from rasterio.features import rasterize
from records import Record, write_records
from relief import Frame
from scipy import ndimage
from sources import DATA, file_sha256
from waters import flow_of, lakes, outlines, reservoirs, rivers

from dzgis.plan import DEFAULT_PLAN, load_plan

if TYPE_CHECKING:
    from landscape import Mask

    from dzgis.plan import Plan

FOLDER = DATA / "networks"
TARGET = FOLDER / "networks.gpkg"
DEM = DATA / "dem" / "dianzhong_generated_3s.tif"
COUNTIES_FILE = DATA / "boundaries" / "counties.gpkg"
DATE = "2020-12-31"
MADE_UP = "（生成，演示）"

#: Cells over which heights are smoothed: what banks and small bridges level out.
LEVELLED_CELLS = 1.0
#: What a metre over water costs, against one over level land.
ON_WATER = 12.0
#: Lines are drawn to about so many metres, waters and their outlines to so many.
LINE_M, WATER_M = 25.0, 30.0
#: Waters and county roads are made to so many kilometres beyond the counties.
BEYOND_KM = 8.0
#: Of county roads: the longest between two places, and how far from all a hamlet lies.
LONGEST_KM, HAMLET_KM, HAMLET_SLOPE = 45.0, 15.0, 0.07

GRADES = {
    "高速": Grade(ruling=0.03, most=9.0),
    "国道": Grade(ruling=0.05, most=14.0),
    "省道": Grade(ruling=0.06, most=14.0, reuse=0.5),
    "县道": Grade(ruling=0.07, most=20.0, reuse=0.4),
}
RAIL_GRADE = Grade(ruling=0.012, most=14.0, reuse=0.6)


@dataclass(frozen=True)
class Route:
    """A line of the plan's corridors: class, name, the places on it and whether it is there."""

    label: str
    name: str
    via: tuple[str, ...]
    state: str = "现状"


_WEST = ("太平", "安宁", "草铺", "禄脿", "土官", "彩云", "楚雄")
#: Along the axes of the plan; names are those of its corridors, lines are invented.
ROADS = (
    Route("高速", "昆曲高速", ("曲靖", "马龙", "寻甸", "嵩明", "杨林", "长水机场", "昆明")),
    Route("高速", "昆楚高速", ("昆明", *_WEST, "大理")),
    Route("国道", "320国道", ("曲靖", "马龙", "旧县", "杨林", "大板桥", "昆明", "太平", "安宁",
                           "禄脿", "土官", "禄丰", "一平浪", "楚雄", "大理")),
    Route("省道", "武定—勤丰—安丰营—易门公路", ("禄劝", "武定", "勤丰", "安丰营", "易门")),
    Route("省道", "易门—双柏公路", ("易门", "双柏")),
    Route("省道", "易门—峨山公路", ("易门", "峨山")),
)  # fmt: skip
RAILWAYS = (
    Route("普速", "沪昆铁路", ("曲靖", "马龙", "旧县", "杨林", "大板桥", "昆明")),
    Route("高铁", "沪昆客专", ("曲靖", "马龙", "嵩明", "长水机场", "官渡")),
    Route("普速", "成昆铁路", ("昆明", "安宁", "禄脿", "禄丰", "一平浪", "广通", "黑井")),
    Route("普速", "广大铁路", ("广通", "楚雄", "大理")),
    Route("城际", "仁兴—勤丰—安丰营—易门城际轨道交通",
          ("仁兴", "勤丰", "安丰营", "易门"), state="规划"),
)  # fmt: skip


def read_land() -> tuple[Land, Mask, Land]:
    """Land at 6 arc seconds, smoothed, its lakes, and the land as it is at 3."""
    with rasterio.open(DEM) as source:
        height, bounds = source.read(1).astype(float), source.bounds
    fine_frame = Frame(bounds.left, bounds.top, 3, height.shape)
    fine = Land(fine_frame, height, np.ones(height.shape))
    water = lakes(fine)
    rows, cols = height.shape[0] // 2, height.shape[1] // 2
    coarse = height.reshape(rows, 2, cols, 2).mean(axis=(1, 3))
    wet = water.reshape(rows, 2, cols, 2).any(axis=(1, 3))
    frame = Frame(bounds.left, bounds.top, 6, (rows, cols))
    smooth = ndimage.gaussian_filter(coarse, LEVELLED_CELLS)
    return Land(frame, smooth, np.where(wet, ON_WATER, 1.0)), water, fine


def surroundings() -> shapely.Geometry:
    """The counties and what lies close to them, EPSG:4490."""
    counties = gpd.read_file(COUNTIES_FILE, layer="XZQ").union_all()
    return shapely.simplify(counties, 0.005).buffer(BEYOND_KM / 111.0, quad_segs=4)


def towns(plan: Plan, frame: Frame) -> gpd.GeoDataFrame:
    """Places of the plan in and just beyond the terrain; one of several at the same point."""
    seats = {county.seat for county in plan.counties}
    townships = {one.seat for one in plan.townships}
    edge = 0.05
    south, east = frame.lat[-1], frame.lon[-1]
    rows = []
    for place in plan.places:
        at = place.point
        near = frame.west - edge < at.lon < east + edge and south - edge < at.lat < frame.north
        if near and place.name != "长水机场":
            kind = "县城" if place.name in seats else "乡镇" if place.name in townships else "其他"
            rows.append(
                (place.name, place.name_en, kind, at.acc_km, at.coord_source, at.lon, at.lat)
            )
    names = ["MC", "MC_EN", "LX", "acc_km", "coord_source", "lon", "lat"]
    frame_of = gpd.GeoDataFrame(rows, columns=names)
    order = frame_of["LX"].map({"县城": 0, "乡镇": 1, "其他": 2})
    one_each = frame_of.loc[order.sort_values(kind="stable").index].drop_duplicates(["lon", "lat"])
    points = gpd.points_from_xy(one_each["lon"], one_each["lat"], crs=CGCS2000)
    kept = gpd.GeoDataFrame(one_each.drop(columns=["lon", "lat"]), geometry=points)
    return kept.sort_index().reset_index(drop=True)


class Builder:
    """Lines that are built one after another on one land, each seeing those before it."""

    def __init__(self, land: Land, places: dict[str, Cell]) -> None:
        self.land, self.places = land, places
        self.built = np.zeros(land.frame.shape, dtype=bool)
        self.labels: dict[Link, str] = {}

    def add(self, ends: Link, label: str, grade: Grade, *, joins: bool = True) -> None:
        """Build between two cells; links that are there keep what they are."""
        cells = path(self.land, ends, grade, self.built)
        for link in links_of(cells):
            self.labels.setdefault(link, label)
        if joins:
            rows, cols = np.array(cells).T
            self.built[rows, cols] = True

    def add_route(self, route: Route, grade: Grade, *, joins: bool = True) -> None:
        """Build a route from place to place."""
        label = f"{route.label}|{route.name}|{route.state}"
        for pair in pairwise(route.via):
            self.add((self.places[pair[0]], self.places[pair[1]]), label, grade, joins=joins)

    def frame(self, fields: tuple[str, str]) -> gpd.GeoDataFrame:
        """All lines, one row for each class and name, in order of building."""
        by_label: dict[str, list[shapely.LineString]] = {}
        coarse = LINE_M / (METRES_PER_ARC_SECOND * 3600)
        for label, cells in pieces(self.labels):
            by_label.setdefault(label, []).append(smooth_line(cells, self.land.frame, coarse))
        order = list(dict.fromkeys(self.labels.values()))
        parts = [label.split("|") for label in order]
        return gpd.GeoDataFrame(
            {
                fields[0]: [part[0] for part in parts],
                fields[1]: [f"{part[1]}{MADE_UP}" for part in parts],
                "ZT": [part[2] for part in parts],
            },
            geometry=[shapely.MultiLineString(by_label[label]) for label in order],
            crs=CGCS2000,
        )


def hamlets(land: Land, seats: list[Cell], inside: Mask) -> list[Cell]:
    """Level places far from all others, one after another, so that county roads go everywhere."""
    rise = np.gradient(land.height, *land.cell_m)
    fit = inside & (np.hypot(*rise) < HAMLET_SLOPE) & (land.hindrance == 1.0)
    far = np.full(land.frame.shape, np.inf)
    row, col = np.indices(land.frame.shape)
    found: list[Cell] = []
    for one in seats:
        far = np.minimum(far, _metres(row - one[0], col - one[1], land))
    while True:
        at = int(np.argmax(np.where(fit, far, 0.0)))
        cell = at // land.frame.shape[1], at % land.frame.shape[1]
        if far[cell] < HAMLET_KM * 1e3:
            return found
        found.append(cell)
        far = np.minimum(far, _metres(row - cell[0], col - cell[1], land))


def _metres(rows: np.ndarray, cols: np.ndarray, land: Land) -> np.ndarray:
    return np.hypot(rows * land.cell_m[0], cols * land.cell_m[1])


def neighbours(cells: list[Cell], land: Land) -> list[Link]:
    """Pairs of places with no third in the circle between them, the nearest pairs first."""
    at = np.array(cells, dtype=float) * land.cell_m
    apart = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1))
    found = []
    for i in range(len(cells)):
        for j in range(i + 1, len(cells)):
            blocked = apart[i] ** 2 + apart[j] ** 2 < apart[i, j] ** 2
            if not blocked.any() and 0.0 < apart[i, j] < LONGEST_KM * 1e3:
                found.append((apart[i, j], (cells[i], cells[j])))
    return [pair for _, pair in sorted(found)]


def roads(land: Land, places: dict[str, Cell], seats: list[Cell], inside: Mask) -> gpd.GeoDataFrame:
    """Expressways, through roads along the axes, then county roads between neighbours."""
    builder = Builder(land, places)
    for route in ROADS:
        builder.add_route(route, GRADES[route.label], joins=route.label != "高速")
    everywhere = list(dict.fromkeys([*seats, *hamlets(land, seats, inside)]))
    for pair in neighbours(everywhere, land):
        builder.add(pair, "县道|县道|现状", GRADES["县道"])
    return builder.frame(("GLDJ", "LXMC"))


def railways(land: Land, places: dict[str, Cell]) -> gpd.GeoDataFrame:
    """Railways of the corridors."""
    builder = Builder(land, places)
    for route in RAILWAYS:
        builder.add_route(route, RAIL_GRADE)
    return builder.frame(("TLLX", "XLMC"))


def waters(
    land: Land, lake: Mask, fine: Frame, inside: Mask, around: shapely.Geometry
) -> gpd.GeoDataFrame:
    """Surfaces of rivers, lakes and reservoirs, none on another, EPSG:4490."""
    coarse = WATER_M / (METRES_PER_ARC_SECOND * 3600)
    flow, catchment = flow_of(land)
    lake_shapes = outlines(lake, fine, coarse)
    dammed = [
        outlines(one, land.frame, coarse)[0] for one in reservoirs(land, flow, catchment, inside)
    ]
    still = shapely.union_all([*lake_shapes, *dammed])
    flowing = shapely.union_all(rivers(land, flow, catchment, coarse))
    flowing = shapely.intersection(shapely.difference(flowing, still), around)
    bodies = [
        *(("1101", "河流水面", one) for one in shapely.get_parts(flowing)),
        *(("1102", "湖泊水面", one) for one in lake_shapes),
        *(("1103", "水库水面", one) for one in dammed),
    ]
    kept = [row for row in bodies if row[2].geom_type == "Polygon" and row[2].intersects(around)]
    frame = gpd.GeoDataFrame(kept, columns=["DLBM", "DLMC", "geometry"], crs=CGCS2000)
    return frame.set_geometry(shapely.set_precision(frame.geometry.array, 1e-6))


def build() -> dict[str, gpd.GeoDataFrame]:
    """All layers, in the order of `TITLES`."""
    land, lake, fine = read_land()
    plan = load_plan(DEFAULT_PLAN)
    around = surroundings()
    places = {one.name: land.cell_of(one.point.lon, one.point.lat) for one in plan.places}
    step = land.frame.step_s / 3600
    inside = rasterize(
        [around],
        out_shape=land.frame.shape,
        transform=rasterio.Affine(step, 0, land.frame.west, 0, -step, land.frame.north),
    ).astype(bool)
    town = towns(plan, land.frame)
    seats = [places[name] for name in town["MC"]]
    return {
        "road": roads(land, places, seats, inside),
        "railway": railways(land, places),
        "town": town,
        "water": waters(land, lake, fine.frame, inside, around),
    }


_TERRAIN = "generated by data/build/networks.py over the generated terrain with sha256 "
_LINES = (
    "按最小费用路径在生成地形上连接规划所列地点，线位虚构，名称取自规划走廊；ZT=规划 者未建成。 "
    "Least-cost lines over the generated terrain between places of the plan; the lines are "
    "invented, names are those of its corridors; ZT=规划 are planned."
)
_TOWNS = (
    "规划所列地点；精度见 acc_km（公里），坐标来源见 coord_source。 "
    "Places of the plan; good to acc_km (kilometres), from coord_source."
)
_WATERS = (
    "河流沿生成地形的谷线，水库虚构；滇池、阳宗海为地形中的大致轮廓。县界外 8 公里以内。 "
    "Rivers follow the valleys of the generated terrain, reservoirs are invented; the two lakes "
    "have the rough outlines of that terrain. To 8 km beyond the counties."
)
TITLES = {
    "road": ("公路中心线", "Centre lines of roads", _LINES),
    "railway": ("铁路中心线", "Centre lines of railways", _LINES),
    "town": ("城镇点", "Towns", _TOWNS),
    "water": ("水面", "Water surfaces", _WATERS),
}
SHAPES = {
    "road": "MultiLineString",
    "railway": "MultiLineString",
    "town": "Point",
    "water": "MultiPolygon",
}


def main() -> None:
    """Build the layers and their records."""
    FOLDER.mkdir(exist_ok=True)
    built = build()
    TARGET.unlink(missing_ok=True)
    for name, frame in built.items():
        if not frame.is_valid.all():
            raise ValueError(f"{name}: {(~frame.is_valid).sum()} invalid")
        title = TITLES[name][0] + ("" if name == "town" else MADE_UP)
        write_geopackage(frame, TARGET, layer=name, description=title, shape=SHAPES[name])
        corners = shapely.get_num_coordinates(frame.geometry.array).sum()
        print(f"{name}: {len(frame)} features, {corners} corners")
    write_records(FOLDER, [record_of(name) for name in built])


def record_of(layer: str) -> Record:
    """Describe a layer."""
    title, title_en, notes = TITLES[layer]
    generated = layer != "town"
    return Record(
        path=TARGET.name,
        layer=layer,
        title=title + (MADE_UP if generated else ""),
        title_en=title_en + (" (generated, for demonstration)" if generated else ""),
        origin=_TERRAIN + file_sha256(DEM)
        if generated
        else "plan file src/dzgis/plan/dianzhong-2014.toml",
        licence="Apache-2.0",
        date=DATE,
        crs=CGCS2000,
        rebuilt_by="python data/build/networks.py",
        generated=generated,
        notes=notes,
    )


if __name__ == "__main__":
    main()
