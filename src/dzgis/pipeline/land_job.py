"""The land account block by block: what one block is, and the job."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import repeat
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np

from dzgis import land, protection, stores, terrain
from dzgis.engine import THREADS, Engine, run_blocks
from dzgis.errors import InputError
from dzgis.grid import Raster, compiled_pays, percent_of, windows
from dzgis.inputs import DemSource, aligned_share, forget, in_spans
from dzgis.outlines import cell_outlines
from dzgis.pipeline.elevation import elevations
from dzgis.plan.exclusions import RASTERS
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from dzgis.grid import Grid, Window
    from dzgis.land import BlockSums, Grounds
    from dzgis.pipeline.elevation import Elevation
    from dzgis.plan.exclusions import Exclusion, ExclusionSet
    from dzgis.plan.model import SlopeClasses
    from dzgis.terrain import DemError

    Floats = npt.NDArray[np.floating]
    Tell = Callable[[int, int], None]

BLOCK = (256, 2048)
"""Rows and columns of a block: about 4 MiB for each layer of a worker."""


@dataclass(frozen=True)
class LandJob:
    """
    What is to be counted; it pickles, so that other processes do the same.

    Attributes
    ----------
    source : DemSource or None
        None where elevations come with the blocks.
    grid : Grid
    classes : SlopeClasses
    exclusions : ExclusionSet
        Those whose ground is known.
    vectors, widened, rasters : tuple of Exclusion
        Of vector layers, with the ground in the blocks; of rasters that are widened; of other
        rasters. Bits of a combination are in this order.
    paths : mapping of name to Path
        Rasters of the user's.
    limits_deg : tuple of float
    dem_error : DemError, optional
    keep_share : bool
        Whether the exact share of each cell that is available is kept beside the per cent.
    """

    source: DemSource | None
    grid: Grid
    classes: SlopeClasses
    exclusions: ExclusionSet
    vectors: tuple[Exclusion, ...]
    widened: tuple[Exclusion, ...]
    rasters: tuple[Exclusion, ...]
    paths: Mapping[str, Path]
    limits_deg: tuple[float, ...] = ()
    dem_error: DemError | None = None
    keep_share: bool = False

    @property
    def bits(self) -> tuple[str, ...]:
        """Id of the exclusion of each bit."""
        return tuple(one.id for one in (*self.vectors, *self.widened, *self.rasters))

    @property
    def relief_window(self) -> tuple[int, int]:
        """Rows and columns of the window of local relief; of one cell where it does not matter."""
        asked = any(one.layer == "relief" for one in (*self.widened, *self.rasters))
        wanted = asked or self.classes.downgraded_by("relief")
        return terrain.relief_window(self.grid) if wanted else (1, 1)

    @property
    def around(self) -> int:
        """Cells around a block whose values decide on widened rasters."""
        if not self.widened:
            return 0
        least = min(float(axis.min()) for axis in terrain.cell_spacing_m(self.grid))
        return int(np.ceil(max(one.buffer_m for one in self.widened) / least)) + 1

    @property
    def halo(self) -> int:
        """Cells around a block that its products depend on."""
        return self.around + max(terrain.HALO_CELLS, *(n // 2 for n in self.relief_window))

    def ids_of(self, mask: int) -> tuple[str, ...]:
        """Ids of a combination, in the set's order."""
        here = {name for k, name in enumerate(self.bits) if mask >> k & 1}
        return tuple(name for name in self.exclusions.ids if name in here)


@dataclass(frozen=True)
class LandBlock:
    """A block with what it needs of all layers; `z` holds elevations that are in memory."""

    window: Window
    grounds: Grounds
    places: Grounds
    land_classes: Grounds | None
    z: Floats | None


@dataclass(frozen=True)
class LandAnswer:
    """What a block gives."""

    slope: npt.NDArray[np.float32]
    slope_class: npt.NDArray[np.uint8]
    percent: npt.NDArray[np.uint8]
    share: npt.NDArray[np.float32] | None
    probability: npt.NDArray[np.float32] | None
    sums: BlockSums
    n_unsure: int


