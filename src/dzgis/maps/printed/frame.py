"""The frame: neat line, graticule in degrees, kilometre grid, and their figures in the band."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from pyproj import Transformer

from dzgis.crs import CGCS2000
from dzgis.maps.printed import words
from dzgis.maps.printed.canvas import INK, PAPER, Lettering, Pen
from dzgis.maps.printed.ground import round_step
from dzgis.maps.printed.paper import Box

if TYPE_CHECKING:
    import numpy.typing as npt

    from dzgis.maps.printed.canvas import Canvas
    from dzgis.maps.printed.ground import Ground
    from dzgis.terms import Language

_Z_GRATICULE, _Z_FRAME = 6.0, 40.0
_GRATICULE = Pen(stroke="#4a7fa5", width=0.35, alpha=0.75)
_TICK = Pen(stroke=INK, width=0.5)
_CROSS = Pen(stroke="#5b6470", width=0.35, alpha=0.8)
_FIGURE = Lettering(6.6, colour="#27506e")
_KM_FIGURE = Lettering(6.6, colour="#3d4450")
_STEPS_DEG = (
    5.0, 2.0, 1.0, 0.5, 1 / 3, 1 / 4, 1 / 6, 1 / 12, 1 / 30, 1 / 60, 1 / 120, 1 / 240, 1 / 360,
    1 / 720, 1 / 1200, 1 / 1800, 1 / 3600,
)  # fmt: skip
_LEAST_APART_MM, _MOST_LINES = 38.0, 200
_CROSS_MM, _TICK_MM = 1.2, 1.6
_DEGREE_M = 111_000.0
_SAMPLES = 65
_SECONDS, _MINUTES = 3600, 60


def draw_frame(canvas: Canvas, ground: Ground) -> tuple[float, float]:
    """
    Draw the frame and what belongs to it.

    Returns
    -------
    (degrees, metres)
        Spacing of graticule and grid.
    """
    neat, band = ground.neat, canvas.sheet.band
    canvas.box(neat, Pen(stroke=INK, width=0.7), z=_Z_FRAME)
    canvas.box(neat.grown(band), Pen(stroke=INK, width=1.6), z=_Z_FRAME)
    degrees = _graticule(canvas, ground)
    metres = _grid(canvas, ground)
    return degrees, metres


def cover_outside(canvas: Canvas, ground: Ground) -> None:
    """Paper over what reaches beyond the neat line."""
    neat, sheet = ground.neat, canvas.sheet
    for box in (
        Box(0, 0, neat.left, sheet.height),
        Box(neat.right, 0, sheet.width, sheet.height),
        Box(0, 0, sheet.width, neat.bottom),
        Box(0, neat.top, sheet.width, sheet.height),
    ):
        canvas.box(box, Pen(fill=PAPER), z=_Z_FRAME - 1)


def _graticule(canvas: Canvas, ground: Ground) -> float:
    to_degrees = Transformer.from_crs(ground.crs, CGCS2000, always_xy=True)
    west, south, east, north = to_degrees.transform_bounds(*ground.bounds)
    apart_m = _LEAST_APART_MM * canvas.sheet.k / ground.mm_per_m
    step = min(s for s in _STEPS_DEG if s * _DEGREE_M >= apart_m)
    for lon in _multiples(west, east, step):
        line = ground.points(
            np.full(_SAMPLES, lon), np.linspace(south - step, north + step, _SAMPLES)
        )
        canvas.line(line, _GRATICULE, z=_Z_GRATICULE, clip=ground.neat)
        _figure_above(canvas, ground, line, angle_text(lon, step, "E"))
    for lat in _multiples(south, north, step):
        line = ground.points(
            np.linspace(west - step, east + step, _SAMPLES), np.full(_SAMPLES, lat)
        )
        canvas.line(line, _GRATICULE, z=_Z_GRATICULE, clip=ground.neat)
        _figure_left(canvas, ground, line, angle_text(lat, step, "N"))
    return step


def _figure_above(canvas: Canvas, ground: Ground, line: npt.NDArray[np.float64], said: str) -> None:
    neat, band = ground.neat, canvas.sheet.band
    x = float(np.interp(neat.top, line[:, 1], line[:, 0]))
    half = canvas.measure(said, _FIGURE.points)[0] / 2
    if neat.left + half < x < neat.right - half:
        _tick(canvas, (x, neat.top), (0, 1))
        canvas.write(said, (x, neat.top + band * 0.6), _FIGURE, z=_Z_FRAME)
    x = float(np.interp(neat.bottom, line[:, 1], line[:, 0]))
    if neat.left < x < neat.right:
        _tick(canvas, (x, neat.bottom), (0, -1))


def _figure_left(canvas: Canvas, ground: Ground, line: npt.NDArray[np.float64], said: str) -> None:
    neat, band = ground.neat, canvas.sheet.band
    y = float(np.interp(neat.left, line[:, 0], line[:, 1]))
    half = canvas.measure(said, _FIGURE.points)[0] / 2
    if neat.bottom + half < y < neat.top - half:
        _tick(canvas, (neat.left, y), (-1, 0))
        how = Lettering(_FIGURE.points, colour=_FIGURE.colour, turn=90.0)
        canvas.write(said, (neat.left - band * 0.6, y), how, z=_Z_FRAME)
    y = float(np.interp(neat.right, line[:, 0], line[:, 1]))
    if neat.bottom < y < neat.top:
        _tick(canvas, (neat.right, y), (1, 0))


def _grid(canvas: Canvas, ground: Ground) -> float:
    """Crosses of the kilometre grid inside, its figures below and at the right."""
    west, south, east, north = ground.bounds
    step = round_step(_LEAST_APART_MM * canvas.sheet.k / ground.mm_per_m)
    neat, band = ground.neat, canvas.sheet.band
    eastings, northings = _multiples(west, east, step), _multiples(south, north, step)
    for e in eastings:
        x = float(ground.on_paper([(e, south)])[0, 0])
        said = km_text(e, step)
        if (
            neat.left < x - canvas.measure(said, 6.6)[0] / 2
            and x + canvas.measure(said, 6.6)[0] / 2 < neat.right
        ):
            canvas.write(said, (x, neat.bottom - band * 0.6), _KM_FIGURE, z=_Z_FRAME)
        _tick(canvas, (x, neat.bottom), (0, -0.6))
    for n in northings:
        y = float(ground.on_paper([(west, n)])[0, 1])
        said = km_text(n, step)
        half = canvas.measure(said, 6.6)[0] / 2
        if neat.bottom + half < y < neat.top - half:
            how = Lettering(_KM_FIGURE.points, colour=_KM_FIGURE.colour, turn=90.0)
            canvas.write(said, (neat.right + band * 0.6, y), how, z=_Z_FRAME)
        _tick(canvas, (neat.right, y), (0.6, 0))
    arm = _CROSS_MM * canvas.sheet.k
    for e in eastings:
        for n in northings:
            x, y = ground.on_paper([(e, n)])[0]
            for line in ([(x - arm, y), (x + arm, y)], [(x, y - arm), (x, y + arm)]):
                canvas.line(line, _CROSS, z=_Z_GRATICULE, clip=neat)
    return step


def _tick(canvas: Canvas, at: tuple[float, float], way: tuple[float, float]) -> None:
    long = _TICK_MM * canvas.sheet.k
    to = (at[0] + way[0] * long, at[1] + way[1] * long)
    canvas.line([at, to], _TICK, z=_Z_FRAME)


def _multiples(low: float, high: float, step: float) -> list[float]:
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [n * step for n in range(first, min(last, first + _MOST_LINES) + 1)]


def angle_text(degrees: float, step: float, side: str = "") -> str:
    """
    Degrees and minutes, with seconds where the step asks for them.

    Examples
    --------
    >>> angle_text(102.5, 0.5, "E"), angle_text(102.0, 1.0, "E"), angle_text(25.0125, 1 / 240, "N")
    ('102°30′E', '102°E', '25°00′45″N')
    """
    seconds = round(abs(degrees) * _SECONDS)
    whole, rest = divmod(seconds, _SECONDS)
    minutes, left = divmod(rest, _MINUTES)
    said = f"{whole}°"
    if round(step * _SECONDS) % _SECONDS:
        said += f"{minutes:02d}′"
    if round(step * _SECONDS) % _MINUTES:
        said += f"{left:02d}″"
    return said + side


def km_text(metres: float, step: float) -> str:
    """
    Kilometres, with as many decimals as the step needs.

    Examples
    --------
    >>> km_text(450_000.0, 50_000.0), km_text(450_200.0, 200.0)
    ('450', '450.2')
    """
    decimals = max(0, math.ceil(-math.log10(step / 1000.0) - 1e-9))
    return f"{metres / 1000.0:.{decimals}f}"


def grids_text(degrees: float, metres: float, lang: Language) -> str:
    """Sentence about graticule and grid."""
    return words.GRIDS.say(lang).format(
        degrees=step_text(degrees), km=f"{km_text(metres, metres)} km"
    )


def step_text(degrees: float) -> str:
    """
    Spacing in the largest unit that makes it whole.

    Examples
    --------
    >>> step_text(1.0), step_text(0.5), step_text(1 / 240)
    ('1°', '30′', '15″')
    """
    seconds = round(degrees * _SECONDS)
    if seconds % _SECONDS == 0:
        return f"{seconds // _SECONDS}°"
    return f"{seconds // _MINUTES}′" if seconds % _MINUTES == 0 else f"{seconds}″"
