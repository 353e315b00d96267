"""Facts of parcels beside the verdict (地块现状): each from its room, None without its source."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from dzgis import allocation, land, protection, terrain
from dzgis.frames import check_polygons
from dzgis.inputs import absent
from dzgis.parcel_facts import Facts
from dzgis.pipeline import parcel_fact_notes as told
from dzgis.pipeline.cell_note import cell_note
from dzgis.plan import basin_rules, land_class_scheme, slope_scheme
from dzgis.terms import LayerStatus, Text, both_languages

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    import numpy as np
    import numpy.typing as npt

    from dzgis.frames import Layer
    from dzgis.grid import Raster
    from dzgis.pipeline.inputs import Loaded
    from dzgis.plan.model import Plan
    from dzgis.terrain import DemError

LAND_USE, FOREST, BAZI = "land_use", "forest", "bazi"
"""Roles of the layers that facts are made of."""
_USABLE = (LayerStatus.USED, LayerStatus.OUTDATED)
_DEM = "DEM"


@dataclass(frozen=True)
class FactSources:
    """
    What facts are made of; all checked when it was read.

    Attributes
    ----------
    layers : mapping of role to Layer
        Roles ``land_use``, ``forest``, ``bazi`` are looked at; one that is missing is absent.
    plan : Plan or None
        Whose slope classes are used and whose counties, clusters and axes parcels belong to.
    counties : GeoDataFrame or None
        See `dzgis.frames`.
    dem : Raster or None
    dem_error : DemError or None
    basins : GeoDataFrame or None
        As found in `dem` already; without them, and without an official layer, they are found.
    """

    layers: Mapping[str, Layer] = field(default_factory=dict)
    plan: Plan | None = None
    counties: gpd.GeoDataFrame | None = None
    dem: Raster | None = None
    dem_error: DemError | None = None
    basins: gpd.GeoDataFrame | None = None


class _Fact(NamedTuple):
    """A table, None where it cannot be made, and what must stand beside it."""

    table: pd.DataFrame | None
    notes: list[Text]


def sources_of(loaded: Loaded, *, basins: gpd.GeoDataFrame | None = None) -> FactSources:
    """Sources of facts among checked inputs."""
    return FactSources(
        loaded.layers, loaded.plan, loaded.counties, loaded.dem, loaded.dem_error, basins
    )


def facts_of(parcels: gpd.GeoDataFrame, sources: FactSources) -> Facts:
    """
    State what parcels are.

    Parameters
    ----------
    parcels : GeoDataFrame, n rows
        Valid polygons indexed by unique ``parcel_id``, in China, any CRS.
    sources : FactSources

    Returns
    -------
    Facts
        A table whose source was not given or cannot be used is None, and a note says why. Notes
        say too where a layer or the DEM does not cover a parcel: that part is unknown.

    Raises
    ------
    InputError, CRSError
        If parcels are invalid or outside China, a layer has invalid features near them, or the
        DEM's grid gives no slopes: nothing that was read by `dzgis.inputs` does but the last.
    """
    check_polygons(parcels, name="parcels")
    if sources.dem is not None:
        terrain.check_grid(sources.dem.grid)
    slopes = _slopes(parcels, sources)
    facts = {
        "places": _places(parcels, sources),
        "land_classes": _land_classes(parcels, sources),
        "forest": _forest(parcels, sources),
        "slopes": slopes,
        "basins": _basins(parcels, sources, slopes.table),
    }
    notes = [note for fact in facts.values() for note in fact.notes]
    return Facts(
        zones=land.zones_of_parcels(parcels),
        notes=tuple(dict.fromkeys(notes)),
        **{name: fact.table for name, fact in facts.items()},
    )


def _usable(sources: FactSources, role: str) -> tuple[Layer | None, list[Text]]:
    """Layer of a role if anything can be said by it, and why not else."""
    layer = sources.layers.get(role) or absent(role)
    usable = layer.frame is not None and layer.status in _USABLE
    reason = layer.reason or (None if usable else layer.status.text)
    notes = [reason] if reason is not None else []
    return (layer if usable else None), [told.about(role, note) for note in notes]


def _places(parcels: gpd.GeoDataFrame, sources: FactSources) -> _Fact:
    """County, district, cluster, axis; see `allocation.assign`."""
    plan, counties = sources.plan, sources.counties
    if plan is None or counties is None:
        return _Fact(None, [told.NO_PLACES])
    townships = allocation.township_areas(plan, counties)
    clusters = allocation.cluster_areas(plan, counties, townships)
    axes = allocation.axis_lines(plan)
    table = allocation.assign(parcels, plan, counties=counties, clusters=clusters, axes=axes)
    found = pd.DataFrame(table.drop(columns=table.geometry.name))
    names = {cluster.id: Text(cluster.name, cluster.name_en) for cluster in plan.clusters}
    called = [names.get(str(one)) for one in found["cluster"]]
    found["cluster_name"] = pd.Series(called, index=found.index, dtype=object)
    found["shares"] = allocation.county_shares(parcels, counties)
    return _Fact(found, [])


def _land_classes(parcels: gpd.GeoDataFrame, sources: FactSources) -> _Fact:
    """Land classes, villages and owners; see `land.parcel_land_classes`."""
    layer, notes = _usable(sources, LAND_USE)
    if layer is None:
        return _Fact(None, notes)
    scheme = land_class_scheme()
    table = land.parcel_land_classes(parcels, layer, scheme)
    outside = protection.cover_problems(parcels, layer)
    return _Fact(
        table,
        [
            *notes,
            *told.source_notes(layer),
            *told.unknown_ground(table, outside),
            *told.disputed_ground(table),
            *told.unknown_ridges(table, scheme),
            *told.unknown_codes(table, scheme),
            told.scheme_note(scheme),
        ],
    )


def _forest(parcels: gpd.GeoDataFrame, sources: FactSources) -> _Fact:
    """Forest land by grade and category; see `protection.parcel_forest`."""
    layer, notes = _usable(sources, FOREST)
    if layer is None:
        return _Fact(None, notes)
    table = protection.parcel_forest(parcels, layer)
    outside = protection.cover_problems(parcels, layer)
    return _Fact(table, [*notes, *told.beyond_survey(FOREST, outside), told.PLANAR_FOREST])


def _slopes(parcels: gpd.GeoDataFrame, sources: FactSources) -> _Fact:
    """Slope classes and how sure they are; see `terrain.parcel_slopes`."""
    dem = sources.dem
    if dem is None:
        return _Fact(None, [told.NO_DEM])
    classes = sources.plan.slope_classes if sources.plan is not None else slope_scheme("low_hill")
    table = terrain.parcel_slopes(parcels, dem, classes, error=sources.dem_error)
    notes = [cell_note(dem.grid), *told.unknown_slopes(table)]
    notes += [both_languages(dem.note)] if dem.note else []
    notes += [told.error_note(sources.dem_error)] if sources.dem_error is not None else []
    return _Fact(table, notes)


def _basins(parcels: gpd.GeoDataFrame, sources: FactSources, slopes: pd.DataFrame | None) -> _Fact:
    """Ground in basins, of the official layer or else as the DEM has them."""
    layer, notes = _usable(sources, BAZI)
    if layer is not None and layer.frame is not None:
        table = terrain.parcel_basins(parcels, layer.frame, source=layer.source)
        unknown = protection.cover_problems(parcels, layer).to_numpy()
        return _with_unknown(table, unknown, [*notes, *told.source_notes(layer)])
    if sources.dem is None or slopes is None:
        return _Fact(None, [*notes, told.NO_BASINS])
    basins = sources.basins
    if basins is None:
        basins = terrain.basins(terrain.slope(sources.dem), sources.dem)
    table = terrain.parcel_basins(parcels, basins, source=_DEM)
    unknown = slopes[terrain.UNKNOWN].to_numpy() > 0.0
    return _with_unknown(table, unknown, [told.basins_of_dem(both_languages(_rules_note()))])


def _rules_note() -> str:
    return basin_rules().source.note


def _with_unknown(table: pd.DataFrame, unknown: npt.NDArray[np.bool_], notes: list[Text]) -> _Fact:
    """Table in which the ground of a parcel that is not wholly known is not known."""
    known = table.assign(
        area_m2=table["area_m2"].where(~unknown), share=table["share"].where(~unknown)
    )
    return _Fact(known, [*notes, *told.unknown_basins(table[unknown])])
