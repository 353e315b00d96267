"""A DEM of any size to slope products, block by block: what one block is, and the job."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from functools import partial
from importlib.metadata import version
from threading import Thread
from typing import TYPE_CHECKING, Any

import numpy as np

from dzgis import stores, terrain
from dzgis.area import area_lattice
from dzgis.engine import THREADS, Engine, run_blocks
from dzgis.errors import InputError
from dzgis.grid import compiled_pays, percent_of
from dzgis.inputs import DemSource, Found, check_some, forget, read_block, tell_found
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from dzgis.grid import Grid, Window
    from dzgis.plan.model import SlopeClasses
    from dzgis.stores import Format
    from dzgis.terrain import DemError, Edges, Method

    Values = npt.NDArray[np.generic]
    Floats = npt.NDArray[np.floating]
    Tell = Callable[[int, int], None]

CLASS, RAW_CLASS = "class", "class_raw"
PRODUCTS: Mapping[str, Format] = {
    "degrees": stores.SLOPE,
    "aspect": stores.ASPECT,
    "relief": stores.RELIEF,
    "hillshade": stores.HILLSHADE,
    "probability": stores.percent_format("low_hill_probability_percent"),
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
    min_patch_m2 : float
        Smaller patches, and strips, are cleaned up as the official rule has it; 0 leaves them. With
        it the classes as they were are a product too.
    dem_error : DemError, optional
        Needed for the probability of low-hill slope.
    band_cells : int
        Columns of a block.
    """

    source: DemSource
    classes: SlopeClasses
    products: tuple[str, ...] = ()
    method: Method = terrain.SLOPE_METHOD
    edges: Edges = "unknown"
    min_patch_m2: float = 0.0
    dem_error: DemError | None = None
    band_cells: int = stores.BAND_CELLS

    @property
    def formats(self) -> dict[str, Format]:
        """File format of each product, the classes first."""
        classes = stores.class_format(self.classes)
        raw = {RAW_CLASS: replace(classes, name=RAW_CLASS)} if self.min_patch_m2 else {}
        return {CLASS: classes, **raw, **{p: PRODUCTS[p] for p in self.products}}

    @property
    def relief_window(self) -> tuple[int, int]:
        """Rows and columns of the window of local relief; of one cell where it does not matter."""
        wanted = "relief" in self.products or self.classes.downgraded_by("relief")
        return terrain.relief_window(self.source.grid) if wanted else (1, 1)

    @property
    def halo(self) -> int:
        """Cells around a block that its products depend on, clean-up left out."""
        return max(terrain.HALO_CELLS, *(size // 2 for size in self.relief_window))

    @property
    def margin(self) -> int:
        """Cells around a block whose classes its cleaned-up classes depend on."""
        if not self.min_patch_m2:
            return 0
        smallest = float(cell_row_m2(self.source.grid, slice(None)).min())
        return terrain.sieve_halo(smallest, self.min_patch_m2, len(self.classes.classes))

    @property
    def key(self) -> str:
        """Digest of all that decides the result: pieces of another job are not taken for ours."""
        parts: list[object] = [version("dzgis"), self.source, self.classes, self.products]
        parts += [self.method, self.edges, self.min_patch_m2, self.dem_error, self.band_cells]
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
    n_cells, m2 : ndarray, (k + 1, k + 1)
        Of each pair of a class before the clean-up (down) and after it (across), the unknown one
        first; without clean-up on the diagonal only.
    """

    found: Found = field(default_factory=Found)
    n_cells: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros((1, 1), np.int64))
    m2: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros((1, 1)))

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
_BYTES_PER_CELL, _BYTES_PER_PRODUCT = 20, 24


def slope_block(job: SlopeJob, window: Window) -> BlockAnswer:
    """Read a block, compute its products, compress them; a pure function of the DEM."""
    shape = job.source.grid.shape
    wide = window.grown(job.margin, shape)
    block = read_block(job.source, wide, halo=job.halo, counted=window)
    raw_wide = _classes(job, block.values, wide)
    inner = window.within(wide)
    made: dict[str, Values] = {CLASS: raw_wide[inner]}
    if job.min_patch_m2:
        made[RAW_CLASS] = made[CLASS]
        made[CLASS] = terrain.sieve(
            raw_wide,
            cell_row_m2(job.source.grid, wide.rows),
            min_patch_m2=job.min_patch_m2,
            n_classes=len(job.classes.classes),
            origin=(wide.rows.start, wide.cols.start),
        )[inner]
    grown = slice(inner[0].start, inner[0].stop + 2 * job.halo)
    around = block.values[grown, inner[1].start : inner[1].stop + 2 * job.halo]
    made |= {name: _product(job, name, around, window) for name in job.products}
    areas = _areas(job, made, window)
    pieces = {name: stores.encoded(made[name], form) for name, form in job.formats.items()}
    return BlockAnswer(pieces, SlopeSummary(block.found, *areas))


def _classes(job: SlopeJob, z: Floats, window: Window) -> npt.NDArray[np.uint8]:
    """Classes of a window, before any clean-up, from elevations with the job's halo."""
    shape = job.source.grid.shape
    number = terrain.class_block(
        _rim(z, job.halo, terrain.HALO_CELLS),
        terrain.ground_axes(job.source.grid, window.rows),
        job.classes.limits_deg,
        method=job.method,
        sides=window.sides(shape) if job.edges == "computed" else None,
        compiled=compiled_pays(shape),
    )
    if not job.classes.downgrades:
        return number
    by_relief = job.classes.downgraded_by("relief")
    relief = _relief(job, z) if by_relief else None
    return terrain.graded(number, _rim(z, job.halo, 0), relief, job.classes)


def _product(job: SlopeJob, name: str, z: Floats, window: Window) -> Values:
    """One product beside the classes, from elevations with the job's halo."""
    if name == "relief":
        return _relief(job, z)
    shape = job.source.grid.shape
    near = _rim(z, job.halo, terrain.HALO_CELLS)
    axes = terrain.ground_axes(job.source.grid, window.rows)
    if name == "probability":
        if job.dem_error is None:
            raise ValueError("a probability needs the DEM's error")
        ranges = job.classes.low_hill_ranges_deg
        return percent_of(terrain.probability_block(near, axes, job.dem_error, ranges))
    sides = window.sides(shape) if job.edges == "computed" else None
    if name == "degrees":
        compiled = compiled_pays(shape)
        return terrain.slope_block(near, axes, method=job.method, sides=sides, compiled=compiled)
    make = terrain.aspect_block if name == "aspect" else terrain.hillshade_block
    return make(near, axes, method=job.method, sides=sides)


def _relief(job: SlopeJob, z: Floats) -> Floats:
    rows, cols = job.relief_window
    spare_rows, spare_cols = job.halo - rows // 2, job.halo - cols // 2
    inside = z[spare_rows : len(z) - spare_rows, spare_cols : z.shape[1] - spare_cols]
    return terrain.relief_block(inside, (rows, cols))


def _rim(z: Floats, has: int, wanted: int) -> Floats:
    """The same block with a narrower rim; solid in memory, as compiled code wants it."""
    off = has - wanted
    return np.ascontiguousarray(z[off : len(z) - off, off : z.shape[1] - off]) if off else z


def _areas(
    job: SlopeJob, made: Mapping[str, Values], window: Window
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Cells and area of each pair of a class before and after the clean-up."""
    grid, n = job.source.grid, len(job.classes.classes) + 1
    after = made[CLASS].astype(np.uint8, copy=False)
    compiled = compiled_pays(grid.shape)
    part = grid.part(window)
    if not job.min_patch_m2:
        found = terrain.class_areas(after, part, n_classes=n - 1, compiled=compiled)
        return np.diag(found.n_cells), np.diag(found.m2)
    before = made[RAW_CLASS].astype(np.uint8, copy=False)
    pairs = before * np.uint8(n) + after
    found = terrain.class_areas(pairs, part, n_classes=n * n - 1, compiled=compiled)
    return found.n_cells.reshape(n, n), found.m2.reshape(n, n)


def cell_row_m2(grid: Grid, rows: slice) -> npt.NDArray[np.float64]:
    """Area of a cell of each row; on a projected grid that of the map's cell."""
    if grid.crs.is_geographic:
        return area_lattice(grid).cell_m2[rows, 0]
    t = grid.transform
    return np.full(len(range(*rows.indices(grid.height))), abs(t.a * t.e - t.b * t.d))


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
    _check_not_turned(job)
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


def _check_not_turned(job: SlopeJob) -> None:
    t = job.source.grid.transform
    if job.dem_error is not None and (t.b or t.d):
        raise InputError(
            Text(
                f"{job.source.where} 的格网有旋转，不能推算坡度把握；请用 gdalwarp 校正为正北方向",
                f"{job.source.where}: its grid is turned, so that the certainty of slopes cannot "
                "be derived; straighten it with gdalwarp",
            )
        )


def _load_compiled() -> None:
    from dzgis.inputs import dem_kernel
    from dzgis.terrain import kernel

    dem_kernel.load()
    kernel.load()


def _all_blocks(job: SlopeJob, parts: Path, engine: Engine, tell: Tell | None) -> SlopeSummary:
    blocks = list(job.blocks())
    waiting = [window for window in blocks if not _record(parts, window).exists()]
    n_done = len(blocks) - len(waiting)
    if tell is not None:
        tell(n_done, len(blocks))
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
