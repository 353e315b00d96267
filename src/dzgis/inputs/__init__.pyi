from .aligned_raster import aligned, aligned_share, in_spans
from .archive import forget_archives
from .check_record import read_check_record
from .counties import read_counties
from .criteria import read_criteria
from .datum_shift import DatumShift, in_cgcs2000, parse_datum_shift
from .dem import dem_around, read_dem, read_source
from .dem_rows import forget
from .dem_source import DemSource, open_dem_source, read_block
from .dem_values import Found, check_some, tell_found
from .files import named, split_source
from .hashes import sha256_of
from .overrides import read_overrides
from .parcels import read_parcels
from .parcels_apart import ParcelsApart, read_parcels_apart
from .place import check_place, crs_faults, extents_deg
from .postgis import postgis_written
from .protection import absent, read_protection
from .quality.layer import (
    COUNTIES_STANDARD,
    Taken,
    checked_rules,
    examine_table,
    is_counties,
    standard_code,
    unreadable,
    with_refusal,
)
from .raster_rows import RasterRows, open_raster
from .roles import layer_roles, recognise_protection, recognise_role
from .samples import sample
from .stream import LayerStream, Part, open_layer_stream
from .txt import read_txt, read_txt_file, read_txt_whole
from .txt_table import txt_fields, zone_attributes
from .vector import Table, read_table, source_crs, spatial_layers
from .whole import read_whole
from .written import read_written

__all__ = [
    "COUNTIES_STANDARD",
    "DatumShift",
    "DemSource",
    "Found",
    "LayerStream",
    "ParcelsApart",
    "Part",
    "RasterRows",
    "Table",
    "Taken",
    "absent",
    "aligned",
    "aligned_share",
    "check_place",
    "check_some",
    "checked_rules",
    "crs_faults",
    "dem_around",
    "examine_table",
    "extents_deg",
    "forget",
    "forget_archives",
    "in_cgcs2000",
    "in_spans",
    "is_counties",
    "layer_roles",
    "named",
    "open_dem_source",
    "open_layer_stream",
    "open_raster",
    "parse_datum_shift",
    "postgis_written",
    "read_block",
    "read_check_record",
    "read_counties",
    "read_criteria",
    "read_dem",
    "read_overrides",
    "read_parcels",
    "read_parcels_apart",
    "read_protection",
    "read_source",
    "read_table",
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
    "split_source",
    "standard_code",
    "tell_found",
    "txt_fields",
    "unreadable",
    "with_refusal",
    "zone_attributes",
]
