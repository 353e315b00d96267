"""The planner's question, step by step: account, suitability, candidates, what-ifs, ledgers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from dzgis import allocation, land
from dzgis.errors import InputError, listed
from dzgis.pipeline.hard_ground import hard_ground
from dzgis.pipeline.land_account import account_of
from dzgis.pipeline.land_layers import AccountInputs
from dzgis.pipeline.land_options import LandOptions
from dzgis.pipeline.result import Land
from dzgis.pipeline.steps import LAND_USE, assign_parcels, basins_of, in_clusters, silent
from dzgis.pipeline.suitability_job import suitability_of, what_if_weights
from dzgis.pipeline.suitability_sources import plan_layers
from dzgis.plan import allocation_rules, exclusions_of_plan
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dzgis.pipeline.elevation import Elevation
    from dzgis.pipeline.inputs import Loaded
    from dzgis.pipeline.steps import Places, Step
    from dzgis.plan.candidate_rules import Candidates
    from dzgis.plan.exclusions import ExclusionSet
    from dzgis.planning import Ledgers, Proposal, Suitability, WhatIf

    Layers = Mapping[str, gpd.GeoDataFrame | Path]

PLAIN = LandOptions()


def land_of(
    loaded: Loaded,
    places: Places,
    options: LandOptions = PLAIN,
    *,
    tell: Step = silent,
    folder: Path | None = None,
) -> Land:
    """
    Account, suitability, candidates and what-ifs of the plan's counties.

    Parameters
    ----------
    loaded : Loaded
    places : Places
    options : LandOptions
    tell : callable
        Called with the name of each step as it begins.
    folder : Path, optional
        Scratch folder for rasters that would not fit into memory; they last as long as it does.

    Raises
    ------
    InputError
        If there is no DEM, or exclusions, scheme and layers do not fit each other.

    Notes
    -----
    A layer that is missing takes nothing away; the account's states name it, and every product
    says so. Ledgers hold no parcels yet; see `with_parcels`.
    """
    elevation = loaded.elevation
    if elevation is None:
        raise InputError(Text("需要 DEM", "a DEM is needed"))
    exclusions = exclusions_for(loaded, options)
    _check_without(exclusions, options.without)
    inputs = _account_inputs(loaded, places, exclusions, elevation)
    tell(Text("用地核算", "land account"))
    found = account_of(inputs, engine=options.engine, folder=folder, keep_share=True)
    tables = land.account_tables(found.account, loaded.plan)
    layers = layers_of(loaded, places)
    tell(Text("适宜性评价", "suitability"))
    suitable = _suitability(loaded, options, elevation, (places, layers), folder)
    tell(Text("候选地块", "candidate parcels"))
    rules = _candidate_rules(loaded, options)
    share = found.rasters.share
    if share is None:
        raise AssertionError("the account kept no shares")
    ground = land.CandidateLand(
        share,
        found.rasters.slope,
        loaded.counties,
        hard_ground(exclusions, found.ground.features, loaded.counties),
        suitability=None if suitable is None else suitable.index,
        layers=_named_layers(layers, rules),
    )
    regions = land.candidate_regions(ground, rules)
    tell(Text("候选地块归属", "allocation of candidates"))
    assigned = assign_parcels(regions.candidates, loaded, places)
    clusters = [cluster.id for cluster in loaded.plan.clusters]
    proposal = land.propose(regions, assigned["cluster"], rules, clusters=clusters)
    candidates = _with_measures(assigned, proposal)
    tell(Text("情景与台账", "what-ifs and ledgers"))
    what_ifs = (
        *(land.what_if(found.account, [name], loaded.plan) for name in options.without),
        *_weight_what_ifs(loaded, options, elevation, (places, layers)),
    )
    return Land(
        slope=found.rasters.slope,
        slope_class=found.rasters.slope_class,
        available=found.rasters.available,
        account=found.account,
        tables=tables,
        proposal=proposal,
        candidates=candidates,
        near_limits=found.near_limits,
        claimed=land.claimed_figures(found.account, proposal.contiguous_m2, loaded.plan),
        basins=basins_of(loaded, found.rasters.slope),
        ledgers=ledgers_of(loaded, tables.net, candidates, no_parcels(assigned)),
        suitability=suitable,
        what_ifs=what_ifs,
        probability=found.rasters.probability,
        expected_low_hill=found.expected_low_hill,
        asked=options.record(rules),
    )


def exclusions_for(loaded: Loaded, options: LandOptions) -> ExclusionSet:
    """Exclusions in force on the day: those asked for, or those of the plan."""
    chosen = options.exclusions or exclusions_of_plan(loaded.plan)
    return chosen.on(loaded.as_of)


def layers_of(loaded: Loaded, places: Places) -> dict[str, gpd.GeoDataFrame | Path]:
    """
    All layers by which ground can be judged, by name.

    Places of the plan, protection layers that can be used, and what the user gave; of one name the
    last counts.
    """
    used = {role: layer.frame for role, layer in loaded.layers.items() if layer.frame is not None}
    return {**plan_layers(loaded.plan, places.axes), **used, **loaded.criteria}


def ledgers_of(
    loaded: Loaded,
    net: Mapping[str, pd.DataFrame],
    candidates: gpd.GeoDataFrame,
    parcels: gpd.GeoDataFrame,
) -> Ledgers:
    """Ledgers of clusters, axes and industries."""
    return allocation.ledgers(loaded.plan, net, proposed=candidates, parcels=parcels)


def with_parcels(found: Land, loaded: Loaded, parcels: gpd.GeoDataFrame) -> Land:
    """Land with the ledgers that count checked parcels too; they carry ``verdict``."""
    return replace(found, ledgers=ledgers_of(loaded, found.tables.net, found.candidates, parcels))


def no_parcels(assigned: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Assigned parcels, none of them, with the column of verdicts."""
    return assigned.iloc[:0].assign(verdict=pd.Series([], dtype=object))


