"""Development axes (发展轴): lines through the plan's places, distance and chainage."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from dzgis.crs import CGCS2000, ELLIPSOID

if TYPE_CHECKING:
    from dzgis.plan.model import Plan

_STEP_M = 1000.0
_METRES_PER_RADIAN = 6_371_000.0
AXIS_COLUMNS = ["axis", "name", "line", "kind", "geometry"]
NEAREST_COLUMNS = ["axis", "line", "axis_distance_m", "axis_chainage_m"]


def axis_lines(plan: Plan) -> gpd.GeoDataFrame:
    """
    Lines of all axes, geodesics between places with a vertex at least every kilometre.

    Returns
    -------
    GeoDataFrame in EPSG:4490
        axis (id), name, line (id), kind (``core`` or ``extension``), geometry.
    """
    rows = [
        (axis.id, axis.name, line.id, line.kind, _geodesic(plan, line.via))
        for axis in plan.axes
        for line in axis.lines
    ]
    return gpd.GeoDataFrame(rows, columns=AXIS_COLUMNS, geometry="geometry", crs=CGCS2000)


def _geodesic(plan: Plan, via: tuple[str, ...]) -> shapely.LineString:
    points = [plan.place(name).point for name in via]
    corners = [(p.lon, p.lat) for p in points]
    track = [corners[0]]
    for (lon1, lat1), (lon2, lat2) in itertools.pairwise(corners):
        length_m = ELLIPSOID.inv(lon1, lat1, lon2, lat2)[2]
        between = int(length_m // _STEP_M)
        track += ELLIPSOID.npts(lon1, lat1, lon2, lat2, between) if between else []
        track.append((lon2, lat2))
    return shapely.LineString(track)


def nearest_axis(points: gpd.GeoSeries, axes: gpd.GeoDataFrame) -> pd.DataFrame:
    """
    Nearest core line of each point.

    Parameters
    ----------
    points : GeoSeries, n rows
        Any CRS.
    axes : GeoDataFrame
        As `axis_lines` gives them.

    Returns
    -------
    DataFrame, n rows, on the index of `points`
        axis, line, axis_distance_m (geodesic) and axis_chainage_m (geodesic length along the line
        from its first place to the nearest point). The first line wins a tie.
    """
    core = axes[axes["kind"] == "core"].to_crs(CGCS2000)
    degrees = points.to_crs(CGCS2000)
    found = [_nearest(point, core) for point in degrees]
    return pd.DataFrame(found, columns=NEAREST_COLUMNS, index=points.index)


def _nearest(point: shapely.Point, core: gpd.GeoDataFrame) -> tuple[str, str, float, float]:
    measured = [_along(point, line) for line in core.geometry]
    best = int(np.argmin([distance for distance, _ in measured]))
    row = core.iloc[best]
    return str(row["axis"]), str(row["line"]), *measured[best]


def _along(point: shapely.Point, line: shapely.LineString) -> tuple[float, float]:
    """
    Geodesic distance of a point to a line, and the chainage of the nearest place on it.

    The nearest place is sought in a plane true to scale at the point; its error is of second order.
    """
    squeeze = np.cos(np.radians(point.y))
    track = shapely.get_coordinates(line)
    local = np.radians(track - [point.x, point.y]) * [squeeze, 1.0] * _METRES_PER_RADIAN
    here = shapely.Point(0.0, 0.0)
    flat = shapely.LineString(local)
    x, y = shapely.get_coordinates(flat.interpolate(flat.project(here)))[0]
    lon = point.x + float(np.degrees(x / _METRES_PER_RADIAN / squeeze))
    lat = point.y + float(np.degrees(y / _METRES_PER_RADIAN))
    distance_m = ELLIPSOID.inv(point.x, point.y, lon, lat)[2]
    return distance_m, _chainage_m(track, flat, flat.project(here), (lon, lat))


def _chainage_m(
    track: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    flat: shapely.LineString,
    at: float,
    place: tuple[float, float],
) -> float:
    steps = np.hypot(*np.diff(shapely.get_coordinates(flat), axis=0).T)
    before = int(np.searchsorted(np.cumsum(steps), at))
    done = track[: before + 1]
    whole = ELLIPSOID.line_length(done[:, 0], done[:, 1]) if before else 0.0
    lon, lat = (float(value) for value in track[before])
    return float(whole + ELLIPSOID.inv(lon, lat, *place)[2])
