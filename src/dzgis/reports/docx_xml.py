"""
Blocks as WordprocessingML.

Written as text at once: cell by cell through an object model takes a hundred times as long.
Every word passes through `escape`, so that none of it is markup, and none of it a template's field.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from dzgis.reports.document import Style

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dzgis.reports.printed import Printed

_TWIPS_PER_MM = 1440 / 25.4
_EMU_PER_MM = 36_000
_MANY_COLUMNS = 8
_MOST_KEPT = 20
_MOST_ROWS_KEPT, _LONG = 12, 20
"""A table of no more rows, with no longer words, is kept on one page."""
_PAIR_WEIGHTS = (32.0, 68.0)
STYLES = {
    Style.BODY.value: "DzBody",
    Style.STRONG.value: "DzBody",
    Style.NOTE.value: "DzNote",
    Style.CENTRE.value: "DzCentre",
}
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_MARGINS = (
    '<w:tblCellMar><w:top w:w="40" w:type="dxa"/><w:left w:w="70" w:type="dxa"/>'
    '<w:bottom w:w="40" w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar>'
)


@dataclass(frozen=True)
class Page:
    """Width between the margins, and the relation of each picture by its number."""

    width_mm: float
    pictures: tuple[str, ...]


def blocks_xml(blocks: Sequence[Printed], page: Page, first_picture: int) -> str:
    """
    Paragraphs and tables of blocks.

    Parameters
    ----------
    blocks : sequence
    page : Page
    first_picture : int
        Number of the first of their figures in ``page.pictures``.
    """
    parts: list[str] = []
    picture, breaks = first_picture, False
    for block in blocks:
        kind = block["kind"]
        if kind == "break":
            breaks = True
            continue
        if kind == "figure":
            parts.append(_figure(block, page.pictures[picture], picture))
            picture += 1
        elif kind == "heading":
            parts.append(_heading(block, breaks=breaks))
        else:
            parts.append(_PARTS[kind](block, page))
        breaks = False
    return "".join(parts)


def paragraph_xml(text: str, style: str, more: str = "") -> str:
    """One paragraph; line ends in the text are line breaks."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr>{_run(text)}</w:p>'


def _run(text: str) -> str:
    lines = escape(text).replace("\n", '</w:t><w:br/><w:t xml:space="preserve">')
    return f'<w:r><w:t xml:space="preserve">{lines}</w:t></w:r>'


def _heading(block: Printed, *, breaks: bool) -> str:
    style = f"DzHeading{min(int(block['level']), 4)}"
    more = "<w:pageBreakBefore/>" if breaks else ""
    if not block["anchor"]:
        return paragraph_xml(block["text"], style, more)
    anchor = escape(block["anchor"])
    number = anchor.lstrip("p") or "0"
    return (
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr>'
        f'<w:bookmarkStart w:id="{number}" w:name="{anchor}"/>{_run(block["text"])}'
        f'<w:bookmarkEnd w:id="{number}"/></w:p>'
    )


def _paragraph(block: Printed, page: Page) -> str:
    del page
    return paragraph_xml(block["text"], STYLES[block["style"]])


def _pairs(block: Printed, page: Page) -> str:
    """Names and values; a short table is kept on one page."""
    last = len(block["rows"]) - 1 if len(block["rows"]) <= _MOST_KEPT else 0
    rows = [
        _row(
            [
                _cell(name, "DzTableHead", "left", keep=n < last),
                _cell(value, "DzPair", "left", keep=n < last),
            ]
        )
        for n, (name, value) in enumerate(block["rows"])
    ]
    return _whole_table(rows, _widths(_PAIR_WEIGHTS, page.width_mm))