def _account_inputs(
    loaded: Loaded, places: Places, exclusions: ExclusionSet, elevation: Elevation
) -> AccountInputs:
    rules = allocation_rules().corridors
    corridors = allocation.corridor_areas(places.axes, rules.bands_km, loaded.counties)
    land_use = loaded.layers.get(LAND_USE)
    return AccountInputs(
        plan=loaded.plan,
        source=elevation,
        counties=loaded.counties,
        exclusions=exclusions,
        layers=loaded.layers,
        clusters=in_clusters(places.clusters),
        corridors=allocation.corridor_zones(corridors, up_to_km=rules.account_km),
        rasters={n: path for n, path in loaded.criteria.items() if isinstance(path, Path)},
        land_use=None if land_use is None else land_use.frame,
        dem_error=loaded.dem_error,
    )


def _check_without(exclusions: ExclusionSet, names: Sequence[str]) -> None:
    strange = [name for name in names if name not in exclusions.ids]
    if strange:
        raise InputError(
            Text(
                f"--without {listed(strange)}：没有这项排除条件；现有 {listed(exclusions.ids)}",
                f"--without {listed(strange)}: no such exclusion; there are: "
                f"{listed(exclusions.ids)}",
            )
        )


def _suitability(
    loaded: Loaded,
    options: LandOptions,
    elevation: Elevation,
    ground: tuple[Places, Layers],
    folder: Path | None,
) -> Suitability | None:
    if options.scheme is None:
        return None
    places, layers = ground
    return suitability_of(
        elevation,
        options.scheme,
        layers,
        loaded.counties,
        places.clusters,
        engine=options.engine,
        sensitivity_runs=options.runs,
        seed=options.seed,
        dem_error=loaded.dem_error,
        folder=folder,
    )


def _weight_what_ifs(
    loaded: Loaded, options: LandOptions, elevation: Elevation, ground: tuple[Places, Layers]
) -> Iterator[WhatIf]:
    if options.scheme is None and options.with_weight:
        raise InputError(
            Text(
                "--with-weight 需要适宜性方案；请不要用 --scheme none",
                "--with-weight needs a scheme of suitability; leave out --scheme none",
            )
        )
    places, layers = ground
    zones = (loaded.counties, places.clusters)
    for name, weight in options.with_weight.items():
        if options.scheme is not None:
            yield what_if_weights(
                elevation,
                options.scheme,
                layers,
                zones,
                changed={name: weight},
                engine=options.engine,
            )


def _named_layers(layers: Layers, rules: Candidates) -> dict[str, gpd.GeoDataFrame]:
    """Layers to which rules of candidates measure distances, and those that planners ask for."""
    wanted = dict.fromkeys((*rules.layers, *_TOLD_DISTANCES))
    return {
        name: layers[name]
        for name in wanted
        if name in layers and isinstance(layers[name], gpd.GeoDataFrame)
    }


def _candidate_rules(loaded: Loaded, options: LandOptions) -> Candidates:
    """Rules of candidates; the plan's order by suitability is one by area where there is none."""
    if options.candidate_rules is not None:
        return options.candidate_rules
    rules = loaded.plan.candidates
    by_area = rules.by == "suitability" and options.scheme is None
    return rules.model_copy(update={"by": "area"}) if by_area else rules


_TOLD_DISTANCES = ("road", "railway", "town")
"""Layers whose distance from each candidate is told where they are there."""


def _with_measures(assigned: gpd.GeoDataFrame, proposal: Proposal) -> gpd.GeoDataFrame:
    """Assigned candidates with what was measured of them."""
    measured = proposal.candidates.drop(columns="geometry")
    return assigned.join(measured[[c for c in measured.columns if c not in assigned.columns]])
