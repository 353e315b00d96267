"""Tables of a report with columns as wide as what they hold."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from dzgis.reports.document import Grid
from dzgis.reports.printed import printed_cell

if TYPE_CHECKING:
    from dzgis.reports.table import Cell, Table
    from dzgis.terms import Language

_PAGE_MM = 170.0
_LETTER_MM, _SMALL_MM = 1.72, 1.52
_INSET_MM = 3.6
_LEAST_MM = 10.0
_MANY_COLUMNS = 8
_MOST_LETTERS = 70
_HEADER_LINES = 3


def fitted(table: Table, lang: Language) -> Grid:
    """
    Table whose columns of figures hold them in one line; words share what is left.

    Widths are in millimetres of a page of 170 mm; on another page they keep their proportions.
    """
    letter = _SMALL_MM if len(table.columns) >= _MANY_COLUMNS else _LETTER_MM
    widths: list[float] = []
    words: list[int] = []
    for col, digits in enumerate(table.decimals):
        letters = max((_width(row[col], digits, lang) for row in table.rows), default=0)
        head = _width(table.columns[col], None, lang)
        if digits is None:
            words.append(col)
            widths.append(float(min(max(letters, head / 2), _MOST_LETTERS)))
        else:
            most = max(letters, head / _HEADER_LINES, _longest(table.columns[col].say(lang)))
            widths.append(most * letter + _INSET_MM)
    return Grid(table, tuple(_shared(widths, words, letter)))


def _shared(widths: list[float], words: list[int], letter: float) -> list[float]:
    """Widths of columns of words, of the room that figures leave."""
    figures = sum(width for col, width in enumerate(widths) if col not in words)
    room = max(_PAGE_MM - figures, _LEAST_MM * len(words))
    wanted = {col: max(widths[col] * letter + _INSET_MM, _LEAST_MM) for col in words}
    scale = room / sum(wanted.values()) if words else 1.0
    least = {col: max(width * scale, _LEAST_MM) for col, width in wanted.items()}
    return [least.get(col, width) for col, width in enumerate(widths)]


def _width(cell: Cell, digits: int | None, lang: Language) -> int:
    lines = printed_cell(cell, digits, lang).split("\n")
    return max(_letters(line) for line in lines)


def _letters(words: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in words)


def _longest(words: str) -> int:
    """Letters of the longest Latin word of a heading: it should not break."""
    plain = "".join(c if c.isascii() else " " for c in words)
    return max((len(word) for word in plain.split()), default=0)
