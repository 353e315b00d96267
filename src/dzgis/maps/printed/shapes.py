"""Schematic shapes of a structure map: broad arrows along axes, bubbles on a cluster's land."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

_PER_SEGMENT = 24
_BUBBLE_VERTICES = 72
_ON_LAND = 0.9
_SHRINK = 0.93
_LEAST_SCALE = 0.35
_BUBBLE_SCALE = 1.55
_MOST_LONG = 2.2
_TANGENT = 3
_TWO, _LEAST_POINTS = 2, 3


def smooth(points: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """
    Smooth line through points in order: a centripetal Catmull-Rom spline.

    Parameters
    ----------
    points : (n, 2)
        At least two, no two neighbours equal.
    """
    given = np.asarray(points, dtype=np.float64)
    if len(given) == _TWO:
        return given
    padded = np.vstack([2 * given[0] - given[1], given, 2 * given[-1] - given[-2]])
    parts = [_piece(padded[n : n + 4]) for n in range(len(given) - 1)]
    return np.vstack([*parts, given[-1:]])


def _piece(p: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Spline from the second to the third of four points, without its end."""
    t = np.concatenate([[0.0], np.cumsum(np.sqrt(np.hypot(*np.diff(p, axis=0).T)))])
    at = np.linspace(t[1], t[2], _PER_SEGMENT, endpoint=False)[:, None]

    def between(a: object, b: object, n: int, m: int) -> object:
        return (t[m] - at) / (t[m] - t[n]) * a + (at - t[n]) / (t[m] - t[n]) * b

    a1, a2, a3 = (between(p[n], p[n + 1], n, n + 1) for n in range(3))
    b1, b2 = between(a1, a2, 0, 2), between(a2, a3, 1, 3)
    return np.asarray(between(b1, b2, 1, 2))


def broad_arrow(
    lines: Sequence[npt.NDArray[np.float64]],
    heads: Sequence[tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]],
    *,
    width: float,
) -> shapely.Geometry:
    """
    Bands along lines, as one shape, with arrow heads.

    Parameters
    ----------
    lines : sequence of ndarray, (n, 2)
    heads : sequence of (point, direction)
        Where a head sits, and the unit vector in which it points.
    width : float
        Of the band.
    """
    bands = [shapely.LineString(line).buffer(width / 2, cap_style="round") for line in lines]
    tips = [arrow_head(at, way, width=width * 2.1, long=width * 1.7) for at, way in heads]
    return shapely.union_all([*bands, *tips])


def arrow_head(
    at: npt.NDArray[np.float64], way: npt.NDArray[np.float64], *, width: float, long: float
) -> shapely.Polygon:
    """Triangle whose foot stands at a point."""
    across = np.array([-way[1], way[0]])
    return shapely.Polygon([at - across * width / 2, at + across * width / 2, at + way * long])


def end_direction(line: npt.NDArray[np.float64], *, first: bool) -> npt.NDArray[np.float64]:
    """Unit vector in which a line leaves at its first or last point."""
    tail = line[:_TANGENT][::-1] if first else line[-_TANGENT:]
    way = tail[-1] - tail[0]
    return np.asarray(way / np.hypot(*way))


def bubble(land: shapely.Geometry) -> shapely.Polygon:
    """
    Ellipse on a cluster's land.

    It lies along the land's main direction, in its middle, and is made smaller until nine tenths of
    it lie on the land. Land of several parts may need a bubble that spans them: then it is as small
    as it may get.
    """
    middle, axes, spread = _moments(land)
    inner = _inner_circle(land)
    best = _ellipse(middle, axes, spread * _BUBBLE_SCALE * _LEAST_SCALE)
    scale = _BUBBLE_SCALE
    while scale >= _BUBBLE_SCALE * _LEAST_SCALE:
        for weight in (0.0, 0.5, 1.0):
            shape = _ellipse(middle * (1 - weight) + inner * weight, axes, spread * scale)
            if shape.intersection(land).area >= _ON_LAND * shape.area:
                return shape
        scale *= _SHRINK
    return best


def _inner_circle(land: shapely.Geometry) -> npt.NDArray[np.float64]:
    west, south, east, north = land.bounds
    parts = shapely.get_parts(land)
    largest = parts[int(np.argmax(shapely.area(parts)))]
    circle = shapely.maximum_inscribed_circle(largest, tolerance=(east - west + north - south) / 99)
    return np.asarray(shapely.get_coordinates(circle)[0])


def _moments(
    land: shapely.Geometry,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Centre, main directions (columns) and spread along them of a shape's area."""
    west, south, east, north = land.bounds
    x, y = np.meshgrid(np.linspace(west, east, 61), np.linspace(south, north, 61))
    inside = shapely.contains_xy(land, x.ravel(), y.ravel())
    points = np.column_stack([x.ravel(), y.ravel()])[inside]
    if len(points) < _LEAST_POINTS:
        points = shapely.get_coordinates(land)
    values, axes = np.linalg.eigh(np.cov(points.T))
    spread = np.sqrt(np.maximum(values, 1e-9))
    spread[0] = max(spread[0], spread[1] / _MOST_LONG)
    return points.mean(axis=0), axes, spread


def _ellipse(
    middle: npt.NDArray[np.float64], axes: npt.NDArray[np.float64], half: npt.NDArray[np.float64]
) -> shapely.Polygon:
    turn = np.linspace(0, 2 * np.pi, _BUBBLE_VERTICES, endpoint=False)
    ring = np.column_stack([half[0] * np.cos(turn), half[1] * np.sin(turn)]) @ axes.T
    return shapely.Polygon(middle + ring)


def along(
    line: npt.NDArray[np.float64], start: float, steps: Sequence[float]
) -> list[tuple[float, float, float]]:
    """
    Positions and directions for letters along a line.

    Parameters
    ----------
    line : ndarray, (n, 2)
    start : float
        Distance along the line at which the first letter begins.
    steps : sequence of float
        Width of each letter.

    Returns
    -------
    list of (x, y, degrees)
        Middle of each letter, and its direction counter-clockwise from the right.
    """
    path = shapely.LineString(line)
    found = []
    at = start
    for step in steps:
        ends = shapely.get_coordinates(
            shapely.line_interpolate_point(path, [at, at + step / 2, at + step])
        )
        way = ends[2] - ends[0]
        found.append(
            (float(ends[1, 0]), float(ends[1, 1]), float(np.degrees(np.arctan2(way[1], way[0]))))
        )
        at += step
    return found
