"""Names of fields that fit a format."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dzgis.stores.field_names import NameRule, cut, fitted_names

DBF = NameRule(max_bytes=10, encoding="gb18030")
GDB = NameRule(("objectid", "shape"), plain=True)


@pytest.mark.parametrize(
    ("columns", "rule", "names"),
    [
        (["地块编号", "DKMC"], DBF, ["地块编号", "DKMC"]),
        (
            ["图斑面积平方米", "图斑面积平方", "图斑面积平"],
            DBF,
            ["图斑面积_1", "图斑面积_2", "图斑面积平"],
        ),
        (["abcdefghijk", "abcdefghij"], DBF, ["abcdefgh_1", "abcdefghij"]),
        (["𠮷𠮷𠮷"], DBF, ["𠮷𠮷"]),  # four bytes each
        (["永久基本农田"], NameRule(max_bytes=10, encoding="utf-8"), ["永久基"]),
        (["name", "NAME"], DBF, ["name", "NAME_1"]),
        (["Shape", "1st", "a-b", "a b"], GDB, ["Shape_", "_1st", "a_b", "a_b_1"]),
    ],
)
def test_names_are_fitted(columns, rule, names):
    assert list(fitted_names(columns, rule).values()) == names


@given(st.lists(st.text(min_size=1, max_size=12), unique=True, max_size=30))
def test_names_are_short_and_differ_whatever_they_were(columns):
    names = fitted_names(columns, DBF)
    assert list(names) == columns
    assert all(len(name.encode("gb18030", "surrogatepass")) <= 10 for name in names.values())
    assert len({name.casefold() for name in names.values()}) == len(columns)


@given(st.text(max_size=40), st.integers(0, 30))
def test_words_are_cut_after_a_whole_character(text, n_bytes):
    short = cut(text, n_bytes, "gb18030")
    assert text.startswith(short)
    assert len(short.encode("gb18030")) <= n_bytes or short == text
