"""Small vector maps as SVG, drawn in tenths of a millimetre."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

import shapely

from dzgis.reports.safe_text import safe_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PER_MM = 10.0
_FAMILY = "DZGIS Song"
_LONG_M = 2000.0
_NICE = (1.0, 2.0, 2.5, 5.0)
_SCALES = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


@dataclass(frozen=True)
class Sheet:
    """
    A map sheet: its size on paper and the ground it shows.

    Attributes
    ----------
    width, height : float
        Tenths of a millimetre.
    west, north : float
        Upper left corner, metres of the CRS.
    metres : float
        Ground metres in a tenth of a millimetre.
    """

    width: float
    height: float
    west: float
    north: float
    metres: float

    @property
    def denominator(self) -> int:
        """Scale 1 : n."""
        return round(self.metres * PER_MM * 1000.0)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north of the ground shown."""
        south = self.north - self.height * self.metres
        return (self.west, south, self.west + self.width * self.metres, self.north)

    def place(self, east: float, north: float) -> tuple[float, float]:
        """Place on paper of a point of the ground."""
        return ((east - self.west) / self.metres, (self.north - north) / self.metres)


@dataclass(frozen=True)
class Ink:
    """How shapes are drawn."""

    stroke: str
    width: float
    fill: str = "none"
    opacity: float = 1.0
    dash: str = ""


def sheet_around(
    bounds: tuple[float, float, float, float], *, width_mm: float, height_mm: float
) -> Sheet:
    """Sheet with a round scale that shows some ground beyond `bounds` on every side."""
    west, south, east, north = bounds
    width, height = width_mm * PER_MM, height_mm * PER_MM
    need = 1.25 * max((east - west) / width, (north - south) / height, 1e-3)
    metres = round_scale(need * PER_MM * 1000.0) / (PER_MM * 1000.0)
    x, y = (west + east) / 2, (south + north) / 2
    return Sheet(width, height, x - width * metres / 2, y + height * metres / 2, metres)


def round_scale(denominator: float) -> float:
    """Next round scale denominator that is not smaller."""
    power = 10.0 ** math.floor(math.log10(denominator))
    return next(s * power for s in _SCALES if s * power >= denominator * (1 - 1e-9))


def bar_length_m(sheet: Sheet) -> float:
    """Round length of the scale bar, about a fifth of the sheet."""
    most = sheet.width * sheet.metres / 4
    power = 10.0 ** math.floor(math.log10(most))
    return max(n * power for n in _NICE if n * power <= most)


def shapes_svg(sheet: Sheet, shapes: Iterable[shapely.Geometry], ink: Ink) -> str:
    """One path of shapes, clipped to the sheet and thinned to what the eye can see."""
    frame = shapely.box(*sheet.bounds)
    parts: list[str] = []
    for shape in shapes:
        seen = shapely.simplify(shape, sheet.metres / 2)
        inside = seen if frame.contains(seen) else shapely.intersection(seen, frame)
        for part in shapely.get_parts(inside):
            parts += [_ring(sheet, ring) for ring in shapely.get_rings(part)]
    if not parts:
        return ""
    dash = f' stroke-dasharray="{ink.dash}"' if ink.dash else ""
    return (
        f'<path d="{"".join(parts)}" fill="{ink.fill}" fill-opacity="{ink.opacity:g}" '
        f'fill-rule="evenodd" stroke="{ink.stroke}" stroke-width="{ink.width:g}"'
        f' stroke-linejoin="round"{dash}/>'
    )


def _ring(sheet: Sheet, ring: shapely.Geometry) -> str:
    xy = shapely.get_coordinates(ring)
    x = (xy[:-1, 0] - sheet.west) / sheet.metres
    y = (sheet.north - xy[:-1, 1]) / sheet.metres
    points = [f"{a:.1f} {b:.1f}" for a, b in zip(x.tolist(), y.tolist(), strict=True)]
    return "M" + "L".join(points) + "Z"


def text_svg(x: float, y: float, words: str, *, size: float = 30.0, anchor: str = "start") -> str:
    """Words at a place; they are never markup."""
    plain = escape(safe_text(words).replace("\n", " "))
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" text-anchor={quoteattr(anchor)} '
        f'font-family="{_FAMILY}" fill="#000">{plain}</text>'
    )


def point_svg(sheet: Sheet, east: float, north: float, words: str) -> str:
    """A marked point with its name beside it."""
    x, y = sheet.place(east, north)
    rings = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r}" fill="{fill}" stroke="#b71c1c" '
        'stroke-width="4"/>'
        for r, fill in ((22, "none"), (8, "#b71c1c"))
    )
    return rings + text_svg(x + 30, y + 10, words, size=30)


def north_svg(x: float, y: float, word: str) -> str:
    """North arrow with its letter above."""
    arrow = f"M{x:g} {y:g}l-22 70l22 -16l22 16Z"
    return f'<path d="{arrow}" fill="#000"/>' + text_svg(x, y - 8, word, size=32, anchor="middle")


def bar_svg(sheet: Sheet, x: float, y: float) -> str:
    """Scale bar of two halves."""
    length_m = bar_length_m(sheet)
    half = length_m / sheet.metres / 2
    unit, per = ("km", 1000.0) if length_m >= _LONG_M else ("m", 1.0)
    ends = ("0", f"{length_m / 2 / per:g}", f"{length_m / per:g} {unit}")
    ticks = [
        text_svg(x + n * half, y - 8, word, size=26, anchor="middle") for n, word in enumerate(ends)
    ]
    return (
        f'<rect x="{x - 24:g}" y="{y - 48:g}" width="{2 * half + 110:.1f}" height="76" '
        'fill="#fff" fill-opacity="0.8"/>'
        f'<rect x="{x:g}" y="{y:g}" width="{half:.1f}" height="10" fill="#000"/>'
        f'<rect x="{x + half:.1f}" y="{y:g}" width="{half:.1f}" height="10" fill="#fff" '
        'stroke="#000" stroke-width="2"/>' + "".join(ticks)
    )


def frame_svg(sheet: Sheet) -> str:
    """Border of the sheet."""
    return (
        f'<rect x="1" y="1" width="{sheet.width - 2:g}" height="{sheet.height - 2:g}" '
        'fill="none" stroke="#000" stroke-width="2"/>'
    )


def svg(width: float, height: float, parts: Sequence[str]) -> str:
    """Whole drawing."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width / PER_MM:g}mm" height="{height / PER_MM:g}mm">{"".join(parts)}</svg>'
    )
