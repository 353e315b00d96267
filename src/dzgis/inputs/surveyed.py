"""Where a protection layer was surveyed, how that is known, and what is odd about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import shapely

from dzgis.area import carried
from dzgis.errors import InputError, listed
from dzgis.inputs.county_match import county_names
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dzgis.inputs.vector import Table
    from dzgis.plan.model import Plan


@dataclass(frozen=True)
class Surveyed:
    """
    The surveyed extent of a layer.

    Attributes
    ----------
    extent : GeoDataFrame or None
        Polygons; None where nobody says it and there are no features.
    basis : Text or None
        How it is known.
    remarks : tuple of Text
        What every product must repeat.
    """

    extent: gpd.GeoDataFrame | None = None
    basis: Text | None = None
    remarks: tuple[Text, ...] = ()


def surveyed_extent(
    frame: gpd.GeoDataFrame,
    covers: Sequence[str] | None,
    plan: Plan,
    counties: gpd.GeoDataFrame | None,
    *,
    drawn: Table | None = None,
) -> Surveyed:
    """
    Find where a layer was surveyed: in the counties named, in the polygons drawn, else in its hull.

    Parameters
    ----------
    frame : GeoDataFrame
        Features.
    covers : sequence of str or None
        Codes or names of counties.
    plan : Plan
    counties : GeoDataFrame or None
        From `read_counties`.
    drawn : Table, optional
        Polygons of the surveyed extent, as `drawn_extent` reads them; not looked at where counties
        are named.

    Raises
    ------
    InputError
        If counties are named that are not the plan's, or there are no boundaries of them.
    """
    if covers is not None:
        rows = _counties_named(covers, plan, counties)
        names = listed(rows["county"])
        extent = gpd.GeoDataFrame(rows[[rows.geometry.name]].reset_index(drop=True))
        basis = Text(f"调查覆盖县域：{names}", f"counties surveyed: {names}")
        remarks = tuple(_silent_counties(frame, rows))
    elif drawn is not None:
        extent = gpd.GeoDataFrame(geometry=drawn.frame.geometry.reset_index(drop=True))
        basis = Text(f"调查范围图层：{drawn.where}", f"layer of the surveyed extent: {drawn.where}")
        remarks = ()
    elif frame.empty:
        return Surveyed()
    else:
        hull = shapely.convex_hull(shapely.geometrycollections(frame.geometry.to_numpy()))
        extent = gpd.GeoDataFrame(geometry=[hull], crs=frame.crs)
        basis = Text(
            "图层要素的凸包（未登记调查范围）",
            "convex hull of the layer's features (no surveyed extent is registered)",
        )
        remarks = ()
    return Surveyed(extent, basis, remarks)


def within_features(surveyed: Surveyed, frame: gpd.GeoDataFrame) -> Surveyed:
    """
    Extent of a layer that must fill the ground: where it has no feature it was not surveyed.

    Parameters
    ----------
    surveyed : Surveyed
        As `surveyed_extent` finds it; its remarks are kept.
    frame : GeoDataFrame
        At least one feature.
    """
    shapes = frame.geometry.to_numpy()
    tiled = shapely.coverage_is_valid(shapes)
    together = shapely.coverage_union_all(shapes) if tiled else shapely.union_all(shapes)
    basis = Text(
        "图斑所在范围（该类图层须铺满，没有图斑处即未调查）",
        "the ground under its features (such a layer must fill the ground: where it has none it "
        "was not surveyed)",
    )
    extent = gpd.GeoDataFrame(geometry=[together], crs=frame.crs)
    return Surveyed(extent, basis, surveyed.remarks)


def _counties_named(
    covers: Sequence[str], plan: Plan, counties: gpd.GeoDataFrame | None
) -> gpd.GeoDataFrame:
    if counties is None:
        raise InputError(
            Text(
                f"图层调查范围写作县名（{listed(covers)}），但没有给出县界；请提供县界",
                f"the surveyed extent is given by counties ({listed(covers)}), but there are no "
                "county boundaries; give them",
            )
        )
    today = {code: c.code for c in plan.counties for code in c.codes} | county_names(plan)
    unknown = [word for word in covers if today.get(word) not in set(counties["county_code"])]
    if unknown:
        raise InputError(
            Text(
                f"覆盖范围中的 {listed(unknown)} 不是规划 {plan.id} 的县；可用："
                f"{listed(counties['county'])}",
                f"covers names {listed(unknown)}, which are no counties of the plan {plan.id}; "
                f"there are: {listed(counties['county_code'])}",
            )
        )
    return counties[counties["county_code"].isin([today[word] for word in covers])]


def _silent_counties(frame: gpd.GeoDataFrame, counties: gpd.GeoDataFrame) -> Iterator[Text]:
    """Counties that were surveyed, as is said, and in which the layer has no feature."""
    areas = carried(counties, frame.crs).geometry.to_numpy()
    shapes = frame.geometry.to_numpy()
    rows, hits = frame.sindex.query(areas, predicate="intersects")
    inside = rows[~shapely.touches(areas[rows], shapes[hits])]
    silent = counties["county"].drop(counties.index[sorted(set(inside))])
    if not silent.empty:
        names = listed(silent)
        yield Text(
            f"图层称已调查 {names}，其中却没有任何要素；请确认是确无还是数据不全",
            f"said to be surveyed in {names}, but has no feature there; make sure that there is "
            "none, or that the data are complete",
        )