def land_block(job: LandJob, block: LandBlock) -> LandAnswer:
    """Slope, classes, combinations and sums of a block; a pure function of what it is given."""
    window = block.window
    z = block.z
    if z is None and job.source is not None:
        z = elevations(job.source, window, job.halo)
    if z is None:
        raise ValueError("a block needs elevations")
    wide = _Wide(job, window, z)
    slope = wide.slope(0)
    classes = wide.classes(slope)
    exclusions = land.grounds_together(block.grounds, _widened(job, wide))
    here, numbers = land.layers_here(block.places)
    layout = land.Layout(exclusions.n_layers, numbers, block.places.n_layers)
    _check_room(job, layout)
    found = land.combinations_of(
        land.grounds_together(exclusions, here),
        window,
        rasters=[_share(job, one, wide, 0) for one in job.rasters],
        inverted=[one.invert for one in (*job.vectors, *job.widened)],
    )
    probability = wide.probability()
    ground = land.BlockTerrain(
        slope, classes, len(job.classes.classes), job.limits_deg, land.WITHIN_DEG, probability
    )
    sums = land.block_sums(
        found,
        layout,
        ground,
        job.grid,
        window,
        land_classes=block.land_classes,
    )
    # Beyond the counties no layer was surveyed.
    left = found.left(
        lambda mask: job.exclusions.share_left(job.ids_of(layout.taken(mask))),
        lambda mask: layout.place(mask) >= 0,
    )
    left[~np.isin(classes, job.classes.low_hill) & ~np.isnan(left)] = 0.0
    left[classes == 0] = np.nan
    share = left.astype(np.float32) if job.keep_share else None
    percent = percent_of(left)
    return LandAnswer(slope, classes, percent, share, probability, sums, found.n_unsure)


def _check_room(job: LandJob, layout: land.Layout) -> None:
    n = layout.n_exclusions + len(layout.places) + len(job.rasters)
    if n > land.MOST_LAYERS:
        raise InputError(
            Text(
                f"一个分块内的排除条件与分区（县、组团、走廊的交）共 {n} 个，"
                f"至多 {land.MOST_LAYERS} 个；请合并排除条件",
                f"a block has {n} exclusions and places (counties by clusters and corridors), at "
                f"most {land.MOST_LAYERS} can be combined; put some exclusions together",
            )
        )


