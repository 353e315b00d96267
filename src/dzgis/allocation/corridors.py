"""Corridors (走廊) on both sides of the axes, in bands, each place in that of the nearest axis."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from dzgis.allocation.axes import CORE
from dzgis.crs import CGCS2000, check_scale

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    Shapes = npt.NDArray[np.object_]

_QUARTER_SEGMENTS = 64
"""Of a buffer's round ends: 0.01 % short of the circle at most."""
_STEP_M = 1000.0
_APART_M = 50.0
"""Distance of the places on a line that stand for it where two axes are told apart."""
M_PER_KM = 1000.0
_COMPETES = 2.1
"""Parts of two lines compete for ground as far as twice the outermost band, and a little more."""
_POLYGON = 2
CORRIDOR_COLUMNS = ["axis", "up_to_km", "geometry"]


def corridor_areas(
    axes: gpd.GeoDataFrame, bands_km: Sequence[float], counties: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """
    Corridors of all axes within the counties.

    Parameters
    ----------
    axes : GeoDataFrame
        As `dzgis.allocation.axis_lines` gives them; extensions have no corridor.
    bands_km : sequence of float
        Outer distances of the bands, ascending, e.g. of `dzgis.plan.allocation_rules`.
    counties : GeoDataFrame

    Returns
    -------
    GeoDataFrame in EPSG:4490
        axis (id), up_to_km, geometry: a ring from the band before it to `up_to_km`. No two rows
        have ground in common: a place is in the corridor of the nearest axis, to 25 m where two
        axes are equally near. A band that no county reaches has no row.

    Raises
    ------
    CRSError
        If the axes span so much that one projection is off by more than 0.5 %.

    Notes
    -----
    Distances are those of a transverse Mercator projection about the axes' middle, within 0.05 %
    of the geodesic for the shipped plan.
    """
    core = axes[axes["kind"] == CORE].to_crs(CGCS2000)
    there = shapely.union_all(counties.to_crs(CGCS2000).geometry.to_numpy())
    names = list(dict.fromkeys(core["axis"]))
    if not names:
        return _frame([])
    metric = _projection(core, max(bands_km))
    lines = [core[core["axis"] == name].to_crs(metric).union_all() for name in names]
    nearest = _nearest_to(lines, max(bands_km) * M_PER_KM, metric)
    rows = [
        (name, up_to_km, shape)
        for name, line, mine in zip(names, lines, nearest, strict=True)
        for up_to_km, shape in _rings(line, bands_km, mine, metric, there)
    ]
    return _frame(rows)


def _frame(rows: list[tuple[str, float, shapely.Geometry]]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(rows, columns=CORRIDOR_COLUMNS, geometry="geometry", crs=CGCS2000)


def _projection(core: gpd.GeoDataFrame, reach_km: float) -> CRS:
    west, south, east, north = core.total_bounds
    metric = CRS.from_proj4(
        f"+proj=tmerc +lon_0={(west + east) / 2.0:.4f} +lat_0={(south + north) / 2.0:.4f} "
        "+k=1 +ellps=GRS80 +units=m +no_defs"
    )
    bounds = core.to_crs(metric).buffer(reach_km * M_PER_KM).total_bounds
    check_scale(metric, tuple(map(float, bounds)))  # type: ignore[arg-type]
    return metric


def _nearest_to(lines: list[shapely.Geometry], reach_m: float, metric: CRS) -> Shapes:
    """
    Ground nearer to each axis than to the others, EPSG:4490; everything where there is one axis.

    Cells of places on the lines stand for the lines; only ground that two corridors could claim
    is cut.
    """
    whole = shapely.box(-180.0, -90.0, 180.0, 90.0)
    if len(lines) == 1:
        return np.array([whole], dtype=object)
    wide = [line.buffer(_COMPETES * reach_m) for line in lines]
    owner, places = [], []
    for number, line in enumerate(lines):
        others = shapely.union_all([w for n, w in enumerate(wide) if n != number])
        near = shapely.segmentize(shapely.intersection(line, others), _APART_M)
        found = np.unique(shapely.get_coordinates(near), axis=0)
        # Where the lines are far apart, some places are enough.
        far = np.unique(shapely.get_coordinates(shapely.segmentize(line, reach_m / 4)), axis=0)
        both = np.unique(np.vstack([found, far]), axis=0)
        owner += [number] * len(both)
        places.append(both)
    cells = shapely.get_parts(
        shapely.voronoi_polygons(
            shapely.multipoints(np.vstack(places)),
            extend_to=shapely.box(*shapely.total_bounds(wide)),
        )
    )
    mine = shapely.STRtree(cells).query(shapely.points(np.vstack(places)), predicate="intersects")
    numbers = np.array(owner)[mine[0]]
    areas = [
        shapely.coverage_union_all(cells[np.unique(mine[1][numbers == n])])
        for n in range(len(lines))
    ]
    return _apart(_carried(np.array(areas, dtype=object), metric))


def _apart(areas: Shapes) -> Shapes:
    """The same areas with what an earlier one has taken from later ones."""
    left = areas.copy()
    for n in range(1, len(left)):
        left[n] = shapely.difference(left[n], shapely.union_all(left[:n]))
    return left


def _carried(shapes: Shapes, metric: CRS) -> Shapes:
    """To EPSG:4490, with a vertex at least every kilometre."""
    frame = gpd.GeoSeries(shapely.segmentize(shapes, _STEP_M), crs=metric).to_crs(CGCS2000)
    return np.asarray(frame.to_numpy(), dtype=object)


def _rings(
    line: shapely.Geometry,
    bands_km: Sequence[float],
    mine: shapely.Geometry,
    metric: CRS,
    there: shapely.Geometry,
) -> Iterator[tuple[float, shapely.Geometry]]:
    """Each band of one axis, from the nearest to the farthest."""
    discs = [line.buffer(km * M_PER_KM, quad_segs=_QUARTER_SEGMENTS) for km in bands_km]
    claimed = shapely.intersection(_carried(np.array(discs, dtype=object), metric), mine)
    inner: shapely.Geometry = shapely.Polygon()
    for km, disc in zip(bands_km, claimed, strict=True):
        ring = _polygonal(shapely.intersection(shapely.difference(disc, inner), there))
        inner = disc
        if not ring.is_empty:
            yield float(km), ring


def _polygonal(geometry: shapely.Geometry) -> shapely.Geometry:
    """Only the polygons of a geometry."""
    parts = shapely.get_parts(geometry)
    return shapely.union_all(parts[shapely.get_dimensions(parts) == _POLYGON])


def corridor_zones(corridors: gpd.GeoDataFrame, *, up_to_km: float) -> gpd.GeoDataFrame:
    """
    One area for each axis, all its bands up to a distance together.

    Parameters
    ----------
    corridors : GeoDataFrame
        As `corridor_areas` gives them.
    up_to_km : float
        E.g. ``allocation_rules().corridors.account_km``.

    Returns
    -------
    GeoDataFrame in EPSG:4490
        axis, up_to_km, geometry; no two rows have ground in common.
    """
    within = corridors[corridors["up_to_km"] <= up_to_km]
    rows = [
        (str(axis), float(up_to_km), shapely.union_all(own.geometry.to_numpy()))
        for axis, own in within.groupby("axis", sort=False)
    ]
    return _frame(rows)


def band_keys(corridors: gpd.GeoDataFrame) -> pd.Series[str]:
    """Name of each band, e.g. ``EW:5``."""
    names = [
        f"{axis}:{km:g}" for axis, km in zip(corridors["axis"], corridors["up_to_km"], strict=True)
    ]
    return pd.Series(names, index=corridors.index, dtype=object)
