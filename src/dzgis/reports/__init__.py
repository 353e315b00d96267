"""Reports (报告): tables, XLSX, and what machines read."""

from dzgis.reports.check_tables import brief_table, check_tables, conflict_frame
from dzgis.reports.machine import check_record, county_records, layer_record
from dzgis.reports.run_tables import RunFigures, county_table, run_tables
from dzgis.reports.table import Table
from dzgis.reports.xlsx import write_xlsx

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
