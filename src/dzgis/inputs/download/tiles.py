"""
The one-degree tiles of Copernicus GLO-30: which ones, their names, and what is inside them.

References
----------
.. [1] https://copernicus-dem-30m.s3.amazonaws.com/readme.html
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import rasterio
from rasterio.errors import CRSError, NotGeoreferencedWarning, RasterioError

from dzgis.errors import InputError, raise_all
from dzgis.terms import Text

if TYPE_CHECKING:
    from pathlib import Path

GLO30_BASE_URL = "https://copernicus-dem-30m.s3.amazonaws.com"
"""Root of the public bucket; each tile is ``<NAME>/<NAME>.tif`` below it."""

GLO30_EPSG = 4326
"""Horizontal CRS of the tiles; heights are above the EGM2008 geoid, in metres."""

Bounds = tuple[float, float, float, float]

_N_BOUNDS = 4
_LON_MAX_DEG, _LAT_MAX_DEG = 180, 90
_SHIFT_MAX_DEG = 0.01
"""Tiles lie half a cell west and north of their degree square; cells are at most 1/360°."""
_MAGIC = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")


@dataclass(frozen=True)
class Tile:
    """
    One tile, by its south-west corner in whole degrees.

    Examples
    --------
    >>> Tile(lat=-14, lon=-172).name
    'Copernicus_DSM_COG_10_S14_00_W172_00_DEM'
    """

    lat: int
    lon: int

    @property
    def name(self) -> str:
        """Name in the bucket; 10 stands for 1.0 arc second."""
        north_south = f"{'S' if self.lat < 0 else 'N'}{abs(self.lat):02d}"
        east_west = f"{'W' if self.lon < 0 else 'E'}{abs(self.lon):03d}"
        return f"Copernicus_DSM_COG_10_{north_south}_00_{east_west}_00_DEM"

    @property
    def bounds(self) -> Bounds:
        """The degree square: west, south, east, north."""
        return (self.lon, self.lat, self.lon + 1, self.lat + 1)


def glo30_tiles(bounds: Bounds) -> list[str]:
    """
    Names of the GLO-30 tiles whose degree square shares area with a box.

    Parameters
    ----------
    bounds : tuple of float
        West, south, east, north in degrees.

    Returns
    -------
    list of str
        From south to north, in a row from west to east.

    Raises
    ------
    InputError
        If the bounds are no box on the globe; all faults at once.

    Notes
    -----
    A tile lies half a cell (15 m) west and north of its degree square. A box that ends on a whole
    degree is therefore covered but for that half cell; widen it where that matters.

    Examples
    --------
    >>> glo30_tiles((101.2, 24.1, 101.9, 25.0))
    ['Copernicus_DSM_COG_10_N24_00_E101_00_DEM']
    """
    return [tile.name for tile in tiles_of(bounds)]


def tiles_of(bounds: Bounds) -> list[Tile]:
    """Tiles of `glo30_tiles`, as values."""
    check_bounds(bounds)
    west, south, east, north = bounds
    lats = range(math.floor(south), math.ceil(north))
    lons = range(math.floor(west), math.ceil(east))
    return [Tile(lat, lon) for lat in lats for lon in lons]


def check_bounds(bounds: Bounds) -> None:
    """Raise InputError, with all faults, unless `bounds` is a box in degrees."""
    found = ", ".join(f"{value:g}" for value in bounds)
    if len(bounds) != _N_BOUNDS or not all(math.isfinite(value) for value in bounds):
        raise InputError(
            Text(
                f"范围应为西、南、东、北四个有限的度数，实为（{found}）",
                f"bounds must be west, south, east, north, four finite degrees; found ({found})",
            )
        )
    west, south, east, north = bounds
    faults = {
        Text(
            f"范围的西界须小于东界，实为 {west:g} 与 {east:g}；跨 180° 经线时请分两次下载",
            f"the west bound must be less than the east one, found {west:g} and {east:g}; "
            "across the 180° meridian fetch two boxes",
        ): west >= east,
        Text(
            f"范围的南界须小于北界，实为 {south:g} 与 {north:g}",
            f"the south bound must be less than the north one, found {south:g} and {north:g}",
        ): south >= north,
        Text(
            f"经度须在 ±180° 内、纬度须在 ±90° 内，实为（{found}）；请给度数而非米",
            f"longitudes must be within ±180° and latitudes within ±90°, found ({found}); "
            "give degrees, not metres",
        ): max(abs(west), abs(east)) > _LON_MAX_DEG or max(abs(south), abs(north)) > _LAT_MAX_DEG,
    }
    raise_all([fault for fault, found_so in faults.items() if found_so])


def tile_fault(path: Path, tile: Tile) -> Text | None:
    """
    Say what is wrong with a file that should hold `tile`, or None.

    The first bytes, every block of pixels, the number of bands, the CRS and the bounds are looked
    at.
    """
    with path.open("rb") as file:
        magic = file.read(4)
    if magic not in _MAGIC:
        return Text(
            f"内容不是 TIFF（开头为 {magic!r}）", f"the content is no TIFF (it begins {magic!r})"
        )
    try:
        return _raster_fault(path, tile)
    except (RasterioError, CRSError) as error:
        return Text(f"TIFF 已损坏（{error}）", f"the TIFF is corrupt ({error})")


def _raster_fault(path: Path, tile: Tile) -> Text | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)  # seen by the bounds below
        with rasterio.open(path, driver="GTiff") as raster:
            for _, window in raster.block_windows(1):  # a block at a time: a tile has 50 MB
                raster.read(1, window=window)
            count, crs, bounds = raster.count, raster.crs, tuple(raster.bounds)
    if count != 1 or crs is None or crs.to_epsg() != GLO30_EPSG:
        return Text(
            f"应为单波段、EPSG:{GLO30_EPSG}，实为 {count} 个波段、{crs}",
            f"one band in EPSG:{GLO30_EPSG} is required, found {count} in {crs}",
        )
    pairs = zip(bounds, tile.bounds, strict=True)
    if any(abs(found - required) > _SHIFT_MAX_DEG for found, required in pairs):
        shown = ", ".join(f"{value:.4f}" for value in bounds)
        return Text(
            f"范围为（{shown}），应为 {tile.bounds}",
            f"its bounds are ({shown}), {tile.bounds} is required",
        )
    return None
