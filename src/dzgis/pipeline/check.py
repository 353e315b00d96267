"""The compliance check (压占核查): a verdict on every parcel, looked at twice."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from dzgis import compliance, protection
from dzgis.errors import ContradictionError, listed, raise_all
from dzgis.findings import Check
from dzgis.frames import Layer, check_polygons
from dzgis.inputs import absent, check_place
from dzgis.pipeline.remarks import layer_remarks
from dzgis.reconcile import reconcile_areas
from dzgis.terms import Contact, LayerStatus, Text, Verdict

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    import geopandas as gpd

    from dzgis.findings import ParcelCheck
    from dzgis.plan.rules import RuleSet

_APART = (Contact.APART, Contact.TOUCHING)
_LABELS = ("number", "kind")


def check_parcels(
    parcels: gpd.GeoDataFrame,
    layers: Mapping[str, Layer],
    rules: RuleSet,
    *,
    as_of: dt.date,
    project_type: str | None = None,
) -> Check:
    """
    Check parcels against protection layers.

    Parameters
    ----------
    parcels : GeoDataFrame
        Indexed by ``parcel_id``, any CRS.
    layers : mapping of role to Layer
        Roles of `rules` that are missing count as absent.
    rules : RuleSet
        Those that are not in force on the day are left out.
    as_of : date
    project_type : str, optional
        Kind of project of all parcels, one of the rule set's.

    Raises
    ------
    CRSError, InputError
        If parcels cannot be measured or lie elsewhere than they say, a layer stands under another
        role than its own, or the rules know no such project type.
    ContradictionError
        If a second look by other means does not share a "no conflict"; nothing is said then.
    """
    check_polygons(parcels, name="parcels")
    check_place(parcels, name="parcels")
    faults = (_mixed_up(layers), _unknown_type(project_type, rules), _too_early(rules, as_of))
    raise_all([fault for several in faults for fault in several])
    valid = rules.on(as_of)
    complete = {role: _as_of(layers.get(role) or absent(role), as_of) for role in valid.roles}
    pieces = protection.overlaps(parcels, complete, valid)
    uncovered = {
        role: protection.cover_problems(_reach(parcels, role, valid), layer)
        for role, layer in complete.items()
    }
    verdicts = compliance.judge(
        parcels,
        valid,
        layers=complete,
        pieces=pieces,
        uncovered=uncovered,
        project_type=project_type,
    )
    second_look(parcels, verdicts, complete, valid)
    used = tuple(_with_coverage(layer, uncovered[role]) for role, layer in complete.items())
    return Check(
        rule_set=valid,
        as_of=as_of,
        layers=used,
        parcels=tuple(verdicts),
        land=parcels,
        pieces=pieces,
        areas=reconcile_areas(parcels),
        project_type=project_type,
        features=met_features(pieces, complete),
        notes=(*_not_in_force(rules, as_of), *layer_remarks(used, as_of)),
    )


def second_look(
    parcels: gpd.GeoDataFrame,
    checks: Sequence[ParcelCheck],
    layers: Mapping[str, Layer],
    rules: RuleSet,
) -> None:
    """
    Make sure that nothing is called clear that was not looked at.

    Every parcel must have a verdict with a finding for every rule, and what a finding calls clear
    must be clear by another measure too.

    Raises
    ------
    ContradictionError
        If not.
    """
    wanted = [rule.id for rule in rules.spatial]
    incomplete = [c.parcel_id for c in checks if [f.rule for f in c.findings] != wanted]
    if [c.parcel_id for c in checks] != list(map(str, parcels.index)) or incomplete:
        raise ContradictionError(f"parcels were judged in part only: {listed(incomplete)}")
    for number, rule in enumerate(rules.spatial):
        free = [
            check.findings[number].verdict is Verdict.CLEAR
            and check.findings[number].contact in _APART
            for check in checks
        ]
        missed = protection.overlooked(parcels[free], layers[str(rule.role)], rule, rules.tolerance)
        if missed:
            raise ContradictionError(
                f"rule {rule.id}: no conflict was measured for {listed(missed)}, but a second "
                f"measure finds ground of theirs on {layers[str(rule.role)].source}"
            )


def met_features(pieces: gpd.GeoDataFrame, layers: Mapping[str, Layer]) -> pd.DataFrame:
    """
    What the layers say of the features that pieces name.

    Returns
    -------
    DataFrame, indexed by ``role`` and ``feature_id``
        ``number`` (图斑编号) and ``kind`` (地类、等级), blank where the layer does not say.
    """
    rows: list[tuple[str, str, str, str]] = []
    for role, ids in pieces.groupby("role", sort=False)["feature_ids"]:
        named = {one for several in ids for one in str(several).split(";") if one}
        frame = layers[str(role)].frame
        if frame is None or not named:
            continue
        met = frame[frame["feature_id"].astype(str).isin(named)]
        labels = (met[name] if name in met else [""] * len(met) for name in _LABELS)
        rows += [
            (str(role), str(feature), str(number), str(kind))
            for feature, number, kind in zip(met["feature_id"], *labels, strict=True)
        ]
    table = pd.DataFrame(rows, columns=["role", "feature_id", *_LABELS])
    return table.drop_duplicates(["role", "feature_id"]).set_index(["role", "feature_id"])


def _reach(parcels: gpd.GeoDataFrame, role: str, rules: RuleSet) -> gpd.GeoDataFrame:
    """Ground that must have been surveyed: the parcels, and what a setback reaches in from."""
    widest = max((rule.setback_m for rule in rules.spatial if rule.role == role), default=0.0)
    return protection.setback(parcels, widest)


def _mixed_up(layers: Mapping[str, Layer]) -> list[Text]:
    return [
        Text(
            f"layers['{role}'] 是 {layer.role} 图层（{layer.source}）；请按其角色给出",
            f"layers['{role}'] is the layer {layer.role} ({layer.source}); give it as such",
        )
        for role, layer in layers.items()
        if layer.role != role
    ]


def _unknown_type(project_type: str | None, rules: RuleSet) -> list[Text]:
    known = {kind.id: kind.text for kind in rules.project_types}
    if project_type is None or project_type in known:
        return []
    zh = "；".join(f"{letter} {text.zh}" for letter, text in known.items())
    en = "; ".join(f"{letter} {text.en}" for letter, text in known.items())
    return [
        Text(
            f"规则集 {rules.id} 没有项目类别 {project_type}；可用：{zh or '（不分类别）'}",
            f"rule set {rules.id} has no project type {project_type}; there are: "
            f"{en or '(none: it tells no types apart)'}",
        )
    ]


def _too_early(rules: RuleSet, day: dt.date) -> list[Text]:
    """Of days before its first a set says nothing: what is not in it is not allowed by it."""
    if rules.valid_from is None or rules.valid_from <= day:
        return []
    return [
        Text(
            f"规则集 {rules.id} 自 {rules.valid_from} 起适用，基准日 {day} 更早；"
            "请换用当时的规则集，或改 --as-of",
            f"rule set {rules.id} holds from {rules.valid_from} on, and the day of the check is "
            f"{day}; use the rules of that time, or another --as-of",
        )
    ]


def _not_in_force(rules: RuleSet, day: dt.date) -> list[Text]:
    """Rules that are left out, for whoever reads the verdict."""
    out = [rule.id for rule in rules.spatial if not rule.in_force(day)]
    if not out:
        return []
    names = listed(out, len(out))
    return [
        Text(
            f"基准日 {day} 不在施行期内、未用的规则：{names}",
            f"rules not in force on {day}, and not used: {names}",
        )
    ]


def _as_of(layer: Layer, day: dt.date) -> Layer:
    """Layer as it stands on a day, whatever day it was opened for."""
    if layer.status is not LayerStatus.USED or not layer.valid_until:
        return layer
    if layer.valid_until >= day.isoformat():
        return layer
    reason = Text(
        f"有效期至 {layer.valid_until}，早于核查基准日 {day}",
        f"valid until {layer.valid_until}, before the day of the check, {day}",
    )
    return replace(layer, status=LayerStatus.OUTDATED, reason=reason)


def _with_coverage(layer: Layer, uncovered: pd.Series[bool]) -> Layer:
    """Layer whose status says when it covers none, or not all, of the parcels."""
    n = int(uncovered.sum())
    if layer.status is not LayerStatus.USED or n == 0:
        return layer
    reason = Text(
        f"{len(uncovered)} 个地块中有 {n} 个不在其调查范围内",
        f"{n} of {len(uncovered)} parcels lie outside its surveyed extent",
    )
    status = LayerStatus.NOT_COVERING if n == len(uncovered) else layer.status
    return replace(layer, status=status, reason=reason)
