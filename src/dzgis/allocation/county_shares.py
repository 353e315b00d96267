"""Which counties a parcel lies in, and with what share of its area."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dzgis.overlay import ground_under
from dzgis.units import apportioned

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy.typing as npt

_PER_CENT = 100.0
_DECIMALS = 1
_OUTSIDE = "各县范围以外"


def county_shares(parcels: gpd.GeoDataFrame, counties: gpd.GeoDataFrame) -> pd.Series[str]:
    """
    Counties of each parcel with their share of its area, as words.

    Parameters
    ----------
    parcels : GeoDataFrame, n rows
        Valid polygons with a unique index, any CRS.
    counties : GeoDataFrame
        See `dzgis.frames`; rows of one code are one county.

    Returns
    -------
    Series of str, n rows
        On the index of `parcels`, from the largest share to the smallest. Shares are in per cent
        to one decimal and add up to 100; a county that holds all is named alone.
    """
    ground = ground_under(parcels, counties, name="counties")
    pairs, area_m2 = ground.covered.pairs, ground.target.area_m2
    codes, keys = pd.factorize(counties["county_code"].iloc[pairs.row])
    held = np.zeros((len(parcels), len(keys) + 1))
    np.add.at(held, (pairs.target, codes), pairs.area_m2)
    held[:, -1] = np.maximum(area_m2 - ground.covered.area_m2, 0.0)
    by_code = dict(zip(counties["county_code"], counties["county"], strict=True))
    names = [*(str(by_code[key]) for key in keys), _OUTSIDE]
    return pd.Series([_words(row, names) for row in held], index=parcels.index, dtype=object)


def _words(held: npt.NDArray[np.float64], names: list[str]) -> str:
    percents, _ = apportioned((_PER_CENT * held / held.sum()).tolist(), _PER_CENT, _DECIMALS)
    order = [int(n) for n in np.argsort(-held, kind="stable") if percents[n] > 0.0]
    if len(order) == 1:
        return names[order[0]]
    return "；".join(f"{names[n]} {percents[n]:.1f}%" for n in order)
