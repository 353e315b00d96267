"""Geometry as the browser wants it: longitude and latitude, short numbers, few vertices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely
from pyproj import Transformer

from dzgis.errors import CRSError
from dzgis.frames import check_columns
from dzgis.maps.model import MOST_PLAIN
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

FINE_DECIMALS = 6
"""Of a degree: 0.1 m, so that a sliver of a metre stays one."""

COARSE_DECIMALS = 5
"""Of a degree: 1 m, enough for what is simplified to tens of metres."""

MAX_VERTICES = 120_000
"""Of one layer; a layer with more is simplified further until it fits."""

_WEB_MERCATOR = 3857
_DEGREES = 4326
_MAX_DOUBLINGS = 6


def drawable(
    frame: gpd.GeoDataFrame,
    *,
    name: str,
    required: tuple[str, ...] = (),
    optional: tuple[str, ...] = (),
) -> gpd.GeoDataFrame:
    """
    Rows of a frame that have a geometry, in Web Mercator, on the frame's index.

    Parameters
    ----------
    frame : GeoDataFrame
        In any CRS; with zero rows it needs neither a CRS nor columns.
    name : str
        What messages call the frame.
    required, optional : tuple of str
        Columns that the result has; an optional one that is missing is all unknown.

    Raises
    ------
    CRSError
        If the frame has no CRS.
    InputError
        If it lacks a required column.
    """
    if frame.empty:
        columns = [*required, *optional, "geometry"]
        return gpd.GeoDataFrame(columns=columns, geometry="geometry", crs=_WEB_MERCATOR)
    check_columns(frame, required, name=name)
    if frame.crs is None:
        raise CRSError(
            Text(
                f"图层 {name} 没有坐标系，无法上图；请先指定坐标系",
                f"layer '{name}' has no CRS and cannot be put on the map; give it one first",
            )
        )
    shapes = frame.geometry
    missing = {column: None for column in optional if column not in frame.columns}
    return frame[shapes.notna() & ~shapes.is_empty].to_crs(_WEB_MERCATOR).assign(**missing)


def simplified(frame: gpd.GeoDataFrame, tolerance_m: float) -> gpd.GeoDataFrame:
    """
    Frame with polygons simplified to `tolerance_m` on the ground, or more if there are very many.

    A frame that will be packed keeps its shapes: its features are drawn only where they are seen.

    Parameters
    ----------
    frame : GeoDataFrame
        In Web Mercator, whose metres are longer than those on the ground by 1/cos(latitude).
    tolerance_m : float
    """
    if frame.empty or len(frame) > MOST_PLAIN:
        return frame
    tolerance = tolerance_m / np.cos(np.radians(_middle_latitude(frame)))
    thin = frame.geometry.to_numpy()
    for doubling in range(_MAX_DOUBLINGS):
        thin = shapely.simplify(thin, tolerance * 2**doubling, preserve_topology=True)
        if shapely.get_num_coordinates(thin).sum() <= MAX_VERTICES:
            break
    return frame.set_geometry(thin, crs=frame.crs)


def _middle_latitude(frame: gpd.GeoDataFrame) -> float:
    _, south, _, north = frame.to_crs(_DEGREES).total_bounds
    return float((south + north) / 2)


def shapes_in_degrees(frame: gpd.GeoDataFrame, *, decimals: int) -> npt.NDArray[np.object_]:
    """Geometry of each row in degrees, rounded to `decimals`."""
    shapes = shapely.force_2d(frame.to_crs(_DEGREES).geometry.to_numpy())
    rounded: npt.NDArray[np.object_] = shapely.transform(shapes, lambda xy: np.round(xy, decimals))
    return rounded


def geojson(shapes: Sequence[shapely.Geometry]) -> list[str]:
    """GeoJSON of each geometry."""
    return [str(text) for text in shapely.to_geojson(np.array(shapes, dtype=object))]


def degrees_of(points: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Latitude and longitude of Web Mercator positions, (n, 2), to the metre."""
    easting, northing = np.asarray(points, dtype=np.float64).reshape(-1, 2).T
    to_degrees = Transformer.from_crs(_WEB_MERCATOR, _DEGREES, always_xy=True)
    lon, lat = to_degrees.transform(easting, northing)
    return np.round(np.column_stack([lat, lon]), COARSE_DECIMALS)


def label_points(frame: gpd.GeoDataFrame) -> npt.NDArray[np.float64]:
    """Latitude and longitude of a point well inside each row's geometry."""
    return degrees_of([shapely.get_coordinates(_inner_point(shape))[0] for shape in frame.geometry])


def _inner_point(shape: shapely.Geometry) -> shapely.Point:
    """Centre of the largest circle in the largest part; of a line, its middle."""
    parts = shapely.get_parts(shape)
    largest = parts[int(np.argmax(shapely.area(parts)))]
    if shapely.area(largest) == 0:
        return shapely.point_on_surface(largest)
    west, south, east, north = largest.bounds
    circle = shapely.maximum_inscribed_circle(
        largest, tolerance=max(east - west, north - south) / 50
    )
    return shapely.get_point(circle, 0)


def bounds_degrees(frames: list[gpd.GeoDataFrame]) -> tuple[float, float, float, float] | None:
    """West, south, east, north of the first frame that has any geometry, or None."""
    for frame in frames:
        if not frame.empty and (frame.geometry.notna() & ~frame.geometry.is_empty).any():
            west, south, east, north = frame.to_crs(_DEGREES).total_bounds
            return float(west), float(south), float(east), float(north)
    return None
