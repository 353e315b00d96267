"""The page: layers on a folium map, and the panel, title and notes around it."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from branca.element import MacroElement
from folium.map import CustomPane, Layer
from folium.raster_layers import ImageOverlay
from folium.template import Template

from dzgis.maps import land_layers, page_data, parcel_layers, plan_layers, words
from dzgis.maps.axis_layer import axes
from dzgis.maps.geometry import COARSE_DECIMALS, FINE_DECIMALS
from dzgis.maps.model import Group, Vectors
from dzgis.maps.offline import Blob, Data, OfflineFigure, OfflineMap
from dzgis.maps.packing import MOST_INSIDE, pack_of
from dzgis.png import data_url

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from branca.element import Element

    from dzgis.maps.base_maps import BaseMap
    from dzgis.maps.content import MapContent
    from dzgis.maps.model import Row
    from dzgis.terms import Language

# From the ground up.
_PANES = (
    "base",
    "slope",
    "suitability",
    "available",
    "basins",
    "districts",
    "clusters",
    "protection",
    "candidates",
    "counties",
    "axes",
    "parcels",
    "conflicts",
)
_PANES_OF_NAMES = ("highlight", "pins", "arrows", "nodes", "labels", "measure")
_FIRST_PANE_Z, _FIRST_NAME_Z, _STEP_Z = 210, 610, 10
_ZOOM_STEP = 0.25
_LANG_TAGS = {"zh": "zh-CN", "en": "en"}
_FINE = {"parcels", "conflicts"}
FOLDER = "map_tiles"
"""Folder beside the page for packs that are too large to be in it."""


@dataclass(frozen=True)
class MapPage:
    """
    A page and the files that lie beside it.

    Attributes
    ----------
    html : str
    beside : mapping of str to bytes
        By path relative to the page; empty for a page that is whole.
    """

    html: str
    beside: Mapping[str, bytes] = field(default_factory=dict)


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


def map_page(
    content: MapContent,
    *,
    lang: Language,
    base_maps: tuple[BaseMap, ...] = (),
    most_inside: int | None = MOST_INSIDE,
) -> MapPage:
    """
    Interactive map of a result.

    Parameters
    ----------
    content : MapContent
    lang : {"zh", "en"}
    base_maps : tuple of BaseMap
        Offered on the page, off until ticked.
    most_inside : int or None
        Features of a layer from beyond which its pack lies beside the page; None for never.
    """
    groups = _groups(content, lang)
    packs = {
        layer.id: pack_of(layer, decimals=FINE_DECIMALS if layer.id in _FINE else COARSE_DECIMALS)
        for layer in _vectors(groups)
        if layer.packed
    }
    beside = {
        layer.id: f"{FOLDER}/{layer.id}.bin"
        for layer in _vectors(groups)
        if layer.packed and most_inside is not None and len(layer.features) > most_inside
    }
    figure = OfflineFigure(
        title=content.title.say(lang), lang=_LANG_TAGS[lang], no_script=words.NO_SCRIPT.say(lang)
    )
    figure.image_hosts = tuple(
        dict.fromkeys(origin for base_map in base_maps for origin in base_map.origins)
    )
    figure.reads_beside = bool(beside)
    _add_map(figure, content, groups)
    for layer in _vectors(groups):
        pack = packs.get(layer.id)
        text = (
            page_data.packed_json(layer, pack.index, beside.get(layer.id, ""))
            if pack
            else page_data.vectors_json(layer)
        )
        figure.html.add_child(Data(layer.id, text), name=layer.id)
        if pack and layer.id not in beside:
            key = f"pack-{layer.id}"
            figure.html.add_child(Blob(key, base64.b64encode(pack.data).decode("ascii")), name=key)
    around = page_data.page_json(content, groups, base_maps, lang)
    figure.html.add_child(Data("page", around), name="page")
    return MapPage(
        figure.render(), {path: packs[layer_id].data for layer_id, path in beside.items()}
    )


def _vectors(groups: tuple[Group, ...]) -> Iterator[Vectors]:
    for row in (row for group in groups for row in group.rows):
        if isinstance(row.layer, Vectors):
            yield row.layer


def _add_map(figure: OfflineFigure, content: MapContent, groups: tuple[Group, ...]) -> None:
    west, south, east, north = page_data.extent(content)
    chart = OfflineMap(
        location=[(south + north) / 2, (west + east) / 2],
        tiles=None,
        zoom_control=False,
        zoom_start=page_data.ZOOMS[0],
        zoom_snap=_ZOOM_STEP,
        zoom_delta=2 * _ZOOM_STEP,
        attribution_control=False,
    )
    figure.add_child(chart)
    for position, pane in enumerate(_PANES):
        chart.add_child(CustomPane(pane, _FIRST_PANE_Z + _STEP_Z * position))
    for position, pane in enumerate(_PANES_OF_NAMES):
        chart.add_child(CustomPane(pane, _FIRST_NAME_Z + _STEP_Z * position))
    layers = {row.layer.id: _element(row) for group in groups for row in group.rows}
    for element in layers.values():
        chart.add_child(element)
    chart.add_child(Surroundings(layers))


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
    land_rows = (
        land_layers.available(content, lang),
        *land_layers.suitability(content, lang),
        land_layers.slope(content, lang),
        *land_layers.basins(content, lang),
    )
    return (
        Group(words.GROUP_PARCELS, parcel_rows),
        Group(words.GROUP_PLAN, plan_rows),
        Group(words.GROUP_LAND, land_rows),
        Group(words.GROUP_PROTECTION, land_layers.protection(content, lang), switch=True),
    )


def _element(row: Row) -> Layer:
    """Folium's layer for a row of the panel."""
    layer = row.layer
    if isinstance(layer, Vectors):
        return VectorLayer(layer, name=row.layer.id, show=row.shown)
    return ImageOverlay(
        data_url(layer.image.png),
        [list(corner) for corner in layer.image.bounds],
        pixelated=False,
        name=row.layer.id,
        show=row.shown,
        pane=layer.pane,
        opacity=layer.opacity,
        class_name="dz-raster",
    )
