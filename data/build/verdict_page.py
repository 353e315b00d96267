"""The page of expected verdicts, made from ``expected.toml`` alone."""

from __future__ import annotations

import tomllib
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = (("plan-2014", "2014"), ("current", "2023"))
WORDS = {
    "clear": "未发现压占 clear",
    "within_tolerance": "容差内待复核 within tolerance",
    "conditional": "压占（有条件）conditional",
    "prohibited": "压占（禁止）prohibited",
}
HEAD = """\
# 示例地块该得什么结论 What the sample parcels should get

本页由 `python data/build/expected.py` 生成，请勿手改。预期结果用 shapely 独立算出，不用 dzgis；
测试 `tests/end_to_end/test_sample_expected.py` 拿 dzgis 的结果与之对照。
地块和图层全是**生成的，仅供演示**。
This page is made by `python data/build/expected.py`; do not edit it. The verdicts were computed
with shapely, without dzgis, and a test holds what dzgis finds against them. Parcels and layers are
**generated, for demonstration only**.

- `plan-2014 / 2014`：规则 `plan-2014`，图层 `data/protection/protection.gpkg`。
  Rules `plan-2014` on the layers of 2014.
- `current / 2023`：规则 `current`，图层 `data/protection/current.gpkg`。
  项目类别按用途取：工业、仓储 E，商服 F，科教 C，其余 I。
  Rules `current` on the layers of 2023; kind of project by use: industry and storage E, commerce F,
  education C, other I.
- 面积为等积投影面积，供肉眼核对；dzgis 的面积是椭球面积。
  Areas are planar in an equal-area frame; those of dzgis are ellipsoidal.
"""
CHANGED = """\
规则 `plan-2014` 不变，图层由 2014 换成 2023，结论改变的地块。
Parcels whose verdict under `plan-2014` is another with the layers of 2023."""


def page(table: Path) -> str:
    """Markdown of the page."""
    parcels = tomllib.loads(table.read_text(encoding="utf-8"))["parcel"]
    rows = "\n".join(_row(parcel) for parcel in parcels)
    changed = "\n".join(_change(parcel) for parcel in parcels if _of_vintages(parcel)[2])
    return f"""{HEAD}
## 合计 Totals

| 结论 verdict | plan-2014 / 2014 | current / 2023 |
|---|---|---|
{_totals(parcels)}

## 逐块 Parcel by parcel

| 地块 parcel | 用途、类别 use, kind | plan-2014 / 2014 | 为什么 why | current / 2023 | 为什么 why |
|---|---|---|---|---|---|
{rows}

## 只换图层 Only the layers changed

{CHANGED}

| 地块 parcel | 2014 | 2023 | 为什么 why |
|---|---|---|---|
{changed}
"""


def _check(parcel: dict[str, Any], key: tuple[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = next(
        one for one in parcel["checks"] if (one["rules"], one["layers"]) == key
    )
    return found


def _totals(parcels: list[dict[str, Any]]) -> str:
    counts = [Counter(_check(parcel, key)["verdict"] for parcel in parcels) for key in COLUMNS]
    return "\n".join(f"| {word} | {counts[0][v]} | {counts[1][v]} |" for v, word in WORDS.items())


def _why(check: dict[str, Any]) -> str:
    return f"{check['reason']}<br>{check['reason_en']}"


def _row(parcel: dict[str, Any]) -> str:
    cells = [f"{parcel['id']} {parcel['name']}", f"{parcel['use']} {parcel['project_type']}"]
    for key in COLUMNS:
        check = _check(parcel, key)
        cells += [WORDS[check["verdict"]], _why(check)]
    return f"| {' | '.join(cells)} |"


def _of_vintages(parcel: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any], bool]:
    old, new = (_check(parcel, ("plan-2014", vintage)) for vintage in ("2014", "2023"))
    return old, new, old["verdict"] != new["verdict"]


def _change(parcel: dict[str, Any]) -> str:
    old, new, _ = _of_vintages(parcel)
    name = f"{parcel['id']} {parcel['name']}"
    return f"| {name} | {WORDS[old['verdict']]} | {WORDS[new['verdict']]} | {_why(new)} |"
