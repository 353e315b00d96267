"""
Gradient of a block of elevations in numpy: Horn, Zevenbergen–Thorne, edges.

A block has one more cell on each side than its result; what is not known there is NaN.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeVar, get_args

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    Array = npt.NDArray[np.float64]

Kind = TypeVar("Kind", bound=np.generic)
Method = Literal["horn", "zevenbergen-thorne"]
METHODS: tuple[Method, ...] = get_args(Method)
Edges = Literal["unknown", "computed"]
HALO_CELLS = 1
_STRIPE_ROWS = 128
Sides = tuple[bool, bool, bool, bool]
"""Whether a block's rim is the grid's: top, bottom, left, right."""


def gradient(z: Array, axes: Array, *, method: Method) -> tuple[Array, Array]:
    """
    Change of elevation per metre along x and y.

    Parameters
    ----------
    z : ndarray of float64, (rows + 2, cols + 2)
        Metres, NaN where not known.
    axes : ndarray, (rows, 4)
        As `ground_axes` gives them.
    method : {"horn", "zevenbergen-thorne"}

    Returns
    -------
    two ndarrays, (rows, cols)
        NaN where one of the nine cells of the window is not known.
    """
    return _on_ground(*_steps(_window(z), method), axes)


def gradient_of(
    z: Array, axes: Array, *, method: Method, sides: Sides | None
) -> tuple[Array, Array]:
    """Gradient, with edges where `sides` says which sides of the block are the grid's."""
    if sides is None:
        return gradient(z, axes, method=method)
    return _gradient_with_edges(z, axes, method=method, sides=sides)


def _gradient_with_edges(
    z: Array, axes: Array, *, method: Method, sides: Sides
) -> tuple[Array, Array]:
    """
    Gradient with the cells at edges and voids computed as ``gdaldem -compute_edges`` does.

    Beyond the grid elevations go on in a straight line; an unknown neighbour counts as high as the
    cell itself; at the grid's corners the outermost column counts twice.
    """
    padded = _extrapolated(z, sides)
    window = _window(padded)
    centre = window[4]
    x, y = _on_ground(*_steps([_or(cell, centre) for cell in window], method), axes)
    top, bottom, left, right = sides
    for row, at_row in ((0, top), (-1, bottom)):
        for col, at_col in ((0, left), (-1, right)):
            if at_row and at_col:
                corner = _corner(padded, row, col)
                filled = [_or(cell, corner[1:2, 1:2]) for cell in _window(corner)]
                cell_x, cell_y = _on_ground(*_steps(filled, method), axes[[row]])
                x[row, col], y[row, col] = cell_x[0, 0], cell_y[0, 0]
    return x, y


def by_stripes(
    compute: Callable[[Array, Array, Sides], npt.NDArray[Kind]],
    z: npt.NDArray[np.floating],
    axes: Array,
    sides: Sides | None,
) -> npt.NDArray[Kind]:
    """
    Do a block some rows at a time: numpy's intermediate arrays stay small.

    Parameters
    ----------
    compute : callable
        Given elevations in double precision with a rim of one cell, axes, and the sides.
    z : ndarray of floats, (rows + 2, cols + 2)
    axes : ndarray, (rows, 4)
    sides : four bools, optional
        Which sides of the block are the grid's; none where they do not matter.
    """
    top, bottom, left, right = sides or (False, False, False, False)
    rows = len(axes)
    done = []
    for first in range(0, rows, _STRIPE_ROWS):
        end = min(first + _STRIPE_ROWS, rows)
        here = (top and first == 0, bottom and end == rows, left, right)
        stripe = z[first : end + 2].astype(np.float64)
        done.append(compute(stripe, axes[first:end], here))
    return np.concatenate(done)


def _window(z: Array) -> list[Array]:
    """Nine views of a block, row by row: north-west first, the cell itself fifth."""
    rows, cols = z.shape[0] - 2, z.shape[1] - 2
    return [z[i : i + rows, j : j + cols] for i in range(3) for j in range(3)]


def _steps(window: list[Array], method: Method) -> tuple[Array, Array]:
    """Change of elevation a column eastwards and a row southwards."""
    nw, n, ne, w, centre, e, sw, s, se = window
    # Differences before sums: elevations of thousands of metres would cost digits.
    if method == "horn":
        by_col = ((ne - nw) + 2.0 * (e - w) + (se - sw)) / 8.0
        by_row = ((sw - nw) + 2.0 * (s - n) + (se - ne)) / 8.0
        unknown = np.isnan(centre)
    else:
        by_col = (e - w) / 2.0
        by_row = (s - n) / 2.0
        unknown = np.isnan(nw + ne + sw + se + centre)
    return np.where(unknown, np.nan, by_col), np.where(unknown, np.nan, by_row)


def _on_ground(by_col: Array, by_row: Array, axes: Array) -> tuple[Array, Array]:
    xc, xr, yc, yr = (axes[:, [n]] for n in range(4))
    return xc * by_col + xr * by_row, yc * by_col + yr * by_row


def _or(cell: Array, centre: Array) -> Array:
    return np.where(np.isnan(cell), centre, cell)


def _extrapolated(z: Array, sides: Sides) -> Array:
    padded = z.copy()
    top, bottom, left, right = sides
    if top:
        padded[0] = 2.0 * z[1] - z[2]
    if bottom:
        padded[-1] = 2.0 * z[-2] - z[-3]
    if left:
        padded[:, 0] = 2.0 * padded[:, 1] - padded[:, 2]
    if right:
        padded[:, -1] = 2.0 * padded[:, -2] - padded[:, -3]
    return padded


def _corner(padded: Array, row: int, col: int) -> Array:
    """3×3 cells around a corner of the grid, its outermost column twice."""
    rows = slice(0, 3) if row == 0 else slice(-3, None)
    cells = padded[rows][:, [1, 1, 2] if col == 0 else [-3, -2, -2]]
    return np.asarray(cells)
