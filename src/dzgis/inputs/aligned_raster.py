"""Any raster on the grid of a block: its values, or the share of each cell with some values."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import numpy as np
import rasterio
from rasterio.enums import Resampling
from rasterio.warp import reproject, transform_bounds
from rasterio.windows import Window as RasterWindow

from dzgis.errors import InputError
from dzgis.grid import Grid, Window
from dzgis.inputs.raster_rows import open_raster, stored, unreadable
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from dzgis.inputs.raster_rows import RasterRows
    from dzgis.plan.exclusions import Span

    Values = npt.NDArray[np.float32]
    _Change = Callable[[npt.NDArray[np.floating]], npt.NDArray[np.floating]]

How = Literal["average", "nearest", "bilinear"]
_HOW: dict[str, Resampling] = {
    "average": Resampling.average,
    "nearest": Resampling.nearest,
    "bilinear": Resampling.bilinear,
}
_AROUND = 3
"""Cells of the raster around what lies over the grid, that resampling may ask for."""
_MOST_CELLS = 1 << 24
"""Cells of the raster that are read at once."""


def aligned(path: Path, grid: Grid, *, how: How = "average") -> Values:
    """
    Values of a raster on a grid.

    Parameters
    ----------
    path : Path
        Any raster of one band that GDAL reads, in any CRS; see `open_raster`.
    grid : Grid
        Of a block, or a whole one.
    how : {"average", "nearest", "bilinear"}
        Average of what lies over the cell, by area; the value at its middle; or that between the
        four nearest.

    Returns
    -------
    ndarray of float32, (rows, cols)
        NaN where not known, and where the raster does not reach. An average is that of the known
        values.

    Raises
    ------
    MissingFileError, CRSError, InputError
        If the raster cannot be used or read; or there is no such way.
    """
    if how not in _HOW:
        raise InputError(
            Text(
                f"没有重采样方法 {how}；可用：{', '.join(_HOW)}",
                f"no resampling {how}; there are: {', '.join(_HOW)}",
            )
        )
    return _carried(open_raster(path), grid, _as_it_is, _HOW[how])


def aligned_share(path: Path, grid: Grid, spans: Sequence[Span]) -> Values:
    """
    Share of each cell of a grid in which the values of a raster lie in spans.

    Parameters
    ----------
    path : Path
        As for `aligned`.
    grid : Grid
    spans : sequence of Span
        Each above one limit and up to another, inclusive.

    Returns
    -------
    ndarray of float32, (rows, cols)
        In [0, 1], of what is known in the cell; NaN where nothing is.

    Raises
    ------
    MissingFileError, CRSError, InputError
        If the raster cannot be used or read.
    """
    source = open_raster(path)
    shares = _carried(source, grid, lambda values: in_spans(values, spans), Resampling.average)
    return np.clip(shares, 0.0, 1.0)


def in_spans(values: npt.NDArray[np.floating], spans: Sequence[Span]) -> Values:
    """1 where a value lies in one of the spans (上含下不含), 0 elsewhere, NaN where not known."""
    inside = np.zeros(values.shape, dtype=bool)
    for span in spans:
        inside |= (values > span.above) & (values <= span.up_to)
    return np.where(np.isnan(values), np.float32(np.nan), inside).astype(np.float32)


def _as_it_is(values: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    return values


def _carried(source: RasterRows, grid: Grid, change: _Change, how: Resampling) -> Values:
    """Resample the changed values, in parts whose source fits into memory."""
    part = _part_over(source.grid, grid)
    if part is None:
        return np.full(grid.shape, np.nan, np.float32)
    if part.shape[0] * part.shape[1] > _MOST_CELLS and max(grid.shape) > 1:
        return _in_halves(source, grid, change, how)
    values = change(_read(source, part)).astype(np.float32, copy=False)
    out = np.full(grid.shape, np.nan, np.float32)
    reproject(
        np.ascontiguousarray(values),
        out,
        src_transform=source.grid.part(part).transform,
        src_crs=source.grid.crs.to_wkt(),
        src_nodata=np.nan,
        dst_transform=grid.transform,
        dst_crs=grid.crs.to_wkt(),
        dst_nodata=np.nan,
        resampling=how,
        num_threads=1,
    )
    return out


def _in_halves(source: RasterRows, grid: Grid, change: _Change, how: Resampling) -> Values:
    rows, cols = grid.shape
    along = 0 if rows >= cols else 1
    middle = max(rows, cols) // 2
    ends = [slice(0, middle), slice(middle, None)]
    cuts = [
        Window(slice(*one.indices(rows)[:2]), slice(0, cols))
        if along == 0
        else Window(slice(0, rows), slice(*one.indices(cols)[:2]))
        for one in ends
    ]
    parts = [_carried(source, grid.part(cut), change, how) for cut in cuts]
    return np.concatenate(parts, axis=along)


def _part_over(source: Grid, grid: Grid) -> Window | None:
    """Block of the raster that lies over a grid, with some cells around; None where none does."""
    bounds = grid.bounds
    if source.crs != grid.crs:
        bounds = transform_bounds(grid.crs.to_wkt(), source.crs.to_wkt(), *bounds, densify_pts=21)
    west, south, east, north = bounds
    corners = [source.cell_at(x, y) for x in (west, east) for y in (south, north)]
    rows, cols = zip(*corners, strict=True)
    if not np.isfinite([*rows, *cols]).all():
        return None
    first = [max(math.floor(min(one)) - _AROUND, 0) for one in (rows, cols)]
    end = [
        min(math.ceil(max(one)) + _AROUND, n)
        for one, n in zip((rows, cols), source.shape, strict=True)
    ]
    if end[0] <= first[0] or end[1] <= first[1]:
        return None
    return Window(slice(first[0], end[0]), slice(first[1], end[1]))


def _read(source: RasterRows, part: Window) -> npt.NDArray[np.floating]:
    """Values of a block of the raster, scale and offset applied, NaN where not known."""
    try:
        with rasterio.open(source.path) as opened:
            where = RasterWindow(part.cols.start, part.rows.start, part.shape[1], part.shape[0])
            return stored(opened, where)
    except rasterio.errors.RasterioIOError as error:
        raise InputError(unreadable(source.path, error)) from error
