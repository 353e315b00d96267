"""
The official ellipsoidal area of map polygons (图斑椭球面积), on the CGCS2000 ellipsoid.

国土调查办发〔2008〕32号: edges are split in the plane, their points carried to latitude and
longitude by the inverse Gauss formula, and the trapezoids between each piece and a meridian added.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from pyproj import Transformer

from dzgis.crs import CGCS2000, INVERSE_FLATTENING, SEMI_MAJOR_M

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt
    from pyproj import CRS

    from dzgis.rings import Rings

    Array = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]

MAX_EDGE_M = 70.0
"""Longest edge that is carried over unsplit."""
METRES_PER_DEGREE = 111_320.0
"""Of latitude and of longitude, where edges in degrees are split: none is longer on the ground."""

# Constants of 国土调查办发〔2008〕32号 as published for CGCS2000; they invert to within 0.1 mm of
# the exact projection in Yunnan.
SEMI_MINOR_M = 6356752.31414036
E2 = 0.0066943800229
"""First eccentricity squared, (a² − b²)/a²: of the trapezoid."""
E2_PRIME = 0.00673949677548
"""Second eccentricity squared, (a² − b²)/b²: of the inverse. The notice's formulas have the two so,
its listing the other way round; in the trapezoid alone that makes areas 16 millionths too large."""
POLAR_RADIUS_M = 6399593.62586
"""a²/b."""
_K0 = 1.57048761144159e-07
_K = (5.05250178820567e-03, 2.98472900956587e-05, 2.41626669230084e-07, 2.22241238938534e-09)
_SECONDS = 206264.8062471
"""Of arc in a radian."""
_PLANE_DECIMALS, _SECOND_DECIMALS = 4, 6
_FALSE_EASTING_M = 500_000.0
_TRANSVERSE_MERCATOR = "9807"
"""EPSG's number of the method."""
_POINTS_AT_ONCE = 1 << 16


@dataclass(frozen=True)
class GaussZone:
    """
    A Gauss-Krüger zone on the CGCS2000 ellipsoid, 3° or 6° wide, with prefix or without.

    Attributes
    ----------
    meridian_deg : float
    false_easting_m : float
        500 000, and a million times the zone's number where eastings have that prefix.
    """

    meridian_deg: float
    false_easting_m: float


@lru_cache(maxsize=64)
def gauss_zone(crs: CRS) -> GaussZone | None:
    """Zone of a CRS that is one, with scale 1 on the meridian; None for any other CRS."""
    operation, ellipsoid = crs.coordinate_operation, crs.ellipsoid
    if operation is None or ellipsoid is None or operation.method_code != _TRANSVERSE_MERCATOR:
        return None
    if not np.allclose(
        (ellipsoid.semi_major_metre, ellipsoid.inverse_flattening),
        (SEMI_MAJOR_M, INVERSE_FLATTENING),
        rtol=1e-12,
    ):
        return None
    # Latitude and longitude of the origin, scale, false easting and northing, in EPSG's order.
    north, meridian, scale, easting, northing = (float(p.value) for p in operation.params)
    if (north, scale, northing) != (0.0, 1.0, 0.0):
        return None
    return GaussZone(meridian, easting)


def official_area_m2(rings: Rings, crs: CRS) -> Array:
    """
    Ellipsoidal area of polygons by the official formula, holes subtracted and parts added.

    Parameters
    ----------
    rings : Rings
        Of n polygons, in `crs`.
    crs : CRS
        A Gauss-Krüger zone of CGCS2000, which the official formula inverts; another projection in
        metres, which pyproj inverts; or geographic, where an edge is a straight line in degrees and
        is split as if a degree were 111,320 m on both axes.

    Returns
    -------
    ndarray, (n,)
        Square metres, unrounded; 0 for a polygon without rings.

    References
    ----------
    国土调查办发〔2008〕32号, formulas of the trapezoid and of the inverse; the limit of 70 m and
    the decimals (4 of a metre, 6 of a second) as implementations in use have them.
    """
    pieces = _n_pieces(rings, METRES_PER_DEGREE if crs.is_geographic else 1.0)
    n_rings, n_rows = len(rings.is_hole), len(rings)
    points = np.add.reduceat(pieces, rings.ring_start[:-1]) if n_rings else pieces
    area = np.empty(n_rings)
    for first, last in _runs(points):
        area[first:last] = _ring_area_m2(rings, pieces, (first, last), crs)
    signed = np.where(rings.is_hole, -1.0, 1.0) * np.abs(area)
    row = np.repeat(np.arange(n_rows), np.diff(rings.row_start))
    return np.bincount(row, weights=signed, minlength=n_rows).astype(np.float64)


