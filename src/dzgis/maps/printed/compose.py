"""One sheet: the map in its frame, the panel beside it, title and imprint."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from dzgis.crs import zone_of
from dzgis.errors import InputError
from dzgis.maps import words as map_words
from dzgis.maps.printed import base, frame, furniture, inset, legend, structure, thematic, words
from dzgis.maps.printed.canvas import Canvas, Pen
from dzgis.maps.printed.ground import ground_of
from dzgis.maps.printed.paper import Box, sheet_of
from dzgis.terms import Text, input_text

if TYPE_CHECKING:
    from collections.abc import Callable

    import geopandas as gpd

    from dzgis.maps.content import MapContent
    from dzgis.maps.printed.base import Names
    from dzgis.maps.printed.ground import Ground
    from dzgis.maps.printed.legend import Block
    from dzgis.terms import Language

    Draw = Callable[[Canvas, Ground, MapContent, Language], tuple[Names, tuple[Block, ...]]]

_DRAWINGS: dict[str, Draw] = {
    "structure": structure.draw_structure,
    "slope": thematic.draw_slope,
    "available": thematic.draw_available,
    "suitability": thematic.draw_suitability,
    "protection": thematic.draw_protection,
    "verdict": thematic.draw_verdict,
}
KINDS = tuple(_DRAWINGS)
_INSET_MM, _HEAD_MM, _LEAST_NOTES_MM = 56.0, 47.0, 12.0
_MARGIN = 0.03
_PANEL_EDGE = Pen(stroke="#1a1a1a", width=0.7)


@dataclass(frozen=True)
class Subject:
    """
    What a sheet is about.

    Attributes
    ----------
    key : str
        Goes into the file's name; empty for the whole plan.
    name : str
        Goes into the title.
    bounds : west, south, east, north
        CGCS2000 degrees.
    finest : float
        Denominator of the largest scale it is drawn at.
    focus : GeoSeries, optional
        Shapes that the sheet is about; what lies beyond is muted.
    """

    key: str
    name: str
    bounds: tuple[float, float, float, float]
    finest: float = 0.0
    focus: gpd.GeoSeries | None = None


@dataclass(frozen=True)
class Order:
    """
    What is asked of every sheet.

    Attributes
    ----------
    kind, size : str
    lang : {"zh", "en"}
    approval_no : str
        Number of the map's approval (审图号); without one the sheet says that it must not be
        published.
    """

    kind: str
    size: str
    lang: Language
    approval_no: str = ""


@dataclass(frozen=True)
class Composed:
    """
    A sheet that is drawn and not yet written.

    Attributes
    ----------
    canvas : Canvas
    ground : Ground
    left_out : tuple of str
        Names that found no place.
    """

    canvas: Canvas
    ground: Ground
    left_out: tuple[str, ...]


def compose(content: MapContent, subject: Subject, order: Order) -> Composed:
    """
    Draw one sheet.

    Raises
    ------
    InputError
        If the kind or the size is not known, or the content lacks what the kind shows.
    """
    sheet = sheet_of(order.size)
    draw = _drawing(order.kind)
    canvas = Canvas(sheet)
    ground = ground_of(subject.bounds, sheet.neat, margin=_MARGIN, finest=subject.finest)
    names, blocks = draw(canvas, ground, content, order.lang)
    if subject.focus is not None:
        base.draw_focus(canvas, ground, subject.focus)
    steps = frame.draw_frame(canvas, ground)
    frame.cover_outside(canvas, ground)
    names.settle()
    _title(canvas, content, subject, order)
    _panel(canvas, ground, content, blocks, order, names.left_out)
    _imprint(canvas, ground, content, order, steps)
    return Composed(canvas, ground, tuple(names.left_out))


def _drawing(kind: str) -> Draw:
    if kind not in _DRAWINGS:
        raise InputError(
            Text(
                f"没有图种 {kind}；可用：{'、'.join(KINDS)}",
                f"no map called {kind}; there are {', '.join(KINDS)}",
            )
        )
    return _DRAWINGS[kind]


def _title(canvas: Canvas, content: MapContent, subject: Subject, order: Order) -> None:
    meta, lang = content.plan.meta, order.lang
    kind = words.KINDS[order.kind].say(lang)
    title = f"{subject.name}{'' if lang == 'zh' else ': ' if subject.name else ''}{kind}"
    furniture.draw_title(canvas, title, meta.title if lang == "zh" else meta.title_en)


def _panel(
    canvas: Canvas,
    ground: Ground,
    content: MapContent,
    blocks: tuple[Block, ...],
    order: Order,
    left_out: list[str],
) -> None:
    k, panel, lang = canvas.sheet.k, canvas.sheet.panel, order.lang
    canvas.box(panel, _PANEL_EDGE, z=45.0)
    x = panel.middle[0]
    furniture.draw_north(canvas, ground, lang, at=(x, panel.top - 22.0 * k))
    wide = panel.width - 16.0 * k
    furniture.draw_scale(canvas, ground, lang, at=(x, panel.top - 41.0 * k), wide=wide)
    end = legend.draw_legend(canvas, blocks, top=panel.top - _HEAD_MM * k, panel=panel, lang=lang)
    location = Box(panel.left, panel.bottom + 1.5 * k, panel.right, panel.bottom + _INSET_MM * k)
    inset.draw_inset(canvas, ground, content, lang, box=location)
    notes = [note.say(lang) for note in content.notes]
    if left_out:
        notes.append(words.NOT_SHOWN.say(lang).format(n=len(left_out)))
    space = Box(panel.left, location.top + 1.5 * k, panel.right, end - 1.0 * k)
    if space.height > _LEAST_NOTES_MM * k:
        legend.draw_notes(canvas, [(words.NOTES.say(lang), notes)], box=space, lang=lang)


def sources_of(content: MapContent, lang: Language) -> list[str]:
    """One line a source: what it is, its file, its date, its CRS."""
    lines = []
    for record in content.sources:
        path = str(record.get("path", ""))
        name = PurePath(path.replace("\\", "/").rsplit("/", 1)[-1]).name
        facts = [name, str(record.get("date") or ""), str(record.get("crs") or "")]
        said = "，".join(filter(None, facts)) if lang == "zh" else ", ".join(filter(None, facts))
        lines.append(f"{input_text(record).say(lang)}{'：' if lang == 'zh' else ': '}{said}")
    return lines


def _imprint(
    canvas: Canvas,
    ground: Ground,
    content: MapContent,
    order: Order,
    steps: tuple[float, float],
) -> None:
    lang = order.lang
    approved = words.APPROVAL.say(lang).format(number=order.approval_no)
    restriction = approved if order.approval_no else map_words.RESTRICTION.say(lang)
    zone = zone_of(ground.crs)
    meridian = zone.meridian_deg if zone else 0
    projection = words.PROJECTION.say(lang).format(
        meridian=f"{meridian:g}", epsg=ground.crs.to_epsg()
    )
    lines = (projection, frame.grids_text(*steps, lang))
    heading, between = words.SOURCES.say(lang), "：" if lang == "zh" else ": "
    joined = ("；" if lang == "zh" else "; ").join(sources_of(content, lang))
    sources = heading + between + joined if joined else ""
    furniture.draw_imprint(canvas, restriction=restriction, lines=lines, sources=sources)
