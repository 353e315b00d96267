"""People's decisions: read with all faults, put beside the verdicts and never in their place."""

from __future__ import annotations

import datetime as dt

import pytest
from builders import layer, parcels, rule, rules, square

from dzgis import pipeline
from dzgis.compliance import with_overrides
from dzgis.errors import InputError, MissingFileError
from dzgis.findings import Override
from dzgis.inputs import read_overrides
from dzgis.inputs.overrides import MOST_BYTES
from dzgis.terms import Verdict

GOOD = """
[[override]]
parcel_id = "P047"
verdict = "clear"
by = "张三"
reason = "界线误差，已现场核实"
at = 2026-03-01T10:30:00+08:00

[[override]]
parcel_id = " 0012 "
verdict = "prohibited"
by = "Li"
reason = "seen"
at = "2026-03-02"
"""


def written(tmp_path, text):
    path = tmp_path / "overrides.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return path


def one(**changes):
    """Text of one override with keys changed; None leaves a key out."""
    keys = {
        "parcel_id": '"P1"',
        "verdict": '"clear"',
        "by": '"Li"',
        "reason": '"seen"',
        "at": "2026-03-01",
    }
    lines = [f"{k} = {v}" for k, v in (keys | changes).items() if v is not None]
    return "\n".join(["[[override]]", *lines, ""])


def faults_of(tmp_path, text):
    path = written(tmp_path, text)
    with pytest.raises(InputError, match=r"overrides\.toml") as caught:
        read_overrides(path)
    assert all(str(path) in fault.zh and str(path) in fault.en for fault in caught.value.faults)
    return [fault.en.removeprefix(f"{path}").removeprefix(": ") for fault in caught.value.faults]


def test_decisions_are_read_in_their_order(tmp_path):
    found = read_overrides(written(tmp_path, b"\xef\xbb\xbf" + GOOD.encode()))
    assert list(found) == ["P047", "0012"]
    assert found["P047"] == Override(
        Verdict.CLEAR, "张三", "界线误差，已现场核实", "2026-03-01T10:30:00+08:00"
    )
    assert found["0012"].at == "2026-03-02"


@pytest.mark.parametrize("verdict", list(Verdict))
def test_every_verdict_can_be_decided(tmp_path, verdict):
    found = read_overrides(written(tmp_path, one(verdict=f'"{verdict.value}"')))
    assert found["P1"].verdict is verdict


@pytest.mark.parametrize(
    ("at", "iso"),
    [
        ("2026-03-01", "2026-03-01"),
        ("2026-03-01T10:30:00", "2026-03-01T10:30:00"),
        ("2026-03-01 10:30:00Z", "2026-03-01T10:30:00+00:00"),
        ('"2026-03-01 10:30"', "2026-03-01T10:30:00"),
        ('" 2026-03-01T10:30:00+08:00 "', "2026-03-01T10:30:00+08:00"),
    ],
)
def test_times_are_days_or_moments(tmp_path, at, iso):
    assert read_overrides(written(tmp_path, one(at=at)))["P1"].at == iso


@pytest.mark.parametrize("at", ["10:30:00", "20260301", "true", '"yesterday"', '"2026-02-30"'])
def test_what_is_no_time_is_refused(tmp_path, at):
    (fault,) = faults_of(tmp_path, one(at=at))
    assert "is no time" in fault


@pytest.mark.parametrize("key", ["parcel_id", "verdict", "by", "reason", "at"])
@pytest.mark.parametrize("value", [None, '""', '"  "'])
def test_everything_must_be_said(tmp_path, key, value):
    (fault,) = faults_of(tmp_path, one(**{key: value}))
    assert fault == f"override[1] lacks {key}; all five must be given"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"verdict": '"ok"'}, "override[1]: verdict = ok is none; there are clear"),
        ({"verdict": '"压占"'}, "override[1]: verdict = 压占 is none"),
        ({"parcel_id": "12"}, "override[1]: parcel_id must be text"),
        ({"by": '["a"]'}, "override[1]: by must be text"),
        ({"note": '"x"'}, "override[1] has unknown keys note"),
    ],
)
def test_faults_are_named_with_their_place(tmp_path, change, message):
    (fault,) = faults_of(tmp_path, one(**change))
    assert fault.startswith(message)


def test_all_faults_are_told_at_once(tmp_path):
    text = one(verdict='"ok"', at='"?"') + one(by=None) + one() + one(parcel_id='"P2"', x="1")
    found = faults_of(tmp_path, text)
    assert len(found) == 5
    assert found[-1] == "the parcels P1 come more than once; each has one decision"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "must hold tables [[override]] and nothing else, it has: -"),
        ("override = 3", "must hold tables [[override]]"),
        ("override = [1]", "must hold tables [[override]]"),
        ('[override]\nparcel_id = "P1"', "must hold tables [[override]]"),
        (GOOD + '[other]\na = "b"', "it has: override, other"),
        ("[[override", "is no readable TOML"),
        ("a = 1\na = 2", "is no readable TOML"),
        (GOOD.encode("gb18030"), "is no readable TOML in UTF-8"),
        ("a = " + "[" * 100_000, "nested too deeply"),
    ],
)
def test_other_files_are_refused(tmp_path, text, message):
    (fault,) = faults_of(tmp_path, text)
    assert message in fault


def test_missing_and_huge_files_are_refused(tmp_path):
    with pytest.raises(MissingFileError, match="there is no file"):
        read_overrides(tmp_path / "none.toml")
    huge = tmp_path / "huge.toml"
    with huge.open("wb") as stream:
        stream.truncate(MOST_BYTES + 1)
    with pytest.raises(InputError, match="over 16 MiB"):
        read_overrides(huge)


# ------------------------------------------------------------------ beside the verdicts


@pytest.fixture(scope="module")
def judged():
    land = parcels(P001=square(0, 0), P002=square(200, 0))
    there = {"pbf": layer("pbf", square(90, 0))}
    ruleset = rules(rule("A", "pbf"))
    return pipeline.check_parcels(land, there, ruleset, as_of=dt.date(2020, 12, 31)).parcels


DECIDED = Override(Verdict.CLEAR, "Li", "seen", "2026-03-01")


def test_a_decision_stands_beside_the_verdict(judged):
    found = with_overrides(judged, {"P001": DECIDED})
    assert [one.override for one in found] == [DECIDED, None]
    assert [one.verdict for one in found] == [Verdict.PROHIBITED, Verdict.CLEAR]
    assert [one.findings for one in found] == [one.findings for one in judged]
    assert [one.override for one in judged] == [None, None]


def test_without_decisions_nothing_changes(judged):
    assert with_overrides(judged, {}) == tuple(judged)


def test_parcels_that_were_not_checked_are_refused(judged):
    with pytest.raises(InputError, match="not checked: P0O1, X") as caught:
        with_overrides(judged, {"P0O1": DECIDED, "P002": DECIDED, "X": DECIDED})
    (fault,) = caught.value.faults
    assert "did you mean P001?" in fault.en
    assert "是否指 P001？" in fault.zh
