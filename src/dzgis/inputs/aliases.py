"""
The alias tables of the room, read once from ``aliases.toml``.

Chinese names of layers, fields and values stand there, so that no code compares Chinese words.
"""

from __future__ import annotations

import tomllib
import unicodedata
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@cache
def tables() -> dict[str, Any]:
    """All alias tables."""
    text = resources.files(__package__).joinpath("aliases.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def folded(word: object) -> str:
    """
    Return a name as it is compared: half-width, without blanks around it, in lower case.

    Examples
    --------
    >>> folded(" Ⅱ级　"), folded("２")
    ('ii级', '2')
    """
    return unicodedata.normalize("NFKC", str(word)).strip().casefold()


def field_aliases(subject: str) -> tuple[str, ...]:
    """Names of the fields that hold `subject`, the most telling first."""
    return tuple(alias for rank in field_ranks(subject) for alias in rank)


def field_ranks(subject: str) -> list[list[str]]:
    """
    Names of the fields that hold `subject`, in ranks: names of one rank mean the same.

    Examples
    --------
    >>> field_ranks("map_sheet")
    [['map_sheet'], ['TFH', '图幅号']]
    """
    known: list[str | list[str]] = tables()["fields"][subject]
    return [[rank] if isinstance(rank, str) else rank for rank in known]


def matching_fields(columns: Iterable[object], aliases: Sequence[str]) -> list[str]:
    """
    Columns that carry one of `aliases`, in the order of the aliases.

    Examples
    --------
    >>> matching_fields(["geometry", "xzqdm", "NAME"], ["name", "XZQDM"])
    ['NAME', 'xzqdm']
    """
    known = {folded(column): str(column) for column in columns}
    found = (known.get(folded(alias)) for alias in aliases)
    return list(dict.fromkeys(column for column in found if column is not None))


def code_of(word: object, table: dict[str, list[str]]) -> str | None:
    """Key of the row of `table` in which `word` stands, None where it stands in none."""
    wanted = folded(word)
    for key, words in table.items():
        if wanted in map(folded, words):
            return key
    return None
