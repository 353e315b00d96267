"""Attributes that rules name, found under any alias and brought to one spelling."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from dzgis.errors import listed
from dzgis.inputs.aliases import code_of, matching_fields, tables
from dzgis.terms import Text

if TYPE_CHECKING:
    import geopandas as gpd

    from dzgis.plan.model import Plan


def rule_fields(plan: Plan, role: str) -> tuple[str, ...]:
    """Attributes that the plan's rules on a role look at, each once."""
    rules = (rule for rule in plan.rules.spatial if rule.role == role and rule.where)
    return tuple(dict.fromkeys(rule.where.field for rule in rules if rule.where))


def attribute(
    frame: gpd.GeoDataFrame, name: str, where: str
) -> tuple[pd.Series[str] | None, list[Text]]:
    """
    Values of an attribute in the spelling that rules use.

    Parameters
    ----------
    frame : GeoDataFrame
        As read.
    name : str
        E.g. ``forest_grade``, whose values become I, II, III, IV. An attribute without a table of
        its own is taken as it stands, from the field of that name.
    where : str
        How messages call the source.

    Returns
    -------
    Series or None
        Text on the index of `frame`; None where the attribute is missing. A layer without
        features needs no fields.
    list of Text
        The missing attribute, or values that are none of its own, with their records.
    """
    table = tables()["attributes"].get(name, {"fields": [name], "values": {}})
    fields = matching_fields(frame.columns, table["fields"])
    if frame.empty:
        return pd.Series(index=frame.index, dtype=object), []
    if not fields:
        return None, [_missing(frame, name, table, where)]
    said = frame[fields[0]]
    texts = pd.Series([_text(value) for value in said], index=frame.index, dtype=object)
    if not table["values"]:
        return texts, []
    codes = {text: code_of(text, table["values"]) for text in texts.unique()}
    unknown = [text for text, code in codes.items() if code is None]
    if unknown:
        return None, [_unknown(texts, unknown, fields[0], table["values"], where)]
    return texts.map(codes), []


def _text(value: object) -> str:
    if value is None or value is pd.NA or value != value:  # noqa: PLR0124  NaN
        return ""
    return str(value).strip().removesuffix(".0")


def _missing(frame: gpd.GeoDataFrame, name: str, table: dict[str, list[str]], where: str) -> Text:
    has = listed(column for column in frame.columns if column != frame.geometry.name)
    aliases = listed(table["fields"])
    return Text(
        f"{where} 没有规则所需的属性 {name}（字段可名为：{aliases}）；现有字段：{has or '无'}；"
        "请补上该字段",
        f"{where} lacks the attribute {name} that rules need (as one of the fields: {aliases}); "
        f"its fields are: {has or 'none'}; add it",
    )


def _unknown(
    texts: pd.Series[str],
    unknown: list[str],
    field: str,
    values: dict[str, list[str]],
    where: str,
) -> Text:
    shown = listed(f"'{text}' ({listed(texts.index[texts == text], 5)})" for text in unknown)
    return Text(
        f"{where}：字段 {field} 有未知的取值（记录号）：{shown}；应为 {listed(values)}"
        "（或 1–4、Ⅰ–Ⅳ、一级–四级）；请改正",
        f"{where}: the field {field} has unknown values (records): {shown}; "
        f"{listed(values)} are required (or 1-4 and the like); correct them",
    )
