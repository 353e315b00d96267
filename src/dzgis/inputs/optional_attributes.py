"""
Attributes that reports print and a layer may have or not: a missing field is a blank column.

Which they are stands in ``aliases.toml``: ``optional`` of every role and of a role. Nothing is
decided by them, so nothing of them is a fault: a value that has no spelling of its own is kept as
the layer has it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from dzgis.inputs.aliases import code_of, matching_fields, tables
from dzgis.inputs.attributes import plain_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd


def optional_names(role: str) -> tuple[str, ...]:
    """Attributes that a layer of a role keeps where it has them, each once."""
    own: list[str] = tables()["roles"].get(role, {}).get("optional", [])
    return tuple(dict.fromkeys((*tables()["every_role"]["optional"], *own)))


def optional_attributes(frame: gpd.GeoDataFrame, names: Sequence[str]) -> dict[str, pd.Series[str]]:
    """
    Values of attributes as far as the layer has them.

    Parameters
    ----------
    frame : GeoDataFrame
        As read.
    names : sequence of str
        Attributes of ``aliases.toml``.

    Returns
    -------
    dict of str to Series
        Every name: text on the index of `frame`, from the first field that is filled in, blank
        where none is; in the spelling of the attribute's table of values, where it has one that
        knows the value.
    """
    return {name: _spelled(_said(frame, name), name) for name in names}


def _said(frame: gpd.GeoDataFrame, name: str) -> pd.Series[str]:
    together: pd.Series[str] = pd.Series("", index=frame.index, dtype=object)
    for field in matching_fields(frame.columns, tables()["attributes"][name]["fields"]):
        blank = together == ""
        together = together.where(~blank, plain_text(frame[field])) if blank.any() else together
    return together


def _spelled(texts: pd.Series[str], name: str) -> pd.Series[str]:
    values = tables()["attributes"][name].get("values", {})
    if not values:
        return texts
    known = {text: code_of(text, values) or text for text in texts.unique()}
    return pd.Series([known[text] for text in texts], index=texts.index, dtype=object)
