"""Places of the account: counties, cut by clusters and corridors into parts that do not overlap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import shapely

from dzgis.area import carried
from dzgis.planning import PLACES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_POLYGON = shapely.GeometryType.POLYGON.value


def zone_parts(
    counties: gpd.GeoDataFrame,
    clusters: gpd.GeoDataFrame | None = None,
    corridors: gpd.GeoDataFrame | None = None,
) -> gpd.GeoDataFrame:
    """
    Parts of counties by cluster and corridor.

    Parameters
    ----------
    counties : GeoDataFrame
        ``county_code``, polygons that do not overlap.
    clusters : GeoDataFrame, optional
        ``cluster`` (id), polygons; rows of one cluster go together. Of ground that several would
        take, the first has it.
    corridors : GeoDataFrame, optional
        ``axis`` (id), polygons, likewise.

    Returns
    -------
    GeoDataFrame in the counties' CRS
        ``county_code``, ``cluster`` ("" for none), ``corridor`` ("" for none), geometry. Parts of a
        county make it up without a gap.
    """
    by_cluster = _areas(clusters, "cluster", counties)
    by_corridor = _areas(corridors, "axis", counties)
    rows = [
        (code, cluster, corridor, piece)
        for code, county in zip(counties["county_code"], counties.geometry, strict=True)
        for cluster, part in _cut(county, by_cluster)
        for corridor, piece in _cut(part, by_corridor)
    ]
    return gpd.GeoDataFrame(rows, columns=[*PLACES, "geometry"], crs=counties.crs)


def _areas(
    frame: gpd.GeoDataFrame | None, key: str, counties: gpd.GeoDataFrame
) -> dict[str, shapely.Geometry]:
    """One area a key, in the counties' CRS."""
    if frame is None or frame.empty:
        return {}
    there = carried(frame, counties.crs)
    names = list(dict.fromkeys(there[key].astype(str)))
    own = {name: there.geometry[there[key].astype(str) == name].to_numpy() for name in names}
    return {name: shapely.union_all(shapes) for name, shapes in own.items()}


def _cut(
    land: shapely.Geometry, areas: Mapping[str, shapely.Geometry]
) -> Iterator[tuple[str, shapely.Geometry]]:
    """What each area takes of a polygon, the rest last."""
    rest = land
    for name, area in areas.items():
        if shapely.intersects(rest, area):
            piece = polygonal(shapely.intersection(rest, area))
            if not piece.is_empty:
                yield name, piece
                rest = polygonal(shapely.difference(rest, area))
    if not rest.is_empty:
        yield "", rest


def polygonal(shape: shapely.Geometry) -> shapely.Geometry:
    """The polygons of a shape, without lines and points."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    return shapely.multipolygons(parts[shapely.get_type_id(parts) == _POLYGON])
