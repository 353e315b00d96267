"""A raster on another grid: shares and averages counted on squared paper."""

from __future__ import annotations

import numpy as np
import pytest
import rasterio
from builders import METRIC, grid
from numpy.testing import assert_allclose

from dzgis.errors import InputError
from dzgis.inputs import aligned, aligned_share
from dzgis.plan.exclusions import Span


@pytest.fixture
def made(tmp_path):
    def make(values, cell, nodata=-9999.0, **tags):
        values = np.asarray(values, np.float32)
        on = grid(*values.shape, cell)
        path = tmp_path / "made.tif"
        where = {"crs": METRIC.to_wkt(), "transform": on.transform, "nodata": nodata}
        shape = {"height": values.shape[0], "width": values.shape[1], "count": 1}
        with rasterio.open(path, "w", driver="GTiff", dtype="float32", **where, **shape) as file:
            file.write(values, 1)
            if tags:
                file.scales, file.offsets = (tags["scale"],), (tags["offset"],)
        return path

    return make


# one cell of 30 m over cells of 10 m:     1 2 3
#                                          4 5 6
#                                          7 8 .   (. not known)
def test_a_cell_holds_the_average_of_what_is_known_over_it(made):
    path = made([[1, 2, 3], [4, 5, 6], [7, 8, -9999]], 10.0)
    assert_allclose(aligned(path, grid(1, 1, 30.0)), [[36 / 8]])
    assert_allclose(aligned(path, grid(1, 1, 30.0), how="nearest"), [[5]])


def test_share_of_a_cell_goes_by_area_and_includes_the_upper_end_only(made):
    path = made([[1, 2, 3], [4, 5, 6], [7, 8, -9999]], 10.0)
    share = aligned_share(path, grid(1, 1, 30.0), [Span(above=2, up_to=5), Span(above=7)])
    assert_allclose(share, [[4 / 8]])  # 3, 4, 5 and 8


# cells of 20 m under cells of 30 m, all 60 m wide:
#   |  1 |  2 |  3 |      west: 20 m of 1 and 10 m of 2, east: 10 m of 2 and 20 m of 3
#   |   w   |   e  |
def test_cells_that_do_not_nest_are_shared_out_by_area(made):
    path = made([[1, 2, 3]] * 3, 20.0)
    assert_allclose(aligned(path, grid(2, 2, 30.0)), [[4 / 3, 8 / 3]] * 2, rtol=1e-6)
    share = aligned_share(path, grid(2, 2, 30.0), [Span(above=1, up_to=2)])
    assert_allclose(share, [[1 / 3, 1 / 3]] * 2, rtol=1e-6)


def test_beyond_the_raster_nothing_is_known(made):
    path = made([[1.0, 1.0], [1.0, 1.0]], 10.0)
    found = aligned(path, grid(2, 4, 10.0))
    assert_allclose(found, [[1, 1, np.nan, np.nan]] * 2)
    assert np.isnan(aligned(path, grid(2, 2, 10.0, west=600_000.0))).all()
    assert np.isnan(aligned_share(path, grid(2, 4, 10.0), [Span(up_to=5)])[:, 2:]).all()


def test_scale_and_offset_are_applied_before_spans(made):
    path = made([[1.0, 2.0]], 10.0, scale=10.0, offset=5.0)
    assert_allclose(aligned(path, grid(1, 2, 10.0)), [[15, 25]])
    assert_allclose(aligned_share(path, grid(1, 2, 10.0), [Span(above=15)]), [[0, 1]])


def test_parts_of_a_large_source_are_the_whole(made, monkeypatch):
    from dzgis.inputs import aligned_raster

    values = np.random.default_rng(1).normal(size=(90, 60))
    path = made(values, 5.0)
    whole = aligned(path, grid(7, 5, 60.0))
    monkeypatch.setattr(aligned_raster, "_MOST_CELLS", 500)
    assert_allclose(aligned(path, grid(7, 5, 60.0)), whole, rtol=1e-5)


def test_an_unknown_way_is_refused(made):
    with pytest.raises(InputError, match="cubic"):
        aligned(made([[1.0]], 10.0), grid(1, 1, 10.0), how="cubic")
