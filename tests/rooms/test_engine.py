from __future__ import annotations

import time

import pytest

from dzgis.engine import run_blocks

ENGINES = pytest.mark.parametrize("engine", ["serial", "threads"])


@ENGINES
def test_answers_come_in_the_order_of_the_blocks(engine):
    def slow_first(n):
        time.sleep(0.02 if n == 0 else 0.0)
        return n * n

    assert list(run_blocks(slow_first, range(5), engine=engine)) == [
        (0, 0),
        (1, 1),
        (2, 4),
        (3, 9),
        (4, 16),
    ]


@ENGINES
def test_no_blocks_no_answers(engine):
    assert list(run_blocks(str, [], engine=engine)) == []


@ENGINES
def test_a_fault_in_a_task_is_not_lost(engine):
    def fails(n):
        if n == 2:
            raise ValueError("block 2 is bad")
        return n

    with pytest.raises(ValueError, match="block 2 is bad"):
        list(run_blocks(fails, range(4), engine=engine))


@ENGINES
def test_blocks_may_come_from_a_generator(engine):
    assert [answer for _, answer in run_blocks(abs, (n for n in (-1, -2)), engine=engine)] == [1, 2]
