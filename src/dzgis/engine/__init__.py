"""
Block tasks, run in order or on threads; knows nothing of what they compute.

A task is a pure function of one window. The result does not depend on how it was run.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Literal, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Engine = Literal["serial", "threads"]
Item = TypeVar("Item")
Answer = TypeVar("Answer")


def run_blocks(
    task: Callable[[Item], Answer], blocks: Iterable[Item], *, engine: Engine = "threads"
) -> Iterator[tuple[Item, Answer]]:
    """
    Run `task` on each block and yield block and answer, in the blocks' order.

    Parameters
    ----------
    task : callable
        Pure; reads shared arrays, writes none.
    blocks : iterable
    engine : {"threads", "serial"}
        ``threads`` uses one thread a processor.

    Examples
    --------
    >>> list(run_blocks(lambda n: n * n, [1, 2, 3]))
    [(1, 1), (2, 4), (3, 9)]
    """
    items = list(blocks)
    if engine == "serial":
        yield from ((item, task(item)) for item in items)
        return
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        yield from zip(items, pool.map(task, items), strict=True)
