"""
Candidate parcels (候选地块): contiguous available land that keeps off what is protected.

Nothing is checked afterwards: every step takes ground away from what is allowed, and the last draws
back by a margin that exceeds what writing a boundary can move it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from dzgis.area import carried, polygon_area_m2
from dzgis.crs import CGCS2000
from dzgis.engine import run_blocks
from dzgis.errors import raise_all
from dzgis.land import candidate_shapes as shapes_of
from dzgis.land.candidate_cells import CountyCells, county_cells
from dzgis.land.candidate_measures import distances_m, measured
from dzgis.land.candidate_words import dropped_text
from dzgis.plan.schemes import avoidance_limits
from dzgis.terms import Text
from dzgis.units import M2_PER_HECTARE

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from dzgis.grid import Raster
    from dzgis.plan.candidate_rules import Candidates

    Shapes = npt.NDArray[np.object_]
    Ints = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]

COLUMNS = (
    "county_code",
    "county",
    "area_m2",
    "mean_slope_deg",
    "width_m",
    "compactness",
    "filled_m2",
    "suitability",
)
"""Of candidates, before distances and geometry."""
_ORDER = {"area": ("area_m2", False), "suitability": ("suitability", False)}
_ORDER |= {"slope": ("mean_slope_deg", True)}


@dataclass(frozen=True)
class CandidateLand:
    """
    What candidates are looked for in.

    Attributes
    ----------
    available : Raster
        Available share of each cell, NaN where not known; its values may lie in a file, of which a
        county is read at a time.
    slope : Raster
        Degrees, on the same grid, NaN where not known.
    counties : GeoDataFrame
        county_code, county, geometry; any CRS.
    protected : GeoDataFrame
        Ground that no candidate may meet, any CRS; polygons may overlap.
    suitability : Raster, optional
        Index, on any grid.
    layers : mapping of role to GeoDataFrame
        To which distances are measured.
    """

    available: Raster
    slope: Raster
    counties: gpd.GeoDataFrame
    protected: gpd.GeoDataFrame
    suitability: Raster | None = None
    layers: Mapping[str, gpd.GeoDataFrame] = field(default_factory=dict)


@dataclass(frozen=True)
class Regions:
    """
    All candidates there are, from which `propose` chooses.

    Attributes
    ----------
    candidates : GeoDataFrame, indexed by ``candidate_id``, best first, EPSG:4490
        `COLUMNS`, ``to_<role>_m`` for each layer that rules or the user name, geometry.
    filled : GeoDataFrame, EPSG:4490
        ``candidate_id``, ``area_m2``, geometry: ground inside that was filled.
    dropped : mapping of reason id to (Text, number, m²)
        What was given up, in the order of the steps.
    contiguous_m2 : float
        Available land in regions of the least area and width, before edges were made straight.
    """

    candidates: gpd.GeoDataFrame
    filled: gpd.GeoDataFrame
    dropped: Mapping[str, tuple[Text, int, float]]
    contiguous_m2: float


class _Dropped:
    """Number and m² of what was given up, by reason."""

    def __init__(self) -> None:
        self.sums: dict[str, tuple[int, float]] = {}

    def add(self, reason: str, number: int, m2: float) -> None:
        n, before = self.sums.get(reason, (0, 0.0))
        self.sums[reason] = n + number, before + m2

    def told(self) -> dict[str, tuple[Text, int, float]]:
        return {
            reason: (dropped_text(reason), number, m2)
            for reason, (number, m2) in self.sums.items()
            if number or m2 > 0.0
        }


@dataclass(frozen=True)
class _Found:
    """Parcels of one county, their measures, and what was given up."""

    table: pd.DataFrame
    shapes: Shapes
    filled: Shapes
    contiguous_m2: float
    dropped: _Dropped


def candidate_regions(land: CandidateLand, rules: Candidates) -> Regions:
    """
    Find all candidates, county by county.

    Parameters
    ----------
    land : CandidateLand
    rules : Candidates

    Returns
    -------
    Regions
        Candidates meet neither protected ground nor each other nor another county, and stay valid
        when they are written with eight decimals of a degree or to the millimetre.

    Raises
    ------
    InputError
        If a rule needs a layer or the suitability that is not given.

    Notes
    -----
    Outlines of cells (see `county_cells`) are cut along county borders and protected land; what
    reaches the least area and width makes up `contiguous_m2`. Then edges are made straight inwards
    (`straightened`), regions that are too large are parted, narrow strips cut off, borders drawn
    back by the margin, and what does not fulfil the rules is dropped.
    """
    raise_all(_lacking(land, rules))
    counties = carried(land.counties, CGCS2000).sort_values("county_code").reset_index(drop=True)
    tree = _tree(land.protected)
    tree.query(shapely.Point(0.0, 0.0))  # builds it: threads may only read

    def of_county(block: tuple[int, CountyCells]) -> _Found:
        number, cells = block
        return _in_county(counties.iloc[[number]], cells, tree, land, rules)

    # Cells are read and outlined one county after the other; threads work on their shapes.
    blocks = (
        (number, county_cells(counties.iloc[[number]], land.available, land.slope, rules))
        for number in range(len(counties))
    )
    found = {number: one for (number, _), one in run_blocks(of_county, blocks)}
    parts = [found[number] for number in range(len(counties))]
    dropped = _Dropped()
    for part in parts:
        for reason, (n, m2) in part.dropped.sums.items():
            dropped.add(reason, n, m2)
    shapes = np.concatenate([part.shapes for part in parts])
    filled = np.concatenate([part.filled for part in parts])
    table = pd.concat([part.table for part in parts], ignore_index=True).assign(
        **{f"to_{role}_m": distances_m(shapes, layer) for role, layer in land.layers.items()}
    )
    keep = _fulfilling(table, rules, dropped)
    made = _frames(table[keep], shapes[keep], filled[keep], rules)
    contiguous_m2 = math.fsum(part.contiguous_m2 for part in parts)
    return Regions(*made, dropped.told(), contiguous_m2)


def _tree(protected: gpd.GeoDataFrame) -> shapely.STRtree:
    """Protected ground, in an order that follows from the shapes alone."""
    shapes = carried(protected, CGCS2000).geometry.to_numpy()
    shapes = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    return shapely.STRtree(shapes[np.argsort(shapely.to_wkb(shapes), kind="stable")])


def _lacking(land: CandidateLand, rules: Candidates) -> list[Text]:
    faults = [
        Text(
            f"候选地块规则要量距 {role}，但没有这个图层；请给出，或去掉该规则",
            f"the rules of candidates measure distances to {role}, but there is no such layer; "
            "give it, or leave the rule out",
        )
        for role in rules.layers
        if role not in land.layers
    ]
    if rules.by == "suitability" and land.suitability is None:
        faults.append(
            Text(
                "候选地块按适宜性排序，但没有适宜性；请算出，或改 by",
                "candidates are ordered by suitability, but there is none; "
                "have it made, or change by",
            )
        )
    return faults


def _in_county(
    county: gpd.GeoDataFrame,
    cells: CountyCells,
    protected: shapely.STRtree,
    land: CandidateLand,
    rules: Candidates,
) -> _Found:
    dropped = _Dropped()
    for reason, (number, m2) in cells.lost.items():
        dropped.add(reason, number, m2)
    border = county.geometry.iloc[0]
    regions, _ = shapes_of.within(cells.outlines.geometry.to_numpy(), border)
    regions, _ = shapes_of.outside(regions, protected)
    regions = _large(regions, rules, dropped)
    regions = _wide(regions, rules, dropped)
    fillings = cells.filled.geometry.to_numpy()
    contiguous_m2 = float(_areas(regions).sum() - _areas(_common(regions, fillings)).sum())
    parcels = _shaped(regions, rules, dropped)
    names = county[["county_code", "county"]].iloc[[0] * len(parcels)]
    table = measured(parcels, land.slope, land.suitability, least_width_m=rules.min_width_m)
    table = pd.concat([names.reset_index(drop=True), table], axis=1)
    return _Found(table, parcels, _common(parcels, fillings), contiguous_m2, dropped)


def _shaped(regions: Shapes, rules: Candidates, dropped: _Dropped) -> Shapes:
    """Regions made straight, parted, opened and drawn back."""
    limits = avoidance_limits()
    most_m2 = np.inf if rules.max_area_ha is None else rules.max_area_ha * M2_PER_HECTARE
    straight = shapes_of.straight(regions, rules.straighten_m)
    changed = shapely.get_num_coordinates(straight) != shapely.get_num_coordinates(regions)
    dropped.add("straight", int(changed.sum()), _lost(regions, straight))
    pieces, _ = shapes_of.parted(straight, most_m2)
    wide, _ = shapes_of.opened(pieces, rules.min_width_m)
    dropped.add("strips", 0, _lost(pieces, wide))
    drawn, _ = shapes_of.drawn_back(wide, limits)
    dropped.add("margin", len(wide), _lost(wide, drawn))
    return _large(drawn, rules, dropped)


def _areas(shapes: Shapes) -> Floats:
    frame = gpd.GeoDataFrame(geometry=shapes, crs=CGCS2000)
    return np.asarray(polygon_area_m2(frame), dtype=np.float64)


def _lost(before: Shapes, after: Shapes) -> float:
    return max(float(_areas(before).sum() - _areas(after).sum()), 0.0)


def _large(shapes: Shapes, rules: Candidates, dropped: _Dropped) -> Shapes:
    area = _areas(shapes)
    keep = area >= rules.min_area_ha * M2_PER_HECTARE
    dropped.add("area", int((~keep).sum()), float(area[~keep].sum()))
    return shapes[keep]


def _wide(shapes: Shapes, rules: Candidates, dropped: _Dropped) -> Shapes:
    keep = shapes_of.wide_enough(shapes, rules.min_width_m)
    dropped.add("width", int((~keep).sum()), float(_areas(shapes[~keep]).sum()))
    return shapes[keep]


def _common(shapes: Shapes, ground: Shapes) -> Shapes:
    """Of each shape the part that lies on the ground; an empty polygon where there is none."""
    rows, hits = shapely.STRtree(ground).query(shapes, predicate="intersects")
    common = ground[hits]
    shapely.prepare(shapes)
    part = ~shapely.covers(shapes[rows], common)
    shapely.destroy_prepared(shapes)
    common[part] = shapely.intersection(shapes[rows[part]], common[part])
    found = np.full(len(shapes), shapely.Polygon(), dtype=object)
    for row in np.unique(rows):
        parts, _ = shapes_of.polygons_of(common[rows == row])
        found[row] = shapely.multipolygons(parts) if len(parts) else shapely.Polygon()
    return found


def _fulfilling(table: pd.DataFrame, rules: Candidates, dropped: _Dropped) -> npt.NDArray[np.bool_]:
    """Whether candidates fulfil the rules; each that does not is counted under its first reason."""
    steepest = np.inf if rules.max_mean_slope_deg is None else rules.max_mean_slope_deg
    least_m = rules.min_width_m * (1.0 - shapes_of.WIDTH_SHARE) - shapes_of.WIDTH_M
    fails = {
        "width": table["width_m"] < least_m,
        "compactness": table["compactness"] < rules.min_compactness,
        # A slope that is not known is not known to be gentle enough.
        "slope": ~(table["mean_slope_deg"] <= steepest) & np.isfinite(steepest),
    }
    fails |= {f"near:{n.layer}": table[f"to_{n.layer}_m"] > n.at_most_m for n in rules.near}
    fails |= {f"far:{f.layer}": table[f"to_{f.layer}_m"] < f.at_least_m for f in rules.far}
    keep = np.ones(len(table), dtype=bool)
    for reason, failing in fails.items():
        now = keep & failing.to_numpy(dtype=bool)
        dropped.add(reason, int(now.sum()), float(table.loc[now, "area_m2"].sum()))
        keep &= ~now
    return keep


def _frames(
    table: pd.DataFrame, shapes: Shapes, filled: Shapes, rules: Candidates
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Candidates in order with their ids, and what was filled in them."""
    table = table.assign(filled_m2=_areas(filled))
    column, ascending = _ORDER[rules.by]
    points = shapely.get_coordinates(shapely.point_on_surface(shapes)).reshape(-1, 2)
    ranked = table.assign(x=points[:, 0], y=points[:, 1])
    # Ties by place, which no order of rows changes.
    keys = [column, "area_m2", "county_code", "x", "y"] if column != "area_m2" else None
    keys = keys or ["area_m2", "county_code", "x", "y"]
    up = [ascending, *([False] if column != "area_m2" else []), True, True, True]
    order = ranked.reset_index(drop=True).sort_values(keys, ascending=up).index.to_numpy()
    more = [name for name in table if name not in COLUMNS]
    ids = pd.Index([f"C{n:04d}" for n in range(1, len(order) + 1)], name="candidate_id", dtype=str)
    rows = table.iloc[order][[*COLUMNS, *more]].set_axis(ids)
    found = gpd.GeoDataFrame(rows, geometry=shapes[order], crs=CGCS2000)
    ground = filled[order]
    some = ~shapely.is_empty(ground)
    inside = gpd.GeoDataFrame(
        {"candidate_id": ids[some], "area_m2": found["filled_m2"].to_numpy()[some]},
        geometry=ground[some],
        crs=CGCS2000,
    )
    return found, inside
