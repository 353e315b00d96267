"""Rasters on the paper: warped to the map's projection at the resolution of the sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from affine import Affine
from rasterio.crs import CRS
from rasterio.warp import Resampling, reproject

from dzgis.png import rgba

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from dzgis.grid import Raster
    from dzgis.maps.printed.ground import Ground
    from dzgis.maps.printed.paper import Sheet

_MOST_PIXELS = 6000
_N_THREADS = 2
_DOTS_PER_MM = 8.0


def on_sheet(
    raster: Raster, ground: Ground, sheet: Sheet, *, unknown: int, mean: bool = False
) -> npt.NDArray[np.uint8]:
    """
    Values of a byte raster within the neat line, (rows, cols), `unknown` beyond it.

    The commonest value of a pixel where pixels are coarser than cells (or their mean), else the
    value of the cell.
    """
    west, south, east, north = ground.bounds
    dots = min(sheet.dpi / 25.4, _DOTS_PER_MM)
    cols = min(_MOST_PIXELS, round(ground.neat.width * dots))
    rows = max(1, round(cols * ground.neat.height / ground.neat.width))
    values = np.full((rows, cols), unknown, dtype=np.uint8)
    finer = (east - west) / cols < _cell_m(raster)
    coarse = Resampling.average if mean else Resampling.mode
    reproject(
        raster.values.astype(np.uint8, copy=False),
        values,
        src_transform=raster.grid.transform,
        src_crs=CRS.from_wkt(raster.grid.crs.to_wkt()),
        src_nodata=unknown,
        dst_transform=Affine((east - west) / cols, 0, west, 0, -(north - south) / rows, north),
        dst_crs=CRS.from_wkt(ground.crs.to_wkt()),
        dst_nodata=unknown,
        resampling=Resampling.nearest if finer else coarse,
        num_threads=_N_THREADS,
    )
    return values


def _cell_m(raster: Raster) -> float:
    per_unit = 111_000.0 if raster.grid.crs.is_geographic else 1.0
    return min(raster.grid.cell_size) * per_unit


def coloured(index: npt.NDArray[np.uint8], colours: Sequence[str]) -> npt.NDArray[np.uint8]:
    """Pixels, (rows, cols, 4): 0 see-through, 1 … n the colours."""
    table = np.zeros((256, 4), dtype=np.uint8)
    for n, colour in enumerate(colours, start=1):
        table[n] = rgba(colour)
    return table[index]
