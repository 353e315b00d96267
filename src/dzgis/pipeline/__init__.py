"""The pipeline: the only place where rooms meet. Command line and Python API both end here."""

from dzgis.pipeline.figures import figures_of
from dzgis.pipeline.folder import map_of_folder
from dzgis.pipeline.inputs import Inputs, Loaded, default_as_of, load, sample_inputs
from dzgis.pipeline.notes import notes_of
from dzgis.pipeline.outputs import (
    ASSIGNMENT,
    CHECK,
    LAND,
    MAP,
    RASTERS,
    RESULT,
    Output,
    assignment_table,
    check_free,
    result_summary,
    write_assignment,
    write_check,
    write_land,
    write_map,
    write_result,
    write_slope_products,
)
from dzgis.pipeline.result import Land, Result
from dzgis.pipeline.steps import (
    Places,
    assign_loaded,
    assign_parcels,
    check_loaded,
    check_parcels,
    compute,
    land_of,
    places_of,
    slope_and_classes,
)

__all__ = [
    "ASSIGNMENT",
    "CHECK",
    "LAND",
    "MAP",
    "RASTERS",
    "RESULT",
    "Inputs",
    "Land",
    "Loaded",
    "Output",
    "Places",
    "Result",
    "assign_loaded",
    "assign_parcels",
    "assignment_table",
    "check_free",
    "check_loaded",
    "check_parcels",
    "compute",
    "default_as_of",
    "figures_of",
    "land_of",
    "load",
    "map_of_folder",
    "notes_of",
    "places_of",
    "result_summary",
    "sample_inputs",
    "slope_and_classes",
    "write_assignment",
    "write_check",
    "write_land",
    "write_map",
    "write_result",
    "write_slope_products",
]
