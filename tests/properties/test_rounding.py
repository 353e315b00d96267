"""What rounding must keep for any figures."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dzgis.reports.table import UNITS, balanced_rows
from dzgis.units import apportioned, balanced, round_half_up

AREAS = st.floats(0, 5e9, allow_nan=False)
DECIMALS = st.integers(0, 4)


@given(st.lists(AREAS, max_size=30), DECIMALS)
def test_balanced_parts_add_up_to_their_rounded_sum(parts, decimals):
    found = balanced(parts, decimals)
    total = round_half_up(math.fsum(parts), decimals)
    printed = sum(Decimal(str(round(value, decimals))) for value in found)
    # The sum of many large figures is itself known to its last binary digit only.
    assert float(printed) == pytest.approx(total, abs=10.0**-decimals, rel=1e-15)


@given(st.lists(AREAS, max_size=30), DECIMALS)
def test_balanced_parts_stay_within_a_digit(parts, decimals):
    digit = 10.0**-decimals
    for part, found in zip(parts, balanced(parts, decimals), strict=True):
        assert found == pytest.approx(part, abs=1.001 * digit, rel=1e-12)
        assert found >= 0.0


@given(st.lists(st.integers(0, 10**11), max_size=20), DECIMALS)
def test_figures_that_need_no_rounding_stay(whole, decimals):
    parts = [n / 10**decimals for n in whole]
    assert balanced(parts, decimals) == parts


@given(st.lists(AREAS, min_size=1, max_size=30), DECIMALS, st.floats(-0.02, 0.02))
def test_apportioned_parts_add_up_to_the_total(parts, decimals, off):
    off = max(off, -math.fsum(parts))
    total = math.fsum(parts) + off
    found, residual = apportioned(parts, total, decimals)
    scale = 10**decimals
    assert sum(round(part * scale) for part in found) == round(
        round_half_up(total, decimals) * scale
    )
    assert residual == pytest.approx(off, abs=1.0001 / scale, rel=1e-6)
    largest = max(range(len(parts)), key=lambda n: parts[n])
    others = [n for n in range(len(parts)) if n != largest]
    assert [found[n] for n in others] == [balanced(parts, decimals)[n] for n in others]


@given(
    st.integers(1, 5).flatmap(
        lambda n: st.lists(st.lists(AREAS, min_size=n, max_size=n), min_size=1, max_size=6)
    ),
    st.sampled_from(UNITS),
)
def test_printed_tables_add_up_both_ways(values, unit):
    rows, residual = balanced_rows([("r",)] * len(values), values, unit)
    scale = 10**unit.decimals
    figures = [[round(value * scale) for value in row[1:]] for row in rows]
    assert all(sum(row[:-1]) == row[-1] for row in figures)
    *parts, total = figures
    assert [sum(column) for column in zip(*parts, strict=True)] == total
    # Each row is rounded once: half a digit a row, and the rounding of the true total.
    assert residual == pytest.approx(0.0, abs=(len(values) / 2 + 1) / scale + 1e-6)


@given(st.floats(-1e9, 1e9), DECIMALS)
def test_rounding_is_within_half_a_digit_and_stable(value, decimals):
    found = round_half_up(value, decimals)
    assert found == pytest.approx(value, abs=0.5001 * 10.0**-decimals)
    assert round_half_up(found, decimals) == found
    assert round_half_up(-value, decimals) == -found
