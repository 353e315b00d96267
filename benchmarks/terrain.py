"""
``dzgis slope`` against gdaldem, xarray-spatial and plain copying, as whole processes.

``make bench-terrain`` makes DEMs of several sizes and forms, runs every tool on each in turn, three
times, and prints medians of seconds and of peak memory, and ratios to dzgis. Only ratios carry over
to another machine; on a busy one compare the processor's seconds, which are printed too.

floor: the DEM read on two threads and the classes written by GDAL as a tiled GeoTIFF, nothing
computed and no overviews: less than this cannot be had from GDAL's own decoder and encoder.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
import rasterio
from affine import Affine
from rasterio.windows import Window

HERE = Path(__file__).parent
ROWS = 1024
SIDES = {"4": 2000, "100": 10_000, "400": 20_000, "1600": 40_000}
"""Millions of cells, and the side of a square DEM of so many."""
FORMS = ("int16-metres", "float32-metres", "int16-degrees", "float32-degrees")
TO_TIFF = ["-co", "TILED=YES", "-co", "COMPRESS=DEFLATE", "-co", "BIGTIFF=IF_SAFER", "-q"]
CLASSES = "1*(A<=8)+2*(A>8)*(A<=15)+3*(A>15)*(A<=25)+4*(A>25)"


@dataclass(frozen=True)
class Cost:
    """Medians of some runs: seconds by the clock, seconds of processors, MiB at the peak."""

    wall_s: float
    cpu_s: float
    peak_mib: float


def make_dem(path: Path, side: int, form: str) -> None:
    """Write hills of several wavelengths with a metre of noise, always the same."""
    dtype, unit = form.split("-")
    metres = unit == "metres"
    transform = (
        Affine(12.5, 0, 3e5, 0, -12.5, 2.9e6)
        if metres
        else Affine(1 / 9000, 0, 100.5, 0, -1 / 9000, 26.5)
    )
    profile = {"driver": "GTiff", "dtype": dtype, "count": 1, "height": side, "width": side}
    profile |= {"crs": "EPSG:4543" if metres else "EPSG:4490", "transform": transform}
    profile |= {"tiled": True, "blockxsize": 256, "blockysize": 256, "compress": "deflate"}
    noise = np.random.default_rng(3)
    col = np.arange(side, dtype=np.float32)[np.newaxis]
    with rasterio.open(path, "w", nodata=-32768, num_threads=2, bigtiff="IF_SAFER", **profile) as d:
        for top in range(0, side, ROWS):
            row = np.arange(top, min(top + ROWS, side), dtype=np.float32)[:, np.newaxis]
            z = 1900 + 300 * np.sin(row / 211) * np.cos(col / 173)
            z += 60 * np.sin((row + 2 * col) / 37) + 15 * np.sin((3 * col - row) / 11)
            z += noise.standard_normal(z.shape, dtype=np.float32)
            d.write(z.astype(dtype), 1, window=Window(0, top, side, len(row)))


def commands(dem: Path, form: str, folder: Path) -> dict[str, list[str]]:
    """What each tool is called with; the first is ours."""
    scale = [] if form.endswith("metres") else ["-s", "111120"]
    slope, classes = folder / "gdal_slope.tif", folder / "gdal_class.tif"
    own = [sys.executable, "-m", "dzgis", "slope", str(dem), "--overwrite", "--json", "-o"]
    gdaldem = ["gdaldem", "slope", str(dem), str(slope), *scale, *TO_TIFF]
    calc = ["gdal_calc.py", "-A", str(slope), f"--outfile={classes}", f"--calc={CLASSES}"]
    calc += ["--type=Byte", "--overwrite", "--quiet", "--co=TILED=YES", "--co=COMPRESS=DEFLATE"]
    chain = f"{' '.join(gdaldem)} && {' '.join(repr(word) for word in calc)}"
    made = folder / "classes" / "slope_class.tif"
    return {
        "dzgis classes": [*own, str(folder / "classes")],
        "dzgis degrees": [*own, str(folder / "degrees"), "--degrees"],
        "gdaldem degrees": gdaldem,
        "gdaldem + gdal_calc": ["sh", "-c", chain],
        "xarray-spatial": [sys.executable, str(HERE / "peer_xarray_spatial.py"), str(dem)],
        "floor": [sys.executable, str(HERE / "terrain_floor.py"), str(dem), str(made)],
    }


def run(command: list[str], folder: Path) -> Cost:
    """One run as a whole process with its children."""
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    if status:
        raise SystemExit(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def measured(dem: Path, form: str, folder: Path, repeats: int, only: list[str]) -> dict[str, Cost]:
    """Medians of each tool, the tools taking turns so that a busy minute meets all of them."""
    wanted = {
        n: c for n, c in commands(dem, form, folder).items() if not only or n in [*only, "floor"]
    }
    programs = {"gdaldem degrees": "gdaldem", "gdaldem + gdal_calc": "gdal_calc.py"}
    missing = [n for n in wanted if n in programs and shutil.which(programs[n]) is None]
    costs: dict[str, list[Cost]] = {name: [] for name in wanted if name not in missing}
    for _ in range(repeats):
        for name, found in costs.items():
            found.append(run(wanted[name], folder))
    return {
        name: Cost(*(median(getattr(c, f) for c in found) for f in ("wall_s", "cpu_s", "peak_mib")))
        for name, found in costs.items()
    }


def table(costs: dict[str, Cost], mpx: str, form: str) -> str:
    """Rows of one DEM: each tool, and how many times as long it takes as dzgis."""
    own = costs["dzgis classes"]
    lines = [f"\n{mpx} Mpx, {form}"]
    lines.append(f"{'':<22}{'wall s':>9}{'cpu s':>9}{'MiB':>8}{'wall / classes':>16}{'cpu':>7}")
    for name, cost in costs.items():
        ratios = f"{cost.wall_s / own.wall_s:>15.2f}×{cost.cpu_s / own.cpu_s:>6.2f}×"
        lines.append(
            f"{name:<22}{cost.wall_s:>9.2f}{cost.cpu_s:>9.2f}{cost.peak_mib:>8.0f}{ratios}"
        )
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mpx", nargs="+", choices=SIDES, default=["4", "100", "400"])
    parser.add_argument("--forms", nargs="+", choices=FORMS, default=list(FORMS))
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--only", nargs="*", default=[], help="these tools, and the floor")
    asked = parser.parse_args()
    print(f"{os.cpu_count()} processors; medians of {asked.repeats}; every run a whole process")
    for mpx in asked.mpx:
        for form in asked.forms:
            with tempfile.TemporaryDirectory() as name:
                folder = Path(name)
                dem = folder / "dem.tif"
                make_dem(dem, SIDES[mpx], form)
                costs = measured(dem, form, folder, asked.repeats, asked.only)
            print(table(costs, mpx, form), flush=True)


if __name__ == "__main__":
    main()
