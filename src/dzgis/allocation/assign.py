"""Assignment of parcels: county, district, cluster, axis; and a sentence that says why."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from dzgis.allocation.axes import nearest_axis
from dzgis.area import middle_latitude, polygon_area_m2, to_equal_area
from dzgis.crs import CGCS2000, ELLIPSOID
from dzgis.terms import ClusterStatus, Text
from dzgis.units import round_half_up

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    import numpy.typing as npt

    from dzgis.plan.model import Cluster, Plan

COLUMNS = [
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
_WHOLE_SHARE = 0.9995
"""From here on the percentage would be printed as 100.0, and goes without saying."""
_METRES_PER_KM = 1000.0


class _Held(NamedTuple):
    """Row of the zones that holds most of a parcel (−1 for none), and its share."""

    row: int
    share: float


def assign(
    parcels: gpd.GeoDataFrame,
    plan: Plan,
    *,
    counties: gpd.GeoDataFrame,
    clusters: gpd.GeoDataFrame,
    axes: gpd.GeoDataFrame,
) -> gpd.GeoDataFrame:
    """
    Say where each parcel belongs, and why.

    County and cluster are those that hold the largest share of the parcel's area; "no cluster" is
    one of the choices. The axis is the nearest core line to a point on the parcel.

    Parameters
    ----------
    parcels : GeoDataFrame, n rows
        Indexed by ``parcel_id``, any CRS.
    plan : Plan
    counties, clusters, axes : GeoDataFrame
        See `dzgis.frames`.

    Returns
    -------
    GeoDataFrame, n rows, on the index of `parcels`
        area_m2 (ellipsoidal), county_code, county, district, cluster (id, empty for none),
        cluster_status, model_cluster (cluster with the nearest seat; informs, never overrules),
        axis, axis_distance_m, axis_chainage_m, reason (`Text`), and the geometry of `parcels`.
    """
    points = parcels.to_crs(CGCS2000).geometry.representative_point()
    in_county = _largest_share(parcels, counties, key="county_code")
    in_cluster = _largest_share(parcels, clusters, key="cluster")
    table = pd.DataFrame({"area_m2": polygon_area_m2(parcels)})
    for column in ("county_code", "county", "district"):
        table[column] = _taken(counties[column], in_county, "")
    table["cluster"] = _taken(clusters["cluster"], in_cluster, "")
    # As objects: with pyarrow installed, pandas makes plain words of enum members.
    status = map(ClusterStatus, _taken(clusters["status"], in_cluster, ClusterStatus.OUTSIDE))
    table["cluster_status"] = pd.Series(list(status), index=table.index, dtype=object)
    table["model_cluster"] = _nearest_seats(points, plan)
    table = table.join(nearest_axis(points, axes))
    reasons = [
        _reason(plan, row, county, cluster)
        for row, county, cluster in zip(
            table.to_dict("records"), in_county, in_cluster, strict=True
        )
    ]
    table["reason"] = pd.Series(reasons, index=table.index, dtype=object)
    return gpd.GeoDataFrame(table[COLUMNS], geometry=parcels.geometry)


def _taken(column: pd.Series[str], held: list[_Held], other: str) -> list[str]:
    return [other if h.row < 0 else column.iloc[h.row] for h in held]


def _largest_share(parcels: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, *, key: str) -> list[_Held]:
    """
    For each parcel the zone with its largest share, "no zone" being one of them.

    Rows of `zones` with one `key` are one zone; the row held is the largest of them.
    """
    lat = middle_latitude(parcels)
    land = to_equal_area(parcels, lat_deg=lat).geometry.to_numpy()
    areas = to_equal_area(zones, lat_deg=lat).geometry.to_numpy()
    share = np.zeros((len(land), len(areas) + 1))
    rows, hits = shapely.STRtree(areas).query(land, predicate="intersects")
    shapely.prepare(areas)
    whole = shapely.covers(areas[hits], land[rows])
    share[rows[whole], hits[whole]] = 1.0
    rows, hits = rows[~whole], hits[~whole]
    common = shapely.area(shapely.intersection(land[rows], areas[hits]))
    share[rows, hits] = common / shapely.area(land[rows])
    share[:, -1] = 1.0 - share[:, :-1].sum(axis=1)
    code, names = pd.factorize(zones[key])
    of_zone = np.zeros((len(land), len(names) + 1))
    np.add.at(of_zone.T, np.append(code, len(names)), share.T)
    best = of_zone.argmax(axis=1)
    return [_held(share[row], np.append(code, len(names)) == zone) for row, zone in enumerate(best)]


def _held(share: npt.NDArray[np.float64], rows: npt.NDArray[np.bool_]) -> _Held:
    """Largest row of a zone, and the share of the whole zone; the last row is "no zone"."""
    row = int(np.where(rows, share, -1.0).argmax())
    return _Held(-1 if row == len(share) - 1 else row, float(share[rows].sum()))


def _nearest_seats(points: gpd.GeoSeries, plan: Plan) -> list[str]:
    """Cluster with the nearest seat of a member, by geodesic distance."""
    seats = [(c.id, plan.place(name).point) for c in plan.clusters for name in _seats(c, plan)]
    n, m = len(points), len(seats)
    lon, lat = np.repeat(points.x.to_numpy(), m), np.repeat(points.y.to_numpy(), m)
    seat_lon = np.tile([seat.lon for _, seat in seats], n)
    seat_lat = np.tile([seat.lat for _, seat in seats], n)
    distance_m = ELLIPSOID.inv(lon, lat, seat_lon, seat_lat)[2].reshape(n, m)
    return [seats[best][0] for best in distance_m.argmin(axis=1)]


def _seats(cluster: Cluster, plan: Plan) -> list[str]:
    """Names of the seats of a cluster's listed townships and whole counties."""
    townships = {t.code: t.seat for t in plan.townships}
    listed = [townships[code] for code in cluster.townships]
    return listed + [plan.county(code).seat for code in cluster.counties]


