"""Sections 6 and 7 of the planner's report: candidates and ledgers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dzgis.reports import planner_parcel_tables as parcel
from dzgis.reports.document import Heading, KeyValues, PageBreak, Paragraph, Section
from dzgis.reports.fitted_grid import fitted
from dzgis.reports.planner_charts import ledger_chart
from dzgis.reports.planner_land import absent
from dzgis.reports.planner_maps import candidate_map
from dzgis.reports.planner_names import HECTARES
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dzgis.plan.model import Axis, Cluster, Plan
    from dzgis.reports.document import Block
    from dzgis.reports.map_frame import Ground
    from dzgis.reports.planner_figures import PlannerFigures

LISTED = 40
"""Parcels that a table of the report lists; tables.xlsx has all."""


def candidates(ground: Ground) -> Section:
    """Section 6: candidates, filled ground, what was given up, shortfall."""
    figures, lang = ground.figures, ground.lang
    frame = figures.proposal.candidates
    blocks: list[Block] = [
        PageBreak(),
        Heading(Text("候选地块", "Candidate parcels")),
        Heading(Text("候选", "Candidates"), 2),
    ]
    if frame.empty:
        blocks.append(
            Paragraph(
                Text("没有符合门槛的候选地块。", "No land reaches the thresholds of a candidate.")
            )
        )
    else:
        blocks += [
            Paragraph(_candidates_text(figures)),
            candidate_map(ground),
            fitted(parcel.candidate_table(figures, (HECTARES,), LISTED), lang),
        ]
    blocks += [
        Heading(Text("未成为候选的连片", "Regions that were given up"), 2),
        *_dropped(ground),
        Heading(Text("需求与缺口", "Wanted and missing"), 2),
        *_shortfall(ground),
    ]
    return Section("candidates", tuple(blocks))


def _candidates_text(figures: PlannerFigures) -> Text:
    proposal = figures.proposal
    n, filled = len(proposal.filled), float(proposal.filled["area_m2"].sum())
    area = HECTARES.of(float(proposal.candidates["area_m2"].sum()))
    gone = sorted(absent(figures))
    unknown = Text("", "")
    if gone:
        unknown = Text(
            f"{'、'.join(gone)} 没有可用图层，未避让，是否压占不明。",
            f"{', '.join(gone)} had no layer that could be used: nothing was kept off, and whether "
            "candidates press on them is not known. ",
        )
    return Text(
        "候选地块取自扣除限制因子后的可用地，只避让图层可用的禁止类因子，且只在其调查范围之内；"
        f"有条件的用地未避让。本表不是核查结论，须用 dzgis check 逐块核查。{unknown.zh}共 "
        f"{len(proposal.candidates)} 块、{area:.2f} 公顷。为使边界完整，填补地块内 {n} 处共 "
        f"{HECTARES.of(filled):.2f} 公顷坡度上原不可用的小块，另列。",
        "Candidates are taken from what exclusions leave. They keep off hard exclusions whose "
        "layer could be used, and only where it was surveyed; conditional ground is not avoided. "
        f"This is no verdict: check each with dzgis check. {unknown.en}"
        f"There are {len(proposal.candidates)} of {area:.2f} ha. {n} pieces of "
        f"{HECTARES.of(filled):.2f} ha in all that slope made unavailable were filled; they are "
        "listed apart.",
    )


def _dropped(ground: Ground) -> Iterator[Block]:
    if not ground.figures.proposal.dropped:
        yield Paragraph(Text("没有连片被放弃。", "No region was given up."))
        return
    yield fitted(parcel.dropped_table(ground.figures, HECTARES), ground.lang)


def _shortfall(ground: Ground) -> Iterator[Block]:
    table = ground.figures.proposal.shortfall
    if table.empty or table[["wanted", "wanted_m2"]].isna().all(axis=None):
        yield Paragraph(
            Text(
                "本次未提出块数或面积的要求，故无缺口可言。",
                "No number and no area was asked for, so nothing is missing.",
            )
        )
        return
    yield fitted(parcel.shortfall_table(ground.figures, HECTARES), ground.lang)


def ledgers(ground: Ground) -> Section:
    """Section 7: clusters, axes, industries, and every parcel with its reason."""
    figures, lang = ground.figures, ground.lang
    plan = figures.plan
    blocks: list[Block] = [
        PageBreak(),
        Heading(Text("轴—组团台账", "Ledgers of axes and clusters")),
        Heading(Text("组团", "Clusters"), 2),
        KeyValues(tuple(_cluster(plan, one) for one in plan.clusters)),
        fitted(parcel.ledger_table(figures, "cluster", HECTARES), lang),
        ledger_chart(figures, lang),
        Heading(Text("发展轴", "Axes"), 2),
        KeyValues(tuple(_axis(plan, one) for one in plan.axes)),
        fitted(parcel.ledger_table(figures, "corridor", HECTARES), lang),
        Heading(Text("产业", "Industries"), 2),
        *_industries(ground),
        Heading(Text("地块归属与理由", "Where parcels belong, and why"), 2),
        *_reasons(ground),
    ]
    return Section("ledgers", tuple(blocks))


def _cluster(plan: Plan, one: Cluster) -> tuple[Text, Text]:
    district = {d.id: d for d in plan.districts}[one.district]
    townships = [t.name for t in plan.townships if t.code in one.townships]
    members = [plan.county(code) for code in one.counties]
    zh = [c.name for c in members] + townships
    en = [c.name_en for c in members] + townships
    industries = "、".join(one.industries)
    return (
        Text(one.name, one.name_en),
        Text(
            f"{district.name}；规划列明：{'、'.join(zh)}"
            + (f"；产业：{industries}" if industries else ""),
            f"{district.name_en}; listed by the plan: {', '.join(en)}"
            + (f"; industries: {industries}" if industries else ""),
        ),
    )


def _axis(plan: Plan, one: Axis) -> tuple[Text, Text]:
    zh = [node.place for node in one.nodes]
    en = [plan.place(node.place).name_en or node.place for node in one.nodes]
    belt = "、".join(one.belt_industries)
    return (
        Text(one.name, one.name_en),
        Text(
            "—".join(zh) + (f"；产业带：{belt}" if belt else ""),
            " - ".join(en) + (f"; belt: {belt}" if belt else ""),
        ),
    )


def _industries(ground: Ground) -> Iterator[Block]:
    if ground.figures.ledgers.industries.empty:
        yield Paragraph(
            Text("规划未给组团指定产业。", "The plan assigns no industries to clusters.")
        )
        return
    yield fitted(parcel.industry_table(ground.figures, HECTARES), ground.lang)


def _reasons(ground: Ground) -> Iterator[Block]:
    figures = ground.figures
    if len(figures.assigned):
        yield fitted(parcel.reason_table(figures, parcels=False, most=LISTED), ground.lang)
    if len(figures.parcels):
        yield fitted(parcel.reason_table(figures, parcels=True, most=LISTED), ground.lang)
    else:
        yield Paragraph(Text("本次未给出待核查地块。", "No parcels were given to be checked."))
