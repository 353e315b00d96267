"""Tables of areas that add up by rows and by columns, with sums of parts beside them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dzgis.reports.table import PERCENT_DECIMALS, Table
from dzgis.terms import Text
from dzgis.units import balanced, round_half_up

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dzgis.reports.table import Cell, Unit

_TOTAL = Text("合计", "total")


@dataclass(frozen=True)
class Sum:
    """A column that sums parts of its row, by their position."""

    name: Text
    of: tuple[int, ...]


@dataclass(frozen=True)
class Areas:
    """
    Areas that do not overlap, a row a place.

    Attributes
    ----------
    name, title : Text
        The title without the unit.
    head : tuple of Text
        Names of the leading columns.
    labels : tuple of tuples, n items
        Leading cells of each row.
    parts : tuple of Text
        Names of the parts.
    values : tuple of n tuples of float
        m², none negative; NaN where not known: such a cell stays blank and adds nothing.
    sums : tuple of Sum
        Columns beside the parts.
    notes : tuple of Text
    shown : tuple of int, optional
        Parts that are printed; by default all. Sums add up those that are not printed too.
    """

    name: Text
    title: Text
    head: tuple[Text, ...]
    labels: tuple[tuple[Cell, ...], ...]
    parts: tuple[Text, ...]
    values: tuple[tuple[float, ...], ...]
    sums: tuple[Sum, ...] = ()
    notes: tuple[Text, ...] = ()
    shown: tuple[int, ...] | None = None


def areas_table(areas: Areas, unit: Unit) -> Table:
    """
    Table in a unit: balanced rows (强制调平), sums of them, and a last row that sums the columns.

    Each row is rounded by largest remainders, so that its parts add up to its rounded total; sums
    and the last row add up printed figures. What the last row then lacks against the true total is
    said below (修约残差).
    """
    printed = [_row(values, unit) for values in areas.values]
    rows = [[*row, *_sums(row, areas, unit)] for row in printed]
    rows.append([_sum(column, unit) for column in zip(*rows, strict=True)] if rows else [])
    names = _labels(areas)
    kept = _kept(areas)
    body = [
        (*label, *(row[n] for n in kept)) for label, row in zip(names, rows, strict=True) if row
    ]
    columns = (*areas.parts, *(one.name for one in areas.sums))
    title = Text(f"{areas.title.zh}（{unit.text.zh}）", f"{areas.title.en} ({unit.text.en})")
    return Table(
        name=areas.name,
        title=title,
        columns=(*areas.head, *(columns[n] for n in kept)),
        rows=tuple(body),
        decimals=(*[None] * len(areas.head), *[unit.decimals] * len(kept)),
        notes=(_residual_note(areas, unit, printed), *areas.notes),
    )


def named(table: Table) -> Table:
    """A table without its first column, the code, for pages where room is dear."""
    return replace(
        table,
        columns=table.columns[1:],
        rows=tuple((row[1] or row[0], *row[2:]) for row in table.rows),
        decimals=table.decimals[1:],
    )


def turned(table: Table) -> Table:
    """Table of areas by place with a column a place: many exclusions fit a page only as rows."""
    (_, name, *parts), digits = table.columns, table.decimals[-1]
    columns = [row[1] or row[0] for row in table.rows]
    said = [c if isinstance(c, Text) else Text(str(c), str(c)) for c in columns]
    rows = [(part, *(row[2 + n] for row in table.rows)) for n, part in enumerate(parts)]
    head = Text(f"排除条件＼{name.zh}", f"exclusion \\ {name.en}")
    return Table(
        name=table.name,
        title=table.title,
        columns=(head, *said),
        rows=tuple(rows),
        decimals=(None, *[digits] * len(said)),
        notes=table.notes,
    )


def percent_table(areas: Areas) -> Table:
    """Shares of each row's parts in per cent of the row; they add up to 100."""
    rows = [_percents(values) for values in (*areas.values, _column_sums(areas.values))]
    scale = 10**PERCENT_DECIMALS
    body = [[*row, *(_added(row, one.of, scale) for one in areas.sums)] for row in rows]
    names = _labels(areas)
    kept = _kept(areas)
    columns = (*areas.parts, *(one.name for one in areas.sums))
    return Table(
        name=areas.name,
        title=Text(f"{areas.title.zh}（占本行 %）", f"{areas.title.en} (% of the row)"),
        columns=(*areas.head, *(columns[n] for n in kept)),
        rows=tuple(
            (*label, *(row[n] for n in kept)) for label, row in zip(names, body, strict=True)
        ),
        decimals=(*[None] * len(areas.head), *[PERCENT_DECIMALS] * len(kept)),
    )


