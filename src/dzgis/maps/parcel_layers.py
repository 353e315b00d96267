"""Layers of land that is proposed or checked: candidates, parcels, conflict pieces."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from dzgis.maps import names, palette, words
from dzgis.maps.geometry import (
    COARSE_DECIMALS,
    FINE_DECIMALS,
    drawable,
    label_points,
    shapes_in_degrees,
    simplified,
)
from dzgis.maps.model import MOST_PLAIN, Entry, Feature, Mark, Row, Vectors
from dzgis.maps.value import degrees, key_of, land_area, length, parcel_area, said
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
        Feature(shape, f"{title} {key}", "candidate", values, cluster=key_of(cluster))
        for shape, key, values, cluster in zip(
            shapes_in_degrees(frame, decimals=COARSE_DECIMALS),
            frame.index,
            _candidate_values(content.plan, frame, lang),
            frame["cluster"],
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
        filtered="cluster",
    )
    sign = Entry(words.NOTHING, "area", palette.CANDIDATE_STYLE)
    return Row(layer, words.CANDIDATES, shown=True, count=len(features), sign=sign)


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
        Feature(shape, name, style, values, style, key_of(cluster))
        for shape, name, style, values, cluster in zip(
            shapes_in_degrees(frame, decimals=FINE_DECIMALS),
            called,
            styles,
            _parcel_values(content.plan, frame, lang),
            frame["cluster"],
            strict=True,
        )
    )
    layer = Vectors(
        "parcels",
        "parcels",
        words.PARCEL.say(lang),
        _say(_PARCEL_FIELDS, lang),
        _STYLES,
        features,
        () if len(frame) > MOST_PLAIN else _pins(frame, features),
        near=True,
        filtered="verdict",
    )
    legend = _verdict_legend(styles)
    return Row(
        layer,
        words.PARCELS,
        shown=True,
        count=len(features),
        legend=legend,
        listed=words.PARCEL_LIST.say(lang) if features and not layer.packed else "",
    )


def _parcel_values(plan: Plan, frame: gpd.GeoDataFrame, lang: Language) -> list[tuple[str, ...]]:
    clusters = {
        key: names.beside(names.cluster(plan, key), lang)
        for key in set(map(key_of, frame["cluster"]))
    }
    axes = {
        key: names.beside(names.axis(plan, key), lang) for key in set(map(key_of, frame["axis"]))
    }
    return [
        (
            str(key),
            _verdict_text(_verdict_key(verdict)).say(lang),
            parcel_area(area, lang),
            clusters[key_of(cluster)],
            axes[key_of(axis)],
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


def _pins(frame: gpd.GeoDataFrame, features: tuple[Feature, ...]) -> tuple[Mark, ...]:
    """Pin and name of each parcel."""
    return tuple(
        Mark(
            (lat, lon),
            "parcel",
            feature.title,
            colour=_STYLES[feature.style].fill,
            min_zoom=_PARCEL_ZOOM,
            rank=4,
            verdict=feature.verdict,
            cluster=feature.cluster,
        )
        for (lat, lon), feature in zip(label_points(frame).tolist(), features, strict=True)
    )


def _verdict_text(key: str) -> Text:
    return words.UNCHECKED if key == _UNCHECKED else Verdict(key).text


def _verdict_legend(styles: list[str]) -> tuple[Entry, ...]:
    """All verdicts with their counts; parcels not checked only where there are any."""
    counts = Counter(styles)
    return tuple(
        Entry(_verdict_text(key), "area", style, count=counts[key], verdict=str(key))
        for key, style in _STYLES.items()
        if key != _UNCHECKED or counts[key]
    )


def conflicts(content: MapContent, lang: Language) -> Row:
    """Pieces of parcels that meet a rule, on top of everything."""
    frame = drawable(content.conflicts, name="conflicts", required=_CONFLICT_COLUMNS)
    rules = {rule.id: rule for rule in content.plan.rules.rules}
    titles = {r.id: r.title if lang == "zh" else r.title_en for r in content.plan.rules.rules}
    checked = _checked(content.parcels)
    features = tuple(
        Feature(
            shape,
            role_text(str(role)).say(lang),
            "conflict",
            (
                said(parcel, lang),
                f"{rule} {titles.get(str(rule), '')}".strip(),
                parcel_area(area, lang),
                rules[str(rule)].legal_basis if str(rule) in rules else "",
            ),
            *checked.get(str(parcel), ("", "")),
        )
        for shape, parcel, role, rule, area in zip(
            shapes_in_degrees(frame, decimals=FINE_DECIMALS),
            *(frame[column] for column in _CONFLICT_COLUMNS),
            strict=True,
        )
    )
    title = words.CONFLICTS.say(lang)
    fields = (words.PARCEL_ID, words.RULE, words.AREA, words.LEGAL_BASIS)
    styles = {"conflict": palette.CONFLICT_STYLE}
    layer = Vectors(
        "conflicts",
        "conflicts",
        title,
        _say(fields, lang),
        styles,
        features,
        near=True,
        filtered="verdict",
    )
    sign = Entry(words.NOTHING, "area", palette.CONFLICT_STYLE)
    return Row(layer, words.CONFLICTS, shown=True, count=len(features), sign=sign)


def _checked(parcels: gpd.GeoDataFrame) -> dict[str, tuple[str, str]]:
    """Verdict and cluster of each parcel by its id, so that its pieces are filtered with it."""
    if parcels.empty:
        return {}
    clusters = parcels["cluster"] if "cluster" in parcels.columns else [None] * len(parcels)
    return {
        str(key): (_verdict_key(verdict), key_of(cluster))
        for key, verdict, cluster in zip(parcels.index, parcels["verdict"], clusters, strict=True)
    }


def _say(texts: tuple[Text, ...], lang: Language) -> tuple[str, ...]:
    return tuple(text.say(lang) for text in texts)
