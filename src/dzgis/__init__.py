"""
dzgis: low-hill land, red lines, clusters and axes of a regional plan.

低丘缓坡用地分析：坡度分级、控制线叠加、可用地核算、组团与发展轴归属、压占核查。

>>> import dzgis
>>> plan = dzgis.load_plan("tests/plans/tiny.toml")  # or the name of a shipped plan
>>> plan.slope_classes.limits_deg
(6.0, 20.0)
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING

# Installers of QGIS, ArcGIS and PostGIS set these for their own PROJ; the wheels' PROJ then finds
# a database of another version and knows no EPSG code. Each wheel brings its own data.
for _name in ("PROJ_LIB", "PROJ_DATA"):
    os.environ.pop(_name, None)

__version__ = "0.1.0"

__all__ = [
    "CheckOptions",
    "Conversion",
    "Inputs",
    "LandOptions",
    "Paper",
    "Result",
    "assign",
    "basins",
    "check",
    "class_probability",
    "classify",
    "convert",
    "dem_errors",
    "examine",
    "load_exclusions",
    "load_plan",
    "load_rules",
    "load_scheme",
    "near_limits",
    "open_counties",
    "open_dem",
    "open_parcels",
    "open_protection",
    "parcel_probability",
    "parse_dem_error",
    "reconcile_areas",
    "report",
    "run",
    "sample_inputs",
    "selftest",
    "slope",
    "slope_scheme",
    "verify",
    "zonal",
]

if TYPE_CHECKING:
    from dzgis.api import (
        CheckOptions,
        Conversion,
        Inputs,
        LandOptions,
        Paper,
        Result,
        assign,
        basins,
        check,
        class_probability,
        classify,
        convert,
        dem_errors,
        examine,
        load_exclusions,
        load_plan,
        load_rules,
        load_scheme,
        near_limits,
        open_counties,
        open_dem,
        open_parcels,
        open_protection,
        parcel_probability,
        parse_dem_error,
        reconcile_areas,
        report,
        run,
        sample_inputs,
        selftest,
        slope,
        slope_scheme,
        verify,
        zonal,
    )


def __getattr__(name: str) -> object:
    """Import the public names when they are first used: geopandas alone takes a second."""
    if name in __all__:
        return getattr(import_module("dzgis.api"), name)
    raise AttributeError(f"module 'dzgis' has no attribute '{name}'")


def __dir__() -> list[str]:
    """Names that completion shows."""
    return sorted([*__all__, "__version__"])
