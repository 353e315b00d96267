"""
One peer's way from layers and slope classes to a raster of available land and sums by county.

Run as a process of its own: ``peer_land.py ENGINE FARM FOREST ROAD COUNTY CLASSES OUT``. Excluded
are farmland, forest, roads and what lies within `ROAD_M` of them, and all classes but `KEPT`.
Prints as JSON the available ground of all counties in km², planar, by the peer's own rule.

atlite: its ExclusionContainer, on all counties at once, which is the quickest that it can do.
supersampled: GLAES's way, not GLAES itself: GDAL rasterises every layer on cells that are finer by
`DIVISOR`, their average is the share of a cell, and what layers leave is multiplied.
rasterio: masks by the middles of cells, put together in numpy, as most scripts do it.
gdal: the same with gdal_rasterize, which reads the files itself.
floor: the classes read and written, nothing computed.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import rasterio
from rasterio.windows import Window

if TYPE_CHECKING:
    from numpy.typing import NDArray

ROAD_M = 30.0
KEPT = (2, 3, 4)
DIVISOR = 2
ROWS = 1024
LAYERS = ("farm", "forest", "road")


@dataclass(frozen=True)
class Job:
    """Files by name, the classes' raster profile, and where the result goes."""

    paths: dict[str, Path]
    out: Path

    @property
    def profile(self) -> dict[str, object]:
        """Grid of the classes, for a compressed raster of bytes."""
        with rasterio.open(self.paths["classes"]) as source:
            grid = {key: source.profile[key] for key in ("crs", "transform", "height", "width")}
        tiles = {"tiled": True, "blockxsize": 512, "blockysize": 512, "compress": "deflate"}
        return {"driver": "GTiff", "dtype": "uint8", "count": 1, "zlevel": 1, **tiles, **grid}

    def classes(self) -> NDArray[np.uint8]:
        """All slope classes."""
        with rasterio.open(self.paths["classes"]) as source:
            return source.read(1)

    def shapes(self, name: str) -> NDArray[np.object_]:
        """Polygons of a layer, roads widened."""
        import geopandas as gpd

        found = gpd.read_file(self.paths[name]).geometry
        return np.asarray(found.buffer(ROAD_M) if name == "road" else found)

    def write(self, available: NDArray[np.uint8]) -> None:
        """Write the result on as many threads as there are."""
        with rasterio.open(self.out, "w", num_threads="all_cpus", **self.profile) as target:
            target.write(available, 1)

    def tell(self, available: NDArray[np.generic], per_cell: float = 1.0) -> None:
        """Print the sum over all counties, county by county."""
        from rasterio.features import rasterize

        county = gpd_shapes(self.paths["county"])
        grid = self.profile
        shape = (grid["height"], grid["width"])
        numbered = ((one, n) for n, one in enumerate(county, start=1))
        number = rasterize(numbered, shape, transform=grid["transform"], dtype="uint8")
        sums = np.zeros(len(county) + 1)
        for top in range(0, shape[0], ROWS):
            part = np.s_[top : top + ROWS]
            weight = available[part].ravel()
            sums += np.bincount(number[part].ravel(), weight, minlength=len(sums))
        cell_km2 = abs(grid["transform"].a * grid["transform"].e) / 1e6
        tell([float(one) for one in sums[1:] * cell_km2 * per_cell])


def gpd_shapes(path: Path) -> NDArray[np.object_]:
    """Polygons of a file."""
    import geopandas as gpd

    return np.asarray(gpd.read_file(path).geometry)


def tell(counties_km2: list[float]) -> None:
    """Print what the benchmark reads."""
    print(json.dumps({"available_km2": sum(counties_km2)}))


