"""Colours and styles that the plan does not give. They carry no numbers and decide nothing."""

from __future__ import annotations

from dzgis.maps.model import Style
from dzgis.png import rgba
from dzgis.terms import ClusterStatus, Verdict

_NAME_SHADE = 0.5
INK = "#1f2937"
PAPER = "#ffffff"
UNKNOWN_COLOUR = "#8a8f98"

# Okabe and Ito's colours, told apart with any colour vision; a dash of its own for each as well.
VERDICT_STYLES: dict[str, Style] = {
    Verdict.CLEAR: Style("#004c7a", 1.8, fill="#0072b2", fill_opacity=0.6),
    Verdict.WITHIN_TOLERANCE: Style("#1c6d9e", 1.8, "2 3", fill="#56b4e9", fill_opacity=0.55),
    Verdict.CONDITIONAL: Style("#8a5f00", 1.8, "9 4", fill="#e69f00", fill_opacity=0.65),
    Verdict.UNDETERMINED: Style("#2b2b2b", 1.8, "9 4 2 4", fill="#8c8c8c", fill_opacity=0.5),
    Verdict.PROHIBITED: Style("#7a2e00", 2.8, fill="#d55e00", fill_opacity=0.65),
}
UNCHECKED_STYLE = Style("#5f6672", 1.4, "2 5", fill="#ffffff", fill_opacity=0.5)

CONFLICT_STYLE = Style("#8b0046", 1.6, fill="#e6007a", fill_opacity=0.9)
CANDIDATE_STYLE = Style("#14532d", 0.8, opacity=0.9, fill="#2f855a", fill_opacity=0.35)
FILLED_STYLE = Style("#854d0e", 0.6, opacity=0.9, fill="#fde68a", fill_opacity=0.6)
BASIN_STYLE = Style("#a1713f", 0.6, opacity=0.9, fill="#e7cfa5", fill_opacity=0.35)
COUNTY_STYLE = Style("#4b5563", 1.1, opacity=0.9)
AXIS_CASING = Style(PAPER, 8.0, opacity=0.85)

DISTRICT_COLOURS = ("#3b3f8f", "#8f3b6a", "#2f6f6a", "#8a5a1f")

ROLE_COLOURS: dict[str, str] = {
    "pbf": "#c99700",
    "ecrl": "#c62828",
    "forest": "#2e7d32",
    "udb": "#7b1fa2",
    "reserve": "#00695c",
    "water_source": "#1565c0",
    "river": "#0097c4",
    "bazi": "#a1713f",
    "hazard": "#5d4037",
    "road": "#455a64",
    "railway": "#212121",
}
_SPARE_COLOURS = ("#ad1457", "#283593", "#558b2f", "#ef6c00")

AVAILABLE_RAMP = (
    "#f3f3c8",
    "#e6ebb0",
    "#d7e29a",
    "#c5d986",
    "#b1ce74",
    "#9bc263",
    "#83b455",
    "#6aa549",
    "#51953f",
    "#3a8436",
)


def name_colour(colour: str) -> str:
    """
    Darker form of a colour, for a name in it.

    Examples
    --------
    >>> name_colour("#ff8000")
    '#7f4000'
    """
    return "#" + "".join(f"{int(part * _NAME_SHADE):02x}" for part in rgba(colour)[:3])


def plain_style(colour: str) -> Style:
    """Patch of a colour, as a class of a raster has it."""
    return Style(colour, 0.0, fill=colour, fill_opacity=1.0)


def district_style(position: int) -> Style:
    """Broad band along a district's outline."""
    colour = DISTRICT_COLOURS[position % len(DISTRICT_COLOURS)]
    return Style(colour, 9.0, opacity=0.4)


def cluster_style(colour: str, status: str) -> Style:
    """Light fill; what the plan does not list is lighter and dashed."""
    if status == ClusterStatus.IN_COUNTY_NOT_LISTED:
        return Style(colour, 1.2, "4 4", opacity=0.8, fill=colour, fill_opacity=0.07)
    return Style(colour, 2.0, fill=colour, fill_opacity=0.2)


def axis_style(colour: str, kind: str) -> Style:
    """Core lines whole, extensions dashed."""
    return Style(colour, 4.5) if kind == "core" else Style(colour, 3.5, "10 8")


def protection_style(role: str, position: int) -> Style:
    """Fill and outline of a layer; `position` chooses for a role that only a plan knows."""
    colour = ROLE_COLOURS.get(role, _SPARE_COLOURS[position % len(_SPARE_COLOURS)])
    return Style(colour, 0.9, opacity=0.9, fill=colour, fill_opacity=0.3)
