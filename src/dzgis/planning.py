"""
What answers the planner's question: the land account, suitability, candidates, ledgers, what-ifs.

Rooms hand these to each other through the pipeline. Every area is ellipsoidal, in m².
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    import pandas as pd

    from dzgis.grid import Raster
    from dzgis.plan.exclusions import ExclusionSet
    from dzgis.terms import Text

PLACES = ("county_code", "cluster", "corridor")
CUBE = (*PLACES, "slope_class", "land_class", "taken", "m2")
"""Columns of the cube of an account."""


@dataclass(frozen=True)
class LayerState:
    """
    What one exclusion's layer holds, told before the account is made (预检).

    Attributes
    ----------
    exclusion : str
        Id.
    status : str
        ``used``; ``absent`` or ``invalid``: it takes nothing; ``outdated``: it takes, and is old.
    n_features : int or None
        None for a raster.
    takes : {"some", "nothing", "everything"}
        Of the counties.
    unsurveyed_m2 : mapping of county code to float
        Ground of which the layer says nothing; counties without any are left out.
    said : Text
        The same in a sentence.
    """

    exclusion: str
    status: str
    n_features: int | None
    takes: str
    unsurveyed_m2: Mapping[str, float]
    said: Text


@dataclass(frozen=True)
class Account:
    """
    Land account (用地核算): all ground of the counties, by place and by what takes it.

    Attributes
    ----------
    cube : DataFrame
        One row for each combination that occurs: ``county_code``; ``cluster`` (id, "" for none);
        ``corridor`` (id of the axis in whose corridor it lies, "" beyond all); ``slope_class``
        (1 … k, 0 not known); ``land_class`` (code, "" where not known or not asked for);
        ``taken`` (ids of all exclusions whose ground it is, in the set's order, joined by "+";
        "" for none); ``m2``. The rows of a county add up to its polygon.
    exclusions : ExclusionSet
        By which ``taken`` is read.
    low_hill : tuple of int
        Slope classes that are low hills.
    reconciled : DataFrame, indexed by exclusion id
        ``polygons_m2``: its ground within the counties, measured of polygons; ``cells_m2``: the
        same by the cube; ``difference_m2``. NaN for a raster's.
    states : tuple of LayerState
        One an exclusion.
    land_classes : mapping of code to Text
        Names of the land classes that occur.
    """

    cube: pd.DataFrame
    exclusions: ExclusionSet
    low_hill: tuple[int, ...]
    reconciled: pd.DataFrame
    states: tuple[LayerState, ...]
    land_classes: Mapping[str, Text] = field(default_factory=dict)


NET = ("area_m2", "unknown_m2", "raw_m2", "taken_m2", "available_m2", "conditional_m2")
"""Of a place: all ground; with unknown slope; low hills; taken of them; left; of that with
conditions. raw − taken = available."""
LOSS = ("gross_m2", "alone_m2", "shared_m2", "attributed_m2")
"""Low-hill ground under an exclusion: all; under it only; under others too; and its fair part, for
which shared ground is split evenly among those that take it. Σ attributed = taken."""


@dataclass(frozen=True)
class AccountTables:
    """
    What an account adds up to.

    Attributes
    ----------
    net : mapping of level to DataFrame
        Levels ``county``, ``district``, ``cluster``, ``corridor``; columns `NET`, indexed by the
        code or id of the place ("" for none), every place of the plan in the plan's order.
    losses : mapping of level to DataFrame
        Columns `LOSS`, indexed by place and exclusion id (``place``, ``exclusion``).
    combinations : DataFrame
        Low-hill ground by all exclusions that hold on it: ``taken``, ``m2``, ``left_m2`` (of it
        available); every combination that occurs, largest first.
    overlap_matrix : DataFrame, exclusion × exclusion
        Low-hill ground under both; the diagonal is the gross of each.
    classes : mapping of level to DataFrame
        Columns 1 … k and ``unknown``: all ground by slope class, indexed as ``net``.
    land_classes : DataFrame, indexed by ``county_code`` and ``land_class``
        ``area_m2``, ``raw_m2``, ``available_m2``; without rows where no land classes were given.
    """

    net: Mapping[str, pd.DataFrame]
    losses: Mapping[str, pd.DataFrame]
    combinations: pd.DataFrame
    overlap_matrix: pd.DataFrame
    classes: Mapping[str, pd.DataFrame]
    land_classes: pd.DataFrame


@dataclass(frozen=True)
class Grade:
    """A grade of suitability: 1 is the best; its number is the raster's value."""

    number: int
    text: Text
    colour: str


@dataclass(frozen=True)
class Ahp:
    """
    Weights from pairwise judgements (层次分析法).

    Attributes
    ----------
    ids : tuple of str, n items
    matrix : tuple of n tuples of n floats
        Row against column, 1/9 … 9.
    weights : tuple of n floats
        They add up to 1.
    lambda_max, ci, ri, cr : float
        Largest eigenvalue, consistency index, random index, consistency ratio.
    """

    ids: tuple[str, ...]
    matrix: tuple[tuple[float, ...], ...]
    weights: tuple[float, ...]
    lambda_max: float
    ci: float
    ri: float
    cr: float


@dataclass(frozen=True)
class Sensitivity:
    """
    How robust grades are.

    Attributes
    ----------
    one_at_a_time : DataFrame
        ``criterion``, ``weight`` (as changed), ``changed_m2`` (ground that changes its grade),
        ``changed_share``, ``suitable_m2`` (ground in grades that count as suitable).
    kept : Raster of uint8 or None
        Per cent of the Monte Carlo runs in which a cell keeps its grade; 255 not known.
    kept_by_grade : DataFrame, indexed by grade number
        ``m2``, ``mean_kept_share``, ``firm_m2`` (kept in at least 90 % of runs).
    n_runs, seed : int
    varied : tuple of Text
        What was varied, and how.
    """

    one_at_a_time: pd.DataFrame
    kept: Raster | None
    kept_by_grade: pd.DataFrame
    n_runs: int
    seed: int
    varied: tuple[Text, ...]


