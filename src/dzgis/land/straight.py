"""
Straight edges (界线取直) that stay inside a polygon: corners are cut off, never filled up.

Cutting off a convex corner takes a triangle away; the polygon can only shrink, so that whatever it
kept off it still keeps off. All corners of all polygons are looked at together, round by round.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from dzgis.rings import rings_of_shapes

if TYPE_CHECKING:
    import numpy.typing as npt

    from dzgis.rings import Rings

    Shapes = npt.NDArray[np.object_]
    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]
    Bools = npt.NDArray[np.bool_]

_FEWEST = 3
"""Corners of a ring."""
_APART_M = 0.001
"""A corner that is nearer to a new edge might come to lie across it when it is carried."""


def straightened(polygons: Shapes, tolerance_m: float) -> Shapes:
    """
    Polygons with straight edges where they had steps.

    Parameters
    ----------
    polygons : ndarray of Polygon, (n,)
        Valid, in metres.
    tolerance_m : float
        No point of the border that is given up is farther than this from the new border.

    Returns
    -------
    ndarray of Polygon, (n,)
        Valid, each inside the one it is made of, with as many holes.

    Notes
    -----
    A corner may go when the triangle that it makes with its two neighbours holds no other corner
    of its polygon; then the triangles of corners that are no neighbours have nothing in common, and
    all of a round are cut off at once. Of neighbours the one goes whose loss is less. The tolerance
    holds for every corner that the polygon had at first, so that losses do not add up unseen.

    The corners of a ring are looked at all round; where a ring begins changes nothing.
    """
    if not len(polygons) or tolerance_m <= 0.0:
        return polygons
    rings = rings_of_shapes(shapely.orient_polygons(polygons))
    corners = _Corners.of(rings)
    while corners.cut(tolerance_m):
        pass
    return _polygons(rings, corners)


@dataclass(frozen=True)
class _Corners:
    """
    Corners of all rings, the closing one left out; arrays are changed as corners go.

    Attributes
    ----------
    xy : ndarray, (k, 2)
    ring, row : ndarray of int64, (k,)
        Ring and polygon of each corner.
    before, after : ndarray of int64, (k,)
        Neighbours.
    first, size : ndarray of int64, (k,)
        First corner of the corner's ring, and how many it had.
    here, fixed : ndarray of bool, (k,)
        Whether the corner is still there; whether it was found to be in the way of others.
    left : ndarray of int64
        Corners of each ring that are left.
    chance : ndarray, (k,)
        Decides between neighbours that would lose as much; follows from the position.
    """

    xy: Floats
    ring: Ints
    row: Ints
    before: Ints
    after: Ints
    first: Ints
    size: Ints
    here: Bools
    fixed: Bools
    left: Ints
    chance: Floats

    @classmethod
    def of(cls, rings: Rings) -> _Corners:
        sizes = np.diff(rings.ring_start) - 1
        start = np.concatenate([[0], np.cumsum(sizes)])
        n = int(start[-1])
        ring = np.repeat(np.arange(len(sizes)), sizes)
        open_ = np.ones(len(rings.xy), dtype=bool)
        open_[rings.ring_start[1:] - 1] = False
        xy = rings.xy[open_]
        number = np.arange(n)
        after, before = number + 1, number - 1
        after[start[1:] - 1] = start[:-1]
        before[start[:-1]] = start[1:] - 1
        row = np.repeat(np.arange(len(rings)), np.diff(rings.row_start))[ring]
        # Of the position within its polygon, so that company changes nothing.
        local = xy - rings.bounds()[row, :2]
        chance = np.modf(np.sin(local @ np.array([12.9898, 78.233])) * 43758.5453)[0]
        all_ = np.ones(n, dtype=bool)
        return cls(
            xy,
            ring,
            row,
            before,
            after,
            start[:-1][ring],
            sizes[ring],
            all_,
            ~all_,
            sizes.copy(),
            chance,
        )

    def cut(self, tolerance_m: float) -> bool:
        """Cut off one round of corners; whether there were any to try."""
        may, loss = self._losses(tolerance_m)
        chosen = self._least(may, loss)
        if not chosen.size:
            return False
        blocked = self._blocked(chosen)
        self.fixed[chosen[blocked]] = True
        self._take(chosen[~blocked])
        return True

    def _losses(self, tolerance_m: float) -> tuple[Ints, Floats]:
        """Corners that may go, and for every corner how far the border would move."""
        number = np.flatnonzero(self.here & ~self.fixed & (self.left[self.ring] > _FEWEST))
        a, b, c = (self.xy[at] for at in (self.before[number], number, self.after[number]))
        one, two = b - a, c - b
        number = number[one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0] >= 0.0]
        lost = self._moved(self.before[number], self.after[number])
        loss = np.full(len(self.xy), np.inf)
        may = lost <= tolerance_m
        loss[number[may]] = lost[may]
        return number[may], loss

    def _moved(self, one: Ints, two: Ints) -> Floats:
        """How far the corners that the rings once had between two corners are from the edge."""
        if not len(one):
            return np.empty(0)
        counts = (two - one) % self.size[one]
        start = np.cumsum(counts) - counts
        step = np.arange(int(counts.sum())) - np.repeat(start, counts)
        of = np.repeat(np.arange(len(one)), counts)
        first, size = self.first[one[of]], self.size[one[of]]
        between = self.xy[first + (one[of] - first + step) % size]
        a, base = self.xy[one], self.xy[two] - self.xy[one]
        length2 = np.maximum((base**2).sum(axis=1), np.finfo(float).tiny)
        side = between - a[of]
        foot = np.clip((side * base[of]).sum(axis=1) / length2[of], 0.0, 1.0)
        away = np.hypot(*(side - foot[:, np.newaxis] * base[of]).T)
        return np.asarray(np.maximum.reduceat(away, start))

    def _least(self, may: Ints, loss: Floats) -> Ints:
        """Corners that lose less than both neighbours would."""
        keep = np.ones(len(may), dtype=bool)
        for other in (self.before[may], self.after[may]):
            less = loss[may] < loss[other]
            even = loss[may] == loss[other]
            first = (self.chance[may] < self.chance[other]) | (
                (self.chance[may] == self.chance[other]) & (may < other)
            )
            keep &= less | (even & first)
        return may[keep]

    def _blocked(self, chosen: Ints) -> Bools:
        """Whether another corner of the polygon lies in a corner's triangle, or next to it."""
        ends = np.column_stack([self.before[chosen], chosen, self.after[chosen]])
        triangles = shapely.polygons(self.xy[np.column_stack([ends, ends[:, 0]])])
        there = np.flatnonzero(self.here)
        tree = shapely.STRtree(shapely.points(self.xy[there]))
        triangle, hit = tree.query(triangles, predicate="dwithin", distance=_APART_M)
        corner = there[hit]
        own = (ends[triangle] == corner[:, np.newaxis]).any(axis=1)
        other = ~own & (self.row[corner] == self.row[chosen[triangle]])
        return np.bincount(triangle[other], minlength=len(chosen)).astype(bool)

    def _take(self, gone: Ints) -> None:
        # A ring keeps three corners: of a small one only one goes at a time.
        order = gone[np.lexsort((self.chance[gone], self.ring[gone]))]
        rank = np.arange(len(order)) - np.searchsorted(self.ring[order], self.ring[order])
        gone = order[rank < self.left[self.ring[order]] - _FEWEST]
        before, after = self.before[gone], self.after[gone]
        self.here[gone] = False
        self.after[before], self.before[after] = after, before
        self.fixed[before], self.fixed[after] = False, False
        np.subtract.at(self.left, self.ring[gone], 1)


def _polygons(rings: Rings, corners: _Corners) -> Shapes:
    """Polygons of what is left of the rings."""
    left, ring = corners.xy[corners.here], corners.ring[corners.here]
    made = shapely.linearrings(left, indices=ring)
    of = np.repeat(np.arange(len(rings)), np.diff(rings.row_start))
    return np.asarray(shapely.polygons(made, indices=of))
