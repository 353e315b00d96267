"""``dzgis check``: whether parcels press on protected land."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dzgis.cli import options as opt
from dzgis.cli.codes import CONFLICT, DONE
from dzgis.cli.job import COMPUTING, READING, WRITING
from dzgis.cli.show import print_json, print_table, steps

if TYPE_CHECKING:
    from dzgis.findings import Check

_N_STEPS = 3


def check(
    parcels: Annotated[Path, typer.Argument(help="地块文件 / parcels")],
    *,
    out: opt.Out,
    plan: opt.PlanOption = None,
    counties: opt.Counties = None,
    dem: opt.Dem = None,
    dem_error: opt.DemErrorOption = None,
    protect: opt.Protect = None,
    covers: opt.Covers = None,
    crs: opt.GivenCrs = None,
    field: opt.Fields = None,
    rules: opt.Rules = None,
    compare: opt.Compare = None,
    project_type: opt.ProjectType = None,
    datum_shift: opt.DatumShiftOption = None,
    as_of: opt.AsOf = None,
    against: opt.Against = None,
    overrides: opt.Overrides = None,
    reports_in: opt.ReportsIn = opt.EACH,
    template: opt.Template = None,
    cover: opt.Cover = None,
    secret: opt.Secret = False,
    evidence: opt.EvidenceOption = True,
    overwrite: opt.Overwrite = False,
    as_json: opt.AsJson = False,
    lang: opt.LangOption = None,
) -> int:
    """压占核查：不给图层即为缺图层 / compliance; a layer not given is absent, not empty."""
    from dzgis import pipeline, reports

    output = opt.output_of(out, "check", overwrite=overwrite, lang=lang)
    pipeline.check_free(output, pipeline.CHECK)
    chosen = opt.chosen_plan(plan, rules)
    options = pipeline.CheckOptions(
        project_type=project_type,
        compare=opt.compared_rules(compare or [], chosen),
        against=against,
        overrides=overrides,
    )
    paper = pipeline.Paper(
        **opt.cover_of(cover or []),
        template=template,
        reports=reports_in.value,
        secret=secret,
        evidence=evidence,
    )
    paths = pipeline.Inputs(
        counties=counties,
        protection=opt.protection_of(protect or [], chosen),
        parcels=parcels,
        dem=opt.files_of(dem or []),
        dem_error=dem_error or "",
        covers=opt.covers_of(covers or []),
        crs=opt.crs_of(crs or []),
        datum_shift=datum_shift or "",
        fields=opt.pairs_of(field or [], "--field"),
    )
    with steps(_N_STEPS, output.lang, quiet=as_json) as tell:
        tell(READING)
        day = as_of.date() if as_of else None
        loaded = pipeline.load(chosen, paths, as_of=day, also=options.compare, apart=True)
        tell(COMPUTING)
        found = pipeline.full_check(loaded, options)
        tell(WRITING)
        written = pipeline.write_check(found, loaded, output, paper)
    if as_json:
        print_json(written.record)
    else:
        tables = [reports.brief_table(found)]
        tables += [] if found.changes is None else [reports.change_table(found.changes)]
        for table in tables:
            print_table(table, output.lang)
        for note in (*written.reports.notes, *written.reports.failures.values()):
            typer.echo(f"* {note.say(output.lang)}")
    return _code(found)


def _code(found: Check) -> int:
    """Done only where there are parcels and each is clear, by the program's own verdict."""
    from dzgis.terms import Verdict

    verdicts = {parcel.verdict for parcel in found.parcels}
    return DONE if verdicts == {Verdict.CLEAR} else CONFLICT
