"""Standard layers and code lists, read once from ``standards.toml``."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from dzgis.inputs.aliases import folded
from dzgis.inputs.quality.kinds import kinds
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dzgis.faults import FaultKind

_NO_WORD = re.compile(r"[^a-z_]+")
_CONFIRMED = "confirmed"


@dataclass(frozen=True)
class Vintage:
    """Fields that a standard layer must have in one vintage, each by any of its names."""

    name: str
    required: tuple[tuple[str, ...], ...]
    source: str
    confirmed: bool

    def missing(self, fields: Iterable[object]) -> list[tuple[str, ...]]:
        """Fields of which no name is among `fields`."""
        there = set(map(folded, fields))
        return [names for names in self.required if not there & set(map(folded, names))]


@dataclass(frozen=True)
class Standard:
    """A standard layer; `tiles` says that it must cover its ground without gap and overlap."""

    code: str
    text: Text
    tiles: bool
    vintages: tuple[Vintage, ...]

    def nearest(self, fields: Iterable[object]) -> Vintage:
        """Vintage of which the fewest fields are missing."""
        there = list(fields)
        return min(self.vintages, key=lambda vintage: len(vintage.missing(there)))


@cache
def tables() -> dict[str, Any]:
    """All tables of ``standards.toml``."""
    text = resources.files(__package__).joinpath("standards.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def standards() -> dict[str, Standard]:
    """All standard layers by code."""
    return {
        code: Standard(code, Text(one["zh"], one["en"]), one["tiles"], tuple(_vintages(one)))
        for code, one in tables()["layers"].items()
    }


def _vintages(table: dict[str, Any]) -> list[Vintage]:
    return [
        Vintage(
            one["name"],
            tuple(map(tuple, one["required"])),
            one["source"],
            one["status"] == _CONFIRMED,
        )
        for one in table["vintages"]
    ]


def recognise_standard(layer: str, fields: Iterable[object]) -> Standard | None:
    """
    Standard layer that a layer is: by its name as a whole word, else by the fields that tell.

    Examples
    --------
    >>> recognise_standard("530181_DLTB_2020", []).code
    'DLTB'
    >>> recognise_standard("x", ["dlbm", "tbbh", "TBMJ"]).code, recognise_standard("x", ["DLBM"])
    ('DLTB', None)
    """
    name = folded(layer)
    words = {name, *(word.strip("_") for word in _NO_WORD.split(name)), *name.split("_")}
    there = set(map(folded, fields))
    found = tables()["layers"]
    by_name = [code for code, one in found.items() if words & set(map(folded, one["names"]))]
    by_field = [code for code, one in found.items() if set(map(folded, one["fields"])) <= there]
    told = by_name or by_field
    return standards()[told[0]] if len(told) == 1 else None


def standard_rules() -> list[FaultKind]:
    """Field lists and code lists as rules, each with its source."""
    fields, codes = kinds()["missing_field"], kinds()["unknown_code"]
    rules = [
        replace(
            fields,
            code=f"{fields.code}:{standard.code}",
            title=Text(
                f"{fields.title.zh}：{standard.text.zh}（{vintage.name}）",
                f"{fields.title.en}: {standard.text.en} ({vintage.name})",
            ),
            source=vintage.source,
            status="confirmed" if vintage.confirmed else "to_be_confirmed",
        )
        for standard in standards().values()
        for vintage in standard.vintages
    ]
    for name, table in {**tables()["codes"], **tables()["divisions"]}.items():
        title = Text(f"{codes.title.zh}：{name}", f"{codes.title.en}: {name}")
        source, status = table["source"], table["status"]
        rules.append(
            replace(codes, code=f"{codes.code}:{name}", title=title, source=source, status=status)
        )
    return rules
