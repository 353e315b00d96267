"""Townships and clusters (组团) as areas, from the plan's lists and the county boundaries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import shapely

from dzgis.area import carried
from dzgis.crs import CGCS2000, gauss_kruger
from dzgis.terms import ClusterStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dzgis.plan.model import Cluster, Plan, Township

_POLYGON = 2
_STEP_M = 1000.0
_SNAP_DEG = 1e-9
"""0.1 mm: borders that two areas share may differ by rounding only."""
TOWNSHIP_COLUMNS = ["township_code", "township", "county_code", "acc_km", "approximate", "geometry"]
CLUSTER_COLUMNS = ["cluster", "name", "district", "status", "geometry"]


def township_areas(plan: Plan, counties: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """
    Townships as Thiessen areas of their seats inside their county.

    An approximation that stands in until real township boundaries are given.

    Parameters
    ----------
    plan : Plan
    counties : GeoDataFrame
        county_code, geometry.

    Returns
    -------
    GeoDataFrame in EPSG:4490
        township_code, township, county_code, acc_km (accuracy of the seat, km), approximate
        (True), geometry; only counties for which the plan names townships.
    """
    frames = [
        _thiessen(plan, [t for t in plan.townships if t.county == county.county_code], county)
        for county in counties.to_crs(CGCS2000).itertuples()
        if any(t.county == county.county_code for t in plan.townships)
    ]
    if not frames:
        return gpd.GeoDataFrame(columns=TOWNSHIP_COLUMNS, geometry="geometry", crs=CGCS2000)
    return pd.concat(frames, ignore_index=True)[TOWNSHIP_COLUMNS]


def _thiessen(plan: Plan, townships: list[Township], county: object) -> gpd.GeoDataFrame:
    outline = gpd.GeoDataFrame(geometry=[county.geometry], crs=CGCS2000)  # type: ignore[attr-defined]
    points = [plan.place(t.seat).point for t in townships]
    frame = gpd.GeoDataFrame(
        {
            "township_code": [t.code for t in townships],
            "township": [t.full_name for t in townships],
            "county_code": [t.county for t in townships],
            "acc_km": [point.acc_km for point in points],
            "approximate": True,
        },
        geometry=gpd.points_from_xy([p.lon for p in points], [p.lat for p in points]),
        crs=CGCS2000,
    )
    metric = gauss_kruger(float(outline.total_bounds[[0, 2]].mean()))
    seats = frame.to_crs(metric).geometry
    whole = carried(outline, metric).geometry.iloc[0]
    cells = shapely.get_parts(
        shapely.voronoi_polygons(shapely.multipoints(seats.to_numpy()), extend_to=whole)
    )
    owner = shapely.STRtree(cells).query(seats.to_numpy(), predicate="intersects")[1]
    clipped = shapely.segmentize(shapely.intersection(cells[owner], whole), _STEP_M)
    return frame.set_geometry(gpd.GeoSeries(clipped, crs=metric).to_crs(CGCS2000).to_numpy())


def cluster_areas(
    plan: Plan, counties: gpd.GeoDataFrame, townships: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """
    Clusters as areas, one row for each basis of membership.

    Parameters
    ----------
    plan : Plan
    counties : GeoDataFrame
        county_code, geometry.
    townships : GeoDataFrame
        township_code, county_code, geometry, covering the counties whose townships the plan names.

    Returns
    -------
    GeoDataFrame in EPSG:4490
        cluster (id), name, district, status, geometry: ``listed`` for townships that the plan
        names, ``county`` for what a whole county brings beyond townships of other clusters,
        ``in_county_not_listed`` for the rest of a county whose list ends in 等.
    """
    outlines = counties.to_crs(CGCS2000).set_index("county_code").geometry
    cells = townships.to_crs(CGCS2000)
    rows = [
        (cluster.id, cluster.name, cluster.district, status, geometry)
        for cluster in plan.clusters
        for status, geometry in _bases(plan, cluster, outlines, cells)
        if not geometry.is_empty
    ]
    frame = gpd.GeoDataFrame(rows, columns=CLUSTER_COLUMNS, geometry="geometry", crs=CGCS2000)
    # As objects: pandas makes words of enums where pyarrow is installed.
    return frame.assign(status=pd.Series([row[3] for row in rows], frame.index, dtype=object))


def _bases(
    plan: Plan, cluster: Cluster, outlines: gpd.GeoSeries, cells: gpd.GeoDataFrame
) -> Iterator[tuple[ClusterStatus, shapely.Geometry]]:
    listed = {code for other in plan.clusters for code in other.townships}
    free = cells[~cells["township_code"].isin(listed)]
    own = cells[cells["township_code"].isin(cluster.townships)]
    yield ClusterStatus.LISTED, _united(own.geometry)
    for status, codes in (
        (ClusterStatus.COUNTY, cluster.counties),
        (ClusterStatus.IN_COUNTY_NOT_LISTED, cluster.open_counties),
    ):
        # A county of which the plan names townships is the sum of them; their areas tile it.
        whole = outlines[outlines.index.isin(codes) & ~outlines.index.isin(cells["county_code"])]
        rest = free.geometry[free["county_code"].isin(codes)]
        yield status, _united([*whole, *rest])


def _united(areas: Iterable[shapely.Geometry]) -> shapely.Geometry:
    return _polygonal(shapely.union_all(list(areas), grid_size=_SNAP_DEG))


def _polygonal(geometry: shapely.Geometry) -> shapely.Geometry:
    """Only the polygons of a geometry."""
    parts = shapely.get_parts(geometry)
    return shapely.union_all(parts[shapely.get_dimensions(parts) == _POLYGON])
