"""What a map shows: the frames and rasters that the pipeline hands to the room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

    from dzgis.grid import Raster
    from dzgis.plan.model import Plan
    from dzgis.planning import Grade, Ledgers
    from dzgis.terms import Text


@dataclass(frozen=True)
class MapContent:
    """
    Everything that one map shows.

    Every frame carries a CRS, any CRS, and may have zero rows. All areas are in m².

    Attributes
    ----------
    plan : Plan
        Names, colours, nodes and slope classes come from here.
    counties : GeoDataFrame
        ``county_code, county, district`` and, where known, ``area_m2, low_hill_m2, available_m2``.
    clusters : GeoDataFrame
        ``cluster, name, district, status``; one row a cluster and status.
    axes : GeoDataFrame, lines
        ``axis, name, line, kind`` with kind ``core`` or ``extension``.
    protection : mapping of str to GeoDataFrame
        Role to polygons with ``feature_id``. A role that is missing here was not given.
    candidates : GeoDataFrame
        Indexed by candidate id: ``county, cluster, area_m2, mean_slope_deg``.
    parcels : GeoDataFrame
        Indexed by parcel id: ``name, verdict, area_m2, cluster, axis, axis_distance_m, reason``.
    conflicts : GeoDataFrame
        Pieces where a parcel meets a rule: ``parcel_id, role, rule, area_m2``.
    slope_class : Raster
        uint8, 1 … n for the plan's slope classes, 0 unknown.
    available : Raster
        uint8, per cent of the cell that is available, 255 unknown.
    notes : tuple of Text
        Always shown on the map, e.g. that the terrain is generated.
    title : Text
    suitability : Raster, optional
        uint8, 1 … n for `grades`, 0 unknown.
    grades : tuple of Grade
        Names and colours of the grades, from best to worst.
    ledgers : Ledgers, optional
        For the popups of clusters and axes.
    basins : GeoDataFrame, optional
        Basins (坝区): ``basin_id, name, area_m2``.
    sources : tuple of mappings
        Records of the inputs as run.json has them: role, path, date, crs, ….
    """

    plan: Plan
    counties: gpd.GeoDataFrame
    clusters: gpd.GeoDataFrame
    axes: gpd.GeoDataFrame
    protection: Mapping[str, gpd.GeoDataFrame]
    candidates: gpd.GeoDataFrame
    parcels: gpd.GeoDataFrame
    conflicts: gpd.GeoDataFrame
    slope_class: Raster
    available: Raster
    notes: tuple[Text, ...]
    title: Text
    suitability: Raster | None = None
    grades: tuple[Grade, ...] = ()
    ledgers: Ledgers | None = None
    basins: gpd.GeoDataFrame | None = None
    sources: tuple[Mapping[str, object], ...] = ()
