"""The exclusion step alone, counted on squared paper."""

from __future__ import annotations

import numpy as np
import pytest
from builders import GROUND, frame, grid, square
from numpy.testing import assert_allclose

from dzgis.engine import Engine
from dzgis.land import exclusion_areas, grounds_of, grounds_of_rings
from dzgis.rings import rings_of_shapes

ON = grid(3, 4, 30.0)

#   90 ┌──┬──┬──┬──┐    A: x 0 … 50, all of the height
#      ├──┼──┼──┼──┤    B: x 40 … 60, y 0 … 45
#    0 └──┴──┴──┴──┘
LAYERS = [frame(square(0, 0, 50, 90)), frame(square(40, 0, 20, 45))]


@pytest.mark.parametrize("engine", ["serial", "threads"])
def test_areas_and_shares_of_two_layers(engine):
    found = exclusion_areas(
        grounds_of(LAYERS, ON), ON, lambda mask: float(mask == 0), engine=Engine(engine)
    )
    wanted = {0: 10_800 - 4_950, 1: 4_050, 2: 450, 3: 450}
    assert found.m2 == {mask: pytest.approx(m2, rel=3 * GROUND) for mask, m2 in wanted.items()}
    column = np.array([1 / 3, 1 / 6, 0.0])  # x 30 … 60: A leaves 10 m of 30, B the upper part
    assert_allclose(found.left[:, 1], column, atol=1e-6)
    assert_allclose(found.left[:, 0], 0.0)
    assert_allclose(found.left[:, 2:], 1.0)


def test_frames_and_plain_arrays_give_the_same_and_fill_what_is_given():
    rings = [rings_of_shapes(one.geometry.to_numpy()) for one in LAYERS]
    out = np.full(ON.shape, np.nan, np.float32)
    given = exclusion_areas(grounds_of_rings(rings, ON), ON, lambda mask: 0.5**mask, out=out)
    frames = exclusion_areas(grounds_of(LAYERS, ON), ON, lambda mask: 0.5**mask)
    assert given.left is out
    assert np.array_equal(out, frames.left)
    assert given.m2 == frames.m2
