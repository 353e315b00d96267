"""Small helpers for QGIS's XML: elements with attributes, options, colours, fonts."""

from __future__ import annotations

import uuid
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

FONT = "Sans Serif"
"""Stands for the system's own sans face, which on a Chinese system has the characters."""
_SPACE = uuid.UUID("5b0f5c1e-64f5-5a52-9d57-8e6f3b7a2d10")


def child(parent: ET.Element, tag: str, text: str = "", /, **attributes: str) -> ET.Element:
    """Add an element to another."""
    element = ET.SubElement(parent, tag, attributes)
    if text:
        element.text = text
    return element


def with_attributes(parent: ET.Element, tag: str, attributes: Mapping[str, str]) -> ET.Element:
    """Add an element whose attributes are no Python names."""
    return ET.SubElement(parent, tag, dict(attributes))


def identity(name: str) -> str:
    """Identifier that is the same for the same name, as QGIS writes them."""
    return "{" + str(uuid.uuid5(_SPACE, name)) + "}"


def colour(value: str, alpha: int = 255) -> str:
    """
    Colour as QGIS writes it.

    Examples
    --------
    >>> colour("#ff8000")
    '255,128,0,255'
    """
    red, green, blue = bytes.fromhex(value[1:])
    return f"{red},{green},{blue},{alpha}"


def text_style(parent: ET.Element, *, field: str, points: float, ink: str, buffer: bool) -> None:
    """Style of labels or of a scale bar's figures."""
    style = child(
        parent,
        "text-style",
        fontFamily=FONT,
        fontSize=f"{points:g}",
        fontSizeUnit="Point",
        textColor=colour(ink),
        textOpacity="1",
        fieldName=field,
        isExpression="0",
        fontWeight="50",
        textOrientation="horizontal",
        multilineHeight="1",
    )
    child(
        style,
        "text-buffer",
        bufferDraw="1" if buffer else "0",
        bufferSize="0.8",
        bufferSizeUnits="MM",
        bufferColor=colour("#ffffff"),
        bufferOpacity="1",
        bufferNoFill="1",
    )
