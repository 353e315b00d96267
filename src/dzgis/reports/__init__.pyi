from .change_tables import change_records, change_table, difference_records, difference_table
from .check_files import ReportFiles, write_check_documents
from .check_tables import brief_table, check_tables, conflict_frame
from .context import ReportContext
from .docx_template import check_template
from .fault_tables import fault_counts, fault_tables, first_faults
from .machine import check_record, county_records, layer_record
from .overlap_tables import overlap_tables
from .planner_figures import DemFacts, PlannerFigures
from .planner_files import check_planner_template, planner_documents, write_planner_documents
from .planner_tables import planner_county_records, planner_county_table, planner_tables
from .slope_table import sieve_table, slope_table
from .table import Table
from .workbook import check_workbook
from .xlsx import write_xlsx

__all__ = [
    "DemFacts",
    "PlannerFigures",
    "ReportContext",
    "ReportFiles",
    "Table",
    "brief_table",
    "change_records",
    "change_table",
    "check_planner_template",
    "check_record",
    "check_tables",
    "check_template",
    "check_workbook",
    "conflict_frame",
    "county_records",
    "difference_records",
    "difference_table",
    "fault_counts",
    "fault_tables",
    "first_faults",
    "layer_record",
    "overlap_tables",
    "planner_county_records",
    "planner_county_table",
    "planner_documents",
    "planner_tables",
    "sieve_table",
    "slope_table",
    "write_check_documents",
    "write_planner_documents",
    "write_xlsx",
]
