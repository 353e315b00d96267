"""Terrain (地形): elevation to slope and its classes, how sure they are, relief, basins, shade."""

from dzgis.terrain.basins import basins
from dzgis.terrain.classes import class_areas, class_block, classify
from dzgis.terrain.dem_error import DemError, dem_errors, parse_dem_error
from dzgis.terrain.grade import graded
from dzgis.terrain.gradient import HALO_CELLS, METHODS, Edges, Method
from dzgis.terrain.ground import cell_spacing_m, check_grid, ground_axes
from dzgis.terrain.parcel_basins import parcel_basins
from dzgis.terrain.parcel_slope import parcel_probability
from dzgis.terrain.parcel_slopes import (
    UNKNOWN,
    dem_near,
    parcel_slopes,
    slope_areas,
    slope_certainty,
)
from dzgis.terrain.relief import relief_block, relief_window
from dzgis.terrain.shade import aspect_block, hillshade_block
from dzgis.terrain.sieve import OFFICIAL_SCALE, min_patch_m2, sieve, sieve_halo
from dzgis.terrain.slope import SLOPE_METHOD, method_of, slope, slope_block
from dzgis.terrain.uncertainty import class_probability, gradient_sd, probability_block

__all__ = [
    "HALO_CELLS",
    "METHODS",
    "OFFICIAL_SCALE",
    "SLOPE_METHOD",
    "UNKNOWN",
    "DemError",
    "Edges",
    "Method",
    "aspect_block",
    "basins",
    "cell_spacing_m",
    "check_grid",
    "class_areas",
    "class_block",
    "class_probability",
    "classify",
    "dem_errors",
    "dem_near",
    "graded",
    "gradient_sd",
    "ground_axes",
    "hillshade_block",
    "method_of",
    "min_patch_m2",
    "parcel_basins",
    "parcel_probability",
    "parcel_slopes",
    "parse_dem_error",
    "probability_block",
    "relief_block",
    "relief_window",
    "sieve",
    "sieve_halo",
    "slope",
    "slope_areas",
    "slope_block",
    "slope_certainty",
]
