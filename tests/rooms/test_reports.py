"""Tables that add up, workbooks that hold what the tables say, records that machines read."""

from __future__ import annotations

import datetime as dt
import json

import openpyxl
import pandas as pd
import pytest
from builders import absent, layer, parcels, rule, rules, square
from numpy.testing import assert_allclose

from dzgis.compliance import judge
from dzgis.findings import Check
from dzgis.protection import cover_problems, overlaps
from dzgis.reconcile import reconcile_areas
from dzgis.reports import (
    Table,
    check_record,
    check_tables,
    conflict_frame,
    county_records,
    layer_record,
    write_xlsx,
)
from dzgis.reports.table import UNITS, balanced_rows
from dzgis.terms import Contact, Text

DATE = dt.date(2020, 12, 31)
M2, HECTARES, MU = UNITS
TOTAL = Text("合计", "total")

# ------------------------------------------------------------------ balanced rows


def test_rows_and_columns_add_up_and_the_residual_is_shown():
    # In hectares with 4 decimals (1 m²): three thirds of a square metre a row.
    #      a      b      c   | total
    # W  0.3333 0.3333 0.3333 m² → 0.0001 0 0 | 0.0001 ha
    # E  0.3333 0.3333 0.3333 m² → 0.0001 0 0 | 0.0001 ha
    third = 1 / 3
    rows, residual = balanced_rows([("W",), ("E",)], [[third] * 3, [third] * 3], HECTARES)
    assert rows == [
        ("W", 0.0001, 0.0, 0.0, 0.0001),
        ("E", 0.0001, 0.0, 0.0, 0.0001),
        (TOTAL, 0.0002, 0.0, 0.0, 0.0002),
    ]
    assert residual == 0.0


def test_residual_is_true_total_less_printed_total():
    # Ten rows of 0.4 m² are printed as 0 each; together they are 4 m² = 0.0004 ha.
    rows, residual = balanced_rows([("r",)] * 10, [[0.4]] * 10, HECTARES)
    assert rows[-1] == (TOTAL, 0.0, 0.0)
    assert residual == pytest.approx(0.0004)


def test_labels_of_several_cells_leave_blanks_in_the_total():
    rows, _ = balanced_rows([("530001", "西县")], [[1.0, 2.0]], M2)
    assert rows == [("530001", "西县", 1.0, 2.0, 3.0), (TOTAL, "", 1.0, 2.0, 3.0)]


@pytest.mark.parametrize(("unit", "expected"), [(M2, 15234.17), (HECTARES, 1.5234), (MU, 22.85)])
def test_units_of_tables(unit, expected):
    rows, _ = balanced_rows([("r",)], [[15234.17]], unit)
    assert rows[0][1] == pytest.approx(expected)


# ------------------------------------------------------------------ a check


def toy_check():
    """P1 is pressed upon by pbf (1000 m²), P2 only by a sliver (20 m²), P3 by nothing."""
    land = parcels(P1=square(0, 0), P2=square(200, 0), P3=square(400, 0))
    ruleset = rules(
        rule("A", "pbf"), rule("B", "ecrl"), rule("C", "river", "conditional", required=False)
    )
    layers = {
        "pbf": layer("pbf", square(90, 0, 20, 100), square(299.8, 0, 50, 100)),
        "ecrl": layer("ecrl"),
        "river": absent("river"),
    }
    found = overlaps(land, layers, ruleset)
    uncovered = {role: cover_problems(land, one) for role, one in layers.items()}
    checks = judge(land, ruleset, layers=layers, pieces=found, uncovered=uncovered)
    areas = reconcile_areas(land)
    used = tuple(layers.values())
    return Check(ruleset, DATE, used, tuple(checks), land, found, areas)


@pytest.fixture(scope="module")
def check():
    return toy_check()


def table_called(tables, name):
    return next(table for table in tables if table.name.en == name)


