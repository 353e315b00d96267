"""How outlines become parcels: cut to what is allowed, straightened, parted, drawn back."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import shapely

from dzgis.crs import SEMI_MAJOR_M
from dzgis.land.own_plane import metres_per_degree, middle_latitudes, to_degrees, to_metres
from dzgis.land.straight import straightened

if TYPE_CHECKING:
    import numpy.typing as npt

    from dzgis.plan.avoidance import AvoidanceLimits

    Shapes = npt.NDArray[np.object_]
    Ints = npt.NDArray[np.int64]

_POLYGON = 3
_MITRE_LIMIT = 3.0
"""Corners of 39 degrees and more stay as they are; sharper ones lose their tip."""
_QUARTER = 8
"""Segments of a quarter circle where a neck is looked for."""
_WIDER_M = 0.01
"""What is wide enough is taken out of the parcel itself, whose edges stay as they are."""
WIDTH_SHARE, WIDTH_M = 0.001, 0.1
"""
A width is good to one in a thousand, so far do planes and the spacing of cells agree, and to the
ten centimetres that the largest circle may miss and the margin takes.
"""
_GRID_DEG = 1e-8
"""Points are put on a millimetre: what is written with eight decimals is what was measured."""


def within(shapes: Shapes, border: shapely.Geometry) -> tuple[Shapes, Ints]:
    """Polygons of what lies inside a border, each with the row it is of."""
    shapely.prepare(border)
    crossing = ~shapely.covers(border, shapes)
    cut = shapes.copy()
    cut[crossing] = shapely.intersection(shapes[crossing], border)
    shapely.destroy_prepared(border)
    return polygons_of(cut)


def outside(shapes: Shapes, ground: shapely.STRtree) -> tuple[Shapes, Ints]:
    """Polygons of what lies off the ground of a tree, each with the row it is of."""
    left = shapes.copy()
    rows, hits = ground.query(shapes, predicate="intersects")
    # One outline at a time: each loses the union of its own few neighbours.
    for row in np.unique(rows):
        taken = shapely.union_all(ground.geometries[np.sort(hits[rows == row])])
        left[row] = shapely.difference(left[row], taken)
    return polygons_of(left)


def polygons_of(shapes: Shapes) -> tuple[Shapes, Ints]:
    """Every polygon of the geometries, each with the row it is of."""
    parts, row = shapely.get_parts(shapes, return_index=True)
    # What is a collection in a collection holds no ground of its own.
    areal = (shapely.get_type_id(parts) == _POLYGON) & ~shapely.is_empty(parts)
    return parts[areal], row[areal]


def straight(shapes: Shapes, tolerance_m: float) -> Shapes:
    """Polygons in degrees with straight edges; see `straightened`."""
    if tolerance_m <= 0.0:
        return shapes
    per_degree = metres_per_degree(middle_latitudes(shapes))
    made = to_degrees(straightened(to_metres(shapes, per_degree), tolerance_m), per_degree)
    # Rings that touch in a point may be parted by rounding; such a region keeps its steps.
    return np.where(shapely.is_valid(made), made, shapes)


def wide_enough(shapes: Shapes, width_m: float) -> npt.NDArray[np.bool_]:
    """Whether a disc of a width fits into polygons in degrees."""
    metres = to_metres(shapes, metres_per_degree(middle_latitudes(shapes)))
    radius = width_m / 2.0 * (1.0 - WIDTH_SHARE)
    return np.asarray(~shapely.is_empty(shapely.buffer(metres, -radius, quad_segs=_QUARTER)))


def parted(shapes: Shapes, most_m2: float) -> tuple[Shapes, Ints]:
    """
    Polygons in degrees, cut in two across their longer side until none is larger.

    The cut runs north or east, through the middle of the ground.
    """
    done: list[tuple[shapely.Geometry, int]] = []
    waiting = list(zip(shapes, range(len(shapes)), strict=True))
    # One after the other: each cut depends on the one before.
    while waiting:
        shape, row = waiting.pop()
        (per,) = metres_per_degree(middle_latitudes(np.array([shape])))
        if shapely.area(shape) * per[0] * per[1] <= most_m2:
            done.append((shape, row))
            continue
        waiting += [(part, row) for part in polygons_of(_halves(shape, per))[0]]
    order = sorted(range(len(done)), key=lambda n: (done[n][1], done[n][0].bounds))
    parts = np.array([done[n][0] for n in order], dtype=object)
    return parts, np.array([done[n][1] for n in order], dtype=np.int64)


def _halves(shape: shapely.Geometry, per: npt.NDArray[np.float64]) -> Shapes:
    west, south, east, north = shape.bounds
    middle = shape.centroid
    if (east - west) * per[0] >= (north - south) * per[1]:
        boxes = [(west, south, middle.x, north), (middle.x, south, east, north)]
    else:
        boxes = [(west, south, east, middle.y), (west, middle.y, east, north)]
    return np.asarray(shapely.intersection(shape, [shapely.box(*box) for box in boxes]))


def opened(shapes: Shapes, width_m: float) -> tuple[Shapes, Ints]:
    """Polygons in degrees without strips that are narrower, each with the row it is of."""
    if width_m <= 0.0:
        return shapes, np.arange(len(shapes))
    per_degree = metres_per_degree(middle_latitudes(shapes))
    metres = to_metres(shapes, per_degree)
    half = width_m / 2.0
    core = shapely.buffer(metres, -half * (1.0 - WIDTH_SHARE), quad_segs=_QUARTER)
    wide = _buffer(core, half + _WIDER_M)
    parts, row = polygons_of(np.asarray(shapely.intersection(metres, wide)))
    return to_degrees(parts, per_degree[row]), row


def drawn_back(shapes: Shapes, limits: AvoidanceLimits) -> tuple[Shapes, Ints]:
    """
    Polygons in degrees, drawn back so far that what is written keeps off what they met.

    Parameters
    ----------
    shapes : ndarray of Polygon in degrees
    limits : AvoidanceLimits
        The margin is theirs, and `moves_m` for each of the three times that points move here and
        once for edges that other programs carry by their ends; longer ones are split.

    Returns
    -------
    ndarray of Polygon, ndarray of int
        With eight decimals, valid and nowhere narrower than `part_width_m`, so that they stay valid
        when points move by `moves_m`; and the row that each is of.
    """
    parts, row = _drawn_back(shapes, limits, limits.part_width_m / 2.0)
    firm = _is_firm(parts, limits.moves_m)
    if firm.all():
        return parts, row
    # Places that are as narrow as what was cut off, to a hair: they go with the next wider ones.
    again, of = _drawn_back(parts[~firm], limits, limits.part_width_m)
    firm_again = _is_firm(again, limits.moves_m)
    row = np.concatenate([row[firm], row[~firm][of[firm_again]]])
    return np.concatenate([parts[firm], again[firm_again]]), row


def _drawn_back(shapes: Shapes, limits: AvoidanceLimits, half_m: float) -> tuple[Shapes, Ints]:
    per_degree = metres_per_degree(middle_latitudes(shapes))
    metres = to_metres(shapes, per_degree)
    margin = limits.margin_m + 4.0 * limits.moves_m
    core = _buffer(metres, -(margin + half_m))
    # Mitres reach beyond blunt ends; those are cut off where the margin would be less.
    inner = _buffer(metres, -(margin - limits.moves_m))
    parts, row = polygons_of(np.asarray(shapely.intersection(_buffer(core, half_m), inner)))
    plain = shapely.simplify(parts, limits.moves_m)
    degrees = to_degrees(shapely.segmentize(plain, _longest_m(limits)), per_degree[row])
    on_grid = shapely.set_precision(degrees, _GRID_DEG)
    # The points stay on the grid; whoever cuts the shapes later is not bound to it.
    made, of = polygons_of(np.asarray(shapely.set_precision(on_grid, 0.0)))
    return made, row[of]


def _longest_m(limits: AvoidanceLimits) -> float:
    """
    Edge that bends by `moves_m` when its ends alone are carried to a projected CRS.

    A straight edge of L metres in degrees leaves the shortest line by L²·tan(latitude)/8R.
    """
    return math.sqrt(8.0 * SEMI_MAJOR_M * limits.moves_m)


def _is_firm(shapes: Shapes, moves_m: float) -> npt.NDArray[np.bool_]:
    """Whether polygons stay what they are, a shell and its holes, when points move a little."""
    metres = to_metres(shapes, metres_per_degree(middle_latitudes(shapes)))
    firm = np.ones(len(shapes), dtype=bool)
    for by in (-moves_m, moves_m):
        moved = _buffer(metres, by)
        one = (shapely.get_type_id(moved) == _POLYGON) & ~shapely.is_empty(moved)
        holes = shapely.get_num_interior_rings(shapes)
        firm &= one & (shapely.get_num_interior_rings(moved) == holes)
    return firm


def _buffer(shapes: Shapes, metres: float) -> Shapes:
    """Shapes widened or drawn back, sharp at corners; round where that would cross itself."""
    made = np.asarray(shapely.buffer(shapes, metres, join_style="mitre", mitre_limit=_MITRE_LIMIT))
    broken = ~shapely.is_valid(made)
    if broken.any():
        made[broken] = shapely.buffer(shapes[broken], metres, quad_segs=_QUARTER)
    return made
