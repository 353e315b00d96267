"""Candidate parcels on grids of a few cells of 10 m, 100 m² each.

Sketches: █ available, . not available, ? not known. Borders are drawn back by some 5 mm, which
takes less than a hundredth of a metre times the perimeter.
"""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from affine import Affine
from builders import ASSUMED, GEOGRAPHIC, METRIC, frame, grid, raster, square
from numpy.testing import assert_allclose

from dzgis.area import cell_area_m2
from dzgis.errors import InputError
from dzgis.grid import Grid, Raster
from dzgis.land import CandidateLand, candidate_regions
from dzgis.plan.candidate_rules import Candidates

pytestmark = pytest.mark.slow

COUNTY = frame(square(-500, -500, 2000), county_code=["530001"], county=["西县"])
NOTHING = frame(crs=GEOGRAPHIC)
MARGIN = 0.01
"""Metres by which a border may have been drawn back."""


def limits(hectares=0.01, share=0.5, **more):
    return Candidates.model_validate(
        ASSUMED | {"min_area_ha": hectares * 0.99, "min_cell_share": share} | more
    )


def regions_in(available, rule=None, *, counties=COUNTY, protected=NOTHING, slope=None, **more):
    available = np.array(available, float)
    degrees = np.full(available.shape, 10.0) if slope is None else np.array(slope, float)
    land = CandidateLand(
        raster(available, name="available"),
        raster(degrees, name="slope_deg"),
        counties,
        protected,
        **more,
    )
    return candidate_regions(land, rule or limits())


def found_in(*args, **more):
    return regions_in(*args, **more).candidates


def about(expected, perimeter=200.0):
    return pytest.approx(expected, abs=MARGIN * perimeter)


def on_paper(found):
    """Shapes in metres of the squared paper."""
    shapes = found.to_crs(METRIC).geometry.to_numpy()
    return shapely.transform(shapes, lambda xy: xy - [500_000.0, 2_760_000.0])


# ------------------------------------------------------------------ cells


def test_regions_join_across_edges_and_not_across_corners():
    # █ █ . .     three cells, and two cells that touch them in a corner only
    # . █ . .
    # . . █ █
    found = found_in([[1, 1, 0, 0], [0, 1, 0, 0], [0, 0, 1, 1]])
    assert list(found.index) == ["C0001", "C0002"]
    assert found.index.name == "candidate_id"
    assert found["area_m2"].tolist() == about([300.0, 200.0])
    assert found.crs == GEOGRAPHIC


@pytest.mark.parametrize(
    ("hectares", "expected"), [(0.0199, [300, 200]), (0.0205, [300]), (0.0305, [])]
)
def test_least_area(hectares, expected):
    cells = [[1, 1, 0, 0], [0, 1, 0, 0], [0, 0, 1, 1]]
    regions = regions_in(cells, limits(hectares))
    assert regions.candidates["area_m2"].tolist() == about(expected)
    gone = [m2 for m2 in (300, 200) if m2 not in expected]
    _, number, m2 = regions.dropped.get("area", (None, 0, 0.0))
    assert (number, m2) == (len(gone), pytest.approx(sum(gone), rel=1e-4))


@pytest.mark.parametrize(("share", "expected"), [(0.49, 300), (0.5, 300), (0.51, 200)])
def test_least_share_of_a_cell(share, expected):
    regions = regions_in([[1, 1, 0.5, 0.2]], limits(0.01, share))
    assert regions.candidates["area_m2"].tolist() == about([expected])
    poor = [0.2] if share <= 0.5 else [0.5, 0.2]
    _, number, m2 = regions.dropped["cell_share"]
    assert (number, m2) == (len(poor), pytest.approx(100.0 * sum(poor), rel=1e-4))


@pytest.mark.parametrize(
    ("width", "expected"), [(0, [700, 300]), (10, [700, 300]), (11, [600]), (20, [600]), (21, [])]
)
def test_least_width(width, expected):
    # █ █ █ █ . █     a block 3 × 2 with a nose of one cell, and a strip one cell wide
    # █ █ █ . . █
    # . . . . . █
    cells = [[1, 1, 1, 1, 0, 1], [1, 1, 1, 0, 0, 1], [0, 0, 0, 0, 0, 1]]
    regions = regions_in(cells, limits(min_width_m=width))
    assert regions.candidates["area_m2"].tolist() == about(expected)
    narrow = 1000.0 - sum(expected)
    assert regions.dropped.get("width", (None, 0, 0.0))[2] == pytest.approx(narrow, rel=1e-4)


