"""Layers of the plan itself: districts, counties, clusters and facilities."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from dzgis.frames import COUNTIES
from dzgis.maps import names, palette, words
from dzgis.maps.geometry import (
    COARSE_DECIMALS,
    drawable,
    label_points,
    shapes_in_degrees,
    simplified,
)
from dzgis.maps.ledger import LEDGER_FIELDS, ledger_values
from dzgis.maps.model import Entry, Feature, Mark, Row, Style, Vectors
from dzgis.maps.value import accuracy, land_area, said
from dzgis.terms import ClusterStatus

if TYPE_CHECKING:
    import geopandas as gpd

    from dzgis.maps.content import MapContent
    from dzgis.plan.model import Facility, Plan
    from dzgis.terms import Language

_BOUNDARY_TOLERANCE_M = 20.0
_COUNTY_ZOOM, _FACILITY_ZOOM = 8.5, 9.5
_COUNTY_AREAS = ("area_m2", "low_hill_m2", "available_m2")
_COLUMNS = {"zh": 2, "en": 1}
_CLUSTERS = ("cluster", "name", "district", "status")


def districts(content: MapContent, lang: Language) -> Row:
    """Outlines of the plan's districts, dissolved from the counties."""
    frame = drawable(content.counties, name="counties", required=COUNTIES)
    if not frame.empty:
        frame = frame.dissolve(by="district", as_index=False)
    frame = simplified(frame, _BOUNDARY_TOLERANCE_M)
    ids = [str(value) for value in frame["district"]]
    order = [district.id for district in content.plan.districts]
    order += sorted(set(ids) - set(order))
    styles = {key: palette.district_style(order.index(key)) for key in ids}
    features = tuple(
        Feature(shape, "", key)
        for shape, key in zip(shapes_in_degrees(frame, decimals=COARSE_DECIMALS), ids, strict=True)
    )
    legend = tuple(
        Entry(names.district(content.plan, key), "line", style, proper=True)
        for key, style in styles.items()
    )
    layer = Vectors("districts", "districts", words.DISTRICTS.say(lang), (), styles, features)
    return Row(layer, words.DISTRICTS, shown=True, legend=legend, columns=_COLUMNS[lang])


def counties(content: MapContent, lang: Language) -> Row:
    """County outlines and names, with areas in the popup."""
    plan = content.plan
    frame = drawable(content.counties, name="counties", required=COUNTIES, optional=_COUNTY_AREAS)
    frame = simplified(frame, _BOUNDARY_TOLERANCE_M)
    called = [
        names.county(plan, code, name)
        for code, name in zip(frame["county_code"], frame["county"], strict=True)
    ]
    values = zip(
        (said(code, lang) for code in frame["county_code"]),
        (names.beside(names.district(plan, key), lang) for key in frame["district"]),
        *([land_area(value, lang) for value in frame[column]] for column in _COUNTY_AREAS),
        strict=True,
    )
    features = tuple(
        Feature(shape, names.beside(name, lang), "county", cells)
        for shape, name, cells in zip(
            shapes_in_degrees(frame, decimals=COARSE_DECIMALS), called, values, strict=True
        )
    )
    marks = tuple(
        Mark((lat, lon), "county", names.stacked(name, lang), min_zoom=_COUNTY_ZOOM, rank=2)
        for (lat, lon), name in zip(label_points(frame).tolist(), called, strict=True)
    )
    fields = (words.COUNTY_CODE, words.DISTRICT, words.AREA, words.LOW_HILL, words.AVAILABLE_AREA)
    layer = Vectors(
        "counties",
        "counties",
        words.COUNTY.say(lang),
        tuple(field.say(lang) for field in fields),
        {"county": palette.COUNTY_STYLE},
        features,
        marks,
    )
    sign = Entry(words.NOTHING, "line", palette.COUNTY_STYLE)
    return Row(layer, words.COUNTIES, shown=True, count=len(features), sign=sign)


def clusters(content: MapContent, lang: Language) -> Row:
    """Clusters in the plan's colours, with their names."""
    plan = content.plan
    frame = drawable(content.clusters, name="clusters", required=_CLUSTERS)
    frame = simplified(frame, _BOUNDARY_TOLERANCE_M)
    pairs = list(zip(frame["cluster"].astype(str), frame["status"].astype(str), strict=True))
    colours = _cluster_colours(plan)
    styles = {
        f"{key} {status}": palette.cluster_style(colours.get(key, palette.UNKNOWN_COLOUR), status)
        for key, status in pairs
    }
    features = tuple(
        Feature(
            shape,
            names.beside(names.cluster(plan, key, name), lang),
            f"{key} {status}",
            _cluster_values(content, (key, status, district), lang),
        )
        for shape, name, district, (key, status) in zip(
            shapes_in_degrees(frame, decimals=COARSE_DECIMALS),
            frame["name"],
            frame["district"],
            pairs,
            strict=True,
        )
    )
    own = (words.DISTRICT, words.STATUS, words.INDUSTRIES)
    fields = tuple(f.say(lang) for f in (*own, *LEDGER_FIELDS))
    marks = _cluster_marks(plan, frame, lang)
    heading = words.CLUSTER.say(lang)
    layer = Vectors("clusters", "clusters", heading, fields, styles, features, marks)
    legend = _cluster_legend(plan)
    return Row(
        layer, words.CLUSTERS, shown=True, count=len(marks), legend=legend, columns=_COLUMNS[lang]
    )


