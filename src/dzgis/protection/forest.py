"""
Forest land of parcels by protection grade and category (林地保护等级 × 森林类别).

Papers on the use of forest land (使用林地) state planar areas, those of land bureaus ellipsoidal
ones: both are given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dzgis.area import carried
from dzgis.crs import CGCS2000, gauss_kruger
from dzgis.errors import InputError
from dzgis.frames import check_polygons
from dzgis.overlay import ground_under, parts_of, planar_areas_m2
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    import geopandas as gpd
    import numpy.typing as npt
    from pyproj import CRS

    from dzgis.frames import Layer
    from dzgis.overlay import Ground, Part

COLUMNS = ["parcel_id", "grade", "category", "area_m2", "planar_area_m2"]
GRADE, CATEGORY = "forest_grade", "forest_category"
_DISPUTED = "/"


def parcel_forest(parcels: gpd.GeoDataFrame, layer: Layer) -> pd.DataFrame:
    """
    Areas of forest land in each parcel.

    Parameters
    ----------
    parcels : GeoDataFrame, n rows
        Valid polygons indexed by unique ``parcel_id``, any CRS.
    layer : Layer
        Forest land, with ``forest_grade`` and ``forest_category`` as far as it has them.

    Returns
    -------
    DataFrame, one row a parcel, grade and category; none of a parcel without forest land
        Columns `COLUMNS`; grade and category are blank where the layer does not say, and joined by
        a slash where features on the same ground say different things. Ground under several
        features counts once. ``area_m2`` is ellipsoidal, a part of the area of record;
        ``planar_area_m2`` that on the map of the 3-degree zone of the parcel's middle. Unrounded.

    Raises
    ------
    InputError
        If parcels are invalid, the layer has no frame, or features near the parcels are invalid.
    CRSError
        If parcels lie outside the zones of China.
    """
    check_polygons(parcels, name="parcels")
    if layer.frame is None:
        raise InputError(Text(f"图层 {layer.role} 不可用", f"layer {layer.role} cannot be used"))
    ground = ground_under(parcels, layer.frame, name=layer.source or layer.role)
    parts = [part for part in parts_of(ground) if part.features]
    grade, category = (_words(layer.frame, column) for column in (GRADE, CATEGORY))
    table = pd.DataFrame(
        {
            "row": np.array([part.target for part in parts], dtype=np.int64),
            "grade": [_together(grade[list(part.features)]) for part in parts],
            "category": [_together(category[list(part.features)]) for part in parts],
            "area_m2": np.array([part.area_m2 for part in parts], dtype=np.float64),
            "planar_area_m2": _planar_m2(parcels, ground, parts),
        }
    )
    sums = table.groupby(["row", "grade", "category"], as_index=False).sum()
    sums["parcel_id"] = parcels.index.astype(str).to_numpy()[sums["row"].to_numpy()]
    return sums[COLUMNS]


def _words(frame: gpd.GeoDataFrame, column: str) -> npt.NDArray[np.object_]:
    if column not in frame.columns:
        return np.full(len(frame), "", dtype=object)
    return np.asarray(frame[column].fillna("").astype(str), dtype=object)


def _together(values: Iterable[str]) -> str:
    """Values that are said, each once; a blank says nothing."""
    return _DISPUTED.join(sorted({value for value in values if value}))


def _planar_m2(
    parcels: gpd.GeoDataFrame, ground: Ground, parts: list[Part]
) -> npt.NDArray[np.float64]:
    """Planar area of each part on the map of its parcel's zone."""
    zones = middle_zones(parcels)
    of = np.array([zones[part.target] for part in parts], dtype=object)
    shapes = np.array([part.shape for part in parts], dtype=object)
    planar = np.zeros(len(parts))
    for crs in dict.fromkeys(zones):
        rows = np.flatnonzero([zone == crs for zone in of])
        planar[rows] = planar_areas_m2(ground, shapes[rows], crs)
    return planar


def middle_zones(parcels: gpd.GeoDataFrame) -> list[CRS]:
    """3-degree zone, without prefix, in which the middle of each parcel lies."""
    bounds = carried(parcels[[parcels.geometry.name]], CGCS2000).bounds.to_numpy()
    return [gauss_kruger(lon) for lon in bounds[:, [0, 2]].mean(axis=1).tolist()]
