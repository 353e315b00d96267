from .check_tables import (
    brief_table as brief_table,
)
from .check_tables import (
    check_tables as check_tables,
)
from .check_tables import (
    conflict_frame as conflict_frame,
)
from .machine import (
    check_record as check_record,
)
from .machine import (
    county_records as county_records,
)
from .machine import (
    layer_record as layer_record,
)
from .run_tables import (
    RunFigures as RunFigures,
)
from .run_tables import (
    county_table as county_table,
)
from .run_tables import (
    run_tables as run_tables,
)
from .table import (
    Table as Table,
)
from .xlsx import (
    write_xlsx as write_xlsx,
)

__all__ = [
    "RunFigures",
    "Table",
    "brief_table",
    "check_record",
    "check_tables",
    "conflict_frame",
    "county_records",
    "county_table",
    "layer_record",
    "run_tables",
    "write_xlsx",
]
