"""Squares drawn by hand: what overlaps, what only touches, what is a sliver.

The tolerance of these tests: a sliver below 10 m² or 0.5 m, touching below 0.01 m.
"""

from __future__ import annotations

import pytest
import shapely
from builders import (
    GEOGRAPHIC,
    GROUND,
    METRIC,
    absent,
    frame,
    layer,
    parcels,
    rule,
    rules,
    square,
)
from numpy.testing import assert_array_equal
from shapely.geometry import MultiPolygon

from dzgis.errors import InputError
from dzgis.protection import (
    cover_problems,
    features_of,
    overlaps,
)
from dzgis.terms import Contact

PARCEL = {"P": square(0, 0)}
PBF = rules(rule("P1", "pbf"))


def pieces_of(*shapes, land=None, **columns):
    """Pieces of the parcel 100 m square, or of `land`, under one layer of `shapes`."""
    return overlaps(parcels(**(land or PARCEL)), {"pbf": layer("pbf", *shapes, **columns)}, PBF)


# ------------------------------------------------------------------ one piece


@pytest.mark.parametrize(
    ("shape", "contact", "area_m2", "width_m"),
    [
        # ┌────┐        10 × 100 m over the eastern edge: 2·1000/220 m wide
        # │   ▐█▌
        # └────┘
        pytest.param(square(90, 0), Contact.OVERLAP, 1000.0, 2000 / 220, id="overlap"),
        pytest.param(square(-50, -50, 200), Contact.OVERLAP, 10_000.0, 50.0, id="parcel inside"),
        pytest.param(square(40, 40, 20), Contact.OVERLAP, 400.0, 10.0, id="feature inside"),
        # 20 m² is no small area, but 0.2 m is narrow
        pytest.param(square(99.8, 0), Contact.SLIVER, 20.0, 40 / 200.4, id="sliver by width"),
        # 9 m² is small, though 1.5 m is not narrow
        pytest.param(square(97, 97), Contact.SLIVER, 9.0, 1.5, id="sliver by area"),
        pytest.param(square(96.9, 96.8), Contact.SLIVER, 9.92, 2 * 9.92 / 12.6, id="below 10 m²"),
        pytest.param(square(96.8, 96.8), Contact.OVERLAP, 10.24, 1.6, id="above 10 m²"),
        pytest.param(square(99.505, 0), Contact.SLIVER, 49.5, 99 / 200.99, id="below 0.5 m"),
        pytest.param(square(99.49, 0), Contact.OVERLAP, 51.0, 102 / 201.02, id="above 0.5 m"),
        # 5 mm of digitising noise along the whole edge: neighbours, not a conflict
        pytest.param(square(99.995, 0), Contact.TOUCHING, 0.5, 0.01 * 100 / 200.01, id="noise"),
    ],
)
def test_a_square_over_a_square(shape, contact, area_m2, width_m):
    found = pieces_of(shape)
    assert list(found["contact"]) == [contact]
    assert found["area_m2"].tolist() == pytest.approx([area_m2], rel=1e-4)
    assert found["width_m"].tolist() == pytest.approx([width_m], rel=2e-3)


def test_large_overlaps_are_exact():
    found = pieces_of(square(90, 0))
    assert found["area_m2"].iloc[0] == pytest.approx(1000.0, rel=GROUND)
    assert shapely.area(found.geometry.iloc[0]) == pytest.approx(found["area_m2"].iloc[0])


@pytest.mark.parametrize(
    "shape",
    [
        pytest.param(square(100, 0), id="edge"),
        pytest.param(square(100, 100), id="corner"),
    ],
)
def test_neighbours_touch(shape):
    found = pieces_of(shape)
    assert list(found["contact"]) == [Contact.TOUCHING]
    assert found["area_m2"].tolist() == pytest.approx([0.0], abs=1e-4)


def test_neighbours_with_other_corners_do_not_overlap():
    # ┌────┐┌───┐   the neighbour's edge is longer: it is split at other places, and what the
    # │    ││   │   arithmetic leaves between the two is below a millimetre
    # └────┘│   │
    #       └───┘
    found = pieces_of(square(100, -37, 50, 190))
    assert set(found["contact"]) <= {Contact.TOUCHING}


@pytest.mark.parametrize("shape", [square(100.5, 0), square(5000, 0), square(0, -200)])
def test_what_lies_apart_is_no_piece(shape):
    found = pieces_of(shape)
    assert found.empty
    assert found.crs is not None
    assert {"parcel_id", "rule", "role", "contact", "area_m2", "width_m"} <= set(found.columns)


