"""Tables and frames of a compliance check (压占分析)."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from dzgis.crs import CGCS2000
from dzgis.reports.area_table import area_table
from dzgis.reports.table import UNITS, Cell, Table, area_cells, percent_cell
from dzgis.terms import Contact, LayerStatus, Text, Verdict, role_text
from dzgis.units import (
    DECIMALS_HECTARE,
    DECIMALS_M2,
    DECIMALS_MU,
    apportioned,
    round_half_up,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    import geopandas as gpd

    from dzgis.findings import Check, Finding, ParcelCheck
    from dzgis.frames import Layer

_WIDTH_DECIMALS = 2
_AREA_COLUMNS = (Text("面积 m²", "area m²"), Text("公顷", "ha"), Text("亩", "mu"))
_AREA_DIGITS = (DECIMALS_M2, DECIMALS_HECTARE, DECIMALS_MU)


def check_tables(check: Check) -> list[Table]:
    """All tables of a check, in the order of the workbook's sheets."""
    return [
        _verdicts(check),
        area_table(check.areas),
        _findings(check),
        _pieces(check),
        _layers(check),
        _basis(check),
    ]


def _verdicts(check: Check) -> Table:
    rows = tuple(
        (
            parcel.parcel_id,
            parcel.verdict.text,
            *area_cells(parcel.area_m2),
            *area_cells(parcel.deduplicated_area_m2),
            grave_reason(parcel),
        )
        for parcel in check.parcels
    )
    return Table(
        name=Text("结论", "verdicts"),
        title=Text(
            f"地块核查结论（规则 {check.rules}，基准日 {check.as_of}）",
            f"verdicts (rules {check.rules}, as of {check.as_of})",
        ),
        columns=(
            Text("地块编号", "parcel"),
            Text("结论", "verdict"),
            *(Text(f"地块{c.zh}", f"parcel {c.en}") for c in _AREA_COLUMNS),
            *(Text(f"去重压占{c.zh}", f"deduplicated {c.en}") for c in _AREA_COLUMNS),
            Text("原因", "reason"),
        ),
        rows=rows,
        decimals=(None, None, *_AREA_DIGITS, *_AREA_DIGITS, None),
        notes=(
            Text(
                "技术核查，不替代行政审批。面积为 CGCS2000 椭球面积。",
                "a technical check, no substitute for approval; areas on the CGCS2000 ellipsoid.",
            ),
            *check.notes,
        ),
    )


def brief_table(check: Check) -> Table:
    """Verdicts in as few columns as a terminal has room for."""
    whole = _verdicts(check)
    keep = (0, 1, 3, 5, 8)
    return replace(
        whole,
        columns=tuple(whole.columns[n] for n in keep),
        rows=tuple(tuple(row[n] for n in keep) for row in whole.rows),
        decimals=tuple(whole.decimals[n] for n in keep),
    )


def grave_reason(parcel: ParcelCheck) -> Text:
    """Why the verdict is what it is, and which optional layers were not checked."""
    if parcel.verdict is Verdict.CLEAR:
        met = {f.role for f in parcel.findings if is_allowed(f)}
        clear = [f for f in parcel.findings if f.verdict is Verdict.CLEAR]
        checked = _roles(f for f in clear if f.role not in met)
        allowed = _roles(f for f in clear if f.role in met)
        said = Text(f"未发现压占：{checked.zh}", f"no conflict with: {checked.en}")
        if allowed.zh:
            said = Text(
                f"{said.zh}；涉及但对本类项目不作限制：{allowed.zh}",
                f"{said.en}; met, not restricted for this kind of project: {allowed.en}",
            )
    else:
        deciding = dict.fromkeys(
            f.reason for f in parcel.findings if f.verdict is parcel.verdict and not left_out(f)
        )
        said = Text("；".join(r.zh for r in deciding), "; ".join(r.en for r in deciding))
    unchecked = _roles(f for f in parcel.findings if left_out(f))
    if not unchecked.zh:
        return said
    return Text(f"{said.zh}。未核查：{unchecked.zh}", f"{said.en}. Not checked: {unchecked.en}")


def is_allowed(finding: Finding) -> bool:
    """Whether ground is met that the rule leaves free for this kind of project."""
    return finding.verdict is Verdict.CLEAR and finding.contact is Contact.OVERLAP


def left_out(finding: Finding) -> bool:
    """Whether a finding is about an optional layer that was not there."""
    return not finding.required and math.isnan(finding.area_m2)


def _roles(findings: Iterable[Finding]) -> Text:
    """Names of the layers of findings, each once."""
    names = [role_text(role) for role in dict.fromkeys(f.role for f in findings)]
    return Text("、".join(name.zh for name in names), ", ".join(name.en for name in names))


def _findings(check: Check) -> Table:
    rows = tuple(
        (parcel.parcel_id, *_finding_row(finding))
        for parcel in check.parcels
        for finding in parcel.findings
    )
    return Table(
        name=Text("逐项核查", "findings"),
        title=Text("逐项核查结果", "findings"),
        columns=(
            Text("地块编号", "parcel"),
            Text("规则", "rule"),
            Text("图层", "layer"),
            Text("是否必查", "required"),
            Text("结论", "verdict"),
            *_AREA_COLUMNS,
            Text("占地块%", "share %"),
            Text("块数", "n pieces"),
            Text("平均宽度 m", "mean width m"),
            Text("保护图斑", "features"),
            Text("说明", "reason"),
            Text("依据", "legal basis"),
        ),
        rows=rows,
        decimals=(
            *(None,) * 5,
            *_AREA_DIGITS,
            2,
            0,
            _WIDTH_DECIMALS,
            *(None,) * 3,
        ),
    )


