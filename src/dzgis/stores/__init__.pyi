from .blocks import BAND_CELLS, BLOCK_ROWS, Format, Pieces, blocks_of, encoded, write_whole
from .csv_large import write_large_csv
from .geopackage import read_layer, write_geopackage
from .manifest import write_manifest
from .postgis import write_postgis
from .rasters import (
    ASPECT,
    AVAILABLE,
    HILLSHADE,
    PROBABLE,
    RELIEF,
    SLOPE,
    class_format,
    class_names,
    percent_format,
    read_raster,
    write_classes,
    write_names,
    write_percent,
    write_slope,
)
from .scratch import resumable_folder
from .staging import check_free, staged
from .texts import write_csv, write_json, write_text

__all__ = [
    "ASPECT",
    "AVAILABLE",
    "BAND_CELLS",
    "BLOCK_ROWS",
    "HILLSHADE",
    "PROBABLE",
    "RELIEF",
    "SLOPE",
    "Format",
    "Pieces",
    "blocks_of",
    "check_free",
    "class_format",
    "class_names",
    "encoded",
    "percent_format",
    "read_layer",
    "read_raster",
    "resumable_folder",
    "staged",
    "write_classes",
    "write_csv",
    "write_geopackage",
    "write_json",
    "write_large_csv",
    "write_manifest",
    "write_names",
    "write_percent",
    "write_postgis",
    "write_slope",
    "write_text",
    "write_whole",
]
