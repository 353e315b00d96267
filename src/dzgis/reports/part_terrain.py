"""Section 5, slope and basins (坡度与坝区), with how sure they are."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from dzgis.reports.document import Grid, Heading, KeyValues, Paragraph, Section
from dzgis.reports.part_conclusion import size_text
from dzgis.reports.part_land import TOTAL
from dzgis.reports.slope_parts import slope_columns, slope_label, slope_parts
from dzgis.reports.table import PERCENT_DECIMALS, UNITS, Table
from dzgis.terms import Text
from dzgis.units import balanced, round_half_up

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from dzgis.reports.context import ReportContext
    from dzgis.reports.document import Block
    from dzgis.reports.dossier import Dossier
from dzgis.reports.table import Cell


def terrain(dossier: Dossier, context: ReportContext) -> Section:
    """Slope classes, mean slope and its certainty, ground in basins."""
    blocks: list[Block] = [Heading(Text("坡度与坝区", "Slope and basins"))]
    facts = dossier.check.facts
    if facts is None or facts.slopes is None:
        blocks.append(
            Paragraph(
                Text(
                    "未提供高程数据，坡度未统计。", "No elevation was given; slopes are not known."
                )
            )
        )
    else:
        blocks += _slopes(facts.slopes, dossier, context.slope_labels)
    if facts is None or facts.basins is None:
        blocks.append(Paragraph(Text("坝区占用面积未统计。", "Ground in basins is not known.")))
    else:
        blocks.append(Paragraph(_basin_sentence(facts.basins.iloc[0])))
    if facts is not None:
        blocks += [Paragraph(note) for note in facts.notes]
    return Section("parcels", tuple(blocks))


def _slopes(table: pd.DataFrame, dossier: Dossier, labels: Sequence[Text]) -> Iterator[Block]:
    row = table.iloc[0]
    yield KeyValues(tuple(_steepness(row)))
    columns, unit = slope_columns(table), UNITS[1]
    parts = slope_parts(row, columns, dossier.parcel.area_m2, unit)
    if not parts:
        return  # no elevation under the parcel: there is nothing to add up
    sizes = [max(float(row[column]), 0.0) for column in columns]
    whole = math.fsum(sizes)
    shares = balanced([100.0 * m2 / whole if whole else 0.0 for m2 in sizes], PERCENT_DECIMALS)
    rows: list[tuple[Cell, ...]] = [
        (slope_label(column, labels), part, share)
        for column, part, share in zip(columns, parts, shares, strict=True)
    ]
    rows.append(
        (
            TOTAL,
            round(math.fsum(parts), unit.decimals),
            round(math.fsum(shares), PERCENT_DECIMALS),
        )
    )
    yield Grid(
        Table(
            name=Text("坡度", "slope"),
            title=Text("坡度分级面积", "Area of each slope class"),
            columns=(
                Text("坡度级", "class"),
                Text("椭球面积 公顷", "ellipsoidal ha"),
                Text("占地块 %", "share %"),
            ),
            rows=tuple(rows),
            decimals=(None, unit.decimals, PERCENT_DECIMALS),
        ),
        (50, 40, 30),
    )


def _steepness(row: pd.Series[float]) -> Iterator[tuple[Text, Cell]]:
    for column, name in (
        ("mean_deg", Text("平均坡度", "Mean slope")),
        ("median_deg", Text("中位坡度", "Median slope")),
        ("mean_sd_deg", Text("平均坡度的标准差（高程误差所致）", "Its standard deviation")),
    ):
        if column in row.index:
            yield name, _degrees(float(row[column]))
    if "probability" in row.index and not math.isnan(float(row["probability"])):
        percent = round_half_up(100.0 * float(row["probability"]), 1)
        yield (
            Text("平均坡度属低丘缓坡的概率", "Probability that it is low-hill"),
            f"{percent:.1f} %",
        )
    if "expected_share" in row.index and not math.isnan(float(row["expected_share"])):
        percent = round_half_up(100.0 * float(row["expected_share"]), 1)
        yield Text("低丘缓坡面积占比期望值", "Expected share of low-hill land"), f"{percent:.1f} %"


def _degrees(value: float) -> Cell:
    return None if math.isnan(value) else f"{round_half_up(value, 1):.1f}°"


def _basin_sentence(row: pd.Series[float]) -> Text:
    area = float(row["area_m2"])
    if math.isnan(area):
        return Text("坝区占用面积未知。", "Ground in basins is not known.")
    size = size_text(area)
    percent = f"{round_half_up(100.0 * float(row['share']), PERCENT_DECIMALS):.2f}"
    source = str(row["source"]) if "source" in row.index else ""
    return Text(
        f"占用坝子面积 {size.zh}，占地块 {percent}%。"
        + (f"坝区界限：{source}。" if source else ""),
        f"Ground in basins: {size.en}, {percent} % of the parcel."
        + (f" Basins: {source}." if source else ""),
    )
