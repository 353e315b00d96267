"""
The main job on the shipped sample, against gdaldem and geopandas.overlay doing the same steps.

``make bench`` prints, for each step and for the whole, seconds of both sides measured in this run
and their ratio. Only ratios carry over to another machine.

The peer does what an analyst would do with the two tools: gdaldem for slope (one scale for the
whole sheet, which is what it offers for degrees), numpy for classes, polygons of the low-hill
mask, geopandas.overlay for counties, protection and parcels. The last column says how far its
figure is from ours: most of that is gdaldem's single scale.

Available land is compared for one county (``--county``): on the whole sheet the mask is a few
polygons with hundreds of thousands of corners, and overlaying those takes the peer longer than a
benchmark should. What the whole job takes dzgis alone stands in the last line.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
import shapely
from rasterio import features

import dzgis
from dzgis import inputs, pipeline, terrain
from dzgis.area import polygon_area_m2
from dzgis.crs import CGCS2000
from dzgis.plan import DEFAULT_PLAN, exclusions_of_plan, load_plan
from dzgis.plan.exclusions import Effect

if TYPE_CHECKING:
    from collections.abc import Callable

    from dzgis.plan.model import Plan

_METRES_PER_DEGREE = 111_120  # what gdaldem's manual gives for degrees


@dataclass(frozen=True)
class Row:
    """Seconds of both sides of one step, and a figure of each to compare."""

    step: str
    own_s: float
    peer_s: float
    own_figure: float
    peer_figure: float
    unit: str


def timed(job: Callable[[], float], repeats: int) -> tuple[float, float]:
    """Median seconds of `repeats` runs, and the figure that the job found."""
    seconds, figure = [], 0.0
    for _ in range(repeats):
        start = time.perf_counter()
        figure = job()
        seconds.append(time.perf_counter() - start)
    return median(seconds), figure


def low_hill_share(slope_class: np.ndarray) -> float:
    """Share of known cells in classes 2 and 3."""
    return float(np.isin(slope_class, (2, 3)).sum() / (slope_class > 0).sum())


def peer_classes(dem: Path, folder: Path) -> np.ndarray:
    """Slope by gdaldem, classes by numpy."""
    out = folder / "slope.tif"
    command = ["gdaldem", "slope", str(dem), str(out), "-s", str(_METRES_PER_DEGREE), "-q"]
    subprocess.run(command, check=True)
    with rasterio.open(out) as dataset:
        slope = dataset.read(1)
        known = slope != dataset.nodata
    number = np.digitize(slope, (8.0, 15.0, 25.0), right=True).astype(np.uint8) + 1
    return np.where(known, number, 0).astype(np.uint8)


def peer_low_hill(slope_class: np.ndarray, transform: object, crs: object) -> gpd.GeoDataFrame:
    """Polygons of the low-hill mask."""
    mask = np.isin(slope_class, (2, 3))
    shapes = features.shapes(mask.astype(np.uint8), mask, transform=transform)
    return gpd.GeoDataFrame(geometry=[shapely.geometry.shape(s) for s, _ in shapes], crs=crs)


def peer_available(
    low_hill: gpd.GeoDataFrame, counties: gpd.GeoDataFrame, protected: gpd.GeoDataFrame
) -> float:
    """Available land by overlay, m²."""
    inside = gpd.overlay(low_hill, counties[["county_code", "geometry"]], how="intersection")
    left = gpd.overlay(inside, protected[["geometry"]], how="difference")
    return float(polygon_area_m2(left).sum())


def peer_overlap(parcels: gpd.GeoDataFrame, layers: dict[str, gpd.GeoDataFrame]) -> float:
    """Area of all parcels under all layers by overlay, m²."""
    total = 0.0
    for frame in layers.values():
        common = gpd.overlay(parcels.reset_index()[["parcel_id", "geometry"]], frame[["geometry"]])
        united = common.dissolve("parcel_id")
        total += float(polygon_area_m2(united).sum())
    return total


def bench(repeats: int, county: str) -> list[Row]:
    """Time all steps."""
    plan = load_plan(DEFAULT_PLAN)
    loaded = pipeline.load(plan, pipeline.sample_inputs())
    if loaded.parcels is None:
        raise SystemExit("the sample has no parcels")
    with tempfile.TemporaryDirectory() as name:
        return [
            slope_step(plan, Path(name), repeats),
            land_step(replace(loaded, parcels=None), Path(name), repeats, county),
            overlap_step(loaded, repeats),
        ]


def slope_step(plan: Plan, folder: Path, repeats: int) -> Row:
    """Read the DEM, slope, classes."""
    dem = inputs.sample("dem")

    def own() -> float:
        slope = terrain.slope(inputs.read_dem([dem]))
        return low_hill_share(terrain.classify(slope, plan.slope_classes).values)

    def peer() -> float:
        return low_hill_share(peer_classes(dem, folder))

    return _row("slope and classes, with reading", own, peer, repeats, "low-hill share")


def land_step(loaded: pipeline.Loaded, folder: Path, repeats: int, county: str) -> Row:
    """Available land of one county, from its classes."""
    counties = loaded.counties[loaded.counties["county_code"] == county]
    dem = inputs.read_dem([inputs.sample("dem")], around=counties)
    one = replace(loaded, counties=counties, dem=dem)
    places = pipeline.places_of(loaded)
    protected = together(excluded_land(loaded))
    with rasterio.open(inputs.sample("dem")) as dataset:
        window = dataset.window(*dem.grid.bounds).round_offsets().round_lengths()
        classes = peer_classes(inputs.sample("dem"), folder)[window.toslices()]

    def own() -> float:
        return float(pipeline.land_of(one, places).county_waterfall["available"].sum())

    def peer() -> float:
        low_hill = peer_low_hill(classes, dem.grid.transform, dem.grid.crs).to_crs(CGCS2000)
        return peer_available(low_hill, counties, protected)

    return _row(f"available land and candidates, {county}", own, peer, repeats, "m2")


def overlap_step(loaded: pipeline.Loaded, repeats: int) -> Row:
    """Parcels against the layers whose land the rules exclude."""
    protected = excluded_land(loaded)
    parcels = pipeline.parcels_of(loaded).to_crs(CGCS2000)

    def own() -> float:
        pieces = pipeline.check_loaded(loaded).pieces
        return float(pieces.loc[pieces["rule"].isin(protected), "area_m2"].sum())

    def peer() -> float:
        return peer_overlap(parcels, protected)

    return _row("parcels against red lines", own, peer, repeats, "m2")


def excluded_land(loaded: pipeline.Loaded) -> dict[str, gpd.GeoDataFrame]:
    """Ground of each hard exclusion of the plan's rules."""
    exclusions = exclusions_of_plan(loaded.plan).on(loaded.as_of)
    hard = {one.id for one in exclusions.exclusions if one.effect is Effect.HARD}
    elevation = loaded.elevation
    if elevation is None:
        raise SystemExit("the sample has no DEM")
    ground = pipeline.exclusion_ground(
        pipeline.AccountInputs(
            loaded.plan, elevation, loaded.counties, exclusions, layers=loaded.layers
        )
    )
    return {name: frame for name, frame in ground.features.items() if name in hard}


