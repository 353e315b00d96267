"""Setbacks (退让): the ground within some metres of features, round, on the ellipsoid's metre."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

from dzgis.area import carried, densified
from dzgis.crs import CGCS2000

if TYPE_CHECKING:
    import numpy.typing as npt

    Shapes = npt.NDArray[np.object_]

BAND_DEG = 0.5
"""Width of the strips of longitude that have a plane of their own: its metre is off by 1e-5."""
_SAGITTA_M = 0.005
_FEWEST_SEGMENTS, _MOST_SEGMENTS = 16, 256


def setback(features: gpd.GeoDataFrame, metres: float) -> gpd.GeoDataFrame:
    """
    Widen features by a distance, round at corners.

    Parameters
    ----------
    features : GeoDataFrame, n rows
        Any CRS that areas can be measured in.
    metres : float
        At least 0.

    Returns
    -------
    GeoDataFrame, n rows
        Same columns and index; polygons in EPSG:4490 whose border is within 1 cm of `metres` from
        the feature, along the ground. `features` itself for 0.

    Notes
    -----
    Each strip of half a degree of longitude is widened in a transverse Mercator plane on its own
    middle, where the scale is off by less than 1e-5; what lies in several strips is united.
    """
    if metres == 0.0 or features.empty:
        return features
    parts = carried(densified(features), CGCS2000).geometry
    shapes, row = parts.to_numpy(), np.arange(len(parts))
    west, east = parts.bounds["minx"].to_numpy(), parts.bounds["maxx"].to_numpy()
    first, last = np.floor(west / BAND_DEG), np.floor(east / BAND_DEG)
    widened: list[Shapes] = []
    owners: list[npt.NDArray[np.int64]] = []
    for band in np.arange(first.min(), last.max() + 1):
        here = np.flatnonzero((first <= band) & (band <= last))
        whole = (first[here] == band) & (last[here] == band)
        inside = np.where(whole, shapes[here], _clipped(shapes[here], band))
        there = ~shapely.is_empty(inside)
        widened.append(_widened(inside[there], band, metres))
        owners.append(row[here][there])
    frame = gpd.GeoSeries(np.concatenate(widened), index=np.concatenate(owners), crs=CGCS2000)
    together = frame.groupby(level=0).agg(lambda several: shapely.union_all(several.to_numpy()))
    return features.set_geometry(
        gpd.GeoSeries(together.to_numpy(), index=features.index, crs=CGCS2000)
    )


def _clipped(shapes: Shapes, band: float) -> Shapes:
    strip = shapely.box(band * BAND_DEG, -90.0, (band + 1.0) * BAND_DEG, 90.0)
    return np.asarray(shapely.intersection(shapes, strip))


def _widened(shapes: Shapes, band: float, metres: float) -> Shapes:
    middle = (band + 0.5) * BAND_DEG
    plane = CRS.from_proj4(f"+proj=tmerc +lon_0={middle} +ellps=GRS80 +units=m +no_defs")
    there = gpd.GeoSeries(shapes, crs=CGCS2000).to_crs(plane)
    wide = there.buffer(metres, quad_segs=_segments(metres))
    return np.asarray(wide.to_crs(CGCS2000).to_numpy())


def _segments(metres: float) -> int:
    """Segments of a quarter circle whose chords are off by no more than half a centimetre."""
    needed = math.pi / 4.0 / math.sqrt(2.0 * _SAGITTA_M / metres)
    return min(max(math.ceil(needed), _FEWEST_SEGMENTS), _MOST_SEGMENTS)