def _n_pieces(rings: Rings, metres_per_unit: float) -> Ints:
    """Pieces into which the edge that begins at each point is split; 1 at a ring's last point."""
    length_m = np.hypot(*np.diff(rings.xy, axis=0).T) * metres_per_unit
    pieces = np.ones(len(rings.xy), np.int64)
    pieces[:-1] = np.where(length_m > MAX_EDGE_M, (length_m / MAX_EDGE_M).astype(np.int64) + 1, 1)
    pieces[rings.ring_start[1:] - 1] = 1
    return pieces


def _runs(points: Ints) -> Iterator[tuple[int, int]]:
    """First and last rings of runs with about as many points as a processor's cache holds."""
    total = np.cumsum(points)
    steps = np.arange(_POINTS_AT_ONCE, int(points.sum()), _POINTS_AT_ONCE)
    ends = np.unique([0, *np.searchsorted(total, steps), len(points)])
    yield from zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)


def _ring_area_m2(rings: Rings, pieces: Ints, run: tuple[int, int], crs: CRS) -> Array:
    """Signed area between each ring of a run and one meridian."""
    starts = rings.ring_start[run[0] : run[1] + 1]
    span = slice(int(starts[0]), int(starts[-1]))
    n = pieces[span]
    # Where the points of each edge begin among the split points.
    begin = np.concatenate([[0], np.cumsum(n)])
    share = (np.arange(begin[-1]) - np.repeat(begin[:-1], n)) / np.repeat(n, n)
    east, north = (_split(along, n, share) for along in rings.xy[span].T)
    lat_sec, lon_sec = _seconds(east, north, crs)
    ring_begin = begin[starts - span.start]
    # Any meridian will do; that of the ring's first point keeps the digits.
    lon_sec -= np.repeat(lon_sec[ring_begin[:-1]], np.diff(ring_begin))
    strip = np.zeros(lat_sec.size)
    strip[:-1] = _trapezoids_m2(lat_sec / _SECONDS, lon_sec / _SECONDS)
    strip[ring_begin[1:] - 1] = 0.0
    return np.asarray(np.add.reduceat(strip, ring_begin[:-1]))


def _split(along: Array, n: Ints, share: Array) -> Array:
    """Points of evenly split edges along one axis, the last point left as it is."""
    step = np.zeros(along.size)
    step[:-1] = np.diff(along)
    return np.asarray(np.repeat(along, n) + share * np.repeat(step, n))


def _rounded(values: Array, decimals: int) -> Array:
    """Values to so many decimals, halves up."""
    scale = 10.0**decimals
    return np.floor(values * scale + 0.5) / scale


def _seconds(east: Array, north: Array, crs: CRS) -> tuple[Array, Array]:
    """Latitude and longitude of points, in seconds of arc, rounded as the official method does."""
    zone = None if crs.is_geographic else gauss_zone(crs)
    if zone is not None:
        east, north = (_rounded(along, _PLANE_DECIMALS) for along in (east, north))
        lat, lon = inverse_gauss(east - zone.false_easting_m, north)
        lon_sec = lon * _SECONDS + zone.meridian_deg * 3600.0
        return _rounded(lat * _SECONDS, _SECOND_DECIMALS), _rounded(lon_sec, _SECOND_DECIMALS)
    if not crs.is_geographic:
        east, north = (_rounded(along, _PLANE_DECIMALS) for along in (east, north))
    lon, lat = (east, north) if crs == CGCS2000 else _to_degrees(crs).transform(east, north)
    return _rounded(lat * 3600.0, _SECOND_DECIMALS), _rounded(lon * 3600.0, _SECOND_DECIMALS)


