"""
One peer's way from two GeoParquet files to a CSV of the area of every overlapping pair.

Run as a process of its own: ``peer_overlap.py ENGINE PARCELS LAYER OUT``. Prints as JSON the
seconds of the overlay alone, once both layers are in memory (none where an engine does not part the
two), the number of pairs and the sum of their areas, in the plane of the files' CRS.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

PAIRS = """
SELECT p.parcel_id, l."BSM", ST_Area(ST_Intersection(p.geometry, l.geometry)) AS area_m2
FROM {parcels} p JOIN {layer} l ON ST_Intersects(p.geometry, l.geometry)
"""


def tell(core_s: float | None, n_pairs: int, total_m2: float) -> None:
    """Print what the benchmark reads."""
    print(json.dumps({"core_s": core_s, "n_pairs": n_pairs, "total_m2": total_m2}))


def by_geopandas(parcels: Path, layer: Path, out: Path) -> None:
    """geopandas.overlay."""
    import geopandas as gpd

    land, features = gpd.read_parquet(parcels), gpd.read_parquet(layer)
    start = time.perf_counter()
    found = gpd.overlay(land, features, how="intersection", keep_geom_type=True)
    area_m2 = found.area
    core_s = time.perf_counter() - start
    found.drop(columns="geometry").assign(area_m2=area_m2).to_csv(out, index=False)
    tell(core_s, len(found), float(area_m2.sum()))


def by_shapely(parcels: Path, layer: Path, out: Path) -> None:
    """STRtree and intersection, on two threads."""
    import geopandas as gpd
    import pandas as pd
    import shapely

    land, features = gpd.read_parquet(parcels), gpd.read_parquet(layer)
    a, b = land.geometry.to_numpy(), features.geometry.to_numpy()
    start = time.perf_counter()
    tree = shapely.STRtree(b)

    def part(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        i, j = tree.query(a[rows], predicate="intersects")
        return rows[i], j, shapely.area(shapely.intersection(a[rows][i], b[j]))

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(part, np.array_split(np.arange(len(a)), 64)))
    i, j, area_m2 = (np.concatenate(column) for column in zip(*found, strict=True))
    core_s = time.perf_counter() - start
    ids = {"parcel_id": land["parcel_id"].to_numpy()[i], "BSM": features["BSM"].to_numpy()[j]}
    pd.DataFrame(ids | {"area_m2": area_m2}).to_csv(out, index=False)
    tell(core_s, len(i), float(area_m2.sum()))


def by_duckdb(parcels: Path, layer: Path, out: Path) -> None:
    """DuckDB with its spatial extension, two threads."""
    import duckdb
    import duckdb_extension_spatial

    extension = next(Path(duckdb_extension_spatial.__file__).parent.rglob("*.duckdb_extension"))
    base = duckdb.connect(config={"allow_unsigned_extensions": "true", "threads": 2})
    base.execute(f"LOAD '{extension}'")
    for name, path in (("parcels", parcels), ("layer", layer)):
        base.execute(f"CREATE TABLE {name} AS SELECT * FROM read_parquet('{path}')")
    start = time.perf_counter()
    pairs = PAIRS.format(parcels="parcels", layer="layer")
    base.execute(f"CREATE TABLE found AS {pairs}")
    core_s = time.perf_counter() - start
    base.execute(f"COPY found TO '{out}' (HEADER)")
    n, total = base.execute("SELECT count(*), sum(area_m2) FROM found").fetchall()[0]
    tell(core_s, n, total)


def by_sedonadb(parcels: Path, layer: Path, out: Path) -> None:
    """SedonaDB, which plans reading and overlay together."""
    import sedonadb

    base = sedonadb.connect()
    base.read_parquet(str(parcels)).to_view("parcels")
    base.read_parquet(str(layer)).to_view("layer")
    found = base.sql(PAIRS.format(parcels="parcels", layer="layer")).to_pandas()
    found.to_csv(out, index=False)
    tell(None, len(found), float(found["area_m2"].sum()))


def by_postgis(parcels: Path, layer: Path, out: Path) -> None:
    """PostGIS on a server of its own; loading and indexes are not counted as the core."""
    with postgres() as url:
        load(parcels, "parcels", url)
        load(layer, "layer", url)
        sql = PAIRS.format(parcels="parcels", layer="layer")
        start = time.perf_counter()
        psql(url, f"CREATE TABLE found AS {sql}")
        core_s = time.perf_counter() - start
        with out.open("wb") as stream:
            psql(url, "COPY found TO STDOUT (FORMAT csv, HEADER)", stdout=stream)
        n, total = psql(url, "SELECT count(*), sum(area_m2) FROM found").split("|")
    tell(core_s, int(n), float(total))


def load(path: Path, table: str, url: str) -> None:
    """Copy a GeoParquet file into a table, with an index."""
    import pyarrow.parquet as pq

    read = pq.read_table(path)
    names = [name for name in read.column_names if name != "geometry"]
    psql(url, f'CREATE TABLE {table} ("{names[0]}" text, geometry geometry(Geometry))')
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as rows:
        ids, shapes = read.column(names[0]).to_pylist(), read.column("geometry").to_pylist()
        for name, shape in zip(ids, shapes, strict=True):
            rows.write(f"{name},{shape.hex()}\n")
        rows.flush()
        psql(url, f"\\copy {table} FROM '{rows.name}' (FORMAT csv)")
    psql(url, f"CREATE INDEX ON {table} USING gist (geometry)")
    psql(url, f"VACUUM ANALYZE {table}")


def psql(url: str, sql: str, stdout: object = subprocess.PIPE) -> str:
    """Run a statement."""
    done = subprocess.run(
        ["psql", url, "-XqAt", "-v", "ON_ERROR_STOP=1", "-c", sql], check=True, stdout=stdout
    )
    return (done.stdout or b"").decode().strip()


class postgres:  # noqa: N801  used like a function
    """A server on a folder of its own, run as another user where we are root."""

    def __enter__(self) -> str:
        """Start it; the address of an empty database with PostGIS."""
        binaries = max(Path("/usr/lib/postgresql").glob("*/bin"))
        self.folder = tempfile.TemporaryDirectory()
        home = Path(self.folder.name)
        self.user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        self.user = self.user if os.geteuid() == 0 else []
        if self.user:
            subprocess.run(["chown", "postgres", home], check=True)
        self.control = [*self.user, str(binaries / "pg_ctl"), "-D", str(home / "data")]
        silent = subprocess.DEVNULL
        options = "-A trust -U postgres -N --no-instructions"
        subprocess.run([*self.control, "initdb", "-o", options], check=True, stdout=silent)
        options = f"-k {home} -c listen_addresses='' -c shared_buffers=1GB -c work_mem=256MB"
        options += " -c max_parallel_workers_per_gather=2 -c fsync=off"
        log = ["-l", str(home / "log")]
        subprocess.run(
            [*self.control, "start", "-w", *log, "-o", options], check=True, stdout=silent
        )
        url = f"postgresql:///postgres?host={home}&user=postgres"
        psql(url, "CREATE EXTENSION postgis")
        return url

    def __exit__(self, *_: object) -> None:
        """Stop it and remove its folder."""
        subprocess.run([*self.control, "stop", "-m", "fast"], check=True, stdout=subprocess.DEVNULL)
        self.folder.cleanup()


ENGINES = {
    "geopandas": by_geopandas,
    "shapely": by_shapely,
    "duckdb": by_duckdb,
    "sedonadb": by_sedonadb,
    "postgis": by_postgis,
}

if __name__ == "__main__":
    ENGINES[sys.argv[1]](*map(Path, sys.argv[2:5]))
