"""Layers of the project: where each one's data are, its style, its labels."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from dzgis.crs import CGCS2000
from dzgis.maps import palette, words
from dzgis.maps.qgis.xml import child, text_style
from dzgis.maps.styles import layer_styles
from dzgis.terms import Text, role_text

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from dzgis.maps.content import MapContent
    from dzgis.terms import Language

PACKAGE = "results.gpkg"
ID = "dzgis_layer_"
"""Before each layer's id: QGIS throws away ids of ten characters or fewer."""
_POLYGON, _LINE = ("MultiPolygon", "Polygon"), ("MultiLineString", "Line")
_PERCENT_STEP, _STEPS = 20, 5

Kind = Literal["vector", "paletted", "shares"]


@dataclass(frozen=True)
class ProjectLayer:
    """
    A layer of the project.

    Attributes
    ----------
    id : str
    title : str
    source : str
        Relative to the project.
    kind : {"vector", "paletted", "shares"}
    shown : bool
    style : Element
        Renderer as QGIS writes it.
    label : str
        Field that labels show; empty for none.
    label_points : float
    shape : (str, str)
        Type of the geometry.
    """

    id: str
    title: str
    source: str
    kind: Kind
    shown: bool
    style: ET.Element
    label: str = ""
    label_points: float = 8.0
    shape: tuple[str, str] = _POLYGON


@dataclass(frozen=True)
class LayerGroup:
    """Layers under one heading, topmost first."""

    title: str
    layers: tuple[ProjectLayer, ...]


def layer_groups(
    content: MapContent, *, lang: Language, package: Collection[str], rasters: Collection[str]
) -> tuple[LayerGroup, ...]:
    """
    Groups of layers as the interactive map has them.

    Parameters
    ----------
    package : collection of str
        Names of the layers that results.gpkg holds; others are left out.
    rasters : collection of str
        Names of the raster files beside it.
    """
    styles = layer_styles(content.plan, lang=lang)

    def vector(
        name: str, title: Text, *, shown: bool, label: str = "", points: float = 8.0
    ) -> ProjectLayer:
        return ProjectLayer(
            id=f"{ID}{name}",
            title=title.say(lang),
            source=f"./{PACKAGE}|layername={name}",
            kind="vector",
            shown=shown,
            style=renderer_of(styles[name]),
            label=label,
            label_points=points,
            shape=_LINE if name == "axes" else _POLYGON,
        )

    parcels = [
        vector("conflicts", words.CONFLICTS, shown=True),
        vector("parcels", words.PARCELS, shown=True, label="parcel_id", points=7.0),
        vector("candidates", words.CANDIDATES, shown=False),
        *([vector("filled", words.FILLED, shown=False)] if "filled" in package else []),
    ]
    plan = [
        vector("axes", words.AXES, shown=True, label="name", points=10.0),
        vector("clusters", words.CLUSTERS, shown=True, label="name", points=11.0),
        vector("counties", words.COUNTIES, shown=True, label="county", points=9.0),
    ]
    protection = [_role_layer(role, styles["protection"], lang) for role in content.protection]
    ground = [vector("basins", words.BASINS, shown=False), *_rasters(content, lang)]
    groups = (
        (words.GROUP_PARCELS, parcels),
        (words.GROUP_PLAN, plan),
        (words.GROUP_PROTECTION, protection),
        (words.GROUP_LAND, ground),
    )
    there = {f"{ID}{name}" for name in package}
    there |= {f"{ID}{name.removesuffix('.tif')}" for name in rasters}
    if "protection" in package:
        there |= {layer.id for layer in protection}
    kept = [
        LayerGroup(title.say(lang), tuple(layer for layer in layers if layer.id in there))
        for title, layers in groups
    ]
    return tuple(group for group in kept if group.layers)


def _role_layer(role: str, qml: str, lang: Language) -> ProjectLayer:
    """One role of the protection layer, by a filter on its rows."""
    renderer = renderer_of(qml)
    categories = renderer.find("categories")
    for category in list(categories if categories is not None else ()):
        if category.get("value") != role and categories is not None:
            categories.remove(category)
    quoted = role.replace("'", "''")
    source = f"./{PACKAGE}|layername=protection|subset=\"role\" = '{quoted}'"
    return ProjectLayer(
        f"{ID}protection_{role}",
        role_text(role).say(lang),
        source,
        "vector",
        shown=False,
        style=renderer,
    )


def renderer_of(qml: str) -> ET.Element:
    """Renderer in a style as `dzgis.maps.layer_styles` gives it."""
    found = ET.fromstring(qml.partition(">")[2]).find("renderer-v2")  # noqa: S314 - our own
    if found is None:
        raise ValueError("a style without a renderer")
    return found


def _rasters(content: MapContent, lang: Language) -> list[ProjectLayer]:
    classes = content.plan.slope_classes
    slope = [
        (n, c.colour, label.say(lang))
        for n, (c, label) in enumerate(zip(classes.classes, classes.labels, strict=True), start=1)
    ]
    grades = [(n, g.colour, g.text.say(lang)) for n, g in enumerate(content.grades, start=1)]
    layers = (
        [_paletted("suitability_grade", Text("建设适宜性", "suitability"), grades, lang)]
        if grades
        else []
    )
    return [
        *layers,
        _shares(lang),
        _paletted("slope_class", words.SLOPE, slope, lang, shown=True),
    ]


