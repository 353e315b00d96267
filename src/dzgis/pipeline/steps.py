"""The steps of the job, each handing frames and rasters from one room to the next."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from dzgis import allocation, land, protection, terrain
from dzgis.area import carried, polygon_area_m2
from dzgis.crs import CGCS2000
from dzgis.errors import InputError
from dzgis.frames import check_polygons
from dzgis.grid import Raster, percent_of
from dzgis.inputs import check_place
from dzgis.pipeline.result import Land
from dzgis.terms import ClusterStatus, LayerStatus, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dzgis.pipeline.inputs import Loaded
    from dzgis.plan.model import Plan, SlopeClasses
    from dzgis.plan.rules import Rule
    from dzgis.planning import Proposal

    Step = Callable[[Text], None]

N_STEPS = 10
"""How many steps `compute` tells."""
_MEASURES = (
    "mean_slope_deg",
    "width_m",
    "compactness",
    "filled_m2",
    "suitability",
    "chosen",
)
BAZI = "bazi"
"""Role of an official layer of basins."""


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


def slope_and_classes(dem: Raster, classes: SlopeClasses) -> tuple[Raster, Raster]:
    """Slope in degrees, and its classes."""
    slope = terrain.slope(dem)
    return slope, terrain.classify(slope, classes)


def land_of(loaded: Loaded, places: Places, *, tell: Step = silent) -> Land:
    """
    Slope, classes, what protection takes, what is left, and candidates.

    Raises
    ------
    InputError
        If there is no DEM.

    Notes
    -----
    A layer that is missing takes nothing away; `not_deducted` names it, and every product says so.
    """
    if loaded.dem is None:
        raise InputError(Text("需要 DEM", "a DEM is needed"))
    plan, grid = loaded.plan, loaded.dem.grid
    tell(Text("坡度与分级", "slope and classes"))
    slope, slope_class = slope_and_classes(loaded.dem, plan.slope_classes)
    tell(Text("保护图层", "protection layers"))
    features = excluded_land(loaded)
    excluded = {rule: protection.dissolved(frame, grid) for rule, frame in features.items()}
    shares = dict(zip(excluded, protection.cumulative_shares(excluded.values(), grid), strict=True))
    taken = next(reversed(shares.values())) if shares else np.zeros(grid.shape)
    tell(Text("用地核算", "land accounting"))
    counties = land.zones_of(loaded.counties, grid, key="county_code")
    clusters = land.zones_of(in_clusters(places.clusters), grid, key="cluster")
    left = land.available_share(slope_class, plan.slope_classes, taken)
    left[~land.touched(counties, grid)] = np.nan  # beyond the counties no layer was surveyed
    tell(Text("候选地块", "candidate parcels"))
    share = Raster(left, grid, "available", slope.note)
    regions = candidate_regions(loaded, share, slope, features)
    tell(Text("候选地块归属", "allocation of candidates"))
    assigned = assign_parcels(regions.candidates, loaded, places)
    proposal = proposal_of(regions, assigned, plan)
    tell(Text("坝区与把握程度", "basins and certainty"))
    probability = low_hill_probability(loaded)
    tell(Text("重叠矩阵", "overlap matrix"))
    matrix = _overlap_matrix(excluded, counties, slope_class, plan)
    return Land(
        slope=slope,
        slope_class=slope_class,
        available=in_percent(share, "available_percent"),
        class_areas=land.class_areas(counties, slope_class, plan.slope_classes),
        county_waterfall=land.waterfall(counties, slope_class, plan.slope_classes, shares),
        cluster_waterfall=land.waterfall(clusters, slope_class, plan.slope_classes, shares),
        overlap_matrix=matrix,
        candidates=assigned.assign(**{name: proposal.candidates[name] for name in _MEASURES}),
        near_limits=land.near_limits(counties, slope, _low_hill_limits(plan.slope_classes)),
        basins=basins_of(loaded, slope),
        probability=probability,
        expected_low_hill=(
            None if probability is None else land.expected_areas(counties, probability)
        ),
    )


def candidate_regions(
    loaded: Loaded, available: Raster, slope: Raster, protected: Mapping[str, gpd.GeoDataFrame]
) -> land.Regions:
    """All candidates by the plan's rules; `protected` is the land that each rule excludes."""
    layers = {
        role: layer.frame
        for role in loaded.plan.candidates.layers
        if (layer := loaded.layers.get(role)) is not None and layer.frame is not None
    }
    ground = land.CandidateLand(
        available, slope, loaded.counties, _together(protected), layers=layers
    )
    return land.candidate_regions(ground, loaded.plan.candidates)


def proposal_of(regions: land.Regions, assigned: gpd.GeoDataFrame, plan: Plan) -> Proposal:
    """Candidates that the plan's rules choose, cluster by cluster."""
    clusters = [cluster.id for cluster in plan.clusters]
    return land.propose(regions, assigned["cluster"], plan.candidates, clusters=clusters)


