"""The whole job: every step in its order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from dzgis.pipeline.check_job import CheckOptions, check_loaded
from dzgis.pipeline.result import Result
from dzgis.pipeline.steps import assign_parcels, land_of, parcels_of, places_of, silent
from dzgis.terms import Text

if TYPE_CHECKING:
    from dzgis.pipeline.inputs import Loaded
    from dzgis.pipeline.steps import Step


def compute(loaded: Loaded, *, tell: Step = silent, project_type: str | None = None) -> Result:
    """
    Run the whole job on checked inputs.

    Parameters
    ----------
    loaded : Loaded
        With DEM; without parcels the result has none.
    tell : callable
        Called with the name of each step as it begins.
    project_type : str, optional
        Kind of project of all parcels, where the rules tell kinds apart.
    """
    tell(Text("组团与发展轴", "clusters and axes"))
    places = places_of(loaded)
    found = land_of(loaded, places, tell=tell)
    tell(Text("压占核查", "compliance check"))
    check = check_loaded(loaded, CheckOptions(project_type=project_type))
    tell(Text("归属", "allocation"))
    assigned = assign_parcels(parcels_of(loaded), loaded, places)
    verdicts = [parcel.verdict for parcel in check.parcels]
    as_objects = pd.Series(verdicts, index=assigned.index, dtype=object)
    return Result(loaded, *places, found, assigned.assign(verdict=as_objects), check)
