"""Parcels (地块) of any vector file or 界址点 TXT: named, numbered, checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from dzgis.errors import listed
from dzgis.inputs.datum_shift import in_cgcs2000
from dzgis.inputs.geometry import geometry_faults, with_shapes
from dzgis.inputs.given_crs import with_crs
from dzgis.inputs.log import LOG
from dzgis.inputs.parcel_fields import area_field, areas_m2, named_fields, word_field, words_of
from dzgis.inputs.place import (
    crs_faults,
    extents_deg,
    is_near,
    raise_found,
    region_fault,
    value_faults,
)
from dzgis.inputs.txt import read_txt
from dzgis.inputs.vector import Table, read_table
from dzgis.inputs.whereabouts import evidence
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dzgis.inputs.datum_shift import DatumShift
    from dzgis.plan.model import Plan

_LEAST_DIGITS = 3


def read_parcels(
    path: Path,
    plan: Plan,
    *,
    layer: str | None = None,
    crs: str | None = None,
    shift: DatumShift | None = None,
    fields: Mapping[str, str] | None = None,
) -> gpd.GeoDataFrame:
    """
    Read parcels and check that they can be judged.

    Parameters
    ----------
    path : Path
        Any vector source (``path::LAYER`` names a layer), or a 界址点 file (``.txt``).
    plan : Plan
    layer : str, optional
        Needed where the file has several layers and none is named like parcels.
    crs : str, optional
        CRS of a source that says none, e.g. ``EPSG:4543``.
    shift : DatumShift, optional
        Parameters by which coordinates of 西安80 or 北京54 are carried to CGCS2000.
    fields : mapping of role to column, optional
        Which column holds ``parcel_id``, ``parcel_name`` or the area (``declared_area_m2``,
        ``declared_area_ha``, ``declared_area_mu``); needed where several could and differ.

    Returns
    -------
    GeoDataFrame
        Index ``parcel_id`` (unique text; P001 … where the file has none, which is logged);
        ``name`` (empty where there is none), ``declared_area_m2`` (NaN where there is none),
        ``header_area_m2`` (the same, of a 界址点 file only),
        ``n_record`` (record number in the file, from 1); polygons in the file's own CRS, which is
        geographic or projected in metres.

    Raises
    ------
    MissingFileError, CRSError, InputError
        With all faults: no parcels, ids missing or twice, null, empty or invalid shapes, points
        and lines, no CRS or an unfit one, coordinates that do not suit it, parcels elsewhere
        than the plan, columns that contradict each other.
    """
    table = parcel_table(path, layer=layer, crs=crs, shift=shift)
    columns = parcel_columns(table, fields or {})
    raise_found(*faults_of(table, columns, plan))
    return parcel_frame(table, columns, has_header=is_txt(path))


class Columns(NamedTuple):
    """
    What the columns of a table of parcels say, record by record.

    Attributes
    ----------
    ids, names : Series of str
    areas_m2 : Series of float
        As declared, NaN where nothing is.
    id_field : str or None
        Column of the ids; None where they were made, or columns contradict each other.
    faults : list of Text
        Of the columns as a whole: none there, or several that differ.
    """

    ids: pd.Series[str]
    names: pd.Series[str]
    areas_m2: pd.Series[float]
    id_field: str | None
    faults: list[Text]


def parcel_table(
    path: Path, *, layer: str | None, crs: str | None, shift: DatumShift | None
) -> Table:
    """Records of a source of parcels, on CGCS2000 where `shift` is for their datum."""
    if is_txt(path):
        datums = () if shift is None else (shift.datum,)
        frame = with_crs(read_txt(path, datums=datums), crs, str(path))
        return in_cgcs2000(Table(frame, str(path), path.stem), shift)
    return in_cgcs2000(read_table(path, layer=layer, subject="parcels", crs=crs), shift)


def parcel_columns(table: Table, fields: Mapping[str, str]) -> Columns:
    """Ids, names and areas of a table of parcels."""
    named, faults = named_fields(table, fields)
    ids, id_field, wrong_ids = _parcel_ids(table, named)
    names, wrong_names = _names(table, named)
    areas, wrong_areas = _declared_area_m2(table, named)
    wrong = [*faults, *wrong_ids, *wrong_names, *wrong_areas]
    return Columns(ids, names, areas, id_field, wrong)


def faults_of(table: Table, columns: Columns, plan: Plan) -> tuple[list[Text], list[Text]]:
    """Faults of the CRS, and all others, each once for all records that it is in."""
    labels = labels_of(columns.ids)
    wrong_crs = crs_faults(table.frame.crs, table.where)
    faults = [*columns.faults, *_id_faults(columns, table.where)]
    faults += geometry_faults(table.frame, table.where, labels)
    if not wrong_crs:
        faults += _misplaced(table, labels, plan)
    return wrong_crs, faults


def parcel_frame(table: Table, columns: Columns, *, has_header: bool) -> gpd.GeoDataFrame:
    """Frame of parcels, as rooms know it."""
    areas = columns.areas_m2
    # What a 界址点 file declares stands in its header lines.
    header = {"header_area_m2": areas.to_numpy()} if has_header else {}
    return gpd.GeoDataFrame(
        {
            "name": columns.names.to_numpy(),
            "declared_area_m2": areas.to_numpy(),
            **header,
            "n_record": table.frame.index.to_numpy(),
        },
        geometry=table.frame.geometry.to_numpy(),
        crs=table.frame.crs,
        index=pd.Index(columns.ids.to_numpy(), name="parcel_id"),
    )


def is_txt(path: Path) -> bool:
    """Whether a source is a 界址点 file."""
    return path.suffix.lower() == ".txt"


def _parcel_ids(
    table: Table, named: Mapping[str, str]
) -> tuple[pd.Series[str], str | None, list[Text]]:
    """Ids as text, made where no field holds any; their field; contradictions of fields."""
    frame, where = table.frame, table.where
    if frame.empty:
        fault = Text(
            f"{where} 没有任何地块；请给出至少一个地块",
            f"{where} has no parcels (it is empty); give at least one",
        )
        return pd.Series(dtype=object), None, [fault]
    field, faults = word_field(table, "parcel_id", named)
    if field is not None:
        return words_of(table, field), None if faults else field, faults
    LOG.warning(
        Text(
            f"{where} 没有地块编号字段，按记录顺序编为 P001、P002…",
            f"{where} has no field with parcel ids; they are numbered P001, P002 … in file order",
        )
    )
    digits = max(_LEAST_DIGITS, len(str(len(frame))))
    made = [f"P{number:0{digits}d}" for number in frame.index]
    return pd.Series(made, index=frame.index, dtype=object), None, []


def _id_faults(columns: Columns, where: str) -> list[Text]:
    ids, field = columns.ids, columns.id_field
    if field is None:
        return []
    blank = list(ids.index[ids == ""])
    twice = ids[ids.duplicated(keep=False) & (ids != "")]
    faults = []
    if blank:
        faults.append(
            Text(
                f"{where}：第 {listed(blank)} 条记录没有地块编号（字段 {field}）；请填写",
                f"{where}: records {listed(blank)} have no parcel id (field {field}); fill it in",
            )
        )
    if not twice.empty:
        shown = listed(f"{one} ({listed(twice.index[twice == one])})" for one in twice.unique())
        faults.append(
            Text(
                f"{where}：地块编号重复（记录号）：{shown}；字段 {field} 必须唯一，请改正",
                f"{where}: parcel ids are there twice (records): {shown}; "
                f"the field {field} must be unique, correct it",
            )
        )
    return faults


def labels_of(ids: pd.Series[str]) -> pd.Series[str]:
    """What messages call each record: its id, with the record number where that is not enough."""
    unclear = ids.duplicated(keep=False) | (ids == "")
    named = [f"{one}#{number}" for number, one in ids.items()]
    return ids.where(~unclear, pd.Series(named, index=ids.index, dtype=object))


def _misplaced(table: Table, labels: pd.Series[str], plan: Plan) -> list[Text]:
    frame = with_shapes(table.frame)
    if frame.empty:
        return []
    faults = value_faults(frame, table.where)
    if faults:
        return faults
    extents = extents_deg(frame)
    away = ~is_near(extents, plan) & np.isfinite(frame.bounds.to_numpy()).all(axis=1)
    if not away.any():
        return []
    names = listed(labels[frame.index][away])
    said = evidence(gpd.GeoDataFrame(frame[away]), plan)
    return [region_fault(table.where, Text(names, names), extents[away][0], plan, said)]


def _names(table: Table, named: Mapping[str, str]) -> tuple[pd.Series[str], list[Text]]:
    field, faults = word_field(table, "parcel_name", named)
    if field is None:
        return pd.Series("", index=table.frame.index, dtype=object), faults
    return words_of(table, field), faults


def _declared_area_m2(
    table: Table, named: Mapping[str, str]
) -> tuple[pd.Series[float], list[Text]]:
    """Area that the file declares, in m²; NaN where it declares none."""
    field, faults = area_field(table, named)
    if field is None:
        return pd.Series(np.nan, index=table.frame.index), faults
    return areas_m2(table, field), faults
