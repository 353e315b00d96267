"""
Generate the three protection layers of the sample (生成，仅供演示).

Every polygon is invented: farmland on the flats of the generated terrain, forest by grade on its
heights, and the ecological red line around water, gorges and the highest ridges.

Run after ``dem.py`` as ``python data/build/protection.py``; writes ``data/protection/``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import rasterio
import shapely
from landscape import Grid, Mask, fractal_noise
from layers import CGCS2000, COUNTIES, ellipsoidal_area_m2, write_geopackage
from rasterio import Affine
from rasterio.features import rasterize, shapes
from records import Record, write_records
from scipy import ndimage
from slopes import slope_degrees
from sources import DATA, file_sha256
from terrain_facts import BASINS, DIANCHI_LEVEL_M

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

FOLDER = DATA / "protection"
TERRAIN = DATA / "dem" / "dianzhong_generated_3s.tif"
COUNTIES_FILE = DATA / "boundaries" / "counties.gpkg"
SEED = 20141231

#: Terrain cells (3") to one cell of the forest and red-line masks (12").
COARSE = 4
STEP_DEG = COARSE * 3 / 3600
SIMPLIFY_DEG = 0.0010
GRADES = ("1", "2", "3", "4")
#: Share of all land under each forest grade before the patches are sieved.
FOREST_SHARES = {"1": 0.03, "2": 0.07, "3": 0.10, "4": 0.13}
#: Share of all land inside the red line, and the least share of each county.
RED_LINE_SHARE = 0.13
COUNTY_SHARE = 0.06
MIN_RED_LINE_M2 = 8e6
MAX_RED_LINES = 36
#: Cells of 12" around 滇池 that the red line takes in.
SHORE_CELLS = 6
#: Ground below this smoothed slope, in patches of this size, carries fields.
FLAT_DEG = 4.5
MIN_FLAT_KM2 = 1.5
#: Radius of a town, on which no field lies: degrees per km of its basin's radius.
TOWN_DEG = 0.0027
#: Hillside fields: below this smoothed slope, this near a flat (cells of 3"), where the noise is
#: above this many standard deviations, in patches of this size.
HILLSIDE_DEG = 14.0
HILLSIDE_CELLS = 45
TILLED_ABOVE = 0.4
MIN_HILLSIDE_KM2 = 0.4
KM2_PER_DEG2 = 111.0**2 * 0.906
#: Length and width of a block of fields, degrees; the smallest piece; the share left out.
BLOCK_DEG = (0.0085, 0.0062)
MIN_FIELD_M2 = 4e4
FALLOW_SHARE = 0.22
#: Rows that are laid down twice.
SIX_BETWEEN = (0.1, 0.25, 0.4, 0.6, 0.75, 0.9)
FOUR_BETWEEN = (0.2, 0.4, 0.6, 0.8)
SMALLEST = (1.0,)
#: Where a .dbf header names its code page.
CODE_PAGE_BYTE = 29
TITLES = {
    "YJJBNTTB": ("永久基本农田图斑", "Permanent basic farmland"),
    "LD": ("林地保护等级", "Forest land by protection grade"),
    "STBHHX": ("生态保护红线", "Ecological protection red line"),
}
ROLES = {"YJJBNTTB": "pbf", "LD": "forest", "STBHHX": "ecrl"}
SLOPE_GRADE_EDGES_DEG = (2.0, 6.0, 15.0, 25.0)


class Terrain:
    """Generated terrain at 3" and, averaged, at 12", with 滇池 and each cell's county number."""

    def __init__(self, path: Path, counties: gpd.GeoDataFrame) -> None:
        with rasterio.open(path) as source:
            self.fine_transform: Affine = source.transform
            fine = source.read(1).astype(float)
        lat = self.fine_transform.f + (np.arange(fine.shape[0]) + 0.5) * self.fine_transform.e
        self.fine_slope: Grid = slope_degrees(fine, lat, 3.0)
        flat = (fine == DIANCHI_LEVEL_M) & (self.fine_slope == 0.0)
        self.fine_water: Mask = ndimage.binary_opening(flat, np.ones((7, 7)))
        self.height: Grid = block_mean(fine)
        self.slope: Grid = block_mean(self.fine_slope)
        self.transform: Affine = self.fine_transform @ Affine.scale(COARSE)
        numbered = [(shape, number) for number, shape in enumerate(counties.geometry, start=1)]
        self.county: Grid = rasterize(
            numbered, out_shape=self.height.shape, transform=self.transform, dtype="uint8"
        )


