"""Outlines of cells as polygons, and the cells that shapes touch; one thread at a time."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt
    from affine import Affine

    from dzgis.grid import Grid

_ONE_AT_A_TIME = Lock()


@contextmanager
def _quietly() -> Iterator[None]:
    """Without rasterio's warning of arrays in memory; two threads would undo it for each other."""
    from rasterio.errors import NotGeoreferencedWarning

    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        yield


def cell_outlines(
    cells: npt.NDArray[np.bool_], transform: Affine, *, connectivity: int = 4
) -> list[shapely.Geometry]:
    """
    Polygons around the cells that count.

    Parameters
    ----------
    cells : ndarray of bool, (rows, cols)
    transform : Affine
        Of the cells.
    connectivity : {4, 8}
        Whether cells that meet at a corner only are one.
    """
    from rasterio.features import shapes

    with _quietly():
        found = list(
            shapes(cells.astype("uint8"), cells, connectivity=connectivity, transform=transform)
        )
    return _polygons([outline["coordinates"] for outline, _ in found])


def _polygons(outlines: list[list[list[tuple[float, float]]]]) -> list[shapely.Geometry]:
    """Polygons of rings, the shell first, all at once."""
    if not outlines:
        return []
    rings = [np.array(ring) for outline in outlines for ring in outline]
    ring = np.repeat(np.arange(len(rings)), [len(xy) for xy in rings])
    made = shapely.linearrings(np.concatenate(rings), indices=ring)
    of = np.repeat(np.arange(len(outlines)), [len(outline) for outline in outlines])
    return list(shapely.polygons(made, indices=of))


def touched_cells(shapes: npt.NDArray[np.object_], grid: Grid) -> npt.NDArray[np.bool_]:
    """Cells of a grid that points, lines or polygons in its CRS touch."""
    from rasterio.features import rasterize

    if not len(shapes):
        return np.zeros(grid.shape, dtype=bool)
    with _quietly():
        found = rasterize(
            ((shape, 1) for shape in shapes),
            out_shape=grid.shape,
            transform=grid.transform,
            all_touched=True,
            dtype=np.uint8,
        )
    return np.asarray(found == 1)
