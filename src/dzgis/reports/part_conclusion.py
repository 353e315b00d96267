"""Section 1, the conclusion: one sentence and one table on one page."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from dzgis.reports.check_tables import is_allowed, left_out
from dzgis.reports.document import BLANK, Grid, Heading, Paragraph, Section, Style
from dzgis.reports.table import PERCENT_DECIMALS, UNITS, Table, area_cells, percent_cell
from dzgis.terms import Contact, LayerStatus, Text, Verdict, role_text
from dzgis.units import round_half_up

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dzgis.findings import Finding, ParcelCheck
    from dzgis.frames import Layer
    from dzgis.plan.rules import Rule
    from dzgis.reports.document import Block
    from dzgis.reports.dossier import Dossier
    from dzgis.reports.table import Cell

NOT_CHECKED = Text("未核查", "not checked")
_M2, _HECTARES, _MU = UNITS
_WEIGHTS = (26, 19, 16, 18, 12, 14, 12, 45)


def conclusion(dossier: Dossier) -> Section:
    """Verdict on one parcel."""
    parcel = dossier.parcel
    blocks: list[Block] = [Heading(Text("结论", "Conclusion"))]
    if parcel.fault is not None:
        why = parcel.fault
        said = Text(
            f"地块 {parcel.parcel_id} 无法核查：{why.zh}。综合结论：{parcel.verdict.text.zh}。",
            f"Parcel {parcel.parcel_id} cannot be checked: {why.en}. "
            f"Overall: {parcel.verdict.text.en}.",
        )
        blocks.append(Paragraph(said, Style.STRONG))
    else:
        blocks.append(Paragraph(_sentence(dossier), Style.STRONG))
        blocks.append(Grid(_table(dossier), _WEIGHTS))
    blocks += _override(parcel)
    return Section("conclusion", tuple(blocks))


def size_text(area_m2: float) -> Text:
    """Area in 公顷 and 亩 as sentences have it."""
    ha = f"{round_half_up(_HECTARES.of(area_m2), _HECTARES.decimals):.{_HECTARES.decimals}f}"
    in_mu = f"{round_half_up(_MU.of(area_m2), _MU.decimals):.{_MU.decimals}f}"
    return Text(f"{ha}公顷（{in_mu}亩）", f"{ha} ha ({in_mu} mu)")


def item_text(rule: Rule) -> Text:
    """What a rule checks, with its number: P06 永久基本农田."""
    name = role_text(str(rule.role))
    return Text(f"{rule.id} {name.zh}", f"{rule.id} {name.en}")


def verdict_text(finding: Finding) -> Text:
    """Words for a finding's verdict; an optional layer that was not there is not checked."""
    return NOT_CHECKED if left_out(finding) else finding.verdict.text


def short_name(layer: Layer) -> str:
    """Name of a layer within its file, else of the file."""
    return PurePath(layer.source).name.rpartition("::")[2]


def layer_text(layer: Layer) -> Text:
    """Short name and date of a layer."""
    if layer.status is LayerStatus.ABSENT:
        return layer.status.text
    name = short_name(layer)
    date = layer.date or Text("日期不详", "no date")
    zh, en = (date.zh, date.en) if isinstance(date, Text) else (date, date)
    return Text(f"{name}\n{zh}", f"{name}\n{en}")


def _sentence(dossier: Dossier) -> Text:
    parcel, check = dossier.parcel, dossier.check
    size = size_text(parcel.area_m2)
    parts = [*_pressed(dossier), *_slight(parcel), *_open(parcel), *_clear(parcel)]
    zh = "；".join(part.zh for part in parts)
    en = "; ".join(part.en for part in parts)
    total = _together(parcel)
    return Text(
        f"经核查（基准日 {check.as_of}），地块 {parcel.parcel_id} 椭球面积 {size.zh}，{zh}。"
        f"{total.zh}综合结论：{parcel.verdict.text.zh}。",
        f"Checked as of {check.as_of}: parcel {parcel.parcel_id} has {size.en} on the ellipsoid; "
        f"{en}. {total.en}Overall: {parcel.verdict.text.en}.",
    )


