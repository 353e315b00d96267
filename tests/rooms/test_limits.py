"""Land within a degree of a limit, on squares of 10 m, 100 m² each.

6.9  7.0  8.0  9.0        within 1° of 8°: 7.0, 8.0, 9.0, 8.5
9.1 24.0 26.0 30.0        within 1° of 25°: 24.0, 26.0, 25.5
nan  8.5 25.5  nan        west zone: the left two columns; east zone: the right two
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from builders import frame, grid, raster, square
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from dzgis.land import near_limits, zones_of

DEGREES = np.array(
    [[6.9, 7.0, 8.0, 9.0], [9.1, 24.0, 26.0, 30.0], [np.nan, 8.5, 25.5, np.nan]], np.float64
)
SLOPE = raster(DEGREES, name="slope_deg")
ZONES = zones_of(
    frame(square(0, 0, 20, 30), square(20, 0, 20, 30), county_code=["W", "E"]),
    grid(3, 4),
    key="county_code",
)
SINGLE = 1e-5


def test_areas_by_hand():
    found = near_limits(ZONES, SLOPE, [8.0, 25.0])
    expected = pd.DataFrame(
        {"near_m2": [200.0, 100.0, 200.0, 200.0], "known_m2": [500.0] * 4},
        index=pd.MultiIndex.from_product([["W", "E"], [8.0, 25.0]], names=["zone", "limit_deg"]),
    ).assign(near_share=[0.4, 0.2, 0.4, 0.4])
    pd.testing.assert_frame_equal(found, expected, rtol=SINGLE)


def test_the_strip_includes_its_ends():
    found = near_limits(ZONES, SLOPE, [8.0], within_deg=0.5)
    assert_allclose(found["near_m2"], [100.0, 100.0], rtol=SINGLE)


def test_a_zone_without_known_slope_has_no_share():
    unknown = raster(np.full((3, 4), np.nan), name="slope_deg")
    found = near_limits(ZONES, unknown, [8.0])
    assert_allclose(found[["near_m2", "known_m2"]], 0.0)
    assert found["near_share"].isna().all()


def test_no_zones_give_no_rows():
    found = near_limits([], SLOPE, [8.0, 25.0])
    assert found.shape == (0, 3)
    assert found.index.names == ["zone", "limit_deg"]


@given(st.floats(0, 40), st.floats(0, 5), st.floats(0, 5))
def test_a_wider_strip_takes_no_less(limit_deg, within_deg, more_deg):
    narrow = near_limits(ZONES, SLOPE, [limit_deg], within_deg=within_deg)["near_share"]
    wide = near_limits(ZONES, SLOPE, [limit_deg], within_deg=within_deg + more_deg)["near_share"]
    assert (narrow <= wide).all()
    assert narrow.between(0.0, 1.0 + SINGLE).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_slopes_in_single_precision_are_slopes(dtype):
    found = near_limits(ZONES, raster(DEGREES.astype(dtype), name="slope_deg"), [8.0])
    assert_allclose(found["near_m2"], [200.0, 200.0], rtol=SINGLE)
