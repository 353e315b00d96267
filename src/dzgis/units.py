"""
Units of area and slope: the only conversions, and the only rounding.

1 公顷 = 10 000 m², 1 亩 = 10 000/15 m² exactly, 1 km² = 1 500 亩.
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

M2_PER_HECTARE = 10_000.0
M2_PER_MU = 10_000.0 / 15.0
M2_PER_KM2 = 1_000_000.0

DECIMALS_M2 = 2
DECIMALS_MU = 2
DECIMALS_HECTARE = 4


def hectares(area_m2: float) -> float:
    """
    公顷 from square metres.

    Examples
    --------
    >>> hectares(15234.17)
    1.523417
    """
    return area_m2 / M2_PER_HECTARE


def mu(area_m2: float) -> float:
    """
    亩 from square metres.

    Examples
    --------
    >>> round(mu(10_000.0), 9)
    15.0
    """
    return area_m2 / M2_PER_MU


def km2(area_m2: float) -> float:
    """平方公里 from square metres."""
    return area_m2 / M2_PER_KM2


def round_half_up(value: float, decimals: int) -> float:
    """
    Round as land tables do: halves go up in magnitude.

    Parameters
    ----------
    value : float
        Its shortest decimal form is what is rounded.
    decimals : int
        Digits kept after the point.

    Examples
    --------
    >>> round_half_up(0.125, 2), round(0.125, 2)
    (0.13, 0.12)
    """
    step = Decimal(1).scaleb(-decimals)
    return float(Decimal(repr(float(value))).quantize(step, rounding=ROUND_HALF_UP))


def apportioned(parts: Sequence[float], total: float, decimals: int) -> tuple[list[float], float]:
    """
    Round `parts` so that they add up to a total that stands (强制调平).

    They are balanced by largest remainders; what their sum then lacks goes to the largest part.

    Parameters
    ----------
    parts : sequence of float
        Non-negative, any one unit, at least one.
    total : float
        In the same unit; printed as `round_half_up` rounds it.
    decimals : int
        Digits kept after the point.

    Returns
    -------
    list of float
    float
        The residual: what the largest part was given beyond its share.

    Examples
    --------
    >>> apportioned([1 / 3, 1 / 3, 1 / 3], 1.0, 2)
    ([0.34, 0.33, 0.33], 0.0)
    >>> apportioned([10.004, 5.004], 15.02, 2)
    ([10.02, 5.0], 0.01)
    """
    scale = 10**decimals
    digits = [round(part * scale) for part in balanced(parts, decimals)]
    lacking = round(round_half_up(total, decimals) * scale) - sum(digits)
    digits[max(range(len(parts)), key=lambda n: parts[n])] += lacking
    return [digit / scale for digit in digits], lacking / scale


def balanced(parts: Sequence[float], decimals: int) -> list[float]:
    """
    Round `parts` so that they add up to their rounded sum (强制调平).

    Each part is rounded down to the last digit; the digits still missing go to the parts with
    the largest remainders, the earlier part first where two are equal.

    Parameters
    ----------
    parts : sequence of float
        Non-negative, any one unit.
    decimals : int
        Digits kept after the point.

    Examples
    --------
    >>> balanced([1 / 3, 1 / 3, 1 / 3], 2)
    [0.34, 0.33, 0.33]
    """
    scale = 10**decimals
    total = round(round_half_up(math.fsum(parts), decimals) * scale)
    scaled = [float(part) * scale for part in parts]
    floors = [int(np.floor(value)) for value in scaled]
    order = sorted(range(len(parts)), key=lambda i: floors[i] - scaled[i])
    missing = total - sum(floors)
    for i in order[: max(missing, 0)]:
        floors[i] += 1
    return [floor / scale for floor in floors]
