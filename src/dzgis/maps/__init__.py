"""
Maps of a result: an HTML page that opens from disk, sheets for print, a QGIS project.

Folium and matplotlib take seconds to import; they are imported when a map is made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dzgis.maps.base_maps import BaseMap, own_tiles, tianditu
from dzgis.maps.content import MapContent
from dzgis.maps.styles import layer_styles

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from dzgis.terms import Language

__all__ = [
    "BaseMap",
    "MapContent",
    "PrintOptions",
    "interactive_map",
    "layer_sld",
    "layer_styles",
    "map_files",
    "own_tiles",
    "print_maps",
    "qgis_project",
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


@dataclass(frozen=True)
class PrintOptions:
    """
    How maps are printed.

    Attributes
    ----------
    lang : {"zh", "en"}
    size : {"A4", "A3", "A0"}
    formats : sequence of {"png", "pdf", "svg"}
    approval_no : str
        Number of the map's approval (审图号). Without one every sheet says that it is an internal
        working map that has not been reviewed and must not be published.
    series : {"county", "cluster", "parcel"}, optional
        One sheet each, instead of one for the whole plan.
    """

    lang: Language
    size: str = "A3"
    formats: tuple[str, ...] = ("png", "pdf", "svg")
    approval_no: str = ""
    series: str | None = None


def print_maps(
    content: MapContent, kinds: Sequence[str], options: PrintOptions, *, folder: Path
) -> list[Path]:
    """
    Write maps for print, the same bytes for the same content; returns their files in order.

    Parameters
    ----------
    content : MapContent
    kinds : sequence of str
        Of ``structure``, ``slope``, ``available``, ``suitability``, ``protection``, ``verdict``.
    options : PrintOptions
    folder : Path
        Made if need be. Files are called ``slope.pdf``, in a series ``slope-530181.pdf``.

    Raises
    ------
    InputError
        If a kind, size, format or series is not known, or the content lacks what a kind shows.
    """
    from dzgis.maps.printed import Order, sheets

    orders = [Order(kind, options.size, options.lang, options.approval_no) for kind in kinds]
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, data in sheets(content, orders, formats=options.formats, series=options.series):
        path = folder / name
        path.write_bytes(data)
        written.append(path)
    return written


def qgis_project(content: MapContent, *, lang: Language, layers: Collection[str]) -> bytes:
    """
    Bytes of project.qgz, to be written beside results.gpkg and the rasters.

    Paths in it are relative. It opens in QGIS 3.22 and later.

    Parameters
    ----------
    content : MapContent
    lang : {"zh", "en"}
    layers : collection of str
        Names of the layers that results.gpkg holds.
    """
    from dzgis.maps.qgis import RASTERS, project_bytes

    rasters = (*RASTERS, "suitability_grade.tif") if content.suitability is not None else RASTERS
    return project_bytes(content, lang=lang, package=layers, rasters=rasters)


def layer_sld(name: str, qml: str) -> str:
    """Style of a layer as SLD 1.0, for GeoServer and others, from its QML."""
    from dzgis.maps.qgis import sld_of

    return sld_of(name, qml)


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
