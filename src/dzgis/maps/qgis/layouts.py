"""Layouts of the project: A3 sheets with map, legend, scale bar, north arrow, title, imprint."""

from __future__ import annotations

import base64
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dzgis.maps import words
from dzgis.maps.printed.ground import round_scale
from dzgis.maps.qgis.xml import FONT, child, colour, identity, text_style
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dzgis.maps.qgis.layers import ProjectLayer
    from dzgis.terms import Language

_PAGE_MM = (420.0, 297.0)
_ROOM = 1.02
_MAP_MM = (10.0, 28.0, 310.0, 247.0)
_LABEL, _LEGEND, _SCALE, _MAP, _PICTURE, _PAGE = 65641, 65642, 65646, 65639, 65640, 65638
_NORTH_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 60">'
    '<path d="M20 2 8 56 20 44z" fill="#1a1a1a" stroke="#1a1a1a"/>'
    '<path d="M20 2 32 56 20 44z" fill="#ffffff" stroke="#1a1a1a"/></svg>'
)
_LEVELS = (("title", 13), ("group", 9), ("subgroup", 9), ("symbol", 8), ("symbolLabel", 8))
PROJECT_CRS_SAID = Text(
    "坐标系：CGCS2000 高斯—克吕格 3° 带（EPSG:{epsg}）", "CRS: CGCS2000 Gauss-Kruger (EPSG:{epsg})"
)


@dataclass(frozen=True)
class Words:
    """How a label is set: size in points, colour, whether in the middle of its box."""

    points: float
    ink: str = "#1a1a1a"
    middle: bool = False


@dataclass(frozen=True)
class LayoutPlan:
    """
    What one layout shows.

    Attributes
    ----------
    name, title, subtitle : str
    layers : sequence of ProjectLayer
        Topmost first.
    extent : west, south, east, north
        In the project's CRS, m.
    epsg : int
        Of the project's CRS.
    """

    name: str
    title: str
    subtitle: str
    layers: Sequence[ProjectLayer]
    extent: tuple[float, float, float, float]
    epsg: int


def layout_element(plan: LayoutPlan, lang: Language) -> ET.Element:
    """``Layout`` of a sheet."""
    layout = ET.Element(
        "Layout",
        name=plan.name,
        units="mm",
        printResolution="300",
        worldFileMap=identity(plan.name + " map"),
    )
    child(layout, "Snapper", tolerance="5", snapToGrid="0", snapToGuides="1", snapToItems="1")
    child(
        layout, "Grid", offsetX="0", offsetY="0", offsetUnits="mm", resolution="10", resUnits="mm"
    )
    _page(layout, plan.name)
    _map(layout, plan)
    _label(layout, plan, "title", plan.title, (10, 6, 400, 13), Words(22, middle=True))
    _label(layout, plan, "subtitle", plan.subtitle, (10, 19, 400, 7), Words(9, middle=True))
    restriction = words.RESTRICTION.say(lang)
    _label(layout, plan, "restriction", restriction, (10, 278, 250, 7), Words(12, ink="#a11515"))
    crs = PROJECT_CRS_SAID.say(lang).format(epsg=plan.epsg)
    _label(layout, plan, "crs", crs, (10, 285, 310, 6), Words(8))
    _north(layout, plan)
    _label(layout, plan, "north", words.NORTH.say(lang), (355, 28, 20, 6), Words(11, middle=True))
    _scale_bar(layout, plan)
    _legend(layout, plan, lang)
    return layout


def _item(
    parent: ET.Element,
    kind: int,
    name: str,
    box: tuple[float, float, float, float],
    extra: dict[str, str],
) -> ET.Element:
    left, top, wide, high = box
    own = identity(name)
    common = {
        "type": str(kind),
        "uuid": own,
        "templateUuid": own,
        "id": name.rpartition(" ")[2],
        "position": f"{left:g},{top:g},mm",
        "positionOnPage": f"{left:g},{top:g},mm",
        "size": f"{wide:g},{high:g},mm",
        "referencePoint": "0",
        "visibility": "1",
        "opacity": "1",
        "frame": "false",
        "background": "false",
        "outlineWidthM": "0.3,mm",
        "frameJoinStyle": "miter",
        "itemRotation": "0",
        "blendMode": "0",
        "positionLock": "false",
        "excludeFromExports": "0",
        "zValue": "1",
        "groupUuid": "",
    }
    item = ET.SubElement(parent, "LayoutItem", common | extra)
    child(item, "FrameColor", red="26", green="26", blue="26", alpha="255")
    child(item, "BackgroundColor", red="255", green="255", blue="255", alpha="255")
    return item