def low_hill_probability(loaded: Loaded) -> Raster | None:
    """Probability that a cell is low-hill, where the DEM and its error are known."""
    if loaded.dem is None or loaded.dem_error is None:
        return None
    ranges = loaded.plan.slope_classes.low_hill_ranges_deg
    parts = [
        terrain.class_probability(loaded.dem, loaded.dem_error, above_deg=low, up_to_deg=high)
        for low, high in ranges
    ]
    return replace(parts[0], values=np.sum([part.values for part in parts], axis=0))


def _low_hill_limits(classes: SlopeClasses) -> list[float]:
    """Limits between low hills and other land."""
    ends = {end for ends in classes.low_hill_ranges_deg for end in ends}
    return sorted(end for end in ends if math.isfinite(end))


def basins_of(loaded: Loaded, slope: Raster) -> gpd.GeoDataFrame:
    """Basins of the official layer, or as found in the DEM."""
    layer = loaded.layers.get(BAZI)
    if layer is not None and layer.frame is not None:
        frame = carried(layer.frame, CGCS2000)[["feature_id", "geometry"]]
        frame = frame.rename(columns={"feature_id": "basin_id"})
        return frame.assign(name="", area_m2=polygon_area_m2(frame), source=layer.source)
    if loaded.dem is None:
        raise InputError(Text("需要 DEM", "a DEM is needed"))
    return terrain.basins(slope, loaded.dem).to_crs(CGCS2000).assign(source="DEM")


def excluded_land(loaded: Loaded) -> dict[str, gpd.GeoDataFrame]:
    """Land that each rule excludes, in the rules' order; a rule without a layer is left out."""
    return {
        rule.id: protection.setback(
            protection.features_of(loaded.layers[str(rule.role)], rule), rule.setback_m
        )
        for rule in excluding_rules(loaded.plan)
        if _usable(loaded, rule)
    }


def excluding_rules(plan: Plan) -> list[Rule]:
    """Rules whose land is not available."""
    return [rule for rule in plan.rules.spatial if rule.excludes_land]


def not_deducted(loaded: Loaded) -> list[Rule]:
    """Rules whose land should have been taken away but whose layer is missing."""
    return [rule for rule in excluding_rules(loaded.plan) if not _usable(loaded, rule)]


def outdated_rules(loaded: Loaded) -> list[Rule]:
    """Rules whose land is taken away by a layer that is out of date."""
    return [
        rule
        for rule in excluding_rules(loaded.plan)
        if _usable(loaded, rule) and loaded.layers[str(rule.role)].status is LayerStatus.OUTDATED
    ]


def unsurveyed_counties(loaded: Loaded) -> dict[str, list[str]]:
    """For each rule whose land is taken away, codes of counties that its layer covers in part."""
    counties = loaded.counties.set_index("county_code")
    found = {
        rule.id: protection.cover_problems(counties, loaded.layers[str(rule.role)])
        for rule in excluding_rules(loaded.plan)
        if _usable(loaded, rule)
    }
    return {
        rule: [str(c) for c in lacks.index[lacks]] for rule, lacks in found.items() if any(lacks)
    }


def _usable(loaded: Loaded, rule: Rule) -> bool:
    layer = loaded.layers.get(str(rule.role))
    return layer is not None and layer.frame is not None


def in_clusters(clusters: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Areas that the plan puts into a cluster, by list or by county."""
    return clusters[clusters["status"].isin((ClusterStatus.LISTED, ClusterStatus.COUNTY))]


def _together(frames: Mapping[str, gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """All polygons of several frames, each carried to EPSG:4490 with its edges split first."""
    parts = [carried(frame, CGCS2000)[["geometry"]] for frame in frames.values()]
    empty = gpd.GeoDataFrame(geometry=[], crs=CGCS2000)
    return pd.concat(parts, ignore_index=True) if parts else empty


def in_percent(share: Raster, name: str) -> Raster:
    """Per cents of a share, halves up, 255 where not known."""
    return Raster(percent_of(share.values), share.grid, name, share.note)


def _overlap_matrix(
    excluded: Mapping[str, gpd.GeoSeries],
    counties: list[land.Zone],
    slope_class: Raster,
    plan: Plan,
) -> pd.DataFrame:
    """Low-hill land under both of two rules, in m²; the diagonal is each rule's own."""

    def taken_m2(first: str, second: str) -> float:
        common = protection.common_share(excluded[first], excluded[second], slope_class.grid)
        fall = land.waterfall(counties, slope_class, plan.slope_classes, {"both": common})
        return float(fall["both"].sum())

    matrix = pd.DataFrame(0.0, index=list(excluded), columns=list(excluded))
    for first, second in combinations_with_replacement(excluded, 2):
        matrix.loc[first, second] = matrix.loc[second, first] = taken_m2(first, second)
    return matrix