def _paletted(
    name: str,
    title: Text,
    classes: Sequence[tuple[int, str, str]],
    lang: Language,
    *,
    shown: bool = False,
) -> ProjectLayer:
    renderer = ET.Element(
        "rasterrenderer", type="paletted", band="1", opacity="1", alphaBand="-1", nodataColor=""
    )
    ET.SubElement(renderer, "rasterTransparency")
    entries = ET.SubElement(renderer, "colorPalette")
    for value, shade, label in classes:
        child(entries, "paletteEntry", value=str(value), color=shade, label=label, alpha="255")
    return ProjectLayer(
        f"{ID}{name}", title.say(lang), f"./{name}.tif", "paletted", shown, renderer
    )


def _shares(lang: Language) -> ProjectLayer:
    """Per cents in five steps; none is clear."""
    renderer = ET.Element(
        "rasterrenderer", type="singlebandpseudocolor", band="1", opacity="1", alphaBand="-1",
        nodataColor="", classificationMin="0", classificationMax="100",
    )  # fmt: skip
    ET.SubElement(renderer, "rasterTransparency")
    shader = child(
        ET.SubElement(renderer, "rastershader"),
        "colorrampshader",
        classificationMode="1",
        clip="0",
        colorRampType="DISCRETE",
        labelPrecision="0",
        minimumValue="0",
        maximumValue="100",
    )
    child(shader, "item", value="0", color="#ffffff", alpha="0", label="0%")
    every = len(palette.AVAILABLE_RAMP) // _STEPS
    for step in range(_STEPS):
        top = (step + 1) * _PERCENT_STEP
        shade = palette.AVAILABLE_RAMP[step * every + every - 1]
        label = f"{step * _PERCENT_STEP}–{top}%"
        child(shader, "item", value=str(top), color=shade, alpha="255", label=label)
    return ProjectLayer(
        ID + "available",
        words.AVAILABLE.say(lang),
        "./available.tif",
        "shares",
        shown=False,
        style=renderer,
    )


def layer_element(layer: ProjectLayer) -> ET.Element:
    """``maplayer`` of a layer."""
    vector = layer.kind == "vector"
    if vector:
        wkb, geometry = layer.shape
        element = ET.Element(
            "maplayer", type="vector", geometry=geometry, wkbType=wkb,
            labelsEnabled="1" if layer.label else "0", styleCategories="AllStyleCategories",
            hasScaleBasedVisibilityFlag="0", readOnly="0", symbologyReferenceScale="-1",
        )  # fmt: skip
    else:
        element = ET.Element("maplayer", type="raster", hasScaleBasedVisibilityFlag="0")
    child(element, "id", layer.id)
    child(element, "datasource", layer.source)
    child(element, "layername", layer.title)
    crs_element(child(element, "srs"), CGCS2000.to_wkt(), "EPSG:4490", geographic=True)
    if vector:
        child(element, "provider", "ogr", encoding="UTF-8")
        element.append(layer.style)
        if layer.label:
            element.append(_labels(layer))
        child(element, "layerOpacity", "1")
    else:
        child(element, "provider", "gdal")
        pipe = child(element, "pipe")
        provider = child(pipe, "provider")
        child(
            provider,
            "resampling",
            enabled="false",
            maxOversampling="2",
            zoomedInResamplingMethod="nearestNeighbour",
            zoomedOutResamplingMethod="nearestNeighbour",
        )
        pipe.append(layer.style)
        child(pipe, "brightnesscontrast", brightness="0", contrast="0", gamma="1")
        child(pipe, "huesaturation", saturation="0", colorizeOn="0", grayscaleMode="0")
        child(pipe, "rasterresampler", maxOversampling="2")
    child(element, "blendMode", "0")
    return element


def _labels(layer: ProjectLayer) -> ET.Element:
    labeling = ET.Element("labeling", type="simple")
    settings = child(labeling, "settings", calloutType="simple")
    text_style(settings, field=layer.label, points=layer.label_points, ink="#1f2937", buffer=True)
    line = layer.shape == _LINE
    child(
        settings, "placement", placement="3" if line else "0", placementFlags="9", dist="0",
        priority="6", centroidInside="1", centroidWhole="0", fitInPolygonOnly="0",
        polygonPlacementFlags="2", repeatDistance="0",
    )  # fmt: skip
    child(
        settings, "rendering", drawLabels="1", displayAll="0", mergeLines="1" if line else "0",
        labelPerPart="0", obstacle="1", scaleVisibility="0", limitNumLabels="0", zIndex="0",
    )  # fmt: skip
    return labeling


def crs_element(parent: ET.Element, wkt: str, authid: str, *, geographic: bool) -> None:
    """``spatialrefsys`` of a CRS that QGIS knows by its code."""
    system = child(parent, "spatialrefsys", nativeFormat="Wkt")
    child(system, "wkt", wkt)
    child(system, "srid", authid.rpartition(":")[2])
    child(system, "authid", authid)
    child(system, "geographicflag", "true" if geographic else "false")
