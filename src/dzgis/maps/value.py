"""Values as a popup shows them; an unknown value is an empty text and gets no row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dzgis.maps import words
from dzgis.terms import Text
from dzgis.units import (
    DECIMALS_HECTARE,
    DECIMALS_M2,
    DECIMALS_MU,
    M2_PER_KM2,
    hectares,
    km2,
    mu,
    round_half_up,
)

if TYPE_CHECKING:
    from dzgis.terms import Language

_M_PER_KM = 1000.0


def number(value: float, decimals: int) -> str:
    """
    Round a number and set its thousands apart.

    Examples
    --------
    >>> number(1234.565, 2)
    '1,234.57'
    """
    return f"{round_half_up(value, decimals):,.{decimals}f}"


def known(value: object) -> bool:
    """Whether a cell of a frame holds anything."""
    if isinstance(value, float | np.floating):
        return not np.isnan(value)
    return not any(value is nothing for nothing in (None, pd.NA, pd.NaT)) and value != ""


def said(value: object, lang: Language) -> str:
    """Return a cell of a frame as plain text; a `Text` in `lang`."""
    if not known(value):
        return ""
    return value.say(lang) if isinstance(value, Text) else str(value)


def key_of(value: object) -> str:
    """Return an id as text; an unknown one is empty."""
    return str(value) if known(value) else ""


def quantity(value: float, decimals: int, unit: Text, lang: Language) -> str:
    """Write a number and its unit."""
    return f"{number(value, decimals)} {unit.say(lang)}"


def land_area(area_m2: object, lang: Language) -> str:
    """
    Area of a county or candidate: km² and 公顷 from 1 km² up, else 公顷 and 亩.

    Examples
    --------
    >>> land_area(1_301_240_000.0, "en"), land_area(152_341.7, "en")
    ('1,301.24 km² = 130,124.00 ha', '15.23 ha = 228.51 mu')
    """
    if not known(area_m2):
        return ""
    area = float(str(area_m2))
    in_hectares = quantity(hectares(area), 2, words.HECTARE, lang)
    if area >= M2_PER_KM2:
        return f"{quantity(km2(area), 2, words.KM2, lang)} = {in_hectares}"
    return f"{in_hectares} = {quantity(mu(area), 2, words.MU, lang)}"


def parcel_area(area_m2: object, lang: Language) -> str:
    """
    Area of a parcel or piece in all three units.

    Examples
    --------
    >>> parcel_area(15234.17, "en")
    '15,234.17 m² = 1.5234 ha = 22.85 mu'
    """
    if not known(area_m2):
        return ""
    area = float(str(area_m2))
    return " = ".join(
        (
            quantity(area, DECIMALS_M2, words.M2, lang),
            quantity(hectares(area), DECIMALS_HECTARE, words.HECTARE, lang),
            quantity(mu(area), DECIMALS_MU, words.MU, lang),
        )
    )


def length(length_m: object, lang: Language) -> str:
    """
    Length in km from 1 km up, else in m.

    Examples
    --------
    >>> length(12_345.0, "en"), length(345.2, "en")
    ('12.35 km', '345 m')
    """
    if not known(length_m):
        return ""
    metres = float(str(length_m))
    if metres >= _M_PER_KM:
        return quantity(metres / _M_PER_KM, 2, words.KM, lang)
    return quantity(metres, 0, words.M, lang)


def degrees(value: object) -> str:
    """Slope in degrees."""
    return f"{number(float(str(value)), 1)}°" if known(value) else ""


def accuracy(acc_km: float, lang: Language) -> str:
    """How far a position may be off."""
    return f"± {quantity(acc_km, 1, words.KM, lang)}"
