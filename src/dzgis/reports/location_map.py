"""The map of where a parcel lies in its county (位置图)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely

from dzgis.crs import crs_name
from dzgis.reports.document import Figure
from dzgis.reports.drawing import (
    PER_MM,
    Ink,
    bar_svg,
    frame_svg,
    north_svg,
    point_svg,
    shapes_svg,
    sheet_around,
    svg,
    text_svg,
)
from dzgis.reports.parcel_map import GENERATED, UNREVIEWED, near
from dzgis.terms import Text

if TYPE_CHECKING:
    import geopandas as gpd

    from dzgis.reports.context import ReportContext
    from dzgis.reports.dossier import Dossier
    from dzgis.reports.drawing import Sheet

_WIDTH_MM, _HEIGHT_MM = 150.0, 75.0
_LINE = 42.0
_BORDER = Ink("#555555", 3.0, fill="#f5f2e9")


def location_map(dossier: Dossier, context: ReportContext) -> Figure | None:
    """Parcel as a point in its county; None where counties or the outline are not known."""
    counties, zone, shape = context.counties, dossier.zone, dossier.shape
    if counties is None or zone is None or shape is None:
        return None
    centre = shapely.point_on_surface(shape)
    home = _home(counties, dossier)
    bounds = shape.bounds if home is None else home.bounds
    sheet = sheet_around(bounds, width_mm=_WIDTH_MM, height_mm=_HEIGHT_MM)
    rows = near(counties, sheet, dossier)
    parts = [
        shapes_svg(sheet, rows.geometry, _BORDER),
        *_names(rows, sheet),
        point_svg(sheet, centre.x, centre.y, dossier.parcel.parcel_id),
        north_svg(sheet.width - 60, 50, "北" if context.lang == "zh" else "N"),
        bar_svg(sheet, 40, sheet.height - 40),
        frame_svg(sheet),
        *_below(sheet, crs_name(zone.crs), context),
    ]
    height = sheet.height + 2.5 * _LINE
    drawing = svg(sheet.width, height, parts)
    caption = Text("地块位置图", "Where the parcel lies")
    return Figure(drawing, sheet.width / PER_MM, height / PER_MM, caption)


def _home(counties: gpd.GeoDataFrame, dossier: Dossier) -> shapely.Geometry | None:
    """County of the parcel's middle, in the parcel's zone."""
    if dossier.outline is None or dossier.zone is None:
        return None
    middle = dossier.outline.to_crs(counties.crs).geometry.iloc[0].representative_point()
    found = counties.iloc[counties.sindex.query(middle, predicate="intersects")]
    return None if found.empty else found.geometry.iloc[:1].to_crs(dossier.zone.crs).iloc[0]


def _names(rows: gpd.GeoDataFrame, sheet: Sheet) -> list[str]:
    """Names of counties in the middle of what is seen of them."""
    frame = shapely.box(*sheet.bounds)
    found = []
    for name, shape in zip(rows["county"].astype(str), rows.geometry, strict=True):
        seen = shapely.intersection(shape, frame)
        if seen.is_empty:
            continue
        point = shapely.point_on_surface(seen)
        x, y = sheet.place(point.x, point.y)
        found.append(text_svg(x, y, name, size=32, anchor="middle"))
    return found


def _below(sheet: Sheet, crs: str, context: ReportContext) -> list[str]:
    first = Text(
        f"比例尺 1:{sheet.denominator}；{crs}；县界为示意，不作划界依据",
        f"1:{sheet.denominator}; {crs}; county borders are for orientation only",
    )
    second = UNREVIEWED.say(context.lang)
    if context.generated:
        second += ("；" if context.lang == "zh" else "; ") + GENERATED.say(context.lang)
    lines = (first.say(context.lang), second)
    return [
        text_svg(0, sheet.height + _LINE * (n + 1), line, size=29) for n, line in enumerate(lines)
    ]
