"""The command line's contract: exit codes, messages in both languages, nothing half-written."""

import json
import logging
import shutil

import openpyxl
import pytest

from dzgis.cli.frame import run_guarded, spread
from dzgis.inputs import sample

PARCELS = str(sample("parcels"))


@pytest.fixture(autouse=True)
def _own_language(monkeypatch):
    monkeypatch.setenv("DZGIS_LANG", "en")
    yield
    logging.getLogger("dzgis").handlers.clear()
    logging.getLogger("dzgis").propagate = True


def told(capsys, *arguments):
    """Exit code and what was printed."""
    code = run_guarded([str(a) for a in arguments])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


BAD = {
    "no such dem": (["slope", "no.tif", "-o", "OUT"], "no DEM at no.tif"),
    "folder without dem": (["slope", "EMPTY", "-o", "OUT"], "must hold .tif files"),
    "no such slope classes": (
        ["slope", "no.tif", "-o", "OUT", "--classes", "mine"],
        "no slope classes mine",
    ),
    "no such method": (
        ["slope", "no.tif", "-o", "OUT", "--method", "mean"],
        "no slope method mean",
    ),
    "no such plan": (["plan", "validate", "nowhere"], "nowhere"),
    "no such plan file": (["run", "no.toml", "-o", "OUT"], "no.toml"),
    "no such rules": (["check", PARCELS, "-o", "OUT", "--rules", "next"], "no rule set next"),
    "unknown role": (["check", PARCELS, "-o", "OUT", "--protect", "moon=a.gpkg"], "no role moon"),
    "role without path": (["check", PARCELS, "-o", "OUT", "--protect", "pbf="], "ROLE=VALUE"),
    "role twice": (
        ["check", PARCELS, "-o", "OUT", "--protect", "pbf=a.gpkg", "pbf=b.gpkg"],
        "each role once",
    ),
    "layer file missing": (["check", PARCELS, "-o", "OUT", "--protect", "pbf=no.gpkg"], "no.gpkg"),
    "covers without county": (["check", PARCELS, "-o", "OUT", "--covers", "pbf"], "ROLE=VALUE"),
    "covers unknown county": (
        [
            "check",
            PARCELS,
            "-o",
            "OUT",
            "--protect",
            f"{sample('protection')}",
            "--covers",
            "pbf=X",
        ],
        "no counties of the plan",
    ),
    "no such parcels": (["check", "no.gpkg", "-o", "OUT"], "no.gpkg"),
    "no such counties": (["assign", PARCELS, "-o", "OUT", "--counties", "no.gpkg"], "no.gpkg"),
    "map of no result": (["map", "EMPTY", "-o", "OUT"], "is no result folder"),
    "fetch something else": (["data", "fetch", "moon", "-o", "OUT"], "cannot fetch moon"),
    "fetch from nowhere": (
        ["data", "fetch", "dem", "-o", "OUT", "--base-url", "ftp://127.0.0.1/x"],
        "ftp",
    ),
    "out is a file": (["assign", PARCELS, "-o", "FILE"], "is a file; -o needs a folder"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_told_once_and_nothing_is_written(case, tmp_path, capsys):
    arguments, words = BAD[case]
    places = {"OUT": tmp_path / "out", "EMPTY": tmp_path / "empty", "FILE": tmp_path / "file"}
    places["EMPTY"].mkdir()
    places["FILE"].write_text("kept")
    code, _, err = told(capsys, *(places.get(a, a) for a in arguments))
    assert code == 2
    assert words in err
    assert "Traceback" not in err
    assert not places["OUT"].exists()
    assert {p.name for p in tmp_path.iterdir()} == {"empty", "file"}


def test_faults_of_all_inputs_come_together(tmp_path, capsys):
    arguments = ["run", "-o", tmp_path / "o", "--dem", "--parcels", tmp_path / "no.gpkg"]
    broken = tmp_path / "broken.tif"
    broken.write_bytes(b"II*\0 cut short")
    arguments.insert(4, broken)
    code, _, err = told(capsys, *arguments)
    assert code == 2
    assert "no.gpkg" in err
    assert "broken.tif" in err


@pytest.mark.parametrize(("lang", "words"), [("zh", "没有名为"), ("en", "there is no rule set")])
def test_language_of_messages(lang, words, tmp_path, capsys):
    code, _, err = told(
        capsys, "check", PARCELS, "-o", tmp_path / "o", "--rules", "next", "--lang", lang
    )
    assert code == 2
    assert words in err


def test_faults_as_json(tmp_path, capsys):
    code, out, _ = told(capsys, "check", PARCELS, "-o", tmp_path / "o", "--rules", "next", "--json")
    assert code == 2
    record = json.loads(out)
    assert record["status"] == "bad input"
    assert "next" in record["faults"][0]


@pytest.mark.parametrize(
    "arguments",
    [["run"], ["nonsense"], ["run", "-o"], ["check", "-o", "x"], ["run", "--lang", "fr"]],
)
def test_wrong_usage_is_bad_input(arguments, capsys):
    assert told(capsys, *arguments)[0] == 2


def test_a_fault_of_the_program_is_said_and_exits_3(monkeypatch, tmp_path, capsys):
    def fail(*_args, **_kwargs):
        raise RuntimeError("forced")

    monkeypatch.setattr("dzgis.pipeline.load", fail)
    code, _, err = told(capsys, "assign", PARCELS, "-o", tmp_path / "o")
    assert code == 3
    assert "forced" in err
    assert not (tmp_path / "o").exists()


def test_help_and_version(capsys):
    code, out, _ = told(capsys, "--help")
    assert code == 0
    for verb in ("run", "slope", "check", "assign", "land", "map", "plan", "data", "doctor"):
        assert verb in out
    assert told(capsys, "--version")[:2] == (0, "0.1.0\n")


def test_many_values_after_one_option():
    given = ["check", "p.gpkg", "--protect", "pbf=a", "ecrl=b", "-o", "out"]
    assert spread(given) == [
        "check", "p.gpkg", "--protect", "pbf=a", "--protect", "ecrl=b", "-o", "out",
    ]  # fmt: skip


def undated(folder):
    """The sample's layers without their register."""
    return shutil.copy(sample("protection"), folder / "p.gpkg")


def test_a_layer_without_a_date_is_told_in_every_output(tmp_path, capsys):
    out = tmp_path / "out"
    code, said, _ = told(capsys, "check", PARCELS, "-o", out, "--protect", undated(tmp_path))
    assert code == 1
    words = "the layer has no date and is taken to be in force"
    assert words in " ".join(said.split())
    for name in ("check.json", "run.json"):
        assert words in (out / name).read_text(encoding="utf-8")
    sheet = openpyxl.load_workbook(out / "check.xlsx").worksheets[0]
    assert any(words in str(cell.value) for row in sheet.iter_rows() for cell in row)
