"""Block tasks on a Dask cluster: one that runs already, or processes on this machine."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from dzgis.errors import InputError
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dzgis.engine.choice import Engine

Item = TypeVar("Item")
Answer = TypeVar("Answer")
_WAITING_PER_THREAD = 2
_PATIENCE = "15s"


def on_cluster(
    task: Callable[[Item], Answer], blocks: Iterator[Item], engine: Engine
) -> Iterator[tuple[Item, Answer]]:
    """
    Run `task` on each block; parameters and answers are those of `run_blocks`.

    A block whose worker is lost goes to another one. Workers need dzgis, and read the inputs under
    the same paths.
    """
    with _client(engine) as client:
        from distributed import as_completed

        n_threads = max(sum(client.nthreads().values()), 1)
        under_way = {}
        done = as_completed()
        for block in islice(blocks, _WAITING_PER_THREAD * n_threads):
            future = client.submit(task, block, pure=False)
            under_way[future.key] = block
            done.add(future)
        for future in done:
            answer = future.result()
            block = under_way.pop(future.key)
            for following in islice(blocks, 1):
                added = client.submit(task, following, pure=False)
                under_way[added.key] = following
                done.add(added)
            yield block, answer


@contextmanager
def _client(engine: Engine) -> Iterator[Any]:
    try:
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise InputError(
            Text(
                "dask 引擎需要 distributed；请安装 dzgis[distributed]",
                "the engine dask needs distributed; install dzgis[distributed]",
            )
        ) from error
    if engine.scheduler is None:
        cluster = LocalCluster(
            n_workers=engine.n_workers,
            threads_per_worker=1,
            processes=True,
            dashboard_address="127.0.0.1:0",  # any free port, this machine only
        )
        with cluster, Client(cluster) as client:
            yield client
        return
    try:
        client = Client(engine.scheduler, timeout=_PATIENCE)
    except (OSError, TimeoutError, ValueError) as error:
        raise InputError(
            Text(
                f"连不上 Dask 调度器 {engine.scheduler}（{error}）；请检查地址，形如 tcp://主机:8786",
                f"cannot reach the Dask scheduler {engine.scheduler} ({error}); check its address, "
                "which looks like tcp://host:8786",
            )
        ) from error
    with client:
        yield client
