"""The planner's question, step by step: account, suitability, candidates, what-ifs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from dzgis import allocation, land, protection, terrain
from dzgis.area import carried
from dzgis.crs import CGCS2000
from dzgis.errors import InputError
from dzgis.pipeline.land_job import account_of, land_states
from dzgis.pipeline.result import Land
from dzgis.pipeline.steps import assign_parcels, basins_of, silent
from dzgis.pipeline.suitability_job import suitability_of, what_if_weights
from dzgis.pipeline.suitability_sources import plan_layers
from dzgis.plan import allocation_rules, exclusions_of_plan
from dzgis.plan.exclusions import Effect
from dzgis.planning import Ledgers
from dzgis.terms import Text, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dzgis.pipeline.elevation import Elevation
    from dzgis.pipeline.inputs import Loaded
    from dzgis.pipeline.land_options import LandOptions
    from dzgis.pipeline.steps import Places, Step
    from dzgis.plan.exclusions import ExclusionSet
    from dzgis.planning import Account, Proposal, Suitability, WhatIf
