"""Corridors of the toy plan's two axes, which cross in the middle; areas by the circle's formula.

         ·  NS  ·
     ┌─  ·  │   ·  ─┐      around a line of length L a band up to r holds 2·r·L + π·r²,
     │      │       │      around crossing ones each place belongs to the nearer line
EW ──┼──────┼───────┼──
     │      │       │
     └──────┴───────┘
"""

from __future__ import annotations

import math

import geopandas as gpd
import numpy as np
import pytest
import shapely
from builders import GEOGRAPHIC, frame
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, box

from dzgis.allocation import axis_lines, corridor_areas, corridor_zones, nearest_axis
from dzgis.area import polygon_area_m2
from dzgis.crs import ELLIPSOID
from dzgis.errors import CRSError
from dzgis.plan.allocation_rules import allocation_rules

BANDS = allocation_rules().corridors.bands_km
EVERYWHERE = box(101.0, 24.0, 103.4, 26.2)


def land(shape=EVERYWHERE):
    return frame(shape, crs=GEOGRAPHIC, county_code=["530001"], county=["西县"], district=["west"])


@pytest.fixture(scope="module")
def axes(plan):
    return axis_lines(plan)


@pytest.fixture(scope="module")
def crossing(axes):
    return corridor_areas(axes, BANDS, land())


def test_bands_around_one_line_have_the_areas_of_the_formula(axes):
    west_east = axes[axes["axis"] == "EW"]
    found = corridor_areas(west_east, BANDS, land())
    length = ELLIPSOID.geometry_length(west_east.geometry.iloc[0])
    whole = [2.0 * 1e3 * r * length + math.pi * (1e3 * r) ** 2 for r in BANDS]
    assert found[["axis", "up_to_km"]].to_numpy().tolist() == [["EW", r] for r in BANDS]
    assert found.crs == GEOGRAPHIC
    assert np.cumsum(polygon_area_m2(found)).tolist() == pytest.approx(whole, rel=1e-3)


def test_borders_lie_at_their_distance_within_half_a_per_cent(axes):
    west_east = axes[axes["axis"] == "EW"]
    for row in corridor_areas(west_east, BANDS, land()).itertuples():
        rim = shapely.get_exterior_ring(shapely.get_parts(row.geometry)[0])
        places = gpd.GeoSeries(
            [rim.interpolate(t, normalized=True) for t in np.linspace(0, 1, 41)], crs=GEOGRAPHIC
        )
        distance_m = nearest_axis(places, west_east)["axis_distance_m"]
        assert distance_m.tolist() == pytest.approx([1e3 * row.up_to_km] * 41, rel=0.005)


def test_no_place_is_in_two_corridors(crossing):
    for n, first in enumerate(crossing.geometry):
        for second in crossing.geometry.iloc[n + 1 :]:
            assert first.intersection(second).area == pytest.approx(0.0, abs=1e-12)


def test_the_crossing_axes_share_their_ground_like_a_cross(crossing):
    # Within 5 km of the crossing the two axes split the ground in four equal sectors.
    near = crossing[crossing["up_to_km"] == BANDS[0]].set_index("axis")
    x, y, _ = ELLIPSOID.fwd(
        *[np.full(360, v) for v in (102.2, 25.1)], np.arange(360), np.full(360, 4e3)
    )
    disc = shapely.Polygon(np.column_stack([x, y]))
    parts = {axis: row.geometry.intersection(disc) for axis, row in near.iterrows()}
    area = polygon_area_m2(gpd.GeoDataFrame(geometry=list(parts.values()), crs=GEOGRAPHIC))
    assert area.tolist() == pytest.approx([math.pi * 4e3**2 / 2] * 2, rel=0.01)


@given(st.floats(101.6, 102.8), st.floats(24.7, 25.5))
def test_a_place_is_in_the_band_of_the_nearest_axis(plan, crossing, lon, lat):
    place = gpd.GeoSeries([shapely.Point(lon, lat)], crs=GEOGRAPHIC)
    row = nearest_axis(place, axis_lines(plan)).iloc[0]
    km, other_km = row["axis_distance_m"] / 1e3, row["other_axis_m"] / 1e3
    clear = min(abs(km - r) for r in BANDS) > 0.005 * km and other_km - km > 0.05
    inside = crossing[crossing.contains(place.iloc[0])]
    assert len(inside) <= 1
    if clear:
        expected = [(row["axis"], r) for r in BANDS if km < r][:1]
        assert list(inside[["axis", "up_to_km"]].itertuples(index=False, name=None)) == expected


def test_corridors_end_where_the_counties_end(axes):
    # 102.2 … 102.3 east, 25.05 … 25.07 north: within 5 km of an axis, and nothing beyond
    found = corridor_areas(axes, BANDS, land(box(102.2, 25.05, 102.23, 25.07)))
    assert found["up_to_km"].unique().tolist() == [5.0]
    assert found.union_all().bounds == pytest.approx((102.2, 25.05, 102.23, 25.07))
    whole = polygon_area_m2(land(box(102.2, 25.05, 102.23, 25.07))).iloc[0]
    assert polygon_area_m2(found).sum() == pytest.approx(whole, rel=1e-6)


def test_far_counties_have_no_corridor(axes):
    found = corridor_areas(axes, BANDS, land(box(110.0, 30.0, 110.1, 30.1)))
    assert found.empty
    assert found.columns.tolist() == ["axis", "up_to_km", "geometry"]
    assert corridor_zones(found, up_to_km=10.0).empty


def test_extensions_have_no_corridor(axes):
    drawn = axes.assign(kind="extension")
    assert corridor_areas(drawn, BANDS, land()).empty


@pytest.mark.parametrize("up_to_km", BANDS)
def test_one_zone_an_axis(crossing, up_to_km):
    zones = corridor_zones(crossing, up_to_km=up_to_km)
    assert zones[["axis", "up_to_km"]].to_numpy().tolist() == [["EW", up_to_km], ["NS", up_to_km]]
    assert zones.is_valid.all()
    for zone in zones.itertuples():
        rows = crossing[(crossing["axis"] == zone.axis) & (crossing["up_to_km"] <= up_to_km)]
        parts = polygon_area_m2(rows).sum()
        assert polygon_area_m2(zones.loc[[zone.Index]]).iloc[0] == pytest.approx(parts, rel=1e-7)


def test_axes_across_half_a_continent_are_refused():
    far = gpd.GeoDataFrame(
        {"axis": ["X"], "name": ["X"], "line": ["X"], "kind": ["core"]},
        geometry=[LineString([(80.0, 25.0), (120.0, 25.0)])],
        crs=GEOGRAPHIC,
    )
    with pytest.raises(CRSError, match=r"0\.5 %"):
        corridor_areas(far, BANDS, land())
