"""The verb `map`: maps of a result folder, as a page and for print; served if asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dzgis.cli import options as opt
from dzgis.cli.codes import DONE
from dzgis.cli.job import COMPUTING, WRITING
from dzgis.cli.prints import (
    Approval,
    PaperSize,
    PrintFormat,
    Prints,
    PrintSeries,
    for_result,
    print_job,
)
from dzgis.cli.show import print_json, steps
from dzgis.errors import InputError, MissingFileError
from dzgis.terms import Text

if TYPE_CHECKING:
    from dzgis.pipeline import Output, PrintJob

_N_STEPS = 2
_PAGE = "map.html"
_PRINTS = "prints/"
_MAP_AT = Text("地图：", "map: ")
_SERVED = Text(
    "地图在 {url} ，只有本机能看；按 Ctrl+C 结束",
    "the map is at {url}, for this machine only; end with Ctrl+C",
)
_NO_OUT = Text(
    "map 需要 -o 文件夹；只有 --serve 可以不给，直接打开结果文件夹里的 map.html",
    "map needs a folder with -o; only --serve goes without, and opens the map.html of the result",
)

Result = Annotated[
    Path, typer.Argument(help="结果文件夹 / result folder of run or land", show_default=False)
]
Key = Annotated[
    str | None,
    typer.Option(
        "--tianditu",
        metavar="KEY",
        help="加天地图底图（联网，默认不勾选）/ Tianditu base maps with your own key",
        show_default=False,
    ),
]
Tiles = Annotated[
    list[str] | None,
    typer.Option(
        "--tiles",
        metavar="URL",
        help="加自备瓦片底图，如 http://主机/{z}/{x}/{y}.png / base map of your own tiles",
        show_default=False,
    ),
]
Serve = Annotated[
    bool, typer.Option("--serve", help="在 127.0.0.1 打开地图 / serve the map on 127.0.0.1")
]
Port = Annotated[
    int, typer.Option("--port", help="端口，0 为任选 / port, 0 for any", min=0, max=65535)
]


def map_(
    result: Result,
    *,
    out: opt.OutIfAny = None,
    tianditu: Key = None,
    tiles: Tiles = None,
    serve: Serve = False,
    port: Port = 0,
    prints: Prints = None,
    size: PaperSize = "A3",
    form: PrintFormat = None,
    series: PrintSeries = None,
    approval: Approval = "",
    overwrite: opt.Overwrite = False,
    as_json: opt.AsJson = False,
    lang: opt.LangOption = None,
) -> int:
    """由结果文件夹制图：网页与纸图 / maps of a result folder: a page, and sheets for print."""
    language = opt.language(lang)
    if out is None and not serve:
        raise InputError(_NO_OUT)
    names: list[str] = []
    if out is not None:
        output = opt.output_of(out, "map", overwrite=overwrite, lang=lang)
        job = print_job(prints, language, (size, form, series, approval))
        names = _draw(result, output, (tianditu, tiles or []), (job, prints), quiet=as_json)
    folder = result if out is None else out
    page = (folder / _PAGE).resolve()
    sheets = [str((folder / name).resolve()) for name in names if name.startswith(_PRINTS)]
    if as_json:
        print_json({"map": str(page), "prints": sheets})
    elif out is not None:
        for path in (str(page), *sheets):
            typer.echo(_MAP_AT.say(language) + path)
    if serve:
        _serve(page, port, said=_SERVED.say(language))
    return DONE


def _draw(
    result: Path,
    output: Output,
    asked: tuple[str | None, list[str]],
    printed: tuple[PrintJob | None, list[str] | None],
    *,
    quiet: bool,
) -> list[str]:
    """Draw the maps of a result; names of all files that were written."""
    from dzgis import maps, pipeline

    (key, tiles), (job, kinds) = asked, printed
    base_maps = (*(maps.tianditu(key) if key else ()), *maps.own_tiles(tiles))
    pipeline.check_free(output, pipeline.MAP if job is None else (*pipeline.MAP, pipeline.PRINTS))
    with steps(_N_STEPS, output.lang, quiet=quiet) as tell:
        tell(COMPUTING)
        content = pipeline.content_of_folder(result)
        files = maps.map_files(content, lang=output.lang, base_maps=base_maps)
        tell(WRITING)
        sheets = None if job is None else (content, for_result(job, kinds, content))
        return pipeline.write_map(files, output, prints=sheets)


def _serve(page: Path, port: int, *, said: str) -> None:
    from dzgis.cli.map_server import map_server

    if not page.exists():
        raise MissingFileError(
            Text(
                f"{page} 不存在；请先用 dzgis map 生成地图",
                f"{page} is missing; make the map with dzgis map first",
            )
        )
    with map_server(page.parent, port) as server:
        typer.echo(said.format(url=f"http://127.0.0.1:{server.server_port}/"), err=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return
