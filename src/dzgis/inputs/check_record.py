"""An old check.json: read whole, and refused with all that is wrong in it."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections import Counter
from typing import TYPE_CHECKING

from dzgis.errors import InputError, MissingFileError, listed, raise_all
from dzgis.terms import LayerStatus, Text, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    Table = dict[str, object]

MOST_BYTES = 256 << 20
"""Reading takes some ten times the memory."""
VERSION_KEY = "schema_version"
VERSIONS = (1,)
"""Forms of check.json that are known; a file that says none has the first."""
_MOST_FAULTS = 20
_MOST_SHOWN = 60
_MOST_DIGITS = 18
_SURROGATE = re.compile(r"[\ud800-\udfff]")
"""Half a character, which JSON can hold and no file."""
_VERDICTS = tuple(one.value for one in Verdict)
_STATUSES = tuple(one.value for one in LayerStatus)


def read_check_record(path: Path) -> dict[str, object]:
    """
    Read a check.json that an earlier run left.

    Parameters
    ----------
    path : Path

    Returns
    -------
    dict
        As `dzgis.reports.check_record` made it; fields that are not known are kept.

    Raises
    ------
    MissingFileError, InputError
        With the faults of the file: no JSON in UTF-8, keys that come twice, no check, a version
        that is not known, verdicts, areas and days that are none, parcels that come twice.
    """
    record = _parsed(path)
    if not isinstance(record, dict) or not all(isinstance(record.get(k), list) for k in _LISTS):
        raise InputError(
            Text(
                f"{path} 不是 check.json：没有 layers、parcels 列表；请给出 dzgis check 的成果",
                f"{path} is no check.json: it has no lists layers and parcels; give what dzgis "
                "check left",
            )
        )
    version = record.get(VERSION_KEY, VERSIONS[0])
    if version not in VERSIONS:
        said, known = f"{VERSION_KEY} = {_shown(version)}", listed(VERSIONS)
        raise InputError(
            Text(
                f"{path} 的版本 {said} 不认识（可读：{known}）；请用写出它的 dzgis 或更新的版本",
                f"{path}: {said} is not known (readable: {known}); use the dzgis that wrote it, or "
                "a newer one",
            )
        )
    faults = list(_faults(record))
    shown = [Text(f"{path}：{f.zh}", f"{path}: {f.en}") for f in faults[:_MOST_FAULTS]]
    if more := len(faults) - len(shown):
        shown.append(Text(f"{path}：另有 {more} 处", f"{path}: and {more} more"))
    raise_all(shown)
    return record


_LISTS = ("layers", "parcels")


def _parsed(path: Path) -> object:
    if not path.is_file():
        raise MissingFileError(
            Text(f"没有文件 {path}；请检查路径", f"there is no file {path}; check its path")
        )
    if path.stat().st_size > MOST_BYTES:
        raise InputError(
            Text(
                f"{path} 超过 {MOST_BYTES >> 20} MiB，无法对照；请按地块分几次核查",
                f"{path} is over {MOST_BYTES >> 20} MiB, too large to compare with; check the "
                "parcels in several runs",
            )
        )
    try:
        text = path.read_bytes().decode("utf-8-sig")
        parsed: object = json.loads(
            text, object_pairs_hook=_once, parse_constant=_no_number, parse_int=_integer
        )
    except (OSError, ValueError, RecursionError) as error:
        deep = isinstance(error, RecursionError)
        said = _SURROGATE.sub("?", str(error))
        why = Text("嵌套过深", "nested too deeply") if deep else Text(said, said)
        raise InputError(
            Text(
                f"{path} 不是可读的 JSON（UTF-8）：{why.zh}；请给出 dzgis check 写出的 check.json",
                f"{path} is no readable JSON in UTF-8: {why.en}; give the check.json that dzgis "
                "check wrote",
            )
        ) from error
    return parsed


def _once(pairs: list[tuple[str, object]]) -> Table:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = [key for key, n in Counter(key for key, _ in pairs).items() if n > 1]
        raise ValueError(f"{listed(twice)}: twice in one object")
    return found


def _integer(digits: str) -> float:
    """Whole number; one that no computer counts with is infinite, which is no area."""
    return int(digits) if len(digits) <= _MOST_DIGITS else math.copysign(math.inf, float(digits))


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is no number of JSON")


def _faults(record: Table) -> Iterator[Text]:
    if not _is_text(record.get("rules")):
        yield _wrong("rules", record.get("rules"), Text("规则集编号", "the id of a rule set"))
    if not _is_day(record.get("as_of")):
        yield _wrong("as_of", record.get("as_of"), Text("日期", "a day"))
    if not _is_words(record.get("project_type")):
        yield _wrong("project_type", record["project_type"], Text("文本", "text"))
    for n, layer in _tables(record["layers"]):
        yield from _layer_faults(f"layers[{n}]", layer)
    for n, parcel in _tables(record["parcels"]):
        yield from _parcel_faults(f"parcels[{n}]", parcel)
    yield from _twice(record["layers"], "layers", "role")
    yield from _twice(record["parcels"], "parcels", "parcel_id")


def _tables(given: object) -> Iterator[tuple[int, Table]]:
    """Objects of a list with their numbers; what is none counts as empty."""
    for n, one in enumerate(given if isinstance(given, list) else []):
        yield n, one if isinstance(one, dict) else {}


def _layer_faults(where: str, layer: Table) -> Iterator[Text]:
    if not _is_text(layer.get("role")):
        yield _wrong(f"{where}.role", layer.get("role"), Text("文本", "text"))
    if layer.get("status") not in _STATUSES:
        yield _wrong(f"{where}.status", layer.get("status"), _one_of(_STATUSES))
    for key in ("sha256", "date", "valid_until"):
        if not _is_words(layer.get(key)):
            yield _wrong(f"{where}.{key}", layer.get(key), Text("文本", "text"))


def _parcel_faults(where: str, parcel: Table) -> Iterator[Text]:
    if not _is_text(parcel.get("parcel_id")):
        yield _wrong(f"{where}.parcel_id", parcel.get("parcel_id"), Text("文本", "text"))
    yield from _judged_faults(where, parcel)
    if not isinstance(parcel.get("findings"), list):
        yield _wrong(f"{where}.findings", parcel.get("findings"), Text("列表", "a list"))
    for n, finding in _tables(parcel.get("findings")):
        inside = f"{where}.findings[{n}]"
        for key in ("role", "rule"):
            if not _is_text(finding.get(key)):
                yield _wrong(f"{inside}.{key}", finding.get(key), Text("文本", "text"))
        yield from _judged_faults(inside, finding)
    yield from _twice(parcel.get("findings"), f"{where}.findings", "rule")


def _judged_faults(where: str, judged: Table) -> Iterator[Text]:
    if judged.get("verdict") not in _VERDICTS:
        yield _wrong(f"{where}.verdict", judged.get("verdict"), _one_of(_VERDICTS))
    if not _is_area(judged.get("area_m2", "")):
        yield _wrong(
            f"{where}.area_m2",
            judged.get("area_m2"),
            Text("不小于 0 的数或 null", "a number of 0 or more, or null"),
        )


def _twice(given: object, where: str, key: str) -> Iterator[Text]:
    ids = Counter(one[key] for _, one in _tables(given) if _is_text(one.get(key)))
    several = [name for name, n in ids.items() if n > 1]
    if several:
        yield Text(
            f"{where} 中 {key} 重复：{listed(several)}；须唯一",
            f"{where}: {key} comes more than once: {listed(several)}; each must be there once",
        )


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value != "" and not _SURROGATE.search(value)


def _is_words(value: object) -> bool:
    """Whether it is text, or nothing."""
    return value in (None, "") or _is_text(value)


def _is_day(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(dt.date.fromisoformat(value))
    except ValueError:
        return False


def _is_area(value: object) -> bool:
    if value is None:
        return True
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and math.isfinite(float(value)) and float(value) >= 0.0  # type: ignore[arg-type]


def _one_of(words: tuple[str, ...]) -> Text:
    return Text(f"{listed(words)} 之一", f"one of {listed(words)}")


def _wrong(where: str, value: object, wanted: Text) -> Text:
    shown = _shown(value)
    return Text(
        f"{where} = {shown}，须为{wanted.zh}",
        f"{where} = {shown}, must be {wanted.en}",
    )


def _shown(value: object) -> str:
    """Value for a message: short, and of whole characters."""
    shown = json.dumps(value, ensure_ascii=False, default=str)
    shown = shown if len(shown) <= _MOST_SHOWN else f"{shown[:_MOST_SHOWN]}…"
    return _SURROGATE.sub("?", shown)
