"""How faults of plan and rule files are worded."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def at(place: str, zh: str, en: str) -> Text:
    """Fault with its place in the file."""
    return Text(f"{place}：{zh}", f"{place}: {en}")


def twice(place: str, values: Iterable[str]) -> Iterator[Text]:
    """Fault for each value that occurs more than once."""
    for value, n_times in Counter(values).items():
        if n_times > 1:
            yield at(
                place,
                f"“{value}”出现 {n_times} 次；须唯一，请改名或删去重复者",
                f"'{value}' occurs {n_times} times; must be unique, rename or remove one",
            )
