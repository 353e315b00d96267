"""Slope classes (坡度分级), right-closed: a limit belongs to the flatter class (上含下不含)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dzgis.grid import Raster

if TYPE_CHECKING:
    from dzgis.plan.model import SlopeClasses

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
    degrees = slope.values.astype(np.float64)
    number = np.digitize(degrees, classes.limits_deg, right=True).astype(np.uint8) + np.uint8(1)
    # np.digitize puts NaN into the steepest class.
    number[np.isnan(degrees)] = UNKNOWN
    return Raster(number, slope.grid, "slope_class", slope.note)
