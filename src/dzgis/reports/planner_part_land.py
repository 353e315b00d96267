"""Sections 1 to 3 of the planner's report: overview, slope classes, exclusions."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from dzgis.reports import planner_account_tables as account
from dzgis.reports import planner_land as land
from dzgis.reports import planner_other_tables as other
from dzgis.reports.balanced_table import areas_table, named, percent_table, turned
from dzgis.reports.document import Heading, KeyValues, PageBreak, Paragraph, Section
from dzgis.reports.fitted_grid import fitted, fitted_parts
from dzgis.reports.planner_charts import class_chart, combination_chart, waterfall_chart
from dzgis.reports.planner_maps import available_map, plan_map, slope_map
from dzgis.reports.planner_names import HECTARES, MU, place_text
from dzgis.terms import Text, both_languages, role_text
from dzgis.units import km2

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dzgis.reports.document import Block
    from dzgis.reports.map_frame import Ground
    from dzgis.reports.planner_figures import PlannerFigures

_COMBINATIONS = 15
"""Combinations that the report lists; tables.xlsx has all."""


def overview(ground: Ground) -> Section:
    """Section 1: what was found, counties, DEM, vintages of data."""
    figures, lang = ground.figures, ground.lang
    blocks: list[Block] = [
        Heading(Text("概况", "Overview")),
        Heading(Text("主要结果", "Main results"), 2),
        *(Paragraph(said) for said in main_results(figures)),
        *(Paragraph(_noted(note)) for note in dict.fromkeys(figures.notes)),
        Heading(Text("范围与面积", "Extent and areas"), 2),
        Paragraph(_extent(figures)),
        fitted(account.county_summary(figures), lang),
        plan_map(ground),
        Heading(Text("高程数据与数据时点", "Elevation and vintages"), 2),
        KeyValues(tuple(_dem(figures))),
    ]
    return Section("overview", tuple(blocks))


def _noted(note: Text) -> Text:
    return Text(f"说明：{note.zh.rstrip('。')}。", f"Note: {note.en}")


def main_results(figures: PlannerFigures) -> Iterator[Text]:
    """What a reader wants to know first."""
    net = figures.tables.net["county"].sum()
    area, raw, left = (_km2(float(net[c])) for c in ("area_m2", "raw_m2", "available_m2"))
    taken, conditional = (_km2(float(net[c])) for c in ("taken_m2", "conditional_m2"))
    n = len(figures.tables.net["county"])
    yield Text(
        f"{n} 个县（市、区）共 {area} 平方公里，低丘缓坡 {raw} 平方公里；扣除限制因子 {taken} "
        f"平方公里后可用 {left} 平方公里，其中 {conditional} 平方公里须满足条件。",
        f"The {n} counties have {area} km², {raw} km² of it low-hill land; exclusions take {taken} "
        f"km², {left} km² are available, of which {conditional} km² only with conditions.",
    )
    frame = figures.proposal.candidates
    chosen = frame[frame["chosen"].astype(bool)]
    yield Text(
        f"达到最小面积和宽度的连片可用地 {_km2(figures.proposal.contiguous_m2)} 平方公里；候选地块 "
        f"{len(frame)} 块、{_km2(float(frame['area_m2'].sum()))} 平方公里，入选 {len(chosen)} 块、"
        f"{_km2(float(chosen['area_m2'].sum()))} 平方公里。",
        f"Regions of the least size and width have {_km2(figures.proposal.contiguous_m2)} km²; "
        f"there are {len(frame)} candidates of {_km2(float(frame['area_m2'].sum()))} km², of which "
        f"{len(chosen)} with {_km2(float(chosen['area_m2'].sum()))} km² are chosen.",
    )
    gone = land.absent_notes(figures)
    if gone:
        missing = land.absent(figures)
        ids = "、".join(one for one in figures.account.exclusions.ids if one in missing)
        yield Text(
            f"下列限制因子缺图层或图层不可用，未作扣除，可用地因此偏大：{ids}。",
            f"For want of a usable layer nothing was deducted for {ids.replace('、', ', ')}; "
            "available land is overstated.",
        )


def _km2(m2: float) -> str:
    return f"{km2(m2):.2f}"


def _extent(figures: PlannerFigures) -> Text:
    plan = figures.plan
    parts = []
    for district in plan.districts:
        names = [
            place_text(plan, "county", county.code)
            for county in plan.counties
            if county.district == district.id
        ]
        parts.append(
            Text(
                f"{district.name}（{'、'.join(n.zh for n in names)}）",
                f"{district.name_en} ({', '.join(n.en for n in names)})",
            )
        )
    first, last = plan.meta.period
    # Most titles hold the years already.
    years = (
        Text("", "")
        if str(first.year) in plan.meta.title
        else Text(f"（{first.year}—{last.year} 年）", f" ({first.year}-{last.year})")
    )
    return Text(
        f"《{plan.meta.title}》{years.zh}分为"
        f"{'、'.join(p.zh for p in parts)}。面积为 CGCS2000 椭球面积；"
        "县界为所给数据，不作勘界依据。",
        f"{plan.meta.title_en}{years.en} has the districts "
        f"{'; '.join(p.en for p in parts)}. Areas are on the CGCS2000 ellipsoid; county borders "
        "are those given and settle nothing.",
    )


def _dem(figures: PlannerFigures) -> Iterator[tuple[Text, Text | str | None]]:
    dem = figures.dem
    along_x, along_y = dem.cell_size
    yield Text("高程数据", "Elevation"), dem.source
    yield (
        Text("格网", "Grid"),
        Text(
            f"{along_x:.8g} × {along_y:.8g}（坐标系单位）",
            f"{along_x:.8g} × {along_y:.8g} (unit of the CRS)",
        ),
    )
    yield Text("坐标系", "CRS"), dem.crs
    yield Text("坡度算法", "Slope method"), dem.method
    yield Text("高程误差", "Error"), dem.error or Text("未给出", "not given")
    if dem.note:
        yield Text("说明", "Note"), both_languages(dem.note)
    for record in figures.layers:
        if record.get("date"):
            role = role_text(str(record.get("role") or ""))
            yield Text(f"{role.zh}现势日期", f"Date of {role.en}"), str(record["date"])


def slope(ground: Ground) -> Section:
    """Section 2: method, county × class, clean-up, near limits, expected low hills."""
    figures, lang = ground.figures, ground.lang
    classes = land.class_areas(figures)
    blocks: list[Block] = [
        PageBreak(),
        Heading(Text("坡度分级", "Slope classes")),
        Heading(Text("方法", "Method"), 2),
        Paragraph(_slope_method(figures)),
        slope_map(ground),
        Heading(Text("各县坡度级面积", "Slope classes by county"), 2),
        fitted(named(areas_table(classes, HECTARES)), lang),
        fitted(named(areas_table(classes, MU)), lang),
        fitted(named(percent_table(classes)), lang),
        class_chart(figures, lang),
        Heading(Text("图斑综合（就低不就高）", "Official clean-up"), 2),
        *_sieved(figures, ground),
        Heading(Text("临界与把握程度", "Near the limits, and how sure"), 2),
        fitted(other.near_table(figures, HECTARES), lang),
    ]
    return Section("slope", tuple(blocks))


def _slope_method(figures: PlannerFigures) -> Text:
    scheme, dem = figures.plan.slope_classes, figures.dem
    ranges = [
        (f"{low:g}" if math.isfinite(low) else "", f"{high:g}" if math.isfinite(high) else "")
        for low, high in scheme.low_hill_ranges_deg
    ]
    limits = [f"({low}°, {high}°]" for low, high in ranges]
    labels = scheme.labels
    return Text(
        f"坡度按 {dem.method} 在高程数据自己的格网上逐像元计算（{dem.crs}，不重采样），窗口越出已知"
        f"高程的像元为未知。分级上含下不含：{'；'.join(one.zh for one in labels)}。低丘缓坡为 "
        f"{'、'.join(limits)}。坡度随像元大小而变，不同高程数据的结果不可混用。",
        f"Slope by {dem.method} on the DEM's own grid ({dem.crs}, not resampled); where the window "
        "leaves known ground it is unknown. Classes are right-closed: "
        f"{'; '.join(one.en for one in labels)}. Low-hill land: {', '.join(limits)}. Slope depends "
        "on the cell size: results of different DEMs must not be mixed.",
    )


def _sieved(figures: PlannerFigures, ground: Ground) -> list[Block]:
    change = other.sieve_change_table(figures, HECTARES)
    if figures.sieved_classes is None or change is None:
        return [
            Paragraph(
                Text(
                    "本次未做图斑综合，以上均为未综合的面积。",
                    "The official clean-up was not asked for; areas above are raw.",
                )
            )
        ]
    areas = land.class_areas(figures, classes=figures.sieved_classes)
    return [
        fitted(named(areas_table(areas, HECTARES)), ground.lang),
        fitted(change, ground.lang),
    ]


def limits(ground: Ground) -> Section:
    """Section 3: exclusions, pre-flight, overlaps, waterfall, what is left."""
    figures, lang = ground.figures, ground.lang
    blocks: list[Block] = [
        PageBreak(),
        Heading(Text("限制因子与可用地", "Exclusions and available land")),
        Heading(Text("限制因子清单", "List of exclusions"), 2),
        Paragraph(_set_text(figures)),
        fitted(account.exclusion_table(figures, HECTARES), lang),
        Heading(Text("图层预检", "Layers before the account"), 2),
        fitted(account.preflight_table(figures), lang),
        Heading(Text("扣除分析（与次序无关）", "What is taken, in no order"), 2),
        Paragraph(_ORDER_FREE),
        fitted(account.attributed_table(figures, HECTARES), lang),
        waterfall_chart(figures, lang),
        *_flipped(ground),
        Heading(Text("组合与重叠", "Combinations and overlaps"), 2),
        *_combinations(ground),
        *fitted_parts(account.overlap_table(figures, HECTARES, short=True), lang),
        Heading(Text("可用地", "Available land"), 2),
        *_nets(ground),
        available_map(ground),
        Heading(Text("现状地类", "Land classes"), 2),
        *_land_classes(ground),
        Heading(Text("面与像元核对", "Polygons and cells"), 2),
        fitted(account.reconciliation_table(figures), lang),
        Heading(Text("与规划数并列", "Beside the plan's figures"), 2),
        *_claimed(ground),
    ]
    return Section("limits", tuple(blocks))


def _nets(ground: Ground) -> Iterator[Block]:
    """Net tables of all levels."""
    for level in _NETS:
        table = areas_table(land.net_areas(ground.figures, level), HECTARES)
        yield fitted(named(table), ground.lang)


_NETS = ("county", "district", "cluster", "corridor")
_ORDER_FREE = Text(
    "每项限制因子单独计算：仅它占用的、与他项共占的；共占部分由起决定作用的各项均分，得“应计”。改变"
    "次序不改变任何一个数，各项应计之和等于全部扣除，加可用等于低丘缓坡。",
    "Each exclusion is measured on its own: what only it takes, and what it shares. Shared ground "
    "is split evenly among those that decide, which gives what is attributed. No figure depends on "
    "an order; attributed figures add up to all that is taken, and with available land to low-hill "
    "land.",
)


def _set_text(figures: PlannerFigures) -> Text:
    found = figures.account.exclusions
    version = f" {found.version}" if found.version else ""
    return Text(
        f"排除条件集：{found.text.zh}（{found.id}{version}），共 {len(found.exclusions)} 项。",
        f"Exclusions: {found.text.en} ({found.id}{version}), {len(found.exclusions)} of them.",
    )


def _flipped(ground: Ground) -> Iterator[Block]:
    """Waterfall by county and by cluster, an exclusion a row so that it fits the page."""
    for level in ("county", "cluster"):
        table = areas_table(land.waterfall_areas(ground.figures, level), HECTARES)
        yield from fitted_parts(turned(table), ground.lang)


def _combinations(ground: Ground) -> Iterator[Block]:
    chart = combination_chart(ground.figures, ground.lang)
    if chart is None:
        yield Paragraph(
            Text(
                "低丘缓坡上没有任何限制因子成立。",
                "No exclusion holds on low-hill land.",
            )
        )
        return
    yield chart
    areas = land.combination_areas(ground.figures, _COMBINATIONS)
    yield fitted(areas_table(areas, HECTARES), ground.lang)


def _land_classes(ground: Ground) -> Iterator[Block]:
    areas = land.land_class_areas(ground.figures, by_county=False)
    if areas is None:
        yield Paragraph(
            Text(
                "本次未给出地类图斑，故无现状地类。",
                "No land-use patches were given, so there are no land classes.",
            )
        )
        return
    yield fitted(areas_table(areas, HECTARES), ground.lang)


def _claimed(ground: Ground) -> Iterator[Block]:
    if not ground.figures.claimed:
        yield Paragraph(Text("规划没有可并列的数。", "The plan has no figure to set beside ours."))
        return
    yield Paragraph(account.UNPUBLISHED)
    yield fitted(account.claimed_table(ground.figures), ground.lang)
