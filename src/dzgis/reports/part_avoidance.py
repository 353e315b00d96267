"""The smallest change that clears a parcel (避让建议), and what other rule sets would say."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from dzgis.reports.document import Grid, Heading, KeyValues, Paragraph, Section
from dzgis.reports.parcel_map import MapOf, parcel_map
from dzgis.reports.part_conclusion import size_text
from dzgis.reports.table import UNITS, Table, area_cells
from dzgis.terms import Text, Verdict
from dzgis.units import round_half_up

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dzgis.reports.context import ReportContext
    from dzgis.reports.document import Block
    from dzgis.reports.dossier import Dossier
    from dzgis.reports.table import Cell


def avoidance(dossier: Dossier, context: ReportContext) -> Section | None:
    """What would be kept after the smallest change; None where none was sought."""
    found = dossier.check.avoidance
    if found is None or found.empty:
        return None
    row = found.iloc[0]
    blocks: list[Block] = [
        Heading(Text("避让建议", "How to avoid the conflict")),
        Paragraph(_sentence(row)),
        KeyValues(tuple(_measures(row))),
    ]
    pressed = tuple(f.rule for f in dossier.parcel.findings if f.verdict is Verdict.PROHIBITED)
    caption = Text("避让方案示意图", "What would be kept")
    figure = parcel_map(dossier, MapOf(caption, (), pressed, kept=True), context)
    if figure is not None:
        blocks.append(figure)
    return Section("parcels", tuple(blocks))


def _sentence(row: object) -> Text:
    kept, cut = size_text(float(row["kept_m2"])), size_text(float(row["cut_m2"]))  # type: ignore[index]
    reason = row["reason"]  # type: ignore[index]
    why = reason if isinstance(reason, Text) else Text(str(reason or ""), str(reason or ""))
    usable = bool(row["usable"])  # type: ignore[index]
    word = Text("仍可利用", "can still be used") if usable else Text("难以利用", "is hardly usable")
    return Text(
        f"避让禁止类图斑的最小调整为退让 {cut.zh}，保留 {kept.zh}，保留部分{word.zh}。"
        f"{why.zh.rstrip('。')}{'。' if why.zh else ''}",
        f"The smallest change gives up {cut.en} and keeps {kept.en}, which {word.en}. {why.en}",
    )


def _measures(row: object) -> Iterator[tuple[Text, Cell]]:
    unit = UNITS[0]
    for column, name in (
        ("kept_m2", Text("保留面积", "Kept")),
        ("cut_m2", Text("退让面积", "Given up")),
    ):
        value = round_half_up(float(row[column]), unit.decimals)  # type: ignore[index]
        yield name, f"{value:.{unit.decimals}f} m²"
    yield Text("保留部分块数", "Parts kept"), str(int(row["n_parts"]))  # type: ignore[index]
    width, compact = float(row["width_m"]), float(row["compactness"])  # type: ignore[index]
    yield Text("保留部分宽度", "Width kept"), None if math.isnan(width) else f"{width:.1f} m"
    yield Text("紧凑度", "Compactness"), None if math.isnan(compact) else f"{compact:.2f}"


def comparison(dossier: Dossier) -> Section | None:
    """Verdicts under other rule sets beside that of this check; None without any."""
    if not dossier.whole.others:
        return None
    own = dossier.parcel
    sets = [(dossier.whole.rule_set, own)] + [
        (check.rule_set, parcel)
        for check, parcel in zip(dossier.whole.others, dossier.others, strict=True)
        if parcel is not None
    ]
    rows: list[tuple[Cell, ...]] = [
        (
            rules.text,
            rules.version or None,
            parcel.verdict.text,
            *area_cells(parcel.deduplicated_area_m2)[:2],
            Text("本报告", "this report")
            if parcel is own
            else Text("一致", "the same")
            if parcel.verdict is own.verdict
            else Text("不同", "differs"),
        )
        for rules, parcel in sets
    ]
    table = Table(
        name=Text("规则比较", "comparison"),
        title=Text("不同规则下的核查结论", "Verdicts under different rules"),
        columns=(
            Text("规则集", "rules"),
            Text("版本", "version"),
            Text("结论", "verdict"),
            Text("去重压占 m²", "area m²"),
            Text("公顷", "ha"),
            Text("与本报告", "against this"),
        ),
        rows=tuple(rows),
        decimals=(None, None, None, UNITS[0].decimals, UNITS[1].decimals, None),
    )
    blocks = (
        Heading(Text("规则比较", "Comparison of rules")),
        Grid(table, (45, 22, 28, 22, 18, 20)),
    )
    return Section("parcels", blocks)
