"""Tables of an examination: how many faults of which kind, each fault, and the rules."""

from __future__ import annotations

import math
from collections import Counter
from itertools import islice
from pathlib import PurePath
from typing import TYPE_CHECKING

from dzgis.errors import listed
from dzgis.reports.table import Cell, Table
from dzgis.terms import Text
from dzgis.units import round_half_up

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dzgis.faults import Examination, ExaminedLayer, Fault, FaultKind

MOST_ROWS = 50_000
"""A sheet holds a million rows; nobody reads more than these, and the other files hold all."""
_EACH_KIND = 5
_PLACE_DIGITS, _MEASURE_DIGITS = 6, 4
_UNITS = {
    "m2": Text("m²", "m²"),
    "m": Text("m", "m"),
    "deg": Text("°", "deg"),
    "share": Text("比例", "share"),
    "count": Text("个", "count"),
    "": Text("", ""),
}
_STATUS = {
    "confirmed": Text("已核", "confirmed"),
    "to_be_confirmed": Text("待确认", "to be confirmed"),
}


def fault_tables(examined: Sequence[Examination]) -> list[Table]:
    """Sheets of the workbook: summary, every fault, the rules that were looked for."""
    rules = dict.fromkeys(rule for one in examined for rule in one.rules)
    return [fault_counts(examined), _all_faults(examined), _rules(list(rules))]


def fault_counts(examined: Sequence[Examination]) -> Table:
    """Number of faults of each kind in each layer; a layer without faults has a row too."""
    layers = [layer for one in examined for layer in one.layers]
    n_errors = sum(len(layer.errors) for layer in layers)
    n_all = sum(len(layer.faults) for layer in layers)
    return Table(
        name=Text("汇总", "summary"),
        title=Text(
            f"{len(layers)} 个图层：{n_errors} 个错误，{n_all - n_errors} 个警告",
            f"{len(layers)} layers: {n_errors} errors, {n_all - n_errors} warnings",
        ),
        columns=(
            Text("图层", "layer"),
            Text("类型", "taken for"),
            Text("轻重", "severity"),
            Text("问题", "fault"),
            Text("代码", "code"),
            Text("数量", "n"),
        ),
        rows=tuple(row for layer in layers for row in _count_rows(layer)),
        decimals=(None, None, None, None, None, 0),
        notes=tuple(_facts(layers)),
    )


def _facts(layers: Sequence[ExaminedLayer]) -> Iterator[Text]:
    """What was found beside faults, each once with the layers that it is true of."""
    about: dict[Text, list[str]] = {}
    for layer in layers:
        for fact in layer.facts:
            about.setdefault(fact, []).append(layer.layer)
    for fact, names in about.items():
        yield Text(f"{listed(names)}：{fact.zh}", f"{listed(names)}: {fact.en}")


def _count_rows(layer: ExaminedLayer) -> list[tuple[Cell, ...]]:
    if not layer.faults:
        return [(layer.layer, layer.kind, Text("无", "none"), Text("未发现问题", "none"), "", 0)]
    return [
        (layer.layer, layer.kind, severity.text, kind.title, kind.code, n)
        for (kind, severity), n in layer.counts.items()
    ]


def first_faults(examined: Sequence[Examination], at_most: int) -> Table:
    """First faults of each kind in each layer, in as few columns as a terminal has room for."""
    n_all = sum(len(one.faults) for one in examined)
    faults = list(islice(_first_of_kinds(examined), at_most))
    rest = n_all - len(faults)
    notes = (
        Text(
            f"另有 {rest} 个；-o 写出全部（faults.xlsx、faults.json、faults.gpkg）",
            f"{rest} more; -o writes them all (faults.xlsx, faults.json, faults.gpkg)",
        ),
    )
    return Table(
        name=Text("问题", "faults"),
        title=Text("问题（错误在前）", "faults, errors first"),
        columns=(
            Text("图层", "layer"),
            Text("记录", "record"),
            Text("编号", "id"),
            Text("问题", "fault"),
            Text("位置", "place"),
            Text("说明", "what was found"),
        ),
        rows=tuple(
            (
                _short(fault.layer),
                "" if fault.record is None else str(fault.record),
                fault.feature_id,
                Text(
                    f"{fault.severity.text.zh}：{fault.kind.title.zh}",
                    f"{fault.severity.text.en}: {fault.kind.title.en}",
                ),
                _place(fault),
                fault.message,
            )
            for fault in faults
        ),
        decimals=(None,) * 6,
        notes=notes if rest > 0 else (),
    )


