"""Judge parcels: facts and rules to findings, findings to a verdict. Fails closed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import shapely

from dzgis.area import polygon_area_m2
from dzgis.compliance.wording import Measured, finding_reason
from dzgis.findings import Finding, ParcelCheck
from dzgis.terms import Contact, LayerStatus, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    import pandas as pd

    from dzgis.frames import Layer
    from dzgis.plan.model import Rule, RuleSet

_GRAVITY = [Contact.APART, Contact.TOUCHING, Contact.SLIVER, Contact.OVERLAP]
_MEASURED = (Contact.SLIVER, Contact.OVERLAP)


def judge(
    parcels: gpd.GeoDataFrame,
    rules: RuleSet,
    *,
    layers: Mapping[str, Layer],
    pieces: gpd.GeoDataFrame,
    uncovered: Mapping[str, pd.Series[bool]],
) -> list[ParcelCheck]:
    """
    Give each parcel a finding for each spatial rule, and a verdict.

    A parcel is clear only if every layer that a required rule names was used, is in date and
    covers the parcel, and no finding is graver. Whatever was not checked is undetermined.

    Parameters
    ----------
    parcels : GeoDataFrame, n rows
        Indexed by ``parcel_id``.
    rules : RuleSet
    layers : mapping of role to Layer
        A role that is missing here is absent.
    pieces : GeoDataFrame
        As `dzgis.protection.overlaps` gives them, in the equal-area frame.
    uncovered : mapping of role to Series of bool
        Whether each parcel lies outside the layer's surveyed extent; a role that is missing here
        counts as uncovered.

    Returns
    -------
    list of ParcelCheck, n items
    """
    area_m2 = polygon_area_m2(parcels)
    by_parcel = {str(key): group for key, group in pieces.groupby("parcel_id")}
    nothing = pieces.iloc[:0]
    return [
        _judge_parcel(
            str(parcel_id),
            float(area_m2.iloc[row]),
            rules,
            {role: _status(role, layers, uncovered, row) for role in rules.roles},
            layers,
            by_parcel.get(str(parcel_id), nothing),
        )
        for row, parcel_id in enumerate(parcels.index)
    ]


def _status(
    role: str,
    layers: Mapping[str, Layer],
    uncovered: Mapping[str, pd.Series[bool]],
    row: int,
) -> LayerStatus:
    """What a layer is worth for one parcel."""
    if role not in layers:
        return LayerStatus.ABSENT
    status = layers[role].status
    if status is LayerStatus.USED and (role not in uncovered or bool(uncovered[role].iloc[row])):
        return LayerStatus.NOT_COVERING
    return status


def _judge_parcel(
    parcel_id: str,
    area_m2: float,
    rules: RuleSet,
    status: Mapping[str, LayerStatus],
    layers: Mapping[str, Layer],
    pieces: gpd.GeoDataFrame,
) -> ParcelCheck:
    findings = tuple(
        _finding(rule, status[str(rule.role)], area_m2, pieces[pieces["rule"] == rule.id], layers)
        for rule in rules.spatial
    )
    prohibiting = {rule.id for rule in rules.spatial if rule.verdict is Verdict.PROHIBITED}
    return ParcelCheck(
        parcel_id=parcel_id,
        verdict=overall_verdict(findings, status),
        area_m2=area_m2,
        deduplicated_area_m2=_united_area_m2(pieces),
        prohibited_area_m2=_united_area_m2(pieces[pieces["rule"].isin(prohibiting)]),
        findings=findings,
    )


def overall_verdict(findings: tuple[Finding, ...], status: Mapping[str, LayerStatus]) -> Verdict:
    """Gravest verdict of the findings that count; nothing checked at all is undetermined."""
    counted = [
        f.verdict for f in findings if f.required or status.get(f.role) is not LayerStatus.ABSENT
    ]
    return max(counted, key=lambda v: v.gravity, default=Verdict.UNDETERMINED)


def _finding(
    rule: Rule,
    status: LayerStatus,
    area_m2: float,
    pieces: gpd.GeoDataFrame,
    layers: Mapping[str, Layer],
) -> Finding:
    role = str(rule.role)
    measured = pieces[pieces["contact"].isin(_MEASURED)]
    contact = max(pieces["contact"], key=_GRAVITY.index, default=Contact.APART)
    known = role in layers and layers[role].frame is not None
    found_m2 = float(measured["area_m2"].sum()) if known else math.nan
    verdict = _verdict(rule, status, contact)
    share = min(found_m2 / area_m2, 1.0) if known else math.nan
    return Finding(
        role=role,
        rule=rule.id,
        required=rule.required,
        verdict=verdict,
        contact=contact,
        area_m2=found_m2,
        share=share,
        n_pieces=len(measured),
        mean_width_m=float(measured["width_m"].max()) if len(measured) else 0.0,
        feature_ids=_feature_ids(pieces),
        reason=finding_reason(
            rule, verdict, status, Measured(contact, found_m2, share, len(measured))
        ),
        legal_basis=rule.legal_basis,
    )


def _verdict(rule: Rule, status: LayerStatus, contact: Contact) -> Verdict:
    """
    Verdict of one finding.

    An overlap that was measured with a valid layer stands even where the layer covers only part
    of the parcel; its absence proves something only if the layer was used, in date and covering.
    """
    measured = status in (LayerStatus.USED, LayerStatus.NOT_COVERING)
    if measured and contact is Contact.OVERLAP and rule.verdict is not None:
        return rule.verdict
    if status is not LayerStatus.USED:
        return Verdict.UNDETERMINED
    return Verdict.WITHIN_TOLERANCE if contact is Contact.SLIVER else Verdict.CLEAR


def _feature_ids(pieces: gpd.GeoDataFrame) -> tuple[str, ...]:
    ids = (one for joined in pieces["feature_ids"] for one in str(joined).split(";"))
    return tuple(dict.fromkeys(ids))


def _united_area_m2(pieces: gpd.GeoDataFrame) -> float:
    measured = pieces[pieces["contact"].isin(_MEASURED)]
    return float(shapely.area(shapely.union_all(measured.geometry.to_numpy())))
