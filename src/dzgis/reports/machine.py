"""What machines read: the records of check.json and of the manifest's summary."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from dzgis.reconcile import STATED
from dzgis.reports.change_tables import change_records
from dzgis.reports.fact_records import avoidance_records, comparison_records, fact_records
from dzgis.units import DECIMALS_M2, round_half_up

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    import pandas as pd

    from dzgis.findings import Check, Finding, ParcelCheck
    from dzgis.frames import Layer
    from dzgis.plan.model import Plan
    from dzgis.terms import Language

_SHARE_DECIMALS = 6
_WIDTH_DECIMALS = 4
_DEGREE_DECIMALS = 8
_PERCENT_DECIMALS = 4


def _m2(value: float) -> float | None:
    return None if math.isnan(value) else round_half_up(value, DECIMALS_M2)


def check_record(check: Check, lang: Language) -> dict[str, object]:
    """Record of a check, as check.json holds it; what was not measured is null."""
    lines = check.areas.to_dict(orient="index")
    facts = fact_records(check, lang)
    kept, others = avoidance_records(check, lang), comparison_records(check)
    return {
        "rules": check.rules,
        "rules_version": check.rule_set.version or None,
        "check_valid_days": check.rule_set.check_valid_days,
        "project_type": check.project_type,
        "as_of": check.as_of.isoformat(),
        "notes": [note.say(lang) for note in check.notes],
        "changes": None if check.changes is None else change_records(check.changes, lang),
        "layers": [layer_record(layer, lang) for layer in check.layers],
        "parcels": [
            _parcel(parcel, check, lang)
            | {
                "area_reconciliation": _area_line(lines[parcel.parcel_id])
                if parcel.parcel_id in lines
                else None,
                "facts": facts.get(parcel.parcel_id),
                "avoidance": kept.get(parcel.parcel_id),
                "comparison": others[parcel.parcel_id],
            }
            for parcel in check.parcels
        ],
    }


def layer_record(layer: Layer, lang: Language) -> dict[str, object]:
    """Record of one protection layer."""
    return {
        "role": layer.role,
        "source": layer.source,
        "sha256": layer.sha256,
        "date": layer.date or None,
        "valid_until": layer.valid_until or None,
        "n_features": layer.n_features,
        "status": layer.status.value,
        "extent": layer.extent_basis.say(lang) if layer.extent_basis else None,
        "reason": layer.reason.say(lang) if layer.reason else None,
    }


def _parcel(parcel: ParcelCheck, check: Check, lang: Language) -> dict[str, object]:
    decided = parcel.override
    return {
        "parcel_id": parcel.parcel_id,
        "verdict": parcel.verdict.value,
        "area_m2": _m2(parcel.area_m2),
        "deduplicated_area_m2": _m2(parcel.deduplicated_area_m2),
        "prohibited_area_m2": _m2(parcel.prohibited_area_m2),
        "findings": [_finding(finding, check, lang) for finding in parcel.findings],
        "fault": None if parcel.fault is None else parcel.fault.say(lang),
        "override": None
        if decided is None
        else {
            "verdict": decided.verdict.value,
            "by": decided.by,
            "reason": decided.reason,
            "at": decided.at,
        },
    }


def _area_line(line: Mapping[Hashable, Any]) -> dict[str, object]:
    """Areas of a parcel side by side; differences from the ellipsoidal area, null where unknown."""
    found: dict[str, object] = {"ellipsoidal_area_m2": _m2(line["area_m2"])}
    found["planar_crs"] = line["planar_crs"]
    for name in ("planar", *STATED):
        percent = float(line[f"{name}_difference_pct"])
        found[f"{name}_area_m2"] = _m2(line[f"{name}_area_m2"])
        found[f"{name}_difference_m2"] = _m2(line[f"{name}_difference_m2"])
        found[f"{name}_difference_pct"] = (
            None if math.isnan(percent) else round_half_up(percent, _PERCENT_DECIMALS)
        )
    return found | {f"{name}_agreement": line[f"{name}_agreement"].value for name in STATED}


def _finding(finding: Finding, check: Check, lang: Language) -> dict[str, object]:
    known = not math.isnan(finding.share)
    layer = check.layer(finding.role)
    return {
        "role": finding.role,
        "rule": finding.rule,
        "required": finding.required,
        "status": finding.status.value,
        "verdict": finding.verdict.value,
        "contact": finding.contact.value if known else None,
        "area_m2": _m2(finding.area_m2),
        "share": round_half_up(finding.share, _SHARE_DECIMALS) if known else None,
        "n_pieces": finding.n_pieces,
        "mean_width_m": round_half_up(finding.mean_width_m, _WIDTH_DECIMALS),
        "centre": None
        if finding.centre is None
        else [round_half_up(degree, _DEGREE_DECIMALS) for degree in finding.centre],
        "feature_ids": list(finding.feature_ids),
        "features": [_feature(one, finding.role, check) for one in finding.feature_ids],
        "layer": {
            "source": layer.source,
            "date": layer.date or None,
            "sha256": layer.sha256,
        },
        "reason": finding.reason.say(lang),
        "legal_basis": finding.legal_basis,
    }


def _feature(feature_id: str, role: str, check: Check) -> dict[str, object]:
    """Number and kind of a feature, null where the layer does not say."""
    known = check.features
    row = {}
    if known is not None and (role, feature_id) in known.index:
        row = {key: str(known.loc[(role, feature_id), key]) for key in ("number", "kind")}
    return {"id": feature_id, "number": row.get("number") or None, "kind": row.get("kind") or None}


def county_records(
    plan: Plan, class_areas: pd.DataFrame, waterfall: pd.DataFrame
) -> list[dict[str, object]]:
    """
    Records of the counties, as the manifest's summary holds them.

    Parameters
    ----------
    plan : Plan
    class_areas : DataFrame, indexed by county code
        Columns 1 … k and ``unknown`` in m².
    waterfall : DataFrame, indexed by county code
        ``low_hill`` … ``available`` in m².
    """
    numbers = range(1, len(plan.slope_classes.classes) + 1)
    return [
        {
            "county_code": str(code),
            "county": plan.county(str(code)).name,
            "area_m2": _m2(float(row.sum())),
            "class_area_m2": [_m2(float(row[n])) for n in numbers],
            "low_hill_m2": _m2(float(fall["low_hill"])),
            "available_m2": _m2(float(fall["available"])),
            "unknown_m2": _m2(float(row["unknown"])),
        }
        for (code, row), (_, fall) in zip(class_areas.iterrows(), waterfall.iterrows(), strict=True)
    ]
