"""
Maps of a result: one HTML page that opens from disk without a network.

The page is made by folium, which takes seconds to import; it is imported when a map is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dzgis.maps.content import MapContent
from dzgis.maps.styles import layer_styles

if TYPE_CHECKING:
    from dzgis.terms import Language

__all__ = ["MapContent", "interactive_map", "layer_styles"]


def interactive_map(content: MapContent, *, lang: Language) -> str:
    """
    Whole HTML of the interactive map.

    The page asks for nothing outside itself and is the same, byte for byte, for the same content.

    Parameters
    ----------
    content : MapContent
    lang : {"zh", "en"}
        Language of the page; proper names stay Chinese, with English beside where it is known.

    Raises
    ------
    CRSError
        If a frame has no CRS.
    OutputError
        If something on the page would have to be loaded from elsewhere.
    """
    from dzgis.maps.page import page_html  # folium takes seconds to import

    return page_html(content, lang=lang)
