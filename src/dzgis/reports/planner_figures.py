"""What the planner's report prints: everything that a run found, handed over by the pipeline."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    import pandas as pd

    from dzgis.grid import Raster
    from dzgis.plan.model import Plan
    from dzgis.planning import (
        Account,
        AccountTables,
        Claimed,
        Ledgers,
        Proposal,
        Suitability,
        WhatIf,
    )
    from dzgis.terms import Text


@dataclass(frozen=True)
class DemFacts:
    """The DEM as reports name it: files, cell size and unit, CRS, error, note (e.g. generated)."""

    source: str
    cell_size: tuple[float, float]
    crs: str
    method: str
    error: str = ""
    note: str = ""


@dataclass(frozen=True)
class PlannerFigures:
    """
    Figures of the planner's report and of tables.xlsx; all areas in m².

    Attributes
    ----------
    plan : Plan
    dem : DemFacts
    account : Account
    tables : AccountTables
    sieved_classes : DataFrame or None
        Like ``tables.classes["county"]``, after the official clean-up; None where not asked for.
    near_limits : DataFrame, indexed by county code and limit in degrees
        ``near_m2``, ``near_share``.
    expected_low_hill : Series or None, indexed by county code
        Given the DEM's error.
    suitability : Suitability or None
    proposal : Proposal
    assigned : GeoDataFrame, indexed by ``candidate_id``
        The candidates as `dzgis.allocation.assign` gives them.
    ledgers : Ledgers
    parcels : GeoDataFrame, indexed by ``parcel_id``
        Assigned, with ``verdict``; no rows without parcels.
    areas : DataFrame or None
        Of the parcels, side by side; see `dzgis.reconcile.reconcile_areas`.
    what_ifs : tuple of WhatIf
    claimed : tuple of Claimed
    counties, clusters, axes : GeoDataFrame
        See `dzgis.frames`; for the maps.
    slope_class, available : Raster
        1 … k, 0 unknown; percent 0 … 100, 255 unknown.
    layers : tuple of mappings
        Records of the inputs as run.json has them: role, path, sha256, crs, date, ….
    parameters : mapping of name to value
    assumed : tuple of (str, str)
        Place and note of every assumed value of plan, exclusions and scheme.
    notes : tuple of Text
        What must be said, e.g. that the terrain is generated.
    """

    plan: Plan
    dem: DemFacts
    account: Account
    tables: AccountTables
    near_limits: pd.DataFrame
    proposal: Proposal
    assigned: gpd.GeoDataFrame
    ledgers: Ledgers
    parcels: gpd.GeoDataFrame
    counties: gpd.GeoDataFrame
    clusters: gpd.GeoDataFrame
    axes: gpd.GeoDataFrame
    slope_class: Raster
    available: Raster
    sieved_classes: pd.DataFrame | None = None
    expected_low_hill: pd.Series[float] | None = None
    suitability: Suitability | None = None
    areas: pd.DataFrame | None = None
    what_ifs: tuple[WhatIf, ...] = ()
    claimed: tuple[Claimed, ...] = ()
    layers: tuple[Mapping[str, object], ...] = ()
    parameters: Mapping[str, object] = field(default_factory=dict)
    assumed: tuple[tuple[str, str], ...] = ()
    notes: tuple[Text, ...] = ()
