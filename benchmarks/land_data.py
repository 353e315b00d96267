"""
Generated layers and slope classes for the benchmark of exclusions, in EPSG:4543.

A square of 300 km: farmland of survey-like polygons in 25 basins, forest with many holes all over,
roads as narrow polygons, eight counties with oblique borders, and a raster of slope classes whose
cells are as large as is asked for. The layers are the same for every size of cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from affine import Affine
from overlap_data import SEED, extent_of, farmland, forest
from overlap_data import SOUTH as MADE_SOUTH
from overlap_data import WEST as MADE_WEST
from rasterio.windows import Window

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CRS = "EPSG:4543"
EXTENT_M = 300_000.0
WEST, NORTH = 350_040.0, 3_000_000.0
SOUTH = NORTH - EXTENT_M
CORNER = np.array([WEST, SOUTH])
MOVED = CORNER - (MADE_WEST, MADE_SOUTH)
N_FARM, N_FOREST, N_ROADS = 95_000, 6_400, 3_000
BASINS = 5
"""Basins in a row, and in a column."""
ROAD_HALF_M, ROAD_STEP_M, ROAD_STEPS = 6.0, 250.0, 40
CLASS_LIMITS = (-0.9, -0.2, 0.5, 1.2)
"""Of the wave that stands for the slope: five classes."""
ROWS = 512


@dataclass(frozen=True)
class Files:
    """What every tool is given."""

    farm: Path
    forest: Path
    road: Path
    county: Path
    classes: Path


def in_basins(shapes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Cut a coverage into squares and move them apart, over the whole extent."""
    middle = shapely.get_coordinates(shapely.centroid(shapes)) - (MADE_WEST, MADE_SOUTH)
    side = extent_of(N_FARM) / BASINS
    place = np.clip((middle // side).astype(int), 0, BASINS - 1)
    apart = EXTENT_M / BASINS
    free = rng.uniform(0.05, 0.95, (BASINS, BASINS, 2)) * (apart - side)
    shift = place * (apart - side) + free[place[:, 0], place[:, 1]]
    shift += MOVED
    per_corner = np.repeat(shift, shapely.get_num_coordinates(shapes), axis=0)
    moved: np.ndarray = shapely.set_coordinates(
        shapes.copy(), shapely.get_coordinates(shapes) + per_corner
    )
    return moved


def woods(rng: np.random.Generator) -> np.ndarray:
    """Forest over the whole extent."""
    shapes = forest(N_FOREST, EXTENT_M, rng, n_monsters=16)
    moved: np.ndarray = shapely.transform(shapes, lambda xy: xy + MOVED)
    return moved


def roads(rng: np.random.Generator) -> np.ndarray:
    """Winding narrow polygons; they cross each other."""
    turn = np.cumsum(rng.normal(0, 0.12, (N_ROADS, ROAD_STEPS)), axis=1)
    angle = rng.uniform(0, 2 * np.pi, (N_ROADS, 1)) + turn
    step = np.stack([np.cos(angle), np.sin(angle)], axis=2) * ROAD_STEP_M
    start = rng.uniform(0, EXTENT_M, (N_ROADS, 1, 2)) + CORNER
    lines = shapely.linestrings(start + np.cumsum(step, axis=1))
    surface: np.ndarray = shapely.buffer(lines, ROAD_HALF_M, cap_style="flat", quad_segs=2)
    return surface[shapely.is_valid(surface)]


def counties(_: np.random.Generator) -> np.ndarray:
    """Four by two quadrangles that cover the extent."""
    x = np.linspace(0, EXTENT_M, 5)
    lean = np.array([0.0, 9e3, -7e3, 5e3, 0.0])
    corners = (
        np.stack(
            [np.stack([x + lean * k, np.full(5, k * EXTENT_M / 2)], axis=1) for k in (0, 1, 2)]
        )
        + CORNER
    )
    corners[2, :, 0] = corners[0, :, 0]
    ring = np.stack(
        [corners[:-1, :-1], corners[:-1, 1:], corners[1:, 1:], corners[1:, :-1]], axis=2
    )
    made: np.ndarray = shapely.polygons(ring.reshape(-1, 4, 2))
    return made


def write(shapes: np.ndarray, path: Path, prefix: str) -> None:
    """Shapes with a code each, as GeoPackage."""
    codes = [f"{prefix}{i:07d}" for i in range(len(shapes))]
    frame = gpd.GeoDataFrame({"BSM": codes}, geometry=shapes, crs=CRS)
    frame.to_file(path, layer=path.stem, driver="GPKG")


def write_classes(path: Path, side: int) -> None:
    """Slope classes 1 to 5 as a tiled, compressed GeoTIFF of `side` cells squared."""
    cell = EXTENT_M / side
    profile = {"driver": "GTiff", "dtype": "uint8", "count": 1, "height": side, "width": side}
    profile |= {"crs": CRS, "transform": Affine(cell, 0, WEST, 0, -cell, NORTH), "nodata": 0}
    profile |= {"tiled": True, "blockxsize": 512, "blockysize": 512, "compress": "deflate"}
    noise = np.random.default_rng(SEED)
    x = (np.arange(side, dtype=np.float32) * np.float32(cell / 1e3))[np.newaxis]
    with rasterio.open(path, "w", num_threads=2, zlevel=6, **profile) as target:
        for top in range(0, side, ROWS):
            n = min(ROWS, side - top)
            y = (np.arange(top, top + n, dtype=np.float32) * np.float32(cell / 1e3))[:, np.newaxis]
            wave = np.sin(y / 3.1) * np.cos(x / 2.7) + 0.7 * np.sin((y + 2 * x) / 0.9)
            wave += 0.1 * noise.standard_normal(wave.shape, dtype=np.float32)
            classes = np.digitize(wave, CLASS_LIMITS).astype(np.uint8) + 1
            target.write(classes, 1, window=Window(0, top, side, n))


def made(folder: Path, n_cells: int) -> Files:
    """Make the files that are not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    make: dict[str, Callable[[np.random.Generator], np.ndarray]] = {
        "farm": lambda rng: in_basins(farmland(N_FARM, rng), rng),
        "forest": woods,
        "road": roads,
        "county": counties,
    }
    paths = {}
    for name, shapes in make.items():
        paths[name] = folder / f"{name}.gpkg"
        if not paths[name].exists():
            write(shapes(np.random.default_rng(SEED)), paths[name], name)
    side = round(n_cells**0.5)
    paths["classes"] = folder / f"classes-{side}.tif"
    if not paths["classes"].exists():
        write_classes(paths["classes"], side)
    return Files(**paths)
