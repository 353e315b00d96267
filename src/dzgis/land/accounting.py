"""Accounting (用地核算): areas of slope classes and of available land, zone by zone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dzgis.area import cell_area_m2, polygon_area_m2
from dzgis.coverage import CellShares, zone_shares

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    import numpy.typing as npt

    from dzgis.grid import Grid, Raster
    from dzgis.plan.model import SlopeClasses

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


def touched(zones: Sequence[Zone], grid: Grid) -> npt.NDArray[np.bool_]:
    """Cells that lie in one of the zones, if only in part."""
    mask = np.zeros(grid.height * grid.width, dtype=bool)
    for zone in zones:
        mask[zone.cells] = True
    return mask.reshape(grid.shape)


def class_areas(zones: Sequence[Zone], slope_class: Raster, classes: SlopeClasses) -> pd.DataFrame:
    """
    Area of each slope class in each zone.

    Parameters
    ----------
    zones : sequence of Zone, n items
    slope_class : Raster
        1 … k from flat to steep, 0 where not known.
    classes : SlopeClasses
        With k classes.

    Returns
    -------
    DataFrame, n rows, indexed by zone key
        Columns 1 … k and ``unknown`` in m²; each row adds up to the zone's polygon area. What the
        grid does not reach is unknown.
    """
    number = slope_class.values.ravel()
    k = len(classes.classes)
    rows = [np.bincount(number[z.cells], weights=z.cell_m2, minlength=k + 1) for z in zones]
    table = pd.DataFrame(rows, index=pd.Index([z.key for z in zones]), columns=range(k + 1))
    known = table[list(range(1, k + 1))]
    area = pd.Series([z.area_m2 for z in zones], index=table.index)
    beyond = (area - table.sum(axis=1)).where(lambda rest: rest > _ROUNDING_SHARE * area, 0.0)
    return known.assign(unknown=table[0] + beyond)


def available_share(slope_class: Raster, classes: SlopeClasses, protected: Array) -> Array:
    """
    Share of each cell that is low-hill land and not protected.

    Parameters
    ----------
    slope_class : Raster
    classes : SlopeClasses
    protected : ndarray, (rows, cols)
        Protected share of each cell, in [0, 1].

    Returns
    -------
    ndarray, (rows, cols)
        In [0, 1]; NaN where the slope is not known.
    """
    low_hill = np.isin(slope_class.values, classes.low_hill)
    share = np.where(low_hill, 1.0 - protected, 0.0)
    return np.where(slope_class.values == 0, np.nan, share)


def waterfall(
    zones: Sequence[Zone],
    slope_class: Raster,
    classes: SlopeClasses,
    protected: Mapping[str, Array],
) -> pd.DataFrame:
    """
    What each exclusion takes from low-hill land (扣除分析), in the given order.

    Parameters
    ----------
    zones : sequence of Zone, n items
    slope_class : Raster
    classes : SlopeClasses
    protected : mapping of rule id to ndarray
        Share of each cell covered by the rule's land and all before it.

    Returns
    -------
    DataFrame, n rows, indexed by zone key
        ``low_hill``, one column a rule with what it takes beyond the rules before it, and
        ``available``, in m². low_hill − Σ rules = available.

    Notes
    -----
    In a cell that two zones share, the protected share is taken to be the same on both sides.
    """
    low_hill = np.isin(slope_class.values, classes.low_hill).ravel()
    raw = _zone_sums(zones, low_hill.astype(np.float64))
    table = {"low_hill": raw}
    left = raw
    for rule, share in protected.items():
        still = _zone_sums(zones, low_hill * (1.0 - share.ravel()))
        table[rule] = left - still
        left = still
    table["available"] = left
    return pd.DataFrame(table, index=pd.Index([z.key for z in zones]))


def _zone_sums(zones: Sequence[Zone], share: Array) -> Array:
    return np.array([float(np.sum(z.cell_m2 * share[z.cells])) for z in zones])
