"""Names of files made of ids: safe on every system, and no two the same."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dzgis.reports.safe_text import safe_text

if TYPE_CHECKING:
    from collections.abc import Iterable

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\s]+')
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_MOST_BYTES = 120


def file_names(ids: Iterable[str]) -> dict[str, str]:
    """
    Name, without suffix, for each id.

    What Windows forbids becomes ``_``; names that would differ only in case or not at all get a
    number behind them.

    Examples
    --------
    >>> file_names(["A/1", "A:1", "a_1", "CON"])
    {'A/1': 'A_1', 'A:1': 'A_1-2', 'a_1': 'a_1-3', 'CON': '_CON'}
    """
    taken: set[str] = set()
    found: dict[str, str] = {}
    for one in ids:
        plain = _safe(one)
        name, number = plain, 1
        while name.casefold() in taken:
            number += 1
            name = f"{plain}-{number}"
        taken.add(name.casefold())
        found[one] = name
    return found


def _safe(name: str) -> str:
    plain = _FORBIDDEN.sub("_", safe_text(name)).strip(". ") or "_"
    short = plain.encode("utf-8")[:_MOST_BYTES].decode("utf-8", errors="ignore").rstrip(". ")
    return f"_{short}" if _DEVICES.match(short) else short
