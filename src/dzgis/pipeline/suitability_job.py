"""Suitability of the counties' ground (适宜性评价): a block job, and what it adds up to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from dzgis import stores, suitability, terrain
from dzgis.engine import THREADS, run_blocks
from dzgis.errors import InputError
from dzgis.grid import UNKNOWN_PERCENT, Raster, windows
from dzgis.inputs import DemSource, forget
from dzgis.pipeline.elevation import elevations
from dzgis.pipeline.suitability_block import suitability_block
from dzgis.pipeline.suitability_result import Made, result_of, what_if_of
from dzgis.pipeline.suitability_sources import in_grid, sources_for
from dzgis.pipeline.suitability_values import BlockItem, SuitabilityJob
from dzgis.pipeline.suitability_whole import whole_measures
from dzgis.pipeline.suitability_words import weights_set
from dzgis.terms import ClusterStatus, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import geopandas as gpd
    import numpy.typing as npt

    from dzgis.engine import Engine
    from dzgis.pipeline.elevation import Elevation
    from dzgis.pipeline.suitability_sources import Layers
    from dzgis.pipeline.suitability_values import Sums
    from dzgis.plan.suitability_model import Measure, Scheme
    from dzgis.planning import Ahp, Suitability, WhatIf
    from dzgis.terrain import DemError

BLOCK_ROWS, BLOCK_COLS = 512, 2048


@dataclass(frozen=True)
class _Weighed:
    """Weights of a scheme, and where they are from."""

    weights: dict[str, float]
    ahp: Ahp | None


def suitability_of(  # noqa: PLR0913 - one argument for each thing that a user may give
    elevation: Elevation,
    scheme: Scheme,
    layers: Layers,
    counties: gpd.GeoDataFrame,
    clusters: gpd.GeoDataFrame,
    *,
    engine: Engine = THREADS,
    sensitivity_runs: int = 0,
    seed: int = 0,
    dem_error: DemError | None = None,
    weights: Mapping[str, float] | None = None,
    folder: Path | None = None,
) -> Suitability:
    """
    Evaluate suitability by a scheme.

    Parameters
    ----------
    elevation : Raster or DemSource
        Metres, NaN where not known.
    scheme : Scheme
    layers : mapping of name to GeoDataFrame or path of a raster
        By the names that the scheme uses, e.g. ``road``, ``town``, ``hazard``, ``pbf``. One that is
        not there is absent: what needs it is left out or unknown, as the scheme says, and said.
    counties, clusters : GeoDataFrame
        With ``county_code`` and ``cluster``; clusters with a ``status`` count where the plan puts
        ground into them. Ground outside the counties is not evaluated.
    engine : Engine
    sensitivity_runs : int
        Monte Carlo runs; 0 tries each weight by itself only.
    seed : int
    dem_error : DemError, optional
        With it the runs vary slopes as well.
    weights : mapping of criterion to weight, optional
        Weights that are set, the others being scaled; see `with_weights`.
    folder : Path, optional
        Where arrays of the size of the grid are kept instead of in memory.

    Raises
    ------
    InputError, CRSError
        If judgements are inconsistent, weights do not fit, a raster cannot be read, or the grid
        gives no slopes.

    Notes
    -----
    The result does not depend on the engine; a cell's value depends on no block.
    """
    weighed = _weighed(scheme, weights or {})
    percents = () if scheme.trials is None else scheme.trials.percents
    job, notes = _job(elevation, scheme, layers, (counties, clusters))
    there = [one.id for one in scheme.criteria if one.of not in job.sources.absent]
    changes = suitability.one_at_a_time(weighed.weights, percents, of=there)
    table = [weighed.weights, *(change.weights for change in changes)]
    job = replace(job, weights=_rows(scheme, table), seed=seed, dem_error=dem_error)
    job = replace(job, draws=_draws(job, sensitivity_runs))
    made = _made(job, elevation, (counties, clusters), engine=engine, folder=folder)
    said = (weights_set(scheme, weights),) if weights else ()
    made = replace(made, notes=(*said, *notes, *made.notes), changes=changes)
    return result_of(job, made, weighed.ahp if not weights else None)


def what_if_weights(
    elevation: Elevation,
    scheme: Scheme,
    layers: Layers,
    zones: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame],
    *,
    changed: Mapping[str, float],
    engine: Engine = THREADS,
) -> WhatIf:
    """
    Land in suitable grades with other weights (情景).

    Parameters
    ----------
    elevation, scheme, layers
        As for `suitability_of`.
    zones : (counties, clusters)
    changed : mapping of criterion to weight
        The others are scaled.
    engine : Engine

    Raises
    ------
    InputError
        As `suitability_of`; or if the scheme has no weights.
    """
    weighed = _weighed(scheme, {})
    other = _weighed(scheme, changed)
    job, _ = _job(elevation, scheme, layers, zones)
    job = replace(job, weights=_rows(scheme, [weighed.weights, other.weights]))
    made = _made(job, elevation, zones, engine=engine, folder=None)
    return what_if_of(job, made, changed)


def _weighed(scheme: Scheme, changed: Mapping[str, float]) -> _Weighed:
    """Weights of a scheme with some of them set; none where a criterion decides grades."""
    if scheme.weights is None:
        if changed:
            raise InputError(
                Text(
                    f"方案 {scheme.id} 由一个指标分级，没有权重可改；请换按指数分级的方案",
                    f"scheme {scheme.id} is graded by one criterion and has no weights to change; "
                    "take a scheme graded by its index",
                )
            )
        return _Weighed({}, None)
    found, ahp = suitability.weights_of(scheme.weights)
    ordered = {name: found[name] for name in scheme.ids}
    return _Weighed(suitability.with_weights(ordered, changed) if changed else ordered, ahp)


def _rows(scheme: Scheme, table: Sequence[Mapping[str, float]]) -> npt.NDArray[np.float64]:
    """Weights in the scheme's order, a row each."""
    return np.array([[row.get(name, 0.0) for name in scheme.ids] for row in table])


