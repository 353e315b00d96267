"""
Documents in one language: every cell as the string that is printed.

DOCX and PDF are both made of this, so that they hold the same figures to the last digit.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from dzgis.reports.document import (
    BLANK,
    Figure,
    Grid,
    Heading,
    KeyValues,
    PageBreak,
    Paragraph,
)
from dzgis.reports.safe_text import safe_text
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dzgis.reports.document import Block, Document, Section
    from dzgis.reports.table import Cell, Table
    from dzgis.terms import Language

Printed = dict[str, Any]
_LEVELS = 4


def printed_cell(cell: Cell, decimals: int | None, lang: Language) -> str:
    """
    Words of a cell; a dash where a value is not known.

    Examples
    --------
    >>> printed_cell(1203.5, 2, "zh"), printed_cell(None, 2, "zh")
    ('1203.50', '—')
    """
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return BLANK.say(lang)
    if isinstance(cell, Text):
        return safe_text(cell.say(lang))
    if isinstance(cell, str):
        return safe_text(cell)
    return f"{cell:.{decimals}f}" if decimals is not None else f"{cell:g}"


def printed_sections(document: Document, lang: Language) -> dict[str, list[Printed]]:
    """Blocks of each field of the template, headings numbered through."""
    numbers = [0] * (_LEVELS + 1)
    found: dict[str, list[Printed]] = {}
    for section in document.sections:
        found.setdefault(section.field, []).extend(_section(section, lang, numbers))
    return found


def printed_cover(document: Document, lang: Language) -> dict[str, tuple[str, str]]:
    """Name and value of each field of the cover."""
    return {
        field: (safe_text(name.say(lang)), printed_cell(value, 0, lang))
        for field, (name, value) in document.cover.items()
    }


def all_words(printed: Iterable[Printed]) -> Iterator[str]:
    """Every string that blocks print, those of figures too."""
    for block in printed:
        for key in ("text", "title", "caption", "svg"):
            yield block.get(key, "")
        yield from block.get("notes", ())
        yield from block.get("columns", ())
        for row in block.get("rows", ()):
            yield from row


def _section(section: Section, lang: Language, numbers: list[int]) -> Iterator[Printed]:
    for block in section.blocks:
        if isinstance(block, Heading):
            numbers[block.level] += 1
            numbers[block.level + 1 :] = [0] * (_LEVELS - block.level)
            yield _heading(block, lang, numbers[block.level])
        else:
            yield _block(block, lang)


def _heading(block: Heading, lang: Language, number: int) -> Printed:
    label = heading_number(block.level, number, lang)
    text = label + safe_text(block.text.say(lang))
    return {"kind": "heading", "level": block.level, "text": text, "anchor": block.anchor}


def _block(block: Block, lang: Language) -> Printed:
    match block:
        case Paragraph():
            return {
                "kind": "paragraph",
                "style": block.style.value,
                "text": safe_text(block.text.say(lang)),
            }
        case KeyValues():
            rows = [[safe_text(k.say(lang)), printed_cell(v, 2, lang)] for k, v in block.rows]
            return {"kind": "pairs", "rows": rows}
        case Grid():
            return _grid(block, lang)
        case Figure():
            return {
                "kind": "figure",
                "svg": block.svg,
                "width_mm": block.width_mm,
                "height_mm": block.height_mm,
                "caption": safe_text(block.caption.say(lang)),
            }
        case PageBreak():
            return {"kind": "break"}
        case _:
            raise TypeError(block)


def _grid(block: Grid, lang: Language) -> Printed:
    table = block.table
    return {
        "kind": "table",
        "title": safe_text(table.title.say(lang)),
        "columns": [safe_text(column.say(lang)) for column in table.columns],
        "rows": [_row(row, table, lang) for row in table.rows],
        "align": ["left" if digits is None else "right" for digits in table.decimals],
        "weights": list(block.weights),
        "notes": [safe_text(note.say(lang)) for note in table.notes],
        "anchors": list(block.anchors),
    }


def _row(row: tuple[Cell, ...], table: Table, lang: Language) -> list[str]:
    return [
        printed_cell(cell, digits, lang) for cell, digits in zip(row, table.decimals, strict=True)
    ]


_DIGITS = "〇一二三四五六七八九"


def chinese_number(number: int) -> str:
    """
    Number in words, as sections are numbered; figures from 100 on.

    Examples
    --------
    >>> [chinese_number(n) for n in (1, 10, 12, 20, 35, 100)]
    ['一', '十', '十二', '二十', '三十五', '100']
    """
    tens, ones = divmod(number, 10)
    if tens >= len(_DIGITS):
        return str(number)
    before = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return before + (_DIGITS[ones] if ones or not tens else "")


def heading_number(level: int, number: int, lang: Language) -> str:
    """
    Label of a heading: 一、 （一） 1. (1), in English 1, 1.1 without what is above.

    Examples
    --------
    >>> [heading_number(level, 2, "zh") for level in (1, 2, 3, 4)]
    ['二、', '（二）', '2. ', '(2) ']
    """
    if lang == "en":
        return {1: f"{number}  ", 2: f"({number}) ", 3: f"{number}. "}.get(level, f"({number}) ")
    words = chinese_number(number)
    return {1: f"{words}、", 2: f"（{words}）", 3: f"{number}. "}.get(level, f"({number}) ")
