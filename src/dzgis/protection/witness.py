"""
A second look, by other means, at parcels that are about to be called free of a rule's land.

The exact measure sums over edges in an equal-area frame. Here the features are chosen anew, found
by their boxes, and laid on the parcel by GEOS in a plane of its own: whoever is right, a "no
conflict" that the two do not share must not be said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from pyproj import CRS, Transformer

from dzgis.area import carried
from dzgis.crs import CGCS2000

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy.typing as npt

    from dzgis.frames import Layer
    from dzgis.plan.rules import Rule, Tolerance

    Floats = npt.NDArray[np.float64]

_BOX_MARGIN_DEG = 1e-4
"""Boxes carried by their corners may bulge by metres; this is 10 m."""
_METRES_PER_DEGREE = 100_000.0
"""Less than a degree of latitude or longitude has in China's south: boxes are never too small."""
_NOISE_M = 0.002
"""Two ways of drawing an edge differ by less than this on the ground."""
_SETBACK_NOISE_M, _SETBACK_NOISE_SHARE = 0.05, 0.01
"""A setback is round to 1 cm, and a plane over a province is off by up to one in a hundred."""


def overlooked(
    parcels: gpd.GeoDataFrame, layer: Layer, rule: Rule, tolerance: Tolerance
) -> list[str]:
    """
    Parcels with ground under a rule, as a second look finds it.

    Parameters
    ----------
    parcels : GeoDataFrame
        Those that are about to be called clear of the rule, or to touch its land only.
    layer : Layer
        With a frame.
    rule : Rule
    tolerance : Tolerance

    Returns
    -------
    list of str
        Their ids; only ground wider than noise and than what touches counts.
    """
    if layer.frame is None or parcels.empty:
        return []
    features = _about(layer.frame, rule)
    bounds = shapely.bounds(carried(parcels, CGCS2000).geometry.to_numpy())
    parcel, feature = _near(bounds, features, rule.setback_m)
    used, feature = np.unique(feature, return_inverse=True)
    plane = _about_middle(bounds)
    land = carried(parcels, plane).geometry.to_numpy()
    shapes = carried(features.iloc[used], plane).geometry.to_numpy()
    if rule.setback_m:
        shapes = _widened(shapes, rule.setback_m)
    shapely.prepare(shapes)
    meet = shapely.intersects(shapes[feature], land[parcel])
    parcel, feature = parcel[meet], feature[meet]
    outside = rule.trigger == "outside"
    rows = range(len(land)) if outside else np.unique(parcel).tolist()
    limit_m = max(tolerance.touch_width_m, _NOISE_M)
    wide = (
        row
        for row in rows
        if _is_wide(land[row], shapes[feature[parcel == row]], limit_m, outside=outside)
    )
    return [str(parcels.index[row]) for row in wide]


def _widened(shapes: npt.NDArray[np.object_], setback_m: float) -> npt.NDArray[np.object_]:
    """Setbacks, drawn back by the noise: what lies at the very limit is no contradiction."""
    noise_m = min(_SETBACK_NOISE_M + _SETBACK_NOISE_SHARE * setback_m, setback_m)
    return np.asarray(shapely.buffer(shapes, setback_m - noise_m, quad_segs=64))


def _about(frame: gpd.GeoDataFrame, rule: Rule) -> gpd.GeoDataFrame:
    """Features that the rule may be about, told one by one."""
    if not rule.where or frame.empty:
        return frame
    keep = [
        all(
            str(value) in (*condition.values, "", "nan", "None", "<NA>")
            for condition, value in zip(rule.where, values, strict=True)
        )
        for values in zip(*(frame[condition.field] for condition in rule.where), strict=True)
    ]
    return frame[np.array(keep, dtype=bool)]


def _near(bounds: Floats, features: gpd.GeoDataFrame, around_m: float) -> npt.NDArray[np.int64]:
    """Pairs of parcel and feature whose boxes meet, boxes of features carried by corners."""
    if features.empty or not len(bounds):
        return np.empty((2, 0), dtype=np.int64)
    west, south, east, north = shapely.bounds(features.geometry.to_numpy()).T
    to_degrees = Transformer.from_crs(features.crs, CGCS2000, always_xy=True)
    corners = [(west, south), (west, north), (east, south), (east, north)]
    lon, lat = np.array([to_degrees.transform(x, y) for x, y in corners]).transpose(1, 0, 2)
    margin = _BOX_MARGIN_DEG + around_m / _METRES_PER_DEGREE
    boxes = shapely.box(
        lon.min(axis=0) - margin,
        lat.min(axis=0) - margin,
        lon.max(axis=0) + margin,
        lat.max(axis=0) + margin,
    )
    pairs = shapely.STRtree(boxes).query(shapely.box(*bounds.T))
    return np.asarray(pairs, dtype=np.int64)


def _is_wide(
    land: shapely.Geometry,
    shapes: npt.NDArray[np.object_],
    limit_m: float,
    *,
    outside: bool,
) -> bool:
    """Whether ground of one parcel under, or outside, shapes is anywhere wider than a limit."""
    together = shapely.union_all(shapes)
    common = (shapely.difference if outside else shapely.intersection)(land, together)
    return not shapely.is_empty(shapely.buffer(common, -limit_m / 2.0, quad_segs=1))


def _about_middle(bounds: Floats) -> CRS:
    """Equal-area plane about the middle of all parcels."""
    (west, south), (east, north) = bounds[:, :2].min(axis=0), bounds[:, 2:].max(axis=0)
    middle = f"+lat_0={(south + north) / 2} +lon_0={(west + east) / 2}"
    return CRS.from_proj4(f"+proj=laea {middle} +ellps=GRS80 +units=m +no_defs")
