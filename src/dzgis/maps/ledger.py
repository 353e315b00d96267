"""Ledger of a cluster or an axis, as its popup shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dzgis.maps import words
from dzgis.maps.value import known, land_area

if TYPE_CHECKING:
    import pandas as pd

    from dzgis.terms import Language

LEDGER_FIELDS = (
    words.LEDGER_AVAILABLE,
    words.LEDGER_PROPOSED,
    words.LEDGER_CHECKED,
    words.LEDGER_CLEAR,
    words.LEDGER_CONFLICTING,
    words.LEDGER_UNDETERMINED,
)
_COUNTED = ("proposed", "checked", "clear", "conflicting", "undetermined")


def ledger_values(ledger: pd.DataFrame | None, key: str, lang: Language) -> tuple[str, ...]:
    """
    Values of `LEDGER_FIELDS`; empty where there is no ledger or it does not know `key`.

    Parameters
    ----------
    ledger : DataFrame, indexed by id, or None
        Columns `dzgis.planning.LEDGER`.
    key : str
        Id of a cluster or an axis.
    lang : {"zh", "en"}
    """
    if ledger is None or key not in ledger.index:
        return ("",) * len(LEDGER_FIELDS)
    row = ledger.loc[key]
    return (
        land_area(row["available_m2"], lang),
        *(_counted(row[f"n_{name}"], row[f"{name}_m2"], lang) for name in _COUNTED),
    )


def _counted(number: object, area_m2: object, lang: Language) -> str:
    """Return a number of parcels, with their area where it is known."""
    if not known(number):
        return ""
    count = f"{int(float(str(number))):,} {words.PIECES.say(lang)}"
    area = land_area(area_m2, lang)
    return f"{count}，{area}" if area and lang == "zh" else ", ".join(filter(None, (count, area)))
