"""The same run on real terrain, where the reference folder lies beside the project."""

import json
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import pytest

from dzgis.crs import ELLIPSOID

DEM = Path(__file__).parents[2].parent / "shared" / "data" / "dem" / "yunnan_500m_box.tif"
CODES = ["530181", "530425", "532301", "532302", "530111", "530127", "530129", "530304"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not DEM.exists(), reason="../shared/data/dem is not beside the project"),
]


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("real") / "out-real"
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "dzgis",
            "run",
            "-o",
            str(folder),
            "--dem",
            str(DEM),
            "--lang",
            "en",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


def test_all_eight_counties_with_geodesic_areas(out):
    summary = json.loads((out / "run.json").read_text("utf-8"))["summary"]
    assert sorted(c["county_code"] for c in summary["counties"]) == sorted(CODES)
    frame = gpd.read_file(out / "results.gpkg", layer="counties").set_index("county_code")
    for county in summary["counties"]:
        geodesic = abs(ELLIPSOID.geometry_area_perimeter(frame.geometry[county["county_code"]])[0])
        by_cells = sum(county["class_area_m2"]) + county["unknown_m2"]
        assert by_cells == pytest.approx(geodesic, rel=1e-4)
        assert county["area_m2"] == pytest.approx(geodesic, rel=1e-4)


def test_voids_stay_unknown_and_coarse_cells_are_named(out):
    summary = json.loads((out / "run.json").read_text("utf-8"))["summary"]
    assert sum(county["unknown_m2"] for county in summary["counties"]) > 0
    assert any(
        "cells of about 50" in note and "flatten slopes" in note for note in summary["notes"]
    )
    assert not any(note.startswith("terrain:") for note in summary["notes"])
