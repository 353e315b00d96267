"""
Column names of the frames that rooms exchange.

========== ============ ===========================================================================
frame      index        columns
========== ============ ===========================================================================
counties   range        county_code, county, district, geometry
townships  range        township_code, township, county_code, acc_km, approximate, geometry
clusters   range        cluster, name, district, status, geometry (one row a cluster and status)
axes       range        axis, name, line, kind, geometry (lines, geodesics at ≤ 1 km)
layer      range        feature_id, geometry, and the attributes that rules need and reports print
parcels    parcel_id    name, geometry
overlaps   range        parcel_id, rule, role, contact, area_m2, width_m, feature_ids, geometry
candidates candidate_id county_code, county, area_m2, mean_slope_deg, width_m, compactness,
                        filled_m2, suitability, chosen, geometry
========== ============ ===========================================================================

All geometry is in the CRS that the frame carries; every area is ellipsoidal, in m².
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from dzgis.errors import InputError, listed, raise_all
from dzgis.terms import LayerStatus, Text

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy.typing as npt

COUNTIES = ("county_code", "county", "district")
FEATURE_ID = "feature_id"
_POLYGON, _MULTIPOLYGON = 3, 6


@dataclass(frozen=True)
class Layer:
    """
    A protection layer as the rooms see it.

    Attributes
    ----------
    role : str
        E.g. ``pbf``.
    frame : GeoDataFrame or None
        Valid polygons with ``feature_id`` and the attributes that rules name. None where the layer
        is absent or cannot be used; zero rows mean "surveyed, none found".
    extent : GeoDataFrame or None
        Polygons within which the layer was surveyed; None where that is not known.
    status : LayerStatus
    source : str
        Path and layer name as given.
    sha256 : str
        Hash of the file or folder.
    date, valid_until : str
        ISO dates, empty where not known.
    n_features : int
    reason : Text or None
        Why the layer is not used.
    extent_basis : Text or None
        How the surveyed extent is known.
    note : str
        What every product must repeat, e.g. that the layer is generated.
    remarks : tuple of Text
        What is odd about the layer without keeping it from being used; products repeat it too.
    """

    role: str
    frame: gpd.GeoDataFrame | None
    extent: gpd.GeoDataFrame | None
    status: LayerStatus
    source: str = ""
    sha256: str = ""
    date: str = ""
    valid_until: str = ""
    n_features: int = 0
    reason: Text | None = None
    extent_basis: Text | None = None
    note: str = ""
    remarks: tuple[Text, ...] = ()


def check_polygons(frame: gpd.GeoDataFrame, *, name: str) -> None:
    """
    Raise unless a frame holds what areas can be measured of.

    Parameters
    ----------
    frame : GeoDataFrame
        Must have a CRS, a unique index, and a valid, non-empty polygon in every row.
    name : str
        What the frame is called in the message.

    Raises
    ------
    InputError
        With all faults at once, rows named by their index.
    """
    ids = frame.index.astype(str).to_numpy()
    geometry = frame.geometry.to_numpy()
    missing = shapely.is_missing(geometry) | shapely.is_empty(geometry)
    other = ~missing & ~np.isin(shapely.get_type_id(geometry), (_POLYGON, _MULTIPOLYGON))
    broken = ~missing & ~other & ~shapely.is_valid(geometry)
    cases = {
        "没有图形/has no geometry": missing,
        "不是面/is no polygon": other,
        "图形无效（如自相交）/has invalid geometry (e.g. self-intersection)": broken,
        "编号重复/has an id that comes twice": frame.index.duplicated(keep=False),
    }
    faults = [_row_fault(name, what, ids[rows]) for what, rows in cases.items() if rows.any()]
    if frame.crs is None:
        faults.insert(0, Text(f"{name} 没有坐标系；请先指定", f"{name}: no CRS; set it first"))
    raise_all(faults)


def _row_fault(name: str, what: str, rows: npt.NDArray[np.str_]) -> Text:
    zh, en = what.split("/")
    return Text(
        f"{name}：{listed(rows)} {zh}；请先修正", f"{name}: {listed(rows)} {en}; repair it first"
    )


def check_columns(frame: gpd.GeoDataFrame, columns: tuple[str, ...], *, name: str) -> None:
    """Raise when a frame lacks columns; `name` is what the frame is called in the message."""
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        there = ", ".join(map(str, frame.columns))
        raise InputError(
            Text(
                f"{name} 缺少字段 {', '.join(missing)}（现有：{there}）",
                f"{name} lacks columns {', '.join(missing)} (found: {there})",
            )
        )
