"""Tables of a run: county × class, waterfall, overlap matrix, ledgers, parameters."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dzgis.reports.area_table import area_table
from dzgis.reports.table import UNITS, Cell, Table, Unit, balanced_rows
from dzgis.terms import ClusterStatus, Text, Verdict, role_text
from dzgis.units import hectares, km2, round_half_up

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from dzgis.plan.model import Plan

_SQUARE_METRES, _HECTARES, _MU = UNITS
_DECIMALS_KM2 = 2
_LEDGER_DECIMALS = 2


@dataclass(frozen=True)
class RunFigures:
    """
    The figures of a run that tables print; all areas in m².

    Attributes
    ----------
    class_areas : DataFrame, indexed by county code
        Columns 1 … k and ``unknown``.
    county_waterfall, cluster_waterfall : DataFrame, indexed by county code or cluster id
        ``low_hill``, a column a rule, ``available``.
    overlap_matrix : DataFrame, rule × rule
        Low-hill land of the plan's counties under both rules.
    candidates : DataFrame
        county_code, cluster, cluster_status, axis, area_m2.
    near_limits : DataFrame, indexed by county code and limit in degrees
        near_m2, near_share.
    parcels : DataFrame
        cluster, cluster_status, axis, area_m2, verdict.
    expected_low_hill : Series, indexed by county code, optional
        Given the DEM's error.
    areas : DataFrame, optional
        Of the parcels, side by side; see `dzgis.reconcile.reconcile_areas`.
    parameters : mapping
        What decided the result.
    notes : tuple of Text
        What every table must say, e.g. that the terrain is generated.
    """

    class_areas: pd.DataFrame
    county_waterfall: pd.DataFrame
    cluster_waterfall: pd.DataFrame
    overlap_matrix: pd.DataFrame
    candidates: pd.DataFrame
    near_limits: pd.DataFrame
    parcels: pd.DataFrame
    parameters: Mapping[str, object]
    expected_low_hill: pd.Series[float] | None = None
    areas: pd.DataFrame | None = None
    notes: tuple[Text, ...] = ()


def run_tables(plan: Plan, figures: RunFigures) -> list[Table]:
    """All tables of a run, in the order of the workbook's sheets."""
    tables = [
        county_table(plan, figures),
        *(_class_table(plan, figures, unit) for unit in UNITS),
        *(_waterfall_table(plan, figures, unit) for unit in UNITS),
        _claim_table(plan, figures),
        certainty_table(plan, figures),
        _matrix_table(plan, figures),
        _cluster_table(plan, figures),
        _axis_table(plan, figures),
        *([] if figures.areas is None or figures.areas.empty else [area_table(figures.areas)]),
    ]
    said = [replace(table, notes=(*table.notes, *figures.notes)) for table in tables]
    return [*said, _parameter_table(figures), _assumption_table(plan)]


def county_table(plan: Plan, figures: RunFigures) -> Table:
    """Summary of each county in km²: area, low-hill land, available land."""
    areas, falls = figures.class_areas, figures.county_waterfall
    rows: list[tuple[Cell, ...]] = []
    for code in areas.index:
        numbers = _county_km2(areas.loc[code], falls.loc[code])
        rows.append((plan.county(code).name, *numbers))
    total = _county_km2(areas.sum(), falls.sum())
    rows.append((Text("合计", "total"), *total))
    return Table(
        name=Text("汇总", "summary"),
        title=Text(
            "各县低丘缓坡与可用地（平方公里）", "low-hill and available land by county (km²)"
        ),
        columns=(
            Text("县（市、区）", "county"),
            Text("面积", "area"),
            Text("低丘缓坡", "low-hill"),
            Text("占比%", "share %"),
            Text("扣除保护后可用", "available"),
            Text("占比%", "share %"),
            Text("坡度未知", "unknown"),
        ),
        rows=tuple(rows),
        decimals=(None, 2, 2, 1, 2, 1, 2),
        notes=(
            Text(
                "面积为 CGCS2000 椭球面积；各数独立修约。",
                "areas on the CGCS2000 ellipsoid; each figure rounded on its own.",
            ),
        ),
    )


