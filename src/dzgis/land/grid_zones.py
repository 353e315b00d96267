"""Zones (counties, clusters) as the cells that they cover, border cells in part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dzgis.area import cell_area_m2, polygon_area_m2
from dzgis.coverage import CellShares, zone_shares

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy.typing as npt

    from dzgis.grid import Grid

    Array = npt.NDArray[np.float64]


_ROUNDING_SHARE = 1e-6


@dataclass(frozen=True)
class Zone:
    """
    A county or cluster as the cells it covers.

    Attributes
    ----------
    key : str
        County code or cluster id.
    area_m2 : float
        Ellipsoidal area of its polygon.
    cells : ndarray of int64
        Flat indices of the cells it touches.
    cell_m2 : ndarray of float64
        Ellipsoidal area of each of these cells that lies inside the zone.
    """

    key: str
    area_m2: float
    cells: npt.NDArray[np.int64]
    cell_m2: Array


def zones_of(frame: gpd.GeoDataFrame, grid: Grid, *, key: str) -> list[Zone]:
    """
    Zones from polygons, border cells in part.

    Parameters
    ----------
    frame : GeoDataFrame, n rows
        Valid polygons, any CRS; rows of one key are added up and must not overlap.
    grid : Grid
    key : str
        Column that names the zones.
    """
    area = np.broadcast_to(cell_area_m2(grid), grid.shape).ravel()
    total = polygon_area_m2(frame).to_numpy()
    found: dict[str, list[tuple[float, CellShares]]] = {}
    for name, m2, shares in zip(frame[key], total, zone_shares(frame, grid), strict=True):
        found.setdefault(str(name), []).append((float(m2), shares))
    return [_zone(name, parts, area) for name, parts in found.items()]


def _zone(name: str, parts: list[tuple[float, CellShares]], area: Array) -> Zone:
    cells = np.concatenate([shares.cells for _, shares in parts])
    m2 = area[cells] * np.concatenate([shares.shares for _, shares in parts])
    total = sum(whole for whole, _ in parts)
    by_cells = float(m2.sum())
    # Cells that cover a zone add up to its polygon but for rounding; that is spread evenly.
    if abs(by_cells / total - 1.0) < _ROUNDING_SHARE:
        m2 *= total / by_cells
    return Zone(name, total, cells, m2)
