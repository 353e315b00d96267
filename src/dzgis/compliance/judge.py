"""Judge parcels: facts and rules to findings, findings to a verdict. Fails closed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import shapely

from dzgis.area import carried, polygon_area_m2
from dzgis.compliance.wording import Measured, finding_reason
from dzgis.findings import Finding, ParcelCheck
from dzgis.terms import Contact, LayerStatus, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    import pandas as pd

    from dzgis.frames import Layer
    from dzgis.plan.rules import Rule, RuleSet

_GRAVITY = [Contact.APART, Contact.TOUCHING, Contact.SLIVER, Contact.OVERLAP]
_VALID = (LayerStatus.USED, LayerStatus.NOT_COVERING)
_MEASURED = (Contact.SLIVER, Contact.OVERLAP)


class _Areas(NamedTuple):
    """A parcel's area of record in m², and that over its area in the frame of the pieces."""

    area_m2: float
    factor: float


class _Piece(NamedTuple):
    """A row of the overlaps of one parcel."""

    rule: str
    contact: Contact
    area_m2: float
    width_m: float
    feature_ids: str
    geometry: shapely.Geometry


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
    # What is cut in the frame adds up to the area of record, as the pieces' own areas do.
    factor = area_m2.to_numpy() / shapely.area(carried(parcels, pieces.crs).geometry.to_numpy())
    by_parcel: dict[str, list[_Piece]] = {}
    columns = (pieces[name] for name in ("parcel_id", *_Piece._fields))
    for parcel_id, rule, contact, *values in zip(*columns, strict=True):
        # With pyarrow installed, pandas makes plain words of enum members in a column.
        piece = _Piece(rule, Contact(contact), *values)
        by_parcel.setdefault(str(parcel_id), []).append(piece)
    return [
        _judge_parcel(
            str(parcel_id),
            _Areas(float(area_m2.iloc[row]), float(factor[row])),
            rules,
            {role: _status(role, layers, uncovered, row) for role in rules.roles},
            layers,
            by_parcel.get(str(parcel_id), []),
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
    land: _Areas,
    rules: RuleSet,
    status: Mapping[str, LayerStatus],
    layers: Mapping[str, Layer],
    pieces: list[_Piece],
) -> ParcelCheck:
    findings = tuple(
        _finding(
            rule,
            status[str(rule.role)],
            land.area_m2,
            [p for p in pieces if p.rule == rule.id],
            layers,
        )
        for rule in rules.spatial
    )
    valid = {rule.id for rule in rules.spatial if status[str(rule.role)] in _VALID}
    counted = [piece for piece in pieces if piece.rule in valid]
    prohibiting = {rule.id for rule in rules.spatial if rule.verdict is Verdict.PROHIBITED}
    return ParcelCheck(
        parcel_id=parcel_id,
        verdict=overall_verdict(findings, status),
        area_m2=land.area_m2,
        deduplicated_area_m2=land.factor * _united_area_m2(counted),
        prohibited_area_m2=land.factor
        * _united_area_m2([p for p in counted if p.rule in prohibiting]),
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
    pieces: list[_Piece],
    layers: Mapping[str, Layer],
) -> Finding:
    role = str(rule.role)
    measured = [p for p in pieces if p.contact in _MEASURED]
    contact = max((p.contact for p in pieces), key=_GRAVITY.index, default=Contact.APART)
    known = role in layers and layers[role].frame is not None
    found_m2 = math.fsum(p.area_m2 for p in measured) if known else math.nan
    verdict = _verdict(rule, status, contact)
    share = min(found_m2 / area_m2, 1.0) if known else math.nan
    return Finding(
        role=role,
        rule=rule.id,
        required=rule.required,
        status=status,
        verdict=verdict,
        contact=contact,
        area_m2=found_m2,
        share=share,
        n_pieces=len(measured),
        mean_width_m=max((p.width_m for p in measured), default=0.0),
        centre=None,
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
    measured = status in _VALID
    if measured and contact is Contact.OVERLAP and rule.verdict is not None:
        return rule.verdict
    if status is not LayerStatus.USED:
        return Verdict.UNDETERMINED
    return Verdict.WITHIN_TOLERANCE if contact is Contact.SLIVER else Verdict.CLEAR


def _feature_ids(pieces: list[_Piece]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for p in pieces for one in str(p.feature_ids).split(";")))


def _united_area_m2(pieces: list[_Piece]) -> float:
    measured = [p.geometry for p in pieces if p.contact in _MEASURED]
    return float(shapely.area(shapely.union_all(measured)))
