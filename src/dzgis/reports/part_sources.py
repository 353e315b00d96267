"""Section 7, data and how recent they are (数据来源与时效)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dzgis.reports.document import Grid, Heading, Paragraph, Section
from dzgis.reports.part_conclusion import short_name
from dzgis.reports.table import Table
from dzgis.terms import LayerStatus, Text, both_languages, role_text

if TYPE_CHECKING:
    from dzgis.findings import Check
    from dzgis.frames import Layer
    from dzgis.reports.document import Block
    from dzgis.reports.table import Cell

_HASH_LINE = 16


def sources(check: Check) -> Section:
    """Every layer that the rules name, used or not."""
    blocks: list[Block] = [
        Heading(Text("数据来源与时效", "Data and how recent they are")),
        Grid(_table(check), (22, 21, 20, 20, 12, 14, 32, 37)),
    ]
    blocks += [
        Paragraph(Text(f"说明：{said.zh.rstrip('。')}。", f"Note: {said.en}"))
        for said in _remarks(check)
    ]
    return Section("sources", tuple(blocks))


def date_range(check: Check) -> Cell:
    """First and last day of the layers that were used."""
    days = sorted(layer.date for layer in check.layers if layer.date)
    if not days:
        return None
    return days[0] if days[0] == days[-1] else f"{days[0]} — {days[-1]}"


def _table(check: Check) -> Table:
    return Table(
        name=Text("数据源", "sources"),
        title=Text("核查所用图层", "Layers of this check"),
        columns=(
            Text("图层", "layer"),
            Text("来源（代码）", "source"),
            Text("现势日期", "date"),
            Text("有效期至", "valid until"),
            Text("要素数", "features"),
            Text("状态", "status"),
            Text("覆盖范围", "coverage"),
            Text("SHA-256", "SHA-256"),
        ),
        rows=tuple(_row(layer) for layer in check.layers),
        decimals=(None, None, None, None, 0, None, None, None),
        notes=(
            Text(
                "提供单位以来源文件随附的说明为准；本报告不认定图层的法律效力。",
                "Providers are those named with the files; this report does not rule on the legal "
                "force of a layer.",
            ),
        ),
    )


def _row(layer: Layer) -> tuple[Cell, ...]:
    absent = layer.status is LayerStatus.ABSENT
    digest = layer.sha256
    lines = [digest[n : n + _HASH_LINE] for n in range(0, len(digest), _HASH_LINE)]
    return (
        role_text(layer.role),
        short_name(layer) or None,
        layer.date or None,
        layer.valid_until or None,
        None if absent else layer.n_features,
        layer.status.text,
        layer.extent_basis or layer.reason,
        "\n".join(lines) or None,
    )


def _remarks(check: Check) -> list[Text]:
    """What is odd about layers, and what must be repeated of them; each once."""
    notes = [both_languages(layer.note) for layer in check.layers if layer.note]
    return list(dict.fromkeys([*check.notes, *notes]))
