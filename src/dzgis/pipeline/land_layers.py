"""Exclusions and their layers: the ground of each, and what must be told before it is counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import shapely

from dzgis import land, protection
from dzgis.area import carried, polygon_area_m2
from dzgis.coverage import zone_shares
from dzgis.crs import CGCS2000
from dzgis.errors import listed, raise_all
from dzgis.grid import Grid
from dzgis.inputs import aligned_share
from dzgis.plan.exclusions import RASTERS
from dzgis.planning import LayerState
from dzgis.terms import LayerStatus, Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd

    from dzgis.frames import Layer
    from dzgis.pipeline.elevation import Elevation
    from dzgis.plan.exclusions import Exclusion, ExclusionSet
    from dzgis.plan.model import Plan
    from dzgis.terrain import DemError

_HECTARE_M2 = 10_000.0
_ROUNDING_SHARE = 1e-6
_ALL_SHARE, _LEAST_M2, _UNKNOWN_SHARE = 1.0 - 1e-6, 1.0, 1e-3
_TEST_CELLS = 500
"""Cells along the longer side of the grid on which a raster is tried before the account."""
USED = (LayerStatus.USED, LayerStatus.OUTDATED)


@dataclass(frozen=True)
class AccountInputs:
    """
    What a land account is made of.

    Attributes
    ----------
    plan : Plan
    source : Raster or DemSource
        Elevations, in memory or on disk.
    counties : GeoDataFrame
    exclusions : ExclusionSet
        Those in force on the day of the account, see `ExclusionSet.on`.
    layers : mapping of role to Layer
        What is missing is absent, not empty.
    clusters, corridors : GeoDataFrame, optional
        See `dzgis.land.zone_parts`.
    rasters : mapping of name to Path
        Rasters of the user's that exclusions name.
    land_use : GeoDataFrame, optional
        Patches with ``land_class`` (code).
    dem_error : DemError, optional
        With it low-hill land is expected as well.
    """

    plan: Plan
    source: Elevation
    counties: gpd.GeoDataFrame
    exclusions: ExclusionSet
    layers: Mapping[str, Layer] = field(default_factory=dict)
    clusters: gpd.GeoDataFrame | None = None
    corridors: gpd.GeoDataFrame | None = None
    rasters: Mapping[str, Path] = field(default_factory=dict)
    land_use: gpd.GeoDataFrame | None = None
    dem_error: DemError | None = None


@dataclass(frozen=True)
class ExclusionGround:
    """
    Ground of the exclusions of vector layers that can be used.

    Attributes
    ----------
    features : mapping of exclusion id to GeoDataFrame
        In the set's order; widened, and wherever they lie.
    grounds : Grounds
        The same in the cells of the grid, a layer each.
    polygons_m2 : mapping of exclusion id to mapping of county code to float
        Ground within each county, measured of polygons, what lies on each other once.
    """

    features: Mapping[str, gpd.GeoDataFrame]
    grounds: land.Grounds
    polygons_m2: Mapping[str, Mapping[str, float]]


def usable(one: Exclusion, layers: Mapping[str, Layer]) -> bool:
    """Whether the layer of an exclusion is there and can be used."""
    layer = layers.get(one.layer)
    return layer is not None and layer.frame is not None


def check_exclusions_fit(inputs: AccountInputs) -> None:
    """
    Raise unless every raster that exclusions name is given, and not too many are named.

    Raises
    ------
    InputError
        With all faults.
    """
    named = [one for one in inputs.exclusions.exclusions if one.of_raster]
    lost = [one for one in named if one.layer not in RASTERS and one.layer not in inputs.rasters]
    faults = [
        Text(
            f"排除条件 {one.id}（{one.name}）需要栅格 {one.layer}，没有给出；请给出其路径，"
            f"或改用 {', '.join(RASTERS)}",
            f"exclusion {one.id} ({one.name_en}) needs the raster {one.layer}, which is not given; "
            f"give its path, or use one of {', '.join(RASTERS)}",
        )
        for one in lost
    ]
    n = len(inputs.exclusions.exclusions)
    if n > land.MOST_LAYERS:
        faults.append(
            Text(
                f"排除条件有 {n} 项，至多 {land.MOST_LAYERS} 项；请合并或分次核算",
                f"there are {n} exclusions, at most {land.MOST_LAYERS} can be combined; put some "
                "together or make several accounts",
            )
        )
    raise_all(faults)


def exclusion_ground(inputs: AccountInputs) -> ExclusionGround:
    """
    Ground of all exclusions of vector layers, and its area within the counties.

    Raises
    ------
    InputError
        If a layer lacks a field that an exclusion names.
    """
    features = {
        one.id: protection.setback(
            protection.features_of(inputs.layers[one.layer], one), one.buffer_m
        )
        for one in inputs.exclusions.exclusions
        if not one.of_raster and usable(one, inputs.layers)
    }
    features = {name: _there(frame) for name, frame in features.items()}
    grounds = land.grounds_of(list(features.values()), inputs.source.grid)
    start, inverted = grounds.layer_start, _inverted(inputs.exclusions)
    whole = polygon_area_m2(inputs.counties).groupby(inputs.counties["county_code"]).sum()
    measured = {}
    for k, (name, frame) in enumerate(features.items()):
        doubled = grounds.doubled[start[k] : start[k + 1]]
        found = land.polygons_within(inputs.counties, frame, doubled)
        within = whole - found if name in inverted else found
        measured[name] = {str(code): float(m2) for code, m2 in within.items()}
    return ExclusionGround(features, grounds, measured)


def _there(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    shapes = frame.geometry.to_numpy()
    return frame[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]


def _inverted(exclusions: ExclusionSet) -> set[str]:
    return {one.id for one in exclusions.exclusions if one.invert}


def land_states(inputs: AccountInputs, ground: ExclusionGround) -> tuple[LayerState, ...]:
    """
    Say what each exclusion's layer holds, before the account is made (预检).

    Returns
    -------
    tuple of LayerState
        One an exclusion, in the set's order. What a raster of the terrain takes is told by
        `with_cells` afterwards.
    """
    whole = polygon_area_m2(inputs.counties).groupby(inputs.counties["county_code"]).sum()
    return tuple(_state(one, inputs, ground, whole) for one in inputs.exclusions.exclusions)


def _state(
    one: Exclusion, inputs: AccountInputs, ground: ExclusionGround, whole: pd.Series[float]
) -> LayerState:
    if one.of_raster:
        return _raster_state(one, inputs, whole)
    layer = inputs.layers.get(one.layer)
    if layer is None or layer.frame is None:
        status = layer.status if layer is not None else LayerStatus.ABSENT
        reason = layer.reason if layer is not None else None
        return LayerState(one.id, str(status), 0, "nothing", {}, _not_used(one, status, reason))
    taken = ground.polygons_m2[one.id]
    unsurveyed = _unsurveyed(layer, inputs.counties, whole)
    chosen = protection.chosen_features(layer, one)
    n = len(chosen.certain)
    takes = _takes(sum(taken.values()), float(whole.sum()))
    said = _said(one, layer, n, taken, unsurveyed, takes)
    if len(chosen.unclear):
        said = _joined(
            said,
            Text(
                f"另有 {len(chosen.unclear)} 个要素缺少所需属性，没有扣除",
                f"{len(chosen.unclear)} more features lack the attribute and take nothing",
            ),
        )
    return LayerState(one.id, str(layer.status), n, takes, unsurveyed, said)


def _takes(taken_m2: float, whole_m2: float) -> str:
    if taken_m2 < _LEAST_M2:
        return "nothing"
    return "everything" if taken_m2 >= _ALL_SHARE * whole_m2 else "some"


def _not_used(one: Exclusion, status: LayerStatus, reason: Text | None) -> Text:
    why = Text(f"：{reason.zh}", f": {reason.en}") if reason is not None else Text("", "")
    return Text(
        f"{one.name}（{one.id}）：图层 {one.layer} {status.text.zh}，什么也没有扣除{why.zh}",
        f"{one.name_en} ({one.id}): the layer {one.layer} is {status.text.en} and takes "
        f"nothing{why.en}",
    )


def _said(
    one: Exclusion,
    layer: Layer,
    n: int,
    taken: Mapping[str, float],
    unsurveyed: Mapping[str, float],
    takes: str,
) -> Text:
    total = sum(taken.values()) / _HECTARE_M2
    n_counties = sum(m2 >= _LEAST_M2 for m2 in taken.values())
    said = Text(
        f"{one.name}（{one.id}）：{n} 个要素，在 {n_counties} 个县占 {total:.2f} 公顷",
        f"{one.name_en} ({one.id}): {n} features, {total:.2f} ha in {n_counties} counties",
    )
    if layer.status is LayerStatus.OUTDATED:
        said = _joined(said, Text("图层已过期", "the layer is out of date"))
    return _joined(_joined(said, _extreme(takes)), _unsurveyed_text(unsurveyed))


def _extreme(takes: str) -> Text:
    if takes == "nothing":
        return Text("在各县内没有任何用地，请核对", "it takes nothing of the counties: check it")
    if takes == "everything":
        return Text("它占去各县全部用地，请核对", "it takes all of the counties: check it")
    return Text("", "")


def _unsurveyed_text(unsurveyed: Mapping[str, float]) -> Text:
    if not unsurveyed:
        return Text("", "")
    parts = [f"{code} {m2 / _HECTARE_M2:.2f}" for code, m2 in unsurveyed.items()]
    return Text(
        f"下列县有未调查范围（公顷），其中什么也没有扣除：{listed(parts)}",
        f"not surveyed (ha), and nothing taken there, in: {listed(parts)}",
    )


def _joined(first: Text, second: Text) -> Text:
    if not second.zh:
        return first
    return Text(f"{first.zh}；{second.zh}", f"{first.en}; {second.en}")


def _unsurveyed(
    layer: Layer, counties: gpd.GeoDataFrame, whole: pd.Series[float]
) -> dict[str, float]:
    """Ground of each county beyond the surveyed extent, m²."""
    if layer.extent is None or layer.extent.empty:
        return {str(code): float(m2) for code, m2 in whole.items()}
    extent = layer.extent.dissolve()
    nothing = np.zeros(len(extent), bool)
    left = whole - land.polygons_within(counties, extent, nothing)
    lacks = left[left > np.maximum(_ROUNDING_SHARE * whole, _LEAST_M2)]
    return {str(code): float(m2) for code, m2 in lacks.items()}


def _raster_state(one: Exclusion, inputs: AccountInputs, whole: pd.Series[float]) -> LayerState:
    """State of a raster: a user's is tried on a coarse grid, the terrain is told of later."""
    if one.layer in RASTERS:
        said = Text(f"{one.name}（{one.id}）：由 DEM 推算", f"{one.name_en} ({one.id}): of the DEM")
        return LayerState(one.id, str(LayerStatus.USED), None, "some", {}, said)
    coarse = _coarse(inputs.counties)
    share = aligned_share(inputs.rasters[one.layer], coarse, one.spans).ravel()
    inside = 1.0 - share if one.invert else share
    unknown: dict[str, float] = {}
    taken = 0.0
    zones = zone_shares(inputs.counties, coarse)
    for code, zone in zip(inputs.counties["county_code"], zones, strict=True):
        total = float(zone.shares.sum())
        known = ~np.isnan(share[zone.cells])
        lack = 1.0 - float(zone.shares[known].sum()) / total if total else 1.0
        taken += (
            float(np.nansum(inside[zone.cells] * zone.shares)) / max(total, 1e-12) * whole[code]
        )
        if lack > _UNKNOWN_SHARE:
            unknown[str(code)] = unknown.get(str(code), 0.0) + lack * float(whole[code])
    takes = _takes(taken, float(whole.sum()))
    said = Text(
        f"{one.name}（{one.id}）：栅格 {one.layer}，约占 {taken / _HECTARE_M2:.0f} 公顷",
        f"{one.name_en} ({one.id}): raster {one.layer}, about {taken / _HECTARE_M2:.0f} ha",
    )
    said = _joined(_joined(said, _extreme(takes)), _unsurveyed_text(unknown))
    return LayerState(one.id, str(LayerStatus.USED), None, takes, unknown, said)


