"""GeoPackage that keeps frames as they are: their own CRS, every bit of every coordinate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from pathlib import Path

    import geopandas as gpd

_ANY_GEOMETRY = "Unknown"
_COLUMNS = {"FID": "evidence_fid", "GEOMETRY_NAME": "evidence_shape"}
"""No attribute that a rule names is called so."""


def write_exact(layers: Mapping[str, gpd.GeoDataFrame], path: Path, *, date: dt.date) -> None:
    """
    Write layers in their own CRS, in the mapping's order; equal content gives equal bytes.

    Parameters
    ----------
    layers : mapping of layer name to GeoDataFrame
        An index with a name becomes a column. Numbers stay numbers, all else is written as text,
        None as null. Shapes are neither carried nor rounded nor made multi-part.
    path : Path
        Must not exist.
    date : date
        Written as the time of the last change.
    """
    import pyogrio

    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{date.isoformat()}T00:00:00.000Z"})
    try:
        for name, frame in layers.items():
            pyogrio.write_dataframe(
                _plain(frame),
                path,
                layer=name,
                driver="GPKG",
                geometry_type=_ANY_GEOMETRY,
                promote_to_multi=False,
                append=path.exists(),
                dataset_options={} if path.exists() else {"VERSION": "1.2"},
                layer_options={**_COLUMNS, "SPATIAL_INDEX": "NO"},
            )
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _plain(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    named = frame.reset_index() if frame.index.name else frame.reset_index(drop=True)
    for column in named.columns.drop(named.geometry.name):
        if not pd.api.types.is_numeric_dtype(named[column]):
            cells = named[column].astype(object)
            words = [None if pd.isna(cell) else str(cell) for cell in cells]
            named[column] = pd.Series(words, index=named.index, dtype=object)
    return named
