"""Areas of slope classes, as `slope` prints them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dzgis.reports.table import UNITS, Cell, Table
from dzgis.terms import Text
from dzgis.units import DECIMALS_HECTARE, balanced, hectares, round_half_up

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from dzgis.plan.model import SlopeClasses

_UNKNOWN = Text("未知", "unknown")
_TOTAL = Text("合计", "total")
_SHARE_DECIMALS = 2


def slope_table(
    classes: SlopeClasses,
    n_cells: npt.NDArray[np.int64],
    m2: npt.NDArray[np.float64],
) -> Table:
    """
    Cells, share and area of each class, and their totals.

    Parameters
    ----------
    classes : SlopeClasses
        With k classes.
    n_cells, m2 : ndarray, (k + 1,)
        The unknown class first; ellipsoidal square metres.
    """
    names = [*classes.labels, _UNKNOWN]
    order = [*range(1, len(names)), 0]
    known = max(int(n_cells.sum()) - int(n_cells[0]), 1)
    shares = [
        round_half_up(100.0 * int(n_cells[n]) / known, _SHARE_DECIMALS) if n else None
        for n in order
    ]
    areas = [balanced([unit.of(float(m2[n])) for n in order], unit.decimals) for unit in UNITS]
    rows = [
        (name, int(n_cells[n]), share, *(area[place] for area in areas))
        for place, (name, n, share) in enumerate(zip(names, order, shares, strict=True))
    ]
    total = (_TOTAL, int(n_cells.sum()), None, *(sum(area) for area in areas))
    return Table(
        name=Text("坡度分级", "slope classes"),
        title=Text("坡度分级（椭球面积）", "slope classes (ellipsoidal areas)"),
        columns=(
            Text("坡度级", "class"),
            Text("像元数", "cells"),
            Text("占已知%", "% of known"),
            *(unit.text for unit in UNITS),
        ),
        rows=(*rows, total),
        decimals=(None, 0, _SHARE_DECIMALS, *(unit.decimals for unit in UNITS)),
        notes=(
            Text(
                "各级面积按最大余数法调平，合计等于未修约总数的修约值，残差为 0。",
                "areas are balanced by largest remainders; the total is the rounded true total, "
                "so that the residual is 0.",
            ),
        ),
    )


def sieve_table(classes: SlopeClasses, m2: npt.NDArray[np.float64]) -> Table:
    """
    What the clean-up of a slope map moved, from class to class.

    Parameters
    ----------
    classes : SlopeClasses
        With k classes.
    m2 : ndarray, (k + 1, k + 1)
        Raw classes down, cleaned-up ones across, the unknown one first.
    """
    order = range(1, len(classes.classes) + 1)
    rows: list[tuple[Cell, ...]] = []
    for n in order:
        own = [hectares(float(m2[n, to])) for to in order]
        raw, cleaned = hectares(float(m2[n].sum())), hectares(float(m2[:, n].sum()))
        rows.append((classes.labels[n - 1], *own, raw, cleaned, cleaned - raw))
    return Table(
        name=Text("图斑综合", "clean-up"),
        title=Text(
            "坡度图综合前后（公顷；行为原级，列为综合后）",
            "slope map before and after clean-up (ha)",
        ),
        columns=(
            Text("原级", "raw class"),
            *classes.labels,
            Text("综合前", "before"),
            Text("综合后", "after"),
            Text("差", "difference"),
        ),
        rows=tuple(rows),
        decimals=(None, *(DECIMALS_HECTARE for _ in range(len(classes.classes) + 3))),
    )
