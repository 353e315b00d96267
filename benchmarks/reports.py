"""
Reports against the same ones made plainly: python-docx cell by cell, and HTML through WeasyPrint.

``make bench-reports`` makes a check of many parcels, half of them pressed upon, and sets the report
of each as DOCX and PDF; the plain ones hold the same blocks, figures and fonts. The tools take
turns, so that a busy minute meets all of them. Then it writes the files of all parcels and prints
time and memory. Only ratios carry over to another machine.
"""

from __future__ import annotations

import argparse
import html
import io
import resource
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import docx
from docx.shared import Mm

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import builders_checks as made

from dzgis.fonts import fonts_folder
from dzgis.reports import write_check_documents
from dzgis.reports.check_document import parcel_document
from dzgis.reports.docx_file import docx_bytes
from dzgis.reports.dossier import Dossiers
from dzgis.reports.pdf import pdf_bytes, png_pictures
from dzgis.reports.printed import printed_cover, printed_sections

if TYPE_CHECKING:
    from collections.abc import Callable

    from weasyprint.text.fonts import FontConfiguration

    from dzgis.findings import Check
    from dzgis.reports import ReportContext
    from dzgis.reports.document import Document
    from dzgis.reports.printed import Printed
    from dzgis.terms import Language

Seconds = tuple[float, float]
FACES = {"DZGIS Song": "song.otf", "DZGIS Hei": "hei.otf", "DZGIS Kai": "kai.ttf"}


def blocks_of(document: Document, lang: Language) -> list[Printed]:
    """All blocks of a document, its cover as a table."""
    cover = [list(pair) for pair in printed_cover(document, lang).values()]
    body = [b for section in printed_sections(document, lang).values() for b in section]
    return [{"kind": "pairs", "rows": cover}, *body]


# ------------------------------------------------------------------ plainly


def plain_docx(blocks: list[Printed]) -> bytes:
    """The same document through the object model of python-docx."""
    document = docx.Document()
    pictures = iter(png_pictures([b["svg"] for b in blocks if b["kind"] == "figure"]))
    for block in blocks:
        kind = block["kind"]
        if kind == "heading":
            document.add_heading(block["text"], block["level"])
        elif kind == "paragraph":
            document.add_paragraph(block["text"])
        elif kind == "break":
            document.add_page_break()
        elif kind == "figure":
            document.add_picture(io.BytesIO(next(pictures)), Mm(block["width_mm"]))
            document.add_paragraph(block["caption"])
        else:
            _plain_table(document, block)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _plain_table(document: docx.document.Document, block: Printed) -> None:
    rows = [block["columns"]] if "columns" in block else []
    rows = [*rows, *block["rows"]]
    table = document.add_table(len(rows), len(rows[0]), style="Table Grid")
    for n, row in enumerate(rows):
        for m, cell in enumerate(row):
            table.cell(n, m).text = cell
    for note in block.get("notes", ()):
        document.add_paragraph(note)


def plain_html(blocks: list[Printed]) -> str:
    """The same document as HTML."""
    faces = "".join(
        f'@font-face{{font-family:"{name}";src:url("{(fonts_folder() / file).as_uri()}")}}'
        for name, file in FACES.items()
    )
    style = (
        f'{faces} body{{font:14pt/1.5 "DZGIS Song"}} h1,h2,h3,th{{font-family:"DZGIS Hei"}} '
        "table{border-collapse:collapse;width:100%;font-size:9pt} td,th{border:1px solid}"
        "@page{size:A4;margin:28mm 26mm;@bottom-center{content:'- ' counter(page) ' -'}}"
    )
    return f"<style>{style}</style>" + "".join(map(_html, blocks))


def _html(block: Printed) -> str:
    kind = block["kind"]
    if kind == "heading":
        return f"<h{block['level']}>{html.escape(block['text'])}</h{block['level']}>"
    if kind == "paragraph":
        return f"<p>{html.escape(block['text'])}</p>"
    if kind == "break":
        return '<div style="break-after:page"></div>'
    if kind == "figure":
        return f"{block['svg']}<p>{html.escape(block['caption'])}</p>"
    rows = "".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>"
        for row in block["rows"]
    )
    names = "".join(f"<th>{html.escape(name)}</th>" for name in block.get("columns", ()))
    notes = "".join(f"<p>{html.escape(note)}</p>" for note in block.get("notes", ()))
    return f"<table><thead><tr>{names}</tr></thead>{rows}</table>{notes}"


def plain_pdf(blocks: list[Printed], config: FontConfiguration) -> bytes:
    """The same document through WeasyPrint, its fonts read once."""
    from weasyprint import HTML

    return HTML(string=plain_html(blocks)).write_pdf(font_config=config)


# ------------------------------------------------------------------ the clock


def timed(run: Callable[[], object]) -> Seconds:
    """Processor and wall seconds of a call."""
    cpu, wall = time.process_time(), time.perf_counter()
    run()
    return time.process_time() - cpu, time.perf_counter() - wall


def compare(check: Check, context: ReportContext, n_reports: int) -> dict[str, Seconds]:
    """Median seconds a report of each way."""
    from weasyprint.text.fonts import FontConfiguration

    config, dossiers = FontConfiguration(), Dossiers(check)
    seconds = {name: [] for name in ("docx", "plain docx", "pdf", "weasyprint")}
    for turn, parcel in enumerate(check.parcels[: n_reports + 1]):
        document = parcel_document(dossiers.of(parcel), context)
        blocks = blocks_of(document, context.lang)
        runs = {
            "docx": lambda d=document: docx_bytes(d, context),
            "plain docx": lambda b=blocks: plain_docx(b),
            "pdf": lambda d=document: pdf_bytes(d, context),
            "weasyprint": lambda b=blocks: plain_pdf(b, config),
        }
        for name, run in runs.items():
            took = timed(run)
            if turn:  # the first of each warms up
                seconds[name].append(took)
    return {
        name: tuple(median(column) for column in zip(*took, strict=True))
        for name, took in seconds.items()
    }


def show(found: dict[str, Seconds]) -> None:
    """Print seconds and ratios."""
    print(f"{'':>12} {'cpu s':>8} {'wall s':>8}")
    for name, (cpu, wall) in found.items():
        print(f"{name:>12} {cpu:8.3f} {wall:8.3f}")
    for ours, theirs in (("docx", "plain docx"), ("pdf", "weasyprint")):
        ratio = found[theirs][0] / found[ours][0]
        print(f"{ours}: {ratio:.1f} times the speed of {theirs} (processor's seconds)")


def main() -> None:
    """Compare, then write the files of all parcels."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=10, help="reports that are compared")
    parser.add_argument("--parcels", type=int, default=1000, help="parcels that are written")
    given = parser.parse_args()
    context = made.context()
    show(compare(made.many(max(given.reports + 1, 2)), context, given.reports))
    if not given.parcels:
        return
    check = made.many(given.parcels)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with tempfile.TemporaryDirectory() as folder:
        cpu, wall = timed(lambda: write_check_documents(check, context, folder=Path(folder)))
        size = sum(path.stat().st_size for path in Path(folder).rglob("*.*")) / 2**20
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{given.parcels} parcels, DOCX and PDF each: {wall:.0f} s, processor {cpu:.0f} s, "
        f"{size:.0f} MiB on disk; memory {before:.0f} MiB before, {after:.0f} MiB at most"
    )


if __name__ == "__main__":
    main()
