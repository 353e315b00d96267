"""Judge parcels: facts and rules to findings, findings to a verdict. Fails closed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import shapely

from dzgis.area import carried, polygon_area_m2
from dzgis.compliance.wording import Measured, finding_reason
from dzgis.crs import CGCS2000
from dzgis.findings import Finding, ParcelCheck
from dzgis.terms import Contact, LayerStatus, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    import pandas as pd

    from dzgis.frames import Layer
    from dzgis.plan.rules import Rule, RuleSet

_GRAVITY = [Contact.APART, Contact.TOUCHING, Contact.SLIVER, Contact.OVERLAP]
_VALID = (LayerStatus.USED, LayerStatus.NOT_COVERING)
_MEASURED = (Contact.SLIVER, Contact.OVERLAP)


class _Piece(NamedTuple):
    """A row of the overlaps of one parcel, and a point in it."""

    rule: str
    contact: Contact
    certain: bool
    area_m2: float
    width_m: float
    feature_ids: str
    geometry: shapely.Geometry
    centre: tuple[float, float]


class _Case(NamedTuple):
    """
    All that the rules look at of one parcel.

    Attributes
    ----------
    area_m2 : float
        The area of record.
    factor : float
        That over the parcel's area in the frame of the pieces.
    status : mapping of role to LayerStatus
        What each layer is worth here.
    layers : mapping of role to Layer
    pieces : sequence of _Piece
    project_type : str or None
    """

    area_m2: float
    factor: float
    status: Mapping[str, LayerStatus]
    layers: Mapping[str, Layer]
    pieces: Sequence[_Piece]
    project_type: str | None


def judge(
    parcels: gpd.GeoDataFrame,
    rules: RuleSet,
    *,
    layers: Mapping[str, Layer],
    pieces: gpd.GeoDataFrame,
    uncovered: Mapping[str, pd.Series[bool]],
    project_type: str | None = None,
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
    project_type : str, optional
        Kind of project of all parcels. Where the verdict depends on it and it is not given, the
        finding is undetermined.

    Returns
    -------
    list of ParcelCheck, n items
    """
    area_m2 = polygon_area_m2(parcels)
    # What is cut in the frame adds up to the area of record, as the pieces' own areas do.
    factor = area_m2.to_numpy() / shapely.area(carried(parcels, pieces.crs).geometry.to_numpy())
    by_parcel = _by_parcel(pieces)
    return [
        _judge_parcel(
            str(parcel_id),
            rules,
            _Case(
                float(area_m2.iloc[row]),
                float(factor[row]),
                {role: _status(role, layers, uncovered, row) for role in rules.roles},
                layers,
                by_parcel.get(str(parcel_id), []),
                project_type,
            ),
        )
        for row, parcel_id in enumerate(parcels.index)
    ]


def _by_parcel(pieces: gpd.GeoDataFrame) -> dict[str, list[_Piece]]:
    points = pieces.geometry.representative_point().to_crs(CGCS2000)
    centres = zip(points.x.tolist(), points.y.tolist(), strict=True)
    found: dict[str, list[_Piece]] = {}
    columns = [pieces[name] for name in ("parcel_id", *_Piece._fields[:-1])]
    for parcel_id, rule, contact, certain, area_m2, width_m, ids, shape, centre in zip(
        *columns, centres, strict=True
    ):
        # With pyarrow installed, pandas makes plain words of enum members in a column.
        known = Contact(contact)
        piece = _Piece(rule, known, bool(certain), area_m2, width_m, ids, shape, centre)
        found.setdefault(str(parcel_id), []).append(piece)
    return found


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


def _judge_parcel(parcel_id: str, rules: RuleSet, case: _Case) -> ParcelCheck:
    findings = tuple(_finding(rule, case) for rule in rules.spatial)
    valid = [rule for rule in rules.spatial if case.status[str(rule.role)] in _VALID]
    counted = [rule for rule in valid if rule.verdict_for(case.project_type) is not Verdict.CLEAR]
    prohibiting = [
        rule for rule in counted if rule.verdict_for(case.project_type) is Verdict.PROHIBITED
    ]
    return ParcelCheck(
        parcel_id=parcel_id,
        verdict=overall_verdict(findings, case.status),
        area_m2=case.area_m2,
        deduplicated_area_m2=_united_area_m2(case, counted, certain_only=False),
        prohibited_area_m2=_united_area_m2(case, prohibiting, certain_only=True),
        findings=findings,
    )


