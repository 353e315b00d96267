"""
How long ``dzgis data check`` takes on 100,000 land-use patches, and how much memory.

Run: python benchmarks/data_check.py [N]
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

import dzgis

SIDE_M, JITTER_M, BENDS = 120.0, 30.0, 6
EAST, NORTH = 545_000.0, 2_740_000.0


def edges(a: np.ndarray, b: np.ndarray, bend: np.ndarray) -> np.ndarray:
    """Points between a and b, the same for both neighbours of an edge."""
    along = np.linspace(0.0, 1.0, BENDS, endpoint=False)[1:, np.newaxis]
    step = (b - a)[..., np.newaxis, :]
    across = np.stack([-step[..., 1], step[..., 0]], axis=-1)
    return a[..., np.newaxis, :] + step * along + across * bend[..., np.newaxis]


def patches(n: int) -> gpd.GeoDataFrame:
    """A tiling of n × n patches with 24 corners each."""
    rng = np.random.default_rng(1)
    x, y = np.meshgrid(np.arange(n + 1) * SIDE_M, np.arange(n + 1) * SIDE_M)
    p = np.stack([EAST + x, NORTH + y], axis=-1) + rng.uniform(
        -JITTER_M, JITTER_M, (n + 1, n + 1, 2)
    )
    flat = edges(p[:, :-1], p[:, 1:], rng.uniform(-0.08, 0.08, (n + 1, n, BENDS - 1)))
    steep = edges(p[:-1], p[1:], rng.uniform(-0.08, 0.08, (n, n + 1, BENDS - 1)))
    rings = [
        p[:-1, :-1, None],
        flat[:-1],
        p[:-1, 1:, None],
        steep[:, 1:],
        p[1:, 1:, None],
        flat[1:, :, ::-1],
        p[1:, :-1, None],
        steep[:, :-1, ::-1],
    ]
    shapes = shapely.polygons(np.round(np.concatenate(rings, axis=2), 4).reshape(n * n, -1, 2))
    columns = {
        "BSM": [f"{row:018d}" for row in range(n * n)],
        "DLBM": "0101",
        "ZLDWDM": "5301811002010000000",
        "TBMJ": np.round(shapely.area(shapes), 2),
    }
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4543")


def main() -> None:
    """Print seconds and megabytes."""
    n = round(float(sys.argv[1]) ** 0.5) if len(sys.argv) > 1 else 317
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "patches.gpkg"
        patches(n).to_file(path, layer="DLTB")
        started = time.perf_counter()
        found = dzgis.examine(path)
        took = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{n * n} polygons: {took:.1f} s, peak {peak:.0f} MB, {len(found.faults)} faults")


if __name__ == "__main__":
    main()
