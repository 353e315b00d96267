"""Each control of the interactive map in a real browser, with the network cut, in two sizes.

25.2 ┌───────┬───────┐
     │  ▒P1  │       │    P1 … P3 in a row, of three verdicts, P1 and P2 in the cluster of
25.0 └───────┴───────┘    county A, P3 in none; slope classes 1, 2, 3, unknown from west to east.
   102.0   102.2   102.4
"""

from __future__ import annotations

import dataclasses
import importlib.util
import re
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from map_browser import SIZES, launched, watched
from pyproj import Geod, Transformer
from shapely.geometry import box

from dzgis.maps import interactive_map, own_tiles, tianditu
from dzgis.planning import LEDGER, Grade, Ledgers
from dzgis.terms import Text, Verdict

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=window.hacked=1>=cmd|'calc'!A0{{ 7*7 }}${7*7}"
GEOD = Geod(ellps="GRS80")  # the same a and 1/f as CGCS2000


def content():
    source = Path(__file__).parents[1] / "rooms" / "test_maps.py"
    spec = importlib.util.spec_from_file_location("content_of_test_maps", source)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    tiny = module.tiny_content()
    rows = [
        ["园区甲", Verdict.PROHIBITED, 1e4, "anyang", "EW", 10.0, HOSTILE],
        [HOSTILE, Verdict.CLEAR, 2e4, "anyang", "EW", 20.0, ""],
        ["园区丙", Verdict.UNDETERMINED, 3e4, None, None, None, ""],
    ]
    columns = ["name", "verdict", "area_m2", "cluster", "axis", "axis_distance_m", "reason"]
    shapes = [box(x, 25.04, x + 0.02, 25.06) for x in (102.04, 102.12, 102.3)]
    index = pd.Index(["P001", "P002", "P003"], name="parcel_id")
    ledger = [[1.2e8, 5, 3e6, 3, 6e4, 1, 2e4, 1, 1e4, 1, 3e4]]
    return dataclasses.replace(
        tiny,
        parcels=gpd.GeoDataFrame(
            pd.DataFrame(rows, columns=columns, index=index), geometry=shapes, crs=4490
        ),
        suitability=dataclasses.replace(tiny.slope_class, name="suitability"),
        grades=tuple(
            Grade(n, Text(zh, en), colour)
            for n, zh, en, colour in (
                (1, "高度适宜", "highly suitable", "#1a9641"),
                (2, "适宜", "suitable", "#a6d96a"),
                (3, "不适宜", "unsuitable", "#d7191c"),
            )
        ),
        ledgers=Ledgers(
            clusters=pd.DataFrame(ledger, index=["anyang"], columns=list(LEDGER)),
            axes=pd.DataFrame(ledger, index=["EW"], columns=list(LEDGER)),
            industries=pd.DataFrame(),
        ),
        sources=(
            {"role": "pbf", "path": f"/secret/folder/{HOSTILE}", "date": "2014-12-31"},
            {"role": "dem", "path": "C:\\data\\dem.tif", "crs": "EPSG:4490"},
        ),
    )


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as engine, launched(engine) as opened:
        yield opened


@pytest.fixture(scope="module")
def map_files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("map")
    for lang in ("zh", "en"):
        page = interactive_map(content(), lang=lang)
        (folder / f"{lang}.html").write_text(page, encoding="utf-8")
    base_maps = (*tianditu("0123456789abcdef"), *own_tiles(["http://webrd01.amap.com/{z}/{x}/{y}"]))
    page = interactive_map(content(), lang="zh", base_maps=base_maps)
    (folder / "base.html").write_text(page, encoding="utf-8")
    return folder


@pytest.fixture(params=["zh", "en"])
def page(request, browser, map_files):
    address = (map_files / f"{request.param}.html").as_uri()
    with watched(browser, address, SIZES[request.param]) as opened:
        yield opened


def at(page, lon, lat):
    """Where a position is in the window."""
    return page.evaluate(
        """([lon, lat]) => {
            const map = Object.values(window).find((each) => each instanceof L.Map);
            const box = map.getContainer().getBoundingClientRect();
            const point = map.latLngToContainerPoint([lat, lon]);
            return [box.left + point.x, box.top + point.y];
        }""",
        [lon, lat],
    )


