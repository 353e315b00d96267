"""Whether the parts of a suitability scheme fit together."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from dzgis.errors import listed
from dzgis.plan.exclusions import RASTERS
from dzgis.plan.fault_words import at, twice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dzgis.plan.suitability_model import Band, Measure, Scheme, Value
    from dzgis.terms import Text

_LAYERED = ("distance", "cost_distance", "class", "cover")
_SEVERAL = ("distance", "cost_distance")
_NEEDS = {
    "classes": ("breaks", "scores"),
    "linear": ("best", "worst"),
    "logistic": ("midpoint", "steepness"),
    "gaussian": ("optimum", "width"),
    "table": ("table",),
}
_FLAT = ("flat_up_to_deg", "flat_score")


def check_scheme(scheme: Scheme) -> list[Text]:
    """
    All contradictions inside a scheme.

    Returns
    -------
    list of Text
        One sentence each with the place in the file; empty when the parts fit. Judgements and
        weights are checked where weights are made of them, `dzgis.suitability.weights`.
    """
    checks = (_ids, _measures, _values, _conditions, _weights, _grades, _lowerings, _integration)
    return [*(fault for check in checks for fault in check(scheme)), *_surfaces(scheme)]


def _ids(scheme: Scheme) -> Iterator[Text]:
    for name in ("criteria", "limits", "lowerings", "cost_surfaces"):
        ids = (one.id for one in getattr(scheme, name))
        yield from twice(f"suitability.{name}.id", ids)


def _placed(scheme: Scheme) -> Iterator[tuple[str, Measure]]:
    for name in ("criteria", "limits", "lowerings"):
        for one in getattr(scheme, name):
            yield f"suitability.{name}[{one.id}].of", one.of
    if scheme.integration is not None:
        yield "suitability.integration.of", scheme.integration.of


def _measures(scheme: Scheme) -> Iterator[Text]:
    for place, of in _placed(scheme):
        yield from _layers(place, of)
        yield from _raster(place, of)
        wrong = {
            "field": bool(of.field) != (of.kind == "class"),
            "surface": (of.surface is not None) != (of.kind == "cost_distance"),
            "bands": bool(of.bands) != (of.kind == "contiguity"),
        }
        yield from (_needed(f"{place}.{key}", of.kind) for key, bad in wrong.items() if bad)
        if of.kind != "class" and (of.by_prefix or of.outside is not None):
            yield _for_class(place)
        yield from _bands(place, of.bands)
        known = [one.id for one in scheme.cost_surfaces]
        if of.surface is not None and of.surface not in known:
            yield at(
                f"{place}.surface",
                f"没有阻力面 {of.surface}；cost_surfaces 有：{listed(known) or '无'}",
                f"there is no cost surface {of.surface}; cost_surfaces has: "
                f"{listed(known) or 'none'}",
            )


def _for_class(place: str) -> Text:
    return at(
        place,
        "by_prefix、outside 只用于 class",
        "by_prefix and outside are for a class only",
    )


def _needed(place: str, kind: str) -> Text:
    return at(
        place,
        f"kind 为 {kind} 时此项有无不当；class 须有 field，cost_distance 须有 surface，"
        "contiguity 须有 bands，其他都不得有",
        f"wrongly there or missing for the kind {kind}: class needs field, cost_distance needs "
        "surface, contiguity needs bands, no other has them",
    )


def _layers(place: str, of: Measure) -> Iterator[Text]:
    if (of.kind in _LAYERED) != bool(of.layers):
        yield at(
            f"{place}.layers",
            f"kind 为 {listed(_LAYERED)} 时须列图层，其他不得列",
            f"the kinds {listed(_LAYERED)} need layers, no other has them",
        )
    if len(of.layers) > 1 and of.kind not in _SEVERAL:
        yield at(
            f"{place}.layers",
            f"kind 为 {of.kind} 时只能列一个图层",
            f"the kind {of.kind} takes one layer only",
        )
    if of.where and of.kind not in _LAYERED:
        yield at(f"{place}.where", "只用于图层", "is for layers only")


def _raster(place: str, of: Measure) -> Iterator[Text]:
    wants = of.kind in {"terrain", "raster", "contiguity"}
    own = of.raster in RASTERS
    wrong = (of.kind == "terrain" and not own) or (of.kind == "raster" and own)
    if wants != bool(of.raster) or wrong:
        yield at(
            f"{place}.raster",
            f"terrain 须是 {listed(RASTERS)} 之一，raster 须是用户栅格的名称，contiguity 两者皆可，"
            "其他不得有",
            f"terrain is one of {listed(RASTERS)}, raster is the name of a user's, contiguity "
            "takes either, no other has one",
        )


def _bands(place: str, bands: Sequence[Band]) -> Iterator[Text]:
    for number, band in enumerate(bands, 1):
        low = band.above if band.at_least is None else band.at_least
        if low > band.up_to or (low == band.up_to and band.at_least is None):
            yield at(
                f"{place}.bands[{number}]",
                f"区间为空（{low:g} 至 {band.up_to:g}）；下限须小于上限",
                f"is empty ({low:g} to {band.up_to:g}); the lower limit must be below the upper",
            )


def _values(scheme: Scheme) -> Iterator[Text]:
    for one in scheme.criteria:
        place = f"suitability.criteria[{one.id}].value"
        yield from _shape(place, one.value)
        if (one.of.kind == "class") != (one.value.kind == "table"):
            yield at(
                place,
                "class 须用 table 赋值，其他指标不得用",
                "a class needs a table, no other criterion has one",
            )
        aspect = one.of.raster == "aspect" and one.of.kind == "terrain"
        if aspect != all(getattr(one.value, key) is not None for key in _FLAT) or (
            not aspect and any(getattr(one.value, key) is not None for key in _FLAT)
        ):
            yield at(
                place,
                "坡向须有 flat_up_to_deg 和 flat_score（平地无坡向），其他指标不得有",
                "an aspect needs flat_up_to_deg and flat_score (flat ground has none), no other "
                "criterion has them",
            )
        outside = one.of.outside
        if outside is not None and outside not in one.value.table:
            yield at(
                f"{place}.table",
                f"缺少图斑之外的类别 {outside} 的分值",
                f"lacks the score of '{outside}', ground outside all polygons",
            )


def _shape(place: str, value: Value) -> Iterator[Text]:
    given = {key for keys in _NEEDS.values() for key in keys if _is_there(value, key)}
    missing, strange = set(_NEEDS[value.kind]) - given, given - set(_NEEDS[value.kind])
    if missing:
        yield at(place, f"缺少 {listed(sorted(missing))}", f"lacks {listed(sorted(missing))}")
    if strange:
        yield at(
            place,
            f"{value.kind} 不用 {listed(sorted(strange))}；请删去",
            f"{value.kind} has no {listed(sorted(strange))}; remove it",
        )
    if value.kind == "classes" and not missing:
        yield from _classes(place, value.breaks, len(value.scores))
    if value.kind == "linear" and not missing and value.best == value.worst:
        yield at(place, "best 与 worst 须不同", "best and worst must differ")


def _is_there(value: Value, key: str) -> bool:
    found = getattr(value, key)
    return found is not None and found not in ((), {})


def _classes(place: str, breaks: Sequence[float], n_scores: int) -> Iterator[Text]:
    if n_scores != len(breaks) + 1:
        yield at(
            place,
            f"{len(breaks)} 个界限须有 {len(breaks) + 1} 个值，现有 {n_scores} 个",
            f"{len(breaks)} breaks need {len(breaks) + 1} values, found {n_scores}",
        )
    yield from _ascending(f"{place}.breaks", breaks)


def _ascending(place: str, limits: Sequence[float]) -> Iterator[Text]:
    if any(low >= high for low, high in itertools.pairwise(limits)):
        yield at(
            place,
            f"界限须由小到大，现为 {listed(limits)}",
            f"limits must ascend, found {listed(limits)}",
        )


def _conditions(scheme: Scheme) -> Iterator[Text]:
    for one in scheme.limits:
        place = f"suitability.limits[{one.id}]"
        if (one.of.kind == "class") != bool(one.values) or bool(one.bands) == bool(one.values):
            yield at(
                place,
                "class 须有 values，其他条件须有 bands，且只能有一个",
                "a class needs values, any other condition bands, and only one of them",
            )
        yield from _bands(place, one.bands)


def _weights(scheme: Scheme) -> Iterator[Text]:
    place, weights = "suitability.weights", scheme.weights
    if (weights is None) != (scheme.grading.criterion is not None):
        yield at(
            place,
            "按指数分级须有权重；按一个指标分级不得有",
            "grades by the index need weights; grades by one criterion have none",
        )
    if weights is None:
        return
    named = weights.ids if weights.method != "given" else tuple(weights.values)
    wrong = sorted(set(named) ^ set(scheme.ids))
    if wrong or len(named) != len(scheme.ids):
        yield at(
            place,
            f"须恰好包括每个指标一次；不符：{listed(wrong) or '有重复'}",
            f"must name each criterion once; does not fit: {listed(wrong) or 'one is there twice'}",
        )
    parts = {"matrix": "ahp", "formula": "rank", "values": "given"}
    for key, method in parts.items():
        if bool(getattr(weights, key)) != (weights.method == method):
            yield at(
                f"{place}.{key}",
                f"method 为 {method} 时须有，否则不得有",
                f"is needed for the method {method} and there for no other",
            )


def _grades(scheme: Scheme) -> Iterator[Text]:
    place, grading = "suitability.grading", scheme.grading
    of_index = grading.criterion is None
    if not of_index and grading.criterion not in scheme.ids:
        yield at(
            f"{place}.criterion",
            f"没有指标 {grading.criterion}",
            f"there is no criterion {grading.criterion}",
        )
    key, other = ("above", "up_to") if of_index else ("up_to", "above")
    *first, last = grading.classes
    bad = [getattr(one, key) is None or getattr(one, other) is not None for one in first]
    if any(bad) or last.above is not None or last.up_to is not None:
        yield at(
            f"{place}.classes",
            f"除末级外各级须有 {key}（不得有 {other}），末级都没有",
            f"every grade but the last needs {key} (and no {other}), the last has neither",
        )
    if any((one.index is None) != of_index for one in grading.classes):
        yield at(
            f"{place}.classes",
            "按指标分级须写明各级的 index，按指数分级不得写",
            "grades by a criterion need an index each, grades by the index have none",
        )
    ends = grading.limits
    yield from _ascending(f"{place}.classes", ends if not of_index else ends[::-1])
    strange = [n for n in grading.suitable if not 1 <= n <= len(grading.classes)]
    if strange or not grading.suitable:
        yield at(
            f"{place}.suitable",
            f"须列出 1 至 {len(grading.classes)} 中的级",
            f"must name grades from 1 to {len(grading.classes)}",
        )


def _lowerings(scheme: Scheme) -> Iterator[Text]:
    for one in scheme.lowerings:
        for number, step in enumerate(one.steps, 1):
            limits = (step.above, step.at_least, step.below)
            n_limits = sum(limit is not None for limit in limits)
            if n_limits != 1 or (step.grades == 0) != step.to_last:
                yield at(
                    f"suitability.lowerings[{one.id}].steps[{number}]",
                    "须有 above、at_least、below 之一，并有 grades、to_last 之一",
                    "needs one of above, at_least and below, and one of grades and to_last",
                )


def _integration(scheme: Scheme) -> Iterator[Text]:
    if scheme.integration is None:
        return
    rows, n = scheme.integration.rows, len(scheme.grading.classes)
    uneven = len({len(row) for row in rows}) > 1
    strange = any(not 1 <= grade <= n for row in rows for grade in row)
    if len(rows) != n or uneven or strange:
        yield at(
            "suitability.integration.rows",
            f"须有 {n} 行，各行等长，值为 1 至 {n}",
            f"needs {n} rows of one length with grades from 1 to {n}",
        )


def _surfaces(scheme: Scheme) -> Iterator[Text]:
    for one in scheme.cost_surfaces:
        yield from _classes(f"suitability.cost_surfaces[{one.id}]", one.breaks, len(one.costs))
