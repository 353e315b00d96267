"""Slope, available land, suitability, protection and verdict maps."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from dzgis.errors import InputError
from dzgis.grid import UNKNOWN_PERCENT
from dzgis.maps import names, palette
from dzgis.maps import words as map_words
from dzgis.maps.geometry import drawable
from dzgis.maps.printed import base, pixels, signs, words
from dzgis.maps.printed.canvas import INK, PAPER, Lettering, Pen
from dzgis.maps.printed.labels import inner_point
from dzgis.maps.printed.legend import Block, Entry
from dzgis.maps.value import known, number
from dzgis.terms import Text, Verdict, role_text
from dzgis.units import km2

if TYPE_CHECKING:
    import geopandas as gpd
    import shapely

    from dzgis.maps.content import MapContent
    from dzgis.maps.printed.canvas import Canvas
    from dzgis.maps.printed.ground import Ground
    from dzgis.terms import Language

_Z_AREA, _Z_PARCEL, _Z_CONFLICT, _Z_SIGN, _Z_SEAT = 4.0, 16.0, 18.0, 20.0, 19.0
_UNKNOWN = "#c9ccd1"
AVAILABLE_COLOURS = ("#eef5d6", "#c7e09b", "#8fc46a", "#4d9a48", "#1b5e2c")
"""Five steps of a fifth each; lighter means less, so that a grey copy reads the same."""
_STEP = 20
HATCHES: dict[str, str] = {
    "pbf": "...",
    "ecrl": "////",
    "forest": "",
    "udb": "++",
    "reserve": "xx",
    "water_source": "---",
    "river": "\\\\\\",
    "bazi": "o",
    "hazard": "xxxx",
    "road": "||",
    "railway": "|||",
}
"""Each role has a pattern of its own, so that none is told by colour alone."""
_SPARE_HATCHES = ("O", "*", "x/", "+o")
_TOO_SMALL_MM = 3.0
_CLOSE = 100_000.0
_FIRST, _LAST = 1, 9
_ALL_OF_IT = 0.98
_SEAT = Pen(fill="#ffffff", stroke=INK, width=0.8)

Drawing = tuple[base.Names, tuple[Block, ...]]


def draw_slope(canvas: Canvas, ground: Ground, content: MapContent, lang: Language) -> Drawing:
    """Slope classes in the plan's colours."""
    classes = content.plan.slope_classes
    colours = [one.colour for one in classes.classes]
    wanted = _grounded(canvas, ground, content, fill=_UNKNOWN)
    values = pixels.on_sheet(content.slope_class, ground, canvas.sheet, unknown=0)
    canvas.picture(pixels.coloured(values, colours), ground.neat, clip=ground.neat)
    _over(canvas, ground, content, wanted, lang)
    entries = tuple(
        _patch(label.say(lang), colour)
        for label, colour in zip(classes.labels, colours, strict=True)
    )
    blocks = (
        Block(map_words.SLOPE.say(lang), (*entries, _patch(words.UNKNOWN.say(lang), _UNKNOWN))),
    )
    return wanted, (*blocks, _common(lang))


def draw_suitability(
    canvas: Canvas, ground: Ground, content: MapContent, lang: Language
) -> Drawing:
    """Grades of suitability in the grades' colours."""
    if content.suitability is None or not content.grades:
        raise InputError(
            Text(
                "没有适宜性评价结果，不能绘制适宜性图；请先评价，或不要求该图",
                "there is no suitability result to draw; evaluate first, or leave that map out",
            )
        )
    colours = [grade.colour for grade in content.grades]
    wanted = _grounded(canvas, ground, content, fill=_UNKNOWN)
    values = pixels.on_sheet(content.suitability, ground, canvas.sheet, unknown=0)
    canvas.picture(pixels.coloured(values, colours), ground.neat, clip=ground.neat)
    _over(canvas, ground, content, wanted, lang)
    entries = tuple(_patch(grade.text.say(lang), grade.colour) for grade in content.grades)
    title = words.KINDS["suitability"].say(lang)
    return wanted, (
        Block(title, (*entries, _patch(words.UNKNOWN.say(lang), _UNKNOWN))),
        _common(lang),
    )


