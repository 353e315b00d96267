"""The plan as data: its model, the shipped plan files, and what a person reads of them."""

from dzgis.plan.allocation_rules import allocation_rules
from dzgis.plan.describe import assumed_values, plan_text, rules_text
from dzgis.plan.exclusion_files import (
    exclusion_set_names,
    exclusions_of_plan,
    load_exclusions,
)
from dzgis.plan.exclusions import Exclusion, ExclusionSet, exclusions_of_rules, rules_to_read
from dzgis.plan.load import (
    DEFAULT_PLAN,
    is_rule_file,
    load_plan,
    load_rules,
    plan_names,
    read_toml,
    rule_set_names,
)
from dzgis.plan.model import Plan
from dzgis.plan.schemes import (
    area_comparison,
    basin_rules,
    land_class_scheme,
    load_candidate_rules,
    scheme_names,
    slope_scheme,
)

__all__ = [
    "DEFAULT_PLAN",
    "Exclusion",
    "ExclusionSet",
    "Plan",
    "allocation_rules",
    "area_comparison",
    "assumed_values",
    "basin_rules",
    "exclusion_set_names",
    "exclusions_of_plan",
    "exclusions_of_rules",
    "is_rule_file",
    "land_class_scheme",
    "load_candidate_rules",
    "load_exclusions",
    "load_plan",
    "load_rules",
    "plan_names",
    "plan_text",
    "read_toml",
    "rule_set_names",
    "rules_text",
    "rules_to_read",
    "scheme_names",
    "slope_scheme",
]
