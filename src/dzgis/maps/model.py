"""What the page is made of: styles, features, marks, layers and the rows of the panel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import shapely

    from dzgis.maps.image import Image
    from dzgis.terms import Text

MOST_PLAIN = 5_000
"""Features of a layer that the page holds as GeoJSON; a layer with more is packed."""

Shape = Literal["area", "line", "ramp", "dot", "gateway", "facility"]


@dataclass(frozen=True)
class Style:
    """
    How a line or an area is drawn.

    Attributes
    ----------
    stroke, fill : str
        Colours ``#rrggbb``; an empty fill is none.
    weight : float
        Width of the line in pixels.
    dash : str
        Lengths of dashes and gaps in pixels; empty for a whole line.
    opacity, fill_opacity : float
        From 0 to 1.
    """

    stroke: str
    weight: float = 1.0
    dash: str = ""
    opacity: float = 1.0
    fill: str = ""
    fill_opacity: float = 0.0

    @property
    def leaflet(self) -> dict[str, object]:
        """The same as Leaflet's path options."""
        options: dict[str, object] = {
            "stroke": self.weight > 0,
            "color": self.stroke,
            "weight": self.weight,
            "opacity": self.opacity,
            "fill": bool(self.fill),
        }
        if self.dash:
            options["dashArray"] = self.dash
        if self.fill:
            options |= {"fillColor": self.fill, "fillOpacity": self.fill_opacity}
        return options


@dataclass(frozen=True)
class Feature:
    """
    One geometry with what a click on it shows.

    Attributes
    ----------
    geometry : shapely Geometry
        In degrees, rounded.
    title : str
        Heading of its part of the popup; a feature without one does not answer clicks.
    style : str
        Key into the layer's styles.
    values : tuple of str
        One for each of the layer's fields; an empty one is left out.
    verdict, cluster : str
        By which the page filters; with an empty verdict a feature is shown whatever verdicts are.
    """

    geometry: shapely.Geometry
    title: str
    style: str
    values: tuple[str, ...] = ()
    verdict: str = ""
    cluster: str = ""


@dataclass(frozen=True)
class Mark:
    """
    A point: a name on the map, a dot with or without a name, or the head of an arrow.

    Attributes
    ----------
    at : (latitude, longitude)
    kind : str
        Class of the mark in the style sheet.
    text : str
        Name beside the dot, or in place of one.
    dot : str
        Sign of the dot: a number, or empty.
    colour : str
    min_zoom : float
        Zoom from which the name shows.
    rank : int
        Of two names that collide the one with the lower rank stays.
    turn_deg : float
        Direction of an arrow, clockwise from north.
    shift : int
        Number of dots already at this point; this one is moved aside.
    title, values, verdict, cluster
        As in `Feature`.
    """

    at: tuple[float, float]
    kind: Literal["county", "district", "cluster", "parcel", "node", "gateway", "facility", "arrow"]
    text: str = ""
    dot: str = ""
    colour: str = ""
    min_zoom: float = 0.0
    rank: int = 9
    turn_deg: float = 0.0
    shift: int = 0
    title: str = ""
    values: tuple[str, ...] = ()
    verdict: str = ""
    cluster: str = ""


@dataclass(frozen=True)
class Vectors:
    """
    A layer of features and marks.

    Attributes
    ----------
    id, pane : str
    heading : str
        Name of the layer in popups.
    fields : tuple of str
        Names of the values of its features and marks.
    canvas : bool
        Draw on a canvas: right for thousands of features.
    near : bool
        A click a few pixels beside a feature finds it too.
    filtered : {"", "cluster", "verdict"}
        Whether the page's filter applies: not at all, by cluster, by verdict and cluster.
    """

    id: str
    pane: str
    heading: str
    fields: tuple[str, ...]
    styles: dict[str, Style]
    features: tuple[Feature, ...]
    marks: tuple[Mark, ...] = ()
    canvas: bool = False
    near: bool = False
    filtered: Literal["", "cluster", "verdict"] = ""

    @property
    def packed(self) -> bool:
        """Whether it has too many features for plain GeoJSON."""
        return len(self.features) > MOST_PLAIN


@dataclass(frozen=True)
class Picture:
    """
    A layer that is one image.

    Attributes
    ----------
    heading : str
        Name of the layer in popups.
    classes : tuple of str
        What a click says of a pixel, by its palette number from 1 on.
    """

    id: str
    pane: str
    image: Image
    opacity: float
    heading: str
    classes: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """
    One line of a legend: a sign and what it means.

    Attributes
    ----------
    proper : bool
        Whether the text is a proper name, which stays Chinese in English.
    verdict : str
        The verdict that the line switches off and on; empty for none.
    """

    text: Text
    shape: Shape
    style: Style
    ramp: tuple[str, ...] = ()
    dot: str = ""
    count: int | None = None
    proper: bool = False
    verdict: str = ""


@dataclass(frozen=True)
class Row:
    """
    A layer as the panel lists it.

    Attributes
    ----------
    shown : bool
        Whether the page opens with it.
    sign : Entry, optional
        Sign beside the switch.
    legend : tuple of Entry
        Signs below it.
    columns : int
        In which the legend is set.
    listed : str
        Heading of a list of the layer's features, each of which can be gone to; empty for none.
    """

    layer: Vectors | Picture
    title: Text
    shown: bool
    count: int | None = None
    sign: Entry | None = None
    legend: tuple[Entry, ...] = ()
    columns: int = 1
    listed: str = ""


@dataclass(frozen=True)
class Group:
    """A group of the panel; `switch` gives it a switch for all its layers."""

    title: Text
    rows: tuple[Row, ...]
    switch: bool = False
