"""Local relief, and the grades of the double evaluation."""

from __future__ import annotations

import numpy as np
import pytest
from affine import Affine
from builders import GEOGRAPHIC, METRIC
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.ndimage import generic_filter

from dzgis.errors import InputError, MissingFileError, PlanError
from dzgis.grid import Grid
from dzgis.plan import scheme_names, slope_scheme
from dzgis.terrain import graded, relief_block, relief_window


@pytest.mark.parametrize(
    ("cell", "window"),
    [(50.0, (9, 9)), (30.0, (15, 15)), (10.0, (45, 45)), (5.0, (89, 89)), (500.0, (3, 3))],
)
def test_windows_of_twenty_hectares(cell, window):
    # 9 × 50 m = 450 m and 15 × 30 m = 450 m to a side: 20.25 ha, as the guide has it.
    assert relief_window(Grid(METRIC, Affine(cell, 0, 5e5, 0, -cell, 2.7e6), 9, 9)) == window


def test_a_window_in_degrees_follows_the_ground():
    # A second of arc at 60°N is 31 m high and 15.5 m wide.
    grid = Grid(GEOGRAPHIC, Affine(1 / 3600, 0, 102, 0, -1 / 3600, 60), 9, 9)
    assert relief_window(grid) == (15, 29)


def test_cells_too_fine_for_a_window_are_refused(monkeypatch):
    monkeypatch.setenv("DZGIS_LANG", "en")
    with pytest.raises(InputError, match=r"cells of 0\.2 m are too fine for relief"):
        relief_window(Grid(METRIC, Affine(0.2, 0, 5e5, 0, -0.2, 2.7e6), 9, 9))


@given(st.integers(0, 2**32 - 1), st.sampled_from([(3, 3), (5, 3), (1, 7)]), st.booleans())
def test_relief_is_highest_minus_lowest(seed, window, voids):
    rng = np.random.default_rng(seed)
    z = rng.uniform(1500, 2500, (14, 17)).astype(np.float32)
    if voids:
        z[rng.random(z.shape) < 0.05] = np.nan
    half = window[0] // 2, window[1] // 2
    padded = np.pad(z, [(half[0],) * 2, (half[1],) * 2], constant_values=np.nan)
    by_hand = generic_filter(
        z.astype(float),
        lambda cells: cells.max() - cells.min(),
        window,
        mode="constant",
        cval=np.nan,
    )
    assert_allclose(relief_block(padded, window), by_hand, rtol=1e-5)


# ------------------------------------------------------------------ grades

DOUBLE = slope_scheme("double_evaluation")


@pytest.mark.parametrize(
    ("slope_class", "elevation", "relief", "grade"),
    [
        (1, 1900.0, 50.0, 1),
        (1, 1900.0, 99.9, 1),
        (1, 1900.0, 100.0, 2),
        (1, 1900.0, 200.0, 2),
        (1, 1900.0, 200.1, 3),
        (4, 1900.0, 500.0, 5),  # not below the last
        (2, 3499.9, 0.0, 2),
        (2, 3500.0, 0.0, 3),
        (2, 3500.0, 150.0, 4),  # both count
        (1, 4999.9, 0.0, 2),
        (1, 5000.0, 0.0, 5),
        (0, 1900.0, 50.0, 0),
        (1, np.nan, 50.0, 0),
        (1, 1900.0, np.nan, 0),  # a relief that is not known is no low one
    ],
)
def test_downgrades(slope_class, elevation, relief, grade):
    cells = [np.full((2, 2), v) for v in (elevation, relief)]
    found = graded(np.full((2, 2), slope_class, np.uint8), *cells, DOUBLE)
    assert_array_equal(found, grade)
    assert found.dtype == np.uint8


def test_grades_are_no_slopes_and_do_not_say_so():
    assert [label.en for label in DOUBLE.labels][:2] == ["high", "fairly high"]
    assert slope_scheme("survey").labels[0].en == "grade I (≤2°)"


def test_classes_without_downgrades_stay():
    classes = np.array([[1, 2, 3, 0]], np.uint8)
    nothing = np.full(classes.shape, np.nan)
    assert_array_equal(graded(classes, nothing, None, slope_scheme("survey")), classes)


# ------------------------------------------------------------------ schemes


def test_shipped_schemes():
    limits = {name: slope_scheme(name).limits_deg for name in scheme_names()}
    assert limits == {
        "low_hill": (8.0, 15.0, 25.0),
        "survey": (2.0, 6.0, 15.0, 25.0),
        "double_evaluation": (3.0, 8.0, 15.0, 25.0),
    }


SCHEME = """
[slope_classes]
id = "mine"
low_hill = [2]
status = "assumed"
source = { note = "for this test" }
classes = [
    { up_to_deg = 5.0, name = "平", name_en = "flat", colour = "#ffffff" },
    { name = "陡", name_en = "steep", colour = "#000000" },
]
"""


def test_a_file_of_slope_classes(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(SCHEME, encoding="utf-8")
    assert slope_scheme(str(path)).limits_deg == (5.0,)


def test_a_plan_is_a_file_of_slope_classes():
    assert slope_scheme("tests/plans/tiny.toml").limits_deg == (6.0, 20.0)


def test_all_faults_of_a_file_are_told(tmp_path, monkeypatch):
    monkeypatch.setenv("DZGIS_LANG", "en")
    path = tmp_path / "bad.toml"
    bad = SCHEME.replace('id = "mine"', "").replace("#000000", "black")
    path.write_text(bad + 'downgrades = [{ by = "relief", classes = 1 }]', encoding="utf-8")
    with pytest.raises(PlanError) as raised:
        slope_scheme(str(path))
    said = [str(fault) for fault in raised.value.faults]
    assert any("slope_classes.id: missing" in fault for fault in said)
    assert any("colour" in fault for fault in said)
    assert any("a downgrade needs either from_m or above_m" in fault for fault in said)


def test_more_classes_than_a_byte_holds_pairs_of_are_refused(tmp_path):
    flat = '    { up_to_deg = 5.0, name = "平", name_en = "flat", colour = "#ffffff" },\n'
    many = "".join(flat.replace("5.0", f"{n}.0").replace("平", f"平{n}") for n in range(1, 16))
    path = tmp_path / "many.toml"
    path.write_text(SCHEME.replace(flat, many), encoding="utf-8")
    with pytest.raises(PlanError, match="takes at most 15, has 16"):
        slope_scheme(str(path))


def test_limits_that_no_slope_has_and_missing_files(tmp_path):
    path = tmp_path / "bad.toml"
    path.write_text(SCHEME.replace("5.0", "95.0"), encoding="utf-8")
    with pytest.raises(PlanError, match="must be above 0 and below 90"):
        slope_scheme(str(path))
    with pytest.raises(MissingFileError, match=r"no file .*none\.toml"):
        slope_scheme(str(tmp_path / "none.toml"))
    with pytest.raises(InputError, match="no slope classes mine; there are: low_hill,"):
        slope_scheme("mine")
