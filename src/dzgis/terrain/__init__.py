"""Terrain (地形): elevation to slope to slope classes, and how sure they are."""

from dzgis.terrain.classes import classify
from dzgis.terrain.dem_error import DemError, dem_errors, parse_dem_error
from dzgis.terrain.parcel_slope import parcel_probability
from dzgis.terrain.slope import SLOPE_METHOD, cell_spacing_m, slope
from dzgis.terrain.uncertainty import class_probability, gradient_sd

__all__ = [
    "SLOPE_METHOD",
    "DemError",
    "cell_spacing_m",
    "class_probability",
    "classify",
    "dem_errors",
    "gradient_sd",
    "parcel_probability",
    "parse_dem_error",
    "slope",
]
