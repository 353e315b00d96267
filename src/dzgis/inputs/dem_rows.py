"""
Rows of raster files, decoded once: neighbouring blocks share their rims.

A process keeps the rows it read last, and each of its threads keeps its own open files.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import rasterio
import rasterio.errors
from rasterio.windows import Window as RasterWindow

from dzgis.errors import InputError
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from dzgis.inputs.dem_files import Tile

    Stored = npt.NDArray[np.generic]

# Whole blocks are read here, each once: GDAL's own cache, 5 % of the machine by default, is idle.
os.environ.setdefault("GDAL_CACHEMAX", "16")

ROWS_AT_A_TIME = 256
KEPT_BYTES = 96 * 2**20
_OPEN_FILES = 16
Key = tuple[Path, int, int, int, int]


@dataclass(frozen=True)
class Cells:
    """A rectangle of an array; the compiled code wants the whole array, whose rows are solid."""

    array: Stored
    top: int
    left: int
    n_rows: int
    n_cols: int

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.n_rows, self.n_cols

    @property
    def values(self) -> Stored:
        """View of the rectangle."""
        rows = slice(self.top, self.top + self.n_rows)
        return self.array[rows, self.left : self.left + self.n_cols]


class _Recent:
    """What was decoded last; a row that two threads want is decoded by one of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: OrderedDict[Key, Future[Stored]] = OrderedDict()

    def get(self, key: Key, decode: Callable[[], Stored], *, kept_bytes: int) -> Stored:
        with self._lock:
            future = self._rows.get(key)
            if mine := future is None:
                future = self._rows[key] = Future()
            self._rows.move_to_end(key)
        if mine:
            try:
                future.set_result(decode())
            except BaseException as error:
                with self._lock:
                    self._rows.pop(key, None)
                future.set_exception(error)
                raise
            self._shrink(kept_bytes)
        return future.result()

    def _shrink(self, kept_bytes: int) -> None:
        with self._lock:
            done = [key for key, row in self._rows.items() if row.done()]
            total = sum(self._rows[key].result().nbytes for key in done)
            for key in done[:-1]:
                if total <= kept_bytes:
                    return
                total -= self._rows.pop(key).result().nbytes


_RECENT = _Recent()
_OPEN = threading.local()


def stored_rows(
    tile: Tile, rows: slice, cols: slice, *, kept_bytes: int = KEPT_BYTES
) -> list[tuple[int, Cells]]:
    """
    Stored values of part of a tile.

    Parameters
    ----------
    tile : Tile
    rows, cols : slice
        In the tile.
    kept_bytes : int
        How much of what was decoded the process keeps.

    Returns
    -------
    list of (row, Cells)
        Stretches of rows that follow one another from ``rows.start``, each with the tile's row it
        begins at.
        Floats with NaN where a mask band says that a cell is not known.
    """
    step = _rows_at_a_time(tile)
    left = cols.start // tile.block_width * tile.block_width
    right = min(-(-cols.stop // tile.block_width) * tile.block_width, tile.width)
    found = []
    for top in range(rows.start // step * step, rows.stop, step):
        bottom = min(top + step, tile.height)
        window = RasterWindow(left, top, right - left, bottom - top)
        key = (tile.path, tile.stamp, top, left, right)
        block = _RECENT.get(key, partial(_decoded, tile, window), kept_bytes=kept_bytes)
        first, end = max(rows.start, top), min(rows.stop, bottom)
        n_cols = cols.stop - cols.start
        found.append((first, Cells(block, first - top, cols.start - left, end - first, n_cols)))
    return found


def _rows_at_a_time(tile: Tile) -> int:
    """Whole blocks of the file, some hundred rows."""
    return tile.block_height * max(ROWS_AT_A_TIME // tile.block_height, 1)


def _decoded(tile: Tile, window: RasterWindow) -> Stored:
    try:
        source = _opened(tile)
        stored: Stored = source.read(1, window=window)
        if tile.masked:
            known = source.read_masks(1, window=window) > 0
            return np.where(known, stored.astype(np.float64), np.nan)
    except rasterio.errors.RasterioIOError as error:
        raise InputError(
            Text(
                f"{tile.path} 读取中断，文件已损坏（{error}）；请重新下载或导出",
                f"{tile.path}: reading breaks off, the file is damaged ({error}); "
                "download or export it again",
            )
        ) from error
    return stored


def _opened(tile: Tile) -> Any:  # noqa: ANN401  rasterio has no types
    """Open file of this thread; GDAL's are not to be shared."""
    files: OrderedDict[tuple[Path, int], Any] = _OPEN.__dict__.setdefault("files", OrderedDict())
    key = (tile.path, tile.stamp)
    if key not in files:
        files[key] = rasterio.open(tile.path)
        while len(files) > _OPEN_FILES:
            files.popitem(last=False)[1].close()
    files.move_to_end(key)
    return files[key]


def forget() -> None:
    """Let go of what was decoded and of this thread's open files."""
    _RECENT.__init__()  # type: ignore[misc]
    for file in _OPEN.__dict__.pop("files", {}).values():
        file.close()
