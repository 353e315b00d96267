"""
Areas of parcels under farmland and forest: dzgis beside geopandas, DuckDB, SedonaDB and PostGIS.

Two figures for each engine, from one run on generated data: the overlay alone, both layers being in
memory, and the whole way from two GeoParquet files to a CSV of every pair's area, as a process,
with its peak memory. The peers' areas are planar ones in the files' CRS; dzgis's are ellipsoidal.

    python benchmarks/overlap.py --cases farm-100k forest-100k --peers geopandas duckdb
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from overlap_data import made

HERE = Path(__file__).parent
PEERS = ("geopandas", "shapely", "duckdb", "sedonadb", "postgis")
MEBIBYTE = 1024.0


@dataclass(frozen=True)
class Case:
    """Numbers of parcels, of farmland polygons and of forest polygons, and the layer measured."""

    n_parcels: int
    n_farm: int
    n_forest: int
    layer: str


CASES = {
    "farm-100k": Case(100_000, 100_000, 6_400, "farm"),
    "forest-100k": Case(100_000, 100_000, 6_400, "forest"),
    "farm-1M": Case(100_000, 1_000_000, 6_400, "farm"),
    "farm-1Mx1M": Case(1_000_000, 1_000_000, 6_400, "farm"),
}


@dataclass(frozen=True)
class Ran:
    """A process that has ended: seconds, peak MiB of it and its children, and what it printed."""

    seconds: float
    peak_mib: float
    said: dict[str, float | None]


def ran(command: list[str]) -> Ran:
    """Run a process to its end; its memory from the kernel's account of it."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "LANG": "C"})
    assert process.stdout is not None  # noqa: S101  it was asked for
    said = process.stdout.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status:
        sys.exit(f"failed: {' '.join(command)}")
    last = said.strip().splitlines()[-1:]
    figures = json.loads(last[0]) if last and last[0].startswith("{") else {}
    return Ran(seconds, usage.ru_maxrss / MEBIBYTE, figures)


def measure(case: Case, data: Path, peers: list[str], repeats: int) -> dict[str, list[Ran]]:
    """Run every engine, one after the other, `repeats` times around."""
    # In a process of its own: a child's account of memory begins with its parent's.
    with ProcessPoolExecutor(1) as pool:
        files = pool.submit(
            made, data, n_parcels=case.n_parcels, n_farm=case.n_farm, n_forest=case.n_forest
        ).result()
    pair = [str(files["parcels"]), str(files[case.layer])]
    found: dict[str, list[Ran]] = {}
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        dzgis = [str(Path(sys.executable).with_name("dzgis")), "overlap", pair[0]]
        dzgis += ["--layer", f"{case.layer}={pair[1]}", "-o", str(out / "dzgis"), "--overwrite"]
        commands = {
            "dzgis": dzgis,
            "dzgis core": [sys.executable, str(HERE / "overlap_core.py"), *pair],
        }
        for peer in peers:
            script = [sys.executable, str(HERE / "peer_overlap.py"), peer]
            commands[peer] = [*script, *pair, str(out / f"{peer}.csv")]
        subprocess.run(dzgis, check=True, stdout=subprocess.DEVNULL)  # compiled code into its cache
        for _ in range(repeats):
            for name, command in commands.items():
                one = ran(command)
                found.setdefault(name, []).append(one)
                sys.stderr.write(f"  {name}: {one.seconds:.1f} s, {one.peak_mib:.0f} MiB\n")
    return found


def middle(values: list[float]) -> float:
    """Median."""
    return sorted(values)[len(values) // 2]


def show(name: str, case: Case, found: dict[str, list[Ran]]) -> None:
    """Print the figures of a case, and the ratios against each peer."""
    core = {key: middle([float(r.said[key] or 0) for r in found["dzgis core"]])
            for key in ("frame_s", "ellipsoid_s", "once_s")}  # fmt: skip
    ours = middle([r.seconds for r in found["dzgis"]])
    print(f"\n{name}: {case.n_parcels:,} parcels under {case.layer}")
    print(f"{'':12}{'core s':>9}{'whole s':>9}{'MiB':>7}{'core':>8}{'whole':>7}   (peer / dzgis)")
    peak = max(r.peak_mib for r in found["dzgis"])
    print(f"{'dzgis':12}{core['frame_s']:9.2f}{ours:9.2f}{peak:7.0f}")
    print(f"{'':12}{core['ellipsoid_s']:9.2f}  carried to the ellipsoid as well")
    print(f"{'':12}{core['once_s']:9.2f}  and valid, and overlapping features once")
    for peer, runs in found.items():
        if peer.startswith("dzgis"):
            continue
        seconds, memory = middle([r.seconds for r in runs]), max(r.peak_mib for r in runs)
        alone = runs[0].said["core_s"] and middle([float(r.said["core_s"] or 0) for r in runs])
        shown = f"{alone:9.2f}" if alone else f"{'-':>9}"
        ratio = f"{alone / core['frame_s']:8.1f}" if alone else f"{'-':>8}"
        print(f"{peer:12}{shown}{seconds:9.2f}{memory:7.0f}{ratio}{seconds / ours:7.1f}")
    totals = {n: r[0].said["total_m2"] for n, r in found.items() if r[0].said.get("total_m2")}
    base = float(totals["dzgis core"] or 1)
    apart = {n: f"{float(t or 0) / base - 1:+.1e}" for n, t in totals.items() if n != "dzgis core"}
    print(f"sums of areas against dzgis's (planar against ellipsoidal): {apart}")


def main() -> None:
    """Parse the command line, run, and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--cases", nargs="+", choices=CASES, default=["farm-100k", "forest-100k"])
    parser.add_argument("--peers", nargs="+", choices=PEERS, default=["geopandas", "duckdb"])
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--data", type=Path, default=Path("build/overlap-data"))
    given = parser.parse_args()
    for name in given.cases:
        show(name, CASES[name], measure(CASES[name], given.data, given.peers, given.repeats))


if __name__ == "__main__":
    main()
