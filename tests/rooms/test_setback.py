"""Setbacks: metres of the ground, round, and reaching in from outside."""

from __future__ import annotations

import datetime as dt

import geopandas as gpd
import numpy as np
import pytest
import shapely
from builders import METRIC, frame, layer, parcels, rule, rules, square
from numpy.testing import assert_allclose

from dzgis.crs import ELLIPSOID
from dzgis.pipeline import check_parcels
from dzgis.protection import overlaps, setback
from dzgis.terms import Contact, Verdict

pytestmark = pytest.mark.slow


def distances_m(border_deg, feature_deg):
    """Geodesic distance from corners of a border to the nearest of many points of a feature."""
    at = shapely.get_coordinates(border_deg)[::7]
    edge = shapely.get_coordinates(shapely.segmentize(feature_deg.exterior, 2e-7))
    _, _, all_m = ELLIPSOID.inv(
        *(np.repeat(at[:, axis], len(edge)) for axis in (0, 1)),
        *(np.tile(edge[:, axis], len(at)) for axis in (0, 1)),
    )
    return np.asarray(all_m).reshape(len(at), len(edge)).min(axis=1)


@pytest.mark.parametrize("east", [0.0, 140_000.0], ids=["at the meridian", "at the zone's edge"])
@pytest.mark.parametrize("metres", [5.0, 100.0])
def test_the_border_is_as_far_as_asked(east, metres):
    feature = frame(square(east, 0, 30, 20))
    wide = setback(feature, metres)
    assert wide.crs.to_epsg() == 4490
    here = feature.to_crs(4490).geometry.iloc[0]
    found = distances_m(wide.geometry.iloc[0].exterior, here)
    # The points of the feature lie 2 cm apart, its border's chords are off by half a centimetre.
    assert_allclose(found, metres, atol=0.01)


def test_a_feature_across_strips_of_longitude_is_one():
    # 102.5°E parts two strips; the setback runs through without a seam.
    band = gpd.GeoDataFrame(geometry=[shapely.box(102.49, 25.0, 102.51, 25.001)], crs=4490)
    wide = setback(band, 50.0).geometry.iloc[0]
    assert wide.geom_type == "Polygon"
    assert len(wide.interiors) == 0
    found = distances_m(wide.exterior, shapely.segmentize(band.geometry.iloc[0], 1e-5))
    assert_allclose(found, 50.0, atol=0.02)


def test_rows_columns_and_nothing_stay():
    features = frame(square(0, 0), square(500, 0), feature_id=["b", "a"]).set_index([[7, 3]])
    wide = setback(features, 10.0)
    assert list(wide.index) == list(features.index)
    assert list(wide["feature_id"]) == ["b", "a"]
    assert setback(features, 0.0) is features
    assert setback(features.iloc[:0], 10.0).empty


def test_a_rule_with_a_setback_reaches_in_from_outside():
    # ┌────┐   █  30 m of the 100 m square lie within 50 m of a road 20 m east of it
    # │    │   █
    # └────┘   █
    road = {"road": layer("road", square(120, -200, 10, 500))}
    land = parcels(P=square(0, 0))
    apart = overlaps(land, road, rules(rule("R", "road")))
    assert apart.empty
    found = overlaps(land, road, rules(rule("R", "road", setback_m=50.0)))
    assert list(found["contact"]) == [Contact.OVERLAP]
    assert found["area_m2"].tolist() == pytest.approx([3000.0], abs=1.0)
    assert list(found["feature_ids"]) == ["f0"]
    assert road["road"].frame.crs == METRIC


def test_a_setback_from_far_away_is_found():
    # The feature's own box is 900 m from the parcel's.
    river = {"river": layer("river", square(1000, 0, 10, 100))}
    found = overlaps(parcels(P=square(0, 0)), river, rules(rule("R", "river", setback_m=950.0)))
    assert found["area_m2"].sum() == pytest.approx(50 * 100, rel=0.01)


def test_a_setback_needs_the_ground_around_surveyed():
    # The layer was surveyed 20 m around the parcel, the rule asks for 50 m: nobody knows what
    # stands 30 m away.
    land = parcels(P=square(0, 0))
    surveyed = layer("road", extent=square(-20, -20, 140))
    day = dt.date(2020, 1, 1)
    for metres, verdict in (
        (0.0, Verdict.CLEAR),
        (15.0, Verdict.CLEAR),
        (50.0, Verdict.UNDETERMINED),
    ):
        ruleset = rules(rule("R", "road", setback_m=metres))
        found = check_parcels(land, {"road": surveyed}, ruleset, as_of=day)
        assert found.parcels[0].verdict is verdict
