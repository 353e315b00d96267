"""The files of a check for people: check.docx, check.pdf, check.xlsx, and a report a parcel."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from dzgis.reports.book_parts import IndexLine, chapter
from dzgis.reports.check_document import book_document, parcel_document, parcel_sections
from dzgis.reports.docx_file import docx_bytes
from dzgis.reports.docx_template import check_template, default_template
from dzgis.reports.dossier import Dossiers
from dzgis.reports.file_names import file_names
from dzgis.reports.pdf import pdf_bytes
from dzgis.reports.workbook import check_workbook
from dzgis.reports.xlsx import write_xlsx
from dzgis.terms import Text

if TYPE_CHECKING:
    from pathlib import Path

    from dzgis.findings import Check, ParcelCheck
    from dzgis.reports.context import ReportContext
    from dzgis.reports.document import Document, Section
    from dzgis.reports.table import Cell

_LOG = logging.getLogger(__name__)
Chapters = Literal["each", "book", "both", "none"]
BOOK_LIMIT = 100
"""A book of more parcels would hold over five hundred pages and take a gigabyte to set."""
PARCELS = "parcels"


@dataclass(frozen=True)
class ReportFiles:
    """
    What was written.

    Attributes
    ----------
    names : tuple of str
        Files, relative to the folder, with forward slashes.
    failures : mapping of parcel to Text
        Parcels whose report could not be made, and why.
    notes : tuple of Text
        What the user has to know, e.g. that a template lacks a part.
    """

    names: tuple[str, ...]
    failures: dict[str, Text]
    notes: tuple[Text, ...]


@dataclass(frozen=True)
class _Job:
    """What does not change from parcel to parcel."""

    dossiers: Dossiers
    context: ReportContext
    folder: Path
    template: Path
    chapters: Chapters


def write_check_documents(
    check: Check,
    context: ReportContext,
    *,
    folder: Path,
    template: Path | None = None,
    chapters: Chapters = "each",
) -> ReportFiles:
    """
    Write the report of a check in every form for people.

    Parameters
    ----------
    check : Check
    context : ReportContext
    folder : Path
        Must exist. One parcel: ``check.docx``, ``check.pdf`` are its report. Several: they are the
        book of all, and ``parcels/`` has the reports of each.
    template : Path, optional
        A bureau's own Word template.
    chapters : {"each", "book", "both", "none"}
        Where the reports of several parcels stand: in files, in the book, both, or nowhere. A book
        of more than `BOOK_LIMIT` parcels has no chapters: they stand in files then.

    Returns
    -------
    ReportFiles
        A parcel whose report cannot be made is named there and in the index; it stops nothing.

    Raises
    ------
    MissingFileError, InputError
        If the template cannot be used; nothing was written then.
    """
    chosen = template or default_template()
    notes = check_template(chosen)
    where = _where(check, chapters, notes)
    job = _Job(Dossiers(check), context, folder, chosen, where)
    write_xlsx(
        check_workbook(check, context),
        folder / "check.xlsx",
        lang=context.lang,
        date=context.issued,
    )
    names, failures = ["check.xlsx", "check.docx", "check.pdf"], {}
    if len(check.parcels) == 1:
        failures = _single(job)
    else:
        more, failures = _several(job)
        names += more
    return ReportFiles(tuple(names), failures, tuple(notes))


def _where(check: Check, chapters: Chapters, notes: list[Text]) -> Chapters:
    n = len(check.parcels)
    if n <= BOOK_LIMIT or chapters in ("each", "none"):
        return chapters
    notes.append(
        Text(
            f"地块 {n} 个，超过 {BOOK_LIMIT} 个：各地块报告另存于 {PARCELS} 文件夹，不并入总册",
            f"{n} parcels, more than {BOOK_LIMIT}: their reports stand in the folder {PARCELS}, "
            "not in the book",
        )
    )
    return "each"


def _single(job: _Job) -> dict[str, Text]:
    parcel = job.dossiers.check.parcels[0]
    try:
        _write(job, parcel_document(job.dossiers.of(parcel), job.context), "check")
    except OSError:
        raise  # a full disk is not the parcel's fault
    except Exception as error:  # noqa: BLE001 - whatever it is, the parcel gets its line
        failures = {parcel.parcel_id: _failure(parcel, error)}
        _write_book(job, [_line(parcel, failures[parcel.parcel_id])], [])
        return failures
    return {}


def _several(job: _Job) -> tuple[list[str], dict[str, Text]]:
    check = job.dossiers.check
    names = file_names(parcel.parcel_id for parcel in check.parcels)
    if job.chapters in ("each", "both"):
        (job.folder / PARCELS).mkdir(exist_ok=True)
    lines, bodies, written = [], [], []
    failures: dict[str, Text] = {}
    for number, parcel in enumerate(check.parcels, start=1):
        try:
            made, body = _one(job, parcel, names[parcel.parcel_id], number)
        except OSError:
            raise
        except Exception as error:  # noqa: BLE001 - one parcel must not stop the others
            failures[parcel.parcel_id] = _failure(parcel, error)
            lines.append(_line(parcel, failures[parcel.parcel_id]))
            continue
        written += made
        bodies += body
        place = made[-1] if made else None
        lines.append(_line(parcel, place, anchor=f"p{number}" if body else ""))
    _write_book(job, lines, bodies)
    return written, failures


def _one(job: _Job, parcel: ParcelCheck, name: str, number: int) -> tuple[list[str], list[Section]]:
    """Files and chapters of one parcel."""
    if job.chapters == "none":
        return [], []
    dossier = job.dossiers.of(parcel)
    made: list[str] = []
    if job.chapters in ("each", "both"):
        made = _write(job, parcel_document(dossier, job.context), f"{PARCELS}/{name}")
    if job.chapters not in ("book", "both"):
        return made, []
    title = Text(
        f"地块 {parcel.parcel_id}：{parcel.verdict.text.zh}",
        f"Parcel {parcel.parcel_id}: {parcel.verdict.text.en}",
    )
    sections = parcel_sections(dossier, job.context, paged=False)
    return made, [chapter(title, f"p{number}", sections)]


def _write(job: _Job, document: Document, name: str) -> list[str]:
    """DOCX and PDF of a document; both or neither."""
    made = {
        f"{name}.docx": docx_bytes(document, job.context, template=job.template),
        f"{name}.pdf": pdf_bytes(document, job.context),
    }
    for path, data in made.items():
        (job.folder / path).write_bytes(data)
    return list(made)


def _write_book(job: _Job, lines: list[IndexLine], bodies: list[Section]) -> None:
    document = book_document(job.dossiers.check, job.context, lines, bodies)
    _write(job, document, "check")


def _failure(parcel: ParcelCheck, error: Exception) -> Text:
    _LOG.exception("no report for parcel %s", parcel.parcel_id, exc_info=error)
    what = f"{type(error).__name__}: {error}"
    return Text(f"报告未能生成（{what}）", f"no report could be made ({what})")


def _line(parcel: ParcelCheck, where: Cell, *, anchor: str = "") -> IndexLine:
    said, fault = parcel.verdict.text, parcel.fault
    if fault is not None:
        said = Text(f"{said.zh}：{fault.zh}", f"{said.en}: {fault.en}")
    return IndexLine(
        parcel.parcel_id,
        said,
        parcel.area_m2,
        parcel.deduplicated_area_m2,
        where,
        anchor,
    )
