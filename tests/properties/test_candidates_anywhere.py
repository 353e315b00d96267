"""Candidates of any land under any red lines keep off them, as they are and as they are written."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from builders import ASSUMED, EAST, GEOGRAPHIC, NORTH, frame, grid, layer, rule, rules
from builders_polygons import star, with_holes
from hypothesis import given, settings
from hypothesis import strategies as st

from dzgis.area import carried
from dzgis.coverage import union_share
from dzgis.frames import Layer
from dzgis.grid import Raster
from dzgis.land import CandidateLand, candidate_regions
from dzgis.plan import DEFAULT_PLAN, load_plan
from dzgis.plan.candidate_rules import Candidates
from dzgis.protection import overlaps
from dzgis.terms import Contact

pytestmark = pytest.mark.slow

CALM = settings(max_examples=25, deadline=None)
CELL, SIZE = 20.0, 16
RULES = rules(rule("A", "pbf"), rule("B", "ecrl")).model_copy(
    update={"tolerance": load_plan(DEFAULT_PLAN).rules.tolerance}
)
GRID = grid(SIZE, SIZE, CELL)
SPAN = CELL * SIZE


def _red(rng, n):
    """Red land of any shape; its polygons may overlap and lie anywhere about the grid."""
    shapes = []
    for _ in range(n):
        centre = rng.uniform(0.0, SPAN, 2) + np.array([EAST, NORTH])
        shape = star(rng, int(rng.integers(3, 25)), centre, rng.uniform(5.0, 90.0), rough=0.7)
        shapes.append(with_holes(rng, shape, 2) if rng.random() < 0.3 else shape)
    return [part for one in shapes for part in shapely.get_parts(one) if part.area > 0.0]


@st.composite
def cases(draw):
    """Land, red land, two counties that share a crooked border, and rules."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    patches = np.kron(rng.random((SIZE // 2, SIZE // 2)) < 0.8, np.ones((2, 2), bool))
    low_hill = patches & (rng.random((SIZE, SIZE)) < 0.97)
    unknown = rng.random((SIZE, SIZE)) < draw(st.sampled_from([0.0, 0.02]))
    red = _red(rng, draw(st.integers(0, 6)))
    xs = np.sort(rng.uniform(0.2, 0.8, 4)) * SPAN + EAST
    ys = np.linspace(NORTH - 50.0, NORTH + SPAN + 50.0, 4)
    border = list(zip(xs, ys, strict=True))
    west, east = EAST - 50.0, EAST + SPAN + 50.0
    counties = frame(
        shapely.Polygon([(west, ys[0]), *border, (west, ys[-1])]),
        shapely.Polygon([(east, ys[0]), *border, (east, ys[-1])]),
        county_code=["W", "E"],
        county=["west", "east"],
    )
    more = {
        "min_area_ha": draw(st.sampled_from([0.05, 0.3])),
        "min_cell_share": draw(st.sampled_from([0.1, 0.5])),
        "min_width_m": draw(st.sampled_from([0.0, 20.0, 45.0])),
        "fill_below_ha": draw(st.sampled_from([0.0, 0.1])),
        "straighten_m": draw(st.sampled_from([0.0, 15.0, 40.0])),
        "max_area_ha": draw(st.sampled_from([None, 1.0])),
    }
    asked = Candidates.model_validate(ASSUMED | {k: v for k, v in more.items() if v is not None})
    share = np.where(low_hill, 1.0 - union_share(frame(*red), GRID), 0.0)
    share[unknown] = np.nan
    slope = np.where(unknown, np.nan, np.where(low_hill, 12.0, 30.0))
    crs = draw(st.sampled_from([4490, 4543, 4522]))
    return share, slope, counties.to_crs(crs), red, asked


def regions_of(case, *, turn=False):
    share, slope, counties, red, asked = case
    step = -1 if turn else 1
    protected = frame(*red[::step]).to_crs(GEOGRAPHIC)
    land = CandidateLand(
        Raster(share, GRID, "available"),
        Raster(slope, GRID, "slope_deg"),
        counties.iloc[::step],
        protected,
    )
    return candidate_regions(land, asked)


def as_written(found):
    """The same as other programs write it: in degrees, and by their corners to the millimetre."""
    yield "as it is", found
    for crs in ("EPSG:4543", "EPSG:4522", "EPSG:4544"):
        there = found.to_crs(crs)
        rounded = shapely.transform(there.geometry.to_numpy(), lambda xy: np.round(xy, 3))
        yield crs, there.set_geometry(rounded, crs=crs)
    rounded = shapely.transform(found.geometry.to_numpy(), lambda xy: np.round(xy, 8))
    yield "8 decimals", found.set_geometry(rounded, crs=found.crs)


@CALM
@given(cases())
def test_a_check_finds_nothing_whatever_it_is_written_to(case):
    found = regions_of(case).candidates.rename_axis("parcel_id")
    red = case[3]
    layers: dict[str, Layer] = {
        "pbf": layer("pbf", *red[1:], crs=4490),
        "ecrl": layer("ecrl", *red[:1], crs=4522),
    }
    for name, written in as_written(found):
        assert written.geometry.is_valid.all(), name
        assert (written.geometry.geom_type == "Polygon").all(), name
        pieces = overlaps(written, layers, RULES)
        assert set(pieces["contact"]) <= {Contact.TOUCHING}, name


@CALM
@given(cases())
def test_candidates_lie_apart_within_their_county(case):
    found = regions_of(case).candidates
    for name, written in as_written(found):
        shapes = written.geometry.to_numpy()
        one, two = shapely.STRtree(shapes).query(shapes, predicate="intersects")
        assert (one == two).all(), name
    borders = carried(case[2], GEOGRAPHIC).set_index("county_code").geometry
    for row in found.itertuples():
        assert borders[row.county_code].covers(row.geometry)


@CALM
@given(cases())
def test_candidates_lie_on_known_ground_and_say_what_was_filled(case):
    share, slope, _, _, asked = case
    regions = regions_of(case)
    inside = union_share(regions.candidates, GRID)
    filled = union_share(regions.filled, GRID)
    assert inside[np.isnan(slope)] == pytest.approx(0.0, abs=1e-6)
    steep = np.nan_to_num(share) == 0.0
    assert inside[steep] == pytest.approx(filled[steep], abs=1e-6)
    assert filled[~steep] == pytest.approx(0.0, abs=1e-6)
    if not asked.fill_below_ha:
        assert regions.filled.empty


@CALM
@given(cases())
def test_least_area_and_width_hold_and_the_record_adds_up(case):
    asked, regions = case[4], regions_of(case)
    found = regions.candidates
    assert (found["area_m2"] >= asked.min_area_ha * 10_000.0).all()
    assert (found["width_m"] >= asked.min_width_m - 0.2).all()
    assert found["area_m2"].is_monotonic_decreasing
    if asked.max_area_ha is not None:
        assert (found["area_m2"] <= asked.max_area_ha * 10_000.0 * 1.001).all()
    own = found["area_m2"].sum() - found["filled_m2"].sum()
    assert own <= regions.contiguous_m2 + 0.1


@CALM
@given(cases())
def test_order_of_counties_and_of_red_land_changes_nothing(case):
    one, two = regions_of(case), regions_of(case, turn=True)
    pd.testing.assert_frame_equal(
        one.candidates.drop(columns="geometry"), two.candidates.drop(columns="geometry")
    )
    assert (one.candidates.geometry.to_wkb() == two.candidates.geometry.to_wkb()).all()
    assert one.dropped.keys() == two.dropped.keys()
