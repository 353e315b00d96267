"""
The overlay alone: two GeoParquet files in memory, then common areas in the equal-area frame.

Run as a process of its own: ``overlap_core.py PARCELS LAYER``. Prints as JSON the seconds of
three ways, each the best of three: ``frame``, both layers as arrays in the equal-area frame
already; ``ellipsoid``, both as arrays in the file's CRS; ``once``, the same, with overlapping
features counted once and every feature near a parcel checked for validity.
"""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np

from dzgis.overlay import (
    Block,
    covered_by,
    edge_table,
    framed_pairs,
    in_equal_area,
    target_of,
)
from dzgis.rings import Rings, rings_of_shapes

if TYPE_CHECKING:
    from collections.abc import Callable

CORNERS = 150_000
LAT = 25


def parts(rings: Rings) -> list[tuple[int, Rings]]:
    """Rows in blocks of about as many corners each."""
    start = rings.corner_start
    cuts = np.searchsorted(start, np.arange(0, start[-1] + CORNERS, CORNERS))
    cuts = np.unique(np.append(cuts.clip(max=len(rings)), [0, len(rings)]))
    return [(int(a), rings.take(np.arange(a, b))) for a, b in pairwise(cuts)]


def best(job: Callable[[], float]) -> tuple[float, float]:
    """Least seconds of three runs, after one to load compiled code, and the answer."""
    answer = job()
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        answer = job()
        seconds.append(time.perf_counter() - start)
    return min(seconds), answer


def main() -> None:
    """Measure the three ways."""
    land, features = (gpd.read_parquet(path) for path in sys.argv[1:3])
    a, b = (rings_of_shapes(frame.geometry.to_numpy()) for frame in (land, features))
    crs = land.crs
    blocks = parts(b)
    target = target_of(a, crs, lat_deg=LAT)
    framed = [in_equal_area(r, crs, lat_deg=LAT, origin=target.origin) for _, r in blocks]

    def in_frame() -> float:
        with ThreadPoolExecutor(2) as pool:
            found = pool.map(lambda rings: framed_pairs(target, edge_table(rings)), framed)
            return float(sum(pairs.area_m2.sum() for pairs in found))

    def on_ellipsoid() -> float:
        new = target_of(a, crs, lat_deg=LAT)

        def one(rings: Rings) -> float:
            there = in_equal_area(rings, crs, lat_deg=LAT, origin=new.origin)
            return float(framed_pairs(new, edge_table(there)).area_m2.sum())

        with ThreadPoolExecutor(2) as pool:
            return sum(pool.map(one, (rings for _, rings in blocks)))

    def once() -> float:
        new = target_of(a, crs, lat_deg=LAT)
        found = covered_by(
            new, (Block(first, rings) for first, rings in blocks), crs, touch_m=0.001
        )
        return float(found.pairs.area_m2.sum())

    ways = {"frame": in_frame, "ellipsoid": on_ellipsoid, "once": once}
    found = {name: best(job) for name, job in ways.items()}
    seconds = {f"{name}_s": taken for name, (taken, _) in found.items()}
    print(json.dumps(seconds | {"total_m2": found["frame"][1]}))


if __name__ == "__main__":
    main()
