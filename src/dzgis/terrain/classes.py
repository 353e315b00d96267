"""Slope classes (坡度分级), right-closed: a limit belongs to the flatter class (上含下不含)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dzgis.area import area_lattice
from dzgis.grid import Raster
from dzgis.terrain.slope import slope_block

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from dzgis.grid import Grid
    from dzgis.plan.model import SlopeClasses
    from dzgis.terrain.gradient import Method, Sides

    Floats = npt.NDArray[np.floating]
    Array = npt.NDArray[np.float64]
    Classes = npt.NDArray[np.uint8]

UNKNOWN = 0
"""Class of a cell whose slope is not known."""


def classify(slope: Raster, classes: SlopeClasses) -> Raster:
    """
    Class of each cell.

    Parameters
    ----------
    slope : Raster
        Degrees, NaN where not known.
    classes : SlopeClasses
        With ascending upper limits in degrees, each inclusive.

    Returns
    -------
    Raster of uint8
        ``slope_class``: 1 … n from flat to steep, 0 where the slope is not known.
    """
    number = class_of(slope.values.astype(np.float64), classes.limits_deg)
    return Raster(number, slope.grid, "slope_class", slope.note)


def class_of(slope_deg: Floats, limits_deg: Sequence[float]) -> Classes:
    """Class of each slope; 0 for NaN."""
    number = np.digitize(slope_deg, np.asarray(limits_deg), right=True).astype(np.uint8)
    # np.digitize puts NaN into the steepest class.
    return np.where(np.isnan(slope_deg), np.uint8(UNKNOWN), number + np.uint8(1))


def class_block(
    z: Floats,
    axes: Array,
    limits_deg: Sequence[float],
    *,
    method: Method,
    sides: Sides | None = None,
    compiled: bool = False,
) -> Classes:
    """
    Classes of a block; the parameters are those of `slope_block`.

    The same as `class_of` its slopes, without taking an arctangent when compiled.
    """
    if compiled and sides is None:
        from dzgis.terrain import kernel

        limits = squared_tangents(limits_deg)
        number: Classes = kernel.slope_class(z, axes, limits, method == "horn")
        return number
    slope_deg = slope_block(z, axes, method=method, sides=sides)
    return class_of(slope_deg, limits_deg)


def squared_tangents(limits_deg: Sequence[float]) -> Array:
    """
    Squared tangents beyond which a slope, rounded to single precision, exceeds each limit.

    Examples
    --------
    >>> (squared_tangents([45.0]) > 1.0).all()
    np.True_
    """
    exact = np.asarray(limits_deg, dtype=np.float64)
    last = exact.astype(np.float32)
    last = np.where(last > exact, np.nextafter(last, np.float32(-np.inf)), last)
    first_above = np.nextafter(last, np.float32(np.inf))
    midway = (last.astype(np.float64) + first_above.astype(np.float64)) / 2.0
    return np.asarray(np.tan(np.radians(midway)) ** 2)


def class_areas(classes: Classes, grid: Grid, *, n_classes: int, compiled: bool) -> Areas:
    """
    Cells and ellipsoidal area of each class in a block.

    Parameters
    ----------
    classes : ndarray of uint8, (rows, cols)
    grid : Grid
        Of the block.
    n_classes : int
        Classes 1 … n beside the unknown 0.
    compiled : bool

    Returns
    -------
    Areas
        Of n + 1 classes, the unknown one first.
    """
    lattice = area_lattice(grid)
    if compiled:
        from dzgis.terrain import kernel

        counts = kernel.counts_in_boxes(classes, lattice.rows, lattice.cols, n_classes + 1)
    else:
        masks = (classes == n for n in range(n_classes + 1))
        sums = [np.add.reduceat(mask, lattice.rows[:-1], axis=0, dtype=np.int64) for mask in masks]
        counts = np.stack([np.add.reduceat(s, lattice.cols[:-1], axis=1) for s in sums], axis=-1)
    m2 = np.einsum("abn,ab->n", counts.astype(np.float64), lattice.cell_m2)
    return Areas(counts.sum(axis=(0, 1)), np.asarray(m2))


@dataclass(frozen=True)
class Areas:
    """
    What each class takes, the unknown one first.

    Attributes
    ----------
    n_cells : ndarray of int64
    m2 : ndarray of float64
        Ellipsoidal square metres.
    """

    n_cells: npt.NDArray[np.int64]
    m2: Array
