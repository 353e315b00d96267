"""What is wrong with the form of a plan file, in words of the plan's reader."""

from __future__ import annotations

import math
import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from pydantic import BaseModel, ValidationError

from dzgis.plan import candidate_rules, exclusions, model, record, rules
from dzgis.plan.address import place_in_file
from dzgis.terms import FactStatus, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pydantic_core import ErrorDetails

    from dzgis.plan.address import Step

_SHOWN_CHARACTERS = 60

_TYPES: dict[str, Text] = {
    "string_type": Text("须是带引号的文本", "text in quotes is required"),
    "int_type": Text("须是整数", "a whole number is required"),
    "int_from_float": Text("须是整数", "a whole number is required"),
    "int_parsing": Text("须是整数", "a whole number is required"),
    "float_type": Text("须是数", "a number is required"),
    "float_parsing": Text("须是数", "a number is required"),
    "bool_type": Text("须是 true 或 false", "true or false is required"),
    "bool_parsing": Text("须是 true 或 false", "true or false is required"),
    "tuple_type": Text("须是方括号中的列表 […]", "a list in square brackets is required"),
    "model_type": Text("须是一个表 { … }", "a table { … } is required"),
    "model_attributes_type": Text("须是一个表 { … }", "a table { … } is required"),
    "date_type": Text("须是日期，如 2014-01-01", "a date such as 2014-01-01 is required"),
    "date_parsing": Text("须是日期，如 2014-01-01", "a date such as 2014-01-01 is required"),
    "date_from_datetime_parsing": Text("须是日期，如 2014-01-01", "a date is required"),
    "date_from_datetime_inexact": Text("须是不带时刻的日期", "a date without a time is required"),
    "string_too_short": Text("不得为空", "must not be empty"),
}

_LIMITS: dict[str, Text] = {
    "literal_error": Text("须是 {expected} 之一", "must be one of {expected}"),
    "enum": Text("须是 {expected} 之一", "must be one of {expected}"),
    "string_pattern_mismatch": Text("须符合格式 {pattern}", "must have the form {pattern}"),
    "greater_than": Text("须大于 {gt}", "must be above {gt}"),
    "greater_than_equal": Text("须不小于 {ge}", "must be at least {ge}"),
    "less_than_equal": Text("须不大于 {le}", "must be at most {le}"),
    "too_short": Text(
        "须至少有 {min_length} 项，现有 {actual_length} 项",
        "needs at least {min_length}, has {actual_length}",
    ),
    "too_long": Text(
        "至多 {max_length} 项，现有 {actual_length} 项",
        "takes at most {max_length}, has {actual_length}",
    ),
}

_RULES: tuple[tuple[str, str], ...] = (
    (r"a fact with status '(.+)' needs (.+)", r"状态为“\1”的条目须填写 \2"),
    (r"region_bounds must be .+", "region_bounds 须依次为西、南、东、北"),
    (r"period must be .+", "period 须由早到晚"),
    (
        r"every slope class but the last needs up_to_deg",
        "除最陡一级外各级须有 up_to_deg，且末级没有",
    ),
    (r"slope limits must ascend, found (.+)", r"坡度界限须由小到大，现为 \1"),
    (r"a downgrade needs either from_m or above_m", "downgrades 各项须有 from_m 或 above_m 之一"),
    (r"a downgrade needs either classes or to_last", "downgrades 各项须有 classes 或 to_last 之一"),
    (r"low_hill must name classes (.+)", r"low_hill 须是级号 \1 中的"),
    (
        r"a spatial rule needs role and verdict.*",
        "spatial 规则须有 role 和 verdict，其他规则都不得有",
    ),
    (r"warn_pct must not exceed error_pct", "warn_pct 不得大于 error_pct"),
    (r"touch_width_m must not exceed sliver_width_m", "touch_width_m 不得大于 sliver_width_m"),
    (r"a rule has either verdict or by_project", "verdict 与 by_project 只能有一个"),
    (
        r"a rule about ground outside has no setback.*",
        "trigger 为 outside 的规则不得有 setback_m，也不得 excludes_land",
    ),
    (r"above must be less than up_to", "above 须小于 up_to"),
    (
        r"a raster has spans, a vector layer where; not both",
        "栅格用 spans，矢量图层用 where，二者不能并用",
    ),
    (r"the raster '(.+)' needs spans", r"栅格 \1 须有 spans"),
    (
        r"a weighted exclusion, and no other, needs a weight below 1",
        "effect 为 weighted 时须有小于 1 的 weight，其他时候不得有",
    ),
    (r"an exclusion cannot apply within itself", "within 不得指自己"),
    (r"ids of exclusions must be unique, found twice: (.+)", r"排除条件的 id 须唯一，重复：\1"),
    (
        r"within names no exclusion of the set: (.+)",
        r"下列排除条件的 within 不是本集中的 id：\1",
    ),
    (r"within goes in a circle: (.+)", r"within 不得循环：\1"),
    (r"valid_from must not be after valid_until", "valid_from 不得晚于 valid_until"),
    (r"a cluster wants either best_n or target_ha", "wanted 各项须有 best_n 或 target_ha 之一"),
    (r"only one of best_n and target_ha.*", "best_n 与 target_ha 只能有一个"),
    (r"max_area_ha must be at least twice min_area_ha", "max_area_ha 须不小于 min_area_ha 的两倍"),
    (r"every cluster may stand in wanted once only", "wanted 中每个组团只能出现一次"),
    (
        r"a layer cannot be farther than at_least_m.*",
        "同一图层 far 的 at_least_m 不得大于 near 的 at_most_m",
    ),
    (r"bands_km must ascend", "bands_km 须由小到大"),
    (r"account_km must be one of bands_km", "account_km 须是 bands_km 之一"),
    (
        r"every step of cost but the last needs up_to_deg",
        "cost 除末级外各级须有 up_to_deg，且末级没有",
    ),
    (r"limits of cost must ascend", "cost 各级的 up_to_deg 须由小到大"),
    (r"models must be, each once: (.+)", r"models 须是以下各一次：\1"),
    (r"only a spatial rule can be required.*", "只有 spatial 规则可以设 required 或 excludes_land"),
)
"""What the model's own validators say, and the same in Chinese."""


