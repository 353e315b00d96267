"""Allocation (归属): parcels to district, cluster and axis, each with the reason."""

from dzgis.allocation.areas import cluster_areas, township_areas
from dzgis.allocation.assign import assign
from dzgis.allocation.axes import axis_lines
from dzgis.allocation.county_shares import county_shares

__all__ = ["assign", "axis_lines", "cluster_areas", "county_shares", "township_areas"]
