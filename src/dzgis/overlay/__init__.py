"""
Exact overlaps of many polygons with many others, on the ellipsoid, without cutting anything.

`target_of` makes polygons ready, `covered_by` measures a layer against them block by block.
"""

from dzgis.overlay.carry import in_equal_area
from dzgis.overlay.measure import Block, Covered, covered_by
from dzgis.overlay.once import common_areas, covers, is_whole
from dzgis.overlay.pairs import (
    NOISE_M2,
    Pairs,
    Target,
    extent_of,
    framed_pairs,
    near_rows,
    search_grid,
    target_of,
)
from dzgis.overlay.parts import (
    TOUCH_M,
    Ground,
    Part,
    ground_under,
    is_thin,
    parts_of,
    planar_areas_m2,
)
from dzgis.overlay.subdivide import clipped
from dzgis.overlay.table import edge_table
from dzgis.overlay.valid import check_valid

__all__ = [
    "NOISE_M2",
    "TOUCH_M",
    "Block",
    "Covered",
    "Ground",
    "Pairs",
    "Part",
    "Target",
    "check_valid",
    "clipped",
    "common_areas",
    "covered_by",
    "covers",
    "edge_table",
    "extent_of",
    "framed_pairs",
    "ground_under",
    "in_equal_area",
    "is_thin",
    "is_whole",
    "near_rows",
    "parts_of",
    "planar_areas_m2",
    "search_grid",
    "target_of",
]
