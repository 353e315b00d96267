"""Elevations of a block with its halo, from files or from memory: the same block either way."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from dzgis.grid import Raster, padded_block
from dzgis.inputs import DemSource, read_block

if TYPE_CHECKING:
    import numpy.typing as npt

    from dzgis.grid import Window

Elevation: TypeAlias = Raster | DemSource


def elevations(source: Elevation, window: Window, halo: int) -> npt.NDArray[np.float32]:
    """
    Elevations of a block.

    Parameters
    ----------
    source : DemSource or Raster
        Both have ``grid`` and ``note``.
    window : Window
    halo : int
        Cells added on each side; NaN beyond the grid.

    Returns
    -------
    ndarray of float32, (rows + 2·halo, cols + 2·halo)
        Metres, NaN where not known.
    """
    if isinstance(source, Raster):
        values = source.values.astype(np.float32, copy=False)
        return padded_block(values, window, halo).astype(np.float32, copy=False)
    return read_block(source, window, halo=halo).values
