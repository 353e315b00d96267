from .figures import (
    figures_of as figures_of,
)
from .folder import (
    map_of_folder as map_of_folder,
)
from .inputs import (
    Inputs as Inputs,
)
from .inputs import (
    Loaded as Loaded,
)
from .inputs import (
    load as load,
)
from .inputs import (
    sample_inputs as sample_inputs,
)
from .notes import (
    notes_of as notes_of,
)
from .outputs import (
    ASSIGNMENT as ASSIGNMENT,
)
from .outputs import (
    CHECK as CHECK,
)
from .outputs import (
    LAND as LAND,
)
from .outputs import (
    MAP as MAP,
)
from .outputs import (
    RESULT as RESULT,
)
from .outputs import (
    SLOPE as SLOPE,
)
from .outputs import (
    Output as Output,
)
from .outputs import (
    assignment_table as assignment_table,
)
from .outputs import (
    check_free as check_free,
)
from .outputs import (
    result_summary as result_summary,
)
from .outputs import (
    write_assignment as write_assignment,
)
from .outputs import (
    write_check as write_check,
)
from .outputs import (
    write_land as write_land,
)
from .outputs import (
    write_map as write_map,
)
from .outputs import (
    write_result as write_result,
)
from .outputs import (
    write_slope_products as write_slope_products,
)
from .result import (
    Land as Land,
)
from .result import (
    Result as Result,
)
from .steps import (
    N_STEPS as N_STEPS,
)
from .steps import (
    Places as Places,
)
from .steps import (
    assign_loaded as assign_loaded,
)
from .steps import (
    assign_parcels as assign_parcels,
)
from .steps import (
    check_loaded as check_loaded,
)
from .steps import (
    check_parcels as check_parcels,
)
from .steps import (
    compute as compute,
)
from .steps import (
    land_of as land_of,
)
from .steps import (
    parcels_of as parcels_of,
)
from .steps import (
    places_of as places_of,
)
from .steps import (
    slope_and_classes as slope_and_classes,
)

__all__ = [
    "ASSIGNMENT",
    "CHECK",
    "LAND",
    "MAP",
    "N_STEPS",
    "RESULT",
    "SLOPE",
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
    "figures_of",
    "land_of",
    "load",
    "map_of_folder",
    "notes_of",
    "parcels_of",
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
