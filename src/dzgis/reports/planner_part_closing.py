"""Sections 9 to 12 of the planner's report: yardsticks, data, statement, signatures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dzgis.reports import planner_other_tables as other
from dzgis.reports.document import Heading, KeyValues, PageBreak, Paragraph, Section
from dzgis.reports.fitted_grid import fitted
from dzgis.reports.parcel_map import UNREVIEWED
from dzgis.reports.yardsticks import yardstick_table
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dzgis.reports.document import Block
    from dzgis.reports.map_frame import Ground

_ROOM = "\u3000\n\u3000"
"""Room to write in."""
_STATEMENTS = (
    Text(
        "本报告为规划研究的技术成果，不是规划审批文件，不作为用地批准、规划许可或权属认定的依据。",
        "This is a technical study for planning. It approves no plan and grounds no permit and no "
        "title.",
    ),
    Text(
        "可用地只扣除了所列且有图层的限制因子；缺图层、图层过期或未覆盖的，结果偏大，"
        "以主管部门数据为准。",
        "Available land is net of the exclusions that are listed and have a layer. Where one is "
        "absent, outdated or not covering, it is overstated; the authority's data decide.",
    ),
    Text(
        "候选地块未经实地踏勘，未考虑地质勘察、权属和征收，须另行论证。",
        "Candidates were not visited; geology, tenure and acquisition were not considered.",
    ),
    Text(
        "标为“待确认”“假定”的取值和依据，使用前须由主管部门核对。",
        "Values and bases marked 'to be confirmed' or 'assumed' must be checked by the authority "
        "before use.",
    ),
    Text(
        f"图件为{UNREVIEWED.zh}；控制线等数据属内部资料，按保密规定使用和保管。",
        f"Maps: {UNREVIEWED.en}. Control lines are internal data; keep them under the rules of "
        "secrecy.",
    ),
)


def comparison(ground: Ground) -> Section:
    """Section 9: published figures beside ours."""
    blocks: list[Block] = [Heading(Text("校核", "Comparison with published figures"))]
    table = yardstick_table(ground.figures)
    if table is None:
        blocks.append(
            Paragraph(
                Text(
                    "没有为本规划收录可并列的公开数。",
                    "No published figures are on record for this plan.",
                )
            )
        )
    else:
        blocks.append(fitted(table, ground.lang))
    return Section("comparison", tuple(blocks))


def sources(ground: Ground) -> Section:
    """Section 10: data, parameters, every assumed value, how areas are measured."""
    figures, lang = ground.figures, ground.lang
    blocks: list[Block] = [
        PageBreak(),
        Heading(Text("数据清单、参数与假定值", "Data, parameters and assumed values")),
        Heading(Text("数据清单", "Data"), 2),
        fitted(other.source_table(figures), lang)
        if figures.layers
        else Paragraph(Text("没有数据记录。", "No data are on record.")),
        Heading(Text("参数", "Parameters"), 2),
        fitted(other.parameter_table(figures), lang)
        if figures.parameters
        else Paragraph(Text("没有参数记录。", "No parameters are on record.")),
        Heading(Text("假定值", "Assumed values"), 2),
        *_assumed(ground),
        Heading(Text("面积与修约", "Areas and rounding"), 2),
        KeyValues(tuple(_method(ground))),
    ]
    return Section("sources", tuple(blocks))


def _assumed(ground: Ground) -> Iterator[Block]:
    table = other.assumed_table(ground.figures)
    if not table.rows:
        yield Paragraph(Text("没有假定的取值。", "No value was assumed."))
        return
    yield fitted(table, ground.lang)


def _method(ground: Ground) -> Iterator[tuple[Text, Text | str]]:
    context = ground.context
    yield (
        Text("面积", "Areas"),
        Text(
            "CGCS2000 椭球面积，按《图斑椭球面积计算公式及要求》（国土调查办发〔2008〕32号）；"
            "部分像元按精确覆盖计，重叠的图斑只计一次。",
            "On the CGCS2000 ellipsoid by the official formula (国土调查办发〔2008〕32号); "
            "cells in part by exact coverage; overlapping polygons count once.",
        ),
    )
    yield (
        Text("修约与调平", "Rounding"),
        Text(
            "以 m² 计算，最后修约，四舍五入；本报告公顷、亩取两位小数，tables.xlsx 公顷取四位；各表"
            "各自按最大余数法调平，残差列于表下，故不同表的同一数可差末位。",
            "Computed in m², rounded last, halves up. Hectares and mu have two decimals here, "
            "hectares four in tables.xlsx; each table is balanced by itself and states its "
            "residual, so that one figure may differ in its last digit between tables.",
        ),
    )
    yield Text("软件版本", "Version"), f"dzgis {context.version}"
    if context.selftest is not None:
        yield Text("自检", "Self test"), context.selftest


def statement(ground: Ground) -> Section:
    """What the report is not."""
    del ground
    paragraphs = [Paragraph(said) for said in _STATEMENTS]
    return Section("statement", (Heading(Text("声明", "Statement")), *paragraphs))


def signatures(ground: Ground) -> Section:
    """Room for names."""
    rows = (
        (Text("编制人", "Prepared by"), _ROOM),
        (Text("复核人", "Reviewed by"), _ROOM),
        (Text("日期", "Date"), _ROOM),
        (Text("单位（盖章）", "Office (seal)"), ground.context.organisation + _ROOM),
    )
    return Section("signatures", (Heading(Text("签章", "Signatures")), KeyValues(rows)))
