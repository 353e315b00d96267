"""Which cells are candidate land, county by county: contiguous, wide enough, gaps filled."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np

from dzgis.area import carried, cell_area_m2
from dzgis.coverage import zone_shares
from dzgis.crs import CGCS2000
from dzgis.grid import Window
from dzgis.land.own_plane import metres_per_degree
from dzgis.outlines import cell_outlines
from dzgis.units import M2_PER_HECTARE

if TYPE_CHECKING:
    import numpy.typing as npt

    from dzgis.grid import Grid, Raster
    from dzgis.plan.candidate_rules import Candidates

    Mask = npt.NDArray[np.bool_]
    Floats = npt.NDArray[np.float64]

_AROUND = np.ones((3, 3), dtype=bool)
"""A gap goes on across corners, as land does not."""
_SPACING = 0.01
"""Cells that are one per cent too narrow make up a width: their spacing varies with the place."""


@dataclass(frozen=True)
class CountyCells:
    """
    Candidate land of one county, before it is cut.

    Attributes
    ----------
    outlines, filled : GeoDataFrame in EPSG:4490
        Contiguous cells; cells among them that were filled, though nothing of them was available.
    lost : mapping of reason to (number, m²)
        Available ground that is no candidate land: ``cell_share`` (number of cells), ``width``,
        ``area`` (number of patches).
    """

    outlines: gpd.GeoDataFrame
    filled: gpd.GeoDataFrame
    lost: dict[str, tuple[int, float]]


@dataclass(frozen=True)
class _Land:
    """The window of a county: available share (NaN where not known), m² inside the county."""

    grid: Grid
    share: Floats
    inside_m2: Floats
    known: Mask

    def available_m2(self, mask: Mask) -> float:
        return float(np.sum(np.nan_to_num(self.share[mask]) * self.inside_m2[mask]))


def county_cells(
    county: gpd.GeoDataFrame, available: Raster, slope: Raster, rules: Candidates
) -> CountyCells:
    """
    Cells of candidate land in a county.

    Parameters
    ----------
    county : GeoDataFrame, one row
    available : Raster
        Available share of each cell, NaN where not known; its values may lie in a file.
    slope : Raster
        Degrees, on the same grid.
    rules : Candidates

    Notes
    -----
    Cells whose share reaches the least are the land. Gaps in it are filled with cells of known
    slope, then it is opened with a rectangle of cells of the least width; patches of cells that
    have an edge in common and reach the least area are left.
    """
    from scipy import ndimage

    land = _window(county, available, slope)
    if land is None:
        nothing = gpd.GeoDataFrame(geometry=[], crs=CGCS2000)
        return CountyCells(nothing, nothing, {})
    share = np.nan_to_num(land.share)
    usable = (share >= rules.min_cell_share) & (land.inside_m2 > 0.0)
    with_gaps = usable | _gaps(land, usable, rules.fill_below_ha * M2_PER_HECTARE)
    rows, cols = _cells_of(rules.min_width_m, land.grid)
    opened = ndimage.binary_opening(with_gaps, structure=np.ones((rows, cols), dtype=bool))
    label, n = ndimage.label(opened)
    m2 = np.bincount(label.ravel(), weights=land.inside_m2.ravel(), minlength=n + 1)
    large = (m2 >= rules.min_area_ha * M2_PER_HECTARE)[label] & opened
    poor = (share > 0.0) & ~with_gaps & (land.inside_m2 > 0.0)
    narrow, small = usable & ~opened, opened & ~large
    lost = {
        "cell_share": (int(poor.sum()), land.available_m2(poor)),
        "width": (int(ndimage.label(narrow)[1]), land.available_m2(narrow)),
        "area": (int(ndimage.label(small)[1]), land.available_m2(small)),
    }
    filled = large & (share == 0.0)
    return CountyCells(_outlines(large, land.grid), _outlines(filled, land.grid), lost)


def _window(county: gpd.GeoDataFrame, available: Raster, slope: Raster) -> _Land | None:
    """The cells about a county, with a rim of one; None where it lies beyond the grid."""
    whole = available.grid
    (found,) = zone_shares(county, whole)
    if not found.cells.size:
        return None
    row, col = np.divmod(found.cells, whole.width)
    window = Window(
        slice(int(row.min()), int(row.max()) + 1), slice(int(col.min()), int(col.max()) + 1)
    ).grown(1, whole.shape)
    grid = whole.part(window)
    inside = np.zeros(grid.shape)
    inside[row - window.rows.start, col - window.cols.start] = found.shares
    share = np.asarray(available.values[window.rows, window.cols], dtype=np.float64)
    inside *= cell_area_m2(grid)
    known = ~(np.isnan(slope.values[window.rows, window.cols]) | np.isnan(share))
    return _Land(grid, share, inside, known)


def _gaps(land: _Land, usable: Mask, up_to_m2: float) -> Mask:
    """Cells of known ground in gaps that are no larger, and wholly within the county."""
    from scipy import ndimage

    if up_to_m2 <= 0.0:
        return np.zeros_like(usable)
    label, n = ndimage.label(~usable, structure=_AROUND)
    m2 = np.bincount(label.ravel(), weights=land.inside_m2.ravel(), minlength=n + 1)
    small = m2 <= up_to_m2
    edges = (label[0], label[-1], label[:, 0], label[:, -1], label[land.inside_m2 <= 0.0])
    small[np.concatenate(edges)] = False
    small[0] = False
    return np.asarray(small[label] & land.known)


def _cells_of(width_m: float, grid: Grid) -> tuple[int, int]:
    """How many rows and columns of cells make up a width; one at least."""
    wide, high = cell_metres(grid)
    return tuple(max(math.ceil(width_m / one - _SPACING), 1) for one in (high, wide))  # type: ignore[return-value]


def cell_metres(grid: Grid) -> tuple[float, float]:
    """Width and height of a cell in the middle of a grid, in metres of the ground."""
    wide, high = grid.cell_size
    if grid.crs.is_geographic:
        _, south, _, north = grid.bounds
        ((across, along),) = metres_per_degree(np.array([(south + north) / 2.0]))
        return wide * float(across), high * float(along)
    scale = math.sqrt(float(np.mean(cell_area_m2(grid))) / (wide * high))
    return wide * scale, high * scale


def _outlines(mask: Mask, grid: Grid) -> gpd.GeoDataFrame:
    geometry = cell_outlines(mask, grid.transform)
    return carried(gpd.GeoDataFrame(geometry=geometry, crs=grid.crs), CGCS2000)