@dataclass(frozen=True)
class Suitability:
    """
    Suitability (适宜性): limiting conditions first (极限条件法), then the index.

    Attributes
    ----------
    scheme : str
        Id of the scheme.
    title : Text
    index : Raster of float32
        0 … 100, NaN where not known; 0 where a limiting condition holds.
    grade : Raster of uint8
        1 … n from best to worst, 0 where not known.
    grades : tuple of Grade, n items
    suitable : tuple of int
        Grades that count as suitable (适宜).
    by_county, by_cluster : DataFrame, indexed by county code or cluster id
        Columns 1 … n and ``unknown``; m².
    criteria : DataFrame, indexed by criterion id
        ``text`` (Text), ``unit`` (str), ``weight``, ``function`` (Text: breaks and scores),
        ``source`` (Text), ``known_share``.
    limits : DataFrame, indexed by limit id
        ``text`` (Text), ``m2`` (ground it makes unsuitable), ``alone_m2``, ``source`` (Text).
    patches : DataFrame, indexed by grade number
        ``n``, ``median_m2``, ``largest_m2``, ``compactness`` (mean, 4π·area/perimeter²).
    ahp : Ahp or None
    sensitivity : Sensitivity or None
    assumed : tuple of (str, str)
        Place and note of every assumed value.
    notes : tuple of Text
        What must be said of it, e.g. criteria that had no data.
    """

    scheme: str
    title: Text
    index: Raster
    grade: Raster
    grades: tuple[Grade, ...]
    suitable: tuple[int, ...]
    by_county: pd.DataFrame
    by_cluster: pd.DataFrame
    criteria: pd.DataFrame
    limits: pd.DataFrame
    patches: pd.DataFrame
    ahp: Ahp | None = None
    sensitivity: Sensitivity | None = None
    assumed: tuple[tuple[str, str], ...] = ()
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Proposal:
    """
    Candidate parcels (候选地块) and what they were chosen from.

    Attributes
    ----------
    candidates : GeoDataFrame, indexed by ``candidate_id``, best first, EPSG:4490
        ``county_code``, ``county``, ``area_m2``, ``mean_slope_deg``, ``width_m`` (diameter of the
        largest circle inside), ``compactness`` (4π·area/perimeter²), ``filled_m2`` (ground inside
        that was not available by slope and was filled), ``suitability`` (mean index, NaN without),
        ``chosen`` (bool: whether it is among the best N or makes up the target), geometry.
    filled : GeoDataFrame, EPSG:4490
        ``candidate_id``, ``area_m2``, geometry: the ground that was filled.
    shortfall : DataFrame, indexed by cluster id ("" for none)
        ``wanted`` (number, NaN where not asked), ``wanted_m2`` (NaN where not asked), ``n``,
        ``m2``, ``missing``, ``missing_m2`` of the chosen ones.
    dropped : mapping of reason id to (Text, number, m²)
        Regions that were given up: too small, too narrow, too steep, not compact, too far, ….
    contiguous_m2 : float
        Available low-hill land in regions that reach the least area and width, before straightening
        and choice: "net of contiguity and size".
    """

    candidates: gpd.GeoDataFrame
    filled: gpd.GeoDataFrame
    shortfall: pd.DataFrame
    dropped: Mapping[str, tuple[Text, int, float]]
    contiguous_m2: float


LEDGER = (
    "available_m2",
    "n_proposed",
    "proposed_m2",
    "n_checked",
    "checked_m2",
    "n_clear",
    "clear_m2",
    "n_conflicting",
    "conflicting_m2",
    "n_undetermined",
    "undetermined_m2",
)
"""Columns of a ledger: n_checked = clear + conflicting (any other verdict) + undetermined."""


@dataclass(frozen=True)
class Ledgers:
    """
    Ledgers (台账) of clusters and axes.

    Attributes
    ----------
    clusters : DataFrame, indexed by cluster id, every cluster and "" for none
        Columns `LEDGER`.
    axes : DataFrame, indexed by axis id, every axis and "" beyond all corridors
        Columns `LEDGER`.
    industries : DataFrame
        One row for each industry that the plan assigns: ``industry``, ``clusters`` (ids joined by
        "+"), ``axes`` (ids of axes whose belt names it, joined by "+"), ``available_m2``,
        ``n_proposed``, ``proposed_m2`` of these clusters.
    """

    clusters: pd.DataFrame
    axes: pd.DataFrame
    industries: pd.DataFrame


@dataclass(frozen=True)
class WhatIf:
    """
    One change, and what follows from it (情景).

    Attributes
    ----------
    name : Text
        E.g. "without P06", "weight of slope 0.4".
    by_county, by_cluster : DataFrame
        ``base_m2``, ``changed_m2``, ``difference_m2`` of `what`.
    what : Text
        What is compared: available land, or land in suitable grades.
    """

    name: Text
    by_county: pd.DataFrame
    by_cluster: pd.DataFrame
    what: Text


@dataclass(frozen=True)
class Claimed:
    """A figure of the plan beside three of ours: raw mask, net of red lines, net of contiguity."""

    text: Text
    claimed_m2: float
    raw_m2: float
    net_m2: float
    contiguous_m2: float
    caution: Text
