"""
Generate the sample's layers of 2023, all that the current rules ask for (生成，仅供演示).

Farmland, forest and red line are those of ``protection.gpkg`` with some changes; the rest is placed
where `current_cases` says, so that each role meets some of the parcels and not the others.

Run after ``parcels.py`` as ``python data/build/current.py``; writes
``data/protection/current.gpkg`` and checks that each feature lies to its parcel as it should.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from current_cases import (
    CHANGE_M,
    COMPACT,
    FIRST_PART_INSIDE,
    GROWN_M,
    HALF_INSIDE,
    INSIDE,
    NEW_FARMLAND,
    NEW_FOREST,
    NO_LONGER_FARMLAND,
    NO_LONGER_FOREST,
    NO_LONGER_RED_LINE,
    OFF_THE_FLAT,
    PLACED,
    REGRADED,
    NewForest,
    Placed,
)
from layers import CGCS2000, COUNTIES, ellipsoidal_area_m2, write_geopackage
from local_plane import LocalPlane, planes_of
from records import Record, write_records
from sources import DATA, file_sha256
from terrain_facts import BASINS, Basin

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    Vector = NDArray[np.float64]

FOLDER = DATA / "protection"
OLD = FOLDER / "protection.gpkg"
TARGET = FOLDER / "current.gpkg"
PARCELS = DATA / "parcels" / "parcels.gpkg"
COUNTIES_FILE = DATA / "boundaries" / "counties.gpkg"
SEED = 20231231
SURVEYED, VALID_UNTIL = "2023-12-31", "2027-12-31"

#: Share of the features of 2014 that are gone, and no change nearer to a parcel than this, m.
DROPPED_SHARE = {"YJJBNTTB": 0.03, "LD": 0.02}
UNTOUCHED_M = 1500.0
#: The boundary around a parcel inside it: how far out, and how coarse, m.
AROUND_M, COARSE_M = 160.0, 25.0
#: Radius of a town's built-up zone, degrees per km of its basin's radius; no field lies there.
TOWN_DEG = 0.0025
#: A basin flat (坝区) against the basin of the terrain.
FLAT_SHARE = 0.35
EARTH_KM_PER_DEG = 111.0
#: Forest of grade II that is national of the first grade.
FIRST_NATIONAL_SHARE = 0.3
CORNERS = 32
SPACING_M = 40.0
SAME_POINT_DEG = 1e-9
#: A placed feature lies as it should to within this, m.
PLACING_M = 0.002
TITLES = {
    "YJJBNTTB": ("永久基本农田图斑", "Permanent basic farmland", "pbf"),
    "STBHHX": ("生态保护红线", "Ecological protection red line", "ecrl"),
    "LD": ("林地保护等级", "Forest land by protection grade", "forest"),
    "CZKFBJ": ("城镇开发边界", "Urban development boundary", "udb"),
    "ZRBHD": ("自然保护地", "Nature reserves", "reserve"),
    "YYSYD": ("饮用水水源保护区", "Drinking-water source areas", "water_source"),
    "HHGLFW": ("河湖管理范围", "River and lake management areas", "river"),
    "BZ": ("坝区", "Basin flats", "bazi"),
    "DZZH": ("地质灾害", "Geological hazards", "hazard"),
    "GL": ("公路用地", "Road land", "road"),
    "TL": ("铁路用地", "Railway land", "railway"),
    "NLJBHQ": ("牛栏江流域保护区", "Niulan river protection area", "niulan"),
    "JCJK": ("机场净空保护区", "Airport clearance area", "airport"),
}
#: Field of the value that rules look at, and of the name, in each layer of placed features.
FIELDS = {
    "ZRBHD": ("GKFQ", "BHDMC"),
    "YYSYD": ("BHQJB", "SYDMC"),
    "HHGLFW": ("HLMC", "MC"),
    "DZZH": ("WXXDJ", "ZHDMC"),
    "GL": ("GLDJ", "LXMC"),
    "TL": ("TLLX", "XLMC"),
    "NLJBHQ": ("LYMC", "MC"),
    "JCJK": ("JCMC", "MC"),
}


def facing_point(shape: shapely.Geometry, bearing_deg: float) -> tuple[Vector, Vector]:
    """Corner of a planar shape that lies farthest towards a bearing, and the unit vector there."""
    turn = np.radians(bearing_deg)
    towards = np.array([np.sin(turn), np.cos(turn)])
    corners = shapely.get_coordinates(shape)
    return corners[np.argmax(corners @ towards)], towards


def disc(
    shape: shapely.Geometry, bearing_deg: float, gap_m: float, radii: tuple[float, float]
) -> shapely.Polygon:
    """
    Round polygon beside a planar shape.

    A disc of the first radius would have its border at `gap_m`; what is drawn, around the same
    centre, has the second. A corner faces the shape.
    """
    corner, towards = facing_point(shape, bearing_deg)
    centre = corner + towards * (gap_m + radii[0])
    start = np.arctan2(*(-towards)[::-1])
    angles = start + 2 * np.pi * np.arange(CORNERS) / CORNERS
    return shapely.Polygon(centre + radii[1] * np.c_[np.cos(angles), np.sin(angles)])


def band(shape: shapely.Geometry, case: Placed) -> shapely.Polygon:
    """Strip across the bearing, its near edge at the wanted distance from a planar shape."""
    corner, towards = facing_point(shape, case.bearing_deg)
    along = np.array([towards[1], -towards[0]])
    near, far = case.gap_m, case.gap_m + case.zones[0][1]
    ends = (-case.half_long_m, case.half_long_m)
    ring = [
        corner + away * towards + at * along
        for away, at in ((near, ends[0]), (near, ends[1]), (far, ends[1]), (far, ends[0]))
    ]
    return shapely.segmentize(shapely.Polygon(ring), SPACING_M)


def zones_of(case: Placed, plane: LocalPlane) -> Iterator[tuple[str, shapely.Geometry]]:
    """Value and shape, EPSG:4490, of each zone of a placed feature."""
    if case.shape == "band":
        yield case.zones[0][0], plane.to_degrees(band(plane.shape, case))
        return
    taken = shapely.Polygon()
    for value, radius in case.zones:
        radii = case.zones[case.facing][1], radius
        whole = disc(plane.shape, case.bearing_deg, case.gap_m, radii)
        yield value, plane.to_degrees(shapely.difference(whole, taken))
        taken = whole


def placed_layer(
    layer: str, planes: dict[str, LocalPlane], home: dict[str, str]
) -> gpd.GeoDataFrame:
    """Features of one layer of `PLACED`."""
    value_field, name_field = FIELDS[layer]
    rows, shapes = [], []
    for case in (case for case in PLACED if case.layer == layer):
        for value, shape in zones_of(case, planes[case.parcel]):
            serial = len(rows) + 1
            rows.append(
                {
                    "BSM": f"{home[case.parcel]}{layer}{serial:04d}",
                    "XZQDM": home[case.parcel],
                    name_field: f"{TITLES[layer][0]}{serial:02d}（生成，演示）",
                    value_field: value,
                }
            )
            shapes.append(shape)
    return gpd.GeoDataFrame(pd.DataFrame(rows), geometry=shapes, crs=CGCS2000)


def check_placing(planes: dict[str, LocalPlane]) -> None:
    """Raise where a feature does not lie at the distance, or as deep, as it should."""
    for case in PLACED:
        plane = planes[case.parcel]
        zones = dict(zones_of(case, plane))
        shape = plane.from_degrees(zones[case.zones[case.facing][0]])
        found = shapely.distance(plane.shape, shape)
        deep = shapely.intersects(plane.shape, shape) and case.gap_m < 0
        if not deep and abs(found - max(case.gap_m, 0.0)) > PLACING_M:
            raise ValueError(f"{case.layer} at {case.parcel}: {found:.3f} m for {case.gap_m}")


def farmland(
    parcels: gpd.GeoDataFrame, planes: dict[str, LocalPlane], rng: np.random.Generator
) -> gpd.GeoDataFrame:
    """Fields of 2014 without some, and one that grew."""
    old = gpd.read_file(OLD, layer="YJJBNTTB")
    frame = without_some(old, parcels, DROPPED_SHARE["YJJBNTTB"], rng)
    gone = parcels.geometry[parcels["DKBH"].isin(NO_LONGER_FARMLAND)].union_all()
    frame = frame[~frame.intersects(gone)].reset_index(drop=True)
    for code in NEW_FARMLAND:
        plane = planes[code]
        parcel = parcels.geometry[parcels["DKBH"] == code].iloc[0]
        edges = frame.geometry[frame.touches(parcel)].intersection(parcel)
        at = edges.index[np.argmax(shapely.length(edges.array))]
        field = plane.from_degrees(frame.geometry[at])
        grown = shapely.intersection(field.buffer(GROWN_M), plane.shape)
        added = plane.to_degrees(shapely.segmentize(grown, SPACING_M))
        frame.loc[at, "geometry"] = shapely.union(frame.geometry[at], added)
    area = ellipsoidal_area_m2(frame).round(2)
    share = (frame["YJJBNTMJ"] / frame["TBMJ"]).round(2)
    return frame.assign(TBMJ=area, YJJBNTMJ=(area * share).round(2))


def without_some(
    frame: gpd.GeoDataFrame, parcels: gpd.GeoDataFrame, share: float, rng: np.random.Generator
) -> gpd.GeoDataFrame:
    """Drop a share of the features, none of them near a parcel."""
    degrees = UNTOUCHED_M / 1000.0 / EARTH_KM_PER_DEG
    near = frame.intersects(shapely.union_all(shapely.buffer(parcels.geometry.array, degrees)))
    kept = near | (rng.random(len(frame)) > share)
    return frame[kept].reset_index(drop=True)


def erased(frame: gpd.GeoDataFrame, ground: shapely.Geometry) -> gpd.GeoDataFrame:
    """Take some ground from the features that it meets, and leave the others as they are."""
    hit = frame.intersects(ground)
    left = frame.geometry.where(~hit, frame.geometry.difference(ground))
    frame = frame.set_geometry(left)
    return frame[~frame.geometry.is_empty].reset_index(drop=True)


def around(codes: Iterable[str], planes: dict[str, LocalPlane]) -> shapely.Geometry:
    """Ground around parcels on which a layer changed, EPSG:4490."""
    wide = [
        planes[code].to_degrees(shapely.segmentize(planes[code].shape.buffer(CHANGE_M), SPACING_M))
        for code in codes
    ]
    return shapely.union_all(wide)


def forest(
    parcels: gpd.GeoDataFrame, planes: dict[str, LocalPlane], rng: np.random.Generator
) -> gpd.GeoDataFrame:
    """Forest of 2014 with some gone, some in another grade, and some that is new."""
    frame = without_some(gpd.read_file(OLD, layer="LD"), parcels, DROPPED_SHARE["LD"], rng)
    first = rng.random(len(frame)) < FIRST_NATIONAL_SHARE
    second = np.where(first, "1", "2")
    grade = frame["BH_DJ"].to_numpy()
    frame.insert(7, "GJGYL_BHDJ", np.select([grade == "1", grade == "2"], ["1", second], ""))
    frame = erased(frame, around(NO_LONGER_FOREST, planes))
    for code, (new_grade, national) in REGRADED.items():
        ground = around([code], planes)
        hit = frame[frame.intersects(ground)]
        cut = hit.set_geometry(hit.geometry.intersection(ground))
        cut = cut.assign(BH_DJ=new_grade, GJGYL_BHDJ=national)
        frame = pd.concat([erased(frame, ground), cut], ignore_index=True)
    fresh = gpd.GeoDataFrame(
        [forest_row(case, number) for number, case in enumerate(NEW_FOREST)],
        geometry=[new_forest(case, planes[case.parcel]) for case in NEW_FOREST],
        crs=CGCS2000,
    )
    fresh["XIAN"] = county_of(fresh)
    frame = gpd.GeoDataFrame(pd.concat([frame, fresh], ignore_index=True), crs=CGCS2000)
    area_ha = (ellipsoidal_area_m2(frame) / 1e4).round(4)
    return frame.assign(MIAN_JI=area_ha)[frame.columns]


def forest_row(case: NewForest, number: int) -> dict[str, str]:
    """Fields of a forest that is new."""
    return {
        "SHENG": "53",
        "XIANG": "生成（演示）",
        "LIN_BAN": "9001",
        "XIAO_BAN": f"{number + 1:05d}",
        "DI_LEI": "乔木林地",
        "SEN_LIN_LB": "011" if case.national else "012",
        "GJGYL_BHDJ": case.national,
        "BH_DJ": case.grade,
    }


def new_forest(case: NewForest, plane: LocalPlane) -> shapely.Geometry:
    """Shape of a forest that is new, EPSG:4490."""
    radii = case.radius_m, case.radius_m
    return plane.to_degrees(disc(plane.shape, case.bearing_deg, case.gap_m, radii))


def county_of(frame: gpd.GeoDataFrame) -> list[str]:
    """Code of the county in which a point of each feature lies."""
    counties = gpd.read_file(COUNTIES_FILE, layer="XZQ")
    points = frame.geometry.representative_point()
    return [str(counties.loc[counties.contains(p), "XZQDM"].iloc[0]) for p in points]


def home_basins() -> list[Basin]:
    """Basins of the terrain whose middle lies in a county."""
    counties = gpd.read_file(COUNTIES_FILE, layer="XZQ").union_all()
    return [one for one in BASINS if counties.contains(shapely.Point(one.lon, one.lat))]


def development_boundary(
    planes: dict[str, LocalPlane], farms: gpd.GeoDataFrame, red_line: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Zones around parcels and on towns; no farmland, no red line, no zone on another."""
    rows: list[tuple[str, shapely.Geometry]] = []
    taken: list[shapely.Geometry] = []
    for zone, wanted in wanted_zones(planes):
        shape = wanted
        for layer in (farms, red_line):
            near = layer.geometry.iloc[layer.sindex.query(shape)]
            shape = shapely.difference(shape, shapely.union_all(near.to_numpy()))
        before = [one for one in taken if shapely.intersects(one, shape)]
        shape = shapely.difference(shape, shapely.union_all(before))
        polygons = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
        if polygons:
            tidy = shapely.remove_repeated_points(shapely.MultiPolygon(polygons), SAME_POINT_DEG)
            rows.append((zone, tidy))
            taken.append(tidy)
    frame = gpd.GeoDataFrame(
        {"GHFQMC": [zone for zone, _ in rows]}, geometry=[shape for _, shape in rows], crs=CGCS2000
    )
    code = county_of(frame)
    frame.insert(0, "BSM", [f"{c}CZKFBJ{n:04d}" for n, c in enumerate(code, start=1)])
    frame.insert(1, "XZQDM", code)
    frame["MJ"] = ellipsoidal_area_m2(frame).round(2)
    return frame


