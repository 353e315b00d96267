"""Is a layer where it says it is, and what its coordinates mean else, with the evidence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from dzgis.crs import crs_name
from dzgis.errors import listed
from dzgis.inputs.place import crs_flaw, is_in_china, is_near
from dzgis.inputs.quality.subject import fault
from dzgis.inputs.whereabouts import Reading, ground_of, kind_of_mistake, readings_that_fit
from dzgis.terms import Text

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy.typing as npt

    from dzgis.faults import Fault
    from dzgis.inputs.quality.subject import Subject
    from dzgis.inputs.whereabouts import Found, Ground
    from dzgis.plan.model import Plan

_MOST_READINGS = 3
_DIGITS = 4


@dataclass(frozen=True)
class Position:
    """
    What is wrong with the place of a layer.

    Attributes
    ----------
    faults : tuple of Fault
    has_crs : bool
        Whether places of the layer can be told in degrees.
    misplaced : ndarray of bool, n records
        Records whose coordinates do not mean what they should; areas of them mean nothing.
    """

    faults: tuple[Fault, ...]
    has_crs: bool
    misplaced: npt.NDArray[np.bool_]


def position_of(subject: Subject, plan: Plan, counties: gpd.GeoDataFrame | None) -> Position:
    """
    Hold a layer against the plan.

    Parameters
    ----------
    subject : Subject
    plan : Plan
    counties : GeoDataFrame or None
        The plan's, in EPSG:4490; without them the plan's box has to do.
    """
    ground = ground_of(plan, counties)
    rows, xy = _middles(subject)
    nowhere = np.zeros(len(subject.frame), dtype=bool)
    flaw = crs_flaw(subject.frame.crs, subject.where)
    if flaw is not None:
        code, words = flaw
        if code == "crs_missing" and len(xy):
            words = _with_evidence(words, xy, ground, plan)
        return Position((fault(subject, code, words),), has_crs=False, misplaced=nowhere)
    if not len(xy):
        return Position((), has_crs=True, misplaced=nowhere)
    search = _Search(subject, plan, ground, rows, xy)
    faults, misplaced = _misread(search)
    nowhere[rows[misplaced]] = True
    return Position(tuple(faults), has_crs=True, misplaced=nowhere)


@dataclass(frozen=True)
class _Search:
    """Records with a shape: their rows, and the middles of their bounds as the file has them."""

    subject: Subject
    plan: Plan
    ground: Ground
    rows: npt.NDArray[np.int64]
    xy: npt.NDArray[np.float64]


def _middles(subject: Subject) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    bounds = shapely.bounds(subject.shapes)
    middles = (bounds[:, :2] + bounds[:, 2:]) / 2.0
    rows = np.flatnonzero(np.isfinite(middles).all(axis=1))
    return rows, middles[rows]


def _with_evidence(words: Text, xy: npt.NDArray[np.float64], ground: Ground, plan: Plan) -> Text:
    """What the coordinates would mean in the systems that put them into counties."""
    fits = readings_that_fit(xy, ground, plan)
    if not fits:
        return words
    said = [_reads(found, ground, len(xy)) for found in fits]
    return Text(
        f"{words.zh}。{'；'.join(one.zh for one in said)}",
        f"{words.en}. {'; '.join(one.en for one in said)}",
    )


def _reads(found: Found, ground: Ground, n_all: int) -> Text:
    name, names = found.reading.text, ground.named(found.counties)
    return Text(
        f"按 {name.zh} 读，{found.n_inside}/{n_all} 个要素落在 {names.zh}",
        f"read as {name.en}, {found.n_inside} of {n_all} features lie in {names.en}",
    )


def _misread(search: _Search) -> tuple[list[Fault], npt.NDArray[np.bool_]]:
    """Records in no county: those that another reading puts into one, and those that none does."""
    declared = Reading(search.subject.frame.crs).degrees(search.xy)
    outside = _outside(search, declared)
    suspect = outside & _must_be_here(search, declared, outside)
    faults: list[Fault] = []
    misplaced = np.zeros(len(outside), dtype=bool)
    for _ in range(_MOST_READINGS):
        left = np.flatnonzero(suspect & ~misplaced)
        fits = readings_that_fit(search.xy[left], search.ground, search.plan) if len(left) else []
        if not fits:
            break
        hit = left[fits[0].counties >= 0]
        ours = replace(fits[0], counties=fits[0].counties[fits[0].counties >= 0])
        faults += _misread_faults(search, hit, ours, declared)
        misplaced[hit] = True
    rest = np.flatnonzero(outside & ~misplaced)
    lost, gone = _elsewhere(search, rest, suspect, declared)
    misplaced[gone] = True
    return [*faults, *lost], misplaced


def _outside(search: _Search, declared: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Records of which neither the middle nor a vertex lies in a county, read as declared."""
    outside = search.ground.county_at(declared) < 0
    rows = np.flatnonzero(outside)
    xy, which = shapely.get_coordinates(search.subject.shapes[search.rows[rows]], return_index=True)
    finite = np.isfinite(xy).all(axis=1)
    lonlat = Reading(search.subject.frame.crs).degrees(xy[finite])
    touching = which[finite][search.ground.county_at(lonlat) >= 0]
    outside[rows[touching]] = False
    return outside