def _labels(areas: Areas) -> list[tuple[Cell, ...]]:
    """Leading cells of all rows, the last row's too."""
    blank: tuple[Cell, ...] = ("",) * (len(areas.head) - 1)
    return [*areas.labels, (_TOTAL, *blank)]


def balanced_column(values: Sequence[float], unit: Unit) -> list[Cell]:
    """Figures of a column, rounded so that they add up to their rounded sum; NaN is blank."""
    return list(_row(values, unit))


def column_sum(cells: Sequence[Cell], unit: Unit) -> Cell:
    """Sum of printed figures, exact in the last digit; blank where there is none."""
    return _sum([c for c in cells if isinstance(c, int | float)], unit)


def area_cell(area_m2: float, unit: Unit) -> Cell:
    """One area, rounded on its own; blank where not known."""
    return None if math.isnan(area_m2) else round_half_up(unit.of(area_m2), unit.decimals)


def _kept(areas: Areas) -> tuple[int, ...]:
    n = len(areas.parts)
    shown = tuple(range(n)) if areas.shown is None else areas.shown
    return (*shown, *range(n, n + len(areas.sums)))


def _row(values: Sequence[float], unit: Unit) -> list[Cell]:
    known = [math.isfinite(value) for value in values]
    digits = balanced(
        [unit.of(v) if k else 0.0 for v, k in zip(values, known, strict=True)], unit.decimals
    )
    return [digit if k else None for digit, k in zip(digits, known, strict=True)]


def _sums(row: Sequence[Cell], areas: Areas, unit: Unit) -> list[Cell]:
    return [_sum([row[n] for n in one.of], unit) for one in areas.sums]


def _sum(cells: Sequence[Cell], unit: Unit) -> Cell:
    return _added(cells, range(len(cells)), 10**unit.decimals)


def _added(cells: Sequence[Cell], of: Sequence[int], scale: int) -> Cell:
    there = [cell for n in of if isinstance(cell := cells[n], int | float)]
    return sum(round(cell * scale) for cell in there) / scale if there else None


def _percents(values: Sequence[float]) -> list[Cell]:
    known = [0.0 if math.isnan(value) else value for value in values]
    whole = math.fsum(known)
    if whole <= 0.0:
        return [None] * len(known)
    digits = balanced([100.0 * value / whole for value in known], PERCENT_DECIMALS)
    return [None if math.isnan(v) else d for v, d in zip(values, digits, strict=True)]


def _column_sums(rows: Sequence[Sequence[float]]) -> list[float]:
    columns = zip(*rows, strict=True)
    return [math.fsum(v for v in column if not math.isnan(v)) for column in columns]


def _residual_note(areas: Areas, unit: Unit, printed: Sequence[Sequence[Cell]]) -> Text:
    true = unit.of(math.fsum(v for row in areas.values for v in row if not math.isnan(v)))
    scale = 10**unit.decimals
    shown = sum(round(c * scale) for row in printed for c in row if isinstance(c, int | float))
    lacking = round(round_half_up(true, unit.decimals) * scale) - shown
    value = f"{lacking / scale:.{unit.decimals}f}"
    return Text(
        f"各行按最大余数法调平，行列之和与合计末位相符；合计与未修约总数之差（修约残差）{value} "
        f"{unit.text.zh}。",
        "rows are balanced by largest remainders; rows and columns add up to the last digit; "
        f"residual against the unrounded total {value} {unit.text.en}.",
    )
