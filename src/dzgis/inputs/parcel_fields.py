"""Which column of a table holds what of a parcel; where several could, the user has to say."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from dzgis.errors import listed
from dzgis.inputs.aliases import field_ranks, folded, matching_fields, tables
from dzgis.terms import Text
from dzgis.units import M2_PER_HECTARE, M2_PER_MU

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dzgis.inputs.vector import Table

M2_PER = {"m2": 1.0, "ha": M2_PER_HECTARE, "mu": M2_PER_MU}
AREA = "declared_area"
WORDS = ("parcel_id", "parcel_name", "map_sheet", "land_use", "land_class")
ROLES = (*WORDS, *(f"{AREA}_{unit}" for unit in M2_PER))
"""What ``--field ROLE=COLUMN`` may name."""
ROUNDING_M2 = 4.0
"""Areas of 0.01 亩 (6.67 m²) and of 0.0001 公顷 (1 m²), both rounded, differ by less."""


class AreaField(NamedTuple):
    """A column of areas and how many m² its unit has."""

    column: str
    m2: float


def named_fields(table: Table, fields: Mapping[str, str]) -> tuple[dict[str, str], list[Text]]:
    """
    Columns that the user named for roles, as the table spells them.

    Returns
    -------
    dict of role to column
    list of Text
        Roles and columns that do not exist.
    """
    known = {folded(column): str(column) for column in _columns(table)}
    faults = [
        Text(
            f"没有字段角色 {role}；可用：{listed(ROLES)}",
            f"there is no field role {role}; there are: {listed(ROLES)}",
        )
        for role in fields
        if role not in ROLES
    ]
    there = listed(known.values(), 40)
    faults += [
        Text(
            f"{table.where} 没有字段 {column}（用作 {role}）；现有字段：{there}",
            f"{table.where} has no field {column} (named for {role}); its fields are: {there}",
        )
        for role, column in fields.items()
        if folded(column) not in known
    ]
    return {r: known[folded(c)] for r, c in fields.items() if folded(c) in known}, faults


def word_field(table: Table, role: str, named: Mapping[str, str]) -> tuple[str | None, list[Text]]:
    """
    Column that holds one of `WORDS`: the named one, else the one of the first rank filled in.

    Returns
    -------
    str or None
        None where no column holds it.
    list of Text
        Columns of one rank that contradict each other.
    """
    if role in named:
        return named[role], []
    for rank in field_ranks(role):
        fits = [c for c in matching_fields(_columns(table), rank) if is_filled_in(table, c)]
        if fits:
            return _fullest(table, fits), list(_contradictions(table, role, fits))
    return None, []


def area_field(table: Table, named: Mapping[str, str]) -> tuple[AreaField | None, list[Text]]:
    """Column that holds the declared area, as `word_field`; its unit is that of its name."""
    fits = [
        AreaField(named[f"{AREA}_{unit}"], m2)
        for unit, m2 in M2_PER.items()
        if f"{AREA}_{unit}" in named
    ]
    if not fits:
        fits = [
            AreaField(column, M2_PER[unit])
            for unit, aliases in tables()[AREA].items()
            for column in matching_fields(_columns(table), aliases)
        ]
    filled = [fit for fit in fits if np.isfinite(areas_m2(table, fit)).any()]
    faults = list(_area_contradictions(table, filled))
    return next(iter(filled or fits), None), faults


def areas_m2(table: Table, field: AreaField) -> pd.Series[float]:
    """Values of a column of areas in m², NaN where there is none."""
    numbers = pd.to_numeric(table.frame[field.column], errors="coerce")
    return pd.Series(numbers.to_numpy(dtype=float, na_value=np.nan) * field.m2, table.frame.index)


def word_of(value: object) -> str:
    """Text of a cell; a whole number has no decimals."""
    if value is None or value is pd.NA or value != value:  # noqa: PLR0124  NaN and NaT
        return ""
    return str(value).strip().removesuffix(".0")


def words_of(table: Table, column: str) -> pd.Series[str]:
    """Texts of a column, on the table's index."""
    cells = table.frame[column]
    if isinstance(cells.dtype, pd.StringDtype):
        plain = cells.fillna("").str.strip().str.removesuffix(".0")
        return pd.Series(plain.to_numpy(dtype=object), index=cells.index, dtype=object)
    return pd.Series([word_of(value) for value in cells], index=cells.index, dtype=object)


def is_filled_in(table: Table, column: str) -> bool:
    """Whether a column holds words at all: many programs add an ``Id`` that is 0 throughout."""
    return not set(words_of(table, column)) <= {"", "0"}


def _columns(table: Table) -> list[str]:
    return [str(c) for c in table.frame.columns if c != table.frame.geometry.name]


def _fullest(table: Table, fits: Sequence[str]) -> str:
    """First of the columns with the fewest blanks."""
    if len(fits) == 1:
        return fits[0]
    return min(fits, key=lambda column: int((words_of(table, column) == "").sum()))


def _contradictions(table: Table, role: str, fits: Sequence[str]) -> Iterator[Text]:
    for one, other in combinations(fits, 2):
        a, b = words_of(table, one), words_of(table, other)
        differ = (a != b) & (a != "") & (b != "")
        if differ.any():
            yield _ambiguous(table, (role, one, other), [*zip(a[differ], b[differ], strict=True)])


def _area_contradictions(table: Table, fits: Sequence[AreaField]) -> Iterator[Text]:
    for one, other in combinations(fits, 2):
        a, b = areas_m2(table, one), areas_m2(table, other)
        differ = (a - b).abs() > ROUNDING_M2
        if differ.any():
            unit = next(unit for unit, m2 in M2_PER.items() if m2 == one.m2)
            said = (f"{AREA}_{unit}", one.column, other.column)
            pairs = zip(a[differ], b[differ], strict=True)
            yield _ambiguous(table, said, [(f"{x:.2f} m²", f"{y:.2f} m²") for x, y in pairs])


def _ambiguous(table: Table, said: tuple[str, str, str], pairs: Sequence[tuple[str, str]]) -> Text:
    role, one, other = said
    shown = listed((f"{a} / {b}" for a, b in pairs), 3)
    return Text(
        f"{table.where} 的字段 {one} 与 {other} 都可作 {role}，取值不同：{shown}；"
        f"请用 --field {role}={one}（或另一个字段）指明",
        f"{table.where}: the fields {one} and {other} could both be {role} and differ: {shown}; "
        f"say which with --field {role}={one} (or the other)",
    )