def _must_be_here(
    search: _Search, declared: npt.NDArray[np.float64], outside: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """
    Records that have to lie in a county of the plan.

    All of parcels; of another layer, which may be the province's, all when none of it lies in a
    county, and else only those that are not even in China.
    """
    if search.subject.is_parcels or outside.all():
        return np.ones(len(outside), dtype=bool)
    return ~is_in_china(np.hstack([declared, declared]))


def _misread_faults(
    search: _Search,
    hit: npt.NDArray[np.int64],
    found: Found,
    declared: npt.NDArray[np.float64],
) -> list[Fault]:
    """One fault for the whole layer where all of it is misread alike, else one a record."""
    subject = search.subject
    code = kind_of_mistake(subject.frame.crs, found.reading)
    if len(hit) == len(search.rows):
        words = _evidence(search, found, declared[hit])
        return [fault(subject, code, words, at=search.xy[hit[0]])]
    return [
        fault(
            subject,
            code,
            _evidence(search, replace(found, counties=found.counties[[n]]), declared[[one]]),
            row=int(search.rows[one]),
            at=search.xy[one],
        )
        for n, one in enumerate(hit)
    ]


def _evidence(search: _Search, found: Found, declared: npt.NDArray[np.float64]) -> Text:
    name = crs_name(search.subject.frame.crs)
    at, reads = _at(declared), _reads(found, search.ground, len(declared))
    return Text(
        f"按声明的 {name}，位于{at.zh}，不在规划的任何县；{reads.zh}",
        f"as declared ({name}) it lies at {at.en}, in no county of the plan; {reads.en}",
    )


def _at(lonlat: npt.NDArray[np.float64]) -> Text:
    known = lonlat[np.isfinite(lonlat).all(axis=1)]
    if not len(known):
        return Text("地球上不存在的位置", "no place on the earth")
    lon, lat = np.round(np.median(known, axis=0), _DIGITS)
    words = f" {lon:g}°E, {lat:g}°N"
    return Text(words, words.strip())


def _elsewhere(
    search: _Search,
    rest: npt.NDArray[np.int64],
    suspect: npt.NDArray[np.bool_],
    declared: npt.NDArray[np.float64],
) -> tuple[list[Fault], npt.NDArray[np.int64]]:
    """Records that no reading puts into a county, and which of them lie nowhere near the plan."""
    if not len(rest):
        return [], rest
    near = is_near(np.hstack([declared, declared])[rest], search.plan)
    gone = rest[~near & suspect[rest]]
    far = rest[~near & ~suspect[rest]]
    beside = rest[near & suspect[rest]]
    faults = [
        *_grouped(search, gone, declared, "elsewhere"),
        *_grouped(search, beside, declared, "in_no_county"),
    ]
    if len(far):
        records = listed(search.subject.frame.index[search.rows[far]])
        words = Text(
            f"{len(search.rows)} 条记录中有 {len(far)} 条远离规划范围（记录号 {records}）",
            f"{len(far)} of {len(search.rows)} records lie away from the plan ({records})",
        )
        faults.append(fault(search.subject, "away", words))
    return faults, gone


def _grouped(
    search: _Search,
    which: npt.NDArray[np.int64],
    declared: npt.NDArray[np.float64],
    code: str,
) -> list[Fault]:
    """One fault for the layer where it is all of it, else one a record."""
    subject = search.subject
    west, south, east, north = search.plan.meta.region_bounds
    box = f"{west:g}–{east:g}°E, {south:g}–{north:g}°N"

    def words(lonlat: npt.NDArray[np.float64]) -> Text:
        at = _at(lonlat)
        return Text(
            f"位于{at.zh}，不在规划 {search.plan.id} 的县内（范围 {box}）",
            f"lies at {at.en}, in no county of the plan {search.plan.id} ({box})",
        )

    if len(which) and len(which) == len(search.rows):
        return [fault(subject, code, words(declared[which]), at=search.xy[which[0]])]
    return [
        fault(subject, code, words(declared[[n]]), row=int(search.rows[n]), at=search.xy[n])
        for n in which
    ]