def draw_available(canvas: Canvas, ground: Ground, content: MapContent, lang: Language) -> Drawing:
    """Available share of the cells in five steps; each county with its available area."""
    wanted = _grounded(canvas, ground, content, fill=_UNKNOWN)
    raw = pixels.on_sheet(
        content.available, ground, canvas.sheet, unknown=UNKNOWN_PERCENT, mean=True
    )
    n = len(AVAILABLE_COLOURS)
    steps = np.minimum(-(-raw.astype(np.int16) // _STEP), n)
    index = np.where(raw == UNKNOWN_PERCENT, 0, steps + 1).astype(np.uint8)
    colours = ("#ffffff", *AVAILABLE_COLOURS)
    canvas.picture(pixels.coloured(index, colours), ground.neat, clip=ground.neat)
    _over(canvas, ground, content, wanted, lang, areas=True)
    entries = [
        _patch(words.SHARE.say(lang).format(low=step * _STEP, high=(step + 1) * _STEP), colour)
        for step, colour in enumerate(AVAILABLE_COLOURS)
    ]
    entries += [
        _patch(words.NOT_LOW_HILL.say(lang), "#ffffff"),
        _patch(words.UNKNOWN.say(lang), _UNKNOWN),
    ]
    return wanted, (Block(words.SHARE_TITLE.say(lang), tuple(entries)), _common(lang))


def role_pen(role: str, position: int) -> Pen:
    """Colour and pattern of a protection layer."""
    style = palette.protection_style(role, position)
    hatch = HATCHES.get(role, _SPARE_HATCHES[position % len(_SPARE_HATCHES)])
    return Pen(fill=style.fill, stroke=style.stroke, width=0.35, alpha=0.32, hatch=hatch)


def draw_protection(canvas: Canvas, ground: Ground, content: MapContent, lang: Language) -> Drawing:
    """Protection layers, each with its colour and pattern."""
    wanted = _grounded(canvas, ground, content, fill="#ffffff")
    order = list(content.plan.rules.roles)
    entries = []
    for role, frame in content.protection.items():
        position = order.index(role) if role in order else len(order)
        pen = role_pen(role, position)
        shapes = ground.drawn(frame, name=role)
        canvas.area(shapes, pen, z=_Z_AREA + 0.01 * position, clip=ground.neat)
        entries.append(Entry(role_text(role).say(lang), "area", pen))
    _over(canvas, ground, content, wanted, lang)
    title = map_words.GROUP_PROTECTION.say(lang)
    return wanted, (Block(title, tuple(entries)), _common(lang))


def verdict_pen(verdict: str) -> Pen:
    """Colour of a verdict; its sign has a shape of its own besides."""
    style = palette.VERDICT_STYLES.get(verdict, palette.UNCHECKED_STYLE)
    return Pen(fill=style.fill, stroke=style.stroke, width=0.7, alpha=0.55)


def draw_verdict(canvas: Canvas, ground: Ground, content: MapContent, lang: Language) -> Drawing:
    """Parcels by verdict: a sign each, and the shape where the scale shows it."""
    wanted = _grounded(canvas, ground, content, fill="#ffffff")
    roles = _faint_protection(canvas, ground, content, lang)
    optional = ("verdict", "name")
    frame = drawable(content.parcels, name="parcels", optional=optional)
    found: Counter[str] = Counter()
    in_view = []
    for shape, key, verdict in zip(
        ground.drawn(frame, name="parcels", thin_mm=0.02),
        frame.index,
        frame["verdict"],
        strict=True,
    ):
        if shape.is_empty or shape.area == 0:
            continue
        known_as = str(verdict) if known(verdict) else ""
        sign = known_as if known_as in palette.VERDICT_STYLES else "unchecked"
        found[sign] += 1
        in_view.append((shape, str(key), sign))
    order = [v.value for v in Verdict]
    in_view.sort(key=lambda one: order.index(one[2]) if one[2] in order else -1)
    for n, (shape, key, sign) in enumerate(in_view):
        _draw_parcel(canvas, wanted, (shape, key, sign), z=0.01 * n)
    pieces = ground.drawn(content.conflicts, name="conflicts", thin_mm=0.02)
    pen = Pen(
        fill=palette.CONFLICT_STYLE.fill, stroke=palette.CONFLICT_STYLE.stroke, width=0.5, alpha=0.5
    )
    canvas.area(pieces, pen, z=_Z_CONFLICT, clip=ground.neat)
    _over(canvas, ground, content, wanted, lang)
    entries = [
        Entry(
            words.COUNT.say(lang).format(name=v.text.say(lang), n=found[v]),
            "sign",
            verdict_pen(v),
            v.value,
        )
        for v in reversed(Verdict)
    ]
    if found["unchecked"]:
        said = words.COUNT.say(lang).format(
            name=map_words.UNCHECKED.say(lang), n=found["unchecked"]
        )
        entries.append(Entry(said, "sign", verdict_pen(""), "unchecked"))
    entries.append(Entry(map_words.CONFLICTS.say(lang), "area", pen))
    title = map_words.PARCELS.say(lang)
    return wanted, (
        Block(title, tuple(entries)),
        Block(map_words.GROUP_PROTECTION.say(lang), roles, columns=1),
        _common(lang),
    )


def _draw_parcel(
    canvas: Canvas, wanted: base.Names, parcel: tuple[shapely.Geometry, str, str], *, z: float
) -> None:
    shape, key, sign = parcel
    k = canvas.sheet.k
    pen = verdict_pen("" if sign == "unchecked" else sign)
    west, south, east, north = shape.bounds
    rank = 5 if sign in {"prohibited", "conditional"} else 7
    if max(east - west, north - south) < _TOO_SMALL_MM * k:
        at = inner_point(shape)
        signs.draw(canvas, sign, at, pen, z=_Z_SIGN + z)
        radius = signs.RADIUS_MM[sign] * k
        wanted.point(key, at, Lettering(6.6, halo=PAPER), radius=radius, rank=rank)
        return
    fill = Pen(fill=pen.fill, stroke=pen.stroke, width=1.4, alpha=0.55)
    canvas.area([shape], fill, z=_Z_PARCEL, clip=wanted.room)
    wanted.area(key, shape, Lettering(8.0, halo=PAPER), rank=rank)


def _faint_protection(
    canvas: Canvas, ground: Ground, content: MapContent, lang: Language
) -> tuple[Entry, ...]:
    order = list(content.plan.rules.roles)
    entries = []
    for role, frame in content.protection.items():
        position = order.index(role) if role in order else len(order)
        style = palette.protection_style(role, position)
        pen = Pen(
            fill=style.fill,
            stroke=style.stroke,
            width=0.25,
            alpha=0.14,
            hatch=HATCHES.get(role, ""),
        )
        shapes = ground.drawn(frame, name=role)
        canvas.area(shapes, pen, z=_Z_AREA + 0.01 * position, clip=ground.neat)
        entries.append(Entry(role_text(role).say(lang), "area", pen))
    return tuple(entries)


# -------------------------------------------------------------------------- common


def _grounded(canvas: Canvas, ground: Ground, content: MapContent, *, fill: str) -> base.Names:
    base.draw_ground(canvas, ground, content, fill=fill)
    return base.Names(canvas, ground.neat)


def _over(
    canvas: Canvas,
    ground: Ground,
    content: MapContent,
    wanted: base.Names,
    lang: Language,
    *,
    areas: bool = False,
) -> None:
    """County lines, seats and names."""
    base.draw_counties(canvas, ground, content)
    base.draw_veil(canvas, ground, content)
    frame = base.counties_of(content)
    how = Lettering(10.5, colour=INK, halo=PAPER)
    rank = _FIRST if ground.denominator > _CLOSE else _LAST
    for shape, code, name, area_m2, whole in zip(
        ground.drawn(frame, name="counties"),
        frame["county_code"],
        frame["county"],
        frame["available_m2"],
        _whole(frame, ground),
        strict=True,
    ):
        if shape.area >= _ALL_OF_IT * ground.neat.width * ground.neat.height:
            continue  # nothing but this county is seen: the inset tells where
        said = names.stacked(names.county(content.plan, code, name), lang)
        if areas and known(area_m2) and whole:
            said += "\n" + words.AVAILABLE_KM2.say(lang).format(n=number(km2(float(area_m2)), 1))
        wanted.area(said, shape, how, rank=rank)
    for county in content.plan.counties:
        place = content.plan.place(county.seat)
        x, y = (float(v) for v in ground.points([place.point.lon], [place.point.lat])[0])
        if not base.inside((x, y), ground.neat.grown(-2.0)):
            continue
        signs.draw(canvas, "place", (x, y), _SEAT, z=_Z_SEAT)
        text = names.stacked(Text(place.name, place.name_en), lang)
        radius = signs.RADIUS_MM["place"] * canvas.sheet.k
        wanted.point(text, (x, y), Lettering(7.4, halo=PAPER), radius=radius, rank=3)


def _whole(frame: gpd.GeoDataFrame, ground: Ground) -> list[bool]:
    """Whether each row lies within the neat line, so that its area is that of what is seen."""
    if frame.empty:
        return []
    west, south, east, north = ground.bounds
    box = frame.to_crs(ground.crs).bounds
    inside = (box["minx"] >= west) & (box["miny"] >= south)
    return list(inside & (box["maxx"] <= east) & (box["maxy"] <= north))


def _patch(text: str, colour: str) -> Entry:
    return Entry(text, "area", Pen(fill=colour, stroke="#4b5563", width=0.4))


def _common(lang: Language) -> Block:
    return Block(
        "",
        (
            Entry(words.COUNTY_EDGE.say(lang), "line", base.COUNTY_LINE),
            Entry(words.SEAT.say(lang), "sign", _SEAT, "place"),
        ),
    )
