"""A raster as an image that lies right on a Web Mercator map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from affine import Affine
from pyproj import Transformer
from rasterio.crs import CRS
from rasterio.warp import Resampling, reproject

from dzgis.png import png_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from dzgis.grid import Raster
    from dzgis.png import Rgba

_MERCATOR_EPSG, _DEGREES_EPSG = 3857, 4326
MAX_PIXELS = 2000
"""Longest side of an image; a finer raster is brought down to it."""

UNKNOWN_SHARE = 255
SHARE_STEP_PERCENT = 10
CLEAR: Rgba = (0, 0, 0, 0)
_N_THREADS = 2

Bounds = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True)
class Image:
    """
    A PNG and its place.

    Attributes
    ----------
    png : bytes
    bounds : ((south, west), (north, east))
        Degrees. Between them the image is linear in Web Mercator.
    width : int
        Columns.
    """

    png: bytes
    bounds: Bounds
    width: int


def class_image(raster: Raster, colours: Sequence[Rgba]) -> Image:
    """
    Image of a class raster: the commonest class of a pixel, 0 see-through.

    Parameters
    ----------
    raster : Raster of uint8
        0 unknown, 1 … n classes.
    colours : sequence of (red, green, blue, alpha), n
    """
    values, bounds = _warped(raster, unknown=0, resampling=Resampling.mode)
    known = np.where(values <= len(colours), values, 0).astype(np.uint8)
    return Image(png_bytes(known, (CLEAR, *colours)), bounds, known.shape[1])


def share_image(raster: Raster, colours: Sequence[Rgba]) -> Image:
    """
    Image of a raster of per cents: the mean of a pixel in steps; 0 and unknown see-through.

    Parameters
    ----------
    raster : Raster of uint8
        0 … 100, 255 unknown.
    colours : sequence of (red, green, blue, alpha), 10
        For (0, 10], (10, 20] … (90, 100] per cent.
    """
    values, bounds = _warped(raster, unknown=UNKNOWN_SHARE, resampling=Resampling.average)
    steps = -(-values.astype(np.int16) // SHARE_STEP_PERCENT)
    index = np.where(values == UNKNOWN_SHARE, 0, np.minimum(steps, len(colours)))
    return Image(png_bytes(index.astype(np.uint8), (CLEAR, *colours)), bounds, index.shape[1])


def _warped(
    raster: Raster, *, unknown: int, resampling: Resampling
) -> tuple[npt.NDArray[np.uint8], Bounds]:
    """Values on a Web Mercator grid of at most `MAX_PIXELS` a side, and its bounds in degrees."""
    grid = raster.grid
    to_mercator = Transformer.from_crs(grid.crs, _MERCATOR_EPSG, always_xy=True)
    bounds = to_mercator.transform_bounds(*grid.bounds)
    shape = _shape(bounds, grid.width)
    west, south, east, north = bounds
    cell = (east - west) / shape[1], (north - south) / shape[0]
    values = np.full(shape, unknown, dtype=np.uint8)
    reproject(
        raster.values.astype(np.uint8, copy=False),
        values,
        src_transform=grid.transform,
        src_crs=CRS.from_wkt(grid.crs.to_wkt()),
        src_nodata=unknown,
        dst_transform=Affine(cell[0], 0.0, west, 0.0, -cell[1], north),
        dst_crs=CRS.from_epsg(_MERCATOR_EPSG),
        dst_nodata=unknown,
        resampling=resampling if shape[1] < grid.width else Resampling.nearest,
        num_threads=_N_THREADS,
    )
    return values, _degrees(bounds)


def _shape(bounds: tuple[float, float, float, float], n_cols: int) -> tuple[int, int]:
    """Rows and columns of square pixels, as many columns as the source has if they fit."""
    west, south, east, north = bounds
    height_share = (north - south) / (east - west)
    cols = min(n_cols, MAX_PIXELS, round(MAX_PIXELS / height_share))
    return max(1, round(cols * height_share)), max(1, cols)


def _degrees(bounds: tuple[float, float, float, float]) -> Bounds:
    """South-west and north-east corner as latitude and longitude."""
    west, south, east, north = bounds
    to_degrees = Transformer.from_crs(_MERCATOR_EPSG, _DEGREES_EPSG, always_xy=True)
    (lon_w, lon_e), (lat_s, lat_n) = to_degrees.transform([west, east], [south, north])
    return (lat_s, lon_w), (lat_n, lon_e)