def _draws(job: SuitabilityJob, n_runs: int) -> npt.NDArray[np.float64]:
    base, scheme = job.weights[0], job.scheme
    varies = scheme.trials is not None and scheme.weights is not None
    if not n_runs or not (varies or job.dem_error is not None):
        return np.empty((0, len(base)))
    if scheme.trials is None or scheme.weights is None:
        return np.tile(base, (n_runs, 1))
    return suitability.drawn_weights(base.tolist(), scheme.trials, n_runs, job.seed)


def _job(
    elevation: Elevation,
    scheme: Scheme,
    layers: Layers,
    zones: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame],
) -> tuple[SuitabilityJob, tuple[Text, ...]]:
    grid = elevation.grid
    terrain.check_grid(grid)
    sources = sources_for(scheme, layers, grid.crs)
    counties, clusters = zones
    job = SuitabilityJob(
        grid=grid,
        source=elevation if isinstance(elevation, DemSource) else None,
        scheme=scheme,
        sources=sources,
        zones={
            "county": in_grid(counties, "county_code", grid.crs),
            "cluster": in_grid(in_plan(clusters), "cluster", grid.crs),
        },
        weights=np.zeros((1, len(scheme.ids))),
        draws=np.empty((0, len(scheme.ids))),
    )
    return job, sources.notes


def in_plan(clusters: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Areas that the plan puts into a cluster, by list or by county."""
    if "status" not in clusters.columns:
        return clusters
    return clusters[clusters["status"].isin((ClusterStatus.LISTED, ClusterStatus.COUNTY))]


def _made(
    job: SuitabilityJob,
    elevation: Elevation,
    zones: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame],
    *,
    engine: Engine,
    folder: Path | None,
) -> Made:
    """All blocks done: arrays, and what they add up to in the blocks' order."""
    items = partial(_items, job, elevation)
    try:
        whole, notes = whole_measures(job, items, engine=engine, folder=folder)
        array = partial(stores.block_array, job.grid.shape, folder=folder)
        index = array(np.float32, fill=np.nan)
        grade = array(np.uint8, fill=0)
        kept = array(np.uint8, fill=UNKNOWN_PERCENT) if len(job.draws) else None
        ground = array(np.float64, fill=0.0)
        sums: dict[tuple[int, int], Sums] = {}
        task = partial(suitability_block, job)
        for item, answer in run_blocks(task, items(whole), engine=engine):
            at = item.window.rows, item.window.cols
            index[at], grade[at], ground[at] = answer.index, answer.grade, answer.ground_m2
            if kept is not None and answer.kept is not None:
                kept[at] = answer.kept
                stores.let_go(kept)
            for filled in (index, grade, ground):
                stores.let_go(filled)
            sums[item.window.cols.start, item.window.rows.start] = answer.sums
    finally:
        forget()
    first, *others = (sums[key] for key in sorted(sums))
    return Made(
        index=Raster(index, job.grid, "suitability_index", elevation.note),
        grade=Raster(grade, job.grid, "suitability_grade", elevation.note),
        kept=None if kept is None else Raster(kept, job.grid, "kept_percent", elevation.note),
        ground_m2=ground,  # type: ignore[arg-type] # made of float64
        sums=sum(others, first),
        zones=zones,
        notes=tuple(notes),
    )


def _items(
    job: SuitabilityJob,
    elevation: Elevation,
    whole: Mapping[Measure, npt.NDArray[np.floating]] | None = None,
) -> Iterator[BlockItem]:
    """Blocks, in order; of a raster in memory each brings its elevations along."""
    for window in windows(job.grid.shape, block=BLOCK_ROWS, block_cols=BLOCK_COLS):
        z = elevations(elevation, window, job.halo) if isinstance(elevation, Raster) else None
        parts = {of: values[window.rows, window.cols] for of, values in (whole or {}).items()}
        yield BlockItem(window, z, parts)