def _page(layout: ET.Element, name: str) -> None:
    pages = child(layout, "PageCollection")
    _fill(pages, "#ffffff")
    page = _item(
        pages, _PAGE, f"{name} page", (0, 0, *_PAGE_MM), {"zValue": "0", "background": "true"}
    )
    _fill(page, "#ffffff")
    child(pages, "GuideCollection", visible="1")


def _fill(parent: ET.Element, shade: str) -> None:
    symbol = with_symbol(parent)
    options = child(
        child(
            symbol, "layer", **{"class": "SimpleFill", "enabled": "1", "pass": "0", "locked": "0"}
        ),
        "Option",
        type="Map",
    )
    for key, value in (("color", colour(shade)), ("style", "solid"), ("outline_style", "no")):
        child(options, "Option", name=key, type="QString", value=value)


def with_symbol(parent: ET.Element) -> ET.Element:
    """Empty fill symbol of a page."""
    return child(
        parent, "symbol", type="fill", name="", alpha="1", clip_to_extent="1", force_rhr="0"
    )


def _map(layout: ET.Element, plan: LayoutPlan) -> None:
    extra = {
        "frame": "true", "background": "true", "keepLayerSet": "true", "followPreset": "false",
        "mapRotation": "0", "drawCanvasItems": "true", "zValue": "0", "labelMargin": "0,mm",
    }  # fmt: skip
    item = _item(layout, _MAP, f"{plan.name} map", _MAP_MM, extra)
    west, south, east, north = fitted(plan.extent, _MAP_MM[2:])
    child(
        item,
        "Extent",
        xmin=f"{west:.3f}",
        ymin=f"{south:.3f}",
        xmax=f"{east:.3f}",
        ymax=f"{north:.3f}",
    )
    layer_set = child(item, "LayerSet")
    for layer in plan.layers:
        child(
            layer_set,
            "Layer",
            layer.id,
            name=layer.title,
            source=layer.source,
            provider="ogr" if layer.kind == "vector" else "gdal",
        )


def fitted(
    extent: tuple[float, float, float, float], size_mm: tuple[float, float]
) -> tuple[float, float, float, float]:
    """
    Extent about the same middle that fills a map at a round scale, with a little room around.

    Examples
    --------
    >>> fitted((0.0, 0.0, 90_000.0, 90_000.0), (200.0, 100.0))
    (-55000.0, -5000.0, 145000.0, 95000.0)
    """
    west, south, east, north = extent
    need = max((east - west) / size_mm[0], (north - south) / size_mm[1]) * 1000.0 * _ROOM
    half = [side * round_scale(need) / 2000.0 for side in size_mm]
    x, y = (west + east) / 2, (south + north) / 2
    return x - half[0], y - half[1], x + half[0], y + half[1]


def _label(
    layout: ET.Element,
    plan: LayoutPlan,
    name: str,
    said: str,
    box: tuple[float, float, float, float],
    how: Words,
) -> None:
    extra = {
        "labelText": said, "htmlState": "0", "marginX": "0", "marginY": "0",
        "halign": "4" if how.middle else "1", "valign": "128", "zValue": "5",
    }  # fmt: skip
    item = _item(layout, _LABEL, f"{plan.name} {name}", box, extra)
    child(item, "LabelFont", description=f"{FONT},{how.points:g},-1,5,50,0,0,0,0,0", style="")
    red, green, blue = bytes.fromhex(how.ink[1:])
    child(item, "FontColor", red=str(red), green=str(green), blue=str(blue), alpha="255")


