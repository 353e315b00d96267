"""What a check says: findings, verdicts, and what they rest on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    import geopandas as gpd
    import pandas as pd

    from dzgis.frames import Layer
    from dzgis.plan.model import Tolerance
    from dzgis.terms import Contact, Text, Verdict


@dataclass(frozen=True)
class Finding:
    """
    One rule applied to one parcel (核查结果).

    Attributes
    ----------
    role, rule : str
    required : bool
        Whether the parcel can be clear without this finding.
    verdict : Verdict
    contact : Contact
        The gravest way in which the parcel meets the rule's land.
    area_m2 : float
        Ellipsoidal area of all pieces, slivers included; NaN where it could not be measured.
    share : float
        Of the parcel's area, in [0, 1]; NaN where it could not be measured.
    n_pieces : int
    mean_width_m : float
        2·area/perimeter of the widest piece; 0 without a piece.
    feature_ids : tuple of str
        Features of the layer that are met.
    reason : Text
    legal_basis : str
    """

    role: str
    rule: str
    required: bool
    verdict: Verdict
    contact: Contact
    area_m2: float
    share: float
    n_pieces: int
    mean_width_m: float
    feature_ids: tuple[str, ...]
    reason: Text
    legal_basis: str


@dataclass(frozen=True)
class ParcelCheck:
    """
    The verdict on one parcel.

    Attributes
    ----------
    parcel_id : str
    verdict : Verdict
        The gravest of its findings; an optional layer that is absent does not count.
    area_m2 : float
        Ellipsoidal.
    deduplicated_area_m2 : float
        Ground under at least one rule, each square metre once.
    prohibited_area_m2 : float
        The same for prohibiting rules only.
    findings : tuple of Finding
        One a spatial rule, in the rules' order.
    """

    parcel_id: str
    verdict: Verdict
    area_m2: float
    deduplicated_area_m2: float
    prohibited_area_m2: float
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Check:
    """
    A whole check.

    Attributes
    ----------
    rules : str
        Id of the rule set.
    as_of : date
    layers : tuple of Layer
        Every role that the rules name, used or not.
    parcels : tuple of ParcelCheck
    tolerance : Tolerance
        What classified the small pieces.
    pieces : GeoDataFrame
        Every overlapping or touching piece, see `dzgis.protection.overlaps`.
    areas : DataFrame
        Stated, planar and ellipsoidal areas of the parcels side by side, in their order; see
        `dzgis.reconcile.reconcile_areas`.
    notes : tuple of Text
        What must stand beside the verdicts, e.g. that a layer has no date.
    """

    rules: str
    as_of: dt.date
    layers: tuple[Layer, ...]
    parcels: tuple[ParcelCheck, ...]
    tolerance: Tolerance
    pieces: gpd.GeoDataFrame
    areas: pd.DataFrame
    notes: tuple[Text, ...] = ()
