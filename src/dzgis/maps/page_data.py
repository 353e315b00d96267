"""What the page's script reads: layers, and everything that is written around the map."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from pathlib import PurePath
from typing import TYPE_CHECKING

from dzgis.maps import names, words
from dzgis.maps.geometry import bounds_degrees, geojson
from dzgis.maps.model import Picture
from dzgis.maps.page_words import PAGE_WORDS
from dzgis.maps.value import key_of
from dzgis.terms import Text, input_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dzgis.maps.base_maps import BaseMap
    from dzgis.maps.content import MapContent
    from dzgis.maps.model import Entry, Group, Row, Vectors
    from dzgis.terms import Language

ZOOMS = 6, 19
_NODE_REACH = 0.15


def extent(content: MapContent) -> tuple[float, float, float, float]:
    """West, south, east, north of what the page opens on: the counties and nodes not far off."""
    found = bounds_degrees([content.counties, content.clusters, content.parcels])
    west, south, east, north = found or content.plan.meta.region_bounds
    reach = _NODE_REACH * max(east - west, north - south)
    plan = content.plan
    points = [plan.place(node.place).point for axis in plan.axes for node in axis.nodes]
    close = [
        p
        for p in points
        if west - reach <= p.lon <= east + reach and south - reach <= p.lat <= north + reach
    ]
    return (
        min([west, *(p.lon for p in close)]),
        min([south, *(p.lat for p in close)]),
        max([east, *(p.lon for p in close)]),
        max([north, *(p.lat for p in close)]),
    )


def page_json(
    content: MapContent,
    groups: tuple[Group, ...],
    base_maps: tuple[BaseMap, ...],
    lang: Language,
) -> str:
    """Everything that is written around the map."""
    west, south, east, north = extent(content)
    meta = content.plan.meta
    return _dump(
        {
            "lang": lang,
            "title": content.title.say(lang),
            "subtitle": meta.title if lang == "zh" else meta.title_en,
            "restriction": words.RESTRICTION.say(lang),
            "notes": [note.say(lang) for note in content.notes],
            "bounds": [[south, west], [north, east]],
            "zooms": ZOOMS,
            "groups": [_group_json(group, lang) for group in groups],
            "places": _places(content, lang),
            "clusters": [
                [cluster.id, names.beside(names.cluster(content.plan, cluster.id), lang)]
                for cluster in content.plan.clusters
            ],
            "sources": [_source(record, lang) for record in content.sources],
            "base_maps": [_base_map(base_map, lang) for base_map in base_maps],
            "words": {key: text.say(lang) for key, text in PAGE_WORDS.items()},
        }
    )


def _places(content: MapContent, lang: Language) -> list[list[object]]:
    """Named points of the plan: name, latitude, longitude."""
    return [
        [
            names.beside(Text(place.name, place.name_en), lang),
            place.name_en,
            place.point.lat,
            place.point.lon,
        ]
        for place in content.plan.places
    ]


def _source(record: Mapping[str, object], lang: Language) -> list[str]:
    """Role, file, date and CRS of an input; folders are not told."""
    date = key_of(record.get("date"))
    name = PurePath(key_of(record.get("path")).replace("\\", "/")).name
    return [input_text(record).say(lang), name, date, key_of(record.get("crs"))]


def _base_map(base_map: BaseMap, lang: Language) -> dict[str, object]:
    return {
        "title": base_map.title.say(lang),
        "urls": base_map.urls,
        "subdomains": base_map.subdomains,
        "credit": base_map.credit.say(lang),
        "max_zoom": base_map.max_zoom,
        "hosts": [origin.split("://")[1] for origin in base_map.origins],
        "caution": base_map.caution.say(lang) if base_map.caution else "",
    }


def _group_json(group: Group, lang: Language) -> dict[str, object]:
    return {
        **_both(group.title, lang),
        "switch": group.switch,
        "rows": [_row_json(row, lang) for row in group.rows],
    }


def _both(text: Text, lang: Language) -> dict[str, str]:
    """Words in the page's language, and in the other."""
    return {"title": text.say(lang), "other": text.say("en" if lang == "zh" else "zh")}


def _row_json(row: Row, lang: Language) -> dict[str, object]:
    layer = row.layer
    picture = isinstance(layer, Picture)
    return {
        "layer": layer.id,
        **_both(row.title, lang),
        "shown": row.shown,
        "count": row.count,
        "columns": row.columns,
        "listed": row.listed,
        "opacity": layer.opacity if isinstance(layer, Picture) else None,
        "pixels": layer.image.width if isinstance(layer, Picture) else None,
        "heading": layer.heading if picture else "",
        "classes": layer.classes if isinstance(layer, Picture) else [],
        "pane": layer.pane,
        "sign": _entry_json(row.sign, lang) if row.sign else None,
        "legend": [_entry_json(entry, lang) for entry in row.legend],
    }


def _entry_json(entry: Entry, lang: Language) -> dict[str, object]:
    text = names.beside(entry.text, lang) if entry.proper else entry.text.say(lang)
    if entry.proper:
        other = entry.text.en if lang == "zh" else ""
    else:
        other = entry.text.say("en" if lang == "zh" else "zh")
    return {
        "text": text,
        "other": "" if other == text else other,
        "shape": entry.shape,
        "style": entry.style.leaflet,
        "ramp": entry.ramp,
        "dot": entry.dot,
        "count": entry.count,
        "verdict": entry.verdict,
    }


def _head(layer: Vectors) -> dict[str, object]:
    return {
        "pane": layer.pane,
        "heading": layer.heading,
        "fields": layer.fields,
        "canvas": layer.canvas,
        "near": layer.near,
        "filtered": layer.filtered,
        "styles": {key: style.leaflet for key, style in layer.styles.items()},
    }


def vectors_json(layer: Vectors) -> str:
    """Return a layer as the page holds it whole."""
    head = _dump(_head(layer) | {"marks": [asdict(mark) for mark in layer.marks]})
    # Geometry is JSON text already.
    features = ",".join(
        f'{{"g":{shape},"t":{_dump(f.title)},"s":{_dump(f.style)},"v":{_dump(f.values)}'
        + (f',"f":{_dump([f.verdict, f.cluster])}' if layer.filtered else "")
        + "}"
        for shape, f in zip(
            geojson([feature.geometry for feature in layer.features]), layer.features, strict=True
        )
    )
    return f'{head[:-1]},"features":[{features}]}}'


def packed_json(layer: Vectors, index: Mapping[str, object], beside: str) -> str:
    """Return the index of a packed layer; `beside` is the address of a pack outside the page."""
    groups = Counter((feature.verdict, feature.cluster) for feature in layer.features)
    return _dump(
        _head(layer)
        | {
            "marks": [],
            "features": [],
            "packed": {
                **index,
                "beside": beside,
                "counts": [[*pair, n] for pair, n in sorted(groups.items())],
            },
        }
    )


def _dump(value: object) -> str:
    """Compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
