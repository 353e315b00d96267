"""Files: whole or not at all, equal twice, and readable by others."""

from __future__ import annotations

import csv
import datetime as dt
import json
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import contextmanager

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
from builders import GEOGRAPHIC, frame, grid, parcels, raster, square
from numpy.testing import assert_allclose, assert_array_equal

from dzgis.errors import OutputError
from dzgis.grid import Raster
from dzgis.stores import (
    AVAILABLE,
    check_free,
    read_layer,
    read_raster,
    staged,
    write_classes,
    write_csv,
    write_geopackage,
    write_json,
    write_manifest,
    write_percent,
    write_slope,
    write_text,
)
from dzgis.terms import Verdict

DATE = dt.date(2020, 12, 31)
NAMES = ("a.txt", "b.txt", "run.json")


def leftovers(folder):
    return [path.name for path in folder.iterdir() if path.name.endswith(".partial")]


def write_all(folder, word="new"):
    for name in NAMES:
        (folder / name).write_text(word)


# ------------------------------------------------------------------ all or nothing


def test_files_appear_together(tmp_path):
    out = tmp_path / "deep" / "out"
    with staged(out, NAMES, overwrite=False) as folder:
        write_all(folder)
        assert not out.exists()
    assert sorted(path.name for path in out.iterdir()) == sorted(NAMES)
    assert leftovers(out.parent) == []


def test_a_fault_leaves_nothing(tmp_path):
    out = tmp_path / "out"

    def fails():
        with staged(out, NAMES, overwrite=False) as folder:
            write_all(folder)
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        fails()
    assert list(tmp_path.iterdir()) == []


def test_a_fault_leaves_old_files_as_they_were(tmp_path):
    write_all(tmp_path, "old")

    def fails():
        with staged(tmp_path, NAMES, overwrite=True) as folder:
            write_all(folder)
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        fails()
    assert [(tmp_path / name).read_text() for name in NAMES] == ["old"] * 3


def test_existing_files_are_not_replaced_unasked(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "b.txt").write_text("old")
    ran = []

    def refused():
        with staged(out, NAMES, overwrite=False):
            ran.append("block")

    with pytest.raises(OutputError, match=r"out already holds b\.txt; choose another folder, or"):
        refused()
    assert ran == []
    assert [path.name for path in out.iterdir()] == ["b.txt"]
    assert (out / "b.txt").read_text() == "old"
    assert leftovers(tmp_path) == []


