"""GeoPackage, version 1.2 so that older QGIS opens it, with embedded layer styles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from dzgis.crs import CGCS2000
from dzgis.terms import Text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from pathlib import Path

    import geopandas as gpd

    from dzgis.terms import Language


def write_geopackage(
    layers: Mapping[str, gpd.GeoDataFrame],
    path: Path,
    *,
    lang: Language,
    date: dt.date,
    styles: Mapping[str, str],
    slds: Mapping[str, str] | None = None,
) -> None:
    """
    Write layers in EPSG:4490, in the mapping's order; empty ones are written with their columns.

    Parameters
    ----------
    layers : mapping of layer name to GeoDataFrame
        An index with a name becomes a column; `Text` is written in `lang`.
    path : Path
        Must not exist.
    lang : {"zh", "en"}
    date : date
        Written as the time of the last change, so that equal content gives equal files.
    styles : mapping of layer name to QML
        Kept in the table ``layer_styles``, where QGIS looks for a layer's default style.
    slds : mapping of layer name to SLD, optional
        The same styles for other programs, in the same table.
    """
    import pyogrio

    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{date.isoformat()}T00:00:00.000Z"})
    try:
        for name, frame in layers.items():
            pyogrio.write_dataframe(
                _plain(frame, lang),
                path,
                layer=name,
                driver="GPKG",
                geometry_type=_geometry_type(frame),
                promote_to_multi=True,
                append=path.exists(),
                dataset_options={} if path.exists() else {"VERSION": "1.2"},
            )
        wanted = {name: styles[name] for name in layers if name in styles}
        if wanted:
            pyogrio.write_dataframe(
                _style_table(wanted, slds or {}, date),
                path,
                layer="layer_styles",
                driver="GPKG",
                append=True,
            )
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _style_table(styles: Mapping[str, str], slds: Mapping[str, str], date: dt.date) -> pd.DataFrame:
    """Rows of QGIS's table of layer styles."""
    return pd.DataFrame(
        {
            "f_table_catalog": "",
            "f_table_schema": "",
            "f_table_name": list(styles),
            "f_geometry_column": "geom",
            "styleName": list(styles),
            "styleQML": list(styles.values()),
            "styleSLD": [slds.get(name, "") for name in styles],
            "useAsDefault": True,
            "description": "",
            "owner": "",
            "ui": "",
            "update_time": date.isoformat(),
        }
    )


def _geometry_type(frame: gpd.GeoDataFrame) -> str:
    for kind in ("Line", "Point"):
        if not frame.empty and frame.geom_type.str.contains(kind).all():
            return "MultiLineString" if kind == "Line" else "MultiPoint"
    return "MultiPolygon"


def _plain(frame: gpd.GeoDataFrame, lang: Language) -> gpd.GeoDataFrame:
    """Frame in EPSG:4490 with texts, enums and tuples as plain words."""
    named = frame.reset_index() if frame.index.name else frame.reset_index(drop=True)
    carried = named.to_crs(CGCS2000)
    for column in carried.columns.drop(carried.geometry.name):
        if not pd.api.types.is_numeric_dtype(carried[column]):
            words = carried[column].astype(object)
            known = words.where(words.notna(), None)
            carried[column] = [_word(value, lang) for value in known]
    return carried


def _word(value: object, lang: Language) -> str:
    if isinstance(value, Text):
        return value.say(lang)
    if isinstance(value, tuple):
        return ";".join(map(str, value))
    return "" if value is None else str(value)


def read_layer(path: Path, layer: str) -> gpd.GeoDataFrame:
    """Read back a layer that dzgis wrote; words stay words."""
    import geopandas as gpd

    return gpd.read_file(path, layer=layer, engine="pyogrio")
