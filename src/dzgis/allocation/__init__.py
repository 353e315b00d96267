"""Allocation (归属): parcels to district, cluster and axis, each with the reason; ledgers."""

from dzgis.allocation.areas import cluster_areas, township_areas
from dzgis.allocation.assign import COLUMNS, CONTRACT, Basis, assign, model_notes
from dzgis.allocation.axes import axis_lines, axis_nodes, nearest_axis
from dzgis.allocation.corridors import corridor_areas, corridor_zones
from dzgis.allocation.county_shares import county_shares
from dzgis.allocation.ledger import ledgers, side_by_side, what_if
from dzgis.allocation.models import (
    breakpoint_m,
    breakpoints,
    huff_shares,
    seat_cells,
    told_by_models,
)
from dzgis.allocation.seats import cluster_distances_m, cluster_seats, hubs_of, strengths
from dzgis.allocation.shares import Shares, zone_shares

__all__ = [
    "COLUMNS",
    "CONTRACT",
    "Basis",
    "Shares",
    "assign",
    "axis_lines",
    "axis_nodes",
    "breakpoint_m",
    "breakpoints",
    "cluster_areas",
    "cluster_distances_m",
    "cluster_seats",
    "corridor_areas",
    "corridor_zones",
    "county_shares",
    "hubs_of",
    "huff_shares",
    "ledgers",
    "model_notes",
    "nearest_axis",
    "seat_cells",
    "side_by_side",
    "strengths",
    "told_by_models",
    "township_areas",
    "what_if",
    "zone_shares",
]
