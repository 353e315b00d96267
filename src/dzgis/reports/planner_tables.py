"""All tables of a run, as tables.xlsx holds them, and records of the counties for run.json."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dzgis.reports import planner_account_tables as account
from dzgis.reports import planner_land as land
from dzgis.reports import planner_other_tables as other
from dzgis.reports import planner_parcel_tables as parcel
from dzgis.reports import planner_suit_tables as suit
from dzgis.reports.area_table import area_table
from dzgis.reports.balanced_table import areas_table, percent_table
from dzgis.reports.machine import county_records
from dzgis.reports.planner_names import ALL_UNITS, LEVELS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dzgis.reports.balanced_table import Areas
    from dzgis.reports.planner_figures import PlannerFigures
    from dzgis.reports.table import Table, Unit

_PLACED = ("county", "cluster")
_SIDE_BY_SIDE = 8


def planner_tables(figures: PlannerFigures) -> list[Table]:
    """
    All tables of a run; those of one name stand on one sheet, a unit below the other.

    Areas are in m², 公顷, 亩 and km²; what is in one unit only says so.
    """
    tables = [
        account.county_summary(figures),
        *_classes(figures),
        *_account(figures),
        *_suitability(figures),
        *_parcels(figures),
        *_certainty(figures),
    ]
    data = [other.source_table(figures), other.parameter_table(figures)]
    last = [other.assumed_table(figures), other.note_table(figures)]
    return [*_with_notes(tables, figures), *data, *last]


def planner_county_table(figures: PlannerFigures) -> Table:
    """Summary of each county in km², for the terminal."""
    return account.county_summary(figures)


def planner_county_records(figures: PlannerFigures) -> list[dict[str, object]]:
    """Records of the counties, as the manifest's summary holds them."""
    net = figures.tables.net["county"]
    fall = net.rename(columns={"raw_m2": "low_hill", "available_m2": "available"})
    classes = figures.tables.classes["county"].loc[net.index]
    return county_records(figures.plan, classes, fall)


def _with_notes(tables: list[Table], figures: PlannerFigures) -> Iterator[Table]:
    """Notes of the run on the first table of each sheet."""
    seen = set()
    for table in tables:
        notes = () if table.name in seen else figures.notes
        seen.add(table.name)
        yield replace(table, notes=(*table.notes, *notes))


def _each(make: Callable[[Unit], Table]) -> list[Table]:
    return [make(unit) for unit in ALL_UNITS]


def _areas(areas: Areas) -> list[Table]:
    return [areas_table(areas, unit) for unit in ALL_UNITS]


def _classes(figures: PlannerFigures) -> Iterator[Table]:
    for level in LEVELS:
        classes = land.class_areas(figures, level)
        yield from (*_areas(classes), percent_table(classes))
    if figures.sieved_classes is not None:
        yield from _areas(land.class_areas(figures, classes=figures.sieved_classes))
        found = [other.sieve_change_table(figures, unit) for unit in ALL_UNITS]
        yield from (table for table in found if table is not None)


def _account(figures: PlannerFigures) -> Iterator[Table]:
    for level in LEVELS:
        yield from _areas(land.net_areas(figures, level))
    yield from _each(lambda unit: account.exclusion_table(figures, unit))
    yield account.preflight_table(figures)
    yield from _each(lambda unit: account.attributed_table(figures, unit))
    for level in LEVELS:
        yield from _areas(land.waterfall_areas(figures, level))
    for level in LEVELS:
        for unit in ALL_UNITS:
            yield account.place_loss_table(figures, level, unit)
    yield from _areas(land.combination_areas(figures))
    yield from _each(lambda unit: account.overlap_table(figures, unit))
    land_classes = land.land_class_areas(figures, by_county=True)
    if land_classes is not None:
        yield from _areas(land_classes)
    yield account.reconciliation_table(figures)
    if figures.claimed:
        yield account.claimed_table(figures)


def _suitability(figures: PlannerFigures) -> Iterator[Table]:
    found = figures.suitability
    if found is None:
        return
    yield suit.criteria_table(found)
    if found.ahp is not None:
        yield suit.judgement_table(found, found.ahp)
    yield from _each(lambda unit: suit.limit_table(found, unit))
    for level in _PLACED:
        yield from _areas(suit.grade_areas(figures, found, level))
    if not found.patches.empty:
        yield from _each(lambda unit: suit.patch_table(found, unit))
    if found.sensitivity is not None:
        tested = found.sensitivity
        yield from _each(lambda unit: suit.one_at_a_time_table(found, tested, unit))
        yield from _each(lambda unit: suit.kept_table(found, tested, unit))


def _parcels(figures: PlannerFigures) -> Iterator[Table]:
    yield parcel.candidate_table(figures, ALL_UNITS)
    yield parcel.reason_table(figures, parcels=False)
    yield from _each(lambda unit: parcel.dropped_table(figures, unit))
    yield from _each(lambda unit: parcel.shortfall_table(figures, unit))
    yield from _each(lambda unit: parcel.ledger_table(figures, "cluster", unit))
    yield from _each(lambda unit: parcel.ledger_table(figures, "corridor", unit))
    yield from _each(lambda unit: parcel.industry_table(figures, unit))
    if len(figures.parcels):
        yield parcel.reason_table(figures, parcels=True)
    if figures.areas is not None and not figures.areas.empty:
        yield area_table(figures.areas)


def _certainty(figures: PlannerFigures) -> Iterator[Table]:
    yield from _each(lambda unit: other.near_table(figures, unit))
    if not figures.what_ifs:
        return
    yield from _each(lambda unit: other.what_if_summary(figures, unit))
    for level in _PLACED:
        for part in other.change_parts(figures, _SIDE_BY_SIDE):
            for unit in ALL_UNITS:
                yield other.what_if_table(figures, level, unit, part)
