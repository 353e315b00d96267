"""The workbook of a check: its tables, parcels, land classes, overlap matrix and parameters."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from dzgis.area import polygon_area_m2
from dzgis.changes import differences
from dzgis.crs import CGCS2000, crs_name, gauss_kruger, zone_of
from dzgis.reports.change_tables import change_table, difference_table
from dzgis.reports.check_tables import check_tables, conflict_frame
from dzgis.reports.land_parts import land_parts
from dzgis.reports.part_method import rules_table
from dzgis.reports.slope_parts import MEASURES, slope_columns, slope_label, slope_parts
from dzgis.reports.table import UNITS, Table
from dzgis.terms import Text
from dzgis.units import DECIMALS_M2, round_half_up

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from dzgis.findings import Check
    from dzgis.reports.context import ReportContext
from dzgis.reports.table import Cell

_M2 = UNITS[0]
_PARAMETERS = "parameters"


def check_workbook(check: Check, context: ReportContext) -> list[Table]:
    """
    All sheets of check.xlsx.

    结论, 地块, 面积核对, 地类, 林地, 坡度, 逐项核查, 冲突明细, 重叠矩阵, 数据源, 参数, 规则,
    规则对照, 变化.
    """
    verdicts, areas, findings, pieces, layers, basis = check_tables(check)
    facts = [table for table in (_forest(check), _slopes(check, context)) if table is not None]
    return [
        verdicts,
        _parcels(check),
        areas,
        _land(check),
        *facts,
        findings,
        pieces,
        _matrix(check),
        layers,
        _parameters(basis, context),
        rules_table(check),
        *_comparisons(check),
    ]


def _comparisons(check: Check) -> Iterator[Table]:
    """What other rule sets say, and what changed since an earlier check."""
    if check.others:
        found = differences(check, check.others)
        yield difference_table(found, check, check.others)
    if check.changes is not None:
        yield change_table(check.changes)


def _parcels(check: Check) -> Table:
    """Who and where: a line a parcel, those with a fault too."""
    lands = check.land.to_crs(CGCS2000)
    boxes = lands.bounds
    source = crs_name(check.land.crs)
    rows: list[tuple[Cell, ...]] = []
    for parcel in check.parcels:
        name = parcel.parcel_id
        there = name in check.land.index
        decided = parcel.override
        rows.append(
            (
                name,
                _name(check, name) if there else None,
                parcel.verdict.text,
                decided.verdict.text if decided else None,
                f"{decided.by} {decided.at} {decided.reason}" if decided else None,
                _corners(check.land.geometry.loc[name]) if there else None,
                source if there else None,
                *(_zone(boxes.loc[name]) if there else (None, None)),
                parcel.fault,
            )
        )
    return Table(
        name=Text("地块", "parcels"),
        title=Text("地块基本情况", "Parcels"),
        columns=(
            Text("地块编号", "parcel"),
            Text("名称", "name"),
            Text("结论", "verdict"),
            Text("人工复核结论", "decided by a person"),
            Text("复核人、时间、理由", "by, at, why"),
            Text("界址点数", "corners"),
            Text("来源坐标系", "CRS"),
            Text("3度带", "3-degree zone"),
            Text("中央经线", "meridian"),
            Text("未能核查的原因", "why not checked"),
        ),
        rows=tuple(rows),
        decimals=(*(None,) * 5, 0, None, 0, 0, None),
    )


def _name(check: Check, parcel_id: str) -> Cell:
    if "name" not in check.land.columns:
        return None
    return str(check.land["name"].loc[parcel_id]) or None


def _corners(shape: shapely.Geometry) -> int:
    rings = shapely.get_rings(shapely.get_parts(shape))
    return sum(len(shapely.get_coordinates(ring)) - 1 for ring in rings)


def _zone(box: pd.Series[float]) -> tuple[Cell, Cell]:
    zone = zone_of(gauss_kruger((float(box["minx"]) + float(box["maxx"])) / 2))
    return (None, None) if zone is None else (zone.number, zone.meridian_deg)


def _land(check: Check) -> Table:
    """Land classes; the parts of a parcel add up to its area."""
    table = None if check.facts is None else check.facts.land_classes
    unknown = Text("未提供地类图斑。", "No land-use patches were given.")
    rows = () if table is None else tuple(_land_rows(check, table))
    return Table(
        name=Text("地类", "land classes"),
        title=Text("现状地类（椭球面积）", "Land classes (ellipsoidal)"),
        columns=(
            Text("地块编号", "parcel"),
            Text("三大类", "group"),
            Text("地类编码", "code"),
            Text("地类名称", "class"),
            Text("坐落村", "village"),
            Text("权属单位", "owner"),
            Text("权属性质", "ownership"),
            Text("面积 m²", "area m²"),
            Text("田坎 m²", "ridges m²"),
            Text("净面积 m²", "net m²"),
        ),
        rows=rows,
        decimals=(*(None,) * 7, DECIMALS_M2, DECIMALS_M2, DECIMALS_M2),
        notes=(unknown,) if table is None else (),
    )


def _land_rows(check: Check, table: pd.DataFrame) -> Iterator[tuple[Cell, ...]]:
    numbers = table.reset_index(drop=True).groupby("parcel_id", sort=False).indices
    for parcel in check.parcels:
        mine = table.iloc[numbers.get(parcel.parcel_id, np.array([], dtype=int))]
        for part in land_parts(mine, parcel.area_m2, _M2)[0]:
            yield (
                parcel.parcel_id,
                part.group.text if part.group else None,
                part.code or None,
                part.name if part.name.zh else None,
                part.village or None,
                part.owner or None,
                part.ownership or None,
                round(part.net + part.ridge, DECIMALS_M2),
                part.ridge,
                part.net,
            )


def _forest(check: Check) -> Table | None:
    table = None if check.facts is None else check.facts.forest
    if table is None:
        return None
    return Table(
        name=Text("林地", "forest"),
        title=Text("林地保护等级与森林类别", "Forest by grade and category"),
        columns=(
            Text("地块编号", "parcel"),
            Text("保护等级", "grade"),
            Text("森林类别", "category"),
            Text("椭球面积 m²", "ellipsoidal m²"),
            Text("平面面积 m²", "planar m²"),
        ),
        rows=tuple(
            (
                str(row["parcel_id"]),
                str(row["grade"]),
                str(row["category"]),
                round_half_up(float(row["area_m2"]), DECIMALS_M2),
                round_half_up(float(row["planar_area_m2"]), DECIMALS_M2),
            )
            for row in table.to_dict(orient="records")
        ),
        decimals=(None, None, None, DECIMALS_M2, DECIMALS_M2),
    )


def _slopes(check: Check, context: ReportContext) -> Table | None:
    table = None if check.facts is None else check.facts.slopes
    if table is None:
        return None
    classes = slope_columns(table)
    measures = [name for name in MEASURES if name in table.columns]
    rows: list[tuple[Cell, ...]] = []
    for parcel in check.parcels:
        if parcel.parcel_id not in table.index:
            continue
        row = table.loc[[parcel.parcel_id]].iloc[0]
        digits: list[Cell] = [*slope_parts(row, classes, parcel.area_m2, _M2)]
        rows.append(
            (
                parcel.parcel_id,
                *(digits or [None] * len(classes)),
                *(_number(float(row[name]), MEASURES[name][1]) for name in measures),
            )
        )
    return Table(
        name=Text("坡度", "slopes"),
        title=Text("坡度（面积为椭球面积 m²）", "Slopes (areas ellipsoidal, m²)"),
        columns=(
            Text("地块编号", "parcel"),
            *(slope_label(column, context.slope_labels) for column in classes),
            *(MEASURES[name][0] for name in measures),
        ),
        rows=tuple(rows),
        decimals=(
            None,
            *(DECIMALS_M2 for _ in classes),
            *(MEASURES[name][1] for name in measures),
        ),
    )


def _number(value: float, decimals: int) -> Cell:
    return None if math.isnan(value) else round_half_up(value, decimals)


def _matrix(check: Check) -> Table:
    """Ground under both of two rules, m²; the diagonal is ground under one."""
    rules = [rule.id for rule in check.rule_set.spatial]
    common = overlap_matrix(check, rules)
    return Table(
        name=Text("重叠矩阵", "matrix"),
        title=Text("同时压占两项的面积（椭球面积 m²）", "Ground under both of two rules (m²)"),
        columns=(Text("规则", "rule"), *(Text(rule, rule) for rule in rules)),
        rows=tuple(
            (rule, *(round_half_up(m2, DECIMALS_M2) for m2 in row))
            for rule, row in zip(rules, common.tolist(), strict=True)
        ),
        decimals=(None, *(DECIMALS_M2 for _ in rules)),
        notes=(
            Text(
                "对角线为该项压占面积之和；非对角线为同一地块内两项重叠的部分。",
                "On the diagonal ground under one rule, beside it what two rules share.",
            ),
        ),
    )


def overlap_matrix(
    check: Check, rules: list[str]
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Areas in m² of ground under both of two rules, summed over parcels."""
    at = {rule: n for n, rule in enumerate(rules)}
    found = np.zeros((len(rules), len(rules)))
    for parcel in check.parcels:
        for finding in parcel.findings:
            if not math.isnan(finding.area_m2):
                found[at[finding.rule], at[finding.rule]] += finding.area_m2
    frame = conflict_frame(check)
    names = frame["rule"].to_numpy()
    pairs = [
        (a, b)
        for rows in frame.groupby("parcel_id", sort=False).indices.values()
        if len(rows) > 1
        for n, a in enumerate(rows)
        for b in rows[n + 1 :]
        if names[a] != names[b]
    ]
    if not pairs:
        return found
    shapes = frame.geometry.to_numpy()
    left, right = np.array(pairs).T
    common = shapely.intersection(shapes[left], shapes[right])
    areal = shapely.area(common) > 0.0
    size = polygon_area_m2(gpd.GeoDataFrame(geometry=common[areal], crs=frame.crs)).to_numpy()
    for a, b, m2 in zip(names[left[areal]], names[right[areal]], size.tolist(), strict=True):
        found[at[a], at[b]] += m2
        found[at[b], at[a]] += m2
    return found


def _parameters(basis: Table, context: ReportContext) -> Table:
    more: tuple[tuple[Cell, ...], ...] = (
        (Text("软件", "software"), f"dzgis {context.version}"),
        (Text("自检", "self-test"), context.selftest),
        (Text("输入清单", "inputs"), context.manifest or None),
        (Text("出具日期", "issued"), context.issued.isoformat()),
        *context.parameters,
    )
    return Table(
        name=Text("参数", _PARAMETERS),
        title=basis.title,
        columns=basis.columns,
        rows=(*basis.rows, *more),
        decimals=basis.decimals,
    )
