"""Rasters as pictures in a drawing: brought down by blocks, laid on the map's CRS, coloured."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dzgis.grid import Grid, Raster
from dzgis.png import data_url, png_bytes, rgba

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt
    from pyproj import CRS

    from dzgis.png import Rgba
    from dzgis.reports.drawing import Sheet

MOST_PIXELS = 1100
"""Longest side of a picture: 170 mm at 165 dots an inch."""
CLEAR: Rgba = (0, 0, 0, 0)
_BAND_CELLS = 8_000_000
"""Cells that are held at once while a raster is brought down."""


@dataclass(frozen=True)
class Paint:
    """
    How cells are coloured.

    Attributes
    ----------
    colours : tuple of str
        ``#rrggbb`` of numbers 1 … n; 0 stays clear.
    number : callable
        Array of cells to numbers 0 … n, uint8.
    """

    colours: tuple[str, ...]
    number: Callable[[npt.NDArray[np.generic]], npt.NDArray[np.uint8]]


def picture_svg(raster: Raster, sheet: Sheet, crs: CRS, paint: Paint) -> str:
    """
    Picture of a raster over a whole sheet.

    Parameters
    ----------
    raster : Raster
        On any grid; read band by band, so that a mapped file is never loaded whole.
    sheet : Sheet
        In `crs`.
    crs : CRS
    paint : Paint
    """
    small = brought_down(raster, MOST_PIXELS, paint)
    cols = MOST_PIXELS
    rows = max(1, round(cols * sheet.height / sheet.width))
    pixels = laid(small, sheet.bounds, crs, (rows, cols))
    palette = [CLEAR, *(rgba(colour) for colour in paint.colours)]
    href = data_url(png_bytes(pixels, palette))
    return (
        f'<image x="0" y="0" width="{sheet.width:g}" height="{sheet.height:g}" '
        f'preserveAspectRatio="none" image-rendering="optimizeSpeed" href="{href}"/>'
    )


def brought_down(raster: Raster, most: int, paint: Paint) -> Raster:
    """
    Numbers of a raster on blocks of cells: the commonest number of a block that is not 0.

    Parameters
    ----------
    raster : Raster
    most : int
        Longest side of the result; a smaller raster keeps its cells.
    paint : Paint
        Gives each cell its number.

    Returns
    -------
    Raster of uint8
        A block of which less than half is known is 0.
    """
    grid = raster.grid
    step = max(1, math.ceil(max(grid.shape) / most))
    t = grid.transform
    wider = type(t)(t.a * step, t.b * step, t.c, t.d * step, t.e * step, t.f)
    out = Grid(grid.crs, wider, -(-grid.height // step), -(-grid.width // step))
    values = np.zeros(out.shape, dtype=np.uint8)
    band = max(step, _BAND_CELLS // max(grid.width, 1) // step * step)
    for top in range(0, grid.height, band):
        part = np.asarray(raster.values[top : top + band])
        numbers = paint.number(part)
        made = numbers if step == 1 else _commonest(numbers, step, len(paint.colours))
        values[top // step : top // step + made.shape[0]] = made
    return Raster(values, out, raster.name, raster.note)


def _commonest(numbers: npt.NDArray[np.uint8], step: int, n: int) -> npt.NDArray[np.uint8]:
    """Commonest number of each block of step × step cells, 0 where half or more is 0."""
    rows, cols = (-(-side // step) for side in numbers.shape)
    padded = np.zeros((rows * step, cols * step), dtype=np.uint8)
    padded[: numbers.shape[0], : numbers.shape[1]] = numbers
    blocks = padded.reshape(rows, step, cols, step)
    counts = np.stack([(blocks == k).sum(axis=(1, 3), dtype=np.int32) for k in range(1, n + 1)])
    best = (counts.argmax(axis=0) + 1).astype(np.uint8)
    known = counts.sum(axis=0)
    return np.where(2 * known > step * step, best, np.uint8(0)).astype(np.uint8)


def laid(
    raster: Raster,
    bounds: tuple[float, float, float, float],
    crs: CRS,
    shape: tuple[int, int],
) -> npt.NDArray[np.uint8]:
    """Numbers of a raster at the middles of pixels of another CRS; 0 beyond it."""
    from pyproj import Transformer

    west, south, east, north = bounds
    rows, cols = shape
    x = west + (np.arange(cols) + 0.5) * (east - west) / cols
    y = north - (np.arange(rows) + 0.5) * (north - south) / rows
    back = Transformer.from_crs(crs, raster.grid.crs, always_xy=True)
    lon, lat = back.transform(*np.meshgrid(x, y))
    t = raster.grid.transform
    det = t.a * t.e - t.b * t.d
    dx, dy = lon - t.c, lat - t.f
    with np.errstate(invalid="ignore"):
        col = np.floor((t.e * dx - t.b * dy) / det)
        row = np.floor((t.a * dy - t.d * dx) / det)
    height, width = raster.grid.shape
    inside = np.isfinite(row) & (row >= 0) & (row < height) & (col >= 0) & (col < width)
    found = np.zeros(shape, dtype=np.uint8)
    found[inside] = raster.values[row[inside].astype(np.intp), col[inside].astype(np.intp)]
    return found


def class_paint(colours: Sequence[str]) -> Paint:
    """Numbers as they are; what has no colour stays clear."""

    def number(values: npt.NDArray[np.generic]) -> npt.NDArray[np.uint8]:
        plain = values.astype(np.int64)
        return np.where((plain > 0) & (plain <= len(colours)), plain, 0).astype(np.uint8)

    return Paint(tuple(colours), number)


def step_paint(limits: Sequence[float], colours: Sequence[str], unknown: float) -> Paint:
    """Steps of a range, right-closed: (limit, limit], one colour each; other values stay clear."""
    edges = np.asarray(limits, dtype=np.float64)

    def number(values: npt.NDArray[np.generic]) -> npt.NDArray[np.uint8]:
        plain = values.astype(np.float64)
        found = np.searchsorted(edges, plain, side="left")
        known = np.isfinite(plain) & (plain != unknown) & (found > 0) & (found < len(edges))
        return np.where(known, found, 0).astype(np.uint8)

    return Paint(tuple(colours), number)
