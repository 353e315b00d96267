"""Values and shapes of a frame as a vector format takes them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from dzgis.stores.field_names import cut

if TYPE_CHECKING:
    from collections.abc import Iterator

    import geopandas as gpd

_INT32 = np.iinfo(np.int32)
_EXACT_IN_A_DOUBLE = 2**53


def plain_values(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Frame whose objects are all words, numbers or dates: lists become JSON."""
    columns = {
        str(name): _plain(frame[name])
        for name in frame.columns
        if name != frame.geometry.name and frame[name].dtype == object
    }
    return frame.assign(**columns)


def _plain(column: pd.Series[Any]) -> pd.Series[Any]:
    kinds = {type(value) for value in column if not _is_blank(value)}
    if not kinds:
        return pd.Series(pd.NA, index=column.index, dtype="string")
    if len(kinds) <= 1 and not kinds & {list, dict, tuple, np.ndarray}:
        return column
    return pd.Series([_word(value) for value in column], index=column.index, dtype=object)


def _is_blank(value: object) -> bool:
    if isinstance(value, list | tuple | dict | np.ndarray):
        return False
    return value is None or value is pd.NA or value is pd.NaT or value != value  # noqa: PLR0124


def _word(value: object) -> object:
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, list | tuple | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return None if _is_blank(value) else str(value)


def small_integers(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """
    Frame for a format without 64-bit integers: 32-bit where they fit, else words where digits
    would be lost, else left to be written as real numbers.
    """
    columns = dict(_small(frame))
    return frame.assign(**columns)


def _small(frame: gpd.GeoDataFrame) -> Iterator[tuple[str, pd.Series[Any]]]:
    for name in frame.columns:
        column = frame[name]
        if name == frame.geometry.name or not pd.api.types.is_integer_dtype(column):
            continue
        known = column.dropna()
        if known.between(_INT32.min, _INT32.max).all():
            yield str(name), column.astype("Int32")
        elif not known.between(-_EXACT_IN_A_DOUBLE, _EXACT_IN_A_DOUBLE).all():
            words = column.astype("string").astype(object)
            yield str(name), words.where(words.notna(), None)


def cut_words(frame: gpd.GeoDataFrame, max_bytes: int, encoding: str) -> gpd.GeoDataFrame:
    """Frame whose words are cut, after a whole character, to `max_bytes` of an encoding."""
    columns = {
        str(name): pd.Series(
            [cut(v, max_bytes, encoding) if isinstance(v, str) else v for v in frame[name]],
            index=frame.index,
            dtype=object,
        )
        for name in frame.columns
        if name != frame.geometry.name and _has_words(frame[name])
    }
    return frame.assign(**columns)


def _has_words(column: pd.Series[Any]) -> bool:
    if isinstance(column.dtype, pd.StringDtype):
        return True
    return column.dtype == object and any(isinstance(value, str) for value in column)


def without_empty(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Frame whose empty shapes are none at all."""
    shapes = frame.geometry.to_numpy()
    kept = np.where(shapely.is_empty(shapes), None, shapes)
    return frame.set_geometry(kept, crs=frame.crs)


def geometry_kind(frame: gpd.GeoDataFrame) -> str:
    """
    Kind that all shapes of a frame have, multi where one is; ``Unknown`` for points with lines.

    Examples
    --------
    >>> import geopandas as gpd
    >>> geometry_kind(gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1)]))
    'Polygon'
    """
    kinds = set(frame.geom_type.dropna())
    single = {kind.removeprefix("Multi") for kind in kinds}
    if len(single) != 1:
        return "Unknown"
    return str(max(kinds, key=len))  # the multi kind where there is one


def of_one_kind(frame: gpd.GeoDataFrame, kind: str) -> gpd.GeoDataFrame:
    """Frame whose single shapes are multi where `kind` is."""
    if not kind.startswith("Multi"):
        return frame
    wanted = shapely.GeometryType[kind.upper()]
    shapes = frame.geometry.to_numpy()
    several = [
        shape if shape is None or shapely.get_type_id(shape) == wanted else _MULTI[kind]([shape])
        for shape in shapes
    ]
    return frame.set_geometry(np.array(several, dtype=object), crs=frame.crs)


_MULTI = {
    "MultiPoint": shapely.MultiPoint,
    "MultiLineString": shapely.MultiLineString,
    "MultiPolygon": shapely.MultiPolygon,
}
