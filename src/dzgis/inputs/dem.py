"""Elevation rasters: one or several, checked, put together in memory, voids as NaN."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import rasterio
import rasterio.errors
import shapely
from affine import Affine
from rasterio.windows import Window

from dzgis.crs import crs_name
from dzgis.errors import InputError, raise_all
from dzgis.grid import Grid, Raster
from dzgis.inputs.dem_files import Tile, open_tiles
from dzgis.inputs.dem_values import elevations, value_faults
from dzgis.inputs.log import LOG
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import geopandas as gpd
    import numpy.typing as npt

Box = tuple[int, int, int, int]
"""First row, first column, end row, end column on the lattice of the first tile."""
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
    tiles = open_tiles(paths)
    base = tiles[0]
    boxes = [_box(tile, base) for tile in tiles]
    union = _union(boxes)
    box = union if around is None else _wanted(around, base, union, margin_cells)
    if around is not None:
        _log_uncovered(around, base, boxes)
    values = np.full((box[2] - box[0], box[3] - box[1]), np.nan, dtype=np.float32)
    for tile, at in zip(tiles, boxes, strict=True):
        _fill(values, box, tile, at)
    where = ", ".join(str(tile.path) for tile in tiles)
    raise_all(value_faults(values, where))
    west, north = base.corner(row=box[0], col=box[1])
    step = Affine(base.transform.a, 0.0, west, 0.0, base.transform.e, north)
    grid = Grid(base.crs, step, values.shape[0], values.shape[1])
    note = " ".join(dict.fromkeys(tile.note for tile in tiles if tile.note))
    return Raster(values, grid, "elevation_m", note)


def _box(tile: Tile, base: Tile) -> Box:
    row, col = base.cell(tile.transform.c, tile.transform.f)
    top, left = round(row), round(col)
    return top, left, top + tile.height, left + tile.width


def _union(boxes: Sequence[Box]) -> Box:
    tops, lefts, ends, rights = zip(*boxes, strict=True)
    return min(tops), min(lefts), max(ends), max(rights)


def _meet(first: Box, second: Box) -> Box | None:
    top, left = max(first[0], second[0]), max(first[1], second[1])
    end, right = min(first[2], second[2]), min(first[3], second[3])
    return (top, left, end, right) if top < end and left < right else None


def _wanted(around: gpd.GeoDataFrame, base: Tile, union: Box, margin_cells: int) -> Box:
    bounds = _bounds_in(around, base)
    raise_all([] if np.isfinite(bounds).all() else [_elsewhere(base, bounds)])
    top, left = base.cell(bounds[0], bounds[3])
    end, right = base.cell(bounds[2], bounds[1])
    near = (math.floor(top), math.floor(left), math.ceil(end), math.ceil(right))
    if _meet(near, union) is None:
        raise InputError(_elsewhere(base, bounds))
    m = margin_cells
    widened = (near[0] - m, near[1] - m, near[2] + m, near[3] + m)
    return _meet(widened, union) or union


def _bounds_in(around: gpd.GeoDataFrame, base: Tile) -> npt.NDArray[np.float64]:
    """West, south, east, north of a frame in the raster's CRS, edges split first."""
    edge = _EDGE_DEG if around.crs.is_geographic else _EDGE_M
    dense = around.geometry.segmentize(edge).to_crs(base.crs)
    return np.asarray(dense.total_bounds, dtype=np.float64)


def _elsewhere(base: Tile, bounds: npt.NDArray[np.float64]) -> Text:
    west, north = base.corner(row=0, col=0)
    east, south = base.corner(row=base.height, col=base.width)
    has = f"{west:.6g} … {east:.6g}, {south:.6g} … {north:.6g}"
    needs = f"{bounds[0]:.6g} … {bounds[2]:.6g}, {bounds[1]:.6g} … {bounds[3]:.6g}"
    name = crs_name(base.crs)
    return Text(
        f"DEM {base.path}（{has}，{name}）与所需范围（{needs}）不重叠；请换用覆盖该范围的 DEM",
        f"DEM {base.path} ({has}, {name}) does not overlap the area asked for ({needs}); "
        "use a DEM that covers it",
    )


def _log_uncovered(around: gpd.GeoDataFrame, base: Tile, boxes: Sequence[Box]) -> None:
    known = shapely.union_all(
        [
            shapely.box(*base.corner(row=end, col=left), *base.corner(row=top, col=right))
            for top, left, end, right in boxes
        ]
    )
    edge = _EDGE_DEG if around.crs.is_geographic else _EDGE_M
    wanted = shapely.union_all(around.geometry.segmentize(edge).to_crs(base.crs).to_numpy())
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


def _fill(values: npt.NDArray[np.float32], box: Box, tile: Tile, at: Box) -> None:
    """Put a tile's cells where `values` knows none yet (changes `values`, which is ours)."""
    common = _meet(box, at)
    if common is None:
        return
    top, left, end, right = common
    window = Window(left - at[1], top - at[0], right - left, end - top)
    try:
        with rasterio.open(tile.path) as source:
            read = elevations(source, window, str(tile.path))
    except rasterio.errors.RasterioIOError as error:
        raise InputError(
            Text(
                f"{tile.path} 读取中断，文件已损坏（{error}）；请重新下载或导出",
                f"{tile.path}: reading breaks off, the file is damaged ({error}); "
                "download or export it again",
            )
        ) from error
    part = values[top - box[0] : end - box[0], left - box[1] : right - box[1]]
    unknown = np.isnan(part)
    part[unknown] = read[unknown]
