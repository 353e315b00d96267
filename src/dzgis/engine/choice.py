"""Which engine runs the blocks, and with how many workers."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Literal, get_args

from dzgis.errors import InputError
from dzgis.terms import Text

EngineName = Literal["serial", "threads", "processes", "dask"]
ENGINES: tuple[EngineName, ...] = get_args(EngineName)


@dataclass(frozen=True)
class Engine:
    """
    How blocks are run.

    Attributes
    ----------
    name : {"serial", "threads", "processes", "dask"}
    workers : int
        Threads or processes; 0 means one a processor. A cluster has its own number.
    scheduler : str, optional
        Address of a running Dask scheduler, e.g. ``tcp://10.0.0.5:8786``; without it ``dask``
        starts a cluster of processes on this machine and ends it afterwards.
    """

    name: EngineName = "threads"
    workers: int = 0
    scheduler: str | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be run."""
        if self.name not in ENGINES:
            names = ", ".join(ENGINES)
            raise InputError(
                Text(
                    f"没有计算引擎 {self.name}；可用：{names}",
                    f"no engine {self.name}; there are: {names}",
                )
            )
        if self.scheduler and self.name != "dask":
            raise InputError(
                Text(
                    f"--scheduler 只用于 dask 引擎，现为 {self.name}；请加 --engine dask",
                    f"--scheduler is for the engine dask, this is {self.name}; add --engine dask",
                )
            )

    @property
    def n_workers(self) -> int:
        """Number of threads or processes."""
        return 1 if self.name == "serial" else self.workers or os.cpu_count() or 1


THREADS = Engine()
