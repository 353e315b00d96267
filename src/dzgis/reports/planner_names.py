"""What the planner's report calls places, exclusions, axes, and how it says what is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dzgis.plan.exclusions import JOINT, Effect
from dzgis.reports.table import UNITS, Unit
from dzgis.terms import FactStatus, LayerStatus, Text, role_text
from dzgis.units import DECIMALS_M2, hectares, km2, mu

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dzgis.plan.exclusions import Exclusion, ExclusionSet
    from dzgis.plan.model import Axis, Cluster, County, District, Plan

KM2 = Unit(Text("平方公里", "km²"), 4, km2)
ALL_UNITS = (*UNITS, KM2)
"""Units of tables.xlsx: m², 公顷, 亩, km²."""
HECTARES = Unit(Text("公顷", "ha"), DECIMALS_M2, hectares)
MU = Unit(Text("亩", "mu"), DECIMALS_M2, mu)
"""Units of the report; summaries have hectares with two decimals."""
TOTAL = Text("合计", "total")
UNKNOWN_SLOPE = Text("坡度未知", "slope unknown")
UNCONFIRMED = Text("待确认", "to be confirmed")
LEVELS = {
    "county": Text("县（市、区）", "county"),
    "district": Text("片区", "district"),
    "cluster": Text("组团", "cluster"),
    "corridor": Text("发展轴廊道", "axis corridor"),
}
EFFECTS = {
    Effect.HARD: Text("禁止", "prohibited"),
    Effect.CONDITIONAL: Text("有条件，不扣除", "conditional, not deducted"),
    Effect.WEIGHTED: Text("按比例扣除", "deducted in part"),
    Effect.INCLUDE: Text("强制纳入", "always included"),
    Effect.CONTEXT: Text("限定范围，不扣除", "bounds others, not deducted"),
}
TAKES = {
    "some": Text("扣除部分", "takes some"),
    "nothing": Text("一点不扣", "takes nothing"),
    "everything": Text("全部扣除", "takes everything"),
}
_NOWHERE = {
    "cluster": Text("不属任何组团", "in no cluster"),
    "corridor": Text("各廊道以外", "beyond all corridors"),
    "county": Text("不在各县", "in no county"),
    "district": Text("不属任何片区", "in no district"),
}


def place_text(plan: Plan, level: str, place: str) -> Text:
    """Name of a county, district, cluster or axis; what is none of the plan's is its own name."""
    if not place:
        return _NOWHERE[level]
    named = _records(plan, level).get(place)
    return Text(place, place) if named is None else Text(named.name, named.name_en)


def _records(plan: Plan, level: str) -> Mapping[str, County | District | Cluster | Axis]:
    """Places of a level of the plan by code or id."""
    if level == "county":
        return {code: county for county in plan.counties for code in county.codes}
    if level == "district":
        return {one.id: one for one in plan.districts}
    if level == "cluster":
        return {one.id: one for one in plan.clusters}
    return {one.id: one for one in plan.axes}


def joined(places: str, plan: Plan, level: str) -> Text:
    """Names of ids that are joined by `JOINT`."""
    texts = [place_text(plan, level, one) for one in places.split(JOINT) if one]
    return Text("、".join(t.zh for t in texts), ", ".join(t.en for t in texts))


def exclusion_text(exclusions: ExclusionSet, name: str) -> Text:
    """Id and name of an exclusion."""
    found = {one.id: one for one in exclusions.exclusions}.get(name)
    if found is None:
        return Text(name, name)
    return Text(f"{name} {found.name}", f"{name} {found.name_en}")


def taken_text(exclusions: ExclusionSet, taken: str) -> Text:
    """Names of the exclusions that hold on ground together."""
    if not taken:
        return Text("无任何排除条件", "no exclusion at all")
    texts = [exclusion_text(exclusions, one) for one in taken.split(JOINT)]
    return Text(" ＋ ".join(t.zh for t in texts), " + ".join(t.en for t in texts))


def effect_text(one: Exclusion) -> Text:
    """What an exclusion does; a weighted one with its share."""
    said = EFFECTS[one.effect]
    if one.effect is not Effect.WEIGHTED:
        return said
    share = f"{100.0 * one.weight:g} %"
    return Text(f"{said.zh} {share}", f"{said.en}: {share}")


def status_text(status: FactStatus) -> Text:
    """How far a fact is the words of plan or law; what is not is to be confirmed."""
    said = FactStatus(status).text
    if status is FactStatus.STATED or UNCONFIRMED.zh in said.zh:
        return said
    return Text(f"{said.zh}，{UNCONFIRMED.zh}", f"{said.en}, {UNCONFIRMED.en}")


def layer_text(one: Exclusion) -> Text:
    """Layer or raster that an exclusion reads."""
    rasters = {
        "slope": Text("坡度", "slope"),
        "elevation": Text("高程", "elevation"),
        "relief": Text("地形起伏度", "local relief"),
        "aspect": Text("坡向", "aspect"),
    }
    return rasters.get(one.layer) or role_text(one.layer)


def state_text(status: str) -> Text:
    """What became of a layer."""
    known = {one.value: one.text for one in LayerStatus}
    return known.get(status) or Text(status, status)
