"""Tables of certainty, what-ifs, data, parameters, assumed values and notes."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from dzgis.reports.balanced_table import balanced_column, column_sum
from dzgis.reports.planner_names import LEVELS, TOTAL, place_text
from dzgis.reports.table import Table, percent_cell
from dzgis.terms import Text, both_languages, input_text
from dzgis.units import DECIMALS_M2

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from dzgis.planning import WhatIf
    from dzgis.reports.planner_figures import PlannerFigures
    from dzgis.reports.table import Cell, Unit

_HASH_SHOWN = 16
_KNOWN = (
    "used_for",
    "role",
    "path",
    "sha256",
    "crs",
    "date",
    "valid_until",
    "status",
    "n_features",
    "note",
)


def near_table(figures: PlannerFigures, unit: Unit) -> Table:
    """Land near a limit of low hills, and the low-hill land expected given the DEM's error."""
    near = figures.near_limits
    codes = list(dict.fromkeys(near.index.get_level_values(0)))
    limits = list(dict.fromkeys(near.index.get_level_values(1)))
    columns: list[tuple[Text, int | None, list[Cell]]] = []
    for limit in limits:
        part = [near.loc[(code, limit)] for code in codes]
        areas = balanced_column([float(row["near_m2"]) for row in part], unit)
        shares = [percent_cell(float(row["near_share"])) for row in part]
        about = f"{limit:g}° ±1°"
        columns.append(
            (
                Text(f"{about} {unit.text.zh}", f"{about} {unit.text.en}"),
                unit.decimals,
                [*areas, column_sum(areas, unit)],
            )
        )
        columns.append((Text(f"{about} 占 %", f"{about} %"), DECIMALS_M2, [*shares, None]))
    columns += _expected(figures, codes, unit)
    names = [*(place_text(figures.plan, "county", str(code)) for code in codes), TOTAL]
    return Table(
        name=Text("坡度把握", "certainty"),
        title=Text(
            f"临界 ±1° 内的用地，及按 DEM 误差的期望低丘缓坡（{unit.text.zh}）",
            "land within 1° of a limit, and low-hill land expected given the DEM's error "
            f"({unit.text.en})",
        ),
        columns=(LEVELS["county"], *(name for name, _, _ in columns)),
        rows=tuple(
            (name, *cells)
            for name, *cells in zip(names, *(cells for _, _, cells in columns), strict=True)
        ),
        decimals=(None, *(digits for _, digits, _ in columns)),
        notes=() if figures.expected_low_hill is not None else (NO_ERROR,),
    )


NO_ERROR = Text(
    "未给出 DEM 误差（--dem-error），故无期望面积。",
    "The DEM's error was not given (--dem-error), so there is no expected area.",
)


def _expected(
    figures: PlannerFigures, codes: Sequence[object], unit: Unit
) -> list[tuple[Text, int | None, list[Cell]]]:
    expected = figures.expected_low_hill
    if expected is None:
        return []
    raw = figures.tables.net["county"]["raw_m2"]
    found = balanced_column([float(raw.get(code, math.nan)) for code in codes], unit)
    wanted = balanced_column([float(expected.get(code, math.nan)) for code in codes], unit)
    found.append(column_sum(found, unit))
    wanted.append(column_sum(wanted, unit))
    change = [difference(new, old, unit) for new, old in zip(wanted, found, strict=True)]
    return [
        (Text("低丘缓坡", "low-hill"), unit.decimals, found),
        (Text("期望低丘缓坡", "expected low-hill"), unit.decimals, wanted),
        (Text("差", "difference"), unit.decimals, change),
    ]


def difference(new: Cell, old: Cell, unit: Unit) -> Cell:
    """Difference of printed figures, exact in the last digit."""
    if not isinstance(new, int | float) or not isinstance(old, int | float):
        return None
    scale = 10**unit.decimals
    return float((round(new * scale) - round(old * scale)) / scale)


def sieve_change_table(figures: PlannerFigures, unit: Unit) -> Table | None:
    """Low-hill land of each county before and after the official clean-up."""
    cleaned = figures.sieved_classes
    if cleaned is None:
        return None
    classes = figures.tables.classes["county"]
    numbers = list(figures.plan.slope_classes.low_hill)
    before = balanced_column([float(v) for v in classes[numbers].sum(axis=1)], unit)
    after = balanced_column(
        [float(v) for v in cleaned.loc[classes.index, numbers].sum(axis=1)], unit
    )
    before.append(column_sum(before, unit))
    after.append(column_sum(after, unit))
    names = [*(place_text(figures.plan, "county", str(c)) for c in classes.index), TOTAL]
    rows: list[tuple[Cell, ...]] = [
        (name, old, new, difference(new, old, unit))
        for name, old, new in zip(names, before, after, strict=True)
    ]
    return Table(
        name=Text("图斑综合", "clean-up"),
        title=Text(
            f"图斑综合（就低不就高）前后的低丘缓坡（{unit.text.zh}）",
            f"low-hill land before and after the official clean-up ({unit.text.en})",
        ),
        columns=(
            LEVELS["county"],
            Text("综合前", "before"),
            Text("综合后", "after"),
            Text("差", "difference"),
        ),
        rows=tuple(rows),
        decimals=(None, *[unit.decimals] * 3),
    )


