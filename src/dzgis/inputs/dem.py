"""Elevation rasters in memory: one or several files, or the part around some polygons."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import shapely

from dzgis.crs import crs_name
from dzgis.errors import InputError, raise_all
from dzgis.grid import Raster, Window
from dzgis.inputs.dem_overlaps import meet
from dzgis.inputs.dem_rows import forget
from dzgis.inputs.dem_source import DemSource, open_dem_source, part_of, read_block
from dzgis.inputs.dem_values import check_some, tell_found
from dzgis.inputs.log import LOG
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import geopandas as gpd
    import numpy.typing as npt

    from dzgis.inputs.dem_overlaps import Box

_EDGE_DEG, _EDGE_M = 0.01, 1000.0
_ALMOST_ALL = 0.999


def read_dem(
    paths: Sequence[Path], *, around: gpd.GeoDataFrame | None = None, margin_cells: int = 3
) -> Raster:
    """
    Read elevations of one or several rasters that lie on one lattice of cells.

    Parameters
    ----------
    paths : sequence of Path
        Rasters with one band of elevations in metres, of one CRS, cell size and alignment; where
        they overlap, the earlier one counts.
    around : GeoDataFrame, optional
        Only the part around its bounds is read.
    margin_cells : int
        Cells added around these bounds.

    Returns
    -------
    Raster
        ``elevation_m``, float32, NaN where not known, on the rasters' own cells (nothing is
        resampled); `note` is what the files say of themselves. The grid ends where the rasters
        end, even if `around` goes on; that is logged.

    Raises
    ------
    MissingFileError, CRSError, InputError
        With all faults: no raster or a damaged one, several bands, no CRS, a projection not in
        metres, heights in feet, a rotated grid, rasters that do not fit together, none around
        `around`, no known cell, values that are no elevations.
    """
    return read_source(dem_around(paths, around=around, margin_cells=margin_cells))


def dem_around(
    paths: Sequence[Path], *, around: gpd.GeoDataFrame | None = None, margin_cells: int = 3
) -> DemSource:
    """
    Open and check the rasters of a DEM, or the part of it around some polygons, unread.

    Parameters and faults are those of `read_dem`, but that cells are looked at only when blocks are
    read.
    """
    source = open_dem_source(paths)
    if around is None:
        return source
    _log_uncovered(around, source)
    return part_of(source, _wanted(around, source, margin_cells))


def read_source(source: DemSource) -> Raster:
    """
    Read a whole DEM into memory.

    Raises
    ------
    InputError
        If a file cannot be read to its end, values are no elevations, or no cell is known.
    """
    whole = Window(slice(0, source.grid.height), slice(0, source.grid.width))
    try:
        block = read_block(source, whole, halo=0)
    finally:
        forget()
    tell_found(block.found, source.tiles)
    check_some(block.found, source.where)
    return Raster(block.values, source.grid, "elevation_m", source.note)


def _wanted(around: gpd.GeoDataFrame, source: DemSource, margin_cells: int) -> Box:
    bounds = _bounds_in(around, source)
    raise_all([] if np.isfinite(bounds).all() else [_elsewhere(source, bounds)])
    union = (0, 0, *source.grid.shape)
    top, left = source.grid.cell_at(bounds[0], bounds[3])
    end, right = source.grid.cell_at(bounds[2], bounds[1])
    near = (math.floor(top), math.floor(left), math.ceil(end), math.ceil(right))
    if meet(near, union) is None:
        raise InputError(_elsewhere(source, bounds))
    m = margin_cells
    widened = (near[0] - m, near[1] - m, near[2] + m, near[3] + m)
    return meet(widened, union) or union


def _bounds_in(around: gpd.GeoDataFrame, source: DemSource) -> npt.NDArray[np.float64]:
    """West, south, east, north of a frame in the raster's CRS, edges split first."""
    edge = _EDGE_DEG if around.crs.is_geographic else _EDGE_M
    dense = around.geometry.segmentize(edge).to_crs(source.grid.crs)
    return np.asarray(dense.total_bounds, dtype=np.float64)


def _elsewhere(source: DemSource, bounds: npt.NDArray[np.float64]) -> Text:
    base = source.tiles[0]
    west, south, east, north = base.grid.bounds
    has = f"{west:.6g} … {east:.6g}, {south:.6g} … {north:.6g}"
    needs = f"{bounds[0]:.6g} … {bounds[2]:.6g}, {bounds[1]:.6g} … {bounds[3]:.6g}"
    name = crs_name(base.crs)
    return Text(
        f"DEM {base.path}（{has}，{name}）与所需范围（{needs}）不重叠；请换用覆盖该范围的 DEM",
        f"DEM {base.path} ({has}, {name}) does not overlap the area asked for ({needs}); "
        "use a DEM that covers it",
    )


def _log_uncovered(around: gpd.GeoDataFrame, source: DemSource) -> None:
    known = shapely.union_all([shapely.box(*tile.grid.bounds) for tile in source.tiles])
    edge = _EDGE_DEG if around.crs.is_geographic else _EDGE_M
    dense = around.geometry.segmentize(edge).to_crs(source.grid.crs)
    wanted = shapely.union_all(dense.to_numpy())
    area = float(shapely.area(wanted))
    share = float(shapely.area(shapely.intersection(wanted, known))) / area if area else 1.0
    if share < _ALMOST_ALL:
        LOG.warning(
            Text(
                f"DEM 只覆盖所需范围的 {share:.1%}；其余部分坡度未知",
                f"the DEM covers only {share:.1%} of the area asked for; slope is unknown in "
                "the rest",
            )
        )
