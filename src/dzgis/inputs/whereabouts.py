"""
Where a layer would lie if its coordinates meant something else, held against the counties.

The evidence for a wrong zone, swapped axes or a missing prefix: read as declared the layer lies
in no county of the plan, read in another way it does. Nothing is repaired here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from pyproj import CRS, Transformer

from dzgis.crs import CGCS2000, ZONE_NUMBERS, Zone, crs_name, zone_of
from dzgis.errors import listed
from dzgis.inputs.counties import read_counties
from dzgis.inputs.samples import sample
from dzgis.plan import DEFAULT_PLAN
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    import geopandas as gpd
    import numpy.typing as npt

    from dzgis.plan.model import Plan

Points = "npt.NDArray[np.float64]"
_MOST_LON, _MOST_LAT = 180.0, 90.0
_ZONES_AROUND_DEG = 6.0
_WEB_MERCATOR = 3857
_SAMPLE = 400
_LEAST_SHARE = 0.5


@dataclass(frozen=True)
class Reading:
    """A way to read coordinates: in a CRS, with x and y exchanged or not."""

    crs: CRS
    swapped: bool = False

    @property
    def text(self) -> Text:
        """Name for messages; CRS of the same coordinates stand together."""
        zone = zone_of(self.crs)
        name = crs_name(self.crs)
        if zone is not None and not zone.prefixed and zone.width == 3 and zone.number % 2:  # noqa: PLR2004
            wide = Zone(6, (zone.meridian_deg + 3) // 6, prefixed=False)
            name = f"{name}/{crs_name(wide.crs)}"
        if self.swapped:
            return Text(f"{name}（对调 x、y）", f"{name} with x and y exchanged")
        return Text(name, name)

    def degrees(self, xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Longitudes and latitudes of points, (n, 2); NaN where there is no such place."""
        x, y = (xy[:, 1], xy[:, 0]) if self.swapped else (xy[:, 0], xy[:, 1])
        carry = Transformer.from_crs(self.crs, CGCS2000, always_xy=True)
        lon, lat = (np.asarray(v, dtype=np.float64) for v in carry.transform(x, y))
        there = np.isfinite(lon) & np.isfinite(lat)
        there &= (np.abs(lon) <= _MOST_LON) & (np.abs(lat) <= _MOST_LAT)
        return np.where(there[:, np.newaxis], np.column_stack([lon, lat]), np.nan)


