"""Terrain (地形): elevation to slope to slope classes, aspect and shade."""

from dzgis.terrain.classes import class_areas, class_block, classify
from dzgis.terrain.gradient import HALO_CELLS, METHODS, Edges, Method
from dzgis.terrain.ground import cell_spacing_m, check_grid, ground_axes
from dzgis.terrain.shade import aspect_block, hillshade_block
from dzgis.terrain.slope import SLOPE_METHOD, method_of, slope, slope_block

__all__ = [
    "HALO_CELLS",
    "METHODS",
    "SLOPE_METHOD",
    "Edges",
    "Method",
    "aspect_block",
    "cell_spacing_m",
    "check_grid",
    "class_areas",
    "class_block",
    "classify",
    "ground_axes",
    "hillshade_block",
    "method_of",
    "slope",
    "slope_block",
]
