"""The command line takes any source, and its record says what was read and as what."""

import json
import logging
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "faults"))

import making as m

from dzgis.cli.frame import run_guarded
from dzgis.inputs import sha256_of
from dzgis.pipeline import Inputs


@pytest.fixture(autouse=True)
def _as_before(monkeypatch):
    """The command line sets the language and the log of its process."""
    monkeypatch.setenv("DZGIS_LANG", "en")
    logger = logging.getLogger("dzgis")
    before = logger.handlers[:], logger.propagate
    yield
    logger.handlers[:], logger.propagate = before


def checked(out, *arguments):
    """Verdicts, and records of the inputs by role."""
    words = ["--lang", "en", "--reports", "none"]
    code = run_guarded(["check", *map(str, arguments), "-o", str(out), *words])
    assert code == 1
    parcels = json.loads((out / "check.json").read_text(encoding="utf-8"))["parcels"]
    inputs = json.loads((out / "run.json").read_text(encoding="utf-8"))["inputs"]
    return [one["verdict"] for one in parcels], {one["role"]: one for one in inputs}


def test_a_drawing_against_a_zipped_layer_with_the_crs_of_each(tmp_path, capsys):
    """The layer lies over the first of two parcels."""
    drawing = m.dxf(*(m.polyline(m.corners(n), closed=True, handle=f"A{n}") for n in (0, 1)))
    parcels = m.content(tmp_path / "地块.dxf", drawing)
    west, south = m.corners(0)[0]
    over = m.box(west, south, west + 100, south + 100)
    layer = m.packed(tmp_path, m.shapefile_members(tmp_path, "YJJBNTTB", shapes=[over], crs=None))
    options = ["--protect", f"pbf={layer}", "--crs", "EPSG:4543", "pbf=EPSG:4543"]
    verdicts, records = checked(tmp_path / "out", f"{parcels}::DK", *options)
    assert verdicts == ["prohibited", "undetermined"]
    assert records["parcels"]["path"] == f"{parcels}::DK"
    assert records["parcels"]["sha256"] == sha256_of(parcels)
    for role in ("parcels", "pbf"):
        assert (records[role]["crs"], records[role]["crs_given"]) == ("EPSG:4543", "EPSG:4543")
    assert "crs_given" not in records["counties"]
    assert "is read in EPSG:4543 as the user says" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["a.kml", "a.kmz", "a.parquet", "a.zip", "a.fgb"])
def test_one_parcel_in_many_formats_has_one_answer(tmp_path, name):
    inside = tmp_path / "in"
    inside.mkdir()
    source = m.write(inside / "a.gpkg", [m.square()])
    if name in ("a.kml", "a.kmz"):
        m.content(tmp_path / "a.kml", m.kml())
    if name == "a.kmz":
        m.packed(tmp_path, [("doc.kml", (tmp_path / "a.kml").read_bytes())], name)
    if name == "a.zip":
        m.packed(tmp_path, [("a.gpkg", source.read_bytes())])
    if name in ("a.parquet", "a.fgb"):
        m.write(tmp_path / name, [m.square()])
    verdicts, records = checked(tmp_path / "out", tmp_path / name, "--protect", f"pbf={source}")
    assert verdicts == ["prohibited"]
    assert records["parcels"]["path"] == str(tmp_path / name)


def test_a_text_alone_is_the_crs_of_the_parcels():
    assert Inputs(crs="EPSG:4543").crs == {"parcels": "EPSG:4543"}
    assert Inputs(crs={"pbf": "EPSG:4544"}).crs == {"pbf": "EPSG:4544"}
