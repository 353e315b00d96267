"""The chapters of the plan's text, one function each: lines of plain text in one language."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from dzgis.plan.candidate_words import candidate_rows
from dzgis.plan.columns import in_columns
from dzgis.plan.wording import (
    INDENT,
    bilingual,
    enumerated,
    heading,
    labelled,
    origin,
    remark,
    sourced,
)
from dzgis.terms import Text, role_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dzgis.plan.model import Axis, Cluster, County, Facility, Plan, SlopeClass, Target
    from dzgis.plan.rules import Rule, RuleSet
    from dzgis.terms import Language


def head(plan: Plan, lang: Language) -> list[str]:
    """Title, id, period, extent and legal bases."""
    meta = plan.meta
    west, south, east, north = meta.region_bounds
    title = Text(meta.title, meta.title_en).say(lang)
    rows = (
        (Text("标识", "id"), meta.id),
        (Text("发布", "issued"), meta.issued),
        (Text("期限", "period"), f"{meta.period[0]} – {meta.period[1]}"),
        (Text("范围", "extent"), f"{west}–{east}°E, {south}–{north}°N"),
    )
    bases = [f"{' ' * INDENT}{origin(base, lang)}" for base in meta.legal_bases]
    based_on = [Text("编制依据", "based on").say(lang)] if bases else []
    return [*heading(title, "="), *labelled(rows, lang), *based_on, *bases]


def divisions(plan: Plan, lang: Language) -> list[str]:
    """Districts with their counties."""
    lines: list[str] = []
    for district in plan.districts:
        lines += [bilingual(district.name, district.name_en, lang), *sourced(district, lang)]
        counties = [county for county in plan.counties if county.district == district.id]
        rows = [_county_row(county, lang) for county in counties]
        lines += in_columns(rows, indent=INDENT) if rows else []
    return lines


def _county_row(county: County, lang: Language) -> tuple[str, ...]:
    is_renamed = (county.code, county.name) != (county.code_at_plan, county.name_at_plan)
    before = f"{county.code_at_plan} {county.name_at_plan}" if is_renamed else ""
    return (
        county.code,
        bilingual(county.name, county.name_en, lang),
        county.prefecture,
        Text(f"规划时 {before}", f"when planned {before}").say(lang) if before else "",
        enumerated(county.aliases, lang),
    )


def clusters(plan: Plan, lang: Language) -> list[str]:
    """Clusters: members, industries, source."""
    lines: list[str] = []
    for cluster in plan.clusters:
        lines += [f"{cluster.id}  {bilingual(cluster.name, cluster.name_en, lang)}"]
        lines += labelled(_cluster_rows(plan, cluster, lang), lang)
        lines += sourced(cluster, lang)
    return lines


def _cluster_rows(plan: Plan, cluster: Cluster, lang: Language) -> tuple[tuple[Text, str], ...]:
    townships = {t.code: t.full_name for t in plan.townships}
    counties = {c.code: bilingual(c.name, c.name_en, lang) for c in plan.counties}
    return (
        (
            Text("列明乡镇", "townships"),
            enumerated([townships[t] for t in cluster.townships], lang),
        ),
        (Text("整县", "whole counties"), enumerated([counties[c] for c in cluster.counties], lang)),
        (
            Text("未尽列举", "open lists"),
            enumerated([counties[c] for c in cluster.open_counties], lang),
        ),
        (Text("产业", "industries"), enumerated(cluster.industries, lang)),
    )


def axes(plan: Plan, lang: Language) -> list[str]:
    """Axes: lines, gateways, what they follow."""
    lines: list[str] = []
    for axis in plan.axes:
        lines += [f"{axis.id}  {bilingual(axis.name, axis.name_en, lang)}"]
        lines += labelled(_axis_rows(axis, lang), lang)
        lines += sourced(axis, lang)
    return lines


def _axis_rows(axis: Axis, lang: Language) -> list[tuple[Text, str]]:
    gateways = [node.place for node in axis.nodes if node.role == "gateway"]
    kinds = {"core": Text("主线", "core"), "extension": Text("延伸", "extension")}
    lines = [
        (Text(f"{kinds[line.kind].zh} {line.id}", f"{kinds[line.kind].en} {line.id}"),
         "—".join(line.via))
        for line in axis.lines
    ]  # fmt: skip
    return [
        *lines,
        (Text("门户", "gateways"), enumerated(gateways, lang)),
        (Text("依托", "follows"), enumerated([c.name for c in axis.corridor], lang)),
        (Text("产业带", "belt"), enumerated(axis.belt_industries, lang)),
    ]


def slopes(plan: Plan, lang: Language) -> list[str]:
    """Slope classes and the uses that the plan has for them."""
    classes = plan.slope_classes
    uses: dict[int, list[str]] = {}
    for step in plan.zoning.steps if plan.zoning else ():
        uses.setdefault(step.slope_class, []).append(bilingual(step.name, step.name_en, lang))
    low_hill = Text("低丘缓坡", "low hill").say(lang)
    rows = [
        (
            str(number),
            _interval(classes.classes, number),
            bilingual(one.name, one.name_en, lang),
            low_hill if number in classes.low_hill else "",
            enumerated(uses.get(number, []), lang),
        )
        for number, one in enumerate(classes.classes, 1)
    ]
    zoning = sourced(plan.zoning, lang) if plan.zoning else []
    return [*in_columns(rows, indent=INDENT), *sourced(classes, lang), *zoning]


def _interval(classes: Sequence[SlopeClass], number: int) -> str:
    """Interval of a slope class, with the closed end in a square bracket."""
    upper = classes[number - 1].up_to_deg
    lower = classes[number - 2].up_to_deg if number > 1 else None
    if lower is None:
        return f"≤ {upper:g}°"
    return f"> {lower:g}°" if upper is None else f"({lower:g}°, {upper:g}°]"


def rules(rule_set: RuleSet, lang: Language) -> list[str]:
    """Tolerance and all rules."""
    tolerance = rule_set.tolerance
    rows = (
        (Text("碎片面积", "sliver area"), f"< {tolerance.sliver_area_m2:g} m²"),
        (Text("碎片宽度", "sliver width"), f"< {tolerance.sliver_width_m:g} m"),
        (Text("相接宽度", "touching width"), f"< {tolerance.touch_width_m:g} m"),
    )
    lines = [f"{Text('规则集', 'rule set').say(lang)} {rule_set.id} {rule_set.version}".rstrip()]
    lines += [f"{' ' * INDENT}{kind.id}  {kind.text.say(lang)}" for kind in rule_set.project_types]
    lines += [*labelled(rows, lang), *sourced(tolerance, lang)]
    for rule in rule_set.rules:
        lines += [f"{rule.id}  {Text(rule.title, rule.title_en).say(lang)}"]
        lines += labelled(_rule_rows(rule, lang), lang)
        lines += sourced(rule, lang)
    return lines


_KINDS = {
    "spatial": Text("空间核查", "checked in space"),
    "procedural": Text("程序要求", "procedure"),
    "policy": Text("政策导向", "policy"),
}


def _rule_rows(rule: Rule, lang: Language) -> tuple[tuple[Text, str], ...]:
    layer = role_text(rule.role).say(lang) if rule.role else ""
    if rule.trigger == "outside":
        layer = Text(f"{layer}以外", f"beyond {layer}").say(lang)
    for condition in rule.where:
        layer += f" ({condition.field} = {enumerated(condition.values, lang)})"
    effects = [
        words.say(lang)
        for words, holds in (
            (Text("缺图层则无法判定", "undetermined without the layer"), rule.required),
            (Text("从可用地中扣除", "taken from available land"), rule.excludes_land),
        )
        if holds
    ]
    verdicts = [rule.verdict.text.say(lang)] if rule.verdict else _by_kind(rule, lang)
    setback = f"{rule.setback_m:g} m" if rule.setback_m else ""
    return (
        (Text("方式", "kind"), _KINDS[rule.kind].say(lang)),
        (Text("图层", "layer"), layer),
        (Text("退让距离", "setback"), setback),
        (Text("结论", "verdict"), enumerated([*verdicts, *effects], lang)),
        (Text("施行", "in force"), _force(rule, lang)),
        (Text("处置", "advice"), Text(rule.advice, rule.advice_en).say(lang)),
        (Text("依据", "legal basis"), rule.legal_basis),
    )


def _by_kind(rule: Rule, lang: Language) -> list[str]:
    """Verdicts by kind of project, those that are equal together."""
    verdicts = dict.fromkeys(rule.by_project.values())
    return [
        f"{''.join(kind for kind, v in rule.by_project.items() if v is verdict)}: "
        f"{verdict.text.say(lang)}"
        for verdict in verdicts
    ]


def _force(rule: Rule, lang: Language) -> str:
    """Days between which a rule is in force, as far as they are given."""
    first, last = rule.valid_from, rule.valid_until
    began = Text(f"自 {first} 起", f"from {first}").say(lang) if first else ""
    ended = Text(f"至 {last} 止", f"until {last}").say(lang) if last else ""
    return f"{began} {ended}".strip()


def candidates(plan: Plan, lang: Language) -> list[str]:
    """What makes available land a candidate, and which are proposed."""
    return [*labelled(candidate_rows(plan.candidates), lang), *sourced(plan.candidates, lang)]


def claims(plan: Plan, lang: Language) -> list[str]:
    """Figures that the plan states, with their cautions."""
    lines: list[str] = []
    for claim in plan.claims:
        lines += [f"{Text(claim.name, claim.name_en).say(lang)}  {claim.value:g} {claim.unit}"]
        caution = Text(claim.caution, claim.caution_en).say(lang)
        lines += [f"{' ' * INDENT}{caution}"] if caution else []
        lines += sourced(claim, lang)
    return lines


def targets(plan: Plan, lang: Language) -> list[str]:
    """Targets by year."""
    rows = [
        (
            "" if target.year is None else str(target.year),
            target.name,
            _aim(target),
            origin(target.source, lang),
        )
        for target in plan.targets
    ]
    return in_columns(rows) if rows else []


def _aim(target: Target) -> str:
    if target.value is None:
        return ""
    return f"{target.op or ''} {target.value:g} {target.unit}".strip()


def facilities(plan: Plan, lang: Language) -> list[str]:
    """Facilities by kind, with the sources of each kind below them."""
    lines: list[str] = []
    for kind, group in groupby(plan.facilities, key=lambda facility: facility.kind):
        members = list(group)
        rows = [_facility_row(plan, facility, lang) for facility in members]
        origins = dict.fromkeys(origin(facility.source, lang) for facility in members)
        lines += [kind, *in_columns(rows, indent=INDENT)]
        lines += [" " * 2 * INDENT + words for words in origins]
    return lines


def _facility_row(plan: Plan, facility: Facility, lang: Language) -> tuple[str, ...]:
    counties = [plan.county(code) for code in facility.counties]
    return (
        facility.name,
        enumerated([bilingual(c.name, c.name_en, lang) for c in counties], lang),
        facility.place or "",
        remark(facility.note, lang),
    )


def townships(plan: Plan, lang: Language) -> list[str]:
    """Townships, their seats and clusters."""
    clusters = {code: cluster.id for cluster in plan.clusters for code in cluster.townships}
    rows = [
        (
            township.code,
            township.full_name,
            township.seat,
            clusters.get(township.code, ""),
            township.status.text.say(lang),
        )
        for township in plan.townships
    ]
    return in_columns(rows) if rows else []


def places(plan: Plan, lang: Language) -> list[str]:
    """Places with positions, accuracy and where the positions are from."""
    rows = [
        (
            bilingual(place.name, place.name_en, lang),
            f"{place.point.lon:.4f}°E",
            f"{place.point.lat:.4f}°N",
            f"±{place.point.acc_km:g} km",
            place.point.coord_source,
        )
        for place in plan.places
    ]
    return in_columns(rows) if rows else []
