"""Section 4, item by item: a page for each finding that is not clear, one table for the others."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from dzgis.reports.check_tables import conflict_frame, piece_areas
from dzgis.reports.document import (
    BLANK,
    Grid,
    Heading,
    KeyValues,
    PageBreak,
    Paragraph,
    Section,
)
from dzgis.reports.parcel_map import MapOf, parcel_map
from dzgis.reports.part_conclusion import item_text, short_name, verdict_text
from dzgis.reports.table import UNITS, Table
from dzgis.terms import Contact, Text, Verdict, role_text
from dzgis.units import round_half_up

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import geopandas as gpd
    import pandas as pd

    from dzgis.findings import Finding
    from dzgis.frames import Layer
    from dzgis.reports.context import ReportContext
    from dzgis.reports.document import Block
    from dzgis.reports.dossier import Dossier
    from dzgis.reports.table import Cell

_WIDTH_DECIMALS, _METRE_DECIMALS = 2, 2


def findings(dossier: Dossier, context: ReportContext, *, paged: bool = True) -> Section:
    """
    Every finding of a parcel.

    Parameters
    ----------
    dossier : Dossier
    context : ReportContext
    paged : bool
        Whether each finding begins a page.
    """
    every = dossier.parcel.findings
    shown = [f for f in every if f.verdict is not Verdict.CLEAR and not math.isnan(f.area_m2)]
    others = [f for f in every if f not in shown]
    heading = Heading(Text("逐项核查", "Findings item by item"))
    blocks: list[Block] = [heading] if others or not paged else [PageBreak(), heading]
    if not every:
        blocks.append(
            Paragraph(Text("该地块未能核查，见结论。", "Not checked; see the conclusion."))
        )
    if others:
        blocks += _together(dossier, others)
    for n, finding in enumerate(shown):
        if paged and (n or others):
            blocks.append(PageBreak())
        blocks += _alone(dossier, finding, context)
    return Section("parcels", tuple(blocks))


def _together(dossier: Dossier, several: Sequence[Finding]) -> Iterator[Block]:
    """Clear and unchecked findings, a line each."""
    yield Heading(Text("未发现压占及未核查的项目", "Items without conflict or not checked"), 2)
    rules = dossier.check.rule_set
    rows: list[tuple[Cell, ...]] = [
        (
            item_text(rules.rule(finding.rule)),
            rules.rule(finding.rule).text,
            verdict_text(finding),
            Text("必查", "required") if finding.required else Text("选查", "optional"),
            _dated(finding.reason, dossier.check.layer(finding.role)),
        )
        for finding in several
    ]
    yield Grid(
        Table(
            name=Text("未压占", "clear"),
            title=Text("未发现压占及未核查的项目", "Items without conflict or not checked"),
            columns=(
                Text("核查项", "item"),
                Text("规则", "rule"),
                Text("结论", "verdict"),
                Text("性质", "kind"),
                Text("说明", "reason"),
            ),
            rows=tuple(rows),
            decimals=(None,) * 5,
        ),
        (29, 33, 20, 15, 59),
    )


def _dated(reason: Text, layer: Layer) -> Text:
    if not layer.date:
        return reason
    return Text(f"{reason.zh}（图层截至 {layer.date}）", f"{reason.en} (layer of {layer.date})")


def _alone(dossier: Dossier, finding: Finding, context: ReportContext) -> Iterator[Block]:
    rule = dossier.check.rule_set.rule(finding.rule)
    item, verdict = item_text(rule), finding.verdict.text
    yield Heading(Text(f"{item.zh}：{verdict.zh}", f"{item.en}: {verdict.en}"), 2)
    said = finding.reason
    yield Paragraph(Text(f"{said.zh.rstrip('。')}。", said.en[:1].upper() + said.en[1:]))
    if finding.verdict is Verdict.CONDITIONAL:
        yield Paragraph(
            Text(
                "是否准予使用由主管部门依程序审定，本报告不作认定。",
                "Whether this may be permitted is for the competent authority; it is not decided "
                "here.",
            )
        )
    yield KeyValues(
        (
            (Text("核查规则", "Rule"), rule.text),
            (Text("核查图层", "Layer"), _layer_words(dossier.check.layer(finding.role), finding)),
            (Text("依据", "Basis"), finding.legal_basis or None),
        )
    )
    yield from pieces_grid(dossier, finding)
    caption = Text(f"{item.zh}压占位置图", f"Where the parcel meets {item.en}")
    figure = parcel_map(dossier, MapOf(caption, (finding.role,), (finding.rule,)), context)
    if figure is not None:
        yield figure


def _layer_words(layer: Layer, finding: Finding) -> Text:
    name = short_name(layer) or role_text(layer.role).zh
    date = Text(layer.date, layer.date) if layer.date else Text("日期不详", "no date")
    met = len(finding.feature_ids)
    return Text(
        f"{name}，现势日期 {date.zh}，{finding.status.text.zh}；"
        f"共 {layer.n_features} 个图斑，与本地块相关 {met} 个",
        f"{name}, {date.en}, {finding.status.text.en}; {layer.n_features} features, "
        f"{met} of them met by the parcel",
    )


def pieces_grid(dossier: Dossier, finding: Finding) -> Iterator[Block]:
    """Pieces of one finding, a row each, slivers too; they add up to its area."""
    frame = conflict_frame(dossier.check)
    mine = frame[frame["rule"] == finding.rule].reset_index(drop=True)
    if mine.empty or dossier.zone is None:
        return
    areas, residual = piece_areas(dossier.check, mine)
    points = mine.to_crs(dossier.zone.crs).geometry.representative_point()
    rows: list[tuple[Cell, ...]] = [
        (
            n + 1,
            *_feature(dossier.whole.features, finding.role, str(row.feature_ids)),
            Contact(row.contact).text,
            areas[n][0],
            areas[n][2],
            areas[n][1],
            round_half_up(float(row.width_m), _WIDTH_DECIMALS),
            round_half_up(point.y, _METRE_DECIMALS),
            round_half_up(point.x, _METRE_DECIMALS),
        )
        for n, (row, point) in enumerate(zip(mine.itertuples(), points, strict=True))
    ]
    rows.append((Text("合计", "total"), "", "", "", *_sums(areas), "", "", ""))
    yield Grid(_pieces_table(tuple(rows), residual), (12, 24, 19, 15, 19, 14, 15, 13, 21, 23))


def _sums(areas: Sequence[tuple[Cell, ...]]) -> tuple[Cell, ...]:
    """Sums of printed digits: m², 亩, 公顷."""
    m2, ha, in_mu = (
        round(math.fsum(float(str(row[n])) for row in areas), unit.decimals)
        for n, unit in enumerate(UNITS)
    )
    return (m2, in_mu, ha)


def _feature(features: pd.DataFrame | None, role: str, ids: str) -> tuple[Cell, Cell]:
    """Numbers and kinds of the features of a piece; the id where the layer has no number."""
    names, kinds = [], []
    for one in filter(None, ids.split(";")):
        number, kind = "", ""
        if features is not None and (role, one) in features.index:
            number = str(features.loc[(role, one), "number"])
            kind = str(features.loc[(role, one), "kind"])
        names.append(number or one)
        kinds.append(kind)
    said = list(dict.fromkeys(filter(None, kinds)))
    return ("、".join(names) or BLANK, "、".join(said) or BLANK)


def _pieces_table(rows: tuple[tuple[Cell, ...], ...], residual: float) -> Table:
    m2, ha, in_mu = (unit.decimals for unit in UNITS)
    return Table(
        name=Text("压占块", "pieces"),
        title=Text("压占明细", "Pieces"),
        columns=(
            Text("序号", "no."),
            Text("保护图斑编号", "feature"),
            Text("地类（等级）", "kind"),
            Text("类型", "contact"),
            Text("面积\nm²", "area\nm²"),
            Text("亩", "mu"),
            Text("公顷", "ha"),
            Text("平均宽度\nm", "width\nm"),
            Text("中心 X", "centre X"),
            Text("中心 Y", "centre Y"),
        ),
        rows=rows,
        decimals=(
            *(None,) * 4,
            m2,
            in_mu,
            ha,
            _WIDTH_DECIMALS,
            _METRE_DECIMALS,
            _METRE_DECIMALS,
        ),
        notes=(
            Text(
                f"各块调平至该项压占面积，归入最大块的残差至多 {residual:.{m2}f} m²；"
                "疑似边界误差照实计量，不丢弃、不放大。",
                f"Pieces are balanced to the finding's area, at most {residual:.{m2}f} m² given to "
                "the largest; slivers are measured as they are.",
            ),
        ),
    )


def sliver_rows(frame: gpd.GeoDataFrame) -> list[tuple[Cell, ...]]:
    """Lines of the list of likely boundary errors (疑似边界误差)."""
    slivers = frame[frame["contact"] == Contact.SLIVER]
    return [
        (
            str(row.parcel_id),
            role_text(str(row.role)),
            str(row.feature_ids),
            round_half_up(float(row.area_m2), UNITS[0].decimals),
            round_half_up(float(row.width_m), _WIDTH_DECIMALS),
        )
        for row in slivers.itertuples()
    ]
