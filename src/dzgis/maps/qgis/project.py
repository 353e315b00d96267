"""The QGIS project beside a result: layers in groups, styles, layouts, relative paths."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
import zipfile
from typing import TYPE_CHECKING

from pyproj import Transformer

from dzgis.crs import CGCS2000, gauss_kruger
from dzgis.maps.geometry import bounds_degrees
from dzgis.maps.qgis.layers import ID, crs_element, layer_element, layer_groups
from dzgis.maps.qgis.layouts import LayoutPlan, layout_element
from dzgis.maps.qgis.xml import child
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Collection

    from pyproj import CRS

    from dzgis.maps.content import MapContent
    from dzgis.maps.qgis.layers import LayerGroup, ProjectLayer
    from dzgis.terms import Language

_VERSION = "3.22.0-Białowieża"
_HEAD = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_EPOCH = (1980, 1, 1, 0, 0, 0)
PROJECT = "project.qgz"
RASTERS = ("slope_class.tif", "available.tif")

_STRUCTURE = Text("空间结构 A3", "structure A3")
_SLOPE = Text("坡度分级 A3", "slope A3")
_PROTECTION = Text("管控图层 A3", "protection A3")
_VERDICTS = Text("地块核查 A3", "parcels A3")


def project_bytes(
    content: MapContent,
    *,
    lang: Language,
    package: Collection[str],
    rasters: Collection[str] = RASTERS,
) -> bytes:
    """
    Bytes of project.qgz, the same for the same content.

    Parameters
    ----------
    content : MapContent
    lang : {"zh", "en"}
    package : collection of str
        Layers that results.gpkg beside the project holds.
    rasters : collection of str
        Raster files beside it.
    """
    groups = layer_groups(content, lang=lang, package=package, rasters=rasters)
    root = _root(content, groups, lang)
    ET.indent(root)
    body = _HEAD + ET.tostring(root, encoding="unicode") + "\n"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            zipfile.ZipInfo("project.qgs", _EPOCH), body.encode("utf-8"), zipfile.ZIP_DEFLATED
        )
    return stream.getvalue()


def _root(content: MapContent, groups: tuple[LayerGroup, ...], lang: Language) -> ET.Element:
    meta = content.plan.meta
    title = meta.title if lang == "zh" else meta.title_en
    bounds = bounds_degrees([content.counties, content.clusters, content.parcels])
    west, south, east, north = bounds or meta.region_bounds
    crs = gauss_kruger((west + east) / 2)
    extent = Transformer.from_crs(CGCS2000, crs, always_xy=True).transform_bounds(
        west, south, east, north
    )
    root = ET.Element("qgis", version=_VERSION, projectname=title)
    child(root, "homePath", path="")
    child(root, "title", title)
    crs_element(child(root, "projectCrs"), crs.to_wkt(), f"EPSG:{crs.to_epsg()}", geographic=False)
    _tree(root, groups)
    _canvas(root, crs, extent)
    layers = child(root, "projectlayers")
    for group in groups:
        for layer in group.layers:
            layers.append(layer_element(layer))
    order = child(root, "layerorder")
    for group in groups:
        for layer in group.layers:
            child(order, "layer", id=layer.id)
    _properties(root)
    layouts = child(root, "Layouts")
    for plan in _layouts(content, groups, extent, crs, lang):
        layouts.append(layout_element(plan, lang))
    return root


def _tree(root: ET.Element, groups: tuple[LayerGroup, ...]) -> None:
    tree = child(root, "layer-tree-group")
    child(child(tree, "customproperties"), "Option")
    for group in groups:
        element = child(
            tree, "layer-tree-group", name=group.title, checked="Qt::Checked", expanded="1"
        )
        child(child(element, "customproperties"), "Option")
        for layer in group.layers:
            node = child(
                element, "layer-tree-layer", id=layer.id, name=layer.title, source=layer.source,
                providerKey="ogr" if layer.kind == "vector" else "gdal",
                checked="Qt::Checked" if layer.shown else "Qt::Unchecked",
                expanded="0", legend_exp="", legend_split_behavior="0",
            )  # fmt: skip
            child(child(node, "customproperties"), "Option")


def _canvas(root: ET.Element, crs: CRS, extent: tuple[float, float, float, float]) -> None:
    canvas = child(root, "mapcanvas", name="theMapCanvas", annotationsVisible="1")
    child(canvas, "units", "meters")
    box = child(canvas, "extent")
    for name, value in zip(("xmin", "ymin", "xmax", "ymax"), extent, strict=True):
        child(box, name, f"{value:.3f}")
    child(canvas, "rotation", "0")
    crs_element(
        child(canvas, "destinationsrs"), crs.to_wkt(), f"EPSG:{crs.to_epsg()}", geographic=False
    )


def _properties(root: ET.Element) -> None:
    """The project's CRS is used; areas are ellipsoidal, in km²; paths are relative."""
    properties = child(root, "properties")
    child(child(properties, "SpatialRefSys"), "ProjectionsEnabled", "1", type="int")
    measure = child(properties, "Measure")
    child(measure, "Ellipsoid", "EPSG:1024", type="QString")
    child(child(properties, "Paths"), "Absolute", "false", type="bool")
    measurement = child(properties, "Measurement")
    child(measurement, "DistanceUnits", "kilometers", type="QString")
    child(measurement, "AreaUnits", "km2", type="QString")


def _layouts(
    content: MapContent,
    groups: tuple[LayerGroup, ...],
    extent: tuple[float, float, float, float],
    crs: CRS,
    lang: Language,
) -> list[LayoutPlan]:
    by_id = {layer.id: layer for group in groups for layer in group.layers}
    roles = tuple(key for key in by_id if key.startswith(ID + "protection_"))
    wanted = (
        (_STRUCTURE, (ID + "axes", ID + "clusters", ID + "counties")),
        (_SLOPE, (ID + "counties", ID + "slope_class")),
        (_PROTECTION, (ID + "counties", *roles)),
        (_VERDICTS, (ID + "conflicts", ID + "parcels", ID + "counties")),
    )
    meta = content.plan.meta
    subtitle = meta.title if lang == "zh" else meta.title_en
    epsg = int(crs.to_epsg() or 0)
    plans = []
    for name, keys in wanted:
        layers: list[ProjectLayer] = [by_id[key] for key in keys if key in by_id]
        title = name.say(lang).removesuffix(" A3")
        plans.append(LayoutPlan(name.say(lang), title, subtitle, layers, extent, epsg))
    return plans


__all__ = ["PROJECT", "RASTERS", "project_bytes"]
