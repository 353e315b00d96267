"""Boundary changes of any parcel: a second check finds touching only, and nothing more was cut."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

import numpy as np
import pytest
import shapely
from builders import EAST, METRIC, NORTH, layer, parcels, rule, rules
from builders_polygons import star, with_holes
from hypothesis import given, settings
from hypothesis import strategies as st

from dzgis import pipeline
from dzgis.area import carried, polygon_area_m2
from dzgis.crs import CGCS2000, equal_area
from dzgis.inputs import read_parcels
from dzgis.plan import DEFAULT_PLAN, load_plan
from dzgis.plan.schemes import avoidance_limits
from dzgis.protection import overlaps
from dzgis.terms import Contact

PLAN = load_plan(DEFAULT_PLAN)
TOLERANCE = PLAN.rules.tolerance
RULES = rules(
    rule("A", "pbf"), rule("B", "ecrl", setback_m=20.0), rule("C", "river", "conditional")
).model_copy(update={"tolerance": TOLERANCE})
LIMITS = avoidance_limits()
DAY = dt.date(2020, 12, 31)
FORMULA_M2 = 0.02
"""The official formula rounds corners to 1e-6 of a second, 0.03 mm: of some 500 m of border."""
CALM = settings(max_examples=25, deadline=None)
SYSTEMS = st.sampled_from([4490, 4543, 4522])
CALM_FILES = settings(max_examples=15, deadline=None)


@st.composite
def cases(draw):
    """Parcels near the central meridian and red land across them, of any shape."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    size = draw(st.sampled_from([30.0, 150.0, 900.0]))
    origin = (EAST, NORTH)

    def polygon(n):
        centre = rng.uniform(-0.6, 0.6, 2) * size + origin
        shape = star(rng, n, centre, size * rng.uniform(0.3, 1.0), rough=0.6)
        return with_holes(rng, shape, 2) if draw(st.booleans()) else shape

    land = [star(rng, draw(st.integers(3, 12)), origin, size, rough=0.6)]
    land += [polygon(draw(st.integers(3, 30)))]
    red = [polygon(draw(st.integers(3, 40))) for _ in range(draw(st.integers(1, 4)))]
    # Borders that run along the parcel's own, as delivered ones do.
    red += [land[0].intersection(red[0]).buffer(0)] if draw(st.booleans()) else []
    shapes = [part for one in red for part in shapely.get_parts(one) if part.area > 0]
    return land, shapes


def found(case, crs, layer_crs):
    land = parcels(P=case[0][0], Q=case[0][1]).to_crs(crs)
    half = len(case[1]) // 2
    layers = {
        "pbf": layer("pbf", *case[1][half:], crs=layer_crs),
        "ecrl": layer("ecrl", *case[1][:half], crs=layer_crs),
        "river": layer("river"),
    }
    pieces = overlaps(land, layers, RULES)
    return land, layers, pieces, pipeline.avoidance_of(land, pieces, RULES)


@CALM
@given(cases(), SYSTEMS, SYSTEMS)
def test_a_second_check_finds_touching_only(case, crs, layer_crs):
    land, layers, _, kept = found(case, crs, layer_crs)
    pressing = pipeline.still_pressing(land, layers, RULES)
    assert set(pressing) == set(kept.index)
    assert pipeline.still_pressing(kept, layers, RULES) == []
    assert kept.geometry.is_valid.all()


@CALM_FILES
@given(cases(), SYSTEMS)
def test_a_second_check_of_what_was_written_finds_touching_only(case, crs):
    _, layers, _, kept = found(case, crs, 4490)
    with tempfile.TemporaryDirectory() as folder:
        for name in pipeline.write_avoidance(kept, Path(folder), lang="zh", date=DAY):
            if not (kept["n_parts"] > 0).any():
                continue
            back = read_parcels(Path(folder) / name, PLAN)
            assert list(back.index) == list(kept.index[kept["n_parts"] > 0])
            contacts = set(overlaps(back, layers, RULES)["contact"])
            assert contacts <= {Contact.TOUCHING}, name


@CALM
@given(cases(), SYSTEMS)
def test_what_is_kept_is_of_the_parcel_and_adds_up(case, crs):
    land, _, _, kept = found(case, crs, 4543)
    whole = polygon_area_m2(land).loc[kept.index]
    assert (kept["kept_m2"] + kept["cut_m2"]).to_numpy() == pytest.approx(whole, abs=0.01)
    assert (kept[["kept_m2", "cut_m2", "dropped_m2"]] >= 0.0).all(axis=None)
    beyond = shapely.difference(kept.geometry.to_numpy(), land.geometry.loc[kept.index].to_numpy())
    assert shapely.area(beyond) == pytest.approx(0.0, abs=1e-5 if crs != 4490 else 1e-15)


@CALM
@given(cases(), SYSTEMS)
def test_no_more_is_cut_than_the_ground_its_margin_and_parts_of_no_use(case, crs):
    land, _, pieces, kept = found(case, crs, 4543)
    whole = polygon_area_m2(land)
    for parcel_id, row in kept.iterrows():
        mine = pieces[pieces["parcel_id"] == parcel_id]
        ground = mine.geometry.union_all()
        # Twice: a corner's margin reaches out as far again.
        margin_m2 = 2.0 * LIMITS.margin_m * mine.length.sum()
        least = whole[parcel_id] - ground.area - margin_m2 - row["dropped_m2"]
        assert row["kept_m2"] >= least * (1.0 - 1e-7) - FORMULA_M2
        assert row["kept_m2"] <= whole[parcel_id] - ground.area * (1.0 - 1e-6) + FORMULA_M2


@CALM
@given(cases())
def test_the_margin_is_kept_from_the_ground_that_was_cut(case):
    _, _, pieces, kept = found(case, 4490, 4490)
    frame = equal_area(25.0)
    left = carried(kept, frame)
    for parcel_id, shape in left.geometry.items():
        mine = pieces[(pieces["parcel_id"] == parcel_id) & (pieces["contact"] != "touching")]
        ground = mine.to_crs(frame).geometry.union_all()
        if not shape.is_empty:
            assert shape.distance(ground) >= LIMITS.margin_m - 0.0002


@CALM
@given(cases(), st.randoms(use_true_random=False))
def test_order_and_company_change_nothing(case, random):
    land, _, pieces, kept = found(case, 4543, 4543)
    rows = list(range(len(pieces)))
    random.shuffle(rows)
    shuffled = pipeline.avoidance_of(land.iloc[::-1], pieces.iloc[rows], RULES)
    assert list(shuffled.index) == list(kept.index)[::-1]
    for parcel_id, row in kept.iterrows():
        alone = pipeline.avoidance_of(land.loc[[parcel_id]], pieces, RULES).loc[parcel_id]
        for other in (shuffled.loc[parcel_id], alone):
            assert other["kept_m2"] == pytest.approx(row["kept_m2"], abs=1e-3)
            assert other["n_parts"] == row["n_parts"]
            assert other["width_m"] == pytest.approx(row["width_m"], abs=0.03)
    assert kept.crs == METRIC
    assert pipeline.avoidance_layer(kept).crs == CGCS2000
