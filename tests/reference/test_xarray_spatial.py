"""Slope against a frozen result of xarray-spatial; see ``make_xarray_spatial_slope.py``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from builders import raster
from numpy.testing import assert_allclose, assert_array_equal
from test_gdaldem import CELL_M, rough_surface

from dzgis.terrain import slope

FROZEN = Path(__file__).with_name("xarray_spatial_slope.csv")


def test_frozen_result_of_xarray_spatial():
    elevation, expected = np.loadtxt(FROZEN, delimiter=",", skiprows=2).T.reshape(2, 20, 20)
    assert_allclose(elevation, rough_surface(20, 20))
    ours = slope(raster(elevation.astype(np.float32), cell=CELL_M)).values
    assert_array_equal(np.isnan(ours), np.isnan(expected))
    # Like gdaldem's, its sums in single precision cost some 1e-4 of a degree.
    assert np.nanmax(np.abs(ours - expected)) <= 1e-3
