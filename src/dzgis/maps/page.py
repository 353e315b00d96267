"""The page: layers on a folium map, and the panel, title and notes around it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from branca.element import MacroElement
from folium.map import CustomPane, Layer
from folium.raster_layers import ImageOverlay
from folium.template import Template

from dzgis.maps import land_layers, parcel_layers, plan_layers, words
from dzgis.maps.axis_layer import axes
from dzgis.maps.geometry import bounds_degrees
from dzgis.maps.model import Group, Picture, Vectors
from dzgis.maps.offline import Data, OfflineFigure, OfflineMap
from dzgis.png import data_url

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from branca.element import Element

    from dzgis.maps.content import MapContent
    from dzgis.maps.model import Entry, Row
    from dzgis.terms import Language

# From the ground up.
_PANES = (
    "slope",
    "available",
    "districts",
    "clusters",
    "protection",
    "candidates",
    "counties",
    "axes",
    "parcels",
    "conflicts",
)
_PANES_OF_NAMES = ("highlight", "pins", "arrows", "nodes", "labels")
_FIRST_PANE_Z, _FIRST_NAME_Z, _STEP_Z = 210, 610, 10
_ZOOMS = 6, 18
_ZOOM_STEP = 0.25
_NODE_REACH = 0.15
_LANG_TAGS = {"zh": "zh-CN", "en": "en"}


class VectorLayer(Layer):
    """Features and marks of one layer: the call that draws what its data block holds."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = dzgis.layer(
            {{ this._parent.get_name() }}, {{ this.key|tojson }}
        );
        {% endmacro %}
        """
    )

    def __init__(self, layer: Vectors, *, name: str, show: bool) -> None:
        super().__init__(name=name, overlay=True, show=show)
        self._name = "VectorLayer"
        self.key = layer.id


class Surroundings(MacroElement):
    """Title, panel, notes and the answers to clicks; must be the map's last child."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        dzgis.start({{ this._parent.get_name() }}, {
            {% for key, element in this.layers.items() %}{{ key|tojson }}: {{ element.get_name() }},
            {% endfor %}
        });
        {% endmacro %}
        """
    )

    def __init__(self, layers: Mapping[str, Element]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # branca's
        self._name = "Surroundings"
        self.layers = layers


def page_html(content: MapContent, *, lang: Language) -> str:
    """Whole HTML of the interactive map; see `dzgis.maps.interactive_map`."""
    groups = _groups(content, lang)
    figure = OfflineFigure(
        title=content.title.say(lang), lang=_LANG_TAGS[lang], no_script=words.NO_SCRIPT.say(lang)
    )
    chart = _map(content)
    figure.add_child(chart)
    for position, pane in enumerate(_PANES):
        chart.add_child(CustomPane(pane, _FIRST_PANE_Z + _STEP_Z * position))
    for position, pane in enumerate(_PANES_OF_NAMES):
        chart.add_child(CustomPane(pane, _FIRST_NAME_Z + _STEP_Z * position))
    layers = {row.layer.id: _element(row) for group in groups for row in group.rows}
    for element in layers.values():
        chart.add_child(element)
    chart.add_child(Surroundings(layers))
    for data in _data(groups, _page(content, groups, lang)):
        figure.html.add_child(data, name=data.key)
    return figure.render()


def _data(groups: tuple[Group, ...], page: dict[str, object]) -> Iterator[Data]:
    """Yield the data blocks of all vector layers and of the page."""
    for row in (row for group in groups for row in group.rows):
        if isinstance(row.layer, Vectors):
            yield Data(row.layer.id, _vectors_json(row.layer))
    yield Data("page", _dump(page))


def _groups(content: MapContent, lang: Language) -> tuple[Group, ...]:
    plan_rows = (
        plan_layers.clusters(content, lang),
        axes(content, lang),
        plan_layers.counties(content, lang),
        plan_layers.districts(content, lang),
        plan_layers.facilities(content, lang),
    )
    parcel_rows = (
        parcel_layers.parcels(content, lang),
        parcel_layers.conflicts(content, lang),
        parcel_layers.candidates(content, lang),
    )
    land_rows = (land_layers.available(content, lang), land_layers.slope(content, lang))
    protection_rows = land_layers.protection(content, lang)
    return (
        Group(words.GROUP_PARCELS.say(lang), parcel_rows),
        Group(words.GROUP_PLAN.say(lang), plan_rows),
        Group(words.GROUP_LAND.say(lang), land_rows),
        Group(words.GROUP_PROTECTION.say(lang), protection_rows, switch=True),
    )


def _extent(content: MapContent) -> tuple[float, float, float, float]:
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


def _map(content: MapContent) -> OfflineMap:
    west, south, east, north = _extent(content)
    return OfflineMap(
        location=[(south + north) / 2, (west + east) / 2],
        tiles=None,
        zoom_control=False,
        zoom_start=_ZOOMS[0],
        zoom_snap=_ZOOM_STEP,
        zoom_delta=2 * _ZOOM_STEP,
        attribution_control=False,
    )


def _element(row: Row) -> Layer:
    """Folium's layer for a row of the panel."""
    layer = row.layer
    if isinstance(layer, Vectors):
        return VectorLayer(layer, name=row.title, show=row.shown)
    return ImageOverlay(
        data_url(layer.image.png),
        [list(corner) for corner in layer.image.bounds],
        pixelated=False,
        name=row.title,
        show=row.shown,
        pane=layer.pane,
        opacity=layer.opacity,
        class_name="dz-raster",
    )