def _reason(plan: Plan, row: Mapping[Hashable, object], county: _Held, cluster: _Held) -> Text:
    where = _county_reason(row, county)
    member = _cluster_reason(plan, row, cluster)
    road = _axis_reason(plan, row)
    return Text(f"{where.zh}；{member.zh}；{road.zh}。", f"{where.en}; {member.en}; {road.en}.")


def _county_reason(row: Mapping[Hashable, object], held: _Held) -> Text:
    if held.row < 0:
        return Text("不在规划各县范围内", "outside the counties of the plan")
    part = _percent(held)
    return Text(f"位于{row['county']}{part.zh}", f"in {row['county']}{part.en}")


def _percent(held: _Held) -> Text:
    if held.share >= _WHOLE_SHARE:
        return Text("", "")
    percent = f"{round_half_up(100.0 * held.share, 1)}"
    return Text(f"（面积占{percent}%）", f" ({percent} % of its area)")


def _cluster_reason(plan: Plan, row: Mapping[Hashable, object], held: _Held) -> Text:
    if held.row < 0:
        return Text("所在位置未列入任何组团", "its place is listed in no cluster")
    cluster = {c.id: c for c in plan.clusters}[str(row["cluster"])]
    status = ClusterStatus(str(row["cluster_status"])).text
    part = _percent(held)
    return Text(
        f"{cluster.name}（{status.zh}）{part.zh}", f"{cluster.name_en} ({status.en}){part.en}"
    )


def _axis_reason(plan: Plan, row: Mapping[Hashable, object]) -> Text:
    axis = {a.id: a for a in plan.axes}[str(row["axis"])]
    distance = round_half_up(float(str(row["axis_distance_m"])) / _METRES_PER_KM, 1)
    chainage = round_half_up(float(str(row["axis_chainage_m"])) / _METRES_PER_KM, 1)
    return Text(
        f"距{axis.name}{distance}公里（自起点{chainage}公里处）",
        f"{distance} km from the {axis.name_en}, at its km {chainage}",
    )
