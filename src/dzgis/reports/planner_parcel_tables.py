"""Tables of candidates, of what was given up and is missing, of ledgers, and of parcels."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from dzgis.reports.balanced_table import area_cell, balanced_column, column_sum
from dzgis.reports.planner_names import LEVELS, TOTAL, joined, place_text
from dzgis.reports.table import Table
from dzgis.terms import ClusterStatus, Text, Verdict
from dzgis.units import round_half_up

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import geopandas as gpd
    import pandas as pd

    from dzgis.plan.model import Plan
    from dzgis.reports.planner_figures import PlannerFigures
    from dzgis.reports.table import Cell, Unit

_KM_DECIMALS = 1
_M_PER_KM = 1000.0
_DISTANCES = {
    "to_road_m": Text("距公路 km", "to road km"),
    "to_railway_m": Text("距铁路 km", "to railway km"),
    "to_town_m": Text("距城镇 km", "to town km"),
}
IN_WORKBOOK = Text("全部见 tables.xlsx。", "All of them stand in tables.xlsx.")
_YES = Text("入选", "chosen")
_NO = Text("备选", "spare")


def candidate_table(
    figures: PlannerFigures, units: Sequence[Unit], most: int | None = None
) -> Table:
    """Candidates, best first, areas in each unit; beyond `most` only their number and area."""
    frame = figures.proposal.candidates
    areas = [_balanced(frame, unit) for unit in units]
    extra = [name for name in _DISTANCES if name in frame.columns]
    shown = len(frame) if most is None else min(most, len(frame))
    assigned = figures.assigned
    placed = _records(assigned[assigned.index.isin(frame.index[:shown])])
    rows: list[tuple[Cell, ...]] = []
    for n, (name, row) in enumerate(_records(frame.head(shown)).items()):
        where = placed.get(name, {})
        place, rest = _candidate(figures.plan, str(name), row, where, extra=extra)
        rows.append((*place, *(column[n] for pair in areas for column in pair), *rest))
    blank: tuple[Cell, ...] = (None,) * (6 + len(extra))
    if shown < len(frame):
        more = Text(f"其余 {len(frame) - shown} 块", f"{len(frame) - shown} more")
        rows.append((more, None, None, None, *_sums(areas, units, shown), *blank))
    rows.append((TOTAL, None, None, None, *_sums(areas, units, 0), *blank))
    said = "、".join(unit.text.zh for unit in units), ", ".join(unit.text.en for unit in units)
    return Table(
        name=Text("候选地块", "candidates"),
        title=Text(
            f"候选地块（{said[0]}），优者在前", f"candidate parcels ({said[1]}), best first"
        ),
        columns=(
            Text("编号", "id"),
            LEVELS["county"],
            LEVELS["cluster"],
            Text("发展轴", "axis"),
            *(
                Text(f"{zh} {unit.text.zh}", f"{en} {unit.text.en}")
                for unit in units
                for zh, en in (("面积", "area"), ("填补", "filled"))
            ),
            Text("平均坡度 °", "mean slope °"),
            Text("宽 m", "width m"),
            Text("紧凑度", "compact"),
            Text("适宜性", "suitability"),
            Text("距轴 km", "to axis km"),
            *(_DISTANCES[name] for name in extra),
            Text("选择", "choice"),
        ),
        rows=tuple(rows),
        decimals=(
            *[None] * 4,
            *(unit.decimals for unit in units for _ in range(2)),
            1,
            0,
            2,
            1,
            _KM_DECIMALS,
            *[_KM_DECIMALS] * len(extra),
            None,
        ),
        notes=(
            Text(
                "宽为最大内切圆直径；紧凑度为 4π·面积/周长²；填补为并入地块而原不可用的小块。",
                "width: diameter of the largest circle inside; compactness: 4π·area/perimeter²; "
                "filled: ground within that was not available by slope.",
            ),
        ),
    )


def _balanced(frame: gpd.GeoDataFrame, unit: Unit) -> tuple[list[Cell], list[Cell]]:
    """Area and filled ground of each candidate in a unit, each adding up to its total."""
    area, filled = (
        balanced_column([float(v) for v in frame[name]], unit) for name in ("area_m2", "filled_m2")
    )
    return area, filled


def _sums(
    areas: Sequence[tuple[list[Cell], list[Cell]]], units: Sequence[Unit], first: int
) -> Iterator[Cell]:
    """Sums of the columns from a row on."""
    for pair, unit in zip(areas, units, strict=True):
        yield from (column_sum(column[first:], unit) for column in pair)


def _candidate(
    plan: Plan, name: str, row: Mapping[Any, Any], where: Mapping[Any, Any], *, extra: Sequence[str]
) -> tuple[tuple[Cell, ...], tuple[Cell, ...]]:
    """Cells of a candidate before and after its areas."""
    place = (
        name,
        place_text(plan, "county", str(row["county_code"])),
        _cluster(plan, where),
        place_text(plan, "corridor", str(where.get("axis", ""))),
    )
    return place, (
        _number(row["mean_slope_deg"], 1),
        _number(row["width_m"], 0),
        _number(row["compactness"], 2),
        _number(row["suitability"], 1),
        _km(where.get("axis_distance_m")),
        *(_km(row[one]) for one in extra),
        _YES if row["chosen"] else _NO,
    )


def _records(frame: gpd.GeoDataFrame) -> dict[Any, dict[Any, Any]]:
    """Rows of a frame by id, without geometry."""
    plain = frame.drop(columns="geometry")
    return dict(zip(plain.index, plain.to_dict(orient="records"), strict=True))


def _cluster(plan: Plan, where: Mapping[Any, Any]) -> Text:
    name = place_text(plan, "cluster", str(where.get("cluster", "") or ""))
    status = where.get("cluster_status")
    if status is None or ClusterStatus(str(status)) in (ClusterStatus.LISTED, ClusterStatus.COUNTY):
        return name
    said = ClusterStatus(str(status)).text
    if not where.get("cluster"):
        return said
    return Text(f"{name.zh}（{said.zh}）", f"{name.en} ({said.en})")


def _number(value: object, decimals: int) -> Cell:
    number = float(str(value))
    return None if math.isnan(number) else round_half_up(number, decimals)


def _km(value: object) -> Cell:
    if value is None or math.isnan(number := float(str(value))):
        return None
    return round_half_up(number / _M_PER_KM, _KM_DECIMALS)


def reason_table(figures: PlannerFigures, *, parcels: bool, most: int | None = None) -> Table:
    """Where each candidate, or each checked parcel, belongs, and why."""
    frame = figures.parcels if parcels else figures.assigned
    shown = len(frame) if most is None else min(most, len(frame))
    rows: list[tuple[Cell, ...]] = []
    for name, row in _records(frame.head(shown)).items():
        reason = row["reason"]
        verdict = (Verdict(str(row["verdict"])).text,) if parcels else ()
        rows.append(
            (
                str(name),
                place_text(figures.plan, "county", str(row["county_code"])),
                _cluster(figures.plan, row),
                place_text(figures.plan, "corridor", str(row["axis"])),
                _km(row["axis_distance_m"]),
                *verdict,
                reason if isinstance(reason, Text) else str(reason),
            )
        )
    if shown < len(frame):
        more = Text(f"其余 {len(frame) - shown} 块", f"{len(frame) - shown} more")
        rows.append((more, *[None] * (5 + parcels)))
    name, title = (
        (Text("地块归属", "parcels"), Text("已核查地块的归属与结论", "checked parcels"))
        if parcels
        else (
            Text("候选归属", "candidates placed"),
            Text("候选地块的归属与理由", "where candidates belong, and why"),
        )
    )
    return Table(
        name=name,
        title=title,
        columns=(
            Text("编号", "id"),
            LEVELS["county"],
            LEVELS["cluster"],
            Text("最近的轴", "nearest axis"),
            Text("距轴 km", "to axis km"),
            *([Text("结论", "verdict")] if parcels else []),
            Text("理由", "reason"),
        ),
        rows=tuple(rows),
        decimals=(*[None] * 4, _KM_DECIMALS, *[None] * (1 + parcels)),
        notes=() if shown == len(frame) else (IN_WORKBOOK,),
    )


def dropped_table(figures: PlannerFigures, unit: Unit) -> Table:
    """Regions that were given up, by reason."""
    found = list(figures.proposal.dropped.values())
    areas = balanced_column([m2 for _, _, m2 in found], unit)
    rows: list[tuple[Cell, ...]] = [
        (reason, n, area) for (reason, n, _), area in zip(found, areas, strict=True)
    ]
    rows.append((TOTAL, sum(n for _, n, _ in found), column_sum(areas, unit)))
    return Table(
        name=Text("未入选", "given up"),
        title=Text(
            f"未成为候选的连片（{unit.text.zh}）", f"regions that were given up ({unit.text.en})"
        ),
        columns=(Text("原因", "reason"), Text("块数", "number"), unit.text),
        rows=tuple(rows),
        decimals=(None, 0, unit.decimals),
    )


_SHORTFALL = ("wanted", "wanted_m2", "n", "m2", "missing", "missing_m2")


def shortfall_table(figures: PlannerFigures, unit: Unit) -> Table:
    """What was wanted, what was found, what is missing, by cluster."""
    rows: list[tuple[Cell, ...]] = []
    for cluster, row in figures.proposal.shortfall.iterrows():
        numbers = {name: float(row[name]) for name in _SHORTFALL}
        rows.append(
            (
                place_text(figures.plan, "cluster", str(cluster)),
                *(
                    cell
                    for n, m2 in (("wanted", "wanted_m2"), ("n", "m2"), ("missing", "missing_m2"))
                    for cell in (_count(numbers[n]), area_cell(numbers[m2], unit))
                ),
                row.get("reason", ""),
            )
        )
    u = unit.text
    return Table(
        name=Text("缺口", "shortfall"),
        title=Text(f"需求与缺口（{u.zh}）", f"wanted, found, missing ({u.en})"),
        columns=(
            LEVELS["cluster"],
            Text("需要 块", "wanted"),
            Text(f"需要 {u.zh}", f"wanted {u.en}"),
            Text("入选 块", "chosen"),
            Text(f"入选 {u.zh}", f"chosen {u.en}"),
            Text("缺 块", "missing"),
            Text(f"缺 {u.zh}", f"missing {u.en}"),
            Text("原因", "why"),
        ),
        rows=tuple(rows),
        decimals=(None, *[0, unit.decimals] * 3, None),
        notes=(Text("“—”：未提出要求。", "A dash: nothing was asked for."),),
    )


def _count(value: float) -> Cell:
    return None if math.isnan(value) else int(value)


def ledger_table(figures: PlannerFigures, level: str, unit: Unit) -> Table:
    """Ledger (台账) of clusters or axes; checked = clear + conflicting + undetermined."""
    table = figures.ledgers.clusters if level == "cluster" else figures.ledgers.axes
    parts = ("clear", "conflicting", "undetermined")
    open_columns = {
        name: balanced_column([float(v) for v in table[name]], unit)
        for name in ("available_m2", "proposed_m2")
    }
    lines: list[list[Cell]] = []
    for n, row in enumerate(table.to_dict(orient="records")):
        checked = balanced_column([float(row[f"{part}_m2"]) for part in parts], unit)
        pairs = [
            cell
            for part, area in zip(parts, checked, strict=True)
            for cell in (int(row[f"n_{part}"]), area)
        ]
        lines.append(
            [
                open_columns["available_m2"][n],
                int(row["n_proposed"]),
                open_columns["proposed_m2"][n],
                int(row["n_checked"]),
                column_sum(checked, unit),
                *pairs,
            ]
        )
    digits = (unit.decimals, *[0, unit.decimals] * 5)
    total = [
        column_sum(column, unit) if d else sum(int(str(c)) for c in column)
        for column, d in zip(zip(*lines, strict=True), digits, strict=True)
    ]
    names = [place_text(figures.plan, level, str(place)) for place in table.index]
    rows = [(name, *line) for name, line in zip(names, lines, strict=True)]
    return Table(
        name=Text(f"台账 {LEVELS[level].zh}", f"ledger by {_said(level).en}"),
        title=Text(
            f"{_said(level).zh}台账（面积：{unit.text.zh}）",
            f"ledger of {_said(level).en} (areas: {unit.text.en})",
        ),
        columns=(_said(level), *_ledger_columns(unit)),
        rows=(*rows, (TOTAL, *total)),
        decimals=(None, *digits),
        notes=(
            Text(
                "核查 = 未发现压占 ＋ 压占（含有条件、容差内）＋ 无法判定。",
                "checked = clear + conflicting (any other verdict) + undetermined.",
            ),
        ),
    )


def _said(level: str) -> Text:
    axes = Text("发展轴（廊道内）", "axes (within corridors)")
    return Text("组团", "clusters") if level == "cluster" else axes


def _ledger_columns(unit: Unit) -> tuple[Text, ...]:
    u = unit.text
    names = (
        Text("候选", "proposed"),
        Text("核查", "checked"),
        Text("未发现", "clear"),
        Text("压占", "conflicting"),
        Text("无法判定", "undetermined"),
    )
    pairs = [
        column
        for name in names
        for column in (
            Text(f"{name.zh} 块", f"n {name.en}"),
            Text(f"{name.zh} {u.zh}", f"{name.en} {u.en}"),
        )
    ]
    return (Text(f"可用 {u.zh}", f"available {u.en}"), *pairs)


def industry_table(figures: PlannerFigures, unit: Unit) -> Table:
    """Industries of the plan with the clusters and axes that are to have them."""
    table: pd.DataFrame = figures.ledgers.industries
    rows: list[tuple[Cell, ...]] = [
        (
            str(row["industry"]),
            joined(str(row["clusters"]), figures.plan, "cluster"),
            joined(str(row["axes"]), figures.plan, "corridor"),
            area_cell(float(row["available_m2"]), unit),
            int(row["n_proposed"]),
            area_cell(float(row["proposed_m2"]), unit),
        )
        for row in table.to_dict(orient="records")
    ]
    u = unit.text
    return Table(
        name=Text("产业", "industries"),
        title=Text(f"产业与用地（{u.zh}）", f"industries and land ({u.en})"),
        columns=(
            Text("产业", "industry"),
            Text("组团", "clusters"),
            Text("发展轴", "axes"),
            Text(f"可用 {u.zh}", f"available {u.en}"),
            Text("候选 块", "n proposed"),
            Text(f"候选 {u.zh}", f"proposed {u.en}"),
        ),
        rows=tuple(rows),
        decimals=(None, None, None, unit.decimals, 0, unit.decimals),
        notes=(
            Text(
                "一组团可有多种产业，各行不可相加。产业名为规划原文。",
                "A cluster may have several industries: rows do not add up. Names of industries "
                "are the plan's own, in Chinese.",
            ),
        ),
    )
