"""Outlines of many polygons as plain arrays of whole numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    import numpy.typing as npt


@dataclass(frozen=True)
class Outlines:
    """
    Rings of n features, one after another.

    Attributes
    ----------
    n_rings : ndarray, (n,)
        Of each feature; a hole runs against its outer ring.
    n_points : ndarray, (rings,)
        Of each ring, without the point that closes it.
    points : ndarray of int64, (points, 2)
    first_ring, first_point : ndarray, (n + 1,)
        Of each feature, and past the last.
    """

    n_rings: npt.NDArray[np.int64]
    n_points: npt.NDArray[np.int64]
    points: npt.NDArray[np.int64]
    first_ring: npt.NDArray[np.int64]
    first_point: npt.NDArray[np.int64]


def outlines_of(shapes: npt.NDArray[np.object_], decimals: int) -> Outlines:
    """Rings of the polygons in each shape, in units of ``10**-decimals``."""
    parts, of_shape = _polygons(shapes)
    rings, of_part = shapely.get_rings(
        shapely.orient_polygons(parts, exterior_cw=False), return_index=True
    )
    n_rings = np.bincount(of_shape[of_part], minlength=len(shapes))
    points, of_ring = shapely.get_coordinates(rings, return_index=True)
    closing = np.diff(of_ring, append=len(rings)) > 0
    n_points = np.bincount(of_ring[~closing], minlength=len(rings))
    first_ring = np.append(0, np.cumsum(n_rings))
    first_point = np.append(0, np.cumsum(n_points))[first_ring]
    whole = np.round(points[~closing] * 10**decimals).astype(np.int64)
    return Outlines(n_rings, n_points, whole, first_ring, first_point)


def _polygons(
    shapes: npt.NDArray[np.object_],
) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.int64]]:
    """Return polygons, and the number of the shape that each is part of."""
    parts, of_shape = shapely.get_parts(shapes, return_index=True)
    # A collection's parts may be multipolygons.
    parts, of_part = shapely.get_parts(parts, return_index=True)
    areal = shapely.get_dimensions(parts) == 2  # noqa: PLR2004  a plane has two
    return parts[areal], of_shape[of_part[areal]]