def block_mean(grid: Grid) -> Grid:
    """Mean of square blocks of `COARSE` cells."""
    rows, cols = (side // COARSE for side in grid.shape)
    blocks = grid[: rows * COARSE, : cols * COARSE].reshape(rows, COARSE, cols, COARSE)
    means: Grid = blocks.mean(axis=(1, 3))
    return means


def farmland(
    terrain: Terrain, counties: gpd.GeoDataFrame, rng: np.random.Generator
) -> gpd.GeoDataFrame:
    """Lay blocks of fields on flats and hillsides, and fill the fields of YJJBNTTB."""
    flats = field_ground(terrain, counties, rng)
    quads = [
        np.asarray(block_lattice(flat, angle, rng), dtype=object)
        for flat, angle in zip(flats, rng.uniform(0.0, 90.0, len(flats)), strict=True)
    ]
    pieces = [shapely.intersection(blocks, flat) for blocks, flat in zip(quads, flats, strict=True)]
    frame = gpd.GeoDataFrame(geometry=np.concatenate(pieces), crs=CGCS2000)
    frame = split_by_county(only_polygons(frame), counties)
    large = ellipsoidal_area_m2(frame) > MIN_FIELD_M2
    frame = frame[large & (rng.random(len(frame)) > FALLOW_SHARE)].reset_index(drop=True)
    frame = repeat_some(frame, SIX_BETWEEN, (0.0004, 0.0003))
    grade = slope_grade(frame, terrain)
    paddy = (grade == "1") & (rng.random(len(frame)) < 0.75)
    terraced = np.where(rng.random(len(frame)) < 0.6, "TT", "PD")
    area = ellipsoidal_area_m2(frame).round(2)
    serial = [f"{number:06d}" for number in range(1, len(frame) + 1)]
    return gpd.GeoDataFrame(
        {
            "BSM": [f"{code}2003{n}99" for code, n in zip(frame["XZQDM"], serial, strict=True)],
            "YSDM": "2003010100",
            "XZQDM": frame["XZQDM"],
            "YJJBNTTBBH": serial,
            "DLBM": np.where(paddy, "0101", "0103"),
            "DLMC": np.where(paddy, "水田", "旱地"),
            "GDLX": np.where(grade == "1", "", terraced),
            "PDJB": grade,
            "TBMJ": area,
            "YJJBNTMJ": (area * np.where(grade == "1", 1.0, 0.94)).round(2),
            "geometry": frame.geometry,
        },
        crs=CGCS2000,
    )


def field_ground(
    terrain: Terrain, counties: gpd.GeoDataFrame, rng: np.random.Generator
) -> list[shapely.Geometry]:
    """Outline the basin flats and, in patches, gentler hillsides near them; no water, no town."""
    slope = ndimage.gaussian_filter(terrain.fine_slope, 2.5)
    inside = rasterize(
        counties.geometry, out_shape=slope.shape, transform=terrain.fine_transform, dtype="uint8"
    )
    centres = shapely.points([[basin.lon, basin.lat] for basin in BASINS])
    towns = shapely.buffer(centres, [TOWN_DEG * basin.radius_km for basin in BASINS])
    built = rasterize(towns, out_shape=slope.shape, transform=terrain.fine_transform) > 0
    dry = (inside == 1) & ~built & ~ndimage.binary_dilation(terrain.fine_water, iterations=4)
    flats = outlines_of(dry & (slope < FLAT_DEG), terrain.fine_transform, MIN_FLAT_KM2)
    on_flats = rasterize(flats, out_shape=slope.shape, transform=terrain.fine_transform) > 0
    away = ndimage.distance_transform_edt(~on_flats)
    tilled = fractal_noise(slope.shape, longest=60, exponent=2.6, rng=rng) > TILLED_ABOVE
    hillside = dry & tilled & (slope < HILLSIDE_DEG) & (away > 2) & (away < HILLSIDE_CELLS)
    return [*flats, *outlines_of(hillside, terrain.fine_transform, MIN_HILLSIDE_KM2)]


def outlines_of(mask: Mask, transform: Affine, smallest_km2: float) -> list[shapely.Geometry]:
    """Outline the larger patches of `mask`, narrow ones left out, largest first."""
    opened = ndimage.binary_opening(mask, np.ones((5, 5)))
    outlines = gpd.GeoSeries(polygons_of(opened.astype("uint8"), transform)[0])
    outlines = outlines.simplify(0.0009).buffer(0).explode(index_parts=False)
    area = outlines.area * KM2_PER_DEG2
    kept = outlines[area > smallest_km2]
    return list(kept.iloc[np.argsort(-kept.area.to_numpy(), kind="stable")])


def block_lattice(
    flat: shapely.Geometry, angle_deg: float, rng: np.random.Generator
) -> list[shapely.Polygon]:
    """Quadrangles with common corners over the bounds of `flat`, turned by `angle_deg`."""
    centre = flat.centroid
    reach = np.hypot(*(np.subtract(flat.bounds[2:], flat.bounds[:2]))) * 0.55
    n_long, n_wide = (int(2 * reach / size) + 2 for size in BLOCK_DEG)
    along, across = np.meshgrid(np.arange(n_long), np.arange(n_wide), indexing="ij")
    corners = np.stack([along * BLOCK_DEG[0] - reach, across * BLOCK_DEG[1] - reach], axis=-1)
    corners = corners + rng.uniform(-0.22, 0.22, corners.shape) * BLOCK_DEG
    turn = np.radians(angle_deg)
    rotation = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    points = np.round(corners @ rotation + [centre.x, centre.y], 7)
    rings = np.stack([points[:-1, :-1], points[1:, :-1], points[1:, 1:], points[:-1, 1:]], axis=2)
    return list(shapely.polygons(rings.reshape(-1, 4, 2)))


def forest(
    terrain: Terrain, counties: gpd.GeoDataFrame, rng: np.random.Generator
) -> gpd.GeoDataFrame:
    """Grade the heights I to IV, the highest and steepest first, and fill the fields of LD."""
    local = terrain.height - ndimage.gaussian_filter(terrain.height, 30)
    score = standard(local) + 0.7 * standard(ndimage.gaussian_filter(terrain.slope, 2))
    score += 0.7 * fractal_noise(score.shape, longest=50, exponent=2.8, rng=rng)
    score = ndimage.gaussian_filter(score, 1.5)
    land = terrain.county > 0
    cuts = np.quantile(score[land], 1.0 - np.cumsum(list(FOREST_SHARES.values())))
    graded = np.where(land, len(GRADES) + 1 - np.searchsorted(cuts[::-1], score), 0)
    graded = np.where(graded > len(GRADES), 0, graded).astype("uint8")
    frame = coverage(graded, terrain.transform, sieve_cells=14)
    frame = frame[frame["value"] > 0]
    frame["BH_DJ"] = frame["value"].astype(int).astype(str)
    frame = split_by_county(frame, counties)
    frame = frame[ellipsoidal_area_m2(frame) > 2e4].reset_index(drop=True)
    frame = repeat_some(frame, FOUR_BETWEEN, (0.0006, 0.0006))
    area_ha = ellipsoidal_area_m2(frame) / 1e4
    public = frame["BH_DJ"].map({"1": "011", "2": "011", "3": "012", "4": "022"})
    kinds = np.array(["乔木林地", "灌木林地", "其他林地"])
    return gpd.GeoDataFrame(
        {
            "SHENG": "53",
            "XIAN": frame["XZQDM"],
            "XIANG": "生成（演示）",
            "LIN_BAN": [f"{1 + number // 20:04d}" for number in range(len(frame))],
            "XIAO_BAN": [f"{1 + number % 20:05d}" for number in range(len(frame))],
            "DI_LEI": kinds[rng.choice(3, len(frame), p=[0.7, 0.2, 0.1])],
            "SEN_LIN_LB": public,
            "BH_DJ": frame["BH_DJ"],
            "MIAN_JI": area_ha.round(4),
            "geometry": frame.geometry,
        },
        crs=CGCS2000,
    )


def red_line(
    terrain: Terrain, counties: gpd.GeoDataFrame, rng: np.random.Generator
) -> gpd.GeoDataFrame:
    """Draw the red line around 滇池, gorges and the highest ridges, as whole areas per county."""
    wide = ndimage.gaussian_filter(terrain.height, 9)
    local = wide - ndimage.gaussian_filter(terrain.height, 70)
    steep = standard(ndimage.gaussian_filter(terrain.slope, 9))
    score = np.abs(standard(local)) + 0.6 * steep
    score += 0.35 * fractal_noise(score.shape, longest=60, exponent=2.8, rng=rng)
    score = ndimage.gaussian_filter(score, 3)
    land = terrain.county > 0
    lake = block_mean(terrain.fine_water.astype(float)) > 0.5
    shore = ndimage.distance_transform_edt(~lake) < SHORE_CELLS
    cut = np.full(len(counties) + 1, np.quantile(score[land], 1.0 - RED_LINE_SHARE))
    for number in range(1, len(cut)):
        own = np.quantile(score[terrain.county == number], 1.0 - COUNTY_SHARE)
        cut[number] = min(cut[number], own)
    marked = land & ((score > cut[terrain.county]) | shore)
    frame = coverage(marked.astype("uint8"), terrain.transform, sieve_cells=120)
    frame = split_by_county(frame[frame["value"] > 0], counties)
    area = ellipsoidal_area_m2(frame)
    frame = frame.assign(area=area)[area > MIN_RED_LINE_M2].sort_values("area", ascending=False)
    frame = frame.head(MAX_RED_LINES).reset_index(drop=True)
    frame = repeat_some(frame, SMALLEST, (0.012, 0.005))
    return describe_red_line(frame, terrain)


def describe_red_line(frame: gpd.GeoDataFrame, terrain: Terrain) -> gpd.GeoDataFrame:
    """Fill the fields of STBHHX; the kind of each area follows from its place in the terrain."""
    points = frame.geometry.representative_point()
    rows, cols = rasterio.transform.rowcol(terrain.transform, points.x, points.y)
    around = ndimage.gaussian_filter(terrain.height, 70)
    high = terrain.height[rows, cols] > around[rows, cols]
    kind = np.where(high, "水源涵养", "水土保持")
    problem = np.where(high, "局部水源涵养功能退化", "干热河谷水土流失")
    names = frame["XZQDM"].map(COUNTIES)
    serial = range(1, len(frame) + 1)
    return gpd.GeoDataFrame(
        {
            "BSM": [f"{code}3001{n:06d}" for code, n in zip(frame["XZQDM"], serial, strict=True)],
            "YSDM": "2003020100",
            "MC": [
                f"{name}{what}生态保护红线{n:02d}（生成，演示）"
                for name, what, n in zip(names, kind, serial, strict=True)
            ],
            "QYMJ": ellipsoidal_area_m2(frame).round(2),
            "STHJWT": problem,
            "geometry": frame.geometry,
        },
        crs=CGCS2000,
    )


def coverage(values: Grid, transform: Affine, *, sieve_cells: int) -> gpd.GeoDataFrame:
    """Polygons of equal value with smoothed common edges; small patches join a neighbour."""
    smooth = rasterio.features.sieve(values.astype("uint8"), sieve_cells)
    doubled = smooth.repeat(2, axis=0).repeat(2, axis=1)
    majority = ndimage.median_filter(doubled, 5)
    found, number = polygons_of(majority, transform @ Affine.scale(0.5), background=True)
    lines = shapely.coverage_simplify(np.array(found), SIMPLIFY_DEG)
    frame = gpd.GeoDataFrame({"value": number}, geometry=lines, crs=CGCS2000)
    return only_polygons(frame)


def polygons_of(
    values: Grid, transform: Affine, *, background: bool = False
) -> tuple[list[shapely.Polygon], list[int]]:
    """Outline the regions of equal value, 4-connected; 0 only if `background`."""
    mask = None if background else values > 0
    pairs = list(shapes(values, mask=mask, connectivity=4, transform=transform))
    return [shapely.geometry.shape(shape) for shape, _ in pairs], [int(v) for _, v in pairs]


def split_by_county(frame: gpd.GeoDataFrame, counties: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Cut along county boundaries and add `XZQDM`; what lies outside is dropped."""
    cut = gpd.overlay(frame, counties[["XZQDM", "geometry"]], how="intersection")
    cut = only_polygons(cut.explode(index_parts=False))
    return cut.sort_values("XZQDM", kind="stable").reset_index(drop=True)


def only_polygons(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Repair, split and keep the parts that have an area."""
    repaired = frame.set_geometry(shapely.make_valid(frame.geometry.array))
    parts = repaired.explode(index_parts=False)
    kept = parts[(parts.geom_type == "Polygon") & ~parts.is_empty]
    return kept.reset_index(drop=True)


def repeat_some(
    frame: gpd.GeoDataFrame, places: tuple[float, ...], shift_deg: tuple[float, float]
) -> gpd.GeoDataFrame:
    """
    Add shifted copies of a few polygons, so that the layer overlaps itself as real ones do.

    `places` are positions in the frame, from 0 for the first to 1 for the last row.
    """
    chosen = frame.iloc[[round(place * (len(frame) - 1)) for place in places]]
    moved = chosen.set_geometry(chosen.geometry.translate(*shift_deg))
    both = pd.concat([frame, moved], ignore_index=True)
    return gpd.GeoDataFrame(both, geometry="geometry", crs=frame.crs)


def slope_grade(frame: gpd.GeoDataFrame, terrain: Terrain) -> NDArray[np.str_]:
    """Slope grade '1'…'5' with the most cells in each polygon; a tie takes the lower grade."""
    grade = np.searchsorted(SLOPE_GRADE_EDGES_DEG, terrain.fine_slope, side="left")
    numbered = [(shape, number) for number, shape in enumerate(frame.geometry, start=1)]
    owner = rasterize(
        numbered, out_shape=grade.shape, transform=terrain.fine_transform, dtype="int32"
    )
    counts = np.zeros((len(frame) + 1, 5))
    np.add.at(counts, (owner.ravel(), grade.ravel()), 1)
    grades: NDArray[np.str_] = (counts[1:].argmax(axis=1) + 1).astype(str)
    return grades


def standard(grid: Grid) -> Grid:
    """Subtract the mean and divide by the standard deviation."""
    scaled: Grid = (grid - grid.mean()) / grid.std()
    return scaled


def write_shapefile_gbk(frame: gpd.GeoDataFrame, target: Path) -> list[Path]:
    """
    Write a shapefile in GBK that does not say so, as bureaus hand them out.

    There is no .cpg and the code page byte of the .dbf is 0: a reader must be told the encoding.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    pyogrio.write_dataframe(
        frame,
        target,
        driver="ESRI Shapefile",
        encoding="GBK",
        layer_options={"DBF_DATE_LAST_UPDATE": "2020-12-31"},
    )
    target.with_suffix(".cpg").unlink(missing_ok=True)
    table = target.with_suffix(".dbf")
    content = bytearray(table.read_bytes())
    content[CODE_PAGE_BYTE] = 0
    table.write_bytes(content)
    return [target.with_suffix(suffix) for suffix in (".shp", ".shx", ".dbf", ".prj")]


def main() -> None:
    """Build the three layers, the shapefile and their records."""
    counties = gpd.read_file(COUNTIES_FILE, layer="XZQ")
    terrain = Terrain(TERRAIN, counties)
    rng = np.random.default_rng(SEED)
    layers = {
        "YJJBNTTB": farmland(terrain, counties, rng),
        "LD": forest(terrain, counties, rng),
        "STBHHX": red_line(terrain, counties, rng),
    }
    target = FOLDER / "protection.gpkg"
    FOLDER.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    for name, frame in layers.items():
        write_geopackage(frame, target, layer=name, description=f"{TITLES[name][0]}（生成，演示）")
        area_km2 = ellipsoidal_area_m2(frame).sum() / 1e6
        print(f"{name}: {len(frame)} polygons, {area_km2:.0f} km2, valid {frame.is_valid.all()}")
    twins = write_shapefile_gbk(layers["STBHHX"], FOLDER / "shapefile_gbk" / "STBHHX.shp")
    write_records(FOLDER, layer_records() + shapefile_records(twins))


def layer_records() -> list[Record]:
    """Describe the three layers of the GeoPackage."""
    return [_record("protection.gpkg", name, ROLES[name]) for name in TITLES]


def shapefile_records(paths: Iterable[Path]) -> list[Record]:
    """Describe the parts of the shapefile."""
    return [_record(str(path.relative_to(FOLDER)), "", ROLES["STBHHX"]) for path in paths]


def _record(path: str, layer: str, role: str) -> Record:
    name = layer or "STBHHX"
    title, title_en = TITLES[name]
    encoding = "" if layer else " 属性为 GBK，无 .cpg。 Attributes in GBK, no .cpg."
    return Record(
        path=path,
        layer=layer,
        title=f"{title}（生成，演示）",
        title_en=f"{title_en} (generated, for demonstration)",
        origin=f"generated by data/build/protection.py, seed {SEED}, over the generated terrain "
        f"with sha256 {file_sha256(TERRAIN)}",
        licence="Apache-2.0",
        date="2020-12-31",
        crs=CGCS2000,
        rebuilt_by="python data/build/protection.py",
        generated=True,
        notes=f"全部图斑为虚构，不代表任何真实划定成果。 Every polygon is invented.{encoding}",
        extra={
            "role": role,
            "covers": sorted(COUNTIES),
            "survey_date": "2014-12-31",
            "valid_until": "2020-12-31",
        },
    )


if __name__ == "__main__":
    main()
