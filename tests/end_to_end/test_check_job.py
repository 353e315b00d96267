"""The whole `dzgis check` on the shipped layers of 2014 and 2023: every output, every switch."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import openpyxl
import pyogrio
import pytest

import dzgis

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
OLD = ROOT / "data/protection/protection.gpkg"
NEW = ROOT / "data/protection/current.gpkg"
LAYERS = {"pbf": "YJJBNTTB", "ecrl": "STBHHX", "forest": "LD", "udb": "CZKFBJ"}
PARCELS = ["P001", "P031", "P034", "P047"]
"""Free land; on farmland and more; on farmland of 2014 that is none in 2023; a sliver."""
EVERYTHING = {
    "check.json", "check.xlsx", "check.docx", "check.pdf", "conflicts.gpkg", "avoidance.gpkg",
    "avoidance.txt", "evidence.gpkg", "run.json", "parcels",
}  # fmt: skip


def run(*arguments):
    words = [sys.executable, "-m", "dzgis", *map(str, arguments)]
    environment = os.environ | {"DZGIS_LANG": "en"}
    return subprocess.run(
        words, capture_output=True, encoding="utf-8", check=False, env=environment
    )


@pytest.fixture(scope="module")
def parcels(tmp_path_factory):
    path = tmp_path_factory.mktemp("parcels") / "dk.gpkg"
    whole = gpd.read_file(ROOT / "data/parcels/parcels.gpkg")
    whole[whole["DKBH"].isin(PARCELS)].to_file(path, layer="DK", driver="GPKG")
    return path


def protection(source):
    roles = LAYERS if source == NEW else ("pbf", "ecrl", "forest")
    return [f"{role}={source}::{LAYERS[role]}" for role in roles]


@pytest.fixture(scope="module")
def earlier(parcels, tmp_path_factory):
    """The plan's rules on the layers of 2014."""
    out = tmp_path_factory.mktemp("earlier") / "out"
    done = run("check", parcels, "-o", out, "--reports", "none", "--protect", *protection(OLD))
    assert done.returncode == 1, done.stderr
    return out


