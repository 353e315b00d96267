"""Areas of slope classes, as `slope` prints them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dzgis.reports.table import UNITS, Table
from dzgis.terms import Text
from dzgis.units import balanced, round_half_up

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dzgis.plan.model import SlopeClasses

_UNKNOWN = Text("未知", "unknown")
_TOTAL = Text("合计", "total")
_SHARE_DECIMALS = 2


def slope_table(classes: SlopeClasses, n_cells: Sequence[int], m2: Sequence[float]) -> Table:
    """
    Cells, share and area of each class, and their totals.

    Parameters
    ----------
    classes : SlopeClasses
        With k classes.
    n_cells, m2 : sequence of k + 1 numbers
        The unknown class first; ellipsoidal square metres.
    """
    names = [*classes.labels, _UNKNOWN]
    order = [*range(1, len(names)), 0]
    known = max(sum(n_cells) - n_cells[0], 1)
    shares = [
        round_half_up(100.0 * n_cells[n] / known, _SHARE_DECIMALS) if n else None for n in order
    ]
    areas = [balanced([unit.of(float(m2[n])) for n in order], unit.decimals) for unit in UNITS]
    rows = [
        (name, int(n_cells[n]), share, *(area[place] for area in areas))
        for place, (name, n, share) in enumerate(zip(names, order, shares, strict=True))
    ]
    total = (_TOTAL, int(sum(n_cells)), None, *(sum(area) for area in areas))
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
    )
