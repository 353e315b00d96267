"""
Attributes that a layer may have or not: a missing field is a blank column, never a fault.

Which they are for a role stands in ``aliases.toml``: ``optional`` of the role, and of every role.
Where an attribute has a table of values, what is none of them is a fault, as it is for attributes
that rules need: a value that nobody understands must not count as a blank.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from dzgis.inputs.aliases import matching_fields, tables
from dzgis.inputs.attributes import attribute, plain_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

    from dzgis.terms import Text


def optional_names(role: str) -> tuple[str, ...]:
    """Attributes that a layer of a role keeps where it has them, each once."""
    own: list[str] = tables()["roles"].get(role, {}).get("optional", [])
    return tuple(dict.fromkeys((*tables()["every_role"]["optional"], *own)))


def optional_attributes(
    frame: gpd.GeoDataFrame, names: Sequence[str], where: str
) -> dict[str, pd.Series[str]]:
    """
    Values of attributes as far as the layer has them.

    Parameters
    ----------
    frame : GeoDataFrame
        As read.
    names : sequence of str
        Attributes of ``aliases.toml``.
    where : str
        How messages call the source.

    Returns
    -------
    dict of str to Series
        Every name: text on the index of `frame`, blank where the layer or the record does not say.
        Free text is of the first field that is filled in; an attribute with a table of values is
        in the spelling of rules, all blank where `optional_faults` names a fault of it.
    """
    return {name: _values(frame, name, where) for name in names}


def optional_faults(frame: gpd.GeoDataFrame, names: Sequence[str], where: str) -> list[Text]:
    """Values that are none of an attribute's own, and fields that contradict each other."""
    tabled = [name for name in names if _is_said(frame, name) and _known_values(name)]
    return [fault for name in tabled for fault in attribute(frame, name, where)[1]]


def _values(frame: gpd.GeoDataFrame, name: str, where: str) -> pd.Series[str]:
    together: pd.Series[str] = pd.Series("", index=frame.index, dtype=object)
    if _known_values(name):
        found = attribute(frame, name, where)[0] if _is_said(frame, name) else None
        return together if found is None else found
    for field in _fields(frame, name):
        blank = together == ""
        together = together.where(~blank, plain_text(frame[field])) if blank.any() else together
    return together


def _fields(frame: gpd.GeoDataFrame, name: str) -> list[str]:
    return matching_fields(frame.columns, tables()["attributes"][name]["fields"])


def _known_values(name: str) -> dict[str, list[str]]:
    values: dict[str, list[str]] = tables()["attributes"][name].get("values", {})
    return values


def _is_said(frame: gpd.GeoDataFrame, name: str) -> bool:
    """Whether a field of an attribute is filled in anywhere: a layer may leave it blank."""
    return any((plain_text(frame[field]) != "").any() for field in _fields(frame, name))
