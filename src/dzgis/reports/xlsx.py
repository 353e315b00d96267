"""Tables as an XLSX workbook: numbers are numbers, text is text and never a formula."""

from __future__ import annotations

import datetime as dt
import math
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

    from dzgis.reports.table import Cell, Table
    from dzgis.terms import Language

_MAX_WIDTH, _MIN_WIDTH, _MAX_SHEET_NAME = 60, 8, 31
_HEADER_ROW = 2
_LINE_POINTS = 15
_PADDING = 2
_APART = 5
"""Rows from the last note of a table to the title of the next, blank ones counted in."""
_A4 = 9


def write_xlsx(tables: Sequence[Table], path: Path, *, lang: Language, date: dt.date) -> None:
    """
    Write one sheet a table; tables of one name stand on one sheet, each below the other.

    Parameters
    ----------
    tables : sequence of Table
    path : Path
    lang : {"zh", "en"}
    date : date
        Written as the time of creation, so that equal content gives equal files.
    """
    import xlsxwriter

    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": dt.datetime(date.year, date.month, date.day, tzinfo=dt.UTC)})
    sheets: dict[Text, list[Table]] = {}
    for table in tables:
        sheets.setdefault(table.name, []).append(table)
    for name, group in sheets.items():
        sheet = book.add_worksheet(name.say(lang).replace("/", "-")[:_MAX_SHEET_NAME])
        _write_sheet(book, sheet, group, lang)
    book.close()


def _write_sheet(book: Workbook, sheet: Worksheet, group: Sequence[Table], lang: Language) -> None:
    widths = _widths(group, lang)
    for col, width in enumerate(widths):
        sheet.set_column(col, col, width)
    place = _Place(book, sheet, lang)
    top = 0
    for table in group:
        _write_table(place, table, top)
        _fit(place, table, top, widths=widths)
        top += _HEADER_ROW + len(table.rows) + len(table.notes) + _APART
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    if len(group) == 1:
        sheet.repeat_rows(_HEADER_ROW)
    sheet.freeze_panes(_HEADER_ROW + 1 if len(group) == 1 else 0, 1)


@dataclass(frozen=True)
class _Place:
    """Where tables are written, and in which language."""

    book: Workbook
    sheet: Worksheet
    lang: Language


def _write_table(place: _Place, table: Table, top: int) -> None:
    """Write a table from a row on: title, a blank row, header, rows, a blank row, notes."""
    book, sheet, lang = place.book, place.sheet, place.lang
    title = book.add_format({"bold": True, "font_size": 14})
    header = book.add_format(
        {"bold": True, "bg_color": "#E8EEF0", "border": 1, "text_wrap": True, "valign": "top"}
    )
    sheet.write_string(top, 0, table.title.say(lang), title)
    for col, name in enumerate(table.columns):
        sheet.write_string(top + _HEADER_ROW, col, name.say(lang), header)
    _write_rows(place, table, top + _HEADER_ROW + 1)
    last = top + _HEADER_ROW + len(table.rows)
    for n, note in enumerate(table.notes):
        sheet.write_string(last + 2 + n, 0, note.say(lang))


def _widths(group: Sequence[Table], lang: Language) -> list[float]:
    """Columns as wide as their text, up to a limit."""
    most = max(len(table.columns) for table in group)
    return [
        max(_column_width(table, col, lang) for table in group if col < len(table.columns))
        for col in range(most)
    ]


def _fit(place: _Place, table: Table, top: int, *, widths: Sequence[float]) -> None:
    """Rows as high as their wrapped text."""
    for n, row in enumerate((table.columns, *table.rows), start=top + _HEADER_ROW):
        lines = [
            math.ceil(_display_width(_cell_text(cell, digits, place.lang)) / (width - _PADDING))
            for cell, digits, width in zip(row, table.decimals, widths, strict=False)
        ]
        place.sheet.set_row(n, _LINE_POINTS * max(1, *lines))


def _write_rows(place: _Place, table: Table, top: int) -> None:
    book, sheet, lang = place.book, place.sheet, place.lang
    text = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
    formats = [
        book.add_format({"border": 1, "valign": "top", "num_format": _number_format(digits)})
        for digits in table.decimals
    ]
    for n, row in enumerate(table.rows, start=top):
        for col, cell in enumerate(row):
            if cell is None:
                sheet.write_blank(n, col, None, text)
            elif isinstance(cell, int | float):
                sheet.write_number(n, col, cell, formats[col])
            else:
                sheet.write_string(n, col, _said(cell, lang), text)


def _number_format(decimals: int | None) -> str:
    if decimals is None:
        return "General"
    return "#,##0." + "0" * decimals if decimals else "#,##0"


def _said(cell: Cell, lang: Language) -> str:
    return cell.say(lang) if isinstance(cell, Text) else str(cell)


def _column_width(table: Table, col: int, lang: Language) -> float:
    """Width of the widest cell of a column, a full-width character counting as two."""
    cells = [table.columns[col], *(row[col] for row in table.rows)]
    widest = max(_display_width(_cell_text(cell, table.decimals[col], lang)) for cell in cells)
    return min(max(widest + _PADDING, _MIN_WIDTH), _MAX_WIDTH)


def _cell_text(cell: Cell, decimals: int | None, lang: Language) -> str:
    if cell is None:
        return ""
    if isinstance(cell, int | float):
        return f"{cell:,.{decimals}f}" if decimals is not None else f"{cell}"
    return _said(cell, lang)


@lru_cache(maxsize=65_536)
def _display_width(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
