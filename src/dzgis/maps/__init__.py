"""
Maps of a result: one HTML page that opens from disk without a network.

The page is made by folium, which takes seconds to import; it is imported when a map is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dzgis.maps.base_maps import BaseMap, own_tiles, tianditu
from dzgis.maps.content import MapContent
from dzgis.maps.styles import layer_styles

if TYPE_CHECKING:
    from dzgis.terms import Language

__all__ = [
    "BaseMap",
    "MapContent",
    "interactive_map",
    "layer_styles",
    "map_files",
    "own_tiles",
    "tianditu",
]

PAGE = "map.html"


def interactive_map(
    content: MapContent, *, lang: Language, base_maps: tuple[BaseMap, ...] = ()
) -> str:
    """
    Whole HTML of the interactive map.

    The page asks for nothing outside itself, unless a base map is ticked on it, and is the same,
    byte for byte, for the same content.

    Parameters
    ----------
    content : MapContent
    lang : {"zh", "en"}
        Language of the page; proper names stay Chinese, with English beside where it is known.
    base_maps : tuple of BaseMap
        Offered on the page, off until ticked.

    Raises
    ------
    CRSError
        If a frame has no CRS.
    OutputError
        If something on the page would have to be loaded from elsewhere.
    """
    from dzgis.maps.page import map_page  # folium takes seconds to import

    return map_page(content, lang=lang, base_maps=base_maps, most_inside=None).html


def map_files(
    content: MapContent, *, lang: Language, base_maps: tuple[BaseMap, ...] = ()
) -> dict[str, bytes]:
    """
    Files of the interactive map, by their path: the page, and packs that are too large for it.

    A layer with up to 5,000 features is GeoJSON in the page, with up to 100,000 a pack in the
    page; a larger pack is a file in ``map_tiles/``, which a browser reads only from a server such
    as ``dzgis map --serve``.

    Parameters
    ----------
    content, lang, base_maps
        As for `interactive_map`.

    Raises
    ------
    CRSError, OutputError
        As `interactive_map`.
    """
    from dzgis.maps.page import map_page  # folium takes seconds to import

    page = map_page(content, lang=lang, base_maps=base_maps)
    return {PAGE: page.html.encode("utf-8"), **page.beside}
