"""Neighbours told from what presses: along a common border, sums over edges leave a hair."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from dzgis.overlay.pairs import Pairs
from dzgis.rings import shapes_of_rings

if TYPE_CHECKING:
    from dzgis.overlay.pairs import Target
    from dzgis.rings import Rings

TOUCH_M = 0.001
"""What is nowhere wider is a common border: the tolerance of the land survey's topology."""


def pressing(pairs: Pairs, target: Target, rings: Rings) -> Pairs:
    """
    Pairs without those that only touch (相邻).

    Parameters
    ----------
    pairs : Pairs
        `row` is the row in `rings`.
    target : Target
    rings : Rings
        In the target's frame.

    Notes
    -----
    An edge that one polygon splits and its neighbour does not bends by some micrometres between
    two coordinate systems. An area above `TOUCH_M` times half the perimeter cannot be such a hair;
    below that the piece is cut, and touches if it is nowhere as wide.
    """
    small = pairs.area_m2 < TOUCH_M / 2.0 * target.perimeter_m[pairs.target]
    doubtful = np.flatnonzero(small)
    if not doubtful.size:
        return pairs
    land = shapes_of_rings(target.framed.take(pairs.target[doubtful]))
    features = shapes_of_rings(rings.take(pairs.row[doubtful]))
    west, south, east, north = shapely.bounds(land).T
    near = np.array(
        [
            shapely.clip_by_rect(shape, *box)
            for shape, *box in zip(
                features, west - 1.0, south - 1.0, east + 1.0, north + 1.0, strict=True
            )
        ],
        dtype=object,
    )
    near = np.where(shapely.is_valid(near), near, features)
    pieces = shapely.intersection(land, near)
    # Narrow on the whole may still be wide at one end.
    wide = 2.0 * shapely.area(pieces) >= TOUCH_M * shapely.length(pieces)
    wide &= shapely.area(pieces) > 0.0
    wide[~wide] = ~shapely.is_empty(shapely.buffer(pieces[~wide], -TOUCH_M / 2.0))
    kept = np.ones(len(small), bool)
    kept[doubtful] = wide
    return Pairs(pairs.target[kept], pairs.row[kept], pairs.area_m2[kept])
