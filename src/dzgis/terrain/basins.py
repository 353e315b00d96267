"""
Basins (坝区): flat, not too high, contiguous ground, as polygons.

What Yunnan calls a basin (坝子) is told in several ways; the limits and their source stand in
``plan/standards/basins.toml``. An official layer of basins replaces what is found here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from dzgis.area import cell_area_m2, polygon_area_m2
from dzgis.plan import basin_rules
from dzgis.units import M2_PER_KM2

if TYPE_CHECKING:
    import numpy.typing as npt

    from dzgis.grid import Grid, Raster
    from dzgis.plan.model import BasinRules

COLUMNS = ("basin_id", "name", "area_m2", "filled_m2", "mean_elevation_m")


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
        By default the shipped ones.

    Returns
    -------
    GeoDataFrame, one row a basin, from large to small, in the grid's CRS
        ``basin_id`` (B001 …), ``name`` (empty, for the user), ``area_m2`` (ellipsoidal, with
        filled holes), ``filled_m2`` (of which filled), ``mean_elevation_m`` (of its cells).

    Notes
    -----
    Cells that touch by a side or a corner belong together. A hole is ground that a basin encloses;
    one with a cell whose slope or elevation is not known stays open, as does one at the grid's
    edge.
    """
    wanted = rules or basin_rules()
    slope_deg, metres = slope.values.astype(np.float32), dem.values.astype(np.float32)
    flat = (slope_deg <= wanted.up_to_deg) & (metres <= wanted.up_to_m)
    cell_m2 = np.broadcast_to(cell_area_m2(slope.grid), slope.grid.shape)
    filled = _small_holes(
        flat, np.isnan(slope_deg + metres), cell_m2, wanted.fill_below_km2 * M2_PER_KM2
    )
    number = _large_patches(flat | filled, cell_m2, wanted.min_km2 * M2_PER_KM2)
    raw = _polygons(number, slope.grid)
    ids = np.array([n for n, _ in raw], dtype=np.int64)
    outlines = gpd.GeoDataFrame(geometry=[shape for _, shape in raw], crs=slope.grid.crs)

    def of_each(weights: npt.NDArray[np.generic]) -> npt.NDArray[np.float64]:
        sums = np.bincount(number.ravel(), weights=weights.ravel(), minlength=1)
        return np.asarray(sums[ids])

    inside = np.where(flat, np.nan_to_num(metres), 0.0)
    table = outlines.assign(
        name="",
        area_m2=polygon_area_m2(outlines).to_numpy(),
        filled_m2=of_each(np.where(filled, cell_m2, 0.0)),
        mean_elevation_m=of_each(inside) / np.maximum(of_each(flat.astype(float)), 1.0),
    )
    table = table.sort_values("area_m2", ascending=False, kind="stable").reset_index(drop=True)
    digits = max(len(str(len(table))), 3)
    table.insert(0, "basin_id", [f"B{n:0{digits}d}" for n in range(1, len(table) + 1)])
    return table[[*COLUMNS, "geometry"]]


def _small_holes(
    flat: npt.NDArray[np.bool_],
    unknown: npt.NDArray[np.bool_],
    cell_m2: npt.NDArray[np.float64],
    fill_below_m2: float,
) -> npt.NDArray[np.bool_]:
    """Cells of enclosed patches that are small and wholly known."""
    from scipy.ndimage import label

    # Patches of flat ground join at corners, so that what lies between joins by sides only.
    number, n_patches = label(~flat, output=np.int32)
    area = np.bincount(number.ravel(), weights=cell_m2.ravel(), minlength=n_patches + 1)
    small = area < fill_below_m2
    small[0] = False
    small[number[unknown]] = False
    for rim in (number[0], number[-1], number[:, 0], number[:, -1]):
        small[rim] = False
    return np.asarray(small[number])


def _large_patches(
    flat: npt.NDArray[np.bool_], cell_m2: npt.NDArray[np.float64], min_m2: float
) -> npt.NDArray[np.int32]:
    """Number of each patch that is large enough; 0 elsewhere."""
    from scipy.ndimage import label

    number, n_patches = label(flat, structure=np.ones((3, 3), dtype=bool), output=np.int32)
    area = np.bincount(number.ravel(), weights=cell_m2.ravel(), minlength=n_patches + 1)
    keep = area >= min_m2
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
