"""Charts of the planner's report, in km²."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from dzgis.plan.exclusions import JOINT
from dzgis.reports.charts import WIDTH, Bar, Drawing, Series, bar_chart, tornado, upset
from dzgis.reports.document import Figure
from dzgis.reports.planner_land import absent, loss, taking
from dzgis.reports.planner_names import KM2, exclusion_text, place_text
from dzgis.reports.planner_suit_tables import criterion_text
from dzgis.terms import Text
from dzgis.units import km2

if TYPE_CHECKING:
    from dzgis.planning import Sensitivity, Suitability
    from dzgis.reports.planner_figures import PlannerFigures
    from dzgis.terms import Language

_BLUE, _ORANGE, _GREEN, _GREY = "#0072b2", "#e69f00", "#009e73", "#7f7f7f"
_WIDTH_MM = WIDTH / 10
COMBINATIONS = 14
"""Combinations that a chart shows."""


def _figure(drawing: Drawing, caption: Text) -> Figure:
    return Figure(drawing.svg, _WIDTH_MM, drawing.height_mm, caption)


def _said(m2: float) -> str:
    return "—" if math.isnan(m2) else f"{km2(m2):.2f}"


def class_chart(figures: PlannerFigures, lang: Language) -> Figure:
    """Ground of each county by slope class."""
    scheme = figures.plan.slope_classes
    table = figures.tables.classes["county"]
    columns = [*range(1, len(scheme.classes) + 1), "unknown"]
    series = [
        *(
            Series(label, one.colour, hatched=n + 1 in scheme.low_hill)
            for n, (label, one) in enumerate(zip(scheme.labels, scheme.classes, strict=True))
        ),
        Series(Text("坡度未知", "slope unknown"), "#ffffff"),
    ]
    bars = [
        Bar(
            place_text(figures.plan, "county", str(code)).say(lang),
            tuple(km2(float(row[c])) for c in columns),
            _said(float(row[columns].sum())),
        )
        for code, row in table.iterrows()
    ]
    caption = Text(
        "各县坡度级面积（斜线为低丘缓坡）", "Slope classes by county (hatched: low-hill land)"
    )
    return _figure(bar_chart(bars, series, unit=KM2.text, lang=lang), caption)


def waterfall_chart(figures: PlannerFigures, lang: Language) -> Figure:
    """What each exclusion takes of low hills, alone and with others; what is left."""
    alone, shared, fair = (
        loss(figures, "county", f"{c}_m2").sum(min_count=1)
        for c in ("alone", "shared", "attributed")
    )
    net = figures.tables.net["county"].sum()
    raw, left = km2(float(net["raw_m2"])), km2(float(net["available_m2"]))
    nothing = math.nan
    bars = [
        Bar(
            Text("低丘缓坡", "low-hill land").say(lang),
            (nothing, nothing, raw, nothing),
            _said(float(net["raw_m2"])),
        )
    ]
    for name in taking(figures):
        gone = name in absent(figures)
        values = [nothing if gone else km2(float(s[name])) for s in (alone, shared)]
        mark = None if gone else km2(float(fair[name]))
        said = Text("缺图层", "no layer").say(lang) if gone else f"{_said(float(fair[name]))}"
        label = exclusion_text(figures.account.exclusions, name).say(lang)
        bars.append(Bar(label, (*values, nothing, nothing), said, mark))
    bars.append(
        Bar(
            Text("剩余可用", "available").say(lang),
            (nothing, nothing, nothing, left),
            _said(float(net["available_m2"])),
        )
    )
    series = (
        Series(Text("仅此一项", "alone"), _ORANGE),
        Series(Text("与他项共占", "shared with others"), _ORANGE, hatched=True),
        Series(Text("低丘缓坡", "low-hill land"), _GREY),
        Series(Text("剩余可用", "available"), _GREEN),
    )
    caption = Text(
        "从低丘缓坡到可用地（与次序无关；竖线及数字为均分后应计）",
        "From low-hill to available land, in no order (mark and figure: attributed, shared ground "
        "split evenly)",
    )
    return _figure(bar_chart(bars, series, unit=KM2.text, lang=lang), caption)


def combination_chart(figures: PlannerFigures, lang: Language) -> Figure | None:
    """The largest combinations of exclusions on low hills."""
    table = figures.tables.combinations
    table = table[table["taken"] != ""].sort_values(
        ["m2", "taken"], ascending=[False, True], kind="stable"
    )
    if table.empty:
        return None
    shown = table.head(COMBINATIONS)
    rows = [
        (frozenset(str(r["taken"]).split(JOINT)), km2(float(r["m2"])), _said(float(r["m2"])))
        for r in shown.to_dict(orient="records")
    ]
    present = set().union(*(members for members, _, _ in rows))
    names = [(one, one) for one in figures.account.exclusions.ids if one in present]
    more = len(table) - len(shown)
    tail = Text(f"，其余 {more} 种从略", f"; {more} others left out") if more else Text("", "")
    caption = Text(
        f"低丘缓坡上同时成立的排除条件（列为编号{tail.zh}）",
        f"Exclusions that hold together on low-hill land (columns: ids{tail.en})",
    )
    return _figure(upset(rows, names, unit=KM2.text, lang=lang), caption)


def weight_chart(found: Suitability, lang: Language) -> Figure:
    """Weights of the criteria, the heaviest first."""
    ordered = found.criteria["weight"].astype(float).sort_values(ascending=False, kind="stable")
    bars = [
        Bar(criterion_text(found, str(name)).say(lang), (float(weight),), f"{weight:.4f}")
        for name, weight in ordered.items()
    ]
    series = (Series(Text("权重", "weight"), _BLUE),)
    drawn = bar_chart(bars, series, unit=Text("权重", "weight"), lang=lang)
    return _figure(drawn, Text("评价指标权重", "Weights of the criteria"))


def ledger_chart(figures: PlannerFigures, lang: Language) -> Figure:
    """Available, proposed and checked land of each cluster."""
    columns = ("available_m2", "proposed_m2", "checked_m2")
    bars = []
    for cluster, row in figures.ledgers.clusters.iterrows():
        values = tuple(km2(float(row[c])) for c in columns)
        said = " / ".join(f"{value:.2f}" for value in values)
        bars.append(Bar(place_text(figures.plan, "cluster", str(cluster)).say(lang), values, said))
    series = (
        Series(Text("可用", "available"), _GREEN),
        Series(Text("候选", "proposed"), _BLUE, hatched=True),
        Series(Text("核查", "checked"), _ORANGE),
    )
    drawn = bar_chart(bars, series, unit=KM2.text, lang=lang, grouped=True)
    return _figure(drawn, Text("组团台账", "Ledger of the clusters"))


def tornado_chart(found: Suitability, tested: Sensitivity, lang: Language) -> Figure | None:
    """Land in suitable grades when one weight changes."""
    table = tested.one_at_a_time
    if table.empty:
        return None
    suitable = list(found.suitable)
    base = km2(float(found.by_county[suitable].to_numpy().sum()))
    bars = []
    for name, rows in table.groupby("criterion", sort=False):
        ends = [
            (km2(float(r["suitable_m2"])), f"{float(r['weight']):.3f}")
            for r in rows.to_dict(orient="records")
        ]
        bars.append((criterion_text(found, str(name)).say(lang), ends))
    caption = Text(
        "逐一改变权重时的适宜面积（粗线为基准，端点为所改权重）",
        "Suitable land when one weight changes (thick line: base; at the ends: weight)",
    )
    return _figure(tornado(bars, base, unit=KM2.text, lang=lang), caption)
