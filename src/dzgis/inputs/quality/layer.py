"""All faults of one layer, in the order in which they are looked for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dzgis.crs import crs_name
from dzgis.faults import ExaminedLayer, Fault
from dzgis.inputs.aliases import field_aliases, matching_fields
from dzgis.inputs.county_match import match_counties
from dzgis.inputs.quality.areas import area_faults
from dzgis.inputs.quality.cover import coverage_faults
from dzgis.inputs.quality.fields import field_faults, texts_of
from dzgis.inputs.quality.kinds import kinds
from dzgis.inputs.quality.position import position_of
from dzgis.inputs.quality.rings import shape_faults, vertex_faults
from dzgis.inputs.quality.shift import shift_faults
from dzgis.inputs.quality.standards import recognise_standard, standard_rules, standards
from dzgis.inputs.quality.subject import Subject, located, ordered
from dzgis.inputs.quality.topology import topology_faults
from dzgis.inputs.quality.words import text_faults
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import geopandas as gpd

    from dzgis.faults import FaultKind
    from dzgis.inputs.vector import Table
    from dzgis.plan.model import Plan

COUNTIES_STANDARD = "XZQ"
_PARCELS, _COUNTIES = "parcels", "counties"


@dataclass(frozen=True)
class Taken:
    """
    What a layer is taken for.

    Attributes
    ----------
    role : str
        Role of a protection layer, ``parcels``, ``counties``, or blank for none of these.
    text : Text
    """

    role: str
    text: Text


def examine_table(
    path: Path, table: Table, taken: Taken, plan: Plan, counties: gpd.GeoDataFrame | None
) -> ExaminedLayer:
    """
    Find everything that is wrong with a layer.

    Parameters
    ----------
    path : Path
    table : Table
        As read.
    taken : Taken
    plan : Plan
    counties : GeoDataFrame or None
        The plan's, in EPSG:4490; without them places are held against the plan's box.
    """
    subject = _subject(table, taken)
    position = position_of(subject, plan, counties)
    faults = [*position.faults, *shape_faults(subject), *field_faults(subject)]
    faults += text_faults(subject)
    facts = [_size(subject)]
    if position.has_crs:
        placed = replace(subject, misplaced=position.misplaced) if position.faults else subject
        faults += vertex_faults(placed)
        faults += area_faults(placed)
        faults += topology_faults(placed)
        faults += _against_counties(placed, taken, counties)
        faults = located(faults, subject)
        facts += [] if _is_areas(subject, taken) else [_NO_TELLING]
    else:
        facts.append(_NOT_MEASURED)
    return ExaminedLayer(
        path,
        table.where,
        _kind(subject, taken),
        tuple(facts),
        ordered(faults),
        subject.frame.crs if position.has_crs else None,
    )


_NOT_MEASURED = Text(
    "坐标系不可用，面积、碎片、重叠、缝隙未查",
    "without a usable CRS areas, slivers, overlaps and gaps were not checked",
)
_NO_TELLING = Text(
    "是否有 GCJ-02 偏移：没有可比的界线，无从判断",
    "whether it is shifted as GCJ-02 is cannot be told: there is no boundary to compare",
)


def _subject(table: Table, taken: Taken) -> Subject:
    fields = table.frame.columns.drop(table.frame.geometry.name)
    known = recognise_standard(table.layer, fields)
    if taken.role == _COUNTIES and known is None:  # under names of its own
        known = replace(standards()[COUNTIES_STANDARD], vintages=())
    elif taken.role == _PARCELS:
        known = None
    parcels = taken.role == _PARCELS
    labels = _labels(table.frame, parcels=parcels)
    return Subject(table.frame, table.where, labels, known, parcels)


def _labels(frame: gpd.GeoDataFrame, *, parcels: bool) -> pd.Series[str]:
    aliases = field_aliases("parcel_id" if parcels else "feature_id")
    for field in matching_fields(frame.columns, aliases):
        texts = texts_of(frame, field)
        if not set(texts) <= {"", "0"}:
            return texts
    return pd.Series("", index=frame.index, dtype=object)


def _kind(subject: Subject, taken: Taken) -> Text:
    if subject.standard is None or taken.role == _COUNTIES:
        return taken.text
    code, text = subject.standard.code, subject.standard.text
    return Text(f"{taken.text.zh}（{code} {text.zh}）", f"{taken.text.en} ({code} {text.en})")


def _size(subject: Subject) -> Text:
    n = len(subject.frame)
    crs = subject.frame.crs
    zh, en = ("无坐标系", "no CRS") if crs is None else (crs_name(crs),) * 2
    return Text(f"{n} 条记录，{zh}", f"{n} records, {en}")


def _is_areas(subject: Subject, taken: Taken) -> bool:
    """Whether the layer holds administrative areas, whose outlines can be compared."""
    by_name = subject.standard is not None and subject.standard.code == COUNTIES_STANDARD
    return by_name or taken.role == _COUNTIES


def _against_counties(
    subject: Subject, taken: Taken, counties: gpd.GeoDataFrame | None
) -> list[Fault]:
    if counties is None or np.all(subject.misplaced):
        return []
    if _is_areas(subject, taken):
        return list(shift_faults(subject, counties))
    return [] if subject.is_parcels else list(coverage_faults(subject, counties))


def checked_rules() -> tuple[FaultKind, ...]:
    """All that a layer is examined for, with limits, source and status."""
    return (*kinds().values(), *standard_rules())


def unreadable(path: Path, where: str, faults: Sequence[Text]) -> ExaminedLayer:
    """Layer, or whole file, that cannot be read, with the reasons."""
    kind = kinds()["unreadable"]
    said = tuple(Fault(kind, kind.severity, where, words) for words in faults)
    return ExaminedLayer(path, where, Text("读不出", "cannot be read"), faults=said)


def with_refusal(layer: ExaminedLayer, faults: Sequence[Text]) -> ExaminedLayer:
    """Layer with what its reader says against it."""
    kind = kinds()["refused"]
    said = [Fault(kind, kind.severity, layer.layer, words) for words in faults]
    return replace(layer, faults=ordered([*layer.faults, *said]))


def standard_code(table: Table) -> str:
    """Code of the standard layer that a layer is recognised as, e.g. ``DLTB``; blank for none."""
    fields = table.frame.columns.drop(table.frame.geometry.name)
    known = recognise_standard(table.layer, fields)
    return "" if known is None else known.code


def is_counties(table: Table, plan: Plan) -> bool:
    """Whether a table holds all counties of the plan."""
    if table.frame.empty:
        return False
    codes, _ = match_counties(table.frame, plan, where=table.where)
    return {county.code for county in plan.counties} <= set(codes.dropna())
