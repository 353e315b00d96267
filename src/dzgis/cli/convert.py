"""The verb `convert`: one layer from any format to any other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dzgis.cli import options as opt
from dzgis.cli.codes import DONE
from dzgis.cli.show import print_json
from dzgis.terms import Text

if TYPE_CHECKING:
    from dzgis import pipeline


def convert(
    source: Annotated[
        str, typer.Argument(metavar="SRC", help="源数据，可写 路径::图层 / source, path::LAYER")
    ],
    target: Annotated[
        str,
        typer.Argument(
            metavar="DST",
            help="目标，后缀定格式 / target: .txt .shp .zip .gdb .gpkg .geojson .kml .kmz "
            ".parquet .dxf, postgresql://…::schema.table",
        ),
    ],
    *,
    layer: Annotated[
        str | None, typer.Option("--layer", help="源图层 / layer of SRC", show_default=False)
    ] = None,
    crs: Annotated[
        str | None,
        typer.Option(
            "--crs", help="源数据没有坐标系时指明 / CRS of a source without one", show_default=False
        ),
    ] = None,
    to_crs: Annotated[
        str | None,
        typer.Option(
            "--to-crs", metavar="EPSG", help="目标坐标系，如 4522 / target CRS", show_default=False
        ),
    ] = None,
    encoding: Annotated[
        str | None,
        typer.Option(
            "--encoding",
            help="TXT 或 Shapefile 的编码，默认 GB18030 / of TXT and shapefiles",
            show_default=False,
        ),
    ] = None,
    decimals: Annotated[
        int, typer.Option("--decimals", help="TXT 坐标小数位 / digits in a TXT", min=0, max=9)
    ] = 3,
    field: opt.Fields = None,
    overwrite: opt.Overwrite = False,
    as_json: opt.AsJson = False,
    lang: opt.LangOption = None,
) -> int:
    """格式互转：坐标保持到毫米，损失逐条列出 / any format to any other, losses are named."""
    from dzgis import pipeline

    chosen = pipeline.ConvertOptions(
        layer=layer,
        crs=crs,
        to_crs=to_crs,
        encoding=encoding,
        overwrite=overwrite,
        fields=opt.pairs_of(field or [], "--field"),
        decimals=decimals,
    )
    done = pipeline.convert(source, target, chosen)
    language = opt.language(lang)
    if as_json:
        print_json(done.record(language))
        return DONE
    typer.echo(_summary(done).say(language))
    for note in done.notes:
        typer.echo(f"* {note.say(language)}")
    for loss in done.losses:
        typer.echo(f"- {loss.text.say(language)}")
    return DONE


def _summary(done: pipeline.Conversion) -> Text:
    crs = (
        done.crs_from if done.crs_from == done.crs_to else f"{done.crs_from} → {done.crs_to or '—'}"
    )
    n, n_lost = done.n_features, len(done.losses)
    lost_zh = f"有 {n_lost} 项损失或改变：" if n_lost else "没有损失"
    lost_en = f"lost or changed ({n_lost}):" if n_lost else "nothing is lost"
    return Text(
        f"{done.source} → {done.target}（{done.format}）：{n} 条记录，{crs}；{lost_zh}",
        f"{done.source} → {done.target} ({done.format}): {n} records, {crs}; {lost_en}",
    )