def _page(content: MapContent, groups: tuple[Group, ...], lang: Language) -> dict[str, object]:
    """Everything that is written around the map."""
    west, south, east, north = _extent(content)
    meta = content.plan.meta
    said = {
        key: getattr(words, key).say(lang)
        for key in (
            "PANEL",
            "SHOW_ALL",
            "OPACITY",
            "FULL_EXTENT",
            "ZOOM_IN",
            "ZOOM_OUT",
            "NORTH",
            "NOTES",
            "MORE",
        )
    }
    return {
        "title": content.title.say(lang),
        "subtitle": meta.title if lang == "zh" else meta.title_en,
        "restriction": words.RESTRICTION.say(lang),
        "notes": [note.say(lang) for note in content.notes],
        "bounds": [[south, west], [north, east]],
        "zooms": _ZOOMS,
        "groups": [_group_json(group) for group in groups],
        "words": said,
    }


def _group_json(group: Group) -> dict[str, object]:
    return {
        "title": group.title,
        "switch": group.switch,
        "rows": [_row_json(row) for row in group.rows],
    }


def _row_json(row: Row) -> dict[str, object]:
    layer = row.layer
    return {
        "layer": layer.id,
        "title": row.title,
        "shown": row.shown,
        "count": row.count,
        "columns": row.columns,
        "listed": row.listed,
        "opacity": layer.opacity if isinstance(layer, Picture) else None,
        "pixels": layer.image.width if isinstance(layer, Picture) else None,
        "sign": _entry_json(row.sign) if row.sign else None,
        "legend": [_entry_json(entry) for entry in row.legend],
    }


def _entry_json(entry: Entry) -> dict[str, object]:
    return {
        "text": entry.text,
        "shape": entry.shape,
        "style": entry.style.leaflet,
        "ramp": entry.ramp,
        "dot": entry.dot,
        "count": entry.count,
    }


def _vectors_json(layer: Vectors) -> str:
    head = _dump(
        {
            "pane": layer.pane,
            "heading": layer.heading,
            "fields": layer.fields,
            "canvas": layer.canvas,
            "near": layer.near,
            "styles": {key: style.leaflet for key, style in layer.styles.items()},
            "marks": [asdict(mark) for mark in layer.marks],
        }
    )
    # Geometry is JSON text already.
    features = ",".join(
        f'{{"g":{f.geometry},"t":{_dump(f.title)},"s":{_dump(f.style)},"v":{_dump(f.values)}}}'
        for f in layer.features
    )
    return f'{head[:-1]},"features":[{features}]}}'


def _dump(value: object) -> str:
    """Compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
