"""The verbs. Each reads its options, calls the pipeline, prints, and ends with an exit code."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dzgis.cli import land_options as land_opt
from dzgis.cli import options as opt
from dzgis.cli.check import check
from dzgis.cli.codes import DONE, PROGRAM_FAULT
from dzgis.cli.convert import convert
from dzgis.cli.data import data_app
from dzgis.cli.job import COMPUTING, READING, WRITING, Job, run_job, tell_result
from dzgis.cli.map import map_
from dzgis.cli.overlap import overlap
from dzgis.cli.plan import plan_app
from dzgis.cli.show import print_json, steps
from dzgis.cli.slope import slope
from dzgis.cli.verify import verify
from dzgis.engine import Engine
from dzgis.terms import Text

if TYPE_CHECKING:
    from dzgis.pipeline.trial import Trial

app = typer.Typer(
    name="dzgis",
    help="低丘缓坡用地分析与红线核查 / low-hill land, red lines, clusters and axes",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command()(check)
app.command()(slope)
app.command()(overlap)
app.command()(convert)
app.command()(verify)
app.command("map")(map_)
app.add_typer(plan_app, name="plan")
app.add_typer(data_app, name="data")

DEFAULT_SCHEME = "low_hill_industry"
DEFAULT_RUNS = 50
_N_STEPS_SHORT = 3
_MAP_AT = Text("地图：", "map: ")


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="版本 / version")] = False,
) -> None:
    if version:
        from dzgis import __version__

        typer.echo(__version__)
        raise typer.Exit


@app.command()
def run(
    *,
    plan: opt.PlanArgument = None,
    out: opt.Out,
    dem: opt.Dem = None,
    counties: opt.Counties = None,
    protect: opt.Protect = None,
    covers: opt.Covers = None,
    parcels: opt.ParcelsOption = None,
    crs: opt.GivenCrs = None,
    field: opt.Fields = None,
    rules: opt.Rules = None,
    project_type: opt.ProjectType = None,
    dem_error: opt.DemErrorOption = None,
    datum_shift: opt.DatumShiftOption = None,
    layer: land_opt.Criteria = None,
    exclusions: land_opt.Exclusions = None,
    scheme: land_opt.Scheme = DEFAULT_SCHEME,
    candidate_rules: land_opt.CandidateFile = None,
    without: land_opt.Without = None,
    with_weight: land_opt.WithWeight = None,
    runs: land_opt.Runs = DEFAULT_RUNS,
    seed: land_opt.Seed = 0,
    engine: opt.EngineOption = opt.THREADS,
    workers: opt.Workers = 0,
    scheduler: opt.Scheduler = None,
    template: opt.Template = None,
    cover: opt.Cover = None,
    as_of: opt.AsOf = None,
    secret: opt.Secret = False,
    overwrite: opt.Overwrite = False,
    as_json: opt.AsJson = False,
    lang: opt.LangOption = None,
) -> int:
    """全流程；不给数据则用随附示例 / the whole job, by default on the shipped sample."""
    from dzgis import pipeline

    output = opt.output_of(out, "run", overwrite=overwrite, lang=lang, secret=secret)
    pipeline.check_free(output, pipeline.RESULT)
    chosen = opt.chosen_plan(plan, rules)
    options = land_opt.options_of(
        exclusions=exclusions,
        scheme=scheme,
        candidate_rules=candidate_rules,
        without=without or [],
        with_weight=with_weight or [],
        runs=runs,
        seed=seed,
        engine=Engine(engine.value, workers, scheduler),
    )
    paths = opt.inputs_of(chosen, dem, counties, protect, covers, parcels)
    paths = replace(
        paths,
        criteria=land_opt.criteria_of(layer) or paths.criteria,
        dem_error=dem_error or "",
        fields=opt.pairs_of(field or [], "--field"),
        crs=opt.crs_of(crs or []),
        datum_shift=datum_shift or "",
    )
    paper = land_opt.paper_of(cover, template)
    day = as_of.date() if as_of else None
    job = Job(chosen, paths, day, output, options, paper, project_type)
    result = run_job(job, pipeline.write_result, quiet=as_json)
    tell_result(result, output, as_json=as_json)
    if not as_json:
        typer.echo(_MAP_AT.say(output.lang) + str((out / "map.html").resolve()))
    return DONE


@app.command()
def land(
    *,
    plan: opt.PlanArgument = None,
    out: opt.Out,
    dem: opt.Dem = None,
    counties: opt.Counties = None,
    protect: opt.Protect = None,
    covers: opt.Covers = None,
    crs: opt.GivenCrs = None,
    dem_error: opt.DemErrorOption = None,
    datum_shift: opt.DatumShiftOption = None,
    layer: land_opt.Criteria = None,
    exclusions: land_opt.Exclusions = None,
    scheme: land_opt.Scheme = DEFAULT_SCHEME,
    candidate_rules: land_opt.CandidateFile = None,
    without: land_opt.Without = None,
    with_weight: land_opt.WithWeight = None,
    runs: land_opt.Runs = DEFAULT_RUNS,
    seed: land_opt.Seed = 0,
    engine: opt.EngineOption = opt.THREADS,
    workers: opt.Workers = 0,
    scheduler: opt.Scheduler = None,
    template: opt.Template = None,
    cover: opt.Cover = None,
    as_of: opt.AsOf = None,
    secret: opt.Secret = False,
    overwrite: opt.Overwrite = False,
    as_json: opt.AsJson = False,
    lang: opt.LangOption = None,
) -> int:
    """用地核算、适宜性、候选、台账 / account, suitability, candidates, ledgers."""
    from dzgis import pipeline

    output = opt.output_of(out, "land", overwrite=overwrite, lang=lang, secret=secret)
    pipeline.check_free(output, pipeline.LAND)
    chosen = opt.chosen_plan(plan)
    options = land_opt.options_of(
        exclusions=exclusions,
        scheme=scheme,
        candidate_rules=candidate_rules,
        without=without or [],
        with_weight=with_weight or [],
        runs=runs,
        seed=seed,
        engine=Engine(engine.value, workers, scheduler),
    )
    paths = opt.inputs_of(chosen, dem, counties, protect, covers, None)
    paths = replace(
        paths,
        criteria=land_opt.criteria_of(layer) or paths.criteria,
        parcels=None,
        dem_error=dem_error or "",
        crs=opt.crs_of(crs or []),
        datum_shift=datum_shift or "",
    )
    paper = land_opt.paper_of(cover, template)
    job = Job(chosen, paths, as_of.date() if as_of else None, output, options, paper)
    tell_result(run_job(job, pipeline.write_land, quiet=as_json), output, as_json=as_json)
    return DONE


@app.command()
def assign(
    parcels: Annotated[Path, typer.Argument(help="地块文件 / parcels")],
    *,
    out: opt.Out,
    plan: opt.PlanOption = None,
    counties: opt.Counties = None,
    crs: opt.GivenCrs = None,
    datum_shift: opt.DatumShiftOption = None,
    field: opt.Fields = None,
    overwrite: opt.Overwrite = False,
    as_json: opt.AsJson = False,
    lang: opt.LangOption = None,
) -> int:
    """地块归属：组团、发展轴及理由 / cluster, axis and reason of each parcel."""
    from dzgis import pipeline

    output = opt.output_of(out, "assign", overwrite=overwrite, lang=lang)
    pipeline.check_free(output, pipeline.ASSIGNMENT)
    chosen = opt.chosen_plan(plan)
    paths = pipeline.Inputs(
        counties=counties,
        parcels=parcels,
        crs=opt.crs_of(crs or []),
        datum_shift=datum_shift or "",
        fields=opt.pairs_of(field or [], "--field"),
    )
    with steps(_N_STEPS_SHORT, output.lang, quiet=as_json) as tell:
        tell(READING)
        loaded = pipeline.load(chosen, paths)
        tell(COMPUTING)
        assigned = pipeline.assign_loaded(loaded)
        tell(WRITING)
        pipeline.write_assignment(assigned, loaded, output)
    if as_json:
        table = pipeline.assignment_table(assigned, output.lang).astype(object)
        print_json(table.where(table.notna(), None).to_dict("records"))  # NaN is no JSON
        return DONE
    for parcel_id, reason in assigned["reason"].items():
        typer.echo(f"{parcel_id}  {reason.say(output.lang)}")
    return DONE


@app.command()
def doctor(*, as_json: opt.AsJson = False, lang: opt.LangOption = None) -> int:
    """检查运行环境 / examine the environment."""
    from dzgis.pipeline.doctor import examine

    return _print_trials(examine(), as_json=as_json, lang=lang)


@app.command()
def selftest(*, as_json: opt.AsJson = False, lang: opt.LangOption = None) -> int:
    """已知答案自检 / known-answer tests."""
    from dzgis.pipeline.selftest import selftest as trials

    return _print_trials(trials(), as_json=as_json, lang=lang)


def _print_trials(trials: list[Trial], *, as_json: bool, lang: opt.Lang | None) -> int:
    """Print trials; a failed one is a fault of the installation."""
    language = opt.language(lang)
    if as_json:
        print_json([trial.record(language) for trial in trials])
    else:
        for trial in trials:
            mark = "✓" if trial.passed else "✗"
            typer.echo(f"{mark} {trial.name.say(language)}: {trial.found}")
    return DONE if all(trial.passed for trial in trials) else PROGRAM_FAULT
