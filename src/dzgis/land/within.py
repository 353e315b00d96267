"""Ground of polygons within places, measured of polygons, what lies on each other once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from dzgis.area import middle_latitude, official_scale
from dzgis.overlay import (
    Target,
    edge_table,
    framed_pairs,
    in_equal_area,
    near_rows,
    search_grid,
    target_of,
)
from dzgis.rings import rings_of_shapes

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy.typing as npt
    from pyproj import CRS


def polygons_within(
    counties: gpd.GeoDataFrame, features: gpd.GeoDataFrame, doubled: npt.NDArray[np.bool_]
) -> pd.Series[float]:
    """
    Ground of features within each county.

    Parameters
    ----------
    counties : GeoDataFrame
        ``county_code``, polygons.
    features : GeoDataFrame, n rows
        Polygons, any CRS.
    doubled : ndarray of bool, (n,)
        Features that overlap others: they are united first.

    Returns
    -------
    Series, indexed by county code
        Ellipsoidal, m².
    """
    lat = round(middle_latitude(counties))
    rings = rings_of_shapes(counties.geometry.to_numpy())
    target = target_of(rings, counties.crs, lat_deg=lat)
    shapes = features.geometry.to_numpy()
    covered = _covered(target, shapes[~doubled], features.crs)
    if doubled.any():
        united = shapely.get_parts(shapely.union_all(shapes[doubled]))
        covered = covered + _covered(target, united, features.crs)
    m2 = covered * official_scale(counties, target.area_m2)
    found = pd.Series(m2, index=counties["county_code"].astype(str).to_numpy())
    return found.groupby(level=0, sort=False).sum()


def _covered(target: Target, shapes: npt.NDArray[np.object_], crs: CRS) -> npt.NDArray[np.float64]:
    """Area of each polygon of the target under shapes that do not overlap."""
    rings = rings_of_shapes(shapes)
    near = rings.take(near_rows(rings, search_grid(target, crs)))
    framed = in_equal_area(near, crs, lat_deg=target.lat_deg, origin=target.origin)
    pairs = framed_pairs(target, edge_table(framed))
    return np.bincount(pairs.target, pairs.area_m2, minlength=len(target.table)).astype(float)
