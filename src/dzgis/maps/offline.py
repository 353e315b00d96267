"""folium without the network: every asset inside the page, and the same ids in every run."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import folium
from branca.element import Element, Figure, Link
from folium.template import Template

from dzgis.errors import OutputError
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
_STYLES = ("leaflet/leaflet.css", "dzgis.css")
SCRIPTS = (
    "leaflet/leaflet.js",
    "page.js",
    "geodesy.js",
    "shapes.js",
    "names.js",
    "filter.js",
    "packs.js",
    "packed_layer.js",
    "layers.js",
    "rasters.js",
    "clicks.js",
    "panel.js",
    "readout.js",
    "search.js",
    "measure.js",
    "base_maps.js",
    "printing.js",
    "start.js",
)
_IMAGE_URL = re.compile(r"url\(images/[^)]*\)")
_SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)
_SHOWN_CHARACTERS = 80
_LOADS = re.compile(
    r"""(?:\b(?:src|href|srcset)\s*=\s*|url\(\s*|@import\s+|["'`])["']?(?:https?:)?//"""
)


@cache
def asset(name: str) -> str:
    """Text of a file in the room's ``assets`` folder."""
    return files("dzgis.maps").joinpath("assets", name).read_text(encoding="utf-8")


def _style(name: str) -> str:
    """Return a style sheet without the images that the page has no use for."""
    return _IMAGE_URL.sub("none", asset(name))


def _script(name: str) -> str:
    """Return a script without its link to a source map, which a debugger would fetch."""
    return _SOURCE_MAP.sub("", asset(name))


class OfflineFigure(Figure):
    """
    A page with all scripts and styles in it, and a policy that forbids any other.

    Parameters
    ----------
    title : str
        Plain text.
    lang : str
        Language tag of the page.
    no_script : str
        What a browser without JavaScript shows.

    Attributes
    ----------
    image_hosts : tuple of str
        Origins of base maps, from which the page may show images; none unless set.
    reads_beside : bool
        Whether the page may read files beside it.
    """

    _template = Template(asset("page.html"))

    def __init__(self, *, title: str, lang: str, no_script: str) -> None:
        super().__init__()
        self.title = title
        self.lang = lang
        self.no_script = no_script
        self.image_hosts: tuple[str, ...] = ()
        self.reads_beside = False
        self.styles = [_style(name) for name in _STYLES]
        self.scripts = [_script(name) for name in SCRIPTS]

    def render(self, **kwargs: object) -> str:
        """
        Return the HTML.

        Raises
        ------
        OutputError
            If an element wants something from outside the page.
        """
        _number(self)
        for child in list(self._children.values()):
            child.render(**kwargs)
        _check_closed(self)
        return str(self._template.render(this=self, kwargs=kwargs))


class OfflineMap(folium.Map):
    """A folium map that brings none of folium's linked scripts and styles."""

    default_js: list[tuple[str, str]] = []  # noqa: RUF012  folium declares it so
    default_css: list[tuple[str, str]] = []  # noqa: RUF012


class Data(Element):
    """
    A block of JSON that the page's script reads and no browser runs.

    branca would take the text for a template and run what an attribute says in ``{{ }}``; this
    element gives it out as it is, with nothing in it that could end the block or open a tag.

    Parameters
    ----------
    key : str
        The block's id on the page is ``dz-`` and this.
    text : str
        JSON.
    """

    def __init__(self, key: str, text: str) -> None:
        super().__init__()
        self._name = "Data"
        self.key = key
        self.text = text.replace("&", r"\u0026").replace("<", r"\u003c").replace(">", r"\u003e")

    def render(self, **_kwargs: object) -> str:
        """Return the block."""
        return f'<script type="application/json" id="dz-{self.key}">{self.text}</script>\n'


class Blob(Element):
    """
    A block of base64 that the page's script opens when it needs it.

    Parameters
    ----------
    key : str
        The block's id on the page is ``dz-`` and this.
    text : str
        Base64, in which nothing can end the block.
    """

    def __init__(self, key: str, text: str) -> None:
        super().__init__()
        self._name = "Blob"
        self.key = key
        self.text = text

    def render(self, **_kwargs: object) -> str:
        """Return the block."""
        return f'<script type="text/plain" id="dz-{self.key}">{self.text}</script>\n'


def _descendants(element: Element) -> Iterator[Element]:
    """Every element below `element`, in the order in which it was added."""
    for child in element._children.values():  # noqa: SLF001  branca has no public way
        yield child
        yield from _descendants(child)


def _number(figure: Figure) -> None:
    """Replace branca's random ids by the position of each element."""
    for number, element in enumerate(_descendants(figure), start=1):
        element._id = f"{number:04d}"  # noqa: SLF001  branca has no public way


def _check_closed(figure: Figure) -> None:
    """Raise when a rendered element links to anything outside the page."""
    faults = []
    for part in (figure.header, figure.html, figure.script):
        for element in _descendants(part):
            url = element.url if isinstance(element, Link) else _outer_link(element)
            if url:
                faults.append(
                    Text(
                        f"地图页面引用了外部资源 {url}；请将该文件收入 dzgis/maps/assets",
                        f"the map page links to {url}; bring the file into dzgis/maps/assets",
                    )
                )
    if faults:
        raise OutputError(*faults)


def _outer_link(element: Element) -> str:
    """First outer address that an element's text would load; a data block loads nothing."""
    if isinstance(element, Data | Blob):
        return ""
    text = element.render()
    found = _LOADS.search(text)
    return text[found.start() : found.start() + _SHOWN_CHARACTERS] if found else ""
