"""A printed table, and rounding that adds up."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dzgis.terms import Text
from dzgis.units import (
    DECIMALS_HECTARE,
    DECIMALS_M2,
    DECIMALS_MU,
    balanced,
    hectares,
    mu,
    round_half_up,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PERCENT_DECIMALS = 2

Cell = str | float | int | Text | None


@dataclass(frozen=True)
class Unit:
    """A unit of area as tables print it."""

    text: Text
    decimals: int
    of: Callable[[float], float]


UNITS = (
    Unit(Text("m²", "m²"), DECIMALS_M2, float),
    Unit(Text("公顷", "ha"), DECIMALS_HECTARE, hectares),
    Unit(Text("亩", "mu"), DECIMALS_MU, mu),
)


@dataclass(frozen=True)
class Table:
    """
    A table as it is printed.

    Attributes
    ----------
    name : Text
        Short; names the sheet.
    title : Text
    columns : tuple of Text
    rows : tuple of tuple
    decimals : tuple of (int or None)
        Digits after the point of each column.
    notes : tuple of Text
    """

    name: Text
    title: Text
    columns: tuple[Text, ...]
    rows: tuple[tuple[Cell, ...], ...]
    decimals: tuple[int | None, ...]
    notes: tuple[Text, ...] = ()


def area_cells(area_m2: float) -> tuple[Cell, ...]:
    """Area in m², 公顷, 亩, each rounded from m² on its own; blank where not measured."""
    if math.isnan(area_m2):
        return (None, None, None)
    return tuple(round_half_up(unit.of(area_m2), unit.decimals) for unit in UNITS)


def percent_cell(share: float) -> Cell:
    """Share as a percentage with two decimals; blank where not measured."""
    return None if math.isnan(share) else round_half_up(100.0 * share, PERCENT_DECIMALS)


def balanced_rows(
    labels: Sequence[tuple[Cell, ...]], values: Sequence[Sequence[float]], unit: Unit
) -> tuple[list[tuple[Cell, ...]], float]:
    """
    Rows whose parts add up to their total, and whose columns add up to the last row (强制调平).

    Parameters
    ----------
    labels : sequence of tuples, n items
        Leading cells of each row.
    values : sequence of n sequences
        Parts of each row in m².
    unit : Unit

    Returns
    -------
    rows : list of n + 1 tuples
        Labels, parts, total; the last row sums the columns.
    residual : float
        Rounded true total less the printed one, in the unit.
    """
    printed = [balanced([unit.of(v) for v in row], unit.decimals) for row in values]
    full = [(*row, _sum(row, unit)) for row in printed]
    sums = tuple(_sum(column, unit) for column in zip(*full, strict=True))
    blank: tuple[Cell, ...] = ("",) * (len(labels[0]) - 1)
    total: tuple[Cell, ...] = (Text("合计", "total"), *blank, *sums)
    true = round_half_up(unit.of(sum(sum(row) for row in values)), unit.decimals)
    rows: list[tuple[Cell, ...]] = [(*label, *row) for label, row in zip(labels, full, strict=True)]
    return [*rows, total], round_half_up(true - sums[-1], unit.decimals)


def _sum(values: Sequence[float], unit: Unit) -> float:
    """Sum of printed figures, exact in the last digit."""
    scale = 10**unit.decimals
    return float(sum(round(value * scale) for value in values) / scale)