def _pressed(dossier: Dossier) -> Iterator[Text]:
    for finding in dossier.parcel.findings:
        if finding.verdict not in (Verdict.PROHIBITED, Verdict.CONDITIONAL):
            continue
        rule = dossier.check.rule_set.rule(finding.rule)
        item, size = item_text(rule), size_text(finding.area_m2)
        percent = f"{percent_cell(finding.share):.{PERCENT_DECIMALS}f}"
        outside = rule.trigger == "outside"
        yield Text(
            f"{'超出' if outside else '压占'}{item.zh}{finding.n_pieces}块、{size.zh}，"
            f"占地块 {percent}%",
            f"{'beyond' if outside else 'on'} {item.en}: {finding.n_pieces} piece(s), {size.en}, "
            f"{percent} % of the parcel",
        )


def _slight(parcel: ParcelCheck) -> Iterator[Text]:
    names = _names(parcel, Verdict.WITHIN_TOLERANCE)
    if names.zh:
        yield Text(
            f"与{names.zh}的重叠在容差之内，列入待复核",
            f"overlaps {names.en} within tolerance, to be reviewed",
        )


def _open(parcel: ParcelCheck) -> Iterator[Text]:
    names = _names(parcel, Verdict.UNDETERMINED, optional=False)
    if names.zh:
        yield Text(f"{names.zh}无法判定", f"{names.en} cannot be determined")
    unchecked = _names(parcel, Verdict.UNDETERMINED, optional=True)
    if unchecked.zh:
        yield Text(f"{unchecked.zh}未核查", f"{unchecked.en} not checked")


def _clear(parcel: ParcelCheck) -> Iterator[Text]:
    """Layers that are not met; those that are met, yet do not restrict this kind of project."""
    allowed = [f for f in parcel.findings if is_allowed(f)]
    for finding in allowed:
        name, size = role_text(finding.role), size_text(finding.area_m2)
        yield Text(
            f"涉及{name.zh}（{finding.rule}）{size.zh}，按该规则对本类项目不作限制",
            f"on {name.en} ({finding.rule}): {size.en}, which that rule does not restrict for this "
            "kind of project",
        )
    names = _names(replace(parcel, findings=_without(parcel, allowed)), Verdict.CLEAR)
    if names.zh:
        yield Text(f"未发现压占{names.zh}", f"no conflict with {names.en} found")


def _without(parcel: ParcelCheck, some: list[Finding]) -> tuple[Finding, ...]:
    """Findings about other layers than those of some."""
    roles = {finding.role for finding in some}
    return tuple(finding for finding in parcel.findings if finding.role not in roles)


def _names(parcel: ParcelCheck, verdict: Verdict, *, optional: bool | None = None) -> Text:
    """Layers with a verdict, each once; without those that another finding presses on."""
    graver = {f.role for f in parcel.findings if f.verdict.gravity > verdict.gravity}
    names = [
        role_text(role)
        for role in dict.fromkeys(
            f.role
            for f in parcel.findings
            if f.verdict is verdict and optional in (None, left_out(f))
        )
        if verdict is not Verdict.CLEAR or role not in graver
    ]
    return Text("、".join(n.zh for n in names), ", ".join(n.en for n in names))


def _together(parcel: ParcelCheck) -> Text:
    """What is pressed upon altogether, each square metre once."""
    if not parcel.deduplicated_area_m2 > 0.0:
        return Text("", "")
    whole, worst = size_text(parcel.deduplicated_area_m2), size_text(parcel.prohibited_area_m2)
    return Text(
        f"去重后压占合计 {whole.zh}，其中禁止类 {worst.zh}。",
        f"Together, each square metre once: {whole.en}, of which prohibited {worst.en}. ",
    )


def _lines(dossier: Dossier) -> Iterator[tuple[Cell, ...]]:
    """A line a finding; those of a layer that find nothing share one."""
    check, findings = dossier.check, dossier.parcel.findings
    for role in dict.fromkeys(finding.role for finding in findings):
        own = [finding for finding in findings if finding.role == role]
        alike = [finding for finding in own if _finds_nothing(finding)]
        shared = len(alike) > 1
        for finding in own:
            if not (shared and finding in alike):
                rule = check.rule_set.rule(finding.rule)
                yield _line(dossier, finding, item_text(rule), _requirement(finding, rule))
        if shared:
            yield _line(dossier, alike[0], _together_text(role, alike, own), BLANK)


