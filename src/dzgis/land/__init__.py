"""Land (用地): what is left of low-hill land, lost to what, and candidate parcels."""

from dzgis.land.accounting import (
    Zone,
    available_share,
    class_areas,
    touched,
    waterfall,
    zones_of,
)
from dzgis.land.avoidance import avoidance
from dzgis.land.candidates import CandidateLand, Regions, candidate_regions
from dzgis.land.choice import propose
from dzgis.land.gauss_zones import zones_of_parcels
from dzgis.land.land_classes import DISPUTED, parcel_land_classes
from dzgis.land.limits import expected_areas, near_limits

__all__ = [
    "DISPUTED",
    "CandidateLand",
    "Regions",
    "Zone",
    "available_share",
    "avoidance",
    "candidate_regions",
    "class_areas",
    "expected_areas",
    "near_limits",
    "parcel_land_classes",
    "propose",
    "touched",
    "waterfall",
    "zones_of",
    "zones_of_parcels",
]
