"""What a suitability job is, block by block: the job, its items, its answers and their sums."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dzgis import terrain

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    import numpy as np
    import numpy.typing as npt

    from dzgis.grid import Grid, Window
    from dzgis.inputs import DemSource
    from dzgis.pipeline.suitability_sources import Sources
    from dzgis.plan.suitability_model import Measure, Scheme
    from dzgis.terrain import DemError

    Array = npt.NDArray[np.float64]
    Floats = npt.NDArray[np.floating]
    Grades = npt.NDArray[np.uint8]


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
