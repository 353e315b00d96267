from __future__ import annotations

import numpy as np
import pytest
from affine import Affine
from builders import grid
from numpy.testing import assert_allclose, assert_array_equal

from dzgis.grid import Grid, Window, padded_block, windows


def test_extent_of_a_grid():
    # 3 rows of 5 cells of 10 m, lower left corner at (500000, 2760000)
    toy = grid(3, 5)
    assert toy.shape == (3, 5)
    assert toy.cell_size == (10.0, 10.0)
    assert_allclose(toy.bounds, (500_000.0, 2_760_000.0, 500_050.0, 2_760_030.0))


@pytest.mark.parametrize("halo", [0, 1, 2])
@pytest.mark.parametrize("block", [1, 2, 3, 7, 100])
@pytest.mark.parametrize("shape", [(1, 1), (5, 7), (6, 4)])
def test_blocks_tile_the_grid_once(shape, block, halo):
    numbers = np.arange(shape[0] * shape[1], dtype=float).reshape(shape)
    beyond = np.pad(numbers, halo, constant_values=np.nan)
    seen = np.zeros(shape, int)
    for window in windows(shape, block=block, block_cols=2 * block):
        seen[window.rows, window.cols] += 1
        outer = padded_block(numbers, window, halo)
        rows = slice(window.rows.start, window.rows.stop + 2 * halo)
        cols = slice(window.cols.start, window.cols.stop + 2 * halo)
        assert_array_equal(outer, beyond[rows, cols])
    assert_array_equal(seen, 1)


def test_blocks_go_down_one_band_of_columns_after_the_other():
    # ┌───┬─┐
    # │ 0 │2│
    # ├───┼─┤
    # │ 1 │3│
    # └───┴─┘
    found = list(windows((4, 3), block=2))
    assert [(w.rows.start, w.cols.start, w.shape) for w in found] == [
        (0, 0, (2, 2)),
        (2, 0, (2, 2)),
        (0, 2, (2, 1)),
        (2, 2, (2, 1)),
    ]
    assert found[1].sides((4, 3)) == (False, True, True, False)


def test_a_block_grows_as_far_as_the_grid_goes():
    window = Window(slice(0, 2), slice(2, 4))
    grown = window.grown(1, (4, 5))
    assert (grown.rows, grown.cols) == (slice(0, 3), slice(1, 5))
    assert window.within(grown) == (slice(0, 2), slice(1, 3))


@pytest.mark.parametrize("turn_deg", [0.0, 30.0, 180.0, 271.0])
def test_a_turned_grid_knows_its_corners_and_cells(turn_deg):
    a = np.radians(turn_deg)
    transform = Affine(20 * np.cos(a), 10 * np.sin(a), 5e5, 20 * np.sin(a), -10 * np.cos(a), 2.76e6)
    turned = Grid(grid(1, 1).crs, transform, 4, 3)
    assert_allclose(turned.cell_size, (20.0, 10.0))
    x, y = turned.corner(2, 1)
    assert_allclose(turned.cell_at(x, y), (2.0, 1.0), atol=1e-6)
    part = turned.part(Window(slice(2, 4), slice(1, 3)))
    assert part.shape == (2, 2)
    assert_allclose(part.corner(0, 0), (x, y))
    corners = [turned.corner(row, col) for row in (0, 4) for col in (0, 3)]
    assert_allclose(turned.bounds[:2], np.min(corners, axis=0))
    assert turned.north_up == (turn_deg == 0.0)
