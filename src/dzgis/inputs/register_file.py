"""A folder's ``SOURCES.toml`` as it stands on disk: read, and all that is wrong with it named."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from dzgis.errors import InputError, raise_all
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

REGISTER = "SOURCES.toml"
NEARLY = 0.85
"""Likeness of two words above which one is taken for a misspelling of the other."""
_TABLES = "file"


@dataclass(frozen=True)
class Entry:
    """
    One ``[[file]]`` table of a register.

    Attributes
    ----------
    register : Path
    number : int
        Of the table, counted from 1.
    said : dict
        Its keys; those that dzgis reads have values of the right kind.
    """

    register: Path
    number: int
    said: dict[str, Any]

    @property
    def path(self) -> str:
        """Path from the register's folder, with ``/`` between its parts."""
        return str(self.said["path"]).replace("\\", "/")

    @property
    def layer(self) -> str:
        """Layer of the file, empty where the entry is about all of them."""
        return str(self.said.get("layer", ""))

    @property
    def where(self) -> Text:
        """How messages call it."""
        return Text(
            f"{self.register} 第 {self.number} 个 [[file]]",
            f"{self.register}: [[file]] {self.number}",
        )


def entries_of(register: Path) -> list[Entry]:
    """
    Entries of a register, none where there is no such file.

    Raises
    ------
    InputError
        If it is no TOML, has no ``[[file]]`` tables, or keys in them are of the wrong kind or
        written nearly like one that counts: with all of these.
    """
    if not register.is_file():
        return []
    try:
        data = tomllib.loads(register.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(
            Text(
                f"{register} 不是有效的 TOML（{error}）；请改正",
                f"{register} is not valid TOML ({error}); correct it",
            )
        ) from error
    tables = data.get(_TABLES, [] if not data else None)
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise InputError(_no_tables(register, data))
    entries = [Entry(register, number, table) for number, table in enumerate(tables, start=1)]
    raise_all([fault for entry in entries for fault in _faults(entry)])
    return entries


def _no_tables(register: Path, data: dict[str, Any]) -> Text:
    seen = f"{_TABLES} = {data[_TABLES]!r}" if _TABLES in data else ", ".join(data)
    return Text(
        f"{register} 中没有 [[file]] 表（现有：{seen}）；每个图层写一个 [[file]] 表，"
        "注意是双方括号",
        f"{register} has no [[file]] tables (found: {seen}); write one for each layer, in double "
        "brackets",
    )


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_optional_text(value: object) -> bool:
    return isinstance(value, str)


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(_is_text(item) for item in value)


def _is_bool(value: object) -> bool:
    return isinstance(value, bool)


def _is_day(value: object) -> bool:
    try:
        iso_day(value)
    except ValueError:
        return False
    return True


def iso_day(value: object) -> str:
    """
    Day as ``2020-12-31``; empty for an empty text.

    Raises
    ------
    ValueError
        If `value` is no day.
    """
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    return dt.date.fromisoformat(str(value)).isoformat() if value else ""


_TEXT = Text('须是带引号的文本，如 "a.gpkg"', 'a text in quotes is required, like "a.gpkg"')
_DAY = Text("不是日期；请写成 2020-12-31 的形式", "is not a date; write it like 2020-12-31")
_KEYS: dict[str, tuple[Callable[[object], bool], Text]] = {
    "path": (_is_text, _TEXT),
    "layer": (_is_optional_text, _TEXT),
    "extent_layer": (_is_optional_text, _TEXT),
    "role": (_is_optional_text, _TEXT),
    "sha256": (_is_optional_text, _TEXT),
    "note": (_is_optional_text, _TEXT),
    "survey_date": (_is_day, _DAY),
    "valid_until": (_is_day, _DAY),
    "generated": (_is_bool, Text("须是 true 或 false", "must be true or false")),
    "covers": (
        _is_texts,
        Text(
            '须是县代码或县名的列表，如 ["530181", "530127"]',
            'must be a list of county codes or names, like ["530181", "530127"]',
        ),
    ),
}
"""Keys that dzgis reads, and what their values must be. All other keys are the user's own."""
_OWN_KEYS = ("notes",)
"""Keys of the user's that are written nearly like one of these and mean something else."""


def _faults(entry: Entry) -> Iterator[Text]:
    where = entry.where
    if "path" not in entry.said:
        yield Text(
            f"{where.zh}：缺少 path（相对于该文件夹的路径）；请补上",
            f"{where.en} lacks path (from this folder to the file); add it",
        )
    if "covers" in entry.said and entry.said.get("extent_layer"):
        yield Text(
            f"{where.zh}：covers 与 extent_layer 都写明了调查范围；请只留一个",
            f"{where.en}: covers and extent_layer both say the surveyed extent; keep one of them",
        )
    for key, value in entry.said.items():
        if key in _KEYS and not _KEYS[key][0](value):
            words = _KEYS[key][1]
            yield Text(
                f"{where.zh}：{key} = {value} {words.zh}", f"{where.en}: {key} = {value} {words.en}"
            )
        for other in _misspelt(key):
            yield Text(
                f"{where.zh}：未知的键 {key}；是否指 {other}？请改正",
                f"{where.en}: unknown key {key}; did you mean {other}? correct it",
            )


def _misspelt(key: str) -> list[str]:
    """Key that is meant by one that dzgis does not read; empty where none is."""
    if key in (*_KEYS, *_OWN_KEYS):
        return []
    return get_close_matches(key.lower(), _KEYS, n=1, cutoff=NEARLY)