def column(table, name):
    at = [c.en for c in table.columns].index(name)
    return [row[at] for row in table.rows]


def test_every_row_of_every_table_is_complete(check):
    for table in check_tables(check):
        assert len(table.decimals) == len(table.columns)
        assert {len(row) for row in table.rows} <= {len(table.columns)}


def test_verdict_table(check):
    table = table_called(check_tables(check), "verdicts")
    assert column(table, "parcel") == ["P1", "P2", "P3"]
    assert [text.en for text in column(table, "verdict")] == [
        "conflict (prohibited)",
        "within tolerance, to be reviewed",
        "no conflict found",
    ]
    assert_allclose(column(table, "deduplicated area m²"), [1000.0, 20.0, 0.0], atol=0.011)
    assert_allclose(column(table, "deduplicated ha"), [0.1, 0.002, 0.0], atol=1e-4)
    assert_allclose(column(table, "deduplicated mu"), [1.5, 0.03, 0.0], atol=1e-4)


def test_what_was_not_measured_is_blank(check):
    table = table_called(check_tables(check), "findings")
    rows = [row for row in table.rows if row[0] == "P3" and row[1] == "C"]
    areas = rows[0][[c.en for c in table.columns].index("area m²") :][:4]
    assert areas == (None, None, None, None)


def test_pieces_are_listed_slivers_too_and_neighbours_not(check):
    frame = conflict_frame(check)
    assert list(frame["contact"]) == [Contact.OVERLAP, Contact.SLIVER]
    table = table_called(check_tables(check), "pieces")
    assert column(table, "parcel") == ["P1", "P2"]
    assert_allclose(column(table, "longitude"), [102.0009, 102.0030], atol=1e-4)


def test_record_of_a_check_has_the_documented_names(check):
    record = check_record(check, "en")
    assert {"rules", "as_of", "layers", "parcels"} <= set(record)
    assert (record["rules"], record["as_of"]) == ("toy", "2020-12-31")
    assert {"role", "source", "sha256", "date", "n_features", "status"} <= set(record["layers"][0])
    first = record["parcels"][0]
    assert {
        "parcel_id",
        "verdict",
        "area_m2",
        "deduplicated_area_m2",
        "findings",
    } <= set(first)
    assert {
        "role",
        "rule",
        "verdict",
        "area_m2",
        "share",
        "n_pieces",
        "mean_width_m",
        "reason",
        "legal_basis",
    } <= set(first["findings"][0])
    json.dumps(record, allow_nan=False)


def test_record_of_a_check_has_the_figures(check):
    record = check_record(check, "zh")
    assert [layer["status"] for layer in record["layers"]] == ["used", "used", "absent"]
    assert [p["verdict"] for p in record["parcels"]] == [
        "prohibited",
        "within_tolerance",
        "clear",
    ]
    pressed, _, unchecked = record["parcels"][0]["findings"]
    assert pressed["area_m2"] == pytest.approx(1000.0, abs=0.01)
    assert pressed["share"] == pytest.approx(0.1, abs=1e-6)
    assert (pressed["n_pieces"], pressed["contact"]) == (1, "overlap")
    assert pressed["mean_width_m"] == pytest.approx(2000 / 220, rel=1e-3)
    assert pressed["feature_ids"] == ["f0"]
    assert pressed["reason"].startswith("压占永久基本农田1块")
    assert (unchecked["area_m2"], unchecked["share"], unchecked["contact"]) == (None, None, None)
    assert unchecked["verdict"] == "undetermined"


def test_record_of_a_layer_without_dates():
    record = layer_record(absent("pbf"), "en")
    assert record["date"] is None
    assert record["valid_until"] is None
    assert record["status"] == "absent"


# ------------------------------------------------------------------ a run