def overall_verdict(findings: tuple[Finding, ...], status: Mapping[str, LayerStatus]) -> Verdict:
    """Gravest verdict of the findings that count; nothing checked at all is undetermined."""
    counted = [
        f.verdict for f in findings if f.required or status.get(f.role) is not LayerStatus.ABSENT
    ]
    return max(counted, key=lambda v: v.gravity, default=Verdict.UNDETERMINED)


def _finding(rule: Rule, case: _Case) -> Finding:
    role = str(rule.role)
    pieces = [p for p in case.pieces if p.rule == rule.id]
    found = _measured(pieces, case, role)
    verdict = _verdict(rule, found, case.project_type)
    measured = [p for p in pieces if p.contact in _MEASURED]
    largest = max(measured, key=lambda p: p.area_m2, default=None)
    return Finding(
        role=role,
        rule=rule.id,
        required=rule.required,
        status=found.status,
        verdict=verdict,
        contact=_gravest([found.contact, found.unclear]),
        area_m2=found.area_m2,
        share=found.share,
        n_pieces=found.n_pieces,
        mean_width_m=max((p.width_m for p in measured), default=0.0),
        centre=largest.centre if largest else None,
        feature_ids=_feature_ids(pieces),
        reason=finding_reason(rule, verdict, found, case.project_type),
        legal_basis=rule.legal_basis,
    )


def _measured(pieces: Sequence[_Piece], case: _Case, role: str) -> Measured:
    measured = [p for p in pieces if p.contact in _MEASURED]
    known = role in case.layers and case.layers[role].frame is not None
    area_m2 = math.fsum(p.area_m2 for p in measured) if known else math.nan
    return Measured(
        status=case.status[role],
        contact=_gravest([p.contact for p in pieces if p.certain]),
        unclear=_gravest([p.contact for p in pieces if not p.certain]),
        area_m2=area_m2,
        share=min(area_m2 / case.area_m2, 1.0) if known else math.nan,
        n_pieces=len(measured),
    )


def _gravest(contacts: Sequence[Contact]) -> Contact:
    return max(contacts, key=_GRAVITY.index, default=Contact.APART)


def _verdict(rule: Rule, found: Measured, project_type: str | None) -> Verdict:
    """
    Verdict of one finding.

    An overlap that was measured with a valid layer stands even where the layer covers only part
    of the parcel; its absence proves something only if the layer was used, in date and covering.
    """
    meaning = rule.verdict_for(project_type)
    seen: list[Verdict] = []
    if found.status in _VALID and found.contact is Contact.OVERLAP:
        seen.append(meaning or Verdict.UNDETERMINED)
    if found.status in _VALID and found.unclear in _MEASURED and meaning is not Verdict.CLEAR:
        seen.append(Verdict.UNDETERMINED)
    if found.contact is Contact.SLIVER and meaning is not Verdict.CLEAR:
        seen.append(Verdict.WITHIN_TOLERANCE)
    presses = any(verdict in (Verdict.PROHIBITED, Verdict.CONDITIONAL) for verdict in seen)
    # What was measured on a layer that covers in part says more than that it covers in part.
    if not (presses and found.status is LayerStatus.NOT_COVERING):
        seen.append(_base_verdict(found.status))
    return max(seen, key=lambda verdict: verdict.gravity)


def _base_verdict(status: LayerStatus) -> Verdict:
    return Verdict.CLEAR if status is LayerStatus.USED else Verdict.UNDETERMINED


def _feature_ids(pieces: Sequence[_Piece]) -> tuple[str, ...]:
    ids = (one for p in pieces for one in str(p.feature_ids).split(";") if one)
    return tuple(dict.fromkeys(ids))


def _united_area_m2(case: _Case, rules: Sequence[Rule], *, certain_only: bool) -> float:
    """Ground under any of the rules, each square metre once, scaled to the area of record."""
    ids = {rule.id for rule in rules}
    measured = [
        p.geometry
        for p in case.pieces
        if p.rule in ids and p.contact in _MEASURED and (p.certain or not certain_only)
    ]
    return case.factor * float(shapely.area(shapely.union_all(measured)))