def wanted_zones(planes: dict[str, LocalPlane]) -> Iterator[tuple[str, shapely.Geometry]]:
    """Zone and shape, EPSG:4490, before anything is taken from it."""
    for code, zone in INSIDE.items():
        plane = planes[code]
        wide = widened(plane.shape)
        if isinstance(zone, str):
            yield zone, plane.to_degrees(wide)
            continue
        for half, one in zip(halves(plane.shape), zone, strict=True):
            yield one, plane.to_degrees(shapely.intersection(wide, half))
    for code in HALF_INSIDE:
        plane = planes[code]
        half = halves(plane.shape)[0]
        yield COMPACT, plane.to_degrees(shapely.intersection(widened(plane.shape), half))
    for code in FIRST_PART_INSIDE:
        plane = planes[code]
        first, *others = shapely.get_parts(plane.shape)
        room = shapely.distance(first, shapely.union_all(others)) / 2.0
        yield COMPACT, plane.to_degrees(first.buffer(room, join_style="mitre"))
    for basin in home_basins():
        point = shapely.Point(basin.lon, basin.lat)
        yield COMPACT, shapely.buffer(point, TOWN_DEG * basin.radius_km, quad_segs=8)


def widened(shape: shapely.Geometry) -> shapely.Geometry:
    """Coarse outline around a planar shape."""
    return shape.buffer(AROUND_M, quad_segs=2).simplify(COARSE_M)


