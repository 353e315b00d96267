"""The whole job: every step in its order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from dzgis.pipeline.check_job import CheckOptions, check_loaded
from dzgis.pipeline.land import PLAIN, land_of, with_parcels
from dzgis.pipeline.result import Result
from dzgis.pipeline.steps import assign_parcels, parcels_of, places_of, silent
from dzgis.terms import Text

if TYPE_CHECKING:
    from pathlib import Path

    from dzgis.pipeline.inputs import Loaded
    from dzgis.pipeline.land_options import LandOptions
    from dzgis.pipeline.steps import Step


def compute(
    loaded: Loaded,
    options: LandOptions = PLAIN,
    *,
    tell: Step = silent,
    project_type: str | None = None,
    folder: Path | None = None,
) -> Result:
    """
    Run the whole job on checked inputs.

    Parameters
    ----------
    loaded : Loaded
        With DEM; without parcels the result has none.
    options : LandOptions
    tell : callable
        Called with the name of each step as it begins.
    project_type : str, optional
        Kind of project of all parcels, where the rules tell kinds apart.
    folder : Path, optional
        Scratch folder for rasters that would not fit into memory.
    """
    tell(Text("组团与发展轴", "clusters and axes"))
    places = places_of(loaded)
    found = land_of(loaded, places, options, tell=tell, folder=folder)
    tell(Text("压占核查", "compliance check"))
    check = check_loaded(loaded, CheckOptions(project_type=project_type))
    tell(Text("归属", "allocation"))
    assigned = assign_parcels(parcels_of(loaded), loaded, places)
    verdicts = [parcel.verdict for parcel in check.parcels]
    as_objects = pd.Series(verdicts, index=assigned.index, dtype=object)
    parcels = assigned.assign(verdict=as_objects)
    return Result(loaded, *places, with_parcels(found, loaded, parcels), parcels, check)
