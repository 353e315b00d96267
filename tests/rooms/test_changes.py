"""What changed since an old check.json, and what rule sets judge differently."""

from __future__ import annotations

import datetime as dt
import json
import re

import openpyxl
import pytest
from builders import layer, parcels, rule, rules, square

from dzgis import pipeline, reports
from dzgis.changes import changes, differences
from dzgis.errors import InputError, MissingFileError
from dzgis.findings import Change
from dzgis.inputs import read_check_record
from dzgis.inputs.check_record import MOST_BYTES
from dzgis.terms import ChangeKind, Verdict

DAY = dt.date(2020, 12, 31)
RED = rule("P1", "pbf")
BLUE = rule("P2", "river", "conditional")
RULES = rules(RED, BLUE)


def layers(*shapes, river=()):
    return {"pbf": layer("pbf", *shapes), "river": layer("river", *river)}


def checked(land, there, ruleset=RULES, day=DAY):
    return pipeline.check_parcels(land, there, ruleset, as_of=day)


LAND = parcels(A=square(0, 0), B=square(200, 0))
BEFORE = checked(LAND, layers(square(90, -50, 100, 200)))  # A presses by 10 m, B is clear


def record(check=BEFORE):
    """Record of a check, through JSON."""
    return json.loads(json.dumps(reports.check_record(check, "zh")))


def found(check, old=None):
    """Changes as (kind, parcel, role, rule, field, old, new)."""
    return [
        (c.kind.value, c.parcel_id, c.role, c.rule, c.field, c.old, c.new)
        for c in changes(record() if old is None else old, check)
    ]


# ------------------------------------------------------------------ changes


def test_the_same_check_has_no_changes():
    assert found(BEFORE) == []


def test_a_verdict_and_an_area_that_change_are_told_once_each():
    after = checked(LAND, layers(square(90, -50, 100, 200), square(290, -50, 50, 200)))
    (verdict, finding, area) = found(after)
    assert verdict == ("parcel", "B", "", "", "verdict", "clear", "prohibited")
    assert finding == ("finding", "B", "pbf", "P1", "verdict", "clear", "prohibited")
    assert area[:6] == ("finding", "B", "pbf", "P1", "area_m2", 0.0)
    assert area[6] == pytest.approx(1000.0, rel=1e-4)


@pytest.mark.parametrize(("more_m2", "n"), [(0.01, 0), (-0.01, 0), (0.02, 1), (-0.02, 1)])
def test_areas_change_beyond_a_hundredth_of_a_square_metre(more_m2, n):
    old = record()
    finding = old["parcels"][0]["findings"][0]
    finding["area_m2"] = round(finding["area_m2"] + more_m2, 2)
    assert len(found(BEFORE, old)) == n


def test_a_parcels_own_area_counts():
    old = record()
    old["parcels"][1]["area_m2"] = 9_000.0
    ((kind, parcel, *_, field, before, _),) = found(BEFORE, old)
    assert (kind, parcel, field, before) == ("parcel", "B", "area_m2", 9_000.0)


def test_parcels_that_are_new_or_gone():
    after = checked(parcels(B=square(200, 0), C=square(500, 0)), layers(square(90, -50, 100, 200)))
    assert found(after) == [
        ("parcel_new", "C", "", "", "verdict", None, "clear"),
        ("parcel_gone", "A", "", "", "verdict", "prohibited", None),
    ]


def test_layers_whose_hash_date_or_status_changed():
    old = record()
    old["layers"][0] |= {"sha256": "a" * 64, "date": "2014-12-31", "status": "outdated"}
    changed = found(BEFORE, old)
    assert {(one[0], one[2], *one[4:]) for one in changed} == {
        ("layer", "pbf", "status", "outdated", "used"),
        ("layer", "pbf", "sha256", "a" * 64, None),
        ("layer", "pbf", "date", "2014-12-31", None),
    }


def test_layers_rules_and_days_that_come_and_go():
    other = rules(RED, rule("P9", "ecrl")).model_copy(update={"id": "current"})
    there = {"pbf": layers(square(90, -50, 100, 200))["pbf"], "ecrl": layer("ecrl")}
    kinds = [one[0] for one in found(checked(LAND, there, other, dt.date(2021, 1, 1)))]
    assert kinds[:4] == ["basis", "basis", "layer_gone", "layer_new"]
    assert kinds[4:] == ["finding_new", "finding_gone"] * 2


def test_what_was_not_measured_is_none_and_no_zero():
    gone = checked(LAND, {"river": layer("river")})
    fields = {one[1:] for one in found(gone) if one[0] == "finding"}
    assert ("B", "pbf", "P1", "area_m2", 0.0, None) in fields
    assert ("B", "pbf", "P1", "verdict", "clear", "undetermined") in fields


def test_fields_that_the_old_record_did_not_know_are_no_changes():
    old = record()
    for one in old["layers"]:
        del one["date"], one["valid_until"]
    assert found(BEFORE, old) == []
    assert found(BEFORE, old | {"project_type": "A"})[0][4:] == ("project_type", "A", None)


