"""Records of what stands beside the verdicts: facts, avoidance, other rule sets."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from dzgis.reports.land_parts import land_parts, word
from dzgis.reports.slope_parts import MEASURES, UNKNOWN, slope_columns, slope_parts
from dzgis.reports.table import UNITS
from dzgis.terms import Text
from dzgis.units import DECIMALS_M2, round_half_up

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from dzgis.findings import Check, ParcelCheck
    from dzgis.terms import Language

    Record = dict[str, object]

_SHARE_DECIMALS = 6


def fact_records(check: Check, lang: Language) -> dict[str, Record]:
    """
    Facts of each parcel; null where a table was not made.

    Areas are those that the reports print: parts are balanced to the area of record.
    """
    facts = check.facts
    if facts is None:
        return {}
    zones, forest = _rows(facts.zones), _rows(facts.forest)
    land = _groups(facts.land_classes)
    places, basins = _lines(facts.places), _lines(facts.basins)
    return {
        parcel.parcel_id: {
            "place": _place(places.get(parcel.parcel_id)),
            "zones": [_zone(row) for row in zones.get(parcel.parcel_id, [])],
            "land_classes": None if land is None else _land(land, parcel, lang),
            "forest": None
            if facts.forest is None
            else [_forest(row) for row in forest.get(parcel.parcel_id, [])],
            "slopes": _slopes(facts.slopes, parcel),
            "basins": _basins(basins.get(parcel.parcel_id)),
        }
        for parcel in check.parcels
    }


def _groups(table: pd.DataFrame | None) -> dict[str, pd.DataFrame] | None:
    if table is None:
        return None
    return {str(name): part for name, part in table.groupby("parcel_id", sort=False)}


def _rows(table: pd.DataFrame | None) -> dict[str, list[dict[Any, Any]]]:
    """Rows of each parcel."""
    found: dict[str, list[dict[Any, Any]]] = {}
    for row in [] if table is None else table.to_dict(orient="records"):
        found.setdefault(str(row["parcel_id"]), []).append(row)
    return found


def _lines(table: pd.DataFrame | None) -> dict[Any, dict[Any, Any]]:
    """The one row of each parcel, by its id."""
    return {} if table is None else table.to_dict(orient="index")


def _m2(value: float) -> float | None:
    return None if math.isnan(value) else round_half_up(float(value), DECIMALS_M2)


def _place(row: Mapping[Any, Any] | None) -> Record | None:
    if row is None:
        return None
    words = ("county_code", "county", "district", "cluster", "axis", "shares")
    return {key: word(row[key]) or None for key in words if key in row}


def _zone(row: Mapping[Any, Any]) -> Record:
    return {
        "zone": int(row["zone"]),
        "meridian_deg": float(row["meridian_deg"]),
        "crs": str(row["crs"]),
        "area_m2": _m2(row["area_m2"]),
        "planar_area_m2": _m2(row["planar_area_m2"]),
        "share": round_half_up(float(row["share"]), _SHARE_DECIMALS),
    }


def _land(land: dict[str, pd.DataFrame], parcel: ParcelCheck, lang: Language) -> list[Record]:
    if parcel.parcel_id not in land:
        return []
    parts, _ = land_parts(land[parcel.parcel_id], parcel.area_m2, UNITS[0])
    return [
        {
            "code": part.code,
            "name": part.name.say(lang),
            "group": part.group.value if part.group else None,
            "village": part.village,
            "owner": part.owner,
            "ownership": part.ownership,
            "area_m2": round(part.net + part.ridge, DECIMALS_M2),
            "ridge_m2": part.ridge,
            "net_m2": part.net,
        }
        for part in parts
    ]


def _forest(row: Mapping[Any, Any]) -> Record:
    return {
        "grade": word(row["grade"]),
        "category": word(row["category"]),
        "area_m2": _m2(row["area_m2"]),
        "planar_area_m2": _m2(row["planar_area_m2"]),
    }


def _slopes(table: pd.DataFrame | None, parcel: ParcelCheck) -> Record | None:
    if table is None or parcel.parcel_id not in table.index:
        return None
    row, columns = table.loc[[parcel.parcel_id]].iloc[0], slope_columns(table)
    digits = slope_parts(row, columns, parcel.area_m2, UNITS[0])
    if not digits:
        return None
    known = sum(column != UNKNOWN for column in columns)
    return {
        "class_area_m2": digits[:known],
        "unknown_m2": math.fsum(digits[known:]),
        **{
            key: None if math.isnan(float(row[key])) else round_half_up(float(row[key]), decimals)
            for key, (_, decimals) in MEASURES.items()
            if key in row.index
        },
    }


def _basins(row: Mapping[Any, Any] | None) -> Record | None:
    if row is None:
        return None
    share = float(row["share"])
    return {
        "area_m2": _m2(row["area_m2"]),
        "share": None if math.isnan(share) else round_half_up(share, _SHARE_DECIMALS),
        "source": word(row.get("source")),
    }


def avoidance_records(check: Check, lang: Language) -> dict[str, Record]:
    """What the smallest change would leave of each parcel for which one was sought."""
    found = check.avoidance
    if found is None:
        return {}
    rows = found.drop(columns=found.geometry.name).to_dict(orient="index")
    return {str(name): _kept(row, lang) for name, row in rows.items()}


def _kept(row: Mapping[Any, Any], lang: Language) -> Record:
    reason = row["reason"]
    width, compactness = float(row["width_m"]), float(row["compactness"])
    return {
        "kept_m2": _m2(row["kept_m2"]),
        "cut_m2": _m2(row["cut_m2"]),
        "n_parts": int(row["n_parts"]),
        "width_m": None if math.isnan(width) else round_half_up(width, 2),
        "compactness": None if math.isnan(compactness) else round_half_up(compactness, 4),
        "usable": bool(row["usable"]),
        "reason": reason.say(lang) if isinstance(reason, Text) else str(reason or ""),
    }


def comparison_records(check: Check) -> dict[str, list[Record]]:
    """Verdicts on each parcel under the other rule sets."""
    found: dict[str, list[Record]] = {parcel.parcel_id: [] for parcel in check.parcels}
    for other in check.others:
        for parcel in other.parcels:
            found.setdefault(parcel.parcel_id, []).append(
                {
                    "rules": other.rules,
                    "rules_version": other.rule_set.version or None,
                    "verdict": parcel.verdict.value,
                    "deduplicated_area_m2": _m2(parcel.deduplicated_area_m2),
                }
            )
    return found
