"""The comparison of areas (面积核对) as a table."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from dzgis.plan.schemes import area_comparison
from dzgis.reconcile import STATED
from dzgis.reports.table import UNITS, Cell, Table, balanced_rows
from dzgis.terms import Text, both_languages
from dzgis.units import DECIMALS_M2, round_half_up

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    import pandas as pd

_PERCENT_DECIMALS = 3
_NAMES = {
    "planar": Text("平面面积", "planar area"),
    "declared": Text("申报面积", "declared area"),
    "header": Text("TXT 文件头面积", "area in the TXT header"),
}


def area_table(areas: pd.DataFrame) -> Table:
    """
    Table 面积核对: a line a parcel, and the total of the areas of record.

    Parameters
    ----------
    areas : DataFrame, indexed by parcel_id
        As `dzgis.reconcile.reconcile_areas` gives it.
    """
    limits = area_comparison()
    rows, notes = _record_columns(areas)
    lines = areas.to_dict(orient="records")
    body = [(*row, *_beside(line)) for row, line in zip(rows, [*lines, {}], strict=False)]
    limit_note = Text(
        f"与椭球面积之差超过 {limits.warn_m2:g} m² 或 {limits.warn_pct:g} % 为“有出入”，超过 "
        f"{limits.error_pct:g} % 为“不符”；只归类，不改变面积。",
        f"differs: by more than {limits.warn_m2:g} m² or {limits.warn_pct:g} % from the "
        f"ellipsoidal area; contradicts: by more than {limits.error_pct:g} %; no area is altered.",
    )
    return Table(
        name=Text("面积核对", "areas"),
        title=Text(
            "面积核对：差 = 该面积 − 椭球面积（国土调查办发〔2008〕32号）",
            "areas side by side: difference = that area less the ellipsoidal area of record",
        ),
        columns=_columns(),
        rows=tuple(body),
        decimals=_decimals(),
        notes=(limit_note, both_languages(limits.source.note), *notes),
    )


def _record_columns(areas: pd.DataFrame) -> tuple[list[tuple[Cell, ...]], list[Text]]:
    """Parcel and area of record in each unit, the total last; and the residuals of rounding."""
    if areas.empty:
        return [], []
    labels: list[tuple[Cell, ...]] = [(str(one),) for one in areas.index]
    values = [[float(m2)] for m2 in areas["area_m2"]]
    columns, notes = [], []
    for unit in UNITS:
        rows, residual = balanced_rows(labels, values, unit)
        columns.append([row[1] for row in rows])
        shown = f"{residual:.{unit.decimals}f}"
        notes.append(
            Text(
                f"合计为各行之和；与未修约总数之差（修约残差）{shown} {unit.text.zh}。",
                f"the total sums the rows; residual against the unrounded total {shown} "
                f"{unit.text.en}.",
            )
        )
    names = [*(label[0] for label in labels), Text("合计", "total")]
    return [(name, *cells) for name, *cells in zip(names, *columns, strict=True)], notes


def _columns() -> tuple[Text, ...]:
    record = [Text(f"椭球面积 {unit.text.zh}", f"area {unit.text.en}") for unit in UNITS]
    head = [Text("地块编号", "parcel"), *record, Text("平面坐标系", "planar CRS")]
    for name, text in _NAMES.items():
        head += [
            Text(f"{text.zh} m²", f"{text.en} m²"),
            Text(f"{text.zh}之差 m²", f"{text.en}: difference m²"),
            Text(f"{text.zh}之差 %", f"{text.en}: difference %"),
        ]
        if name in STATED:
            head.append(Text(f"{text.zh}判别", f"{text.en}: agreement"))
    return tuple(head)


def _decimals() -> tuple[int | None, ...]:
    digits: list[int | None] = [None, *(unit.decimals for unit in UNITS), None]
    for name in _NAMES:
        digits += [DECIMALS_M2, DECIMALS_M2, _PERCENT_DECIMALS, *([None] if name in STATED else [])]
    return tuple(digits)


def _beside(line: Mapping[Hashable, Any]) -> tuple[Cell, ...]:
    """The areas beside the one of record; blanks for the line of the total."""
    if not line:
        return (None,) * (len(_columns()) - 1 - len(UNITS))
    cells: list[Cell] = [str(line["planar_crs"])]
    for name in _NAMES:
        cells += [
            _rounded(line[f"{name}_area_m2"], DECIMALS_M2),
            _rounded(line[f"{name}_difference_m2"], DECIMALS_M2),
            _rounded(line[f"{name}_difference_pct"], _PERCENT_DECIMALS),
        ]
        if name in STATED:
            cells.append(line[f"{name}_agreement"].text)
    return tuple(cells)


def _rounded(value: float, decimals: int) -> Cell:
    return None if math.isnan(value) else round_half_up(value, decimals)
