"""CSV of millions of rows, written column by column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dzgis.stores.texts import FORMULA

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pyarrow as pa

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_DECIMALS = 4


def write_large_csv(table: pa.Table, path: Path, *, decimals: Mapping[str, int]) -> None:
    """
    Write UTF-8 with a byte-order mark; text is made safe as `write_csv` does.

    Parameters
    ----------
    table : pyarrow Table
    path : Path
    decimals : mapping of column to int
        Digits after the point of figures; four where a column is not named.
    """
    import pyarrow as pa
    import pyarrow.csv as pc

    columns = []
    for name in table.column_names:
        column = table.column(name)
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            column = _no_formula(column.cast(pa.string()))
        elif pa.types.is_floating(column.type):
            column = _rounded(column, decimals.get(name, _DECIMALS))
        columns.append(column)
    with path.open("wb") as stream:
        stream.write(_BYTE_ORDER_MARK)
        pc.write_csv(pa.table(columns, names=table.column_names), stream)


def _no_formula(column: pa.ChunkedArray) -> pa.ChunkedArray:
    import pyarrow.compute as pc

    begins = pc.utf8_slice_codeunits(column, 0, 1)
    unsafe = pc.is_in(begins, value_set=_marks())
    marked = pc.binary_join_element_wise("'", column, "")
    return pc.if_else(unsafe, marked, column)


def _marks() -> pa.Array:
    import pyarrow as pa

    return pa.array(list(FORMULA), pa.string())


def _rounded(column: pa.ChunkedArray, decimals: int) -> pa.ChunkedArray:
    import pyarrow.compute as pc

    return pc.round(column, ndigits=decimals, round_mode="half_towards_infinity")
