"""A 界址点 file as a table of its own columns, and the columns of any table that a TXT has."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import pandas as pd

from dzgis.errors import raise_all
from dzgis.inputs.aliases import field_aliases, matching_fields, tables
from dzgis.inputs.parcel_fields import WORDS, AreaField, area_field, named_fields, word_field
from dzgis.inputs.txt import read_txt_whole
from dzgis.inputs.vector import Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from dzgis.boundary_file import TxtFile

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


class TxtFields(NamedTuple):
    """
    Columns of a table that fill the headers of a TXT.

    Attributes
    ----------
    words : dict of role to column
        Roles as `WORDS` names them; those without a column are left out.
    area : AreaField or None
    further : list of str
    header : dict of role to column
        What `txt_table` calls the same fields; the area is ``declared_area``.
    """

    words: dict[str, str]
    area: AreaField | None
    further: list[str]
    header: dict[str, str]


_POSITION = {
    "declared_area": 1,
    "parcel_id": 2,
    "parcel_name": 3,
    "map_sheet": 5,
    "land_use": 6,
    "land_class": 7,
}
"""Positions of roles in a header."""


def txt_fields(table: Table, fields: Mapping[str, str]) -> TxtFields:
    """
    Find the columns of a table that fill the headers of a TXT.

    Parameters
    ----------
    table : Table
    fields : mapping of role to column
        What the user named.

    Raises
    ------
    InputError
        If columns contradict each other and none was named.
    """
    named, faults = named_fields(table, fields)
    words = {}
    for role in WORDS:
        column, wrong = word_field(table, role, named)
        faults += wrong
        blank = matching_fields(table.frame.columns, field_aliases(role))
        if column or blank:  # a blank column is written blank
            words[role] = column or blank[0]
    area, wrong = area_field(table, named)
    raise_all([*faults, *wrong])
    header = {role: tables()["txt"]["header"][place] for role, place in _POSITION.items()}
    columns = [str(c) for c in table.frame.columns]
    return TxtFields(words, area, further_columns(columns), header)


def zone_attributes(file: TxtFile) -> dict[str, str]:
    """Names under which a file's head says ``zone`` and ``zone_width``."""
    said = [name for name, _ in file.attributes]
    known = {key: set(tables()["txt"][key]) for key in ("zone", "zone_width")}
    return {key: name for key, names in known.items() for name in said if name in names}


def further_columns(columns: Sequence[str]) -> list[str]:
    """Those of a table's columns that came from the further fields of a TXT's headers."""
    words = tables()["txt"]
    ours = [*words["header_13"]] if set(words["header_13"]) <= set(columns) else []
    numbered = [c for c in columns if c.startswith(words["header_other"])]
    return ours or numbered