def halves(shape: shapely.Geometry) -> tuple[shapely.Geometry, shapely.Geometry]:
    """Ground west and east of the middle of a planar shape, as far as anything here reaches."""
    x, far = shape.centroid.x, 1e5
    return shapely.box(x - far, -far, x, far), shapely.box(x, -far, x + far, far)


def basin_flats(counties: gpd.GeoDataFrame, planes: dict[str, LocalPlane]) -> gpd.GeoDataFrame:
    """Basin flats of the terrain as ellipses, inside the counties."""
    basins = home_basins()
    flats = [
        shapely.affinity.rotate(
            shapely.affinity.scale(
                shapely.Point(basin.lon, basin.lat).buffer(
                    FLAT_SHARE * basin.radius_km / EARTH_KM_PER_DEG, quad_segs=12
                ),
                basin.stretch**-0.5,
                basin.stretch**0.5,
            ),
            -basin.azimuth_deg,
        )
        for basin in basins
    ]
    frame = gpd.GeoDataFrame(
        {"BZMC": [f"{basin.name}坝（生成，演示）" for basin in basins]},
        geometry=flats,
        crs=CGCS2000,
    )
    inside = frame.clip(counties.union_all(), keep_geom_type=True).sort_index()
    inside = erased(inside, around(OFF_THE_FLAT, planes))
    code = county_of(inside)
    inside.insert(0, "BSM", [f"{c}BZ{n:04d}" for n, c in enumerate(code, start=1)])
    return inside.reset_index(drop=True).assign(MJ=lambda one: ellipsoidal_area_m2(one).round(2))


