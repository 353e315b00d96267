"""What may be wrong with the shapes of a frame, each fault with the records it is in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from shapely import GeometryType

from dzgis.errors import listed
from dzgis.inputs.aliases import tables
from dzgis.terms import Text

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy.typing as npt

AREAL = (GeometryType.POLYGON.value, GeometryType.MULTIPOLYGON.value)


def record_labels(frame: gpd.GeoDataFrame) -> pd.Series[str]:
    """Record numbers as labels of rows, for messages."""
    return pd.Series([str(number) for number in frame.index], index=frame.index, dtype=object)


def with_shapes(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Rows that have a shape: neither null nor empty."""
    shapes = frame.geometry.to_numpy()
    there = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
    return frame.loc[frame.index[there]]


def geometry_faults(
    frame: gpd.GeoDataFrame, where: str, labels: pd.Series[str] | None = None
) -> list[Text]:
    """
    Everything that keeps the shapes of `frame` from being valid polygons.

    Parameters
    ----------
    frame : GeoDataFrame
        As read.
    where : str
        How messages call the source.
    labels : Series, optional
        What messages call each row, on the index of `frame`; by default the record number.

    Returns
    -------
    list of Text
        Null and empty shapes, points and lines, invalid rings with reason and coordinate.
    """
    shapes = frame.geometry.to_numpy()
    names = (record_labels(frame) if labels is None else labels).to_numpy()
    null = shapely.is_missing(shapes)
    kinds = shapely.get_type_id(shapes)
    empty = shapely.is_empty(shapes) & ~null
    other = ~null & ~empty & ~np.isin(kinds, AREAL)
    faults = [
        _none_there(where, names[null], len(frame)) if null.any() else None,
        _empty(where, names[empty], len(frame)) if empty.any() else None,
        _not_polygons(where, names[other], shapes[other]) if other.any() else None,
        _invalid(where, names, shapes, ~null & ~other),
    ]
    return [fault for fault in faults if fault is not None]


def _none_there(where: str, names: npt.NDArray[np.object_], n_all: int) -> Text:
    return Text(
        f"{where}：{n_all} 条记录中有 {len(names)} 条没有图形：{listed(names)}；请补图形或删除记录",
        f"{where}: {len(names)} of {n_all} records have no geometry (null): {listed(names)}; "
        "draw it or delete the records",
    )


def _empty(where: str, names: npt.NDArray[np.object_], n_all: int) -> Text:
    return Text(
        f"{where}：{n_all} 条记录中有 {len(names)} 条图形为空：{listed(names)}；请补图形或删除记录",
        f"{where}: {len(names)} of {n_all} records have empty geometry: {listed(names)}; "
        "draw it or delete the records",
    )


def _not_polygons(
    where: str, names: npt.NDArray[np.object_], shapes: npt.NDArray[np.object_]
) -> Text:
    found = list(dict.fromkeys(str(shape.geom_type) for shape in shapes))
    kinds, in_chinese = ", ".join(found), "、".join(tables()["kinds"].get(k, k) for k in found)
    return Text(
        f"{where}：{len(names)} 条记录是 {in_chinese}，需要面：{listed(names)}；请给出面图层",
        f"{where}: {len(names)} records are {kinds}, polygons are required: {listed(names)}; "
        "give a polygon layer",
    )


def _invalid(
    where: str,
    names: npt.NDArray[np.object_],
    shapes: npt.NDArray[np.object_],
    asked: npt.NDArray[np.bool_],
) -> Text | None:
    with np.errstate(invalid="ignore", over="ignore"):
        bad = asked & ~shapely.is_valid(shapes)
        if not bad.any():
            return None
        reasons = [str(reason) for reason in shapely.is_valid_reason(shapes[bad])]
    pairs = [split_reason(reason) for reason in reasons]
    zh = [f"{n}（{in_chinese(why)} {at}）" for n, (why, at) in zip(names[bad], pairs, strict=True)]
    en = [f"{n} ({why} at {at})" for n, (why, at) in zip(names[bad], pairs, strict=True)]
    return Text(
        f"{where}：{len(names)} 个图形中有 {len(zh)} 个无效：{listed(zh)}；"
        "请在源文件中修复（如 QGIS“修复几何图形”）",
        f"{where}: {len(en)} of {len(names)} have invalid geometry: {listed(en)}; "
        "repair the source file (e.g. QGIS, Fix geometries)",
    )


def split_reason(reason: str) -> tuple[str, str]:
    """
    Part GEOS's sentence into reason and coordinate.

    Examples
    --------
    >>> split_reason("Self-intersection[102.5 25]")
    ('Self-intersection', '102.5 25')
    """
    why, _, at = reason.rstrip("]").partition("[")
    return why.strip(), at or "?"


def in_chinese(why: str) -> str:
    """GEOS's reason in Chinese, or as it is where the alias tables lack it."""
    reasons: dict[str, str] = tables()["reasons"]
    return reasons.get(why, why)
