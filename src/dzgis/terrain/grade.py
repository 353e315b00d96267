"""Grades of the double evaluation (双评价): slope classes, lowered by elevation and relief."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from dzgis.plan.model import SlopeClasses

    Classes = npt.NDArray[np.uint8]
    Floats = npt.NDArray[np.floating]


def graded(
    slope_class: Classes, elevation_m: Floats, relief_m: Floats | None, classes: SlopeClasses
) -> Classes:
    """
    Lower slope classes where elevation or relief is high.

    Parameters
    ----------
    slope_class : ndarray of uint8, (rows, cols)
        1 … n, 0 where not known.
    elevation_m : ndarray of the same shape
    relief_m : ndarray of the same shape, optional
        Needed where the classes have downgrades by relief.
    classes : SlopeClasses
        With n classes and their downgrades.

    Returns
    -------
    ndarray of uint8
        1 … n; 0 where the slope, or a relief that matters, is not known.
    """
    n = len(classes.classes)
    down = np.zeros(slope_class.shape, dtype=np.int16)
    unknown = slope_class == 0
    for by, value in (("elevation", elevation_m), ("relief", relief_m)):
        steps = sorted((d for d in classes.downgrades if d.by == by), key=lambda d: d.limit_m)
        if not steps:
            continue
        if value is None:
            raise ValueError(f"downgrades by {by} without it")
        unknown |= np.isnan(value)
        here = np.zeros(slope_class.shape, dtype=np.int16)
        for step in steps:
            high = value >= step.limit_m if step.from_m is not None else value > step.limit_m
            here[high] = n if step.to_last else step.classes
        down += here
    grade = np.clip(slope_class + down, 1, n)
    return np.where(unknown, 0, grade).astype(np.uint8)
