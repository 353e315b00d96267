"""Land classes of a parcel in printed digits that add up to its area (强制调平)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dzgis.terms import LandGroup, Text
from dzgis.units import apportioned

if TYPE_CHECKING:
    import pandas as pd

    from dzgis.reports.table import Unit


class LandPart(NamedTuple):
    """One land class of one owner; sizes in printed digits of a unit."""

    group: LandGroup | None
    code: str
    name: Text
    village: str
    owner: str
    ownership: str
    net: float
    ridge: float


def land_parts(table: pd.DataFrame, area_m2: float, unit: Unit) -> tuple[list[LandPart], float]:
    """
    All parts of one parcel, rounded so that they add up to its area.

    Parameters
    ----------
    table : DataFrame
        The parcel's rows of `Facts.land_classes`.
    area_m2 : float
        Area of record.
    unit : Unit

    Returns
    -------
    list of LandPart
    float
        What the largest part was given beyond its share, in the unit.
    """
    rows = table.to_dict(orient="records")
    sizes = [unit.of(max(float(row[key]), 0.0)) for row in rows for key in ("net_m2", "ridge_m2")]
    if not sizes:
        return [], 0.0
    digits, residual = apportioned(sizes, unit.of(area_m2), unit.decimals)
    parts = [
        LandPart(
            group=_group(row["group"]),
            code=word(row["code"]),
            name=_text(row["name"]),
            village=word(row["village"]),
            owner=word(row["owner"]),
            ownership=word(row["ownership"]),
            net=digits[2 * n],
            ridge=digits[2 * n + 1],
        )
        for n, row in enumerate(rows)
    ]
    return parts, residual


def _group(value: object) -> LandGroup | None:
    """Group of a cell, whether pandas kept the enum or made plain text of it."""
    return LandGroup(value) if isinstance(value, str) and value in set(LandGroup) else None


def _text(value: object) -> Text:
    """Name of a cell, as it is or in one language."""
    return value if isinstance(value, Text) else Text(word(value), word(value))


def word(value: object) -> str:
    """Text of a cell; blank where there is none."""
    return value if isinstance(value, str) else ""
