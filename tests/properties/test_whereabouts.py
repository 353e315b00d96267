"""Whatever zone and prefix a layer is in, it is where it says; under a wrong one it never is."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from dzgis.crs import Zone
from dzgis.inputs import Table, Taken, examine_table, read_counties, sample
from dzgis.plan import load_plan
from dzgis.terms import Text

PLAN = load_plan("dianzhong-2014")
COUNTIES = read_counties(sample("counties"), PLAN)
ALL = COUNTIES.geometry.union_all()
ZONES = [
    *(Zone(3, number, prefixed) for number in (33, 34, 35) for prefixed in (True, False)),
    *(Zone(6, number, prefixed) for number in (17, 18) for prefixed in (True, False)),
]
NAMES = {
    zone.crs.to_epsg(): (zone.meridian_deg, zone.number * zone.prefixed, zone.width)
    for zone in ZONES
}


STEP = 0.01
WEST, SOUTH, EAST, NORTH = ALL.bounds
CELLS = [
    (x, y)
    for x in np.arange(WEST, EAST, STEP)
    for y in np.arange(SOUTH, NORTH, STEP)
    if ALL.contains(shapely.box(x, y, x + STEP, y + STEP))
]
"""Corners of squares of about a kilometre that lie in the counties."""


@st.composite
def parcels(draw):
    """One to three boxes of about 100 m, in the plan's counties and apart."""
    corners = draw(st.lists(st.sampled_from(CELLS), min_size=1, max_size=3, unique=True))
    within = st.floats(0.0, STEP - 0.001)
    moved = [(x + draw(within), y + draw(within)) for x, y in corners]
    boxes = [shapely.box(x, y, x + 0.0009, y + 0.0009) for x, y in moved]
    return gpd.GeoDataFrame(geometry=boxes, crs="EPSG:4490")


def found(frame):
    table = Table(
        gpd.GeoDataFrame(frame.set_axis(pd.RangeIndex(1, len(frame) + 1), axis=0)), "a", "a"
    )
    taken = Taken("parcels", Text("地块", "parcels"))
    return [f.code for f in examine_table(Path("a"), table, taken, PLAN, COUNTIES).faults]


@settings(max_examples=40)
@given(parcels(), st.sampled_from([4490, *NAMES]))
def test_moving_a_clean_layer_to_any_zone_raises_no_fault(frame, epsg):
    assert found(frame.to_crs(epsg)) == []


PAIRS = [(one, other) for one in NAMES for other in NAMES if NAMES[one][:2] != NAMES[other][:2]]


@settings(max_examples=40)
@given(parcels(), st.sampled_from(PAIRS))
def test_a_wrong_zone_is_always_found(frame, pair):
    true, said = pair
    meridian, prefix, _ = NAMES[true]
    codes = found(frame.to_crs(true).set_crs(said, allow_override=True))
    possible = {"wrong_zone", "zone_width", "zone_prefix_missing", "zone_prefix_extra"}
    assert len(codes) == 1
    assert set(codes) <= possible
    if meridian == NAMES[said][0] and 0 in (prefix, NAMES[said][1]):
        assert codes == ["zone_prefix_extra" if prefix else "zone_prefix_missing"]


@settings(max_examples=40)
@given(parcels(), st.sampled_from([4490, *NAMES]))
def test_swapped_axes_are_always_found(frame, epsg):
    there = frame.to_crs(epsg)
    turned = shapely.transform(there.geometry.to_numpy(), lambda xy: xy[:, ::-1])
    assert found(gpd.GeoDataFrame(geometry=turned, crs=epsg)) == ["swapped_xy"]
