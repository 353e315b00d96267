"""
Write ``xarray_spatial_slope.csv``: the rough surface and what xarray-spatial makes of it.

Run by hand, with xarray-spatial installed (the dependency group ``bench``); the tests read the
file. Its slope is Horn's, in single precision, on square cells in metres; on geographic grids it
takes degrees for metres, and is not compared there.
"""

from __future__ import annotations

import numpy as np
from test_gdaldem import CELL_M, rough_surface
from test_xarray_spatial import FROZEN

N_CELLS = 20


def main():
    import xarray as xr
    import xrspatial

    surface = rough_surface(N_CELLS, N_CELLS)
    array = xr.DataArray(surface.astype(np.float32), dims=("y", "x"), attrs={"res": (CELL_M,) * 2})
    found = xrspatial.slope(array).values
    head = f"xrspatial.slope; xarray-spatial {xrspatial.__version__}; cells of {CELL_M:g} m"
    rows = [f"{z:.3f},{s:.6f}" for z, s in zip(surface.ravel(), found.ravel(), strict=True)]
    text = "\n".join([f"# {head}", "elevation_m,slope_deg", *rows])
    FROZEN.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