def _cluster_colours(plan: Plan) -> dict[str, str]:
    return {cluster.id: cluster.colour for cluster in plan.clusters}


def _cluster_values(
    content: MapContent, row: tuple[str, str, object], lang: Language
) -> tuple[str, ...]:
    """District, basis and industries; the ledger is of the whole cluster, on each of its parts."""
    plan = content.plan
    key, status, district = row
    industries = {cluster.id: "、".join(cluster.industries) for cluster in plan.clusters}
    bases = {member.value: member.text.say(lang) for member in ClusterStatus}
    return (
        names.beside(names.district(plan, district), lang),
        bases.get(status, status),
        industries.get(key, ""),
        *ledger_values(content.ledgers.clusters if content.ledgers else None, key, lang),
    )


def _cluster_marks(plan: Plan, frame: gpd.GeoDataFrame, lang: Language) -> tuple[Mark, ...]:
    """One name a cluster, in the part that the plan lists when there is one."""
    colours = _cluster_colours(plan)
    unlisted = frame["status"] == ClusterStatus.IN_COUNTY_NOT_LISTED
    best_first = frame.assign(unlisted=unlisted).sort_values("unlisted", kind="stable")
    first = best_first.drop_duplicates("cluster").sort_index()
    return tuple(
        Mark(
            (lat, lon),
            "cluster",
            names.stacked(names.cluster(plan, key, name), lang),
            colour=palette.name_colour(colours.get(str(key), palette.UNKNOWN_COLOUR)),
            rank=0,
        )
        for (lat, lon), key, name in zip(
            label_points(first).tolist(), first["cluster"], first["name"], strict=True
        )
    )


def _cluster_legend(plan: Plan) -> tuple[Entry, ...]:
    unlisted = ClusterStatus.IN_COUNTY_NOT_LISTED
    own = tuple(
        Entry(
            names.cluster(plan, cluster.id),
            "area",
            palette.cluster_style(cluster.colour, ClusterStatus.LISTED),
            proper=True,
        )
        for cluster in plan.clusters
    )
    dashed = Entry(unlisted.text, "area", palette.cluster_style(palette.UNKNOWN_COLOUR, unlisted))
    return (*own, dashed)


def facilities(content: MapContent, lang: Language) -> Row:
    """Hubs and other facilities whose place the plan knows."""
    marks = [
        _facility_mark(content.plan, facility, lang)
        for facility in content.plan.facilities
        if facility.place is not None
    ]
    marks = _named_once(marks, lang)
    fields = (words.KIND, words.COUNTY, words.NOTE, words.POSITION)
    heading = words.FACILITIES.say(lang)
    layer = Vectors(
        "facilities", "nodes", heading, tuple(f.say(lang) for f in fields), {}, (), tuple(marks)
    )
    sign = Entry(words.NOTHING, "facility", Style(palette.INK))
    return Row(layer, words.FACILITIES, shown=False, count=len(marks), sign=sign)


def _facility_mark(plan: Plan, facility: Facility, lang: Language) -> Mark:
    point = plan.place(facility.place or "").point
    of_code = {code: county.name for county in plan.counties for code in county.codes}
    return Mark(
        (point.lat, point.lon),
        "facility",
        facility.name,
        min_zoom=_FACILITY_ZOOM,
        rank=5,
        title=facility.name,
        values=(
            facility.kind.replace("_", " ") if lang == "en" else "",
            "、".join(of_code.get(code, code) for code in facility.counties),
            facility.note,
            accuracy(point.acc_km, lang),
        ),
    )


def _named_once(marks: list[Mark], lang: Language) -> list[Mark]:
    """Marks of which only the first at a place is named, with the number of the others."""
    others = Counter(mark.at for mark in marks)
    seen: set[tuple[float, float]] = set()
    named = []
    for mark in marks:
        n_more = others[mark.at] - 1
        more = words.AND_MORE.say(lang).format(n=n_more) if n_more else ""
        named.append(replace(mark, text="" if mark.at in seen else mark.text + more))
        seen.add(mark.at)
    return named
