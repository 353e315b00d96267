"""The frame of the planner's maps: sheet, scale bar, north, legend, and what every map must say."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import shapely

from dzgis.crs import crs_name, gauss_kruger
from dzgis.reports.document import Figure
from dzgis.reports.drawing import (
    PER_MM,
    Ink,
    Sheet,
    bar_svg,
    frame_svg,
    north_svg,
    round_scale,
    shapes_svg,
    svg,
)
from dzgis.reports.lettering import Board, Letter, text_width, words_svg, wrapped
from dzgis.reports.parcel_map import GENERATED, UNREVIEWED
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import geopandas as gpd
    import numpy as np
    from pyproj import CRS

    from dzgis.reports.context import ReportContext
    from dzgis.reports.planner_figures import PlannerFigures
    from dzgis.terms import Language

WIDTH_MM, MOST_HEIGHT_MM = 168.0, 136.0
_AROUND = 1.03
_SWATCH, _SMALL, _LINE = 48.0, 26.0, 38.0
_GAP = 26.0
_ARROW, _BAR = (110.0, 140.0), (520.0, 100.0)
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Key:
    """An item of a legend: a patch (`fill`) or a line, and its words."""

    ink: Ink
    text: Text
    line: bool = False


@dataclass(frozen=True)
class Ground:
    """
    A map sheet with its CRS, the counties in it, and whose map it is.

    Attributes
    ----------
    sheet : Sheet
    crs : CRS
    counties : GeoDataFrame
        In `crs`.
    figures : PlannerFigures
    context : ReportContext
    """

    sheet: Sheet
    crs: CRS
    counties: gpd.GeoDataFrame
    figures: PlannerFigures
    context: ReportContext

    @property
    def lang(self) -> Language:
        """Language of the words."""
        return self.context.lang

    def of(self, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        """Frame in the map's CRS."""
        return frame.to_crs(self.crs)

    def board(self) -> Board:
        """Room for labels; what arrow and scale bar stand on is taken."""
        board = Board(self.sheet.width, self.sheet.height)
        for x, y, wide, high in (self.arrow, self.bar):
            board.take((x, y, x + wide, y + high))
        return board

    @property
    def arrow(self) -> Box:
        """Corner of the north arrow: left, top, width, height."""
        return self._emptier(0.0, _ARROW)

    @property
    def bar(self) -> Box:
        """Corner of the scale bar: left, top, width, height."""
        return self._emptier(self.sheet.height - _BAR[1], _BAR)

    def _emptier(self, top: float, size: tuple[float, float]) -> Box:
        """Place on the left or the right that hides less of the counties."""
        wide, high = size
        sheet = self.sheet
        boxes = [(left, top, wide, high) for left in (sheet.width - wide, 0.0)]
        hidden = [_hidden(self, box) for box in boxes]
        return boxes[hidden.index(min(hidden))]


def _hidden(ground: Ground, box: Box) -> float:
    """Ground of the counties below a box of the sheet."""
    sheet = ground.sheet
    west, north = sheet.west + box[0] * sheet.metres, sheet.north - box[1] * sheet.metres
    there = shapely.box(west, north - box[3] * sheet.metres, west + box[2] * sheet.metres, north)
    return float(
        shapely.area(shapely.intersection(ground.counties.geometry.to_numpy(), there)).sum()
    )


def ground_of(figures: PlannerFigures, context: ReportContext) -> Ground:
    """Sheet around the counties, in the zone of their middle."""
    west, _, east, _ = figures.counties.to_crs("EPSG:4490").total_bounds
    crs = gauss_kruger(float(west + east) / 2)
    counties = figures.counties.to_crs(crs)
    return Ground(_sheet(counties.total_bounds.tolist()), crs, counties, figures, context)


def _sheet(bounds: Sequence[float]) -> Sheet:
    west, south, east, north = bounds
    width, most = WIDTH_MM * PER_MM, MOST_HEIGHT_MM * PER_MM
    need = _AROUND * max((east - west) / width, (north - south) / most, 1e-3)
    metres = round_scale(need * PER_MM * 1000.0) / (PER_MM * 1000.0)
    height = min(most, math.ceil(1.1 * (north - south) / metres))
    x, y = (west + east) / 2, (south + north) / 2
    return Sheet(width, height, x - width * metres / 2, y + height * metres / 2, metres)


def figure(ground: Ground, parts: Sequence[str], keys: Iterable[Key], caption: Text) -> Figure:
    """Whole map: what is drawn, arrow, bar, frame, legend, scale and source."""
    sheet, lang = ground.sheet, ground.lang
    legend, bottom = _legend(sheet, list(keys), lang)
    below, bottom = _below(ground, bottom)
    drawn = [
        f'<rect width="{sheet.width:g}" height="{sheet.height:g}" fill="#fff"/>',
        *parts,
        _mask(sheet, bottom),
        north_svg(ground.arrow[0] + 55, 50, "北" if lang == "zh" else "N"),
        bar_svg(sheet, ground.bar[0] + 40, sheet.height - 40),
        frame_svg(sheet),
        *legend,
        *below,
    ]
    return Figure(svg(sheet.width, bottom, drawn), WIDTH_MM, bottom / PER_MM, caption)