def test_sentences_say_before_and_after():
    after = checked(LAND, layers(square(80, -50, 100, 200)))
    (area,) = changes(record(), after)
    assert area.text.zh.startswith("地块A（永久基本农田，规则 P1）的面积由 ")
    assert re.search(r"area was (999|1000)\.\d\d m², is (1999|2000)\.\d\d m²$", area.text.en)


def test_every_kind_has_words():
    assert all(kind.text.zh and kind.text.en for kind in ChangeKind)


def test_table_and_records_of_changes(tmp_path):
    after = checked(parcels(B=square(200, 0)), layers(square(290, -50, 50, 200)))
    listed = changes(record(), after)
    table = reports.change_table(listed)
    assert len(table.rows) == len(listed)
    assert {len(row) for row in table.rows} == {len(table.columns)} == {len(table.decimals)}
    reports.write_xlsx([table], tmp_path / "a.xlsx", lang="zh", date=DAY)
    cells = list(openpyxl.load_workbook(tmp_path / "a.xlsx").active.values)
    assert any("不再出现的地块" in map(str, row) for row in cells)
    records = json.loads(json.dumps(reports.change_records(listed, "en")))
    assert records[0] == {
        "kind": "parcel",
        "parcel_id": "B",
        "role": None,
        "rule": None,
        "field": "verdict",
        "old": "clear",
        "new": "prohibited",
        "text": "parcel B: verdict was no conflict found, is conflict (prohibited)",
    }


def test_no_changes_make_a_table_without_rows():
    assert reports.change_table([]).rows == ()
    assert reports.change_records([], "zh") == []


# ------------------------------------------------------------------ rule sets side by side


def under(name, *members, day=DAY):
    ruleset = rules(*members).model_copy(update={"id": name})
    there = layers(square(90, -50, 100, 200), river=[square(290, -50, 50, 200)])
    return checked(LAND, there, ruleset, day)


def test_parcels_that_rule_sets_judge_differently():
    strict = under("strict", RED, BLUE)
    lenient = under("lenient", rule("P1", "pbf", "conditional"), BLUE)
    (one,) = differences(strict, [lenient])
    assert one.parcel_id == "A"  # B is conditional under both
    assert one.verdicts == (Verdict.PROHIBITED, Verdict.CONDITIONAL)
    assert [[f.rule for f in each] for each in one.findings] == [["P1"], ["P1"]]
    assert "按 strict 为压占（禁止）（永久基本农田 规则 P1" in one.text.zh
    assert "under lenient conflict (conditional)" in one.text.en


def test_equal_rule_sets_differ_in_nothing():
    assert differences(under("a", RED, BLUE), [under("b", RED, BLUE)]) == ()
    assert differences(under("a", RED), []) == ()


def test_one_rule_set_on_two_days_is_told_apart():
    first, second = under("a", RED, BLUE), under("a", RED, day=dt.date(2021, 1, 1))
    (one,) = differences(first, [second])
    assert one.verdicts == (Verdict.CONDITIONAL, Verdict.CLEAR)
    table = reports.difference_table([one], first, [second])
    assert [name.en for name in table.columns[1:3]] == ["a (2020-12-31)", "a (2021-01-01)"]


def test_a_parcel_that_one_check_lacks_was_not_checked():
    only_a = checked(LAND.loc[["A"]], layers(square(90, -50, 100, 200)))
    (one,) = differences(BEFORE, [only_a])
    assert (one.parcel_id, one.verdicts) == ("B", (Verdict.CLEAR, None))
    table = reports.difference_table([one], BEFORE, [only_a])
    assert table.rows[0][2].en == "not checked"


def test_table_and_records_of_differences():
    strict, lenient = under("strict", RED, BLUE), under("lenient", BLUE)
    found = differences(strict, [lenient])
    table = reports.difference_table(found, strict, [lenient])
    assert {len(row) for row in table.rows} == {len(table.columns)} == {len(table.decimals)}
    records = reports.difference_records(found, strict, [lenient], "en")
    assert json.loads(json.dumps(records))[0]["verdicts"] == [
        {"rules": "strict", "as_of": "2020-12-31", "verdict": "prohibited", "by": ["P1"]},
        {"rules": "lenient", "as_of": "2020-12-31", "verdict": "clear", "by": []},
    ]


# ------------------------------------------------------------------ reading an old record