def test_protection_may_make_a_region_too_narrow():
    # 40 m wide, of which a strip leaves 18 m and 14 m
    strip = frame(square(18, -50, 8, 200))
    wide = {"min_width_m": 16.0}
    found = found_in(np.ones((4, 4)), limits(**wide), protected=strip)
    assert found["area_m2"].tolist() == about([18 * 40])
    assert found["width_m"].tolist() == pytest.approx([18.0], abs=0.06)


def test_a_narrow_tail_is_cut_off():
    # Protected land leaves a block of 40 m and a tail of 60 m by 10 m.
    taken = frame(square(40, 10, 60, 200))
    found = found_in(np.ones((4, 10)), limits(0.05, min_width_m=20.0), protected=taken)
    (shape,) = on_paper(found)
    assert shape.bounds == pytest.approx((0, 0, 41, 40), abs=1.5)


def test_unknown_is_never_counted():
    # █ █ ? █ █     the unknown cell parts the two
    found = found_in([[1, 1, np.nan, 1, 1]])
    assert found["area_m2"].tolist() == about([200.0, 200.0])


@pytest.mark.parametrize("available", [np.zeros((3, 3)), np.full((3, 3), np.nan)])
def test_no_available_land_no_candidates(available):
    regions = regions_in(available)
    assert regions.candidates.empty
    assert regions.filled.empty
    assert regions.contiguous_m2 == 0.0
    assert list(regions.candidates.columns) == [
        "county_code",
        "county",
        "area_m2",
        "mean_slope_deg",
        "width_m",
        "compactness",
        "filled_m2",
        "suitability",
        "geometry",
    ]


def test_a_grid_in_degrees():
    toy = Grid(GEOGRAPHIC, Affine(1e-4, 0, 102.0, 0, -1e-4, 25.0), 3, 3)
    box = shapely.box(101, 24, 103, 26)
    county = frame(box, crs=GEOGRAPHIC, county_code=["1"], county=["西县"])
    ones = Raster(np.ones((3, 3)), toy, "available")
    slope = Raster(np.full((3, 3), 9.0), toy, "slope_deg")
    found = candidate_regions(CandidateLand(ones, slope, county, NOTHING), limits()).candidates
    assert found["area_m2"].sum() == about(3 * cell_area_m2(toy).sum(), 130)
    # A cell is 10.1 m by 11.1 m there.
    assert found["width_m"].tolist() == pytest.approx([30.3], abs=0.1)


def test_a_file_of_shares_is_read_in_part(tmp_path):
    cells = np.zeros((40, 60), np.float32)
    cells[5:9, 5:9] = 1.0
    np.save(tmp_path / "share.npy", cells)
    stored = Raster(np.load(tmp_path / "share.npy", mmap_mode="r"), grid(40, 60), "available")
    slope = raster(np.full(cells.shape, 10.0, np.float32), name="slope_deg")
    land = CandidateLand(stored, slope, COUNTY, NOTHING)
    assert candidate_regions(land, limits()).candidates["area_m2"].tolist() == about([1600.0])


# ------------------------------------------------------------------ gaps

RING = np.ones((5, 5))
RING[2, 2] = 0.0


@pytest.mark.parametrize(("hectares", "filled"), [(0.0, 0), (0.0099, 0), (0.0101, 100)])
def test_gaps_up_to_a_size_are_filled_and_told(hectares, filled):
    # █ █ █ █ █
    # █ █ █ █ █     100 m² in the middle are too steep
    # █ █ . █ █
    regions = regions_in(RING, limits(fill_below_ha=hectares))
    (one,) = regions.candidates.itertuples()
    assert one.area_m2 == about(2400 + filled)
    assert one.filled_m2 == pytest.approx(filled, rel=1e-5)
    assert regions.contiguous_m2 == pytest.approx(2400, rel=1e-5)
    assert regions.filled["candidate_id"].tolist() == ["C0001"] * bool(filled)
    if filled:
        assert on_paper(regions.filled)[0].bounds == pytest.approx((20, 20, 30, 30), abs=1e-5)


