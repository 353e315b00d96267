"""Large polygons cut into small ones, so that cutting them again and again costs little."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    import numpy.typing as npt

    Shapes = npt.NDArray[np.object_]

MAX_CORNERS = 256
"""A polygon with more is cut or clipped before it is given to GEOS."""
_AROUND_M = 1.0


def subdivided(shapes: Shapes) -> tuple[Shapes, npt.NDArray[np.int64]]:
    """
    Cut polygons of more than `MAX_CORNERS` corners at the middle of their boxes, again and again.

    Parameters
    ----------
    shapes : ndarray of Polygon or MultiPolygon, (n,)
        Valid.

    Returns
    -------
    parts : ndarray, (p,)
        Polygons that together cover the same ground.
    owner : ndarray of int64, (p,)
        Row of `shapes` that each part is of.
    """
    parts, owner = shapes, np.arange(len(shapes))
    done: list[tuple[Shapes, npt.NDArray[np.int64]]] = []
    while len(parts):
        large = shapely.get_num_coordinates(parts) > MAX_CORNERS
        done.append((parts[~large], owner[~large]))
        parts, owner = _halved(parts[large], owner[large])
    found = np.concatenate([part for part, _ in done]) if done else parts
    return found, np.concatenate([of for _, of in done]) if done else owner


def _halved(shapes: Shapes, owner: npt.NDArray[np.int64]) -> tuple[Shapes, npt.NDArray[np.int64]]:
    """Both halves of each shape, across its longer side; what has no area is left out."""
    halves, of = [], []
    for shape, row in zip(shapes, owner, strict=True):
        west, south, east, north = shape.bounds
        middle = (west + east) / 2.0, (south + north) / 2.0
        boxes = (
            [(west, south, middle[0], north), (middle[0], south, east, north)]
            if east - west >= north - south
            else [(west, south, east, middle[1]), (west, middle[1], east, north)]
        )
        for box in boxes:
            half = shapely.clip_by_rect(shape, *box)
            if not shapely.is_valid(half):
                half = shapely.intersection(shape, shapely.box(*box))
            if shapely.area(half) > 0.0:
                halves.append(half)
                of.append(row)
    return np.array(halves, dtype=object), np.array(of, dtype=np.int64)


def clipped(shapes: Shapes, land: shapely.Geometry) -> Shapes:
    """
    Large shapes near a polygon only.

    Parameters
    ----------
    shapes : ndarray of Polygon or MultiPolygon, (n,)
        Valid, in metres.
    land : Polygon or MultiPolygon
        In the same frame.

    Returns
    -------
    ndarray, (n,)
        With the same ground in common with `land`; corners that this makes lie outside of it.
    """
    large = shapely.get_num_coordinates(shapes) > MAX_CORNERS
    if not large.any():
        return shapes
    west, south, east, north = land.bounds
    box = west - _AROUND_M, south - _AROUND_M, east + _AROUND_M, north + _AROUND_M
    found = shapes.copy()
    near = shapely.clip_by_rect(shapes[large], *box)
    found[large] = np.where(shapely.is_valid(near), near, shapes[large])
    return found