def _first_of_kinds(examined: Sequence[Examination]) -> Iterator[Fault]:
    seen: Counter[tuple[str, str]] = Counter()
    for one in examined:
        for fault in one.faults:
            key = (fault.layer, fault.code)
            seen[key] += 1
            if seen[key] <= _EACH_KIND:
                yield fault


def _short(layer: str) -> str:
    """Name of a layer without its path; of a file with one layer the file's."""
    path, mark, name = layer.partition("::")
    return name if mark else PurePath(path).name


def _place(fault: Fault) -> str:
    if not math.isnan(fault.lon):
        return f"{fault.lon:.6f}, {fault.lat:.6f}"
    return "" if math.isnan(fault.x) else f"x {fault.x:.3f}, y {fault.y:.3f}"


def _all_faults(examined: Sequence[Examination]) -> Table:
    faults = [fault for one in examined for fault in one.faults]
    left_out = Text(
        f"共 {len(faults)} 个问题，此表只列前 {MOST_ROWS} 个；全部见 faults.json、faults.gpkg",
        f"{len(faults)} faults, of which this sheet lists {MOST_ROWS}; faults.json has all",
    )
    return Table(
        name=Text("问题", "faults"),
        title=Text("全部问题", "all faults"),
        columns=(
            Text("图层", "layer"),
            Text("记录", "record"),
            Text("编号", "id"),
            Text("轻重", "severity"),
            Text("问题", "fault"),
            Text("代码", "code"),
            Text("说明", "what was found"),
            Text("处理", "what to do"),
            Text("大小", "size"),
            Text("单位", "unit"),
            Text("经度", "longitude"),
            Text("纬度", "latitude"),
            Text("x", "x"),
            Text("y", "y"),
        ),
        rows=tuple(_fault_row(fault) for fault in islice(faults, MOST_ROWS)),
        decimals=(
            *(None,) * 8,
            _MEASURE_DIGITS,
            None,
            _PLACE_DIGITS,
            _PLACE_DIGITS,
            None,
            None,
        ),
        notes=(left_out,) if len(faults) > MOST_ROWS else (),
    )


def _fault_row(fault: Fault) -> tuple[Cell, ...]:
    return (
        fault.layer,
        fault.record,
        fault.feature_id,
        fault.severity.text,
        fault.kind.title,
        fault.code,
        fault.message,
        fault.remedy,
        _number(fault.measure, _MEASURE_DIGITS),
        _UNITS[fault.unit],
        _number(fault.lon, _PLACE_DIGITS),
        _number(fault.lat, _PLACE_DIGITS),
        _number(fault.x, _PLACE_DIGITS),
        _number(fault.y, _PLACE_DIGITS),
    )


def _number(value: float, digits: int) -> Cell:
    return round_half_up(value, digits) if math.isfinite(value) else None


def _rules(rules: Sequence[FaultKind]) -> Table:
    return Table(
        name=Text("检查规则", "rules"),
        title=Text("检查了什么，用什么限值", "what was looked for, and with which limits"),
        columns=(
            Text("代码", "code"),
            Text("问题", "fault"),
            Text("轻重", "severity"),
            Text("限值", "limits"),
            Text("来源", "source"),
            Text("状态", "status"),
        ),
        rows=tuple(
            (
                rule.code,
                rule.title,
                rule.severity.text,
                "; ".join(f"{name} = {value:g}" for name, value in rule.limits.items()),
                rule.source,
                _STATUS[rule.status] if rule.source else "",
            )
            for rule in rules
        ),
        decimals=(None,) * 6,
        notes=(
            Text(
                "“待确认”的限值和代码表未与标准原文核对，写入正式文书前须核对。",
                "limits and lists 'to be confirmed' have not been compared with the standards.",
            ),
        ),
    )
