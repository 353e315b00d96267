"""Areas of the land account as the planner's report and tables.xlsx print them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from dzgis.plan.exclusions import JOINT, Effect
from dzgis.reports.balanced_table import Areas, Sum
from dzgis.reports.planner_names import (
    LEVELS,
    TOTAL,
    UNKNOWN_SLOPE,
    exclusion_text,
    place_text,
    taken_text,
)
from dzgis.terms import LayerStatus, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from dzgis.reports.planner_figures import PlannerFigures
    from dzgis.reports.table import Cell

LOW_HILL = Text("低丘缓坡", "low-hill land")
AVAILABLE = Text("可用", "available")
CONDITIONAL = Text("其中须有条件", "of that with conditions")
TAKES_LAND = (Effect.HARD, Effect.WEIGHTED)
GONE = (LayerStatus.ABSENT, LayerStatus.INVALID)
_ROUNDING_M2 = 0.01
"""Differences of sums below this are those of floating point."""


def place_labels(
    figures: PlannerFigures, level: str, places: Iterable[object]
) -> tuple[tuple[Cell, ...], ...]:
    """Code and name of each place."""
    return tuple((str(p), place_text(figures.plan, level, str(p))) for p in places)


def place_head(level: str) -> tuple[Text, ...]:
    """Names of the leading columns."""
    return (Text("代码", "code"), LEVELS[level])


def class_areas(
    figures: PlannerFigures, level: str = "county", classes: pd.DataFrame | None = None
) -> Areas:
    """All ground by slope class; other `classes` are those after the official clean-up."""
    table = figures.tables.classes[level] if classes is None else classes
    scheme = figures.plan.slope_classes
    n = len(scheme.classes)
    order = [*range(1, n + 1), "unknown"]
    after = Text("，图斑综合后", ", after clean-up") if classes is not None else Text("", "")
    name = Text(f"{LEVELS[level].zh}×坡度级", f"{LEVELS[level].en} x class")
    return Areas(
        name=Text(f"{name.zh}{after.zh}", f"{name.en}{after.en}"),
        title=Text(
            f"{name.zh}面积{after.zh}，椭球面积，上含下不含",
            f"areas by {LEVELS[level].en} and slope class{after.en}, ellipsoidal, right-closed",
        ),
        head=place_head(level),
        labels=place_labels(figures, level, table.index),
        parts=(*scheme.labels, UNKNOWN_SLOPE),
        values=tuple(tuple(float(v) for v in row) for row in table[order].to_numpy()),
        sums=(
            Sum(TOTAL, tuple(range(n + 1))),
            Sum(LOW_HILL, tuple(number - 1 for number in scheme.low_hill)),
        ),
    )


def net_areas(figures: PlannerFigures, level: str) -> Areas:
    """Ground of places: other, unknown, taken of low hills, available, of that conditional."""
    table = figures.tables.net[level]
    rows = [
        (
            _no_less(row["area_m2"] - row["unknown_m2"] - row["raw_m2"]),
            float(row["unknown_m2"]),
            float(row["taken_m2"]),
            _no_less(row["available_m2"] - row["conditional_m2"]),
            float(row["conditional_m2"]),
        )
        for row in table.to_dict(orient="records")
    ]
    return Areas(
        name=Text(f"可用地 {LEVELS[level].zh}", f"available by {LEVELS[level].en}"),
        title=Text(
            f"{LEVELS[level].zh}：低丘缓坡与可用地",
            f"low-hill and available land by {LEVELS[level].en}",
        ),
        head=place_head(level),
        labels=place_labels(figures, level, table.index),
        parts=(
            Text("其他坡度", "other slopes"),
            UNKNOWN_SLOPE,
            Text("已扣除", "taken"),
            Text("无条件可用", "without conditions"),
            CONDITIONAL,
        ),
        values=tuple(rows),
        sums=(
            Sum(TOTAL, (0, 1, 2, 3, 4)),
            Sum(LOW_HILL, (2, 3, 4)),
            Sum(AVAILABLE, (3, 4)),
        ),
        notes=(
            Text(
                "低丘缓坡 − 已扣除 = 可用；有条件的土地仍计入可用，使用前须另行审核。",
                "low-hill land − taken = available; conditional ground counts as available and "
                "needs approval.",
            ),
        ),
    )


def _no_less(value: float) -> float:
    """A difference that floating point may have left a hair below 0."""
    if value < -_ROUNDING_M2:
        raise ValueError(value)
    return max(float(value), 0.0)


def taking(figures: PlannerFigures) -> tuple[str, ...]:
    """Ids of the exclusions that take land, in the set's order."""
    return tuple(e.id for e in figures.account.exclusions.exclusions if e.effect in TAKES_LAND)


def absent(figures: PlannerFigures) -> frozenset[str]:
    """Ids of the exclusions without a layer that could be used: nothing is known of them."""
    return frozenset(s.exclusion for s in figures.account.states if s.status in GONE)


def loss(figures: PlannerFigures, level: str, column: str) -> pd.DataFrame:
    """One column of the losses, place × exclusion; NaN where the layer is absent."""
    table = figures.tables.losses[level][column].unstack(level=1)  # noqa: PD010
    places = figures.tables.net[level].index
    table = table.reindex(index=places, columns=list(figures.account.exclusions.ids))
    gone = [one for one in table.columns if one in absent(figures)]
    table.loc[:, [one for one in table.columns if one not in gone]] = table.drop(
        columns=gone
    ).fillna(0.0)
    table[gone] = math.nan
    return table


