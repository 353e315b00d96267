"""Running block tasks, a few at a time, so that memory does not grow with their number."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import (
    FIRST_COMPLETED,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from dzgis.engine.choice import THREADS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dzgis.engine.choice import Engine

Item = TypeVar("Item")
Answer = TypeVar("Answer")
_WAITING_PER_WORKER = 2
"""Blocks under way for each worker: one at work, one ready to start."""
_LOSSES_IN_A_ROW = 3


def run_blocks(
    task: Callable[[Item], Answer], blocks: Iterable[Item], *, engine: Engine = THREADS
) -> Iterator[tuple[Item, Answer]]:
    """
    Run `task` on each block and yield block and answer as they are done, in any order.

    Parameters
    ----------
    task : callable
        Pure; reads shared arrays, writes none. For processes and clusters it, the blocks and the
        answers must pickle.
    blocks : iterable
        Taken only as fast as they are run.
    engine : Engine

    Raises
    ------
    Exception
        What a task raises, as soon as it does; tasks under way are waited for, the rest dropped.
        A worker that is lost is not a fault: its blocks are run again.

    Examples
    --------
    >>> sorted(run_blocks(lambda n: n * n, [1, 2, 3]))
    [(1, 1), (2, 4), (3, 9)]
    """
    if engine.name == "serial":
        yield from ((block, task(block)) for block in blocks)
    elif engine.name == "threads":
        with ThreadPoolExecutor(engine.n_workers) as pool:
            yield from _flow(pool, task, iter(blocks), _WAITING_PER_WORKER * engine.n_workers)
    elif engine.name == "processes":
        yield from _on_processes(task, iter(blocks), engine.n_workers)
    else:
        from dzgis.engine.cluster import on_cluster

        yield from on_cluster(task, iter(blocks), engine)


def _flow(
    pool: Executor, task: Callable[[Item], Answer], blocks: Iterator[Item], n_waiting: int
) -> Iterator[tuple[Item, Answer]]:
    """Keep `n_waiting` blocks under way in a pool; a lost worker hands its blocks back."""
    under_way: dict[Future[Answer], Item] = {}
    try:
        for block in islice(blocks, n_waiting):
            _submit(pool, task, block, under_way)
        while under_way:
            done, _ = wait(under_way, return_when=FIRST_COMPLETED)
            for future in done:
                answer = future.result()
                block = under_way.pop(future)
                # Handed on before the next one is submitted: that may find the pool broken.
                yield block, answer
                for following in islice(blocks, 1):
                    _submit(pool, task, following, under_way)
    except BrokenProcessPool as error:
        raise _WorkerLost(list(under_way.values())) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _submit(
    pool: Executor,
    task: Callable[[Item], Answer],
    block: Item,
    under_way: dict[Future[Answer], Item],
) -> None:
    """Add a block to those under way; where the pool is broken it is handed back with them."""
    try:
        under_way[pool.submit(task, block)] = block
    except BrokenProcessPool as error:
        raise _WorkerLost([*under_way.values(), block]) from error


class _WorkerLost(Exception):  # noqa: N818  a message between two functions, no error
    """A process died; `blocks` had not been answered."""

    def __init__(self, blocks: list[object]) -> None:
        super().__init__()
        self.blocks = blocks


def _on_processes(
    task: Callable[[Item], Answer], blocks: Iterator[Item], n_workers: int
) -> Iterator[tuple[Item, Answer]]:
    """Run on processes, with new ones in place of lost ones."""
    # Spawned: a forked process would inherit locks of GDAL's and numba's threads.
    context = multiprocessing.get_context("spawn")
    again: list[Item] = []
    losses = 0
    while True:
        pool = ProcessPoolExecutor(n_workers, mp_context=context)
        waiting = _chained(again, blocks)
        try:
            for found in _flow(pool, task, waiting, _WAITING_PER_WORKER * n_workers):
                losses = 0
                yield found
        except _WorkerLost as lost:
            losses += 1
            if losses == _LOSSES_IN_A_ROW:
                raise lost.__cause__ or lost from None
            again = [*lost.blocks, *again]  # type: ignore[list-item]
        else:
            return


def _chained(first: list[Item], then: Iterator[Item]) -> Iterator[Item]:
    """Blocks to be run again, each taken once, then the others."""
    while first:
        yield first.pop(0)
    yield from then
