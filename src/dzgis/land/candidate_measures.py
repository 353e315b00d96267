"""Measures of candidate parcels: area, slope, width, compactness, suitability, distances."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from dzgis.area import densified, polygon_area_m2
from dzgis.crs import CGCS2000, ELLIPSOID
from dzgis.land.own_plane import metres_per_degree, middle_latitudes, to_metres
from dzgis.zonal_statistics import zonal_statistics

if TYPE_CHECKING:
    import numpy.typing as npt

    from dzgis.grid import Raster

    Shapes = npt.NDArray[np.object_]
    Floats = npt.NDArray[np.float64]

_CIRCLE_M, _FINE_CIRCLE_M = 0.5, 0.05
"""How near the largest circle is found: of all candidates, and where the least width decides."""
_BAND_DEG = 0.25
"""Candidates whose middles lie in one band of latitude look for features in one plane."""


def measured(
    shapes: Shapes, slope: Raster, suitability: Raster | None, *, least_width_m: float
) -> pd.DataFrame:
    """
    Measures of candidates.

    Parameters
    ----------
    shapes : ndarray of Polygon, (n,)
        EPSG:4490.
    slope : Raster
    suitability : Raster or None
        Index, NaN where not known.
    least_width_m : float
        About which widths are measured finely.

    Returns
    -------
    DataFrame, n rows
        ``area_m2`` (of record), ``mean_slope_deg``, ``width_m`` (of the largest circle; up to 1 m
        too little, 0.1 m about the least width), ``compactness``, ``suitability``.
    """
    frame = gpd.GeoDataFrame(geometry=shapes, crs=CGCS2000)
    metres = to_metres(shapes, metres_per_degree(middle_latitudes(shapes)))
    length = shapely.length(metres)
    table = pd.DataFrame({"area_m2": polygon_area_m2(frame).to_numpy(dtype=np.float64)})
    table["mean_slope_deg"] = _mean(slope, frame)
    table["width_m"] = _widths_m(metres, least_width_m)
    table["compactness"] = 4.0 * np.pi * shapely.area(metres) / length**2
    table["suitability"] = np.nan if suitability is None else _mean(suitability, frame)
    return table


def _widths_m(metres: Shapes, least_m: float) -> Floats:
    """Diameters of the largest circles, finely where the least width would decide otherwise."""
    found = _diameters_m(metres, _CIRCLE_M)
    near = np.abs(found - least_m) <= 2.0 * _CIRCLE_M
    found[near] = _diameters_m(metres[near], _FINE_CIRCLE_M)
    return found


def _diameters_m(metres: Shapes, tolerance_m: float) -> Floats:
    radius = shapely.length(shapely.maximum_inscribed_circle(metres, tolerance=tolerance_m))
    return 2.0 * np.asarray(radius, dtype=np.float64)


def _mean(raster: Raster, frame: gpd.GeoDataFrame) -> Floats:
    found = zonal_statistics(raster, frame, statistics=("mean",))
    return found["mean"].to_numpy(dtype=np.float64)


def distances_m(shapes: Shapes, layer: gpd.GeoDataFrame) -> Floats:
    """
    Distance of each shape to the nearest feature of a layer, along the ellipsoid.

    Parameters
    ----------
    shapes : ndarray of geometry in EPSG:4490, (n,)
    layer : GeoDataFrame
        Points, lines or polygons in any CRS that areas can be measured in.

    Returns
    -------
    ndarray, (n,)
        Metres; 0 where they meet, infinite where the layer has no feature.
    """
    features = _in_pieces(densified(layer).to_crs(CGCS2000).geometry.to_numpy())
    found = np.full(len(shapes), np.inf)
    if not len(features):
        return found
    band = np.floor(middle_latitudes(shapes) / _BAND_DEG)
    for one in np.unique(band):
        here = np.flatnonzero(band == one)
        per_degree = metres_per_degree(np.array([(one + 0.5) * _BAND_DEG]))
        there = to_metres(features, np.repeat(per_degree, len(features), axis=0))
        land = to_metres(shapes[here], np.repeat(per_degree, len(here), axis=0))
        near = shapely.STRtree(there).query_nearest(land, all_matches=False)
        line = shapely.shortest_line(land[near[0]], there[near[1]])
        ends = shapely.get_coordinates(line).reshape(-1, 2, 2) / per_degree[0]
        found[here[near[0]]] = ELLIPSOID.inv(*ends[:, 0].T, *ends[:, 1].T)[2]
    return found


def _in_pieces(features: Shapes) -> Shapes:
    """Lines as their straight pieces, which a tree tells apart; all else part by part."""
    there = features[~(shapely.is_missing(features) | shapely.is_empty(features))]
    parts = shapely.get_parts(there)
    is_line = shapely.get_dimensions(parts) == 1
    xy, line = shapely.get_coordinates(parts[is_line], return_index=True)
    same = line[1:] == line[:-1]
    ends = np.stack([xy[:-1][same], xy[1:][same]], axis=1)
    return np.concatenate([parts[~is_line], shapely.linestrings(ends)])
