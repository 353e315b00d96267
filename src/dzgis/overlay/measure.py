"""What a layer covers of a set of polygons, feature by feature, block by block."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from dzgis.engine import THREADS, run_blocks
from dzgis.overlay.carry import in_equal_area
from dzgis.overlay.once import areas_once
from dzgis.overlay.pairs import Pairs, Target, framed_pairs, near_rows, search_grid
from dzgis.overlay.table import edge_table
from dzgis.overlay.touching import pressing
from dzgis.overlay.valid import check_valid
from dzgis.rings import Rings, joined, rings_of_wkb

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt
    import pyarrow as pa
    from pyproj import CRS

    from dzgis.engine import Engine
    from dzgis.overlay.table import BoxGrid


@dataclass(frozen=True)
class Block:
    """
    Consecutive features of a layer.

    Attributes
    ----------
    first : int
        Number of the first one in the layer, from 0.
    shapes : Rings or pyarrow Array
        In the layer's CRS; an array holds well-known binary, see `dzgis.rings.rings_of_wkb`.
    """

    first: int
    shapes: Rings | pa.Array


@dataclass(frozen=True)
class Covered:
    """
    What a layer covers of n polygons.

    Attributes
    ----------
    pairs : Pairs
        By number of the feature; features that lie on each other are each in full here.
    area_m2 : ndarray of float64, (n,)
        Of each polygon, ground under several features once.
    features : ndarray of int64, (f,)
        Numbers of the features that cover anything, ascending.
    rings : Rings
        These features in the target's frame, counted from its origin.
    bounds : ndarray, (4,)
        West, south, east, north of the whole layer in its CRS; NaN for a layer without shapes.
    n_near : int
        Features whose box meets that of a polygon.
    """

    pairs: Pairs
    area_m2: npt.NDArray[np.float64]
    features: npt.NDArray[np.int64]
    rings: Rings
    bounds: npt.NDArray[np.float64]
    n_near: int

    @property
    def local_pairs(self) -> Pairs:
        """The pairs with the row in `rings` in place of the feature's number."""
        place = np.searchsorted(self.features, self.pairs.row)
        return Pairs(self.pairs.target, place, self.pairs.area_m2)


@dataclass(frozen=True)
class _Found:
    """Answer of one block: pairs by number of the feature, and the features met, framed."""

    first: int
    pairs: Pairs
    rings: Rings
    bounds: npt.NDArray[np.float64]
    n_near: int


def covered_by(
    target: Target,
    blocks: Iterable[Block],
    crs: CRS,
    *,
    touch_m: float,
    engine: Engine = THREADS,
) -> Covered:
    """
    Measure what a layer covers of each polygon of the target.

    Parameters
    ----------
    target : Target
    blocks : iterable of Block
        Polygons; taken only as fast as they are measured.
    crs : CRS
        Of the blocks: geographic, or projected in metres.
    touch_m : float
        What is nowhere wider only touches and is left out, metres; 0 leaves nothing out.
    engine : Engine

    Returns
    -------
    Covered
        The same to the bit for every engine.

    Raises
    ------
    InputError
        If a shape cannot be read, or one near the target is not valid; records are named.
    """
    search = search_grid(target, crs)
    task = partial(_of_block, target=target, crs=crs, search=search, touch_m=touch_m)
    found = sorted(
        (answer for _, answer in run_blocks(task, blocks, engine=engine)), key=lambda f: f.first
    )
    pairs = _in_order([answer.pairs for answer in found])
    none = target.framed.take(np.empty(0, np.int64))
    rings, features = joined([none, *(answer.rings for answer in found)]), np.unique(pairs.row)
    place = np.searchsorted(features, pairs.row)
    once = areas_once(target, Pairs(pairs.target, place, pairs.area_m2), rings)
    n_near = sum(answer.n_near for answer in found)
    return Covered(pairs, once, features, rings, _around([f.bounds for f in found]), n_near)


def _extent(rings: Rings) -> npt.NDArray[np.float64]:
    if not len(rings.xy):
        return np.full(4, np.nan)
    x, y = rings.xy[:, 0], rings.xy[:, 1]
    return np.array([x.min(), y.min(), x.max(), y.max()])


def _around(boxes: list[npt.NDArray[np.float64]]) -> npt.NDArray[np.float64]:
    """Box around boxes; NaN where there is none."""
    there = [box for box in boxes if not np.isnan(box).any()]
    if not there:
        return np.full(4, np.nan)
    every = np.array(there)
    return np.concatenate([every[:, :2].min(axis=0), every[:, 2:].max(axis=0)])


def _of_block(block: Block, *, target: Target, crs: CRS, search: BoxGrid, touch_m: float) -> _Found:
    rings = block.shapes
    if not isinstance(rings, Rings):
        rings = rings_of_wkb(rings, first=block.first)
    rows = near_rows(rings, search)
    near = rings.take(rows)
    check_valid(near, records=rows + block.first + 1)
    framed = in_equal_area(near, crs, lat_deg=target.lat_deg, origin=target.origin)
    found = framed_pairs(target, edge_table(framed))
    pairs = pressing(found, target, framed, touch_m=touch_m)
    numbered = Pairs(pairs.target, rows[pairs.row] + block.first, pairs.area_m2)
    met = framed.take(np.unique(pairs.row))
    return _Found(block.first, numbered, met, _extent(rings), len(rows))


def _in_order(found: list[Pairs]) -> Pairs:
    """All pairs, by polygon of the target, then by feature."""
    target = np.concatenate([np.empty(0, np.int64), *(p.target for p in found)])
    row = np.concatenate([np.empty(0, np.int64), *(p.row for p in found)])
    area_m2 = np.concatenate([np.empty(0), *(p.area_m2 for p in found)])
    order = np.lexsort((row, target))
    return Pairs(target[order], row[order], area_m2[order])
