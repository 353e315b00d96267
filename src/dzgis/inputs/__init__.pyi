from .counties import read_counties
from .dem import read_dem
from .dem_rows import forget
from .dem_source import DemSource, open_dem_source, read_block
from .dem_values import Found, check_some, tell_found
from .files import sha256_of
from .parcels import read_parcels
from .place import check_place, crs_faults
from .protection import absent, read_protection
from .roles import layer_roles, recognise_protection, recognise_role
from .samples import sample
from .txt import read_txt, read_txt_file, read_txt_whole
from .txt_table import txt_fields, zone_attributes
from .vector import Table, source_crs, spatial_layers
from .whole import read_whole
from .written import read_written

__all__ = [
    "DemSource",
    "Found",
    "Table",
    "absent",
    "check_place",
    "check_some",
    "crs_faults",
    "forget",
    "layer_roles",
    "open_dem_source",
    "read_block",
    "read_counties",
    "read_dem",
    "read_parcels",
    "read_protection",
    "read_txt",
    "read_txt_file",
    "read_txt_whole",
    "read_whole",
    "read_written",
    "recognise_protection",
    "recognise_role",
    "sample",
    "sha256_of",
    "source_crs",
    "spatial_layers",
    "tell_found",
    "txt_fields",
    "zone_attributes",
]
