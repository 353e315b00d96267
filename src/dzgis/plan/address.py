"""Where in a plan file a value stands, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

Step = int | str
"""A key of a table or the number of an entry of a list, from 0."""

LABEL_KEYS = ("id", "code", "name", "place")
"""Keys by which an entry of a list is called, the first that it has."""


def place_in_file(data: object, loc: Sequence[Step]) -> str:
    """
    Path of a value in a plan file, with the names of list entries where they have one.

    Parameters
    ----------
    data : dict
        The whole file's values, as read from TOML.
    loc : sequence
        Keys and numbers that lead from `data` to the value.

    Returns
    -------
    str
        Entries without a name are counted from 1.

    Examples
    --------
    >>> place_in_file({"clusters": [{"id": "north", "townships": ["1"]}]},
    ...               ("clusters", 0, "townships", 0))
    'clusters[north].townships[1]'
    """
    words, node = "", data
    for step in loc:
        node = _child(node, step)
        words += f"[{_label(node, step)}]" if isinstance(step, int) else f".{step}"
    return words.removeprefix(".")


def _child(node: object, step: Step) -> object:
    if isinstance(node, dict):
        return node.get(step)
    if isinstance(node, list) and isinstance(step, int) and step < len(node):
        return node[step]
    return None


def _label(node: object, index: int) -> str:
    names = [node[key] for key in LABEL_KEYS if key in node] if isinstance(node, dict) else []
    return str(names[0]) if names else str(index + 1)
