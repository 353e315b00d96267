"""
Areas of parcels side by side (面积核对): stated, planar, and the ellipsoidal area of record.

A difference classifies and never alters an area.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dzgis.area import polygon_area_m2
from dzgis.crs import crs_name, gauss_kruger
from dzgis.plan.schemes import area_comparison
from dzgis.terms import AreaAgreement

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy.typing as npt

    from dzgis.plan.model import AreaComparison

    Array = npt.NDArray[np.float64]

STATED = ("declared", "header")
"""Areas that others state: as declared for a parcel (申报面积), as in a TXT file's header."""
_PER_CENT = 100.0


def reconcile_areas(
    parcels: gpd.GeoDataFrame, limits: AreaComparison | None = None
) -> pd.DataFrame:
    """
    Put the areas of each parcel in one line, with their differences from the area of record.

    Parameters
    ----------
    parcels : GeoDataFrame, n rows
        Valid polygons, any CRS in degrees or metres; ``declared_area_m2`` and ``header_area_m2``
        (that of a TXT file's header) where they are known, NaN where not.
    limits : AreaComparison, optional
        By default `dzgis.plan.area_comparison`.

    Returns
    -------
    DataFrame, n rows, on the index of `parcels`
        ``area_m2``: ellipsoidal, of record. ``planar_area_m2`` in the CRS that ``planar_crs``
        names: the parcels' own, or the 3-degree zone of each where they are in degrees, only its
        corners carried over. ``declared_area_m2``, ``header_area_m2``: as stated. For each of these
        three ``…_difference_m2`` and ``…_difference_pct``: itself less the area of record, in m²
        and per cent of that. ``declared_agreement``, ``header_agreement``: an `AreaAgreement`.

    Raises
    ------
    CRSError
        If the CRS is missing, or parcels in degrees lie outside the 3-degree zones of China.
    """
    rule = limits or area_comparison()
    official = polygon_area_m2(parcels)
    table = pd.concat([official, planar_area_m2(parcels)], axis=1)
    record_m2 = official.to_numpy(dtype=np.float64)
    for name in STATED:
        table[f"{name}_area_m2"] = _stated_m2(parcels, f"{name}_area_m2")
    for name in ("planar", *STATED):
        difference_m2 = table[f"{name}_area_m2"].to_numpy(dtype=np.float64) - record_m2
        table[f"{name}_difference_m2"] = difference_m2
        table[f"{name}_difference_pct"] = _PER_CENT * _ratio(difference_m2, record_m2)
    for name in STATED:
        words = _agreement(
            table[f"{name}_difference_m2"].to_numpy(dtype=np.float64),
            table[f"{name}_difference_pct"].to_numpy(dtype=np.float64),
            rule,
        )
        # Of type object: pandas would make plain text of them.
        table[f"{name}_agreement"] = pd.Series(words, index=table.index, dtype=object)
    return table


def planar_area_m2(parcels: gpd.GeoDataFrame) -> pd.DataFrame:
    """
    Planar area (平面面积) of each parcel and the CRS in which it is planar.

    Parameters
    ----------
    parcels : GeoDataFrame, n rows

    Returns
    -------
    DataFrame, n rows, on the index of `parcels`
        ``planar_area_m2`` and ``planar_crs``, as `reconcile_areas` has them.
    """
    table = pd.DataFrame({"planar_area_m2": np.nan, "planar_crs": ""}, index=parcels.index)
    if not parcels.crs.is_geographic:
        table["planar_area_m2"] = parcels.area.to_numpy()
        table["planar_crs"] = crs_name(parcels.crs)
        return table
    bounds = parcels.bounds.to_numpy()
    zones = np.array([gauss_kruger(lon) for lon in bounds[:, [0, 2]].mean(axis=1)], dtype=object)
    for crs in dict.fromkeys(zones):
        rows = zones == crs
        table.loc[rows, "planar_area_m2"] = parcels[rows].to_crs(crs).area.to_numpy()
        table.loc[rows, "planar_crs"] = crs_name(crs)
    return table


def _stated_m2(parcels: gpd.GeoDataFrame, column: str) -> Array:
    if column not in parcels.columns:
        return np.full(len(parcels), np.nan)
    return np.asarray(parcels[column], dtype=np.float64)


def _ratio(above: npt.ArrayLike, below: npt.ArrayLike) -> Array:
    over, under = np.asarray(above, np.float64), np.asarray(below, np.float64)
    nothing: Array = np.full_like(over, np.nan)
    return np.divide(over, under, out=nothing, where=under > 0.0)


def _agreement(
    difference_m2: Array, difference_pct: Array, rule: AreaComparison
) -> list[AreaAgreement]:
    off_m2, off_pct = np.abs(difference_m2), np.abs(difference_pct)
    cases = (
        (np.isnan(off_m2), AreaAgreement.NOT_STATED),
        (~(off_pct <= rule.error_pct), AreaAgreement.CONTRADICTS),
        ((off_m2 > rule.warn_m2) | (off_pct > rule.warn_pct), AreaAgreement.DIFFERS),
    )
    which = np.select([case for case, _ in cases], range(len(cases)), default=len(cases))
    words = [*(word for _, word in cases), AreaAgreement.AGREES]
    return [words[n] for n in which]
