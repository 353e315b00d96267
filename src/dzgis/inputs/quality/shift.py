"""
Administrative areas that lie beside the counties by the offset of internet maps.

The translation that brings its outlines onto those of the counties is found by the nearest points,
again and again; the generalisation of either outline averages out over many points.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely
from pyproj import Transformer

from dzgis.crs import CGCS2000, gauss_kruger
from dzgis.inputs.gcj02 import bd09_of, gcj02_of
from dzgis.inputs.quality.edges import lonely_edges
from dzgis.inputs.quality.kinds import limit
from dzgis.inputs.quality.subject import fault, measured
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt
    from pyproj import CRS

    from dzgis.faults import Fault
    from dzgis.inputs.quality.subject import Subject

_REACH_M = 2000.0
"""Points further from any county's boundary are no county boundary."""
_EVERY_M = 500.0
_MOST_POINTS = 3000
_ROUNDS = 25
_STILL_M = 0.5
_SYSTEMS = (("looks_like_gcj02", "GCJ-02", gcj02_of), ("looks_like_bd09", "BD-09", bd09_of))


def shift_faults(subject: Subject, counties: gpd.GeoDataFrame) -> Iterator[Fault]:
    """
    Layers of areas that are shifted against the counties as GCJ-02 or BD-09 would.

    Parameters
    ----------
    subject : Subject
        Administrative areas with a CRS that can be used.
    counties : GeoDataFrame
        In EPSG:4490.
    """
    middle = counties.total_bounds
    zone = gauss_kruger(float(middle[0] + middle[2]) / 2.0)
    found = measured_shift(subject, counties.to_crs(zone), zone)
    if found is None:
        return
    shift, place = found
    for code, name, coordinates_of in _SYSTEMS:
        offset = _offset_m(place, coordinates_of, zone)
        size, rest = float(np.hypot(*shift)), float(np.hypot(*(shift - offset)))
        near = rest <= limit(code, "most_ratio") * float(np.hypot(*offset))
        if near and size >= limit(code, "least_distance_m"):
            words = Text(
                f"轮廓比县界偏东 {shift[0]:.0f} m、偏北 {shift[1]:.0f} m；{name} 在此处的偏移是"
                f"东 {offset[0]:.0f} m、北 {offset[1]:.0f} m",
                f"outlines lie {shift[0]:.0f} m east and {shift[1]:.0f} m north of the counties'; "
                f"{name} is off by {offset[0]:.0f} m and {offset[1]:.0f} m here",
            )
            yield measured(fault(subject, code, words), size, "m")
            return


def measured_shift(
    subject: Subject, counties: gpd.GeoDataFrame, zone: CRS
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]] | None:
    """
    How far the layer's outlines lie east and north of the counties'.

    Returns
    -------
    (shift, place) or None
        In metres, and the middle of the points in `zone`; None where too few points lie near a
        county's boundary to tell.
    """
    points = _outline_points(subject, zone)
    border = shapely.union_all(shapely.boundary(counties.geometry.to_numpy()))
    shapely.prepare(border)
    points = points[shapely.distance(shapely.points(points), border) <= _REACH_M]
    if len(points) < limit("looks_like_gcj02", "least_points"):
        return None
    shift = np.zeros(2)
    for _ in range(_ROUNDS):
        step = _step(points - shift, border)
        shift = shift + step
        if np.hypot(*step) < _STILL_M:
            break
    return shift, points.mean(axis=0)


def _step(points: npt.NDArray[np.float64], border: shapely.Geometry) -> npt.NDArray[np.float64]:
    """Least-squares translation of points off a boundary, along its normals."""
    lines = shapely.get_coordinates(shapely.shortest_line(border, shapely.points(points)))
    off = lines[1::2] - lines[0::2]
    length = np.hypot(off[:, 0], off[:, 1])
    far = np.median(length) * 3.0 + _STILL_M
    kept = (length > 0) & (length <= far)
    if kept.sum() < 2:  # noqa: PLR2004  two unknowns
        return np.zeros(2)
    normal = off[kept] / length[kept, np.newaxis]
    return np.asarray(np.linalg.lstsq(normal, length[kept], rcond=None)[0])


def _outline_points(subject: Subject, zone: CRS) -> npt.NDArray[np.float64]:
    """Points along the outline of the layer in `zone`, at most as many as are needed."""
    shapes = subject.shapes[subject.is_sound]
    if not len(shapes):
        return np.empty((0, 2))
    edges = shapely.linestrings(lonely_edges(shapes))
    border = gpd.GeoSeries(edges, crs=subject.frame.crs).to_crs(zone)
    xy = shapely.get_coordinates(shapely.segmentize(border.to_numpy(), _EVERY_M))
    return np.asarray(xy[:: len(xy) // _MOST_POINTS + 1])


def _offset_m(
    place: npt.NDArray[np.float64], coordinates_of: object, zone: CRS
) -> npt.NDArray[np.float64]:
    """Offset east and north of a system of coordinates at a place, in metres."""
    to_degrees = Transformer.from_crs(zone, CGCS2000, always_xy=True)
    back = Transformer.from_crs(CGCS2000, zone, always_xy=True)
    lonlat = np.array([to_degrees.transform(*place)])
    moved = np.array(back.transform(*coordinates_of(lonlat)[0]))  # type: ignore[operator]
    return np.asarray(moved - place)