# ------------------------------------------------------------------ holes, parts, many features


def test_a_hole_is_not_covered():
    # ┌──────────┐   the layer surrounds the parcel and has a hole of 60 × 60 m within it
    # │ ┌─┐      │
    # │ └─┘      │
    ring = square(-50, -50, 200).difference(square(20, 20, 60))
    assert pieces_of(ring)["area_m2"].tolist() == pytest.approx([6400.0], rel=GROUND)


def test_a_parcel_in_a_hole_is_free():
    ring = square(-300, -300, 700).difference(square(-50, -50, 200))
    assert pieces_of(ring).empty


def test_a_parcel_with_a_hole_is_measured_without_it():
    land = {"P": square(0, 0).difference(square(20, 20, 60))}
    found = pieces_of(square(0, 0, 50, 100), land=land)
    # 50 × 100 less the half of the hole that lies in it, 30 × 60
    assert found["area_m2"].tolist() == pytest.approx([3200.0], rel=GROUND)


def test_parts_are_pieces_of_their_own():
    both = MultiPolygon([square(0, 0, 20), square(80, 80, 40)])
    found = pieces_of(both)
    assert sorted(found["area_m2"]) == pytest.approx([400.0, 400.0], rel=GROUND)
    assert list(found["feature_ids"]) == ["f0", "f0"]


def test_a_parcel_of_two_parts():
    land = {"P": MultiPolygon([square(0, 0), square(200, 0)])}
    found = pieces_of(square(90, 0, 120, 100), land=land)
    assert found["area_m2"].tolist() == pytest.approx([1000.0, 1000.0], rel=GROUND)


def test_overlapping_features_count_once():
    # ██▓▓░░   30 and 30 m wide, 10 m of them common: 50 m together
    found = pieces_of(square(0, 0, 30, 100), square(20, 0, 30, 100), feature_id=["b", "a"])
    assert found["area_m2"].tolist() == pytest.approx([5000.0], rel=GROUND)
    assert list(found["feature_ids"]) == ["a;b"]


def test_neighbouring_features_are_one_piece():
    # Two slivers of 6 m² side by side are one overlap of 12 m².
    found = pieces_of(square(97, 0, 3, 2), square(97, 2, 3, 2))
    assert list(found["contact"]) == [Contact.OVERLAP]
    assert found["area_m2"].tolist() == pytest.approx([12.0], rel=1e-4)


def test_each_piece_names_its_own_features():
    found = pieces_of(square(0, 0, 10), square(50, 50, 10), square(500, 0))
    assert list(found["feature_ids"]) == ["f0", "f1"]


def test_overlap_and_touch_of_one_layer():
    found = pieces_of(square(90, 0), square(-100, 0))
    measured = found[found["contact"] == Contact.OVERLAP]
    assert measured["area_m2"].tolist() == pytest.approx([1000.0], rel=GROUND)
    assert (found["area_m2"] >= 0).all()


def test_features_far_away_change_nothing():
    near = pieces_of(square(90, 0))
    far = [square(1000 * n, 20_000) for n in range(-20, 20)]
    both = pieces_of(square(90, 0), *far)
    assert_array_equal(both["area_m2"], near["area_m2"])
    assert both.geometry.geom_equals(near.geometry).all()


def test_one_row_a_piece_for_each_parcel_and_rule():
    land = {"P1": square(0, 0), "P2": square(200, 0), "P3": square(400, 0)}
    layers = {
        "pbf": layer("pbf", square(90, 0, 120, 100)),
        "ecrl": layer("ecrl", square(0, 0, 50, 100)),
    }
    ruleset = rules(rule("A", "pbf"), rule("B", "ecrl", "conditional"), rule("C", "river"))
    found = overlaps(parcels(**land), layers, ruleset)
    assert found[["parcel_id", "rule", "role"]].to_numpy().tolist() == [
        ["P1", "A", "pbf"],
        ["P2", "A", "pbf"],
        ["P1", "B", "ecrl"],
    ]
    assert found["area_m2"].tolist() == pytest.approx([1000.0, 1000.0, 5000.0], rel=GROUND)


def test_layers_that_cannot_be_measured_are_passed_over():
    assert overlaps(parcels(**PARCEL), {"pbf": absent("pbf")}, PBF).empty
    assert overlaps(parcels(**PARCEL), {"pbf": layer("pbf")}, PBF).empty
    assert overlaps(parcels(**PARCEL), {}, PBF).empty


