"""Zones on a grid of 4 x 4 cells of 10 m: the left two columns are west, the right two east."""

from __future__ import annotations

import numpy as np
import pytest
from builders import GROUND, frame, grid, raster, square
from numpy.testing import assert_allclose

from dzgis.land import zones_of

CLASSES = np.array([[1, 1, 2, 3], [1, 2, 2, 3], [1, 2, 3, 4], [0, 2, 3, 4]], np.uint8)
GRID = grid(4, 4)
SLOPE_CLASS = raster(CLASSES, name="slope_class")
WEST_AND_EAST = frame(square(0, 0, 20, 40), square(20, 0, 20, 40), county_code=["W", "E"])
SINGLE = 1e-6
"""Shares of cells are exact to single precision."""


def zones(table=WEST_AND_EAST, on=GRID):
    return zones_of(table, on, key="county_code")


# ------------------------------------------------------------------ zones


def test_zones_are_cells_and_their_areas():
    west, east = zones()
    assert (west.key, east.key) == ("W", "E")
    assert west.area_m2 == pytest.approx(800.0, rel=GROUND)
    assert sorted(west.cells) == [0, 1, 4, 5, 8, 9, 12, 13]
    assert_allclose(east.cell_m2, 100.0, rtol=SINGLE)


def test_border_cells_belong_in_part():
    west, east = zones(frame(square(0, 0, 23, 40), square(23, 0, 17, 40), county_code=["W", "E"]))
    assert west.cell_m2.sum() == pytest.approx(920.0, rel=SINGLE)
    assert east.cell_m2.sum() == pytest.approx(680.0, rel=SINGLE)
    both = set(west.cells) & set(east.cells)
    assert both == {2, 6, 10, 14}


def test_rows_of_one_key_are_one_zone():
    parts = frame(square(0, 0, 10), square(30, 30, 10), county_code=["W", "W"])
    (west,) = zones(parts)
    assert west.area_m2 == pytest.approx(200.0, rel=GROUND)
    assert sorted(west.cells) == [3, 12]
