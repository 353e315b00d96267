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
from .check_outputs import CHECK, write_check
from .convert import Conversion, ConvertOptions, convert
from .destination import Output, check_free
from .examine import Against, against, examine_file, examine_paths
from .fault_outputs import FAULTS, fault_layers, fault_records, write_faults
from .figures import figures_of
from .folder import content_of_folder, map_of_folder
from .inputs import Inputs, Loaded, load, sample_inputs
from .job import compute
from .land import land_of
from .land_account import LandAccount, account_of
from .land_job import LandJob, LandRasters
from .land_layers import AccountInputs, exclusion_ground, land_states
from .land_options import LandOptions
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
from .paper import Paper
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
    parcels_of,
    places_of,
)
from .suitability_job import suitability_of, what_if_weights
from .suitability_sources import fields_of, layer_names, plan_layers
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
    "AccountInputs",
    "Against",
    "CheckOptions",
    "Conversion",
    "ConvertOptions",
    "Difference",
    "FactSources",
    "Inputs",
    "Land",
    "LandAccount",
    "LandJob",
    "LandOptions",
    "LandRasters",
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
    "account_of",
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
    "exclusion_ground",
    "facts_of",
    "fault_layers",
    "fault_records",
    "fields_of",
    "figures_of",
    "full_check",
    "land_of",
    "land_states",
    "layer_names",
    "load",
    "map_of_folder",
    "measure_overlaps",
    "met_features",
    "notes_of",
    "overlap_record",
    "overlap_tables",
    "parcels_of",
    "places_of",
    "plan_layers",
    "result_summary",
    "sample_inputs",
    "second_look",
    "slope_notes",
    "slope_products",
    "slope_record",
    "slope_tables",
    "sources_of",
    "still_pressing",
    "suitability_of",
    "verification_record",
    "verify",
    "what_if_weights",
    "write_assignment",
    "write_avoidance",
    "write_check",
    "write_faults",
    "write_land",
    "write_map",
    "write_overlaps",
    "write_result",
]
