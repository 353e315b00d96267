"""
Numbers of land-use patches (地类图斑): coefficient of ridges (田坎系数) and areas of record.

A column of coefficients is in shares where all are below 1, else in per cent; what is neither is
refused. No single value decides for itself: 0.9 of a column in per cent is not 90 %.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dzgis.errors import listed
from dzgis.inputs.aliases import code_of, matching_fields, tables
from dzgis.inputs.attributes import plain_text
from dzgis.inputs.optional_attributes import optional_attributes
from dzgis.terms import Text

if TYPE_CHECKING:
    import geopandas as gpd

ROLE = "land_use"
AREAS = ("patch_m2", "ridge_m2", "patch_net_m2")
_PER_CENT = 100.0


def land_use_numbers(
    frame: gpd.GeoDataFrame, where: str
) -> tuple[dict[str, pd.Series[float]], list[Text]]:
    """
    Numbers of patches that the layer has.

    Parameters
    ----------
    frame : GeoDataFrame
        As read.
    where : str
        How messages call the source.

    Returns
    -------
    dict of str to Series of float
        ``ridge_share`` in [0, 1): the coefficient, else ridges over the patch's area where both
        are stated, else 0 in the flattest slope grade, which has no ridges; ``patch_m2, ridge_m2,
        patch_net_m2`` as stated. NaN where not known.
    list of Text
        Values that are no numbers, negative areas, and coefficients that are neither shares nor
        per cent, with their records.
    """
    names = ("ridge_share", *AREAS)
    read = {name: _numbers(frame, name, where) for name in names}
    faults = [fault for _, wrong in read.values() for fault in wrong]
    found = {name: values for name, (values, _) in read.items()}
    for name in AREAS:
        faults += _negative(found[name], frame, name, where)
    given, wrong = _shares(found["ridge_share"], frame, where)
    by_area = (found["ridge_m2"] / found["patch_m2"]).where(found["patch_m2"] > 0.0)
    faults += _too_large(by_area[given.isna()], where)
    level = _is_flattest(frame)
    found["ridge_share"] = given.fillna(by_area).mask(given.isna() & by_area.isna() & level, 0.0)
    return found, faults + wrong


def _field(frame: gpd.GeoDataFrame, name: str) -> str | None:
    """First field of a number that is filled in anywhere."""
    fields = matching_fields(frame.columns, tables()["numbers"][name])
    return next((f for f in fields if (plain_text(frame[f]) != "").any()), None)


def _numbers(frame: gpd.GeoDataFrame, name: str, where: str) -> tuple[pd.Series[float], list[Text]]:
    field = _field(frame, name)
    if field is None:
        return pd.Series(np.nan, index=frame.index), []
    text = plain_text(frame[field])
    values = pd.to_numeric(text.where(text != ""), errors="coerce").astype(float)
    strange = text.index[(text != "") & ~np.isfinite(values)]
    return values, _fault(strange, frame[field], field, where, Text("不是数", "are no numbers"))


def _negative(
    values: pd.Series[float], frame: gpd.GeoDataFrame, name: str, where: str
) -> list[Text]:
    field = _field(frame, name) or name
    what = Text("面积为负", "are negative areas")
    return _fault(values.index[values < 0.0], values, field, where, what)


def _shares(
    values: pd.Series[float], frame: gpd.GeoDataFrame, where: str
) -> tuple[pd.Series[float], list[Text]]:
    """Coefficients as shares of the patch's area."""
    in_per_cent = bool((values >= 1.0).any())
    most, least = (_PER_CENT, 1.0) if in_per_cent else (1.0, 0.0)
    mixed = (values > 0.0) & (values < least)
    strange = values.index[(values < 0.0) | (values >= most) | mixed]
    what = Text(
        "不是田坎系数：全列都小于 1 时按小数（0 至 1，不含 1），有不小于 1 的值时全列按百分数"
        "（0，或 1 至 100，不含 100）",
        "are no coefficients of ridges: a column all below 1 is in shares (0 to 1, exclusive), one "
        "with values from 1 on is in per cent (0, or 1 to 100, exclusive)",
    )
    faults = _fault(strange, values, _field(frame, "ridge_share") or "", where, what)
    return values / (_PER_CENT if in_per_cent else 1.0), faults


def _too_large(shares: pd.Series[float], where: str) -> list[Text]:
    fields = "KCMJ/TBMJ"
    what = Text("扣除面积不小于图斑面积", "take away all of the patch or more")
    return _fault(shares.index[shares >= 1.0], shares, fields, where, what)


def _fault(
    records: pd.Index[int], values: pd.Series[float], field: str, where: str, what: Text
) -> list[Text]:
    """Fault of a field, each value with its record."""
    if records.empty:
        return []
    shown = listed((f"{record} ({values[record]})" for record in records), 5)
    return [
        Text(
            f"{where}：字段 {field} 的值{what.zh}（记录号）：{shown}；请改正",
            f"{where}: values of the field {field} {what.en} (records): {shown}; correct them",
        )
    ]


def _is_flattest(frame: gpd.GeoDataFrame) -> pd.Series[bool]:
    """Whether a patch is of the flattest slope grade, whose fields have no ridges deducted."""
    words = {"flattest": tables()["attributes"]["slope_grade"]["flattest"]}
    grade = optional_attributes(frame, ["slope_grade"])["slope_grade"]
    known = {text: code_of(text, words) is not None for text in grade.unique()}
    return pd.Series([known[text] for text in grade], index=frame.index, dtype=bool)
