"""Neighbours told from what presses: along a common border, sums over edges leave a hair."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from dzgis.overlay.pairs import Pairs
from dzgis.overlay.subdivide import clipped
from dzgis.rings import shapes_of_rings

if TYPE_CHECKING:
    from dzgis.overlay.pairs import Target
    from dzgis.rings import Rings


def pressing(pairs: Pairs, target: Target, rings: Rings, *, touch_m: float) -> Pairs:
    """
    Pairs without those that only touch (相邻).

    Parameters
    ----------
    pairs : Pairs
        `row` is the row in `rings`.
    target : Target
    rings : Rings
        In the target's frame.
    touch_m : float
        What is nowhere wider is a common border, metres.

    Notes
    -----
    An edge that one polygon splits and its neighbour does not bends by some micrometres between
    two coordinate systems. An area above `touch_m` times half the perimeter cannot be such a hair;
    below that the piece is cut, and touches if it is nowhere as wide.
    """
    small = pairs.area_m2 < touch_m / 2.0 * target.perimeter_m[pairs.target]
    doubtful = np.flatnonzero(small)
    if not doubtful.size:
        return pairs
    land = shapes_of_rings(target.framed.take(pairs.target[doubtful]))
    features = shapes_of_rings(rings.take(pairs.row[doubtful]))
    near = [clipped(features[[n]], one)[0] for n, one in enumerate(land)]
    pieces = shapely.intersection(land, np.array(near, dtype=object))
    # Narrow on the whole may still be wide at one end.
    wide = 2.0 * shapely.area(pieces) >= touch_m * shapely.length(pieces)
    wide &= shapely.area(pieces) > 0.0
    wide[~wide] = ~shapely.is_empty(shapely.buffer(pieces[~wide], -touch_m / 2.0))
    kept = np.ones(len(small), bool)
    kept[doubtful] = wide
    return Pairs(pairs.target[kept], pairs.row[kept], pairs.area_m2[kept])
