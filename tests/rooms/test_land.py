"""Accounting and candidates on grids of a few cells of 10 m, 100 m² each.

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
from builders import ASSUMED, GEOGRAPHIC, GROUND, frame, grid, raster, square
from numpy.testing import assert_allclose, assert_array_equal

from dzgis.area import cell_area_m2, polygon_area_m2
from dzgis.land import available_share, candidates, class_areas, touched, waterfall, zones_of
from dzgis.plan.model import Candidates

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


# ------------------------------------------------------------------ candidates


def limits(hectares=0.01, share=0.5, width=1):
    return Candidates.model_validate(
        ASSUMED | {"min_area_ha": hectares, "min_cell_share": share, "min_width_cells": width}
    )


COUNTY = frame(square(-500, -500, 2000), county_code=["530001"], county=["西县"])
NOTHING = frame(crs=GEOGRAPHIC)


def found_in(available, rule=None, *, counties=COUNTY, protected=NOTHING, slope=None):
    available = np.array(available, float)
    degrees = np.full(available.shape, 10.0) if slope is None else np.array(slope, float)
    return candidates(
        available,
        raster(degrees, name="slope_deg"),
        counties,
        protected,
        rule or limits(),
    )


def test_regions_join_across_edges_and_not_across_corners():
    # █ █ . .     three cells, and two cells that touch them in a corner only
    # . █ . .
    # . . █ █
    found = found_in([[1, 1, 0, 0], [0, 1, 0, 0], [0, 0, 1, 1]])
    assert list(found.index) == ["C0001", "C0002"]
    assert found.index.name == "candidate_id"
    assert found["area_m2"].tolist() == pytest.approx([300.0, 200.0], rel=GROUND)
    assert found.crs == GEOGRAPHIC


@pytest.mark.parametrize(
    ("hectares", "expected"), [(0.0199, [300, 200]), (0.0201, [300]), (0.0301, [])]
)
def test_least_area(hectares, expected):
    found = found_in([[1, 1, 0, 0], [0, 1, 0, 0], [0, 0, 1, 1]], limits(hectares))
    assert found["area_m2"].tolist() == pytest.approx(expected, rel=GROUND)


@pytest.mark.parametrize(("share", "expected"), [(0.49, 300), (0.5, 300), (0.51, 200)])
def test_least_share_of_a_cell(share, expected):
    found = found_in([[1, 1, 0.5, 0.2]], limits(0.01, share))
    assert found["area_m2"].tolist() == pytest.approx([expected], rel=GROUND)


@pytest.mark.parametrize(("width", "expected"), [(1, [700, 300]), (2, [600]), (3, [])])
def test_least_width(width, expected):
    # █ █ █ █ . █     a block 3 × 2 with a nose of one cell, and a strip one cell wide
    # █ █ █ . . █
    # . . . . . █
    cells = [[1, 1, 1, 1, 0, 1], [1, 1, 1, 0, 0, 1], [0, 0, 0, 0, 0, 1]]
    found = found_in(cells, limits(width=width))
    assert found["area_m2"].tolist() == pytest.approx(expected, rel=GROUND)


def test_unknown_is_never_counted():
    # █ █ ? █ █     the unknown cell parts the two
    found = found_in([[1, 1, np.nan, 1, 1]])
    assert found["area_m2"].tolist() == pytest.approx([200.0, 200.0], rel=GROUND)


def test_a_hole_in_a_region_stays_a_hole():
    cells = np.ones((3, 3))
    cells[1, 1] = 0
    found = found_in(cells)
    assert found["area_m2"].tolist() == pytest.approx([800.0], rel=GROUND)


def test_candidates_are_cut_along_protected_land():
    # 4 × 4 cells; a protected strip of 8 m, off the grid's lines, parts them: 13 m and 19 m remain
    strip = frame(square(13, -5, 8, 50))
    found = found_in(np.ones((4, 4)), protected=strip)
    assert found["area_m2"].tolist() == pytest.approx([19 * 40, 13 * 40], rel=1e-5)
    common = shapely.area(
        shapely.intersection(found.to_crs(strip.crs).geometry.to_numpy(), strip.geometry.iloc[0])
    )
    assert_allclose(common, 0.0, atol=1e-3)


def test_what_protection_leaves_too_small_is_dropped():
    strip = frame(square(3, -5, 20, 50))
    found = found_in(np.ones((4, 4)), protected=strip, rule=limits(0.04))
    assert found["area_m2"].tolist() == pytest.approx([17 * 40], rel=1e-5)


def test_protected_land_in_another_zone_is_the_same_ground():
    strip = frame(square(13, -5, 8, 50))
    here, there = (
        found_in(np.ones((4, 4)), protected=land) for land in (strip, strip.to_crs("EPSG:4544"))
    )
    assert there["area_m2"].tolist() == pytest.approx(here["area_m2"].tolist(), rel=1e-5)


def test_all_protected_leaves_nothing():
    assert found_in(np.ones((4, 4)), protected=frame(square(-50, -50, 500))).empty


def test_candidates_are_cut_along_county_borders():
    # the border runs at 15 m: 15 × 40 m² in the west, 25 × 40 m² in the east
    counties = frame(
        square(-500, -500, 515, 2000),
        square(15, -500, 500, 2000),
        county_code=["530001", "530002"],
        county=["西县", "东县"],
    )
    found = found_in(np.ones((4, 4)), counties=counties)
    assert list(found["county_code"]) == ["530002", "530001"]
    assert list(found["county"]) == ["东县", "西县"]
    assert found["area_m2"].tolist() == pytest.approx([1000.0, 600.0], rel=1e-5)


def test_land_outside_the_counties_is_no_candidate():
    counties = frame(square(0, 0, 20, 40), county_code=["530001"], county=["西县"])
    assert found_in(np.ones((4, 4)), counties=counties)["area_m2"].tolist() == pytest.approx(
        [800.0], rel=1e-5
    )


@pytest.mark.parametrize("available", [np.zeros((3, 3)), np.full((3, 3), np.nan)])
def test_no_available_land_no_candidates(available):
    found = found_in(available)
    assert found.empty
    assert list(found.columns) == [
        "county_code",
        "county",
        "area_m2",
        "mean_slope_deg",
        "geometry",
    ]


def test_mean_slope_of_known_cells():
    found = found_in([[1, 1, 1]], slope=[[10.0, 13.0, np.nan]])
    assert found["mean_slope_deg"].tolist() == pytest.approx([11.5], rel=1e-5)


def test_mean_slope_of_unknown_cells_is_unknown():
    found = found_in([[1, 1]], slope=[[np.nan, np.nan]])
    assert found["mean_slope_deg"].isna().all()


def test_candidates_on_a_grid_in_degrees():
    from affine import Affine

    from dzgis.grid import Grid, Raster

    toy = Grid(GEOGRAPHIC, Affine(1e-4, 0, 102.0, 0, -1e-4, 25.0), 3, 3)
    slope = Raster(np.full((3, 3), 9.0), toy, "slope_deg")
    county = frame(
        shapely.box(101, 24, 103, 26), crs=GEOGRAPHIC, county_code=["1"], county=["西县"]
    )
    found = candidates(np.ones((3, 3)), slope, county, NOTHING, limits())
    assert found["area_m2"].sum() == pytest.approx(3 * cell_area_m2(toy).sum(), rel=1e-6)
