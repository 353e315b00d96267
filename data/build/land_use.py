"""
Generate the sample's land-use patches (地类图斑, DLTB) around the parcels (生成，仅供演示).

Patches fill boxes around the parcels without gaps or overlaps: fields where `current.gpkg` has
permanent basic farmland, woods where it has forest, roads and railways on their land, and invented
uses on the rest. The boxes are the layer DCFW, the surveyed extent.

Run after ``current.py`` as ``python data/build/land_use.py``; writes ``data/land_use/``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from current_cases import ON_ARABLE
from layers import CGCS2000, write_geopackage
from pyproj import CRS
from records import Record, write_records
from scipy.spatial import cKDTree
from slopes import slope_degrees
from sources import DATA, file_sha256

from dzgis.official_area import official_area_m2
from dzgis.rings import rings_of_shapes

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FOLDER = DATA / "land_use"
TARGET = FOLDER / "land_use.gpkg"
PROTECTION = DATA / "protection" / "current.gpkg"
PARCELS = DATA / "parcels" / "parcels.gpkg"
TERRAIN = DATA / "dem" / "dianzhong_generated_3s.tif"
COUNTIES_FILE = DATA / "boundaries" / "counties.gpkg"
SEED = 20231231
SURVEYED, VALID_UNTIL = "2023-12-31", "2027-12-31"

#: How far a box reaches beyond its parcel, degrees, and the grid of its corners.
BESIDE_DEG, CORNER_DEG = 0.0027, 1e-4
#: Corners of patches lie on this grid, about 0.1 mm.
GRID_DEG = 1e-9
#: Distance between the middles of invented patches, degrees, and how far they are moved.
PATCH_DEG, JITTER = 0.0024, 0.3
LANE_DEG = 0.00005
#: Smaller patches join a neighbour: the least mapped one of farmland, m².
SMALLEST_M2 = 400.0
SLOPE_GRADE_EDGES_DEG = (2.0, 6.0, 15.0, 25.0)
GENTLE, STEEP = 2, 4
#: Share of a field that is ridges (田坎), by slope grade and kind: terraced (TT) or not (PD).
RIDGES = {
    "TT": {"2": 0.0412, "3": 0.0823, "4": 0.1245, "5": 0.1667},
    "PD": {"2": 0.0534, "3": 0.0978, "4": 0.1426, "5": 0.1892},
}
#: Column that says whether a patch is permanent basic farmland.
FIELD = "field"
RIDGE_CLASS = "1203"
NAMES = {
    "0101": "水田",
    "0103": "旱地",
    "0201": "果园",
    "0301": "乔木林地",
    "0305": "灌木林地",
    "0307": "其他林地",
    "0404": "其他草地",
    "0601": "工业用地",
    "0702": "农村宅基地",
    "1001": "铁路用地",
    "1003": "公路用地",
    "1006": "农村道路",
    "1104": "坑塘水面",
    "1202": "设施农用地",
}
FOREST = {"乔木林地": "0301", "灌木林地": "0305", "其他林地": "0307"}
ARABLE, NOT_ARABLE = "0103", "0404"
GROUPS = "一二三四五六七"
STATE_OWNED = ("0601", "1001", "1003")
#: Chances of invented uses on gentle ground, on slopes, and on steep slopes.
GENTLE_USES = {"0103": 8, "0201": 3, "0702": 4, "0601": 3, "1104": 2, "1202": 2, "0404": 3}
SLOPE_USES = {"0103": 4, "0201": 3, "0404": 5, "0301": 3, "0305": 4, "0307": 2, "0702": 1}
STEEP_USES = {"0404": 4, "0301": 4, "0305": 4}


@dataclass(frozen=True)
class Ground:
    """
    What decides about a patch.

    Layers of 2023, counties, the parcels on which no arable land is to be invented, and slope.
    """

    farms: gpd.GeoDataFrame
    woods: gpd.GeoDataFrame
    roads: gpd.GeoDataFrame
    rails: gpd.GeoDataFrame
    counties: gpd.GeoDataFrame
    not_arable: gpd.GeoDataFrame
    slope: Floats
    transform: rasterio.Affine

    def grade(self, points: Floats) -> NDArray[np.int64]:
        """Slope grade 1 to 5 at places, degrees."""
        rows, cols = rasterio.transform.rowcol(self.transform, *points.T)
        return 1 + np.searchsorted(SLOPE_GRADE_EDGES_DEG, self.slope[rows, cols], side="left")


def read_ground(parcels: gpd.GeoDataFrame) -> Ground:
    """Read terrain, counties and the layers of 2023."""
    with rasterio.open(TERRAIN) as source:
        height, transform = source.read(1).astype(float), source.transform
    lat = transform.f + (np.arange(height.shape[0]) + 0.5) * transform.e
    layers = [gpd.read_file(PROTECTION, layer=name) for name in ("YJJBNTTB", "LD", "GL", "TL")]
    counties = gpd.read_file(COUNTIES_FILE, layer="XZQ")
    others = parcels[~parcels["DKBH"].isin(ON_ARABLE)]
    return Ground(*layers, counties, others, slope_degrees(height, lat, 3.0), transform)


def surveyed_boxes(parcels: gpd.GeoDataFrame) -> list[shapely.Polygon]:
    """Boxes around the parcels; those that meet are one."""
    bounds = parcels.bounds.to_numpy() + BESIDE_DEG * np.array([-1, -1, 1, 1])
    corners = np.round(bounds / CORNER_DEG) * CORNER_DEG
    together = shapely.union_all(shapely.box(*np.round(corners, 4).T))
    return list(shapely.get_parts(together))


def near(frame: gpd.GeoDataFrame, box: shapely.Geometry) -> NDArray[np.object_]:
    """Shapes of a layer, clipped by a box."""
    shapes = frame.geometry.iloc[sorted(frame.sindex.query(box, predicate="intersects"))]
    return shapely.intersection(shapes.to_numpy(), box)


def patches_in(
    box: shapely.Polygon, ground: Ground, rng: np.random.Generator
) -> list[dict[str, object]]:
    """Patches of a box."""
    seeds = seeds_in(box, rng)
    lane = shapely.intersection(lane_through(box, rng), box)
    farms, woods = near(ground.farms, box), near(ground.woods, box)
    ways = shapely.union_all([*near(ground.roads, box), *near(ground.rails, box)])
    lane = shapely.difference(lane, shapely.union_all([ways, *farms]))
    unsplit = shapely.union_all([ways, lane, *farms])
    cells = shapely.voronoi_polygons(shapely.MultiPoint(seeds), extend_to=box, only_edges=True)
    lines = [
        box.boundary,
        shapely.difference(shapely.intersection(cells, box), unsplit),
        shapely.boundary(ways),
        shapely.boundary(lane),
        *shapely.boundary(farms),
        *shapely.difference(shapely.boundary(woods), unsplit),
        *shapely.boundary(near(ground.counties, box)),
    ]
    noded = shapely.union_all([one for one in lines if one is not None], grid_size=GRID_DEG)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    faces = faces[shapely.covers(box, shapely.point_on_surface(faces))]
    rows = [describe(face, ground, lane) for face in faces]
    invent(rows, seeds, ground, rng)
    return joined(rows)


def seeds_in(box: shapely.Polygon, rng: np.random.Generator) -> Floats:
    """Middles of patches over a box and a little beyond."""
    west, south, east, north = box.bounds
    x, y = np.meshgrid(
        np.arange(west - PATCH_DEG, east + PATCH_DEG, PATCH_DEG),
        np.arange(south - PATCH_DEG, north + PATCH_DEG, PATCH_DEG),
    )
    points = np.c_[x.ravel(), y.ravel()]
    return points + rng.uniform(-JITTER, JITTER, points.shape) * PATCH_DEG


def lane_through(box: shapely.Polygon, rng: np.random.Generator) -> shapely.Geometry:
    """Strip of a country lane across a box."""
    west, south, east, north = box.bounds
    heights = south + (north - south) * rng.uniform(0.2, 0.8, 3)
    middle = west + (east - west) * rng.uniform(0.35, 0.65)
    line = shapely.LineString(np.c_[[west, middle, east], heights])
    return line.buffer(LANE_DEG / 2.0, cap_style="square", join_style="mitre")


def describe(face: shapely.Polygon, ground: Ground, lane: shapely.Geometry) -> dict[str, object]:
    """What the layers say of a patch: its class, blank where they say nothing."""
    point = face.point_on_surface()
    row: dict[str, object] = {"geometry": face, "DLBM": "", "GDLX": "", "GDPDJB": ""}
    row[FIELD] = hit(ground.farms, point) is not None
    row["XZQDM"] = str(hit(ground.counties, point)["XZQDM"])
    if hit(ground.rails, point) is not None:
        row["DLBM"] = "1001"
    elif hit(ground.roads, point) is not None:
        row["DLBM"] = "1003"
    elif (farm := hit(ground.farms, point)) is not None:
        row |= {"DLBM": farm["DLBM"], "GDPDJB": farm["PDJB"], "GDLX": farm["GDLX"]}
    elif shapely.covers(lane, point):
        row["DLBM"] = "1006"
    elif (wood := hit(ground.woods, point)) is not None:
        row["DLBM"] = FOREST[wood["DI_LEI"]]
    return row


def hit(frame: gpd.GeoDataFrame, point: shapely.Point) -> pd.Series | None:
    """First feature of a layer at a place."""
    found = sorted(frame.sindex.query(point, predicate="intersects"))
    return frame.iloc[found[0]] if found else None


def invent(
    rows: list[dict[str, object]], seeds: Floats, ground: Ground, rng: np.random.Generator
) -> None:
    """Fill in what the layers do not say: one use for the ground around each seed."""
    grades = np.clip(ground.grade(seeds), 1, 5)
    uses = [draw(int(grade), rng) for grade in grades]
    tree = cKDTree(seeds)
    for row in rows:
        if row["DLBM"]:
            continue
        point = shapely.get_coordinates(row["geometry"].point_on_surface())[0]
        at = int(tree.query(point)[1])
        barred = ground.not_arable.sindex.query(row["geometry"], predicate="intersects").size
        row["DLBM"] = NOT_ARABLE if barred and uses[at] == ARABLE else uses[at]
        if row["DLBM"] == ARABLE:
            row["GDPDJB"] = str(grades[at])
            row["GDLX"] = "" if grades[at] == 1 else ("TT" if at % 2 else "PD")


def draw(grade: int, rng: np.random.Generator) -> str:
    """Invented use of ground of a slope grade."""
    chances = STEEP_USES if grade > STEEP else GENTLE_USES if grade <= GENTLE else SLOPE_USES
    weights = np.array(list(chances.values()), dtype=float)
    return str(rng.choice(list(chances), p=weights / weights.sum()))


def joined(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """
    Let small patches join the neighbour with the longest common edge, smallest first.

    What is permanent basic farmland joins its like, and what is none too, where that is possible.
    """
    alive = dict(enumerate(rows))
    areas = dict(zip(alive, area_m2([row["geometry"] for row in rows]), strict=True))
    while (at := min(areas, key=areas.__getitem__)) is not None and areas[at] < SMALLEST_M2:
        small = alive.pop(at)["geometry"]
        edge = {
            other: shapely.length(shapely.intersection(small, row["geometry"]))
            for other, row in alive.items()
            if shapely.intersects(small, row["geometry"])
        }
        kind = rows[at][FIELD]
        alike = [other for other in edge if alive[other][FIELD] == kind and edge[other] > 0]
        best = max(alike or edge, key=edge.__getitem__)
        alive[best]["geometry"] = shapely.union(alive[best]["geometry"], small, grid_size=GRID_DEG)
        areas[best] += areas.pop(at)
    return list(alive.values())


def area_m2(shapes: Iterable[shapely.Geometry]) -> Floats:
    """Ellipsoidal area by the official formula, m²."""
    return official_area_m2(rings_of_shapes(np.array(list(shapes))), CRS(CGCS2000))


def cents(value: Floats) -> Floats:
    """Area to 0.01 m², halves up."""
    return np.asarray(np.round(np.floor(value * 100.0 + 0.5) / 100.0, 2))


def table(rows: list[dict[str, object]]) -> gpd.GeoDataFrame:
    """Fill the fields of DLTB."""
    frame = gpd.GeoDataFrame(rows, crs=CGCS2000)
    frame = frame.sort_values("XZQDM", kind="stable").reset_index(drop=True)
    number = [f"{at:06d}" for at in range(1, len(frame) + 1)]
    whole = cents(area_m2(frame.geometry))
    kinds = zip(frame["GDLX"], frame["GDPDJB"], strict=True)
    ridges = np.array([RIDGES.get(kind, {}).get(grade, 0.0) for kind, grade in kinds])
    lost = cents(whole * ridges)
    group = np.arange(len(frame)) % len(GROUPS)
    pairs = zip(frame["XZQDM"], group, strict=True)
    unit = [f"{code}001{at + 1:03d}0000000" for code, at in pairs]
    village = [f"示范村{GROUPS[at]}组（生成）" for at in group]
    blank = dict.fromkeys(("XZDWKD", "TBXHDM", "TBXHMC", "ZZSXDM", "ZZSXMC", "CZCSXM"), "")
    return gpd.GeoDataFrame(
        {
            "BSM": [f"{code}2001{n}23" for code, n in zip(frame["XZQDM"], number, strict=True)],
            "YSDM": "2001010100",
            "TBYBH": number,
            "TBBH": number,
            "DLBM": frame["DLBM"],
            "DLMC": frame["DLBM"].map(NAMES),
            "QSXZ": np.where(frame["DLBM"].isin(STATE_OWNED), "20", "30"),
            "QSDWDM": unit,
            "QSDWMC": village,
            "ZLDWDM": unit,
            "ZLDWMC": village,
            "TBMJ": whole,
            "KCDLBM": np.where(ridges > 0, RIDGE_CLASS, ""),
            "KCXS": ridges,
            "KCMJ": lost,
            "TBDLMJ": cents(whole - lost),
            "GDLX": frame["GDLX"],
            "GDPDJB": frame["GDPDJB"],
            **blank,
            "GDDB": np.nan,
            "FRDBS": "0",
            "SJNF": 2023,
            "MSSM": "00",
            "HDMC": "",
            "BZ": "生成（演示）",
        },
        geometry=frame.geometry,
        crs=CGCS2000,
    )


def check(patches: gpd.GeoDataFrame, boxes: list[shapely.Polygon]) -> None:
    """Raise where patches leave gaps or overlap, or areas do not add up."""
    shapes = patches.geometry.array
    if not shapely.coverage_is_valid(shapes):
        raise ValueError("patches overlap, or do not share their edges")
    together = shapely.coverage_union_all(shapes)
    gap = shapely.area(shapely.symmetric_difference(together, shapely.union_all(boxes)))
    if gap > 0.0:
        raise ValueError(f"patches do not fill the boxes: {gap} square degrees")
    rest = (patches["TBMJ"] - patches["KCMJ"] - patches["TBDLMJ"]).abs().max()
    if rest > 0.001:
        raise ValueError(f"TBMJ is not KCMJ and TBDLMJ: {rest}")


def main() -> None:
    """Build patches, extent and records."""
    rng = np.random.default_rng(SEED)
    parcels = gpd.read_file(PARCELS, layer="DK")
    ground, boxes = read_ground(parcels), surveyed_boxes(parcels)
    patches = table([row for box in boxes for row in patches_in(box, ground, rng)])
    check(patches, boxes)
    FOLDER.mkdir(parents=True, exist_ok=True)
    TARGET.unlink(missing_ok=True)
    write_geopackage(patches, TARGET, layer="DLTB", description="地类图斑（生成，演示）")
    extent = gpd.GeoDataFrame(
        {"MC": [f"调查范围{n:02d}（生成，演示）" for n in range(1, len(boxes) + 1)]},
        geometry=boxes,
        crs=CGCS2000,
    )
    write_geopackage(extent, TARGET, layer="DCFW", description="调查范围（生成，演示）")
    write_records(FOLDER, land_use_records())
    print(f"{len(boxes)} boxes, {len(patches)} patches, {TARGET.stat().st_size} bytes")
    print(patches.groupby("DLBM")["TBMJ"].agg(["count", "sum"]))


def land_use_records() -> list[Record]:
    """Describe both layers."""
    origin = (
        f"generated by data/build/land_use.py, seed {SEED}, over the generated layers with sha256 "
        f"{file_sha256(PROTECTION)} and terrain with sha256 {file_sha256(TERRAIN)}"
    )
    patches = Record(
        path=TARGET.name,
        layer="DLTB",
        title="地类图斑（生成，演示）",
        title_en="Land-use patches (generated, for demonstration)",
        origin=origin,
        licence="Apache-2.0",
        date=SURVEYED,
        crs=CGCS2000,
        rebuilt_by="python data/build/land_use.py",
        generated=True,
        notes=(
            "只在地块周围的方框（图层 DCFW）内有图斑；权属单位、田坎系数均为虚构。 "
            "Only in boxes around the parcels (layer DCFW); owners and ridge shares are invented."
        ),
        extra={
            "role": "land_use",
            "extent_layer": "DCFW",
            "survey_date": SURVEYED,
            "valid_until": VALID_UNTIL,
        },
    )
    extent = Record(
        path=TARGET.name,
        layer="DCFW",
        title="地类图斑的调查范围（生成，演示）",
        title_en="Surveyed extent of the land-use patches (generated, for demonstration)",
        origin=origin,
        licence="Apache-2.0",
        date=SURVEYED,
        crs=CGCS2000,
        rebuilt_by="python data/build/land_use.py",
        generated=True,
        notes="地块四周各约 270 m 的方框。 Boxes that reach about 270 m beyond each parcel.",
    )
    return [patches, extent]


if __name__ == "__main__":
    main()
