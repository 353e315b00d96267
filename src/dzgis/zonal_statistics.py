"""
Statistics of a raster within polygons (分区统计), by the exact share of each cell.

A cell counts with the area that the zone covers of it, on the ellipsoid; nothing goes by its
centre. Strips of rows are read one after the other, so that a raster of any size can be asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pandas as pd

from dzgis.area import area_lattice, check_measurable
from dzgis.coverage import cell_areas, on_grid, zones_on_grid
from dzgis.engine import THREADS, run_blocks
from dzgis.errors import InputError
from dzgis.frames import check_polygons
from dzgis.grid import Raster
from dzgis.official_area import official_area_m2
from dzgis.rings import rings_of_shapes
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import geopandas as gpd
    import numpy.typing as npt

    from dzgis.coverage import ZonesOnGrid
    from dzgis.engine import Engine
    from dzgis.grid import Grid

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]
    Strip = tuple[int, int]

STATISTICS = ("mean", "min", "max", "std")
"""Statistics that are given unless others are asked for."""
_SIMPLE = (*STATISTICS, "cells")
_SHARES = "shares"
_QUANTILE = re.compile(r"q(\d{1,2})")
_STRIP_ROWS, _STRIP_CELLS, _LEAST_ROWS = 512, 1 << 23, 16
_N_CLASSES = 256
_ROUNDING_SHARE = 1e-9


class Rows(Protocol):
    """A raster that gives its rows; it pickles, so that other processes read the same."""

    @property
    def grid(self) -> Grid:
        """Where the cells lie."""

    def rows(self, first: int, last: int) -> npt.NDArray[np.floating]:
        """Values of rows `first` to `last`, exclusive, NaN where not known."""


@dataclass(frozen=True)
class _RasterRows:
    """Rows of a raster in memory."""

    raster: Raster

    @property
    def grid(self) -> Grid:
        return self.raster.grid

    def rows(self, first: int, last: int) -> npt.NDArray[np.floating]:
        values = self.raster.values[first:last]
        if np.issubdtype(values.dtype, np.floating):
            return values  # type: ignore[return-value]
        wide = np.float32 if values.dtype.itemsize < np.dtype(np.int32).itemsize else np.float64
        return np.where(values == 0, np.nan, values).astype(wide)


def zonal_statistics(
    raster: Raster | Rows,
    zones: gpd.GeoDataFrame,
    *,
    statistics: Sequence[str] = STATISTICS,
    engine: Engine = THREADS,
) -> pd.DataFrame:
    """
    Statistics of a raster within each zone.

    Parameters
    ----------
    raster : Raster or Rows
        Floating values with NaN for *not known*; in a `Raster` of whole numbers 0 is not known.
    zones : GeoDataFrame, n rows
        Valid polygons with a unique index, any CRS. Zones may overlap: each gets its own.
    statistics : sequence of str
        ``mean``, ``min``, ``max``, ``std`` (of the population), ``median``, ``q1`` … ``q99`` (per
        cent), ``cells``, ``shares``. Mean, std and quantiles are weighted with covered area; a
        quantile is the least value up to which at least that share of the known area lies.
        ``cells`` is the sum of covered shares. ``shares`` is for whole numbers from 0 to 255 and
        gives ``share_1``, … for those that occur.
    engine : Engine
        The result does not depend on it.

    Returns
    -------
    DataFrame, n rows, on the index of `zones`
        ``area_m2`` of the zone's polygon; ``covered_m2`` that cells of the grid cover, nodata
        included; ``outside_share`` of the zone outside the grid; ``unknown_share`` where no value
        is known, what lies outside included; then the statistics, NaN where nothing is known.
        ``share_…`` are of the known area.

    Raises
    ------
    InputError
        If polygons are invalid, a statistic has no such name, or ``shares`` are asked of other
        values.
    CRSError
        If the zones have no CRS.

    Notes
    -----
    Memory holds a strip of at most 512 rows for each worker and, for quantiles, the cells of the
    zones that a strip has begun and none has ended.
    """
    wanted = _checked(statistics)
    check_polygons(zones, name="zones")
    check_measurable(zones.crs)
    source = _RasterRows(raster) if isinstance(raster, Raster) else raster
    rings = rings_of_shapes(zones.geometry.to_numpy())
    same = zones.crs == source.grid.crs
    placed = on_grid(rings, source.grid) if same else zones_on_grid(zones, source.grid)
    task = _Task(source, placed, wanted.cells)
    answers = run_blocks(task, _strips(source.grid), engine=engine)
    found = _Gathered(len(zones), wanted, _strips_of_zones(placed, source.grid))
    for strip, answer in answers:
        found.take(strip, answer)
    area_m2 = pd.Series(official_area_m2(rings, zones.crs), index=zones.index, name="area_m2")
    return _table(found, area_m2, placed.areas)


@dataclass(frozen=True)
class _Wanted:
    """Statistics that were asked for, quantiles as shares."""

    names: tuple[str, ...]
    quantiles: dict[str, float]

    @property
    def shares(self) -> bool:
        return _SHARES in self.names

    @property
    def cells(self) -> bool:
        """Whether single cells are needed, not only their sums."""
        return self.shares or bool(self.quantiles)


def _checked(statistics: Sequence[str]) -> _Wanted:
    quantiles = {"median": 0.5} if "median" in statistics else {}
    strange = []
    for name in statistics:
        match = _QUANTILE.fullmatch(name)
        if match and int(match[1]):
            quantiles[name] = int(match[1]) / 100.0
        elif name not in (*_SIMPLE, _SHARES, "median"):
            strange.append(name)
    if strange:
        there = ", ".join((*_SIMPLE, "median", "q1 … q99", _SHARES))
        raise InputError(
            Text(
                f"没有统计量 {', '.join(map(str, strange))}；可用：{there}",
                f"no statistics {', '.join(map(str, strange))}; there are: {there}",
            )
        )
    return _Wanted(tuple(dict.fromkeys(statistics)), quantiles)


def _strip_rows(grid: Grid) -> int:
    return min(max(_STRIP_CELLS // max(grid.width, 1), _LEAST_ROWS), _STRIP_ROWS)


def _strips(grid: Grid) -> Iterable[Strip]:
    """First row and end of each strip."""
    step = _strip_rows(grid)
    return [(top, min(top + step, grid.height)) for top in range(0, grid.height, step)]


def _strips_of_zones(placed: ZonesOnGrid, grid: Grid) -> Ints:
    """In how many strips each zone lies."""
    step, rows = _strip_rows(grid), placed.windows[:, :2]
    inside = rows[:, 1] > rows[:, 0]
    return np.where(inside, (rows[:, 1] - 1) // step - rows[:, 0] // step + 1, 0)


@dataclass(frozen=True)
class _Answer:
    """
    What one strip says of the zones in it.

    Attributes
    ----------
    zones : ndarray of int64
        Their numbers.
    sums : ndarray, (zones, N_SUMS)
    cells : tuple of ndarray, optional
        How many known cells each zone has, their values and areas.
    """

    zones: Ints
    sums: Floats
    cells: tuple[Ints, Floats, Floats] | None


@dataclass(frozen=True)
class _Task:
    """The work on one strip."""

    source: Rows
    placed: ZonesOnGrid
    cells: bool

    @cached_property
    def _areas(self) -> tuple[Ints, Ints, Floats]:
        return cell_areas(area_lattice(self.source.grid))

    def __call__(self, strip: Strip) -> _Answer:
        from dzgis.coverage_kernel import zone_sums, zone_values

        first, last = strip
        windows = self.placed.windows
        zones = np.flatnonzero((windows[:, 0] < last) & (windows[:, 1] > first))
        if not zones.size:
            return _Answer(zones, np.empty((0, 0)), None)
        values = np.ascontiguousarray(self.source.rows(first, last))
        asked = ((values, first), self.placed.rings, windows, zones, self._areas)
        return _Answer(zones, zone_sums(*asked), zone_values(*asked) if self.cells else None)


class _Gathered:
    """What the strips have said so far, merged in the order of the strips."""

    def __init__(self, n_zones: int, wanted: _Wanted, n_strips: Ints) -> None:
        from dzgis import coverage_kernel as kernel

        self.wanted = wanted
        self.sums = np.zeros((n_zones, kernel.N_SUMS))
        self.sums[:, kernel.BASE] = np.nan
        self.sums[:, kernel.LEAST], self.sums[:, kernel.MOST] = np.inf, -np.inf
        self.quantiles = np.full((n_zones, len(wanted.quantiles)), np.nan)
        self.classes = np.zeros((n_zones, _N_CLASSES if wanted.shares else 0))
        self._missing = n_strips.copy()
        self._pieces: dict[int, list[tuple[Floats, Floats]]] = {}
        self._waiting: dict[int, tuple[Strip, _Answer]] = {}
        self._next = 0

    def take(self, strip: Strip, answer: _Answer) -> None:
        """Take an answer; those that come too early wait for the ones before."""
        self._waiting[strip[0]] = strip, answer
        while self._next in self._waiting:
            strip, answer = self._waiting.pop(self._next)
            self._next = strip[1]
            if answer.zones.size:
                self._merge(answer)

    def _merge(self, answer: _Answer) -> None:
        self.sums[answer.zones] = _together(self.sums[answer.zones], answer.sums)
        if answer.cells is None:
            return
        counts, values, areas = answer.cells
        if self.wanted.shares:
            self._count(answer.zones, answer.cells)
        if not self.wanted.quantiles:
            return
        ends = np.cumsum(counts)
        for zone, start, end in zip(answer.zones, ends - counts, ends, strict=True):
            self._pieces.setdefault(int(zone), []).append((values[start:end], areas[start:end]))
            self._missing[zone] -= 1
            if not self._missing[zone]:
                pieces = zip(*self._pieces.pop(int(zone)), strict=True)
                value, area = (np.concatenate(one) for one in pieces)
                self.quantiles[zone] = _quantiles(value, area, [*self.wanted.quantiles.values()])

    def _count(self, zones: Ints, cells: tuple[Ints, Floats, Floats]) -> None:
        from dzgis.coverage_kernel import class_areas

        values = cells[1]
        if not ((values >= 0) & (values < _N_CLASSES) & (values == np.floor(values))).all():
            raise InputError(
                Text(
                    "shares 只用于 0–255 的整数分级；请先分级（classify）",
                    "shares are for classes that are whole numbers from 0 to 255; classify first",
                )
            )
        self.classes[zones] += class_areas(*cells, _N_CLASSES)


def _together(first: Floats, second: Floats) -> Floats:
    """Sums of two sets of cells together; squares are kept from a base that suits both."""
    from dzgis import coverage_kernel as kernel

    out = first + second
    base = np.where(np.isnan(first[:, kernel.BASE]), second[:, kernel.BASE], first[:, kernel.BASE])
    # What was summed from the second base, from the first one.
    move = np.nan_to_num(second[:, kernel.BASE] - base)
    sums, known = second[:, kernel.SUM], second[:, kernel.KNOWN]
    out[:, kernel.SUM] += move * known
    out[:, kernel.SQUARES] += move * (2.0 * sums + move * known)
    out[:, kernel.BASE] = base
    out[:, kernel.LEAST] = np.minimum(first[:, kernel.LEAST], second[:, kernel.LEAST])
    out[:, kernel.MOST] = np.maximum(first[:, kernel.MOST], second[:, kernel.MOST])
    return out


def _quantiles(values: Floats, areas: Floats, shares: Sequence[float]) -> Floats:
    """Least values up to which at least these shares of the area lie."""
    if not values.size:
        return np.full(len(shares), np.nan)
    order = np.argsort(values, kind="stable")
    up_to = np.cumsum(areas[order])
    at = np.searchsorted(up_to, np.array(shares) * up_to[-1] * (1.0 - _ROUNDING_SHARE))
    return np.asarray(values[order[np.minimum(at, values.size - 1)]])


def _table(found: _Gathered, area_m2: pd.Series[float], in_cells: Floats) -> pd.DataFrame:
    from dzgis import coverage_kernel as kernel

    sums = found.sums.T
    covered, known, cells = sums[kernel.COVERED], sums[kernel.KNOWN], sums[kernel.CELLS]
    inside = _share(cells, in_cells)
    table = area_m2.to_frame()
    table["covered_m2"] = covered
    table["outside_share"] = _left(inside)
    table["unknown_share"] = _left(inside * _share(known, covered))
    off = _per(sums[kernel.SUM], known)
    spread = np.maximum(_per(sums[kernel.SQUARES], known) - off**2, 0.0)
    nothing = known == 0.0
    simple = {
        "mean": sums[kernel.BASE] + off,
        "min": np.where(nothing, np.nan, sums[kernel.LEAST]),
        "max": np.where(nothing, np.nan, sums[kernel.MOST]),
        "std": np.sqrt(spread),
        "cells": cells,
    }
    quantiles = dict(zip(found.wanted.quantiles, found.quantiles.T, strict=True))
    for name in found.wanted.names:
        if name == _SHARES:
            for value in np.flatnonzero(found.classes.any(axis=0)):
                table[f"share_{value}"] = _per(found.classes[:, value], known)
        else:
            table[name] = simple[name] if name in simple else quantiles[name]
    return table


def _per(above: Floats, below: Floats) -> Floats:
    """Quotients, NaN where there is nothing to divide by."""
    nothing: Floats = np.full(len(below), np.nan)
    return np.divide(above, below, out=nothing, where=below > 0.0)


def _share(part: Floats, whole: Floats) -> Floats:
    return np.nan_to_num(_per(part, whole))


def _left(share: Floats) -> Floats:
    """What is left of one, without rounding."""
    left = 1.0 - share
    return np.where(left > _ROUNDING_SHARE, left, 0.0)
