"""Attributes that rules name, found under any alias and brought to one spelling."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import pandas as pd

from dzgis.errors import listed
from dzgis.inputs.aliases import code_of, matching_fields, tables
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd

    from dzgis.plan.model import Plan


def rule_fields(plan: Plan, role: str) -> tuple[str, ...]:
    """Attributes that the plan's rules on a role look at, each once."""
    rules = (rule for rule in plan.rules.spatial if rule.role == role)
    return tuple(dict.fromkeys(field for rule in rules for field in rule.fields))


def required_fields(plan: Plan, role: str) -> tuple[str, ...]:
    """Attributes that a layer of a role must have: those of rules, and the role's own."""
    own: list[str] = tables()["roles"].get(role, {}).get("required", [])
    return tuple(dict.fromkeys((*rule_fields(plan, role), *own)))


def rule_faults(plan: Plan, role: str) -> list[Text]:
    """Values that rules on a role ask for and that the attribute never has: they match nothing."""
    faults = []
    conditions = [(r.id, one) for r in plan.rules.spatial if r.role == role for one in r.where]
    for rule_id, one in conditions:
        values = tables()["attributes"].get(one.field, {}).get("values", {})
        strange = [value for value in one.values if values and value not in values]
        if strange:
            faults.append(
                Text(
                    f"规则 {rule_id}：{one.field} 没有取值 {listed(strange)}；"
                    f"可用：{listed(values)}；请改正规则",
                    f"rule {rule_id}: {one.field} has no value {listed(strange)}; there are: "
                    f"{listed(values)}; correct the rules",
                )
            )
    return faults


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
        Text on the index of `frame`, blank where the record does not say; None where the attribute
        is missing or at fault. A layer without features needs no fields.
    list of Text
        The missing attribute, values that are none of its own, or fields that contradict each
        other, with their records.
    """
    table = tables()["attributes"].get(name, {"fields": [name], "values": {}})
    fields = matching_fields(frame.columns, table["fields"])
    if frame.empty:
        return pd.Series(index=frame.index, dtype=object), []
    if not fields:
        return None, [_missing(frame, name, table, where)]
    texts = {f: plain_text(frame[f]) for f in fields}
    values = table["values"]
    codes = {f: _codes(said, values) for f, said in texts.items()} if values else texts
    faults = [
        _unknown(texts[f], texts[f][codes[f].isna()], f, values, where)
        for f in fields
        if codes[f].isna().any()
    ]
    if not faults:
        faults = _contradictions(texts, codes, where)
    together = _first_filled(list(codes.values()))
    if not faults and (together == "").all():
        faults = [_all_blank(frame, name, fields, where)]
    return (None, faults) if faults else (together, [])


def attribute_text(name: str) -> Text:
    """Words for an attribute; one without a table of its own is its own word."""
    table = tables()["attributes"].get(name, {})
    return Text(table.get("zh", name), table.get("en", name))


def _codes(texts: pd.Series[str], values: dict[str, list[str]]) -> pd.Series[str]:
    """Values in the spelling of rules; blank stays blank, None is no value of the attribute."""
    known = {text: code_of(text, values) if text else "" for text in texts.unique()}
    return pd.Series([known[text] for text in texts], index=texts.index, dtype=object)


def _first_filled(columns: Sequence[pd.Series[str]]) -> pd.Series[str]:
    together = columns[0]
    for column in columns[1:]:
        together = together.where(together != "", column)
    return together


def _contradictions(
    texts: Mapping[str, pd.Series[str]], codes: Mapping[str, pd.Series[str]], where: str
) -> list[Text]:
    """Fields of one attribute that say different things of one record."""
    faults = []
    for one, other in combinations(codes, 2):
        differ = (codes[one] != codes[other]) & (codes[one] != "") & (codes[other] != "")
        if differ.any():
            pairs = zip(texts[one][differ].items(), texts[other][differ], strict=True)
            shown = listed((f"{record} ({a} / {b})" for (record, a), b in pairs), 5)
            faults.append(
                Text(
                    f"{where}：字段 {one} 与 {other} 说法不一（记录号）：{shown}；"
                    "请核实，只留正确的一个",
                    f"{where}: the fields {one} and {other} contradict each other (records): "
                    f"{shown}; find out which is right and remove the other",
                )
            )
    return faults


def _all_blank(frame: gpd.GeoDataFrame, name: str, fields: list[str], where: str) -> Text:
    words, n = attribute_text(name), len(frame)
    return Text(
        f"{where}：全部 {n} 条记录的{words.zh}（字段 {listed(fields)}）都是空的；请填写",
        f"{where}: {words.en} (field {listed(fields)}) is blank in all {n} records; fill it in",
    )


def plain_text(values: pd.Series[str]) -> pd.Series[str]:
    """Values of a field as text, blank where there is none; whole numbers without a fraction."""
    return pd.Series(map(_text, values), index=values.index, dtype=object)


def _text(value: object) -> str:
    if value is None or value is pd.NA or value != value:  # noqa: PLR0124  NaN
        return ""
    return str(value).strip().removesuffix(".0")


def _missing(frame: gpd.GeoDataFrame, name: str, table: dict[str, list[str]], where: str) -> Text:
    has = listed(column for column in frame.columns if column != frame.geometry.name)
    aliases = listed(table["fields"])
    return Text(
        f"{where} 没有所需的属性 {name}（字段可名为：{aliases}）；现有字段：{has or '无'}；"
        "请补上该字段",
        f"{where} lacks the attribute {name} that is needed (as one of the fields: {aliases}); "
        f"its fields are: {has or 'none'}; add it",
    )


def _unknown(
    texts: pd.Series[str],
    strange: pd.Series[str],
    field: str,
    values: dict[str, list[str]],
    where: str,
) -> Text:
    shown = listed(
        f"'{text}' ({listed(texts.index[texts == text], 5)})" for text in strange.unique()
    )
    return Text(
        f"{where}：字段 {field} 有未知的取值（记录号）：{shown}；应为 {listed(values)}"
        "（或 1–4、Ⅰ–Ⅳ、一级–四级）；请改正",
        f"{where}: the field {field} has unknown values (records): {shown}; "
        f"{listed(values)} are required (or 1-4 and the like); correct them",
    )
