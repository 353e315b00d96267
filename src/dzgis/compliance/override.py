"""Decisions of people beside the verdicts (人工复核结论), never in their place."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from dzgis.errors import InputError, listed
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dzgis.findings import Override, ParcelCheck


def with_overrides(
    parcels: Sequence[ParcelCheck], overrides: Mapping[str, Override]
) -> tuple[ParcelCheck, ...]:
    """
    Put people's decisions beside the verdicts on their parcels; the verdicts stay as they are.

    Parameters
    ----------
    parcels : sequence of ParcelCheck
    overrides : mapping of parcel_id to Override

    Returns
    -------
    tuple of ParcelCheck
        In the same order.

    Raises
    ------
    InputError
        If decisions name parcels that were not checked.
    """
    known = [parcel.parcel_id for parcel in parcels]
    strange = [parcel_id for parcel_id in overrides if parcel_id not in set(known)]
    if strange:
        raise InputError(_unknown(strange, known))
    return tuple(
        replace(parcel, override=overrides.get(parcel.parcel_id, parcel.override))
        for parcel in parcels
    )


def _unknown(strange: Sequence[str], known: Sequence[str]) -> Text:
    close = get_close_matches(strange[0], known, n=1)
    return Text(
        f"人工复核结论中的地块 {listed(strange)} 不在本次核查中；请改正编号"
        + "".join(f"（是否指 {one}？）" for one in close),
        f"people decided on parcels that were not checked: {listed(strange)}; correct their ids"
        + "".join(f" (did you mean {one}?)" for one in close),
    )
