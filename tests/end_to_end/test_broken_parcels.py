"""One bow-tie among ten thousand parcels: it has its own line and reason, the others are judged."""

import json
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pytest
import shapely
from shapely.affinity import translate

pytestmark = pytest.mark.slow

ZONE = "EPSG:4545"
PLAN = Path(__file__).parents[1] / "plans" / "tiny.toml"
FARMLAND = shapely.box(499200, 3320100, 499300, 3321700)
N, SIDE = 100, 5.0
TIE = 4321
BOW_TIE = shapely.Polygon([(0, 0), (4, 4), (4, 0), (0, 4)])


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Squares of 4 m, 100 by 100, from the corner of the counties; every fifth row on farmland."""
    folder = tmp_path_factory.mktemp("many")
    west, south = (corner.ravel() for corner in np.meshgrid(np.arange(N), np.arange(N)))
    west, south = 499200 + SIDE * west, 3320200 + SIDE * south
    shapes = shapely.box(west, south, west + 4, south + 4)
    shapes[TIE] = translate(BOW_TIE, west[TIE], south[TIE])
    ids = [f"D{n:05d}" for n in range(len(shapes))]
    gpd.GeoDataFrame({"DKBH": ids}, geometry=shapes, crs=ZONE).to_file(folder / "parcels.gpkg")
    counties = [shapely.box(499200, y, 500800, y + 800) for y in (3320900, 3320100)]
    gpd.GeoDataFrame({"NAME": ["上石县", "下石县"]}, geometry=counties, crs=ZONE).to_file(
        folder / "counties.gpkg", layer="XZQ"
    )
    gpd.GeoDataFrame({"BSM": ["1"]}, geometry=[FARMLAND], crs=ZONE).to_file(
        folder / "farmland.gpkg", layer="YJJBNTTB"
    )
    return folder


def dzgis(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "dzgis", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(scope="module")
def checked(files, tmp_path_factory):
    out = tmp_path_factory.mktemp("many_out") / "out"
    layers = ["--counties", files / "counties.gpkg", "--protect", f"pbf={files / 'farmland.gpkg'}"]
    covers = ["--covers", "pbf=上石县,下石县", "--plan", PLAN, "--lang", "en", "--reports", "none"]
    done = dzgis("check", files / "parcels.gpkg", "-o", out, *layers, *covers)
    assert done.returncode == 1, done.stderr
    return json.loads((out / "check.json").read_text("utf-8")), out


def test_every_record_has_its_line_in_file_order(checked):
    parcels = checked[0]["parcels"]
    assert [parcel["parcel_id"] for parcel in parcels] == [f"D{n:05d}" for n in range(N * N)]


def test_the_broken_one_says_why(checked):
    parcel = checked[0]["parcels"][TIE]
    assert parcel["verdict"] == "undetermined"
    assert parcel["area_m2"] is parcel["deduplicated_area_m2"] is None
    assert parcel["findings"] == []
    assert "record 4322 has invalid geometry: Self-intersection" in parcel["fault"]
    assert parcel["area_reconciliation"] is None


def test_the_others_are_judged(checked):
    others = [parcel for n, parcel in enumerate(checked[0]["parcels"]) if n != TIE]
    assert {parcel["fault"] for parcel in others} == {None}
    verdicts = [parcel["findings"][0]["verdict"] for parcel in others]
    assert verdicts.count("prohibited") == 20 * N  # columns whose west is below 499300
    assert verdicts.count("clear") == N * N - 20 * N - 1


def test_the_workbook_and_the_conflicts_stand_it(checked):
    out = checked[1]
    book = openpyxl.load_workbook(out / "check.xlsx", read_only=True)
    ids = {row[0] for row in book.worksheets[0].iter_rows(values_only=True)}
    assert f"D{TIE:05d}" in ids
    assert len(gpd.read_file(out / "conflicts.gpkg", layer="conflicts")) == 20 * N


def test_a_file_without_a_good_parcel_is_refused(tmp_path):
    tie = translate(BOW_TIE, 499300, 3320300)
    gpd.GeoDataFrame({"DKBH": ["A"]}, geometry=[tie], crs=ZONE).to_file(tmp_path / "p.gpkg")
    done = dzgis(
        "check", tmp_path / "p.gpkg", "-o", tmp_path / "out", "--plan", PLAN, "--lang", "en"
    )
    assert done.returncode == 2
    assert "A (Self-intersection" in done.stderr
    assert not (tmp_path / "out").exists()


def test_other_verbs_refuse_the_file_as_before(files, tmp_path):
    done = dzgis(
        "assign", files / "parcels.gpkg", "-o", tmp_path / "out", "--plan", PLAN, "--lang", "en"
    )
    assert done.returncode == 2
    assert "D04321 (Self-intersection" in done.stderr