def test_a_gap_of_unknown_slope_is_not_filled():
    # of a gap of two cells one is steep and one not known
    cells, slope = np.ones((5, 6)), np.full((5, 6), 10.0)
    cells[2, 2], cells[2, 3] = 0.0, np.nan
    slope[2, 3] = np.nan
    regions = regions_in(cells, limits(fill_below_ha=0.1), slope=slope)
    (one,) = regions.candidates.itertuples()
    assert one.filled_m2 == pytest.approx(100.0, abs=0.1)
    assert one.area_m2 == about(2900)
    unknown = shapely.box(30.01, 20.01, 39.99, 29.99)
    assert not on_paper(regions.candidates)[0].intersects(unknown)


def test_protected_ground_in_a_gap_stays_out():
    # The gap is protected in its western half: only the eastern half is filled.
    half = frame(square(20, 20, 5, 10))
    regions = regions_in(RING, limits(fill_below_ha=0.1), protected=half)
    (one,) = regions.candidates.itertuples()
    assert one.filled_m2 == about(50, 30)
    assert one.area_m2 == about(2450)
    assert not on_paper(regions.candidates)[0].intersects(shapely.box(20, 20, 25, 30))


def test_available_land_in_a_gap_is_not_called_filled():
    # 40 % of the cell is available: too little for a cell of its own
    cells = RING.copy()
    cells[2, 2] = 0.4
    partly = frame(square(20, 20, 6, 10))
    regions = regions_in(cells, limits(fill_below_ha=0.1), protected=partly)
    (one,) = regions.candidates.itertuples()
    assert one.area_m2 == about(2440)
    assert one.filled_m2 == 0.0


def test_a_gap_open_to_the_outside_or_the_county_border_is_none():
    # The notch is open to the north; the border of the county runs through the gap in the middle.
    cells = RING.copy()
    cells[0, 1] = 0.0
    counties = frame(
        square(-500, -500, 525, 2000),
        square(25, -500, 500, 2000),
        county_code=["530001", "530002"],
        county=["西县", "东县"],
    )
    found = found_in(cells, limits(fill_below_ha=0.1), counties=counties)
    assert found["filled_m2"].sum() == 0.0
    assert found["area_m2"].sum() == about(2300, 300)


# ------------------------------------------------------------------ cut to what is allowed


def test_cut_along_protected_land_with_a_margin():
    # 4 × 4 cells; a protected strip of 8 m, off the grid's lines, parts them: 13 m and 19 m remain
    strip = frame(square(13, -5, 8, 50))
    found = found_in(np.ones((4, 4)), protected=strip)
    assert found["area_m2"].tolist() == about([19 * 40, 13 * 40])
    away = shapely.distance(found.to_crs(METRIC).geometry.to_numpy(), strip.geometry.iloc[0])
    assert (away > 0.002).all()
    assert (away < MARGIN).all()


def test_what_protection_leaves_too_small_is_dropped():
    strip = frame(square(3, -5, 20, 50))
    found = found_in(np.ones((4, 4)), limits(0.04), protected=strip)
    assert found["area_m2"].tolist() == about([17 * 40])


def test_protected_land_in_another_zone_is_the_same_ground():
    strip = frame(square(13, -5, 8, 50))
    here, there = (
        found_in(np.ones((4, 4)), protected=land) for land in (strip, strip.to_crs("EPSG:4544"))
    )
    assert there["area_m2"].tolist() == pytest.approx(here["area_m2"].tolist(), rel=1e-5)


def test_all_protected_leaves_nothing():
    assert found_in(np.ones((4, 4)), protected=frame(square(-50, -50, 500))).empty


def test_cut_along_county_borders():
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
    assert found["area_m2"].tolist() == about([1000.0, 600.0])
    assert shapely.distance(*on_paper(found)) > 0.004


def test_land_outside_the_counties_is_no_candidate():
    counties = frame(square(0, 0, 20, 40), county_code=["530001"], county=["西县"])
    assert found_in(np.ones((4, 4)), counties=counties)["area_m2"].tolist() == about([800.0])


