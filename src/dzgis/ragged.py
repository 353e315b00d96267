"""Polygons as ragged arrays: coordinates of all rings in one, without a geometry object each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    import numpy.typing as npt

_POLYGON, _MULTIPOLYGON = 3, 6


@dataclass(frozen=True)
class Rings:
    """
    The rings of n polygons or multipolygons.

    Attributes
    ----------
    x, y : ndarray of float64
        Corners of all rings; a ring ends with its first corner.
    starts : ndarray of int64, (rings + 1,)
        Where each ring begins in `x` and `y`, and where the last one ends.
    hole : ndarray of bool, (rings,)
    row : ndarray of int64, (rings,)
        Which of the n polygons a ring belongs to, ascending.
    n_rows : int
    """

    x: npt.NDArray[np.float64]
    y: npt.NDArray[np.float64]
    starts: npt.NDArray[np.int64]
    hole: npt.NDArray[np.bool_]
    row: npt.NDArray[np.int64]
    n_rows: int


def rings_of(geometry: npt.NDArray[np.object_]) -> Rings:
    """
    Rings of polygons and multipolygons; what else there is has no rings.

    Parameters
    ----------
    geometry : ndarray of shapely geometries, (n,)
        Of a collection the polygons are taken; None has none.
    """
    if not geometry.size:
        nothing = np.empty(0)
        return Rings(nothing, nothing, np.zeros(1, np.int64), nothing > 0, nothing.astype(int), 0)
    kind, coordinates, offsets = shapely.to_ragged_array(_polygonal(geometry), include_z=False)
    starts, parts = offsets[0].astype(np.int64), offsets[1].astype(np.int64)
    hole = np.ones(len(starts) - 1, dtype=bool)
    hole[parts[:-1][np.diff(parts) > 0]] = False
    multi = kind == shapely.GeometryType.MULTIPOLYGON
    rows = parts[offsets[2]] if multi else parts
    return Rings(
        x=np.ascontiguousarray(coordinates[:, 0]),
        y=np.ascontiguousarray(coordinates[:, 1]),
        starts=starts,
        hole=hole,
        row=np.repeat(np.arange(len(geometry)), np.diff(rows)),
        n_rows=len(geometry),
    )


def _polygonal(geometry: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """The same, with the polygons of a collection in its place and nothing in place of the rest."""
    other = ~np.isin(shapely.get_type_id(geometry), (_POLYGON, _MULTIPOLYGON))
    if not other.any():
        return geometry
    result = geometry.copy()
    result[other] = [_polygons(one) for one in geometry[other]]
    return result


def _polygons(one: shapely.Geometry | None) -> shapely.Geometry:
    parts = shapely.get_parts(shapely.get_parts(one))
    return shapely.multipolygons(parts[shapely.get_type_id(parts) == _POLYGON])
