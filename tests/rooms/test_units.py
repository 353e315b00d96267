from __future__ import annotations

import pytest

from dzgis.units import apportioned, balanced, hectares, km2, mu, round_half_up


def test_a_square_kilometre_in_all_units():
    assert hectares(1_000_000.0) == pytest.approx(100.0)
    assert mu(1_000_000.0) == pytest.approx(1500.0)
    assert km2(1_000_000.0) == pytest.approx(1.0)


def test_a_hectare_is_fifteen_mu():
    assert mu(10_000.0) == pytest.approx(15.0, rel=1e-15)


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (0.125, 2, 0.13),
        (0.135, 2, 0.14),
        (2.675, 2, 2.68),  # its binary value is below the half, its shortest decimal is the half
        (1.005, 2, 1.01),
        (0.124999, 2, 0.12),
        (-0.125, 2, -0.13),
        (2.5, 0, 3.0),
        (1e-9, 2, 0.0),
        (3385482345.125, 2, 3385482345.13),
    ],
)
def test_halves_go_up(value, decimals, expected):
    assert round_half_up(value, decimals) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(
    ("parts", "decimals", "expected"),
    [
        # 0.333… three times: one digit is missing, the first of the equals gets it
        ([1 / 3, 1 / 3, 1 / 3], 2, [0.34, 0.33, 0.33]),
        # 1.4 + 1.4 + 1.4 = 4.2 → 4: floors 1 1 1, one missing
        ([1.4, 1.4, 1.4], 0, [2.0, 1.0, 1.0]),
        # 0.6 + 0.6 + 0.7 = 1.9 → 2: floors 0 0 0, two missing, the largest remainder first
        ([0.6, 0.6, 0.7], 0, [1.0, 0.0, 1.0]),
        ([0.29, 0.71], 2, [0.29, 0.71]),  # 0.29 * 100 is 28.999999999999996
        ([0.0, 0.0], 2, [0.0, 0.0]),
        ([], 2, []),
        ([12.345], 2, [12.35]),
    ],
)
def test_balanced(parts, decimals, expected):
    assert balanced(parts, decimals) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(
    ("parts", "total", "expected", "residual"),
    [
        ([1 / 3, 1 / 3, 1 / 3], 1.0, [0.34, 0.33, 0.33], 0.0),
        # Rounded on their own 4.00 + 6.00; the total has 0.03 more, which the largest gets.
        ([4.0, 6.0], 10.03, [4.0, 6.03], 0.03),
        ([4.0, 6.0], 9.99, [4.0, 5.99], -0.01),
        # The equals share their digits, the first largest takes the rest.
        ([5.0, 5.0], 10.01, [5.01, 5.0], 0.01),
        ([7.125], 7.125, [7.13], 0.0),
    ],
)
def test_apportioned(parts, total, expected, residual):
    found, left = apportioned(parts, total, 2)
    assert found == pytest.approx(expected, rel=1e-15)
    assert left == pytest.approx(residual, abs=1e-15)
