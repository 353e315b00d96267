"""What a run finds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    import pandas as pd

    from dzgis.findings import Check
    from dzgis.grid import Raster
    from dzgis.pipeline.inputs import Loaded
    from dzgis.planning import (
        Account,
        AccountTables,
        Claimed,
        Ledgers,
        Proposal,
        Suitability,
        WhatIf,
    )


def waterfall(tables: AccountTables, level: str) -> pd.DataFrame:
    """
    Low-hill land, what each exclusion takes of it, and what is left, in m².

    Ground that several exclusions take is split evenly among them, so that the order in which they
    are listed decides nothing: low_hill − Σ exclusions = available.
    """
    net, losses = tables.net[level], tables.losses[level]
    taken = losses.reset_index().pivot_table("attributed_m2", "place", "exclusion", sort=False)
    table = taken.reindex(index=net.index, fill_value=0.0)
    table.insert(0, "low_hill", net["raw_m2"])
    return table.assign(available=net["available_m2"])


@dataclass(frozen=True)
class Land:
    """
    The planning view: slope, what is available, what is suitable, candidates; areas in m².

    Rasters of a large DEM are mapped files in a scratch folder.

    Attributes
    ----------
    slope : Raster
        ``slope_deg``, degrees.
    slope_class : Raster
        1 … n, 0 unknown.
    available : Raster
        Percent 0 … 100 of each cell, 255 unknown; rounded for display. Areas are not made of it.
    account : Account
        All ground of the counties, by place and by what takes it.
    tables : AccountTables
        What the account adds up to.
    proposal : Proposal
    candidates : GeoDataFrame, indexed by ``candidate_id``
        Those of the proposal, with county, cluster, axis and reason.
    near_limits : DataFrame, indexed by county code and limit
        Land within one degree of a limit of low hills; see `dzgis.land.near_limits`.
    claimed : tuple of Claimed
        Figures of the plan beside ours.
    basins : GeoDataFrame
        Basins (坝区): those of the official layer where one is given, else as found.
    ledgers : Ledgers
        Of clusters and axes.
    suitability : Suitability, optional
        None where no scheme was asked for.
    what_ifs : tuple of WhatIf
    probability : Raster, optional
        Of low-hill slope, given the DEM's error; none where that was not named.
    expected_low_hill : Series, indexed by county code, optional
        Low-hill area that is expected, m².
    asked : mapping
        What it was made with beside the inputs, as run.json has it; see `LandOptions.record`.
    """

    slope: Raster
    slope_class: Raster
    available: Raster
    account: Account
    tables: AccountTables
    proposal: Proposal
    candidates: gpd.GeoDataFrame
    near_limits: pd.DataFrame
    claimed: tuple[Claimed, ...]
    basins: gpd.GeoDataFrame
    ledgers: Ledgers
    suitability: Suitability | None = None
    what_ifs: tuple[WhatIf, ...] = ()
    probability: Raster | None = None
    expected_low_hill: pd.Series[float] | None = None
    asked: Mapping[str, object] = field(default_factory=dict)

    @property
    def asked_rules(self) -> dict[str, object]:
        """Rules of candidates that were asked for, by name, without those that are off."""
        rules = self.asked.get("candidates")
        return {k: v for k, v in rules.items() if v} if isinstance(rules, dict) else {}

    @property
    def class_areas(self) -> pd.DataFrame:
        """Area of each slope class in each county; columns 1 … n and ``unknown``."""
        return self.tables.classes["county"]

    @property
    def county_waterfall(self) -> pd.DataFrame:
        """Of each county ``low_hill``, what each exclusion takes, ``available``."""
        return waterfall(self.tables, "county")

    @property
    def cluster_waterfall(self) -> pd.DataFrame:
        """The same of each cluster."""
        return waterfall(self.tables, "cluster")


@dataclass(frozen=True)
class Result:
    """
    Everything that a run finds.

    Attributes
    ----------
    loaded : Loaded
        What it was found from.
    townships, clusters, axes : GeoDataFrame
        See `dzgis.frames`.
    land : Land
    parcels : GeoDataFrame, indexed by ``parcel_id``
        As `dzgis.allocation.assign` gives them, with name and verdict.
    check : Check
    """

    loaded: Loaded
    townships: gpd.GeoDataFrame
    clusters: gpd.GeoDataFrame
    axes: gpd.GeoDataFrame
    land: Land
    parcels: gpd.GeoDataFrame
    check: Check
