"""
GeoJSON as RFC 7946 has it, to 10 decimals of a degree (0.01 mm).

GDAL's writer takes a run of six nines or zeros among the decimals for noise and rounds there:
24.6999999913 becomes 24.7, which is 1 mm, and 24.0000009 becomes 24, which is 10 cm.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

DECIMALS = 10


def write_geojson(frame: gpd.GeoDataFrame, path: Path) -> None:
    """
    Write a frame as a FeatureCollection, a feature a line.

    Parameters
    ----------
    frame : GeoDataFrame
        Longitude and latitude of WGS 84. Outer rings are turned counter-clockwise, holes
        clockwise, each from its own start.
    path : Path
    """
    shapes = shapely.orient_polygons(frame.geometry.to_numpy())
    rounded = shapely.transform(shapes, lambda degrees: degrees.round(DECIMALS))
    geometry = ["null" if text is None else text for text in shapely.to_geojson(rounded)]
    columns = [str(name) for name in frame.columns if name != frame.geometry.name]
    cells = [[_plain(value) for value in frame[name].astype(object)] for name in columns]
    rows = zip(*cells, strict=True) if cells else ((),) * len(frame)
    features = (
        f'{{"type":"Feature","properties":{_json(columns, row)},"geometry":{shape}}}'
        for row, shape in zip(rows, geometry, strict=True)
    )
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write('{"type":"FeatureCollection","features":[\n')
        stream.write(",\n".join(features))
        stream.write("\n]}\n")


def _json(columns: list[str], row: tuple[Any, ...]) -> str:
    return json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False, allow_nan=False)


def _plain(value: Any) -> Any:  # noqa: ANN401 - a cell
    """Value of a cell as JSON has it: dates as text, null where there is none."""
    if value is None or value is pd.NA or value != value:  # noqa: PLR0124  NaN and NaT
        return None
    if isinstance(value, dt.date):  # a datetime is one
        return value.isoformat()
    return value.item() if isinstance(value, np.generic) else value
