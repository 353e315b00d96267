"""Outputs of the verb `slope`: finished blocks put together, and the manifest."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from dzgis import reports, stores
from dzgis.engine import THREADS, Engine
from dzgis.inputs import sha256_of
from dzgis.pipeline.cell_note import cell_note
from dzgis.pipeline.slope_job import CLASS, RAW_CLASS, cell_row_m2, pieces_of, run_slope_job
from dzgis.terms import FactStatus, Text, both_languages

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dzgis.pipeline.destination import Output
    from dzgis.pipeline.slope_job import SlopeJob, SlopeSummary, Tell
    from dzgis.reports import Table
    from dzgis.terrain import DemError

FILES: Mapping[str, str] = {
    CLASS: "slope_class.tif",
    RAW_CLASS: "slope_class_raw.tif",
    "degrees": "slope.tif",
    "aspect": "aspect.tif",
    "relief": "relief.tif",
    "hillshade": "hillshade.tif",
    "probability": "low_hill_probability.tif",
}
TABLES = "tables.xlsx"
SLOPE = (
    *FILES.values(),
    "slope_class.tif.aux.xml",
    "slope_class_raw.tif.aux.xml",
    TABLES,
    "run.json",
)
_FEWEST_CELLS = 30


def slope_products(
    job: SlopeJob, output: Output, *, engine: Engine = THREADS, tell: Tell | None = None
) -> SlopeSummary:
    """
    Compute and write slope_class.tif, the other products of the job, and run.json.

    Parameters
    ----------
    job : SlopeJob
    output : Output
    engine : Engine
    tell : callable, optional
        Given the number of finished blocks and of all.

    Raises
    ------
    CRSError, InputError
        If slopes cannot be measured on the DEM's grid, or it cannot be read.
    """
    out = output.folder
    with (
        stores.resumable_folder(out.resolve(), job.key) as parts,
        ThreadPoolExecutor(1) as beside,
    ):
        # Hashing a large DEM takes as long as a good part of the job: it runs along.
        hashes = beside.submit(lambda: [sha256_of(tile.path) for tile in job.source.tiles])
        summary = run_slope_job(job, parts, engine=engine, tell=tell)
        names = (*(FILES[name] for name in job.formats), TABLES, "run.json")
        with stores.staged(out, names, overwrite=output.overwrite) as folder:
            _put_together(job, parts, folder, output)
            date = output.started.date()
            tables = slope_tables(job, summary)
            reports.write_xlsx(tables, folder / TABLES, lang=output.lang, date=date)
            _write_manifest(job, summary, hashes.result(), folder, output)
    return summary


def slope_tables(job: SlopeJob, summary: SlopeSummary) -> list[Table]:
    """Areas of the classes, and with a clean-up what it moved."""
    tables = [reports.slope_table(job.classes, summary.n_cells.sum(0), summary.m2.sum(0))]
    if job.min_patch_m2:
        tables.append(reports.sieve_table(job.classes, summary.m2))
    return tables


def slope_notes(job: SlopeJob) -> list[Text]:
    """What every reader of the products must know."""
    notes = [cell_note(job.source.grid)]
    if job.dem_error is not None:
        notes.append(_error_note(job.dem_error))
    if job.min_patch_m2:
        notes += _few_cells_note(job)
        notes.append(
            Text(
                f"已按坡度图综合规定处理：小于 {job.min_patch_m2:g} m² 的图斑就低并入相邻图斑，"
                "单像元宽的条带分摊；规定据转述，待确认；原始分级见 slope_class_raw.tif",
                f"cleaned up as slope maps are: patches below {job.min_patch_m2:g} m² join a "
                "lower neighbour, strips one cell wide are shared out; the rule is quoted, to be "
                "confirmed; the classes as they were are in slope_class_raw.tif",
            )
        )
    if job.classes.status is FactStatus.ASSUMED and job.classes.id != "low_hill":
        notes.append(both_languages(job.classes.source.note))
    if job.source.note:
        notes.append(Text(f"地形：{job.source.note}", f"terrain: {job.source.note}"))
    return notes


def _error_note(error: DemError) -> Text:
    sd, length = error.vertical_sd_m, error.correlation_m
    return Text(
        f"低丘缓坡概率按 DEM 误差 {error.name.zh}（σ={sd:g} 米，相关长度 {length:g} 米）推算："
        f"{error.source.zh}",
        f"probability of low-hill slope from the DEM's error, {error.name.en} (σ = {sd:g} m, "
        f"correlation length {length:g} m): {error.source.en}",
    )


def _few_cells_note(job: SlopeJob) -> list[Text]:
    """Say that cells are too large for the scale of the clean-up."""
    cell_m2 = float(cell_row_m2(job.source.grid, slice(None)).mean())
    if job.min_patch_m2 >= _FEWEST_CELLS * cell_m2:
        return []
    return [
        Text(
            f"DEM 对此比例尺过粗：最小图斑 {job.min_patch_m2:g} m² 不足 {_FEWEST_CELLS} 个像元"
            f"（每个约 {cell_m2:.0f} m²），条带分摊会明显改变面积，见图斑综合表",
            f"the DEM is too coarse for this scale: the smallest patch, {job.min_patch_m2:g} m², "
            f"has fewer than {_FEWEST_CELLS} cells of about {cell_m2:.0f} m², and sharing out "
            "strips moves much land: see the table of the clean-up",
        )
    ]


def _put_together(job: SlopeJob, parts: Path, folder: Path, output: Output) -> None:
    grid, note = job.source.grid, job.source.note
    for name, pieces in pieces_of(job, parts).items():
        pieces.finish(folder / FILES[name], grid, note=note)
    names = stores.class_names(job.classes, output.lang)
    for name in {CLASS, RAW_CLASS} & job.formats.keys():
        stores.write_names(names, folder / FILES[name])


def _write_manifest(
    job: SlopeJob, summary: SlopeSummary, hashes: list[str], folder: Path, output: Output
) -> None:
    classes = job.classes
    files = sorted(path for path in folder.iterdir() if path.is_file())
    stores.write_manifest(
        folder / "run.json",
        command=output.command,
        parameters={
            "lang": output.lang,
            "slope_method": job.method,
            "edges": job.edges,
            "dem_error": None if job.dem_error is None else job.dem_error.record(),
            "sieve_min_patch_m2": job.min_patch_m2,
            "relief_window_cells": list(job.relief_window),
            "products": list(job.formats),
            "slope_classes": {
                "id": classes.id,
                "limits_deg": list(classes.limits_deg),
                "closed": "right",
                "low_hill": list(classes.low_hill),
                "downgrades": [step.model_dump(mode="json") for step in classes.downgrades],
            },
        },
        inputs=[
            {"role": "dem", "path": str(tile.path), "sha256": digest}
            for tile, digest in zip(job.source.tiles, hashes, strict=True)
        ],
        outputs={path.name: sha256_of(path) for path in files},
        summary=slope_record(job, summary, output),
        times=(output.started, dt.datetime.now(tz=dt.UTC)),
    )


def slope_record(job: SlopeJob, summary: SlopeSummary, output: Output) -> dict[str, object]:
    """Figures of the job for machines."""
    record: dict[str, object] = {
        "n_cells": summary.n_cells.sum(0).tolist(),
        "class_area_m2": [round(float(m2), 2) for m2 in summary.m2.sum(0)],
        "notes": [note.say(output.lang) for note in slope_notes(job)],
    }
    if job.min_patch_m2:
        record["raw_class_area_m2"] = [round(float(m2), 2) for m2 in summary.m2.sum(1)]
        record["moved_m2"] = [[round(float(m2), 2) for m2 in row] for row in summary.m2]
    return record
