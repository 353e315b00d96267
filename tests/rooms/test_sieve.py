"""The clean-up of slope maps on squared paper."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_array_equal

from dzgis.errors import InputError
from dzgis.grid import windows
from dzgis.terrain import min_patch_m2, sieve, sieve_halo

CELL_M2 = 100.0


def paper(text):
    return np.array([[int(c) for c in row.split()] for row in text.strip().splitlines()], np.uint8)


def cleaned(classes, *, cells, n_classes=4, **more):
    """Patches of fewer than `cells` cells are too small."""
    area = np.full(len(classes), CELL_M2)
    limit = cells * CELL_M2
    return sieve(classes, area, min_patch_m2=limit, n_classes=n_classes, **more)


def test_smallest_patches_of_official_scales():
    # 30 mm² at 1:10 000 are 3 000 m²; at 1:50 000 they are 25 times as much.
    assert [min_patch_m2(scale) for scale in (10_000, 50_000)] == [3000.0, 75_000.0]


def test_a_small_patch_joins_the_lower_neighbour_though_the_higher_has_more_border():
    raw = paper("""
        3 3 3 3 3 1 1
        3 3 3 3 3 1 1
        3 3 3 2 2 1 1
        3 3 3 3 3 1 1
        3 3 3 3 3 1 1
    """)
    found = cleaned(raw, cells=3)
    assert found[2].tolist() == [3, 3, 3, 1, 1, 1, 1]
    assert_array_equal(np.delete(found, 2, axis=0), np.delete(raw, 2, axis=0))


def test_of_lower_neighbours_the_longest_border_counts_then_the_lower_class():
    raw = paper("""
        2 2 2 2 2 2
        2 2 4 2 2 2
        1 1 4 2 2 2
        1 1 4 2 2 2
        1 1 1 1 1 1
    """)
    assert cleaned(raw, cells=4)[1:4, 2].tolist() == [2, 2, 2]  # border 5 with 2, 3 with 1
    even = paper("""
        1 1 2 2
        1 3 2 2
        1 1 2 2
    """)
    even[0, 1] = 2  # border 2 with each
    assert cleaned(even, cells=2)[1, 1] == 1


def test_a_small_patch_among_higher_ones_stays():
    raw = np.full((5, 5), 3, np.uint8)
    raw[2, 2] = 1
    assert_array_equal(cleaned(raw, cells=4), raw)


def test_a_patch_that_is_large_enough_stays():
    raw = paper("""
        1 1 1 1 1
        1 2 2 1 1
        1 2 2 1 1
        1 1 1 1 1
    """)
    assert_array_equal(cleaned(raw, cells=4), raw)
    assert (cleaned(raw, cells=5) == 1).all()


def test_corners_do_not_join_patches():
    raw = paper("""
        1 1 1 1 1 1
        1 3 3 1 1 1
        1 1 1 3 3 1
        1 1 1 1 1 1
    """)
    assert (cleaned(raw, cells=3) == 1).all()


def test_a_strip_between_two_lower_classes_is_shared_out_by_turns():
    raw = np.ones((7, 12), np.uint8)
    raw[3] = 3
    raw[4:] = 2
    found = cleaned(raw, cells=1)
    assert sorted(set(found[3].tolist())) == [1, 2]
    assert (found[3] == 1).sum() == (found[3] == 2).sum() == 6
    assert_array_equal(np.delete(found, 3, axis=0), np.delete(raw, 3, axis=0))


def test_bumps_and_short_tails_of_a_patch_are_no_strips():
    raw = np.ones((9, 9), np.uint8)
    raw[5:] = 2
    raw[3:5, 4] = 2  # a tail of two cells
    assert_array_equal(cleaned(raw, cells=1), raw)
    raw[1:3, 4] = 2  # of four: its tip is more than two cells from the patch
    assert cleaned(raw, cells=1)[:5, 4].tolist() == [1, 1, 1, 2, 2]


def test_the_area_of_a_patch_follows_its_rows():
    raw = np.ones((4, 4), np.uint8)
    raw[1, 1] = raw[2, 2] = 2
    area = np.array([10.0, 10.0, 30.0, 30.0])
    found = sieve(raw, area, min_patch_m2=20.0, n_classes=2)
    # The strip rule takes what the patch rule leaves: single cells are strips too.
    assert found[1, 1] == 1
    assert (found <= raw).all()


def test_too_many_cells_to_a_patch_are_refused(monkeypatch):
    monkeypatch.setenv("DZGIS_LANG", "en")
    assert sieve_halo(900.0, 3000.0, 4) == 27
    with pytest.raises(InputError, match=r"3000 m², has 3000 cells of about 1 m²"):
        sieve_halo(1.0, 3000.0, 4)


# ------------------------------------------------------------------ what holds for any map

MAPS = arrays(
    np.uint8, st.tuples(st.integers(1, 14), st.integers(1, 14)), elements=st.integers(0, 4)
)


@given(MAPS, st.integers(1, 6))
def test_no_class_is_raised_and_nothing_unknown_changes(raw, cells):
    found = cleaned(raw, cells=cells)
    assert (found <= raw).all()
    assert_array_equal(found == 0, raw == 0)


@given(MAPS, st.integers(1, 5))
def test_a_mirrored_map_gives_the_mirrored_patches(raw, cells):
    # Whole rows and columns of the same height: turns of strips are those of the mirror.
    odd = raw[: (len(raw) - 1) // 2 * 2 + 1, : (raw.shape[1] - 1) // 2 * 2 + 1]
    expected = cleaned(odd, cells=cells)
    for turn in (np.flipud, np.fliplr, np.transpose):
        assert_array_equal(cleaned(turn(odd), cells=cells), turn(expected))


@given(st.integers(0, 2**32 - 1), st.integers(1, 4), st.sampled_from([5, 9, 16]))
def test_blocks_with_their_halo_give_what_the_whole_gives(seed, cells, block):
    rng = np.random.default_rng(seed)
    raw = np.kron(rng.integers(0, 5, (20, 24)), np.ones((2, 2), int)).astype(np.uint8)
    flips = rng.random(raw.shape) < 0.15
    raw[flips] = rng.integers(0, 5, int(flips.sum()))
    whole = cleaned(raw, cells=cells)
    halo = sieve_halo(CELL_M2, cells * CELL_M2, 4)
    for window in windows(raw.shape, block=block):
        wide = window.grown(halo, raw.shape)
        origin = (wide.rows.start, wide.cols.start)
        part = cleaned(raw[wide.rows, wide.cols], cells=cells, origin=origin)
        assert_array_equal(part[window.within(wide)], whole[window.rows, window.cols])
