"""The map of a parcel: its outline, what it presses on, its neighbours, and all a map must say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import shapely

from dzgis.crs import crs_name
from dzgis.reports.document import Figure
from dzgis.reports.drawing import (
    PER_MM,
    Ink,
    Sheet,
    bar_svg,
    frame_svg,
    north_svg,
    shapes_svg,
    sheet_around,
    svg,
    text_svg,
)
from dzgis.terms import Text, role_text

if TYPE_CHECKING:
    import geopandas as gpd

    from dzgis.reports.context import ReportContext
    from dzgis.reports.dossier import Dossier

UNREVIEWED = Text(
    "内部工作用图，未经审图，不得公开",
    "Internal working map, not reviewed for publication; not to be made public",
)
GENERATED = Text("图层含生成（演示）数据", "layers hold generated (demonstration) data")
_WIDTH_MM, _HEIGHT_MM = 150.0, 66.0
_LINE = 42.0
_OUTLINE = Ink("#000000", 6.0)
_NEIGHBOUR = Ink("#777777", 2.0, dash="12 8")
_FEATURE = Ink("#2f7d32", 2.0, fill="#a5d6a7", opacity=0.6)
_PIECE = Ink("#b71c1c", 4.0, fill="#ef5350", opacity=0.75)
_KEPT = Ink("#0d47a1", 4.0, fill="#90caf9", opacity=0.5)


@dataclass(frozen=True)
class MapOf:
    """
    What a map shows beside the parcel and its neighbours.

    Attributes
    ----------
    caption : Text
    roles : tuple of str
        Layers whose features are drawn where that is allowed.
    rules : tuple of str
        Rules whose pieces are drawn.
    kept : bool
        Whether what an avoidance would keep is drawn.
    """

    caption: Text
    roles: tuple[str, ...]
    rules: tuple[str, ...]
    kept: bool = False


def parcel_map(dossier: Dossier, shown: MapOf, context: ReportContext) -> Figure | None:
    """Map in the parcel's zone; None for a parcel without outline."""
    if dossier.shape is None or dossier.zone is None:
        return None
    sheet = sheet_around(dossier.shape.bounds, width_mm=_WIDTH_MM, height_mm=_HEIGHT_MM)
    inside = _content(dossier, shown, sheet, context)
    below = _below(dossier, shown, sheet, context)
    height = sheet.height + _LINE * (len(below) + 0.5)
    words = [
        text_svg(0, sheet.height + _LINE * (n + 1), line, size=29) for n, line in enumerate(below)
    ]
    drawing = svg(sheet.width, height, [*inside, frame_svg(sheet), *words])
    return Figure(drawing, sheet.width / PER_MM, height / PER_MM, shown.caption)


def _content(dossier: Dossier, shown: MapOf, sheet: Sheet, context: ReportContext) -> list[str]:
    parts = [shapes_svg(sheet, near(dossier.whole.land, sheet, dossier).geometry, _NEIGHBOUR)]
    if context.show_protection:
        for role in shown.roles:
            frame = dossier.check.layer(role).frame
            if frame is not None:
                parts.append(shapes_svg(sheet, near(frame, sheet, dossier).geometry, _FEATURE))
    if shown.kept and dossier.check.avoidance is not None and dossier.zone is not None:
        kept = dossier.check.avoidance.to_crs(dossier.zone.crs).geometry
        parts.append(shapes_svg(sheet, [g for g in kept if g is not None], _KEPT))
    parts.append(shapes_svg(sheet, [dossier.shape], _OUTLINE))
    pieces = dossier.check.pieces
    mine = pieces[pieces["rule"].isin(shown.rules)]
    if len(mine) and dossier.zone is not None:
        areal = [g for g in mine.to_crs(dossier.zone.crs).geometry if shapely.area(g) > 0.0]
        parts.append(shapes_svg(sheet, areal, _PIECE))
    parts += [
        north_svg(sheet.width - 60, 50, "北" if context.lang == "zh" else "N"),
        bar_svg(sheet, 40, sheet.height - 40),
        *_corners(sheet),
    ]
    return [part for part in parts if part]


def near(frame: gpd.GeoDataFrame, sheet: Sheet, dossier: Dossier) -> gpd.GeoDataFrame:
    """Rows of a frame that lie on the sheet, in the parcel's zone."""
    import geopandas as gpd

    if frame.empty or dossier.zone is None:
        return frame.iloc[:0]
    window = gpd.GeoSeries([shapely.box(*sheet.bounds)], crs=dossier.zone.crs).to_crs(frame.crs)
    rows = frame.sindex.query(window.iloc[0], predicate="intersects")
    return frame.iloc[sorted(rows)].to_crs(dossier.zone.crs)


def _corners(sheet: Sheet) -> list[str]:
    """Coordinates of two corners of the sheet."""
    west, south, east, north = sheet.bounds
    return [
        text_svg(10, 30, f"X {north:.0f}  Y {west:.0f}", size=24),
        text_svg(
            sheet.width - 10,
            sheet.height - 12,
            f"X {south:.0f}  Y {east:.0f}",
            size=24,
            anchor="end",
        ),
    ]


def _below(dossier: Dossier, shown: MapOf, sheet: Sheet, context: ReportContext) -> list[str]:
    zone, lang = dossier.zone, context.lang
    if zone is None:
        return []
    names = [
        f"{role_text(role).say(lang)} {dossier.check.layer(role).date}".strip()
        for role in shown.roles
    ]
    none = Text("无", "none").say(lang)
    who = context.organisation or Text("（制图单位）", "(office)").say(lang)
    grid = Text(
        f"比例尺 1:{sheet.denominator}；CGCS2000 3度带第{zone.number}带（{crs_name(zone.crs)}）；"
        f"制图：{who} {context.issued}",
        f"1:{sheet.denominator}; CGCS2000 3-degree zone {zone.number} ({crs_name(zone.crs)}); "
        f"{who} {context.issued}",
    )
    listed = ("、" if lang == "zh" else ", ").join(names) or none
    hidden = not context.show_protection and bool(shown.roles)
    hint = Text("（保护图斑不上图）", " (features not drawn)").say(lang) if hidden else ""
    source = Text(f"图层及现势日期：{listed}{hint}", f"Layers and dates: {listed}{hint}")
    key = Text(
        "图例：黑线 地块；红色 压占部分；绿色 保护图斑；灰虚线 相邻地块"
        + ("；蓝色 避让后保留部分" if shown.kept else ""),
        "Key: black parcel; red pieces; green protected features; grey dashes neighbours"
        + ("; blue what is kept" if shown.kept else ""),
    )
    lines = [grid.say(lang), source.say(lang), key.say(lang), UNREVIEWED.say(lang)]
    if context.generated:
        lines[-1] += "；" + GENERATED.say(lang) if lang == "zh" else "; " + GENERATED.say(lang)
    return lines
