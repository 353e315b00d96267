"""Parcels that cannot be judged at all: each keeps its own line, with the reason."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from dzgis.findings import ParcelCheck
from dzgis.terms import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dzgis.findings import Check
    from dzgis.terms import Text


def with_broken(check: Check, broken: Mapping[str, Text]) -> Check:
    """
    Check with a line for each broken parcel as well.

    Parameters
    ----------
    check : Check
        Of the good parcels, whose ``land`` has ``n_record``, as `read_parcels_apart` gives it.
    broken : mapping of parcel_id to Text
        Why each of the others cannot be judged, in file order.

    Returns
    -------
    Check
        Parcels in file order; a broken one is undetermined, with no areas and no findings.
    """
    return replace(check, parcels=tuple(_in_file_order(check, broken))) if broken else check


def _in_file_order(check: Check, broken: Mapping[str, Text]) -> Iterator[ParcelCheck]:
    """Parcels by record number: what the good ones leave out are the numbers of the broken."""
    waiting = iter(broken.items())
    record = 1
    for parcel, number in zip(check.parcels, check.land["n_record"], strict=True):
        for _ in range(record, int(number)):
            yield _undetermined(*next(waiting))
        yield parcel
        record = int(number) + 1
    for one in waiting:
        yield _undetermined(*one)


def _undetermined(parcel_id: str, fault: Text) -> ParcelCheck:
    unknown = math.nan
    return ParcelCheck(parcel_id, Verdict.UNDETERMINED, unknown, unknown, unknown, (), fault)
