"""What an examination leaves: a workbook, records for machines, and the faults on a map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import shapely

from dzgis import reports, stores
from dzgis.area import carried
from dzgis.crs import CGCS2000
from dzgis.faults import fault_record, layer_record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dzgis.faults import Examination, ExaminedLayer
    from dzgis.pipeline.destination import Output
    from dzgis.terms import Language

FAULTS = ("faults.xlsx", "faults.json", "faults.gpkg")
_LAYERS = ("fault_points", "fault_lines", "fault_polygons")
"""By dimension."""


def write_faults(examined: Sequence[Examination], output: Output) -> None:
    """Write faults.xlsx, faults.json and faults.gpkg, all of them or none."""
    day = output.started.date()
    with stores.staged(output.folder, FAULTS, overwrite=output.overwrite) as folder:
        tables = reports.fault_tables(examined)
        reports.write_xlsx(tables, folder / "faults.xlsx", lang=output.lang, date=day)
        stores.write_json(fault_records(examined, output.lang), folder / "faults.json")
        path = folder / "faults.gpkg"
        stores.write_geopackage(fault_layers(examined), path, lang=output.lang, date=day, styles={})


def fault_records(examined: Sequence[Examination], lang: Language) -> list[dict[str, object]]:
    """Record of each layer with all its faults."""
    return [layer_record(layer, lang) for one in examined for layer in one.layers]


def fault_layers(examined: Sequence[Examination]) -> dict[str, gpd.GeoDataFrame]:
    """
    Faults as points, lines and polygons in EPSG:4490.

    Faults without a place, and those of layers whose CRS cannot be used, are in the other files
    only. A layer without faults is left out; one empty layer stays where there is none at all.
    """
    layers = [layer for one in examined for layer in one.layers if layer.crs is not None]
    frames = [frame for layer in layers if not (frame := _frame(layer)).empty]
    if not frames:
        return {_LAYERS[-1]: gpd.GeoDataFrame({"code": []}, geometry=[], crs=CGCS2000)}
    together = gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), crs=CGCS2000)
    dimension = shapely.get_dimensions(together.geometry.to_numpy())
    return {
        name: gpd.GeoDataFrame(together[dimension == n])
        for n, name in enumerate(_LAYERS)
        if (dimension == n).any()
    }


def _frame(layer: ExaminedLayer) -> gpd.GeoDataFrame:
    faults = [fault for fault in layer.faults if fault.geometry is not None]
    records = [
        {
            **fault_record(fault, "zh"),
            "kind_zh": fault.kind.title.zh,
            "kind_en": fault.kind.title.en,
            "message_zh": fault.message.zh,
            "message_en": fault.message.en,
            "remedy_zh": fault.remedy.zh,
            "remedy_en": fault.remedy.en,
        }
        for fault in faults
    ]
    shapes = [fault.geometry for fault in faults]
    frame = gpd.GeoDataFrame(records, geometry=shapes, crs=layer.crs)
    if frame.empty:
        return frame
    plain = frame.drop(columns=["message", "remedy"])
    there = shapely.is_valid(plain.geometry.to_numpy()) & plain["lon"].notna().to_numpy()
    numbers = plain.astype(dict.fromkeys(("x", "y", "lon", "lat", "measure"), float))
    return carried(gpd.GeoDataFrame(numbers[there]), CGCS2000)
