"""Words on drawings: how wide they are, where they fit, and a halo that keeps them readable."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from dzgis.reports.safe_text import safe_text

if TYPE_CHECKING:
    from collections.abc import Sequence

FAMILY = "DZGIS Song"
HEAVY = "DZGIS Hei"
_WIDE, _NARROW = 1.0, 0.55
_HALO = 7.0


def text_width(words: str, size: float) -> float:
    """
    Width of words on a drawing, a full-width character being as wide as high.

    Examples
    --------
    >>> text_width("坡度", 30.0)
    60.0
    """
    return size * sum(
        _WIDE if unicodedata.east_asian_width(letter) in "WF" else _NARROW for letter in words
    )


@dataclass(frozen=True)
class Letter:
    """How words are set: size, side that `x` is of, face, colour, halo."""

    size: float = 28.0
    anchor: str = "start"
    family: str = FAMILY
    colour: str = "#000"
    halo: bool = False


def words_svg(x: float, y: float, words: str, letter: Letter) -> str:
    """Words at a place; they are never markup."""
    plain = escape(safe_text(words).replace("\n", " "))
    at = (
        f'x="{x:.1f}" y="{y:.1f}" font-size="{letter.size:g}" '
        f'text-anchor={quoteattr(letter.anchor)} font-family="{letter.family}"'
    )
    drawn = f'<text {at} fill="{letter.colour}">{plain}</text>'
    if not letter.halo:
        return drawn
    around = f'stroke="#fff" stroke-width="{_HALO:g}" stroke-linejoin="round" fill="#fff"'
    return f"<text {at} {around}>{plain}</text>" + drawn


def wrapped(words: str, size: float, width: float) -> list[str]:
    """Words in lines no wider than `width`; Latin words stay whole where they can."""
    lines, line = [], ""
    for part in _parts(safe_text(words).replace("\n", " ")):
        if line and text_width(line + part.rstrip(), size) > width:
            lines.append(line.rstrip())
            line = part.lstrip()
        else:
            line += part
    return [*lines, line.rstrip()] if line.strip() else lines


def _parts(words: str) -> list[str]:
    """Pieces between which a line may break; closing punctuation stays with what it closes."""
    parts: list[str] = []
    for letter in words:
        wide = unicodedata.east_asian_width(letter) in "WF"
        closing = letter in "，。；：、）》”’！？"
        starts = wide or not parts or parts[-1].endswith(" ") or _ends_wide(parts[-1])
        if starts and not closing:
            parts.append(letter)
        elif parts:
            parts[-1] += letter
        else:
            parts.append(letter)
    return parts


def _ends_wide(part: str) -> bool:
    return unicodedata.east_asian_width(part[-1]) in "WF"


Box = tuple[float, float, float, float]


@dataclass
class Board:
    """
    Places on a drawing that are taken: a label is put where none is.

    Attributes
    ----------
    width, height : float
        Labels stay within.
    boxes : list of (left, top, right, bottom)
    """

    width: float
    height: float
    boxes: list[Box] = field(default_factory=list)

    def take(self, box: Box) -> None:
        """Keep labels out of a box."""
        self.boxes.append(box)

    def label(self, x: float, y: float, words: str, *, letter: Letter, reach: float = 14.0) -> str:
        """Words beside a point where there is room, or none at all."""
        wide, high = text_width(words, letter.size), letter.size
        for anchor, dx, dy in _spots(letter.anchor, reach, high):
            box = _box(x + dx, y + dy, wide, high, anchor=anchor)
            if self._free(box):
                self.take(box)
                set_so = Letter(letter.size, anchor, letter.family, letter.colour, halo=letter.halo)
                return words_svg(x + dx, y + dy, words, set_so)
        return ""

    def _free(self, box: Box) -> bool:
        inside = box[0] >= 0 and box[1] >= 0 and box[2] <= self.width and box[3] <= self.height
        return inside and not any(_meet(box, other) for other in self.boxes)


def _spots(anchor: str, reach: float, high: float) -> Sequence[tuple[str, float, float]]:
    """Offsets to try, the best first: on the point itself for a middle label, else beside it."""
    beside = (
        ("start", reach, high * 0.35),
        ("end", -reach, high * 0.35),
        ("middle", 0.0, -reach),
        ("middle", 0.0, reach + high * 0.8),
        ("start", reach, -reach),
        ("end", -reach, -reach),
        ("start", reach, reach + high * 0.8),
        ("end", -reach, reach + high * 0.8),
    )
    far = tuple((a, dx * 3, dy * 3 + high * 0.2) for a, dx, dy in beside)
    if anchor != "middle":
        return (*beside, *far)
    centred = tuple(("middle", 0.0, high * shift) for shift in (0.35, -0.9, 1.6, -2.2, 2.9))
    return (*centred, *far)


def _box(x: float, y: float, wide: float, high: float, *, anchor: str) -> Box:
    left = {"start": x, "middle": x - wide / 2, "end": x - wide}[anchor]
    return (left, y - high * 0.9, left + wide, y + high * 0.25)


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
