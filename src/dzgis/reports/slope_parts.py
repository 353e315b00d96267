"""Slope classes of a parcel in printed digits that add up to its area, and their names."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from dzgis.terms import Text
from dzgis.units import apportioned

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from dzgis.reports.table import Unit

UNKNOWN = "unknown"
MEASURES: dict[str, tuple[Text, int]] = {
    "mean_deg": (Text("平均坡度 °", "mean slope °"), 2),
    "median_deg": (Text("中位坡度 °", "median slope °"), 2),
    "mean_sd_deg": (Text("平均坡度的标准差 °", "standard deviation of the mean °"), 2),
    "probability": (Text("平均坡度属低丘缓坡的概率", "probability that it is low-hill"), 4),
    "expected_share": (Text("低丘缓坡占比期望值", "expected share of low-hill land"), 4),
}
"""Other columns of `Facts.slopes`, with their digits."""


def slope_columns(table: pd.DataFrame) -> list[str | int]:
    """Columns of classes from flat to steep, the unknown one last."""
    numbered = [c for c in table.columns if str(c).isdigit()]
    return [*sorted(numbered, key=lambda c: int(str(c))), *([UNKNOWN] if UNKNOWN in table else [])]


def slope_parts(
    row: pd.Series[float], columns: Sequence[str | int], area_m2: float, unit: Unit
) -> list[float]:
    """Sizes of the classes in a unit, adding up to the parcel's area; none where not known."""
    sizes = [max(float(row[column]), 0.0) for column in columns]
    if not sizes or math.isnan(math.fsum(sizes) + area_m2):
        return []
    return apportioned([unit.of(m2) for m2 in sizes], unit.of(area_m2), unit.decimals)[0]


def slope_label(column: str | int, labels: Sequence[Text]) -> Text:
    """Name of a class, or its number where it has none."""
    if column == UNKNOWN:
        return Text("未知（高程缺测）", "unknown (no elevation)")
    n = int(str(column))
    return labels[n - 1] if n <= len(labels) else Text(f"第{n}级", f"class {n}")