def _finds_nothing(finding: Finding) -> bool:
    """Whether a finding is clear, or its optional layer was not there, without any contact."""
    clear = finding.verdict is Verdict.CLEAR and finding.contact is Contact.APART
    return clear or left_out(finding)


def _together_text(role: str, alike: list[Finding], own: list[Finding]) -> Text:
    name, n = role_text(role), len(alike)
    rest = "其余 " if len(alike) < len(own) else ""
    other = "other " if rest else ""
    return Text(f"{name.zh}（{rest}{n} 条规则）", f"{name.en} ({n} {other}rules)")


def _line(dossier: Dossier, finding: Finding, item: Text, requirement: Text) -> tuple[Cell, ...]:
    return (
        item,
        layer_text(dossier.check.layer(finding.role)),
        verdict_text(finding),
        *_figures(finding.area_m2, finding.share),
        requirement,
    )


def _table(dossier: Dossier) -> Table:
    parcel = dossier.parcel
    rows = list(_lines(dossier))
    rows += [
        _total(Text("去重后合计", "together, once"), parcel.deduplicated_area_m2, parcel),
        _total(Text("其中禁止类", "of which prohibited"), parcel.prohibited_area_m2, parcel),
    ]
    return Table(
        name=Text("结论", "conclusion"),
        title=Text("核查结论", "Findings"),
        columns=(
            Text("核查项", "item"),
            Text("图层\n（版本/截止日期）", "layer, date"),
            Text("结论", "verdict"),
            Text("压占面积\nm²", "area\nm²"),
            Text("亩", "mu"),
            Text("公顷", "ha"),
            Text("占地块\n%", "share\n%"),
            Text("处理要求", "what to do"),
        ),
        rows=tuple(rows),
        decimals=(
            *(None,) * 3,
            _M2.decimals,
            _MU.decimals,
            _HECTARES.decimals,
            PERCENT_DECIMALS,
            None,
        ),
        notes=(
            Text(
                "面积为 CGCS2000 椭球面积，各计量单位均由平方米分别修约；各项依据见“核查规则”。",
                "Areas on the CGCS2000 ellipsoid, each unit rounded from square metres; the legal "
                "bases stand under “Rules”.",
            ),
        ),
    )


def _figures(area_m2: float, share: float) -> tuple[Cell, ...]:
    m2, ha, in_mu = area_cells(area_m2)
    return (m2, in_mu, ha, percent_cell(share))


def _total(name: Text, area_m2: float, parcel: ParcelCheck) -> tuple[Cell, ...]:
    share = area_m2 / parcel.area_m2 if parcel.area_m2 > 0.0 else math.nan
    return (name, "", "", *_figures(area_m2, share), "")


def _requirement(finding: Finding, rule: Rule) -> Text:
    if finding.verdict is Verdict.CLEAR:
        if is_allowed(finding):
            return Text("本类项目不作限制", "not restricted for this kind of project")
        touching = finding.contact is Contact.TOUCHING
        return Text("仅边界相接", "touches only") if touching else BLANK
    if finding.verdict is Verdict.WITHIN_TOLERANCE:
        return Text("疑似边界误差，人工复核", "likely boundary error: review")
    if finding.verdict is Verdict.UNDETERMINED:
        return Text("补充合格图层后重新核查", "check again with a usable layer")
    # The first clause; the whole advice stands on the finding's own page.
    return Text(rule.advice.split("；")[0], rule.advice_en.split(";")[0])


def _override(parcel: ParcelCheck) -> Iterator[Block]:
    """A person's decision, beside the program's verdict."""
    decided = parcel.override
    if decided is None:
        return
    yield Paragraph(
        Text(
            f"人工复核结论：{decided.verdict.text.zh}。复核人：{decided.by}；时间：{decided.at}；"
            f"理由：{decided.reason}。程序结论仍为：{parcel.verdict.text.zh}。",
            f"Decided by a person: {decided.verdict.text.en}. By {decided.by}, {decided.at}: "
            f"{decided.reason}. The program's verdict stays: {parcel.verdict.text.en}.",
        )
    )
