"""Outputs of the verb `slope`: finished blocks put together, and the manifest."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from dzgis import stores, terrain
from dzgis.engine import THREADS, Engine
from dzgis.inputs import sha256_of
from dzgis.pipeline.slope_job import CLASS, pieces_of, run_slope_job
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dzgis.grid import Grid
    from dzgis.pipeline.destination import Output
    from dzgis.pipeline.slope_job import SlopeJob, SlopeSummary, Tell

FILES: Mapping[str, str] = {
    CLASS: "slope_class.tif",
    "degrees": "slope.tif",
    "aspect": "aspect.tif",
    "hillshade": "hillshade.tif",
}
SLOPE = (*FILES.values(), "slope_class.tif.aux.xml", "run.json")
_COARSE_M = 25.0
"""Cells of the coarsest DEM that the official slope grades are made from (1:50 000)."""


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
        names = (*(FILES[name] for name in job.formats), "run.json")
        with stores.staged(out, names, overwrite=output.overwrite) as folder:
            _put_together(job, parts, folder, output)
            _write_manifest(job, summary, hashes.result(), folder, output)
    return summary


def slope_notes(job: SlopeJob) -> list[Text]:
    """What every reader of the products must know."""
    notes = [_cell_note(job.source.grid)]
    if job.source.note:
        notes.append(Text(f"地形：{job.source.note}", f"terrain: {job.source.note}"))
    return notes


def _cell_note(grid: Grid) -> Text:
    along_row, along_col = terrain.cell_spacing_m(grid)
    size = float(along_row.mean()), float(along_col.mean())
    zh, en = "", ""
    if max(size) > _COARSE_M:
        zh = f"；像元超过 {_COARSE_M:g} 米（1:5 万），坡度普遍偏缓，陡坡面积偏小"
        en = (
            f"; cells above {_COARSE_M:g} m (1:50 000) flatten slopes: steep land comes out too "
            "small"
        )
    return Text(
        f"DEM 像元约 {size[0]:.1f} × {size[1]:.1f} 米，坡度随像元大小而变{zh}",
        f"DEM cells of about {size[0]:.1f} × {size[1]:.1f} m; slope depends on their size{en}",
    )


def _put_together(job: SlopeJob, parts: Path, folder: Path, output: Output) -> None:
    grid, note = job.source.grid, job.source.note
    for name, pieces in pieces_of(job, parts).items():
        pieces.finish(folder / FILES[name], grid, note=note)
    names = stores.class_names(job.classes, output.lang)
    stores.write_names(names, folder / FILES[CLASS])


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
            "products": list(job.formats),
            "slope_classes": {
                "id": classes.id,
                "limits_deg": list(classes.limits_deg),
                "closed": "right",
                "low_hill": list(classes.low_hill),
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
    return {
        "n_cells": summary.n_cells.tolist(),
        "class_area_m2": [round(float(m2), 2) for m2 in summary.m2],
        "notes": [note.say(output.lang) for note in slope_notes(job)],
    }