def build() -> dict[str, gpd.GeoDataFrame]:
    """All layers, in the order of `TITLES`."""
    rng = np.random.default_rng(SEED)
    parcels = gpd.read_file(PARCELS, layer="DK")
    counties = gpd.read_file(COUNTIES_FILE, layer="XZQ")
    planes = planes_of(parcels)
    check_placing(planes)
    home = dict(zip(parcels["DKBH"], county_of(parcels), strict=True))
    farms = farmland(parcels, planes, rng)
    red_line = gpd.read_file(OLD, layer="STBHHX")
    red_line = erased(red_line, around(NO_LONGER_RED_LINE, planes))
    red_line = red_line.assign(QYMJ=ellipsoidal_area_m2(red_line).round(2))
    return {
        "YJJBNTTB": farms,
        "STBHHX": red_line,
        "LD": forest(parcels, planes, rng),
        "CZKFBJ": development_boundary(planes, farms, red_line),
        "BZ": basin_flats(counties, planes),
        **{layer: placed_layer(layer, planes, home) for layer in FIELDS},
    }


def main() -> None:
    """Build the layers and their records."""
    layers = build()
    TARGET.unlink(missing_ok=True)
    for name in TITLES:
        frame = layers[name]
        if not frame.is_valid.all():
            raise ValueError(f"{name}: {(~frame.is_valid).sum()} invalid")
        write_geopackage(frame, TARGET, layer=name, description=f"{TITLES[name][0]}（生成，演示）")
        print(f"{name}: {len(frame)} polygons, {ellipsoidal_area_m2(frame).sum() / 1e6:.2f} km2")
    write_records(FOLDER, [layer_record(name) for name in TITLES])


def layer_record(layer: str) -> Record:
    """Describe a layer."""
    title, title_en, role = TITLES[layer]
    return Record(
        path=TARGET.name,
        layer=layer,
        title=f"{title}（生成，演示）",
        title_en=f"{title_en} (generated, for demonstration)",
        origin=f"generated by data/build/current.py, seed {SEED}, over the generated layers with "
        f"sha256 {file_sha256(OLD)} and parcels with sha256 {file_sha256(PARCELS)}",
        licence="Apache-2.0",
        date=SURVEYED,
        crs=CGCS2000,
        rebuilt_by="python data/build/current.py",
        generated=True,
        notes="全部图斑为虚构，不代表任何真实划定成果。 Every polygon is invented.",
        extra={
            "role": role,
            "covers": sorted(COUNTIES),
            "survey_date": SURVEYED,
            "valid_until": VALID_UNTIL,
        },
    )


if __name__ == "__main__":
    main()
