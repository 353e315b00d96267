"""
Column names of the frames that rooms exchange.

========== ============ ===========================================================================
frame      index        columns
========== ============ ===========================================================================
counties   range        county_code, county, district, geometry
townships  range        township_code, township, county_code, acc_km, approximate, geometry
clusters   range        cluster, name, district, status, geometry (one row a cluster and status)
axes       range        axis, name, line, kind, geometry (lines, geodesics at ≤ 1 km)
layer      range        feature_id, geometry, and the attributes that rules name
parcels    parcel_id    name, geometry
overlaps   range        parcel_id, rule, role, contact, area_m2, width_m, feature_ids, geometry
candidates candidate_id county_code, county, area_m2, mean_slope_deg, geometry
========== ============ ===========================================================================

All geometry is in the CRS that the frame carries; every area is ellipsoidal, in m².
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dzgis.errors import InputError
from dzgis.terms import LayerStatus, Text

if TYPE_CHECKING:
    import geopandas as gpd

COUNTIES = ("county_code", "county", "district")
PARCELS = ("name",)
FEATURE_ID = "feature_id"


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
