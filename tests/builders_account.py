"""
One county on squared paper, and accounts of it.

Cells of 30 m; the county is the inner 10 × 10 cells (90 000 m²), around it lies one ring of cells:

    360 ┌──────────────┐
        │ ┌──────────┐ │ 330     elevation rises 10° to the east: all of it is class 2, low hills
        │ │  county  │ │
        │ └──────────┘ │ 30
      0 └──────────────┘
        0 30       330 360
"""

from __future__ import annotations

import numpy as np
from builders import ASSUMED, frame, grid, plan, raster, square

from dzgis.pipeline import AccountInputs, account_of
from dzgis.plan.exclusions import ExclusionSet

GRID = grid(12, 12, 30.0)
CELL_M2 = 900.0
SLOPE = np.tan(np.radians(10.0)) * 30.0
PLANE = np.tile(np.arange(12) * SLOPE, (12, 1)).astype(np.float32) + 1000.0
COUNTY = frame(square(30, 30, 300), county_code=["530001"], county=["西县"], district=["west"])


def exclusion(name, role, **more):
    record = {"id": name, "name": f"条件{name}", "name_en": f"exclusion {name}", "layer": role}
    return ASSUMED | record | more


def exclusions(*members):
    return ExclusionSet.model_validate({"id": "toy", "exclusions": members})


def account_inputs(members, *layers, values=PLANE, counties=COUNTY, **more):
    """Inputs of an account on `GRID`."""
    chosen = members if isinstance(members, ExclusionSet) else exclusions(*members)
    by_role = {one.role: one for one in layers}
    return AccountInputs(plan(), raster(values, on=GRID), counties, chosen, by_role, **more)


def made(members, *layers, engine=None, **more):
    """The whole answer of `account_of`."""
    extra = {} if engine is None else {"engine": engine}
    return account_of(account_inputs(members, *layers, **more), keep_share=True, **extra)


def taken(found):
    """Ground in m² by what takes it."""
    return found.account.cube.groupby("taken")["m2"].sum().to_dict()