def toy_figures():
    codes = ["530001", "530002"]
    areas = pd.DataFrame(
        {1: [4e6, 1e6], 2: [3e6, 2e6], 3: [2e6, 5e6 / 3], 4: [0.0, 1e6], "unknown": [1e6, 1e6 / 3]},
        index=codes,
    )
    fall = pd.DataFrame(
        {
            "low_hill": [5e6, 3666666.6],
            "P1": [1e6, 0.0],
            "P2": [0.0, 333333.2],
            "available": [4e6, 3333333.4],
        },
        index=codes,
    )
    return areas, fall


def test_records_of_counties(plan):
    first, second = county_records(plan, *toy_figures())
    assert list(first) == [
        "county_code",
        "county",
        "area_m2",
        "class_area_m2",
        "low_hill_m2",
        "available_m2",
        "unknown_m2",
    ]
    assert (first["county_code"], first["county"]) == ("530001", "西县")
    assert first["class_area_m2"] == [4e6, 3e6, 2e6, 0.0]
    assert second["class_area_m2"] == [1e6, 2e6, 1666666.67, 1e6]
    assert (second["area_m2"], second["available_m2"]) == (6e6, 3333333.4)
    json.dumps([first, second], allow_nan=False)


# ------------------------------------------------------------------ workbooks


def written(tables, tmp_path, lang="en"):
    write_xlsx(tables, tmp_path / "t.xlsx", lang=lang, date=DATE)
    return openpyxl.load_workbook(tmp_path / "t.xlsx")


def as_text(cell, lang):
    if isinstance(cell, Text):
        return cell.say(lang) or None
    return cell if cell != "" else None


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_workbook_holds_what_the_tables_say(check, tables, tmp_path, lang):
    every = [*check_tables(check), *tables]
    book = written(every, tmp_path, lang)
    assert len(book.worksheets) == len(every)
    for sheet, table in zip(book.worksheets, every, strict=True):
        rows = list(sheet.iter_rows(min_row=3, max_row=3 + len(table.rows), values_only=True))
        assert sheet["A1"].value == table.title.say(lang)
        assert list(rows[0]) == [c.say(lang) for c in table.columns]
        for found, row in zip(rows[1:], table.rows, strict=True):
            expected = [as_text(cell, lang) for cell in row]
            assert [None if cell == "" else cell for cell in found[: len(row)]] == expected
        below = [row[0].value for row in sheet.iter_rows(min_row=4 + len(table.rows))]
        assert [note.say(lang) for note in table.notes] == [v for v in below if v]


HOSTILE = ("=1+1", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "http://x.example/", "{=1}")


def hostile_table():
    return Table(
        name=Text("名", "a/b"),
        title=Text("=1+1", "=1+1"),
        columns=(Text("=2", "=2"), Text("值", "value")),
        rows=tuple((word, 1.5) for word in HOSTILE),
        decimals=(None, 2),
        notes=(Text("=3", "=3"),),
    )


def test_text_is_text_and_never_a_formula(tmp_path):
    sheet = written([hostile_table()], tmp_path).worksheets[0]
    cells = [sheet["A1"], sheet["A3"], *sheet["A"][3:]]
    assert all(cell.data_type == "s" for cell in cells if cell.value is not None)
    assert [sheet.cell(row, 1).value for row in range(4, 4 + len(HOSTILE))] == list(HOSTILE)
    assert [c.hyperlink for c in cells] == [None] * len(cells)
    assert sheet.title == "a-b"


def test_numbers_are_numbers_with_their_decimals(tmp_path):
    sheet = written([hostile_table()], tmp_path).worksheets[0]
    assert (sheet["B4"].data_type, sheet["B4"].value) == ("n", 1.5)
    assert sheet["B4"].number_format == "#,##0.00"


def test_equal_tables_give_equal_files(tables, tmp_path):
    for name in ("1.xlsx", "2.xlsx"):
        write_xlsx(tables, tmp_path / name, lang="en", date=DATE)
    assert (tmp_path / "1.xlsx").read_bytes() == (tmp_path / "2.xlsx").read_bytes()
