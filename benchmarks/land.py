"""
What exclusions leave of a large grid: dzgis beside atlite, GDAL and rasterio, as whole processes.

``make bench-land`` makes layers over 300 by 300 km and slope classes (`land_data`), and runs every
tool on them in turn: polygons read from GeoPackage, roads widened by 30 m, everything excluded, a
raster of bytes written, sums made by county. Printed are medians of seconds by the clock and of
processors, the highest memory, ratios to dzgis, and what each finds to be left.

dzgis gives the exact share of every cell and the ground under each combination of layers; the peers
go by the middles of cells, or by finer cells (`peer_land`). Only ratios carry over to another
machine; on a busy one compare the processor's seconds.

    make bench-land BENCH="--cells 25000000 --repeats 1"
    make bench-land BENCH="--cells 25000000 100000000 400000000 --only dzgis"
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, fields
from pathlib import Path
from statistics import median

from land_data import Files, made

HERE = Path(__file__).parent
PEERS = ("atlite", "supersampled", "rasterio", "gdal", "floor")
MEBIBYTE = 1024.0


@dataclass(frozen=True)
class Ran:
    """A process that has ended: seconds, peak MiB, and the square kilometres that it found."""

    wall_s: float
    cpu_s: float
    peak_mib: float
    left_km2: float


def ran(command: list[str]) -> Ran:
    """Run a process to its end; its own and its children's costs by the kernel's account."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    said = process.stdout.read().decode() if process.stdout else ""
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    if status:
        sys.exit(f"failed: {' '.join(command)}")
    found = json.loads(said.strip().splitlines()[-1])["available_km2"]
    return Ran(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / MEBIBYTE, found)


def commands(files: Files, out: Path, only: list[str]) -> dict[str, list[str]]:
    """What each tool is called with; the first is ours."""
    names = ("farm", "forest", "road", "county", "classes")
    paths = [str(getattr(files, name)) for name in names]
    python = [sys.executable, "-W", "ignore"]
    found = {"dzgis": [*python, str(HERE / "land_core.py"), *paths, str(out / "dzgis.tif")]}
    for peer in PEERS:
        target = str(out / f"{peer}.tif")
        found[peer] = [*python, str(HERE / "peer_land.py"), peer, *paths, target]
    if shutil.which("gdal_rasterize") is None:
        del found["gdal"]
    return {name: command for name, command in found.items() if not only or name in only}


def measured(files: Files, repeats: int, only: list[str]) -> dict[str, Ran]:
    """Medians of each tool, the tools taking turns so that a busy minute meets all of them."""
    found: dict[str, list[Ran]] = {}
    with tempfile.TemporaryDirectory() as folder:
        calls = commands(files, Path(folder), only)
        if "dzgis" in calls:
            subprocess.run(calls["dzgis"], check=True, stdout=subprocess.DEVNULL)  # compiled, kept
        for _ in range(repeats):
            for name, command in calls.items():
                one = ran(command)
                found.setdefault(name, []).append(one)
                sys.stderr.write(f"  {name}: {one.wall_s:.1f} s, {one.cpu_s:.1f} s of cpu\n")
    return {
        name: Ran(*(median(getattr(run, each.name) for run in runs) for each in fields(Ran)))
        for name, runs in found.items()
    }


def table(found: dict[str, Ran], n_cells: int) -> str:
    """Rows of one size: each tool, and how many times as long it takes as dzgis."""
    lines = [f"\n{n_cells / 1e6:.0f} Mpx, cells of {300_000 / n_cells**0.5:g} m"]
    lines.append(
        f"{'':<14}{'wall s':>9}{'cpu s':>9}{'MiB':>8}{'wall / dzgis':>14}{'cpu':>8}{'km²':>12}"
    )
    own = found.get("dzgis")
    for name, one in found.items():
        ratios = f"{one.wall_s / own.wall_s:>13.1f}×{one.cpu_s / own.cpu_s:>7.1f}×" if own else ""
        left = f"{one.left_km2:>12.2f}" if one.left_km2 else ""
        lines.append(
            f"{name:<14}{one.wall_s:>9.2f}{one.cpu_s:>9.2f}{one.peak_mib:>8.0f}{ratios}{left}"
        )
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cells", nargs="+", type=int, default=[100_000_000])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--only", nargs="*", default=[], help=f"of dzgis, {', '.join(PEERS)}")
    parser.add_argument("--data", type=Path, help="folder in which the data are kept")
    asked = parser.parse_args()
    print(f"{os.cpu_count()} processors; medians of {asked.repeats}; every run a whole process")
    with tempfile.TemporaryDirectory() as name:
        folder = asked.data or Path(name)
        for n_cells in asked.cells:
            # In a process of its own: a child's account of memory begins with its parent's.
            with ProcessPoolExecutor(1) as pool:
                files = pool.submit(made, folder, n_cells).result()
            print(table(measured(files, asked.repeats, asked.only), n_cells), flush=True)


if __name__ == "__main__":
    main()
