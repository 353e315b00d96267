"""
Download of the public Copernicus GLO-30 DEM: resumable, verified, all or nothing.

The only part of dzgis that opens a connection to another machine, and only when asked to.
"""

from dzgis.inputs.download.fetch import fetch_dem
from dzgis.inputs.download.tiles import GLO30_BASE_URL, glo30_tiles
from dzgis.inputs.download.values import Fetched, Progress, TileStatus

__all__ = [
    "GLO30_BASE_URL",
    "Fetched",
    "Progress",
    "TileStatus",
    "fetch_dem",
    "glo30_tiles",
]