def together(layers: dict[str, gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """All polygons of several layers."""
    frames = [frame.to_crs(CGCS2000)[["geometry"]] for frame in layers.values()]
    return pd.concat(frames, ignore_index=True)


def whole_job() -> float:
    """Read, compute and write everything on the sample; available land in m²."""
    with tempfile.TemporaryDirectory() as name:
        result = dzgis.run(out=Path(name) / "out")
    return float(result.land.county_waterfall["available"].sum())


def _row(
    step: str, own: Callable[[], float], peer: Callable[[], float], repeats: int, unit: str
) -> Row:
    own_s, own_figure = timed(own, repeats)
    peer_s, peer_figure = timed(peer, repeats)
    return Row(step, own_s, peer_s, own_figure, peer_figure, unit)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--county", default="530181")
    asked = parser.parse_args()
    rows = bench(asked.repeats, asked.county)
    print(f"{'step':42} {'dzgis s':>8} {'peer s':>8} {'ratio':>7}  figure, peer's difference")
    for r in rows:
        off = (r.peer_figure / r.own_figure - 1.0) * 100.0
        print(
            f"{r.step:42} {r.own_s:8.2f} {r.peer_s:8.2f} {r.peer_s / r.own_s:6.1f}x  "
            f"{r.own_figure:.6g} {r.unit}, {off:+.3f} %"
        )
    own_s, peer_s = sum(r.own_s for r in rows), sum(r.peer_s for r in rows)
    print(f"{'these steps together':42} {own_s:8.2f} {peer_s:8.2f} {peer_s / own_s:6.1f}x")
    seconds, figure = timed(whole_job, 1)
    print(f"{'the whole job on the whole sample':42} {seconds:8.2f}  {figure:.6g} m2 available")


if __name__ == "__main__":
    main()
