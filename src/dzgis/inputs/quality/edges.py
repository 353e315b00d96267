"""
Ground between features that should tile, found by the edges that no two features share.

In a clean tiling every edge inside stands in two rings and is left out; what is left is the
outline, and around gaps and overlaps their edges. Only these are noded, so that the work grows
with the faults and not with the layer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    import numpy.typing as npt


def lonely_edges(shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.float64]:
    """
    Edges that stand in one ring only.

    Parameters
    ----------
    shapes : array of Polygon or MultiPolygon

    Returns
    -------
    ndarray, (n, 2, 2)
        Both ends of each edge; an edge counts as shared whichever way it runs.
    """
    rings = shapely.get_rings(shapely.get_parts(shapes))
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    inside = (ring[1:] == ring[:-1]) & (xy[1:] != xy[:-1]).any(axis=1)
    ends = np.stack([xy[:-1][inside], xy[1:][inside]], axis=1)
    turned = (ends[:, 0, 0] > ends[:, 1, 0]) | (
        (ends[:, 0, 0] == ends[:, 1, 0]) & (ends[:, 0, 1] > ends[:, 1, 1])
    )
    ends[turned] = ends[turned][:, ::-1]
    flat = np.ascontiguousarray(ends.reshape(len(ends), 4))
    order = np.lexsort(flat.T)
    same = (flat[order][1:] == flat[order][:-1]).all(axis=1)
    shared = np.zeros(len(flat), dtype=bool)
    shared[order[1:][same]] = True
    shared[order[:-1][same]] = True
    return np.asarray(ends[~shared])


def faces_between(shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """
    Bounded ground that lies between polygons and in none of them: holes of their union.

    Parameters
    ----------
    shapes : array of Polygon or MultiPolygon
        Valid.

    Returns
    -------
    array of Polygon
    """
    edges = lonely_edges(shapes)
    if not len(edges):
        return np.empty(0, dtype=object)
    lines = shapely.union_all(shapely.linestrings(edges))
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    points = shapely.point_on_surface(faces)
    covered, _ = shapely.STRtree(shapes).query(points, predicate="intersects")
    empty = np.setdiff1d(np.arange(len(faces)), covered)
    return np.asarray(faces[empty], dtype=object)
