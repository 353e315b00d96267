"""The layer under examination, and how faults of it are written down."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from pyproj import Transformer
from shapely import GeometryType

from dzgis.crs import CGCS2000
from dzgis.faults import Fault
from dzgis.inputs.quality.kinds import kinds
from dzgis.terms import Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    import numpy.typing as npt
    import pandas as pd

    from dzgis.inputs.quality.standards import Standard
    from dzgis.terms import Text

_AREAL = (GeometryType.POLYGON.value, GeometryType.MULTIPOLYGON.value)
_DEGREE_M = 111_320.0
"""Length of a degree of longitude on the equator, near enough for limits."""


@dataclass(frozen=True)
class Subject:
    """
    A layer under examination.

    Attributes
    ----------
    frame : GeoDataFrame
        As read; the index is the record number.
    where : str
        How messages call it.
    labels : Series
        What each record calls itself, on the index of `frame`; blank where it has no name.
    standard : Standard or None
        The standard layer that it is recognised as.
    is_parcels : bool
    misplaced : ndarray of bool or None
        Records whose coordinates do not mean what they should, once that is known; nothing is
        measured of them.
    """

    frame: gpd.GeoDataFrame
    where: str
    labels: pd.Series[str]
    standard: Standard | None = None
    is_parcels: bool = False
    misplaced: npt.NDArray[np.bool_] | None = None

    @cached_property
    def shapes(self) -> npt.NDArray[np.object_]:
        """Geometry of the records."""
        return np.asarray(self.frame.geometry.to_numpy(), dtype=object)

    @property
    def tiles(self) -> bool:
        """Whether the layer must cover its ground without gap and overlap."""
        return self.standard is not None and self.standard.tiles

    @cached_property
    def is_polygon(self) -> npt.NDArray[np.bool_]:
        """Which records have a polygon that is not empty and lies where it should."""
        shapes = self.shapes
        there = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
        if self.misplaced is not None:
            there &= ~self.misplaced
        return np.asarray(there & np.isin(shapely.get_type_id(shapes), _AREAL))

    @cached_property
    def is_sound(self) -> npt.NDArray[np.bool_]:
        """Which records have a valid polygon."""
        with np.errstate(invalid="ignore", over="ignore"):
            return np.asarray(self.is_polygon & shapely.is_valid(self.shapes))

    @cached_property
    def middles(self) -> npt.NDArray[np.object_]:
        """Point of each record's shape, None where it has none."""
        shapes = self.shapes
        points = np.full(len(shapes), None, dtype=object)
        sound = self.is_sound
        points[sound] = shapely.point_on_surface(shapes[sound])
        for row in np.flatnonzero(~sound):
            points[row] = _point(*_middle(shapes[row]))
        return points

    @cached_property
    def records(self) -> list[tuple[int, str]]:
        """Number of each record and what it calls itself."""
        return list(zip(map(int, self.frame.index), map(str, self.labels), strict=True))

    def metres(self, lat_deg: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Metres of one unit of x and of y at points of the layer, (n, 2)."""
        if not self.frame.crs.is_geographic:
            return np.ones((len(lat_deg), 2))
        unit = np.full((len(lat_deg), 2), _DEGREE_M)
        unit[:, 0] *= np.cos(np.radians(lat_deg))
        return unit


def fault(
    subject: Subject,
    code: str,
    message: Text,
    *,
    row: int | np.integer[Any] | None = None,
    at: Sequence[float] | None = None,
    severity: Severity | None = None,
) -> Fault:
    """
    Fault of a layer, or of the record in position `row` of its frame.

    Parameters
    ----------
    subject : Subject
    code : str
        Of its kind.
    message : Text
        What was found, without the layer and the record.
    row : int, optional
    at : (x, y), optional
        By default a point of the record's shape.
    severity : Severity, optional
        By default that of the kind.
    """
    kind = kinds()[code]
    record, label, point = None, "", None
    if row is not None:
        record, label = subject.records[row]
        point = subject.middles[row]
    if at is not None:
        point = _point(float(at[0]), float(at[1]))
    x, y = (math.nan, math.nan) if point is None else (float(point.x), float(point.y))
    return Fault(
        kind=kind,
        severity=severity or kind.severity,
        layer=subject.where,
        message=message,
        record=record,
        feature_id=label,
        x=x,
        y=y,
        geometry=point,
    )


def _point(x: float, y: float) -> shapely.Point | None:
    return shapely.Point(x, y) if math.isfinite(x) and math.isfinite(y) else None


def measured(one: Fault, measure: float, unit: str) -> Fault:
    """Fault with its size."""
    return replace(one, measure=float(measure), unit=unit)


def drawn(one: Fault, shape: shapely.Geometry) -> Fault:
    """Fault with its shape; its place is a point of the shape."""
    x, y = _middle(shape)
    return replace(one, geometry=shape, x=x, y=y)


def _middle(shape: shapely.Geometry | None) -> tuple[float, float]:
    """Point of a shape, of its bounds where the shape is broken; NaN where it has none."""
    if shape is None or shapely.is_empty(shape):
        return math.nan, math.nan
    if shapely.is_valid(shape):
        point = shapely.point_on_surface(shape)
        return float(point.x), float(point.y)
    coordinates = shapely.get_coordinates(shape)
    finite = coordinates[np.isfinite(coordinates).all(axis=1)]
    if not len(finite):
        return math.nan, math.nan
    x, y = finite[0]
    return float(x), float(y)


def located(faults: Sequence[Fault], subject: Subject) -> list[Fault]:
    """Faults with their places in CGCS2000 degrees, where the layer's CRS says where that is."""
    if not faults:
        return []
    x = np.array([one.x for one in faults])
    y = np.array([one.y for one in faults])
    carry = Transformer.from_crs(subject.frame.crs, CGCS2000, always_xy=True)
    lon, lat = carry.transform(x, y)
    known = np.isfinite(lon) & np.isfinite(lat)
    return [
        replace(one, lon=float(lon[n]), lat=float(lat[n])) if known[n] else one
        for n, one in enumerate(faults)
    ]


def ordered(faults: Sequence[Fault]) -> tuple[Fault, ...]:
    """Errors first, then kind by kind, record by record."""
    rank = {code: n for n, code in enumerate(kinds())}
    return tuple(
        sorted(
            faults,
            key=lambda one: (one.severity is not Severity.ERROR, rank[one.code], one.record or 0),
        )
    )
