from .counties import (
    read_counties as read_counties,
)
from .dem import (
    read_dem as read_dem,
)
from .dem_rows import (
    forget as forget,
)
from .dem_source import (
    DemSource as DemSource,
)
from .dem_source import (
    open_dem_source as open_dem_source,
)
from .dem_source import (
    read_block as read_block,
)
from .dem_values import (
    Found as Found,
)
from .dem_values import (
    check_some as check_some,
)
from .dem_values import (
    tell_found as tell_found,
)
from .files import (
    sha256_of as sha256_of,
)
from .parcels import (
    read_parcels as read_parcels,
)
from .protection import (
    read_protection as read_protection,
)
from .roles import (
    layer_roles as layer_roles,
)
from .roles import (
    recognise_protection as recognise_protection,
)
from .roles import (
    recognise_role as recognise_role,
)
from .samples import (
    sample as sample,
)
from .txt import (
    read_txt as read_txt,
)
from .vector import (
    source_crs as source_crs,
)

__all__ = [
    "DemSource",
    "Found",
    "check_some",
    "forget",
    "layer_roles",
    "open_dem_source",
    "read_block",
    "read_counties",
    "read_dem",
    "read_parcels",
    "read_protection",
    "read_txt",
    "recognise_protection",
    "recognise_role",
    "sample",
    "sha256_of",
    "source_crs",
    "tell_found",
]
