"""Measures that need the whole grid: contiguity, and least cost of reaching something."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from dzgis import stores, suitability, terrain
from dzgis.area import cell_area_m2
from dzgis.engine import run_blocks
from dzgis.outlines import touched_cells
from dzgis.pipeline.suitability_block import raster_of_block
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    import numpy.typing as npt

    from dzgis.engine import Engine
    from dzgis.pipeline.suitability_values import BlockItem, SuitabilityJob
    from dzgis.plan.suitability_model import CostSurface, Measure

    Floats = npt.NDArray[np.floating]
    Items = Callable[[], Iterable[BlockItem]]

_HALF = 0.5


def whole_measures(
    job: SuitabilityJob, items: Items, *, engine: Engine, folder: Path | None
) -> tuple[dict[Measure, Floats], list[Text]]:
    """
    Measure on the whole grid what cannot be measured block by block.

    Parameters
    ----------
    job : SuitabilityJob
    items : callable
        Gives the blocks; called once for each measure.
    engine : Engine
    folder : Path, optional
        Where large arrays are kept instead of in memory.

    Returns
    -------
    dict of Measure to ndarray of float32, (rows, cols)
    list of Text
        What was coarsened.
    """
    found: dict[Measure, Floats] = {}
    notes: list[Text] = []
    for of in dict.fromkeys(job.scheme.measures):
        if of in job.sources.absent:
            continue
        if of.kind == "contiguity":
            found[of] = _contiguity(job, of, items(), engine)
        elif of.kind == "cost_distance":
            found[of], said = _cost_distance(job, of, items(), engine)
            notes += said
    return {of: _kept(values, folder) for of, values in found.items()}, notes


def _kept(values: Floats, folder: Path | None) -> Floats:
    if folder is None:
        return values
    array = stores.block_array(values.shape, np.float32, fill=np.nan, folder=folder)
    array[:] = values
    stores.let_go(array)
    return array  # type: ignore[return-value]


def _contiguity(
    job: SuitabilityJob, of: Measure, items: Iterable[BlockItem], engine: Engine
) -> Floats:
    mask = np.zeros(job.grid.shape, dtype=bool)
    for item, inside in run_blocks(partial(_inside, job, of), items, engine=engine):
        mask[item.window.rows, item.window.cols] = inside
    return suitability.contiguity_ha(mask, cell_area_m2(job.grid))


def _inside(job: SuitabilityJob, of: Measure, item: BlockItem) -> npt.NDArray[np.bool_]:
    return suitability.holds(of.bands, raster_of_block(job, item, of))


def _cost_distance(
    job: SuitabilityJob, of: Measure, items: Iterable[BlockItem], engine: Engine
) -> tuple[Floats, list[Text]]:
    surface = job.scheme.surface(str(of.surface))
    cost = np.full(job.grid.shape, np.nan, dtype=np.float32)
    targets = np.zeros(job.grid.shape, dtype=bool)
    task = partial(_cost_block, job, of, surface)
    for item, (costs, touched) in run_blocks(task, items, engine=engine):
        cost[item.window.rows, item.window.cols] = costs
        targets[item.window.rows, item.window.cols] = touched
    factor = suitability.coarsening(job.grid.shape, surface.most_cells)
    along_row, along_col = (side[::factor] * factor for side in terrain.cell_spacing_m(job.grid))
    coarse = suitability.coarse_cost(cost.astype(np.float64), factor)
    there = suitability.coarse_targets(targets, factor)
    found = suitability.cost_distance(coarse, there, along_row, along_col)
    spread = suitability.fine(found, factor, job.grid.shape).astype(np.float32)
    return spread, [_coarsened(surface, factor)] if factor > 1 else []


def _cost_block(
    job: SuitabilityJob, of: Measure, surface: CostSurface, item: BlockItem
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    slope = raster_of_block(job, item, of.model_copy(update={"raster": "slope"}))
    cost = suitability.cost_of_slope(slope, surface.breaks, surface.costs)
    part = job.grid.part(item.window)
    for name in surface.barriers:
        if name in job.sources.barriers:
            share = suitability.cover_share(job.sources.barriers[name], part)
            cost[share >= _HALF] = np.inf
    return cost.astype(np.float32), touched_cells(job.sources.shapes[of], part)


def _coarsened(surface: CostSurface, factor: int) -> Text:
    return Text(
        f"成本距离在每 {factor}×{factor} 像元合并的格网上计算（阻力面 {surface.id} 至多 "
        f"{surface.most_cells} 像元），像元内取同值",
        f"the cost distance was found on cells of {factor} × {factor} (cost surface {surface.id} "
        f"takes {surface.most_cells} at most), each of which gets one value",
    )
