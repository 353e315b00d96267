"""
Place the sample parcels and write them as a layer and as a 国土 TXT coordinate file.

Each parcel is put where it shows one case: free low-hill land, a conflict with one layer, a common
edge, a sliver. The expected verdict is checked here before anything is written.

Run after ``protection.py`` as ``python data/build/parcels.py``; writes ``data/parcels/``.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from layers import CGCS2000, EQUAL_AREA, ellipsoidal_area_m2, write_geopackage
from parcel_cases import CASES, EXPECTED, Case
from pyproj import Transformer
from rasterio.features import rasterize
from records import Record, write_records
from scipy import ndimage
from scipy.spatial import cKDTree
from slopes import slope_degrees
from sources import DATA, file_sha256

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from landscape import Grid, Mask

FOLDER = DATA / "parcels"
TERRAIN = DATA / "dem" / "dianzhong_generated_3s.tif"
PROTECTION = DATA / "protection" / "protection.gpkg"
COUNTIES_FILE = DATA / "boundaries" / "counties.gpkg"
SEED = 20150615
ZONE_34 = "EPSG:4522"

CELL_M = 88.5
CLEARANCE_M = 120.0
MAX_TRIES = 400
STRIP_M = 0.1
#: A parcel may lie around a group of fields: its rim inside, its largest area, its own width.
GROUP_M = 30.0
SMALL_GROUP_M2 = 4e5
RING_M = 110.0
NICK_M = 0.3
NICK_SIDE_M = 30.0
PART_OF_EDGE = 0.6
#: Below this planar area in m² two shapes count as only touching.
TOUCH_M2 = 1e-3
#: Frames in which parcels that only touch must not overlap: equal area, zones 34 and 35.
FRAMES = (EQUAL_AREA, ZONE_34, "EPSG:4523")
#: Corners nearer than this, about 0.1 mm, are the same corner.
SAME_CORNER_DEG = 1e-9
#: Wider than this, in m (area by half the outline), an overlap is no sliver.
SLIVER_WIDTH_M = 0.2
_TO_PLANE = Transformer.from_crs(CGCS2000, EQUAL_AREA, always_xy=True)
_TO_DEGREES = Transformer.from_crs(EQUAL_AREA, CGCS2000, always_xy=True)


@dataclass(frozen=True)
class Surroundings:
    """
    What a parcel can meet.

    `fields` is the farmland in degrees. `layers` are planar (equal area, m), by the name of the
    case that presses on them. On the 3" cells: `distance` to each layer from outside and `inner`
    to its edge from inside (m), `hilly`, the share of 8–25° land around, the `county` number in the
    order of `homes`, the planar county outlines by code, and `boundary_m`, the distance to the
    nearest county boundary.
    """

    fields: gpd.GeoSeries
    layers: dict[str, gpd.GeoSeries]
    distance: dict[str, Grid]
    inner: dict[str, Grid]
    hilly: Grid
    county: Grid
    homes: dict[str, shapely.Geometry]
    boundary_m: Grid
    lon: Grid
    lat: Grid


PRESSED = ("pbf", "ecrl", "forest1", "forest2", "forest3", "forest4")


def read_surroundings() -> Surroundings:
    """Read terrain, counties and protection layers and measure the distances to each."""
    with rasterio.open(TERRAIN) as source:
        height, transform = source.read(1).astype(float), source.transform
    lat = transform.f + (np.arange(height.shape[0]) + 0.5) * transform.e
    lon = transform.c + (np.arange(height.shape[1]) + 0.5) * transform.a
    slope = slope_degrees(height, lat, 3.0)
    counties = gpd.read_file(COUNTIES_FILE, layer="XZQ")
    forest = gpd.read_file(PROTECTION, layer="LD")
    shapes = {
        "pbf": gpd.read_file(PROTECTION, layer="YJJBNTTB").geometry,
        "ecrl": gpd.read_file(PROTECTION, layer="STBHHX").geometry,
        **{f"forest{grade}": forest.geometry[forest["BH_DJ"] == grade] for grade in "1234"},
    }
    masks = {name: burn(series, height.shape, transform) > 0 for name, series in shapes.items()}
    numbered = zip(counties.geometry, range(1, len(counties) + 1), strict=True)
    county = rasterize(numbered, out_shape=height.shape, transform=transform, dtype="uint8")
    edges = burn(counties.geometry.boundary, height.shape, transform) > 0
    return Surroundings(
        fields=shapes["pbf"],
        layers={name: series.to_crs(EQUAL_AREA) for name, series in shapes.items()},
        distance={name: away_m(~mask) for name, mask in masks.items()},
        inner={name: away_m(mask) for name, mask in masks.items()},
        hilly=ndimage.uniform_filter(((slope > 8) & (slope <= 25)).astype(float), 7),
        county=county,
        homes=dict(zip(counties["XZQDM"], counties.to_crs(EQUAL_AREA).geometry, strict=True)),
        boundary_m=away_m(~edges),
        lon=lon,
        lat=lat,
    )


def burn(series: gpd.GeoSeries, shape: tuple[int, ...], transform: rasterio.Affine) -> Grid:
    """Mark the 3" cells that a layer touches."""
    marked: Grid = rasterize(
        series, out_shape=shape, transform=transform, all_touched=True, dtype="uint8"
    )
    return marked


