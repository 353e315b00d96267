"""What a bureau states of a parcel beside the verdict (地块现状)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from dzgis.terms import Text


@dataclass(frozen=True)
class Facts:
    """
    Facts of parcels; every area is ellipsoidal, in m², unless its name says planar.

    A table is None where what it is made of was not given: unknown, not zero.

    Attributes
    ----------
    places : DataFrame or None, indexed by ``parcel_id``
        ``county_code, county, district, cluster, axis`` and further columns of
        `dzgis.allocation.assign`, ``cluster_name`` (`Text` or None), and ``shares``: counties with
        their share, as text.
    zones : DataFrame
        One row a parcel and 3-degree zone that it lies in: ``parcel_id, zone, meridian_deg, crs,
        area_m2, planar_area_m2, share``; areas add up to the area of record, in 0.01 m², the
        planar one is in that zone's CRS.
    land_classes : DataFrame or None
        One row a parcel, land class, village and owner: ``parcel_id, code, name`` (`Text`),
        ``group`` (`LandGroup`, or None), ``village, owner, ownership`` (text as the layer has it,
        blank if it has none), ``area_m2, ridge_m2`` (田坎, deducted), ``net_m2 = area − ridge``,
        ``ridges_known`` (False where nothing was deducted because it is not known what),
        ``patches`` (numbers, joined by ``;``). Parts of a parcel add up to its area of record, in
        0.01 m²; ground without a land class has the blank code and no group; where patches on the
        same ground differ, what they say is joined by ``/``.
    forest : DataFrame or None
        One row a parcel, grade and category (blank where the layer does not say): ``parcel_id,
        grade, category, area_m2, planar_area_m2`` (Gauss-Kruger, the zone of the parcel's middle).
        No row of a parcel without forest land.
    slopes : DataFrame or None, indexed by ``parcel_id``
        Area of each slope class in columns 1 … n (whole numbers) and ``unknown``; they add up to
        the area of record, in 0.01 m². ``mean_deg``, ``median_deg`` of what is known; with the
        DEM's error also ``mean_sd_deg``, ``probability`` that the mean slope is low-hill, and
        ``expected_share``.
    basins : DataFrame or None, indexed by ``parcel_id``
        ``area_m2`` and ``share`` of the parcel in basins (占用坝子面积), NaN where part of the
        parcel is not known, and ``source``: the layer, or ``DEM``.
    notes : tuple of Text
        What must stand beside the tables, e.g. the DEM and its error.
    """

    zones: pd.DataFrame
    places: pd.DataFrame | None = None
    land_classes: pd.DataFrame | None = None
    forest: pd.DataFrame | None = None
    slopes: pd.DataFrame | None = None
    basins: pd.DataFrame | None = None
    notes: tuple[Text, ...] = ()