def test_no_parcels_no_pieces():
    nothing = parcels(**PARCEL).iloc[:0]
    assert overlaps(nothing, {"pbf": layer("pbf", square(0, 0))}, PBF).empty


def test_an_invalid_feature_is_refused_and_never_sums_to_nothing():
    # Both halves of the bow-tie lie on the parcel; as a sum over edges they cancel out.
    bow_tie = shapely.Polygon([(0, 0), (50, 50), (50, 0), (0, 50)])
    bow_tie = shapely.transform(bow_tie, lambda xy: xy + shapely.get_coordinates(square(0, 0))[3])
    with pytest.raises(InputError, match=r"pbf\.gpkg: 1 records have invalid geometry: 0 \(Self-"):
        pieces_of(bow_tie)


# ------------------------------------------------------------------ coordinate systems


@pytest.mark.parametrize("crs", [GEOGRAPHIC, "EPSG:4544", "EPSG:4522", "EPSG:4326"])
def test_layers_in_another_crs_are_the_same_ground(crs):
    expected = pieces_of(square(90, 0))
    found = pieces_of(square(90, 0), crs=crs)
    assert found["area_m2"].tolist() == pytest.approx(expected["area_m2"].tolist(), rel=1e-5)


@pytest.mark.parametrize("crs", [GEOGRAPHIC, "EPSG:4544", "EPSG:4522"])
def test_parcels_in_another_crs_are_the_same_ground(crs):
    land = parcels(**PARCEL).to_crs(crs)
    found = overlaps(land, {"pbf": layer("pbf", square(90, 0))}, PBF)
    assert found["area_m2"].tolist() == pytest.approx([1000.0], rel=1e-5)


# ------------------------------------------------------------------ features of a rule

GRADES = rule("P2", "forest", where={"field": "grade", "values": ["I", "II"]})


def test_a_rule_may_be_about_some_features_only():
    forest = layer("forest", *[square(0, 0)] * 3, grade=["I", "III", "II"])
    assert list(features_of(forest, GRADES)["feature_id"]) == ["f0", "f2"]
    assert len(features_of(forest, rule("P3", "forest"))) == 3


def test_only_the_features_of_the_rule_are_pieces():
    forest = layer("forest", square(90, 0), square(0, 0, 50), grade=["I", "III"])
    found = overlaps(parcels(**PARCEL), {"forest": forest}, rules(GRADES))
    assert list(found["feature_ids"]) == ["f0"]


def test_a_layer_without_the_rules_field_is_refused():
    with pytest.raises(InputError, match=r"forest\.gpkg lacks the field grade that rule P2 needs"):
        features_of(layer("forest", square(0, 0)), GRADES)


def test_an_absent_layer_has_no_features():
    with pytest.raises(InputError, match="layer forest cannot be used"):
        features_of(absent("forest"), GRADES)


# ------------------------------------------------------------------ surveyed extent


def problems(extent, crs=METRIC, land=None):
    surveyed = layer("pbf", square(0, 0), extent=extent, crs=crs)
    return cover_problems(parcels(**(land or PARCEL)), surveyed).tolist()


@pytest.mark.parametrize(
    ("extent", "expected"),
    [
        pytest.param(square(-10, -10, 200), False, id="within"),
        pytest.param(square(0, 0), False, id="equal"),
        pytest.param(square(0, 0, 99), True, id="one metre short"),
        pytest.param(square(1e-5, 0), False, id="short by rounding"),
        pytest.param(square(100, 0), True, id="beside"),
        pytest.param(square(-10, -10, 200).difference(square(40, 40, 5)), True, id="hole"),
        pytest.param(shapely.Polygon(), True, id="empty"),
    ],
)
def test_surveyed_extent(extent, expected):
    assert problems(extent) == [expected]


@pytest.mark.parametrize("crs", [GEOGRAPHIC, "EPSG:4544"])
def test_surveyed_extent_in_another_crs(crs):
    land = {"P1": square(0, 0), "P2": square(900, 0), "P3": square(2000, 0)}
    assert problems(square(-500, -500, 1450, 1000), crs, land) == [False, True, True]


def test_extent_of_touching_parts_has_no_seam():
    parts = frame(square(-50, -50, 100, 200), square(50, -50, 100, 200))
    surveyed = layer("pbf", square(0, 0), extent=MultiPolygon(list(parts.geometry)))
    assert cover_problems(parcels(**PARCEL), surveyed).tolist() == [False]


def test_unknown_extent_covers_nothing():
    found = cover_problems(parcels(**PARCEL), absent("pbf"))
    assert found.tolist() == [True]
    assert list(found.index) == ["P"]