def _mask(sheet: Sheet, bottom: float) -> str:
    """Cover what is drawn below the sheet."""
    return (
        f'<rect x="0" y="{sheet.height:g}" width="{sheet.width:g}" '
        f'height="{bottom - sheet.height:.1f}" fill="#fff"/>'
    )


def _legend(sheet: Sheet, keys: Sequence[Key], lang: Language) -> tuple[list[str], float]:
    """Items of the legend in as many lines as they need, and where the next thing may stand."""
    x, y = 0.0, sheet.height + _LINE
    parts: list[str] = []
    for key in keys:
        words = key.text.say(lang)
        wide = _SWATCH + 12 + text_width(words, _SMALL) + _GAP
        if x and x + wide - _GAP > sheet.width:
            x, y = 0.0, y + _LINE
        parts += [swatch(x, y - 20, key), words_svg(x + _SWATCH + 12, y, words, Letter(_SMALL))]
        x += wide
    return parts, y + _LINE if keys else sheet.height + _LINE


def swatch(x: float, y: float, key: Key) -> str:
    """Patch or line of a legend."""
    ink = key.ink
    dash = f' stroke-dasharray="{ink.dash}"' if ink.dash else ""
    stroke = f'stroke="{ink.stroke}" stroke-width="{min(ink.width, 8):g}"{dash}'
    if key.line:
        return f'<path d="M{x:.1f} {y + 10:.1f}h{_SWATCH:g}" fill="none" {stroke}/>'
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{_SWATCH:g}" height="24" fill="{ink.fill}" '
        f'fill-opacity="{ink.opacity:g}" {stroke}/>'
    )


def _below(ground: Ground, top: float) -> tuple[list[str], float]:
    context, lang = ground.context, ground.lang
    dem, denominator = ground.figures.dem, ground.sheet.denominator
    who = context.organisation or Text("（制图单位）", "(office)").say(lang)
    first = Text(
        f"比例尺 1:{denominator}；{crs_name(ground.crs)}；高程数据：{dem.source}；制图：{who} "
        f"{context.issued}；县界为示意，不作划界依据",
        f"1:{denominator}; {crs_name(ground.crs)}; elevation: {dem.source}; drawn by {who}, "
        f"{context.issued}; county borders are for orientation only",
    )
    second = UNREVIEWED.say(lang)
    if context.generated:
        second += ("；" if lang == "zh" else "; ") + GENERATED.say(lang)
    lines = [
        line
        for said in (first.say(lang), second)
        for line in wrapped(said, _SMALL, ground.sheet.width)
    ]
    parts = [words_svg(0, top + n * _LINE, line, Letter(_SMALL)) for n, line in enumerate(lines)]
    return parts, top + (len(lines) - 1) * _LINE + 14


def lines_svg(sheet: Sheet, lines: Iterable[shapely.Geometry], ink: Ink) -> str:
    """One path of lines, clipped to the sheet."""
    frame = shapely.box(*sheet.bounds)
    parts: list[str] = []
    for line in lines:
        seen = shapely.intersection(shapely.simplify(line, sheet.metres / 2), frame)
        for part in shapely.get_parts(seen):
            xy = shapely.get_coordinates(part)
            if len(xy) > 1:
                parts.append(_path(sheet, xy))
    dash = f' stroke-dasharray="{ink.dash}"' if ink.dash else ""
    if not parts:
        return ""
    return (
        f'<path d="{"".join(parts)}" fill="none" stroke="{ink.stroke}" '
        f'stroke-opacity="{ink.opacity:g}" stroke-width="{ink.width:g}" stroke-linejoin="round" '
        f'stroke-linecap="round"{dash}/>'
    )


def _path(sheet: Sheet, xy: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> str:
    x = (xy[:, 0] - sheet.west) / sheet.metres
    y = (sheet.north - xy[:, 1]) / sheet.metres
    points = [f"{a:.1f} {b:.1f}" for a, b in zip(x.tolist(), y.tolist(), strict=True)]
    return "M" + "L".join(points)


def beyond_svg(ground: Ground) -> str:
    """White over what lies beyond the counties, so that they stand out."""
    sheet = ground.sheet
    whole = shapely.union_all(ground.counties.geometry.to_numpy())
    rest = shapely.difference(shapely.box(*sheet.bounds), whole)
    return shapes_svg(sheet, [rest], Ink("none", 0.0, fill="#ffffff", opacity=0.8))
