"""Names of fields that a format takes: short enough, none of its own, none twice."""

from __future__ import annotations

import itertools
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


class NameRule(NamedTuple):
    """
    What a format takes for the name of a field.

    Attributes
    ----------
    reserved : collection of str
        The format's own names, in lower case.
    max_bytes : int
        Longest name in bytes of `encoding`; 0 for no limit.
    encoding : str
    plain : bool
        Whether only letters, digits and ``_`` may stand in it, no digit first.
    """

    reserved: Collection[str] = ()
    max_bytes: int = 0
    encoding: str = "utf-8"
    plain: bool = False


def fitted_names(columns: Iterable[str], rule: NameRule) -> dict[str, str]:
    """
    Fit names to a format: cut after a whole character, made plain, numbered where two are one.

    Parameters
    ----------
    columns : iterable of str
    rule : NameRule

    Returns
    -------
    dict of column to name
        In the order of `columns`; names differ by more than case.

    Examples
    --------
    >>> rule = NameRule(max_bytes=10, encoding="gb18030")
    >>> fitted_names(["地块编号", "永久基本农田图斑编号", "永久基本农田面积"], rule)
    {'地块编号': '地块编号', '永久基本农田图斑编号': '永久基本农', '永久基本农田面积': '永久基本_1'}
    """
    kept = {column for column in columns if _fitted(column, "", rule) == column}
    taken = {column.casefold() for column in kept}
    names: dict[str, str] = {}
    seen: set[str] = set()
    for column in columns:
        name = column
        if column not in kept or column.casefold() in seen:
            marks = itertools.chain([""], (f"_{n}" for n in itertools.count(1)))
            tries = (_fitted(column, mark, rule) for mark in marks)
            name = next(one for one in tries if one.casefold() not in taken)
        taken.add(name.casefold())
        seen.add(column.casefold())
        names[column] = name
    return names


def _fitted(column: str, mark: str, rule: NameRule) -> str:
    name = _plain(column) if rule.plain else column
    if name.casefold() in rule.reserved:
        name = f"{name}_"
    if rule.max_bytes:
        name = cut(name, rule.max_bytes - len(mark), rule.encoding)
    return name + mark


def _plain(column: str) -> str:
    letters = "".join(c if c == "_" or unicodedata.category(c)[0] in "LN" else "_" for c in column)
    return f"_{letters}" if letters[:1].isdigit() else letters


def cut(text: str, max_bytes: int, encoding: str) -> str:
    """
    Cut a text to a number of bytes, after a whole character.

    Examples
    --------
    >>> cut("a汉字", 4, "gb18030")
    'a汉'
    """
    if len(text.encode(encoding)) <= max_bytes:
        return text
    sizes = itertools.accumulate(len(letter.encode(encoding)) for letter in text)
    return text[: sum(1 for size in sizes if size <= max_bytes)]
