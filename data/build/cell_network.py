"""
Networks of lines over a grid: least-cost paths, and the smooth pieces that they make.

A cell is a pair of row and column; metres are those of the middle latitude, which is good enough
for lines that are invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy import ndimage, sparse
from scipy.sparse import csgraph

if TYPE_CHECKING:
    from collections.abc import Iterable

    from landscape import Grid, Mask
    from numpy.typing import NDArray
    from relief import Frame

Cell = tuple[int, int]
Link = tuple[Cell, Cell]

METRES_PER_ARC_SECOND = 30.86
#: Steps to half of the 16 neighbours; the other half is the way back.
_STEPS = ((0, 1), (1, 0), (1, 1), (1, -1), (1, 2), (2, 1), (1, -2), (2, -1))
#: Cells around a pair of places within which their path may run.
_MARGIN = 70
#: Cells along a line over which it is smoothed.
_SMOOTH_CELLS = 2.0


@dataclass(frozen=True)
class Land:
    """Heights in metres on a frame, and what crossing water costs more, as a factor (1: land)."""

    frame: Frame
    height: Grid
    hindrance: Grid

    @property
    def cell_m(self) -> tuple[float, float]:
        """Height and width of a cell, metres."""
        tall = self.frame.step_s * METRES_PER_ARC_SECOND
        return tall, tall * float(np.cos(np.radians(self.frame.lat.mean())))

    def cell_of(self, lon: float, lat: float) -> Cell:
        """Cell of a point; of one beyond the frame, the nearest cell of the frame."""
        rows, cols = self.frame.shape
        row = int((self.frame.north - lat) * 3600 / self.frame.step_s)
        col = int((lon - self.frame.west) * 3600 / self.frame.step_s)
        return min(max(row, 1), rows - 2), min(max(col, 1), cols - 2)


@dataclass(frozen=True)
class Grade:
    """What a line of a class costs: a metre at grade g costs 1 + (g / ruling)², at most `most`."""

    ruling: float
    most: float
    reuse: float = 1.0
    """Factor for cells that carry a line already."""


def path(land: Land, ends: Link, grade: Grade, built: Mask) -> list[Cell]:
    """Cells of the cheapest line between two cells, inside a window around them."""
    corner = [max(min(one[i] for one in ends) - _MARGIN, 0) for i in (0, 1)]
    limit = [min(max(one[i] for one in ends) + _MARGIN + 1, land.frame.shape[i]) for i in (0, 1)]
    window = np.s_[corner[0] : limit[0], corner[1] : limit[1]]
    shape = limit[0] - corner[0], limit[1] - corner[1]
    graph = _graph(land, window, grade, built)
    start, goal = ((row - corner[0]) * shape[1] + col - corner[1] for row, col in ends)
    _, before = csgraph.dijkstra(graph, directed=False, indices=start, return_predecessors=True)
    found = [goal]
    while found[-1] != start:
        found.append(int(before[found[-1]]))
    return [(n // shape[1] + corner[0], n % shape[1] + corner[1]) for n in reversed(found)]


def _graph(land: Land, window: tuple[slice, slice], grade: Grade, built: Mask) -> sparse.csr_array:
    height, hindrance, old = land.height[window], land.hindrance[window], built[window]
    number = np.arange(height.size).reshape(height.shape)
    starts, ends, costs = [], [], []
    for down, right in _STEPS:
        one = np.s_[: -down or None, max(-right, 0) : -right if right > 0 else None]
        other = np.s_[down:, max(right, 0) : right if right < 0 else None]
        metres = np.hypot(down * land.cell_m[0], right * land.cell_m[1])
        steep = np.abs(height[one] - height[other]) / metres
        cost = metres * np.minimum(1.0 + (steep / grade.ruling) ** 2, grade.most)
        cost *= np.maximum(hindrance[one], hindrance[other])
        cost[old[one] & old[other]] *= grade.reuse
        starts.append(number[one].ravel())
        ends.append(number[other].ravel())
        costs.append(cost.ravel())
    return sparse.coo_array(
        (np.concatenate(costs), (np.concatenate(starts), np.concatenate(ends))),
        shape=(height.size, height.size),
    ).tocsr()


def links_of(cells: list[Cell]) -> list[Link]:
    """Links of a path, each written from its smaller to its larger cell."""
    return [(min(a, b), max(a, b)) for a, b in pairwise(cells)]


def pieces(labels: dict[Link, str]) -> list[tuple[str, list[Cell]]]:
    """
    Lines from knot to knot, each with the label of its links.

    A knot is a cell where other than two links meet, or two of different labels.
    """
    at: dict[Cell, list[Link]] = {}
    for link in sorted(labels):
        for cell in link:
            at.setdefault(cell, []).append(link)
    knots = {c for c, met in at.items() if len(met) != 2 or labels[met[0]] != labels[met[1]]}
    left = dict(labels)
    # `left` shrinks while the lines are followed; rings without a knot come last.
    return [
        (labels[link], _follow(start, link, at, knots, left))
        for start in [*sorted(knots), *sorted(at)]
        for link in at[start]
        if link in left
    ]


def _follow(
    start: Cell, link: Link, at: dict[Cell, list[Link]], knots: set[Cell], left: dict[Link, str]
) -> list[Cell]:
    line = [start]
    while True:
        left.pop(link)
        line.append(link[0] if link[1] == line[-1] else link[1])
        onward = [one for one in at[line[-1]] if one in left]
        if line[-1] in knots or not onward:
            return line
        link = onward[0]


def smooth_line(cells: Iterable[Cell], frame: Frame, coarse_deg: float) -> shapely.LineString:
    """Line through the middles of cells, smoothed between its ends, EPSG:4490."""
    rows, cols = np.array(list(cells)).T
    xy = np.column_stack([frame.lon[cols], frame.lat[rows]])
    ramp = np.linspace(0.0, 1.0, len(xy))[:, np.newaxis]
    chord = xy[0] * (1.0 - ramp) + xy[-1] * ramp
    # An odd mirror image beyond the ends keeps them where they are.
    bent = _odd(xy - chord)
    n = len(xy)
    soft = ndimage.gaussian_filter1d(bent, _SMOOTH_CELLS, axis=0, mode="nearest")[n - 1 : 2 * n - 1]
    soft[[0, -1]] = 0.0
    return shapely.simplify(shapely.LineString(np.round(chord + soft, 6)), coarse_deg)


def _odd(values: NDArray[np.float64]) -> NDArray[np.float64]:
    back = values[::-1]
    return np.concatenate([2 * values[:1] - back, values[1:], (2 * values[-1:] - back)[1:]])
