"""A plane of each parcel's own, in which metres are metres."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
import shapely
from layers import CGCS2000
from pyproj import Transformer

if TYPE_CHECKING:
    import geopandas as gpd


@dataclass(frozen=True)
class LocalPlane:
    """Transverse Mercator plane on the middle of a parcel, and the parcel's `shape` in it."""

    forward: Transformer
    shape: shapely.Geometry

    @classmethod
    def on(cls, parcel: shapely.Geometry) -> Self:
        """Plane on a parcel in EPSG:4490."""
        centre = parcel.centroid
        origin = f"+lat_0={centre.y:.6f} +lon_0={centre.x:.6f}"
        frame = f"+proj=tmerc {origin} +ellps=GRS80 +units=m +no_defs"
        forward = Transformer.from_crs(CGCS2000, frame, always_xy=True)
        return cls(forward, _carried(parcel, forward, "FORWARD"))

    def from_degrees(self, shape: shapely.Geometry) -> shapely.Geometry:
        """Shape in the plane of one in EPSG:4490."""
        return _carried(shape, self.forward, "FORWARD")

    def to_degrees(self, shape: shapely.Geometry) -> shapely.Geometry:
        """Shape in EPSG:4490 of one in the plane."""
        return _carried(shape, self.forward, "INVERSE")


def _carried(shape: shapely.Geometry, how: Transformer, direction: str) -> shapely.Geometry:
    return shapely.transform(
        shape, lambda xy: np.column_stack(how.transform(*xy.T, direction=direction))
    )


def planes_of(parcels: gpd.GeoDataFrame) -> dict[str, LocalPlane]:
    """Plane of each parcel by its number (DKBH)."""
    return {
        code: LocalPlane.on(shape)
        for code, shape in zip(parcels["DKBH"], parcels.geometry, strict=True)
    }
