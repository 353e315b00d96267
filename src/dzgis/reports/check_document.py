"""A check as a document: the report of one parcel, or the book of all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dzgis.reports.book_parts import index_section, summary
from dzgis.reports.document import Document, PageBreak, Section
from dzgis.reports.parcel_map import GENERATED
from dzgis.reports.part_avoidance import avoidance, comparison
from dzgis.reports.part_closing import signatures, statement, validity
from dzgis.reports.part_conclusion import conclusion
from dzgis.reports.part_findings import findings
from dzgis.reports.part_land import land
from dzgis.reports.part_maps import maps
from dzgis.reports.part_method import method
from dzgis.reports.part_parcel import parcel_facts, place_text
from dzgis.reports.part_sources import date_range, sources
from dzgis.reports.part_terrain import terrain
from dzgis.reports.qr import qr_svg
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dzgis.findings import Check
    from dzgis.reports.book_parts import IndexLine
    from dzgis.reports.context import ReportContext
    from dzgis.reports.dossier import Dossier
    from dzgis.reports.table import Cell

_BANNER = Text(
    f"{GENERATED.zh}，本报告仅供演示，不得用于实际审批。",
    f"{GENERATED.en}: for demonstration only, not for any decision.",
)


def parcel_document(dossier: Dossier, context: ReportContext) -> Document:
    """Report of one parcel."""
    name = dossier.parcel.parcel_id
    check = dossier.check
    subject = context.project or Text(f"地块{name}", f"Parcel {name}")
    cover = _cover(check, context, place=place_text(dossier), parcels=name)
    return Document(
        title=_title(subject),
        cover=cover,
        banner=_BANNER if context.generated else None,
        sections=(
            *parcel_sections(dossier, context, paged=True),
            *_common(check, context),
        ),
        qr_svg=qr_svg(context.manifest),
    )


def book_document(
    check: Check,
    context: ReportContext,
    index: Iterable[IndexLine],
    chapters: Iterable[Section] = (),
) -> Document:
    """Report of several parcels: summary, index, chapters, and what they share."""
    subject = context.project or Text("申报地块", "Parcels")
    return Document(
        title=_title(subject),
        cover=_cover(check, context, place=None, parcels=str(len(check.parcels))),
        banner=_BANNER if context.generated else None,
        sections=(
            summary(check),
            index_section(tuple(index)),
            *chapters,
            *_common(check, context),
        ),
        qr_svg=qr_svg(context.manifest),
    )


def parcel_sections(dossier: Dossier, context: ReportContext, *, paged: bool) -> Iterator[Section]:
    """All that is said of one parcel."""
    yield conclusion(dossier)
    yield from _own_page(parcel_facts(dossier), paged=paged)
    yield land(dossier)
    yield findings(dossier, context, paged=paged)
    yield terrain(dossier, context)
    for section in (avoidance(dossier, context), comparison(dossier)):
        if section is not None:
            yield section
    yield maps(dossier, context)


def _own_page(section: Section, *, paged: bool) -> Iterator[Section]:
    """Section on a page of its own where pages are wanted."""
    yield replace(section, blocks=(PageBreak(), *section.blocks)) if paged else section


def _common(check: Check, context: ReportContext) -> tuple[Section, ...]:
    return (
        sources(check),
        method(check, context),
        statement(check, context),
        signatures(check, context),
    )


def _title(subject: Text | str) -> Text:
    zh, en = (subject.zh, subject.en) if isinstance(subject, Text) else (subject, subject)
    return Text(f"{zh}用地合规性核查报告", f"{en}: land compliance report")


def _cover(
    check: Check, context: ReportContext, *, place: Cell, parcels: str
) -> dict[str, tuple[Text, Cell]]:
    """Fields of the cover; see the guide to report templates."""
    rules = check.rule_set
    kinds = {kind.id: kind.text for kind in rules.project_types}
    kind = kinds.get(check.project_type or "", check.project_type)
    version = f"，{rules.version}" if rules.version else ""
    return {
        "project": (Text("项目名称", "Project"), context.project or None),
        "applicant": (Text("申请单位", "Applicant"), context.applicant or None),
        "location": (Text("坐落", "Place"), place),
        "parcels": (Text("地块", "Parcels"), parcels),
        "project_type": (Text("项目类别", "Kind of project"), kind),
        "report_no": (Text("报告编号", "Report no."), context.report_no or None),
        "rule_set": (
            Text("规则集及版本", "Rules and version"),
            Text(
                f"{rules.text.zh}（{rules.id}{version}）",
                f"{rules.text.en} ({rules.id}{version.replace('，', ', ')})",
            ),
        ),
        "check_date": (Text("核查基准日", "As of"), check.as_of.isoformat()),
        "data_date": (Text("数据现势日期", "Dates of data"), date_range(check)),
        "valid": (Text("有效期", "Valid"), validity(check, context)),
        "organisation": (Text("核查单位", "Office"), context.organisation or None),
        "issued": (Text("出具日期", "Issued"), context.issued.isoformat()),
    }
