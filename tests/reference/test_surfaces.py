"""Surfaces whose slope is known from a formula, on projected, turned and geographic grids."""

from __future__ import annotations

import math

import numpy as np
import pytest
from affine import Affine
from builders import GEOGRAPHIC, METRIC
from numpy.testing import assert_allclose
from pyproj import CRS

from dzgis.crs import ELLIPSOID
from dzgis.errors import CRSError
from dzgis.grid import Grid, Raster
from dzgis.terrain import METHODS, aspect_block, cell_spacing_m, ground_axes, slope

LIMITS_DEG = (2.0, 6.0, 8.0, 15.0, 25.0)
AZIMUTHS = tuple(range(0, 360, 15))
METRES = {
    "square": Affine(10, 0, 5e5, 0, -10, 2.76e6),
    "unequal": Affine(25, 0, 5e5, 0, -10, 2.76e6),
    "turned": Affine(
        *(20 * math.cos(0.5), 10 * math.sin(0.5), 5e5),
        *(20 * math.sin(0.5), -10 * math.cos(0.5), 2.76e6),
    ),
    "south up": Affine(10, 0, 5e5, 0, 10, 2.76e6),
    "sheared": Affine(20, 7, 5e5, 3, -15, 2.76e6),
}
LATITUDES = (0.0, 25.0, 60.0)


def centres(grid):
    """Positions of the cells' centres."""
    t = grid.transform
    row, col = np.mgrid[0 : grid.height, 0 : grid.width] + 0.5
    return t.c + t.a * col + t.b * row, t.f + t.d * col + t.e * row


def inner(values):
    return values[1:-1, 1:-1]


def of(z, grid):
    return Raster(z, grid, "elevation_m")


# ------------------------------------------------------------------ planes


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", METRES)
@pytest.mark.parametrize("limit", LIMITS_DEG)
def test_planes_in_every_direction(name, limit, method):
    grid = Grid(METRIC, METRES[name], 6, 5)
    x, y = centres(grid)
    for azimuth in np.radians(AZIMUTHS):
        along = (x - 5e5) * np.sin(azimuth) + (y - 2.76e6) * np.cos(azimuth)
        z = along * math.tan(math.radians(limit))
        assert_allclose(inner(slope(of(z, grid), method=method).values), limit, atol=1e-5)


@pytest.mark.parametrize("name", METRES)
def test_aspect_of_planes(name):
    grid = Grid(METRIC, METRES[name], 5, 5)
    x, y = centres(grid)
    for azimuth in np.radians(AZIMUTHS):
        z = (x - 5e5) * np.sin(azimuth) + (y - 2.76e6) * np.cos(azimuth)  # rises that way
        found = np.radians(aspect_block(z, ground_axes(grid)[1:-1], method="horn"))
        assert_allclose(np.cos(found - azimuth), -1.0, atol=1e-9)


# ------------------------------------------------------------------ curved surfaces in metres


def cone(x, y):
    return 0.3 * np.hypot(x, y), np.degrees(np.arctan(np.full_like(x, 0.3)))


def sphere(x, y):
    height = np.sqrt(4e6**2 - x**2 - y**2)
    return height, np.degrees(np.arctan(np.hypot(x, y) / height))


def waves(x, y):
    z = 200 * np.sin(x / 3000) + 150 * np.cos(y / 2000)
    by_x, by_y = 200 / 3000 * np.cos(x / 3000), -150 / 2000 * np.sin(y / 2000)
    return z, np.degrees(np.arctan(np.hypot(by_x, by_y)))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", METRES)
@pytest.mark.parametrize("surface", [cone, sphere, waves])
def test_curved_surfaces(surface, name, method):
    grid = Grid(METRIC, METRES[name], 60, 60)
    x, y = centres(grid)
    z, expected = surface(x - 5e5 + 20_000, y - 2.76e6 + 30_000)
    assert_allclose(inner(slope(of(z, grid), method=method).values), inner(expected), atol=1e-3)


# ------------------------------------------------------------------ degrees on the ellipsoid