def _county_km2(areas: pd.Series[float], fall: pd.Series[float]) -> tuple[float, ...]:
    total, low_hill, left = float(areas.sum()), float(fall["low_hill"]), float(fall["available"])
    return (
        round_half_up(km2(total), _DECIMALS_KM2),
        round_half_up(km2(low_hill), _DECIMALS_KM2),
        round_half_up(100.0 * low_hill / total, 1),
        round_half_up(km2(left), _DECIMALS_KM2),
        round_half_up(100.0 * left / total, 1),
        round_half_up(km2(float(areas["unknown"])), _DECIMALS_KM2),
    )


def _labels(plan: Plan, codes: Iterable[str]) -> list[tuple[Cell, ...]]:
    return [(str(code), plan.county(str(code)).name) for code in codes]


_COUNTY_COLUMNS = (Text("行政区划代码", "county code"), Text("县（市、区）", "county"))
_TOTAL = Text("合计", "total")


def _residual_note(residual: float, unit: Unit) -> Text:
    value = f"{residual:.{unit.decimals}f}"
    return Text(
        f"各行各列按最大余数法调平；合计与未修约总数之差（修约残差）{value} {unit.text.zh}。",
        "rows and columns are balanced by largest remainders; residual against the unrounded "
        f"total {value} {unit.text.en}.",
    )


def _class_table(plan: Plan, figures: RunFigures, unit: Unit) -> Table:
    areas = figures.class_areas
    rows, residual = balanced_rows(_labels(plan, areas.index), areas.to_numpy().tolist(), unit)
    names = plan.slope_classes.labels
    return Table(
        name=Text(f"县×坡度级 {unit.text.zh}", f"county x class {unit.text.en}"),
        title=Text(
            f"县×坡度级面积（{unit.text.zh}，椭球面积，上含下不含）",
            f"county x slope class ({unit.text.en}, ellipsoidal, right-closed)",
        ),
        columns=(*_COUNTY_COLUMNS, *names, Text("坡度未知", "unknown"), _TOTAL),
        rows=tuple(rows),
        decimals=(None, None, *[unit.decimals] * (len(names) + 2)),
        notes=(_residual_note(residual, unit),),
    )


def certainty_table(plan: Plan, figures: RunFigures) -> Table:
    """Land near a limit of low hills, and the low-hill land expected given the DEM's error."""
    near = figures.near_limits
    limits = list(dict.fromkeys(near.index.get_level_values("limit_deg")))
    expected = figures.expected_low_hill
    rows: list[tuple[Cell, ...]] = []
    for code in figures.class_areas.index:
        cells: list[Cell] = [plan.county(code).name]
        for limit in limits:
            row = near.loc[(code, limit)]
            share = float(row["near_share"])
            cells += [hectares(float(row["near_m2"])), None if math.isnan(share) else 100.0 * share]
        if expected is not None:
            found = float(expected[code])
            nominal = float(figures.county_waterfall.loc[code, "low_hill"])
            cells += [hectares(nominal), hectares(found), hectares(found - nominal)]
        rows.append(tuple(cells))
    about = [
        text
        for limit in limits
        for text in (
            Text(f"{limit:g}° ±1° 公顷", f"{limit:g}° ±1° ha"),
            Text(f"{limit:g}° ±1° %", f"{limit:g}° ±1° %"),
        )
    ]
    more = (
        Text("低丘缓坡（公顷）", "low-hill (ha)"),
        Text("期望低丘缓坡（公顷）", "expected low-hill (ha)"),
        Text("差（公顷）", "difference (ha)"),
    )
    return Table(
        name=Text("坡度把握", "certainty"),
        title=Text(
            "坡度分级的把握：临界 ±1° 内的用地，及按 DEM 误差的期望面积",
            "how sure slope classes are: land within 1° of a limit, and areas expected given the "
            "DEM's error",
        ),
        columns=(Text("县（市、区）", "county"), *about, *(more if expected is not None else ())),
        rows=tuple(rows),
        decimals=(None, *[2, 1] * len(limits), *([2, 2, 2] if expected is not None else ())),
        notes=()
        if expected is not None
        else (
            Text(
                "未给出 DEM 误差（--dem-error），故无期望面积",
                "the DEM's error was not given (--dem-error), so no expected area",
            ),
        ),
    )


