"""Which features of a layer a rule is about, and whether the layer was surveyed at a parcel."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
import shapely

from dzgis.area import carried
from dzgis.errors import InputError
from dzgis.terms import Text

if TYPE_CHECKING:
    import geopandas as gpd

    from dzgis.frames import Layer
    from dzgis.plan.exclusions import Exclusion
    from dzgis.plan.rules import Rule

_UNCOVERED_SHARE = 1e-6
"""A parcel's share outside the surveyed extent that is only the rounding of shared borders."""


class Chosen(NamedTuple):
    """
    Features of a layer that a rule is about, and those of which that is not known.

    Attributes
    ----------
    certain : GeoDataFrame
        They fulfil all conditions of the rule.
    unclear : GeoDataFrame
        They fulfil what they say of themselves, but are blank in what a condition asks.
    """

    certain: gpd.GeoDataFrame
    unclear: gpd.GeoDataFrame


def chosen_features(layer: Layer, rule: Rule | Exclusion) -> Chosen:
    """
    Choose the features of a layer that a rule is about.

    Raises
    ------
    InputError
        If the layer has no frame, or lacks a field that the rule names.
    """
    if layer.frame is None:
        raise InputError(
            Text(f"图层 {layer.role} 不可用", f"layer {layer.role} cannot be used"),
        )
    certain = np.ones(len(layer.frame), dtype=bool)
    possible = certain.copy()
    for condition in rule.where:
        values = _values(layer.frame, condition.field, layer, rule)
        fits = values.isin(condition.values).to_numpy()
        certain &= fits
        possible &= fits | values.isna().to_numpy() | values.eq("").to_numpy()
    return Chosen(layer.frame[certain], layer.frame[possible & ~certain])


def features_of(layer: Layer, rule: Rule | Exclusion) -> gpd.GeoDataFrame:
    """Features that a rule is certainly about; see `chosen_features`."""
    return chosen_features(layer, rule).certain


def _values(
    frame: gpd.GeoDataFrame, field: str, layer: Layer, rule: Rule | Exclusion
) -> pd.Series[str]:
    if frame.empty:  # a layer without features needs no fields
        return pd.Series("", index=frame.index, dtype=object)
    if field not in frame.columns:
        raise InputError(
            Text(
                f"图层 {layer.source} 缺少字段 {field}，规则 {rule.id} 需要它",
                f"layer {layer.source} lacks the field {field} that rule {rule.id} needs",
            )
        )
    if pd.api.types.is_numeric_dtype(frame[field]):
        raise InputError(
            Text(
                f"图层 {layer.source} 的字段 {field} 是数值，规则 {rule.id} 需要文本",
                f"field {field} of layer {layer.source} is numeric; rule {rule.id} needs text",
            )
        )
    values: pd.Series[str] = frame[field]
    return values


def cover_problems(parcels: gpd.GeoDataFrame, layer: Layer) -> pd.Series[bool]:
    """
    Whether each parcel lies, in part at least, outside the surveyed extent of a layer.

    Parameters
    ----------
    parcels : GeoDataFrame, n rows
        Indexed by ``parcel_id``.
    layer : Layer

    Returns
    -------
    Series of bool, n rows
        True where the layer says nothing about some part of the parcel; all True where the
        extent is not known.
    """
    if layer.extent is None or layer.extent.empty:
        return pd.Series(data=True, index=parcels.index)
    extent = carried(layer.extent, parcels.crs)
    areas, geometry = extent.geometry.to_numpy(), parcels.geometry.to_numpy()
    outside = np.ones(len(parcels), dtype=bool)
    outside[shapely.STRtree(areas).query(geometry, predicate="covered_by")[0]] = False
    # What lies in no single area may still lie in several together.
    rest = shapely.difference(geometry[outside], shapely.union_all(areas))
    share = np.zeros(len(parcels))
    share[outside] = shapely.area(rest) / shapely.area(geometry[outside])
    return pd.Series(~(share <= _UNCOVERED_SHARE), index=parcels.index)
