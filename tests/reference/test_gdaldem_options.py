"""Against ``gdaldem``: both methods, with and without edges, aspect and hillshade.

Elevations are whole metres: gdaldem sums in single precision, which for metres with decimals costs
up to 6.5e-4° and for whole metres nothing.
"""

from __future__ import annotations

import itertools
import shutil
import subprocess

import numpy as np
import pytest
import rasterio
from affine import Affine
from builders import METRIC
from numpy.testing import assert_array_equal

from dzgis.grid import Grid, Raster
from dzgis.terrain import aspect_block, ground_axes, hillshade_block, slope
from dzgis.terrain.slope import slope_block

pytestmark = pytest.mark.skipif(shutil.which("gdaldem") is None, reason="no gdaldem on PATH")

LIMIT_DEG = 1e-4
UNKNOWN = -9999
ALGORITHMS = {"horn": "Horn", "zevenbergen-thorne": "ZevenbergenThorne"}
GRIDS = {
    "square": Affine(30, 0, 5e5, 0, -30, 2.76e6),
    "wide": Affine(30, 0, 5e5, 0, -12.5, 2.76e6),
}


def surface(n_rows=70, n_cols=90, *, voids=False):
    row, col = np.mgrid[0:n_rows, 0:n_cols].astype(float)
    hills = 240 * np.sin(row / 11) * np.cos(col / 13) + 90 * np.sin((row + 2 * col) / 7)
    z = np.round(1900 + hills + np.random.default_rng(3).normal(0, 5, row.shape)).astype(np.int16)
    if voids:
        z[20:23, 30] = z[0, 0] = z[0, 40] = z[n_rows - 1, 3] = z[33, n_cols - 1] = UNKNOWN
    return z


def gdaldem(z, transform, folder, *options):
    profile = {"driver": "GTiff", "count": 1, "height": z.shape[0], "width": z.shape[1]}
    profile |= {"dtype": z.dtype, "crs": METRIC.to_wkt(), "transform": transform}
    with rasterio.open(folder / "dem.tif", "w", nodata=UNKNOWN, **profile) as dataset:
        dataset.write(z, 1)
    command = ["gdaldem", options[0], "dem.tif", "out.tif", "-q", *options[1:]]
    subprocess.run(command, cwd=folder, check=True)
    with rasterio.open(folder / "out.tif") as dataset:
        found = dataset.read(1)
        return np.where(found == dataset.nodata, np.nan, found.astype(float))


def dem(z, transform):
    known = np.where(z == UNKNOWN, np.nan, z).astype(np.float32)
    return Raster(known, Grid(METRIC, transform, *z.shape), "elevation_m")


@pytest.mark.parametrize(
    ("method", "edges", "shape", "voids"),
    list(itertools.product(ALGORITHMS, ["unknown", "computed"], GRIDS, [False, True])),
)
def test_slope(tmp_path, method, edges, shape, voids):
    z = surface(voids=voids)
    options = ["-compute_edges"] if edges == "computed" else []
    theirs = gdaldem(z, GRIDS[shape], tmp_path, "slope", "-alg", ALGORITHMS[method], *options)
    ours = slope(dem(z, GRIDS[shape]), method=method, edges=edges).values
    assert_array_equal(np.isnan(ours), np.isnan(theirs))
    assert np.nanmax(np.abs(ours - theirs)) <= LIMIT_DEG
    known = z != UNKNOWN
    assert np.isnan(ours[known]).any() == (edges == "unknown")


@pytest.mark.parametrize("edges", ["unknown", "computed"])
@pytest.mark.parametrize("method", ALGORITHMS)
def test_the_compiled_kernel_is_the_numpy_one(method, edges):
    raster = dem(surface(voids=True), GRIDS["wide"])
    block = np.pad(raster.values, 1, constant_values=np.nan)
    axes = ground_axes(raster.grid)
    sides = (True, True, True, True) if edges == "computed" else None
    compiled = slope_block(block, axes, method=method, sides=sides, compiled=True)
    assert_array_equal(compiled, slope(raster, method=method, edges=edges).values)


@pytest.mark.parametrize("method", ALGORITHMS)
def test_aspect(tmp_path, method):
    z = surface(voids=True)
    theirs = gdaldem(z, GRIDS["wide"], tmp_path, "aspect", "-alg", ALGORITHMS[method])
    raster = dem(z, GRIDS["wide"])
    block = np.pad(raster.values, 1, constant_values=np.nan)
    ours = aspect_block(block, ground_axes(raster.grid), method=method)
    # gdaldem takes the steps of an aspect for square cells; these are not.
    x, y = np.radians(theirs), np.radians(ours)
    stretch = GRIDS["wide"].a / -GRIDS["wide"].e
    expected = np.arctan2(np.sin(x), np.cos(x) * stretch)
    difference = np.degrees(np.arctan2(np.sin(y - expected), np.cos(y - expected)))
    assert_array_equal(np.isnan(ours), np.isnan(theirs))
    assert np.nanmax(np.abs(difference)) <= 1e-3


@pytest.mark.parametrize("shape", GRIDS)
def test_hillshade(tmp_path, shape):
    z = surface(voids=True)
    theirs = gdaldem(z, GRIDS[shape], tmp_path, "hillshade", "-az", "315", "-alt", "45")
    raster = dem(z, GRIDS[shape])
    block = np.pad(raster.values, 1, constant_values=np.nan)
    ours = hillshade_block(block, ground_axes(raster.grid), method="horn").astype(float)
    ours[ours == 0] = np.nan
    assert_array_equal(np.isnan(ours), np.isnan(theirs))
    assert np.nanmax(np.abs(ours - theirs)) <= 1.0  # both are rounded to whole numbers
