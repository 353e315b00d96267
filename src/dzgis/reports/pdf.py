"""Documents as PDF, set by Typst from data, with the fonts that ship and no others."""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from dzgis.fonts import fonts_folder, not_covered, with_geta
from dzgis.reports.document import Style
from dzgis.reports.printed import Printed, all_words, printed_cover, printed_sections
from dzgis.reports.safe_text import safe_text
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import typst

    from dzgis.reports.context import ReportContext
    from dzgis.reports.document import Document

_TEMPLATE = "document.typ"
QR_CAPTION = Text("输入清单校验码", "Hash of the inputs")


def pdf_bytes(document: Document, context: ReportContext) -> bytes:
    """
    Set a document.

    Characters that the fonts lack are printed as 〓 and named at the end of the method.

    Returns
    -------
    bytes
        Equal for equal documents.
    """
    data = pdf_data(document, context)
    moment = dt.datetime.combine(context.issued, dt.time(), tzinfo=dt.UTC)
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    found = _compiler().compile(
        _template(_TEMPLATE),
        sys_inputs=inputs,
        format="pdf",
        timestamp=moment,
        pdf_tags=False,
    )
    if not isinstance(found, bytes):
        raise TypeError(found)
    return found


def pdf_data(document: Document, context: ReportContext) -> dict[str, Any]:
    """What the Typst template prints."""
    lang = context.lang
    sections = printed_sections(document, lang)
    cover = list(printed_cover(document, lang).values())
    title = safe_text(document.title.say(lang))
    banner = safe_text(document.banner.say(lang)) if document.banner else ""
    blocks = [block for field in document.layout.body for block in sections.get(field, [])]
    words = [*all_words(blocks), title, banner, *(word for pair in cover for word in pair)]
    missing = frozenset(not_covered(words))
    if missing:
        blocks = _with_note(blocks, sections, missing, context)
    data = {
        "title": title,
        "banner": banner,
        "stamp": document.layout.stamp.say(lang),
        "lang": lang,
        "side_mm": document.layout.side_mm,
        "date": [context.issued.year, context.issued.month, context.issued.day],
        "has_cover": True,
        "cover": cover,
        "qr": document.qr_svg,
        "qr_caption": QR_CAPTION.say(lang),
        "blocks": blocks,
    }
    return _replaced(data, missing) if missing else data


def missing_note(missing: Sequence[str]) -> Text:
    """Names characters that no font of the report has."""
    codes = "、".join(f"U+{ord(letter):04X}" for letter in missing)
    return Text(
        f"下列字符不在本报告所附字体中，PDF 中以“〓”代替：{codes}。",
        f"The fonts of this report lack these characters; the PDF prints 〓 instead: {codes}.",
    )


def _with_note(
    blocks: list[Printed],
    sections: dict[str, list[Printed]],
    missing: frozenset[str],
    context: ReportContext,
) -> list[Printed]:
    """Blocks with the note about missing characters before the statement."""
    note = {
        "kind": "paragraph",
        "style": Style.BODY.value,
        "text": missing_note(sorted(missing)).say(context.lang),
    }
    at = len(blocks) - len(sections.get("statement", [])) - len(sections.get("signatures", []))
    return [*blocks[:at], note, *blocks[at:]]


def _replaced(value: Any, missing: frozenset[str]) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, str):
        return with_geta(value, missing)
    if isinstance(value, dict):
        return {key: _replaced(inner, missing) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_replaced(inner, missing) for inner in value]
    return value


@cache
def _fonts() -> typst.Fonts:
    import typst

    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(fonts_folder())],
    )


def _template(name: str) -> bytes:
    return (resources.files("dzgis.reports") / "templates" / name).read_bytes()


@cache
def _compiler() -> typst.Compiler:
    import typst

    return typst.Compiler(font_paths=_fonts(), ignore_system_fonts=True)


_PICTURES = b"""
#let d = json(bytes(sys.inputs.data))
#set page(width: auto, height: auto, margin: 0pt)
#set text(font: "DZGIS Song", fallback: false)
#for (n, svg) in d.enumerate() {
  if n > 0 { pagebreak() }
  image(bytes(svg), format: "svg")
}
"""
_DOTS_PER_INCH = 150.0
_AT_ONCE = 8
"""Pictures are held uncompressed while they are painted."""


@cache
def _painter() -> typst.Compiler:
    import typst

    return typst.Compiler(font_paths=_fonts(), ignore_system_fonts=True)


def png_pictures(svgs: Sequence[str]) -> list[bytes]:
    """Drawings as PNG, for Word, which does not show every SVG."""
    missing = frozenset(not_covered(svgs))
    plain = [with_geta(svg, missing) for svg in svgs]
    return [
        png
        for first in range(0, len(plain), _AT_ONCE)
        for png in _painted(plain[first : first + _AT_ONCE])
    ]


def _painted(svgs: Sequence[str]) -> list[bytes]:
    inputs = {"data": json.dumps(svgs, ensure_ascii=False)}
    found = _painter().compile(_PICTURES, sys_inputs=inputs, format="png", ppi=_DOTS_PER_INCH)
    if found is None:
        raise TypeError(found)
    return [found] if isinstance(found, bytes) else list(found)
