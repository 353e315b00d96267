"""Development axes (发展轴): lines through the plan's places, distance, chainage and side."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from dzgis.crs import CGCS2000, ELLIPSOID, INVERSE_FLATTENING, SEMI_MAJOR_M
from dzgis.errors import InputError
from dzgis.terms import Text

if TYPE_CHECKING:
    import numpy.typing as npt

    from dzgis.plan.model import Plan

    Floats = npt.NDArray[np.float64]

_STEP_M = 1000.0
_CELLS = 4_000_000
"""Distances that are held at once."""
_LEAST_M2 = 1e-6
"""Square of a segment's length that counts for one between equal places."""
CORE = "core"
LEFT, RIGHT, ON = "left", "right", "on"
QUARTERS = ("north", "east", "south", "west")
AXIS_COLUMNS = ["axis", "name", "line", "kind", "geometry"]
NODE_COLUMNS = ["line", "place", "chainage_m", "acc_km"]
_QUARTER_DEG = 90.0


def axis_lines(plan: Plan) -> gpd.GeoDataFrame:
    """
    Lines of all axes, geodesics between places with a vertex at least every kilometre.

    Returns
    -------
    GeoDataFrame in EPSG:4490
        axis (id), name, line (id), kind (``core`` or ``extension``), geometry.
    """
    rows = [
        (axis.id, axis.name, line.id, line.kind, _geodesic(_corners(plan, line.via)))
        for axis in plan.axes
        for line in axis.lines
    ]
    return gpd.GeoDataFrame(rows, columns=AXIS_COLUMNS, geometry="geometry", crs=CGCS2000)


def _corners(plan: Plan, via: tuple[str, ...]) -> list[tuple[float, float]]:
    points = [plan.place(name).point for name in via]
    return [(p.lon, p.lat) for p in points]


def _geodesic(corners: list[tuple[float, float]]) -> shapely.LineString:
    track = [corners[0]]
    for (lon1, lat1), (lon2, lat2) in itertools.pairwise(corners):
        length_m = ELLIPSOID.inv(lon1, lat1, lon2, lat2)[2]
        between = int(length_m // _STEP_M)
        track += ELLIPSOID.npts(lon1, lat1, lon2, lat2, between) if between else []
        track.append((lon2, lat2))
    return shapely.LineString(track)


def axis_nodes(plan: Plan) -> pd.DataFrame:
    """
    Places that the axes' lines run through.

    Returns
    -------
    DataFrame
        line (id), place (name), chainage_m (geodesic, from the line's first place), acc_km
        (accuracy of the place); along each line.
    """
    rows = []
    for line in (line for axis in plan.axes for line in axis.lines):
        lon, lat = np.array(_corners(plan, line.via)).T
        chainage_m = [0.0, *np.cumsum(ELLIPSOID.line_lengths(lon, lat))]
        accuracies = [plan.place(name).point.acc_km for name in line.via]
        rows += [(line.id, *node) for node in zip(line.via, chainage_m, accuracies, strict=True)]
    return pd.DataFrame(rows, columns=NODE_COLUMNS)


class _Track(NamedTuple):
    """A line: degrees (m, 2), length of its segments, azimuth and chainage of where they begin."""

    degrees: Floats
    length_m: Floats
    azimuth_deg: Floats
    chainage_m: Floats


class _Foot(NamedTuple):
    """Nearest place on a line for each point: segment, part of it, geodesic distance, chainage."""

    segment: npt.NDArray[np.int64]
    part: Floats
    distance_m: Floats
    chainage_m: Floats
    side: npt.NDArray[np.object_]
    bearing_deg: Floats


def nearest_axis(
    points: gpd.GeoSeries, axes: gpd.GeoDataFrame, *, on_axis_m: float = 0.0
) -> pd.DataFrame:
    """
    Nearest core line of each point.

    Parameters
    ----------
    points : GeoSeries, n rows
        Any CRS.
    axes : GeoDataFrame
        As `axis_lines` gives them.
    on_axis_m : float
        A point as near lies on the axis, on neither side.

    Returns
    -------
    DataFrame, n rows, on the index of `points`
        axis, line, axis_distance_m (geodesic) and axis_chainage_m (geodesic length along the line
        from its first place to the nearest point); axis_side (``left`` or ``right`` in the line's
        direction, beyond its ends as if it went straight on; ``on``); axis_bearing (``north`` …
        ``west``: where the point lies from the nearest place of the axis; blank on the axis);
        other_axis and other_axis_m, the nearest of the other axes (blank and NaN without one).
        The first line wins a tie.

    Raises
    ------
    InputError
        If no line is a core line.
    """
    core = axes[axes["kind"] == CORE].to_crs(CGCS2000)
    if core.empty:
        raise InputError(Text("发展轴没有主线", "the axes have no core line"))
    lonlat = shapely.get_coordinates(points.to_crs(CGCS2000).to_numpy())
    feet = [_feet(lonlat, _track(line), on_axis_m) for line in core.geometry]
    distance_m = np.array([foot.distance_m for foot in feet]).reshape(len(feet), len(lonlat))
    best, here = distance_m.argmin(axis=0), np.arange(len(lonlat))
    ids = core["axis"].to_numpy(dtype=object)
    side, bearing_deg, chainage_m = (
        np.array([getattr(foot, name) for foot in feet]).reshape(distance_m.shape)[best, here]
        for name in ("side", "bearing_deg", "chainage_m")
    )
    found = {
        "axis": ids[best],
        "line": core["line"].to_numpy(dtype=object)[best],
        "axis_distance_m": distance_m[best, here],
        "axis_chainage_m": chainage_m,
        "axis_side": side,
        "axis_bearing": np.where(side == ON, "", _quarters(bearing_deg)),
    }
    found["other_axis"], found["other_axis_m"] = _other(distance_m, ids, best)
    return pd.DataFrame(found, index=points.index)


def _other(
    distance_m: Floats, ids: npt.NDArray[np.object_], best: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.object_], Floats]:
    """Nearest of the other axes, and its distance."""
    others = np.where(ids[:, np.newaxis] == ids[best], np.inf, distance_m)
    second, here = others.argmin(axis=0), np.arange(len(best))
    least = others[second, here]
    there = np.isfinite(least)
    return np.where(there, ids[second], ""), np.where(there, least, np.nan)


