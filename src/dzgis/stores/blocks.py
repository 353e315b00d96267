"""
Rasters written block by block: pieces on disk, then overviews, then one COG.

A piece that is there is finished, so that an interrupted job goes on from its pieces.
"""

from __future__ import annotations

import io
import os
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Literal
from uuid import uuid4

import numpy as np
from affine import Affine

from dzgis.engine import THREADS, run_blocks
from dzgis.grid import Window, windows
from dzgis.stores.cog import TILE, Level, Piece, assemble

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import numpy.typing as npt

    from dzgis.engine import Engine
    from dzgis.grid import Grid

    Values = npt.NDArray[np.generic]

BLOCK_ROWS = 2 * TILE
"""Rows of a block, so that one block gives whole tiles of the raster and of its first overview."""
BAND_CELLS = 8192
"""Columns of a block: wide enough for long runs, narrow enough to keep memory flat."""


@dataclass(frozen=True)
class Format:
    """
    What a raster file says of its values.

    Attributes
    ----------
    name : str
        With the unit last, e.g. ``slope_deg``; the band's description and the pieces' file names.
    dtype : str
    nodata : float
        Stands for NaN in rasters of floats.
    reduce : {"nearest", "mean"}
        How overviews are made.
    colours : mapping of value to red, green, blue, opacity
    tags : mapping of str to str
        What else a reader of the file must know.
    """

    name: str
    dtype: Literal["uint8", "float32"]
    nodata: float
    reduce: Literal["nearest", "mean"] = "nearest"
    colours: Mapping[int, tuple[int, int, int, int]] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)


_ANYWHERE = Affine(1.0, 0.0, 1.0, 0.0, -1.0, 1.0)
"""Pieces lie nowhere; without any transform GDAL would warn."""


def encoded(values: Values, form: Format) -> tuple[bytes, bytes]:
    """Compress a block, and the same of half size, into pieces: tiled BigTIFFs of their own."""
    return _compressed(values, form), _compressed(_halved(values, form), form)


def _compressed(values: Values, form: Format) -> bytes:
    import rasterio
    from rasterio.windows import Window as RasterWindow

    height, width = values.shape
    with rasterio.MemoryFile() as memory:
        with memory.open(**_profile(form), height=height, width=width) as dataset:
            for top in range(0, height, TILE):  # a row of tiles at a time: copies stay small
                part = _stored(values[top : top + TILE], form)
                dataset.write(part, 1, window=RasterWindow(0, top, width, len(part)))
        return bytes(memory.getbuffer())


def _decoded(piece: bytes, form: Format) -> Values:
    """Values of a piece, NaN where not known."""
    import rasterio

    with rasterio.MemoryFile(piece) as memory, memory.open() as dataset:
        values: Values = dataset.read(1)
    if values.dtype == np.float32:
        values[values == np.float32(form.nodata)] = np.nan
    return values


def _stored(values: Values, form: Format) -> Values:
    if values.dtype.kind != "f":
        return values.astype(form.dtype, copy=False)
    unknown = np.isnan(values)
    if not unknown.any():
        return values.astype(np.float32, copy=False)
    return np.where(unknown, np.float32(form.nodata), values).astype(np.float32)


def _profile(form: Format) -> dict[str, object]:
    return {
        "driver": "GTiff",
        "dtype": form.dtype,
        "count": 1,
        "nodata": form.nodata,
        "tiled": True,
        "blockxsize": TILE,
        "blockysize": TILE,
        "compress": "DEFLATE",
        "zlevel": 1,
        "predictor": 3 if form.dtype == "float32" else 1,
        "bigtiff": "YES",
        "endianness": "LITTLE",
        "transform": _ANYWHERE,
    }


