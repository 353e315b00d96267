"""Terrain (地形): elevation to slope to slope classes."""

from dzgis.terrain.classes import classify
from dzgis.terrain.slope import SLOPE_METHOD, cell_spacing_m, slope

__all__ = ["SLOPE_METHOD", "cell_spacing_m", "classify", "slope"]
