"""Outputs of the verb `overlap`: pairs, parcels, matrix, and the manifest."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from dzgis import reports, stores
from dzgis.inputs import sha256_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dzgis.pipeline.destination import Output
    from dzgis.pipeline.overlap_job import Overlaps
    from dzgis.reports import Table

PAIRS, PARCELS, TABLES = "overlaps.csv", "parcels.csv", "tables.xlsx"
OVERLAP = (PAIRS, PARCELS, TABLES, "run.json")


def write_overlaps(
    found: Overlaps, sources: Mapping[str, Path | str], parcels: Path, output: Output
) -> None:
    """
    Write overlaps.csv, parcels.csv, tables.xlsx and run.json.

    Parameters
    ----------
    found : Overlaps
    sources : mapping of layer to path
        As measured.
    parcels : Path
    output : Output
    """
    import pyarrow as pa

    with stores.staged(output.folder, OVERLAP, overwrite=output.overwrite) as folder:
        stores.write_large_csv(found.pairs, folder / PAIRS, decimals=DECIMALS)
        table = pa.Table.from_pandas(found.parcels.reset_index(), preserve_index=False)
        stores.write_large_csv(table, folder / PARCELS, decimals=DECIMALS)
        tables = overlap_tables(found)
        date = output.started.date()
        reports.write_xlsx(tables, folder / TABLES, lang=output.lang, date=date)
        given = {"parcels": parcels, **sources}
        stores.write_manifest(
            folder / "run.json",
            command=output.command,
            parameters={
                "lang": output.lang,
                "layers": list(sources),
                "touch_width_m": found.touch_m,
            },
            inputs=[
                {"role": role, "path": str(path), "sha256": sha256_of(path)}
                for role, path in given.items()
            ],
            outputs={path.name: sha256_of(path) for path in sorted(folder.iterdir())},
            summary=overlap_record(found),
            times=(output.started, dt.datetime.now(tz=dt.UTC)),
        )


DECIMALS = {"area_m2": 4, "share": 8}
"""Digits after the point; any other figure is an area in m² with four."""


def overlap_tables(found: Overlaps) -> list[Table]:
    """Totals of each layer, and the matrix of layers."""
    return reports.overlap_tables(found.parcels, found.matrix_m2, found.n_features)


def overlap_record(found: Overlaps) -> dict[str, object]:
    """Figures for machines."""
    return {
        "n_parcels": len(found.parcels),
        "n_pairs": found.pairs.num_rows,
        "n_features": dict(found.n_features),
        "layer_m2": {name: round(float(found.parcels[name].sum()), 2) for name in found.n_features},
        "total_m2": round(float(found.parcels["total_m2"].sum()), 2),
    }
