"""Sheets as files: the same bytes for the same content."""

from __future__ import annotations

import hashlib
import io
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

import matplotlib as mpl
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text as Letters

from dzgis.errors import InputError
from dzgis.fonts import fonts_folder
from dzgis.maps.printed.canvas import FACE, HALO
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dzgis.maps.printed.canvas import Canvas

Format = Literal["png", "pdf", "svg"]
FORMATS: tuple[Format, ...] = get_args(Format)

_METADATA: dict[str, dict[str, str | None]] = {
    "png": {"Software": None},
    "pdf": {"CreationDate": None, "ModDate": None, "Creator": "dzgis", "Producer": "dzgis"},
    "svg": {"Date": None, "Creator": "dzgis"},
}
_SETTINGS: dict[Any, Any] = {"pdf.fonttype": 42, "svg.fonttype": "path", "svg.hashsalt": "dzgis"}
_CURVE_ERROR_EM = 0.001


def check_format(kind: str) -> None:
    """Raise InputError unless a format is one of `FORMATS`."""
    if kind not in FORMATS:
        raise InputError(
            Text(
                f"没有输出格式 {kind}；可用：{'、'.join(FORMATS)}",
                f"no format {kind}; there are {', '.join(FORMATS)}",
            )
        )


def rendered(canvas: Canvas, kind: str) -> bytes:
    """
    A sheet as PNG, PDF or SVG.

    In a PDF the words are set in an embedded TrueType face that holds the letters of this sheet; in
    an SVG they are outlines.
    """
    check_format(kind)
    stream = io.BytesIO()
    with mpl.rc_context(_SETTINGS), tempfile.TemporaryDirectory() as folder:
        if kind == "pdf":
            _set_in(canvas, _cut_face(canvas, Path(folder)))
        try:
            canvas.figure.savefig(
                stream, format=kind, dpi=canvas.sheet.dpi, metadata=_METADATA[kind]
            )
        finally:
            _set_in(canvas, fonts_folder() / FACE)
    return stream.getvalue()


def _words(canvas: Canvas) -> Iterator[Letters]:
    return (a for a in canvas.figure.findobj(Letters) if a.get_gid() != HALO)


def _set_in(canvas: Canvas, face: Path) -> None:
    for text in _words(canvas):
        text.set_fontproperties(FontProperties(fname=str(face), size=text.get_fontsize()))


def _cut_face(canvas: Canvas, folder: Path) -> Path:
    """
    Cut the face to the letters of a sheet and turn its curves into TrueType's.

    Matplotlib embeds every face as TrueType (type 42); one with PostScript curves, as ours has,
    would make a PDF that strict readers refuse. Widths stay, so nothing moves.
    """
    from fontTools import subset
    from fontTools.ttLib import TTFont

    letters = sorted({letter for text in _words(canvas) for letter in text.get_text()} | {" "})
    options = subset.Options()
    options.layout_features = []
    options.name_IDs = ["*"]
    options.notdef_outline = True
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "GPOS", "GSUB"]
    font = TTFont(fonts_folder() / FACE, recalcTimestamp=False)
    cutter = subset.Subsetter(options)
    cutter.populate(text="".join(letters))
    cutter.subset(font)
    _to_quadratic(font)
    name = hashlib.sha256("".join(letters).encode()).hexdigest()[:16]
    path = folder / f"{name}.ttf"
    font.save(path)
    return path


def _to_quadratic(font: Any) -> None:  # noqa: ANN401 - fontTools has no types
    """Replace the PostScript outlines of a font by TrueType ones."""
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.ttLib import newTable

    glyph_set, order = font.getGlyphSet(), font.getGlyphOrder()
    error = font["head"].unitsPerEm * _CURVE_ERROR_EM
    outlines = {}
    for name in order:
        pen = TTGlyphPen(glyph_set)
        glyph_set[name].draw(Cu2QuPen(pen, error, reverse_direction=True))
        outlines[name] = pen.glyph()
    font["loca"], glyf = newTable("loca"), newTable("glyf")
    glyf.glyphOrder, glyf.glyphs = order, outlines
    font["glyf"] = glyf
    for tag in ("CFF ", "VORG"):
        if tag in font:
            del font[tag]
    maxp = font["maxp"]
    maxp.tableVersion = 0x00010000
    for field in (
        "maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs",
        "maxStackElements", "maxSizeOfInstructions", "maxComponentElements", "maxComponentDepth",
    ):  # fmt: skip
        setattr(maxp, field, 0)
    maxp.maxZones = 1
    post = font["post"]
    post.formatType, post.extraNames, post.mapping, post.glyphOrder = 2.0, [], {}, order
    font.sfntVersion = "\000\001\000\000"
    for name in order:
        width, _ = font["hmtx"][name]
        glyph = outlines[name]
        glyph.recalcBounds(glyf)
        font["hmtx"][name] = (width, getattr(glyph, "xMin", 0))
