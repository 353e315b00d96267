"""What holds of shares, whatever the parcels and the rounding."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from shapely.geometry import box

from dzgis.allocation import Shares, zone_shares
from dzgis.area import polygon_area_m2
from dzgis.units import apportioned

DECIMALS = st.integers(1, 6)
PARTS = st.lists(st.floats(0.0, 1.0), min_size=2, max_size=6).filter(lambda p: sum(p) > 1e-3)


def shares_of(parts, decimals):
    table = np.array([parts]) / sum(parts)
    keys = tuple(f"z{n}" for n in range(len(parts) - 1))
    return Shares(keys, table, decimals)


@given(PARTS, DECIMALS)
def test_rounded_shares_add_up_to_one_and_are_off_by_less_than_a_digit(parts, decimals):
    shares = shares_of(parts, decimals)
    rounded = shares.rounded().to_numpy()
    scale = 10**decimals
    assert np.rint(rounded * scale).sum() == scale
    assert (np.abs(rounded - shares.of_zone) < 1.0 / scale + 1e-12).all()


@given(PARTS, DECIMALS)
def test_shares_are_rounded_as_tables_are(parts, decimals):
    shares = shares_of(parts, decimals)
    expected, _ = apportioned(shares.of_zone[0].tolist(), 1.0, decimals)
    assert_allclose(shares.rounded().iloc[0], expected, atol=1e-12)


@given(PARTS, DECIMALS)
def test_the_largest_share_wins_and_ties_are_named(parts, decimals):
    shares = shares_of(parts, decimals)
    largest = shares.of_zone.max()
    assert shares.best_share[0] >= largest - 0.5 / 10**decimals
    tied = shares.tied[0]
    assert tied == () or (len(tied) > 1 and shares.best_keys[0] == tied[0])
    record = dict(part.split("=") for part in shares.records()[0].split(";"))
    assert_allclose(sum(map(float, record.values())), 1.0, atol=1e-9)


@given(PARTS.filter(lambda p: len(p) > 2), DECIMALS)
def test_zones_put_together_have_the_sum_of_their_shares(parts, decimals):
    shares = shares_of(parts, decimals)
    together = shares.gathered(dict.fromkeys(shares.keys, "all"))
    assert together.keys == ("all",)
    assert_allclose(together.of_zone[0], [shares.of_zone[0, :-1].sum(), shares.of_zone[0, -1]])


ZONES = gpd.GeoDataFrame(
    {"key": ["a", "b", "a"]},
    geometry=[
        box(102.0, 25.0, 102.1, 25.1),
        box(102.1, 25.0, 102.2, 25.1),
        box(102.0, 25.1, 102.1, 25.2),
    ],
    crs="EPSG:4490",
)
BOXES = st.tuples(st.floats(101.9, 102.25), st.floats(24.9, 25.25), st.floats(0.001, 0.1)).map(
    lambda t: box(t[0], t[1], t[0] + t[2], t[1] + t[2])
)


@settings(max_examples=40)
@given(st.lists(BOXES, min_size=1, max_size=4))
def test_shares_are_those_of_areas(shapes):
    parcels = gpd.GeoDataFrame(geometry=shapes, crs="EPSG:4490")
    found = zone_shares(parcels, ZONES, key="key", decimals=4)
    assert found.keys == ("a", "b")
    assert_allclose(found.of_zone.sum(axis=1), 1.0)
    for n, shape in enumerate(shapes):
        cut = gpd.GeoSeries([zone.intersection(shape) for zone in ZONES.geometry], crs="EPSG:4490")
        part = polygon_area_m2(gpd.GeoDataFrame(geometry=cut)).fillna(0.0)
        whole = polygon_area_m2(parcels.iloc[[n]]).iloc[0]
        assert_allclose(found.of_zone[n, 0], (part[0] + part[2]) / whole, atol=1e-5)
        assert_allclose(found.of_zone[n, 1], part[1] / whole, atol=1e-5)
        assert found.row[n, 0] in ((0, 2) if part[0] + part[2] > 1.0 else (-1, 0, 2))
