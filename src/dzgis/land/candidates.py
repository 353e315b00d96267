"""Candidate parcels (候选地块): contiguous available land, cut exactly along protected land."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from dzgis.area import carried, cell_area_m2, polygon_area_m2
from dzgis.crs import CGCS2000
from dzgis.units import M2_PER_HECTARE
from dzgis.zonal_statistics import zonal_statistics

if TYPE_CHECKING:
    import numpy.typing as npt

    from dzgis.grid import Grid, Raster
    from dzgis.plan.model import Candidates

COLUMNS = ["county_code", "county", "area_m2", "mean_slope_deg", "geometry"]


def candidates(
    available: npt.NDArray[np.float64],
    slope: Raster,
    counties: gpd.GeoDataFrame,
    protected: gpd.GeoDataFrame,
    rule: Candidates,
) -> gpd.GeoDataFrame:
    """
    Contiguous available land of at least the least area, county by county.

    Parameters
    ----------
    available : ndarray, (rows, cols)
        Available share of each cell, NaN where not known.
    slope : Raster
        Degrees.
    counties : GeoDataFrame
        county_code, county, geometry.
    protected : GeoDataFrame
        Land that the rules exclude; a candidate never overlaps it.
    rule : Candidates
        Least area (公顷), least cell share, least width in cells.

    Returns
    -------
    GeoDataFrame indexed by ``candidate_id``, largest first, in EPSG:4490
        county_code, county, area_m2 (ellipsoidal), mean_slope_deg (degrees), geometry.

    Notes
    -----
    Cells whose available share reaches the limit are opened with a square of the least width and
    joined across edges (4 neighbours); the outline is then cut along county borders and protected
    land, and what is too small is dropped.
    """
    mask = _reaching(available, rule, cell_m2=float(cell_area_m2(slope.grid).max()))
    pieces = _outside(_by_county(_outlines(mask, slope.grid), counties), protected)
    large = _large(pieces, rule)
    large = large.sort_values(["area_m2", "county_code"], ascending=[False, True])
    large = large.assign(mean_slope_deg=_mean_slope_deg(large, slope))
    large.index = [f"C{n:04d}" for n in range(1, len(large) + 1)]
    return large.rename_axis("candidate_id")[COLUMNS]


def _large(pieces: gpd.GeoDataFrame, rule: Candidates) -> gpd.GeoDataFrame:
    """Keep what reaches the least area, with ``area_m2``."""
    area = polygon_area_m2(pieces)
    return pieces.assign(area_m2=area)[area >= rule.min_area_ha * M2_PER_HECTARE]


def _reaching(
    available: npt.NDArray[np.float64], rule: Candidates, *, cell_m2: float
) -> npt.NDArray[np.bool_]:
    from scipy import ndimage

    mask = np.nan_to_num(available, nan=0.0) >= rule.min_cell_share
    square = np.ones((rule.min_width_cells, rule.min_width_cells), dtype=bool)
    opened: npt.NDArray[np.bool_] = ndimage.binary_opening(mask, structure=square)
    # Regions that cannot reach the least area need no outline.
    label, _ = ndimage.label(opened)
    most_m2 = np.bincount(label.ravel()) * cell_m2
    reaching: npt.NDArray[np.bool_] = most_m2[label] >= rule.min_area_ha * M2_PER_HECTARE
    return reaching & opened


def _outlines(mask: npt.NDArray[np.bool_], grid: Grid) -> gpd.GeoDataFrame:
    from rasterio import features

    shapes = features.shapes(mask.astype(np.uint8), mask, connectivity=4, transform=grid.transform)
    geometry = [shapely.geometry.shape(outline) for outline, _ in shapes]
    return gpd.GeoDataFrame(geometry=geometry, crs=grid.crs)


def _by_county(outlines: gpd.GeoDataFrame, counties: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Cut outlines along county borders; every part a row of its own."""
    borders = carried(counties, CGCS2000)
    county, land = borders.geometry.to_numpy(), carried(outlines, CGCS2000).geometry.to_numpy()
    shapely.prepare(county)
    rows, hits = shapely.STRtree(county).query(land, predicate="intersects")
    geometry = land[rows]
    # Most outlines lie in one county; only the others need cutting.
    crossing = ~shapely.covers(county[hits], geometry)
    geometry[crossing] = shapely.intersection(geometry[crossing], county[hits][crossing])
    columns = borders[["county_code", "county"]].iloc[hits].reset_index(drop=True)
    return _polygons(gpd.GeoDataFrame(columns, geometry=geometry, crs=CGCS2000))


def _outside(pieces: gpd.GeoDataFrame, protected: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Take protected land away; every part left a row of its own."""
    land = carried(protected, CGCS2000).geometry.to_numpy()
    geometry = pieces.geometry.to_numpy().copy()
    rows, hits = shapely.STRtree(land).query(geometry, predicate="intersects")
    # One outline at a time: each loses the union of its own few neighbours.
    for row in np.unique(rows):
        taken = shapely.union_all(land[hits[rows == row]])
        geometry[row] = shapely.difference(geometry[row], taken)
    return _polygons(pieces.set_geometry(geometry, crs=pieces.crs))


def _polygons(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Every polygon of the geometries as a row of its own."""
    parts = frame.explode(ignore_index=True)
    return parts[parts.geom_type == "Polygon"].reset_index(drop=True)


def _mean_slope_deg(pieces: gpd.GeoDataFrame, slope: Raster) -> npt.NDArray[np.float64]:
    """Mean slope weighted with covered area, NaN where nothing is known."""
    found = zonal_statistics(slope, pieces, statistics=("mean",))
    return found["mean"].to_numpy(dtype=np.float64)