def position(page, x, y):
    """Longitude and latitude of a place in the window."""
    return page.evaluate(
        """([x, y]) => {
            const map = Object.values(window).find((each) => each instanceof L.Map);
            const box = map.getContainer().getBoundingClientRect();
            const at = map.containerPointToLatLng([x - box.left, y - box.top]);
            return [at.lng, at.lat];
        }""",
        [x, y],
    )


def number(text):
    return float(text.replace(",", ""))


def test_coordinates_under_the_pointer(page):
    x, y = (round(part) for part in at(page, 102.31, 25.07))
    page.mouse.move(x, y)
    said = page.locator(".dz-readout").inner_text()
    lon, lat = (float(part) for part in re.search(r"([\d.]+)°E\s+([\d.]+)°N", said).groups())
    assert [lon, lat] == pytest.approx(position(page, x, y), abs=2e-4)
    east, north = Transformer.from_crs(4490, 4522, always_xy=True).transform(lon, lat)
    found = re.search(r"34.*102°E.*X ([\d.]+)\s+Y ([\d.]+)", said)
    assert [number(part) for part in found.groups()] == pytest.approx([north, east], abs=1.1)


def test_search_for_a_parcel_a_place_and_coordinates(page):
    field = page.locator(".dz-search input")
    field.fill("p003")
    page.locator(".dz-found button").first.wait_for()
    assert page.locator(".dz-found button").count() == 1
    field.press("ArrowDown")
    field.press("Enter")
    page.wait_for_selector(".dz-popup")
    assert "园区丙" in page.locator(".dz-popup").inner_text()
    field.fill("丙城")
    page.locator(".dz-found button", has_text="丙城").first.click()
    page.locator(".dz-popup h3", has_text="丙城").wait_for()
    east, north = Transformer.from_crs(4490, 4522, always_xy=True).transform(102.3, 25.1)
    for text in ("102.3 25.1", "25.1，102.3", f"{north:.3f}, {east:.3f}"):
        field.fill("")
        field.fill(text)
        page.locator(".dz-found button", has_text="102.300000").first.click()
        centre = page.evaluate(
            """() => Object.values(window).find((each) => each instanceof L.Map).getCenter()"""
        )
        assert [centre["lng"], centre["lat"]] == pytest.approx([102.3, 25.1], abs=0.02)
    field.fill("没有这个地方")
    page.locator(".dz-none").wait_for()
    field.press("Escape")
    assert not page.locator(".dz-found").is_visible()


def test_filter_by_verdict_and_cluster(page):
    shown = page.locator(".dz-filter-shown")
    assert re.findall(r"\d+", shown.inner_text()) == ["3", "3"]
    paths = "() => document.querySelectorAll('.leaflet-parcels-pane path').length"
    assert page.evaluate(paths) == 3
    page.locator("[data-verdict=prohibited]").click()
    assert re.findall(r"\d+", shown.inner_text()) == ["2", "3"]
    assert page.evaluate(paths) == 2
    # Its conflict piece goes with it.
    assert (
        page.evaluate("() => document.querySelectorAll('.leaflet-conflicts-pane path').length") == 0
    )
    page.locator(".dz-filter-cluster").select_option("anyang")
    assert re.findall(r"\d+", shown.inner_text()) == ["1", "3"]
    page.mouse.click(*at(page, 102.05, 25.05))
    page.wait_for_selector(".dz-popup")
    assert "P001" not in page.locator(".dz-popup").inner_text()
    page.locator(".dz-filter-cluster").select_option("")
    page.locator(".dz-filter-reset").click()
    assert re.findall(r"\d+", shown.inner_text()) == ["3", "3"]
    assert page.evaluate(paths) == 3


