"""
A change of coordinates as a cubic polynomial in each of many small tiles.

Within 4 km a projection is so smooth that a cubic through sixteen of its points is off by less
than a nanometre, and costs a tenth. The points come from PROJ, so any pair of systems will do. A
point's tile depends on its coordinates only, so that neighbours keep their common corners.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    Points = npt.NDArray[np.float64]
    Change = Callable[[Points, Points], tuple[Points, Points]]

_NODES = np.cos(np.pi * (2.0 * np.arange(4) + 1.0) / 8.0)
_FROM_NODES = np.linalg.inv(np.vander(_NODES, increasing=True))
"""Coefficients of 1, u, u², u³ from the values at the nodes."""
_WORTH = 4
"""Points for each node from which on polynomials are cheaper than the change itself."""
_MAX_TILES = 1 << 24


def changed(xy: Points, change: Change, *, side: float, origin: Points) -> Points:
    """
    Carry points to another system of coordinates.

    Parameters
    ----------
    xy : ndarray of float64, (k, 2)
        Finite.
    change : callable
        From arrays of x and y to arrays of x and y.
    side : float
        Side of a tile in the unit of `xy`, about 4 km.
    origin : ndarray, (2,)
        Subtracted from what `change` gives, before digits are lost.

    Returns
    -------
    ndarray, (k, 2)
    """
    from dzgis.overlay import tiles_kernel as kernel

    if not len(xy):
        return xy
    tiles = kernel.tile_of(xy, side)
    low, high = tiles.min(axis=0), tiles.max(axis=0)
    n_cols, n_rows = (high - low + 1).tolist()
    if n_cols * n_rows > _MAX_TILES:
        return _direct(xy, change, origin)
    number = np.full((n_rows, n_cols), -1, np.int64)
    number[tiles[:, 1] - low[1], tiles[:, 0] - low[0]] = 0
    rows, cols = np.nonzero(number == 0)
    if len(rows) * len(_NODES) ** 2 * _WORTH > len(xy):
        return _direct(xy, change, origin)
    number[rows, cols] = np.arange(len(rows))
    fitted = _fitted(np.column_stack([cols, rows]) + low, change, side, origin)
    return np.asarray(kernel.carry(xy, tiles, number, low, side, fitted))


def _direct(xy: Points, change: Change, origin: Points) -> Points:
    return np.column_stack(change(xy[:, 0], xy[:, 1])) - origin


def _fitted(
    tiles: npt.NDArray[np.int64], change: Change, side: float, origin: Points
) -> npt.NDArray[np.float64]:
    """Coefficients of each tile, (t, 2, 4, 4): axis, power of u, power of v."""
    at = (tiles[:, :, np.newaxis] + (_NODES + 1.0) / 2.0) * side
    shape = (len(tiles), len(_NODES), len(_NODES))
    x = np.broadcast_to(at[:, 0, :, np.newaxis], shape).ravel()
    y = np.broadcast_to(at[:, 1, np.newaxis, :], shape).ravel()
    values = (np.column_stack(change(x, y)) - origin).T.reshape(2, *shape)
    found = np.einsum("pi,atij,qj->tapq", _FROM_NODES, values, _FROM_NODES)
    return np.ascontiguousarray(found)
