from __future__ import annotations

import numpy as np
from numba.core.caching import FunctionCache

from dzgis.compiled import compiled


def total(values):
    found = 0.0
    for value in values:
        found += value
    return found


def test_a_compiled_function_is_the_function():
    assert compiled()(total)(np.array([1.0, 2.5])) == total([1.0, 2.5])


def test_without_a_place_for_a_cache_it_is_compiled_all_the_same(monkeypatch):
    def nowhere(*_):
        raise RuntimeError("cannot cache function: no locator available")

    monkeypatch.setattr(FunctionCache, "__init__", nowhere)
    assert compiled(error_model="numpy")(total)(np.array([1.0, 2.5])) == 3.5
