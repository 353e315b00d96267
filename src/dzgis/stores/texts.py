"""Text files: JSON, CSV, HTML."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd


FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", "'")
"""Beginnings of text that spreadsheet programs take for a formula, and the mark against it."""


def write_text(text: str, path: Path) -> None:
    """Write UTF-8 with Unix line ends."""
    path.write_text(text, encoding="utf-8", newline="\n")


def write_files(files: Mapping[str, bytes], folder: Path) -> None:
    """Write files by their paths in `folder`."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def write_json(value: object, path: Path) -> None:
    """Write JSON a person can read; NaN becomes null."""
    text = json.dumps(_without_nan(value), ensure_ascii=False, indent=2, allow_nan=False)
    write_text(text + "\n", path)


def _without_nan(value: object) -> object:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {str(key): _without_nan(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(item) for item in value]
    return value


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """
    Write UTF-8 with a byte-order mark, so that spreadsheet programs show Chinese.

    Text that such a program would run as a formula gets an apostrophe before it, and so does text
    that begins with one: without one leading apostrophe every cell is what it was.
    """
    safe = table.map(_no_formula)
    safe.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")


def _no_formula(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
