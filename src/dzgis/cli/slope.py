"""The verb `slope`: its options, and what it prints."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from dzgis.cli import options as opt
from dzgis.cli.codes import DONE
from dzgis.cli.show import blocks, print_json, print_table

SieveOption = Enum("SieveOption", {name: name for name in ("none", "official")}, type=str)  # type: ignore[misc]
_DEFAULT_MEMORY_MIB = 600


def slope(
    dem: Annotated[
        list[Path], typer.Argument(metavar="DEM…", help="DEM 文件或文件夹 / DEM files or folders")
    ],
    *,
    out: opt.Out,
    classes: Annotated[
        str,
        typer.Option(
            "--classes",
            help="low_hill、survey、double_evaluation 或文件 / or a file",
        ),
    ] = "low_hill",
    method: Annotated[
        str, typer.Option("--method", help="horn 或 / or zevenbergen-thorne")
    ] = "horn",
    compute_edges: Annotated[
        bool,
        typer.Option(
            "--compute-edges",
            help="边缘与空洞旁也计算（同 gdaldem） / also at edges and voids, as gdaldem does",
        ),
    ] = False,
    degrees: Annotated[
        bool, typer.Option("--degrees", help="另存 slope.tif / also write degrees")
    ] = False,
    aspect: Annotated[
        bool, typer.Option("--aspect", help="另存 aspect.tif 坡向 / also write the aspect")
    ] = False,
    relief: Annotated[
        bool, typer.Option("--relief", help="另存 relief.tif 起伏度 / also write local relief")
    ] = False,
    hillshade: Annotated[
        bool, typer.Option("--hillshade", help="另存 hillshade.tif 晕渲 / also write a hillshade")
    ] = False,
    dem_error: opt.DemErrorOption = None,
    sieve: Annotated[
        SieveOption, typer.Option("--sieve", help="坡度图综合 / clean-up of small patches")
    ] = SieveOption.none,  # type: ignore[attr-defined]
    scale: Annotated[
        int, typer.Option("--scale", help="综合的比例尺分母 / scale of the clean-up", min=1)
    ] = 10_000,
    engine: opt.EngineOption = opt.THREADS,
    workers: opt.Workers = 0,
    scheduler: opt.Scheduler = None,
    memory: Annotated[
        int, typer.Option("--memory", help="内存上限 MiB / memory in MiB", min=300)
    ] = _DEFAULT_MEMORY_MIB,
    overwrite: opt.Overwrite = False,
    as_json: opt.AsJson = False,
    lang: opt.LangOption = None,
) -> int:
    """坡度与分级，任意大小的 DEM / slope and its classes, for a DEM of any size."""
    from dzgis import inputs, pipeline, terrain
    from dzgis.engine import Engine
    from dzgis.plan import slope_scheme

    output = opt.output_of(out, "slope", overwrite=overwrite, lang=lang)
    pipeline.check_free(output, pipeline.SLOPE)
    by_method = terrain.method_of(method)
    chosen = slope_scheme(classes)
    runs = Engine(engine.value, workers, scheduler)
    source = inputs.open_dem_source(opt.files_of(dem), turned=True)
    wanted = {"degrees": degrees, "aspect": aspect, "relief": relief, "hillshade": hillshade}
    error = terrain.parse_dem_error(dem_error) if dem_error else None
    wanted["probability"] = error is not None
    products = tuple(name for name, asked in wanted.items() if asked)
    job = pipeline.SlopeJob(
        source,
        chosen,
        products=products,
        method=by_method,
        edges="computed" if compute_edges else "unknown",
        min_patch_m2=terrain.min_patch_m2(scale) if sieve.value == "official" else 0.0,
        dem_error=error,
        band_cells=pipeline.band_cells(source, products, memory, runs.n_workers),
    )
    with blocks(output.lang, quiet=as_json) as tell:
        summary = pipeline.slope_products(job, output, engine=runs, tell=tell)
    if as_json:
        print_json({"out": str(out), **pipeline.slope_record(job, summary, output)})
        return DONE
    for table in pipeline.slope_tables(job, summary):
        print_table(table, output.lang)
    for note in pipeline.slope_notes(job):
        typer.echo(f"* {note.say(output.lang)}")
    return DONE
