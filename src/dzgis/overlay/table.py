"""Polygons made ready for measuring what they have in common with others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from dzgis.rings import Rings

_MAX_CELLS = 1 << 22


@dataclass(frozen=True)
class EdgeTable:
    """
    Edges of n polygons.

    Attributes
    ----------
    edges : ndarray of float64, (k, 5)
        x0 ≤ x1 with their y, in the frame, and the sign.
    start : ndarray of int64, (n + 1,)
        First edge of each polygon.
    box : ndarray of float64, (n, 4)
    cells : tuple of ndarray
        The boxes, and the edges by cell of the polygons that have many, see
        `dzgis.overlay.edge_kernel.cells_of`.
    """

    edges: npt.NDArray[np.float64]
    start: npt.NDArray[np.int64]
    box: npt.NDArray[np.float64]
    cells: tuple[npt.NDArray[np.generic], ...]

    def __len__(self) -> int:
        """Return the number of polygons."""
        return len(self.start) - 1

    @property
    def arrays(self) -> tuple[object, ...]:
        """What compiled code takes."""
        return self.edges, self.start, self.cells


@dataclass(frozen=True)
class BoxGrid:
    """
    Boxes in a uniform grid of cells, to be found by place.

    Attributes
    ----------
    box : ndarray of float64, (n, 4)
        West, south, east, north; a box that holds nothing has west > east.
    arrays : tuple
        West, south, cell in the boxes' unit, columns, rows, first entry of each cell, rows of
        `box` by cell: what compiled code takes.
    """

    box: npt.NDArray[np.float64]
    arrays: tuple[float, float, float, int, int, npt.NDArray[np.int64], npt.NDArray[np.int64]]


def edge_table(rings: Rings) -> EdgeTable:
    """
    Edges of polygons in the frame of `rings`.

    Tables that are measured with each other are in one frame, whose origin is near: that keeps
    the digits.
    """
    from dzgis.overlay import edge_kernel as kernel

    edges, start = kernel.edges_of(rings.xy, rings.ring_start, rings.is_hole, rings.row_start)
    box = kernel.boxes_of(edges, start)
    shape, side = kernel.shapes_of_cells(start, box)
    cells = (box, shape, side, *kernel.cells_of(edges, start, box, shape, side))
    return EdgeTable(edges, start, box, cells)


def box_grid(box: npt.NDArray[np.float64]) -> BoxGrid:
    """Put boxes into a grid whose cells are about twice as large as the usual box."""
    from dzgis.overlay import edge_kernel as kernel

    there = box[box[:, 0] <= box[:, 2]]
    if not len(there):
        there = np.zeros((1, 4))
    west, south = there[:, 0].min(), there[:, 1].min()
    width, height = there[:, 2].max() - west, there[:, 3].max() - south
    sides = np.maximum(there[:, 2] - there[:, 0], there[:, 3] - there[:, 1])
    cell = max(2.0 * float(np.median(sides)), float(np.sqrt(width * height / _MAX_CELLS)), 1e-9)
    # Large boxes among many small ones must not fill cell after cell.
    n_entries = float((np.ceil(sides / cell) + 1.0).clip(max=1e9).astype(float).__pow__(2).sum())
    cell *= max(float(np.sqrt(n_entries / (8.0 * len(there) + _MAX_CELLS))), 1.0)
    shape = (int(width / cell) + 1, int(height / cell) + 1)
    entry, member = kernel.grid_of(box, west, south, cell, shape)
    return BoxGrid(box, (west, south, cell, *shape, entry, member))
