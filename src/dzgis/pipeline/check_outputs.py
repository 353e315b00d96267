"""What a check leaves: for machines, for people, for surveyors, and to be verified."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, NamedTuple

from dzgis import reports, stores
from dzgis.inputs import sha256_of
from dzgis.pipeline.avoidance import AVOIDANCE, avoidance_note, write_avoidance
from dzgis.pipeline.evidence import with_evidence, write_evidence
from dzgis.pipeline.evidence_record import EVIDENCE
from dzgis.pipeline.figures import conflict_layer
from dzgis.pipeline.outputs import write_layers, write_run_manifest
from dzgis.pipeline.paper import PLAIN_PAPER, Paper, selftest_line
from dzgis.terms import Text, Verdict

if TYPE_CHECKING:
    from dzgis.findings import Check
    from dzgis.pipeline.destination import Output
    from dzgis.pipeline.inputs import Loaded
    from dzgis.terms import Language

CHECK = (
    "check.json",
    "check.xlsx",
    "check.docx",
    "check.pdf",
    "conflicts.gpkg",
    f"{AVOIDANCE}.gpkg",
    f"{AVOIDANCE}.txt",
    EVIDENCE,
    "parcels",
    "run.json",
)
_ROLES = {
    "dem": Text("DEM", "DEM"),
    "counties": Text("县界", "counties"),
    "parcels": Text("地块文件", "parcels"),
}


class Written(NamedTuple):
    """What check.json holds, and what became of the reports."""

    record: dict[str, object]
    reports: reports.ReportFiles


def write_check(
    check: Check, loaded: Loaded, output: Output, paper: Paper = PLAIN_PAPER
) -> Written:
    """
    Write all outputs of a check: check.json, .xlsx, .docx, .pdf, GeoPackages, run.json.

    Returns
    -------
    Written
        Parcels whose report could not be made are named in its `reports`.

    Raises
    ------
    InputError, MissingFileError
        If the template cannot be used; nothing was written then.
    """
    record = reports.check_record(check, output.lang)
    with stores.staged(output.folder, CHECK, overwrite=output.overwrite) as folder:
        kept = write_evidence(
            check,
            loaded,
            folder,
            lang=output.lang,
            use_geometry=paper.evidence and not paper.secret,
        )
        whole = with_evidence(record, kept)
        stores.write_json(whole, folder / "check.json")
        written = reports.write_check_documents(
            check,
            _context(check, loaded, output, paper, sha256_of(folder / "check.json")),
            folder=folder,
            template=paper.template,
            chapters=paper.reports,
        )
        conflicts = {"conflicts": conflict_layer(check)}
        write_layers(conflicts, folder / "conflicts.gpkg", loaded, output)
        if check.avoidance is not None and _proposes(check):
            write_avoidance(check.avoidance, folder, lang=output.lang, date=loaded.as_of)
        summary = _summary(check, paper, written, output)
        write_run_manifest(folder, loaded, output, summary, check=check)
    return Written(whole, written)


def _context(
    check: Check, loaded: Loaded, output: Output, paper: Paper, digest: str
) -> reports.ReportContext:
    return reports.ReportContext(
        lang=output.lang,
        issued=output.started.date(),
        version=version("dzgis"),
        project=paper.project,
        applicant=paper.applicant,
        organisation=paper.organisation,
        report_no=paper.report_no,
        manifest=f"dzgis check.json sha256={digest}",
        selftest=selftest_line(),
        show_protection=not paper.secret,
        generated=any("generated" in layer.note.lower() for layer in check.layers),
        slope_labels=loaded.plan.slope_classes.labels,
        parameters=_parameters(check, loaded, output.lang),
        counties=loaded.counties,
    )


def _proposes(check: Check) -> bool:
    """Whether boundary changes are proposed."""
    return check.avoidance is not None and not check.avoidance.empty


def _parameters(check: Check, loaded: Loaded, lang: Language) -> tuple[tuple[Text, str], ...]:
    rows = [(Text("规划", "plan"), f"{loaded.plan.id} {loaded.plan.meta.title}")]
    rows += [
        (_ROLES[role], f"{record['path']}  SHA-256 {record['sha256']}")
        for record in loaded.records
        if (role := str(record["role"])) in _ROLES
    ]
    if _proposes(check):
        rows.append((Text("避让建议", "boundary changes"), avoidance_note().say(lang)))
    return tuple(rows)


def _summary(
    check: Check, paper: Paper, written: reports.ReportFiles, output: Output
) -> dict[str, object]:
    """Figures for machines, and what protected shapes left with which file."""
    verdicts = [parcel.verdict for parcel in check.parcels]
    return {
        "verdicts": {v.value: verdicts.count(v) for v in Verdict},
        "not_reported": {who: why.say(output.lang) for who, why in written.failures.items()},
        "reports": {
            "project": paper.project,
            "applicant": paper.applicant,
            "organisation": paper.organisation,
            "report_no": paper.report_no,
            "template": str(paper.template) if paper.template else None,
        },
        "secret": paper.secret,
        "shapes_that_left": _left(check, paper),
    }


def _left(check: Check, paper: Paper) -> dict[str, str]:
    """
    Which shapes of protection layers each output holds.

    With the secrecy switch only pieces of parcels leave; features are numbers and labels.
    """
    n = int(check.pieces["contact"].isin(["overlap", "sliver"]).sum())
    clipped = f"{n} pieces clipped to parcels"
    around = "features near parcels, drawn on maps"
    maps = clipped if paper.secret else f"{clipped}; {around}"
    left = {"conflicts.gpkg": clipped, "check.docx": maps, "check.pdf": maps}
    if _proposes(check):
        left[f"{AVOIDANCE}.gpkg"] = "borders of kept land along pieces"
    if paper.evidence and not paper.secret:
        left[EVIDENCE] = "whole features within reach of parcels"
    return left
