"""What a run finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
