"""The command line's contract: exit codes, messages in both languages, nothing half-written."""

import json
import logging
import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from dzgis.cli.frame import run_guarded, spread
from dzgis.cli.options import covers_of
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
    "no such rules": (
        ["check", PARCELS, "-o", "OUT", "--rules", "next"],
        "no rule set and no file 'next'",
    ),
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
    "field without column": (["check", PARCELS, "-o", "OUT", "--field", "parcel_id"], "ROLE=VALUE"),
    "no such field": (
        ["assign", PARCELS, "-o", "OUT", "--field", "parcel_id=no"],
        "has no field no (named for parcel_id)",
    ),
    "convert nothing": (["convert", "no.gpkg", "OUT.shp"], "no.gpkg"),
    "convert to what": (["convert", PARCELS, "OUT.doc"], "its suffix is no known format"),
    "no such parcels": (["check", "no.gpkg", "-o", "OUT"], "no.gpkg"),
    "no such counties": (["assign", PARCELS, "-o", "OUT", "--counties", "no.gpkg"], "no.gpkg"),
    "verify nothing": (["verify", "no.json"], "there is no file no.json"),
    "verify what is no check": (["verify", PARCELS], "cannot be read as JSON"),
    "map of no result": (["map", "EMPTY", "-o", "OUT"], "is no result folder"),
    "fetch something else": (["data", "fetch", "moon", "-o", "OUT"], "cannot fetch moon"),
    "fetch from nowhere": (
        ["data", "fetch", "dem", "-o", "OUT", "--base-url", "ftp://127.0.0.1/x"],
        "ftp",
    ),
    "covers unknown role": (
        ["check", PARCELS, "-o", "OUT", "--covers", "moon=安宁市"],
        "unknown layer role moon",
    ),
    "no name for the folder": (["check", PARCELS, "-o", ""], "is empty; name a folder"),
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


WRONG_USAGE = {
    "缺少选项 '-o' / '--out'": ["run"],
    "没有命令 nonsense": ["nonsense"],
    "选项 -o 后面须有取值": ["run", "-o"],
    "缺少参数 parcels": ["check", "-o", "x"],
    "'--lang' 的取值 fr 不可用；可用：'zh', 'en'": ["run", "-o", "x", "--lang", "fr"],
    "'--as-of' 的取值 2020 不是日期；须写成 2020-12-31": ["run", "-o", "x", "--as-of", "2020"],
    "没有选项 --moon": ["run", "-o", "x", "--moon"],
    "选项 --overwrite 不带取值": ["run", "-o", "x", "--overwrite=1"],
    "多余的参数：b c": ["check", "a", "b", "c", "-o", "x"],
    "'-o' / '--out' 的取值有误：是空的；须写明一个文件夹": ["check", "a", "-o", ""],
}


@pytest.mark.parametrize("words", WRONG_USAGE)
def test_wrong_usage_is_told_in_chinese_too(words, capsys, monkeypatch):
    monkeypatch.setenv("DZGIS_LANG", "zh")
    code, _, err = told(capsys, *WRONG_USAGE[words])
    assert code == 2
    assert words in err


def test_wrong_usage_as_json(capsys):
    code, out, err = told(capsys, "run", "--json")
    assert code == 2
    assert json.loads(out) == {"status": "bad input", "faults": [err.strip().partition(": ")[2]]}


@pytest.mark.parametrize("mark", [",", "，", "、", " ， "])
def test_counties_may_be_parted_by_chinese_commas(mark):
    assert covers_of([f"pbf=安宁市{mark}530425"]) == {"pbf": ("安宁市", "530425")}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["plan", "show"], ["plan", "show", "--json"]]
)
def test_standard_output_that_is_full_is_told(arguments):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "dzgis", *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.startswith("dzgis: cannot write to standard output (No space left")
    assert "Traceback" not in done.stderr


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


def test_a_fault_of_the_program_as_json(monkeypatch, tmp_path, capsys):
    def fail(*_args, **_kwargs):
        raise OSError("forced")

    monkeypatch.setattr("dzgis.pipeline.load", fail)
    code, out, _ = told(capsys, "assign", PARCELS, "-o", tmp_path / "o", "--json")
    assert code == 3
    record = json.loads(out)
    assert record["status"] == "program fault"
    assert "forced" in record["faults"][0]


DAMAGED = {
    "cut short": '{"command": "run", "outputs": {',
    "no record": "[]",
    "without plan": '{"parameters": {}, "outputs": {}, "summary": {"notes": []}}',
    "plan of nothing": '{"parameters": {"plan_data": {}}, "outputs": {}, "summary": {"notes": []}}',
    "not UTF-8": b"\xff\xfe{",
}


@pytest.mark.parametrize("case", DAMAGED)
def test_a_damaged_manifest_is_bad_input(case, tmp_path, capsys):
    folder = tmp_path / "result"
    folder.mkdir()
    for name in ("results.gpkg", "slope_class.tif", "available.tif"):
        (folder / name).touch()
    words = DAMAGED[case]
    (folder / "run.json").write_bytes(words if isinstance(words, bytes) else words.encode())
    code, _, err = told(capsys, "map", folder, "-o", tmp_path / "o")
    assert code == 2
    assert "run.json is damaged" in err


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
    words = ["--protect", undated(tmp_path), "--reports", "none"]
    code, said, _ = told(capsys, "check", PARCELS, "-o", out, *words)
    assert code == 1
    words = "the layer has no date and is taken to be in force"
    assert words in " ".join(said.split())
    for name in ("check.json", "run.json"):
        assert words in (out / name).read_text(encoding="utf-8")
    sheet = openpyxl.load_workbook(out / "check.xlsx").worksheets[0]
    assert any(words in str(cell.value) for row in sheet.iter_rows() for cell in row)
