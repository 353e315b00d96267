"""Layers of land: protection by role, slope classes, available share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dzgis.frames import FEATURE_ID
from dzgis.maps import palette, words
from dzgis.maps.geometry import COARSE_DECIMALS, drawable, geojson, simplified
from dzgis.maps.image import class_image, share_image
from dzgis.maps.model import Entry, Feature, Picture, Row, Style, Vectors
from dzgis.maps.value import said
from dzgis.png import rgba
from dzgis.terms import role_text

if TYPE_CHECKING:
    import geopandas as gpd

    from dzgis.maps.content import MapContent
    from dzgis.terms import Language

PROTECTION_TOLERANCE_M = 50.0
_SLOPE_OPACITY, _AVAILABLE_OPACITY = 0.75, 0.7


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
            geojson(thin, decimals=COARSE_DECIMALS), names, rows, strict=True
        )
    )
    fields = (words.FEATURE_ID.say(lang), *(str(column) for column in columns))
    layer = Vectors(
        f"protection_{position}", "protection", title, fields, {role: style}, features, canvas=True
    )
    sign = Entry("", "area", style)
    return Row(layer, title, shown=False, count=len(features), sign=sign)


def slope(content: MapContent, lang: Language) -> Row:
    """Slope classes in the plan's colours."""
    classes = content.plan.slope_classes.classes
    image = class_image(content.slope_class, [rgba(c.colour) for c in classes])
    legend = tuple(
        Entry(label.say(lang), "area", Style(c.colour, 0.0, fill=c.colour, fill_opacity=1.0))
        for c, label in zip(classes, content.plan.slope_classes.labels, strict=True)
    )
    layer = Picture("slope_class", "slope", image, _SLOPE_OPACITY)
    return Row(layer, words.SLOPE.say(lang), shown=False, legend=legend)


def available(content: MapContent, lang: Language) -> Row:
    """Share of each cell that is available."""
    image = share_image(content.available, [rgba(colour) for colour in palette.AVAILABLE_RAMP])
    ramp = Entry("0%|50%|100%", "ramp", Style(palette.INK), ramp=palette.AVAILABLE_RAMP)
    layer = Picture("available", "available", image, _AVAILABLE_OPACITY)
    return Row(layer, words.AVAILABLE.say(lang), shown=True, legend=(ramp,))
