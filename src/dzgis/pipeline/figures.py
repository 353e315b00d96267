"""Frames and figures of a result, as tables, GeoPackage and map want them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from dzgis import maps, reports
from dzgis.area import carried, carried_back
from dzgis.crs import CGCS2000, crs_name
from dzgis.pipeline.notes import notes_of
from dzgis.plan import assumed_values
from dzgis.terms import FactStatus, Text
from dzgis.terrain import SLOPE_METHOD

if TYPE_CHECKING:
    from dzgis.findings import Check
    from dzgis.pipeline.inputs import Loaded
    from dzgis.pipeline.result import Result


MAP_TITLE = Text("低丘缓坡可用地与红线核查", "Low-hill land and red lines")


def figures_of(result: Result) -> reports.PlannerFigures:
    """Figures that the planner's report and the tables print."""
    loaded, found = result.loaded, result.land
    return reports.PlannerFigures(
        plan=loaded.plan,
        dem=_dem_facts(loaded),
        account=found.account,
        tables=found.tables,
        near_limits=found.near_limits,
        proposal=found.proposal,
        assigned=found.candidates,
        ledgers=found.ledgers,
        parcels=result.parcels,
        counties=loaded.counties,
        clusters=result.clusters,
        axes=result.axes,
        slope_class=found.slope_class,
        available=found.available,
        expected_low_hill=found.expected_low_hill,
        suitability=found.suitability,
        areas=result.check.areas,
        what_ifs=found.what_ifs,
        claimed=found.claimed,
        layers=loaded.records,
        parameters=_parameters(result),
        assumed=_assumed(result),
        notes=tuple(notes_of(loaded, found.account)),
    )


def _dem_facts(loaded: Loaded) -> reports.DemFacts:
    ground = loaded.elevation
    if ground is None:
        raise AssertionError("a result without a DEM")
    paths = [Path(str(record["path"])).name for record in loaded.records if record["role"] == "dem"]
    error = (
        "" if loaded.dem_error is None else f"{loaded.dem_error.name}; {loaded.dem_error.source}"
    )
    return reports.DemFacts(
        source=", ".join(paths),
        cell_size=ground.grid.cell_size,
        crs=crs_name(ground.grid.crs),
        method=SLOPE_METHOD,
        error=error,
        note=ground.note,
    )


def _assumed(result: Result) -> tuple[tuple[str, str], ...]:
    """Place and note of every assumed value of plan, exclusions and scheme."""
    found = result.land
    plan, exclusions = result.loaded.plan, found.account.exclusions
    places = list(assumed_values(plan))
    if exclusions.id != plan.rules.id:  # those of the plan's rules are named above
        places += [
            (f"exclusions[{one.id}]", one.source.note)
            for one in exclusions.exclusions
            if one.status is FactStatus.ASSUMED
        ]
    places += found.suitability.assumed if found.suitability is not None else ()
    return tuple(dict.fromkeys(places))


def _parameters(result: Result) -> dict[str, object]:
    loaded = result.loaded
    plan, found = loaded.plan, result.land
    limits = "; ".join(f"≤{limit:g}" for limit in plan.slope_classes.limits_deg)
    rows: dict[str, object] = {
        "规划 plan": f"{plan.id} {plan.meta.title}",
        "规则集 rules": plan.rules.id,
        "排除条件集 exclusions": found.account.exclusions.id,
        "适宜性方案 scheme": "" if found.suitability is None else found.suitability.scheme,
        "基准日 as of": loaded.as_of.isoformat(),
        "坡度级界限 slope limits": f"{limits} °",
    }
    rows |= {f"候选地块 candidates: {name}": value for name, value in found.asked_rules.items()}
    if found.suitability is not None and found.suitability.sensitivity is not None:
        tested = found.suitability.sensitivity
        rows["随机次数、种子 runs, seed"] = f"{tested.n_runs}, {tested.seed}"
    if loaded.dem_error is not None:
        rows["高程误差 DEM error"] = f"{loaded.dem_error.name}; {loaded.dem_error.source}"
    return rows


def conflict_layer(check: Check) -> gpd.GeoDataFrame:
    """Pieces with an area, in EPSG:4490."""
    return carried_back(reports.conflict_frame(check), CGCS2000)


def protection_layer(result: Result) -> gpd.GeoDataFrame:
    """Features of all layers that were read: role, feature_id, and the grade of forest land."""
    frames = [
        carried(layer.frame, CGCS2000).assign(role=role)
        for role, layer in result.loaded.layers.items()
        if layer.frame is not None
    ]
    if not frames:
        return gpd.GeoDataFrame({"role": [], "feature_id": []}, geometry=[], crs=CGCS2000)
    return pd.concat(frames, ignore_index=True)


def counties_with_figures(result: Result) -> gpd.GeoDataFrame:
    """Counties with area_m2, low_hill_m2, available_m2, unknown_m2 and the area of each class."""
    found = result.land
    table = found.class_areas.rename(
        columns={n: f"class_{n}_m2" for n in found.class_areas.columns if n != "unknown"}
        | {"unknown": "unknown_m2"}
    )
    table.insert(0, "area_m2", found.class_areas.sum(axis=1))
    table["low_hill_m2"] = found.county_waterfall["low_hill"]
    table["available_m2"] = found.county_waterfall["available"]
    return result.loaded.counties.merge(table, left_on="county_code", right_index=True)


def result_layers(result: Result, *, secret: bool = False) -> dict[str, gpd.GeoDataFrame]:
    """Layers of results.gpkg, by name; without protected shapes where they are secret."""
    protection = {} if secret else {"protection": protection_layer(result)}
    return {
        "counties": counties_with_figures(result),
        "clusters": result.clusters,
        "axes": result.axes,
        **protection,
        "candidates": result.land.candidates,
        "filled": result.land.proposal.filled,
        "basins": result.land.basins,
        "parcels": result.parcels,
        "conflicts": conflict_layer(result.check),
    }


def map_content(result: Result, *, secret: bool = False) -> maps.MapContent:
    """What the interactive map shows; without protected shapes where they are secret."""
    loaded, found = result.loaded, result.land
    suitable = found.suitability
    return maps.MapContent(
        plan=loaded.plan,
        counties=counties_with_figures(result),
        clusters=result.clusters,
        axes=result.axes,
        protection={
            role: layer.frame
            for role, layer in loaded.layers.items()
            if layer.frame is not None and not secret
        },
        candidates=found.candidates,
        parcels=result.parcels,
        conflicts=conflict_layer(result.check),
        slope_class=found.slope_class,
        available=found.available,
        notes=tuple(notes_of(loaded, found.account)),
        title=MAP_TITLE,
        suitability=None if suitable is None else suitable.grade,
        grades=() if suitable is None else suitable.grades,
        ledgers=found.ledgers,
        basins=found.basins,
        sources=tuple(loaded.records),
    )
