from .blocks import (
    BAND_CELLS as BAND_CELLS,
)
from .blocks import (
    Format as Format,
)
from .blocks import (
    Pieces as Pieces,
)
from .blocks import (
    blocks_of as blocks_of,
)
from .blocks import (
    encoded as encoded,
)
from .blocks import (
    write_whole as write_whole,
)
from .geopackage import (
    read_layer as read_layer,
)
from .geopackage import (
    write_geopackage as write_geopackage,
)
from .manifest import (
    write_manifest as write_manifest,
)
from .rasters import (
    ASPECT as ASPECT,
)
from .rasters import (
    HILLSHADE as HILLSHADE,
)
from .rasters import (
    RELIEF as RELIEF,
)
from .rasters import (
    SLOPE as SLOPE,
)
from .rasters import (
    class_format as class_format,
)
from .rasters import (
    class_names as class_names,
)
from .rasters import (
    read_raster as read_raster,
)
from .rasters import (
    write_classes as write_classes,
)
from .rasters import (
    write_names as write_names,
)
from .rasters import (
    write_percent as write_percent,
)
from .rasters import (
    write_slope as write_slope,
)
from .staging import (
    check_free as check_free,
)
from .staging import (
    staged as staged,
)
from .texts import (
    write_csv as write_csv,
)
from .texts import (
    write_json as write_json,
)
from .texts import (
    write_text as write_text,
)

__all__ = [
    "ASPECT",
    "BAND_CELLS",
    "HILLSHADE",
    "RELIEF",
    "SLOPE",
    "Format",
    "Pieces",
    "blocks_of",
    "check_free",
    "class_format",
    "class_names",
    "encoded",
    "read_layer",
    "read_raster",
    "staged",
    "write_classes",
    "write_csv",
    "write_geopackage",
    "write_json",
    "write_manifest",
    "write_names",
    "write_percent",
    "write_slope",
    "write_text",
    "write_whole",
]
