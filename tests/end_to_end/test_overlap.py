"""The verb `overlap`: files of any kind to areas of pairs, the same for every format and engine."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from numpy.testing import assert_allclose
from openpyxl import load_workbook

from dzgis.area import to_equal_area
from dzgis.inputs import sample

pytestmark = pytest.mark.slow

LAYER = "YJJBNTTB"
OUTPUTS = ["overlaps.csv", "parcels.csv", "run.json", "tables.xlsx"]


def dzgis(*words, code=0):
    command = [sys.executable, "-m", "dzgis", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr + done.stdout
    return done


@pytest.fixture(scope="module")
def farmland():
    path = sample("protection")
    names = gpd.list_layers(path)["name"]
    name = next(n for n in names if "JBNT" in n)
    return gpd.read_file(path, layer=name), f"{path}::{name}"


@pytest.fixture(scope="module")
def forest():
    path = sample("protection")
    name = next(n for n in gpd.list_layers(path)["name"] if "LD" in n)
    return f"{path}::{name}"


@pytest.fixture(scope="module")
def measured(farmland, forest, tmp_path_factory):
    out = tmp_path_factory.mktemp("overlap") / "out"
    layers = ["--layer", f"pbf={farmland[1]}", "--layer", f"forest={forest}"]
    said = dzgis("overlap", sample("parcels"), *layers, "-o", out, "--json")
    return out, json.loads(said.stdout)


def test_outputs_are_there_and_agree(measured):
    out, said = measured
    assert sorted(path.name for path in out.iterdir()) == OUTPUTS
    pairs, parcels = pd.read_csv(out / "overlaps.csv"), pd.read_csv(out / "parcels.csv")
    assert list(pairs.columns) == [
        "parcel_id", "layer", "record", "feature_id", "area_m2", "share",
    ]  # fmt: skip
    assert said["n_pairs"] == len(pairs) > 10
    assert said["n_parcels"] == len(parcels) == 48
    assert (pairs["share"] <= 1.0).all()
    by_layer = parcels[["pbf", "forest"]]
    assert (parcels["total_m2"] <= by_layer.sum(axis=1) + 1e-3).all()
    assert (parcels["total_m2"] >= by_layer.max(axis=1) - 1e-3).all()
    assert (parcels["total_m2"] <= parcels["area_m2"] + 1e-3).all()
    manifest = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert {entry["role"] for entry in manifest["inputs"]} == {"parcels", "pbf", "forest"}
    assert set(manifest["outputs"]) == {*OUTPUTS} - {"run.json"}
    sheets = load_workbook(out / "tables.xlsx").sheetnames
    assert len(sheets) == 2


def test_areas_are_those_of_geos(measured, farmland):
    out, _ = measured
    pairs = pd.read_csv(out / "overlaps.csv", dtype={"feature_id": str})
    pairs = pairs[pairs["layer"] == "pbf"]
    land = to_equal_area(gpd.read_file(sample("parcels")), lat_deg=25)
    features = to_equal_area(farmland[0], lat_deg=25).geometry.to_numpy()
    i, j = shapely.STRtree(features).query(land.geometry.to_numpy(), predicate="intersects")
    area_m2 = shapely.area(shapely.intersection(land.geometry.to_numpy()[i], features[j]))
    pieces = shapely.intersection(land.geometry.to_numpy()[i], features[j])
    wide = 2 * area_m2 > 0.001 * shapely.length(pieces)  # what is thinner only touches
    expected = pd.Series(area_m2, index=pd.MultiIndex.from_arrays([i, j + 1])).loc[wide]
    ids = {one: n for n, one in enumerate(pd.read_csv(out / "parcels.csv")["parcel_id"])}
    found = pairs.set_index([pairs["parcel_id"].map(ids), pairs["record"]])["area_m2"]
    assert sorted(found.index) == sorted(expected.index)
    # The area of record differs from the frame's by millionths in small parcels.
    assert_allclose(found.sort_index(), expected.sort_index(), rtol=2e-6, atol=2e-3)


@pytest.mark.parametrize("suffix", [".shp", ".parquet", ".fgb", ".geojson", ".gdb", ".zip", ".kml"])
def test_any_format_gives_the_same(measured, farmland, suffix, tmp_path):
    out, _ = measured
    path = tmp_path / f"farm{suffix}"
    if suffix in {".fgb", ".parquet"}:
        writer = farmland[0].to_parquet if suffix == ".parquet" else farmland[0].to_file
        writer(path)
    else:
        dzgis("convert", farmland[1], path)
    dzgis("overlap", sample("parcels"), "--layer", f"pbf={path}", "-o", tmp_path / "out", "--json")
    expected = pd.read_csv(out / "overlaps.csv", dtype=str)
    expected = expected[expected["layer"] == "pbf"].reset_index(drop=True)
    found = pd.read_csv(tmp_path / "out" / "overlaps.csv", dtype=str)
    keys = ["parcel_id", "feature_id"]
    merged = expected.merge(found, on=keys, suffixes=("", "_2"), how="outer")
    assert merged[["area_m2", "area_m2_2"]].notna().all().all()
    areas = merged[["area_m2", "area_m2_2"]].astype(float).to_numpy()
    assert_allclose(areas[:, 1], areas[:, 0], rtol=1e-6, atol=2e-3)


@pytest.mark.parametrize("engine", ["serial", "processes"])
def test_engines_write_equal_files(measured, farmland, forest, engine, tmp_path):
    out, _ = measured
    layers = ["--layer", f"pbf={farmland[1]}", "--layer", f"forest={forest}"]
    to = ["-o", tmp_path / "out", "--engine", engine, "--json"]
    dzgis("overlap", sample("parcels"), *layers, *to)
    for name in ("overlaps.csv", "parcels.csv"):
        assert (tmp_path / "out" / name).read_bytes() == (out / name).read_bytes()


def bad(farmland, tmp_path, kind):
    frame = farmland[0]
    path = tmp_path / "bad.gpkg"
    if kind == "no CRS":
        frame = gpd.GeoDataFrame(frame.drop(columns="geometry"), geometry=frame.geometry.to_numpy())
        path = tmp_path / "bad.shp"
        frame[["geometry"]].assign(n=1).to_file(path)
        return path
    if kind == "elsewhere":
        frame = frame.translate(5.0 if frame.crs.is_geographic else 500_000.0).to_frame("geometry")
    if kind == "bow-tie":
        west, south, east, north = gpd.read_file(sample("parcels")).to_crs(frame.crs).total_bounds
        ring = [(west, south), (east, north), (east, south), (west, north)]
        frame = gpd.GeoDataFrame(geometry=[shapely.Polygon(ring)], crs=frame.crs)
    if kind == "lines":
        frame = gpd.GeoDataFrame(geometry=frame.boundary.to_numpy(), crs=frame.crs)
    frame.to_file(path)
    return path


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("no CRS", "no coordinate reference system"),
        ("elsewhere", "do not meet"),
        ("bow-tie", "Self-intersection"),
        ("lines", "no polygons"),
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_bad_layers_end_in_one_message_and_no_output(farmland, kind, words, tmp_path):
    path = bad(farmland, tmp_path, kind)
    out = tmp_path / "out"
    done = dzgis(
        "overlap", sample("parcels"), "--layer", f"a={path}", "-o", out, "--lang", "en", code=2
    )
    assert words in done.stderr
    assert str(path) in done.stderr
    assert "Traceback" not in done.stderr
    assert not out.exists()


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no account of memory here")
def test_memory_does_not_grow_with_the_layer(tmp_path):
    # Twenty times the features: about 200 bytes each would be 75 MiB.
    rng = np.random.default_rng(1)
    parcels = gpd.read_file(sample("parcels"))
    west, south, east, north = parcels.total_bounds
    peaks = {}
    for n in (20_000, 400_000):
        at = rng.uniform((west, south), (east, north), (n, 2))
        shapes = shapely.box(*at.T, *(at + 1e-4).T)
        frame = gpd.GeoDataFrame({"BSM": [f"{i:030d}" for i in range(n)]}, geometry=shapes)
        frame.set_crs(parcels.crs).to_parquet(tmp_path / f"{n}.parquet")
        code = (
            "import sys; from dzgis.cli import main; sys.argv[0] = 'dzgis'\n"
            "try: main()\nexcept SystemExit as leave: assert not leave.code, leave.code\n"
            "print(next(line for line in open('/proc/self/status') if line.startswith('VmHWM')))"
        )
        words = ["overlap", sample("parcels"), "--layer", f"a={tmp_path / f'{n}.parquet'}"]
        words += ["-o", tmp_path / f"out{n}", "--json"]
        done = subprocess.run(
            [sys.executable, "-c", code, *map(str, words)],
            capture_output=True,
            text=True,
            check=True,
        )
        peaks[n] = int(done.stdout.split("VmHWM:")[1].split()[0]) / 1024
    size = (tmp_path / "400000.parquet").stat().st_size / 2**20
    assert peaks[400_000] - peaks[20_000] < 150, (peaks, size)
