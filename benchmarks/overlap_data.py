"""
Generated parcels, farmland and forest for the benchmark of overlaps, in EPSG:4543, as GeoParquet.

Farmland is a coverage as surveys have it: neighbours share every corner of their winding borders.
Forest has few large polygons, with many holes and borders of up to hundreds of thousands of
corners. Parcels are small, turned at random, and may lie on each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

if TYPE_CHECKING:
    from pathlib import Path

CRS = "EPSG:4543"
WEST, SOUTH = 500_000.0, 2_750_000.0
SEED = 20


def farmland(n: int, rng: np.random.Generator) -> np.ndarray:
    """About `n` polygons of 12 corners and a good hectare each, four in five of a coverage."""
    side = int(np.sqrt(n / 0.8)) + 1
    step = 120.0
    i = np.arange(side + 1)
    x, y = np.meshgrid(WEST + i * step, SOUTH + i * step)
    nodes = np.stack([x, y], axis=2) + rng.uniform(-35, 35, (side + 1, side + 1, 2))

    def border(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        """Two corners between neighbours, the same from both sides."""
        t = np.array([1 / 3, 2 / 3])[:, None]
        inner = a[..., None, :] * (1 - t) + b[..., None, :] * t
        return inner + rng.uniform(-8, 8, inner.shape)

    across = border(nodes[:, :-1], nodes[:, 1:])
    upright = border(nodes[:-1], nodes[1:])
    ring = np.concatenate(
        [
            nodes[:-1, :-1, None],
            across[:-1],
            nodes[:-1, 1:, None],
            upright[:, 1:],
            nodes[1:, 1:, None],
            across[1:, :, ::-1],
            nodes[1:, :-1, None],
            upright[:, :-1, ::-1],
            nodes[:-1, :-1, None],
        ],
        axis=2,
    ).reshape(side * side, -1, 2)
    kept = np.sort(rng.permutation(side * side)[:n])
    rings = shapely.polygons(ring[kept])
    return rings[shapely.is_valid(rings)]


def blob(centre: np.ndarray, radius: float, n: int, rng: np.random.Generator) -> np.ndarray:
    """Ring of `n` corners about a centre, rough at every scale."""
    angle = np.linspace(0, 2 * np.pi, n, endpoint=False)
    wave = np.zeros(n)
    for k in range(1, 40):
        wave += rng.normal(0, 1 / k) * np.cos(k * angle + rng.uniform(0, 6.3))
    r = radius * (0.78 + 0.06 * wave + rng.uniform(-0.2, 0.2, n) * 6.0 / n)
    return centre + r.clip(radius * 0.35, radius)[:, None] * np.column_stack(
        [np.cos(angle), np.sin(angle)]
    )


def forest_polygon(
    centre: np.ndarray, radius: float, n: int, rng: np.random.Generator
) -> shapely.Polygon:
    """Polygon of about `n` corners with a hole for every 400 of them, 12 corners each."""
    shell = blob(centre, radius, n, rng)
    n_holes = n // 400
    side = int(np.ceil(np.sqrt(max(n_holes, 1))))
    step = radius * 0.48 / side
    holes = [
        blob(
            centre + np.array([i % side - side / 2, i // side - side / 2]) * step, step / 3, 12, rng
        )
        for i in range(n_holes)
    ]
    whole = shapely.Polygon(shell, holes)
    return whole if whole.is_valid else shapely.Polygon(shell)


def forest(n: int, extent_m: float, rng: np.random.Generator, *, n_monsters: int) -> np.ndarray:
    """`n` polygons side by side in a square, `n_monsters` with 100 000 corners and more."""
    coarse = 8
    block_m = extent_m / coarse
    blocks = rng.permutation(coarse * coarse)
    fine = int(np.ceil(np.sqrt(n / (coarse * coarse - n_monsters))))
    step = block_m / fine
    places = [
        np.array([b % coarse, b // coarse]) * block_m
        + (np.array([i % fine, i // fine]) + 0.5) * step
        for b in blocks[n_monsters:]
        for i in range(fine * fine)
    ]
    chosen = rng.permutation(len(places))[:n]
    sizes = np.exp(rng.normal(6.0, 1.0, n)).clip(60, 20_000).astype(int)
    origin = np.array([WEST, SOUTH])
    small = [
        forest_polygon(places[i] + origin, step * 0.49, int(m), rng)
        for i, m in zip(chosen, sizes, strict=True)
    ]
    corners = np.linspace(100_000, 250_000, n_monsters).astype(int)
    monsters = [
        forest_polygon(
            (np.array([b % coarse, b // coarse]) + 0.5) * block_m + origin,
            block_m * 0.49,
            int(m),
            rng,
        )
        for b, m in zip(blocks[:n_monsters], corners, strict=True)
    ]
    shapes = np.array(small + monsters)
    return shapes[shapely.is_valid(shapes)]


def parcels(n: int, extent_m: float, rng: np.random.Generator) -> np.ndarray:
    """`n` polygons of 4 to 12 corners, 30 to 250 m across."""
    centres = rng.uniform(0, extent_m, (n, 2)) + np.array([WEST, SOUTH])
    count = rng.integers(4, 13, n)
    radius = rng.uniform(20, 120, n)
    shapes = np.empty(n, object)
    for k in range(4, 13):
        rows = np.flatnonzero(count == k)
        angle = np.sort(rng.uniform(0, 1, (len(rows), k)), axis=1) * 0.35 + np.arange(k)
        angle = angle * (2 * np.pi / k)
        r = radius[rows, None] * rng.uniform(0.8, 1.0, (len(rows), k))
        ring = np.stack([r * np.cos(angle), r * np.sin(angle)], axis=2)
        shapes[rows] = shapely.polygons(ring + centres[rows, None, :])
    return shapes[shapely.is_valid(shapes)]


def write(shapes: np.ndarray, path: Path, name: str) -> Path:
    """Shapes with an id each, as GeoParquet."""
    ids = [f"{name}{i:07d}" for i in range(len(shapes))]
    field = {"p": "parcel_id"}.get(name, "BSM")
    gpd.GeoDataFrame({field: ids}, geometry=shapes, crs=CRS).to_parquet(path)
    return path


def extent_of(n_farm: int) -> float:
    """Side in metres of the square that `n_farm` polygons of farmland fill."""
    return (int(np.sqrt(n_farm / 0.8)) + 1) * 120.0


def made(folder: Path, *, n_parcels: int, n_farm: int, n_forest: int) -> dict[str, Path]:
    """Make the files that are not there yet; parcels are spread over the farmland's extent."""
    folder.mkdir(parents=True, exist_ok=True)
    extent = extent_of(n_farm)
    jobs = {
        "parcels": (f"parcels-{n_parcels}-{n_farm}.parquet", "p",
                    lambda rng: parcels(n_parcels, extent, rng)),
        "farm": (f"farm-{n_farm}.parquet", "f", lambda rng: farmland(n_farm, rng)),
        "forest": (f"forest-{n_forest}-{n_farm}.parquet", "w",
                   lambda rng: forest(n_forest, extent, rng, n_monsters=16)),
    }  # fmt: skip
    found = {}
    for key, (file, name, make) in jobs.items():
        path = folder / file
        if not path.exists():
            write(make(np.random.default_rng(SEED)), path, name)
        found[key] = path
    return found
