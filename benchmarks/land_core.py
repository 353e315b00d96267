"""
dzgis's way from the files that peers are given to the same raster and sums, as a process.

``land_core.py FARM FOREST ROAD COUNTY CLASSES OUT``: the exact share of every cell that is left, in
per cent, in OUT; and the ground of each county under every combination of layers and class, in m²
of the ellipsoid. Prints as JSON the available ground of all counties in km², planar by shares as
the peers' figures are, and ellipsoidal.

It is the land account's own code on classes that are there already. What ``dzgis land`` does
beside that (slopes of the DEM, states of layers, reconciliation with polygons) is not in it.
"""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyogrio
import rasterio
import shapely
from peer_land import KEPT, LAYERS, ROAD_M, Job
from pyproj import CRS
from rasterio.windows import Window as RasterWindow

from dzgis import land
from dzgis.engine import run_blocks
from dzgis.grid import Grid, percent_of, windows
from dzgis.rings import rings_of_shapes, rings_of_wkb

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from dzgis.grid import Window
    from dzgis.land import BlockSums, Grounds
    from dzgis.rings import Rings

BLOCK = (512, 2048)
N_CLASSES = 5
COUNTED = np.isin(np.arange(256), KEPT).astype(np.float64)
"""By class, whether its ground counts."""


class Block(NamedTuple):
    """A block with its own features."""

    window: Window
    grounds: Grounds
    places: Grounds


class Answer(NamedTuple):
    """What a block gives."""

    percent: NDArray[np.uint8]
    sums: BlockSums
    left_cells: float


def rings_in(path: Path, widened_m: float = 0.0) -> Rings:
    """Polygons of a file as arrays of coordinates."""
    meta, table = pyogrio.read_arrow(path, columns=[])
    column = table.column(meta["geometry_name"] or "wkb_geometry").combine_chunks()
    if not widened_m:
        return rings_of_wkb(column)
    shapes = shapely.from_wkb(column.to_numpy(zero_copy_only=False))
    return rings_of_shapes(shapely.buffer(shapes, widened_m))


def grid_of(path: Path) -> Grid:
    """Grid of a raster."""
    with rasterio.open(path) as source:
        return Grid(
            CRS.from_wkt(source.crs.to_wkt()), source.transform, source.height, source.width
        )


class Work:
    """One block after the other, each thread with a file handle of its own."""

    def __init__(self, classes: Path, grid: Grid) -> None:
        self.classes, self.grid, self.own = classes, grid, threading.local()

    def read(self, window: Window) -> NDArray[np.uint8]:
        """Slope classes of a block."""
        if not hasattr(self.own, "source"):
            self.own.source = rasterio.open(self.classes)
        rows, cols = window.rows, window.cols
        at = RasterWindow(cols.start, rows.start, window.shape[1], window.shape[0])
        return self.own.source.read(1, window=at)

    def __call__(self, block: Block) -> Answer:
        """Shares, combinations and sums of a block."""
        classes = self.read(block.window)
        here, numbers = land.layers_here(block.places)
        layout = land.Layout(block.grounds.n_layers, numbers, block.places.n_layers)
        together = land.grounds_together(block.grounds, here)
        found = land.combinations_of(together, block.window)
        terrain = land.BlockTerrain(classes.astype(np.float32), classes, N_CLASSES)
        sums = land.block_sums(found, layout, terrain, self.grid, block.window)
        left = found.left(
            lambda mask: float(layout.taken(mask) == 0), lambda mask: layout.place(mask) >= 0
        )
        left *= COUNTED[classes]
        return Answer(percent_of(left), sums, float(np.nansum(left)))


def blocks(grid: Grid, grounds: Grounds, places: Grounds) -> Iterator[Block]:
    """Blocks as they are needed."""
    found = list(windows(grid.shape, block=BLOCK[0], block_cols=BLOCK[1]))
    parts = (land.parts_of(grounds, found), land.parts_of(places, found))
    yield from map(Block, found, *parts)


def available_m2(sums: BlockSums) -> float:
    """Ground of the counties in a kept class under no layer."""
    kept = np.isin(sums.keys[:, 2], KEPT) & (sums.masks == 0)
    return float(sums.m2[kept].sum())


def main() -> None:
    """Do all blocks and write as they come."""
    *paths, out = sys.argv[1:]
    job = Job(dict(zip((*LAYERS, "county", "classes"), map(Path, paths), strict=True)), Path(out))
    grid = grid_of(job.paths["classes"])
    rings = [rings_in(job.paths[name], ROAD_M if name == "road" else 0.0) for name in LAYERS]
    grounds = land.grounds_of_rings(rings, grid)
    county = rings_in(job.paths["county"])
    places = land.grounds_of_rings([county.take(np.array([n])) for n in range(len(county))], grid)
    work = Work(job.paths["classes"], grid)
    cells, m2 = 0.0, 0.0
    with rasterio.open(job.out, "w", num_threads="all_cpus", **job.profile) as target:
        for block, answer in run_blocks(work, blocks(grid, grounds, places)):
            rows, cols = block.window.rows, block.window.cols
            at = RasterWindow(cols.start, rows.start, *answer.percent.shape[::-1])
            target.write(answer.percent, 1, window=at)
            cells += answer.left_cells
            m2 += available_m2(answer.sums)
    cell_km2 = abs(grid.transform.a * grid.transform.e) / 1e6
    print(json.dumps({"available_km2": cells * cell_km2, "ellipsoidal_km2": m2 / 1e6}))


if __name__ == "__main__":
    main()
