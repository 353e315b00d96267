"""Layers ready to be combined: their polygons in the cells of a grid, block by block."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from dzgis.area import carried
from dzgis.coverage import ZonesOnGrid, on_grid
from dzgis.overlay import common_areas, edge_table
from dzgis.overlay.table import box_grid
from dzgis.rings import Rings, joined, rings_of_shapes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import geopandas as gpd
    import numpy.typing as npt

    from dzgis.grid import Grid, Window

    Ints = npt.NDArray[np.int64]

MOST_LAYERS = 62
"""Layers that a combination can name."""
_OVERLAP_CELLS = 1e-7
"""Below this, in cells, features lie on each other by the rounding of their borders only."""


@dataclass(frozen=True)
class Grounds:
    """
    Polygons of several layers, n features in all, in the cells of a grid.

    Attributes
    ----------
    placed : ZonesOnGrid
        Layer after layer.
    layer_start : ndarray of int64, (layers + 1,)
        First feature of each layer.
    doubled : ndarray of bool, (n,)
        Features that overlap others of their layer.
    """

    placed: ZonesOnGrid
    layer_start: Ints
    doubled: npt.NDArray[np.bool_]

    @property
    def n_layers(self) -> int:
        """Number of layers."""
        return len(self.layer_start) - 1


def grounds_of(layers: Sequence[gpd.GeoDataFrame], grid: Grid) -> Grounds:
    """
    Carry layers to the cells of a grid, and find what overlaps in each.

    Parameters
    ----------
    layers : sequence of GeoDataFrame
        Valid polygons, any CRS; edges are straight in that CRS. Features may overlap.
    grid : Grid
        North-up or not.
    """
    rings = [rings_of_shapes(_shapes(layer, grid)) for layer in layers]
    return grounds_of_rings(rings, grid)


def grounds_of_rings(layers: Sequence[Rings], grid: Grid) -> Grounds:
    """
    Make ready layers that are arrays of coordinates in the grid's CRS already.

    Parameters
    ----------
    layers : sequence of Rings
    grid : Grid
    """
    none = rings_of_shapes(np.empty(0, dtype=object))
    sizes = [len(rings) for rings in layers]
    placed = on_grid(joined([none, *layers]), grid)
    start = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    cells = [_in_cells(rings, grid) for rings in layers]
    doubled = np.concatenate([np.empty(0, bool), *(overlapping(rings) for rings in cells)])
    return Grounds(placed, start, doubled)


def overlapping(rings: Rings) -> npt.NDArray[np.bool_]:
    """
    Which rows have ground in common with another one.

    Parameters
    ----------
    rings : Rings
        In cells, counted from a place near.
    """
    found = np.zeros(len(rings), bool)
    if not len(rings.xy):
        return found
    pairs = _boxes_meeting(rings.bounds())
    if not len(pairs):
        return found
    near = np.unique(pairs)
    # Edges of features that are near no other one need not be sorted.
    table = edge_table(rings.take(near))
    common = common_areas(np.searchsorted(near, pairs), table, table)
    found[pairs[common > _OVERLAP_CELLS].ravel()] = True
    return found


def _boxes_meeting(bounds: npt.NDArray[np.float64]) -> Ints:
    """Pairs of rows whose boxes share ground, each pair once, (p, 2)."""
    from dzgis.overlay import edge_kernel as kernel

    empty = np.array([np.inf, np.inf, -np.inf, -np.inf])
    there = np.isfinite(bounds[:, :1])
    box = np.where(there, bounds, empty)
    pairs: Ints = kernel.candidates(box, box, box_grid(box).arrays)
    return np.asarray(pairs[pairs[:, 0] < pairs[:, 1]])


def grounds_together(first: Grounds, second: Grounds) -> Grounds:
    """Layers of both, those of the second after the first."""
    xy, starts, signs, zones = first.placed.rings
    more_xy, more_starts, more_signs, more_zones = second.placed.rings
    rings = (
        np.concatenate([xy, more_xy]),
        np.concatenate([starts, more_starts[1:] + len(xy)]),
        np.concatenate([signs, more_signs]),
        np.concatenate([zones, more_zones[1:] + len(signs)]),
    )
    placed = ZonesOnGrid(
        rings,
        np.concatenate([first.placed.windows, second.placed.windows]),
        np.concatenate([first.placed.areas, second.placed.areas]),
    )
    start = np.concatenate([first.layer_start, second.layer_start[1:] + first.layer_start[-1]])
    return Grounds(placed, start, np.concatenate([first.doubled, second.doubled]))


def parts_of(grounds: Grounds, blocks: Iterable[Window]) -> Iterator[Grounds]:
    """
    Features of each block only, so that a task carries no more than it needs.

    Blocks that have the same columns follow each other, as `dzgis.grid.windows` gives them.
    """
    boxes, band = grounds.placed.windows, (-1, -1)
    within = np.empty(0, np.int64)
    first, end = within, within
    for block in blocks:
        if band != (block.cols.start, block.cols.stop):
            band = block.cols.start, block.cols.stop
            within = np.flatnonzero((boxes[:, 2] < band[1]) & (boxes[:, 3] > band[0]))
            first, end = boxes[within, 0], boxes[within, 1]
        here = within[(first < block.rows.stop) & (end > block.rows.start)]
        start = np.searchsorted(here, grounds.layer_start)
        yield Grounds(zones_taken(grounds.placed, here), start, grounds.doubled[here])


def layers_here(grounds: Grounds) -> tuple[Grounds, Ints]:
    """Only the layers that have features, and their numbers."""
    here = np.flatnonzero(np.diff(grounds.layer_start))
    start = np.append(grounds.layer_start[here], grounds.layer_start[-1])
    return Grounds(grounds.placed, start, grounds.doubled), here


def zones_taken(placed: ZonesOnGrid, rows: Ints) -> ZonesOnGrid:
    """Zones by number."""
    xy, ring_start, signs, zone_start = placed.rings
    rings = Rings(xy, ring_start, np.zeros(len(signs), bool), zone_start).take(rows)
    ring = _ranges(zone_start, rows)
    arrays = (rings.xy, rings.ring_start, signs[ring], rings.row_start)
    return ZonesOnGrid(arrays, placed.windows[rows], placed.areas[rows])


def _ranges(start: Ints, which: Ints) -> Ints:
    sizes = np.diff(start)[which]
    ends = np.cumsum(sizes)
    first = np.repeat(start[which] - (ends - sizes), sizes)
    return np.asarray(np.arange(len(first)) + first)


def _shapes(layer: gpd.GeoDataFrame, grid: Grid) -> npt.NDArray[np.object_]:
    shapes = np.asarray(carried(layer, grid.crs).geometry.to_numpy(), dtype=object)
    return np.asarray(shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))])


def _in_cells(rings: Rings, grid: Grid) -> Rings:
    row, col = grid.cell_at(*rings.xy.T)
    return Rings(np.column_stack([col, row]), rings.ring_start, rings.is_hole, rings.row_start)
