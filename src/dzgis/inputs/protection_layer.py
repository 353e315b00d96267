"""One protection layer: its file, its features, when it holds and where it was surveyed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from dzgis.crs import CGCS2000, crs_name
from dzgis.errors import InputError, listed
from dzgis.frames import FEATURE_ID, Layer
from dzgis.inputs.aliases import field_aliases, matching_fields, tables
from dzgis.inputs.attributes import attribute, required_fields, rule_faults
from dzgis.inputs.datum_shift import in_cgcs2000
from dzgis.inputs.drawn_extent import drawn_extent
from dzgis.inputs.files import named, split_source
from dzgis.inputs.geometry import geometry_faults, with_shapes
from dzgis.inputs.hashes import sha256_of
from dzgis.inputs.land_use import ROLE as LAND_USE
from dzgis.inputs.land_use import land_use_numbers
from dzgis.inputs.log import LOG
from dzgis.inputs.optional_attributes import (
    optional_attributes,
    optional_names,
)
from dzgis.inputs.place import (
    common_extent,
    crs_faults,
    datum_of,
    extents_deg,
    is_in_china,
    is_near,
    raise_found,
    region_fault,
    value_faults,
)
from dzgis.inputs.registry import Registration, registered
from dzgis.inputs.roles import check_role, layer_roles
from dzgis.inputs.surveyed import surveyed_extent, within_features
from dzgis.inputs.vector import Table, read_table
from dzgis.inputs.whereabouts import evidence
from dzgis.terms import LayerStatus, Text, role_text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

    from dzgis.inputs.datum_shift import DatumShift
    from dzgis.plan.model import Plan

    Columns = dict[str, pd.Series[str] | pd.Series[float]]


@dataclass(frozen=True)
class Asked:
    """
    A layer as the user names it.

    Attributes
    ----------
    role : str
    source : Path or str
        ``path`` or ``path::LAYER``.
    as_of : date
    covers : sequence of str or None
        Codes or names of the surveyed counties, where the user says so.
    crs : str or None
        CRS that the user gives to a layer without one.
    shift : DatumShift or None
        Parameters by which coordinates of 西安80 or 北京54 are carried to CGCS2000.
    """

    role: str
    source: Path | str
    as_of: dt.date
    covers: Sequence[str] | None
    crs: str | None = None
    shift: DatumShift | None = None


def read_layer(asked: Asked, plan: Plan, *, counties: gpd.GeoDataFrame | None) -> Layer:
    """
    Read one layer.

    Parameters
    ----------
    asked : Asked
    plan : Plan
    counties : GeoDataFrame or None
        From `read_counties`.

    Returns
    -------
    Layer
        `used`; or `outdated` (frame kept) when valid until a day before `as_of`; or
        `not_covering` when it has no features and nobody says where it was surveyed.

    Raises
    ------
    MissingFileError, CRSError, InputError
        With all faults of the layer.
    """
    path, layer = split_source(asked.source)
    read = read_table(path, layer=layer or _layer_of_role(path, asked.role), crs=asked.crs)
    table = in_cgcs2000(read, asked.shift)
    check_role(path, table.layer, asked.role)
    frame, remarks = _frame(table, asked.role, plan)
    sha256 = sha256_of(named(path, table.layer))
    entry = registered(path, table.layer, sha256=sha256)
    covers = asked.covers if asked.covers is not None else entry.covers
    drawn = None
    if covers is None and entry.extent_layer:
        drawn = drawn_extent(path, entry.extent_layer, crs=asked.crs, shift=asked.shift)
    surveyed = surveyed_extent(frame, covers, plan, counties, drawn=drawn)
    if tables()["roles"].get(asked.role, {}).get("tiles") and not frame.empty:
        surveyed = within_features(surveyed, frame)
    status, reason = _status(surveyed.extent, entry, asked)
    return Layer(
        role=asked.role,
        frame=frame,
        extent=surveyed.extent,
        status=status,
        source=named(path, table.layer),
        sha256=sha256,
        date=entry.survey_date,
        valid_until=entry.valid_until,
        n_features=len(frame),
        reason=reason,
        extent_basis=surveyed.basis,
        note=entry.note,
        remarks=(*_shift_remarks(read, asked.shift), *remarks, *surveyed.remarks),
    )


def _shift_remarks(read: Table, shift: DatumShift | None) -> list[Text]:
    """What products say of a layer that was carried from another datum."""
    used = shift is not None and datum_of(read.frame.crs) == shift.datum
    return [shift.text] if shift is not None and used else []


def _layer_of_role(path: Path, role: str) -> str:
    """Layer of a file that has the role: the only one, or the only one recognised."""
    roles = layer_roles(path)
    fits = [name for name, found in roles.items() if found == role]
    if len(roles) == 1:
        fits = list(roles)
    if len(fits) == 1:
        return fits[0]
    shown = listed(f"{name} ({found or '?'})" for name, found in roles.items())
    return _refuse(path, role, shown, len(fits))


def _refuse(path: Path, role: str, shown: str, n_fits: int) -> str:
    words = role_text(role)
    raise InputError(
        Text(
            f"{path} 中有 {n_fits} 个图层可作“{words.zh}”（{role}）；现有：{shown}；"
            f"请写 {role}={path}::图层名",
            f"{path} has {n_fits} layers that may be '{words.en}' ({role}); its layers: {shown}; "
            f"write {role}={path}::LAYER",
        )
    )


def _frame(table: Table, role: str, plan: Plan) -> tuple[gpd.GeoDataFrame, list[Text]]:
    """Features with their id and the attributes of rules, checked; and what is odd about them."""
    frame, where = table.frame, table.where
    odd: list[Text] = []
    crs_wrong = crs_faults(frame.crs, where)
    faults = rule_faults(plan, role) + geometry_faults(frame, where)
    columns: Columns = {FEATURE_ID: _feature_ids(frame, where)}
    for name in required_fields(plan, role):
        found = attribute(frame, name, where)
        faults += found.faults
        odd += found.remarks
        columns |= {name: found.values} if found.values is not None else {}
    more, wrong = _columns_beside(frame, role, where)
    columns, faults = columns | more | columns, faults + wrong
    if not crs_wrong and not frame.empty:
        misplaced, remarks = _placed(frame, where, plan)
        faults += misplaced
        odd += remarks
    raise_found(crs_wrong, faults)
    kept = gpd.GeoDataFrame(columns, geometry=frame.geometry, crs=frame.crs)
    return _in_accepted_crs(kept.reset_index(drop=True), where), odd


def _columns_beside(frame: gpd.GeoDataFrame, role: str, where: str) -> tuple[Columns, list[Text]]:
    """What reports print of a feature, blank where the layer does not say."""
    columns: Columns = {**optional_attributes(frame, optional_names(role))}
    if role != LAND_USE:
        return columns, []
    numbers, faults = land_use_numbers(frame, where)
    return columns | numbers, faults


def _feature_ids(frame: gpd.GeoDataFrame, where: str) -> pd.Series[str]:
    """Ids of features, from the first field that is filled in throughout and unique."""
    numbers = pd.Series([str(number) for number in frame.index], index=frame.index, dtype=object)
    fields = matching_fields(frame.columns, field_aliases("feature_id"))
    for field in fields:
        ids: pd.Series[str] = frame[field].astype(str).str.strip()
        if frame[field].notna().all() and ids.ne("").all() and ids.is_unique:
            return ids
    if fields:
        LOG.info(
            Text(
                f"{where}：标识字段（{listed(fields)}）有空值或重复，要素改用记录号标识",
                f"{where}: fields with ids ({listed(fields)}) are blank or not unique; features "
                "are called by record number",
            )
        )
    return numbers


def _placed(frame: gpd.GeoDataFrame, where: str, plan: Plan) -> tuple[list[Text], list[Text]]:
    """
    Faults and remarks about where the records lie.

    A layer may be the province's: records of it beyond the plan's region are told, no fault.
    Records outside China are one, and so is a layer with nothing near the plan.
    """
    shown = with_shapes(frame)
    if shown.empty:
        return [], []
    faults = value_faults(shown, where)
    if faults:
        return faults, []
    extents = extents_deg(shown)
    near, lost = is_near(extents, plan), ~is_in_china(extents)
    if not near.any():
        said = evidence(shown, plan)
        return [region_fault(where, Text("", ""), common_extent(extents), plan, said)], []
    if lost.any():
        records = listed(shown.index[lost])
        who = Text(f"第 {records} 条记录", f"records {records}")
        return [region_fault(where, who, extents[lost][0], plan)], []
    return [], [] if near.all() else [_away(shown.index[~near], len(shown))]


def _away(records: pd.Index[int], n_all: int) -> Text:
    n, shown = len(records), listed(records)
    return Text(
        f"{n_all} 条记录中有 {n} 条远离规划范围（记录号 {shown}）；若本应在范围内，请检查坐标",
        f"{n} of {n_all} records lie away from the plan's region (records {shown}); check their "
        "coordinates if they should lie in it",
    )


def _in_accepted_crs(frame: gpd.GeoDataFrame, where: str) -> gpd.GeoDataFrame:
    """Frame in EPSG:4490 or its own projected CRS, which is metric by now."""
    if frame.crs.is_projected or frame.crs == CGCS2000:
        return frame
    LOG.info(
        Text(
            f"{where}：由 {crs_name(frame.crs)} 转为 EPSG:4490",
            f"{where}: reprojected from {crs_name(frame.crs)} to EPSG:4490",
        )
    )
    return frame.to_crs(CGCS2000)


def _status(
    extent: gpd.GeoDataFrame | None, entry: Registration, asked: Asked
) -> tuple[LayerStatus, Text | None]:
    day = asked.as_of.isoformat()
    if entry.valid_until and entry.valid_until < day:
        return LayerStatus.OUTDATED, Text(
            f"图层有效期至 {entry.valid_until}，早于核查日期 {day}；请换用现行图层",
            f"the layer was valid until {entry.valid_until}, before the day of the check, {day}; "
            "use the layer in force",
        )
    if extent is None:
        return LayerStatus.NOT_COVERING, Text(
            "没有要素也没有登记调查范围的图层不能视为“无”；请在 SOURCES.toml 登记 covers",
            "a layer without features and without a surveyed extent does not mean that there is "
            "none; register covers in SOURCES.toml",
        )
    if extent.empty:
        return LayerStatus.NOT_COVERING, Text(
            "调查范围是空的：没有写明任何县，或其中要素的属性全是空的；请补填",
            "the surveyed extent is empty: no county is named, or the attribute of all features in "
            "it is blank; fill it in",
        )
    return LayerStatus.USED, None
