"""Attributes that rules name, found under any alias and brought to one spelling."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

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


class Attribute(NamedTuple):
    """
    What a layer says of one attribute.

    Attributes
    ----------
    values : Series of str, or None
        In the spelling of rules, on the index of the frame, blank where the record does not say;
        None where the attribute is at fault.
    faults : tuple of Text
        What keeps the layer from being used.
    remarks : tuple of Text
        What is odd without doing so: records whose attribute stays unknown.
    """

    values: pd.Series[str] | None
    faults: tuple[Text, ...] = ()
    remarks: tuple[Text, ...] = ()


def attribute(frame: gpd.GeoDataFrame, name: str, where: str) -> Attribute:
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
    Attribute
        Faults are a missing attribute, values that are none of its own, fields that contradict
        each other, with their records. An optional attribute that is missing or has a value of
        no known meaning is unknown, which is no fault: rules that need it then decide nothing. A
        layer without features needs no fields.
    """
    table = tables()["attributes"].get(name, {"fields": [name], "values": {}})
    fields = matching_fields(frame.columns, table["fields"])
    blank: pd.Series[str] = pd.Series("", index=frame.index, dtype=object)
    if frame.empty:
        return Attribute(blank)
    optional = table.get("optional", False)
    if not fields:
        said = (_unknown_throughout(name, table, where),)
        return Attribute(blank, remarks=said) if optional else _fault(_missing(frame, name, where))
    texts = {f: plain_text(frame[f]) for f in fields}
    values = table["values"]
    codes = {f: _codes(said, values) for f, said in texts.items()} if values else texts
    strange = tuple(
        _strange(texts[f], texts[f][codes[f].isna()], f, values, where)
        for f in fields
        if codes[f].isna().any()
    )
    if strange and not optional:
        return Attribute(None, strange)
    codes = {f: one.fillna("") for f, one in codes.items()}
    contradictions = _contradictions(texts, codes, where)
    together = _first_filled(list(codes.values()))
    if contradictions:
        return Attribute(None, tuple(contradictions))
    if (together == "").all() and not optional:
        return _fault(_all_blank(frame, name, fields, where))
    filled, blanks = _blanks(together, name, table.get("blank_means", ""), where)
    return Attribute(filled, remarks=(*strange, *blanks))


def _blanks(
    values: pd.Series[str], name: str, meaning: str, where: str
) -> tuple[pd.Series[str], list[Text]]:
    """Values with what a blank means, where the field's own convention gives it a meaning."""
    blank, words = values.eq(""), attribute_text(name)
    if not blank.any():
        return values, []
    n, records = int(blank.sum()), listed(values.index[blank])
    if meaning and not blank.all():
        return values.where(~blank, meaning), [
            Text(
                f"{where}：{n} 条记录的{words.zh}为空，按该字段惯例视为“{meaning}”（非）",
                f"{where}: {words.en} is blank in {n} records and taken for '{meaning}' (none), as "
                "is the custom of that field",
            )
        ]
    return values, [
        Text(
            f"{where}：{n} 条记录的{words.zh}为空（记录号 {records}），"
            "涉及这些要素的地块判为无法判定；请补填",
            f"{where}: {words.en} is blank in {n} records ({records}); parcels on these features "
            "are undetermined; fill it in",
        )
    ]


def _fault(fault: Text) -> Attribute:
    return Attribute(None, (fault,))


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


def _missing(frame: gpd.GeoDataFrame, name: str, where: str) -> Text:
    table = tables()["attributes"].get(name, {"fields": [name]})
    has = listed(column for column in frame.columns if column != frame.geometry.name)
    aliases = listed(table["fields"])
    return Text(
        f"{where} 没有所需的属性 {name}（字段可名为：{aliases}）；现有字段：{has or '无'}；"
        "请补上该字段",
        f"{where} lacks the attribute {name} that is needed (as one of the fields: {aliases}); "
        f"its fields are: {has or 'none'}; add it",
    )


def _unknown_throughout(name: str, table: Mapping[str, Sequence[str]], where: str) -> Text:
    words, aliases = attribute_text(name), listed(table["fields"])
    return Text(
        f"{where} 没有{words.zh}（字段可名为：{aliases}）；须据此区分的地块判为无法判定",
        f"{where} does not say {words.en} (in one of the fields: {aliases}); parcels for which it "
        "matters are undetermined",
    )


def _strange(
    texts: pd.Series[str],
    strange: pd.Series[str],
    field: str,
    values: Mapping[str, Sequence[str]],
    where: str,
) -> Text:
    shown = listed(
        f"'{text}' ({listed(texts.index[texts == text], 5)})" for text in strange.unique()
    )
    known = listed(values, len(values))
    return Text(
        f"{where}：字段 {field} 有未知的取值（记录号）：{shown}；应为 {known}"
        "（或其通行写法，如 1–4、Ⅰ–Ⅳ、一级–四级）；请改正",
        f"{where}: the field {field} has unknown values (records): {shown}; {known} are required "
        "(or what usually stands for them, such as 1-4); correct them",
    )