def _rule_text(plan: Plan, rule_id: str) -> Text:
    rule = {rule.id: rule for rule in plan.rules.rules}[rule_id]
    role = role_text(str(rule.role))
    return Text(f"{rule.id} {role.zh}", f"{rule.id} {role.en}")


def _waterfall_table(plan: Plan, figures: RunFigures, unit: Unit) -> Table:
    fall = figures.county_waterfall
    parts = fall.drop(columns="low_hill")
    rows, residual = balanced_rows(_labels(plan, fall.index), parts.to_numpy().tolist(), unit)
    rules = [str(column) for column in parts.columns if column != "available"]
    columns = (*(_rule_text(plan, rule) for rule in rules), Text("剩余可用", "available"))
    return Table(
        name=Text(f"扣除分析 {unit.text.zh}", f"waterfall {unit.text.en}"),
        title=Text(
            f"低丘缓坡扣除分析（{unit.text.zh}）：按所列次序依次扣除，重叠部分计入先扣者",
            f"what protection takes from low-hill land ({unit.text.en}), in the order listed; "
            "overlaps count for the earlier rule",
        ),
        columns=(*_COUNTY_COLUMNS, *columns, Text("低丘缓坡合计", "low-hill total")),
        rows=tuple(rows),
        decimals=(None, None, *[unit.decimals] * (len(columns) + 1)),
        notes=(_residual_note(residual, unit),),
    )


def _claim_table(plan: Plan, figures: RunFigures) -> Table:
    raw = float(figures.county_waterfall["low_hill"].sum())
    net = float(figures.county_waterfall["available"].sum())
    own: list[tuple[Cell, ...]] = [
        (Text("坡度初筛（低丘缓坡）", "low-hill land by slope alone"), _km2(raw), "km²", ""),
        (Text("扣除保护后", "net of protected land"), _km2(net), "km²", ""),
        (
            Text("候选地块（再按连片与面积筛选）", "candidates (net of contiguity and size)"),
            _km2(float(figures.candidates["area_m2"].sum())),
            "km²",
            "",
        ),
    ]
    claims = [
        (Text(c.name, c.name_en), c.value, c.unit, Text(c.caution, c.caution_en))
        for c in plan.claims
    ]
    return Table(
        name=Text("与规划数并列", "beside the plan"),
        title=Text(
            "计算值与规划数并列（规划方法未公布，只可与筛选后的数并看，不作检验）",
            "figures beside the plan's, whose method is unpublished: to be read beside the net "
            "figures, not tested",
        ),
        columns=(
            Text("项目", "item"),
            Text("数值", "value"),
            Text("单位", "unit"),
            Text("说明", "caution"),
        ),
        rows=(*own, *claims),
        decimals=(None, _DECIMALS_KM2, None, None),
    )


def _km2(area_m2: float) -> float:
    return round_half_up(km2(area_m2), _DECIMALS_KM2)


def _matrix_table(plan: Plan, figures: RunFigures) -> Table:
    matrix = figures.overlap_matrix
    names = tuple(_rule_text(plan, str(rule)) for rule in matrix.columns)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (name, *(round_half_up(hectares(float(v)), _LEDGER_DECIMALS) for v in matrix.loc[rule]))
        for rule, name in zip(matrix.index, names, strict=True)
    )
    return Table(
        name=Text("重叠矩阵", "overlap matrix"),
        title=Text(
            "低丘缓坡内各保护图层两两重叠面积（公顷）；对角线为该图层自身面积",
            "low-hill land under both of two rules (ha); the diagonal is the rule's own area",
        ),
        columns=(Text("规则", "rule"), *names),
        rows=rows,
        decimals=(None, *[_LEDGER_DECIMALS] * len(names)),
    )


