"""County boundaries (行政区) of any vector file: found, joined, in the plan's order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from dzgis.area import carried
from dzgis.crs import CGCS2000, crs_name
from dzgis.errors import InputError, listed
from dzgis.inputs.county_match import match_counties
from dzgis.inputs.datum_shift import in_cgcs2000
from dzgis.inputs.geometry import geometry_faults
from dzgis.inputs.log import LOG
from dzgis.inputs.place import (
    common_extent,
    crs_faults,
    extents_deg,
    is_near,
    raise_found,
    region_fault,
    value_faults,
)
from dzgis.inputs.vector import Table, read_table
from dzgis.terms import Text

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from dzgis.inputs.datum_shift import DatumShift
    from dzgis.plan.model import Plan

_MOST_OVERLAP_SHARE = 1e-4
"""Of the smaller shape; below it a common strip is the drawing of a shared boundary."""


def read_counties(
    path: Path,
    plan: Plan,
    *,
    layer: str | None = None,
    crs: str | None = None,
    shift: DatumShift | None = None,
) -> gpd.GeoDataFrame:
    """
    Read the plan's counties from a file that may hold many more.

    A county is found by its code (6 digits, or padded to 9 or 12, or with 156 before it) or by one
    of its names, in whatever field holds them; rows of one county are joined.

    Parameters
    ----------
    path : Path
        Any vector source; ``path::LAYER`` names a layer.
    plan : Plan
    layer : str, optional
        Needed where the file has several layers and none is named like counties.
    crs : str, optional
        CRS of a source that says none, e.g. ``EPSG:4543``.
    shift : DatumShift, optional
        Parameters by which coordinates of 西安80 or 北京54 are carried to CGCS2000.

    Returns
    -------
    GeoDataFrame
        One row a county in the plan's order: ``county_code`` (today's), ``county`` (today's
        name), ``district`` (its id), geometry (MultiPolygon) in EPSG:4490.

    Raises
    ------
    MissingFileError, CRSError, InputError
        With all faults: missing counties, no CRS, invalid rings, null shapes, rows of one county
        or of two that overlap, counties that lie elsewhere than the plan.
    """
    read = read_table(path, layer=layer, subject="counties", crs=crs)
    table = in_cgcs2000(read, shift)
    if table.frame.empty:
        raise InputError(
            Text(
                f"{table.where} 没有任何记录；请给出含行政区的文件",
                f"{table.where} has no records (it is empty); give a file with counties",
            )
        )
    codes, faults = match_counties(table.frame, plan, where=table.where)
    found = gpd.GeoDataFrame(table.frame[codes.notna()])
    faults = faults + geometry_faults(found, table.where)
    wrong_crs = crs_faults(table.frame.crs, table.where)
    raise_found(wrong_crs, faults)
    raise_found(value_faults(table.frame, table.where), [])
    here = _near_rows(table, found, codes, plan)
    return _joined(here, codes.loc[here.index], plan, table.where)


def _near_rows(
    table: Table, found: gpd.GeoDataFrame, codes: pd.Series[str], plan: Plan
) -> gpd.GeoDataFrame:
    """Rows that lie at the plan; rows elsewhere are namesakes unless a county has no other."""
    extents = extents_deg(found)
    near = is_near(extents, plan)
    lost = set(codes[found.index]) - set(codes[found.index][near])
    if lost:
        names = [county.name for county in plan.counties if county.code in lost]
        ours = np.isin(codes[found.index].to_numpy(dtype=object), list(lost))
        who = Text(listed(names), listed(names))
        fault = region_fault(table.where, who, common_extent(extents[ours]), plan)
        raise InputError(fault)
    if not near.all():
        away = listed(found.index[~near])
        LOG.warning(
            Text(
                f"{table.where}：第 {away} 条记录与本规划的县同名但在别处，未采用",
                f"{table.where}: records {away} bear a county's name but lie elsewhere, not used",
            )
        )
    return gpd.GeoDataFrame(found[near])


def _joined(
    rows: gpd.GeoDataFrame, codes: pd.Series[str], plan: Plan, where: str
) -> gpd.GeoDataFrame:
    shapes = [rows.geometry[codes == county.code].to_numpy() for county in plan.counties]
    joined = [_multi(shapely.union_all(parts)) for parts in shapes]
    names = [county.name for county in plan.counties]
    twice = [
        name
        for name, parts in zip(names, shapes, strict=True)
        if len(parts) > 1 and _overlapping(parts)
    ]
    pairs = [f"{names[i]}/{names[j]}" for i, j in _overlapping(np.array(joined))]
    raise_found([], [_overlap(where, twice + pairs)] if twice or pairs else [])
    counties = gpd.GeoDataFrame(
        {
            "county_code": [county.code for county in plan.counties],
            "county": names,
            "district": [county.district for county in plan.counties],
        },
        geometry=joined,
        crs=rows.crs,
    )
    return _in_cgcs2000(counties, where)


def _overlapping(shapes: np.ndarray[tuple[int], np.dtype[np.object_]]) -> list[tuple[int, int]]:
    """Pairs of shapes that overlap by more than a strip along their boundary."""
    tree = shapely.STRtree(shapes)
    first, second = tree.query(shapes, predicate="intersects")
    ahead = first < second
    first, second = first[ahead], second[ahead]
    common = shapely.area(shapely.intersection(shapes[first], shapes[second]))
    areas = shapely.area(shapes)
    smaller = np.minimum(areas[first], areas[second])
    real = common > _MOST_OVERLAP_SHARE * smaller
    return [(int(i), int(j)) for i, j in zip(first[real], second[real], strict=True)]


def _overlap(where: str, who: list[str]) -> Text:
    return Text(
        f"{where}：图形重复或相互重叠：{listed(who)}；同一地块会被计算两次，请删除重复的记录",
        f"{where}: shapes overlap or are there twice: {listed(who)}; land would count twice, "
        "delete the duplicates",
    )


def _multi(shape: shapely.Geometry) -> shapely.MultiPolygon:
    parts = shapely.get_parts(shape)
    return shapely.MultiPolygon([part for part in parts if part.geom_type == "Polygon"])


def _in_cgcs2000(counties: gpd.GeoDataFrame, where: str) -> gpd.GeoDataFrame:
    if counties.crs == CGCS2000:
        return counties
    LOG.info(
        Text(
            f"{where}：行政区由 {crs_name(counties.crs)} 转为 EPSG:4490",
            f"{where}: counties reprojected from {crs_name(counties.crs)} to EPSG:4490",
        )
    )
    return carried(counties, CGCS2000)
