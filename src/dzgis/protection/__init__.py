"""Protection (控制线): red-line layers to cell shares and exact overlaps."""

from dzgis.protection.across import Across, across_layers
from dzgis.protection.forest import parcel_forest
from dzgis.protection.overlap import overlaps
from dzgis.protection.select import chosen_features, cover_problems, features_of
from dzgis.protection.setback import setback
from dzgis.protection.witness import overlooked

__all__ = [
    "Across",
    "across_layers",
    "chosen_features",
    "cover_problems",
    "features_of",
    "overlaps",
    "overlooked",
    "parcel_forest",
    "setback",
]
