"""The table of DEM errors, and what a user may write in its place."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose

from dzgis.errors import InputError
from dzgis.terms import Text
from dzgis.terrain import DemError, dem_errors, parse_dem_error
from dzgis.terrain.dem_error import ErrorStatus

LE90 = 1.6449
"""Standard deviations within which 90 % of normal errors lie."""


def test_products_are_there():
    assert list(dem_errors()) == ["srtm", "glo-30", "aster", "alos", "1:10000", "1:50000"]


@pytest.mark.parametrize("error", dem_errors().values(), ids=lambda error: error.id)
def test_every_product_has_figures_and_a_source_in_both_languages(error):
    assert error.id in dem_errors()
    assert 0 < error.vertical_sd_m < 20
    assert 0 < error.correlation_m < 1000
    # What no document says is marked as such, in both languages.
    assert "相关长度" in error.source.zh
    assert "本工具假定" in error.source.zh
    assert "assumed here" in error.source.en
    if error.status is ErrorStatus.TO_BE_CONFIRMED:
        assert "待确认" in error.source.zh
        assert "to be confirmed" in error.source.en


@pytest.mark.parametrize(
    ("product", "expected_m"),
    [
        ("srtm", 6.2 / LE90),
        ("srtm", 8.7 / LE90 / math.sqrt(2)),
        ("glo-30", 4 / LE90 / math.sqrt(2)),
    ],
)
def test_deviations_follow_from_the_stated_figures(product, expected_m):
    assert dem_errors()[product].vertical_sd_m == pytest.approx(expected_m, abs=0.1)


def test_status_has_words():
    assert {status.text.say("en") for status in ErrorStatus} == {
        "publicly stated",
        "to be confirmed",
        "given by the user",
    }


def test_covariance_by_hand():
    exponential, gaussian = parse_dem_error("2,100"), parse_dem_error("2,100,gaussian")
    distances = [0.0, 50.0, 100.0]
    assert_allclose(exponential.covariance_m2(distances), 4 * np.exp([0, -0.5, -1]))
    assert_allclose(gaussian.covariance_m2(distances), 4 * np.exp([0, -0.25, -1]))
    assert_allclose(parse_dem_error("2,0").covariance_m2(distances), [4, 0, 0])


# ------------------------------------------------------------------ what a user writes


@pytest.mark.parametrize("written", ["4,100", " 4 , 100 ", "4，100", "4.0,1e2,exponential"])
def test_deviation_and_length_are_read(written):
    found = parse_dem_error(written)
    assert (found.vertical_sd_m, found.correlation_m, found.shape) == (4.0, 100.0, "exponential")
    assert (found.id, found.status) == ("given", ErrorStatus.GIVEN)
    assert found.name == Text("用户给定 σ=4 m，L=100 m", "given: σ=4 m, L=100 m")


@pytest.mark.parametrize("written", ["glo-30", "GLO-30", " glo-30 "])
def test_products_are_read(written):
    assert parse_dem_error(written) is dem_errors()["glo-30"]


@pytest.mark.parametrize(
    "written",
    ["", "4", "four,100", "4,", "-4,100", "4,-1", "nan,100", "4,inf", "4,100,cubic", "4,100,1,2"],
)
def test_anything_else_is_refused_with_what_may_be_written(written):
    with pytest.raises(InputError, match=r"cannot be read; give a product \(srtm, glo-30, .*4,100"):
        parse_dem_error(written)


def test_errors_are_values():
    error = parse_dem_error("4,100")
    assert error == parse_dem_error("4,100")
    assert isinstance(error, DemError)
