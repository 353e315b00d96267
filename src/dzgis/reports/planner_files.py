"""The planner's report as files: report.docx and report.pdf."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dzgis.reports.check_files import ReportFiles
from dzgis.reports.document import PLANNER
from dzgis.reports.docx_file import docx_bytes
from dzgis.reports.docx_template import check_template, default_template
from dzgis.reports.pdf import pdf_bytes
from dzgis.reports.planner_document import planner_document

if TYPE_CHECKING:
    from pathlib import Path

    from dzgis.reports.context import ReportContext
    from dzgis.reports.planner_figures import PlannerFigures
    from dzgis.terms import Text

PLANNER_FILES = ("report.docx", "report.pdf")


def planner_documents(
    figures: PlannerFigures, context: ReportContext, *, template: Path | None = None
) -> tuple[bytes, bytes]:
    """
    Make the planner's report.

    Parameters
    ----------
    figures : PlannerFigures
    context : ReportContext
        Of it are used: lang, issued, version, project (stands in the title),
        organisation, report_no, manifest, selftest, generated.
    template : Path, optional
        A bureau's own Word template; see `check_planner_template`.

    Returns
    -------
    docx, pdf : bytes
        Of one document: the same figures in both; equal for equal figures.
    """
    document = planner_document(figures, context)
    return docx_bytes(document, context, template=template), pdf_bytes(document, context)


def check_planner_template(path: Path) -> list[Text]:
    """
    Raise unless a Word template of the planner's report can be filled; say what it leaves out.

    Raises
    ------
    MissingFileError, InputError
        If there is no such file, it is no DOCX, or has fields that are not ours: each is named.
    """
    return check_template(path, PLANNER)


def write_planner_documents(
    figures: PlannerFigures,
    context: ReportContext,
    *,
    folder: Path,
    template: Path | None = None,
) -> ReportFiles:
    """
    Write report.docx and report.pdf.

    Parameters
    ----------
    figures : PlannerFigures
    context : ReportContext
        See `planner_documents`.
    folder : Path
        Must exist.
    template : Path, optional
        A bureau's own Word template.

    Raises
    ------
    MissingFileError, InputError
        If the template cannot be used; nothing was written then.
    """
    chosen = template or default_template(PLANNER)
    notes = check_planner_template(chosen)
    made = planner_documents(figures, context, template=chosen)
    for name, data in zip(PLANNER_FILES, made, strict=True):
        (folder / name).write_bytes(data)
    return ReportFiles(PLANNER_FILES, {}, tuple(notes))