def by_atlite(job: Job) -> None:
    """With the exclusion container of atlite."""
    import geopandas as gpd
    from atlite.gis import ExclusionContainer

    with rasterio.open(job.paths["classes"]) as source:
        container = ExclusionContainer(crs=source.crs, res=source.res[0])
    container.add_raster(str(job.paths["classes"]), codes=list(KEPT), invert=True)
    for name in LAYERS:
        container.add_geometry(str(job.paths[name]), buffer=ROAD_M if name == "road" else 0)
    counties = gpd.read_file(job.paths["county"]).geometry
    masked, transform = container.compute_shape_availability(counties)
    grid = job.profile
    row = round((transform.f - grid["transform"].f) / transform.e)
    col = round((transform.c - grid["transform"].c) / transform.a)
    # Its grid begins with a whole cell at or before the counties.
    inside = masked[max(-row, 0) :, max(-col, 0) :][: grid["height"], : grid["width"]]
    available = inside.astype(np.uint8)
    job.write(available)
    job.tell(available)


def by_supersampled(job: Job) -> None:
    """GLAES's way: shares by finer cells, what layers leave multiplied, per cent."""
    from rasterio import Affine
    from rasterio.features import rasterize

    classes = job.classes()
    left = np.isin(classes, KEPT).astype(np.float32)
    fine = job.profile["transform"] * Affine.scale(1 / DIVISOR)
    shape = (classes.shape[0] * DIVISOR, classes.shape[1] * DIVISOR)
    for name in LAYERS:
        mask = rasterize(job.shapes(name), shape, transform=fine, dtype="uint8")
        for top in range(0, classes.shape[0], ROWS):
            part = mask[top * DIVISOR : (top + ROWS) * DIVISOR]
            blocks = part.reshape(-1, DIVISOR, classes.shape[1], DIVISOR)
            left[top : top + ROWS] *= 1.0 - blocks.mean(axis=(1, 3), dtype=np.float32)
    available = np.rint(left * 100).astype(np.uint8)
    job.write(available)
    job.tell(available, per_cell=0.01)


def by_rasterio(job: Job) -> None:
    """Masks by the middles of cells."""
    from rasterio.features import rasterize

    classes = job.classes()
    transform = job.profile["transform"]
    taken = ~np.isin(classes, KEPT)
    for name in LAYERS:
        shapes = job.shapes(name)
        taken |= rasterize(shapes, classes.shape, transform=transform, dtype="uint8") == 1
    available = (~taken).astype(np.uint8)
    job.write(available)
    job.tell(available)


def by_gdal(job: Job) -> None:
    """gdal_rasterize, which burns one layer after the other into one raster of bytes."""
    import geopandas as gpd

    with tempfile.TemporaryDirectory() as folder:
        wide, mask = Path(folder) / "road.gpkg", Path(folder) / "mask.tif"
        road = gpd.read_file(job.paths["road"])
        road.set_geometry(road.buffer(ROAD_M)).to_file(wide, layer="road")
        grid = job.profile | {"compress": "none"}
        del grid["zlevel"]
        with rasterio.open(mask, "w", sparse_ok=True, **grid):
            pass
        for name in LAYERS:
            path = wide if name == "road" else job.paths[name]
            command = ["gdal_rasterize", "-q", "-burn", "1", "-l", name, str(path), str(mask)]
            subprocess.run(command, check=True)
        with rasterio.open(mask) as source:
            taken = source.read(1)
    available = (np.isin(job.classes(), KEPT) & (taken == 0)).astype(np.uint8)
    job.write(available)
    job.tell(available)


def by_floor(job: Job) -> None:
    """Read and write."""
    with (
        rasterio.open(job.paths["classes"], num_threads="all_cpus") as source,
        rasterio.open(job.out, "w", num_threads="all_cpus", **job.profile) as target,
    ):
        for top in range(0, source.height, ROWS):
            window = Window(0, top, source.width, min(ROWS, source.height - top))
            target.write(source.read(1, window=window), 1, window=window)
    tell([])


def main() -> None:
    """Run one engine."""
    engine, *paths, out = sys.argv[1:]
    names = (*LAYERS, "county", "classes")
    job = Job(dict(zip(names, map(Path, paths), strict=True)), Path(out))
    globals()[f"by_{engine}"](job)


if __name__ == "__main__":
    main()
