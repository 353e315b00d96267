from .block_array import block_array, let_go
from .blocks import BAND_CELLS, BLOCK_ROWS, Format, Pieces, blocks_of, encoded, write_whole
from .csv_large import write_large_csv
from .exact import write_exact
from .geopackage import read_layer, write_geopackage
from .manifest import write_manifest
from .placing import check_target, placed
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
from .texts import write_csv, write_files, write_json, write_text
from .txt_file import moved, reencoded, write_txt
from .txt_frame import (
    TXT_DECIMALS,
    TXT_ENCODING,
    AreaColumn,
    TxtColumns,
    TxtStyle,
    place_faults,
    txt_of,
)
from .vectors import (
    DEGREES,
    FORMATS,
    METRES,
    SHAPEFILE_ENCODING,
    VectorFormat,
    VectorTarget,
    for_postgis,
)

__all__ = [
    "ASPECT",
    "AVAILABLE",
    "BAND_CELLS",
    "BLOCK_ROWS",
    "DEGREES",
    "FORMATS",
    "HILLSHADE",
    "METRES",
    "PROBABLE",
    "RELIEF",
    "SHAPEFILE_ENCODING",
    "SLOPE",
    "TXT_DECIMALS",
    "TXT_ENCODING",
    "AreaColumn",
    "Format",
    "Pieces",
    "TxtColumns",
    "TxtStyle",
    "VectorFormat",
    "VectorTarget",
    "block_array",
    "blocks_of",
    "check_free",
    "check_target",
    "class_format",
    "class_names",
    "encoded",
    "for_postgis",
    "let_go",
    "moved",
    "percent_format",
    "place_faults",
    "placed",
    "read_layer",
    "read_raster",
    "reencoded",
    "resumable_folder",
    "staged",
    "txt_of",
    "write_classes",
    "write_csv",
    "write_exact",
    "write_files",
    "write_geopackage",
    "write_json",
    "write_large_csv",
    "write_manifest",
    "write_names",
    "write_percent",
    "write_postgis",
    "write_slope",
    "write_text",
    "write_txt",
    "write_whole",
]