@pytest.mark.parametrize("crs", [GEOGRAPHIC, CRS.from_epsg(4326)])
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("latitude", LATITUDES)
def test_waves_on_the_ellipsoid(latitude, method, crs):
    # The gradient along a parallel is ∂z/∂λ over N·cos φ, along a meridian ∂z/∂φ over M.
    step = 1 / 3600
    grid = Grid(crs, Affine(step, 0, 102, 0, -step, latitude + 30 * step), 60, 60)
    lon, lat = (np.radians(a) for a in centres(grid))
    a, e2 = ELLIPSOID.a, ELLIPSOID.es
    w2 = 1 - e2 * np.sin(lat) ** 2
    prime_vertical, meridian = a / np.sqrt(w2), a * (1 - e2) / w2**1.5
    k, lon0, lat0 = 1500.0, math.radians(102), math.radians(latitude)
    z = 2000 + 700 * np.sin(k * (lon - lon0) + 0.3) + 900 * np.cos(k * (lat - lat0) + 1.0)
    east = 700 * k * np.cos(k * (lon - lon0) + 0.3) / (prime_vertical * np.cos(lat))
    north = -900 * k * np.sin(k * (lat - lat0) + 1.0) / meridian
    expected = np.degrees(np.arctan(np.hypot(east, north)))
    assert expected.max() > 8
    found = slope(of(z, grid), method=method).values
    # 1e-3° is asked for; what is left is the curvature within three cells.
    assert_allclose(inner(found), inner(expected), atol=1e-3)


@pytest.mark.parametrize("latitude", [*LATITUDES, -25.0])
@pytest.mark.parametrize("azimuth", [0.0, 30.0, 90.0, 200.0])
@pytest.mark.parametrize("limit", LIMITS_DEG)
def test_geodesic_planes(latitude, azimuth, limit):
    # As high as the geodesic distance towards an azimuth, by Karney's geodesics: a plane there.
    step = 1 / 3600
    grid = Grid(
        GEOGRAPHIC, Affine(step, 0, 102 - 1.5 * step, 0, -step, latitude + 1.5 * step), 3, 3
    )
    lon, lat = centres(grid)
    from_here = np.full_like(lon, 102.0), np.full_like(lat, latitude)
    azimuths, _, metres = ELLIPSOID.inv(*from_here, lon, lat)
    along = metres * np.cos(np.radians(azimuths - azimuth))
    z = along * math.tan(math.radians(limit))
    assert_allclose(slope(of(z, grid)).values[1, 1], limit, atol=1e-3)


@pytest.mark.parametrize("latitude", LATITUDES)
def test_spacing_is_that_of_geodesics(latitude):
    step = 1 / 3600
    grid = Grid(GEOGRAPHIC, Affine(step, 0, 102, 0, -step, latitude + step / 2), 1, 1)
    easting, northing = cell_spacing_m(grid)
    _, _, along = ELLIPSOID.inv(102, latitude, 102 + step, latitude)
    _, _, up = ELLIPSOID.inv(102, latitude - step / 2, 102, latitude + step / 2)
    assert_allclose((easting[0], northing[0]), (along, up), rtol=1e-7)


# ------------------------------------------------------------------ what is refused by name


@pytest.mark.parametrize(
    ("transform", "words"),
    [
        (Affine(0.1, 0, 102, 0, -0.1, 90), "reaches a pole"),
        (Affine(0.1, 0, 102, 0, -0.1, -88.5), "reaches a pole"),
        (Affine(0.1, 0, 179.5, 0, -0.1, 26), "crosses the anti-meridian"),
        (Affine(0.1, 0, -180.5, 0, -0.1, 26), "crosses the anti-meridian"),
        (Affine(0.1, 0.01, 102, 0.01, -0.1, 26), "in degrees .EPSG:4490. and its grid is turned"),
    ],
)
def test_grids_that_have_no_slope(transform, words):
    with pytest.raises(CRSError, match=words):
        slope(of(np.zeros((9, 9)), Grid(GEOGRAPHIC, transform, 9, 9)))
