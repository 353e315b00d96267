"""Which counties of the plan a layer reaches, and which it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from dzgis.area import carried
from dzgis.errors import listed
from dzgis.inputs.quality.subject import fault
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    import geopandas as gpd

    from dzgis.faults import Fault
    from dzgis.inputs.quality.subject import Subject


def coverage_faults(subject: Subject, counties: gpd.GeoDataFrame) -> Iterator[Fault]:
    """
    Counties in which the layer has no feature.

    A county is reached when the middle of a feature lies in it, or a point of it in a feature:
    features of a neighbour that lap over a generalised boundary do not count.

    Parameters
    ----------
    subject : Subject
        With a CRS that can be used.
    counties : GeoDataFrame
        The plan's, from `read_counties`.
    """
    areas = carried(counties, subject.frame.crs)
    shapes = subject.shapes[subject.is_sound]
    outlines = areas.geometry.to_numpy()
    points = shapely.point_on_surface(shapes)
    inside, _ = shapely.STRtree(points).query(outlines, predicate="contains")
    around, _ = shapely.STRtree(shapes).query(
        shapely.point_on_surface(outlines), predicate="intersects"
    )
    missing = np.setdiff1d(np.arange(len(areas)), np.union1d(inside, around))
    if len(missing) and len(missing) < len(areas):
        names = listed(areas["county"].iloc[missing])
        codes = listed(areas["county_code"].iloc[missing])
        words = Text(
            f"{len(areas)} 个县中有 {len(missing)} 个没有要素：{names}",
            f"{len(missing)} of {len(areas)} counties have no feature: {codes}",
        )
        yield fault(subject, "not_reached", words)
