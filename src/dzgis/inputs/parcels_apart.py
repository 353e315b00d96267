"""Parcels of a batch in which broken records are set apart, each with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import numpy as np
import shapely

from dzgis.errors import listed
from dzgis.inputs.aliases import tables
from dzgis.inputs.geometry import AREAL, in_chinese, split_reason
from dzgis.inputs.parcels import (
    Columns,
    faults_of,
    is_txt,
    labels_of,
    parcel_columns,
    parcel_frame,
    parcel_table,
)
from dzgis.inputs.place import extents_deg, is_near, raise_found, region_fault, value_faults
from dzgis.inputs.whereabouts import evidence
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import pandas as pd

    from dzgis.inputs.datum_shift import DatumShift
    from dzgis.inputs.vector import Table
    from dzgis.plan.model import Plan


class ParcelsApart(NamedTuple):
    """
    Parcels that can be judged, and those that cannot.

    Attributes
    ----------
    parcels : GeoDataFrame
        As `read_parcels` gives them; ``n_record`` has gaps where records are broken.
    broken : dict of parcel_id to Text
        Why each of the others cannot be judged, in file order. One without an id of its own is
        called by its record number: ``#3``, and ``A#3`` where several are called ``A``.
    """

    parcels: gpd.GeoDataFrame
    broken: dict[str, Text]


def read_parcels_apart(
    path: Path,
    plan: Plan,
    *,
    layer: str | None = None,
    crs: str | None = None,
    shift: DatumShift | None = None,
    fields: Mapping[str, str] | None = None,
) -> ParcelsApart:
    """
    Read parcels, and set those apart that cannot be judged.

    Parameters
    ----------
    path, plan, layer, crs, shift, fields
        As for `read_parcels`.

    Returns
    -------
    ParcelsApart
        Set apart are records without a shape or with one that is no valid polygon, with
        coordinates that do not suit the CRS or lie elsewhere than the plan, without an id, or with
        one that comes twice.

    Raises
    ------
    MissingFileError, CRSError, InputError
        With all faults, as `read_parcels`, where the file as a whole cannot be used: no parcels,
        no CRS or an unfit one, columns that contradict each other, or not one good record.
    """
    table = parcel_table(path, layer=layer, crs=crs, shift=shift)
    columns = parcel_columns(table, fields or {})
    wrong_crs, faults = faults_of(table, columns, plan)
    if wrong_crs or columns.faults:
        raise_found(wrong_crs, faults)
    found = _record_faults(table, columns, plan) if faults else {}
    good = ~table.frame.index.isin(list(found))
    if not good.any():
        raise_found([], faults)
    parcels = parcel_frame(table, columns, has_header=is_txt(path))
    names = _names(columns.ids, found)
    broken = {names[record]: _together(texts) for record, texts in sorted(found.items())}
    return ParcelsApart(gpd.GeoDataFrame(parcels[good]), broken)


def _names(ids: pd.Series[str], found: Mapping[int, list[Text]]) -> dict[int, str]:
    """Names of broken records, none of them that of another record."""
    taken = set(ids.drop(index=list(found)))
    names: dict[int, str] = {}
    for record, label in labels_of(ids)[list(found)].items():
        name = str(label)
        while name in taken:
            name = f"#{name}"
        taken.add(name)
        names[int(str(record))] = name
    return names


def _together(texts: list[Text]) -> Text:
    return Text("；".join(one.zh for one in texts), "; ".join(one.en for one in texts))


def _record_faults(table: Table, columns: Columns, plan: Plan) -> dict[int, list[Text]]:
    """What is wrong with single records, by record number."""
    found: dict[int, list[Text]] = {}
    frame = table.frame
    for record, text in _id_faults(columns):
        found.setdefault(record, []).append(text)
    shapeless = dict(_shape_faults(frame))
    placed = gpd.GeoDataFrame(frame.drop(index=list(shapeless)))
    misplaced = _place_faults(placed, labels_of(columns.ids), plan) if len(placed) else ()
    for record, text in (*shapeless.items(), *misplaced):
        found.setdefault(record, []).append(text)
    return found


def _id_faults(columns: Columns) -> Iterator[tuple[int, Text]]:
    ids, field = columns.ids, columns.id_field
    if field is None:
        return
    for record in ids.index[ids == ""]:
        yield (
            record,
            Text(
                f"第 {record} 条记录没有地块编号（字段 {field}）；请填写",
                f"record {record} has no parcel id (field {field}); fill it in",
            ),
        )
    twice = ids[ids.duplicated(keep=False) & (ids != "")]
    for one, group in twice.groupby(twice):
        records = listed(group.index)
        text = Text(
            f"地块编号 {one} 重复（第 {records} 条记录，字段 {field}）；编号必须唯一，请改正",
            f"the parcel id {one} comes more than once (records {records}, field {field}); "
            "ids must be unique, correct it",
        )
        yield from ((record, text) for record in group.index)


def _shape_faults(frame: gpd.GeoDataFrame) -> Iterator[tuple[int, Text]]:
    """Records whose shape is none, or no valid polygon."""
    shapes, records = frame.geometry.to_numpy(), frame.index.to_numpy()
    missing = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    other = ~missing & ~np.isin(shapely.get_type_id(shapes), AREAL)
    with np.errstate(invalid="ignore", over="ignore"):
        broken = ~missing & ~other & ~shapely.is_valid(shapes)
        reasons = shapely.is_valid_reason(shapes[broken])
    for record in records[missing]:
        yield (
            int(record),
            Text(
                f"第 {record} 条记录没有图形；请补图形",
                f"record {record} has no geometry; draw it",
            ),
        )
    for record, shape in zip(records[other], shapes[other], strict=True):
        kind = str(shape.geom_type)
        yield (
            int(record),
            Text(
                f"第 {record} 条记录是{tables()['kinds'].get(kind, kind)}，需要面；请改正",
                f"record {record} is a {kind}; a polygon is required, correct it",
            ),
        )
    for record, reason in zip(records[broken], reasons, strict=True):
        why, at = split_reason(str(reason))
        yield (
            int(record),
            Text(
                f"第 {record} 条记录图形无效：{in_chinese(why)}（{at}）；请在源文件中修复",
                f"record {record} has invalid geometry: {why} at {at}; repair the source file",
            ),
        )


def _place_faults(
    frame: gpd.GeoDataFrame, labels: pd.Series[str], plan: Plan
) -> Iterator[tuple[int, Text]]:
    """Records with coordinates of another CRS, and records that lie elsewhere than the plan."""
    extents = extents_deg(frame)
    away = ~is_near(extents, plan)
    said = evidence(gpd.GeoDataFrame(frame[away]), plan) if away.any() else None
    for row in np.flatnonzero(away):
        one = gpd.GeoDataFrame(frame.iloc[[row]])
        record = int(one.index[0])
        label = labels[record]
        faults = value_faults(one, label)
        yield (
            record,
            (faults or [region_fault(label, Text("", ""), extents[row], plan, said)])[0],
        )
