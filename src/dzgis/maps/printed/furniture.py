"""What every sheet carries around the map: title, north arrow, scale, location, imprint."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from dzgis.maps import words as map_words
from dzgis.maps.printed import words
from dzgis.maps.printed.canvas import INK, PAPER, Align, Lettering, Pen
from dzgis.maps.printed.frame import angle_text
from dzgis.maps.printed.ground import round_step
from dzgis.maps.printed.legend import wrap
from dzgis.maps.printed.paper import Box

if TYPE_CHECKING:
    from dzgis.maps.printed.canvas import Canvas
    from dzgis.maps.printed.ground import Ground
    from dzgis.terms import Language

_Z = 50.0
_RESTRICTED = "#a11515"
_MINUTE_DEG = 1 / 60
_BLOCKS = 4
_SHOWN_DEG = 14.0
_KM_M = 1000.0
_IMPRINT_SPLIT = 0.42
_SOURCE_PT, _SOURCE_LINES = 6.4, 4


def draw_title(canvas: Canvas, title: str, subtitle: str) -> None:
    """Heading in the middle of the sheet's head."""
    box, k = canvas.sheet.title, canvas.sheet.k
    x = box.middle[0]
    canvas.write(title, (x, box.top - 6.0 * k), Lettering(22.0), z=_Z)
    canvas.write(subtitle, (x, box.bottom + 4.0 * k), Lettering(9.0, colour="#3d4450"), z=_Z)


def draw_north(canvas: Canvas, ground: Ground, lang: Language, *, at: tuple[float, float]) -> None:
    """
    Arrow to true north, a thin line to grid north, and the angle between them.

    The thin line is drawn at least 14° off, as maps do: the true angle is in the figure below.
    """
    k = canvas.sheet.k
    x, y = at
    angle = ground.convergence_deg()
    half, tall = 3.4 * k, 13.0 * k
    left = [(x, y + tall), (x - half, y), (x, y + 3.2 * k)]
    right = [(x, y + tall), (x + half, y), (x, y + 3.2 * k)]
    canvas.area([shapely.Polygon(left)], Pen(fill=INK, stroke=INK, width=0.6), z=_Z)
    canvas.area([shapely.Polygon(right)], Pen(fill=PAPER, stroke=INK, width=0.6), z=_Z)
    canvas.write(map_words.NORTH.say(lang), (x, y + tall + 2.6 * k), Lettering(10.5), z=_Z)
    shown = np.radians(np.sign(angle or 1.0) * max(abs(angle), _SHOWN_DEG))
    foot = np.array([x, y + 3.2 * k])
    tip = foot + (tall - 1.0 * k) * np.array([np.sin(shown), np.cos(shown)])
    canvas.line([foot, tip], Pen(stroke="#27506e", width=0.7), z=_Z + 0.1)
    side = 1 if shown > 0 else -1
    align: Align = "left" if side > 0 else "right"
    how = Lettering(6.6, colour="#27506e", align=align)
    canvas.write(words.GRID_NORTH.say(lang), (tip[0] + side * 0.8 * k, tip[1] - 0.6 * k), how, z=_Z)
    sign = "+" if angle >= 0 else "−"
    said = words.CONVERGENCE.say(lang).format(sign=sign, angle=angle_text(angle, _MINUTE_DEG))
    canvas.write(said, (x, y - 3.0 * k), Lettering(6.6, colour="#3d4450"), z=_Z)


def draw_scale(
    canvas: Canvas, ground: Ground, lang: Language, *, at: tuple[float, float], wide: float
) -> None:
    """Scale in figures and a bar of four blocks below; `at` is the middle of the bar's foot."""
    k = canvas.sheet.k
    block_m = round_step(wide / ground.mm_per_m / _BLOCKS / 2.2)
    block = block_m * ground.mm_per_m
    while block * _BLOCKS * 2 <= wide:
        block_m, block = block_m * 2, block * 2
    left, y = at[0] - block * _BLOCKS / 2, at[1]
    for n in range(_BLOCKS):
        fill = INK if n % 2 == 0 else PAPER
        box = Box(left + n * block, y, left + (n + 1) * block, y + 1.8 * k)
        canvas.box(box, Pen(fill=fill, stroke=INK, width=0.5), z=_Z)
    unit, per = (words.KM, 1000.0) if block_m >= _KM_M else (words.M, 1.0)
    for n in (0, 1, 2, 4):
        said = f"{n * block_m / per:g}" + (f" {unit.say(lang)}" if n == _BLOCKS else "")
        canvas.write(said, (left + n * block, y + 3.8 * k), Lettering(6.6), z=_Z)
    grouped = f"{ground.denominator:,.0f}".replace(",", " ")
    said = words.SCALE.say(lang).format(n=grouped, size=canvas.sheet.size)
    canvas.write(said, (at[0], y + 8.0 * k), Lettering(8.6), z=_Z)


def draw_imprint(canvas: Canvas, *, restriction: str, lines: tuple[str, ...], sources: str) -> None:
    """Approval or restriction at the lower left, what the map is made with, its sources."""
    box, k = canvas.sheet.imprint, canvas.sheet.k
    how = Lettering(11.0, colour=_RESTRICTED, align="left", stand="top")
    canvas.write(restriction, (box.left, box.top - 0.5 * k), how, z=_Z)
    for n, said in enumerate(lines):
        how = Lettering(6.8, colour="#3d4450", align="left", stand="top")
        canvas.write(said, (box.left, box.top - (6.0 + 3.6 * n) * k), how, z=_Z)
    left = box.left + box.width * _IMPRINT_SPLIT
    rows = wrap(canvas, sources, points=_SOURCE_PT, width=box.right - left)
    if len(rows) > _SOURCE_LINES:
        rows = [*rows[: _SOURCE_LINES - 1], rows[_SOURCE_LINES - 1][:-1] + "…"]
    how = Lettering(_SOURCE_PT, colour="#3d4450", align="left", stand="top")
    for n, line in enumerate(rows):
        canvas.write(line, (left, box.top - (0.5 + 3.4 * n) * k), how, z=_Z)