def away_m(mask: Mask) -> Grid:
    """Distance in m from each true cell to the nearest false one."""
    distance: Grid = ndimage.distance_transform_edt(mask) * CELL_M
    return distance


def place(case: Case, around: Surroundings, rng: np.random.Generator) -> shapely.Geometry:
    """Find the site nearest to the anchor of `case` where its shape shows the expected verdict."""
    builders = {
        "touch": edge_neighbours,
        "part_edge": edge_neighbours,
        "strip": edge_neighbours,
        "nick": edge_neighbours,
        "ring": rings_round_fields,
    }
    build = builders.get(case.kind, free_shapes)
    for number, shape in enumerate(build(case, around, rng)):
        if (
            shape.is_valid
            and judge(shape, around) == EXPECTED[case.kind]
            and fits(case, shape, around)
        ):
            return shape
        if number >= MAX_TRIES:
            break
    message = f"no site for {case.name} ({case.kind}) near {case.lon}, {case.lat}"
    raise ValueError(message)


def judge(shape: shapely.Geometry, around: Surroundings) -> str:
    """Verdict on a planar shape, from its overlap with each layer."""
    widths = {name: overlap_width_m(shape, around.layers[name]) for name in PRESSED}
    pressing = {name for name, width in widths.items() if width > SLIVER_WIDTH_M}
    if pressing & {"pbf", "ecrl", "forest1"}:
        return "prohibited"
    if pressing:
        return "conditional"
    return "within_tolerance" if any(width > 0 for width in widths.values()) else "clear"


def overlap_width_m(shape: shapely.Geometry, layer: gpd.GeoSeries) -> float:
    """Mean width of the overlap: area by half the outline; 0 where they only touch."""
    near = layer.iloc[layer.sindex.query(shape, predicate="intersects")]
    common = shapely.union_all(near.intersection(shape).array)
    if common.area < TOUCH_M2:
        return 0.0
    return float(2.0 * common.area / common.length)


def fits(case: Case, shape: shapely.Geometry, around: Surroundings) -> bool:
    """Whether the shape shows its own case and none of the others."""
    areas = {
        name: float(series.iloc[series.sindex.query(shape)].intersection(shape).area.sum())
        for name, series in around.layers.items()
    }
    met = {name for name, area in areas.items() if area > TOUCH_M2}
    if case.kind != "two_counties" and not around.homes[case.county].contains(shape):
        return False
    if case.kind in PRESSED:
        share = areas[case.kind] / shape.area
        return met <= may_meet(case.kind) and case.share[0] <= share <= case.share[1]
    if case.kind in {"strip", "nick"}:
        return met == {"pbf"}
    if case.kind in {"touch", "part_edge"}:
        return not met and only_touches(to_degrees(shape), around.fields)
    return not met


def may_meet(kind: str) -> set[str]:
    """Layers that a case of `kind` may press on: itself, and forest of lower grades beside it."""
    if kind not in PRESSED:
        return set()
    return set(PRESSED[PRESSED.index(kind) :]) if kind.startswith("forest") else {kind}


