from __future__ import annotations

import numpy as np
import pytest
from builders import grid
from numpy.testing import assert_allclose, assert_array_equal

from dzgis.grid import windows


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
    numbers = np.arange(shape[0] * shape[1]).reshape(shape)
    seen = np.zeros(shape, int)
    for window in windows(shape, block=block, halo=halo):
        seen[window.rows, window.cols] += 1
        outer = numbers[window.outer_rows, window.outer_cols]
        assert_array_equal(outer[window.inner], numbers[window.rows, window.cols])
    assert_array_equal(seen, 1)


def test_halo_stops_at_the_edge():
    # ┌───┬───┬─┐   the block in the middle of the first row of blocks has its halo on three
    # │ 0 │ 1 │2│   sides: none above
    # ├───┼───┼─┤
    # │ 3 │ 4 │5│
    window = list(windows((4, 5), block=2, halo=1))[1]
    assert (window.rows, window.cols) == (slice(0, 2), slice(2, 4))
    assert (window.outer_rows, window.outer_cols) == (slice(0, 3), slice(1, 5))
    assert window.inner == (slice(0, 2), slice(1, 3))
