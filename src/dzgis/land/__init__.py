"""Land (用地): what is left of low-hill land, lost to what, and candidate parcels."""

from dzgis.land.account_tables import account_tables, claimed_figures, what_if
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
from dzgis.land.combinations import Combinations, combinations_of
from dzgis.land.exclusion_areas import ExclusionAreas, exclusion_areas
from dzgis.land.gauss_zones import zones_of_parcels
from dzgis.land.ground import (
    MOST_LAYERS,
    Grounds,
    grounds_of,
    grounds_of_rings,
    grounds_together,
    layers_here,
    parts_of,
)
from dzgis.land.land_classes import DISPUTED, parcel_land_classes
from dzgis.land.limits import WITHIN_DEG, expected_areas, near_limits
from dzgis.land.place_sums import BlockSums, BlockTerrain, Layout, block_sums
from dzgis.land.within import polygons_within
from dzgis.land.zones import zone_parts

__all__ = [
    "DISPUTED",
    "MOST_LAYERS",
    "WITHIN_DEG",
    "BlockSums",
    "BlockTerrain",
    "CandidateLand",
    "Combinations",
    "ExclusionAreas",
    "Grounds",
    "Layout",
    "Regions",
    "Zone",
    "account_tables",
    "available_share",
    "avoidance",
    "block_sums",
    "candidate_regions",
    "candidates",
    "claimed_figures",
    "class_areas",
    "combinations_of",
    "exclusion_areas",
    "expected_areas",
    "grounds_of",
    "grounds_of_rings",
    "grounds_together",
    "layers_here",
    "near_limits",
    "parcel_land_classes",
    "parts_of",
    "polygons_within",
    "propose",
    "touched",
    "waterfall",
    "what_if",
    "zone_parts",
    "zones_of",
    "zones_of_parcels",
]
