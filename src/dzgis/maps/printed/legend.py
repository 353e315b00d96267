"""The panel beside the map: north arrow, scale, legend, location, notes and sources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import shapely

from dzgis.maps.printed import signs, words
from dzgis.maps.printed.canvas import INK, Lettering, Pen
from dzgis.maps.printed.paper import Box

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dzgis.maps.printed.canvas import Canvas
    from dzgis.terms import Language

_Z = 50.0
_ENTRY_PT, _HEADING_PT, _NOTE_PT = 8.2, 11.0, 6.6
_SIGN_MM, _ROW_MM, _NOTE_ROW_MM = 9.0, 5.6, 3.2
_NO_BREAK_BEFORE = "，。、；：）》”’！？·%°′″)]}.,;:"
_FINE = Pen(stroke=INK, width=0.5)

Shape = Literal["area", "line", "sign", "bubble", "arrow"]


@dataclass(frozen=True)
class Entry:
    """
    One line of the legend.

    Attributes
    ----------
    text : str
    shape : str
        How the sign is drawn: a patch, a line, a sign of `signs`, a bubble, a broad arrow.
    pen : Pen
    sign : str
        Name of the sign.
    """

    text: str
    shape: Shape
    pen: Pen
    sign: str = ""


@dataclass(frozen=True)
class Block:
    """Entries below a heading, in one or two columns."""

    heading: str
    entries: tuple[Entry, ...]
    columns: int = 1


def wrap(canvas: Canvas, said: str, *, points: float, width: float) -> list[str]:
    """
    Lines of words that are no wider than `width` mm.

    Breaks between any two Chinese characters, but between whole words of Latin script, and never
    before a closing mark.
    """
    lines, line = [], ""
    for piece in _pieces(said):
        if line and canvas.measure((line + piece).rstrip(), points)[0] > width:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()] if line.strip() else lines


def _pieces(said: str) -> list[str]:
    pieces: list[str] = []
    for letter in said:
        latin = letter.isascii() and letter not in " -/_\\"
        joins = bool(pieces) and (
            letter in _NO_BREAK_BEFORE
            or (latin and pieces[-1][-1].isascii() and pieces[-1][-1] not in " -/_\\")
            or letter == " "
        )
        if joins:
            pieces[-1] += letter
        else:
            pieces.append(letter)
    return pieces


def draw_legend(
    canvas: Canvas, blocks: Sequence[Block], *, top: float, panel: Box, lang: Language
) -> float:
    """Draw the legend from `top` down; returns where it ends, mm."""
    k = canvas.sheet.k
    y = top - 4.0 * k
    how = Lettering(_HEADING_PT)
    canvas.write(words.LEGEND.say(lang), ((panel.left + panel.right) / 2, y), how, z=_Z)
    y -= 5.5 * k
    for block in blocks:
        if block.heading:
            how = Lettering(_ENTRY_PT, align="left", colour="#3d4450")
            canvas.write(block.heading, (panel.left + 3.0 * k, y), how, z=_Z)
            y -= 5.0 * k
        y = _draw_block(canvas, block, top=y, panel=panel) - 1.2 * k
    return y


def _draw_block(canvas: Canvas, block: Block, *, top: float, panel: Box) -> float:
    k = canvas.sheet.k
    wide = (panel.width - 4.0 * k) / block.columns
    words_wide = wide - (_SIGN_MM + 5.0) * k
    y = top
    for start in range(0, len(block.entries), block.columns):
        row = block.entries[start : start + block.columns]
        lines = [wrap(canvas, e.text, points=_ENTRY_PT, width=words_wide) for e in row]
        most = max(len(one) for one in lines)
        for n, (entry, said) in enumerate(zip(row, lines, strict=True)):
            left = panel.left + 3.0 * k + n * wide
            draw_entry(canvas, entry, Box(left, y - 1.8 * k, left + _SIGN_MM * k, y + 1.8 * k))
            at = (left + (_SIGN_MM + 2.0) * k, y + 1.6 * k)
            how = Lettering(_ENTRY_PT, align="left", stand="top")
            canvas.write("\n".join(said), at, how, z=_Z)
        y -= (_ROW_MM + 3.7 * (most - 1)) * k
    return y


def draw_entry(canvas: Canvas, entry: Entry, box: Box) -> None:
    """Sign of an entry in a box."""
    x, y = box.middle
    if entry.shape == "area":
        canvas.box(box, entry.pen, z=_Z)
    elif entry.shape == "line":
        canvas.line([(box.left, y), (box.right, y)], entry.pen, z=_Z)
    elif entry.shape == "bubble":
        canvas.area([_ellipse(box)], entry.pen, z=_Z)
    elif entry.shape == "arrow":
        canvas.area([_small_arrow(box)], entry.pen, z=_Z)
    else:
        signs.draw(canvas, entry.sign, (x, y), entry.pen, z=_Z)


def _ellipse(box: Box) -> shapely.Polygon:
    turn = np.linspace(0, 2 * np.pi, 49)[:-1]
    x, y = box.middle
    ring = np.column_stack([x + box.width / 2 * np.cos(turn), y + box.height / 2 * np.sin(turn)])
    return shapely.Polygon(ring)


def _small_arrow(box: Box) -> shapely.Polygon:
    y, half = box.middle[1], box.height / 2
    neck = box.right - box.height
    corners = [
        (box.left, y - half / 2), (neck, y - half / 2), (neck, y - half), (box.right, y),
        (neck, y + half), (neck, y + half / 2), (box.left, y + half / 2),
    ]  # fmt: skip
    return shapely.Polygon(corners)


def draw_notes(
    canvas: Canvas, parts: Sequence[tuple[str, Sequence[str]]], *, box: Box, lang: Language
) -> int:
    """
    Headings with short texts below, as many as the box holds.

    Returns
    -------
    int
        Texts for which there was no room; their number is printed as well.
    """
    k = canvas.sheet.k
    row = _NOTE_ROW_MM * k
    rows: list[tuple[str, bool, int]] = []  # words, whether a heading, number of the text
    n = 0
    for heading, texts in parts:
        if texts:
            rows.append((heading, True, n))
        for text in texts:
            n += 1
            lines = wrap(canvas, "· " + text, points=_NOTE_PT, width=box.width - 4.0 * k)
            rows += [(line, False, n) for line in lines]
    room = int(box.height / row)
    left_out = 0
    if len(rows) > room:
        kept = rows[: max(room - 1, 0)]
        cut = rows[len(kept)][2]
        kept = [one for one in kept if one[2] < cut or one[1]]
        left_out = n - cut + 1
        rows = [*kept, (words.AND_MORE_NOTES.say(lang).format(n=left_out), False, n)]
    y = box.top
    for said, is_heading, _ in rows:
        colour = INK if is_heading else "#3d4450"
        how = Lettering(
            _NOTE_PT + (0.8 if is_heading else 0), colour=colour, align="left", stand="top"
        )
        canvas.write(said, (box.left + 2.0 * k, y), how, z=_Z)
        y -= row * (1.15 if is_heading else 1.0)
    return left_out
