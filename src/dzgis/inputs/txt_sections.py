"""Sections of a 界址点 file: which lines describe, which hold parcels, which are neither."""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import TYPE_CHECKING

from dzgis.boundary_file import TxtLine
from dzgis.inputs.aliases import tables
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Fault = tuple[int, Text]
_LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n|\Z)")
_MARK = re.compile(r"[\[【](.*)[\]】]")
_EQUALS = re.compile(r"[=＝]")
_OF_THE_CRS = ("crs", "zone_width", "projection", "unit", "zone")


class Section(Enum):
    """What a line is."""

    ATTRIBUTES = auto()
    PARCELS = auto()
    OTHER = auto()
    """Blank, a section mark, or of a section that is not known, like ``[扩展信息]``."""


def split_lines(text: str) -> list[TxtLine]:
    """Split a text into lines, each with its own end."""
    found = [TxtLine(line, end) for line, end in _LINE.findall(text)]
    return found[:-1] if found and not found[-1].raw else found


def sections_of(
    lines: Sequence[TxtLine],
) -> tuple[dict[str, tuple[int, str]], list[Section], list[Fault]]:
    """
    Find the sections of a file; each may come several times.

    Returns
    -------
    dict
        Attributes by name, each with its line number and value.
    list of Section
        One a line.
    list of Fault
        Sections that are missing, and attributes of the CRS that come twice and differ.
    """
    words = tables()["txt"]
    attributes: dict[str, tuple[int, str]] = {}
    sections: list[Section] = []
    faults: list[Fault] = []
    part, seen = "", set()
    for number, line in enumerate(lines, start=1):
        text = line.text.strip()
        kind = Section.OTHER
        if mark := _MARK.fullmatch(text):
            part = mark[1].strip()
            seen.add(part)
        elif text and part in words["attributes"]:
            kind = Section.ATTRIBUTES
            faults += _kept(attributes, number, text)
        elif text and part in words["parcels"]:
            kind = Section.PARCELS
        sections.append(kind)
    return attributes, sections, [*_missing(seen), *faults]


def _kept(attributes: dict[str, tuple[int, str]], number: int, text: str) -> Iterator[Fault]:
    """Keep an attribute; a second one may not say something else of the CRS."""
    key, *rest = (part.strip() for part in _EQUALS.split(text, maxsplit=1))
    value = "".join(rest)
    first, before = attributes.setdefault(key, (number, value))
    ours = {name for role in _OF_THE_CRS for name in tables()["txt"][role]}
    if key in ours and before != value:
        yield (
            number,
            Text(
                f"“{key}”写了两次而取值不同：“{before}”（第 {first} 行）与“{value}”；"
                "请按坐标系分成几个文件",
                f"{key} is there twice with different values: '{before}' (line {first}) and "
                f"'{value}'; split the file by coordinate system",
            ),
        )


def _missing(seen: set[str]) -> Iterator[Fault]:
    words = tables()["txt"]
    for key in ("attributes", "parcels"):
        if not seen & set(words[key]):
            yield (
                0,
                Text(
                    f"没有 [{words[key][0]}] 部分，不是界址点坐标文件；请检查文件",
                    f"has no [{words[key][0]}] part, so it is no coordinate file of parcels; "
                    "check the file",
                ),
            )
