"""The kinds of faults that are looked for, with their limits, read once from ``kinds.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from dzgis.faults import FaultKind
from dzgis.terms import Severity, Text


@cache
def kinds() -> dict[str, FaultKind]:
    """All kinds of faults by their codes, in the order in which they are reported."""
    text = resources.files(__package__).joinpath("kinds.toml").read_text(encoding="utf-8")
    return {
        code: FaultKind(
            code,
            Text(table["zh"], table["en"]),
            Severity(table["severity"]),
            Text(table["remedy_zh"], table["remedy_en"]),
            table.get("limits", {}),
            table.get("source", ""),
            table.get("status", "confirmed"),
        )
        for code, table in tomllib.loads(text).items()
    }


def limit(code: str, name: str) -> float:
    """Limit of a kind of fault, e.g. ``limit("sliver", "below_m2")``."""
    return float(kinds()[code].limits[name])
