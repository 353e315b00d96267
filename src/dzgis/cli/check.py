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
    protect: opt.Protect = None,
    covers: opt.Covers = None,
    crs: opt.GivenCrs = None,
    field: opt.Fields = None,
    rules: opt.Rules = None,
    compare: opt.Compare = None,
    project_type: opt.ProjectType = None,
    datum_shift: opt.DatumShiftOption = None,
    as_of: opt.AsOf = None,
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
        project_type=project_type, compare=opt.compared_rules(compare or [], chosen)
    )
    paths = pipeline.Inputs(
        counties=counties,
        protection=opt.protection_of(protect or [], chosen),
        parcels=parcels,
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
        found = pipeline.check_loaded(loaded, options)
        tell(WRITING)
        pipeline.write_check(found, loaded, output, use_geometry=evidence)
    if as_json:
        print_json(reports.check_record(found, output.lang))
    else:
        print_table(reports.brief_table(found), output.lang)
    return _code(found)


def _code(found: Check) -> int:
    """Done only where there are parcels and each is clear, by the program's own verdict."""
    from dzgis.terms import Verdict

    verdicts = {parcel.verdict for parcel in found.parcels}
    return DONE if verdicts == {Verdict.CLEAR} else CONFLICT
