"""``dzgis data``: fetch a public DEM, and check files before they are used."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dzgis.cli import options as opt
from dzgis.cli.codes import BAD_INPUT, DONE
from dzgis.cli.show import print_json, print_table
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from dzgis.inputs.download import Progress

data_app = typer.Typer(help="数据获取与检查 / fetch and check data", no_args_is_help=True)
_MEBIBYTE = 1024 * 1024
_MOST_SHOWN = 30


@data_app.command()
def fetch(
    what: Annotated[str, typer.Argument(metavar="dem", help="dem: Copernicus GLO-30")],
    *,
    out: opt.Out,
    plan: opt.PlanOption = None,
    base_url: Annotated[
        str | None, typer.Option("--base-url", help="镜像地址 / mirror", show_default=False)
    ] = None,
    as_json: opt.AsJson = False,
    lang: opt.LangOption = None,
) -> int:
    """下载规划范围的公开 DEM，可续传 / get a public DEM of the plan's box; resumes."""
    from dzgis.errors import InputError
    from dzgis.inputs.download import GLO30_BASE_URL, fetch_dem

    if what != "dem":
        raise InputError(Text(f"不能下载 {what}；可用：dem", f"cannot fetch {what}; there is: dem"))
    box = opt.chosen_plan(plan).meta.region_bounds
    tiles = fetch_dem(box, out, base_url=base_url or GLO30_BASE_URL, progress=_bar(quiet=as_json))
    language = opt.language(lang)
    if as_json:
        print_json([{"name": t.name, "status": t.status, "sha256": t.sha256} for t in tiles])
        return DONE
    for tile in tiles:
        typer.echo(f"{tile.name}  {tile.status.text.say(language)}  {tile.n_bytes} B")
    return DONE


def _bar(*, quiet: bool) -> Callable[[Progress], None] | None:
    """Give a callback that draws one line a tile on a terminal, or None elsewhere."""
    if quiet or not sys.stderr.isatty():
        return None

    def tell(at: Progress) -> None:
        total = f"{at.bytes_total / _MEBIBYTE:.1f}" if at.bytes_total else "?"
        share = at.bytes_done / at.bytes_total if at.bytes_total else 0.0
        bar = "█" * round(20 * share) + "·" * (20 - round(20 * share))
        line = (
            f"[{at.tile_index + 1}/{at.n_tiles}] {bar} {at.bytes_done / _MEBIBYTE:.1f}/{total} MiB"
        )
        sys.stderr.write(f"\r{line}  {at.tile}\x1b[K")
        if at.bytes_total and at.bytes_done >= at.bytes_total:
            sys.stderr.write("\n")
        sys.stderr.flush()

    return tell


@data_app.command()
def check(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH…", help="任意输入文件 / any inputs")],
    *,
    out: opt.OutIfAny = None,
    taken_as: opt.TakenAs = None,
    plan: opt.PlanOption = None,
    counties: opt.Counties = None,
    datum_shift: opt.DatumShiftOption = None,
    overwrite: opt.Overwrite = False,
    as_json: opt.AsJson = False,
    lang: opt.LangOption = None,
) -> int:
    """检查输入文件，列出全部问题及位置 / all faults of any input, each with its place."""
    from dzgis import pipeline, reports

    language = opt.language(lang)
    output = None
    if out is not None:
        output = opt.output_of(out, "data check", overwrite=overwrite, lang=lang)
        pipeline.check_free(output, pipeline.FAULTS)
    held = pipeline.against(
        opt.chosen_plan(plan),
        counties=counties,
        taken_as=taken_as or "",
        datum_shift=datum_shift or "",
    )
    found = pipeline.examine_paths(paths, held)
    if output is not None:
        pipeline.write_faults(found, output)
    if as_json:
        print_json(pipeline.fault_records(found, language))
    else:
        print_table(reports.fault_counts(found), language)
        if any(one.faults for one in found):
            print_table(reports.first_faults(found, _MOST_SHOWN), language)
    return DONE if all(one.passed for one in found) else BAD_INPUT
