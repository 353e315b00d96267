"""The whole job as `run` and `land` do it: load, compute, write, tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from dzgis.cli.show import print_json, print_table, steps
from dzgis.terms import Text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from dzgis.pipeline import Inputs, LandOptions, Output, Paper, Result
    from dzgis.plan.model import Plan

READING = Text("读取数据", "reading")
COMPUTING = Text("计算", "computing")
WRITING = Text("写出结果", "writing")


@dataclass(frozen=True)
class Job:
    """What is to be computed, from what, and where it goes."""

    plan: Plan
    inputs: Inputs
    as_of: dt.date | None
    output: Output
    options: LandOptions
    paper: Paper
    project_type: str | None = None


def run_job(job: Job, write: Callable[[Result, Output, Paper], None], *, quiet: bool) -> Result:
    """Load, compute and write; a bar on a terminal shows the steps unless `quiet`."""
    from dzgis import pipeline, stores

    with (
        steps(pipeline.N_STEPS + 2, job.output.lang, quiet=quiet) as tell,
        stores.scratch_folder(job.output.folder) as scratch,
    ):
        tell(READING)
        loaded = pipeline.load(
            job.plan,
            job.inputs,
            as_of=job.as_of,
            exclusions=job.options.exclusions,
            in_memory=False,
        )
        # A DEM that stays in its files is large, and so are the rasters made of it.
        folder = scratch if loaded.dem is None else None
        result = pipeline.compute(
            loaded, job.options, tell=tell, project_type=job.project_type, folder=folder
        )
        tell(WRITING)
        write(result, job.output, job.paper)
    return result


def tell_result(result: Result, output: Output, *, as_json: bool) -> None:
    """Print the table of counties and what must be said of it, or the summary as JSON."""
    from dzgis import pipeline, reports

    notes = [
        note.say(output.lang) for note in pipeline.notes_of(result.loaded, result.land.account)
    ]
    if as_json:
        summary = pipeline.result_summary(result)
        print_json({"out": str(output.folder), **summary, "notes": notes})
        return
    figures = pipeline.figures_of(result)
    print_table(reports.planner_county_table(figures), output.lang)
    for note in notes:
        typer.echo(f"* {note}")
