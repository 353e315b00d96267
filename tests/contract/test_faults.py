"""
Every input of tests/faults is refused by the real command line: words, code, and nothing else.

All run in this process for speed; the dangerous ones, and one of each kind, as a process of their
own, whose memory is measured.
"""

import contextlib
import io
import json
import logging
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "faults"))

from fault import GPKG
from faults import FAULTS, GROUPS, table_text

from dzgis.cli.frame import run_guarded
from dzgis.inputs import forget_archives

pytestmark = pytest.mark.slow

FLIP = Path(__file__).parents[1] / "faults" / "flip.py"
README = Path(__file__).parents[1] / "faults" / "README.md"
MOST_KIB = 1 << 20
"""Of memory that a process may take: the program itself needs about a third of it."""
NOBODY = 65534
ALONE = [f for f in FAULTS if f.dangerous] + [group[0] for group in GROUPS.values()]


def answer(arguments):
    """Exit code and what was said on stderr."""
    said = io.StringIO()
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
        code = run_guarded([str(argument) for argument in arguments])
    return code, said.getvalue()


@pytest.fixture(autouse=True)
def _as_before(monkeypatch):
    """The command line sets the language and the log of its process."""
    monkeypatch.setenv("DZGIS_LANG", "en")
    logger = logging.getLogger("dzgis")
    before = logger.handlers[:], logger.propagate
    yield
    logger.handlers[:], logger.propagate = before
    forget_archives()


def check(code, said, words, out):
    assert code == 2, said
    assert re.search(words, said, re.DOTALL), said
    assert "Traceback" not in said
    assert not out.exists()


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
def test_a_fault_ends_in_its_message(tmp_path, fault):
    (tmp_path / "in").mkdir()
    source, out = fault.make(tmp_path / "in"), tmp_path / "out"
    for lang, words in (("en", fault.en), ("zh", fault.zh)):
        code, said = answer([fault.verb, source, "-o", out, "--lang", lang, *fault.options])
        check(code, said, words, out)


APART = [fault for fault in FAULTS if fault.apart]


@pytest.mark.parametrize("fault", APART, ids=[fault.name for fault in APART])
def test_a_check_sets_a_broken_record_apart(tmp_path, fault):
    """The rest of the file is judged, and the broken one has its reason."""
    (tmp_path / "in").mkdir()
    source, out = fault.make(tmp_path / "in"), tmp_path / "out"
    code, said = answer(["check", source, "-o", out, "--lang", "en", *fault.options])
    assert code == 1, said
    assert "Traceback" not in said
    parcels = json.loads((out / "check.json").read_text("utf-8"))["parcels"]
    told = [parcel["fault"] for parcel in parcels if parcel["fault"]]
    assert len(told) == 1
    assert len(parcels) > 1


WATCH = """
import resource, subprocess, sys
# Far above what is measured: a run that would take all memory ends here.
resource.setrlimit(resource.RLIMIT_AS, (16 << 30, 16 << 30))
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=False)
print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
"""Runs a command from a small process: a child's account of memory begins with its parent's."""


@pytest.mark.skipif(os.name != "posix", reason="limits of POSIX")
@pytest.mark.parametrize("fault", ALONE, ids=[fault.name for fault in ALONE])
def test_a_process_ends_in_words_and_little_memory(tmp_path, fault):
    """No crash of a library, no gigabytes, and nothing left in the temporary folder."""
    for name in ("in", "temporary"):
        (tmp_path / name).mkdir()
    source, out = fault.make(tmp_path / "in"), tmp_path / "out"
    command = [sys.executable, "-m", "dzgis", fault.verb, source, "-o", out, *fault.options]
    done = subprocess.run(
        [sys.executable, "-S", "-c", WATCH, *map(str, command), "--lang", "en"],
        capture_output=True,
        text=True,
        env=os.environ | {"TMPDIR": str(tmp_path / "temporary")},
        check=True,
    )
    code, peak_kib = map(int, done.stdout.split())
    check(code, done.stderr, fault.en, out)
    assert peak_kib < MOST_KIB
    assert list((tmp_path / "temporary").iterdir()) == []


FIRST = [group[0] for group in GROUPS.values() if group[0].name != "txt_open_ring"]


@pytest.mark.parametrize("option", ["--protect", "--counties"])
@pytest.mark.parametrize("fault", FIRST, ids=[fault.name for fault in FIRST])
def test_a_fault_of_a_layer_or_of_counties_ends_likewise(tmp_path, fault, option):
    (tmp_path / "in").mkdir()
    source, out = fault.make(tmp_path / "in"), tmp_path / "out"
    value = f"pbf={source}" if option == "--protect" else source
    code, said = answer(["check", GPKG(tmp_path), option, value, "-o", out])
    assert code == 2, said
    assert "Traceback" not in said
    assert not out.exists()


def test_bytes_changed_at_random_end_in_an_answer_or_a_refusal(tmp_path):
    """No crash, no other error, no words of a library, in twelve formats."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", FLIP, tmp_path, "25"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    refused = dict(line.split() for line in done.stdout.splitlines())
    assert len(refused) == 12
    assert all(int(n) > 0 for n in refused.values()), refused


def test_nothing_unpacked_is_left_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    (tmp_path / "in").mkdir()
    for fault in GROUPS["压缩包 Archives"]:
        folder = tmp_path / "in" / fault.name
        folder.mkdir()
        answer(["check", fault.make(folder), "-o", tmp_path / "out"])
    forget_archives()
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_a_file_without_permission_is_named(tmp_path):
    """As another user where this one may read everything."""
    path = GPKG(tmp_path)
    path.chmod(0)
    code = (
        "import sys; from pathlib import Path; from dzgis.inputs.files import check_file\n"
        f"import os; os.setuid({NOBODY}) if os.geteuid() == 0 else None\n"
        "try: check_file(Path(sys.argv[1]))\n"
        "except ValueError as error: print(error)"
    )
    said = subprocess.run(
        [sys.executable, "-c", code, path], capture_output=True, text=True, check=True
    ).stdout
    assert f"no permission to read {path}" in said


def test_the_table_is_that_of_the_code():
    assert README.read_text(encoding="utf-8") == table_text(), "run python tests/faults/faults.py"


def test_the_set_is_large_and_its_names_are_unique():
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) >= 60
