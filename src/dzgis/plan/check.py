"""Whether the parts of a plan fit together."""

from __future__ import annotations

from difflib import get_close_matches
from itertools import pairwise
from typing import TYPE_CHECKING

from dzgis.plan.check_rules import check_rules
from dzgis.plan.fault_words import at, twice
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from dzgis.plan.model import Axis, Plan, Point, SlopeClasses

_STEEPEST_DEG = 90.0


def check_plan(plan: Plan) -> list[Text]:
    """
    All contradictions inside a plan.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    list of Text
        One sentence each with the place in the file; empty when the parts fit.
    """
    checks = (
        _duplicates,
        _duplicates_within,
        _unknown_places,
        _unknown_districts,
        _unknown_counties,
        _unknown_townships,
        _wanted_clusters,
        _empty_clusters,
        _shared_townships,
        _shared_counties,
        _nodes_outside,
        _seats_outside,
        _lines_without_length,
        _no_core_line,
        _rules,
        _slope_limits,
        _zoning_classes,
    )
    return [fault for check in checks for fault in check(plan)]


# ------------------------------------------------------------------- each name once


def _duplicates(plan: Plan) -> Iterator[Text]:
    yield from twice("places.name", (p.name for p in plan.places))
    yield from twice("districts.id", (d.id for d in plan.districts))
    yield from twice("districts.name", (d.name for d in plan.districts))
    yield from twice("counties.code", (code for c in plan.counties for code in c.codes))
    yield from twice("counties.name", (name for c in plan.counties for name in c.names))
    yield from twice("townships.code", (t.code for t in plan.townships))
    yield from twice("clusters.id", (c.id for c in plan.clusters))
    yield from twice("clusters.name", (c.name for c in plan.clusters))
    yield from twice("axes.id", (a.id for a in plan.axes))
    yield from twice("axes.name", (a.name for a in plan.axes))
    yield from twice("axes.lines.id", (line.id for a in plan.axes for line in a.lines))
    yield from twice("claims.id", (claim.id for claim in plan.claims))


def _duplicates_within(plan: Plan) -> Iterator[Text]:
    """Names that need to be unique only among their like."""
    yield from twice("townships.name", (f"{t.county} {t.name}" for t in plan.townships))
    yield from twice("facilities.name", (f"{f.kind} {f.name}" for f in plan.facilities))
    for axis in plan.axes:
        yield from twice(f"axes[{axis.id}].nodes", (node.place for node in axis.nodes))
    for cluster in plan.clusters:
        yield from twice(f"clusters[{cluster.id}].townships", cluster.townships)


# ---------------------------------------------------------------- references that lead nowhere


def _unknown(
    place: str, value: str, known: Collection[str], kind: Text, where: str
) -> Iterator[Text]:
    """Fault of a reference; `where` is the chapter of the file that has to know it."""
    if value in known:
        return
    close = get_close_matches(value, known, n=1)
    yield at(
        place,
        f"{where} 中没有{kind.zh}“{value}”；请补上或改正"
        + "".join(f"（是否指 {name}？）" for name in close),
        f"'{value}' is no {kind.en} of {where}; add it there or correct it"
        + "".join(f" (did you mean {name}?)" for name in close),
    )


_PLACE = Text("地名", "place")
_DISTRICT = Text("片区", "district")
_COUNTY = Text("县（今日代码）", "county (today's code)")
_TOWNSHIP = Text("乡镇", "township")
_CLUSTER = Text("组团", "cluster")


def _place_references(plan: Plan) -> Iterator[tuple[str, str]]:
    for county in plan.counties:
        yield f"counties[{county.code}].seat", county.seat
    for township in plan.townships:
        yield f"townships[{township.code}].seat", township.seat
    for axis in plan.axes:
        yield from _axis_references(axis)
    for facility in plan.facilities:
        if facility.place is not None:
            yield f"facilities[{facility.name}].place", facility.place


def _axis_references(axis: Axis) -> Iterator[tuple[str, str]]:
    for number, node in enumerate(axis.nodes, 1):
        yield f"axes[{axis.id}].nodes[{number}]", node.place
    for line in axis.lines:
        for number, name in enumerate(line.via, 1):
            yield f"axes[{axis.id}].lines[{line.id}].via[{number}]", name


def _unknown_places(plan: Plan) -> Iterator[Text]:
    known = [place.name for place in plan.places]
    for where, name in _place_references(plan):
        yield from _unknown(where, name, known, _PLACE, "places")


def _unknown_districts(plan: Plan) -> Iterator[Text]:
    known = [district.id for district in plan.districts]
    for county in plan.counties:
        where = f"counties[{county.code}].district"
        yield from _unknown(where, county.district, known, _DISTRICT, "districts")
    for cluster in plan.clusters:
        where = f"clusters[{cluster.id}].district"
        yield from _unknown(where, cluster.district, known, _DISTRICT, "districts")


def _county_references(plan: Plan) -> Iterator[tuple[str, str]]:
    for township in plan.townships:
        yield f"townships[{township.code}].county", township.county
    for cluster in plan.clusters:
        for key in ("counties", "open_counties"):
            for number, code in enumerate(getattr(cluster, key), 1):
                yield f"clusters[{cluster.id}].{key}[{number}]", code
    for facility in plan.facilities:
        for number, code in enumerate(facility.counties, 1):
            yield f"facilities[{facility.name}].counties[{number}]", code


def _unknown_counties(plan: Plan) -> Iterator[Text]:
    known = [county.code for county in plan.counties]
    for where, code in _county_references(plan):
        yield from _unknown(where, code, known, _COUNTY, "counties")


