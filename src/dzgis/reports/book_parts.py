"""What only a book of several parcels has: summary, index, and chapters."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dzgis.reports.check_tables import left_out
from dzgis.reports.document import Grid, Heading, PageBreak, Paragraph, Section, Style
from dzgis.reports.part_conclusion import item_text, size_text
from dzgis.reports.table import UNITS, Table, area_cells
from dzgis.terms import Text, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dzgis.findings import Check
    from dzgis.reports.document import Block
    from dzgis.reports.table import Cell

_CHAPTER_LEVEL = 2
_ROWS_AT_ONCE = 500
"""One table of ten thousand rows takes long to set."""
_GRAVEST_FIRST = tuple(reversed(Verdict))


@dataclass(frozen=True)
class IndexLine:
    """
    A parcel's line in the index.

    Attributes
    ----------
    parcel_id : str
    verdict : Text
    area_m2, deduplicated_area_m2 : float
    where : Cell
        File of its report, or why there is none.
    anchor : str
        Chapter of the same document; blank for none.
    """

    parcel_id: str
    verdict: Text
    area_m2: float
    deduplicated_area_m2: float
    where: Cell
    anchor: str = ""


def summary(check: Check) -> Section:
    """One sentence and one table over all parcels."""
    counts = {v: sum(p.verdict is v for p in check.parcels) for v in _GRAVEST_FIRST}
    zh = "、".join(f"{v.text.zh} {n} 个" for v, n in counts.items() if n)
    en = ", ".join(f"{v.text.en} {n}" for v, n in counts.items() if n)
    measured = [p.area_m2 for p in check.parcels if not math.isnan(p.area_m2)]
    size = size_text(math.fsum(measured))
    said = Text(
        f"经核查（基准日 {check.as_of}），申报地块 {len(check.parcels)} 个，椭球面积合计 {size.zh}"
        f"：{zh}。",
        f"Checked as of {check.as_of}: {len(check.parcels)} parcels, {size.en} on the ellipsoid: "
        f"{en}.",
    )
    blocks: tuple[Block, ...] = (
        Heading(Text("结论", "Conclusion")),
        Paragraph(said, Style.STRONG),
        Grid(_by_rule(check), (42, 17, 17, 17, 17, 17, 22, 18)),
    )
    return Section("conclusion", blocks)


def _by_rule(check: Check) -> Table:
    """Parcels by verdict under each rule, and the area pressed upon."""
    rows: list[tuple[Cell, ...]] = []
    unit = UNITS[1]
    for rule in check.rule_set.spatial:
        found = [f for p in check.parcels for f in p.findings if f.rule == rule.id]
        kinds = [None if left_out(f) else f.verdict for f in found]
        area = math.fsum(f.area_m2 for f in found if not math.isnan(f.area_m2))
        unchecked = kinds.count(None)
        counted = [kinds.count(v) for v in _GRAVEST_FIRST]
        size = None if unchecked == len(found) else area_cells(area)[1]
        rows.append((item_text(rule), *counted, unchecked, size))
    once = math.fsum(
        p.deduplicated_area_m2 for p in check.parcels if not math.isnan(p.deduplicated_area_m2)
    )
    overall = [sum(p.verdict is v for p in check.parcels) for v in _GRAVEST_FIRST]
    rows.append(
        (Text("地块综合结论（面积去重）", "overall (area once)"), *overall, "", area_cells(once)[1])
    )
    return Table(
        name=Text("总表", "summary"),
        title=Text("各核查项的地块数及压占面积", "Parcels by verdict and area under each item"),
        columns=(
            Text("核查项", "item"),
            *(verdict.text for verdict in _GRAVEST_FIRST),
            Text("未核查", "not checked"),
            Text("压占面积\n公顷", "area ha"),
        ),
        rows=tuple(rows),
        decimals=(None, *(0,) * len(_GRAVEST_FIRST), 0, unit.decimals),
    )


def index_section(lines: Sequence[IndexLine]) -> Section:
    """All parcels: verdict, area, and where their report is."""
    rows: list[tuple[Cell, ...]] = [
        (
            n,
            line.parcel_id,
            line.verdict,
            *area_cells(line.area_m2)[:2],
            area_cells(line.deduplicated_area_m2)[0],
            line.where,
        )
        for n, line in enumerate(lines, start=1)
    ]
    anchors = tuple(line.anchor for line in lines)
    tables = [
        Grid(
            _index_table(tuple(rows[first : first + _ROWS_AT_ONCE])),
            (11, 30, 31, 24, 18, 22, 36),
            anchors[first : first + _ROWS_AT_ONCE],
        )
        for first in range(0, len(rows), _ROWS_AT_ONCE)
    ]
    heading = Heading(Text("地块索引", "Index of parcels"))
    return Section("conclusion", (PageBreak(), heading, *tables))


def _index_table(rows: tuple[tuple[Cell, ...], ...]) -> Table:
    m2, ha, _ = (unit.decimals for unit in UNITS)
    first, last = (rows[0][0], rows[-1][0]) if rows else (0, 0)
    return Table(
        name=Text("地块索引", "index"),
        title=Text(f"地块索引（{first}—{last}）", f"Index of parcels ({first}-{last})"),
        columns=(
            Text("序号", "no."),
            Text("地块编号", "parcel"),
            Text("结论", "verdict"),
            Text("椭球面积\nm²", "area\nm²"),
            Text("公顷", "ha"),
            Text("去重压占\nm²", "under rules\nm²"),
            Text("页码／文件／说明", "page, file or reason"),
        ),
        rows=rows,
        decimals=(0, None, None, m2, ha, m2, None),
    )


def chapter(name: Text, anchor: str, sections: Iterable[Section]) -> Section:
    """Sections of one parcel as a chapter of a book: one heading above, theirs two levels down."""
    blocks: list[Block] = [PageBreak(), Heading(name, _CHAPTER_LEVEL, anchor)]
    for section in sections:
        blocks += [
            replace(block, level=block.level + _CHAPTER_LEVEL)
            if isinstance(block, Heading)
            else block
            for block in section.blocks
        ]
    return Section("parcels", tuple(blocks))
