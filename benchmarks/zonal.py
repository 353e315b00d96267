"""
Exact zonal statistics against exactextract and rasterstats, in one warm process.

``make bench-zonal`` makes a DEM of 100 Mpx (tiled, deflate, float32), 2,930 large zones that cover
it and 100,000 parcels, and measures mean, minimum, maximum and standard deviation of each zone:

files: zones and raster read from disk, statistics in a table;
core: raster and zones in memory already.

Libraries are loaded and compiled code is warm before the clock starts. The tools take turns, so
that a busy minute meets all of them. exactextract runs with both of its strategies, the better one
counts; rasterstats, which goes by cell centres, does a part of the zones and is extrapolated. Only
ratios carry over to another machine; on a busy one compare the processor's seconds, of which dzgis
takes as many on two threads as on one.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from exactextract import exact_extract
from exactextract.raster import NumPyRasterSource
from rasterio.windows import Window
from rasterstats import zonal_stats
from terrain import make_dem

import dzgis
from dzgis.grid import Grid, Raster

if TYPE_CHECKING:
    from collections.abc import Callable

SIDE, CELL_M, WEST, NORTH = 10_000, 12.5, 3e5, 2.9e6
LARGE_SIDE, N_LARGE, N_PARCELS = 55, 2930, 100_000
SEED = 5
EXACT = ["mean", "min", "max", "stdev"]
COUNTED = ["mean", "min", "max", "std"]
COUNTED_ZONES = {"large": 60, "parcels": 2000}


@dataclass(frozen=True)
class Job:
    """A raster and zones, on disk and in memory."""

    name: str
    dem: Path
    path: Path
    raster: Raster
    zones: gpd.GeoDataFrame


def large_zones() -> gpd.GeoDataFrame:
    """Quadrangles with ragged borders that share their edges and cover the grid."""
    random = np.random.default_rng(SEED)
    lines = np.linspace(0, SIDE * CELL_M, LARGE_SIDE + 1)
    corner = np.stack(np.meshgrid(lines, lines, indexing="ij"), axis=-1)
    corner[1:-1, 1:-1] += random.uniform(-700, 700, corner[1:-1, 1:-1].shape)
    corner += (WEST, NORTH - SIDE * CELL_M)
    rings = np.stack([corner[:-1, :-1], corner[1:, :-1], corner[1:, 1:], corner[:-1, 1:]], axis=2)
    shapes = shapely.polygons(rings.reshape(-1, 4, 2)[:N_LARGE])
    return gpd.GeoDataFrame(geometry=shapely.segmentize(shapes, 20.0), crs=4543)


def parcels() -> gpd.GeoDataFrame:
    """Polygons of 4 to 12 corners, 15 to 120 m across."""
    random = np.random.default_rng(SEED)
    centre = random.uniform(200, SIDE * CELL_M - 200, (N_PARCELS, 2))
    centre += (WEST, NORTH - SIDE * CELL_M)
    shapes = []
    for middle, n in zip(centre, random.integers(4, 13, N_PARCELS), strict=True):
        angle = (np.arange(n) + random.uniform(-0.3, 0.3, n)) * 2.0 * np.pi / n
        reach = random.uniform(0.6, 1.0, n) * random.uniform(8, 60)
        shapes.append(
            middle + reach[:, np.newaxis] * np.column_stack([np.cos(angle), np.sin(angle)])
        )
    return gpd.GeoDataFrame(geometry=[shapely.Polygon(xy) for xy in shapes], crs=4543)


def with_dzgis(job: Job, *, files: bool) -> object:
    """Ours, on two threads."""
    if files:
        return dzgis.zonal(job.dem, gpd.read_file(job.path))
    return dzgis.zonal(job.raster, job.zones)


def with_exactextract(job: Job, strategy: str, *, files: bool) -> object:
    """exactextract, on its one thread."""
    if files:
        zones, raster = gpd.read_file(job.path), str(job.dem)
    else:
        zones = job.zones
        raster = NumPyRasterSource(
            job.raster.values, *job.raster.grid.bounds, srs_wkt=zones.crs.to_wkt()
        )
    return exact_extract(raster, zones, EXACT, strategy=strategy, output="pandas")


def read_raster(job: Job) -> None:
    """The raster alone, strip after strip, on one thread."""
    with rasterio.open(job.dem) as source:
        for top in range(0, SIDE, 512):
            source.read(1, window=Window(0, top, SIDE, min(512, SIDE - top)))


def with_rasterstats(job: Job, *, files: bool) -> object:
    """Rasterstats on the first zones only."""
    n = COUNTED_ZONES[job.name]
    zones = gpd.read_file(job.path, rows=n) if files else job.zones.iloc[:n]
    if files:
        return zonal_stats(zones, str(job.dem), stats=COUNTED)
    transform = job.raster.grid.transform
    return zonal_stats(zones, job.raster.values, affine=transform, stats=COUNTED, nodata=-32768)


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock, and of processors."""

    wall_s: float
    cpu_s: float


