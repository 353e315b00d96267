"""The sentence of a finding: what was measured, and what follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dzgis.terms import Contact, LayerStatus, Text, Verdict, role_text
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
    """What was measured: contact, area in m², share of the parcel, number of pieces."""

    contact: Contact
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


def finding_reason(rule: Rule, verdict: Verdict, status: LayerStatus, found: Measured) -> Text:
    """Say why a finding has its verdict; the plan's own words are quoted."""
    name = role_text(str(rule.role))
    if verdict is Verdict.UNDETERMINED:
        return _undetermined(name, status, found)
    if verdict is Verdict.CLEAR:
        return _clear(name, found)
    size, percent = area_text(found.area_m2), f"{round_half_up(100 * found.share, 2):.2f}"
    if verdict is Verdict.WITHIN_TOLERANCE:
        return Text(
            f"与{name.zh}重叠{size.zh}，低于容差，疑似边界误差，须人工复核",
            f"overlaps {name.en} by {size.en}: below tolerance, likely boundary error; review it",
        )
    partial = status is LayerStatus.NOT_COVERING
    return Text(
        f"压占{name.zh}{found.n_pieces}块，合计{size.zh}，占地块{percent}%；"
        f"规划：“{rule.source.quote}”。{rule.advice}{_PARTIAL.zh if partial else ''}",
        f"presses on {name.en}: {found.n_pieces} piece(s), {size.en}, {percent} % of the parcel; "
        f"the plan: “{rule.source.quote}”. {rule.advice_en}{_PARTIAL.en if partial else ''}",
    )


_PARTIAL = Text(
    "（图层未完全覆盖该地块，压占面积可能更大。）",
    " (The layer does not cover the whole parcel; the overlap may be larger.)",
)


def _undetermined(name: Text, status: LayerStatus, found: Measured) -> Text:
    why = _UNCHECKED[status]
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


def _clear(name: Text, found: Measured) -> Text:
    if found.contact is Contact.TOUCHING:
        return Text(
            f"与{name.zh}仅边界相接（相邻），未发现压占",
            f"touches {name.en} along a border only; no conflict found",
        )
    return Text(f"未发现压占{name.zh}", f"no conflict with {name.en} found")
