"""
Parts of polygons, one for each set of features that lies on them; they add up to the whole.

Where features do not lie on each other a part is what one of them covers. Where they do, the ground
is cut so that each part lies under the same features everywhere: nothing is counted twice, and what
features say differently of one place can be told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from dzgis.area import middle_latitude, official_scale, transformer
from dzgis.crs import equal_area
from dzgis.errors import InputError
from dzgis.overlay.measure import Block, Covered, covered_by
from dzgis.overlay.once import is_whole
from dzgis.overlay.pairs import Target, target_of
from dzgis.overlay.subdivide import clipped
from dzgis.rings import rings_of_shapes, row_areas, shapes_of_rings
from dzgis.terms import Text

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy.typing as npt
    from pyproj import CRS

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]
    Shapes = npt.NDArray[np.object_]
    Cut = tuple[shapely.Geometry, tuple[int, ...]]

TOUCH_M = 0.001
"""What is nowhere wider is a common border: the tolerance of the land survey's topology."""
_WHOLE = 1e-9
"""Share of a feature that may lie beyond a polygon by arithmetic where it is all within."""
_POLYGON = shapely.GeometryType.POLYGON.value
_AREAL = (_POLYGON, shapely.GeometryType.MULTIPOLYGON.value)


class Ground(NamedTuple):
    """
    Polygons and what features cover of them.

    Attributes
    ----------
    target : Target
        The n polygons.
    covered : Covered
    factor : ndarray of float64, (n,)
        By which areas in the target's frame become parts of the area of record.
    """

    target: Target
    covered: Covered
    factor: Floats


class Part(NamedTuple):
    """
    Ground under the same features everywhere.

    Attributes
    ----------
    target : int
        Row of the polygon that it is of.
    features : tuple of int
        Numbers of the features that lie on it, ascending; none where no feature does.
    area_m2 : float
        Ellipsoidal, a part of the polygon's area of record but for rounding.
    shape : Polygon or MultiPolygon
        In the target's frame, counted from its origin.
    """

    target: int
    features: tuple[int, ...]
    area_m2: float
    shape: shapely.Geometry


def ground_under(polygons: gpd.GeoDataFrame, features: gpd.GeoDataFrame, *, name: str) -> Ground:
    """
    Measure what features cover of polygons.

    Parameters
    ----------
    polygons : GeoDataFrame, n rows
        Valid polygons, any CRS.
    features : GeoDataFrame
        Polygons, any CRS; they may lie on each other.
    name : str
        What the features are called in messages.

    Raises
    ------
    InputError
        If a feature near the polygons is not valid.
    """
    # Whole degrees, so that a polygon is measured in one frame whatever lies beside it in the file.
    lat = round(middle_latitude(polygons))
    rings = rings_of_shapes(polygons.geometry.to_numpy())
    target = target_of(rings, polygons.crs, lat_deg=lat)
    block = Block(0, rings_of_shapes(features.geometry.to_numpy()))
    try:
        covered = covered_by(target, [block], features.crs, touch_m=TOUCH_M)
    except InputError as error:
        faults = [Text(f"{name}：{f.zh}", f"{name}: {f.en}") for f in error.faults]
        raise InputError(*faults) from error
    return Ground(target, covered, official_scale(polygons, target.area_m2))


def parts_of(ground: Ground) -> list[Part]:
    """
    Cut polygons into parts.

    Returns
    -------
    list of Part
        By row of the polygon; parts of one row add up to it, ground without a feature last. What
        is nowhere wider than `TOUCH_M` is no part.
    """
    target, covered = ground.target, ground.covered
    pairs = covered.local_pairs
    features, land = shapes_of_rings(covered.rings), shapes_of_rings(target.framed)
    start = np.searchsorted(pairs.target, np.arange(len(land) + 1))
    full = is_whole(target, covered.area_m2)
    within = pairs.area_m2 >= (1.0 - _WHOLE) * row_areas(covered.rings)[pairs.row]
    summed_m2 = np.bincount(pairs.target, pairs.area_m2, minlength=len(land))
    found = []
    for row, one in enumerate(land):
        mine = slice(start[row], start[row + 1])
        whole = is_whole(target, pairs.area_m2[mine], rows=pairs.target[mine])
        own = pairs.row[mine]
        uncut = np.where(whole, one, features[own])
        pieces = _cut(uncut, one, np.flatnonzero(~whole & ~within[mine]))
        parts: list[Cut] = [(piece, (n,)) for piece, n in zip(pieces, own.tolist(), strict=True)]
        if summed_m2[row] > covered.area_m2[row]:
            parts = _apart(parts)
        if not full[row]:
            parts += _left(one, pieces)
        found += [_part(ground, row, *part) for part in parts]
    return found


def planar_areas_m2(ground: Ground, shapes: Shapes, crs: CRS) -> Floats:
    """Planar areas of parts' shapes on the map of another CRS, (n,)."""
    to_map = transformer(equal_area(ground.target.lat_deg), crs)
    origin = ground.target.origin

    def carried(xy: Floats) -> Floats:
        return np.column_stack(to_map.transform(*(xy + origin).T))

    return np.asarray(shapely.area(shapely.transform(shapes, carried)))


def _part(ground: Ground, row: int, shape: shapely.Geometry, features: tuple[int, ...]) -> Part:
    numbers = tuple(ground.covered.features[list(features)].tolist())
    return Part(row, numbers, float(shapely.area(shape) * ground.factor[row]), shape)


def _cut(features: Shapes, land: shapely.Geometry, rows: Ints) -> Shapes:
    """Features, the chosen ones cut at the border of a polygon."""
    pieces = features.copy()
    common = shapely.intersection(clipped(features[rows], land), land)
    for n in np.flatnonzero(~np.isin(shapely.get_type_id(common), _AREAL)):
        common[n] = _areal(common[n])
    pieces[rows] = common
    return pieces


def _apart(pieces: list[Cut]) -> list[Cut]:
    """Pieces that may lie on each other, cut so that none does."""
    parts: list[Cut] = []
    for piece, own in pieces:
        left, before = piece, parts
        parts = []
        for shape, rows in before:
            common = _areal(shapely.intersection(shape, left))
            if is_thin(common, TOUCH_M):
                parts.append((shape, rows))
                continue
            left = _areal(shapely.difference(left, common))
            parts += [(common, (*rows, *own)), (_areal(shapely.difference(shape, common)), rows)]
        parts.append((left, own))
    return [(shape, rows) for shape, rows in parts if not is_thin(shape, TOUCH_M)]


def _left(land: shapely.Geometry, pieces: Shapes) -> list[Cut]:
    """Ground that no piece covers, if there is any."""
    rest = _areal(shapely.difference(land, shapely.union_all(pieces)))
    return [] if is_thin(rest, TOUCH_M) else [(rest, ())]


def is_thin(shape: shapely.Geometry, limit_m: float) -> bool:
    """Whether a shape is nowhere wider than a limit, in metres; one without area is."""
    area, length = shapely.area(shape), shapely.length(shape)
    if area == 0.0:
        return True
    # Narrow on the whole may still be wide at one end.
    narrow = 2.0 * area < limit_m * length
    return bool(narrow and shapely.is_empty(shapely.buffer(shape, -limit_m / 2.0)))


def _areal(shape: shapely.Geometry) -> shapely.Geometry:
    """The polygons of a shape, without lines and points."""
    if shapely.get_type_id(shape) in _AREAL:
        return shape
    parts = shapely.get_parts(shapely.get_parts(shape))
    return shapely.multipolygons(parts[shapely.get_type_id(parts) == _POLYGON])