def _unknown_townships(plan: Plan) -> Iterator[Text]:
    known = [township.code for township in plan.townships]
    for cluster in plan.clusters:
        for number, code in enumerate(cluster.townships, 1):
            where = f"clusters[{cluster.id}].townships[{number}]"
            yield from _unknown(where, code, known, _TOWNSHIP, "townships")


def _wanted_clusters(plan: Plan) -> Iterator[Text]:
    known = [cluster.id for cluster in plan.clusters]
    for number, one in enumerate(plan.candidates.wanted, 1):
        where = f"candidates.wanted[{number}].cluster"
        yield from _unknown(where, one.cluster, known, _CLUSTER, "clusters")


# ------------------------------------------------------------------ clusters do not overlap


def _empty_clusters(plan: Plan) -> Iterator[Text]:
    for cluster in plan.clusters:
        if not (cluster.townships or cluster.counties):
            yield at(
                f"clusters[{cluster.id}]",
                "既无 townships 也无 counties；组团须有范围",
                "has neither townships nor counties; a cluster needs an area",
            )


def _shared_townships(plan: Plan) -> Iterator[Text]:
    owners = [(code, c.id) for c in plan.clusters for code in dict.fromkeys(c.townships)]
    yield from _shared("townships", owners)


def _shared_counties(plan: Plan) -> Iterator[Text]:
    owners = [
        (code, c.id)
        for c in plan.clusters
        for code in dict.fromkeys((*c.counties, *c.open_counties))
    ]
    yield from _shared("counties", owners)


def _shared(key: str, owners: list[tuple[str, str]]) -> Iterator[Text]:
    """Fault for each code that more than one cluster claims."""
    for code in dict.fromkeys(code for code, _ in owners):
        clusters = [cluster for owned, cluster in owners if owned == code]
        if len(clusters) > 1:
            names = ", ".join(clusters)
            yield at(
                f"clusters.{key}",
                f"“{code}”同时属于组团 {names}；只能属于一个",
                f"'{code}' belongs to the clusters {names}; it can belong to one only",
            )


# --------------------------------------------------------------------- inside the region


def _is_inside(plan: Plan, point: Point) -> bool:
    west, south, east, north = plan.meta.region_bounds
    return west <= point.lon <= east and south <= point.lat <= north


def _outside(plan: Plan, where: str, name: str, remedy: Text) -> Iterator[Text]:
    points = {place.name: place.point for place in plan.places}
    if name not in points or _is_inside(plan, points[name]):
        return
    position = f"{points[name].lon}°E {points[name].lat}°N"
    yield at(
        where,
        f"“{name}”（{position}）在 meta.region_bounds 之外；{remedy.zh}",
        f"'{name}' ({position}) is outside meta.region_bounds; {remedy.en}",
    )


def _nodes_outside(plan: Plan) -> Iterator[Text]:
    remedy = Text("请检查坐标，或将其 role 设为 gateway", "check its position or make it a gateway")
    for axis in plan.axes:
        for number, node in enumerate(axis.nodes, 1):
            if node.role == "node":
                where = f"axes[{axis.id}].nodes[{number}]"
                yield from _outside(plan, where, node.place, remedy)


def _seats_outside(plan: Plan) -> Iterator[Text]:
    remedy = Text("请检查坐标（经度在前）", "check its position (longitude comes first)")
    for county in plan.counties:
        yield from _outside(plan, f"counties[{county.code}].seat", county.seat, remedy)
    for township in plan.townships:
        yield from _outside(plan, f"townships[{township.code}].seat", township.seat, remedy)


# --------------------------------------------------------------------------- axes


def _lines_without_length(plan: Plan) -> Iterator[Text]:
    """Stretches of lines that begin and end in one point."""
    points = {place.name: (place.point.lon, place.point.lat) for place in plan.places}
    for axis in plan.axes:
        for line in axis.lines:
            for number, (one, next_) in enumerate(pairwise(line.via), 2):
                if one == next_ or (one in points and points[one] == points.get(next_)):
                    yield at(
                        f"axes[{axis.id}].lines[{line.id}].via[{number}]",
                        f"“{one}”到“{next_}”没有长度（同一位置）；请改正地名或坐标",
                        f"'{one}' to '{next_}' has no length (one and the same point); correct "
                        "the name or the position",
                    )


def _no_core_line(plan: Plan) -> Iterator[Text]:
    if not any(line.kind == "core" for axis in plan.axes for line in axis.lines):
        yield at(
            "axes.lines",
            "没有一条 core 线，无从量距；至少一条须为 core",
            "no line is of kind core, so that there is none to measure to; one at least must be",
        )


# --------------------------------------------------------------------------- rules


def _rules(plan: Plan) -> Iterator[Text]:
    yield from check_rules(plan.rules)


# --------------------------------------------------------------------------- slope


def _slope_limits(plan: Plan) -> Iterator[Text]:
    yield from slope_limit_faults(plan.slope_classes)


def slope_limit_faults(classes: SlopeClasses) -> Iterator[Text]:
    """Limits that no slope has."""
    for number, limit in enumerate(classes.limits_deg, 1):
        if not 0 < limit < _STEEPEST_DEG:
            yield at(
                f"slope_classes.classes[{number}].up_to_deg",
                f"值为 {limit}，须大于 0 且小于 90 度",
                f"found {limit}, must be above 0 and below 90 degrees",
            )


def _zoning_classes(plan: Plan) -> Iterator[Text]:
    n_classes = len(plan.slope_classes.classes)
    for step in plan.zoning.steps if plan.zoning else ():
        if step.slope_class > n_classes:
            yield at(
                f"zoning.steps[{step.name}].slope_class",
                f"没有第 {step.slope_class} 级；slope_classes 有 {n_classes} 级",
                f"there is no class {step.slope_class}; slope_classes has {n_classes}",
            )