def _quarters(bearing_deg: Floats) -> npt.NDArray[np.object_]:
    quarter = np.floor(bearing_deg / _QUARTER_DEG + 0.5).astype(np.int64) % len(QUARTERS)
    return np.array(QUARTERS, dtype=object)[quarter]


def _track(line: shapely.LineString) -> _Track:
    degrees = shapely.get_coordinates(line)
    lon, lat = degrees.T
    azimuth_deg, _, length_m = ELLIPSOID.inv(lon[:-1], lat[:-1], lon[1:], lat[1:])
    chainage_m = np.concatenate([[0.0], np.cumsum(length_m)[:-1]])
    return _Track(degrees, np.asarray(length_m), np.asarray(azimuth_deg), chainage_m)


def _feet(lonlat: Floats, track: _Track, on_axis_m: float) -> _Foot:
    """Nearest place on a track for each point, some points at a time."""
    size = max(_CELLS // len(track.degrees), 1)
    blocks = [_segments(lonlat[at : at + size], track) for at in range(0, len(lonlat), size)]
    segment = np.concatenate([np.empty(0, np.int64), *(b[0] for b in blocks)])
    part = np.concatenate([np.empty(0), *(b[1] for b in blocks)])
    first, last = track.degrees[segment], track.degrees[segment + 1]
    foot = first + part[:, np.newaxis] * (last - first)
    bearing_deg, _, distance_m = (
        np.asarray(values) for values in ELLIPSOID.inv(*foot.T, *lonlat.T)
    )
    turn = np.sin(np.radians(bearing_deg - _direction_deg(track, segment, part)))
    side = np.where(turn < 0.0, LEFT, RIGHT).astype(object)
    side[distance_m <= on_axis_m] = ON
    chainage_m = track.chainage_m[segment] + part * track.length_m[segment]
    return _Foot(segment, part, distance_m, chainage_m, side, bearing_deg)


def _segments(lonlat: Floats, track: _Track) -> tuple[npt.NDArray[np.int64], Floats]:
    """
    Segment of a track that is nearest to each point, and the part of it up to the nearest place.

    Sides of the triangle of a point and a segment say where its foot is; segments are so short
    that the triangle is flat.
    """
    square = _distances_m(lonlat, track.degrees) ** 2
    length2 = np.maximum(track.length_m**2, _LEAST_M2)
    along = square[:, :-1] - square[:, 1:] + length2
    parts = np.clip(along / (2.0 * length2), 0.0, 1.0)
    least = square[:, :-1] - parts * along + parts**2 * length2
    segment = least.argmin(axis=1)
    return segment, parts[np.arange(len(lonlat)), segment]


def _distances_m(points: Floats, others: Floats) -> Floats:
    """
    Distance of every point to every other by the formula of the mean latitude, (n, m).

    Off by d³/24R² or so: 0.1 m at 50 km. It finds the segment; distances of record are geodesic.
    """
    middle = np.radians(points[:, 1:] + others[:, 1]) / 2.0
    d_lon, d_lat = (np.radians(others[:, k] - points[:, k : k + 1]) for k in (0, 1))
    flattening = 1.0 / INVERSE_FLATTENING
    e2 = flattening * (2.0 - flattening)
    w2 = 1.0 - e2 * np.sin(middle) ** 2
    across = SEMI_MAJOR_M / np.sqrt(w2)
    north = across * (1.0 - e2) / w2
    return np.asarray(np.hypot(across * np.cos(middle) * d_lon, north * d_lat))


def _direction_deg(track: _Track, segment: npt.NDArray[np.int64], part: Floats) -> Floats:
    """Azimuth of the track at a place; at a bend that between the two segments that meet there."""
    last = len(track.length_m) - 1
    other = np.where(part <= 0.0, segment - 1, np.where(part >= 1.0, segment + 1, segment))
    both = np.radians(track.azimuth_deg[[segment, np.clip(other, 0, last)]])
    return np.asarray(np.degrees(np.arctan2(np.sin(both).sum(axis=0), np.cos(both).sum(axis=0))))


def beside_nodes(found: pd.DataFrame, nodes: pd.DataFrame) -> pd.DataFrame:
    """
    Nodes of the line before and after a place on it.

    Parameters
    ----------
    found : DataFrame, n rows
        line, axis_chainage_m, as `nearest_axis` gives them.
    nodes : DataFrame
        As `axis_nodes` gives them.

    Returns
    -------
    DataFrame, n rows, on the index of `found`
        node_before, node_before_m, node_after, node_after_m (along the line; a place at a node
        has it before it; blank and NaN beyond the last node), axis_acc_km (how far the line may
        be off there: the accuracies of the two nodes, by how near each of them is).
    """
    parts = [
        _beside(rows["axis_chainage_m"], nodes[nodes["line"] == line])
        for line, rows in found.groupby("line", sort=False)
    ]
    columns = ["node_before", "node_before_m", "node_after", "node_after_m", "axis_acc_km"]
    none = pd.DataFrame({name: [] for name in columns})
    return (pd.concat(parts) if parts else none).reindex(found.index)


_ROUNDING_M = 1e-3
"""Chainage of a node, summed in two ways."""


def _beside(chainage_m: pd.Series[float], nodes: pd.DataFrame) -> pd.DataFrame:
    at = nodes["chainage_m"].to_numpy()
    here = chainage_m.to_numpy()
    names, accuracy = nodes["place"].to_numpy(dtype=object), nodes["acc_km"].to_numpy()
    after = np.searchsorted(at, here + _ROUNDING_M, side="right")
    before, beyond = np.maximum(after - 1, 0), after >= len(at)
    next_one = np.minimum(after, len(at) - 1)
    done_m = np.maximum(here - at[before], 0.0)
    part = np.where(beyond, 0.0, done_m / np.maximum(at[next_one] - at[before], _ROUNDING_M))
    return pd.DataFrame(
        {
            "node_before": names[before],
            "node_before_m": done_m,
            "node_after": np.where(beyond, "", names[next_one]),
            "node_after_m": np.where(beyond, np.nan, at[next_one] - here),
            "axis_acc_km": accuracy[before] * (1.0 - part) + accuracy[next_one] * part,
        },
        index=chainage_m.index,
    )
