"""A DEM of any size to slope products, block by block: what one block is, and the job."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import version
from threading import Thread
from typing import TYPE_CHECKING, Any

import numpy as np

from dzgis import stores, terrain
from dzgis.engine import THREADS, Engine, run_blocks
from dzgis.grid import compiled_pays
from dzgis.inputs import DemSource, Found, check_some, forget, read_block, tell_found

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from dzgis.grid import Window
    from dzgis.plan.model import SlopeClasses
    from dzgis.stores import Format
    from dzgis.terrain import Edges, Method

    Values = npt.NDArray[np.generic]
    Tell = Callable[[int, int], None]

CLASS = "class"
PRODUCTS: Mapping[str, Format] = {
    "degrees": stores.SLOPE,
    "aspect": stores.ASPECT,
    "hillshade": stores.HILLSHADE,
}
"""What may be made beside the classes."""


@dataclass(frozen=True)
class SlopeJob:
    """
    What is to be made of a DEM; it pickles, so that other processes do the same.

    Attributes
    ----------
    source : DemSource
    classes : SlopeClasses
    products : tuple of str
        Of `PRODUCTS`, beside the classes.
    method : {"horn", "zevenbergen-thorne"}
    edges : {"unknown", "computed"}
    band_cells : int
        Columns of a block.
    """

    source: DemSource
    classes: SlopeClasses
    products: tuple[str, ...] = ()
    method: Method = terrain.SLOPE_METHOD
    edges: Edges = "unknown"
    band_cells: int = stores.BAND_CELLS

    @property
    def formats(self) -> dict[str, Format]:
        """File format of each product, the classes first."""
        return {CLASS: stores.class_format(self.classes)} | {p: PRODUCTS[p] for p in self.products}

    @property
    def key(self) -> str:
        """Digest of all that decides the result: pieces of another job are not taken for ours."""
        parts: list[object] = [version("dzgis"), self.source, self.classes, self.products]
        parts += [self.method, self.edges, self.band_cells]
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]

    def blocks(self) -> Iterator[Window]:
        """Return the blocks of the job, in order."""
        return stores.blocks_of(self.source.grid.shape, self.band_cells)


@dataclass(frozen=True)
class SlopeSummary:
    """
    What was seen on the way.

    Attributes
    ----------
    found : Found
        Elevations.
    n_cells, m2 : ndarray
        Of each class, the unknown one first.
    """

    found: Found = field(default_factory=Found)
    n_cells: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(1, np.int64))
    m2: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros(1))

    def record(self) -> dict[str, object]:
        """Return the same as JSON can hold it."""
        return {
            "found": self.found.record(),
            "n_cells": self.n_cells.tolist(),
            "m2": self.m2.tolist(),
        }

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> SlopeSummary:
        """Read back a record."""
        n_cells, m2 = np.array(record["n_cells"]), np.array(record["m2"])
        return cls(Found.of_record(record["found"]), n_cells, m2)

    def __add__(self, other: SlopeSummary) -> SlopeSummary:
        """Both together."""
        return SlopeSummary(
            self.found + other.found, self.n_cells + other.n_cells, self.m2 + other.m2
        )


@dataclass(frozen=True)
class BlockAnswer:
    """One block: each product as a compressed piece, and what was seen."""

    pieces: Mapping[str, tuple[bytes, bytes]]
    summary: SlopeSummary


def band_cells(source: DemSource, products: Sequence[str], memory_mib: int, n_workers: int) -> int:
    """
    Columns of a block, so that the blocks under way fit into memory.

    Parameters
    ----------
    source : DemSource
        A file that compresses whole rows together is read in whole rows.
    products : sequence of str
        Beside the classes.
    memory_mib : int
        What the job may take, in MiB.
    n_workers : int
    """
    per_cell = _BYTES_PER_CELL + _BYTES_PER_PRODUCT * len(products)
    room = (memory_mib * 2**20 - _BASE_BYTES) / (n_workers * stores.BLOCK_ROWS * per_cell)
    step = stores.BLOCK_ROWS
    wanted = max(int(room) // step * step, step)
    widest = max(tile.block_width for tile in source.tiles)
    return max(min(wanted, stores.BAND_CELLS), -(-widest // step) * step)


_BASE_BYTES = 250 * 2**20
_BYTES_PER_CELL, _BYTES_PER_PRODUCT = 20, 16


def slope_block(job: SlopeJob, window: Window) -> BlockAnswer:
    """Read a block, compute its products, compress them; a pure function of the DEM."""
    grid = job.source.grid
    compiled = compiled_pays(grid.shape)
    block = read_block(job.source, window, halo=terrain.HALO_CELLS)
    axes = terrain.ground_axes(grid, window.rows)
    sides = window.sides(grid.shape) if job.edges == "computed" else None
    how: dict[str, Any] = {"method": job.method, "sides": sides}
    makers: dict[str, Callable[[], Values]] = {
        CLASS: lambda: terrain.class_block(
            block.values, axes, job.classes.limits_deg, compiled=compiled, **how
        ),
        "degrees": lambda: terrain.slope_block(block.values, axes, compiled=compiled, **how),
        "aspect": lambda: terrain.aspect_block(block.values, axes, **how),
        "hillshade": lambda: terrain.hillshade_block(block.values, axes, **how),
    }
    made = {name: makers[name]() for name in job.formats}
    areas = terrain.class_areas(
        made[CLASS].astype(np.uint8, copy=False),
        grid.part(window),
        n_classes=len(job.classes.classes),
        compiled=compiled,
    )
    pieces = {name: stores.encoded(made[name], form) for name, form in job.formats.items()}
    return BlockAnswer(pieces, SlopeSummary(block.found, areas.n_cells, areas.m2))


def run_slope_job(
    job: SlopeJob, parts: Path, *, engine: Engine = THREADS, tell: Tell | None = None
) -> SlopeSummary:
    """
    Do all blocks that are not done yet.

    Parameters
    ----------
    job : SlopeJob
    parts : Path
        Where finished blocks are kept: after an interruption the job goes on from them.
    engine : Engine
    tell : callable, optional
        Given the number of finished blocks and of all, whenever one is finished.

    Raises
    ------
    InputError
        If the DEM cannot be read to its end or holds no elevations.
    """
    terrain.check_grid(job.source.grid)
    if engine.name == "threads" and compiled_pays(job.source.grid.shape):
        # Compiled code is loaded while the first blocks are decoded, which needs no interpreter.
        Thread(target=_load_compiled, daemon=True).start()
    try:
        summary = _all_blocks(job, parts, engine, tell)
    finally:
        forget()
    check_some(summary.found, job.source.where)
    tell_found(summary.found, job.source.tiles)
    return summary


def _load_compiled() -> None:
    from dzgis.inputs import dem_kernel
    from dzgis.terrain import kernel

    dem_kernel.load()
    kernel.load()


def _all_blocks(job: SlopeJob, parts: Path, engine: Engine, tell: Tell | None) -> SlopeSummary:
    blocks = list(job.blocks())
    waiting = [window for window in blocks if not _record(parts, window).exists()]
    n_done = len(blocks) - len(waiting)
    stored = pieces_of(job, parts)
    for window, answer in run_blocks(partial(slope_block, job), waiting, engine=engine):
        for name, piece in answer.pieces.items():
            stored[name].put(window, piece)
        record = json.dumps(answer.summary.record()).encode()
        stores.write_whole(record, _record(parts, window))
        n_done += 1
        if tell is not None:
            tell(n_done, len(blocks))
    # Added up in the blocks' order, so that the last digit does not depend on the engine.
    records = (json.loads(_record(parts, window).read_bytes()) for window in blocks)
    first = SlopeSummary.of_record(next(records))
    return sum((SlopeSummary.of_record(record) for record in records), first)


def pieces_of(job: SlopeJob, parts: Path) -> dict[str, stores.Pieces]:
    """Pieces of each product in the folder of finished blocks."""
    shape = job.source.grid.shape
    return {
        name: stores.Pieces(parts, shape, form, job.band_cells)
        for name, form in job.formats.items()
    }


def _record(parts: Path, window: Window) -> Path:
    """File that says that a block is finished, written after its pieces."""
    return parts / f"done-{window.rows.start}-{window.cols.start}.json"
