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
class Layout:
    """
    What a kind of report is printed on.

    Attributes
    ----------
    name : str
        Of its Word template, without ending.
    cover : tuple of str
        Fields of the cover.
    body : tuple of str
        Fields of the parts, in order; the last two are the statement and the signatures.
    stamp : Text
        Said on the cover.
    side_mm : float
        Margin on the left and on the right.
    """

    name: str
    cover: tuple[str, ...]
    body: tuple[str, ...]
    stamp: Text
    side_mm: float

    def in_template(self, field: str) -> str:
        """Name of a part in the template: where the cover has such a field it is another one."""
        return f"{field}_body" if field in self.cover else field

    @property
    def parts(self) -> tuple[str, ...]:
        """Fields of the parts as the template names them."""
        return tuple(self.in_template(field) for field in self.body)

    @property
    def fields(self) -> frozenset[str]:
        """All fields that a template may have."""
        labels = (f"label_{field}" for field in self.cover)
        plain = ("title", "banner", "stamp", "version", "qr")
        return frozenset((*plain, *self.cover, *labels, *self.parts))


CHECK = Layout(
    name="check",
    cover=(
        "project",
        "applicant",
        "location",
        "parcels",
        "project_type",
        "report_no",
        "rule_set",
        "check_date",
        "data_date",
        "valid",
        "organisation",
        "issued",
    ),
    body=("conclusion", "parcels", "sources", "method", "statement", "signatures"),
    stamp=Text("技术核查，供参考", "Technical check, for reference"),
    side_mm=26.0,
)
"""Reports of a compliance check."""
PLANNER = Layout(
    name="report",
    cover=(
        "plan",
        "counties",
        "dem",
        "exclusion_set",
        "data_date",
        "report_no",
        "organisation",
        "issued",
    ),
    body=(
        "overview",
        "slope",
        "limits",
        "criteria",
        "grades",
        "candidates",
        "ledgers",
        "sensitivity",
        "comparison",
        "sources",
        "statement",
        "signatures",
    ),
    stamp=Text("规划研究技术成果，供参考", "Technical study for planning, for reference"),
    side_mm=20.0,
)
"""The planner's report."""


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
    layout : Layout
    """

    title: Text
    cover: dict[str, tuple[Text, Cell]]
    banner: Text | None
    sections: tuple[Section, ...]
    qr_svg: str = ""
    layout: Layout = CHECK


BLANK = Text("—", "—")
"""Printed where a value is not known."""
