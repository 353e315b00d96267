from .assess import Measured, Parts, cells_of, graded, is_slope, parts_of, shaken
from .cost_distance import (
    coarse_cost,
    coarse_targets,
    coarsening,
    cost_distance,
    cost_of_slope,
    fine,
)
from .distance import Features, distances_m, features_of
from .evaluate import grade_of, index_of
from .ground_cover import (
    Polygons,
    category_numbers,
    cover_share,
    largest_class,
    polygons_of,
)
from .patches import contiguity_ha, patches_of
from .sensitivity import Change, cell_normals, drawn_weights, one_at_a_time, shaken_slope_deg
from .values import described, holds, score_of
from .weights import ahp, given_weights, rank_weights, weights_of, with_weights, worst_judgement

__all__ = [
    "Change",
    "Features",
    "Measured",
    "Parts",
    "Polygons",
    "ahp",
    "category_numbers",
    "cell_normals",
    "cells_of",
    "coarse_cost",
    "coarse_targets",
    "coarsening",
    "contiguity_ha",
    "cost_distance",
    "cost_of_slope",
    "cover_share",
    "described",
    "distances_m",
    "drawn_weights",
    "features_of",
    "fine",
    "given_weights",
    "grade_of",
    "graded",
    "holds",
    "index_of",
    "is_slope",
    "largest_class",
    "one_at_a_time",
    "parts_of",
    "patches_of",
    "polygons_of",
    "rank_weights",
    "score_of",
    "shaken",
    "shaken_slope_deg",
    "weights_of",
    "with_weights",
    "worst_judgement",
]