def _north(layout: ET.Element, plan: LayoutPlan) -> None:
    packed = base64.b64encode(_NORTH_SVG.encode()).decode()
    extra = {
        "file": f"base64:{packed}", "mode": "0", "resizeMode": "0", "anchorPoint": "4",
        "northMode": "2", "northOffset": "0", "pictureRotation": "0",
        "mapUuid": identity(f"{plan.name} map"), "svgFillColor": "255,255,255,255",
        "svgBorderColor": "0,0,0,255", "svgBorderWidth": "0.2", "zValue": "4",
    }  # fmt: skip
    _item(layout, _PICTURE, f"{plan.name} arrow", (358, 34, 14, 20), extra)


def _scale_bar(layout: ET.Element, plan: LayoutPlan) -> None:
    extra = {
        "style": "Single Box", "unitType": "km", "unitLabel": "km", "numSegments": "4",
        "numSegmentsLeft": "0", "numUnitsPerSegment": "10", "numMapUnitsPerScaleBarUnit": "1",
        "height": "2", "labelBarSpace": "1", "boxContentSpace": "1", "segmentSizeMode": "0",
        "alignment": "1", "outlineWidth": "0.2", "minBarWidth": "40", "maxBarWidth": "80",
        "lineJoinStyle": "miter", "lineCapStyle": "square", "numSubdivisions": "1",
        "subdivisionsHeight": "1.5", "labelVerticalPlacement": "0", "labelHorizontalPlacement": "0",
        "mapUuid": identity(f"{plan.name} map"), "zValue": "4",
    }  # fmt: skip
    item = _item(layout, _SCALE, f"{plan.name} scalebar", (330, 58, 75, 12), extra)
    text_style(item, field="", points=8, ink="#1a1a1a", buffer=False)
    child(item, "strokeColor", red="26", green="26", blue="26", alpha="255")
    child(item, "fillColor", red="26", green="26", blue="26", alpha="255")
    child(item, "fillColor2", red="255", green="255", blue="255", alpha="255")


def _legend(layout: ET.Element, plan: LayoutPlan, lang: Language) -> None:
    extra = {
        "title": Text("图例", "Legend").say(lang), "titleAlignment": "1", "columnCount": "1",
        "resizeToContents": "1", "symbolWidth": "7", "symbolHeight": "4", "boxSpace": "2",
        "columnSpace": "2", "lineSpacing": "1", "splitLayer": "0", "equalColumnWidth": "0",
        "legendFilterByAtlas": "0", "map_uuid": identity(f"{plan.name} map"), "zValue": "4",
        "symbolAlignment": "1", "wrapChar": "",
    }  # fmt: skip
    item = _item(layout, _LEGEND, f"{plan.name} legend", (325, 74, 85, 195), extra)
    styles = child(item, "styles")
    for name, points in _LEVELS:
        style = with_style(styles, name)
        text_style(style, field="", points=points, ink="#1a1a1a", buffer=False)
    tree = child(item, "layer-tree-group")
    child(child(tree, "customproperties"), "Option")
    for layer in plan.layers:
        node = child(
            tree, "layer-tree-layer", id=layer.id, name=layer.title, source=layer.source,
            providerKey="ogr" if layer.kind == "vector" else "gdal", checked="Qt::Checked",
            expanded="1", legend_exp="", legend_split_behavior="0",
        )  # fmt: skip
        own = child(child(node, "customproperties"), "Option", type="Map")
        if layer.kind != "vector":  # the first line would name the band, in English
            child(own, "Option", type="QString", name="legend/label-0", value=" ")


def with_style(styles: ET.Element, name: str) -> ET.Element:
    """Style of one level of the legend."""
    gaps = {"title": (0.0, 3.0, 0.0), "symbolLabel": (2.2, 0.0, 2.0), "subgroup": (3.0, 0.0, 0.0)}
    top, bottom, left = gaps.get(name, (2.2, 0.0, 0.0))
    return child(
        styles, "style", name=name, alignment="1", indent="0", marginTop=f"{top:g}",
        marginBottom=f"{bottom:g}", marginLeft=f"{left:g}",
    )  # fmt: skip
