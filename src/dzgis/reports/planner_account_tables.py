"""Tables of the land account beside its matrices of areas: exclusions, overlaps, claims."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from dzgis.reports.balanced_table import area_cell, balanced_column, column_sum
from dzgis.reports.planner_land import absent, loss
from dzgis.reports.planner_names import (
    LEVELS,
    TAKES,
    TOTAL,
    effect_text,
    exclusion_text,
    layer_text,
    place_text,
    state_text,
    status_text,
)
from dzgis.reports.table import Table, Unit, percent_cell
from dzgis.terms import Text, both_languages
from dzgis.units import DECIMALS_M2, hectares, km2, round_half_up

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dzgis.plan.exclusions import Exclusion
    from dzgis.reports.planner_figures import PlannerFigures
    from dzgis.reports.table import Cell

_PPM_DECIMALS = 3
_KM2_DECIMALS = 2
UNPUBLISHED = Text(
    "规划数的计算方法未公布：三个数只与之并列，不作检验，也不评价差值。",
    "The method behind the plan's figure is unpublished: the three figures stand beside it; they "
    "do not test it, and the differences are not judged.",
)


def exclusion_table(figures: PlannerFigures, unit: Unit) -> Table:
    """Every exclusion: effect, legal basis and its status, layer, ground."""
    gross = loss(figures, "county", "gross_m2").sum(min_count=1)
    whole = figures.account.reconciled["cells_m2"]
    states = {state.exclusion: state for state in figures.account.states}
    rows: list[tuple[Cell, ...]] = []
    for one in figures.account.exclusions.exclusions:
        state = states.get(one.id)
        rows.append(
            (
                exclusion_text(figures.account.exclusions, one.id),
                effect_text(one),
                _basis(one),
                status_text(one.status),
                layer_text(one),
                None if state is None else state_text(state.status),
                _ground(figures, one.id, float(whole.get(one.id, math.nan)), unit),
                _ground(figures, one.id, float(gross.get(one.id, math.nan)), unit),
            )
        )
    return Table(
        name=Text("排除条件清单", "list of exclusions"),
        title=Text(
            f"限制因子清单（面积：{unit.text.zh}）", f"exclusions and their basis ({unit.text.en})"
        ),
        columns=(
            Text("排除条件", "exclusion"),
            Text("作用", "effect"),
            Text("依据", "legal basis"),
            Text("依据状态", "status of the basis"),
            Text("图层", "layer"),
            Text("图层状态", "state of the layer"),
            Text(f"各县内 {unit.text.zh}", f"in the counties {unit.text.en}"),
            Text(f"低丘缓坡内 {unit.text.zh}", f"in low-hill land {unit.text.en}"),
        ),
        rows=tuple(rows),
        decimals=(*[None] * 6, unit.decimals, unit.decimals),
        notes=(
            Text(
                "各项相互重叠，不可相加。标“待确认”者未见权威原文，使用前须由主管部门核对。",
                "Exclusions overlap: their areas do not add up. What is marked to be confirmed was "
                "not seen in an authoritative text.",
            ),
        ),
    )


def _basis(one: Exclusion) -> Cell:
    if one.legal_basis:
        return both_languages(one.legal_basis)
    source = one.source
    return both_languages(source.note) if source.note else source.quote or None


def _ground(figures: PlannerFigures, name: str, m2: float, unit: Unit) -> Cell:
    return None if name in absent(figures) else area_cell(m2, unit)


def preflight_table(figures: PlannerFigures) -> Table:
    """What each layer holds, told before the account was made."""
    rows: list[tuple[Cell, ...]] = []
    for state in figures.account.states:
        without = ", ".join(state.unsurveyed_m2)
        names = [place_text(figures.plan, "county", code) for code in state.unsurveyed_m2]
        rows.append(
            (
                exclusion_text(figures.account.exclusions, state.exclusion),
                state_text(state.status),
                state.n_features,
                TAKES.get(state.takes) or Text(state.takes, state.takes),
                _hectares(math.fsum(state.unsurveyed_m2.values())),
                Text("、".join(n.zh for n in names), ", ".join(n.en for n in names))
                if without
                else None,
                state.said,
            )
        )
    return Table(
        name=Text("预检", "pre-flight"),
        title=Text("图层预检", "layers before the account was made"),
        columns=(
            Text("排除条件", "exclusion"),
            Text("图层状态", "state"),
            Text("要素数", "features"),
            Text("作用范围", "takes"),
            Text("未调查 公顷", "not surveyed ha"),
            Text("未调查的县", "counties not surveyed"),
            Text("说明", "said"),
        ),
        rows=tuple(rows),
        decimals=(None, None, 0, None, DECIMALS_M2, None, None),
    )


def _hectares(m2: float) -> Cell:
    return None if math.isnan(m2) else round_half_up(hectares(m2), DECIMALS_M2)


def overlap_table(figures: PlannerFigures, unit: Unit, *, short: bool = False) -> Table:
    """Low-hill ground under both of two exclusions; `short` heads columns with ids."""
    matrix = figures.tables.overlap_matrix
    gone = absent(figures)
    names = [str(one) for one in matrix.index]
    rows: list[tuple[Cell, ...]] = []
    for first, values in zip(names, matrix[names].to_numpy().tolist(), strict=True):
        cells = [
            None if {first, second} & gone else area_cell(float(m2), unit)
            for second, m2 in zip(names, values, strict=True)
        ]
        rows.append((exclusion_text(figures.account.exclusions, first), *cells))
    columns = [
        Text(one, one) if short else exclusion_text(figures.account.exclusions, one)
        for one in names
    ]
    return Table(
        name=Text("重叠矩阵", "overlap matrix"),
        title=Text(
            f"低丘缓坡内两两重叠（{unit.text.zh}），对角线为该项自身",
            f"low-hill land under both of two exclusions ({unit.text.en}); the diagonal is its own",
        ),
        columns=(Text("排除条件", "exclusion"), *columns),
        rows=tuple(rows),
        decimals=(None, *[unit.decimals] * len(names)),
    )


def attributed_table(figures: PlannerFigures, unit: Unit) -> Table:
    """Gross, alone, shared, attributed of each exclusion; attributed ones add up to taken."""
    sums = {
        c: loss(figures, "county", f"{c}_m2").sum(min_count=1)
        for c in ("alone", "shared", "attributed")
    }
    ids = list(figures.account.exclusions.ids)
    attributed = balanced_column([float(sums["attributed"][one]) for one in ids], unit)
    rows: list[tuple[Cell, ...]] = []
    raw = float(figures.tables.net["county"]["raw_m2"].sum())
    for one, fair in zip(ids, attributed, strict=True):
        own, other = balanced_column([float(sums[c][one]) for c in ("alone", "shared")], unit)
        share = float(sums["attributed"][one]) / raw if raw else math.nan
        rows.append(
            (
                exclusion_text(figures.account.exclusions, one),
                own,
                other,
                column_sum([own, other], unit),
                fair,
                percent_cell(share),
            )
        )
    taken = column_sum(attributed, unit)
    share = float(sums["attributed"].sum()) / raw if raw else math.nan
    rows.append((TOTAL, None, None, None, taken, percent_cell(share)))
    u = unit.text
    return Table(
        name=Text("各项扣除", "losses"),
        title=Text(
            f"各排除条件从低丘缓坡扣除的面积（{u.zh}），与次序无关",
            f"what each exclusion takes from low-hill land ({u.en}), in no order",
        ),
        columns=(
            Text("排除条件", "exclusion"),
            Text("仅此一项", "alone"),
            Text("与他项共占", "shared"),
            Text("该项合计", "gross"),
            Text("均分后应计", "attributed"),
            Text("应计占低丘缓坡 %", "attributed % of low-hill"),
        ),
        rows=tuple(rows),
        decimals=(None, *[unit.decimals] * 4, DECIMALS_M2),
        notes=(
            Text(
                "“仅此一项”：没有别的扣除项成立的低丘缓坡。共占而被扣除的部分，由起决定作用"
                "的各项均分（有禁止项的为各禁止项，否则为按比例扣除的各项），故“应计”之和即"
                "全部扣除。有条件、限定范围的各项不扣除。",
                "Alone: low-hill land on which nothing else takes. What is taken of shared ground "
                "is split evenly among those that decide (the prohibited ones, or where there is "
                "none those that take a part), so that attributed adds up to all that is taken. "
                "Conditional and bounding exclusions take nothing.",
            ),
        ),
    )


def reconciliation_table(figures: PlannerFigures) -> Table:
    """Ground of each exclusion by polygons and by cells."""
    rows: list[tuple[Cell, ...]] = []
    for name, row in figures.account.reconciled.iterrows():
        polygons, cells, difference = (
            float(row[c]) for c in ("polygons_m2", "cells_m2", "difference_m2")
        )
        share = difference / polygons * 1e6 if polygons else math.nan
        rows.append(
            (
                exclusion_text(figures.account.exclusions, str(name)),
                *(_m2(v) for v in (polygons, cells, difference)),
                None if math.isnan(share) else round_half_up(share, _PPM_DECIMALS),
            )
        )
    return Table(
        name=Text("面与像元核对", "reconciliation"),
        title=Text(
            "各排除条件的面积：由多边形与由像元（m²）",
            "ground of each exclusion measured of polygons and of cells (m²)",
        ),
        columns=(
            Text("排除条件", "exclusion"),
            Text("由多边形", "of polygons"),
            Text("由像元", "of cells"),
            Text("差", "difference"),
            Text("差 ppm", "difference ppm"),
        ),
        rows=tuple(rows),
        decimals=(None, *[DECIMALS_M2] * 3, _PPM_DECIMALS),
        notes=(
            Text("“—”：由栅格给出，没有多边形。", "A dash: given as a raster, without polygons."),
        ),
    )


def _m2(value: float) -> Cell:
    return None if math.isnan(value) else round_half_up(value, DECIMALS_M2)


def claimed_table(figures: PlannerFigures) -> Table:
    """Three figures of ours beside each figure of the plan."""
    rows: list[tuple[Cell, ...]] = [
        (
            one.text,
            _km2(one.raw_m2),
            _km2(one.net_m2),
            _km2(one.contiguous_m2),
            _km2(one.claimed_m2),
            one.caution,
        )
        for one in figures.claimed
    ]
    return Table(
        name=Text("与规划数并列", "beside the plan"),
        title=Text("三个计算值与规划数并列（平方公里）", "three figures beside the plan's (km²)"),
        columns=(
            Text("规划数", "figure of the plan"),
            Text("坡度初筛", "by slope alone"),
            Text("扣除限制因子后", "net of exclusions"),
            Text("再按连片与大小筛选", "net of contiguity and size"),
            Text("规划数 km²", "the plan's"),
            Text("注意", "caution"),
        ),
        rows=tuple(rows),
        decimals=(None, *[_KM2_DECIMALS] * 4, None),
        notes=(UNPUBLISHED,),
    )


def _km2(m2: float) -> Cell:
    return None if math.isnan(m2) else round_half_up(km2(m2), _KM2_DECIMALS)


def place_loss_table(figures: PlannerFigures, level: str, unit: Unit) -> Table:
    """Gross, alone, shared and attributed of each exclusion in each place."""
    columns = ("alone_m2", "shared_m2", "attributed_m2")
    found = [loss(figures, level, c).to_numpy().tolist() for c in columns]
    exclusions = figures.account.exclusions
    names = [exclusion_text(exclusions, one) for one in exclusions.ids]
    rows: list[tuple[Cell, ...]] = []
    for place, *lines in zip(figures.tables.net[level].index, *found, strict=True):
        where = place_text(figures.plan, level, str(place))
        for name, alone, shared, fair in zip(names, *lines, strict=True):
            own, other = balanced_column([alone, shared], unit)
            gross = column_sum([own, other], unit)
            rows.append((where, name, own, other, gross, area_cell(fair, unit)))
    return Table(
        name=Text(f"各项扣除 {LEVELS[level].zh}", f"losses by {LEVELS[level].en}"),
        title=Text(
            f"{LEVELS[level].zh}×排除条件：低丘缓坡内的面积（{unit.text.zh}）",
            f"low-hill land under each exclusion by {LEVELS[level].en} ({unit.text.en})",
        ),
        columns=(
            LEVELS[level],
            Text("排除条件", "exclusion"),
            Text("仅此一项", "alone"),
            Text("与他项共占", "shared"),
            Text("该项合计", "gross"),
            Text("均分后应计", "attributed"),
        ),
        rows=tuple(rows),
        decimals=(None, None, *[unit.decimals] * 4),
        notes=(
            Text(
                "“应计”各自修约；调平的见“扣除分析”。",
                "attributed is rounded on its own; balanced figures stand in the waterfall.",
            ),
        ),
    )


def county_summary(figures: PlannerFigures) -> Table:
    """Summary of each county in km²: area, low-hill land, available land."""
    net = figures.tables.net["county"]
    rows: list[tuple[Cell, ...]] = [
        (place_text(figures.plan, "county", str(code)), *_summary(net.loc[code].to_dict()))
        for code in net.index
    ]
    rows.append((TOTAL, *_summary(net.sum().to_dict())))
    return Table(
        name=Text("汇总", "summary"),
        title=Text(
            "各县低丘缓坡与可用地（平方公里）", "low-hill and available land by county (km²)"
        ),
        columns=(
            LEVELS["county"],
            Text("面积", "area"),
            Text("低丘缓坡", "low-hill"),
            Text("占比%", "share %"),
            Text("可用", "available"),
            Text("占比%", "share %"),
            Text("其中有条件", "conditional"),
            Text("坡度未知", "unknown"),
        ),
        rows=tuple(rows),
        decimals=(None, 2, 2, 1, 2, 1, 2, 2),
        notes=(
            Text(
                "面积为 CGCS2000 椭球面积；各数独立修约。",
                "areas on the CGCS2000 ellipsoid; each figure rounded on its own.",
            ),
        ),
    )


def _summary(row: Mapping[Any, Any]) -> tuple[Cell, ...]:
    whole = row["area_m2"]

    def share(name: str) -> Cell:
        return round_half_up(100.0 * row[name] / whole, 1) if whole else None

    return (
        _km2(whole),
        _km2(row["raw_m2"]),
        share("raw_m2"),
        _km2(row["available_m2"]),
        share("available_m2"),
        _km2(row["conditional_m2"]),
        _km2(row["unknown_m2"]),
    )