def sites(case: Case, around: Surroundings, radius_m: float) -> Iterator[tuple[float, float]]:
    """Planar centres for a shape of `radius_m`, nearest to the anchor first."""
    room = radius_m + CLEARANCE_M
    good = around.county > 0 if case.kind == "two_counties" else own_county(case, around)
    for name in PRESSED:
        if name == case.kind:
            good = good & (around.distance[name] < 0.7 * radius_m)
            good = good & (around.inner[name] < 0.9 * radius_m)
        elif name not in may_meet(case.kind):
            good = good & (around.distance[name] > room)
    if case.hilly:
        good = good & (around.hilly > 0.7)
    if case.kind == "two_counties":
        good = good & (around.boundary_m < 0.35 * radius_m)
    else:
        good = good & (around.boundary_m > room)
    if case.kind == "meridian":
        good = good & (np.abs(around.lon - 103.5) < 0.0009)[None, :]
    rows, cols = np.nonzero(good)
    east = (around.lon[cols] - case.lon) * 100.7
    north = (around.lat[rows] - case.lat) * 110.8
    for at in np.argsort(np.hypot(east, north), kind="stable")[: MAX_TRIES * 20 : 11]:
        yield _TO_PLANE.transform(around.lon[cols[at]], around.lat[rows[at]])


def own_county(case: Case, around: Surroundings) -> Mask:
    """Cells of the county of `case`."""
    own: Mask = around.county == 1 + list(around.homes).index(case.county)
    return own


def free_shapes(
    case: Case, around: Surroundings, rng: np.random.Generator
) -> Iterator[shapely.Geometry]:
    """Shapes of the wanted area at one site after the other."""
    outline = draw_outline(case, rng)
    radius_m = float(np.abs(shapely.get_coordinates(outline)).max() * 1.2)
    for east, north in sites(case, around, radius_m):
        yield shapely.affinity.translate(outline, east, north)


def draw_outline(case: Case, rng: np.random.Generator) -> shapely.Geometry:
    """Outline around the origin, in m, with exactly the wanted planar area."""
    turn = float(rng.uniform(0.0, 180.0))
    if case.shape == "L":
        long, wide = rng.uniform(0.35, 0.55, 2)
        ring = [(0, 0), (1.5, 0.05), (1.45, wide), (long, wide + 0.05), (long, 1.1), (-0.05, 1.05)]
        outline: shapely.Geometry = shapely.Polygon(ring)
    elif case.shape == "two":
        parts = [convex_like(rng, 7), convex_like(rng, 6)]
        moved = shapely.affinity.translate(parts[1], 3.0, 0.6)
        outline = shapely.MultiPolygon([parts[0], moved])
    else:
        outline = convex_like(rng, int(rng.integers(5, 13)))
    outline = shapely.affinity.rotate(outline, turn, origin="centroid")
    scale = float(np.sqrt(case.area_ha * 1e4 / outline.area))
    outline = shapely.affinity.scale(outline, scale, scale, origin="centroid")
    centre = outline.centroid
    return shapely.affinity.translate(outline, -centre.x, -centre.y)


def convex_like(rng: np.random.Generator, n_corners: int) -> shapely.Polygon:
    """Star-shaped polygon of radius about 1, longer one way than the other."""
    angles = 2 * np.pi * (np.arange(n_corners) + rng.uniform(-0.3, 0.3, n_corners)) / n_corners
    reach = rng.uniform(0.75, 1.2, n_corners)
    return shapely.Polygon(np.c_[1.25 * reach * np.cos(angles), 0.85 * reach * np.sin(angles)])


def edge_neighbours(
    case: Case, around: Surroundings, rng: np.random.Generator
) -> Iterator[shapely.Geometry]:
    """Shapes that stand on the outer edge of a field, the nearest field first."""
    fields = around.layers["pbf"]
    anchor = shapely.Point(*_TO_PLANE.transform(case.lon, case.lat))
    for at in np.argsort(fields.distance(anchor).to_numpy(), kind="stable"):
        for field in shapely.get_parts(fields.iloc[at]):
            corners = shapely.get_coordinates(shapely.orient_polygons(field).exterior)
            for start, end in pairwise(corners):
                long_m = float(np.hypot(*(end - start)))
                if 120.0 < long_m < (330.0 if case.kind == "part_edge" else 900.0):
                    yield stand_on(case, start, end, rng)


