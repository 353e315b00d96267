"""Outlines of cells as polygons, one thread at a time."""

from __future__ import annotations

import warnings
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    import numpy.typing as npt
    from affine import Affine

_ONE_AT_A_TIME = Lock()
"""rasterio silences its own warning in a way that two threads undo for each other."""


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
    from rasterio.errors import NotGeoreferencedWarning
    from rasterio.features import shapes

    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
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
