"""Decisions of people on parcels (人工复核结论), from a TOML file; all faults at once."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections import Counter
from typing import TYPE_CHECKING

from dzgis.errors import InputError, MissingFileError, listed, raise_all
from dzgis.findings import Override
from dzgis.terms import Text, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

TABLE = "override"
_KEYS = ("parcel_id", "verdict", "by", "reason", "at")
_WORDS = ("parcel_id", "verdict", "by", "reason")
MOST_BYTES = 16 << 20
"""More than a hundred thousand decisions of people: larger files are something else."""


def read_overrides(path: Path) -> dict[str, Override]:
    """
    Read who decided what of which parcel, why and when.

    Parameters
    ----------
    path : Path
        TOML in UTF-8: tables ``[[override]]`` with ``parcel_id, verdict, by, reason`` (text) and
        ``at`` (a day or a time, as TOML has them or as ISO text).

    Returns
    -------
    dict of parcel_id to Override
        In the order of the file; ``at`` in ISO form.

    Raises
    ------
    MissingFileError, InputError
        With all faults of the file: verdicts that there are not, missing names, reasons and times,
        unknown keys, parcels that come twice.
    """
    tables = _tables(path)
    faults = [fault for n, table in enumerate(tables, 1) for fault in _faults(n, table)]
    faults += _twice(tables)
    raise_all([Text(f"{path}：{f.zh}", f"{path}: {f.en}") for f in faults])
    return {str(table["parcel_id"]).strip(): _override(table) for table in tables}


def _tables(path: Path) -> list[Mapping[str, object]]:
    whole = _parsed(path)
    found = whole.get(TABLE)
    unknown = [key for key in whole if key != TABLE]
    if unknown or not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        there = listed(whole) or "-"
        raise InputError(
            Text(
                f"{path} 中须只有 [[{TABLE}]] 表，现有：{there}；请每个地块写一个 [[{TABLE}]]",
                f"{path} must hold tables [[{TABLE}]] and nothing else, it has: {there}; write one "
                f"[[{TABLE}]] a parcel",
            )
        )
    return found


def _parsed(path: Path) -> Mapping[str, object]:
    if not path.is_file():
        raise MissingFileError(
            Text(f"没有文件 {path}；请检查路径", f"there is no file {path}; check its path")
        )
    if path.stat().st_size > MOST_BYTES:
        raise InputError(
            Text(
                f"{path} 超过 {MOST_BYTES >> 20} MiB，不是人工复核结论文件；请检查路径",
                f"{path} is over {MOST_BYTES >> 20} MiB, no file of people's decisions; check its "
                "path",
            )
        )
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        deep = isinstance(error, RecursionError)
        why = Text("嵌套过深", "nested too deeply") if deep else Text(str(error), str(error))
        raise InputError(
            Text(
                f"{path} 不是可读的 TOML（UTF-8）：{why.zh}；请改正",
                f"{path} is no readable TOML in UTF-8: {why.en}; correct it",
            )
        ) from error


def _faults(number: int, table: Mapping[str, object]) -> Iterator[Text]:
    """Faults of one table; `number` counts from 1."""
    where = f"{TABLE}[{number}]"
    if missing := [key for key in _KEYS if not _said(table.get(key))]:
        yield Text(
            f"{where} 缺少 {listed(missing)}；五项都须写明",
            f"{where} lacks {listed(missing)}; all five must be given",
        )
    if unknown := [key for key in table if key not in _KEYS]:
        yield Text(
            f"{where} 有不认识的项 {listed(unknown)}；须为 {listed(_KEYS)}",
            f"{where} has unknown keys {listed(unknown)}; there are {listed(_KEYS)}",
        )
    if words := [k for k in _WORDS if _said(table.get(k)) and not isinstance(table[k], str)]:
        yield Text(
            f"{where} 的 {listed(words)} 不是文本；请加引号",
            f"{where}: {listed(words)} must be text; put it in quotation marks",
        )
    yield from _verdict_faults(where, table.get("verdict"))
    yield from _time_faults(where, table.get("at"))


def _said(value: object) -> bool:
    return value is not None and str(value).strip() != ""


def _verdict_faults(where: str, verdict: object) -> Iterator[Text]:
    allowed = [one.value for one in Verdict]
    if isinstance(verdict, str) and verdict.strip() and verdict not in allowed:
        yield Text(
            f"{where} 的 verdict = {verdict} 不是结论；须为 {listed(allowed)}",
            f"{where}: verdict = {verdict} is none; there are {listed(allowed)}",
        )


def _time_faults(where: str, at: object) -> Iterator[Text]:
    if _said(at) and _time(at) is None:
        yield Text(
            f"{where} 的 at = {at} 不是时间；请写如 2026-03-01 或 2026-03-01T10:30:00+08:00",
            f"{where}: at = {at} is no time; write it like 2026-03-01 or 2026-03-01T10:30:00+08:00",
        )


def _time(at: object) -> str | None:
    """Day or time in ISO form; None where it is neither."""
    if isinstance(at, dt.datetime | dt.date):
        return at.isoformat()
    if not isinstance(at, str):
        return None
    text = at.strip()
    for kind in (dt.date, dt.datetime):
        try:
            return kind.fromisoformat(text).isoformat()
        except ValueError:
            continue
    return None


def _twice(tables: list[Mapping[str, object]]) -> list[Text]:
    ids = Counter(str(t["parcel_id"]).strip() for t in tables if _said(t.get("parcel_id")))
    several = [parcel_id for parcel_id, n in ids.items() if n > 1]
    if not several:
        return []
    return [
        Text(
            f"地块 {listed(several)} 出现不止一次；每个地块只能有一个结论",
            f"the parcels {listed(several)} come more than once; each has one decision",
        )
    ]


def _override(table: Mapping[str, object]) -> Override:
    said = {key: str(table[key]).strip() for key in ("by", "reason")}
    return Override(Verdict(str(table["verdict"])), at=_time(table["at"]) or "", **said)