def _table(block: Printed, page: Page) -> str:
    style = "DzTableSmall" if len(block["columns"]) > _MANY_COLUMNS else "DzTable"
    last = len(block["rows"]) - 1
    whole = len(block["rows"]) <= _MOST_ROWS_KEPT and all(
        len(text) < _LONG for row in block["rows"] for text in row
    )
    head = _row(
        [_cell(name, "DzTableHead", "center", shade=True, keep=whole) for name in block["columns"]],
        head=True,
    )
    anchors = block["anchors"]
    rows = [head]
    for n, row in enumerate(block["rows"]):
        kept = whole and n < last
        sides = zip(row, block["align"], strict=True)
        cells = [_cell(c, style, side, keep=kept) for c, side in sides]
        if n < len(anchors) and anchors[n]:
            cells[-1] = _page_cell(anchors[n], style)
        rows.append(_row(cells))
    notes = "".join(paragraph_xml(note, "DzNote") for note in block["notes"])
    title = paragraph_xml(block["title"], "DzTableTitle")
    return (
        title
        + _whole_table(rows, _widths(block["weights"], page.width_mm), spaced=not notes)
        + notes
    )


def _widths(weights: Sequence[float], width_mm: float) -> list[int]:
    whole = sum(weights)
    return [round(width_mm * _TWIPS_PER_MM * weight / whole) for weight in weights]


def _whole_table(rows: Iterable[str], widths: Sequence[int], *, spaced: bool = True) -> str:
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    # Word joins tables that touch, and wants a paragraph after the last one.
    after = '<w:p><w:pPr><w:pStyle w:val="DzGap"/></w:pPr></w:p>' if spaced else ""
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f"<w:tblBorders>{_BORDERS}</w:tblBorders>"
        f'<w:tblLayout w:type="fixed"/>{_MARGINS}</w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>{after}"
    )


def _row(cells: Iterable[str], *, head: bool = False) -> str:
    repeat = "<w:tblHeader/>" if head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeat}</w:trPr>{''.join(cells)}</w:tr>"


def _cell(text: str, style: str, side: str, *, shade: bool = False, keep: bool = False) -> str:
    fill = '<w:shd w:val="clear" w:color="auto" w:fill="EBEBEB"/>' if shade else ""
    more = "<w:keepNext/>" if keep else ""
    words = paragraph_xml(text, style, f'{more}<w:jc w:val="{side}"/>')
    return f'<w:tc><w:tcPr>{fill}<w:vAlign w:val="center"/></w:tcPr>{words}</w:tc>'


def _page_cell(anchor: str, style: str) -> str:
    """Page of a chapter; Word fills it in when it opens the file."""
    field = (
        '<w:r><w:fldChar w:fldCharType="begin" w:dirty="true"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> PAGEREF {escape(anchor)} \\h </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>…</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    return (
        '<w:tc><w:tcPr><w:vAlign w:val="center"/></w:tcPr><w:p><w:pPr>'
        f'<w:pStyle w:val="{style}"/><w:jc w:val="center"/></w:pPr>{field}</w:p></w:tc>'
    )


def _figure(block: Printed, relation: str, number: int) -> str:
    drawn = picture_xml(relation, number, block["width_mm"], block["height_mm"])
    return drawn + paragraph_xml(block["caption"], "DzCaption")


def picture_xml(relation: str, number: int, width_mm: float, height_mm: float) -> str:
    """One picture in a paragraph of its own, kept with what follows."""
    size = f'cx="{round(width_mm * _EMU_PER_MM)}" cy="{round(height_mm * _EMU_PER_MM)}"'
    name = f'id="{number + 1}" name="figure {number + 1}"'
    return (
        '<w:p><w:pPr><w:pStyle w:val="DzFigure"/></w:pPr><w:r><w:drawing>'
        '<wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/'
        f'wordprocessingDrawing" distT="0" distB="0" distL="0" distR="0"><wp:extent {size}/>'
        f"<wp:docPr {name}/>"
        '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
        '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
        '<pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture">'
        f"<pic:nvPicPr><pic:cNvPr {name}/><pic:cNvPicPr/></pic:nvPicPr>"
        '<pic:blipFill><a:blip xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/'
        f'relationships" r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
    )


_PARTS = {"paragraph": _paragraph, "pairs": _pairs, "table": _table}
