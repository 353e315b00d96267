"""The rules of candidate parcels as a person reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dzgis.plan.candidate_rules import Candidates

_BY = {
    "area": Text("面积，大者在前", "area, largest first"),
    "suitability": Text("适宜性，高者在前", "suitability, most suitable first"),
    "slope": Text("平均坡度，缓者在前", "mean slope, flattest first"),
}
_LABELS = {
    "min_area_ha": (Text("最小面积", "least area"), "公顷 ha"),
    "min_cell_share": (Text("像元可用比例", "least share of a cell"), ""),
    "min_width_m": (Text("最小宽度", "least width"), "m"),
    "max_area_ha": (
        Text("最大面积，更大的分开", "largest area, larger ones are parted"),
        "公顷 ha",
    ),
    "min_compactness": (Text("最小紧凑度", "least compactness"), ""),
    "max_mean_slope_deg": (Text("平均坡度上限", "steepest mean slope"), "°"),
    "fill_below_ha": (Text("填平天窗，至多", "gaps filled, up to"), "公顷 ha"),
    "straighten_m": (Text("取直退让，至多", "straight edges draw back, at most"), "m"),
    "best_n": (Text("每组团选", "chosen in each cluster"), "块 parcels"),
    "target_ha": (Text("每组团目标", "target in each cluster"), "公顷 ha"),
    "spacing_m": (Text("地块间距", "between parcels, at least"), "m"),
}


def candidate_rows(rules: Candidates) -> list[tuple[Text, str]]:
    """Each rule that asks for something: its label, and its value with the unit."""
    rows = [
        (label, f"{value:g} {unit}".rstrip())
        for key, (label, unit) in _LABELS.items()
        if (value := getattr(rules, key))
    ]
    rows += list(_distances(rules)) + list(_wanted(rules))
    by = _BY[rules.by]
    return [*rows, (Text("排序", "order"), f"{by.zh} {by.en}")]


def _distances(rules: Candidates) -> Iterator[tuple[Text, str]]:
    for near in rules.near:
        yield Text(f"距 {near.layer}", f"from {near.layer}"), f"≤ {near.at_most_m:g} m"
    for far in rules.far:
        yield Text(f"距 {far.layer}", f"from {far.layer}"), f"≥ {far.at_least_m:g} m"


def _wanted(rules: Candidates) -> Iterator[tuple[Text, str]]:
    for one in rules.wanted:
        label = Text(f"组团 {one.cluster}", f"cluster {one.cluster}")
        yield label, f"{one.best_n} 块 parcels" if one.best_n else f"{one.target_ha:g} 公顷 ha"