_LEDGER_COLUMNS = (
    Text("候选地块数", "n candidates"),
    Text("候选面积 公顷", "candidates ha"),
    Text("核查地块数", "n parcels"),
    Text("核查面积 公顷", "parcels ha"),
    *(Text(f"{v.text.zh} 块", f"n {v.value}") for v in Verdict),
)
_LEDGER_DIGITS = (0, _LEDGER_DECIMALS, 0, _LEDGER_DECIMALS, *[0] * len(Verdict))


def _ledger(candidates: pd.DataFrame, parcels: pd.DataFrame) -> tuple[Cell, ...]:
    return (
        len(candidates),
        round_half_up(hectares(float(candidates["area_m2"].sum())), _LEDGER_DECIMALS),
        len(parcels),
        round_half_up(hectares(float(parcels["area_m2"].sum())), _LEDGER_DECIMALS),
        *(int((parcels["verdict"] == verdict).sum()) for verdict in Verdict),
    )


def _members(table: pd.DataFrame, cluster: str) -> pd.DataFrame:
    """Rows that the plan puts into a cluster, by list or by county."""
    members = (ClusterStatus.LISTED, ClusterStatus.COUNTY)
    return table[(table["cluster"] == cluster) & table["cluster_status"].isin(members)]


def _cluster_table(plan: Plan, figures: RunFigures) -> Table:
    fall = figures.cluster_waterfall
    rows: list[tuple[Cell, ...]] = []
    for cluster in plan.clusters:
        land = [float(fall[c].get(cluster.id, 0.0)) for c in ("low_hill", "available")]
        digits = [round_half_up(hectares(value), _LEDGER_DECIMALS) for value in land]
        own = [_members(table, cluster.id) for table in (figures.candidates, figures.parcels)]
        rows.append((cluster.id, Text(cluster.name, cluster.name_en), *digits, *_ledger(*own)))
    for status in (ClusterStatus.IN_COUNTY_NOT_LISTED, ClusterStatus.OUTSIDE):
        rest = [t[t["cluster_status"] == status] for t in (figures.candidates, figures.parcels)]
        rows.append(("", status.text, None, None, *_ledger(*rest)))
    return Table(
        name=Text("组团台账", "cluster ledger"),
        title=Text("组团台账", "cluster ledger"),
        columns=(
            Text("代号", "id"),
            Text("组团", "cluster"),
            Text("低丘缓坡 公顷", "low-hill ha"),
            Text("可用 公顷", "available ha"),
            *_LEDGER_COLUMNS,
        ),
        rows=tuple(rows),
        decimals=(None, None, _LEDGER_DECIMALS, _LEDGER_DECIMALS, *_LEDGER_DIGITS),
    )


def _axis_table(plan: Plan, figures: RunFigures) -> Table:
    rows = tuple(
        (
            axis.id,
            Text(axis.name, axis.name_en),
            *_ledger(*(t[t["axis"] == axis.id] for t in (figures.candidates, figures.parcels))),
        )
        for axis in plan.axes
    )
    return Table(
        name=Text("发展轴台账", "axis ledger"),
        title=Text("发展轴台账（按最近的轴线）", "axis ledger (by nearest core line)"),
        columns=(Text("代号", "id"), Text("发展轴", "axis"), *_LEDGER_COLUMNS),
        rows=rows,
        decimals=(None, None, *_LEDGER_DIGITS),
    )


def _parameter_table(figures: RunFigures) -> Table:
    rows = tuple((str(key), str(value)) for key, value in figures.parameters.items())
    return Table(
        name=Text("参数", "parameters"),
        title=Text("参数与数据来源", "parameters and sources"),
        columns=(Text("参数", "parameter"), Text("取值", "value")),
        rows=rows,
        decimals=(None, None),
    )


def _assumption_table(plan: Plan) -> Table:
    from dzgis.plan import assumed_values

    return Table(
        name=Text("假定", "assumptions"),
        title=Text(
            "本工具假定的取值（非规划原文）", "values assumed by this tool, not stated by the plan"
        ),
        columns=(Text("位置", "where"), Text("说明", "note")),
        rows=tuple((where, note) for where, note in assumed_values(plan)),
        decimals=(None, None),
    )
