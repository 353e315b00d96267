"""Accounting on grids of a few cells of 10 m, 100 m² each.

1 1 2 3        the slope classes of most tests; 2 and 3 are low hills, 0 is unknown
1 2 2 3
1 2 3 4        west zone: the left two columns; east zone: the right two
0 2 3 4
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from builders import GROUND, frame, grid, raster, square
from numpy.testing import assert_allclose, assert_array_equal

from dzgis.area import polygon_area_m2
from dzgis.land import available_share, class_areas, touched, waterfall, zones_of

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


def test_touched_cells():
    found = touched(zones(frame(square(5, 5, 10), county_code=["W"])), GRID)
    assert_array_equal(np.flatnonzero(found), [8, 9, 12, 13])
    assert not touched([], GRID).any()


# ------------------------------------------------------------------ areas of classes


def test_class_areas_by_hand(slope_classes):
    found = class_areas(zones(), SLOPE_CLASS, slope_classes)
    expected = pd.DataFrame(
        {1: [400.0, 0.0], 2: [300.0, 200.0], 3: [0.0, 400.0], 4: [0.0, 200.0]}
        | {"unknown": [100.0, 0.0]},
        index=["W", "E"],
    )
    pd.testing.assert_frame_equal(found, expected, rtol=SINGLE, atol=1e-3)


def test_rows_add_up_to_the_area_of_the_polygon(slope_classes):
    slanting = shapely.Polygon([(0, 0), (40, 0), (40, 40), (13, 40)])
    table = frame(shapely.affinity.translate(slanting, *GRID.bounds[:2]), county_code=["W"])
    found = class_areas(zones(table), SLOPE_CLASS, slope_classes)
    assert found.loc["W"].sum() == pytest.approx(polygon_area_m2(table).iloc[0], rel=1e-9)


def test_what_the_grid_does_not_reach_is_unknown(slope_classes):
    # The zone is 40 m wide, the grid ends after 20 m of it: 800 m² are unknown.
    beyond = frame(square(20, 0, 40, 40), county_code=["E"])
    found = class_areas(zones(beyond), SLOPE_CLASS, slope_classes).loc["E"]
    assert found["unknown"] == pytest.approx(800.0, rel=1e-5)
    assert found.sum() == pytest.approx(1600.0, rel=GROUND)


def test_a_zone_outside_the_grid_is_unknown(slope_classes):
    far = frame(square(0, 0, 20, 40), square(900, 0, 10), county_code=["W", "far"])
    found = class_areas(zones(far), SLOPE_CLASS, slope_classes).loc["far"]
    assert found["unknown"] == pytest.approx(100.0, rel=1e-5)
    assert_allclose(found.drop("unknown"), 0.0)


# ------------------------------------------------------------------ what is left


def test_available_share_by_hand(slope_classes):
    protected = np.zeros((4, 4))
    protected[0] = 0.25
    protected[3] = 1.0
    nan = np.nan
    expected = [[0, 0, 0.75, 0.75], [0, 1, 1, 1], [0, 1, 1, 0], [nan, 0, 0, 0]]
    assert_allclose(available_share(SLOPE_CLASS, slope_classes, protected), expected)


def test_waterfall_by_hand(slope_classes):
    # P1 takes the upper row; P2 takes the right column, whose upper cell P1 has taken already.
    first = np.zeros((4, 4))
    first[0] = 1.0
    both = first.copy()
    both[:, 3] = 1.0
    found = waterfall(zones(), SLOPE_CLASS, slope_classes, {"P1": first, "P2": both})
    # low hills: west 3 cells; east 2 + 4 = 6 cells, of which P1 takes 2 and P2 one more
    expected = pd.DataFrame(
        {
            "low_hill": [300.0, 600.0],
            "P1": [0.0, 200.0],
            "P2": [0.0, 100.0],
            "available": [300.0, 300.0],
        },
        index=["W", "E"],
    )
    pd.testing.assert_frame_equal(found, expected, rtol=SINGLE, atol=1e-3)


def test_waterfall_without_rules(slope_classes):
    found = waterfall(zones(), SLOPE_CLASS, slope_classes, {})
    assert list(found.columns) == ["low_hill", "available"]
    assert_allclose(found["available"], found["low_hill"])


def test_waterfall_and_class_areas_agree(slope_classes):
    areas = class_areas(zones(), SLOPE_CLASS, slope_classes)
    fall = waterfall(zones(), SLOPE_CLASS, slope_classes, {})
    assert_allclose(fall["low_hill"], areas[[2, 3]].sum(axis=1), rtol=SINGLE)
