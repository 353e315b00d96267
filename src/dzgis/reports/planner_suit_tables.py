"""Tables of suitability: criteria, judgements, limits, grades, patches, robustness."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from dzgis.reports.balanced_table import Areas, Sum, area_cell, balanced_column, column_sum
from dzgis.reports.planner_land import place_head, place_labels
from dzgis.reports.planner_names import LEVELS, TOTAL
from dzgis.reports.table import Table, percent_cell
from dzgis.terms import Text
from dzgis.units import DECIMALS_M2, round_half_up

if TYPE_CHECKING:
    import pandas as pd

    from dzgis.planning import Ahp, Grade, Sensitivity, Suitability
    from dzgis.reports.planner_figures import PlannerFigures
    from dzgis.reports.table import Cell, Unit

_WEIGHT_DECIMALS = 4
_SHAPE_DECIMALS = 3
UNKNOWN = Text("未知", "unknown")


def grade_text(grade: Grade) -> Text:
    """Number and name of a grade."""
    return Text(f"{grade.number} {grade.text.zh}", f"{grade.number} {grade.text.en}")


def criterion_text(found: Suitability, name: str) -> Text:
    """Name of a criterion; what is none is its own name."""
    if name not in found.criteria.index:
        return Text(name, name)
    said = found.criteria.loc[name, "text"]
    return said if isinstance(said, Text) else Text(str(said), str(said))


def criteria_table(found: Suitability) -> Table:
    """Criteria with their function, weight and source; weights add up."""
    table = found.criteria
    rows: list[tuple[Cell, ...]] = [
        (
            criterion_text(found, str(name)),
            _cell(row["unit"]) or None,
            round_half_up(float(row["weight"]), _WEIGHT_DECIMALS),
            _cell(row["function"]),
            percent_cell(float(row["known_share"])),
            _cell(row["source"]),
        )
        for name, row in table.iterrows()
    ]
    whole = round_half_up(math.fsum(float(w) for w in table["weight"]), _WEIGHT_DECIMALS)
    rows.append((TOTAL, None, whole, None, None, None))
    return Table(
        name=Text("评价指标", "criteria"),
        title=Text("评价指标、分级赋分与权重", "criteria, breaks and scores, weights"),
        columns=(
            Text("指标", "criterion"),
            Text("单位", "unit"),
            Text("权重", "weight"),
            Text("分级与赋分", "breaks and scores"),
            Text("已知 %", "known %"),
            Text("来源", "source"),
        ),
        rows=tuple(rows),
        decimals=(None, None, _WEIGHT_DECIMALS, None, DECIMALS_M2, None),
    )


def _cell(value: object) -> Cell:
    return value if isinstance(value, Text | str) else str(value)


def judgement_table(found: Suitability, ahp: Ahp) -> Table:
    """Pairwise judgements of the AHP and the weights from them."""
    names = [criterion_text(found, one) for one in ahp.ids]
    rows: list[tuple[Cell, ...]] = [
        (
            name,
            *(round_half_up(v, _WEIGHT_DECIMALS) for v in line),
            round_half_up(weight, _WEIGHT_DECIMALS),
        )
        for name, line, weight in zip(names, ahp.matrix, ahp.weights, strict=True)
    ]
    return Table(
        name=Text("判断矩阵", "AHP"),
        title=Text("层次分析法判断矩阵（行比列）", "pairwise judgements, row against column (AHP)"),
        columns=(Text("指标", "criterion"), *names, Text("权重", "weight")),
        rows=tuple(rows),
        decimals=(None, *[_WEIGHT_DECIMALS] * (len(names) + 1)),
        notes=(consistency(ahp),),
    )


def consistency(ahp: Ahp) -> Text:
    """λmax, CI, RI and CR in a sentence."""
    lam, ci, cr = (f"{value:.4f}" for value in (ahp.lambda_max, ahp.ci, ahp.cr))
    return Text(
        f"最大特征值 λmax = {lam}，一致性指标 CI = {ci}，随机指标 RI = {ahp.ri:.2f}，一致性比例 "
        f"CR = {cr}（通行做法以 CR 小于 0.10 为一致）。",
        f"λmax = {lam}, CI = {ci}, RI = {ahp.ri:.2f}, CR = {cr} (by custom judgements are "
        "consistent where CR is below 0.10).",
    )


def limit_table(found: Suitability, unit: Unit) -> Table:
    """Limiting conditions and the ground that they make unsuitable."""
    rows: list[tuple[Cell, ...]] = [
        (
            _cell(row["text"]),
            area_cell(float(row["m2"]), unit),
            area_cell(float(row["alone_m2"]), unit),
            _cell(row["source"]),
        )
        for _, row in found.limits.iterrows()
    ]
    return Table(
        name=Text("极限条件", "limiting conditions"),
        title=Text(
            f"极限条件（{unit.text.zh}）；各项重叠，不可相加",
            f"limiting conditions ({unit.text.en}); they overlap and do not add up",
        ),
        columns=(
            Text("条件", "condition"),
            Text("使不适宜", "makes unsuitable"),
            Text("仅此一项", "alone"),
            Text("来源", "source"),
        ),
        rows=tuple(rows),
        decimals=(None, unit.decimals, unit.decimals, None),
    )


def grade_areas(figures: PlannerFigures, found: Suitability, level: str) -> Areas:
    """Ground of each county or cluster by grade."""
    table: pd.DataFrame = found.by_county if level == "county" else found.by_cluster
    numbers = [grade.number for grade in found.grades]
    n = len(numbers)
    return Areas(
        name=Text(f"适宜性 {LEVELS[level].zh}", f"suitability by {LEVELS[level].en}"),
        title=Text(f"{LEVELS[level].zh}×适宜性等级", f"{LEVELS[level].en} x grade of suitability"),
        head=place_head(level),
        labels=place_labels(figures, level, table.index),
        parts=(*(grade_text(grade) for grade in found.grades), UNKNOWN),
        values=tuple(
            tuple(float(v) for v in line)
            for line in table[[*numbers, "unknown"]].to_numpy().tolist()
        ),
        sums=(
            Sum(TOTAL, tuple(range(n + 1))),
            Sum(
                Text("适宜合计", "suitable"),
                tuple(i for i, number in enumerate(numbers) if number in found.suitable),
            ),
        ),
    )


def patch_table(found: Suitability, unit: Unit) -> Table:
    """Patches of each grade: number, median and largest size, compactness."""
    texts = {grade.number: grade_text(grade) for grade in found.grades}
    rows: list[tuple[Cell, ...]] = []
    for number, row in found.patches.iterrows():
        compact = float(row["compactness"])
        rows.append(
            (
                texts.get(int(str(number)), UNKNOWN),
                int(row["n"]),
                area_cell(float(row["median_m2"]), unit),
                area_cell(float(row["largest_m2"]), unit),
                None if math.isnan(compact) else round_half_up(compact, _SHAPE_DECIMALS),
            )
        )
    return Table(
        name=Text("图斑统计", "patches"),
        title=Text(f"各等级图斑（{unit.text.zh}）", f"patches of each grade ({unit.text.en})"),
        columns=(
            Text("等级", "grade"),
            Text("图斑数", "patches"),
            Text("中位面积", "median area"),
            Text("最大连片", "largest"),
            Text("平均紧凑度 4πA/P²", "mean compactness 4πA/P²"),
        ),
        rows=tuple(rows),
        decimals=(None, 0, unit.decimals, unit.decimals, _SHAPE_DECIMALS),
    )


def one_at_a_time_table(found: Suitability, tested: Sensitivity, unit: Unit) -> Table:
    """What follows when one weight is changed and the others keep their proportions."""
    rows: list[tuple[Cell, ...]] = [
        (
            criterion_text(found, str(row["criterion"])),
            round_half_up(float(row["weight"]), _WEIGHT_DECIMALS),
            area_cell(float(row["changed_m2"]), unit),
            percent_cell(float(row["changed_share"])),
            area_cell(float(row["suitable_m2"]), unit),
        )
        for _, row in tested.one_at_a_time.iterrows()
    ]
    return Table(
        name=Text("权重敏感性", "one at a time"),
        title=Text(
            f"逐一改变权重（{unit.text.zh}）", f"one weight changed at a time ({unit.text.en})"
        ),
        columns=(
            Text("指标", "criterion"),
            Text("改为权重", "weight as changed"),
            Text("等级改变", "grade changes"),
            Text("占已知 %", "% of known"),
            Text("适宜合计", "suitable"),
        ),
        rows=tuple(rows),
        decimals=(None, _WEIGHT_DECIMALS, unit.decimals, DECIMALS_M2, unit.decimals),
    )


def kept_table(found: Suitability, tested: Sensitivity, unit: Unit) -> Table:
    """How often grades are kept in the Monte Carlo runs."""
    table = tested.kept_by_grade
    texts = {grade.number: grade_text(grade) for grade in found.grades}
    whole = balanced_column([float(v) for v in table["m2"]], unit)
    rows: list[tuple[Cell, ...]] = []
    for (number, row), area in zip(table.iterrows(), whole, strict=True):
        m2, firm = float(row["m2"]), float(row["firm_m2"])
        rows.append(
            (
                texts.get(int(str(number)), UNKNOWN),
                area,
                percent_cell(float(row["mean_kept_share"])),
                area_cell(firm, unit),
                percent_cell(firm / m2 if m2 else math.nan),
            )
        )
    kept = column_sum([row[3] for row in rows], unit)
    rows.append((TOTAL, column_sum(whole, unit), None, kept, None))
    return Table(
        name=Text("等级稳定", "stability"),
        title=Text(
            f"蒙特卡洛试验中保持等级的情况（{unit.text.zh}），{tested.n_runs} 次，种子 "
            f"{tested.seed}",
            f"grades kept in {tested.n_runs} Monte Carlo runs, seed {tested.seed} ({unit.text.en})",
        ),
        columns=(
            Text("等级", "grade"),
            Text("面积", "area"),
            Text("平均保持 %", "mean kept %"),
            Text("至少九成保持", "kept in 9 of 10 runs"),
            Text("占该等级 %", "% of the grade"),
        ),
        rows=tuple(rows),
        decimals=(None, unit.decimals, DECIMALS_M2, unit.decimals, DECIMALS_M2),
        notes=tested.varied,
    )
