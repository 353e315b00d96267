"""Sections 9 and 10: what this report is not, and who answers for it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from dzgis.reports.document import Heading, KeyValues, Paragraph, Section
from dzgis.terms import Text

if TYPE_CHECKING:
    from dzgis.findings import Check
    from dzgis.reports.context import ReportContext

_STATEMENTS = (
    Text(
        "本报告为技术核查，不替代行政审批，不作为用地批准、规划许可或权属认定的依据。",
        "This is a technical check. It is no substitute for administrative approval and grounds no "
        "permit and no title.",
    ),
    Text(
        "核查结论由程序依所列图层和规则自动比对得出，未经实地踏勘；与实地不符的，以主管部门核定为准。",
        "The verdicts come from comparing layers by program, without a visit to the site; where "
        "they differ from the ground, the competent authority decides.",
    ),
    Text(
        "结论只对所列图层的现势日期和规则版本有效。“未发现压占”仅就已核查的图层而言，"
        "未核查的项目不在此列。",
        "The verdicts hold for the dates of the layers and the version of the rules; “no conflict "
        "found” speaks of checked layers only.",
    ),
    Text(
        "地块坐标及国土空间数据属内部资料，按保密规定使用和保管，不得擅自复制、传播或公开。",
        "Coordinates and spatial data are internal; keep them under the rules of secrecy.",
    ),
)


_ROOM = "\u3000\n\u3000"
"""Room to write in."""


def validity(check: Check, context: ReportContext) -> Text:
    """For how long the check may be relied upon."""
    days = check.rule_set.check_valid_days
    if days is None:
        return Text("以图层和规则的有效期为准", "as long as layers and rules are valid")
    last = context.issued + dt.timedelta(days=days)
    return Text(f"{days} 日（至 {last}）", f"{days} days (until {last})")


def statement(check: Check, context: ReportContext) -> Section:
    """What the report is not, and how long it holds."""
    until = validity(check, context)
    held = Text(f"核查结论有效期：{until.zh}。", f"The verdicts hold {until.en}.")
    paragraphs = [Paragraph(said) for said in (*_STATEMENTS, held)]
    return Section("statement", (Heading(Text("声明", "Statement")), *paragraphs))


def signatures(check: Check, context: ReportContext) -> Section:
    """Room for names, and what identifies the report."""
    rules = check.rule_set
    version = f"{rules.id} {rules.version}".strip()
    rows = (
        (Text("核查人", "Checked by"), _ROOM),
        (Text("复核人", "Reviewed by"), _ROOM),
        (Text("日期", "Date"), _ROOM),
        (Text("单位（盖章）", "Office (seal)"), context.organisation + _ROOM),
        (Text("规则集及版本", "Rules and version"), version),
        (Text("有效期", "Valid"), validity(check, context)),
    )
    return Section("signatures", (Heading(Text("签章", "Signatures")), KeyValues(rows)))
