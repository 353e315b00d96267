"""Styles as Styled Layer Descriptor 1.0, out of the same QML that QGIS reads."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

from dzgis.maps.qgis.layers import renderer_of
from dzgis.maps.qgis.xml import child

if TYPE_CHECKING:
    from collections.abc import Iterator

_SLD, _OGC, _SE = (
    "http://www.opengis.net/sld",
    "http://www.opengis.net/ogc",
    "http://www.w3.org/2001/XMLSchema-instance",
)
_OPAQUE = 255
_PIXELS_PER_MM = 3.78


def sld_of(name: str, qml: str) -> str:
    """
    SLD of a layer.

    Parameters
    ----------
    name : str
        Of the layer.
    qml : str
        Its style as `dzgis.maps.layer_styles` gives it: one symbol, or one a category.
    """
    renderer = renderer_of(qml)
    root = ET.Element(
        "StyledLayerDescriptor",
        {"version": "1.0.0", "xmlns": _SLD, "xmlns:ogc": _OGC, "xmlns:xsi": _SE},
    )
    layer = child(root, "NamedLayer")
    child(layer, "Name", name)
    style = child(child(layer, "UserStyle"), "FeatureTypeStyle")
    for title, value, symbol in _rules(renderer):
        rule = child(style, "Rule")
        child(rule, "Name", title or name)
        if value is not None:
            equal = child(child(rule, "ogc:Filter"), "ogc:PropertyIsEqualTo")
            child(equal, "ogc:PropertyName", renderer.get("attr", ""))
            child(equal, "ogc:Literal", value)
        _symbolizer(rule, symbol)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _rules(renderer: ET.Element) -> Iterator[tuple[str, str | None, ET.Element]]:
    """Title, value of the attribute (None for any) and symbol of each rule."""
    symbols = {symbol.get("name", ""): symbol for symbol in renderer.iter("symbol")}
    categories = list(renderer.iter("category"))
    for category in categories:
        symbol = symbols[category.get("symbol", "")]
        yield category.get("label", ""), category.get("value", ""), symbol
    if not categories:
        yield "", None, symbols["0"]


def _symbolizer(rule: ET.Element, symbol: ET.Element) -> None:
    options = {o.get("name", ""): o.get("value", "") for o in symbol.iter("Option")}
    if symbol.get("type") == "line":
        stroke = child(child(rule, "LineSymbolizer"), "Stroke")
        _stroke(stroke, options, "line")
        return
    polygon = child(rule, "PolygonSymbolizer")
    colour, opacity = _colour(options["color"])
    if opacity:
        fill = child(polygon, "Fill")
        child(fill, "CssParameter", colour, name="fill")
        child(fill, "CssParameter", f"{opacity:.2f}", name="fill-opacity")
    _stroke(child(polygon, "Stroke"), options, "outline")


def _stroke(stroke: ET.Element, options: dict[str, str], kind: str) -> None:
    colour, opacity = _colour(options[f"{kind}_color"])
    pixels = float(options[f"{kind}_width"]) * _PIXELS_PER_MM
    child(stroke, "CssParameter", colour, name="stroke")
    child(stroke, "CssParameter", f"{opacity:.2f}", name="stroke-opacity")
    child(stroke, "CssParameter", f"{pixels:.2f}", name="stroke-width")
    if options.get(f"{kind}_style") == "dash":
        child(stroke, "CssParameter", "6 4", name="stroke-dasharray")


def _colour(said: str) -> tuple[str, float]:
    red, green, blue, alpha = (int(part) for part in said.split(","))
    return f"#{red:02x}{green:02x}{blue:02x}", alpha / _OPAQUE
