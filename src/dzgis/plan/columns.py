"""Plain text in columns, where Chinese characters are two columns wide."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_GAP = 2


def display_width(words: str) -> int:
    """
    Columns that a text takes on a terminal.

    Examples
    --------
    >>> display_width("坝区"), display_width("bazi")
    (4, 4)
    """
    return sum(map(_character_width, words))


def _character_width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def shortened(words: str, width: int) -> str:
    """
    Text of at most `width` columns, with an ellipsis where it was cut.

    Examples
    --------
    >>> shortened("严格保护坝区优质耕地", 11)
    '严格保护坝…'
    """
    if display_width(words) <= width:
        return words
    kept = words
    while kept and display_width(kept) >= width:
        kept = kept[:-1]
    return f"{kept}…"


def in_columns(rows: Sequence[Sequence[str]], *, indent: int = 0) -> list[str]:
    """
    Rows of equal length as lines with aligned columns.

    Examples
    --------
    >>> in_columns([("坝区", "1"), ("slope", "2")])
    ['坝区   1', 'slope  2']
    """
    widths = [max(map(display_width, column)) for column in zip(*rows, strict=True)]
    return [" " * indent + _line(row, widths).rstrip() for row in rows]


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = (
        cell + " " * (width - display_width(cell)) for cell, width in zip(row, widths, strict=True)
    )
    return (" " * _GAP).join(cells)