@dataclass(frozen=True)
class Pieces:
    """
    The pieces of one raster in a folder.

    Attributes
    ----------
    folder : Path
        There already.
    shape : (rows, cols)
    form : Format
    band_cells : int
        Columns of a block: a multiple of two tiles.
    """

    folder: Path
    shape: tuple[int, int]
    form: Format
    band_cells: int = BAND_CELLS

    def put(self, window: Window, pieces: tuple[bytes, bytes]) -> None:
        """Keep what `encoded` made of a block: under its name it is whole or not there."""
        half = Window(
            slice(window.rows.start // 2, -(-window.rows.stop // 2)),
            slice(window.cols.start // 2, -(-window.cols.stop // 2)),
        )
        write_whole(pieces[0], self._path(0, window))
        write_whole(pieces[1], self._path(1, half))

    def finish(self, path: Path, grid: Grid, *, note: str = "", engine: Engine = THREADS) -> None:
        """
        Make the overviews and put everything together.

        Parameters
        ----------
        path : Path
        grid : Grid
            Of `shape`.
        note : str
            What the file must say of itself, e.g. that the terrain is generated.
        engine : Engine
            For the overviews.
        """
        shapes = _overview_shapes(self.shape)
        for n, shape in enumerate(shapes[2:], start=2):
            task = partial(_reduced, self, n - 1, shapes[n - 1])
            for window, piece in run_blocks(task, self._blocks(n, shape), engine=engine):
                write_whole(piece, self._path(n, window))
        levels = [self._level(n, shape) for n, shape in enumerate(shapes)]
        assemble(io.BytesIO(_template(self.form, grid, note)), levels, path)

    def _path(self, level: int, window: Window) -> Path:
        place = f"{level}-{window.rows.start}-{window.cols.start}"
        return self.folder / f"{self.form.name}-{place}.tif"

    def _blocks(self, level: int, shape: tuple[int, int]) -> Iterator[Window]:
        """Pieces of the raster are blocks; those of its overviews half as high and wide."""
        if level == 0:
            return blocks_of(shape, self.band_cells)
        return windows(shape, block=TILE, block_cols=self.band_cells // 2)

    def _level(self, n: int, shape: tuple[int, int]) -> Level:
        pieces = [
            Piece(self._path(n, window), window.rows.start, window.cols.start)
            for window in self._blocks(n, shape)
        ]
        return Level(*shape, tuple(pieces))


def blocks_of(shape: tuple[int, int], band_cells: int = BAND_CELLS) -> Iterator[Window]:
    """Blocks of a raster that is to be written in pieces."""
    return windows(shape, block=BLOCK_ROWS, block_cols=band_cells)


def _overview_shapes(shape: tuple[int, int]) -> list[tuple[int, int]]:
    """The raster's own shape and those of its overviews, halved until one tile holds it."""
    shapes = [shape]
    while max(shapes[-1]) > TILE:
        rows, cols = shapes[-1]
        shapes.append((-(-rows // 2), -(-cols // 2)))
    return shapes


def _reduced(pieces: Pieces, level: int, shape: tuple[int, int], window: Window) -> bytes:
    """Block of an overview, compressed, from the overview below it."""
    out = np.empty(window.shape, dtype=pieces.form.dtype)
    band = pieces.band_cells // 2
    for row in range(2 * window.rows.start, min(2 * window.rows.stop, shape[0]), TILE):
        for col in range(2 * window.cols.start, min(2 * window.cols.stop, shape[1]), band):
            below = Window(
                slice(row, min(row + TILE, shape[0])), slice(col, min(col + band, shape[1]))
            )
            values = _decoded(pieces._path(level, below).read_bytes(), pieces.form)  # noqa: SLF001
            half = _halved(values, pieces.form)
            top, left = row // 2 - window.rows.start, col // 2 - window.cols.start
            out[top : top + half.shape[0], left : left + half.shape[1]] = half
    return _compressed(out, pieces.form)


def _halved(values: Values, form: Format) -> Values:
    """Every second cell, or the mean of those of each 2×2 that are known."""
    if form.reduce == "nearest":
        return values[::2, ::2]
    half = [_mean_of_four(values[top : top + TILE]) for top in range(0, len(values), TILE)]
    return np.concatenate(half)


def _mean_of_four(values: Values) -> Values:
    rows, cols = values.shape
    even = values.astype(np.float32, copy=False)
    if rows % 2 or cols % 2:
        even = np.pad(even, ((0, rows % 2), (0, cols % 2)), constant_values=np.nan)
    four = [even[i::2, j::2] for i in (0, 1) for j in (0, 1)]
    mean: Values = (four[0] + four[1] + four[2] + four[3]) * np.float32(0.25)
    unknown = np.isnan(mean)
    if unknown.any():
        some = np.stack([cell[unknown] for cell in four])
        known = (~np.isnan(some)).sum(axis=0)
        with np.errstate(invalid="ignore"):
            mean[unknown] = np.nan_to_num(some).sum(axis=0) / known
    return mean


def _template(form: Format, grid: Grid, note: str) -> bytes:
    """A raster of full size without tiles: it carries all the tags."""
    import rasterio

    with rasterio.MemoryFile() as memory:
        with memory.open(
            **_profile(form)
            | {
                "height": grid.height,
                "width": grid.width,
                "crs": grid.crs.to_wkt(),
                "transform": grid.transform,
                "sparse_ok": True,
            }
        ) as dataset:
            dataset.set_band_description(1, form.name)
            dataset.update_tags(**form.tags, **({"NOTE": note} if note else {}))
            dataset.write_colormap(1, dict(form.colours)) if form.colours else None
        return bytes(memory.getbuffer())


def write_whole(data: bytes, path: Path) -> None:
    """Write a file that is whole under its name or not there."""
    partial_path = path.with_name(f"{path.name}.{uuid4().hex}")
    partial_path.write_bytes(data)
    os.replace(partial_path, path)  # noqa: PTH105  replaces on every system
