"""The sentence that says why a parcel belongs where it does; short enough to be signed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dzgis.allocation.axes import ON
from dzgis.allocation.corridors import M_PER_KM
from dzgis.plan.allocation_rules import Model
from dzgis.terms import ClusterStatus, Text
from dzgis.units import round_half_up

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    import pandas as pd

    from dzgis.allocation.shares import Shares
    from dzgis.plan.allocation_rules import AllocationRules
    from dzgis.plan.model import Axis, Cluster, Plan

    Row = Mapping[Hashable, Any]

_WHOLE_SHARE = 0.9995
"""From here on the percentage would be printed as 100.0, and goes without saying."""
_SAME_KM = 0.05
"""Distances that are printed as 0.0 km."""
_MOST_NAMES = 3
_READ = [
    "county_code",
    "county",
    "cluster",
    "cluster_status",
    "model_cluster",
    "informed_by",
    "axis",
    "axis_line",
    "axis_side",
    "axis_bearing",
    "axis_distance_m",
    "axis_chainage_m",
    "axis_band_km",
    "node_before",
    "node_before_m",
    "node_after",
    "node_after_m",
    "axis_acc_km",
    "other_axis_m",
]
BEARINGS = {
    "north": Text("北", "north"),
    "east": Text("东", "east"),
    "south": Text("南", "south"),
    "west": Text("西", "west"),
}
_NO_CLUSTER = Text("所在位置未列入任何组团", "its place is listed in no cluster")
_NO_COUNTY = Text("不在规划各县范围内", "outside the counties of the plan")
_BEYOND = Text("范围以外", "ground beyond")


@dataclass(frozen=True)
class _Words:
    """Names by id, and what the rules call things."""

    plan: Plan
    rules: AllocationRules
    clusters: Mapping[str, Cluster]
    axes: Mapping[str, Axis]
    places: Mapping[str, Text]
    starts: Mapping[str, str]
    counties: Mapping[str, Text]
    cluster_names: Mapping[str, Text]


def _words(plan: Plan, rules: AllocationRules) -> _Words:
    return _Words(
        plan,
        rules,
        {c.id: c for c in plan.clusters},
        {a.id: a for a in plan.axes},
        {p.name: Text(p.name, p.name_en or p.name) for p in plan.places},
        {line.id: line.via[0] for axis in plan.axes for line in axis.lines},
        {code: Text(c.name, c.name) for c in plan.counties for code in c.codes},
        {c.id: Text(c.name, c.name_en) for c in plan.clusters},
    )


def reasons(
    table: pd.DataFrame, plan: Plan, rules: AllocationRules, shares: Mapping[str, Shares]
) -> list[Text]:
    """
    One sentence for each parcel, in both languages.

    Parameters
    ----------
    table : DataFrame, n rows
        Columns of county, cluster, axis and nodes that `dzgis.allocation.assign` gives.
    plan : Plan
    rules : AllocationRules
    shares : mapping of ``county`` and ``cluster`` to Shares
    """
    words = _words(plan, rules)
    county, cluster = shares["county"], shares["cluster"]
    rows = zip(
        table[_READ].to_dict("records"),
        county.best_share.tolist(),
        county.tied,
        cluster.best_share.tolist(),
        cluster.tied,
        strict=True,
    )
    return [
        _joined(
            _county(row, county_share, county_tie, words),
            _cluster(row, cluster_share, cluster_tie, words),
            _axis(row, words),
            _accuracy(row, words),
            _model(row, words),
        )
        for row, county_share, county_tie, cluster_share, cluster_tie in rows
    ]


def _joined(*parts: Text | None) -> Text:
    said = [part for part in parts if part is not None]
    return Text(f"{'；'.join(p.zh for p in said)}。", f"{'; '.join(p.en for p in said)}.")


# ------------------------------------------------------------------ county and cluster


def _county(row: Row, share: float, tie: Sequence[str], words: _Words) -> Text:
    if not row["county_code"]:
        return _NO_COUNTY
    part = _part(share, tie, str(row["county_code"]), words.counties)
    return Text(f"位于{row['county']}{part.zh}", f"in {row['county']}{part.en}")


def _part(share: float, tie: Sequence[str], chosen: str, names: Mapping[str, Text]) -> Text:
    """What part of the parcel it is, in brackets; of equal parts with whom, and which counts."""
    if share >= _WHOLE_SHARE:
        return Text("", "")
    percent = f"{round_half_up(100.0 * share, 1)}"
    others = [names.get(name, Text(name, name)) if name else _BEYOND for name in tie]
    others = [text for name, text in zip(tie, others, strict=True) if name != chosen]
    if not others:
        return Text(f"（面积占{percent}%）", f" ({percent} % of its area)")
    return Text(
        f"（与{'、'.join(t.zh for t in others)}各占{percent}%，取规划所列在前者）",
        f" ({percent} % of its area, as much as {', '.join(t.en for t in others)}; "
        "the first in the plan counts)",
    )


def _cluster(row: Row, share: float, tie: Sequence[str], words: _Words) -> Text:
    if not row["cluster"]:
        why = _why_none(str(row["county_code"]), words)
        return Text(f"{_NO_CLUSTER.zh}{why.zh}", f"{_NO_CLUSTER.en}{why.en}")
    cluster = words.clusters[str(row["cluster"])]
    status = ClusterStatus(str(row["cluster_status"]))
    counted = Text("", "")
    if status is ClusterStatus.IN_COUNTY_NOT_LISTED:
        counted = Text("，台账不计入", ", not in its ledger")
    part = _part(share, tie, cluster.id, words.cluster_names)
    return Text(
        f"{cluster.name}（{status.text.zh}{counted.zh}）{part.zh}",
        f"{cluster.name_en} ({status.text.en}{counted.en}){part.en}",
    )


def _why_none(county_code: str, words: _Words) -> Text:
    """Why ground of a county is in no cluster, in brackets."""
    if not county_code:
        return Text("", "")
    listed = {code for c in words.plan.clusters for code in c.townships}
    codes = words.plan.county(county_code).codes
    here = [t for t in words.plan.townships if t.county in codes and t.code in listed]
    if any(set(codes) & {*c.counties, *c.open_counties} for c in words.plan.clusters):
        return Text("（面积大部分在组团以外）", " (most of its area lies beyond the clusters)")
    if not here:
        return Text("（规划未把该县列入组团）", " (the plan puts the county into no cluster)")
    names = "、".join(t.full_name for t in here[:_MOST_NAMES])
    more = Text("等", " and others") if len(here) > _MOST_NAMES else Text("", "")
    name = words.counties[county_code]
    return Text(
        f"（规划在{name.zh}只列了{names}{more.zh}）",
        f" (of {name.en} the plan lists {names}{more.en} only)",
    )


# ------------------------------------------------------------------ axis


def _axis(row: Row, words: _Words) -> Text:
    axis, km = words.axes[str(row["axis"])], _km(row["axis_distance_m"])
    if row["axis_side"] == ON:
        where = Text(f"在{axis.name}上", f"on the {axis.name_en}")
    else:
        side, band = BEARINGS[str(row["axis_bearing"])], _band(row, words.rules)
        where = Text(
            f"在{axis.name}以{side.zh}{km}公里（{band.zh}）",
            f"{km} km {side.en} of the {axis.name_en} ({band.en})",
        )
    along = _along(row, words)
    return Text(f"{where.zh}，{along.zh}", f"{where.en}, {along.en}")


def _band(row: Row, rules: AllocationRules) -> Text:
    up_to, bands = float(row["axis_band_km"]), rules.corridors.bands_km
    if np.isnan(up_to):
        return Text(f"{bands[-1]:g}公里以外", f"beyond {bands[-1]:g} km")
    at = bands.index(up_to)
    if at == 0:
        return Text(f"{up_to:g}公里以内", f"within {up_to:g} km")
    return Text(f"{bands[at - 1]:g}–{up_to:g}公里带", f"band {bands[at - 1]:g}–{up_to:g} km")


def _along(row: Row, words: _Words) -> Text:
    """Where along the axis the nearest place is: from its start, and by the nodes beside it."""
    start = words.places[words.starts[str(row["axis_line"])]]
    at = _km(row["axis_chainage_m"])
    if at == 0.0:
        return Text(f"最近处为起点{start.zh}", f"nearest at its start {start.en}")
    node = _nodes(row, words)
    return Text(f"自{start.zh}起{at}公里，{node.zh}", f"at km {at} from {start.en}, {node.en}")


def _nodes(row: Row, words: _Words) -> Text:
    before, after = words.places[str(row["node_before"])], str(row["node_after"])
    if not after:
        return Text(f"最近处为终点{before.zh}", f"nearest at its end {before.en}")
    if float(row["node_before_m"]) < _SAME_KM * M_PER_KM:
        return Text(f"最近处为{before.zh}", f"nearest at {before.en}")
    to = words.places[after]
    if float(row["node_after_m"]) < _SAME_KM * M_PER_KM:
        return Text(f"最近处为{to.zh}", f"nearest at {to.en}")
    return Text(f"{before.zh}与{to.zh}之间", f"between {before.en} and {to.en}")


def _accuracy(row: Row, words: _Words) -> Text | None:
    """What may be otherwise because the axis's nodes are known to some kilometres only."""
    off_m, distance_m = float(row["axis_acc_km"]) * M_PER_KM, float(row["axis_distance_m"])
    limits_m = [km * M_PER_KM for km in words.rules.corridors.bands_km]
    may = []
    if distance_m < off_m:
        may.append(Text("在轴的哪一侧", "side"))
    if any(abs(distance_m - limit) < off_m for limit in limits_m):
        may.append(Text("在哪一带", "band"))
    if float(row["other_axis_m"]) - distance_m < off_m:
        may.append(Text("近哪条轴", "axis"))
    if not may:
        return None
    off, last = f"{_km(off_m):g}", len(may) - 1
    one_by_one = ", ".join(t.en for t in may[:last]) + " and " * (last > 0) + may[last].en
    return Text(
        f"此处轴线位置精度±{off}公里，{'、'.join(t.zh for t in may)}不能确定",
        f"the axis is known to ±{off} km here, so the {one_by_one} cannot be told for sure",
    )


def _model(row: Row, words: _Words) -> Text | None:
    """What the model says where it says otherwise than the plan."""
    told = str(row["model_cluster"])
    if not told or told == row["cluster"]:
        return None
    model = words.rules.model(Model(str(row["informed_by"]))).text
    cluster = words.clusters[told]
    return Text(
        f"{model.zh}模型指向{cluster.name}，仅供参考",
        f"the model ({model.en}) points to the {cluster.name_en} and only informs",
    )


def _km(metres: float) -> float:
    return round_half_up(float(metres) / M_PER_KM, 1)
