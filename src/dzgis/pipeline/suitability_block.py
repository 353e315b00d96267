"""Suitability of one block (适宜性分块): what is measured, graded, tried, and added up."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from dzgis import suitability, terrain
from dzgis.area import area_lattice
from dzgis.coverage import cell_areas, zone_shares
from dzgis.grid import UNKNOWN_PERCENT, compiled_pays, percent_of
from dzgis.inputs import aligned, read_block
from dzgis.pipeline.suitability_sources import categories_of
from dzgis.terrain.gradient import gradient

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import geopandas as gpd
    import numpy.typing as npt

    from dzgis.area import AreaLattice
    from dzgis.grid import Grid, Window
    from dzgis.inputs import DemSource
    from dzgis.pipeline.suitability_sources import Sources, Use
    from dzgis.plan.suitability_model import Measure, Scheme
    from dzgis.suitability import Measured, Parts
    from dzgis.terrain import DemError

    Array = npt.NDArray[np.float64]
    Floats = npt.NDArray[np.floating]
    Found = npt.NDArray[np.floating] | npt.NDArray[np.int64] | None
    Grades = npt.NDArray[np.uint8]
    Mask = npt.NDArray[np.bool_]

Kind = TypeVar("Kind", bound=np.generic)
FIRM_SHARE = 0.9
"""Kept in at least this share of the runs, a grade is firm."""


@dataclass(frozen=True, eq=False)
class SuitabilityJob:
    """
    What is to be made; it pickles, so that other processes do the same.

    Attributes
    ----------
    grid : Grid
    source : DemSource or None
        None where blocks bring their elevations along.
    scheme : Scheme
    sources : Sources
    zones : mapping of ``county`` and ``cluster`` to GeoDataFrame
        A key and polygons in the grid's CRS.
    weights : ndarray, (1 + a, k)
        The weights, and those of a alternatives.
    draws : ndarray, (runs, k)
        Weights of Monte Carlo runs.
    seed : int
    dem_error : DemError or None
        With it each run has slopes of its own.
    """

    grid: Grid
    source: DemSource | None
    scheme: Scheme
    sources: Sources
    zones: Mapping[str, gpd.GeoDataFrame]
    weights: Array
    draws: Array
    seed: int = 0
    dem_error: DemError | None = None

    @property
    def n_grades(self) -> int:
        """Number of grades."""
        return len(self.scheme.grading.classes)

    @property
    def needs_relief(self) -> bool:
        """Whether relief is measured."""
        return any("relief" in of.rasters for of in self.scheme.measures)

    @property
    def halo(self) -> int:
        """Cells around a block on which it depends."""
        window = terrain.relief_window(self.grid) if self.needs_relief else (1, 1)
        return max(terrain.HALO_CELLS, *(size // 2 for size in window))


@dataclass(frozen=True, eq=False)
class BlockItem:
    """
    A block: its window, and what its task is given of the whole grid.

    Attributes
    ----------
    window : Window
    z : ndarray or None
        Elevations with the job's halo; None where the task reads them.
    whole : mapping of Measure to ndarray
        Values of the block of measures that need the whole grid.
    """

    window: Window
    z: Floats | None = None
    whole: Mapping[Measure, Floats] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Sums:
    """
    What blocks add up to, in m².

    Attributes
    ----------
    places : mapping of zones to ndarray, (1 + a, zones, grades + 1)
        Ground of each grade, the unknown one first, for the weights and each alternative.
    total : ndarray, (1,)
        Ground of the counties on the grid.
    known : ndarray, (k,)
        Of it with a score of each criterion.
    limits, alone : ndarray, (m,)
        Under each limiting condition; under it and no other.
    changed, suitable : ndarray, (a,)
        Ground that changes its grade, and ground in suitable grades, for each alternative.
    kept : ndarray, (grades + 1, 3)
        Ground of each grade; times its share of runs; firm.
    """

    places: Mapping[str, Array]
    total: Array
    known: Array
    limits: Array
    alone: Array
    changed: Array
    suitable: Array
    kept: Array

    def __add__(self, other: Sums) -> Sums:
        """Both together."""
        return Sums(
            {name: table + other.places[name] for name, table in self.places.items()},
            *(
                getattr(self, name) + getattr(other, name)
                for name in ("total", "known", "limits", "alone", "changed", "suitable", "kept")
            ),
        )


@dataclass(frozen=True, eq=False)
class BlockAnswer:
    """One block: index, grade, per cents of runs in which grades are kept, ground, sums."""

    index: npt.NDArray[np.float32]
    grade: Grades
    kept: Grades | None
    ground_m2: Array
    sums: Sums


@dataclass(frozen=True, eq=False)
class _Ground:
    """Ground of zones on a block: cells and m² of each zone, ground of counties in each cell."""

    zones: Mapping[str, list[tuple[npt.NDArray[np.int64], Array]]]
    m2: Array

    @property
    def here(self) -> Mask:
        """Cells that lie in a county."""
        return self.m2 > 0.0


def suitability_block(job: SuitabilityJob, item: BlockItem) -> BlockAnswer:
    """Measure, grade and try a block; a pure function of the job and the item."""
    ground = _ground_of(job, item.window)
    here = ground.here
    if not here.any():
        return _nothing(job, item.window.shape)
    measured, z = measured_of(job, item, here)
    parts = suitability.parts_of(job.scheme, measured)
    given = measured.integration
    grade, index = suitability.graded(job.scheme, parts, job.weights[0], given)
    m2 = ground.m2[here]
    kept = _kept(job, item, here, (measured, z, grade))
    shape = item.window.shape
    others = _alternatives(job, measured, parts, grade)
    wholes = [_spread(one, here, shape, fill=0) for one in (grade, *others)]
    return BlockAnswer(
        _spread(index, here, shape, fill=np.nan),
        wholes[0],
        None if kept is None else percent_of(_spread(kept, here, shape, fill=np.nan)),
        ground.m2.reshape(shape),
        _sums(job, ground, wholes, (parts, m2, kept)),
    )


def _alternatives(
    job: SuitabilityJob, measured: Measured, parts: Parts, grade: Grades
) -> Iterator[Grades]:
    """Grades by other weights; ground under a limiting condition has the last one by any."""
    free = np.logical_not(np.asarray(parts.limits.any(axis=0)))
    fewer, its_parts = suitability.cells_of(job.scheme, measured, free)
    for weights in job.weights[1:]:
        other = grade.copy()
        other[free], _ = suitability.graded(job.scheme, its_parts, weights, fewer.integration)
        yield other


def _ground_of(job: SuitabilityJob, window: Window) -> _Ground:
    part = job.grid.part(window)
    area = _cell_m2(job.grid, window)
    zones = {
        name: [(one.cells, one.shares * area[one.cells]) for one in zone_shares(frame, part)]
        for name, frame in job.zones.items()
    }
    m2 = np.zeros(part.height * part.width)
    for cells, of_cell in zones["county"]:
        m2[cells] += of_cell
    return _Ground(zones, np.minimum(m2, area))


def _cell_m2(grid: Grid, window: Window) -> Array:
    """Area of each cell of a block, which is the same whatever the block."""
    lattice = _lattice(grid)
    row_box, col_box, m2 = cell_areas(lattice)
    return m2[np.ix_(row_box[window.rows], col_box[window.cols])].ravel()


@lru_cache(maxsize=4)
def _lattice(grid: Grid) -> AreaLattice:
    return area_lattice(grid)


def measured_of(
    job: SuitabilityJob, item: BlockItem, here: Mask
) -> tuple[Measured, npt.NDArray[np.floating]]:
    """What the scheme measures of some cells of a block, and the elevations of the block."""
    z = item.z if item.z is not None else _read(job, item.window)
    rasters = _terrain(job, z, item.window)
    found = {name: values.ravel()[here] for name, values in rasters.items()}
    distances = suitability.distances_m(
        job.grid,
        item.window,
        here.reshape(item.window.shape),
        {str(n): f for n, f in enumerate(job.sources.features.values())},
    )
    known: dict[Use, Found] = {
        (of, ()): distances[str(n)].ravel()[here] for n, of in enumerate(job.sources.features)
    }

    def one(of: Measure, categories: Sequence[str] = ()) -> Found:
        use = (of, tuple(categories))
        if use not in known:
            known[use] = _measure(job, item, use, found, here)
        return known[use]

    scheme = job.scheme
    other = scheme.integration
    return suitability.Measured(
        found["slope"],
        tuple(one(c.of, categories_of(c)) for c in scheme.criteria),
        tuple(one(limit.of, limit.values) for limit in scheme.limits),
        tuple(one(lowering.of) for lowering in scheme.lowerings),
        None if other is None else one(other.of),
    ), z


def _read(job: SuitabilityJob, window: Window) -> Floats:
    if job.source is None:
        raise ValueError("a block without elevations and a job without a DEM")
    return read_block(job.source, window, halo=job.halo).values


def _measure(
    job: SuitabilityJob, item: BlockItem, use: Use, terrain_of: Mapping[str, Floats], here: Mask
) -> Found:
    """One measure of the wanted cells; None where its source was not given."""
    of, categories = use
    if of in job.sources.absent:
        return None
    part = job.grid.part(item.window)
    if of.kind == "terrain":
        return terrain_of[of.raster]
    if of in item.whole:
        return item.whole[of].ravel()[here]
    if of.kind == "raster":
        return aligned(job.sources.rasters[of], part, how=of.how).ravel()[here]
    polygons = job.sources.polygons[use]
    if of.kind == "class":
        return suitability.largest_class(polygons, part, len(categories)).ravel()[here]
    return suitability.cover_share(polygons, part).ravel()[here]


def _terrain(job: SuitabilityJob, z: Floats, window: Window) -> dict[str, Floats]:
    """Rasters of the DEM that the scheme needs; the slope always."""
    needed = {name for of in job.scheme.measures for name in of.rasters}
    axes = terrain.ground_axes(job.grid, window.rows)
    near = _rim(z, job.halo, terrain.HALO_CELLS)
    compiled = compiled_pays(job.grid.shape)
    method = terrain.SLOPE_METHOD
    made: dict[str, Floats] = {
        "slope": terrain.slope_block(near, axes, method=method, compiled=compiled)
    }
    if "elevation" in needed:
        made["elevation"] = _rim(z, job.halo, 0)
    if "aspect" in needed:
        made["aspect"] = terrain.aspect_block(near, axes, method=method)
    if "relief" in needed:
        rows, cols = terrain.relief_window(job.grid)
        off_rows, off_cols = job.halo - rows // 2, job.halo - cols // 2
        inside = z[off_rows : len(z) - off_rows, off_cols : z.shape[1] - off_cols]
        made["relief"] = terrain.relief_block(inside, (rows, cols))
    return made


def raster_of_block(job: SuitabilityJob, item: BlockItem, of: Measure) -> Floats:
    """Raster of a contiguity on all cells of a block."""
    if not of.rasters:
        return aligned(job.sources.rasters[of], job.grid.part(item.window), how=of.how)
    z = item.z if item.z is not None else _read(job, item.window)
    return _terrain(job, z, item.window)[of.raster]


def _rim(z: Floats, has: int, wanted: int) -> Floats:
    off = has - wanted
    return np.ascontiguousarray(z[off : len(z) - off, off : z.shape[1] - off]) if off else z


def _kept(
    job: SuitabilityJob, item: BlockItem, here: Mask, found: tuple[Measured, Floats, Grades]
) -> Array | None:
    """Share of the Monte Carlo runs in which cells keep their grade, NaN where it is unknown."""
    n_runs = len(job.draws)
    if not n_runs:
        return None
    measured, z, base = found
    firm = _never_changes(job, measured) | (base == 0)
    free, parts = suitability.cells_of(job.scheme, measured, ~firm)
    slopes = _Slopes(job, item, z, here, ~firm)
    same = np.zeros(len(free.slope_deg), dtype=np.int64)
    for run in range(n_runs):
        now = parts
        if job.dem_error is not None:
            now = suitability.shaken(job.scheme, free, parts, slopes.of_run(run))
        grade, _ = suitability.graded(job.scheme, now, job.draws[run], free.integration)
        same += grade == base[~firm]
    share = np.ones(len(base))
    share[~firm] = same / n_runs
    share[base == 0] = np.nan
    return share


def _never_changes(job: SuitabilityJob, measured: Measured) -> Mask:
    """Cells under a limiting condition that no run varies."""
    parts = suitability.parts_of(job.scheme, measured)
    fixed = [job.dem_error is None or not suitability.is_slope(one.of) for one in job.scheme.limits]
    return np.asarray(parts.limits[fixed].any(axis=0))


class _Slopes:
    """Slopes of runs, for the wanted cells of a block."""

    def __init__(
        self, job: SuitabilityJob, item: BlockItem, z: Floats, here: Mask, free: Mask
    ) -> None:
        self._seed = job.seed
        if job.dem_error is None:
            return
        window = item.window
        axes = terrain.ground_axes(job.grid, window.rows)
        near = _rim(z, job.halo, terrain.HALO_CELLS).astype(np.float64)
        at = np.flatnonzero(here)[free]
        east, north = gradient(near, axes, method=terrain.SLOPE_METHOD)
        self._gradient = east.ravel()[at], north.ravel()[at]
        row, col = np.divmod(at, window.shape[1])
        spacing = 1.0 / np.abs(axes[:, 0]), 1.0 / np.abs(axes[:, 3])
        sd = terrain.gradient_sd(*spacing, job.dem_error)
        self._sd = sd[0][row], sd[1][row]
        self._cells = (row + window.rows.start) * job.grid.width + col + window.cols.start

    def of_run(self, run: int) -> npt.NDArray[np.float32]:
        """Slopes in degrees."""
        normals = suitability.cell_normals(self._seed, run, self._cells)
        return suitability.shaken_slope_deg(self._gradient, self._sd, normals)


def _spread(
    values: npt.NDArray[Kind], here: Mask, shape: tuple[int, int], fill: float
) -> npt.NDArray[Kind]:
    """Values of some cells on all cells of a block."""
    whole: npt.NDArray[Kind] = np.full(here.shape, fill, dtype=values.dtype)
    whole[here] = values
    return whole.reshape(shape)


def _sums(
    job: SuitabilityJob,
    ground: _Ground,
    grades: list[Grades],
    found: tuple[Parts, Array, Array | None],
) -> Sums:
    parts, m2, kept = found
    n, here = job.n_grades, ground.here
    base = grades[0].ravel()[here]
    others = [grade.ravel()[here] for grade in grades[1:]]
    n_limits = parts.limits.sum(axis=0)
    suitable = np.array(job.scheme.grading.suitable)
    return Sums(
        places={
            name: np.array([_by_zone(zones, grade.ravel(), n) for grade in grades])
            for name, zones in ground.zones.items()
        },
        total=np.array([m2.sum()]),
        known=np.where(np.isnan(parts.scores), 0.0, m2).sum(axis=1),
        limits=np.where(parts.limits, m2, 0.0).sum(axis=1),
        alone=np.where(parts.limits & (n_limits == 1), m2, 0.0).sum(axis=1),
        changed=np.array([m2[other != base].sum() for other in others]),
        suitable=np.array([m2[np.isin(other, suitable)].sum() for other in others]),
        kept=_kept_by_grade(base, kept, m2, n),
    )


def _by_zone(zones: list[tuple[npt.NDArray[np.int64], Array]], grade: Grades, n: int) -> Array:
    rows = [np.bincount(grade[cells], weights=m2, minlength=n + 1) for cells, m2 in zones]
    return np.array(rows, dtype=np.float64).reshape(len(zones), n + 1)


def _kept_by_grade(base: Grades, kept: Array | None, m2: Array, n: int) -> Array:
    if kept is None:
        return np.zeros((n + 1, 3))
    share = np.nan_to_num(kept)
    weights = (m2, m2 * share, np.where(share >= FIRM_SHARE, m2, 0.0))
    return np.array([np.bincount(base, weights=w, minlength=n + 1) for w in weights]).T


def _nothing(job: SuitabilityJob, shape: tuple[int, int]) -> BlockAnswer:
    """Block without any ground of the counties."""
    n, k, m, a = job.n_grades, len(job.scheme.criteria), len(job.scheme.limits), len(job.weights)
    places = {name: np.zeros((a, len(frame), n + 1)) for name, frame in job.zones.items()}
    sizes = (1, k, m, m, a - 1, a - 1)
    total, known, limits, alone, changed, suitable = (np.zeros(size) for size in sizes)
    kept = np.zeros((n + 1, 3))
    sums = Sums(places, total, known, limits, alone, changed, suitable, kept)
    unknown = np.full(shape, UNKNOWN_PERCENT, np.uint8) if len(job.draws) else None
    return BlockAnswer(
        np.full(shape, np.nan, np.float32),
        np.zeros(shape, np.uint8),
        unknown,
        np.zeros(shape),
        sums,
    )