def test_existing_files_are_replaced_when_asked(tmp_path):
    write_all(tmp_path, "old")
    (tmp_path / "mine.txt").write_text("mine")
    with staged(tmp_path, NAMES, overwrite=True) as folder:
        write_all(folder)
    assert [(tmp_path / name).read_text() for name in NAMES] == ["new"] * 3
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_a_folder_with_other_files_is_free(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    check_free(tmp_path, NAMES, overwrite=False)
    with staged(tmp_path, NAMES, overwrite=False) as folder:
        write_all(folder)
    assert (tmp_path / "mine.txt").read_text() == "mine"


@pytest.mark.parametrize("overwrite", [True, False])
def test_a_file_is_no_folder(tmp_path, overwrite):
    out = tmp_path / "out.tif"
    out.write_text("mine")
    with (
        pytest.raises(OutputError, match=r"out\.tif is a file; -o needs a folder"),
        staged(out, NAMES, overwrite=overwrite),
    ):
        pytest.fail("the block must not run")
    assert out.read_text() == "mine"


def test_a_folder_inside_a_file_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("mine")
    with (
        pytest.raises(OutputError, match=r"cannot write in .*check rights and free space"),
        staged(tmp_path / "file" / "out", NAMES, overwrite=False),
    ):
        pytest.fail("the block must not run")


def test_the_manifest_comes_last(tmp_path, monkeypatch):
    (tmp_path / "out").mkdir()
    moved = []
    path = type(tmp_path)
    replace = path.replace
    monkeypatch.setattr(
        path, "replace", lambda self, to: (moved.append(to.name), replace(self, to))
    )
    with staged(tmp_path / "out", NAMES, overwrite=False) as folder:
        write_all(folder)
        (folder / "z.txt").write_text("")
    assert moved == ["a.txt", "b.txt", "z.txt", "run.json"]


def test_an_old_manifest_vouches_for_no_mixture(tmp_path, monkeypatch):
    """Cut off in the middle of replacing, a folder has no manifest at all."""
    out = tmp_path / "out"
    with staged(out, NAMES, overwrite=False) as folder:
        write_all(folder)
    path = type(tmp_path)
    replace = path.replace

    def cut(self, to):
        if to.name == "b.txt":
            raise OSError("disk full")
        return replace(self, to)

    monkeypatch.setattr(path, "replace", cut)
    with pytest.raises(OSError, match="disk full"), staged(out, NAMES, overwrite=True) as folder:
        write_all(folder)
    assert not (out / "run.json").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


# ------------------------------------------------------------------ rasters


def gdal_json(path):
    if shutil.which("gdalinfo") is None:
        pytest.skip("gdalinfo is not installed")
    answer = subprocess.run(["gdalinfo", "-json", path], capture_output=True, check=True)
    return json.loads(answer.stdout)


CLASSES = raster(np.array([[0, 1, 2], [3, 4, 1]], np.uint8), cell=30.0, name="slope_class")


def test_classes_are_a_cog_with_colours_and_names(tmp_path, slope_classes):
    path = tmp_path / "slope_class.tif"
    write_classes(CLASSES, slope_classes, path, lang="en")
    with rasterio.open(path) as dataset:
        assert dataset.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert dataset.dtypes == ("uint8",)
        assert dataset.nodata == 0
        assert dataset.crs.to_epsg() == 4543
        assert dataset.descriptions == ("slope_class",)
        assert "8, 15, 25 deg, right-closed" in dataset.tags()["SLOPE_CLASSES"]
        assert_array_equal(dataset.read(1), CLASSES.values)
        colours = dataset.colormap(1)
    assert [colours[n] for n in range(5)] == [
        (0, 0, 0, 0),
        (0, 255, 0, 255),
        (255, 255, 0, 255),
        (255, 153, 0, 255),
        (255, 0, 0, 255),
    ]


@pytest.mark.parametrize(
    ("lang", "first", "second"), [("en", "unknown", "flat (≤8°)"), ("zh", "未知", "平地（≤8°）")]
)
def test_gdal_reads_the_names_of_classes(tmp_path, slope_classes, lang, first, second):
    path = tmp_path / "slope_class.tif"
    write_classes(CLASSES, slope_classes, path, lang=lang)
    aux = path.with_name("slope_class.tif.aux.xml").read_text(encoding="utf-8")
    assert f"<Category>{second}</Category>" in aux
    (band,) = gdal_json(path)["bands"]
    assert band["colorInterpretation"] == "Palette"
    assert band["noDataValue"] == 0
    listed = subprocess.run(["gdalinfo", path], capture_output=True, check=True).stdout.decode()
    assert f"0: {first}" in listed
    assert f"1: {second}" in listed


def test_slope_keeps_unknown_as_nodata(tmp_path):
    values = np.array([[np.nan, 8.0], [25.0, 0.0]], np.float32)
    write_slope(raster(values, name="slope_deg"), tmp_path / "slope.tif")
    with rasterio.open(tmp_path / "slope.tif") as dataset:
        assert dataset.nodata == -9999.0
        assert dataset.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert_allclose(dataset.read(1, masked=True).filled(np.nan), values)


def test_percent_has_its_own_unknown(tmp_path):
    values = np.array([[0, 50], [100, 255]], np.uint8)
    path = tmp_path / "available.tif"
    write_percent(raster(values, name="available_percent"), path, word=AVAILABLE, lang="en")
    with rasterio.open(path) as dataset:
        assert dataset.nodata == 255
        assert_array_equal(dataset.read(1), values)
        # A TIFF palette is transparent at nodata only: a transparent entry would come out black.
        assert dataset.colormap(1)[0] == (255, 255, 255, 255)
        assert dataset.colormap(1)[255] == (0, 0, 0, 0)
        assert dataset.colormap(1)[100] == (0, 109, 44, 255)
    aux = path.with_name("available.tif.aux.xml").read_text(encoding="utf-8")
    assert "<Category>available 100 %</Category>" in aux


def test_a_large_raster_has_overviews(tmp_path):
    values = np.random.default_rng(1).uniform(0, 60, (700, 900)).astype(np.float32)
    write_slope(raster(values, name="slope_deg"), tmp_path / "slope.tif")
    with rasterio.open(tmp_path / "slope.tif") as dataset:
        assert dataset.overviews(1) == [2]
        assert_array_equal(dataset.read(1), values)


def test_raster_read_back(tmp_path, slope_classes):
    noted = Raster(CLASSES.values, CLASSES.grid, "slope_class", note="generated terrain")
    write_classes(noted, slope_classes, tmp_path / "c.tif", lang="en")
    found = read_raster(tmp_path / "c.tif")
    assert_array_equal(found.values, noted.values)
    assert (found.name, found.note) == ("slope_class", "generated terrain")
    assert found.grid.transform == noted.grid.transform
    assert found.grid.crs == noted.grid.crs
    assert found.grid.shape == (2, 3)


# ------------------------------------------------------------------ GeoPackage


def results():
    checked = parcels(P1=square(0, 0), P2=square(200, 0))
    checked["verdict"] = [Verdict.CLEAR.text, Verdict.PROHIBITED.text]
    checked["feature_ids"] = [("a", "b"), ()]
    checked["area_m2"] = [10_000.0, np.nan]
    checked["axis"] = ["EW", None]
    line = gpd.GeoSeries.from_wkt(["LINESTRING (102 25, 103 25)"])[0]
    return {
        "parcels": checked,
        "axes": frame(line, crs=GEOGRAPHIC, axis=["EW"]),
        "candidates": frame(county=pd.Series(dtype=str)),
    }


def write_results(path, lang="en", styles=None):
    write_geopackage(results(), path, lang=lang, date=DATE, styles=styles or {})


def test_geopackage_is_of_version_1_2(tmp_path):
    write_results(tmp_path / "r.gpkg")
    with sqlite3.connect(tmp_path / "r.gpkg") as base:
        assert base.execute("PRAGMA application_id").fetchone() == (0x47504B47,)
        assert base.execute("PRAGMA user_version").fetchone() == (10200,)
        tables = base.execute("SELECT table_name, data_type, srs_id FROM gpkg_contents").fetchall()
        kinds = dict(
            base.execute("SELECT table_name, geometry_type_name FROM gpkg_geometry_columns")
        )
    base.close()
    assert tables == [(name, "features", 4490) for name in ("parcels", "axes", "candidates")]
    assert kinds == {
        "parcels": "MULTIPOLYGON",
        "axes": "MULTILINESTRING",
        "candidates": "MULTIPOLYGON",
    }


def test_geopackage_has_styles_where_qgis_looks_for_them(tmp_path):
    styles = {"parcels": "<qgis>parcels</qgis>", "nowhere": "<qgis/>"}
    write_results(tmp_path / "r.gpkg", styles=styles)
    with sqlite3.connect(tmp_path / "r.gpkg") as base:
        rows = base.execute(
            "SELECT f_table_name, f_geometry_column, styleQML, useAsDefault FROM layer_styles"
        ).fetchall()
        (geometry,) = base.execute(
            "SELECT column_name FROM gpkg_geometry_columns WHERE table_name = 'parcels'"
        ).fetchone()
        kind = base.execute(
            "SELECT data_type FROM gpkg_contents WHERE table_name = 'layer_styles'"
        ).fetchone()
    base.close()
    assert rows == [("parcels", geometry, "<qgis>parcels</qgis>", 1)]
    assert kind == ("attributes",)


def test_geopackage_without_styles_has_no_table_of_styles(tmp_path):
    write_results(tmp_path / "r.gpkg")
    with sqlite3.connect(tmp_path / "r.gpkg") as base:
        names = {name for (name,) in base.execute("SELECT name FROM sqlite_master")}
    base.close()
    assert "layer_styles" not in names


@pytest.mark.parametrize(
    ("lang", "verdicts"),
    [
        ("en", ["no conflict found", "conflict (prohibited)"]),
        ("zh", ["未发现压占", "压占（禁止）"]),
    ],
)
def test_layers_read_back(tmp_path, lang, verdicts):
    write_results(tmp_path / "r.gpkg", lang=lang)
    found = read_layer(tmp_path / "r.gpkg", "parcels")
    assert found.crs.to_epsg() == 4490
    assert found["parcel_id"].tolist() == ["P1", "P2"]
    assert found["verdict"].tolist() == verdicts
    assert found["feature_ids"].tolist() == ["a;b", ""]
    assert found["axis"].tolist() == ["EW", ""]
    assert found["area_m2"].isna().tolist() == [False, True]
    back = found.to_crs(4543).geometry.iloc[0]
    assert back.symmetric_difference(square(0, 0)).area == pytest.approx(0.0, abs=1e-3)
    empty = read_layer(tmp_path / "r.gpkg", "candidates")
    assert empty.empty
    assert "county" in empty.columns


def test_unknown_words_are_blank(tmp_path):
    table = frame(square(0, 0), square(1, 1), square(2, 2), name=["a", None, np.nan])
    write_geopackage({"p": table}, tmp_path / "p.gpkg", lang="en", date=DATE, styles={})
    assert read_layer(tmp_path / "p.gpkg", "p")["name"].tolist() == ["a", "", ""]


def test_equal_content_gives_equal_files(tmp_path):
    for name in ("1.gpkg", "2.gpkg"):
        write_results(tmp_path / name, styles={"parcels": "<qgis/>", "axes": "<qgis/>"})
    assert (tmp_path / "1.gpkg").read_bytes() == (tmp_path / "2.gpkg").read_bytes()


def test_frames_are_not_changed(tmp_path):
    given, kept = results()["parcels"], results()["parcels"]
    write_geopackage({"p": given}, tmp_path / "p.gpkg", lang="en", date=DATE, styles={})
    pd.testing.assert_frame_equal(given, kept)


# ------------------------------------------------------------------ texts


def test_json_has_null_for_what_is_not_known(tmp_path):
    path = tmp_path / "r.json"
    value = {
        "area_m2": np.float64("nan"),
        "rows": [float("inf"), 1.5, (float("nan"), "坡度")],
        530001: None,
    }
    write_json(value, path)
    text = path.read_text(encoding="utf-8")
    assert "NaN" not in text
    assert "Infinity" not in text
    assert "坡度" in text
    assert text.endswith("}\n")
    assert json.loads(text) == {
        "area_m2": None,
        "rows": [None, 1.5, [None, "坡度"]],
        "530001": None,
    }


def test_text_has_unix_line_ends(tmp_path):
    write_text("一\n二\n", tmp_path / "t.txt")
    assert (tmp_path / "t.txt").read_bytes() == "一\n二\n".encode()


def test_csv_opens_with_chinese_in_spreadsheets(tmp_path):
    table = pd.DataFrame({"county": ["禄丰市"], "county_code": ["532302"], "area_m2": [1.5]})
    write_csv(table, tmp_path / "t.csv")
    data = (tmp_path / "t.csv").read_bytes()
    assert data == b"\xef\xbb\xbf" + "county,county_code,area_m2\n禄丰市,532302,1.5\n".encode()


FORMULAS = ["=1+1", "+86", "-5", "@SUM(A1)", "\t=1", "＝1", "'quoted", "P001", "10-2"]


def test_csv_runs_no_formula_and_loses_no_id(tmp_path):
    table = pd.DataFrame({"parcel_id": FORMULAS, "axis_chainage_m": [-1.5] * len(FORMULAS)})
    write_csv(table, tmp_path / "t.csv")
    with (tmp_path / "t.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    cells = [row["parcel_id"] for row in rows]
    assert [cell for cell in cells if cell.startswith(tuple("=+-@\t＝"))] == []
    assert [cell.removeprefix("'") for cell in cells] == FORMULAS
    assert {row["axis_chainage_m"] for row in rows} == {"-1.5"}
    assert list(table["parcel_id"]) == FORMULAS


def test_manifest(tmp_path):
    times = (
        dt.datetime(2024, 5, 1, 8, 0, 0, 7, dt.UTC),
        dt.datetime(2024, 5, 1, 8, 1, tzinfo=dt.UTC),
    )
    write_manifest(
        tmp_path / "run.json",
        command="run",
        parameters={"plan": "toy"},
        inputs=[{"path": "dem.tif", "sha256": "00", "crs": "EPSG:4490"}],
        outputs={"slope.tif": "11"},
        summary={"counties": []},
        times=times,
    )
    record = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert record["command"] == "run"
    assert record["parameters"] == {"plan": "toy"}
    assert record["inputs"] == [{"path": "dem.tif", "sha256": "00", "crs": "EPSG:4490"}]
    assert record["outputs"] == {"slope.tif": "11"}
    assert record["times"] == {
        "started": "2024-05-01T08:00:00+00:00",
        "ended": "2024-05-01T08:01:00+00:00",
    }
    assert {"python", "dzgis", "numpy", "shapely", "pyproj"} <= set(record["versions"])


def test_grid_of_the_raster_is_that_of_the_dem(tmp_path):
    write_slope(Raster(np.zeros((2, 3), np.float32), grid(2, 3, 30.0), "slope_deg"), tmp_path / "s")
    assert read_raster(tmp_path / "s").grid.bounds == grid(2, 3, 30.0).bounds


def test_outputs_of_an_older_run_do_not_stay_beside_new_ones(tmp_path):
    """What the old manifest names and the new run does not write goes; the user's files stay."""
    out = tmp_path / "out"
    with staged(out, ["map.html", "run.json"], overwrite=False) as folder:
        (folder / "map.html").write_text("old")
        (folder / "run.json").write_text('{"outputs": {"map.html": "", "../up.txt": ""}}')
    (tmp_path / "up.txt").write_text("kept")
    (out / "mine.txt").write_text("kept")
    with staged(out, ["a.txt", "run.json"], overwrite=True) as folder:
        (folder / "a.txt").write_text("new")
        (folder / "run.json").write_text('{"outputs": {"a.txt": ""}}')
    assert {path.name for path in out.iterdir()} == {"a.txt", "run.json", "mine.txt"}
    assert (tmp_path / "up.txt").exists()


def test_a_folder_of_the_user_stays_though_it_bears_a_name_of_ours(tmp_path):
    """Only what the run writes is replaced, and what an old manifest names is removed."""
    (tmp_path / "parcels").mkdir()
    for name in ("parcels/survey.shp", "map.html"):
        (tmp_path / name).write_text("own")
    with staged(tmp_path, ["map.html", "parcels"], overwrite=True) as folder:
        (folder / "map.html").write_text("new")
    assert (tmp_path / "parcels" / "survey.shp").read_text() == "own"
    assert (tmp_path / "map.html").read_text() == "new"


def test_a_full_disk_is_told_as_such_and_leaves_nothing(tmp_path, monkeypatch):
    """A writer may call it anything; what counts is that no space is left."""
    usage = type(shutil.disk_usage(tmp_path))(10**9, 10**9, 512)
    monkeypatch.setattr("dzgis.stores.scratch.shutil.disk_usage", lambda _: usage)

    def write():
        with staged(tmp_path / "out", NAMES, overwrite=False) as folder:
            (folder / "a.txt").write_text("half")
            raise RuntimeError("TIFFAppendToStrip: write error")

    with pytest.raises(OutputError, match="its disk is full or nearly so"):
        write()
    assert list(tmp_path.iterdir()) == []


WRITER = """
import sys, time
from pathlib import Path
from dzgis.stores import staged

with staged(Path(sys.argv[1]), ("a.txt",), overwrite=True) as folder:
    (folder / "a.txt").write_text("half")
    print(folder.name, flush=True)
    time.sleep(600)
"""


@contextmanager
def writer(out):
    """A process that is in the middle of writing `out`; ends with the block at the latest."""
    arguments = [sys.executable, "-c", WRITER, str(out)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        try:
            process.scratch = process.stdout.readline().strip()
            yield process
        finally:
            process.kill()


@pytest.mark.skipif(sys.platform == "win32", reason="no locks on folders there")
def test_what_a_killed_run_left_is_removed_and_what_a_living_one_writes_is_not(tmp_path):
    out, other = tmp_path / "out", tmp_path / "out.b"
    with writer(out) as killed, writer(other) as other_killed, writer(out) as alive:
        for process in (killed, other_killed):
            process.send_signal(signal.SIGKILL)
            process.wait()
        names = {killed.scratch, other_killed.scratch, alive.scratch}
        assert set(leftovers(tmp_path)) == names
        with staged(out, NAMES, overwrite=False) as folder:
            write_all(folder)
            assert set(leftovers(tmp_path)) == {other_killed.scratch, alive.scratch, folder.name}
        assert set(leftovers(tmp_path)) == {other_killed.scratch, alive.scratch}
        assert (tmp_path / alive.scratch / "a.txt").read_text() == "half"
    assert sorted(path.name for path in out.iterdir()) == sorted(NAMES)
