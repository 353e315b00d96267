"""What a check says: findings, verdicts, and what they rest on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    import geopandas as gpd
    import pandas as pd

    from dzgis.changes import Change
    from dzgis.frames import Layer
    from dzgis.parcel_facts import Facts
    from dzgis.plan.rules import RuleSet, Tolerance
    from dzgis.terms import Contact, LayerStatus, Text, Verdict


@dataclass(frozen=True)
class Finding:
    """
    One rule applied to one parcel (核查结果).

    Attributes
    ----------
    role, rule : str
    required : bool
        Whether the parcel can be clear without this finding.
    status : LayerStatus
        What the rule's layer was worth for this parcel.
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
    centre : (float, float) or None
        Longitude and latitude, EPSG:4490, of a point in the largest piece.
    feature_ids : tuple of str
        Features of the layer that are met; see `Check.features`.
    reason : Text
    legal_basis : str
    """

    role: str
    rule: str
    required: bool
    status: LayerStatus
    verdict: Verdict
    contact: Contact
    area_m2: float
    share: float
    n_pieces: int
    mean_width_m: float
    centre: tuple[float, float] | None
    feature_ids: tuple[str, ...]
    reason: Text
    legal_basis: str


@dataclass(frozen=True)
class Override:
    """
    A person's decision (人工复核结论); it stands beside the verdict, never in its place.

    Attributes
    ----------
    verdict : Verdict
    by, reason, at : str
        Who decided, why, and when (ISO time).
    """

    verdict: Verdict
    by: str
    reason: str
    at: str


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
        Ellipsoidal; NaN where it could not be measured.
    deduplicated_area_m2 : float
        Ground under at least one rule, each square metre once.
    prohibited_area_m2 : float
        The same for prohibiting rules only.
    findings : tuple of Finding
        One a spatial rule, in the rules' order; none where the parcel could not be judged.
    fault : Text or None
        Why the parcel could not be judged at all.
    override : Override or None
    """

    parcel_id: str
    verdict: Verdict
    area_m2: float
    deduplicated_area_m2: float
    prohibited_area_m2: float
    findings: tuple[Finding, ...]
    fault: Text | None = None
    override: Override | None = None


@dataclass(frozen=True)
class Check:
    """
    A whole check.

    Attributes
    ----------
    rule_set : RuleSet
        The rules that were in force on the day of the check.
    as_of : date
    layers : tuple of Layer
        Every role that the rules name, used or not.
    parcels : tuple of ParcelCheck
    land : GeoDataFrame, indexed by ``parcel_id``
        The parcels that were judged, as given: name, geometry, in their own CRS.
    pieces : GeoDataFrame
        Every overlapping or touching piece, see `dzgis.protection.overlaps`.
    areas : DataFrame
        Stated, planar and ellipsoidal areas of the parcels side by side, indexed by ``parcel_id``;
        see `dzgis.reconcile.reconcile_areas`. Parcels with a fault are not in it.
    project_type : str or None
        Kind of project of all parcels, a letter of the rule set.
    features : DataFrame, indexed by ``role`` and ``feature_id``
        What is known of each feature that a finding names: ``number`` (图斑编号), ``kind`` (地类、
        等级 and the like), blank where the layer does not say.
    facts : Facts or None
        What else is stated of the parcels.
    avoidance : GeoDataFrame or None
        What the smallest boundary change would leave, see `dzgis.land.avoidance`.
    others : tuple of Check
        The same parcels under other rule sets, for comparison.
    changes : tuple of Change or None
        What changed since an earlier check; None where none was given.
    notes : tuple of Text
        What must stand beside the verdicts, e.g. that a layer has no date.
    """

    rule_set: RuleSet
    as_of: dt.date
    layers: tuple[Layer, ...]
    parcels: tuple[ParcelCheck, ...]
    land: gpd.GeoDataFrame
    pieces: gpd.GeoDataFrame
    areas: pd.DataFrame
    project_type: str | None = None
    features: pd.DataFrame | None = None
    facts: Facts | None = None
    avoidance: gpd.GeoDataFrame | None = None
    others: tuple[Check, ...] = ()
    changes: tuple[Change, ...] | None = None
    notes: tuple[Text, ...] = ()

    @property
    def rules(self) -> str:
        """Id of the rule set."""
        return self.rule_set.id

    @property
    def tolerance(self) -> Tolerance:
        """What classified the small pieces."""
        return self.rule_set.tolerance

    def layer(self, role: str) -> Layer:
        """Return the layer of a role that the rules name; KeyError when they name none."""
        return {layer.role: layer for layer in self.layers}[role]
