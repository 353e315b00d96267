"""Ground that no candidate may meet: what hard exclusions of vector layers leave nothing of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import shapely

from dzgis.area import carried
from dzgis.crs import CGCS2000
from dzgis.plan.exclusions import Effect

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dzgis.plan.exclusions import Exclusion, ExclusionSet


def hard_ground(
    exclusions: ExclusionSet,
    features: Mapping[str, gpd.GeoDataFrame],
    counties: gpd.GeoDataFrame,
) -> gpd.GeoDataFrame:
    """
    Polygons of ground that hard exclusions take.

    Parameters
    ----------
    exclusions : ExclusionSet
    features : mapping of exclusion id to GeoDataFrame
        Ground of each exclusion of a vector layer, widened; see `ExclusionGround`.
    counties : GeoDataFrame
        Within which ground outside an inverted exclusion's features counts.

    Returns
    -------
    GeoDataFrame in EPSG:4490
        Polygons that may overlap: of exclusions that apply within another, only what is that one's
        too; without what inclusions of no lower priority overrule. Rasters' exclusions have no
        polygons: their cells are not available, and no candidate is made of them.
    """
    by_id = {one.id: one for one in exclusions.exclusions}
    hard = [one for one in by_id.values() if one.effect is Effect.HARD and one.id in features]
    included = [one for one in by_id.values() if one.effect is Effect.INCLUDE]
    frames = []
    for one in hard:
        ground = _ground(one, features, counties)
        within = one.within
        while within is not None:
            outer = by_id[within]
            if within in features:
                ground = _common(ground, _ground(outer, features, counties))
            within = outer.within
        over = [i for i in included if i.id in features and i.priority >= one.priority]
        for other in over:
            ground = _less(ground, _ground(other, features, counties))
        frames.append(ground)
    empty = gpd.GeoDataFrame(geometry=[], crs=CGCS2000)
    return pd.concat(frames, ignore_index=True) if frames else empty


def _ground(
    one: Exclusion, features: Mapping[str, gpd.GeoDataFrame], counties: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    frame = carried(features[one.id], CGCS2000)[["geometry"]].reset_index(drop=True)
    if not one.invert:
        return frame
    return _less(carried(counties, CGCS2000)[["geometry"]].reset_index(drop=True), frame)


def _common(first: gpd.GeoDataFrame, second: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Ground of both, feature by feature."""
    shapes, others = first.geometry.to_numpy(), second.geometry.to_numpy()
    rows, hits = shapely.STRtree(others).query(shapes, predicate="intersects")
    return _polygons(shapely.intersection(shapes[rows], others[hits]))


def _less(first: gpd.GeoDataFrame, second: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Ground of the first only."""
    shapes, others = first.geometry.to_numpy().copy(), second.geometry.to_numpy()
    met = pd.DataFrame(
        shapely.STRtree(others).query(shapes, predicate="intersects").T, columns=["row", "hit"]
    )
    # One feature at a time: each loses the union of its own few neighbours.
    for row, hits in met.groupby("row")["hit"]:
        shapes[row] = shapely.difference(shapes[row], shapely.union_all(others[hits.to_numpy()]))
    return _polygons(shapes)


def _polygons(shapes: object) -> gpd.GeoDataFrame:
    parts = gpd.GeoDataFrame(geometry=shapes, crs=CGCS2000).explode(ignore_index=True)
    areal = parts.geom_type.isin(("Polygon", "MultiPolygon")) & ~parts.geometry.is_empty
    return parts[areal].reset_index(drop=True)
