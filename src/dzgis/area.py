"""
Areas on the CGCS2000 ellipsoid (椭球面积) of polygons and of cells, and a frame to cut them in.

A polygon's edge is a straight line in the CRS in which the polygon is given. The area of record is
that of the official formula (`dzgis.official_area`). Where polygons have to be cut, edges are split
to at most 70 m and carried to a cylindrical equal-area frame on the ellipsoid, in which a planar
area is the ellipsoidal area.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from pyproj import Transformer

from dzgis.crs import CGCS2000, INVERSE_FLATTENING, SEMI_MAJOR_M, equal_area, is_metric
from dzgis.errors import CRSError
from dzgis.official_area import MAX_EDGE_M, METRES_PER_DEGREE, official_area_m2
from dzgis.rings import rings_of_shapes
from dzgis.terms import Text

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy.typing as npt
    import pandas as pd
    from pyproj import CRS

    from dzgis.grid import Grid

_LATTICE_CELLS = 64
_LATTICE_M = 2000.0
_ANY_LATITUDE_DEG = 30.0


def to_equal_area(frame: gpd.GeoDataFrame, *, lat_deg: float | None = None) -> gpd.GeoDataFrame:
    """
    Carry polygons to the equal-area frame, edges split to at most 70 m first.

    Parameters
    ----------
    frame : GeoDataFrame
        Polygons in a geographic CRS or a projected one in metres.
    lat_deg : float, optional
        Latitude at which the frame is true to shape; by default the middle of `frame`.

    Returns
    -------
    GeoDataFrame
        Same rows and columns; planar areas in it are ellipsoidal areas in m².

    Raises
    ------
    CRSError
        If the CRS is missing, or projected in another unit than metres.
    """
    lat = middle_latitude(frame) if lat_deg is None else lat_deg
    return carried(frame, equal_area(lat))


def carried(frame: gpd.GeoDataFrame, crs: CRS) -> gpd.GeoDataFrame:
    """
    Carry polygons to another CRS; edges that would bend on the way are split first.

    Raises
    ------
    CRSError
        If the frame's CRS is missing, or projected in another unit than metres.
    """
    if frame.crs == crs:
        return frame
    straight = frame.crs is not None and frame.crs.is_geographic and crs.is_geographic
    return (frame if straight else densified(frame)).to_crs(crs)


def carried_back(frame: gpd.GeoDataFrame, crs: CRS) -> gpd.GeoDataFrame:
    """
    Carry polygons out of the equal-area frame, to where carrying them forth finds them again.

    PROJ inverts the frame by a series of few terms, which is up to 1.6 mm off to the south; what
    the points then lack on the way forth is made good.

    Raises
    ------
    CRSError
        If the frame's CRS is missing, or projected in another unit than metres.
    """
    import geopandas as gpd
    import shapely

    dense = densified(frame)
    shapes = dense.geometry.to_numpy().copy()
    xy = shapely.get_coordinates(shapes)
    back, forth = transformer(frame.crs, crs), transformer(crs, frame.crs)
    again = np.column_stack(forth.transform(*back.transform(*xy.T)))
    better = np.column_stack(back.transform(*(xy + (xy - again)).T))
    there = gpd.GeoSeries(shapely.set_coordinates(shapes, better), index=frame.index, crs=crs)
    return still_valid(dense.set_geometry(there))


def still_valid(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """
    Polygons that were valid before they were carried, valid again.

    Straight edges of 70 m bend by 0.05 mm between two CRS: a gap or a spine that is narrower may
    be crossed. What lies within the crossing belongs to the polygon then.
    """
    import shapely

    shapes = frame.geometry.to_numpy()
    broken = ~shapely.is_valid(shapes)
    if not broken.any():
        return frame
    mended = shapes.copy()
    mended[broken] = shapely.make_valid(shapes[broken], method="structure", keep_collapsed=False)
    return frame.set_geometry(mended, crs=frame.crs)


def densified(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """
    Split edges to at most 70 m, in the CRS in which they are given.

    Raises
    ------
    CRSError
        If the CRS is missing, or projected in another unit than metres.
    """
    check_measurable(frame.crs)
    return frame.set_geometry(frame.geometry.segmentize(longest_edge(frame.crs)))


def longest_edge(crs: CRS) -> float:
    """Longest edge that is carried over unsplit: 70 m, in degrees where the CRS is in degrees."""
    return MAX_EDGE_M / METRES_PER_DEGREE if crs.is_geographic else MAX_EDGE_M


def check_measurable(crs: CRS | None) -> None:
    """Raise unless areas can be measured in a CRS: geographic, or projected in metres."""
    if crs is None or not (crs.is_geographic or is_metric(crs)):
        raise CRSError(
            Text(
                f"面积计算需要地理坐标系或以米为单位的投影坐标系，现为：{crs}；请先投影",
                f"areas need a geographic CRS or a projected one in metres, found: {crs}; "
                "reproject first",
            )
        )


def middle_latitude(frame: gpd.GeoDataFrame) -> float:
    """Latitude in degrees of the middle of a frame's bounds, 0 where it has no extent."""
    check_measurable(frame.crs)
    west, south, east, north = frame.total_bounds
    if not np.isfinite([west, south, east, north]).all():
        return 0.0
    x, y = [west, west, east, east], [south, north, south, north]
    _, lat = transformer(frame.crs, CGCS2000).transform(x, y)
    return float((min(lat) + max(lat)) / 2) if np.isfinite(lat).all() else 0.0


