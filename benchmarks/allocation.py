"""
Assignment of many parcels, beside what geopandas takes for a part of it.

``python benchmarks/allocation.py [N]`` makes N square parcels (10,000 by default) over the shipped
counties and measures, warm:

dzgis: `dzgis.allocation.assign`, all columns and reasons, corridors made within;
geopandas: `overlay` with counties and clusters for the largest share, `sjoin_nearest` for the
axis, in metres of one Gauss-Krüger zone: no chainage, side, bands, nodes, models or reasons.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

import dzgis
from dzgis.allocation import assign, axis_lines, cluster_areas, township_areas

if TYPE_CHECKING:
    from collections.abc import Callable

N_PARCELS, HALF_DEG, SEED, METRIC = 10_000, 0.002, 0, "EPSG:4543"


def make_parcels(counties: gpd.GeoDataFrame, n: int) -> gpd.GeoDataFrame:
    """Squares of about 400 m whose middle lies in a county."""
    rng = np.random.default_rng(SEED)
    west, south, east, north = counties.total_bounds
    x, y = rng.uniform(west, east, 8 * n), rng.uniform(south, north, 8 * n)
    inside = np.flatnonzero(shapely.contains_xy(counties.union_all(), x, y))[:n]
    x, y, h = x[inside], y[inside], HALF_DEG
    names = [f"P{k}" for k in range(len(x))]
    squares = shapely.box(x - h, y - h, x + h, y + h)
    frame = gpd.GeoDataFrame(index=names, geometry=squares, crs=4490)
    return frame.rename_axis("parcel_id")


def by_geopandas(
    parcels: gpd.GeoDataFrame, zones: list[gpd.GeoDataFrame], axes: gpd.GeoDataFrame
) -> None:
    """Largest shares and the nearest axis."""
    planar = parcels.reset_index().to_crs(METRIC)
    for zone in zones:
        cut = planar.overlay(zone.to_crs(METRIC), how="intersection")
        cut.assign(share=cut.area).sort_values("share").groupby("parcel_id").last()
    core = axes[axes["kind"] == "core"].to_crs(METRIC)
    middle = planar.set_geometry(planar.representative_point())
    middle.sjoin_nearest(core, distance_col="distance_m")


def seconds(work: Callable[[], object]) -> float:
    """Seconds of the processor, the better of two: on a busy machine the clock tells less."""
    taken = []
    for _ in range(2):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken)


def main(n: int) -> None:
    """Print the processor's seconds of both."""
    plan = dzgis.load_plan("dianzhong-2014")
    counties = dzgis.open_counties(dzgis.sample_inputs().counties, plan)
    clusters = cluster_areas(plan, counties, township_areas(plan, counties))
    axes, parcels = axis_lines(plan), make_parcels(counties, n)
    areas = {"counties": counties, "clusters": clusters, "axes": axes}
    assign(parcels.iloc[:10], plan, **areas)
    ours = seconds(lambda: assign(parcels, plan, **areas))
    theirs = seconds(lambda: by_geopandas(parcels, [counties, clusters], axes))
    print(f"{len(parcels)} parcels: dzgis {ours:.1f} s, geopandas (a part) {theirs:.1f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else N_PARCELS)