@dataclass(frozen=True)
class Ground:
    """Counties to look for points in; only the plan's box where there are no boundaries."""

    shapes: npt.NDArray[np.object_]
    names: tuple[Text, ...]

    def county_at(self, lonlat: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
        """Number of the county in which each point lies, −1 for none."""
        found = np.full(len(lonlat), -1, dtype=np.int64)
        known = np.flatnonzero(np.isfinite(lonlat).all(axis=1))
        points = shapely.points(lonlat[known])
        which, county = shapely.STRtree(self.shapes).query(points, predicate="intersects")[:2]
        found[known[which]] = county
        return found

    def named(self, counties: npt.NDArray[np.int64]) -> Text:
        """Names of counties, each once, the one with most points first."""
        numbers, counts = np.unique(counties[counties >= 0], return_counts=True)
        order = numbers[np.argsort(-counts, kind="stable")]
        said = [self.names[n] for n in order]
        return Text(listed(name.zh for name in said), listed(name.en for name in said))


def ground_of(plan: Plan, counties: gpd.GeoDataFrame | None) -> Ground:
    """Ground of the plan: its counties' boundaries in EPSG:4490, or its box without them."""
    if counties is None:
        box = shapely.box(*plan.meta.region_bounds)
        name = Text(f"规划 {plan.id} 的范围", f"the box of the plan {plan.id}")
        return Ground(np.array([box], dtype=object), (name,))
    english = {county.code: county.name_en for county in plan.counties}
    names = tuple(
        Text(str(name), f"{english.get(code, name)} ({code})")
        for name, code in zip(counties["county"], counties["county_code"], strict=True)
    )
    return Ground(np.asarray(counties.geometry.to_numpy(), dtype=object), names)


def possible_readings(plan: Plan) -> Iterator[Reading]:
    """All ways to read coordinates that could put them at the plan, the plainest first."""
    west, _, east, _ = plan.meta.region_bounds
    zones = [
        Zone(width, number, prefixed)
        for prefixed in (True, False)
        for width in (3, 6) if prefixed or width == 3  # noqa: PLR2004  the same without prefix
        for number in ZONE_NUMBERS[width]
        if west - _ZONES_AROUND_DEG <= Zone(width, number, prefixed).meridian_deg
        and Zone(width, number, prefixed).meridian_deg <= east + _ZONES_AROUND_DEG
    ]  # fmt: skip
    systems = [CGCS2000, *(zone.crs for zone in zones), CRS.from_epsg(_WEB_MERCATOR)]
    for swapped in (False, True):
        for crs in systems:
            yield Reading(crs, swapped)


@dataclass(frozen=True)
class Found:
    """A reading that puts points into counties, and into which each, −1 for none."""

    reading: Reading
    counties: npt.NDArray[np.int64]

    @property
    def n_inside(self) -> int:
        """How many points lie in a county."""
        return int((self.counties >= 0).sum())


def readings_that_fit(xy: npt.NDArray[np.float64], ground: Ground, plan: Plan) -> list[Found]:
    """
    Readings that put at least half of the points into counties, the best first.

    Parameters
    ----------
    xy : ndarray, (n, 2)
        Finite coordinates as they stand in the file.
    ground : Ground
    plan : Plan

    Returns
    -------
    list of Found
    """
    few = xy[np.linspace(0, len(xy) - 1, min(len(xy), _SAMPLE)).astype(int)]
    fits = []
    for reading in possible_readings(plan):
        inside = ground.county_at(reading.degrees(few)) >= 0
        if inside.mean() >= _LEAST_SHARE:
            fits.append((inside.mean(), reading))
    fits.sort(key=lambda fit: -fit[0])
    return [Found(one, ground.county_at(one.degrees(xy))) for _, one in fits]


def kind_of_mistake(declared: CRS, reading: Reading) -> str:
    """
    Code of the fault by which coordinates of `reading` came to be declared as they are.

    Examples
    --------
    >>> kind_of_mistake(CRS.from_epsg(4543), Reading(CRS.from_epsg(4544)))
    'wrong_zone'
    >>> kind_of_mistake(CRS.from_epsg(4543), Reading(CRS.from_epsg(4522)))
    'zone_prefix_extra'
    >>> kind_of_mistake(CRS.from_epsg(4496), Reading(CRS.from_epsg(4522)))
    'zone_width'
    """
    if declared.is_geographic != reading.crs.is_geographic:
        return "metres_as_degrees" if declared.is_geographic else "degrees_as_metres"
    if reading.swapped:
        return "swapped_xy"
    ours, theirs = zone_of(declared), zone_of(reading.crs)
    if ours is None or theirs is None:
        return "wrong_zone"
    if ours.meridian_deg == theirs.meridian_deg and ours.prefixed != theirs.prefixed:
        return "zone_prefix_extra" if theirs.prefixed else "zone_prefix_missing"
    both = {ours.width, theirs.width}
    if not theirs.prefixed and ours.width == 6:  # noqa: PLR2004  also a 6-degree zone?
        both = {6, 6 if theirs.number % 2 else 3}
    return "wrong_zone" if len(both) == 1 else "zone_width"


def known_ground(plan: Plan) -> Ground:
    """Ground of a plan of which only the shipped boundaries are at hand, if they are its."""
    shipped = plan.id == DEFAULT_PLAN
    return ground_of(plan, read_counties(sample("counties"), plan) if shipped else None)


def evidence(frame: gpd.GeoDataFrame, plan: Plan) -> Text | None:
    """
    Where misplaced shapes would lie if their coordinates were read in another way.

    Parameters
    ----------
    frame : GeoDataFrame, n rows
        Shapes that lie nowhere near the plan as their CRS has them.
    plan : Plan

    Returns
    -------
    Text or None
        To be put into a sentence; None where no reading puts half of them into the plan.
    """
    bounds = shapely.bounds(frame.geometry.to_numpy())
    xy = (bounds[:, :2] + bounds[:, 2:]) / 2.0
    xy = xy[np.isfinite(xy).all(axis=1)]
    ground = known_ground(plan)
    fits = readings_that_fit(xy, ground, plan) if len(xy) else []
    if not fits:
        return None
    name, names = fits[0].reading.text, ground.named(fits[0].counties)
    return Text(
        f"（若按 {name.zh} 读，则在 {names.zh}）", f" (read as {name.en} it lies in {names.en})"
    )