@pytest.fixture(scope="module")
def whole(parcels, earlier, tmp_path_factory):
    """Current rules on the layers of 2023, with all that can stand beside the verdicts."""
    folder = tmp_path_factory.mktemp("whole")
    (folder / "decided.toml").write_text(
        '[[override]]\nparcel_id = "P047"\nverdict = "clear"\nby = "张三"\n'
        'reason = "界线误差，已现场核实"\nat = 2026-03-01T10:30:00+08:00\n',
        encoding="utf-8",
    )
    out = folder / "out"
    done = run(
        "check", parcels, "-o", out, "--rules", "current", "--project-type", "E",
        "--as-of", "2026-06-01", "--compare", "plan-2014", "--against", earlier / "check.json",
        "--overrides", folder / "decided.toml", "--dem", ROOT / "data/dem", "--dem-error", "glo-30",
        "--cover", "project=示例", "organisation=某局", "--json", "--protect", *protection(NEW),
        f"land_use={ROOT}/data/land_use/land_use.gpkg::DLTB",
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    return out, json.loads(done.stdout)


def parcel(record, parcel_id):
    return next(one for one in record["parcels"] if one["parcel_id"] == parcel_id)


def test_every_output_is_there(whole):
    out, printed = whole
    assert {path.name for path in out.iterdir()} == EVERYTHING
    names = {f"{name}.{kind}" for name in PARCELS for kind in ("docx", "pdf")}
    assert {path.name for path in (out / "parcels").iterdir()} == names
    assert printed == json.loads((out / "check.json").read_text(encoding="utf-8"))
    manifest = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert "parcels/P031.pdf" in manifest["outputs"]
    assert manifest["summary"]["not_reported"] == {}


def test_verdicts_are_those_that_the_sample_was_drawn_for(whole):
    _, record = whole
    found = {one["parcel_id"]: one["verdict"] for one in record["parcels"]}
    assert found == {
        "P001": "clear", "P031": "prohibited", "P034": "clear", "P047": "within_tolerance",
    }  # fmt: skip


def test_a_finding_carries_its_layer_features_and_place(whole):
    _, record = whole
    finding = next(f for f in parcel(record, "P031")["findings"] if f["rule"] == "C-PBF-1")
    assert finding["layer"]["date"] == "2023-12-31"
    assert len(finding["layer"]["sha256"]) == 64
    assert finding["features"][0]["number"]
    assert finding["centre"] == pytest.approx([102.4, 24.9], abs=0.2)
    assert finding["area_m2"] > 0
    assert finding["n_pieces"] == 1


def test_facts_add_up_to_the_parcel(whole):
    _, record = whole
    for one in record["parcels"]:
        facts, area_m2 = one["facts"], one["area_m2"]
        for table in (facts["land_classes"], facts["zones"]):
            assert sum(row["area_m2"] for row in table) == pytest.approx(area_m2, abs=5e-3)
        slopes = facts["slopes"]
        together = sum(slopes["class_area_m2"]) + slopes["unknown_m2"]
        assert together == pytest.approx(area_m2, abs=5e-3)
        assert 0.0 <= slopes["probability"] <= 1.0


def test_the_boundary_change_clears_the_parcel(whole, tmp_path):
    out, record = whole
    kept = parcel(record, "P031")["avoidance"]
    assert kept["kept_m2"] + kept["cut_m2"] == pytest.approx(
        parcel(record, "P031")["area_m2"], abs=0.011
    )
    words = ["--rules", "current", "--project-type", "E", "--as-of", "2026-06-01"]
    words += ["--reports", "none", "--json", "--protect", *protection(NEW)]
    done = run("check", out / "avoidance.gpkg", "-o", tmp_path / "again", *words)
    verdicts = {one["verdict"] for one in json.loads(done.stdout)["parcels"]}
    assert "prohibited" not in verdicts


def test_other_rules_changes_and_decisions_stand_beside_the_verdict(whole):
    out, record = whole
    assert [one["rules"] for one in parcel(record, "P001")["comparison"]] == ["plan-2014"]
    changed = {
        c["parcel_id"]: (c["old"], c["new"])
        for c in record["changes"]
        if c["kind"] == "parcel" and c["field"] == "verdict"
    }
    assert changed["P034"] == ("prohibited", "clear")
    decided = parcel(record, "P047")
    assert decided["verdict"] == "within_tolerance"
    assert (decided["override"]["verdict"], decided["override"]["by"]) == ("clear", "张三")
    book = openpyxl.load_workbook(out / "check.xlsx")
    assert {"rule sets", "changes"} <= set(book.sheetnames)


def test_it_is_verified_elsewhere(whole, tmp_path):
    out, _ = whole
    there = tmp_path / "elsewhere"
    there.mkdir()
    for name in ("check.json", "evidence.gpkg"):
        (there / name).write_bytes((out / name).read_bytes())
    done = run("verify", there / "check.json")
    assert done.returncode == 0, done.stdout


def test_python_does_what_the_command_does(parcels, earlier, tmp_path):
    sources = dict(pair.split("=", 1) for pair in protection(OLD))
    inputs = dzgis.Inputs(parcels=parcels, protection=sources)
    paper = dzgis.Paper(reports="none")
    check = dzgis.report(inputs, tmp_path / "out", paper=paper, lang="en")
    assert [p.parcel_id for p in check.parcels] == PARCELS
    for name in ("check.json", "check.xlsx", "conflicts.gpkg", "evidence.gpkg", "avoidance.txt"):
        assert (tmp_path / "out" / name).read_bytes() == (earlier / name).read_bytes(), name
    assert dzgis.verify(tmp_path / "out" / "check.json").outcome == "equal"


def test_secrecy_leaves_numbers_and_clipped_pieces(parcels, tmp_path):
    out = tmp_path / "secret"
    done = run(
        "check", parcels, "-o", out, "--secret", "--reports", "book", "--protect", *protection(OLD)
    )
    assert done.returncode == 1, done.stderr
    assert not (out / "evidence.gpkg").exists()
    land = gpd.read_file(parcels).to_crs(4522).union_all().buffer(0.01)
    for path in out.glob("*.gpkg"):
        for layer, _ in pyogrio.list_layers(path):
            shapes = gpd.read_file(path, layer=layer)
            if layer == "layer_styles":  # a table without shapes
                continue
            assert shapes.to_crs(4522).within(land).all(), (path, layer)
    manifest = json.loads((out / "run.json").read_text(encoding="utf-8"))
    left = manifest["summary"]["shapes_that_left"]
    assert manifest["summary"]["secret"] is True
    assert all("clipped" in what or "kept land" in what for what in left.values())
    done = run("verify", out / "check.json")
    assert done.returncode == 2


REFUSED = {
    "project type of rules without any": (["--project-type", "C"], "tells no kinds of projects"),
    "unknown project type": (["--rules", "current", "--project-type", "K"], "no project type K"),
    "unknown word of the cover": (["--cover", "colour=red"], "the cover has no colour"),
    "no earlier check": (["--against", "nowhere.json"], "nowhere.json"),
    "no decisions": (["--overrides", "nowhere.toml"], "nowhere.toml"),
    "no template": (["--template", "nowhere.docx"], "nowhere.docx"),
    "unknown rules to compare": (["--compare", "next"], "no rule set and no file 'next'"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_used_is_refused_and_nothing_is_written(case, parcels, tmp_path):
    words, said = REFUSED[case]
    done = run("check", parcels, "-o", tmp_path / "out", *words)
    assert done.returncode == 2, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_another_run_replaces_all_that_the_first_one_left(parcels, tmp_path):
    out = tmp_path / "out"
    words = ["check", parcels, "-o", out, "--protect", *protection(OLD)]
    assert run(*words).returncode == 1
    assert (out / "parcels" / "P001.pdf").exists()
    assert run(*words, "--reports", "none").returncode == 2
    assert run(*words, "--reports", "none", "--overwrite").returncode == 1
    assert not (out / "parcels").exists()
    assert json.loads((out / "run.json").read_text(encoding="utf-8"))["outputs"].keys() == {
        path.name for path in out.iterdir() if path.name != "run.json"
    }


def test_the_manifest_says_with_what_the_check_was_made(whole):
    out, _ = whole
    parameters = json.loads((out / "run.json").read_text(encoding="utf-8"))["parameters"]
    assert (parameters["rules"], parameters["project_type"]) == ("current", "E")
    assert parameters["compared_with"] == ["plan-2014"]
    assert parameters["as_of"] == "2026-06-01"