def test_distance_and_area_are_those_of_the_ellipsoid(page):
    corners = [[round(part) for part in at(page, *each)] for each in (
        (102.05, 25.02), (102.35, 25.03), (102.2, 25.18),
    )]  # fmt: skip
    page.evaluate(
        """() => {
            window.clicked = [];
            Object.values(window).find((each) => each instanceof L.Map)
                .on("click", ({ latlng }) => window.clicked.push([latlng.lng, latlng.lat]));
        }"""
    )
    page.locator(".dz-measure-length").click()
    for corner in corners:
        page.mouse.click(*corner)
        page.wait_for_timeout(300)
    page.keyboard.press("Enter")
    lons, lats = zip(*page.evaluate("window.clicked"), strict=True)
    told = page.locator(".dz-measured").inner_text()
    metres = number(re.search(r"= ([\d,.]+) (?:米|m)", told)[1])
    assert metres == pytest.approx(GEOD.line_length(lons, lats), abs=0.051)
    page.locator(".dz-measure-area").click()
    for corner in corners[:2]:
        page.mouse.click(*corner)
        page.wait_for_timeout(300)
    page.mouse.click(*corners[0])
    page.keyboard.press("Backspace")
    page.mouse.dblclick(*corners[2])
    told = page.locator(".dz-measured").inner_text()
    m2 = number(re.search(r"([\d,.]+) m²", told)[1])
    area, perimeter = GEOD.polygon_area_perimeter(lons, lats)
    assert m2 == pytest.approx(abs(area), abs=0.02)
    assert number(re.search(r"([\d,.]+) (?:公顷|ha)", told)[1]) == pytest.approx(m2 / 1e4, abs=1e-4)
    assert number(re.search(r"([\d,.]+) (?:亩|mu)", told)[1]) == pytest.approx(
        m2 * 0.0015, abs=0.01
    )
    assert number(re.findall(r"= ([\d,.]+) (?:米|m)\b", told)[-1]) == pytest.approx(
        perimeter, abs=0.051
    )
    # Measuring asks nothing of the layers; after it a click does.
    assert page.locator(".dz-popup").count() == 0
    page.keyboard.press("Escape")
    assert not page.locator(".dz-measured").is_visible()
    page.mouse.click(*corners[2])
    page.wait_for_selector(".dz-popup")


def test_outline_that_crosses_itself_has_no_area(page):
    page.locator(".dz-measure-area").click()
    for lon, lat in ((102.05, 25.02), (102.35, 25.18), (102.35, 25.02), (102.05, 25.18)):
        page.mouse.click(*at(page, lon, lat))
        page.wait_for_timeout(300)
    assert "m²" not in page.locator(".dz-measured").inner_text()
    page.locator(".dz-measure-clear").click()
    assert not page.locator(".dz-measured").is_visible()


def test_class_of_each_raster_on_click(page):
    for layer in ("suitability", "slope_class"):
        page.locator(f"[data-layer={layer}]").check()
    wanted = {
        102.05: ("高度适宜|highly suitable", "平地|flat"),
        102.15: ("(?<!高度)(?<!不)适宜|^suitable", "低丘缓坡地|low hills"),
        102.25: ("不适宜|unsuitable", "陡坡|steep"),
    }
    for lon, words in wanted.items():
        page.mouse.click(*at(page, lon, 25.17))
        page.wait_for_function("() => document.querySelectorAll('.dz-popup').length === 1")
        titles = page.locator(".dz-popup h3").all_inner_texts()
        for word in words:
            assert any(re.search(word, title) for title in titles), (lon, titles)
        page.keyboard.press("Escape")
        page.wait_for_function("() => !document.querySelector('.dz-popup')")
    # Where the class is not known nothing is said of it.
    page.mouse.click(*at(page, 102.35, 25.17))
    page.wait_for_selector(".dz-popup")
    assert not re.search("适宜|suitable|坡|steep", page.locator(".dz-popup").inner_text())


def test_ledgers_industries_and_sources(page):
    page.mouse.click(*at(page, 102.02, 25.15))
    page.wait_for_selector(".dz-popup")
    said = page.locator(".dz-popup").inner_text()
    assert "冶金、化工" in said
    assert "120.00 km²" in said
    assert re.search(r"5 (?:个，|parcels, )3\.00 km²", said)
    page.mouse.click(*at(page, 102.18, 25.1))
    page.wait_for_function("() => document.querySelector('.dz-popup').innerText.includes('120.00')")
    page.locator(".dz-sources summary").click()
    told = page.locator(".dz-sources").inner_text()
    assert HOSTILE in told
    assert "dem.tif" in told
    assert "secret" not in told
    assert "data" not in told.lower().replace("data sources", "")