def stand_on(case: Case, start: Grid, end: Grid, rng: np.random.Generator) -> shapely.Polygon:
    """Polygon to the right of a counter-clockwise field edge, that is outside the field."""
    along = end - start
    long_m = float(np.hypot(*along))
    along = along / long_m
    outwards = np.array([along[1], -along[0]])
    deep = case.area_ha * 1e4 / long_m
    first, last = start, end
    if case.kind == "part_edge":
        last = start + PART_OF_EDGE * long_m * along
    if case.kind == "strip":
        first, last = start + 30 * along - STRIP_M * outwards, end - 30 * along - STRIP_M * outwards
    top = [
        last + outwards * deep * rng.uniform(0.8, 1.1) + along * rng.uniform(-25, 25),
        (first + last) / 2 + outwards * deep * rng.uniform(0.95, 1.2),
        first + outwards * deep * rng.uniform(0.8, 1.1) + along * rng.uniform(-25, 25),
    ]
    if case.kind == "nick":
        middle = (first + last) / 2
        base = [first + NICK_SIDE_M * outwards, middle - NICK_M * outwards]
        base.append(last + NICK_SIDE_M * outwards)
        return shapely.Polygon([*base, *top])
    return shapely.Polygon([first, last, *top])


def rings_round_fields(
    case: Case, around: Surroundings, _: np.random.Generator
) -> Iterator[shapely.Geometry]:
    """Polygons whose hole holds a small group of fields, the nearest group first."""
    fields = around.layers["pbf"]
    groups = shapely.get_parts(shapely.union_all(fields.buffer(GROUP_M).array))
    groups = groups[shapely.area(groups) < SMALL_GROUP_M2]
    anchor = shapely.Point(*_TO_PLANE.transform(case.lon, case.lat))
    for at in np.argsort(shapely.distance(groups, anchor), kind="stable"):
        hole = shapely.convex_hull(groups[at]).simplify(8)
        yield hole.buffer(RING_M).simplify(30).difference(hole)


def to_degrees(shape: shapely.Geometry) -> shapely.Geometry:
    """
    Geographic form of a planar shape, so exact that it projects back onto itself.

    The inverse of the projection is a series that is off by 1.5 mm here; what is left after
    projecting forwards again is put in until nothing is left.
    """
    plane = shapely.get_coordinates(shape)
    aim = plane.copy()
    for _ in range(4):
        lon, lat = _TO_DEGREES.transform(*aim.T)
        aim = aim + plane - np.column_stack(_TO_PLANE.transform(lon, lat))
    return shapely.transform(shape, lambda _: np.column_stack([lon, lat]))


def snap_corners(shape: shapely.Geometry, corners: Grid) -> shapely.Geometry:
    """Give the corners of `shape` the very numbers of the layer corners that they stand on."""
    own = shapely.get_coordinates(shape)
    distance, nearest = cKDTree(corners).query(own)
    same = (distance < SAME_CORNER_DEG)[:, None]
    return shapely.transform(shape, lambda _: np.where(same, corners[nearest], own))


def only_touches(shape: shapely.Geometry, fields: gpd.GeoSeries) -> bool:
    """Whether a geographic shape meets the fields without area in every frame of `FRAMES`."""
    near = fields.iloc[fields.sindex.query(shape)]
    for frame in FRAMES:
        planar = gpd.GeoSeries([shape], crs=CGCS2000).to_crs(frame).iloc[0]
        if float(near.to_crs(frame).intersection(planar).area.sum()) > TOUCH_M2:
            return False
    return True


def build_parcels(around: Surroundings) -> gpd.GeoDataFrame:
    """Place every case and fill the fields of DK."""
    placed = []
    corners = shapely.get_coordinates(around.fields.array)
    for number, case in enumerate(CASES):
        rng = np.random.default_rng([SEED, number])
        placed.append(snap_corners(to_degrees(place(case, around, rng)), corners))
    frame = gpd.GeoDataFrame(
        {
            "DKBH": [f"P{number:03d}" for number in range(1, len(CASES) + 1)],
            "DKMC": [case.name for case in CASES],
            "YT": [case.use for case in CASES],
            "EXPECT": [case.shows for case in CASES],
            "EXPECT_V": [EXPECTED[case.kind] for case in CASES],
        },
        geometry=placed,
        crs=CGCS2000,
    )
    frame.insert(3, "SBMJ", (ellipsoidal_area_m2(frame) / 1e4).round(4))
    return frame


