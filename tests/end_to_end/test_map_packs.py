"""Layers of many features in a real browser: in the page, beside it, on a server, on disk.

5,100 squares of 20 to 100 m in rows, of five verdicts in turn, and one of 4 km in the north.
"""

from __future__ import annotations

import threading

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from map_browser import SIZES, launched, watched
from test_map_browser import tiny_content

from dzgis.cli.map_server import map_server
from dzgis.maps.page import map_page
from dzgis.terms import Verdict

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

pytestmark = pytest.mark.browser

N = 5_100
HOSTILE = "<img src=x onerror=window.hacked=1>{{ 7*7 }}"
PAINTED = """() => {
    const found = document.querySelector(".dz-packed");
    return found && found.dataset.dots !== undefined
        && Number(found.dataset.dots) + Number(found.dataset.outlines) > 0;
}"""
COUNTS = """() => {
    const { dots, outlines } = document.querySelector(".dz-packed").dataset;
    return [Number(dots), Number(outlines)];
}"""
GO = """([lat, lon, zoom]) => Object.values(window).find((each) => each instanceof L.Map)
    .setView([lat, lon], zoom, { animate: false })"""
MAP_MIDDLE = """() => {
    const box = document.querySelector(".folium-map").getBoundingClientRect();
    return [box.left + box.width / 2, box.top + box.height / 2];
}"""


def many():
    n = np.arange(N)
    east, north = 102.002 + 0.0039 * (n % 100), 25.002 + 0.0035 * (n // 100)
    side = 0.0002 * (1 + n % 5)
    shapes = shapely.box(east, north, east + side, north + side)
    shapes[-1] = shapely.box(102.1, 25.19, 102.14, 25.2)
    names = [f"地块 {i}" for i in n]
    names[7] = HOSTILE
    table = pd.DataFrame(
        {
            "name": names,
            "verdict": [list(Verdict)[i % 5].value for i in n],
            "cluster": np.where(n % 2, "anyang", None),
            "area_m2": 1.0 * n,
        },
        index=pd.Index([f"P{i:04d}" for i in n], name="parcel_id"),
    )
    return gpd.GeoDataFrame(table, geometry=shapes, crs=4490)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("packs")
    content = tiny_content("x")
    content = type(content)(**{**vars(content), "parcels": many(), "conflicts": many().iloc[:0]})
    (folder / "inside.html").write_text(
        map_page(content, lang="zh", most_inside=None).html, encoding="utf-8"
    )
    beside = map_page(content, lang="en", most_inside=5_000)
    (folder / "map.html").write_text(beside.html, encoding="utf-8")
    (folder / "map_tiles").mkdir()
    for name, data in beside.beside.items():
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as engine, launched(engine) as opened:
        yield opened


@pytest.fixture(params=["inside", "beside"])
def page(request, browser, folder):
    if request.param == "inside":
        with watched(browser, (folder / "inside.html").as_uri(), SIZES["zh"]) as opened:
            yield opened
        return
    with map_server(folder, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        origin = f"http://127.0.0.1:{server.server_port}/"
        with watched(browser, origin, SIZES["en"], origin=origin, offline=False) as opened:
            yield opened
        server.shutdown()


def test_dots_from_afar_outlines_from_near_and_none_left_out(page):
    page.wait_for_function(PAINTED)
    page.evaluate(GO, [25.1, 102.2, 9])
    # The large one is an outline as soon as its block has come.
    page.wait_for_function(f"() => String(({COUNTS})()) === '{N - 1},1'")
    page.evaluate(GO, [25.0023, 102.0023, 18])
    page.wait_for_function(f"() => ({COUNTS})()[0] === 0 && ({COUNTS})()[1] >= 1")


def test_click_search_and_filter(page):
    page.wait_for_function(PAINTED)
    # A dot, from afar: what is told is the whole feature.
    page.evaluate(GO, [25.0021, 102.0021, 9.5])
    page.mouse.click(*page.evaluate(MAP_MIDDLE))
    page.wait_for_selector(".dz-popup")
    assert "P0000" in page.locator(".dz-popup").inner_text()
    # An outline, from near.
    page.locator(".dz-search input").fill("P0123")
    page.locator(".dz-found button").first.click()
    page.locator(".dz-popup h3", has_text="地块 123").wait_for()
    page.wait_for_function(f"() => ({COUNTS})()[1] > 0")
    # P0123 has the verdict number 3: when that is hidden, a click there finds nothing of it.
    hidden = list(Verdict)[123 % 5].value
    page.locator(f"[data-verdict={hidden}]").click()
    assert f"{N * 4 // 5:,}" in page.locator(".dz-filter-shown").inner_text()
    page.mouse.click(*page.evaluate(MAP_MIDDLE))
    page.wait_for_function(
        "() => ![...document.querySelectorAll('.dz-popup')]"
        ".some((box) => box.innerText.includes('P0123'))"
    )
    page.locator(".dz-filter-cluster").select_option("")
    page.evaluate(GO, [25.1, 102.2, 9])
    even_and_not_hidden = sum(1 for i in range(N) if i % 2 == 0 and i % 5 != 123 % 5)
    page.wait_for_function(f"() => ({COUNTS})()[0] + ({COUNTS})()[1] === {even_and_not_hidden}")


def test_hostile_names_in_a_pack_stay_text(page):
    page.wait_for_function(PAINTED)
    page.locator(".dz-search input").fill("onerror")
    page.locator(".dz-found button").first.click()
    page.locator(".dz-popup h3", has_text="onerror").wait_for()
    assert HOSTILE in page.locator(".dz-popup h3").first.inner_text()
    assert page.locator("img[src=x]").count() == 0


def test_pack_beside_a_page_on_disk_says_what_to_do(browser, folder):
    with watched(browser, (folder / "map.html").as_uri(), SIZES["en"]) as page:
        page.locator(".dz-fault").wait_for()
        assert "dzgis map --serve" in page.locator(".dz-fault").inner_text()
        # The rest of the map is there.
        assert page.locator(".leaflet-counties-pane path").count() == 2


def test_many_pins_only_where_the_reader_looks(browser, tmp_path):
    content = tiny_content("x")
    content = type(content)(**{**vars(content), "parcels": many().iloc[:400]})
    path = tmp_path / "map.html"
    path.write_text(map_page(content, lang="zh").html, encoding="utf-8")
    pins = "() => document.querySelectorAll('.dz-pin').length"
    with watched(browser, path.as_uri(), SIZES["zh"]) as page:
        page.evaluate(GO, [25.1, 102.2, 9])
        page.wait_for_function(f"() => ({pins})() === 0")
        page.evaluate(GO, [25.0023, 102.0023, 16])
        page.wait_for_function(f"() => ({pins})() > 0 && ({pins})() < 100")
        page.locator(".dz-name", has_text="地块 0").wait_for()
