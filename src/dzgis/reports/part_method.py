"""Section 8, method and tolerance, likely boundary errors, and the rules that were used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dzgis.reports.check_tables import conflict_frame
from dzgis.reports.document import Grid, Heading, KeyValues, Paragraph, Section
from dzgis.reports.part_findings import sliver_rows
from dzgis.reports.table import UNITS, Table
from dzgis.terms import Text, both_languages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dzgis.findings import Check
    from dzgis.plan.rules import Rule
    from dzgis.reports.context import ReportContext
    from dzgis.reports.document import Block
    from dzgis.reports.table import Cell

UNCONFIRMED = Text("待确认", "to be confirmed")
_WIDTH_DECIMALS = 2


def method(check: Check, context: ReportContext) -> Section:
    """How areas were measured and small pieces classed."""
    blocks: list[Block] = [
        Heading(Text("方法与容差", "Method and tolerance")),
        KeyValues(tuple(_method(check, context))),
        *_slivers(check),
        Heading(Text("核查规则", "Rules"), 2),
        *_rules(check),
    ]
    return Section("method", tuple(blocks))


def _method(check: Check, context: ReportContext) -> Iterator[tuple[Text, Cell]]:
    tolerance = check.tolerance
    yield (
        Text("面积", "Area"),
        Text(
            "CGCS2000 椭球面积，按《图斑椭球面积计算公式及要求》（国土调查办发〔2008〕32号）"
            "计算；平面面积另列，仅供比较。",
            "On the CGCS2000 ellipsoid by the official formula (国土调查办发〔2008〕32号); planar "
            "areas stand beside it for comparison only.",
        ),
    )
    yield (
        Text("容差", "Tolerance"),
        Text(
            f"面积小于 {tolerance.sliver_area_m2:g} m² 或最宽处小于 {tolerance.sliver_width_m:g} m "
            f"的为疑似边界误差；最宽处小于 {tolerance.touch_width_m:g} m 的为相邻。容差只归类，"
            "不改变面积。",
            f"Pieces below {tolerance.sliver_area_m2:g} m² or nowhere as wide as "
            f"{tolerance.sliver_width_m:g} m are likely boundary errors; below "
            f"{tolerance.touch_width_m:g} m they touch. Tolerance classifies and never alters.",
        ),
    )
    yield Text("容差来源", "Source of the tolerance"), both_languages(tolerance.source.note)
    yield (
        Text("去重", "Counting once"),
        Text(
            "同一图层内及不同图层间重叠的部分，合计时每平方米只计一次。",
            "Where features or layers lie on each other, totals count each square metre once.",
        ),
    )
    yield (
        Text("修约", "Rounding"),
        Text(
            "先以平方米计算，最后修约（四舍五入）；分项按最大余数法调平，残差随表列出。",
            "Square metres are rounded last, halves up; parts are balanced by largest remainders, "
            "residuals stand below the tables.",
        ),
    )
    yield from context.parameters
    yield Text("软件", "Software"), f"dzgis {context.version}"
    yield Text("自检", "Self-test"), context.selftest
    yield Text("输入清单", "Inputs"), context.manifest or None


def _slivers(check: Check) -> Iterator[Block]:
    yield Heading(Text("疑似边界误差", "Likely boundary errors"), 2)
    rows = sliver_rows(conflict_frame(check))
    if not rows:
        yield Paragraph(Text("无疑似边界误差。", "There are none."))
        return
    yield Grid(
        Table(
            name=Text("疑似边界误差", "slivers"),
            title=Text("疑似边界误差清单", "Likely boundary errors"),
            columns=(
                Text("地块编号", "parcel"),
                Text("图层", "layer"),
                Text("保护图斑", "features"),
                Text("面积 m²", "area m²"),
                Text("平均宽度 m", "mean width m"),
            ),
            rows=tuple(rows),
            decimals=(None, None, None, UNITS[0].decimals, _WIDTH_DECIMALS),
        ),
        (25, 40, 45, 22, 24),
    )


def _rules(check: Check) -> Iterator[Block]:
    rules = check.rule_set
    yield Paragraph(
        Text(
            f"规则集：{rules.text.zh}（{rules.id}"
            + (f"，版本 {rules.version}" if rules.version else "")
            + f"），按基准日 {check.as_of} 有效的规则核查。标“{UNCONFIRMED.zh}”的规则尚未核对原文，"
            "使用前须由主管部门确认。",
            f"Rules: {rules.text.en} ({rules.id}"
            + (f", version {rules.version}" if rules.version else "")
            + f") in force on {check.as_of}. Rules marked “{UNCONFIRMED.en}” were not read in "
            "their own text.",
        )
    )
    yield Grid(rules_table(check), (13, 36, 22, 65, 20))


def rules_table(check: Check) -> Table:
    """Table 规则: every rule with its basis, and whether that was read in its own text."""
    return Table(
        name=Text("规则", "rules"),
        title=Text("核查规则及依据", "Rules and their bases"),
        columns=(
            Text("编号", "id"),
            Text("规则", "rule"),
            Text("性质", "verdict"),
            Text("依据", "basis"),
            Text("核对状态", "status"),
        ),
        rows=_rule_rows(check),
        decimals=(None,) * 5,
    )


def _rule_rows(check: Check) -> tuple[tuple[Cell, ...], ...]:
    """Every rule: id, title, what it means, legal basis, and whether that was read."""
    return tuple(_rule_row(rule, check.project_type) for rule in check.rule_set.rules)


_PRINTED_ONLY = Text("程序性，不作空间核查", "not spatial, printed only")


def _rule_row(rule: Rule, project_type: str | None) -> tuple[Cell, ...]:
    verdict = rule.verdict_for(project_type) if rule.kind == "spatial" else None
    by_project = Text("按项目类别", "by kind of project")
    kind = _PRINTED_ONLY if rule.kind != "spatial" else by_project
    return (
        rule.id,
        rule.text,
        kind if verdict is None else verdict.text,
        rule.legal_basis or _noted(rule),
        rule.status.text if rule.confirmed else UNCONFIRMED,
    )


def _noted(rule: Rule) -> Text | None:
    return both_languages(rule.source.note) if rule.source.note else None
