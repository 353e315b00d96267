"""The smallest boundary change (避让) that takes a parcel off ground that must be avoided."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from dzgis.area import carried, carried_back, polygon_area_m2
from dzgis.crs import CGCS2000, equal_area
from dzgis.land.avoidance_words import Left, avoidance_reason
from dzgis.terms import Contact

if TYPE_CHECKING:
    from collections.abc import Collection

    import numpy.typing as npt

    from dzgis.plan.avoidance import AvoidanceLimits

    Shapes = npt.NDArray[np.object_]

COLUMNS = [
    "kept_m2",
    "cut_m2",
    "n_parts",
    "n_dropped",
    "dropped_m2",
    "width_m",
    "mean_width_m",
    "compactness",
    "reachable",
    "usable",
    "reason",
    "geometry",
]
_MEASURED = (Contact.OVERLAP, Contact.SLIVER)
_MITRE_LIMIT = 2.0
_LATITUDE_DECIMALS = 1
"""A frame that is true to shape a twentieth of a degree away is off by 0.04 % at 25 degrees."""
_CIRCLE_M = 0.01
"""How near the centre of the largest circle is found."""


class _Parts(NamedTuple):
    """Polygons that are left: the row of the land each is of, and whether the cut made it."""

    shapes: Shapes
    row: npt.NDArray[np.int64]
    new: npt.NDArray[np.bool_]


def avoidance(
    parcels: gpd.GeoDataFrame,
    pieces: gpd.GeoDataFrame,
    limits: AvoidanceLimits,
    *,
    blocking_rules: Collection[str],
    touch_m: float,
    access: gpd.GeoDataFrame | None = None,
) -> gpd.GeoDataFrame:
    """
    Take the ground under blocking rules away from the parcels that press on it, and no more.

    Parameters
    ----------
    parcels : GeoDataFrame
        Valid polygons indexed by unique ``parcel_id``, any CRS that areas can be measured in.
    pieces : GeoDataFrame
        As `dzgis.protection.overlaps` gives them: ``parcel_id, rule, role, contact, geometry``.
    limits : AvoidanceLimits
    blocking_rules : collection of str
        Ids of the rules whose ground is avoided.
    touch_m : float
        What is nowhere as wide only touches: the tolerance that `pieces` were classed with.
    access : GeoDataFrame, optional
        Roads, lines or polygons, any CRS that areas can be measured in.

    Returns
    -------
    GeoDataFrame, one row a parcel with an overlap or sliver of a blocking rule
        Indexed by ``parcel_id`` in the order of `parcels`; in their CRS. ``kept_m2``, ``cut_m2``
        (ellipsoidal; they add up to the area of record), ``n_parts`` that are kept, ``n_dropped``
        and ``dropped_m2`` of parts that the cut left too small (they count as cut); of the largest
        part ``width_m`` (diameter of its largest inscribed circle), ``mean_width_m``
        (2·area/perimeter), ``compactness`` (4π·area/perimeter², 1 for a disc, NaN for nothing);
        ``reachable`` (whether the largest part still meets `access`; NA without one, or where the
        parcel did not meet it before), ``usable``, ``reason`` (`Text`), geometry: valid polygons,
        empty where nothing is left.

    Notes
    -----
    The pieces are widened by the limits' margin in their own frame, carried to the parcels' CRS
    with edges of at most 70 m, and taken away there: borders that are not cut keep their points.
    What only touches stays, unless rounding the coordinates could make it more than that.
    """
    ground = _ground(pieces, limits, frozenset(blocking_rules), touch_m)
    ids = parcels.index.astype(str)
    land = parcels[ids.isin(ground.index)]
    taken = ground.loc[land.index.astype(str)]
    shapes = carried_back(taken, parcels.crs).geometry.to_numpy()
    parts = _cut(land.geometry.to_numpy(), shapes)
    table = _measured(land, parts, limits)
    table = table.assign(reachable=_reachable(land, table, access, limits.access_m))
    wide = (table["main_m2"] >= limits.usable_m2) & (table["width_m"] >= limits.usable_width_m)
    table = table.assign(usable=wide)
    return table.assign(reason=_reasons(table, taken["roles"]))[COLUMNS]


def _ground(
    pieces: gpd.GeoDataFrame, limits: AvoidanceLimits, rules: frozenset[str], touch_m: float
) -> gpd.GeoDataFrame:
    """Ground to be taken from each pressing parcel, with its margin and the roles it is of."""
    blocking = pieces[pieces["rule"].isin(rules)]
    presses = blocking["contact"].isin(_MEASURED)
    pressing = blocking.loc[presses, "parcel_id"].astype(str)
    roles = blocking[presses].groupby(pressing)["role"].agg(lambda role: tuple(dict.fromkeys(role)))
    mine = blocking["parcel_id"].astype(str).isin(pressing.unique())
    mine &= presses | _may_grow(blocking.geometry.to_numpy(), touch_m - limits.moves_m)
    wide = shapely.buffer(
        blocking.geometry[mine].to_numpy(),
        limits.margin_m,
        join_style="mitre",
        cap_style="square",
        mitre_limit=_MITRE_LIMIT,
    )
    owner = blocking.loc[mine, "parcel_id"].astype(str).to_numpy()
    widened = gpd.GeoSeries(wide, index=owner, crs=pieces.crs)
    shapes = widened.groupby(level=0).agg(lambda own: shapely.union_all(own.to_numpy()))
    return gpd.GeoDataFrame({"roles": roles}, geometry=shapes, crs=pieces.crs)


def _may_grow(shapes: Shapes, limit_m: float) -> npt.NDArray[np.bool_]:
    """Whether pieces are anywhere wider than a limit; all of them where there is no limit left."""
    if limit_m <= 0.0:
        return np.ones(len(shapes), dtype=bool)
    return np.asarray(~shapely.is_empty(shapely.buffer(shapes, -limit_m / 2.0)))


def _cut(land: Shapes, ground: Shapes) -> _Parts:
    """Parts of the land outside the ground; parts that the ground does not meet stay as given."""
    shapes, row = shapely.get_parts(land, return_index=True)
    met = shapely.intersects(shapes, ground[row])
    left = shapely.difference(shapes[met], ground[row[met]])
    new, of = shapely.get_parts(left, return_index=True)
    shapes = np.concatenate([shapes[~met], new])
    row = np.concatenate([row[~met], row[met][of]])
    made = np.concatenate([np.zeros(len(shapes) - len(new), bool), np.ones(len(new), bool)])
    order = np.argsort(row, kind="stable")
    areal = order[shapely.area(shapes[order]) > 0.0]
    return _Parts(shapes[areal], row[areal], made[areal])


def _measured(land: gpd.GeoDataFrame, parts: _Parts, limits: AvoidanceLimits) -> gpd.GeoDataFrame:
    """Areas and shapes of what is left, with the largest part as ``main``."""
    frame = gpd.GeoDataFrame(geometry=parts.shapes, crs=land.crs)
    metres = _in_metres(frame)
    m2 = np.asarray(polygon_area_m2(frame), dtype=np.float64)
    thin = shapely.is_empty(shapely.buffer(metres, -limits.part_width_m / 2.0))
    dropped = parts.new & ((m2 < limits.part_m2) | thin)
    left = np.flatnonzero(~dropped)
    ends = np.searchsorted(parts.row[left], np.arange(1, len(land)))
    rows = [_row(own, parts.shapes, m2, metres) for own in np.split(left, ends)[: len(land)]]
    table = gpd.GeoDataFrame(rows, columns=_Row._fields, index=land.index, crs=land.crs)
    table = table.astype(_TYPES)  # without rows they would be objects
    whole = polygon_area_m2(land)
    kept = np.minimum(table["kept_m2"], whole)  # the formula rounds: to 1e-6 of a second
    n = len(land)
    return table.assign(
        kept_m2=kept,
        cut_m2=whole - kept,
        n_dropped=np.bincount(parts.row[dropped], minlength=n),
        dropped_m2=np.bincount(parts.row[dropped], weights=m2[dropped], minlength=n).astype(float),
    )


class _Row(NamedTuple):
    """What is left of one parcel; ``main`` is its largest part, None where nothing is left."""

    kept_m2: float
    n_parts: int
    main_m2: float
    width_m: float
    mean_width_m: float
    compactness: float
    main: shapely.Geometry
    geometry: shapely.Geometry


_TYPES = {
    name: int if name == "n_parts" else float
    for name in _Row._fields
    if name not in {"main", "geometry"}
}


def _row(
    mine: npt.NDArray[np.int64], shapes: Shapes, m2: npt.NDArray[np.float64], metres: Shapes
) -> _Row:
    if not mine.size:
        nothing = shapely.Polygon()
        return _Row(0.0, 0, 0.0, 0.0, 0.0, math.nan, nothing, nothing)
    largest = mine[np.argmax(m2[mine])]
    shape = metres[largest]
    area, length = float(shapely.area(shape)), float(shapely.length(shape))
    circle = shapely.maximum_inscribed_circle(shape, tolerance=_CIRCLE_M)
    return _Row(
        math.fsum(m2[mine]),
        len(mine),
        float(m2[largest]),
        2.0 * float(shapely.length(circle)),
        2.0 * area / length,
        4.0 * math.pi * area / length**2,
        shapes[largest],
        shapes[mine[0]] if len(mine) == 1 else shapely.multipolygons(shapes[mine]),
    )


def _in_metres(frame: gpd.GeoDataFrame) -> Shapes:
    """Each shape in an equal-area frame that is true to shape at its own latitude."""
    bounds = frame.bounds
    middle = gpd.GeoSeries.from_xy(
        (bounds["minx"] + bounds["maxx"]) / 2.0,
        (bounds["miny"] + bounds["maxy"]) / 2.0,
        crs=frame.crs,
    )
    lat = middle.to_crs(CGCS2000).y.round(_LATITUDE_DECIMALS).to_numpy()
    shapes = np.empty(len(frame), dtype=object)
    for one in np.unique(lat):
        here = lat == one
        shapes[here] = carried(frame[here], equal_area(one)).geometry.to_numpy()
    return shapes


def _reachable(
    land: gpd.GeoDataFrame,
    table: gpd.GeoDataFrame,
    access: gpd.GeoDataFrame | None,
    within_m: float,
) -> pd.Series[bool]:
    """Whether the largest part still meets a road that the parcel met; NA where it met none."""
    unknown = pd.Series(pd.NA, index=land.index, dtype="boolean")
    if access is None or access.empty or land.empty:
        return unknown
    lat = land.to_crs(CGCS2000).total_bounds[[1, 3]].mean().round()
    crs = equal_area(float(lat))
    roads = shapely.STRtree(carried(access, crs).geometry.to_numpy())

    def meets(frame: gpd.GeoDataFrame) -> npt.NDArray[np.bool_]:
        shapes = carried(frame, crs).geometry.to_numpy()
        near = roads.query(shapes, predicate="dwithin", distance=within_m)[0]
        return np.isin(np.arange(len(shapes)), near)

    main = table.set_geometry(gpd.GeoSeries(table["main"], crs=land.crs))
    return unknown.mask(meets(land), meets(main))


def _reasons(table: gpd.GeoDataFrame, roles: pd.Series[Any]) -> pd.Series[Any]:
    known = table["reachable"].astype(object)
    said = [
        avoidance_reason(
            Left(
                tuple(row.roles),
                float(row.kept_m2),
                float(row.cut_m2),
                int(row.n_parts),
                float(row.main_m2),
                int(row.n_dropped),
                float(row.dropped_m2),
                float(row.width_m),
                float(row.mean_width_m),
                lost_access=row.known is False,
                usable=bool(row.usable),
            )
        )
        for row in table.assign(roles=roles.to_numpy(), known=known).itertuples()
    ]
    return pd.Series(said, index=table.index, dtype=object)