@lru_cache(maxsize=16)
def _to_degrees(crs: CRS) -> Transformer:
    return Transformer.from_crs(crs, CGCS2000, always_xy=True)


def inverse_gauss(east_m: Array, north_m: Array) -> tuple[Array, Array]:
    """
    Latitude, and longitude from the central meridian, of Gauss-Krüger coordinates (高斯反算).

    Parameters
    ----------
    east_m : ndarray
        Metres from the central meridian, without false easting.
    north_m : ndarray
        Metres from the equator.

    Returns
    -------
    lat, lon : ndarray
        Radians.
    """
    arc = _K0 * north_m
    s = np.sin(arc)
    s2 = s * s
    foot = arc + np.cos(arc) * s * (_K[0] - s2 * (_K[1] - s2 * (_K[2] - s2 * _K[3])))
    cos = np.cos(foot)
    t = np.sin(foot) / cos
    t2, eta2 = t * t, E2_PRIME * cos * cos
    v2 = 1.0 + eta2
    y = east_m * np.sqrt(v2) / POLAR_RADIUS_M
    y2 = y * y
    fourth = 5.0 + 3.0 * t2 + eta2 - 9.0 * eta2 * t2
    sixth = 61.0 + t2 * (90.0 + 45.0 * t2)
    lat = foot - v2 * t * y2 * (0.5 - y2 * (fourth / 24.0 - y2 * sixth / 720.0))
    fifth = 5.0 + t2 * (28.0 + 24.0 * t2) + eta2 * (6.0 + 8.0 * t2)
    lon = y / cos * (1.0 - y2 * ((1.0 + 2.0 * t2 + eta2) / 6.0 - y2 * fifth / 120.0))
    return lat, lon


def _trapezoids_m2(lat: Array, lon: Array) -> Array:
    """Signed areas between the pieces from point to point and the meridian 0; radians."""
    return trapezoid_m2(lat[:-1], lat[1:], (lon[:-1] + lon[1:]) / 2.0)


def trapezoid_m2(south: Array, north: Array, width: Array) -> Array:
    """
    Area between two latitudes, over a difference of longitude (椭球面梯形面积).

    Parameters
    ----------
    south, north, width : ndarray
        Radians; negative where `north` lies south of `south`, or `width` is negative.

    Returns
    -------
    ndarray
        Square metres.
    """
    half = np.sin((north - south) / 2.0)
    middle = np.cos((north + south) / 2.0)
    # sin((2k + 1)·ΔB/2) and cos((2k + 1)·Bm) follow from the two before by the sum of angles.
    turn_half, turn_middle = 2.0 - 4.0 * half * half, 4.0 * middle * middle - 2.0
    sin_before, sin_now, cos_before, cos_now = -half, half, middle, middle
    total = _SERIES[0] * half * middle
    for coefficient in _SERIES[1:]:
        sin_before, sin_now = sin_now, turn_half * sin_now - sin_before
        cos_before, cos_now = cos_now, turn_middle * cos_now - cos_before
        total = total + coefficient * sin_now * cos_now
    return np.asarray(2.0 * SEMI_MINOR_M**2 * width * total)


def series(e2: float) -> tuple[float, ...]:
    """Coefficients A, −B, C, −D, E of the trapezoid for a first eccentricity squared."""
    powers = np.array([1.0, e2, e2**2, e2**3, e2**4])
    table = np.array(
        [
            [1.0, 3 / 6, 30 / 80, 35 / 112, 630 / 2304],
            [0.0, -1 / 6, -15 / 80, -21 / 112, -420 / 2304],
            [0.0, 0.0, 3 / 80, 7 / 112, 180 / 2304],
            [0.0, 0.0, 0.0, -1 / 112, -45 / 2304],
            [0.0, 0.0, 0.0, 0.0, 5 / 2304],
        ]
    )
    return tuple((table @ powers).tolist())


_SERIES = series(E2)
