from .avoidance import (
    AVOIDANCE,
    avoidance_layer,
    avoidance_note,
    avoidance_of,
    avoidance_txt,
    blocking_rules,
    still_pressing,
    write_avoidance,
)
from .check import check_parcels, met_features, second_look
from .check_job import CheckOptions, check_loaded, full_check
from .check_outputs import CHECK, Paper, write_check
from .convert import Conversion, ConvertOptions, convert
from .destination import Output, check_free
from .examine import Against, against, examine_file, examine_paths
from .fault_outputs import FAULTS, fault_layers, fault_records, write_faults
from .figures import figures_of
from .folder import content_of_folder, map_of_folder
from .inputs import Inputs, Loaded, load, sample_inputs
from .job import compute
from .notes import notes_of
from .outputs import (
    ASSIGNMENT,
    LAND,
    MAP,
    PRINTS,
    RESULT,
    PrintJob,
    assignment_table,
    result_summary,
    write_assignment,
    write_land,
    write_map,
    write_result,
)
from .overlap_job import Overlaps, measure_overlaps
from .overlap_outputs import OVERLAP, overlap_record, overlap_tables, write_overlaps
from .parcel_facts import FactSources, facts_of, sources_of
from .record_compare import Difference
from .result import Land, Result
from .slope_job import PRODUCTS, SlopeJob, SlopeSummary, band_cells
from .slope_outputs import SLOPE, slope_notes, slope_products, slope_record, slope_tables
from .steps import (
    N_STEPS,
    Places,
    assign_loaded,
    assign_parcels,
    land_of,
    parcels_of,
    places_of,
    slope_and_classes,
)
from .verify import Verification, verification_record, verify

__all__ = [
    "ASSIGNMENT",
    "AVOIDANCE",
    "CHECK",
    "FAULTS",
    "LAND",
    "MAP",
    "N_STEPS",
    "OVERLAP",
    "PRINTS",
    "PRODUCTS",
    "RESULT",
    "SLOPE",
    "Against",
    "CheckOptions",
    "Conversion",
    "ConvertOptions",
    "Difference",
    "FactSources",
    "Inputs",
    "Land",
    "Loaded",
    "Output",
    "Overlaps",
    "Paper",
    "Places",
    "PrintJob",
    "Result",
    "SlopeJob",
    "SlopeSummary",
    "Verification",
    "against",
    "assign_loaded",
    "assign_parcels",
    "assignment_table",
    "avoidance_layer",
    "avoidance_note",
    "avoidance_of",
    "avoidance_txt",
    "band_cells",
    "blocking_rules",
    "check_free",
    "check_loaded",
    "check_parcels",
    "compute",
    "content_of_folder",
    "convert",
    "examine_file",
    "examine_paths",
    "facts_of",
    "fault_layers",
    "fault_records",
    "figures_of",
    "full_check",
    "land_of",
    "load",
    "map_of_folder",
    "measure_overlaps",
    "met_features",
    "notes_of",
    "overlap_record",
    "overlap_tables",
    "parcels_of",
    "places_of",
    "result_summary",
    "sample_inputs",
    "second_look",
    "slope_and_classes",
    "slope_notes",
    "slope_products",
    "slope_record",
    "slope_tables",
    "sources_of",
    "still_pressing",
    "verification_record",
    "verify",
    "write_assignment",
    "write_avoidance",
    "write_check",
    "write_faults",
    "write_land",
    "write_map",
    "write_overlaps",
    "write_result",
]