def what_if_summary(figures: PlannerFigures, unit: Unit) -> Table:
    """What-ifs side by side, over all counties."""
    rows: list[tuple[Cell, ...]] = []
    for one in figures.what_ifs:
        base, changed = _totals(one, "county", unit)
        change = difference(changed, base, unit)
        m2 = float(one.by_county["base_m2"].sum())
        share = float(one.by_county["difference_m2"].sum()) / m2 if m2 else math.nan
        rows.append((one.name, one.what, base, changed, change, percent_cell(share)))
    return Table(
        name=Text("情景", "what-ifs"),
        title=Text(
            f"情景并列（{unit.text.zh}，各县合计）",
            f"what-ifs side by side ({unit.text.en}, all counties)",
        ),
        columns=(
            Text("情景", "what if"),
            Text("比较的量", "what is compared"),
            Text("基准", "base"),
            Text("情景下", "changed"),
            Text("差", "difference"),
            Text("差 %", "difference %"),
        ),
        rows=tuple(rows),
        decimals=(None, None, *[unit.decimals] * 3, DECIMALS_M2),
    )


def _frame(one: WhatIf, level: str) -> pd.DataFrame:
    return one.by_county if level == "county" else one.by_cluster


def _columns(one: WhatIf, level: str, unit: Unit) -> tuple[list[Cell], list[Cell]]:
    frame = _frame(one, level)
    return (
        balanced_column([float(v) for v in frame["base_m2"]], unit),
        balanced_column([float(v) for v in frame["changed_m2"]], unit),
    )


def _totals(one: WhatIf, level: str, unit: Unit) -> tuple[Cell, Cell]:
    base, changed = _columns(one, level, unit)
    return column_sum(base, unit), column_sum(changed, unit)


def what_if_table(
    figures: PlannerFigures, level: str, unit: Unit, chosen: Sequence[WhatIf]
) -> Table:
    """Differences of several what-ifs side by side, a row a place."""
    places = list(_frame(chosen[0], level).index)
    columns = []
    for one in chosen:
        base, changed = _columns(one, level, unit)
        cells = [difference(new, old, unit) for new, old in zip(changed, base, strict=True)]
        by_place = dict(zip(_frame(one, level).index, cells, strict=True))
        ordered = [by_place.get(place) for place in places]
        columns.append([*ordered, column_sum(ordered, unit)])
    names = [*(place_text(figures.plan, level, str(p)) for p in places), TOTAL]
    return Table(
        name=Text(f"情景 {LEVELS[level].zh}", f"what-ifs by {LEVELS[level].en}"),
        title=Text(
            f"{LEVELS[level].zh}：各情景与基准之差（{unit.text.zh}）",
            f"difference from the base by {LEVELS[level].en} ({unit.text.en})",
        ),
        columns=(LEVELS[level], *(one.name for one in chosen)),
        rows=tuple((n, *cells) for n, *cells in zip(names, *columns, strict=True)),
        decimals=(None, *[unit.decimals] * len(chosen)),
    )


def source_table(figures: PlannerFigures) -> Table:
    """Data that the run read."""
    return Table(
        name=Text("数据清单", "data"),
        title=Text("数据清单", "data that were read"),
        columns=(
            Text("角色", "role"),
            Text("来源", "source"),
            Text("现势日期", "date"),
            Text("坐标系", "CRS"),
            Text("状态与说明", "state and notes"),
            Text("SHA-256", "SHA-256"),
        ),
        rows=tuple(_source(record) for record in figures.layers),
        decimals=(None,) * 6,
        notes=(
            Text(
                "校验码只列前 16 位，全文和完整路径见 run.json。",
                "The first 16 digits of each hash; run.json has them all, and whole paths.",
            ),
        ),
    )


def _source(record: Mapping[str, object]) -> tuple[Cell, ...]:
    digest = str(record.get("sha256") or "")
    more = [f"{k}: {v}" for k, v in record.items() if k not in _KNOWN and v not in (None, "")]
    said = [str(record.get(k)) for k in ("status", "note") if record.get(k)]
    return (
        input_text(record),
        _file(str(record.get("path") or "")) or None,
        str(record.get("date") or "") or None,
        str(record.get("crs") or "") or None,
        both_languages("; ".join([*said, *more])) if said or more else None,
        f"{digest[:_HASH_SHOWN]}…" if digest else None,
    )


def _file(path: str) -> str:
    """Name of a file with its layer; run.json holds the whole path."""
    return re.split(r"[/\\\\]", path)[-1]


def parameter_table(figures: PlannerFigures) -> Table:
    """What decided the result."""
    return Table(
        name=Text("参数", "parameters"),
        title=Text("参数", "parameters"),
        columns=(Text("参数", "parameter"), Text("取值", "value")),
        rows=tuple((str(key), str(value)) for key, value in figures.parameters.items()),
        decimals=(None, None),
    )


def assumed_table(figures: PlannerFigures) -> Table:
    """Every assumed value of plan, exclusions and scheme."""
    own = () if figures.suitability is None else figures.suitability.assumed
    values = dict.fromkeys((*figures.assumed, *own))
    return Table(
        name=Text("假定", "assumptions"),
        title=Text(
            "本工具假定的取值（非规划或法规原文），待确认",
            "values assumed by this tool, not stated by plan or law; to be confirmed",
        ),
        columns=(Text("位置", "where"), Text("说明", "note")),
        rows=tuple((where, both_languages(note)) for where, note in values),
        decimals=(None, None),
    )


def note_table(figures: PlannerFigures) -> Table:
    """What must be said of the figures."""
    own = () if figures.suitability is None else figures.suitability.notes
    said = dict.fromkeys((*figures.notes, *own))
    return Table(
        name=Text("说明", "notes"),
        title=Text("说明", "notes"),
        columns=(Text("说明", "note"),),
        rows=tuple((note,) for note in said),
        decimals=(None,),
    )


def change_parts(figures: PlannerFigures, most: int) -> list[Sequence[WhatIf]]:
    """What-ifs in groups that fit side by side."""
    found = figures.what_ifs
    return [found[n : n + most] for n in range(0, len(found), most)]
