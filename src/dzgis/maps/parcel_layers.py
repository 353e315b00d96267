"""Layers of land that is proposed or checked: candidates, parcels, conflict pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dzgis.maps import names, palette, words
from dzgis.maps.geometry import (
    COARSE_DECIMALS,
    FINE_DECIMALS,
    drawable,
    geojson,
    label_points,
    simplified,
)
from dzgis.maps.model import Entry, Feature, Mark, Row, Vectors
from dzgis.maps.value import degrees, land_area, length, parcel_area, said
from dzgis.terms import Verdict, role_text

if TYPE_CHECKING:
    import geopandas as gpd

    from dzgis.maps.content import MapContent
    from dzgis.plan.model import Plan
    from dzgis.terms import Language, Text

_CANDIDATE_TOLERANCE_M = 15.0
_PARCEL_ZOOM = 10.5
_UNCHECKED = "unchecked"
_STYLES = {**palette.VERDICT_STYLES, _UNCHECKED: palette.UNCHECKED_STYLE}
_CANDIDATE_COLUMNS = ("area_m2", "mean_slope_deg", "county", "cluster")
_PARCEL_COLUMNS = ("area_m2", "cluster", "axis", "axis_distance_m", "reason")
_CONFLICT_COLUMNS = ("parcel_id", "role", "rule", "area_m2")

_PARCEL_FIELDS = (
    words.PARCEL_ID,
    words.VERDICT,
    words.AREA,
    words.CLUSTER,
    words.AXIS,
    words.AXIS_DISTANCE,
    words.REASON,
)


def candidates(content: MapContent, lang: Language) -> Row:
    """Land that the accounting found large enough to propose."""
    frame = simplified(
        drawable(content.candidates, name="candidates", optional=_CANDIDATE_COLUMNS),
        _CANDIDATE_TOLERANCE_M,
    )
    title = words.CANDIDATES.say(lang)
    features = tuple(
        Feature(shape, f"{title} {key}", "candidate", values)
        for shape, key, values in zip(
            geojson(frame, decimals=COARSE_DECIMALS),
            frame.index,
            _candidate_values(content.plan, frame, lang),
            strict=True,
        )
    )
    fields = (words.AREA, words.MEAN_SLOPE, words.COUNTY, words.CLUSTER)
    layer = Vectors(
        "candidates",
        "candidates",
        title,
        _say(fields, lang),
        {"candidate": palette.CANDIDATE_STYLE},
        features,
        canvas=True,
    )
    sign = Entry("", "area", palette.CANDIDATE_STYLE)
    return Row(layer, title, shown=True, count=len(features), sign=sign)


def _candidate_values(plan: Plan, frame: gpd.GeoDataFrame, lang: Language) -> list[tuple[str, ...]]:
    return [
        (
            land_area(area, lang),
            degrees(slope),
            said(county, lang),
            names.beside(names.cluster(plan, cluster), lang),
        )
        for area, slope, county, cluster in zip(
            *(frame[column] for column in _CANDIDATE_COLUMNS),
            strict=True,
        )
    ]


def parcels(content: MapContent, lang: Language) -> Row:
    """Parcels by verdict; one without a verdict is never drawn as clear."""
    frame = drawable(
        content.parcels, name="parcels", required=("name", "verdict"), optional=_PARCEL_COLUMNS
    )
    called = [
        said(name, lang) or str(key) for key, name in zip(frame.index, frame["name"], strict=True)
    ]
    styles = [_verdict_key(value) for value in frame["verdict"]]
    features = tuple(
        Feature(shape, name, style, values)
        for shape, name, style, values in zip(
            geojson(frame, decimals=FINE_DECIMALS),
            called,
            styles,
            _parcel_values(content.plan, frame, lang),
            strict=True,
        )
    )
    marks = tuple(
        Mark(
            (lat, lon),
            "parcel",
            name,
            colour=_STYLES[style].fill,
            min_zoom=_PARCEL_ZOOM,
            rank=4,
        )
        for (lat, lon), name, style in zip(
            label_points(frame).tolist(), called, styles, strict=True
        )
    )
    layer = Vectors(
        "parcels",
        "parcels",
        words.PARCEL.say(lang),
        _say(_PARCEL_FIELDS, lang),
        _STYLES,
        features,
        marks,
        near=True,
    )
    title = words.PARCELS.say(lang)
    legend = _verdict_legend(styles, lang)
    return Row(
        layer,
        title,
        shown=True,
        count=len(features),
        legend=legend,
        listed=words.PARCEL_LIST.say(lang) if features else "",
    )


def _parcel_values(plan: Plan, frame: gpd.GeoDataFrame, lang: Language) -> list[tuple[str, ...]]:
    return [
        (
            str(key),
            _verdict_text(_verdict_key(verdict), lang),
            parcel_area(area, lang),
            names.beside(names.cluster(plan, cluster), lang),
            names.beside(names.axis(plan, axis), lang),
            length(distance, lang),
            said(reason, lang),
        )
        for key, verdict, area, cluster, axis, distance, reason in zip(
            frame.index, frame["verdict"], *(frame[key] for key in _PARCEL_COLUMNS), strict=True
        )
    ]


def _verdict_key(value: object) -> str:
    """Style of a verdict; anything that is not one counts as not checked."""
    return str(value) if str(value) in set(Verdict) else _UNCHECKED


def _verdict_text(key: str, lang: Language) -> str:
    return words.UNCHECKED.say(lang) if key == _UNCHECKED else Verdict(key).text.say(lang)


def _verdict_legend(styles: list[str], lang: Language) -> tuple[Entry, ...]:
    """All verdicts with their counts; parcels not checked only where there are any."""
    return tuple(
        Entry(_verdict_text(key, lang), "area", style, count=styles.count(key))
        for key, style in _STYLES.items()
        if key != _UNCHECKED or key in styles
    )


def conflicts(content: MapContent, lang: Language) -> Row:
    """Pieces of parcels that meet a rule, on top of everything."""
    frame = drawable(content.conflicts, name="conflicts", required=_CONFLICT_COLUMNS)
    rules = {rule.id: rule for rule in content.plan.rules.rules}
    features = tuple(
        Feature(
            shape,
            role_text(str(role)).say(lang),
            "conflict",
            (
                said(parcel, lang),
                _rule_text(content.plan, rule, lang),
                parcel_area(area, lang),
                rules[str(rule)].legal_basis if str(rule) in rules else "",
            ),
        )
        for shape, parcel, role, rule, area in zip(
            geojson(frame, decimals=FINE_DECIMALS),
            *(frame[column] for column in _CONFLICT_COLUMNS),
            strict=True,
        )
    )
    title = words.CONFLICTS.say(lang)
    fields = (words.PARCEL_ID, words.RULE, words.AREA, words.LEGAL_BASIS)
    styles = {"conflict": palette.CONFLICT_STYLE}
    layer = Vectors(
        "conflicts", "conflicts", title, _say(fields, lang), styles, features, near=True
    )
    sign = Entry("", "area", palette.CONFLICT_STYLE)
    return Row(layer, title, shown=True, count=len(features), sign=sign)


def _rule_text(plan: Plan, rule: object, lang: Language) -> str:
    """Id and title of a rule."""
    titles = {r.id: r.title if lang == "zh" else r.title_en for r in plan.rules.rules}
    return f"{rule} {titles.get(str(rule), '')}".strip()


def _say(texts: tuple[Text, ...], lang: Language) -> tuple[str, ...]:
    return tuple(text.say(lang) for text in texts)
