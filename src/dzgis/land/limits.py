"""Land near a limit (临界坡度用地): how much of a zone a small slope error would move."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dzgis.grid import Raster
    from dzgis.land.grid_zones import Zone

WITHIN_DEG = 1.0
"""Half width of the strip about a limit, in degrees."""


def near_limits(
    zones: Sequence[Zone],
    slope: Raster,
    limits_deg: Sequence[float],
    within_deg: float = WITHIN_DEG,
) -> pd.DataFrame:
    """
    Area of each zone whose slope lies near a class limit.

    Parameters
    ----------
    zones : sequence of Zone, n items
    slope : Raster
        Degrees, NaN where not known.
    limits_deg : sequence of float, k items
        E.g. 8 and 25.
    within_deg : float
        Largest distance from a limit, inclusive.

    Returns
    -------
    DataFrame, n · k rows, indexed by ``zone`` and ``limit_deg``
        ``near_m2``: ellipsoidal area within `within_deg` of the limit; ``known_m2``: area of the
        zone whose slope is known; ``near_share``: the first over the second, NaN where nothing is
        known. Limits nearer to each other than twice `within_deg` share land.
    """
    degrees = slope.values.ravel().astype(np.float64)
    rows = []
    for zone in zones:
        in_zone = degrees[zone.cells]
        known_m2 = float(zone.cell_m2[~np.isnan(in_zone)].sum())
        # NaN is near nothing.
        near = [np.abs(in_zone - limit) <= within_deg for limit in limits_deg]
        rows += [(float(zone.cell_m2[cells].sum()), known_m2) for cells in near]
    index = pd.MultiIndex.from_product(
        [[zone.key for zone in zones], [float(limit) for limit in limits_deg]],
        names=["zone", "limit_deg"],
    )
    table = pd.DataFrame(rows, index=index, columns=["near_m2", "known_m2"], dtype=np.float64)
    share = table["near_m2"] / table["known_m2"].where(table["known_m2"] > 0.0)
    return table.assign(near_share=share)


def expected_areas(zones: Sequence[Zone], probability: Raster) -> pd.Series[float]:
    """
    Area of each zone that is expected to lie in a class.

    Parameters
    ----------
    zones : sequence of Zone, n items
    probability : Raster
        Of each cell to lie in the class, NaN where not known.

    Returns
    -------
    Series, n rows, indexed by zone key
        ``expected_m2``, ellipsoidal; cells that are not known count nothing.
    """
    share = np.nan_to_num(probability.values.ravel().astype(np.float64))
    areas = [float(np.sum(zone.cell_m2 * share[zone.cells])) for zone in zones]
    return pd.Series(areas, index=pd.Index([zone.key for zone in zones]), name="expected_m2")
