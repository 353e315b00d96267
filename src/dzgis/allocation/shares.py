"""Shares of parcels in zones that do not lie on each other: counties, clusters, bands of axes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dzgis.overlay import ground_under

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

OUTSIDE = "outside"
"""How the ground beyond all zones is called in a record of shares."""


@dataclass(frozen=True)
class Shares:
    """
    Shares of n parcels in k zones, and beyond all of them.

    Attributes
    ----------
    keys : tuple of str, k items
    of_zone : ndarray, (n, k + 1)
        In [0, 1]; the last column is the ground beyond all zones; rows add up to 1.
    decimals : int
        Digits of a share; see `tied`.
    row : ndarray of int, (n, k), optional
        Row of the zones' frame that holds most of a parcel's ground in a zone; −1 without any.
    """

    keys: tuple[str, ...]
    of_zone: Floats
    decimals: int
    row: npt.NDArray[np.int64] | None = None

    @property
    def _alike(self) -> npt.NDArray[np.bool_]:
        """Zones whose share is the largest within the rounding."""
        unit = 10.0**-self.decimals
        largest = self.of_zone.max(axis=1, keepdims=True)
        return np.asarray(self.of_zone >= largest - unit / 2.0)

    @property
    def best(self) -> npt.NDArray[np.int64]:
        """Number of the zone with the largest share, the first of equal ones; k for none."""
        return np.asarray(self._alike.argmax(axis=1))

    @property
    def best_share(self) -> Floats:
        """Its share."""
        return np.asarray(self.of_zone[np.arange(len(self.of_zone)), self.best])

    @property
    def best_row(self) -> npt.NDArray[np.int64]:
        """Row of the zones' frame that stands for it; −1 for none."""
        if self.row is None:
            return np.full(len(self.of_zone), -1)
        rows = np.column_stack([self.row, np.full(len(self.row), -1)])
        return np.asarray(rows[np.arange(len(rows)), self.best])

    @property
    def best_keys(self) -> list[str]:
        """Key of that zone; "" for none."""
        names = np.array([*self.keys, ""], dtype=object)
        return [str(name) for name in names[self.best]]

    def gathered(self, names: Mapping[str, str]) -> Shares:
        """Shares of zones put together under new names; those without one are outside."""
        keys = tuple(dict.fromkeys(names.values()))
        owner = [keys.index(names[key]) if key in names else len(keys) for key in self.keys]
        table = np.zeros((len(self.of_zone), len(keys) + 1))
        np.add.at(table.T, [*owner, len(keys)], self.of_zone.T)
        return Shares(keys, table, self.decimals)

    @property
    def tied(self) -> list[tuple[str, ...]]:
        """For each parcel the zones with equal largest shares ("" for none), where several."""
        names = np.array([*self.keys, ""], dtype=object)
        several = self._alike.sum(axis=1) > 1
        return [
            tuple(names[alike]) if many else ()
            for alike, many in zip(self._alike, several, strict=True)
        ]

    def rounded(self) -> pd.DataFrame:
        """
        Shares in the decimals asked for; each row adds up to 1. The last column is "".

        Balanced by largest remainders as `dzgis.units.apportioned` does, all rows at once.
        """
        scale = 10**self.decimals
        scaled = self.of_zone * scale
        digits = np.floor(scaled).astype(np.int64)
        missing = scale - digits.sum(axis=1, keepdims=True)
        order = np.argsort(digits - scaled, axis=1, kind="stable")
        rank = np.argsort(order, axis=1, kind="stable")
        digits += rank < missing
        return pd.DataFrame(digits / scale, columns=[*self.keys, ""])

    def records(self) -> list[str]:
        """Rounded shares in words, the largest first, e.g. ``530181=0.7000;outside=0.3000``."""
        table = self.rounded().to_numpy()
        names = [*self.keys, OUTSIDE]
        return [_record(names, row, self.decimals) for row in table]


def _record(names: Sequence[str], shares: Floats, decimals: int) -> str:
    order = np.argsort(-shares, kind="stable")
    return ";".join(f"{names[n]}={shares[n]:.{decimals}f}" for n in order if shares[n] > 0.0)


def zone_shares(
    parcels: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, *, key: str, decimals: int
) -> Shares:
    """
    Measure what part of each parcel lies in each zone.

    Parameters
    ----------
    parcels : GeoDataFrame, n rows
        Valid polygons, any CRS.
    zones : GeoDataFrame
        Rows of one `key` are one zone; they do not lie on each other.
    key : str
    decimals : int

    Raises
    ------
    InputError
        If a zone near the parcels is not valid.
    """
    codes, keys = pd.factorize(zones[key])
    # Each row of the zones by itself first: the largest of a zone's rows stands for it.
    of_row = np.zeros((len(parcels), len(zones)))
    if len(parcels) and len(zones):
        ground = ground_under(parcels, zones, name=key)
        pairs, area_m2 = ground.covered.pairs, ground.target.area_m2
        of_row[pairs.target, pairs.row] = pairs.area_m2 / area_m2[pairs.target]
    of_zone = np.zeros((len(parcels), len(keys)))
    row, most = np.full(of_zone.shape, -1), np.zeros_like(of_zone)
    for n, code in enumerate(codes):
        of_zone[:, code] += of_row[:, n]
        larger = of_row[:, n] > most[:, code]
        row[larger, code], most[larger, code] = n, of_row[larger, n]
    return Shares(tuple(map(str, keys)), _closed(of_zone), decimals, row)


def _closed(of_zone: Floats) -> Floats:
    """Shares with the rest; where zones lie on each other by a hair they are brought down to 1."""
    total = of_zone.sum(axis=1, keepdims=True)
    rest = np.maximum(1.0 - total, 0.0)
    return np.asarray(np.hstack([of_zone, rest]) / np.maximum(total, 1.0))
