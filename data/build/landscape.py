"""
Carve drainage networks into a height grid.

The stream-power law dh/dt = -K A^m S is solved implicitly along a drainage tree [1]_. The tree is
the minimum spanning tree of the grid under the weight max(h_i, h_j), which routes flow out of every
pit over its lowest sill, so no pit filling is needed.

References
----------
.. [1] Braun, J., Willett, S. D. (2013). A very efficient O(n), implicit and parallel method to
   solve the stream power equation. Geomorphology 180-181, 170-179.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, sparse
from scipy.sparse import csgraph

Grid = NDArray[np.float64]
Mask = NDArray[np.bool_]
Index = NDArray[np.int64]

_NEIGHBOURS = ((0, 1), (1, 0), (1, 1), (1, -1))
_STEEPEST_FIRST = 1e-2
_AREA_EXPONENT = 0.45


@dataclass(frozen=True)
class Drainage:
    """Receiver of each cell (itself at an outlet) and the cells in groups from outlet to crest."""

    receiver: Index
    levels: list[Index]


def drainage(height: Grid, outlets: Mask, cell_m: tuple[float, float]) -> Drainage:
    """
    Route flow from every cell to one of the `outlets`.

    `height` is in metres; `cell_m` holds the cell height and width in metres.
    """
    n_cells = height.size
    number = np.arange(n_cells).reshape(height.shape)
    starts, ends, weights = [], [], []
    for row_step, col_step in _NEIGHBOURS:
        one, other = _pairs(row_step, col_step)
        distance = np.hypot(row_step * cell_m[0], col_step * cell_m[1])
        low, high = height[one], height[other]
        sill = np.maximum(low, high) - _STEEPEST_FIRST * np.abs(low - high) / distance
        starts.append(number[one].ravel())
        ends.append(number[other].ravel())
        weights.append(sill.ravel())
    floor = float(height.min()) - 1.0
    outlet_cells = number[outlets]
    starts.append(outlet_cells)
    ends.append(np.full(outlet_cells.size, n_cells))
    weights.append(np.full(outlet_cells.size, floor + 1e-6))
    graph = sparse.coo_array(
        (np.concatenate(weights) - floor, (np.concatenate(starts), np.concatenate(ends))),
        shape=(n_cells + 1, n_cells + 1),
    ).tocsr()
    tree = csgraph.minimum_spanning_tree(graph)
    _, before = csgraph.breadth_first_order(tree, n_cells, directed=False)
    receiver = before[:n_cells].astype(np.int64)
    at_outlet = receiver == n_cells
    receiver[at_outlet] = np.flatnonzero(at_outlet)
    return Drainage(receiver, _levels(receiver))


def catchment_cells(flow: Drainage) -> Grid:
    """Count the cells that drain through each cell, itself included (flat array)."""
    count = np.ones(flow.receiver.size)
    for cells in reversed(flow.levels[1:]):
        np.add.at(count, flow.receiver[cells], count[cells])
    return count


def channel_height(height: Grid, flow: Drainage, channel: Mask) -> Grid:
    """Height of the first cell of `channel` downstream of each cell; an outlet is one as well."""
    base = height.ravel().copy()
    stops = channel.ravel()
    for cells in flow.levels[1:]:
        passing = cells[~stops[cells]]
        base[passing] = base[flow.receiver[passing]]
    return base.reshape(height.shape)


def incise(
    height: Grid, flow: Drainage, *, strength: Grid, fixed: Mask, cell_m: tuple[float, float]
) -> Grid:
    """
    Lower every cell towards its receiver by one implicit stream-power step.

    `strength` is K·dt in cell units; cells of `fixed` keep their height.
    """
    area = catchment_cells(flow)
    rows, cols = np.divmod(np.arange(height.size), height.shape[1])
    to_row, to_col = np.divmod(flow.receiver, height.shape[1])
    distance = np.hypot((rows - to_row) * cell_m[0], (cols - to_col) * cell_m[1])
    span = np.sqrt(cell_m[0] * cell_m[1])
    pull = strength.ravel() * (area * span**2 / 1e6) ** _AREA_EXPONENT * 1e3
    pull = pull / np.maximum(distance, span)
    pull[fixed.ravel()] = 0.0
    carved = height.ravel().copy()
    for cells in flow.levels[1:]:
        below = carved[flow.receiver[cells]]
        carved[cells] = (carved[cells] + pull[cells] * below) / (1.0 + pull[cells])
    return carved.reshape(height.shape)


def fractal_noise(
    shape: tuple[int, int], *, longest: float, exponent: float, rng: np.random.Generator
) -> Grid:
    """
    Gaussian noise of unit variance with power falling as frequency^-`exponent`.

    Wavelengths above `longest` cells carry no more power than `longest` itself. The grid is
    padded before the transform so that opposite edges differ.
    """
    rows, cols = (side + int(longest) for side in shape)
    frequency = np.hypot(np.fft.fftfreq(rows)[:, None], np.fft.rfftfreq(cols)[None, :])
    spectrum = np.maximum(frequency, 1.0 / longest) ** (-exponent / 2.0)
    spectrum[0, 0] = 0.0
    white = np.fft.rfft2(rng.standard_normal((rows, cols)))
    noise = np.fft.irfft2(white * spectrum, s=(rows, cols))[: shape[0], : shape[1]]
    scaled: Grid = (noise - noise.mean()) / noise.std()
    return scaled


def resample(grid: Grid, shape: tuple[int, int], order: int = 3) -> Grid:
    """Resample between grids of the same extent, cell centre to cell centre."""
    row = (np.arange(shape[0]) + 0.5) * grid.shape[0] / shape[0] - 0.5
    col = (np.arange(shape[1]) + 0.5) * grid.shape[1] / shape[1] - 0.5
    coefficients = ndimage.spline_filter(grid, order=order, mode="nearest") if order > 1 else grid
    blocks = [
        ndimage.map_coordinates(
            coefficients,
            np.meshgrid(part, col, indexing="ij"),
            order=order,
            mode="nearest",
            prefilter=False,
        )
        for part in np.array_split(row, max(1, shape[0] // 200))
    ]
    return np.vstack(blocks)


def _pairs(row_step: int, col_step: int) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    rows = slice(None, -row_step or None), slice(row_step, None)
    if col_step < 0:
        return (rows[0], slice(-col_step, None)), (rows[1], slice(None, col_step))
    cols = slice(None, -col_step or None), slice(col_step, None)
    return (rows[0], cols[0]), (rows[1], cols[1])


def _levels(receiver: Index) -> list[Index]:
    n_cells = receiver.size
    itself = np.arange(n_cells)
    depth = (receiver != itself).astype(np.int64)
    jump = receiver.copy()
    while True:
        further = depth[jump]
        if not further.any():
            break
        depth = depth + further
        jump = jump[jump]
    order = np.argsort(depth, kind="stable")
    edges = np.flatnonzero(np.diff(depth[order])) + 1
    return list(np.split(order, edges))
