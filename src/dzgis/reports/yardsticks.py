"""Published figures that ours may be set beside (校核), each with its source and a caution."""

from __future__ import annotations

import math
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Literal

from dzgis.plan.load import read_toml
from dzgis.plan.record import Fact, NonEmpty, Record
from dzgis.reports.planner_names import status_text
from dzgis.reports.table import Table
from dzgis.terms import Text, both_languages
from dzgis.units import DECIMALS_M2, hectares, km2, round_half_up

if TYPE_CHECKING:
    from dzgis.reports.planner_figures import PlannerFigures
    from dzgis.reports.table import Cell

Of = Literal["low_hill_share", "flat_share", "low_hill", "available", "area"]
_FLATTEST = 1
_UNITS = {"万公顷": "10 000 ha"}


class Yardstick(Fact):
    """
    A published figure.

    Attributes
    ----------
    id : str
    name, name_en : str
    value : float
    unit : {"%", "km²", "万公顷"}
    of : str
        Which of our figures it is set beside.
    county : str
        Code, where it is one county's.
    caution, caution_en : str
        Why the two may differ.
    """

    id: NonEmpty
    name: NonEmpty
    name_en: NonEmpty
    value: float
    unit: Literal["%", "km²", "万公顷"]
    of: Of
    county: str = ""
    caution: NonEmpty
    caution_en: NonEmpty


class _File(Record):
    yardsticks: tuple[Yardstick, ...]


@cache
def shipped_yardsticks(plan_id: str) -> tuple[Yardstick, ...]:
    """Those that ship with dzgis and may be set beside a plan's figures."""
    file = resources.files("dzgis.plan") / "yardsticks" / f"{plan_id}.toml"
    if not file.is_file():
        return ()
    return _File.model_validate(read_toml(file)).yardsticks


def yardstick_table(figures: PlannerFigures) -> Table | None:
    """Published figures beside ours; None where there are none for the plan."""
    fit = [
        one
        for one in shipped_yardsticks(figures.plan.id)
        if not one.county or _there(figures, one.county)
    ]
    if not fit:
        return None
    return Table(
        name=Text("校核", "yardsticks"),
        title=Text("与公开数并列", "beside published figures"),
        columns=(
            Text("公开数", "published figure"),
            Text("数值", "value"),
            Text("单位", "unit"),
            Text("本次计算", "this run"),
            Text("出处与状态", "source and status"),
            Text("注意", "caution"),
        ),
        rows=tuple(_row(figures, one) for one in fit),
        decimals=(None, DECIMALS_M2, None, DECIMALS_M2, None, None),
        notes=(
            Text(
                "公开数均为转引，范围、年份和方法与本次计算不同；并列只供看量级，不作检验。",
                "Published figures are at second hand and differ in extent, year and method; they "
                "show the order of magnitude and test nothing.",
            ),
        ),
    )


def _there(figures: PlannerFigures, code: str) -> bool:
    return code in figures.tables.net["county"].index


def _row(figures: PlannerFigures, one: Yardstick) -> tuple[Cell, ...]:
    ours = _ours(figures, one)
    source, status = both_languages(one.source.note), status_text(one.status)
    return (
        Text(one.name, one.name_en),
        one.value,
        Text(one.unit, _UNITS.get(one.unit, one.unit)),
        None if math.isnan(ours) else round_half_up(ours, DECIMALS_M2),
        Text(f"{source.zh}（{status.zh}）", f"{source.en} ({status.en})"),
        Text(one.caution, one.caution_en),
    )


def _ours(figures: PlannerFigures, one: Yardstick) -> float:
    net, classes = figures.tables.net["county"], figures.tables.classes["county"]
    codes = [one.county] if one.county else list(net.index)
    chosen = net.loc[codes].sum()
    whole = float(chosen["area_m2"])
    match one.of:
        case "low_hill_share":
            return 100.0 * float(chosen["raw_m2"]) / whole if whole else math.nan
        case "flat_share":
            flat = float(classes.loc[codes, _FLATTEST].sum())
            return 100.0 * flat / whole if whole else math.nan
    m2 = {"low_hill": "raw_m2", "available": "available_m2", "area": "area_m2"}[one.of]
    return _in_unit(float(chosen[m2]), one.unit)


def _in_unit(m2: float, unit: str) -> float:
    return km2(m2) if unit == "km²" else hectares(m2) / 10_000.0
