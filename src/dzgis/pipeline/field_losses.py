"""What fields of a file that was written lack of their source, found by reading it back."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dzgis.errors import listed
from dzgis.pipeline.losses import Loss
from dzgis.terms import Text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    import geopandas as gpd
    import numpy.typing as npt

_SAME = 1e-12
"""Relative difference up to which two real numbers are one."""
_KINDS = {
    "text": Text("文本", "text"),
    "integer": Text("整数", "integer"),
    "real": Text("实数", "real number"),
    "boolean": Text("是否", "boolean"),
    "date": Text("日期", "date"),
    "datetime": Text("日期时间", "date and time"),
    "utc": Text("UTC 日期时间", "date and time in UTC"),
    "list": Text("列表", "list"),
    "blank": Text("空", "blank"),
}


def field_losses(
    source: gpd.GeoDataFrame, back: gpd.GeoDataFrame, names: Mapping[str, str]
) -> Iterator[Loss]:
    """
    Fields that are missing, renamed, of another type, or hold other values.

    Parameters
    ----------
    source, back : GeoDataFrame
        Of the same records in the same order.
    names : mapping of column to name
        Names that the writer changed.
    """
    pairs = _paired(source, back, names)
    for column, name in pairs.items():
        if name is None:
            if source[column].notna().any():
                yield Loss("field", _missing(column), column)
            continue
        if name != column:
            yield Loss("renamed", _renamed(column, name), column)
        yield from _column_losses(column, source[column], back[name])


def _paired(
    source: gpd.GeoDataFrame, back: gpd.GeoDataFrame, names: Mapping[str, str]
) -> dict[str, str | None]:
    """Column of `back` for each of `source`: by name, then by name in any case."""
    there = [str(c) for c in back.columns if c != back.geometry.name]
    columns = [str(c) for c in source.columns if c != source.geometry.name]
    pairs: dict[str, str | None] = {}
    for column in columns:
        wanted = names.get(column, column)
        folded = [name for name in there if name.casefold() == wanted.casefold()]
        pairs[column] = wanted if wanted in there else next(iter(folded), None)
    lone = [column for column, name in pairs.items() if name is None]
    free = [name for name in there if name not in pairs.values()]
    if len(lone) == len(free):  # the format put other letters into names
        pairs.update(zip(lone, free, strict=True))
    return pairs


def _column_losses(column: str, source: pd.Series[Any], back: pd.Series[Any]) -> Iterator[Loss]:
    one, other = _kind(source), _kind(back)
    if one == other != "list" and source.set_axis(back.index).equals(back):
        return
    if one not in {other, "blank"} and other != "blank":
        yield Loss("type", _other_type(column, one, other), column)
    a, b = _cells(source), _cells(back)
    differ = [place for place in np.flatnonzero(_unlike(a, b)) if not _same(a[place], b[place])]
    if not differ:
        return
    records = [source.index[int(place)] for place in differ]
    if all(a[place] == "" and b[place] is None for place in differ):
        yield Loss("value", _empty_to_null(column, records), column)
        return
    shown = f"{_short(a[differ[0]])} → {_short(b[differ[0]])}"
    yield Loss("value", _other_value(column, records, shown), column)


def _unlike(a: npt.NDArray[np.object_], b: npt.NDArray[np.object_]) -> npt.NDArray[np.bool_]:
    """Cells that are not plainly equal."""
    return np.array([x is not y and x != y for x, y in zip(a, b, strict=True)], dtype=bool)


def _cells(column: pd.Series[Any]) -> npt.NDArray[np.object_]:
    """Values as plain Python objects, None where there is none."""
    values = column.astype(object)
    cells = values.where(values.notna(), None).to_numpy(dtype=object)
    return np.array([_bare(cell) for cell in cells] or [], dtype=object)


def _bare(cell: object) -> object:
    if isinstance(cell, list | tuple | dict | np.ndarray):
        plain = cell.tolist() if isinstance(cell, np.ndarray) else cell
        return json.dumps(plain, ensure_ascii=False, default=str)
    if isinstance(cell, pd.Timestamp):
        return cell.tz_convert("UTC").tz_localize(None) if cell.tz is not None else cell
    return cell.item() if isinstance(cell, np.generic) else cell


def _kind(column: pd.Series[Any]) -> str:
    """One of `_KINDS`."""
    if column.isna().all():
        return "blank"
    told = (kind for is_of, kind in _KIND_OF_DTYPE if is_of(column.dtype))
    if kind := next(told, None):
        return kind
    return _KIND_OF_CELL.get(type(column.dropna().iloc[0]).__name__, "text")


_KIND_OF_CELL = {
    "date": "date",
    "bool": "boolean",
    "int": "integer",
    "float": "real",
    "list": "list",
    "tuple": "list",
    "dict": "list",
    "ndarray": "list",
}


_KIND_OF_DTYPE = (
    (pd.api.types.is_bool_dtype, "boolean"),
    (pd.api.types.is_integer_dtype, "integer"),
    (pd.api.types.is_float_dtype, "real"),
    (lambda dtype: isinstance(dtype, pd.DatetimeTZDtype), "utc"),
    (pd.api.types.is_datetime64_any_dtype, "datetime"),
)


def _same(a: object, b: object) -> bool:
    """Whether two values say the same, whatever their type."""
    if a is None or b is None:
        return a is b
    if isinstance(a, int) and isinstance(b, int):
        return a == b
    if isinstance(a, int | float) and isinstance(b, int | float):
        return math.isclose(a, b, rel_tol=_SAME) and (isinstance(a, float) or int(b) == a)
    return _spelled(a) == _spelled(b)


def _spelled(value: object) -> str:
    """Spell a value in one way: 2020-12-31T00:00:00 for any spelling of that time."""
    if isinstance(value, pd.Timestamp) or hasattr(value, "isoformat"):
        moment: dt.datetime | dt.date = value  # type: ignore[assignment]
        text = moment.isoformat()
    else:
        text = str(value)
        if len(text) > len("2020/12") and text[4:5] == "/" and text[:4].isdecimal():
            text = text.replace("/", "-").replace(" ", "T")
    text = text.removesuffix("+00:00").removesuffix("Z") if "T" in text else text
    text = text.rstrip("0").removesuffix(".") if "T" in text and "." in text else text
    return text.removesuffix("T00:00:00")


def _short(value: object) -> str:
    text = "∅" if value is None else str(value)
    most = 24
    return text if len(text) <= most else f"{text[:most]}… ({len(text)})"


def _missing(column: str) -> Text:
    return Text(f"字段 {column} 没有写出", f"the field {column} is not in it")


def _renamed(column: str, name: str) -> Text:
    return Text(f"字段 {column} 改名为 {name}", f"the field {column} is called {name}")


def _other_type(column: str, one: str, other: str) -> Text:
    a, b = _KINDS[one], _KINDS[other]
    return Text(
        f"字段 {column} 的类型由{a.zh}变为{b.zh}",
        f"the field {column} is {b.en}, it was {a.en}",
    )


def _empty_to_null(column: str, records: Sequence[object]) -> Text:
    return Text(
        f"字段 {column} 的 {len(records)} 个空文本变为空值",
        f"{len(records)} empty texts of the field {column} are null",
    )


def _other_value(column: str, records: Sequence[object], shown: str) -> Text:
    return Text(
        f"字段 {column} 有 {len(records)} 个值变了（记录 {listed(records, 5)}）：{shown}",
        f"{len(records)} values of the field {column} differ (records {listed(records, 5)}): "
        f"{shown}",
    )