def _coarse(counties: gpd.GeoDataFrame) -> Grid:
    from affine import Affine

    west, south, east, north = carried(counties, CGCS2000).total_bounds
    cell = max(east - west, north - south) / _TEST_CELLS
    rows, cols = (int(np.ceil(side / cell)) for side in (north - south, east - west))
    return Grid(CGCS2000, Affine(cell, 0.0, west, 0.0, -cell, north), max(rows, 1), max(cols, 1))


def with_cells(
    states: Sequence[LayerState],
    exclusions: ExclusionSet,
    cells_m2: Mapping[str, float],
    *,
    whole_m2: float,
) -> tuple[LayerState, ...]:
    """States with what the terrain's rasters were found to take."""
    from dataclasses import replace

    found = []
    for one, state in zip(exclusions.exclusions, states, strict=True):
        if not (one.of_raster and one.layer in RASTERS):
            found.append(state)
            continue
        m2 = cells_m2[one.id]
        takes = _takes(m2, whole_m2)
        area = Text(f"占 {m2 / _HECTARE_M2:.2f} 公顷", f"{m2 / _HECTARE_M2:.2f} ha")
        said = _joined(_joined(state.said, area), _extreme(takes))
        found.append(replace(state, takes=takes, said=said))
    return tuple(found)