def polygon_area_m2(frame: gpd.GeoDataFrame) -> pd.Series[float]:
    """
    Ellipsoidal area of each row by the official formula, holes subtracted and parts added.

    Parameters
    ----------
    frame : GeoDataFrame, n rows
        Valid polygons in a geographic CRS or a projected one in metres.

    Returns
    -------
    Series, n rows
        ``area_m2`` in square metres, unrounded, on the index of `frame`; NaN without geometry.

    Raises
    ------
    CRSError
        If the CRS is missing, or projected in another unit than metres.

    See Also
    --------
    dzgis.official_area.official_area_m2 : What an edge is in each kind of CRS.
    """
    import pandas as pd

    check_measurable(frame.crs)
    area = official_area_m2(rings_of_shapes(_polygonal(frame.geometry.to_numpy())), frame.crs)
    area[frame.geometry.isna().to_numpy()] = np.nan
    return pd.Series(area, index=frame.index, name="area_m2", dtype=float)


def _polygonal(shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """The same, with the polygons of a collection in its place and none in place of the rest."""
    import shapely

    areal = (shapely.GeometryType.POLYGON.value, shapely.GeometryType.MULTIPOLYGON.value)
    other = ~np.isin(shapely.get_type_id(shapes), areal) & ~shapely.is_missing(shapes)
    if not other.any():
        return shapes
    result = shapes.copy()
    for n in np.flatnonzero(other):
        parts = shapely.get_parts(shapely.get_parts(shapes[n]))
        result[n] = shapely.multipolygons(parts[shapely.get_type_id(parts) == areal[0]])
    return result


def official_scale(
    frame: gpd.GeoDataFrame, equal_area_m2: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """
    Factor by which areas cut in the equal-area frame become parts of the area of record.

    Parameters
    ----------
    frame : GeoDataFrame, n rows
        As for `polygon_area_m2`.
    equal_area_m2 : ndarray, (n,)
        Area of each row in the equal-area frame.

    Returns
    -------
    ndarray, (n,)
        Within 1e-7 of 1 but for polygons of a few square metres; 1 where a row has no area.
    """
    official = polygon_area_m2(frame).to_numpy()
    whole = np.asarray(equal_area_m2, dtype=np.float64)
    return np.divide(official, whole, out=np.ones_like(whole), where=whole > 0.0)


@dataclass(frozen=True)
class AreaLattice:
    """
    Areas of cells, equal within the boxes of a lattice.

    Attributes
    ----------
    rows, cols : ndarray of int64
        Edges of the boxes, from 0 to the grid's height and width.
    cell_m2 : ndarray, (len(rows) - 1, len(cols) - 1)
        Ellipsoidal area of each cell of a box, in square metres.
    """

    rows: npt.NDArray[np.int64]
    cols: npt.NDArray[np.int64]
    cell_m2: npt.NDArray[np.float64]


def area_lattice(grid: Grid) -> AreaLattice:
    """
    Ellipsoidal area of the cells of a grid.

    Parameters
    ----------
    grid : Grid
        Geographic and not turned (a box is a row), or projected in metres.
    """
    if grid.crs.is_geographic:
        rows = np.arange(grid.height + 1)
        q = _authalic_q(np.sin(np.radians(grid.transform.f + grid.transform.e * rows)))
        m2 = np.abs(np.diff(q)) * np.radians(abs(grid.transform.a))
        return AreaLattice(rows, np.array([0, grid.width]), m2[:, np.newaxis])
    width, height = grid.cell_size
    rows, cols = _edges(grid.height, height), _edges(grid.width, width)
    return AreaLattice(rows, cols, _box_area_m2(grid, rows, cols))


def cell_area_m2(grid: Grid) -> npt.NDArray[np.float64]:
    """
    Ellipsoidal area of each cell of a grid.

    Parameters
    ----------
    grid : Grid
        As for `area_lattice`.

    Returns
    -------
    ndarray, (rows, cols) or (rows, 1)
        Square metres; one column where all cells of a row are equal (geographic grids).
    """
    lattice = area_lattice(grid)
    if grid.crs.is_geographic:
        return lattice.cell_m2
    spread = np.repeat(lattice.cell_m2, np.diff(lattice.rows), axis=0)
    return np.asarray(np.repeat(spread, np.diff(lattice.cols), axis=1))


def _authalic_q(sin_lat: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Area in m² between the equator and a latitude, per radian of longitude."""
    flattening = 1.0 / INVERSE_FLATTENING
    e2 = flattening * (2.0 - flattening)
    e = np.sqrt(e2)
    b2 = SEMI_MAJOR_M**2 * (1.0 - e2)
    result: npt.NDArray[np.float64] = (
        b2 / 2.0 * (sin_lat / (1.0 - e2 * sin_lat**2) + np.arctanh(e * sin_lat) / e)
    )
    return result


def _box_area_m2(
    grid: Grid, rows: npt.NDArray[np.int64], cols: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """Area of the boxes' quadrilaterals on the ellipsoid, spread evenly over their cells."""
    t = grid.transform
    col, row = np.meshgrid(cols, rows)
    east, north = t.c + t.a * col + t.b * row, t.f + t.d * col + t.e * row
    x, y = _carry(east, north, crs=grid.crs)
    # Half the cross product of the diagonals; the corners' own products would cost digits.
    down_x, down_y = x[1:, 1:] - x[:-1, :-1], y[1:, 1:] - y[:-1, :-1]
    up_x, up_y = x[:-1, 1:] - x[1:, :-1], y[:-1, 1:] - y[1:, :-1]
    quad = np.abs(down_x * up_y - up_x * down_y) / 2.0
    return np.asarray(quad / np.outer(np.diff(rows), np.diff(cols)))


def _edges(n_cells: int, cell_m: float) -> npt.NDArray[np.int64]:
    """Cell edges at most 64 cells and, where cells are smaller than that, 2 km apart."""
    step = min(_LATTICE_CELLS, max(int(_LATTICE_M // cell_m), 1))
    return np.unique(np.append(np.arange(0, n_cells, step), n_cells))


def _carry(
    east: npt.NDArray[np.float64], north: npt.NDArray[np.float64], *, crs: CRS
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    lon, lat = transformer(crs, CGCS2000).transform(east, north)
    # Areas are the same whatever the latitude of true shape.
    x, y = transformer(CGCS2000, equal_area(_ANY_LATITUDE_DEG)).transform(lon, lat)
    return np.asarray(x), np.asarray(y)


@lru_cache(maxsize=16)
def transformer(source: CRS, target: CRS) -> Transformer:
    """Carry easting, northing (longitude, latitude) from one CRS to another."""
    return Transformer.from_crs(source, target, always_xy=True)
