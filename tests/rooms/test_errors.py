from __future__ import annotations

import pytest

from dzgis import errors
from dzgis.errors import (
    ContradictionError,
    DownloadError,
    DzgisError,
    InputError,
    MissingFileError,
    OutputError,
    listed,
    raise_all,
)
from dzgis.terms import Text

FIRST, SECOND = Text("缺坐标系", "no CRS"), Text("环自交", "ring crosses itself")


def test_all_faults_are_said_a_line_each():
    error = InputError(FIRST, SECOND)
    assert error.faults == (FIRST, SECOND)
    assert str(error) == "no CRS\nring crosses itself"
    assert error.say("zh") == "缺坐标系\n环自交"


@pytest.mark.parametrize(
    ("kind", "builtin"),
    [
        (InputError, ValueError),
        (MissingFileError, FileNotFoundError),
        (OutputError, FileExistsError),
        (DownloadError, OSError),
    ],
)
def test_each_error_is_also_a_builtin(kind, builtin):
    with pytest.raises(builtin, match="no CRS"):
        raise kind(FIRST)


def test_every_error_is_a_dzgis_error():
    own = (DzgisError, ContradictionError)  # the latter is the program's own fault
    kinds = [v for v in vars(errors).values() if isinstance(v, type) and v not in own]
    assert kinds
    assert all(issubclass(kind, DzgisError) for kind in kinds if issubclass(kind, Exception))


def test_raise_all_raises_once_with_all():
    with pytest.raises(OutputError, match=r"no CRS\nring crosses itself"):
        raise_all([FIRST, SECOND], OutputError)


def test_raise_all_without_faults_returns():
    raise_all([])


def test_listed_names_ten_and_counts_the_rest():
    assert listed(range(10)) == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9"
    assert listed(range(12)) == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9 … (+2)"
    assert listed(["P1", "P2", "P3"], at_most=1) == "P1 … (+2)"
    assert listed([]) == ""