def schema_faults(data: dict[str, object], *, of: type[BaseModel] = model.Plan) -> list[Text]:
    """
    All faults of form in the values of a plan file.

    Parameters
    ----------
    data : dict
        As read from TOML.
    of : model
        What the file is to be.

    Returns
    -------
    list of Text
        Unknown and missing keys, wrong values, empty sources, each with its place; empty when
        `data` makes a plan.
    """
    faults = [_at(place_in_file(data, loc), _NOT_FINITE) for loc in _not_finite(data)]
    faults += [fault for loc, fact in _facts(data) for fault in _source_faults(data, loc, fact)]
    try:
        of.model_validate(data)
    except ValidationError as error:
        faults += [_translated(data, detail) for detail in error.errors(include_url=False)]
    return list(dict.fromkeys(faults))


def _at(place: str, what: Text) -> Text:
    return Text(f"{place}：{what.zh}", f"{place}: {what.en}")


_NOT_FINITE = Text("须是有限的数，不得为 nan 或 inf", "a finite number is required, not nan or inf")


def _walk(node: object, loc: tuple[Step, ...] = ()) -> Iterator[tuple[tuple[Step, ...], object]]:
    """Every value of a tree with its path, parents first."""
    yield loc, node
    children: Sequence[tuple[Step, object]] = ()
    if isinstance(node, dict):
        children = list(node.items())
    elif isinstance(node, list):
        children = list(enumerate(node))
    for step, child in children:
        yield from _walk(child, (*loc, step))


def _not_finite(data: object) -> list[tuple[Step, ...]]:
    return [
        loc for loc, value in _walk(data) if isinstance(value, float) and not math.isfinite(value)
    ]


def _facts(data: object) -> Iterator[tuple[tuple[Step, ...], dict[str, object]]]:
    """Every table that has a valid status and a source."""
    for loc, value in _walk(data):
        if isinstance(value, dict) and value.get("status") in list(FactStatus):
            yield loc, {key: value[key] for key in ("status", "source") if key in value}


def _source_faults(data: object, loc: tuple[Step, ...], fact: dict[str, object]) -> Iterator[Text]:
    """
    What a fact's source lacks.

    Looked for here as well, because the model checks sources only of records without other faults.
    """
    try:
        record.Fact.model_validate(fact)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            if detail["type"] == "value_error":
                yield _translated(data, detail, before=loc)


def _translated(data: object, detail: ErrorDetails, before: tuple[Step, ...] = ()) -> Text:
    loc = (*before, *detail["loc"])
    kind = detail["type"]
    if kind == "extra_forbidden":
        return _at(place_in_file(data, loc), _unknown_key(str(loc[-1])))
    if kind == "missing":
        return _at(place_in_file(data, loc), Text("缺少此项，须填写", "missing, is required"))
    if kind == "value_error":
        return _at(place_in_file(data, loc) or "plan", _broken_rule(str(detail["ctx"]["error"])))
    return _at(place_in_file(data, loc), _wrong_value(detail))


def _known_keys() -> list[str]:
    modules = (candidate_rules, exclusions, model, record, rules)
    everything = [value for module in modules for value in vars(module).values()]
    records = [value for value in everything if isinstance(value, type)]
    return sorted({key for r in records if issubclass(r, BaseModel) for key in r.model_fields})


def _unknown_key(key: str) -> Text:
    close = get_close_matches(key, _known_keys(), n=1)
    return Text(
        "没有这一项；请改名或删去" + "".join(f"（是否指 {name}？）" for name in close),
        "unknown key; rename or remove it" + "".join(f" (did you mean {name}?)" for name in close),
    )


def _broken_rule(message: str) -> Text:
    for pattern, zh in _RULES:
        if found := re.fullmatch(pattern, message):
            return Text(found.expand(zh), message)
    return Text(message, message)


def _wrong_value(detail: ErrorDetails) -> Text:
    fallback = Text(f"不合要求（{detail['msg']}）", detail["msg"])
    kind = detail["type"]
    wanted = _TYPES.get(kind) or _LIMITS.get(kind, fallback)
    if kind in _LIMITS:
        limits = {key: _plain(str(value)) for key, value in detail.get("ctx", {}).items()}
        wanted = Text(wanted.zh.format(**limits), wanted.en.format(**limits))
    found = _shortened(repr(detail["input"]))
    return Text(f"值为 {found}，{wanted.zh}", f"found {found}, {wanted.en}")


def _plain(expected: str) -> str:
    """What pydantic expects, without the names of Python's enum members."""
    return re.sub(r"<[\w.]+: ('[^']*')>", r"\1", expected).replace(" or ", ", ")


def _shortened(words: str) -> str:
    return words if len(words) <= _SHOWN_CHARACTERS else f"{words[:_SHOWN_CHARACTERS]}…"
