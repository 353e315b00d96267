"""
The main job on the shipped sample, against gdaldem and geopandas.overlay doing the same steps.

``make bench`` prints, for each step and for the whole, seconds of both sides measured in this run
and their ratio. Only ratios carry over to another machine.

The peer does what an analyst would do with the two tools: gdaldem for slope (one scale for the
whole sheet, which is what it offers for degrees), numpy for classes, polygons of the low-hill
mask, geopandas.overlay for counties, protection and parcels. Its areas are therefore areas of
whole cells; the last column says how far its figure is from ours.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
import shapely
from rasterio import features

from dzgis import inputs, pipeline, terrain
from dzgis.area import polygon_area_m2
from dzgis.crs import CGCS2000
from dzgis.pipeline.steps import excluded_land, places_of
from dzgis.plan import DEFAULT_PLAN, load_plan

if TYPE_CHECKING:
    from collections.abc import Callable

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


def bench(repeats: int) -> list[Row]:
    """Time all steps."""
    plan = load_plan(DEFAULT_PLAN)
    loaded = pipeline.load(plan, pipeline.sample_inputs())
    dem_path = inputs.sample("dem")
    if loaded.parcels is None:
        raise SystemExit("the sample has no parcels")
    parcels, classes = loaded.parcels, plan.slope_classes
    protected = excluded_land(loaded)
    together = pd.concat(
        [frame.to_crs(CGCS2000)[["geometry"]] for frame in protected.values()], ignore_index=True
    )
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with rasterio.open(dem_path) as dataset:
            transform, crs = dataset.transform, dataset.crs
        peer = peer_classes(dem_path, folder)

        def own_slope() -> float:
            raster = inputs.read_dem([dem_path])
            return low_hill_share(terrain.classify(terrain.slope(raster), classes).values)

        rows.append(
            _row("slope and classes (with reading)", own_slope,
                 lambda: low_hill_share(peer_classes(dem_path, folder)), repeats, "share")
        )  # fmt: skip

        def own_land() -> float:
            found = pipeline.land_of(loaded, places_of(loaded))
            return float(found.county_waterfall["available"].sum())

        def peer_land() -> float:
            return peer_available(
                peer_low_hill(peer, transform, crs).to_crs(CGCS2000), loaded.counties, together
            )

        rows.append(_row("available land per county, candidates", own_land, peer_land, 1, "m2"))

        def own_overlap() -> float:
            found = pipeline.check_loaded(loaded)
            excluded = found.pieces["rule"].isin(protected)
            return float(found.pieces.loc[excluded, "area_m2"].sum())

        rows.append(
            _row("parcels against red lines", own_overlap,
                 lambda: peer_overlap(parcels.to_crs(CGCS2000), protected), repeats, "m2")
        )  # fmt: skip
    return rows


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
    rows = bench(parser.parse_args().repeats)
    whole = ("whole job", sum(r.own_s for r in rows), sum(r.peer_s for r in rows))
    print(f"{'step':40} {'dzgis s':>8} {'peer s':>8} {'ratio':>6}  figure, peer's difference")
    for r in rows:
        off = (r.peer_figure / r.own_figure - 1.0) * 100.0
        print(
            f"{r.step:40} {r.own_s:8.2f} {r.peer_s:8.2f} {r.peer_s / r.own_s:5.1f}x  "
            f"{r.own_figure:.6g} {r.unit}, {off:+.3f} %"
        )
    print(f"{whole[0]:40} {whole[1]:8.2f} {whole[2]:8.2f} {whole[2] / whole[1]:5.1f}x")


if __name__ == "__main__":
    main()