def waterfall_areas(figures: PlannerFigures, level: str) -> Areas:
    """What each exclusion takes of low hills, shared ground split evenly; what is left; all."""
    names = taking(figures)
    taken = loss(figures, level, "attributed_m2")[list(names)]
    net = figures.tables.net[level]
    n = len(names)
    rows = tuple(
        (*(float(v) for v in taken.loc[place]), float(net.loc[place, "available_m2"]))
        for place in net.index
    )
    return Areas(
        name=Text(f"扣除分析 {LEVELS[level].zh}", f"waterfall by {LEVELS[level].en}"),
        title=Text(
            f"{LEVELS[level].zh}：低丘缓坡扣除分析（与次序无关，共占部分均分）",
            f"what is taken from low-hill land by {LEVELS[level].en}, in no order: shared ground "
            "is split evenly",
        ),
        head=place_head(level),
        labels=place_labels(figures, level, net.index),
        parts=(*(exclusion_text(figures.account.exclusions, one) for one in names), AVAILABLE),
        values=rows,
        sums=(Sum(LOW_HILL, tuple(range(n + 1))),),
        notes=absent_notes(figures),
    )


def absent_notes(figures: PlannerFigures) -> tuple[Text, ...]:
    """Say which exclusions took nothing for want of a layer."""
    names = [
        exclusion_text(figures.account.exclusions, one)
        for one in figures.account.exclusions.ids
        if one in absent(figures)
    ]
    if not names:
        return ()
    return (
        Text(
            "“—”为缺图层或图层不可用，未作扣除，可用地因此偏大："
            f"{'、'.join(n.zh for n in names)}。",
            "a dash: the layer is absent or cannot be used, nothing was deducted, and available "
            f"land is overstated: {', '.join(n.en for n in names)}.",
        ),
    )


def combination_areas(figures: PlannerFigures, most: int | None = None) -> Areas:
    """Low-hill ground by all that holds on it, largest first; beyond `most` rows, summed."""
    table = figures.tables.combinations.sort_values(
        ["m2", "taken"], ascending=[False, True], kind="stable"
    )
    rows = [
        (str(r["taken"]), float(r["m2"]), float(r["left_m2"]))
        for r in table.to_dict(orient="records")
    ]
    shown = rows if most is None or len(rows) <= most else rows[:most]
    rest = rows[len(shown) :]
    exclusions = figures.account.exclusions
    labels: list[tuple[Cell, ...]] = [
        (taken_text(exclusions, taken), len([one for one in taken.split(JOINT) if one]))
        for taken, _, _ in shown
    ]
    values = [(_no_less(m2 - left), left) for _, m2, left in shown]
    if rest:
        labels.append((Text(f"其余 {len(rest)} 种组合", f"{len(rest)} other combinations"), None))
        left = math.fsum(one[2] for one in rest)
        values.append((_no_less(math.fsum(one[1] for one in rest) - left), left))
    return Areas(
        name=Text("组合", "combinations"),
        title=Text(
            "低丘缓坡按同时成立的排除条件组合", "low-hill land by the exclusions that hold together"
        ),
        head=(Text("组合", "combination"), Text("项数", "number")),
        labels=tuple(labels),
        parts=(Text("不可用", "not available"), AVAILABLE),
        values=tuple(values),
        sums=(Sum(LOW_HILL, (0, 1)),),
    )


def land_class_areas(figures: PlannerFigures, *, by_county: bool) -> Areas | None:
    """Land classes: other ground, taken low hills, available; None where none were given."""
    table = figures.tables.land_classes
    if table.empty:
        return None
    if not by_county:
        table = table.groupby(level="land_class", sort=False).sum()
    labels: list[tuple[Cell, ...]] = []
    values = []
    for key, row in zip(table.index, table.to_dict(orient="records"), strict=True):
        county, code = key if by_county else ("", key)
        where: Cell = place_text(figures.plan, "county", str(county)) if by_county else TOTAL
        labels.append((where, str(code), _class_name(figures, str(code))))
        values.append(
            (
                _no_less(row["area_m2"] - row["raw_m2"]),
                _no_less(row["raw_m2"] - row["available_m2"]),
                float(row["available_m2"]),
            )
        )
    head = (LEVELS["county"], Text("地类编码", "class"), Text("地类", "land class"))
    return Areas(
        name=Text("地类", "land classes"),
        title=Text(
            "地类：面积、低丘缓坡与可用地", "land classes: area, low-hill and available land"
        ),
        head=head if by_county else head[1:],
        labels=tuple(label if by_county else label[1:] for label in labels),
        parts=(
            Text("低丘缓坡以外", "not low-hill"),
            Text("低丘缓坡已扣除", "low-hill taken"),
            AVAILABLE,
        ),
        values=tuple(values),
        sums=(Sum(LOW_HILL, (1, 2)), Sum(TOTAL, (0, 1, 2))),
    )


def _class_name(figures: PlannerFigures, code: str) -> Text:
    if not code:
        return Text("地类未知", "not known")
    return figures.account.land_classes.get(code) or Text(code, code)
