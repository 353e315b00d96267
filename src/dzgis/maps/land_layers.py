"""Layers of land: protection by role, slope classes, available share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dzgis.frames import FEATURE_ID
from dzgis.maps import palette, words
from dzgis.maps.geometry import COARSE_DECIMALS, drawable, shapes_in_degrees, simplified
from dzgis.maps.image import class_image, share_image
from dzgis.maps.model import Entry, Feature, Picture, Row, Style, Vectors
from dzgis.maps.value import land_area, said
from dzgis.png import rgba
from dzgis.terms import role_text

if TYPE_CHECKING:
    import geopandas as gpd

    from dzgis.maps.content import MapContent
    from dzgis.terms import Language

PROTECTION_TOLERANCE_M = 50.0
_SLOPE_OPACITY, _AVAILABLE_OPACITY, _GRADE_OPACITY = 0.75, 0.7, 0.75
_BASIN_TOLERANCE_M = 30.0
_SHARES = tuple(f"{start + 1}–{start + 10}%" for start in range(0, 100, 10))


def protection(content: MapContent, lang: Language) -> tuple[Row, ...]:
    """One layer a role, in the order of the plan's rules, then of the alphabet."""
    ruled = [role for role in content.plan.rules.roles if role in content.protection]
    roles = ruled + sorted(set(content.protection) - set(ruled))
    return tuple(
        _protection_row(content.protection[role], role, position, lang)
        for position, role in enumerate(roles)
    )


def _protection_row(frame: gpd.GeoDataFrame, role: str, position: int, lang: Language) -> Row:
    title = role_text(role).say(lang)
    style = palette.protection_style(role, position)
    thin = simplified(drawable(frame, name=role), PROTECTION_TOLERANCE_M)
    columns = [column for column in thin.columns if column not in {thin.geometry.name, FEATURE_ID}]
    names = thin[FEATURE_ID] if FEATURE_ID in thin.columns else thin.index
    rows = thin[columns].itertuples(index=False, name=None)
    features = tuple(
        Feature(shape, title, role, (str(name), *(said(cell, lang) for cell in cells)))
        for shape, name, cells in zip(
            shapes_in_degrees(thin, decimals=COARSE_DECIMALS), names, rows, strict=True
        )
    )
    fields = (words.FEATURE_ID.say(lang), *(str(column) for column in columns))
    layer = Vectors(
        f"protection_{position}", "protection", title, fields, {role: style}, features, canvas=True
    )
    sign = Entry(words.NOTHING, "area", style)
    return Row(layer, role_text(role), shown=False, count=len(features), sign=sign)


def slope(content: MapContent, lang: Language) -> Row:
    """Slope classes in the plan's colours."""
    classes = content.plan.slope_classes.classes
    image = class_image(content.slope_class, [rgba(c.colour) for c in classes])
    legend = tuple(
        Entry(label, "area", palette.plain_style(c.colour))
        for c, label in zip(classes, content.plan.slope_classes.labels, strict=True)
    )
    said_of = tuple(label.say(lang) for label in content.plan.slope_classes.labels)
    heading = words.SLOPE.say(lang)
    layer = Picture("slope_class", "slope", image, _SLOPE_OPACITY, heading, said_of)
    return Row(layer, words.SLOPE, shown=False, legend=legend)


def available(content: MapContent, lang: Language) -> Row:
    """Share of each cell that is available."""
    image = share_image(content.available, [rgba(colour) for colour in palette.AVAILABLE_RAMP])
    ramp = Entry(words.RAMP_ENDS, "ramp", Style(palette.INK), ramp=palette.AVAILABLE_RAMP)
    heading = words.AVAILABLE.say(lang)
    layer = Picture("available", "available", image, _AVAILABLE_OPACITY, heading, _SHARES)
    return Row(layer, words.AVAILABLE, shown=True, legend=(ramp,))


def suitability(content: MapContent, lang: Language) -> tuple[Row, ...]:
    """Grades of suitability; no row where none were made."""
    if content.suitability is None:
        return ()
    grades = sorted(content.grades, key=lambda grade: grade.number)
    image = class_image(content.suitability, [rgba(grade.colour) for grade in grades])
    legend = tuple(Entry(g.text, "area", palette.plain_style(g.colour)) for g in grades)
    heading = words.SUITABILITY.say(lang)
    classes = tuple(grade.text.say(lang) for grade in grades)
    layer = Picture("suitability", "suitability", image, _GRADE_OPACITY, heading, classes)
    return (Row(layer, words.SUITABILITY, shown=False, legend=legend),)


def basins(content: MapContent, lang: Language) -> tuple[Row, ...]:
    """Basins with their areas; no row where none were given."""
    if content.basins is None:
        return ()
    frame = drawable(content.basins, name="basins", optional=("basin_id", "name", "area_m2"))
    frame = simplified(frame, _BASIN_TOLERANCE_M)
    title = words.BASIN.say(lang)
    features = tuple(
        Feature(shape, said(name, lang) or f"{title} {key}", "basin", (str(key), area))
        for shape, name, key, area in zip(
            shapes_in_degrees(frame, decimals=COARSE_DECIMALS),
            frame["name"],
            frame["basin_id"],
            [land_area(area, lang) for area in frame["area_m2"]],
            strict=True,
        )
    )
    fields = (words.BASIN_ID.say(lang), words.AREA.say(lang))
    styles = {"basin": palette.BASIN_STYLE}
    layer = Vectors("basins", "basins", title, fields, styles, features, canvas=True)
    sign = Entry(words.NOTHING, "area", palette.BASIN_STYLE)
    return (Row(layer, words.BASINS, shown=False, count=len(features), sign=sign),)
