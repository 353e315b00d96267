"""All that a check holds of one parcel, found at once however many parcels there are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dzgis.crs import CGCS2000, Zone, gauss_kruger, zone_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    import numpy as np
    import pandas as pd
    import shapely

    from dzgis.findings import Check, ParcelCheck
    from dzgis.parcel_facts import Facts

_ID = "parcel_id"
_LONG_TABLES = ("zones", "land_classes", "forest")


@dataclass(frozen=True)
class Dossier:
    """
    One parcel of a check.

    Attributes
    ----------
    check : Check
        The check with this parcel only, its pieces, areas and facts.
    whole : Check
        The check it is from.
    parcel : ParcelCheck
    others : tuple of ParcelCheck or None
        The same parcel in each of ``whole.others``.
    zone : Zone or None
        3-degree zone of its middle, eastings with prefix; None for a parcel without outline.
    outline : GeoDataFrame or None
        Its row of the land, in that zone.
    """

    check: Check
    whole: Check
    parcel: ParcelCheck
    others: tuple[ParcelCheck | None, ...]
    zone: Zone | None
    outline: gpd.GeoDataFrame | None

    @property
    def shape(self) -> shapely.Geometry | None:
        """Its outline in its zone."""
        return None if self.outline is None else self.outline.geometry.iloc[0]


class Dossiers:
    """
    Dossiers of the parcels of a check; each is cut out when it is asked for.

    Parameters
    ----------
    check : Check
    """

    def __init__(self, check: Check) -> None:
        self.check = check
        self._pieces = _rows_of(check.pieces)
        self._others = [{p.parcel_id: p for p in other.parcels} for other in check.others]
        facts = check.facts
        self._facts: dict[str, Mapping[str, np.ndarray[tuple[int], np.dtype[np.intp]]]] = {
            name: _rows_of(getattr(facts, name))
            for name in _LONG_TABLES
            if facts is not None and getattr(facts, name) is not None
        }

    def of(self, parcel: ParcelCheck) -> Dossier:
        """All that is held of one parcel."""
        name, check = parcel.parcel_id, self.check
        land = check.land.loc[[name]] if name in check.land.index else None
        part = replace(
            check,
            parcels=(parcel,),
            land=check.land.iloc[:0] if land is None else land,
            pieces=check.pieces.iloc[self._pieces.get(name, [])],
            areas=check.areas.loc[[name]] if name in check.areas.index else check.areas.iloc[:0],
            facts=self._facts_of(name),
            avoidance=_one(check.avoidance, name),
            others=(),
        )
        zone, outline = (None, None) if land is None else _in_zone(land)
        others = tuple(by_id.get(name) for by_id in self._others)
        return Dossier(part, check, parcel, others, zone, outline)

    def _facts_of(self, name: str) -> Facts | None:
        facts = self.check.facts
        if facts is None:
            return None
        long = {
            table: getattr(facts, table).iloc[rows.get(name, [])]
            for table, rows in self._facts.items()
        }
        return replace(
            facts,
            zones=long["zones"],
            land_classes=long.get("land_classes"),
            forest=long.get("forest"),
            places=_one(facts.places, name),
            slopes=_one(facts.slopes, name),
            basins=_one(facts.basins, name),
        )


def _rows_of(frame: pd.DataFrame) -> Mapping[str, np.ndarray[tuple[int], np.dtype[np.intp]]]:
    """Numbers of the rows of each parcel."""
    return frame.reset_index(drop=True).groupby(_ID, sort=False).indices  # type: ignore[return-value]


def _one(frame: pd.DataFrame | None, name: str) -> pd.DataFrame | None:
    if frame is None or name not in frame.index:
        return None
    return frame.loc[[name]]


def _in_zone(land: gpd.GeoDataFrame) -> tuple[Zone, gpd.GeoDataFrame]:
    """3-degree zone of the parcel's middle, and the parcel in it: its corners, carried over."""
    west, _, east, _ = land.to_crs(CGCS2000).total_bounds
    bare = zone_of(gauss_kruger((west + east) / 2))
    if bare is None:  # every CRS of gauss_kruger is a zone
        raise TypeError(west, east)
    zone = Zone(bare.width, bare.number, prefixed=True)
    return zone, land.to_crs(zone.crs)
