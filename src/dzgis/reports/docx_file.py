"""Documents as DOCX: the bureau's Word template, filled."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import TYPE_CHECKING

from dzgis.reports.docx_template import (
    add_missing_styles,
    default_template,
    environment,
    open_template,
    text_width_mm,
)
from dzgis.reports.docx_xml import Page, blocks_xml, picture_xml
from dzgis.reports.pdf import png_pictures
from dzgis.reports.printed import printed_cover, printed_sections
from dzgis.reports.safe_text import safe_text

if TYPE_CHECKING:
    from pathlib import Path

    from docxtpl import DocxTemplate

    from dzgis.reports.context import ReportContext
    from dzgis.reports.document import Document
    from dzgis.reports.printed import Printed

_QR_MM = 30.0
_EPOCH = (1980, 1, 1, 0, 0, 0)


def docx_bytes(
    document: Document, context: ReportContext, *, template: Path | None = None
) -> bytes:
    """
    Fill a template with a document.

    Parameters
    ----------
    document : Document
    context : ReportContext
    template : Path, optional
        By default the one that ships; see `dzgis.reports.docx_template.check_template`.

    Returns
    -------
    bytes
        Equal for equal documents.
    """
    filled = open_template(template or default_template(document.layout))
    add_missing_styles(filled)
    sections = printed_sections(document, context.lang)
    fields = _plain_fields(document, context) | _body_fields(filled, document, sections)
    filled.render(fields, environment())
    _stamp(filled, document, context)
    out = io.BytesIO()
    filled.docx.save(out)
    return _settled(out.getvalue())


def _plain_fields(document: Document, context: ReportContext) -> dict[str, object]:
    lang = context.lang
    cover = printed_cover(document, lang)
    return {
        "title": safe_text(document.title.say(lang)),
        "banner": safe_text(document.banner.say(lang)) if document.banner else "",
        "stamp": document.layout.stamp.say(lang),
        "version": safe_text(context.version),
        **{field: value for field, (_, value) in cover.items()},
        **{f"label_{field}": name for field, (name, _) in cover.items()},
    }


def _body_fields(
    filled: DocxTemplate, document: Document, sections: dict[str, list[Printed]]
) -> dict[str, object]:
    """XML of each part of the body; the pictures become parts of the file."""
    from markupsafe import Markup

    figures = [b["svg"] for blocks in sections.values() for b in blocks if b["kind"] == "figure"]
    svgs = [*figures, *([document.qr_svg] if document.qr_svg else [])]
    part = filled.docx.part
    relations = tuple(str(part.get_or_add_image(io.BytesIO(png))[0]) for png in png_pictures(svgs))
    page, first = Page(text_width_mm(filled), relations), 0
    found: dict[str, object] = {"qr": ""}
    if document.qr_svg:
        number = len(relations) - 1
        found["qr"] = Markup(picture_xml(relations[number], number, _QR_MM, _QR_MM))  # noqa: S704
    for field, blocks in sections.items():
        # Every word in it went through `escape`.
        xml = Markup(blocks_xml(blocks, page, first))  # noqa: S704
        found[document.layout.in_template(field)] = xml
        first += sum(block["kind"] == "figure" for block in blocks)
    return found


def _stamp(filled: DocxTemplate, document: Document, context: ReportContext) -> None:
    """Properties of the file, none of them from the clock."""
    moment = dt.datetime.combine(context.issued, dt.time())
    properties = filled.docx.core_properties
    properties.title = safe_text(document.title.say(context.lang))[:255]
    properties.author = safe_text(context.organisation)[:255]
    properties.last_modified_by = f"dzgis {context.version}"
    properties.created = properties.modified = moment
    properties.revision = 1


def _settled(data: bytes) -> bytes:
    """The same archive without the time at which it was made."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as made,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as settled,
    ):
        for name in made.namelist():
            entry = zipfile.ZipInfo(name, _EPOCH)
            stored = name.endswith(".png")
            entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            settled.writestr(entry, made.read(name))
    return out.getvalue()
