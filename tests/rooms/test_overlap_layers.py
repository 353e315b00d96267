"""Layers measured block by block: each square metre once, within a layer and across layers."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
import shapely
from builders import METRIC, square
from builders_polygons import mixed, monster
from numpy.testing import assert_allclose, assert_array_equal

from dzgis.engine import Engine
from dzgis.errors import InputError
from dzgis.overlay import Block, covered_by, target_of
from dzgis.protection import across_layers
from dzgis.rings import rings_of_shapes

pytestmark = pytest.mark.slow

CORNER = np.array([500_000.0, 2_760_000.0])
PARCELS = [square(0, 0), square(200, 0), square(400, 0)]


def target(shapes=PARCELS):
    return target_of(rings_of_shapes(np.asarray(shapes, object)), METRIC, lat_deg=25)


def covered(*shapes, on=None, size=1000, engine=None):
    rings = rings_of_shapes(np.asarray(shapes, object))
    starts = range(0, len(shapes), size)
    blocks = [Block(s, rings.take(np.arange(s, min(s + size, len(shapes))))) for s in starts]
    return covered_by(
        on or target(), blocks, METRIC, touch_m=0.001, engine=engine or Engine("serial")
    )


def test_pairs_and_totals():
    # Features of 100 × 100 m over the borders of parcels 0 and 1, and one over parcel 2.
    found = covered(square(150, 0), square(90, 50), square(380, -20, 300, 300))
    assert list(zip(found.pairs.target, found.pairs.row, strict=True)) == [(0, 1), (1, 0), (2, 2)]
    assert_allclose(found.pairs.area_m2, [10 * 50, 50 * 100, 10_000], rtol=1e-6)
    assert_allclose(found.area_m2, [500, 5_000, 10_000], rtol=1e-6)
    assert list(found.features) == [0, 1, 2]


def test_features_on_each_other_count_once():
    # ██▓▓░░ of parcel 0: 30 and 30 m wide, 10 m of them common; parcel 1 under the same one twice
    found = covered(square(0, 0, 30, 100), square(20, 0, 30, 100), *[square(190, 0, 60, 100)] * 2)
    assert_allclose(found.pairs.area_m2, [3_000, 3_000, 5_000, 5_000], rtol=1e-6)
    assert_allclose(found.area_m2, [5_000, 5_000, 0], rtol=1e-6)


def test_three_on_each_other():
    found = covered(*[square(0, 0, 40, 100), square(20, 0, 40, 100), square(30, 0, 40, 100)])
    assert_allclose(found.area_m2[0], 7_000, rtol=1e-6)


def test_features_that_overlap_elsewhere_count_in_full():
    # They lie on each other outside of the parcel only.
    found = covered(square(-300, 0, 340, 50), square(-300, 50, 340, 50), square(-300, 20, 250, 60))
    assert_allclose(found.area_m2[0], 4_000, rtol=1e-6)


def test_large_features_on_each_other():
    rng = np.random.default_rng(5)
    centre = np.array([500_050.0, 2_760_050.0])
    first, second = monster(rng, 3_000, centre, 70.0), monster(rng, 3_000, centre + 20, 70.0)
    found = covered(first, second)
    one = shapely.area(shapely.intersection(PARCELS[0], shapely.union(first, second)))
    assert_allclose(found.area_m2[0], one, rtol=2e-6)


def test_neighbours_are_not_pressed_upon():
    # They share edges with parcel 0, one split elsewhere; the last reaches 0.5 mm in.
    near = [square(100, -37, 50, 190), square(-100, 0), square(0, 100), square(0, -99.9995)]
    found = covered(*near)
    assert len(found.pairs.row) == 0
    assert found.area_m2.tolist() == [0.0, 0.0, 0.0]


def test_a_broad_end_of_a_hair_is_no_neighbour():
    # 0.5 mm along the whole edge, and at its end 0.2 m by 0.2 m: 0.09 m² in all
    hair = shapely.union(square(99.9995, 0, 50, 100), square(99.8, 0, 50, 0.2))
    found = covered(hair)
    assert_allclose(found.pairs.area_m2, [0.05 - 0.0001 + 0.04], rtol=2e-3)


def test_a_small_overlap_is_kept_however_small():
    found = covered(square(99.95, 99.95, 50, 50))
    assert_allclose(found.pairs.area_m2, [0.0025], rtol=1e-3)


def test_no_blocks_and_nothing_near():
    assert covered_by(target(), [], METRIC, touch_m=0.001).area_m2.tolist() == [0.0, 0.0, 0.0]
    far = covered(square(5_000, 0))
    assert len(far.pairs.row) == 0
    assert far.area_m2.tolist() == [0.0, 0.0, 0.0]


def test_an_invalid_feature_near_a_parcel_is_refused_by_its_record():
    bow_tie = shapely.Polygon([(0, 0), (50, 50), (50, 0), (0, 50)])
    bow_tie = shapely.transform(bow_tie, lambda xy: xy + CORNER)
    with pytest.raises(InputError, match=r"1 records have invalid geometry: 3 \(Self-inter"):
        covered(square(900, 0), square(0, 0), bow_tie, size=2)


def test_blocks_of_binary_are_the_same():
    shapes = [square(150, 0), square(90, 50)]
    binary = pa.array(shapely.to_wkb(np.asarray(shapes, object)), pa.large_binary())
    found = covered_by(target(), [Block(0, binary)], METRIC, touch_m=0.001)
    assert_array_equal(found.pairs.area_m2, covered(*shapes).pairs.area_m2)


@pytest.mark.parametrize("engine", ["threads", "processes", "dask"])
def test_engines_agree_to_the_bit(engine):
    rng = np.random.default_rng(1)
    land, features = (
        shapely.transform(mixed(rng, n, 2_000.0), lambda xy: xy + CORNER) for n in (30, 60)
    )
    expected = covered(*features, on=target(land), size=7)
    found = covered(*features, on=target(land), size=7, engine=Engine(engine, 2))
    assert len(expected.pairs.row) > 100
    assert_array_equal(found.area_m2, expected.area_m2)
    for name in ("target", "row", "area_m2"):
        assert_array_equal(getattr(found.pairs, name), getattr(expected.pairs, name))


@pytest.mark.parametrize("size", [1, 7, 60])
def test_the_size_of_blocks_moves_nothing(size):
    rng = np.random.default_rng(2)
    land, features = (
        shapely.transform(mixed(rng, n, 2_000.0), lambda xy: xy + CORNER) for n in (20, 60)
    )
    expected = covered(*features, on=target(land), size=13)
    found = covered(*features, on=target(land), size=size)
    assert_array_equal(found.pairs.row, expected.pairs.row)
    assert_allclose(found.area_m2, expected.area_m2, rtol=1e-9, atol=1e-6)


# ------------------------------------------------------------------ across layers


def across(**layers):
    on = target()
    found = {name: covered(*shapes, on=on) for name, shapes in layers.items()}
    return across_layers(on, found, factor=np.ones(3))


def test_total_and_matrix_of_two_layers():
    # parcel 0: a 60 m and b 60 m wide from either side, 20 m common; parcel 1: a only;
    # parcel 2: b covers it, a half of it
    found = across(
        a=[square(0, 0, 60, 100), square(200, 0, 10, 100), square(400, 0, 50, 100)],
        b=[square(40, 0, 60, 100), square(390, -10, 120, 120)],
    )
    assert_allclose(found.total_m2, [10_000, 1_000, 10_000], rtol=1e-6)
    assert_allclose(found.matrix_m2, [[12_000, 7_000], [7_000, 16_000]], rtol=1e-6)


def test_three_layers_by_twos():
    found = across(
        a=[square(0, 0, 50, 100)], b=[square(0, 0, 100, 50)], c=[square(-10, -10, 200, 200)]
    )
    assert_allclose(found.total_m2, [10_000, 0, 0], rtol=1e-6)
    expected = [[5_000, 2_500, 5_000], [2_500, 5_000, 5_000], [5_000, 5_000, 10_000]]
    assert_allclose(found.matrix_m2, expected, rtol=1e-6)


def test_layers_that_share_no_parcel():
    found = across(a=[square(0, 0, 50, 100)], b=[square(200, 0, 50, 100)], c=[square(900, 0)])
    assert_allclose(found.total_m2, [5_000, 5_000, 0], rtol=1e-6)
    assert_allclose(found.matrix_m2, np.diag([5_000, 5_000, 0]), rtol=1e-6)
