"""Parcels (地块) of any vector file or 界址点 TXT: named, numbered, checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from dzgis.errors import listed
from dzgis.inputs.aliases import field_aliases, matching_fields, tables
from dzgis.inputs.datum_shift import in_cgcs2000
from dzgis.inputs.geometry import geometry_faults, with_shapes
from dzgis.inputs.given_crs import with_crs
from dzgis.inputs.log import LOG
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
from dzgis.units import M2_PER_HECTARE, M2_PER_MU

if TYPE_CHECKING:
    from pathlib import Path

    from dzgis.inputs.datum_shift import DatumShift
    from dzgis.plan.model import Plan

_M2_PER = {"m2": 1.0, "ha": M2_PER_HECTARE, "mu": M2_PER_MU}
_LEAST_DIGITS = 3


def read_parcels(
    path: Path,
    plan: Plan,
    *,
    layer: str | None = None,
    crs: str | None = None,
    shift: DatumShift | None = None,
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
        than the plan.
    """
    table = in_cgcs2000(_read(path, layer, crs, shift), shift)
    ids, faults = _parcel_ids(table)
    labels = _labels(ids)
    wrong_crs = crs_faults(table.frame.crs, table.where)
    faults += geometry_faults(table.frame, table.where, labels)
    if not wrong_crs:
        faults += _misplaced(table, labels, plan)
    raise_found(wrong_crs, faults)
    declared_m2 = _declared_area_m2(table.frame).to_numpy()
    # What a 界址点 file declares stands in its header lines.
    header = {"header_area_m2": declared_m2} if _is_txt(path) else {}
    return gpd.GeoDataFrame(
        {
            "name": _names(table.frame).to_numpy(),
            "declared_area_m2": declared_m2,
            **header,
            "n_record": table.frame.index.to_numpy(),
        },
        geometry=table.frame.geometry.to_numpy(),
        crs=table.frame.crs,
        index=pd.Index(ids.to_numpy(), name="parcel_id"),
    )


def _is_txt(path: Path) -> bool:
    return path.suffix.lower() == ".txt"


def _read(path: Path, layer: str | None, crs: str | None, shift: DatumShift | None) -> Table:
    if _is_txt(path):
        datums = () if shift is None else (shift.datum,)
        frame = with_crs(read_txt(path, datums=datums), crs, str(path))
        return Table(frame, str(path), path.stem)
    return read_table(path, layer=layer, subject="parcels", crs=crs)


def _parcel_ids(table: Table) -> tuple[pd.Series[str], list[Text]]:
    """Ids as text, made where no field holds any, and what is wrong with them."""
    frame, where = table.frame, table.where
    if frame.empty:
        return pd.Series(dtype=object), [
            Text(
                f"{where} 没有任何地块；请给出至少一个地块",
                f"{where} has no parcels (it is empty); give at least one",
            )
        ]
    for field in matching_fields(frame.columns, field_aliases("parcel_id")):
        ids = pd.Series([_id_text(v) for v in frame[field]], index=frame.index, dtype=object)
        if _is_filled_in(ids):
            return ids, _id_faults(ids, field, where)
    LOG.warning(
        Text(
            f"{where} 没有地块编号字段，按记录顺序编为 P001、P002…",
            f"{where} has no field with parcel ids; they are numbered P001, P002 … in file order",
        )
    )
    digits = max(_LEAST_DIGITS, len(str(len(frame))))
    made = [f"P{number:0{digits}d}" for number in frame.index]
    return pd.Series(made, index=frame.index, dtype=object), []


def _id_text(value: object) -> str:
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return ""
    return str(value).strip().removesuffix(".0")


def _is_filled_in(ids: pd.Series[str]) -> bool:
    """Whether a field holds ids at all: many programs add an ``Id`` that is 0 throughout."""
    return not set(ids) <= {"", "0"}


def _id_faults(ids: pd.Series[str], field: str, where: str) -> list[Text]:
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


def _labels(ids: pd.Series[str]) -> pd.Series[str]:
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


def _names(frame: gpd.GeoDataFrame) -> pd.Series[str]:
    for field in matching_fields(frame.columns, field_aliases("parcel_name")):
        return pd.Series([_id_text(v) for v in frame[field]], index=frame.index, dtype=object)
    return pd.Series("", index=frame.index, dtype=object)


def _declared_area_m2(frame: gpd.GeoDataFrame) -> pd.Series[float]:
    """Area that the file declares, in m²; NaN where it declares none."""
    for unit, aliases in tables()["declared_area"].items():
        for field in matching_fields(frame.columns, aliases):
            declared = pd.to_numeric(frame[field], errors="coerce").to_numpy(dtype=float)
            return pd.Series(declared * _M2_PER[unit], index=frame.index)
    return pd.Series(np.nan, index=frame.index)
