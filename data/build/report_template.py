"""
Make the Word templates of the reports: `src/dzgis/reports/templates/check.docx` and `report.docx`.

A bureau replaces them by its own; docs/how-to/report-template.md says how.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from dzgis.reports.document import CHECK, PLANNER

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.section import Section
    from docx.text.paragraph import Paragraph

    from dzgis.reports.document import Layout

OUT = Path(__file__).resolve().parents[2] / "src" / "dzgis" / "reports" / "templates"
FANG, HEI, KAI = "仿宋", "黑体", "楷体"
LATIN, SANS = "Times New Roman", "Arial"
FALLBACK = {FANG: "FangSong", HEI: "SimHei", KAI: "KaiTi"}
STYLES = {
    # id: (face, Latin face, points, lines, first-line indent in characters, alignment)
    "DzTitle": (HEI, SANS, 22, 1.3, 0, "center"),
    "DzBanner": (HEI, SANS, 12, 1.2, 0, "center"),
    "DzHeading1": (HEI, SANS, 16, 1.5, 0, "left"),
    "DzHeading2": (KAI, LATIN, 15, 1.5, 0, "left"),
    "DzHeading3": (HEI, SANS, 14, 1.5, 0, "left"),
    "DzHeading4": (FANG, LATIN, 14, 1.5, 0, "left"),
    "DzBody": (FANG, LATIN, 14, 1.5, 2, "both"),
    "DzCentre": (FANG, LATIN, 14, 1.5, 0, "center"),
    "DzNote": (FANG, LATIN, 9, 1.1, 0, "left"),
    "DzTableTitle": (HEI, SANS, 10.5, 1.2, 0, "center"),
    "DzTableHead": (HEI, SANS, 9, 1.0, 0, "center"),
    "DzTable": (FANG, LATIN, 9, 1.0, 0, "left"),
    "DzTableSmall": (FANG, LATIN, 8, 1.0, 0, "left"),
    "DzPair": (FANG, LATIN, 10.5, 1.1, 0, "left"),
    "DzFigure": (FANG, LATIN, 9, 1.0, 0, "center"),
    "DzCaption": (HEI, SANS, 10.5, 1.2, 0, "center"),
    "DzGap": (FANG, LATIN, 4, 1.0, 0, "left"),
}
KEEP_NEXT = ("DzHeading1", "DzHeading2", "DzHeading3", "DzHeading4", "DzTableTitle", "DzFigure")
ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "both": WD_ALIGN_PARAGRAPH.JUSTIFY,
}
SPACE = {"DzHeading1": (10, 4), "DzHeading2": (8, 3), "DzTableTitle": (6, 2), "DzNote": (2, 4)}
DAY = dt.datetime(2025, 1, 1)  # noqa: DTZ001 - a property of the file


def add_styles(document: WordDocument) -> None:
    """Styles that the blocks of a report name."""
    for name, (face, latin, points, lines, indent, side) in STYLES.items():
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.font.name, style.font.size = latin, Pt(points)
        fonts = style.element.rPr.find(qn("w:rFonts"))
        fonts.set(qn("w:eastAsia"), face)
        fonts.set(qn("w:cs"), latin)
        spacing = style.paragraph_format
        before, after = SPACE.get(name, (0, 0))
        spacing.space_before, spacing.space_after = Pt(before), Pt(after)
        spacing.line_spacing_rule, spacing.line_spacing = WD_LINE_SPACING.MULTIPLE, lines
        spacing.alignment = ALIGN[side]
        spacing.keep_with_next = name in KEEP_NEXT
        spacing.widow_control = True
        if indent:
            element = OxmlElement("w:ind")
            element.set(qn("w:firstLine"), str(20 * points * indent))
            element.set(qn("w:firstLineChars"), str(100 * indent))
            style.element.pPr.find(qn("w:jc")).addprevious(element)
        if name.startswith("DzHeading"):
            level = OxmlElement("w:outlineLvl")
            level.set(qn("w:val"), str(int(name[-1]) - 1))
            style.element.pPr.append(level)


def add_field(paragraph: Paragraph, code: str) -> None:
    """Field that Word computes, e.g. the page."""
    for kind, text in (("begin", ""), ("", code), ("end", "")):
        run = paragraph.add_run()
        if kind:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        else:
            element = OxmlElement("w:instrText")
            element.text = text
        run._element.append(element)  # noqa: SLF001 - python-docx has no fields


def add_footer(section: Section) -> None:
    """Page numbers - n -, none on the cover."""
    section.different_first_page_header_footer = True
    paragraph = section.footer.paragraphs[0]
    paragraph.style = "DzCentre"
    paragraph.add_run("- ")
    add_field(paragraph, " PAGE ")
    paragraph.add_run(" -")


def add_cover(document: WordDocument, layout: Layout) -> None:
    """Title, facts, code."""
    for _ in range(3):
        document.add_paragraph("", "DzBody")
    document.add_paragraph("{{ title }}", "DzTitle")
    document.add_paragraph("", "DzBody")
    document.add_paragraph("{{ banner }}", "DzBanner")
    document.add_paragraph("", "DzBody")
    table = document.add_table(rows=len(layout.cover), cols=2, style="Table Grid")
    table.autofit = False
    for row, field in zip(table.rows, layout.cover, strict=True):
        for cell, words, style, width in (
            (row.cells[0], f"{{{{ label_{field} }}}}", "DzTableHead", 42),
            (row.cells[1], f"{{{{ {field} }}}}", "DzPair", 116),
        ):
            cell.width = Mm(width)
            cell.paragraphs[0].style = style
            cell.paragraphs[0].add_run(words)
    document.add_paragraph("", "DzBody")
    document.add_paragraph("{{p qr }}", "DzCentre")
    document.add_paragraph("{{ stamp }}", "DzCentre")


def add_body(document: WordDocument, layout: Layout) -> None:
    """A field for each part."""
    for n, field in enumerate(layout.parts):
        paragraph = document.add_paragraph(f"{{{{p {field} }}}}", "DzBody")
        if n == 0:
            # The break stands before the field: the field's own paragraph is replaced.
            before = document.paragraphs[-2]
            before.add_run().add_break(WD_BREAK.PAGE)
        del paragraph


def say_chinese(document: WordDocument) -> None:
    """East Asian text is simplified Chinese: punctuation takes its shapes from that."""
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")


def name_fallbacks(document: WordDocument) -> None:
    """Other names of the faces, for machines that have them under these."""
    part = next(p for p in document.part.package.iter_parts() if "fontTable" in str(p.partname))
    rows = "".join(
        f'<w:font w:name="{face}"><w:altName w:val="{other}"/><w:charset w:val="86"/>'
        '<w:family w:val="auto"/><w:pitch w:val="default"/></w:font>'
        for face, other in FALLBACK.items()
    )
    with_names = part.blob.replace(b"</w:fonts>", rows.encode("utf-8") + b"</w:fonts>")
    part._blob = with_names  # noqa: SLF001 - a part of raw bytes has no setter


def settled(data: bytes) -> bytes:
    """The same archive without the time at which it was made."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as made, zipfile.ZipFile(out, "w") as again:
        for name in made.namelist():
            if name.startswith("docProps/thumbnail"):
                continue
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            body = made.read(name)
            if name == "_rels/.rels":
                body = drop_thumbnail(body)
            again.writestr(entry, body)
    return out.getvalue()


def drop_thumbnail(rels: bytes) -> bytes:
    """Relations without that to the thumbnail."""
    from lxml import etree

    tree = etree.fromstring(rels)
    for one in list(tree):
        if "thumbnail" in one.get("Type", ""):
            tree.remove(one)
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)


def main() -> None:
    """Write the templates."""
    OUT.mkdir(exist_ok=True)
    for layout in (CHECK, PLANNER):
        (OUT / f"{layout.name}.docx").write_bytes(template(layout))


def template(layout: Layout) -> bytes:
    """Template of a kind of report."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(28), Mm(25)
    section.left_margin = section.right_margin = Mm(layout.side_mm)
    add_styles(document)
    add_footer(section)
    add_cover(document, layout)
    add_body(document, layout)
    name_fallbacks(document)
    say_chinese(document)
    properties = document.core_properties
    properties.author, properties.title, properties.comments = "dzgis", "", ""
    properties.created = properties.modified = DAY
    out = io.BytesIO()
    document.save(out)
    return settled(out.getvalue())


if __name__ == "__main__":
    main()
