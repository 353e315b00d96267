"""The verb `slope` on DEMs larger than a block: engines, tiles, interruptions, files."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import warnings
from functools import partial

import numpy as np
import pytest
import rasterio
from affine import Affine
from builders import METRIC, slope_classes
from numpy.testing import assert_array_equal

from dzgis.engine import Engine
from dzgis.errors import OutputError
from dzgis.grid import Grid, Raster
from dzgis.inputs import open_dem_source, read_dem
from dzgis.pipeline import SlopeJob, slope_job
from dzgis.pipeline.slope_job import pieces_of, run_slope_job
from dzgis.plan import slope_scheme
from dzgis.stores import resumable_folder
from dzgis.terrain import (
    classify,
    graded,
    min_patch_m2,
    relief_block,
    relief_window,
    slope,
)

ROWS, COLS = 2300, 2700
BAND = 1024
PRODUCTS = ("degrees", "aspect", "relief", "hillshade")
METRES = Affine(12.5, 0, 5e5, 0, -12.5, 2.79e6)


def terrain(rows=ROWS, cols=COLS):
    row, col = np.mgrid[0:rows, 0:cols].astype(np.float32)
    hills = 300 * np.sin(row / 83) * np.cos(col / 71) + 60 * np.sin((row + 2 * col) / 29)
    z = 1900 + hills + np.random.default_rng(5).normal(0, 1, row.shape).astype(np.float32)
    z[700:720, 1000:1100] = -9999
    return z


def write(path, z, transform=METRES, *, block=256, crs=METRIC, nodata=-9999, **more):
    profile = {"driver": "GTiff", "count": 1, "dtype": z.dtype, "crs": crs.to_wkt()}
    profile |= {"height": z.shape[0], "width": z.shape[1], "transform": transform}
    profile |= {"tiled": True, "blockxsize": block, "blockysize": block, "compress": "deflate"}
    with rasterio.open(path, "w", nodata=nodata, **profile | more) as dataset:
        dataset.write(z, 1)
    return path


@pytest.fixture(scope="module")
def dem(tmp_path_factory):
    return write(tmp_path_factory.mktemp("dem") / "dem.tif", terrain())


def job_of(*paths, **more):
    source = open_dem_source(paths, turned=True)
    return SlopeJob(source, slope_classes(), band_cells=BAND, **more)


def products(job, folder, **how):
    """Values of all products of a job, as they are in the finished files."""
    (folder / "parts").mkdir(exist_ok=True)
    summary = run_slope_job(job, folder / "parts", **how)
    found = {"n_cells": summary.n_cells.sum(0), "m2": summary.m2.sum(0)}
    for name, pieces in pieces_of(job, folder / "parts").items():
        pieces.finish(folder / f"{name}.tif", job.source.grid)
        with rasterio.open(folder / f"{name}.tif") as dataset:
            found[name] = dataset.read(1)
    return found


def assert_same(found, expected):
    assert found.keys() == expected.keys()
    for name, values in expected.items():
        assert_array_equal(found[name], values, err_msg=name)


@pytest.fixture(scope="module")
def expected(dem, tmp_path_factory):
    job = job_of(dem, products=PRODUCTS)
    return products(job, tmp_path_factory.mktemp("serial"), engine=Engine("serial"))


# ------------------------------------------------------------------ one result


def test_blocks_give_what_the_whole_raster_in_memory_gives(dem, expected):
    whole = slope(read_dem([dem]))
    degrees = np.where(np.isnan(whole.values), -9999.0, whole.values)
    assert_array_equal(expected["degrees"], degrees)
    classes = classify(whole, slope_classes()).values
    assert_array_equal(expected["class"], classes)
    assert_array_equal(expected["n_cells"], np.bincount(classes.ravel(), minlength=5))
    # The squares of the map are 1e-3 smaller here than those of the ground, at most.
    np.testing.assert_allclose(expected["m2"], expected["n_cells"] * 12.5**2, rtol=1e-3)


@pytest.mark.parametrize("engine", [Engine("threads", 3), Engine("processes", 2)])
def test_engines_give_the_same(dem, expected, tmp_path, engine):
    assert_same(products(job_of(dem, products=PRODUCTS), tmp_path, engine=engine), expected)


@pytest.mark.slow
def test_a_cluster_that_loses_a_worker_gives_the_same(dem, expected, tmp_path):
    distributed = pytest.importorskip("distributed")
    job = job_of(dem, products=PRODUCTS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # distributed's own, about ports and lost workers
        cluster = distributed.LocalCluster(
            n_workers=3, threads_per_worker=1, processes=True, dashboard_address=None
        )
        killed = []

        def kill_one(n_done, _):
            if n_done == 2:
                worker = next(iter(cluster.workers.values()))
                killed.append(worker.process.pid)
                os.kill(worker.process.pid, signal.SIGKILL)

        with cluster:
            engine = Engine("dask", scheduler=cluster.scheduler_address)
            found = products(job, tmp_path, engine=engine, tell=kill_one)
    assert killed
    assert_same(found, expected)


@pytest.mark.parametrize("edges", ["unknown", "computed"])
@pytest.mark.parametrize("band", [2048, 3072])
def test_blocks_of_any_width_give_the_same(dem, tmp_path, band, edges):
    job = job_of(dem, products=PRODUCTS, edges=edges)
    wide = SlopeJob(job.source, job.classes, PRODUCTS, edges=edges, band_cells=band)
    (tmp_path / "narrow").mkdir()
    (tmp_path / "wide").mkdir()
    found, other = products(job, tmp_path / "narrow"), products(wide, tmp_path / "wide")
    # Areas are added up block by block: their last digits follow the blocks.
    np.testing.assert_allclose(found.pop("m2"), other.pop("m2"), rtol=1e-9)
    assert_same(found, other)


def test_clean_up_and_downgrades_do_not_depend_on_blocks(dem, tmp_path):
    source = open_dem_source([dem])
    scheme, patch = slope_scheme("double_evaluation"), min_patch_m2(10_000)
    found = []
    for band in (1024, 3072):
        (tmp_path / str(band)).mkdir()
        job = SlopeJob(source, scheme, ("relief",), min_patch_m2=patch, band_cells=band)
        found.append(products(job, tmp_path / str(band)))
        summary = run_slope_job(job, tmp_path / str(band) / "parts")
        found[-1]["moved"] = summary.n_cells
    np.testing.assert_allclose(found[0].pop("m2"), found[1].pop("m2"), rtol=1e-9)
    assert_same(*found)
    raw, cleaned, moved = (found[0][name] for name in ("class_raw", "class", "moved"))
    assert (cleaned <= raw).all()
    assert (cleaned < raw).any()
    pairs = np.zeros((6, 6), int)
    np.add.at(pairs, (raw.ravel(), cleaned.ravel()), 1)
    assert_array_equal(moved, pairs)
    whole = read_dem([dem])
    z = np.pad(whole.values, 18, constant_values=np.nan)  # 37 × 37 cells of 12.5 m: 21 ha
    window = relief_window(whole.grid)
    relief = relief_block(z[18 - window[0] // 2 :][: len(whole.values) + window[0] - 1], window)
    relief = relief[:, 18 - window[1] // 2 :][:, :COLS]
    classes = classify(slope(whole), scheme).values
    assert_array_equal(raw, graded(classes, whole.values, relief, scheme))


# ------------------------------------------------------------------ many tiles


def cut(folder, z, steps=(350, 411)):
    """Tiles of uneven sizes, each overlapping the next by some cells."""
    paths = []
    for top in range(0, z.shape[0], steps[0]):
        for left in range(0, z.shape[1], steps[1]):
            tile = z[top : top + steps[0] + 3, left : left + steps[1] + 2]
            at = METRES @ Affine.translation(left, top)
            paths.append(write(folder / f"t{top}_{left}.tif", tile, at))
    return paths


def test_tiles_are_read_where_they_lie_and_seams_show_no_trace(expected, tmp_path):
    (tmp_path / "tiles").mkdir()
    tiles = cut(tmp_path / "tiles", terrain())
    assert len(tiles) == 49
    assert_same(products(job_of(*tiles, products=PRODUCTS), tmp_path), expected)


@pytest.mark.parametrize(
    "form",
    [
        {"tiled": False, "blockysize": 1, "blockxsize": COLS},  # rows, as .hgt and ASCII have them
        {"blockxsize": 512, "blockysize": 512},
        {"compress": "lzw", "predictor": 3},
    ],
)
def test_the_form_of_a_file_does_not_matter(expected, tmp_path, form):
    path = write(tmp_path / "dem.tif", terrain(), **form)
    assert_same(products(job_of(path, products=PRODUCTS), tmp_path), expected)


def test_scaled_integers_with_undeclared_voids(tmp_path, caplog):
    metres = np.round(terrain(1300, 1200), 1)
    stored = np.where(metres < 0, -32768, metres * 10).astype(np.int16)
    path = write(tmp_path / "i.tif", stored, nodata=None)
    with rasterio.open(path, "r+") as dataset:
        dataset.scales = (0.1,)
    found = products(job_of(path, products=("degrees",)), tmp_path)
    metres = np.where(metres < 0, np.nan, stored * np.float64(0.1)).astype(np.float32)
    whole = slope(Raster(metres, Grid(METRIC, METRES, *metres.shape), "z"))
    assert_array_equal(found["degrees"], np.where(np.isnan(whole.values), -9999, whole.values))
    said = [r.msg.say("en") for r in caplog.records if r.name == "dzgis.inputs"]
    assert any("2000 cells are -32768" in words for words in said)


# ------------------------------------------------------------------ interruptions


class StoppedError(Exception):
    pass


def stop_at(n, n_done, _):
    if n_done == n:
        raise StoppedError


def test_an_interrupted_job_goes_on_where_it_stopped(dem, expected, tmp_path, monkeypatch):
    job = job_of(dem, products=PRODUCTS)
    (tmp_path / "parts").mkdir()
    with pytest.raises(StoppedError):
        run_slope_job(job, tmp_path / "parts", engine=Engine("serial"), tell=partial(stop_at, 4))
    done, real = [], slope_job.slope_block

    def counted(job, window):
        done.append(window)
        return real(job, window)

    monkeypatch.setattr(slope_job, "slope_block", counted)
    assert_same(products(job, tmp_path, engine=Engine("serial")), expected)
    assert len(done) == len(list(job.blocks())) - 4


def test_pieces_of_another_job_are_not_taken(dem, tmp_path):
    others = [
        job_of(dem, method="zevenbergen-thorne"),
        job_of(dem, edges="computed"),
        job_of(dem, products=("degrees",)),
        job_of(write(tmp_path / "other.tif", terrain(1100, 1100))),
    ]
    assert len({job.key for job in [job_of(dem), *others]}) == 5
    assert job_of(dem).key == job_of(dem).key


COMMAND = [sys.executable, "-m", "dzgis", "slope"]


def run(*arguments, **more):
    return subprocess.run(
        [*COMMAND, *map(str, arguments)], capture_output=True, text=True, check=False, **more
    )


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL")
def test_a_killed_run_leaves_nothing_under_its_name_and_goes_on(tmp_path):
    out = tmp_path / "out"
    big = write(tmp_path / "big.tif", np.tile(terrain(), (3, 2)))
    arguments = [big, "-o", out, "--degrees", "--workers", 1, "--memory", 300, "--json"]
    process = subprocess.Popen(
        [*COMMAND, *map(str, arguments)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob(".out.*.parts/done-*.json")) and time.monotonic() < deadline:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not out.exists()
    [parts] = tmp_path.glob(".out.*.parts")
    kept = {path: path.stat().st_mtime_ns for path in parts.glob("done-*.json")}
    assert kept
    again = run(*arguments)
    assert again.returncode == 0, again.stderr
    assert list(tmp_path.glob(".out*")) == []
    fresh = run(*arguments[:2], tmp_path / "fresh", *arguments[3:])
    assert fresh.returncode == 0, fresh.stderr
    for name in ("slope.tif", "slope_class.tif"):
        assert (out / name).read_bytes() == (tmp_path / "fresh" / name).read_bytes()


# ------------------------------------------------------------------ files


def test_products_are_cogs_that_others_read(dem, tmp_path):
    cogeo = pytest.importorskip("rio_cogeo.cogeo")
    options = ["--degrees", "--aspect", "--relief", "--hillshade", "--sieve", "official"]
    done = run(dem, "-o", tmp_path / "out", *options, "--lang", "en")
    assert done.returncode == 0, done.stderr
    names = ["aspect.tif", "hillshade.tif", "relief.tif", "slope.tif"]
    names += ["slope_class.tif", "slope_class_raw.tif"]
    assert sorted(p.name for p in (tmp_path / "out").glob("*.tif")) == names
    for name in names:
        path = tmp_path / "out" / name
        valid, errors, remarks = cogeo.cog_validate(path, strict=True, quiet=True)
        assert (valid, errors, remarks) == (True, [], []), name
        with rasterio.open(path) as dataset:
            assert dataset.overviews(1) == [2, 4, 8]
            assert dataset.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
            assert dataset.crs.to_epsg() == 4543
            full = dataset.read(1)
        with rasterio.open(path, overview_level=0) as dataset:
            half = dataset.read(1)
        if name in {"slope.tif", "relief.tif"}:
            four = np.stack([full[i::2, j::2] for i in (0, 1) for j in (0, 1)])
            four = np.where(four == -9999, np.nan, four)
            known = ~np.isnan(four)
            total = np.where(known, four, 0).sum(axis=0)
            some = known.any(axis=0)
            expected = np.where(some, total / np.maximum(known.sum(axis=0), 1), -9999)
            np.testing.assert_allclose(half, expected, rtol=1e-6)
        else:
            assert_array_equal(half, full[::2, ::2])


@pytest.mark.skipif(os.name == "nt", reason="no pseudo-terminals")
def test_a_bar_with_the_time_left_runs_along_on_a_terminal(dem, tmp_path):
    import pty

    terminal, other_end = pty.openpty()
    arguments = [dem, "-o", tmp_path / "out", "--lang", "en"]
    process = subprocess.Popen(
        [*COMMAND, *map(str, arguments)], stdout=subprocess.DEVNULL, stderr=other_end
    )
    os.close(other_end)
    shown = b""
    with contextlib.suppress(OSError):  # the other end is closed
        while part := os.read(terminal, 4096):
            shown += part
    os.close(terminal)
    assert process.wait() == 0
    assert b"0/3" in shown
    assert b"3/3" in shown
    assert b"left" in shown


def test_the_manifest_says_what_was_done(dem, tmp_path):
    done = run(dem, "-o", tmp_path / "out", "--method", "zevenbergen-thorne", "--json")
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
    manifest = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert manifest["parameters"]["slope_method"] == "zevenbergen-thorne"
    assert manifest["parameters"]["slope_classes"]["limits_deg"] == [8.0, 15.0, 25.0]
    assert manifest["summary"]["n_cells"] == printed["n_cells"]
    assert sum(printed["n_cells"]) == ROWS * COLS
    assert sum(printed["class_area_m2"]) == pytest.approx(ROWS * COLS * 12.5**2, rel=1e-3)
    assert set(manifest["outputs"]) == {"slope_class.tif", "slope_class.tif.aux.xml", "tables.xlsx"}


def test_a_coarse_dem_brings_a_plain_warning(tmp_path):
    coarse = Affine(90, 0, 4e5, 0, -90, 2.79e6)
    path = write(tmp_path / "c.tif", terrain(300, 300), coarse)
    done = run(path, "-o", tmp_path / "out", "--lang", "en")
    assert done.returncode == 0, done.stderr
    assert "flatten slopes: steep land comes out too small" in done.stdout


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (np.full((1100, 1200), -9999.0, np.float32), "no cell of the area asked for"),
        (np.full((1100, 1200), 19000.0, np.float32), "cannot be elevations in metres"),
    ],
)
def test_bad_values_leave_nothing_behind(tmp_path, values, words):
    path = write(tmp_path / "dem.tif", values)
    done = run(path, "-o", tmp_path / "out", "--lang", "en")
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["dem.tif"]


def test_another_run_of_the_same_job_is_told(tmp_path, dem):
    job, out = job_of(dem), tmp_path / "out"
    with (
        resumable_folder(out, job.key),
        pytest.raises(OutputError, match="another process is at work"),
        resumable_folder(out, job.key),
    ):
        pass
    assert list(tmp_path.iterdir()) == []


def test_pieces_that_another_job_left_are_removed(tmp_path):
    def interrupted(key):
        with pytest.raises(StoppedError), resumable_folder(tmp_path / "out", key):
            raise StoppedError

    interrupted("0" * 16)
    interrupted("1" * 16)
    assert [path.name for path in tmp_path.iterdir()] == [f".out.{'1' * 16}.parts"]


def test_a_damaged_file_is_named_and_leaves_nothing_behind(dem, tmp_path):
    path = tmp_path / "cut.tif"
    path.write_bytes(dem.read_bytes()[: dem.stat().st_size * 2 // 3])
    done = run(path, "-o", tmp_path / "out", "--lang", "en")
    assert done.returncode == 2, done.stderr
    assert "cut.tif" in done.stderr
    assert list(tmp_path.glob("*out*")) == list(tmp_path.glob(".out*")) == []