def test_a_region_that_is_too_large_is_parted():
    # 8 × 2 cells of 1600 m² at most 500 m²: cut across the longer side, twice
    found = found_in(np.ones((2, 8)), limits(0.02, max_area_ha=0.05))
    assert found["area_m2"].tolist() == about([400.0] * 4)
    bounds = np.sort([shape.bounds[0] for shape in on_paper(found)])
    assert_allclose(bounds, [0, 20, 40, 60], atol=0.01)


# ------------------------------------------------------------------ straight edges

STAIRS = np.tril(np.ones((6, 6)))
"""
█ . . .
█ █ . .
█ █ █ .     the diagonal through the inner corners is straight
█ █ █ █
"""


def test_steps_become_a_straight_edge_inside():
    regions = regions_in(STAIRS, limits(straighten_m=7.1))
    (shape,) = on_paper(regions.candidates)
    # A triangle of 60 m by 60 m in place of 21 cells.
    assert shape.area == about(1800.0)
    assert len(shape.exterior.coords) == 4
    _, number, m2 = regions.dropped["straight"]
    assert (number, m2) == (1, pytest.approx(300.0, rel=1e-4))
    assert regions.contiguous_m2 == pytest.approx(2100.0, rel=1e-4)


def test_steps_higher_than_the_tolerance_stay():
    (shape,) = on_paper(found_in(STAIRS, limits(straighten_m=7.0)))
    assert shape.area == about(2100.0, 240)


def test_what_is_straight_loses_nothing():
    regions = regions_in(np.ones((3, 4)), limits(straighten_m=9.0))
    assert regions.candidates["area_m2"].tolist() == about([1200.0])
    assert "straight" not in regions.dropped


def test_least_area_holds_after_straightening():
    # 2100 m² of cells, of which 1800 m² are left: 0.2 ha are no longer reached
    regions = regions_in(STAIRS, limits(0.2, straighten_m=7.1))
    assert regions.candidates.empty
    assert regions.contiguous_m2 == pytest.approx(2100.0, rel=1e-4)
    assert regions.dropped["area"][1:] == (1, pytest.approx(1800.0, rel=2e-3))


def test_the_record_adds_up():
    rule = limits(0.15, straighten_m=7.1, min_width_m=20.0, max_mean_slope_deg=9.0)
    regions = regions_in(STAIRS, rule)
    gone = {reason: m2 for reason, (_, _, m2) in regions.dropped.items()}
    assert regions.candidates.empty
    assert sum(gone.values()) == pytest.approx(2100.0, rel=1e-4)
    assert gone["slope"] > 0


# ------------------------------------------------------------------ measures and rules


def test_measures_of_a_rectangle():
    # 50 m × 30 m: largest circle 30 m, 4π·1500/160²
    slope = np.full((3, 5), 10.0)
    slope[:, 4] = 15.0
    index = raster(np.full((3, 5), 60.0), name="suitability")
    (one,) = found_in(np.ones((3, 5)), slope=slope, suitability=index).itertuples()
    assert one.width_m == pytest.approx(30.0, abs=0.06)
    assert one.compactness == pytest.approx(4 * np.pi * 1500 / 160**2, rel=1e-3)
    assert one.mean_slope_deg == pytest.approx(11.0, abs=0.01)
    assert one.suitability == pytest.approx(60.0)


def test_mean_slope_of_known_cells():
    found = found_in([[1, 1, 1]], slope=[[10.0, 13.0, np.nan]])
    assert found["mean_slope_deg"].tolist() == pytest.approx([11.5], abs=0.01)
    assert found["suitability"].isna().all()


SQUARES = np.kron([[1, 0, 0, 1]], np.ones((2, 2)))
"""Two squares of 20 m, 40 m apart; the western is as large as the eastern."""


@pytest.mark.parametrize(("least", "n"), [(0.78, 2), (0.79, 0)])
def test_least_compactness(least, n):
    # π/4 = 0.785 of a square
    regions = regions_in(SQUARES, limits(min_compactness=least))
    assert len(regions.candidates) == n
    assert regions.dropped.get("compactness", (None, 0, 0))[1] == 2 - n


