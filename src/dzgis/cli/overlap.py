"""The verb `overlap`: areas of parcels under whole layers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dzgis.cli import options as opt
from dzgis.cli.codes import DONE
from dzgis.cli.show import print_json, print_table, steps
from dzgis.terms import Text

_N_STEPS = 3
_READING = Text("读取地块", "reading parcels")
_MEASURING = Text("逐块量算", "measuring block by block")
_WRITING = Text("写出", "writing")


def overlap(
    parcels: Annotated[Path, typer.Argument(help="地块文件 / parcels")],
    layer: Annotated[
        list[str],
        typer.Option(
            "--layer",
            metavar="NAME=PATH",
            help="图层，任意大小，可多个 / layers of any size, e.g. pbf=a.gdb::YJJBNTTB",
        ),
    ],
    *,
    out: opt.Out,
    plan: opt.PlanOption = None,
    engine: opt.EngineOption = opt.THREADS,
    workers: opt.Workers = 0,
    scheduler: opt.Scheduler = None,
    overwrite: opt.Overwrite = False,
    as_json: opt.AsJson = False,
    lang: opt.LangOption = None,
) -> int:
    """地块×图层要素的压占面积（只量算，不下结论） / areas of every parcel under every feature."""
    from dzgis import inputs, pipeline
    from dzgis.engine import Engine

    output = opt.output_of(out, "overlap", overwrite=overwrite, lang=lang)
    pipeline.check_free(output, pipeline.OVERLAP)
    sources: dict[str, Path | str] = dict(opt.pairs_of(layer, "--layer"))
    chosen = opt.chosen_plan(plan)
    runs = Engine(engine.value, workers, scheduler)
    with steps(_N_STEPS, output.lang, quiet=as_json) as tell:
        tell(_READING)
        land = inputs.read_parcels(parcels, chosen)
        tell(_MEASURING)
        touch_m = chosen.rules.tolerance.touch_width_m
        found = pipeline.measure_overlaps(land, sources, touch_m=touch_m, engine=runs)
        tell(_WRITING)
        pipeline.write_overlaps(found, sources, parcels, output)
    if as_json:
        print_json({"out": str(out), **pipeline.overlap_record(found)})
        return DONE
    for table in pipeline.overlap_tables(found):
        print_table(table, output.lang)
    return DONE
