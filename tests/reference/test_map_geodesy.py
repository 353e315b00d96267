"""The map's own geodesy, run in Chromium, against PROJ and Karney's geodesics (pyproj)."""

from __future__ import annotations

import numpy as np
import pytest
from map_browser import launched
from numpy.testing import assert_allclose
from pyproj import Geod, Transformer

from dzgis.maps.offline import asset

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

pytestmark = pytest.mark.browser

GEOD = Geod(ellps="GRS80")  # the same a and 1/f as CGCS2000
CENTIMETRE = 0.01
ZONES = {33: 4521, 34: 4522, 35: 4523}  # CGCS2000 / 3-degree Gauss-Kruger zones


@pytest.fixture(scope="module")
def ask():
    """Value of an expression in the geodesy script; it sees `x`."""
    with playwright.sync_playwright() as engine, launched(engine) as browser:
        page = browser.new_page()
        page.evaluate("window.dzgis = {}")
        page.add_script_tag(content=asset("geodesy.js"))
        yield lambda expression, x: page.evaluate(
            f"(x) => {{ const g = dzgis.geodesy; return {expression}; }}", x
        )


@pytest.fixture(scope="module")
def places():
    """Points of Yunnan, some on the edges and middles of zones."""
    rng = np.random.default_rng(7)
    lons = np.append(rng.uniform(98.0, 106.0, 300), [99.0, 100.5, 102.0, 103.49999, 105.0])
    lats = np.append(rng.uniform(21.0, 29.5, 300), [25.0, 21.0, 29.5, 25.0, 24.0])
    return np.column_stack([lons, lats])


def test_zone_of_a_place(ask):
    cases = [[97.5, 33], [100.4999, 33], [100.5, 34], [102.0, 34], [103.4999, 34], [103.5, 35]]
    assert [ask("g.zoneOf(x)", lon) for lon, _ in cases] == [zone for _, zone in cases]


@pytest.mark.parametrize("zone", ZONES)
def test_gauss_kruger_to_the_centimetre(ask, places, zone):
    found = ask(f"x.map(([lon, lat]) => g.toZone(lon, lat, {zone}))", places.tolist())
    to_zone = Transformer.from_crs(4490, ZONES[zone], always_xy=True)
    near = np.abs(places[:, 0] - 3 * zone) <= 4.5
    assert near.sum() > 100
    east, north = to_zone.transform(*places[near].T)
    ours = np.array([[point["y"], point["x"]] for point in found])[near]
    assert_allclose(ours, np.column_stack([east, north]), atol=CENTIMETRE, rtol=0)
    assert_allclose(ours, np.column_stack([east, north]), atol=1e-4, rtol=0)


@pytest.mark.parametrize("zone", ZONES)
def test_inverse_to_the_centimetre(ask, places, zone):
    near = places[np.abs(places[:, 0] - 3 * zone) <= 1.6]
    east, north = Transformer.from_crs(4490, ZONES[zone], always_xy=True).transform(*near.T)
    planes = np.column_stack([north, east]).tolist()
    found = ask("x.map(([n, e]) => g.fromZone(n, e))", planes)
    ours = np.array([[point["lon"], point["lat"]] for point in found])
    assert_allclose(ours, near, atol=1e-9, rtol=0)


def test_worked_example_of_the_domain_notes(ask):
    # 安宁: 102.4770, 24.9224 in EPSG:4522.
    found = ask("g.toZone(...x)", [102.4770, 24.9224])
    assert found == {
        "zone": 34,
        "x": pytest.approx(2757542.758, abs=0.001),
        "y": pytest.approx(34548183.754, abs=0.001),
    }


def test_distances_are_those_of_karney(ask, places):
    ends = places[::-1]
    found = ask("x.map(([a, b]) => g.inverse(a, b).length)", [
        [one, other] for one, other in zip(places.tolist(), ends.tolist(), strict=True)
    ])  # fmt: skip
    _, _, metres = GEOD.inv(*places.T, *ends.T)
    assert_allclose(found, metres, atol=1e-3, rtol=0)


@pytest.mark.parametrize("side_m", [1.0, 30.0, 1000.0, 100_000.0])
def test_short_and_long_distances(ask, side_m):
    azimuths = np.arange(0.0, 360.0, 15.0)
    lon, lat, _ = GEOD.fwd(np.full(24, 102.0), np.full(24, 25.0), azimuths, np.full(24, side_m))
    found = ask(
        "x.map((b) => g.inverse([102, 25], b).length)", np.column_stack([lon, lat]).tolist()
    )
    assert_allclose(found, side_m, atol=1e-4, rtol=0)


def test_point_along_a_geodesic(ask):
    lon, lat, back = GEOD.fwd(102.0, 25.0, 63.0, 123_456.0)
    found = ask("g.direct([102, 25], x[0] * Math.PI / 180, x[1])", [63.0, 123_456.0])
    assert_allclose(found["point"], [lon, lat], atol=1e-10, rtol=0)
    assert np.degrees(found["azimuth"]) == pytest.approx(back + 180.0, abs=1e-8)


@pytest.mark.parametrize("size_deg", [0.0002, 0.01, 0.3, 3.0])
def test_areas_are_those_of_karney(ask, size_deg):
    rng = np.random.default_rng(11)
    for _ in range(10):
        centre = rng.uniform([99.0, 22.0], [105.0, 28.0])
        turns = np.sort(rng.uniform(0, 2 * np.pi, 9))
        reach = size_deg * rng.uniform(0.4, 1.0, 9)
        ring = centre + np.column_stack([np.cos(turns), np.sin(turns)]) * reach[:, None]
        area, perimeter = GEOD.polygon_area_perimeter(*ring.T)
        assert ask("g.area(x)", ring.tolist()) == pytest.approx(abs(area), rel=1e-9, abs=1e-4)
        length = ask("g.length([...x, x[0]])", ring.tolist())
        assert length == pytest.approx(perimeter, abs=1e-3)


def test_crossing_edges_are_found(ask):
    bow_tie = [[0, 0], [1, 1], [1, 0], [0, 1]]
    square = [[0, 0], [1, 0], [1, 1], [0, 1]]
    assert [ask("g.crosses(x)", ring) for ring in (bow_tie, square)] == [True, False]
