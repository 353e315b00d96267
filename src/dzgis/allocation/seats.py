"""Seats of clusters (驻地), their strength, and hubs: places that a parcel is measured to."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from dzgis.crs import CGCS2000, ELLIPSOID
from dzgis.errors import InputError, raise_all
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy.typing as npt

    from dzgis.plan.allocation_rules import HubRule, StrengthRule
    from dzgis.plan.model import Cluster, Facility, Plan

    Floats = npt.NDArray[np.float64]

SEAT_COLUMNS = ["cluster", "place", "acc_km", "geometry"]
HUB_COLUMNS = ["hub", "kind", "place", "acc_km", "geometry"]


def cluster_seats(plan: Plan) -> gpd.GeoDataFrame:
    """
    Seats of the clusters' listed townships and whole counties; sources of cost distances too.

    Returns
    -------
    GeoDataFrame of points in EPSG:4490
        cluster (id), place (name), acc_km; in the plan's order.
    """
    rows = [(c.id, name) for c in plan.clusters for name in _seats(c, plan)]
    return _located(plan, rows, SEAT_COLUMNS)


def _seats(cluster: Cluster, plan: Plan) -> list[str]:
    townships = {t.code: t.seat for t in plan.townships}
    listed = [townships[code] for code in cluster.townships]
    return listed + [plan.county(code).seat for code in cluster.counties]


def _located(plan: Plan, rows: Sequence[tuple[str, ...]], columns: list[str]) -> gpd.GeoDataFrame:
    """Rows whose last item is a place, with its accuracy and point."""
    points = [plan.place(row[-1]).point for row in rows]
    values = [(*row, point.acc_km) for row, point in zip(rows, points, strict=True)]
    frame = pd.DataFrame(values, columns=columns[:-1])
    geometry = gpd.points_from_xy([p.lon for p in points], [p.lat for p in points])
    return gpd.GeoDataFrame(frame, geometry=geometry, crs=CGCS2000)


def hubs_of(plan: Plan, rule: HubRule) -> gpd.GeoDataFrame:
    """
    Hubs of a plan that have a place.

    Returns
    -------
    GeoDataFrame of points in EPSG:4490
        hub (name), kind, place, acc_km; by kind in the rule's order. Of several at one place the
        first.
    """
    order = [kind.kind for kind in rule.kinds]
    found = [f for kind in order for f in plan.facilities if f.kind == kind and f.place]
    first = {str(f.place): (f.name, f.kind, str(f.place)) for f in reversed(found)}
    rows = [first[place] for place in dict.fromkeys(str(f.place) for f in found)]
    return _located(plan, rows, HUB_COLUMNS)


def distances_m(lonlat: Floats, places: gpd.GeoDataFrame) -> Floats:
    """Geodesic distance of n points, (n, 2) in degrees, to k places: (n, k)."""
    n, k = len(lonlat), len(places)
    x, y = places.geometry.x.to_numpy(), places.geometry.y.to_numpy()
    lon, lat = np.repeat(lonlat, k, axis=0).T
    return np.asarray(ELLIPSOID.inv(lon, lat, np.tile(x, n), np.tile(y, n))[2]).reshape(n, k)


def cluster_distances_m(lonlat: Floats, plan: Plan) -> pd.DataFrame:
    """Geodesic distance of n points to the nearest seat of each cluster: n rows, ids in columns."""
    seats = cluster_seats(plan)
    every = distances_m(lonlat, seats)
    own = seats["cluster"].to_numpy(dtype=object)
    least = {c.id: every[:, own == c.id].min(axis=1) for c in plan.clusters if (own == c.id).any()}
    return pd.DataFrame(least, index=range(len(lonlat)), dtype=float)


def strengths(plan: Plan, rule: StrengthRule) -> dict[str, float]:
    """
    Strength of each cluster's centre, counted from what the plan says of it.

    Notes
    -----
    A facility belongs to the cluster of which its place is a seat, else to that which has its
    county whole or open. What lies in no cluster strengthens none.
    """
    found = {
        c.id: rule.base
        + rule.per_township * len(c.townships)
        + rule.per_industry * len(c.industries)
        for c in plan.clusters
    }
    for facility in plan.facilities:
        owner = _cluster_of(facility, plan)
        if owner is not None:
            found[owner] += rule.per_facility.get(facility.kind, 0.0)
    return found


def _cluster_of(facility: Facility, plan: Plan) -> str | None:
    return next(_clusters_of(facility, plan), None)


def _clusters_of(facility: Facility, plan: Plan) -> Iterator[str]:
    if facility.place is None:
        return
    yield from (c.id for c in plan.clusters if facility.place in _seats(c, plan))
    for cluster in plan.clusters:
        if set(facility.counties) & {*cluster.counties, *cluster.open_counties}:
            yield cluster.id


def check_strengths(given: Mapping[str, float], plan: Plan) -> None:
    """
    Raise unless a table of strengths names every cluster of a plan with a positive number.

    Raises
    ------
    InputError
        With all faults at once.
    """
    ids = [c.id for c in plan.clusters]
    faults = [
        Text(
            f"强度表缺少组团 {name}；须给出全部 {len(ids)} 个组团",
            f"the table of strengths lacks the cluster {name}; all {len(ids)} are needed",
        )
        for name in ids
        if name not in given
    ]
    faults += [
        Text(
            f"强度表中的 {name} 不是规划的组团；规划有：{', '.join(ids)}",
            f"{name} in the table of strengths is no cluster; there are: {', '.join(ids)}",
        )
        for name in given
        if name not in ids
    ]
    faults += [
        Text(
            f"组团 {name} 的强度为 {value}，须为正数",
            f"the strength of the cluster {name} is {value}, a positive number is required",
        )
        for name, value in given.items()
        if not (math.isfinite(value) and value > 0.0)
    ]
    raise_all(faults, InputError)