def written(tmp_path, value, name="check.json"):
    path = tmp_path / name
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_record_comes_back_as_it_was_written(tmp_path):
    assert read_check_record(written(tmp_path, record())) == record()
    with_mark = tmp_path / "bom.json"
    with_mark.write_bytes(b"\xef\xbb\xbf" + json.dumps(record()).encode())
    assert read_check_record(with_mark) == record()
    newer = record() | {"schema_version": 1, "more": {"a": [1]}}
    assert read_check_record(written(tmp_path, newer)) == newer


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no readable JSON"),
        ("<html>", "no readable JSON"),
        ("{", "no readable JSON"),
        ("[" * 200_000, "nested too deeply"),
        ('{"a": ' * 200_000, "nested too deeply"),
        ('{"layers": [], "layers": []}', "layers: twice in one object"),
        ('{"layers": [], "parcels": [], "rules": NaN}', "NaN is no number"),
        ("[]", "no lists layers and parcels"),
        ("3", "no lists layers and parcels"),
        ("{}", "no lists layers and parcels"),
        ('{"layers": {}, "parcels": []}', "no lists layers and parcels"),
        ('{"type": "FeatureCollection", "features": []}', "no lists layers and parcels"),
        ('{"layers": [], "parcels": [], "schema_version": 99}', "schema_version = 99 is not known"),
        ('{"layers": [], "parcels": [], "schema_version": ["\\ud800"]}', "is not known"),
    ],
)
def test_what_is_no_check_is_refused(tmp_path, text, message):
    path = written(tmp_path, text)
    with pytest.raises(InputError, match=message) as caught:
        read_check_record(path)
    (fault,) = caught.value.faults
    assert str(path) in fault.zh
    assert fault.zh.encode("utf-8")


def test_other_bytes_are_refused(tmp_path):
    path = tmp_path / "a.json"
    path.write_bytes(json.dumps(record()).encode("utf-16"))
    with pytest.raises(InputError, match="no readable JSON in UTF-8"):
        read_check_record(path)


def test_missing_and_huge_files_are_refused(tmp_path):
    with pytest.raises(MissingFileError, match="there is no file"):
        read_check_record(tmp_path / "none.json")
    with pytest.raises(MissingFileError, match="there is no file"):
        read_check_record(tmp_path)
    huge = tmp_path / "huge.json"
    with huge.open("wb") as stream:
        stream.truncate(MOST_BYTES + 1)
    with pytest.raises(InputError, match="over 256 MiB"):
        read_check_record(huge)


def edited(path, value):
    """Record with one value in place of another; the path is of keys and numbers."""
    whole = record()
    place = whole
    for step in path[:-1]:
        place = place[step]
    if value is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return whole


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("rules",), 7, "rules = 7, must be the id of a rule set"),
        (("as_of",), "2020-13-01", 'as_of = "2020-13-01", must be a day'),
        (("as_of",), ..., "as_of = null"),
        (("project_type",), 3, "project_type = 3, must be text"),
        (("layers", 0), 5, r"layers\[0\]\.role = null"),
        (("layers", 0, "status"), "perhaps", r"layers\[0\]\.status = .perhaps., must be one of"),
        (("layers", 0, "sha256"), [1], r"layers\[0\]\.sha256 = \[1\], must be text"),
        (("layers", 0, "valid_until"), 2020, r"layers\[0\]\.valid_until = 2020, must be text"),
        (("layers", 1, "role"), "pbf", "layers: role comes more than once: pbf"),
        (("parcels", 1), None, r"parcels\[1\]\.parcel_id = null"),
        (("parcels", 1, "parcel_id"), "A", "parcels: parcel_id comes more than once: A"),
        (("parcels", 0, "parcel_id"), "\ud800", r"parcels\[0\]\.parcel_id = .\?., must be text"),
        (("parcels", 0, "verdict"), "guilty", r"parcels\[0\]\.verdict = .guilty., must be one of"),
        (("parcels", 0, "verdict"), [], r"parcels\[0\]\.verdict = \[\]"),
        (("parcels", 0, "area_m2"), -1, r"area_m2 = -1, must be a number of 0 or more"),
        (("parcels", 0, "area_m2"), "9", r"area_m2 = .9., must be"),
        (("parcels", 0, "area_m2"), True, r"area_m2 = true, must be"),
        (("parcels", 0, "area_m2"), 10**400, r"area_m2 = Infinity, must be"),
        (("parcels", 0, "area_m2"), ..., r"parcels\[0\]\.area_m2 = null, must be"),
        (("parcels", 0, "findings"), {}, r"parcels\[0\]\.findings = \{\}, must be a list"),
        (("parcels", 0, "findings", 0, "rule"), "", r"findings\[0\]\.rule = .., must be text"),
        (("parcels", 0, "findings", 1, "rule"), "P1", "rule comes more than once: P1"),
        (("parcels", 0, "findings", 0, "verdict"), "?", r"findings\[0\]\.verdict = .\?."),
    ],
)
def test_values_that_are_none_are_named_with_their_place(tmp_path, path, value, message):
    text = json.dumps(edited(path, value))
    with pytest.raises(InputError, match=message):
        read_check_record(written(tmp_path, text))


def test_all_faults_at_once_but_no_more_than_can_be_read(tmp_path):
    old = record()
    old["rules"] = 1
    old["parcels"] = [{"parcel_id": str(n)} for n in range(100)]
    with pytest.raises(InputError, match="rules = 1") as caught:
        read_check_record(written(tmp_path, old))
    assert len(caught.value.faults) == 21
    assert "and 281 more" in caught.value.faults[-1].en


def test_a_change_is_a_value():
    (one, *_) = changes(record(), checked(LAND, layers()))
    assert isinstance(one, Change)
    with pytest.raises(AttributeError, match="cannot assign"):
        one.old = None
