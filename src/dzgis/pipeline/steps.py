"""The steps of the job, each handing frames and rasters from one room to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd

from dzgis import allocation, terrain
from dzgis.area import carried, polygon_area_m2
from dzgis.crs import CGCS2000
from dzgis.frames import check_polygons
from dzgis.grid import Raster, percent_of
from dzgis.inputs import check_place
from dzgis.terms import ClusterStatus, Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from dzgis.pipeline.inputs import Loaded

    Step = Callable[[Text], None]

N_STEPS = 8
"""How many steps `compute` tells."""
BAZI = "bazi"
"""Role of an official layer of basins."""
LAND_USE = "land_use"
"""Role of the layer that says what land is used for."""


class Places(NamedTuple):
    """Areas and lines that the plan draws over the counties."""

    townships: gpd.GeoDataFrame
    clusters: gpd.GeoDataFrame
    axes: gpd.GeoDataFrame


def silent(_: Text) -> None:
    """Tell nobody."""


def places_of(loaded: Loaded) -> Places:
    """Townships, clusters and axes of the plan over the given counties."""
    townships = allocation.township_areas(loaded.plan, loaded.counties)
    clusters = allocation.cluster_areas(loaded.plan, loaded.counties, townships)
    return Places(townships, clusters, allocation.axis_lines(loaded.plan))


def assign_parcels(parcels: gpd.GeoDataFrame, loaded: Loaded, places: Places) -> gpd.GeoDataFrame:
    """County, district, cluster, axis and reason of each parcel; see `allocation.assign`."""
    check_polygons(parcels, name="parcels")
    check_place(parcels, name="parcels", plan=loaded.plan)
    assigned = allocation.assign(
        parcels,
        loaded.plan,
        counties=loaded.counties,
        clusters=places.clusters,
        axes=places.axes,
    )
    return assigned.assign(name=parcels["name"]) if "name" in parcels.columns else assigned


def assign_loaded(loaded: Loaded) -> gpd.GeoDataFrame:
    """Assign the parcels of `loaded`."""
    return assign_parcels(parcels_of(loaded), loaded, places_of(loaded))


def parcels_of(loaded: Loaded) -> gpd.GeoDataFrame:
    """Parcels of `loaded`, or none."""
    if loaded.parcels is not None:
        return loaded.parcels
    nothing = gpd.GeoDataFrame({"name": []}, geometry=[], crs=CGCS2000)
    return nothing.rename_axis("parcel_id")


def basins_of(loaded: Loaded, slope: Raster) -> gpd.GeoDataFrame:
    """Basins of the official layer, or as found in the DEM; none where that was not in memory."""
    layer = loaded.layers.get(BAZI)
    if layer is not None and layer.frame is not None:
        frame = carried(layer.frame, CGCS2000)[["feature_id", "geometry"]]
        frame = frame.rename(columns={"feature_id": "basin_id"})
        return frame.assign(name="", area_m2=polygon_area_m2(frame), source=layer.source)
    if loaded.dem is None:
        empty: dict[str, list[object]] = {n: [] for n in ("basin_id", "name", "area_m2", "source")}
        return gpd.GeoDataFrame(empty, geometry=[], crs=CGCS2000)
    return terrain.basins(slope, loaded.dem).to_crs(CGCS2000).assign(source="DEM")


def in_clusters(clusters: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Areas that the plan puts into a cluster, by list or by county."""
    return clusters[clusters["status"].isin((ClusterStatus.LISTED, ClusterStatus.COUNTY))]


def in_percent(share: Raster, name: str) -> Raster:
    """Per cents of a share, halves up, 255 where not known."""
    return Raster(percent_of(share.values), share.grid, name, share.note)
