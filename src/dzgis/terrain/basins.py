"""
Basins (坝区): flat, not too high, contiguous ground, as polygons.

What Yunnan calls a basin (坝子) is told in several ways; the limits here are those of survey
practice as quoted (坡度 ≤8°、1 平方公里以上、海拔 2500 米以下), to be confirmed. An official layer
of basins replaces what is found here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from dzgis.area import cell_area_m2, polygon_area_m2

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from dzgis.grid import Grid, Raster

COLUMNS = ("basin_id", "name", "area_m2", "filled_m2", "mean_elevation_m")


@dataclass(frozen=True)
class BasinRules:
    """
    What counts as a basin.

    Attributes
    ----------
    up_to_deg : float
        Steepest slope, inclusive.
    up_to_m : float
        Highest elevation, inclusive.
    min_m2 : float
        Smallest area, with filled holes.
    fill_below_m2 : float
        Holes smaller than this belong to the basin; our assumption.
    """

    up_to_deg: float = 8.0
    up_to_m: float = 2500.0
    min_m2: float = 1_000_000.0
    fill_below_m2: float = 100_000.0


def basins(slope: Raster, dem: Raster, rules: BasinRules | None = None) -> gpd.GeoDataFrame:
    """
    Find basins.

    Parameters
    ----------
    slope : Raster
        Degrees, NaN where not known; on a north-up grid.
    dem : Raster
        Metres, on the same grid.
    rules : BasinRules, optional

    Returns
    -------
    GeoDataFrame, one row a basin, from large to small, in the grid's CRS
        ``basin_id`` (B001 …), ``name`` (empty, for the user), ``area_m2`` (ellipsoidal, with
        filled holes), ``filled_m2`` (of which filled), ``mean_elevation_m`` (of its cells).

    Notes
    -----
    Cells that touch by a side or a corner belong together. An unknown cell is no basin.
    """
    wanted = rules or BasinRules()
    slope_deg, metres = slope.values.astype(np.float32), dem.values.astype(np.float32)
    mask = (slope_deg <= wanted.up_to_deg) & (metres <= wanted.up_to_m)
    number = _large_enough(mask, slope.grid, wanted)
    raw = _polygons(number, slope.grid)
    ids = np.array([n for n, _ in raw], dtype=np.int64)
    outlines = gpd.GeoSeries([shape for _, shape in raw], crs=slope.grid.crs)
    filled = _filled(outlines, wanted.fill_below_m2)
    area = polygon_area_m2(gpd.GeoDataFrame(geometry=filled)).to_numpy()
    own = polygon_area_m2(gpd.GeoDataFrame(geometry=outlines)).to_numpy()
    n_cells = np.bincount(number.ravel(), minlength=int(number.max(initial=0)) + 1)
    height = np.bincount(number.ravel(), weights=np.nan_to_num(metres).ravel())
    table = gpd.GeoDataFrame(
        {
            "name": "",
            "area_m2": area,
            "filled_m2": area - own,
            "mean_elevation_m": height[ids] / n_cells[ids] if len(ids) else [],
        },
        geometry=filled,
        crs=slope.grid.crs,
    )
    table = table[table["area_m2"] >= wanted.min_m2]
    table = table.sort_values("area_m2", ascending=False, kind="stable").reset_index(drop=True)
    digits = max(len(str(len(table))), 3)
    table.insert(0, "basin_id", [f"B{n:0{digits}d}" for n in range(1, len(table) + 1)])
    return table


def _large_enough(
    mask: npt.NDArray[np.bool_], grid: Grid, rules: BasinRules
) -> npt.NDArray[np.int32]:
    """Number of each patch that may be a basin once its holes are filled; 0 elsewhere."""
    from scipy.ndimage import find_objects, label

    number, n_patches = label(mask, structure=np.ones((3, 3), dtype=bool), output=np.int32)
    area = np.broadcast_to(cell_area_m2(grid), grid.shape)
    m2 = np.bincount(number.ravel(), weights=area.ravel(), minlength=n_patches + 1)
    # A patch with its holes is no larger than its extent; what might be large enough with all of
    # that is looked at further, as polygons.
    boxes = [(r.stop - r.start) * (c.stop - c.start) for r, c in find_objects(number)]
    keep = np.array([0, *boxes]) * float(area.max(initial=0.0)) >= rules.min_m2
    keep &= m2 > 0.0
    keep[0] = False
    return np.where(keep[number], number, 0).astype(np.int32)


def _polygons(
    number: npt.NDArray[np.int32], grid: Grid
) -> list[tuple[int, shapely.Polygon | shapely.MultiPolygon]]:
    """Outline of each patch; parts that touch at a corner make one multipolygon."""
    from rasterio.features import shapes

    parts: dict[int, list[shapely.Polygon]] = {}
    for outline, value in shapes(number, mask=number > 0, connectivity=4, transform=grid.transform):
        parts.setdefault(int(value), []).append(shapely.geometry.shape(outline))
    return [
        (n, found[0] if len(found) == 1 else shapely.MultiPolygon(found))
        for n, found in sorted(parts.items())
    ]


def _filled(outlines: gpd.GeoSeries, fill_below_m2: float) -> gpd.GeoSeries:
    """Outlines without their small holes; parts that then lie in another part go with the hole."""
    holes = [(n, ring) for n, shape in enumerate(outlines) for ring in _rings(shape)]
    rings = gpd.GeoDataFrame(geometry=[shapely.Polygon(r) for _, r in holes], crs=outlines.crs)
    small = polygon_area_m2(rings).to_numpy() < fill_below_m2 if holes else np.zeros(0, bool)
    fill: dict[int, list[shapely.Polygon]] = {}
    for (n, _), polygon, is_small in zip(holes, rings.geometry, small, strict=True):
        if is_small:
            fill.setdefault(n, []).append(polygon)
    return gpd.GeoSeries(
        [
            shapely.union_all([shape, *fill[n]]) if n in fill else shape
            for n, shape in enumerate(outlines)
        ],
        crs=outlines.crs,
    )


def _rings(shape: shapely.Polygon | shapely.MultiPolygon) -> Iterator[shapely.LinearRing]:
    for part in shapely.get_parts(shape):
        yield from part.interiors
