"""The 3-degree zones (三度带) that parcels lie in, and their planar areas there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from dzgis.area import carried, polygon_area_m2
from dzgis.crs import CGCS2000, ZONE_WIDTH_DEG, Zone, crs_name, gauss_kruger
from dzgis.frames import check_polygons
from dzgis.official_area import METRES_PER_DEGREE
from dzgis.overlay import TOUCH_M, is_thin
from dzgis.units import DECIMALS_M2, apportioned

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy.typing as npt

COLUMNS = ["parcel_id", "zone", "meridian_deg", "crs", "area_m2", "planar_area_m2", "share"]
_POLE_DEG, _ANY_DEG = 90.0, 102.0
_TOUCH_DEG = TOUCH_M / METRES_PER_DEGREE
"""A part that is nowhere wider only touches the border of its zone."""


def zones_of_parcels(parcels: gpd.GeoDataFrame) -> pd.DataFrame:
    """
    Cut parcels at the borders of 3-degree zones.

    Parameters
    ----------
    parcels : GeoDataFrame, n rows
        Valid polygons with a unique index, in China, any CRS that areas can be measured in.

    Returns
    -------
    DataFrame, one row a parcel and zone, from west to east
        Columns `COLUMNS`: number of the zone, its central meridian in degrees and its CRS without
        prefix; ``area_m2``, ellipsoidal, to 0.01 m², adding up to the parcel's area of record;
        ``planar_area_m2`` of the part on the zone's map; ``share`` of the parcel's area.

    Raises
    ------
    InputError, CRSError
        If polygons are invalid, or lie outside the zones of China.
    """
    check_polygons(parcels, name="parcels")
    ends = _first_and_last(parcels)
    cut = ends[:, 0] < ends[:, 1]
    whole = pd.DataFrame(
        {
            "row": np.flatnonzero(~cut),
            "zone": ends[~cut, 0],
            "m2": polygon_area_m2(parcels[~cut]).to_numpy(),
            "planar_area_m2": _planar_m2(parcels[~cut], ends[~cut, 0]),
        }
    )
    table = pd.concat([whole, _cut(parcels[cut], np.flatnonzero(cut), ends[cut])])
    table = table.sort_values(["row", "zone"], kind="stable", ignore_index=True)
    zones = [Zone(ZONE_WIDTH_DEG, int(number), prefixed=False) for number in table["zone"]]
    by_row = table.groupby("row")["m2"]
    table["parcel_id"] = parcels.index.astype(str).to_numpy()[table["row"]]
    table["meridian_deg"] = [zone.meridian_deg for zone in zones]
    table["crs"] = [crs_name(zone.crs) for zone in zones]
    table["share"] = table["m2"] / by_row.transform("sum")
    record = polygon_area_m2(parcels).to_numpy(dtype=np.float64)
    of_rows = zip(record[np.unique(table["row"])].tolist(), (m2 for _, m2 in by_row), strict=True)
    table["area_m2"] = [
        m2 for total, own in of_rows for m2 in apportioned([*own], total, DECIMALS_M2)[0]
    ]
    return table[COLUMNS]


def _first_and_last(parcels: gpd.GeoDataFrame) -> npt.NDArray[np.int64]:
    """Numbers of the zones in which each parcel begins and ends, (n, 2)."""
    bounds = carried(parcels[[parcels.geometry.name]], CGCS2000).bounds.to_numpy()[:, [0, 2]]
    for lon_deg in (bounds.min(initial=_ANY_DEG), bounds.max(initial=_ANY_DEG)):
        gauss_kruger(float(lon_deg))  # raises where there is no zone
    half = ZONE_WIDTH_DEG / 2.0
    # A parcel that only reaches the border of a zone does not lie in it.
    first = np.floor((bounds[:, 0] + half) / ZONE_WIDTH_DEG)
    last = np.ceil((bounds[:, 1] + half) / ZONE_WIDTH_DEG) - 1.0
    return np.column_stack([first, np.maximum(first, last)]).astype(np.int64)


def _planar_m2(frame: gpd.GeoDataFrame, zones: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Planar area of each row on the map of its zone."""
    planar = np.zeros(len(frame))
    for number in np.unique(zones):
        rows = zones == number
        crs = Zone(ZONE_WIDTH_DEG, int(number), prefixed=False).crs
        planar[rows] = carried(frame[rows], crs).area.to_numpy()
    return planar


def _cut(
    parcels: gpd.GeoDataFrame, rows: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]
) -> pd.DataFrame:
    """Parts of parcels that lie in several zones."""
    degrees = carried(parcels[[parcels.geometry.name]], CGCS2000)
    n_zones = ends[:, 1] - ends[:, 0] + 1
    of = np.repeat(np.arange(len(rows)), n_zones)
    zone = np.concatenate([np.empty(0, np.int64), *(np.arange(a, b + 1) for a, b in ends)])
    west = (zone - 0.5) * ZONE_WIDTH_DEG
    boxes = shapely.box(west, -_POLE_DEG, west + ZONE_WIDTH_DEG, _POLE_DEG)
    pieces = shapely.intersection(degrees.geometry.to_numpy()[of], boxes)
    parts = degrees.iloc[of].set_geometry(pieces, crs=CGCS2000)
    there = np.array([not is_thin(piece, _TOUCH_DEG) for piece in pieces], dtype=bool)
    parts, zone = parts[there], zone[there]
    return pd.DataFrame(
        {
            "row": rows[of[there]],
            "zone": zone,
            "m2": polygon_area_m2(parts).to_numpy(),
            "planar_area_m2": _planar_m2(parts, zone),
        }
    )