@dataclass(frozen=True)
class _Wide:
    """Elevations of a block with the job's halo, and what is made of them."""

    job: LandJob
    window: Window
    z: Floats

    def _rim(self, rim: int) -> Floats:
        """Elevations with a narrower rim; solid in memory, as compiled code wants it."""
        off = self.job.halo - rim
        inner = self.z[off : len(self.z) - off, off : self.z.shape[1] - off]
        return np.ascontiguousarray(inner)

    def _axes(self, around: int) -> npt.NDArray[np.float64]:
        """Axes of the rows, those beyond the grid like its last ones."""
        grid, rows = self.job.grid, self.window.rows
        numbers = np.clip(np.arange(rows.start - around, rows.stop + around), 0, grid.height - 1)
        return np.asarray(terrain.ground_axes(grid)[numbers])

    def slope(self, around: int) -> npt.NDArray[np.float32]:
        """Slope of the block and some cells around it, degrees."""
        near = self._rim(around + terrain.HALO_CELLS)
        compiled = compiled_pays(self.job.grid.shape)
        values = terrain.slope_block(
            near, self._axes(around), method=terrain.SLOPE_METHOD, compiled=compiled
        )
        return np.asarray(values, np.float32)

    def classes(self, slope: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
        """Classes of the block."""
        classes = self.job.classes
        raster = Raster(slope, self.job.grid.part(self.window), "slope_deg")
        number = np.asarray(terrain.classify(raster, classes).values, np.uint8)
        if not classes.downgrades:
            return number
        relief = self.values("relief", 0) if classes.downgraded_by("relief") else None
        return terrain.graded(number, self._rim(0), relief, classes)

    def values(self, name: str, around: int) -> Floats:
        """Values of one of `RASTERS` on the block and some cells around it."""
        if name == "slope":
            return self.slope(around)
        if name == "elevation":
            return self._rim(around)
        if name == "aspect":
            near = self._rim(around + terrain.HALO_CELLS)
            return terrain.aspect_block(near, self._axes(around), method=terrain.SLOPE_METHOD)
        rows, cols = self.job.relief_window
        inner = self._rim(around + max(rows, cols) // 2)
        spare = max(rows, cols) // 2 - rows // 2, max(rows, cols) // 2 - cols // 2
        inner = inner[spare[0] : len(inner) - spare[0], spare[1] : inner.shape[1] - spare[1]]
        return terrain.relief_block(inner, (rows, cols))

    def probability(self) -> npt.NDArray[np.float32] | None:
        """Probability to be low-hill land, where the DEM's error is known."""
        if self.job.dem_error is None:
            return None
        ranges = self.job.classes.low_hill_ranges_deg
        near = self._rim(terrain.HALO_CELLS)
        return terrain.probability_block(near, self._axes(0), self.job.dem_error, ranges)


def _share(job: LandJob, one: Exclusion, wide: _Wide, around: int) -> npt.NDArray[np.float64]:
    """Share of each cell under a raster's exclusion; nothing where it is not known."""
    window = wide.window
    if one.layer in RASTERS:
        inside = in_spans(wide.values(one.layer, around), one.spans)
    else:
        rows, cols = window.rows, window.cols
        grown = type(window)(
            slice(rows.start - around, rows.stop + around),
            slice(cols.start - around, cols.stop + around),
        )
        inside = aligned_share(job.paths[one.layer], job.grid.part(grown), one.spans)
    turned = 1.0 - inside if one.invert and not one.buffer_m else inside
    return np.nan_to_num(turned.astype(np.float64))


def _widened(job: LandJob, wide: _Wide) -> Grounds:
    """Ground of rasters that reach beyond themselves, as polygons around their cells."""
    around = job.around
    frames = []
    for one in job.widened:
        cells = _share(job, one, wide, around) >= _HALF
        frames.append(
            protection.setback(_outlines(cells, job.grid, wide.window, around), one.buffer_m)
        )
    return land.grounds_of(frames, job.grid)


_HALF = 0.5
"""Share from which on a cell of a user's raster counts where it is widened."""


def _outlines(
    cells: npt.NDArray[np.bool_], grid: Grid, window: Window, around: int
) -> gpd.GeoDataFrame:
    """Polygons around the cells that count."""
    rows, cols = window.rows, window.cols
    grown = type(window)(
        slice(rows.start - around, rows.stop + around),
        slice(cols.start - around, cols.stop + around),
    )
    found = cell_outlines(cells, grid.part(grown).transform)
    return gpd.GeoDataFrame(geometry=found, crs=grid.crs)


@dataclass(frozen=True)
class LandRasters:
    """
    Rasters of an account, in memory or mapped from files.

    Attributes
    ----------
    slope : Raster
    slope_class : Raster
    available : Raster
        Per cent, 255 where not known.
    share : Raster or None
        Exact available share of each cell, float32, NaN where not known.
    probability : Raster or None
        Of low-hill land.
    """

    slope: Raster
    slope_class: Raster
    available: Raster
    share: Raster | None
    probability: Raster | None


@dataclass(frozen=True)
class LandSums:
    """Sums of all blocks, in their order; see `dzgis.land.BlockSums`."""

    keys: npt.NDArray[np.int64]
    masks: npt.NDArray[np.uint64]
    m2: npt.NDArray[np.float64]
    near_m2: npt.NDArray[np.float64]
    expected_m2: npt.NDArray[np.float64]
    n_unsure: int


def blocks_of(
    job: LandJob,
    source: Elevation,
    grounds: Grounds,
    places: Grounds,
    land_classes: Grounds | None,
) -> Iterator[LandBlock]:
    """Blocks of a job, each with its own features, made as they are needed."""
    found = list(windows(job.grid.shape, block=BLOCK[0], block_cols=BLOCK[1]))
    classes: Iterable[Grounds | None] = (
        repeat(None, len(found)) if land_classes is None else land.parts_of(land_classes, found)
    )
    parts = (land.parts_of(grounds, found), land.parts_of(places, found), classes)
    for window, ground, place, patches in zip(found, *parts, strict=True):
        z = None if isinstance(source, DemSource) else elevations(source, window, job.halo)
        yield LandBlock(window, ground, place, patches, z)


def run_land_job(
    job: LandJob,
    blocks: Iterator[LandBlock],
    note: str,
    *,
    engine: Engine = THREADS,
    folder: Path | None = None,
    tell: Tell | None = None,
) -> tuple[LandRasters, LandSums]:
    """
    Do all blocks.

    Parameters
    ----------
    job : LandJob
    blocks : iterator of LandBlock
        As `blocks_of` gives them.
    note : str
        What every product must repeat.
    engine : Engine
        The result does not depend on it, to the last digit.
    folder : Path, optional
        Where rasters are kept that would not fit into memory, see `dzgis.stores.block_array`.
    tell : callable, optional
        Given the number of finished blocks and of all.
    """
    terrain.check_grid(job.grid)
    shape = job.grid.shape
    n_blocks = sum(1 for _ in windows(shape, block=BLOCK[0], block_cols=BLOCK[1]))
    arrays = _arrays(job, folder)
    sums: dict[tuple[int, int], tuple[BlockSums, int]] = {}
    try:
        for block, answer in run_blocks(partial(land_block, job), blocks, engine=engine):
            window = block.window
            for name, values in arrays.items():
                values[window.rows, window.cols] = getattr(answer, name)
                stores.let_go(values)
            sums[(window.cols.start, window.rows.start)] = answer.sums, answer.n_unsure
            if tell is not None:
                tell(len(sums), n_blocks)
    finally:
        forget()
    return _rasters(job, arrays, note), _together([sums[place] for place in sorted(sums)])


def _arrays(job: LandJob, folder: Path | None) -> dict[str, npt.NDArray[np.generic]]:
    """Rasters to be filled, by name of the answer's part."""
    kinds: list[tuple[str, str, float]] = [
        ("slope", "float32", np.nan),
        ("slope_class", "uint8", 0),
        ("percent", "uint8", 255),
    ]
    kinds += [("share", "float32", np.nan)] if job.keep_share else []
    kinds += [("probability", "float32", np.nan)] if job.dem_error is not None else []
    return {
        name: stores.block_array(job.grid.shape, kind, fill=fill, folder=folder)
        for name, kind, fill in kinds
    }


def _rasters(job: LandJob, arrays: Mapping[str, npt.NDArray[np.generic]], note: str) -> LandRasters:
    def raster(part: str, name: str) -> Raster | None:
        return Raster(arrays[part], job.grid, name, note) if part in arrays else None

    made = [
        raster(part, name)
        for part, name in (
            ("slope", "slope_deg"),
            ("slope_class", "slope_class"),
            ("percent", "available_percent"),
        )
    ]
    slope, classes, available = made
    if slope is None or classes is None or available is None:
        raise AssertionError("a raster is missing")
    return LandRasters(
        slope,
        classes,
        available,
        raster("share", "available"),
        raster("probability", "low_hill_probability"),
    )


def _together(parts: Sequence[tuple[BlockSums, int]]) -> LandSums:
    """Sums of blocks, added in the blocks' order: the last digit does not depend on the engine."""
    sums = [part for part, _ in parts]
    keys = np.concatenate([one.keys for one in sums])
    masks = np.concatenate([one.masks for one in sums])
    m2 = np.concatenate([one.m2 for one in sums])
    whole = np.column_stack([keys, masks.view(np.int64)])
    kinds, where = np.unique(whole, axis=0, return_inverse=True)
    total = np.bincount(where.ravel(), m2, minlength=len(kinds)).astype(np.float64)
    near, expected = sums[0].near_m2.copy(), sums[0].expected_m2.copy()
    for one in sums[1:]:
        near += one.near_m2
        expected += one.expected_m2
    n_unsure = sum(n for _, n in parts)
    return LandSums(
        np.ascontiguousarray(kinds[:, :3]),
        np.ascontiguousarray(kinds[:, 3]).view(np.uint64),
        total,
        near,
        expected,
        n_unsure,
    )