def cost_of(call: Callable[[], object]) -> Cost:
    """What a call takes."""
    wall, cpu = time.perf_counter(), time.process_time()
    call()
    return Cost(time.perf_counter() - wall, time.process_time() - cpu)


def measured(job: Job, repeats: int, *, files: bool) -> dict[str, Cost]:
    """Medians of each tool, the tools taking turns."""
    tools: dict[str, Callable[[], object]] = {
        "dzgis": lambda: with_dzgis(job, files=files),
        "exactextract, by feature": lambda: with_exactextract(
            job, "feature-sequential", files=files
        ),
        "exactextract, by raster": lambda: with_exactextract(job, "raster-sequential", files=files),
        "rasterstats, extrapolated": lambda: with_rasterstats(job, files=files),
    }
    if files:
        tools["floor: reading the raster"] = lambda: read_raster(job)
    found: dict[str, list[Cost]] = {name: [] for name in tools}
    for _ in range(repeats):
        for name, call in tools.items():
            found[name].append(cost_of(call))
    costs = {
        name: Cost(median(c.wall_s for c in each), median(c.cpu_s for c in each))
        for name, each in found.items()
    }
    counted, times = costs["rasterstats, extrapolated"], len(job.zones) / COUNTED_ZONES[job.name]
    costs["rasterstats, extrapolated"] = Cost(counted.wall_s * times, counted.cpu_s * times)
    return costs


def agreement(job: Job) -> str:
    """Largest difference of means from exactextract, in metres."""
    ours = dzgis.zonal(job.raster, job.zones)["mean"].to_numpy()
    theirs = with_exactextract(job, "feature-sequential", files=False)["mean"].to_numpy()  # type: ignore[index]
    return f"largest difference of means from exactextract: {np.abs(ours - theirs).max():.2g} m"


def table(job: Job, costs: dict[str, Cost], what: str) -> str:
    """Rows of one job: seconds, and how many times as long as dzgis."""
    own = costs["dzgis"]
    exact = [cost for name, cost in costs.items() if name.startswith("exactextract")]
    best = Cost(min(c.wall_s for c in exact), min(c.cpu_s for c in exact))
    lines = [f"\n{len(job.zones):,} {job.name}, {what}"]
    lines.append(f"{'':<28}{'wall s':>9}{'cpu s':>9}{'wall / dzgis':>14}{'cpu':>8}")
    for name, cost in (*costs.items(), ("exactextract at its best", best)):
        ratios = f"{cost.wall_s / own.wall_s:>13.1f}×{cost.cpu_s / own.cpu_s:>7.1f}×"
        lines.append(f"{name:<28}{cost.wall_s:>9.2f}{cost.cpu_s:>9.2f}{ratios}")
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3)
    asked = parser.parse_args()
    # rasterstats multiplies affines the old way, and is given the nodata value that is the default.
    warnings.simplefilter("ignore")
    print(f"{os.cpu_count()} processors; medians of {asked.repeats}; one warm process")
    with tempfile.TemporaryDirectory() as name:
        dem = Path(name) / "dem.tif"
        make_dem(dem, SIDE, "float32-metres")
        with rasterio.open(dem) as source:
            grid = Grid(large_zones().crs, source.transform, SIDE, SIDE)
            raster = Raster(source.read(1), grid, "elevation_m")
        for kind, zones in (("large", large_zones()), ("parcels", parcels())):
            path = Path(name) / f"{kind}.gpkg"
            zones.to_file(path)
            job = Job(kind, dem, path, raster, zones)
            few = Job(kind, dem, path, raster, zones.iloc[:5])
            with_dzgis(few, files=False)
            print(table(job, measured(job, asked.repeats, files=True), "files read"), flush=True)
            print(table(job, measured(job, asked.repeats, files=False), "core"), flush=True)
            print(agreement(job))


if __name__ == "__main__":
    main()