def _finding_row(finding: Finding) -> tuple[Cell, ...]:
    return (
        finding.rule,
        role_text(finding.role),
        Text("是", "yes") if finding.required else Text("否", "no"),
        finding.verdict.text,
        *area_cells(finding.area_m2),
        percent_cell(finding.share),
        finding.n_pieces,
        round_half_up(finding.mean_width_m, _WIDTH_DECIMALS),
        ";".join(finding.feature_ids),
        finding.reason,
        finding.legal_basis,
    )


def _pieces(check: Check) -> Table:
    frame = conflict_frame(check)
    centre = frame.to_crs(CGCS2000).geometry.representative_point()
    areas, residual = piece_areas(check, frame)
    rows = tuple(
        (
            str(row.parcel_id),
            str(row.rule),
            role_text(str(row.role)),
            Contact(row.contact).text,
            *areas[n],
            round_half_up(float(row.width_m), _WIDTH_DECIMALS),
            str(row.feature_ids),
            round_half_up(point.x, 6),
            round_half_up(point.y, 6),
        )
        for n, (row, point) in enumerate(zip(frame.itertuples(), centre, strict=True))
    )
    return Table(
        name=Text("冲突明细", "pieces"),
        title=Text(
            "压占与疑似边界误差明细（每块一行，不丢弃、不放大）",
            "overlapping pieces and slivers, one a row, none dropped, none inflated",
        ),
        columns=(
            Text("地块编号", "parcel"),
            Text("规则", "rule"),
            Text("图层", "layer"),
            Text("类型", "contact"),
            *_AREA_COLUMNS,
            Text("平均宽度 m", "mean width m"),
            Text("保护图斑", "features"),
            Text("经度", "longitude"),
            Text("纬度", "latitude"),
        ),
        rows=rows,
        decimals=(*(None,) * 4, *_AREA_DIGITS, _WIDTH_DECIMALS, None, 6, 6),
        notes=(
            Text(
                "各块按最大余数法调平，同一地块同一规则的各块之和即“逐项核查”所列面积；"
                f"归入最大块的残差至多 {residual:.{DECIMALS_M2}f} m²。",
                "the pieces of a parcel under a rule add up to the area of that finding, balanced "
                f"by largest remainders; at most {residual:.{DECIMALS_M2}f} m² went to the largest "
                "piece.",
            ),
        ),
    )


def piece_areas(check: Check, frame: gpd.GeoDataFrame) -> tuple[list[tuple[Cell, ...]], float]:
    """Areas of pieces in each unit, adding up to their finding's; the largest residual in m²."""
    whole = {(p.parcel_id, f.rule): f.area_m2 for p in check.parcels for f in p.findings}
    together: dict[tuple[str, str], list[int]] = {}
    for n, key in enumerate(zip(frame["parcel_id"], frame["rule"], strict=True)):
        together.setdefault((str(key[0]), str(key[1])), []).append(n)
    m2 = frame["area_m2"].to_numpy(dtype=float)
    cells: list[list[Cell]] = [[] for _ in m2]
    worst_m2 = 0.0
    for key, rows in together.items():
        for unit in UNITS:
            parts, residual = apportioned(
                [unit.of(float(m2[n])) for n in rows], unit.of(whole[key]), unit.decimals
            )
            if unit is UNITS[0]:
                worst_m2 = max(worst_m2, abs(residual))
            for n, part in zip(rows, parts, strict=True):
                cells[n].append(part)
    return [tuple(one) for one in cells], worst_m2


def _layers(check: Check) -> Table:
    return Table(
        name=Text("数据源", "sources"),
        title=Text("核查所用图层", "layers of this check"),
        columns=(
            Text("图层", "layer"),
            Text("状态", "status"),
            Text("来源", "source"),
            Text("现势日期", "date"),
            Text("有效期至", "valid until"),
            Text("要素数", "n features"),
            Text("调查范围", "surveyed extent"),
            Text("说明", "reason"),
            Text("SHA-256", "SHA-256"),
        ),
        rows=tuple(_layer_row(layer) for layer in check.layers),
        decimals=(None, None, None, None, None, 0, None, None, None),
    )


def _layer_row(layer: Layer) -> tuple[Cell, ...]:
    absent = layer.status is LayerStatus.ABSENT
    return (
        role_text(layer.role),
        layer.status.text,
        layer.source,
        layer.date,
        layer.valid_until,
        None if absent else layer.n_features,
        layer.extent_basis,
        layer.reason,
        layer.sha256,
    )


def _basis(check: Check) -> Table:
    tolerance = check.tolerance
    rows: tuple[tuple[Cell, ...], ...] = (
        (Text("规则集", "rule set"), check.rules),
        (Text("基准日", "as of"), check.as_of.isoformat()),
        (Text("边界误差：面积小于 m²", "sliver: area below m²"), tolerance.sliver_area_m2),
        (Text("边界误差：平均宽度小于 m", "sliver: mean width below m"), tolerance.sliver_width_m),
        (Text("相邻：平均宽度小于 m", "touching: mean width below m"), tolerance.touch_width_m),
        (Text("容差来源", "source of the tolerance"), tolerance.source.note),
    )
    return Table(
        name=Text("方法与容差", "method"),
        title=Text(
            "方法与容差：容差只归类，不改变面积", "method: tolerance classifies, never alters"
        ),
        columns=(Text("项目", "item"), Text("取值", "value")),
        rows=rows,
        decimals=(None, None),
    )


def conflict_frame(check: Check) -> gpd.GeoDataFrame:
    """Pieces with an area: overlaps and slivers, without those that only touch."""
    measured = check.pieces["contact"].isin((Contact.OVERLAP, Contact.SLIVER))
    return check.pieces[measured].reset_index(drop=True)
