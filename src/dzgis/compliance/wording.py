"""The sentence of a finding: what was measured, and what follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dzgis.terms import Contact, LayerStatus, Text, Verdict
from dzgis.units import (
    DECIMALS_HECTARE,
    DECIMALS_M2,
    DECIMALS_MU,
    hectares,
    mu,
    round_half_up,
)

if TYPE_CHECKING:
    from dzgis.plan.rules import Rule


class Measured(NamedTuple):
    """
    What was measured of one rule on one parcel.

    Attributes
    ----------
    status : LayerStatus
        What the layer was worth there.
    contact, unclear : Contact
        Gravest contact with features that the rule is about, and with those of which it is not
        known whether it is.
    area_m2, share, n_pieces
        Of both together.
    """

    status: LayerStatus
    contact: Contact
    unclear: Contact
    area_m2: float
    share: float
    n_pieces: int


_UNCHECKED = {
    LayerStatus.ABSENT: Text("缺少该图层", "the layer is absent"),
    LayerStatus.OUTDATED: Text("图层在核查基准日已过有效期", "the layer is out of date"),
    LayerStatus.INVALID: Text("图层无效", "the layer is invalid"),
    LayerStatus.NOT_COVERING: Text(
        "图层调查范围未完全覆盖该地块",
        "the layer's surveyed extent does not cover the whole parcel",
    ),
}
_VALID = (LayerStatus.USED, LayerStatus.NOT_COVERING)
_PARTIAL = Text(
    "（图层未完全覆盖该地块，压占面积可能更大。）",
    " (The layer does not cover the whole parcel; the overlap may be larger.)",
)
_CONFIRM = Text("（依据待确认）", " (Legal basis to be confirmed.)")


def area_text(area_m2: float) -> Text:
    """
    Area in the three units of land tables.

    Examples
    --------
    >>> area_text(1203.55).zh
    '1203.55 m²（0.1204 公顷、1.81 亩）'
    """
    m2 = round_half_up(area_m2, DECIMALS_M2)
    ha = round_half_up(hectares(area_m2), DECIMALS_HECTARE)
    in_mu = round_half_up(mu(area_m2), DECIMALS_MU)
    return Text(
        f"{m2:.2f} m²（{ha:.4f} 公顷、{in_mu:.2f} 亩）",
        f"{m2:.2f} m² ({ha:.4f} ha, {in_mu:.2f} mu)",
    )


def finding_reason(rule: Rule, verdict: Verdict, found: Measured, project_type: str | None) -> Text:
    """Say why a finding has its verdict; the plan's own words are quoted."""
    name = rule.ground
    if verdict is Verdict.UNDETERMINED:
        return _undetermined(rule, name, found, project_type)
    if verdict is Verdict.CLEAR:
        return _clear(rule, name, found, project_type)
    if verdict is Verdict.WITHIN_TOLERANCE:
        return _within_tolerance(rule, name, found)
    return _pressing(rule, name, found, project_type)


def _pressing(rule: Rule, name: Text, found: Measured, project_type: str | None) -> Text:
    size, percent = area_text(found.area_m2), f"{round_half_up(100 * found.share, 2):.2f}"
    kind = _for_kind(rule, project_type)
    ground, tail = _ground(rule), _tail(rule, found)
    head = Text("位于" if rule.trigger == "outside" else "压占", _presses(rule))
    return Text(
        f"{head.zh}{name.zh}{found.n_pieces}块，合计{size.zh}，占地块{percent}%；"
        f"{kind.zh}{ground.zh}{rule.advice}{tail.zh}",
        f"{head.en} {name.en}: {found.n_pieces} piece(s), {size.en}, {percent} % of the parcel; "
        f"{kind.en}{ground.en}{rule.advice_en}{tail.en}",
    )


def _presses(rule: Rule) -> str:
    return "lies in" if rule.trigger == "outside" else "presses on"


