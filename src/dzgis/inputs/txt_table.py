"""A 界址点 file as a table of its own columns, and the columns of any table that a TXT has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from dzgis.inputs.aliases import tables
from dzgis.inputs.txt import read_txt_whole
from dzgis.inputs.vector import Table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_N_COUNTED, _AREA, _KIND = 0, 1, 4
"""Positions of fields that are made when a TXT is written, or kept as a number."""


def txt_table(path: Path) -> Table:
    """
    Read a 界址点 file as a table with standard field codes.

    Returns
    -------
    Table
        ``DKBH``, ``DKMC``, ``DKMJ_HA`` (hectares of the header), ``TFH``, ``DKYT``, ``DLBM``, and
        a column for each further field of the headers; the layer is the file's stem.

    Raises
    ------
    MissingFileError, InputError
        As `read_txt`.
    """
    read = read_txt_whole(path)
    rows = [parcel.values for parcel in read.parcels]
    names = header_columns(max(map(len, rows)))
    columns: dict[str, object] = {}
    for position, name in enumerate(names):
        if position == _AREA:
            columns[name] = read.frame["header_area_ha"]
        elif position not in {_N_COUNTED, _KIND}:
            found = [row[position] or None if position < len(row) else None for row in rows]
            columns[name] = pd.Series(found, index=read.frame.index, dtype=object)
    frame = gpd.GeoDataFrame(columns, geometry=read.frame.geometry, crs=read.frame.crs)
    return Table(frame, str(path), path.stem)


def header_columns(n_fields: int) -> list[str]:
    """
    Columns for the fields of a header, by position, the @ not counted.

    Examples
    --------
    >>> header_columns(9)[6:]
    ['DKYT', 'DLBM', 'TXT_9']
    """
    words = tables()["txt"]
    first: list[str] = words["header"]
    more: list[str] = words["header_13"]
    if n_fields == len(first) + len(more):
        return [*first, *more]
    return [*first, *(f"{words['header_other']}{n + 1}" for n in range(len(first), n_fields))]


def further_columns(columns: Sequence[str]) -> list[str]:
    """Those of a table's columns that came from the further fields of a TXT's headers."""
    words = tables()["txt"]
    ours = [*words["header_13"]] if set(words["header_13"]) <= set(columns) else []
    numbered = [c for c in columns if c.startswith(words["header_other"])]
    return ours or numbered
