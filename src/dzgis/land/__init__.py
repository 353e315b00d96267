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
from dzgis.land.candidates import candidates
from dzgis.land.limits import expected_areas, near_limits

__all__ = [
    "Zone",
    "available_share",
    "avoidance",
    "candidates",
    "class_areas",
    "expected_areas",
    "near_limits",
    "touched",
    "waterfall",
    "zones_of",
]
