"""Assignment of parcels: county, district, cluster, axis; and a sentence that says why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from dzgis.allocation.axes import axis_nodes, beside_nodes, nearest_axis
from dzgis.allocation.corridors import M_PER_KM, band_keys, corridor_areas
from dzgis.allocation.models import told_by_models
from dzgis.allocation.reasons import reasons
from dzgis.allocation.seats import check_strengths, distances_m, hubs_of, strengths
from dzgis.allocation.shares import Shares, zone_shares
from dzgis.area import polygon_area_m2
from dzgis.crs import CGCS2000
from dzgis.plan.allocation_rules import AllocationRules, Model, allocation_rules
from dzgis.terms import ClusterStatus, Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from dzgis.grid import Raster
    from dzgis.plan.model import Plan

    Floats = npt.NDArray[np.float64]

CONTRACT = [
    "area_m2",
    "county_code",
    "county",
    "district",
    "cluster",
    "cluster_status",
    "model_cluster",
    "axis",
    "axis_distance_m",
    "axis_chainage_m",
    "reason",
]
"""Columns that machines read, in this order; others follow."""
COLUMNS = [
    *CONTRACT,
    "county_shares",
    "cluster_shares",
    "ties",
    "corridor",
    "corridor_shares",
    "axis_line",
    "axis_side",
    "axis_bearing",
    "axis_band_km",
    "node_before",
    "node_before_m",
    "node_after",
    "node_after_m",
    "axis_acc_km",
    "other_axis",
    "other_axis_m",
    "hub",
    "hub_kind",
    "hub_distance_m",
    "informed_by",
    *(f"by_{model}" for model in Model),
    "huff_shares",
]


@dataclass(frozen=True)
class Basis:
    """
    What an assignment rests on beside the plan.

    Attributes
    ----------
    rules : AllocationRules
        By default those that ship with dzgis.
    strengths : mapping of cluster id to float, optional
        A table of the user's in place of what is counted from the plan, e.g. populations.
    cost : mapping of cluster id to Raster, optional
        Cost distances; see `dzgis.allocation.models.cost_at`.
    corridors : GeoDataFrame, optional
        As `dzgis.allocation.corridor_areas` gives them; made when not given.
    """

    rules: AllocationRules = field(default_factory=allocation_rules)
    strengths: Mapping[str, float] | None = None
    cost: Mapping[str, Raster] | None = None
    corridors: gpd.GeoDataFrame | None = None


def assign(
    parcels: gpd.GeoDataFrame,
    plan: Plan,
    *,
    counties: gpd.GeoDataFrame,
    clusters: gpd.GeoDataFrame,
    axes: gpd.GeoDataFrame,
    basis: Basis | None = None,
) -> gpd.GeoDataFrame:
    """
    Say where each parcel belongs, and why.

    County and cluster are those that hold the largest share of the parcel's area; "no cluster" is
    one of the choices; of equal shares the first in the frame counts, and the reason says so. The
    axis is the nearest core line to a point on the parcel. Models inform and never overrule.

    Parameters
    ----------
    parcels : GeoDataFrame, n rows
        Indexed by ``parcel_id``, any CRS.
    plan : Plan
    counties, clusters, axes : GeoDataFrame
        See `dzgis.frames`.
    basis : Basis, optional

    Returns
    -------
    GeoDataFrame, n rows, on the index of `parcels`
        The columns of the contract: area_m2 (ellipsoidal), county_code, county, district, cluster
        (id, empty for none), cluster_status, model_cluster (what the informing model says), axis,
        axis_distance_m, axis_chainage_m, reason (`Text`). Then county_shares, cluster_shares,
        corridor_shares (records such as ``530181=0.7000;outside=0.3000`` that add up to 1), ties
        (which of county, cluster and corridor were equal, joined by ``;``), corridor (axis in
        whose corridor most of the parcel lies, empty beyond all), the columns of `nearest_axis`
        and `beside_nodes`, axis_band_km (outer distance of the band, NaN beyond all), hub,
        hub_kind, hub_distance_m, informed_by (the model that model_cluster is from: the nearest
        seat where the informing one cannot say), ``by_`` and each model, huff_shares. And the
        geometry of `parcels`.

    Raises
    ------
    InputError
        If a table of strengths lacks a cluster or holds another, or there is no core line.
    """
    on = basis or Basis()
    points = parcels.to_crs(CGCS2000).geometry.representative_point()
    shares = _shares(parcels, on, {"county_code": counties, "cluster": clusters}, axes)
    columns = {
        "area_m2": polygon_area_m2(parcels).to_numpy(),
        **_membership(counties, clusters, shares, parcels.index),
        **_models(shapely.get_coordinates(points.to_numpy()), plan, on),
        **_along(points, plan, axes, on.rules),
        **_hubs(points, plan, on.rules),
    }
    table = pd.DataFrame(columns, index=parcels.index)
    said = reasons(table, plan, on.rules, shares)
    table["reason"] = pd.Series(said, index=table.index, dtype=object)
    return gpd.GeoDataFrame(table[COLUMNS], geometry=parcels.geometry)


# ------------------------------------------------------------------ shares


def _shares(
    parcels: gpd.GeoDataFrame,
    on: Basis,
    zones: Mapping[str, gpd.GeoDataFrame],
    axes: gpd.GeoDataFrame,
) -> dict[str, Shares]:
    """Shares of counties, clusters, bands of axes, and corridors: bands up to a distance."""
    rule, decimals = on.rules.corridors, on.rules.precision.share_decimals
    corridors = on.corridors
    if corridors is None:
        corridors = corridor_areas(axes, rule.bands_km, zones["county_code"])
    bands = corridors.assign(band=band_keys(corridors))
    found = {
        name: zone_shares(parcels, zones[key], key=key, decimals=decimals)
        for name, key in (("county", "county_code"), ("cluster", "cluster"))
    }
    found["band"] = zone_shares(parcels, bands, key="band", decimals=decimals)
    near = bands[bands["up_to_km"] <= rule.account_km]
    axis_of = dict(zip(near["band"], near["axis"], strict=True))
    return found | {"corridor": found["band"].gathered(axis_of)}


def _membership(
    counties: gpd.GeoDataFrame,
    clusters: gpd.GeoDataFrame,
    shares: Mapping[str, Shares],
    index: pd.Index[Any],
) -> dict[str, object]:
    """County, district, cluster and corridor, with shares and ties."""
    in_county, in_cluster = shares["county"].best_row, shares["cluster"].best_row
    status = _taken(clusters["status"], in_cluster, ClusterStatus.OUTSIDE)
    found: dict[str, object] = {
        name: _taken(counties[name], in_county, "")
        for name in ("county_code", "county", "district")
    }
    found["cluster"] = _taken(clusters["cluster"], in_cluster, "")
    # As a series of objects: pandas makes plain words of enum members in arrays.
    members = [ClusterStatus(one) for one in status]
    found["cluster_status"] = pd.Series(members, index=index, dtype=object)
    found["corridor"] = _objects(shares["corridor"].best_keys)
    found |= {
        "county_shares": _objects(shares["county"].records()),
        "cluster_shares": _objects(shares["cluster"].records()),
        "corridor_shares": _objects(shares["band"].records()),
    }
    kinds = ("county", "cluster", "corridor")
    tied = zip(*(shares[kind].tied for kind in kinds), strict=True)
    words = [";".join(k for k, tie in zip(kinds, ties, strict=True) if tie) for ties in tied]
    return found | {"ties": _objects(words)}


def _objects(values: Sequence[object]) -> npt.NDArray[np.object_]:
    found = np.empty(len(values), dtype=object)
    found[:] = values
    return found


def _taken(
    column: pd.Series[str], rows: npt.NDArray[np.int64], other: str
) -> npt.NDArray[np.object_]:
    """Values of rows, and another where there is no row."""
    values = np.append(column.to_numpy(dtype=object), other)
    return np.asarray(values[rows], dtype=object)


# ------------------------------------------------------------------ axes, hubs, models


def _along(
    points: gpd.GeoSeries, plan: Plan, axes: gpd.GeoDataFrame, rules: AllocationRules
) -> dict[str, object]:
    """The nearest axis, where along it, and in which band."""
    found = nearest_axis(points, axes, on_axis_m=rules.precision.on_axis_m)
    table = found.join(beside_nodes(found, axis_nodes(plan))).rename(columns={"line": "axis_line"})
    bands_km = np.array([*rules.corridors.bands_km, np.nan])
    band = np.searchsorted(bands_km[:-1] * M_PER_KM, table["axis_distance_m"].to_numpy())
    columns = {str(name): table[name].to_numpy() for name in table.columns}
    return columns | {"axis_band_km": bands_km[band]}


def _hubs(points: gpd.GeoSeries, plan: Plan, rules: AllocationRules) -> dict[str, object]:
    """The nearest hub; blank and NaN where the plan places none."""
    hubs, n = hubs_of(plan, rules.hubs), len(points)
    if hubs.empty or not n:
        blank = _objects([""] * n)
        return {"hub": blank, "hub_kind": blank, "hub_distance_m": np.full(n, np.nan)}
    every = distances_m(shapely.get_coordinates(points.to_numpy()), hubs)
    best = every.argmin(axis=1)
    return {
        "hub": hubs["hub"].to_numpy(dtype=object)[best],
        "hub_kind": hubs["kind"].to_numpy(dtype=object)[best],
        "hub_distance_m": every[np.arange(n), best],
    }


def _models(lonlat: Floats, plan: Plan, on: Basis) -> dict[str, object]:
    """What each model says."""
    if on.strengths is not None:
        check_strengths(on.strengths, plan)
    counted = strengths(plan, on.rules.strengths)
    given = counted if on.strengths is None else on.strengths
    told = told_by_models(lonlat, plan, on.rules, strengths=given, cost=on.cost)
    names = tuple(map(str, told.huff.columns))
    decimals = on.rules.precision.share_decimals
    beside = np.zeros((len(lonlat), 1))
    huff = Shares(names, np.hstack([told.huff.to_numpy(), beside]), decimals=decimals)
    found: dict[str, object] = {
        f"by_{model}": told.clusters[str(model)].to_numpy(dtype=object) for model in Model
    }
    nearest_seat = str(Model.NEAREST_SEAT)
    asked, instead = (told.clusters[name] for name in (str(on.rules.informs), nearest_seat))
    silent = (asked == "").to_numpy(dtype=bool)
    return found | {
        "model_cluster": asked.where(~silent, instead).to_numpy(dtype=object),
        "informed_by": np.where(silent, nearest_seat, str(on.rules.informs)),
        "huff_shares": _objects(huff.records()),
    }


def model_notes(basis: Basis | None = None) -> tuple[Text, ...]:
    """What must be said beside an assignment: where strengths are from, which model is left out."""
    on = basis or Basis()
    if on.strengths is None:
        said = [
            Text(
                "组团强度按规划所写的职能计数，系本工具假定，不是人口",
                "strengths of clusters count functions that the plan names; they are our "
                "assumption and no population",
            )
        ]
    else:
        said = [Text("组团强度由用户给出", "strengths of clusters are the user's")]
    if not on.cost:
        said.append(
            Text(
                "没有成本距离栅格，未作成本距离模型",
                "no raster of cost distances was given: that model is left out",
            )
        )
    if not on.cost and on.rules.informs is Model.COST_DISTANCE:
        said.append(
            Text("参考模型改用最近驻地", "the nearest seat informs in place of cost distances")
        )
    return tuple(said)
