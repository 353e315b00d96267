"""Grades and ledgers as run.json has them, and read back of it for maps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from dzgis.planning import LEDGER, Grade, Ledgers
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_PARTS = ("clusters", "axes")
_DIGITS = 2


def grade_records(grades: Iterable[Grade]) -> list[dict[str, object]]:
    """Grades of suitability: number, names and colour."""
    return [
        {"number": one.number, "zh": one.text.zh, "en": one.text.en, "colour": one.colour}
        for one in grades
    ]


def grades_of(records: Iterable[Mapping[str, Any]]) -> tuple[Grade, ...]:
    """Read back `grade_records`."""
    return tuple(
        Grade(int(one["number"]), Text(one["zh"], one["en"]), str(one["colour"])) for one in records
    )


def ledger_records(ledgers: Ledgers) -> dict[str, list[dict[str, object]]]:
    """Ledgers of clusters and axes, a record a place; null where an area is not known."""
    frames = {"clusters": ledgers.clusters, "axes": ledgers.axes}
    return {
        part: [
            {"id": str(place), **{name: _value(row[name]) for name in LEDGER}}
            for place, row in frame.iterrows()
        ]
        for part, frame in frames.items()
    }


def _value(value: float) -> float | int | None:
    if pd.isna(value):
        return None
    return round(float(value), _DIGITS)


def ledgers_of_record(record: Mapping[str, Any] | None) -> Ledgers | None:
    """Read back `ledger_records`; the ledger of industries is not in it."""
    if record is None:
        return None
    clusters, axes = (_frame(record[part]) for part in _PARTS)
    return Ledgers(clusters, axes, pd.DataFrame())


def _frame(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    table = pd.DataFrame(list(rows)).set_index("id")[list(LEDGER)].astype("float64")
    counts = {name: "int64" for name in LEDGER if name.startswith("n_")}
    return table.astype(counts)
