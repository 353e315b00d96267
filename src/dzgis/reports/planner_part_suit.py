"""Sections 4, 5 and 8 of the planner's report: criteria, grades, sensitivity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dzgis.reports import planner_other_tables as other
from dzgis.reports import planner_suit_tables as suit
from dzgis.reports.balanced_table import areas_table, named, percent_table
from dzgis.reports.document import Heading, PageBreak, Paragraph, Section
from dzgis.reports.fitted_grid import fitted, fitted_parts
from dzgis.reports.planner_charts import tornado_chart, weight_chart
from dzgis.reports.planner_maps import grade_map, stability_map
from dzgis.reports.planner_names import HECTARES
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dzgis.planning import Suitability
    from dzgis.reports.document import Block
    from dzgis.reports.map_frame import Ground

NOT_ASKED = Text("本次未做适宜性评价。", "Suitability was not computed in this run.")
_SIDE_BY_SIDE = 5


def criteria(ground: Ground) -> Section:
    """Section 4: factors, functions, weights, judgements, limits."""
    blocks: list[Block] = [PageBreak(), Heading(Text("评价指标", "Criteria"))]
    found = ground.figures.suitability
    blocks += [Paragraph(NOT_ASKED)] if found is None else _criteria(found, ground)
    return Section("criteria", tuple(blocks))


def _criteria(found: Suitability, ground: Ground) -> Iterator[Block]:
    lang = ground.lang
    yield Paragraph(
        Text(
            f"方案：{found.title.zh}（{found.scheme}）。先判极限条件：任一成立即为不适宜；其余土地按"
            "各指标得分（0—100）加权求和为适宜性指数，再分等级。数据未知的像元不评。",
            f"Scheme: {found.title.en} ({found.scheme}). Limiting conditions come first: where one "
            "holds, land is unsuitable. Elsewhere the weighted sum of scores (0-100) is the index, "
            "which is cut into grades. Cells without data are not graded.",
        )
    )
    for note in found.notes:
        yield Paragraph(Text(f"说明：{note.zh.rstrip('。')}。", f"Note: {note.en}"))
    yield Heading(Text("指标、赋分与权重", "Criteria, scores and weights"), 2)
    yield fitted(suit.criteria_table(found), lang)
    yield weight_chart(found, lang)
    yield Heading(Text("层次分析法", "Analytic hierarchy process"), 2)
    if found.ahp is None:
        yield Paragraph(
            Text(
                "权重由方案直接给出，未用判断矩阵。",
                "Weights are given by the scheme; no pairwise judgements were used.",
            )
        )
    else:
        yield from fitted_parts(suit.judgement_table(found, found.ahp), lang)
    yield Heading(Text("极限条件", "Limiting conditions"), 2)
    if found.limits.empty:
        yield Paragraph(Text("方案没有极限条件。", "The scheme has no limiting conditions."))
    else:
        yield fitted(suit.limit_table(found, HECTARES), lang)


def grades(ground: Ground) -> Section:
    """Section 5: grades by county and cluster, patches."""
    blocks: list[Block] = [Heading(Text("适宜性结果", "Suitability"))]
    found = ground.figures.suitability
    blocks += [Paragraph(NOT_ASKED)] if found is None else _grades(found, ground)
    return Section("grades", tuple(blocks))


def _grades(found: Suitability, ground: Ground) -> Iterator[Block]:
    figures, lang = ground.figures, ground.lang
    yield Heading(Text("各县与各组团", "By county and cluster"), 2)
    yield grade_map(ground, found)
    by_county = suit.grade_areas(figures, found, "county")
    yield fitted(named(areas_table(by_county, HECTARES)), lang)
    yield fitted(named(percent_table(by_county)), lang)
    by_cluster = suit.grade_areas(figures, found, "cluster")
    yield fitted(named(areas_table(by_cluster, HECTARES)), lang)
    yield Heading(Text("图斑统计", "Patches"), 2)
    if found.patches.empty:
        yield Paragraph(
            Text("格网很大，未统计图斑。", "The grid is large: patches were not counted.")
        )
        return
    yield fitted(suit.patch_table(found, HECTARES), lang)


def sensitivity(ground: Ground) -> Section:
    """Section 8: weights, Monte Carlo, what-ifs, certainty of slope."""
    blocks: list[Block] = [
        PageBreak(),
        Heading(Text("敏感性与不确定", "Sensitivity and uncertainty")),
        Heading(Text("权重敏感性", "Weights"), 2),
        *_weights(ground),
        Heading(Text("情景比较", "What-ifs"), 2),
        *_what_ifs(ground),
        Heading(Text("坡度临界与图斑综合", "Slope limits and clean-up"), 2),
        *_slope(ground),
    ]
    return Section("sensitivity", tuple(blocks))


def _weights(ground: Ground) -> Iterator[Block]:
    found = ground.figures.suitability
    if found is None:
        yield Paragraph(NOT_ASKED)
        return
    tested = found.sensitivity
    if tested is None:
        yield Paragraph(Text("本次未做敏感性分析。", "Sensitivity was not examined in this run."))
        return
    chart = tornado_chart(found, tested, ground.lang)
    if chart is not None:
        yield chart
    yield fitted(suit.one_at_a_time_table(found, tested, HECTARES), ground.lang)
    yield fitted(suit.kept_table(found, tested, HECTARES), ground.lang)
    stability = stability_map(ground, tested)
    if stability is not None:
        yield stability


def _what_ifs(ground: Ground) -> Iterator[Block]:
    figures, lang = ground.figures, ground.lang
    if not figures.what_ifs:
        yield Paragraph(Text("本次未设情景。", "No what-if was asked for in this run."))
        return
    yield fitted(other.what_if_summary(figures, HECTARES), lang)
    for level in ("county", "cluster"):
        for part in other.change_parts(figures, _SIDE_BY_SIDE):
            yield fitted(other.what_if_table(figures, level, HECTARES, part), lang)


def _slope(ground: Ground) -> Iterator[Block]:
    figures = ground.figures
    near = figures.near_limits
    for limit in dict.fromkeys(near.index.get_level_values(1)):
        m2 = float(near.xs(limit, level=1)["near_m2"].sum())
        hectares = HECTARES.of(m2)
        yield Paragraph(
            Text(
                f"坡度在 {limit:g}° 上下 1° 之内的土地共 {hectares:.2f} 公顷，高程误差足以改变其"
                "分级，宜实地核对。",
                f"{hectares:.2f} ha have a slope within 1° of {limit:g}°: an error of the DEM can "
                "change their class; check them on the ground.",
            )
        )
    change = other.sieve_change_table(figures, HECTARES)
    if change is None:
        return
    total = change.rows[-1]
    yield Paragraph(
        Text(
            f"图斑综合这一约定使低丘缓坡由 {total[1]:.2f} 公顷变为 {total[2]:.2f} 公顷（差 "
            f"{total[3]:.2f} 公顷）。",
            f"The convention of cleaning up alone moves low-hill land from {total[1]:.2f} to "
            f"{total[2]:.2f} ha (difference {total[3]:.2f} ha).",
        )
    )