@pytest.mark.parametrize(("most", "n"), [(10.1, 1), (9.9, 0), (12.1, 2)])
def test_steepest_mean_slope(most, n):
    slope = np.full(SQUARES.shape, 10.0)
    slope[:, 4:] = 12.0
    regions = regions_in(SQUARES, limits(max_mean_slope_deg=most), slope=slope)
    assert len(regions.candidates) == n
    assert regions.dropped.get("slope", (None, 0, 0))[1] == 2 - n


def test_a_slope_that_is_not_known_is_not_gentle():
    nowhere = np.full((2, 2), np.nan)
    assert found_in(np.ones((2, 2)), limits(max_mean_slope_deg=25.0), slope=nowhere).empty
    assert len(found_in(np.ones((2, 2)), slope=nowhere)) == 1


ROAD = frame(shapely.LineString([(500_030, 2_759_000), (500_030, 2_761_000)]))
"""10 m east of the western square, 30 m west of the eastern one."""


@pytest.mark.parametrize(
    ("rule", "west"),
    [
        ({"near": [{"layer": "road", "at_most_m": 9.9}]}, []),
        ({"near": [{"layer": "road", "at_most_m": 10.1}]}, [0]),
        ({"near": [{"layer": "road", "at_most_m": 30.1}]}, [0, 60]),
        ({"far": [{"layer": "road", "at_least_m": 9.9}]}, [0, 60]),
        ({"far": [{"layer": "road", "at_least_m": 10.1}]}, [60]),
        ({"far": [{"layer": "road", "at_least_m": 30.1}]}, []),
    ],
)
def test_distance_rules(rule, west):
    regions = regions_in(SQUARES, limits(**rule), layers={"road": ROAD})
    found = regions.candidates
    assert sorted(round(shape.bounds[0]) for shape in on_paper(found)) == west
    assert sum(n for key, (_, n, _) in regions.dropped.items() if ":road" in key) == 2 - len(west)
    if len(west) == 2:
        assert sorted(found["to_road_m"]) == pytest.approx([10.0, 30.0], abs=MARGIN)


def test_distances_are_measured_without_a_rule_too():
    towns = frame(shapely.Point(500_000 + 20 + 3_000, 2_760_000 + 20 + 4_000)).to_crs("EPSG:4544")
    layers = {"town": towns, "railway": frame()}
    found = found_in(np.ones((2, 2)), layers=layers)
    assert found["to_town_m"].tolist() == pytest.approx([5_000.0], abs=0.05)
    assert np.isinf(found["to_railway_m"]).all()


def test_an_empty_layer_has_nothing_near():
    near = limits(near=[{"layer": "road", "at_most_m": 1e6}])
    assert found_in(SQUARES, near, layers={"road": frame()}).empty
    far = limits(far=[{"layer": "road", "at_least_m": 1.0}])
    assert len(found_in(SQUARES, far, layers={"road": frame()})) == 2


def test_what_rules_need_and_nobody_gave_is_named_at_once():
    rule = limits(near=[{"layer": "road", "at_most_m": 1}], by="suitability")
    with pytest.raises(InputError, match="distances to road") as caught:
        found_in(SQUARES, rule)
    assert len(caught.value.faults) == 2


# ------------------------------------------------------------------ order


@pytest.mark.parametrize(
    ("by", "west"), [("area", [60, 0, 110]), ("suitability", [110, 60, 0]), ("slope", [0, 60, 110])]
)
def test_best_first(by, west):
    # 20 m, 30 m, 10 m wide; slopes 10°, 11°, 12°; suitability 30, 40, 50
    blocks = np.repeat([1, 0, 1, 0, 1], [2, 4, 3, 2, 1])
    cells = np.vstack([blocks, blocks])
    kind = np.cumsum(np.diff(blocks, prepend=0) == 1)
    slope = np.vstack([9.0 + kind] * 2)
    index = raster(np.vstack([20.0 + 10.0 * kind] * 2), name="suitability")
    found = found_in(cells, limits(by=by), slope=slope, suitability=index)
    assert [round(shape.bounds[0]) for shape in on_paper(found)] == west
    assert list(found.index) == ["C0001", "C0002", "C0003"]
