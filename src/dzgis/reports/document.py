"""The model that DOCX and PDF are printed from: blocks of text, tables and figures."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from dzgis.terms import Text

if TYPE_CHECKING:
    from dzgis.reports.table import Cell, Table


class Style(StrEnum):
    """How a paragraph is set."""

    BODY = "body"
    STRONG = "strong"
    NOTE = "note"
    CENTRE = "centre"


@dataclass(frozen=True)
class Heading:
    """
    A heading; `level` counts from 1 and is relative to where its section stands.

    `anchor` is a name that the index of a book refers to.
    """

    text: Text
    level: int = 1
    anchor: str = ""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of text."""

    text: Text
    style: Style = Style.BODY


@dataclass(frozen=True)
class KeyValues:
    """Names and values in two columns, e.g. on the cover."""

    rows: tuple[tuple[Text, Cell], ...]


@dataclass(frozen=True)
class Grid:
    """
    A table with its title above and its notes below.

    Attributes
    ----------
    table : Table
    weights : tuple of float
        Widths of the columns to each other.
    anchors : tuple of str
        For the last column of each row the anchor whose page it names, if any.
    """

    table: Table
    weights: tuple[float, ...]
    anchors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Figure:
    """A drawing (SVG) of a size in millimetres with its caption."""

    svg: str
    width_mm: float
    height_mm: float
    caption: Text


@dataclass(frozen=True)
class PageBreak:
    """What follows stands on a new page."""


Block = Heading | Paragraph | KeyValues | Grid | Figure | PageBreak


@dataclass(frozen=True)
class Section:
    """
    A part of a report.

    Attributes
    ----------
    field : str
        Name of the template's field that it goes into.
    blocks : tuple of blocks
        The first is its heading, of level 1 in a report of its own.
    """

    field: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Document:
    """
    A whole report.

    Attributes
    ----------
    title : Text
    cover : mapping of a template's field to what stands there
    banner : Text or None
        What must stand on the cover, e.g. that layers are generated.
    sections : tuple of Section
    qr_svg : str
        Empty for none.
    """

    title: Text
    cover: dict[str, tuple[Text, Cell]]
    banner: Text | None
    sections: tuple[Section, ...]
    qr_svg: str = ""


BLANK = Text("—", "—")
"""Printed where a value is not known."""
