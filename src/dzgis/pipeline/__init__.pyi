from .convert import Conversion, ConvertOptions, convert
from .destination import Output, check_free
from .examine import Against, against, examine_file, examine_paths
from .fault_outputs import FAULTS, fault_layers, fault_records, write_faults
from .figures import figures_of
from .folder import map_of_folder
from .inputs import Inputs, Loaded, load, sample_inputs
from .notes import notes_of
from .outputs import (
    ASSIGNMENT,
    CHECK,
    LAND,
    MAP,
    RESULT,
    assignment_table,
    result_summary,
    write_assignment,
    write_check,
    write_land,
    write_map,
    write_result,
)
from .overlap_job import Overlaps, measure_overlaps
from .overlap_outputs import OVERLAP, overlap_record, overlap_tables, write_overlaps
from .parcel_facts import FactSources, facts_of, sources_of
from .result import Land, Result
from .slope_job import PRODUCTS, SlopeJob, SlopeSummary, band_cells
from .slope_outputs import SLOPE, slope_notes, slope_products, slope_record, slope_tables
from .steps import (
    N_STEPS,
    Places,
    assign_loaded,
    assign_parcels,
    check_loaded,
    check_parcels,
    compute,
    land_of,
    parcels_of,
    places_of,
    slope_and_classes,
)

__all__ = [
    "ASSIGNMENT",
    "CHECK",
    "FAULTS",
    "LAND",
    "MAP",
    "N_STEPS",
    "OVERLAP",
    "PRODUCTS",
    "RESULT",
    "SLOPE",
    "Against",
    "Conversion",
    "ConvertOptions",
    "FactSources",
    "Inputs",
    "Land",
    "Loaded",
    "Output",
    "Overlaps",
    "Places",
    "Result",
    "SlopeJob",
    "SlopeSummary",
    "against",
    "assign_loaded",
    "assign_parcels",
    "assignment_table",
    "band_cells",
    "check_free",
    "check_loaded",
    "check_parcels",
    "compute",
    "convert",
    "examine_file",
    "examine_paths",
    "facts_of",
    "fault_layers",
    "fault_records",
    "figures_of",
    "land_of",
    "load",
    "map_of_folder",
    "measure_overlaps",
    "notes_of",
    "overlap_record",
    "overlap_tables",
    "parcels_of",
    "places_of",
    "result_summary",
    "sample_inputs",
    "slope_and_classes",
    "slope_notes",
    "slope_products",
    "slope_record",
    "slope_tables",
    "sources_of",
    "write_assignment",
    "write_check",
    "write_faults",
    "write_land",
    "write_map",
    "write_overlaps",
    "write_result",
]
