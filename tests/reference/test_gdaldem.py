"""Slope against ``gdaldem slope -alg Horn``: a frozen result, and the program where it is there."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from builders import raster
from numpy.testing import assert_allclose, assert_array_equal
from pyproj import CRS
from rasterio.warp import Resampling, calculate_default_transform, reproject

from dzgis.grid import Grid, Raster
from dzgis.terrain import slope

COMMAND = "gdaldem slope dem.tif slope.tif -alg Horn -q"
FROZEN = Path(__file__).with_name("gdaldem_slope.csv")
SHIPPED = Path(__file__).parents[2] / "data" / "dem" / "dianzhong_generated_3s.tif"
CELL_M = 30.0
UNKNOWN = -9999.0
DIFFERENCE_DEG = 1e-3
NEEDS_GDALDEM = pytest.mark.skipif(shutil.which("gdaldem") is None, reason="no gdaldem on PATH")


def rough_surface(n_rows, n_cols):
    """Hills of several wavelengths with noise, in metres, to the millimetre; always the same."""
    row, col = np.mgrid[0:n_rows, 0:n_cols].astype(float)
    hills = 240 * np.sin(row / 31) * np.cos(col / 23) + 90 * np.sin((row + 2 * col) / 11)
    ridges = 35 * np.abs(np.sin((2 * row - col) / 7))
    noise = np.random.default_rng(25).normal(0.0, 4.0, row.shape)
    return np.round(1900.0 + hills + ridges + noise, 3)


def gdaldem(elevation_m, cell_m, crs, folder):
    """Slope in degrees by gdaldem, −9999 where it knows none."""
    transform = Affine(cell_m, 0, 500_000.0, 0, -cell_m, 2_760_000.0)
    profile = {
        "driver": "GTiff",
        "dtype": "float32",
        "count": 1,
        "height": elevation_m.shape[0],
        "width": elevation_m.shape[1],
        "crs": crs,
        "transform": transform,
        "nodata": UNKNOWN,
    }
    with rasterio.open(folder / "dem.tif", "w", **profile) as dataset:
        dataset.write(elevation_m.astype(np.float32), 1)
    subprocess.run(COMMAND.split(), cwd=folder, check=True)
    with rasterio.open(folder / "slope.tif") as dataset:
        return dataset.read(1)


def compare(ours, theirs):
    assert_array_equal(np.isnan(ours), theirs == UNKNOWN)
    known = ~np.isnan(ours)
    assert known.any()
    assert_allclose(ours[known], theirs[known], rtol=0, atol=DIFFERENCE_DEG)


def test_frozen_result_of_gdaldem():
    assert COMMAND in FROZEN.read_text(encoding="utf-8").splitlines()[0]
    elevation, expected = np.loadtxt(FROZEN, delimiter=",", skiprows=2).T.reshape(2, 20, 20)
    assert_allclose(elevation, rough_surface(20, 20))
    assert expected.max() > 25.0
    compare(slope(raster(elevation, cell=CELL_M)).values, expected)


@NEEDS_GDALDEM
def test_rough_surface(tmp_path):
    surface = rough_surface(200, 200)
    theirs = gdaldem(surface, CELL_M, "EPSG:4543", tmp_path)
    single = surface.astype(np.float32)
    compare(slope(raster(single, cell=CELL_M)).values, theirs)


@NEEDS_GDALDEM
def test_rough_surface_with_voids(tmp_path):
    surface = rough_surface(60, 60)
    surface[20:23, 30] = surface[0, 0] = surface[59, 40] = UNKNOWN
    theirs = gdaldem(surface, CELL_M, "EPSG:4543", tmp_path)
    known = np.where(surface == UNKNOWN, np.nan, surface).astype(np.float32)
    compare(slope(raster(known, cell=CELL_M)).values, theirs)


@NEEDS_GDALDEM
@pytest.mark.skipif(not SHIPPED.exists(), reason="no shipped DEM")
# rasterio 1.4 multiplies affine transforms with `*`.
@pytest.mark.filterwarnings("ignore:Use `@` matmul:PendingDeprecationWarning")
def test_shipped_dem_in_metres(tmp_path):
    n, top, left = 400, 600, 1400
    with rasterio.open(SHIPPED) as dataset:
        source = dataset.read(1)[top : top + n, left : left + n].astype(np.float32)
        crs, nodata, whole = dataset.crs, dataset.nodata, dataset.transform
    west, north = whole.c + left * whole.a, whole.f + top * whole.e
    transform = Affine(whole.a, 0, west, 0, whole.e, north)
    bounds = (west, north + n * whole.e, west + n * whole.a, north)
    to, width, height = calculate_default_transform(
        crs, "EPSG:4543", n, n, *bounds, resolution=90.0
    )
    metric = np.full((height, width), UNKNOWN, np.float32)
    reproject(
        source,
        metric,
        src_transform=transform,
        src_crs=crs,
        src_nodata=nodata,
        dst_transform=to,
        dst_crs="EPSG:4543",
        dst_nodata=UNKNOWN,
        resampling=Resampling.bilinear,
    )
    theirs = gdaldem(metric, 90.0, "EPSG:4543", tmp_path)
    known = np.where(metric == UNKNOWN, np.nan, metric)
    grid = Grid(CRS.from_epsg(4543), to, height, width)
    compare(slope(Raster(known, grid, "elevation_m")).values, theirs)
