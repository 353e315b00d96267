"""Tables of a report with columns as wide as what they hold."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

from dzgis.reports.document import Grid
from dzgis.reports.printed import printed_cell
from dzgis.terms import Text

if TYPE_CHECKING:
    from dzgis.reports.table import Cell, Table
    from dzgis.terms import Language

_PAGE_MM = 170.0
_LETTER_MM, _SMALL_MM = 1.72, 1.52
_INSET_MM = 3.6
_LEAST_MM = 11.0
_MANY_COLUMNS = 8
_MOST_LETTERS = 70
_LEAST_HEADING = 7
"""Letters of a heading that stay in one line where room is dear."""
_HEADER_LINES = 2
_FIRST_MM = 32.0
"""Room for the first column of a table of figures."""


def fitted(table: Table, lang: Language) -> Grid:
    """
    Table whose columns are as wide as what they hold; where that is too much, words are wrapped.

    Widths are in millimetres of a page of 170 mm; on another page they keep their proportions.
    """
    words = [col for col, digits in enumerate(table.decimals) if digits is None]
    widths = _natural(table, lang, most_heading=_MOST_LETTERS)
    figures = sum(width for col, width in enumerate(widths) if col not in words)
    if figures > _PAGE_MM - _FIRST_MM * bool(words):
        widths = _natural(table, lang, most_heading=_LEAST_HEADING)
    title = Text(table.title.zh, table.title.en[:1].upper() + table.title.en[1:])
    return Grid(replace(table, title=title), tuple(_shared(widths, words)))


def _natural(table: Table, lang: Language, *, most_heading: int) -> list[float]:
    """Widths that columns want; a heading of more letters than `most_heading` may break."""
    letter = _SMALL_MM if len(table.columns) >= _MANY_COLUMNS else _LETTER_MM
    widths: list[float] = []
    for col, digits in enumerate(table.decimals):
        letters = max((_width(row[col], digits, lang) for row in table.rows), default=0)
        head = _width(table.columns[col], None, lang)
        heading = max(head / _HEADER_LINES, _longest(table.columns[col].say(lang)))
        most = max(letters, min(heading, most_heading))
        widths.append(max(min(most, _MOST_LETTERS) * letter + _INSET_MM, _LEAST_MM))
    return widths


def fitted_parts(table: Table, lang: Language) -> list[Grid]:
    """
    A table too wide for the page in parts of about as many columns, each with the first column.

    All columns but the first must be of figures.
    """
    whole = fitted(table, lang)
    n = len(table.columns) - 1
    used = sum(_figure_mm(table, col, lang) for col in range(1, n + 1))
    n_parts = max(1, math.ceil(used / (_PAGE_MM - _FIRST_MM)))
    if n_parts == 1:
        return [whole]
    each = math.ceil(n / n_parts)
    return [
        fitted(_part(table, range(first, min(first + each, n + 1)), k, n_parts), lang)
        for k, first in enumerate(range(1, n + 1, each), start=1)
    ]


def _figure_mm(table: Table, col: int, lang: Language) -> float:
    letters = max((_width(row[col], table.decimals[col], lang) for row in table.rows), default=0)
    return max(letters * _SMALL_MM + _INSET_MM, _LEAST_MM)


def _part(table: Table, columns: range, number: int, of: int) -> Table:
    """Some columns of a table beside its first."""
    kept = (0, *columns)
    return replace(
        table,
        title=Text(f"{table.title.zh}（{number}/{of}）", f"{table.title.en} ({number}/{of})"),
        columns=tuple(table.columns[n] for n in kept),
        rows=tuple(tuple(row[n] for n in kept) for row in table.rows),
        decimals=tuple(table.decimals[n] for n in kept),
        notes=table.notes if number == of else (),
    )


def _shared(widths: list[float], words: list[int]) -> list[float]:
    """Widths that fill the page: columns of words give way first, down to the least width."""
    whole = sum(widths)
    if whole <= _PAGE_MM or not words:
        return [width * _PAGE_MM / whole for width in widths]
    figures = sum(width for col, width in enumerate(widths) if col not in words)
    room = max(_PAGE_MM - figures, _LEAST_MM * len(words))
    scale = room / sum(widths[col] for col in words)
    return [
        max(width * scale, _LEAST_MM) if col in words else width for col, width in enumerate(widths)
    ]


def _width(cell: Cell, digits: int | None, lang: Language) -> int:
    lines = printed_cell(cell, digits, lang).split("\n")
    return max(_letters(line) for line in lines)


def _letters(words: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in words)


def _longest(words: str) -> int:
    """Letters of the longest run of a heading that should not break: a word, a range of figures."""
    plain = "".join(" " if unicodedata.category(c) == "Lo" else c for c in words)
    return max((_letters(word) for word in plain.split()), default=0)
