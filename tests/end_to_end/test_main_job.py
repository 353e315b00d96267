"""The whole job on the shipped sample, through every entry point."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pytest
import rasterio
from numpy.testing import assert_allclose

import dzgis
from dzgis import pipeline
from dzgis.crs import ELLIPSOID
from dzgis.inputs import sha256_of

RESULT = {
    "slope.tif",
    "slope_class.tif",
    "slope_class.tif.aux.xml",
    "available.tif",
    "available.tif.aux.xml",
    "suitability.tif",
    "suitability_grade.tif",
    "suitability_grade.tif.aux.xml",
    "suitability_kept.tif",
    "suitability_kept.tif.aux.xml",
    "results.gpkg",
    "project.qgz",
    "tables.xlsx",
    "report.docx",
    "report.pdf",
    "map.html",
    "run.json",
}
LAYERS = ["counties", "clusters", "axes", "protection", "candidates", "filled"]
LAYERS += ["basins", "parcels", "conflicts"]

pytestmark = pytest.mark.slow


def dzgis_cli(*arguments, lang="zh"):
    return subprocess.run(
        [sys.executable, "-m", "dzgis", *map(str, arguments), "--lang", lang],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(scope="module")
def by_cli(tmp_path_factory):
    out = tmp_path_factory.mktemp("cli") / "out"
    done = dzgis_cli("run", "-o", out)
    assert done.returncode == 0, done.stderr
    return out, done.stdout


@pytest.fixture(scope="module")
def by_api(tmp_path_factory):
    out = tmp_path_factory.mktemp("api") / "out"
    return out, dzgis.run(out=out, lang="zh")


@pytest.fixture(scope="module")
def manifest(by_cli):
    return json.loads((by_cli[0] / "run.json").read_text(encoding="utf-8"))


def test_all_outputs_are_there_and_nothing_else(by_cli):
    out, _ = by_cli
    assert {path.name for path in out.iterdir()} == RESULT
    assert [p.name for p in out.parent.iterdir()] == ["out"], "a scratch folder was left behind"


def test_summary_per_county_and_path_of_the_map(by_cli):
    out, printed = by_cli
    for county in ("安宁市", "易门县", "楚雄市", "禄丰市", "官渡区", "嵩明县", "马龙区"):
        assert county in printed
    assert "寻甸回族彝族自治县" in printed
    assert str(out / "map.html") in printed
    assert "生成" in printed


def test_api_and_command_line_write_equal_files(by_cli, by_api):
    """Two runs and two entry points: every file but run.json is equal to the byte."""
    for name in sorted(RESULT - {"run.json"}):
        assert sha256_of(by_cli[0] / name) == sha256_of(by_api[0] / name), name


def test_only_times_differ_in_run_json(by_cli, by_api):
    first, second = (
        json.loads((out[0] / "run.json").read_text("utf-8")) for out in (by_cli, by_api)
    )
    assert set(first) == set(second)
    first.pop("times"), second.pop("times")
    assert first == second


def test_manifest_holds_the_hashes_of_all_outputs(by_cli, manifest):
    out, _ = by_cli
    assert set(manifest["outputs"]) == RESULT - {"run.json"}
    for name, digest in manifest["outputs"].items():
        assert sha256_of(out / name) == digest


def test_county_records(manifest):
    counties = manifest["summary"]["counties"]
    assert len(counties) == 8
    for county in counties:
        assert set(county) >= {
            "county_code",
            "county",
            "area_m2",
            "class_area_m2",
            "low_hill_m2",
            "available_m2",
            "unknown_m2",
        }
        parts = sum(county["class_area_m2"]) + county["unknown_m2"]
        assert parts == pytest.approx(county["area_m2"], abs=0.05)
        assert county["low_hill_m2"] == pytest.approx(sum(county["class_area_m2"][1:3]), rel=1e-7)
        assert 0 <= county["available_m2"] <= county["low_hill_m2"]
        # Cells that would not add up to the polygon within 1e-6 would show up here.
        assert county["unknown_m2"] == 0


def test_county_areas_are_geodesic_areas(by_cli, manifest):
    frame = gpd.read_file(by_cli[0] / "results.gpkg", layer="counties").set_index("county_code")
    for county in manifest["summary"]["counties"]:
        geometry = frame.geometry[county["county_code"]].segmentize(0.0005)
        geodesic = abs(ELLIPSOID.geometry_area_perimeter(geometry)[0])
        assert county["area_m2"] == pytest.approx(geodesic, rel=1e-7)


def test_slope_distribution_is_plausible_for_yunnan(manifest):
    """8-25° about half, ≤ 8° a tenth to a quarter: the sample must look like the region."""
    areas = np.array([c["class_area_m2"] for c in manifest["summary"]["counties"]]).sum(axis=0)
    share = areas / areas.sum()
    assert 0.44 <= share[1] + share[2] <= 0.56
    assert 0.10 <= share[0] <= 0.26


def test_rasters_share_the_dem_grid(by_cli):
    out, _ = by_cli
    with (
        rasterio.open(out / "slope.tif") as slope,
        rasterio.open(out / "slope_class.tif") as classes,
        rasterio.open(out / "available.tif") as available,
    ):
        assert slope.transform == classes.transform == available.transform
        assert slope.shape == classes.shape == available.shape
        assert slope.crs.to_epsg() == 4490
        assert classes.dtypes == ("uint8",)
        assert classes.nodata == 0
        assert set(np.unique(classes.read(1))) <= {0, 1, 2, 3, 4}
        assert classes.colormap(1)[1][3] == 255
        degrees, number = slope.read(1, masked=True), classes.read(1)
        assert np.array_equal(np.ma.getmaskarray(degrees), number == 0)
        share = available.read(1, masked=True)
        assert share.max() == 100
        assert (number[share.filled(0) > 0] >= 2).all()
        assert {t.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] for t in (slope, classes)} == {"COG"}
        assert "GENERATED" in slope.tags()["NOTE"]


def test_geopackage_layers_styles_and_version(by_cli):
    path = by_cli[0] / "results.gpkg"
    names = gpd.list_layers(path)
    assert list(names["name"])[: len(LAYERS)] == LAYERS
    with sqlite3.connect(path) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (10200,)
        styled = {row[0] for row in database.execute("SELECT f_table_name FROM layer_styles")}
    database.close()
    assert styled == set(LAYERS)


def test_parcels_have_verdict_cluster_axis_and_reason(by_cli):
    parcels = gpd.read_file(by_cli[0] / "results.gpkg", layer="parcels")
    assert len(parcels) >= 40
    assert set(parcels["axis"]) == {"EW", "NS"}
    assert set(parcels["cluster"]) >= {
        "anning",
        "yimen",
        "chuxiong",
        "lufeng",
        "bicheng",
        "songming_konggang",
        "xundian",
        "malong",
    }
    assert parcels["reason"].str.len().min() > 10
    assert set(parcels["verdict"]) >= {"clear", "prohibited", "conditional", "within_tolerance"}


def test_verdicts_are_those_the_sample_was_drawn_for(by_cli):
    found = gpd.read_file(by_cli[0] / "results.gpkg", layer="parcels").set_index("parcel_id")
    drawn = gpd.read_file(dzgis.sample_inputs().parcels).set_index("DKBH")
    assert found["verdict"].to_dict() == drawn["EXPECT_V"].to_dict()


def test_candidates_keep_off_excluded_land(by_api):
    """No candidate so much as touches what the rules exclude, measured by the exact overlap."""
    _, result = by_api
    found = dzgis.check(
        result.land.candidates.iloc[:400], result.loaded.layers, result.loaded.plan.rules
    )
    excluding = {rule.id for rule in result.loaded.plan.rules.spatial if rule.excludes_land}
    assert found.pieces[found.pieces["rule"].isin(excluding)].empty
    assert (result.land.candidates["area_m2"] >= 100_000).all()
    assert_allclose(result.land.candidates["mean_slope_deg"], 16.5, atol=8.5)


def test_tables_close(by_cli, manifest):
    """Classes of each county in hectares: rows and columns add up to the last digit."""
    book = openpyxl.load_workbook(by_cli[0] / "tables.xlsx")
    rows = list(book["县（市、区）×坡度级"].iter_rows(values_only=True))
    start = next(n for n, row in enumerate(rows) if row[0] and "（公顷）" in str(row[0]))
    head = rows[start + 2]
    whole = head.index("合计")
    table = rows[start + 3 : start + 12]
    assert table[-1][0] == "合计"
    for row in table:
        assert sum(row[2:whole]) == pytest.approx(row[whole], abs=1e-6)
    for column in range(2, whole + 1):
        assert sum(r[column] for r in table[:-1]) == pytest.approx(table[-1][column], abs=1e-6)
    total = sum(c["area_m2"] for c in manifest["summary"]["counties"])
    assert table[-1][whole] == pytest.approx(total / 1e4, abs=0.001)


def test_second_run_into_the_same_folder_is_refused(by_cli):
    out, _ = by_cli
    before = {path.name: path.stat().st_mtime_ns for path in out.iterdir()}
    done = dzgis_cli("run", "-o", out, lang="en")
    assert done.returncode == 2
    assert "--overwrite" in done.stderr
    assert {path.name: path.stat().st_mtime_ns for path in out.iterdir()} == before


def test_map_verb_draws_the_same_map(by_cli, tmp_path):
    done = dzgis_cli("map", by_cli[0], "-o", tmp_path / "map")
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "map" / "map.html").read_text("utf-8")
    assert "楚雄" in page
    assert len(page) > 1_000_000


def test_a_folder_is_drawn_in_either_language(by_cli, manifest):
    """The run was Chinese; its notes are English on an English map."""
    notes = pipeline.content_of_folder(by_cli[0]).notes
    assert [note.zh for note in notes] == manifest["summary"]["notes"]
    assert not any("\u4e00" <= letter <= "\u9fff" for note in notes for letter in note.en)
    assert any("GENERATED" in note.en for note in notes)


def test_check_verb_agrees_with_run(by_api, tmp_path):
    _, result = by_api
    paths = dzgis.sample_inputs()
    protect = [f"{role}={path}" for role, path in paths.protection.items()]
    words = ["--protect", *protect, "--json", "--reports", "none"]
    done = dzgis_cli("check", paths.parcels, "-o", tmp_path / "c", *words)
    assert done.returncode == 1, done.stderr
    record = json.loads((tmp_path / "c" / "check.json").read_text("utf-8"))
    assert json.loads(done.stdout) == record
    own = {p.parcel_id: p for p in result.check.parcels}
    assert len(record["parcels"]) == len(own)
    for parcel in record["parcels"]:
        same = own[parcel["parcel_id"]]
        assert parcel["verdict"] == same.verdict.value
        assert parcel["deduplicated_area_m2"] == pytest.approx(same.deduplicated_area_m2, abs=0.005)
    names = {path.name for path in (tmp_path / "c").iterdir()}
    avoidance = {"avoidance.gpkg", "avoidance-34.txt", "avoidance-35.txt"}
    assert names == set(pipeline.CHECK) - {"parcels", "avoidance.txt"} | avoidance


def test_txt_and_geopackage_parcels_give_the_same_verdicts(tmp_path):
    """Edges are straight in degrees here and in the zone there: a few square metres in 50 ha."""
    paths = dzgis.sample_inputs()
    protect = [f"{role}={path}" for role, path in paths.protection.items()]
    txt = paths.parcels.with_suffix(".txt")
    found = []
    for name, parcels in (("gpkg", paths.parcels), ("txt", txt)):
        words = ["--protect", *protect, "--reports", "none"]
        done = dzgis_cli("check", parcels, "-o", tmp_path / name, *words)
        assert done.returncode == 1, done.stderr
        record = json.loads((tmp_path / name / "check.json").read_text("utf-8"))
        found.append({p["parcel_id"]: p for p in record["parcels"]})
    first, second = found
    assert set(first) == set(second)
    for key, parcel in first.items():
        assert second[key]["area_m2"] == pytest.approx(parcel["area_m2"], rel=3e-5), key
        assert second[key]["verdict"] == parcel["verdict"], key


def test_check_without_layers_is_undetermined(tmp_path):
    """An absent layer is not an empty layer: no parcel may come out clear."""
    parcels = dzgis.sample_inputs().parcels
    done = dzgis_cli("check", parcels, "-o", tmp_path / "c", "--reports", "none")
    assert done.returncode == 1
    record = json.loads((tmp_path / "c" / "check.json").read_text("utf-8"))
    assert {p["verdict"] for p in record["parcels"]} == {"undetermined"}
    assert {layer["status"] for layer in record["layers"]} == {"absent"}


def test_assign_verb(by_api, tmp_path):
    _, result = by_api
    parcels = dzgis.sample_inputs().parcels
    done = dzgis_cli("assign", parcels, "-o", tmp_path / "a", "--json")
    assert done.returncode == 0, done.stderr
    records = json.loads(done.stdout, parse_constant=pytest.fail)  # NaN is no JSON
    far = {row["parcel_id"] for row in records if row["axis_band_km"] is None}
    assert far == {"P022", "P026"}  # 34 and 21 km from the nearest axis
    text = (tmp_path / "a" / "assigned.csv").read_text("utf-8-sig").splitlines()
    # What machines read, in this order; other columns follow.
    assert text[0].startswith(
        "parcel_id,area_m2,county_code,county,district,cluster,cluster_status,model_cluster,"
        "axis,axis_distance_m,axis_chainage_m,reason,county_shares,"
    )
    assert len(text) - 1 == len(result.parcels)
    statuses = {line.split(",")[6] for line in text[1:]}
    assert statuses == {"listed", "county", "in_county_not_listed", "outside"}


def test_land_verb_gives_the_same_counties(manifest, tmp_path):
    """Without repeated runs of the suitability, which change no county."""
    done = dzgis_cli("land", "-o", tmp_path / "l", "--runs", 0, "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["counties"] == manifest["summary"]["counties"]
    assert set(found["notes"]) <= set(manifest["summary"]["notes"])
    assert found["notes"]


def test_slope_verb(by_cli, tmp_path):
    done = dzgis_cli("slope", dzgis.sample_inputs().dem[0], "-o", tmp_path / "s", "--degrees")
    assert done.returncode == 0, done.stderr
    with (
        rasterio.open(tmp_path / "s" / "slope_class.tif") as whole,
        rasterio.open(by_cli[0] / "slope_class.tif") as part,
    ):
        window = rasterio.windows.from_bounds(*part.bounds, transform=whole.transform)
        values = whole.read(1, window=window.round_offsets().round_lengths())
        inner = (slice(1, -1), slice(1, -1))
        assert np.array_equal(values[inner], part.read(1)[inner])


@pytest.mark.parametrize("verb", ["selftest", "doctor"])
def test_the_installation_is_sound(verb):
    done = dzgis_cli(verb, lang="en")
    assert done.returncode == 0, done.stdout
    assert "✗" not in done.stdout


def test_plan_verbs():
    shown = dzgis_cli("plan", "show")
    assert shown.returncode == 0
    for words in ("东西发展轴", "嵩明—空港组团", "3391", "P26", "H06", "平地农业"):
        assert words in shown.stdout
    valid = dzgis_cli("plan", "validate", "dianzhong-2014", lang="en")
    assert valid.returncode == 0
    assert "8 counties, 8 clusters, 2 axes, 32 rules" in valid.stdout


def test_the_python_of_the_readme_runs():
    """Every line but the last, which the API fixture above runs."""
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    code = readme.split("```python\n")[1].split("```")[0]
    lines = [line for line in code.splitlines() if "dzgis.run(" not in line]
    names = {}
    exec(compile("\n".join(lines), "README.md", "exec"), names)  # noqa: S102
    assert len(names["verdicts"].parcels) >= 40
    assert set(np.unique(names["classes"].values)) <= {0, 1, 2, 3, 4}


@pytest.mark.browser
def test_the_map_opens_without_a_network(by_cli):
    """The sample's map in a real browser: no request leaves, no console error, Chinese right."""
    chromium = (
        os.environ.get("DZGIS_CHROMIUM")
        or shutil.which("chromium")
        or shutil.which("chromium-browser")
    )
    if chromium is None and os.environ.get("CI"):
        pytest.fail("CI has no browser: .ci/run installs Chromium")
    if chromium is None:
        pytest.skip("no Chromium on this machine")
    playwright = pytest.importorskip("playwright.sync_api")
    asked, said = [], []
    with playwright.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_context(offline=True).new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto((by_cli[0] / "map.html").as_uri())
        page.wait_for_selector(".leaflet-container")
        words = page.inner_text("body")
        browser.close()
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert said == []
    for name in (
        "嵩明—空港组团",
        "东西发展轴",
        "南北发展轴",
        "压占（禁止）",
        "永久基本农田",
        "生成",
    ):
        assert name in words
