from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from dzgis.engine import ENGINES, Engine, run_blocks
from dzgis.errors import InputError

pytestmark = pytest.mark.slow

HERE = [Engine("serial"), Engine("threads", 3), Engine("processes", 2)]
ON_HERE = pytest.mark.parametrize("engine", HERE, ids=lambda engine: engine.name)


def square(n):
    return n * n


def slow_first(n):
    time.sleep(0.02 if n == 0 else 0.0)
    return n * n


def bad_at_two(n):
    if n == 2:
        raise ValueError("block 2 is bad")
    return n


class DiesOnce:
    """Kills its own process at one block, the first time it comes there."""

    def __init__(self, mark, block):
        self.mark, self.block = str(mark), block

    def __call__(self, n):
        if n == self.block and not Path(self.mark).exists():
            Path(self.mark).touch()
            os.kill(os.getpid(), signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
        return n * n


def always_dies(_):
    os._exit(1)


@ON_HERE
def test_each_block_has_its_answer(engine):
    assert dict(run_blocks(slow_first, range(9), engine=engine)) == {n: n * n for n in range(9)}


@ON_HERE
def test_no_blocks_no_answers(engine):
    assert list(run_blocks(str, [], engine=engine)) == []


@ON_HERE
def test_a_fault_in_a_task_is_not_lost(engine):
    with pytest.raises(ValueError, match="block 2 is bad"):
        list(run_blocks(bad_at_two, range(4), engine=engine))


@ON_HERE
def test_blocks_may_come_from_a_generator(engine):
    found = run_blocks(abs, (n for n in (-1, -2)), engine=engine)
    assert sorted(answer for _, answer in found) == [1, 2]


def test_blocks_are_taken_only_as_fast_as_they_are_run():
    taken, gate = [], threading.Event()

    def blocks():
        for n in range(100):
            taken.append(n)
            yield n

    def waits(n):
        gate.wait()
        return n

    found = run_blocks(waits, blocks(), engine=Engine("threads", 2))
    threading.Timer(0.05, gate.set).start()
    next(found)
    assert len(taken) <= 6
    assert len(list(found)) == 99


def test_a_lost_process_costs_time_only(tmp_path):
    task = DiesOnce(tmp_path / "died", 3)
    found = dict(run_blocks(task, range(12), engine=Engine("processes", 2)))
    assert (tmp_path / "died").exists()
    assert found == {n: n * n for n in range(12)}


def test_processes_that_always_die_are_given_up():
    with pytest.raises(Exception, match="terminated abruptly"):
        list(run_blocks(always_dies, range(3), engine=Engine("processes", 1)))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"name": "gpu"}, f"no engine gpu; there are: {', '.join(ENGINES)}"),
        ({"name": "threads", "scheduler": "tcp://here:1"}, "--scheduler is for the engine dask"),
    ],
)
def test_what_cannot_be_run_is_refused(monkeypatch, settings, words):
    monkeypatch.setenv("DZGIS_LANG", "en")
    with pytest.raises(InputError, match=words):
        Engine(**settings)
