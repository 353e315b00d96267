"""The fonts that ship with reports and print maps, and what they cover."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

GETA = "〓"
"""Printed, as printers always did, for a character that the fonts do not have."""


def fonts_folder() -> Path:
    """Folder of the shipped fonts."""
    return Path(str(resources.files("dzgis.fonts")))


@cache
def covered() -> frozenset[str]:
    """Characters that both the body face and the heading face have."""
    lines = (fonts_folder() / "coverage.txt").read_text(encoding="ascii").split()
    found: set[str] = {"\n"}
    for line in lines:
        first, last = (int(end, 16) for end in line.split("-"))
        found |= {chr(point) for point in range(first, last + 1)}
    return frozenset(found)


def not_covered(words: Iterable[str]) -> list[str]:
    """Characters of words that the fonts lack, each once, in order of code."""
    there: set[str] = set()
    for word in words:
        there |= set(word)
    return sorted(there - covered())


def with_geta(text: str, missing: frozenset[str]) -> str:
    """Text with the missing characters replaced by 〓."""
    return "".join(GETA if letter in missing else letter for letter in text) if missing else text
