"""Layer styles (QML) that QGIS finds inside a GeoPackage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from xml.sax.saxutils import quoteattr

from dzgis.maps import palette, words
from dzgis.terms import Text, Verdict, role_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dzgis.maps.model import Style
    from dzgis.plan.model import Plan
    from dzgis.terms import Language

_OPAQUE = 255
_PIXELS_PER_MM = 3.78


@dataclass(frozen=True)
class _Category:
    value: str
    label: Text
    style: Style


def layer_styles(plan: Plan, *, lang: Language) -> dict[str, str]:
    """
    QML of each layer of results.gpkg, by layer name.

    Parameters
    ----------
    plan : Plan
        Gives the colours and names of clusters and axes.
    lang : {"zh", "en"}
        Language of the legend.
    """
    verdicts = [_Category(v, v.text, palette.VERDICT_STYLES[v]) for v in Verdict]
    clusters = [
        _Category(c.id, Text(c.name, c.name_en), palette.cluster_style(c.colour, "listed"))
        for c in plan.clusters
    ]
    axes = [
        _Category(a.id, Text(a.name, a.name_en), palette.axis_style(a.colour, "core"))
        for a in plan.axes
    ]
    roles = [
        _Category(role, role_text(role), palette.protection_style(role, n))
        for n, role in enumerate(plan.rules.roles)
    ]
    county = [_Category("", words.COUNTIES, palette.COUNTY_STYLE)]
    candidate = [_Category("", words.CANDIDATES, palette.CANDIDATE_STYLE)]
    filled = [_Category("", words.FILLED, palette.FILLED_STYLE)]
    basin = [_Category("", words.BASINS, palette.BASIN_STYLE)]
    conflict = [_Category("", words.CONFLICTS, palette.CONFLICT_STYLE)]
    return {
        "counties": _qml("", county, "fill", lang),
        "clusters": _qml("cluster", clusters, "fill", lang),
        "axes": _qml("axis", axes, "line", lang),
        "protection": _qml("role", roles, "fill", lang),
        "candidates": _qml("", candidate, "fill", lang),
        "filled": _qml("", filled, "fill", lang),
        "basins": _qml("", basin, "fill", lang),
        "parcels": _qml("verdict", verdicts, "fill", lang),
        "conflicts": _qml("", conflict, "fill", lang),
    }


def _qml(
    field: str, categories: Sequence[_Category], kind: Literal["fill", "line"], lang: Language
) -> str:
    symbols = "".join(_symbol(n, c.style, kind) for n, c in enumerate(categories))
    if field:
        rows = "".join(
            f'<category render="true" symbol="{n}" value={quoteattr(c.value)} '
            f"label={quoteattr(c.label.say(lang))}/>"
            for n, c in enumerate(categories)
        )
        renderer = f'type="categorizedSymbol" attr={quoteattr(field)}'
        inside = f"<categories>{rows}</categories><symbols>{symbols}</symbols>"
    else:
        renderer, inside = 'type="singleSymbol"', f"<symbols>{symbols}</symbols>"
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
        '<qgis version="3.22.0" styleCategories="Symbology">'
        f'<renderer-v2 {renderer} symbollevels="0" enableorderby="0">{inside}</renderer-v2></qgis>'
    )


def _symbol(number: int, style: Style, kind: Literal["fill", "line"]) -> str:
    width = f"{style.weight / _PIXELS_PER_MM:.2f}"
    line = _rgba(style.stroke, style.opacity)
    if kind == "line":
        options = {"line_color": line, "line_width": width, "line_width_unit": "MM"}
        layer = "SimpleLine"
    else:
        options = {
            "color": _rgba(style.fill or "#ffffff", style.fill_opacity if style.fill else 0.0),
            "style": "solid",
            "outline_color": line,
            "outline_style": "dash" if style.dash else "solid",
            "outline_width": width,
            "outline_width_unit": "MM",
        }
        layer = "SimpleFill"
    rows = "".join(
        f'<Option name="{name}" type="QString" value={quoteattr(value)}/>'
        for name, value in options.items()
    )
    return (
        f'<symbol type="{kind}" name="{number}" alpha="1" clip_to_extent="1" force_rhr="0">'
        f'<layer class="{layer}" enabled="1" locked="0" pass="0"><Option type="Map">{rows}</Option>'
        "</layer></symbol>"
    )


def _rgba(colour: str, opacity: float) -> str:
    red, green, blue = bytes.fromhex(colour[1:])
    return f"{red},{green},{blue},{round(opacity * _OPAQUE)}"