def check_verdicts(parcels: gpd.GeoDataFrame, around: Surroundings) -> None:
    """Judge the shapes once more as written, back from degrees."""
    planar = parcels.to_crs(EQUAL_AREA).geometry
    wrong = [
        f"{code}: {judge(shape, around)} for {expected}"
        for code, expected, shape in zip(parcels["DKBH"], parcels["EXPECT_V"], planar, strict=True)
        if judge(shape, around) != expected
    ]
    if wrong:
        message = f"{len(wrong)} of {len(parcels)} parcels miss their verdict: {'; '.join(wrong)}"
        raise ValueError(message)


def write_coordinate_text(parcels: gpd.GeoDataFrame, target: Path) -> None:
    """Write the 界址点 text: CGCS2000, zone 34 for every parcel, north first, millimetres."""
    lines = [
        "[属性描述]",
        "格式版本号=1.01",
        "数据产生单位=dzgis 示例（生成，演示）",
        "数据产生日期=2015-06-15",
        "坐标系=2000国家大地坐标系",
        "几度分带=3",
        "投影类型=高斯克吕格",
        "计量单位=米",
        "带号=34",
        "精度=0.001",
        "转换参数=0,0,0,0,0,0,0",
        "[地块坐标]",
    ]
    planar = parcels.to_crs(ZONE_34).geometry
    for row, shape in zip(parcels.itertuples(), planar, strict=True):
        points = list(boundary_points(shape))
        head = f"{len(points)},{row.SBMJ:.4f},{row.DKBH},{row.DKMC},面,,{row.YT},,@"
        lines += [head, *points]
    target.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\r\n")


def boundary_points(shape: shapely.Geometry) -> Iterator[str]:
    """One line per boundary point, rings numbered through all parts, each closed on its start."""
    rings = [ring for part in shapely.get_parts(shape) for ring in (part.exterior, *part.interiors)]
    serial = 0
    for number, ring in enumerate(rings, start=1):
        corners = shapely.get_coordinates(ring)
        names = [f"J{serial + at + 1}" for at in range(len(corners) - 1)]
        for name, (east, north) in zip([*names, names[0]], corners, strict=True):
            yield f"{name},{number},{north:.3f},{east:.3f}"
        serial += len(names)


def main() -> None:
    """Build the parcels, check them and write layer, text and records."""
    around = read_surroundings()
    parcels = build_parcels(around)
    FOLDER.mkdir(parents=True, exist_ok=True)
    target = FOLDER / "parcels.gpkg"
    target.unlink(missing_ok=True)
    check_verdicts(parcels, around)
    write_geopackage(parcels, target, layer="DK", description="申报地块（生成，演示）")
    write_coordinate_text(parcels, FOLDER / "parcels.txt")
    write_records(FOLDER, parcel_records())
    print(parcels.drop(columns="geometry").to_string())


def parcel_records() -> list[Record]:
    """Describe the layer and of the text."""
    common: dict[str, Any] = {
        "origin": f"generated by data/build/parcels.py, seed {SEED}, over the generated layers "
        f"with sha256 {file_sha256(PROTECTION)}",
        "licence": "Apache-2.0",
        "date": "2015-06-15",
        "rebuilt_by": "python data/build/parcels.py",
    }
    return [
        Record(
            path="parcels.gpkg",
            layer="DK",
            title="申报地块（生成，演示）",
            title_en="Candidate parcels (generated, for demonstration)",
            crs=CGCS2000,
            generated=True,
            notes=(
                "地块为虚构；EXPECT_V 为预期核查结果。 Invented; EXPECT_V is the expected verdict."
            ),
            **common,
        ),
        Record(
            path="parcels.txt",
            title="申报地块界址点坐标（生成，演示）",
            title_en="The same parcels as boundary points (generated, for demonstration)",
            crs=ZONE_34,
            generated=True,
            notes=(
                "UTF-8；与 DK 图层同一批地块，全部写在 34 带（带号前缀），"
                "含 103.5°E 以东的马龙地块；"
                "毫米取整，共边不再严格重合。"
                " UTF-8; all in zone 34, those east of 103.5°E too; "
                "rounded to 1 mm, so common edges are no longer exact."
            ),
            **common,
        ),
    ]


if __name__ == "__main__":
    main()