def _ground(rule: Rule) -> Text:
    """Words of the plan or law where they are quoted; the legal basis stands beside the reason."""
    quote = rule.source.quote
    return Text(f"原文：“{quote}”。", f"in its words: “{quote}”. ") if quote else Text("", "")


def _for_kind(rule: Rule, project_type: str | None) -> Text:
    if not rule.by_project or project_type is None:
        return Text("", "")
    return Text(f"项目类别 {project_type}；", f"project type {project_type}; ")


def _tail(rule: Rule, found: Measured) -> Text:
    partial = found.status is LayerStatus.NOT_COVERING
    said = [one for one, holds in ((_PARTIAL, partial), (_CONFIRM, not rule.confirmed)) if holds]
    return Text("".join(one.zh for one in said), "".join(one.en for one in said))


def _within_tolerance(rule: Rule, name: Text, found: Measured) -> Text:
    size, tail = area_text(found.area_m2), _tail(rule, found)
    met = Text(f"与{name.zh}重叠{size.zh}", f"overlaps {name.en} by {size.en}")
    if rule.trigger == "outside":
        met = Text(f"{name.zh}有{size.zh}", f"{size.en} lie {name.en}")
    return Text(
        f"{met.zh}，低于容差，疑似边界误差，须人工复核{tail.zh}",
        f"{met.en}: below tolerance, likely boundary error; review it{tail.en}",
    )


def _undetermined(rule: Rule, name: Text, found: Measured, project_type: str | None) -> Text:
    """Why nothing can be said: the kind of project, an attribute, or the layer itself."""
    meaning = rule.verdict_for(project_type)
    if found.status not in _VALID:
        return _unchecked(name, found)
    size = area_text(found.area_m2)
    if found.contact is Contact.OVERLAP and meaning is None:
        return Text(
            f"涉及{name.zh}{size.zh}，结论取决于项目类别，而项目类别未给出；"
            "请用 --project-type 写明",
            f"lies on {name.en}, {size.en}; the verdict depends on the project type, which was not "
            "given: give --project-type",
        )
    if found.unclear not in (Contact.SLIVER, Contact.OVERLAP) or meaning is Verdict.CLEAR:
        return _unchecked(name, found)
    fields = "、".join(rule.fields)
    return Text(
        f"与该图层要素重叠{size.zh}，但其中有要素未注明 {fields}，无法判断是否属于{name.zh}；"
        "请补全图层属性后重新核查",
        f"overlaps features of the layer by {size.en}, of which some do not say "
        f"{', '.join(rule.fields)}: it is not known whether they are {name.en}; fill in the layer "
        "and check again",
    )


def _unchecked(name: Text, found: Measured) -> Text:
    why = _UNCHECKED[found.status]
    seen = found.contact is Contact.OVERLAP
    size = area_text(found.area_m2) if seen else Text("", "")
    more = Text(
        f"；该图层上量得重叠{size.zh}，仅供参考",
        f"; on that layer an overlap of {size.en} was measured, for reference only",
    )
    return Text(
        f"{name.zh}未核查：{why.zh}{more.zh if seen else ''}",
        f"{name.en} not checked: {why.en}{more.en if seen else ''}",
    )


def _clear(rule: Rule, name: Text, found: Measured, project_type: str | None) -> Text:
    if found.contact in (Contact.OVERLAP, Contact.SLIVER):
        size = area_text(found.area_m2)
        return Text(
            f"涉及{name.zh}{size.zh}；本条不限制项目类别 {project_type}",
            f"lies on {name.en}, {size.en}; this rule does not restrict project type "
            f"{project_type}",
        )
    if rule.trigger == "outside":
        return Text(f"未发现地块{name.zh}的部分", f"no part of the parcel is {name.en}")
    if found.contact is Contact.TOUCHING:
        return Text(
            f"与{name.zh}仅边界相接（相邻），未发现压占",
            f"touches {name.en} along a border only; no conflict found",
        )
    return Text(f"未发现压占{name.zh}", f"no conflict with {name.en} found")