def test_legend_in_both_languages(page):
    panel = page.locator(".dz-panel")
    assert not ("压占（禁止）" in panel.inner_text() and "prohibited" in panel.inner_text())
    page.locator(".dz-both").click()
    assert "压占（禁止）" in panel.inner_text()
    assert "conflict (prohibited)" in panel.inner_text()
    assert "坡度分级" in panel.inner_text()
    assert "slope classes" in panel.inner_text()
    page.locator(".dz-both").click()
    assert not ("坡度分级" in panel.inner_text() and "slope classes" in panel.inner_text())


def test_print_view_is_one_sheet_with_all_that_is_shown(page):
    page.locator("[data-layer=slope_class]").check()
    page.locator(".dz-print-view").click()
    for part in (".folium-map", ".dz-restriction", ".dz-north", ".leaflet-control-scale-line"):
        assert page.locator(part).first.is_visible()
    assert not page.locator(".dz-search").is_visible()
    assert re.search(r"1:[\d,]+", page.locator(".dz-print-foot").inner_text())
    legend = page.locator(".dz-row.dz-on .dz-legend li:visible")
    panel = page.locator(".dz-panel").bounding_box()
    last = legend.last.bounding_box()
    assert last["y"] + last["height"] <= panel["y"] + panel["height"] + 1
    for paper, size in (("A4", (842, 595)), ("A3", (1191, 842))):
        page.locator(".dz-print-bar select").select_option(paper)
        sheet = page.pdf(prefer_css_page_size=True, print_background=True)
        found = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", sheet)
        assert len(re.findall(rb"/Type /Page\b", sheet)) == 1
        assert [float(part) for part in found[0]] == pytest.approx(size, abs=1.5)
    page.locator(".dz-print-back").click()
    assert page.locator(".dz-search").is_visible()


def test_hostile_text_stays_text_everywhere(page):
    page.locator(".dz-search input").fill("<img")
    page.locator(".dz-found button").first.wait_for()
    assert HOSTILE in page.locator(".dz-found button").first.inner_text()
    page.locator(".dz-found button").first.click()
    page.wait_for_selector(".dz-popup")
    assert HOSTILE in page.locator(".dz-popup h3").first.inner_text()
    page.locator(".dz-list summary").click()
    assert page.locator(".dz-list button", has_text=HOSTILE).count() == 1
    page.locator(".dz-print-view").click()
    assert HOSTILE in page.locator(".dz-print-foot").inner_text()
    assert page.locator("img[src=x]").count() == 0


def test_base_maps_ask_for_nothing_until_ticked(browser, map_files):
    address = (map_files / "base.html").as_uri()
    with watched(browser, address, SIZES["zh"]) as page:
        page.mouse.click(*at(page, 102.05, 25.05))
        page.wait_for_selector(".dz-popup")
        ticks = page.locator(".dz-base-maps input")
        assert [ticks.nth(i).is_checked() for i in range(ticks.count())] == [False] * 4
        assert page.locator("img[src*=tianditu]").count() == 0


def test_base_map_that_is_ticked_is_asked_for_and_gcj_is_said(browser, map_files):
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    asked = []

    def answer(route):
        asked.append(route.request.url)
        route.abort()

    context.route(re.compile("^https?:"), answer)
    page = context.new_page()
    page.goto((map_files / "base.html").as_uri())
    page.wait_for_selector(".dz-panel")
    ticks = page.locator(".dz-base-maps input")
    ticks.nth(0).check()
    page.wait_for_timeout(300)
    assert asked
    assert all(re.match(r"https://t[0-7]\.tianditu\.gov\.cn/(img|cia)_w/", url) for url in asked)
    assert all("tk=0123456789abcdef" in url for url in asked)
    assert "天地图" in page.locator(".dz-credit").inner_text()
    assert not page.locator(".dz-caution").is_visible()
    ticks.nth(3).check()
    assert not ticks.nth(0).is_checked()
    assert "GCJ-02" in page.locator(".dz-caution").inner_text()
    context.close()
