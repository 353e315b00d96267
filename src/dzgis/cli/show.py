"""What commands print: tables and progress on a terminal, JSON for machines."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dzgis.reports import Table
    from dzgis.terms import Language

_PLAIN_WIDTH = 140


def print_json(value: object) -> None:
    """Print JSON to stdout."""
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def print_table(table: Table, lang: Language) -> None:
    """Print a table to stdout."""
    from rich import box
    from rich.console import Console
    from rich.table import Table as Grid

    grid = Grid(title=table.title.say(lang), box=box.SIMPLE_HEAVY, title_justify="left")
    for name, digits in zip(table.columns, table.decimals, strict=True):
        grid.add_column(
            name.say(lang), justify="left" if digits is None else "right", overflow="fold"
        )
    for row in table.rows:
        grid.add_row(
            *(_cell(cell, digits, lang) for cell, digits in zip(row, table.decimals, strict=True))
        )
    console = Console(width=None if sys.stdout.isatty() else _PLAIN_WIDTH, markup=False)
    console.print(grid)
    for note in table.notes:
        console.print(note.say(lang))


def _cell(cell: object, digits: int | None, lang: Language) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Text):
        return cell.say(lang)
    return (
        f"{cell:,.{digits}f}" if isinstance(cell, int | float) and digits is not None else str(cell)
    )


@contextmanager
def steps(n_steps: int, lang: Language, *, quiet: bool) -> Iterator[Callable[[Text], None]]:
    """Give a function that shows each step; a bar on a terminal, nothing elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:.0f}/{task.total:.0f}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=n_steps)

        def tell(step: Text) -> None:
            progress.update(task, description=step.say(lang), advance=1)

        yield tell


@contextmanager
def blocks(lang: Language, *, quiet: bool) -> Iterator[Callable[[int, int], None] | None]:
    """Give a function that shows how many blocks are done, with the time left on a terminal."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn(Text("坡度", "slope").say(lang)),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn(Text("剩余", "left").say(lang)),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=None)

        def tell(n_done: int, n_all: int) -> None:
            progress.update(task, completed=n_done, total=n_all)

        yield tell
