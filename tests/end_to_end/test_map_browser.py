"""The interactive map in a real browser: opened from disk, with the network off."""

from __future__ import annotations

import dataclasses
import importlib.util
from pathlib import Path

import pytest
from map_browser import SIZES, launched, watched

from dzgis.maps import interactive_map
from dzgis.terms import Text

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

pytestmark = pytest.mark.browser

HOSTILE = "</script><script>window.hacked=1</script><img src=x onerror=window.hacked=1>{{ 7*7 }}"


def tiny_content(parcel_name):
    """The two square counties that the room's own tests draw."""
    source = Path(__file__).parents[1] / "rooms" / "test_maps.py"
    spec = importlib.util.spec_from_file_location("content_of_test_maps", source)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.tiny_content(parcel_name)


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as engine, launched(engine) as opened:
        yield opened


@pytest.fixture(scope="module")
def map_files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("map")
    content = tiny_content(HOSTILE)
    content = dataclasses.replace(content, notes=(*content.notes, Text(HOSTILE, HOSTILE)))
    for lang in ("zh", "en"):
        (folder / f"{lang}.html").write_text(interactive_map(content, lang=lang), encoding="utf-8")
    return folder


@pytest.fixture(params=["zh", "en"])
def page(request, browser, map_files):
    """The open page; at the end nothing was asked for and nothing was complained of."""
    address = (map_files / f"{request.param}.html").as_uri()
    with watched(browser, address, SIZES[request.param]) as opened:
        yield opened


def click_at(page, lat, lon):
    """Click the map at a position."""
    x, y = page.evaluate(
        """([lat, lon]) => {
            const map = Object.values(window).find((each) => each instanceof L.Map);
            const box = map.getContainer().getBoundingClientRect();
            const point = map.latLngToContainerPoint([lat, lon]);
            return [box.left + point.x, box.top + point.y];
        }""",
        [lat, lon],
    )
    page.mouse.click(x, y)
    page.wait_for_selector(".leaflet-popup .dz-popup")


def n_layers_on(page):
    return page.evaluate(
        """() => {
            const map = Object.values(window).find((each) => each instanceof L.Map);
            let n = 0;
            map.eachLayer((each) => { if (!(each instanceof L.Renderer)) n += 1; });
            return n;
        }"""
    )


def test_page_opens_without_the_network(page):
    assert page.locator(".dz-header h1").is_visible()
    assert page.locator(".dz-restriction").is_visible()
    assert page.locator(".dz-notes p").first.is_visible()
    assert page.locator(".leaflet-control-scale-line").first.inner_text().endswith("km")


def test_every_layer_can_be_switched(page):
    ticks = page.locator(".dz-panel input[type=checkbox]")
    n_ticks = ticks.count()
    assert n_ticks == 12
    for i in range(n_ticks):
        before, tick = n_layers_on(page), ticks.nth(i)
        was_on = tick.is_checked()
        tick.click()
        assert (n_layers_on(page) < before) is was_on
        tick.click()
        assert n_layers_on(page) == before


def test_protection_layers_are_switched_together(page):
    ticks = page.locator(".dz-group").last.locator("input[type=checkbox]")
    page.locator(".dz-all").click()
    assert [ticks.nth(i).is_checked() for i in range(ticks.count())] == [True, True]
    page.locator(".dz-all").click()
    assert [ticks.nth(i).is_checked() for i in range(ticks.count())] == [False, False]


def test_legend_shows_and_folds(page):
    verdicts = page.locator(".dz-legend").first
    assert verdicts.locator("li").count() == 5
    assert verdicts.is_visible()
    slopes = page.locator(".dz-row", has=page.locator("[data-layer=slope_class]"))
    assert not slopes.locator(".dz-legend").is_visible()
    page.locator("[data-layer=slope_class]").check()
    assert slopes.locator(".dz-legend li").count() == 3
    assert slopes.locator(".dz-legend").is_visible()
    wide = page.locator(".folium-map").bounding_box()["width"]
    page.locator(".dz-toggle").click()
    assert not page.locator(".dz-panel").is_visible()
    assert page.locator(".folium-map").bounding_box()["width"] > wide


def test_click_tells_all_that_lies_there(page):
    click_at(page, 25.06, 102.07)
    sections = page.locator(".dz-popup section")
    # Conflict, parcel, cluster, county, available share, from the top down.
    assert sections.count() == 5
    assert "P06" in sections.nth(0).inner_text()
    assert "15,234.17 m²" in sections.nth(1).inner_text()
    assert "冶金、化工" in sections.nth(2).inner_text()
    assert "530001" in sections.nth(3).inner_text()
    assert "51–60%" in sections.nth(4).inner_text()


def test_click_on_a_hidden_layer_tells_nothing_of_it(page):
    page.locator("[data-layer=parcels]").uncheck()
    page.locator("[data-layer=conflicts]").uncheck()
    click_at(page, 25.06, 102.07)
    assert page.locator(".dz-popup section").count() == 3


def test_click_on_a_protected_area(page):
    page.locator("[data-layer=protection_0]").check()
    click_at(page, 25.18, 102.12)
    assert "F1" in page.locator(".dz-popup section").first.inner_text()
    assert "0101" in page.locator(".dz-popup section").first.inner_text()


def test_click_on_a_node(page):
    click_at(page, 25.1, 102.3)
    assert "乙城" in page.locator(".dz-popup h3").first.inner_text()


def test_list_goes_to_the_parcel(page):
    page.locator(".dz-list summary").click()
    page.locator(".dz-list button").first.click()
    page.wait_for_selector(".leaflet-popup .dz-popup")
    assert "P001" in page.locator(".dz-popup").inner_text()


def test_hostile_text_stays_text(page):
    page.locator(".dz-list summary").click()
    assert HOSTILE in page.locator(".dz-list button").first.inner_text()
    click_at(page, 25.06, 102.05)
    assert HOSTILE in page.locator(".dz-popup h3").first.inner_text()
    assert page.locator(".dz-notes p").nth(1).inner_text() == HOSTILE
    assert page.locator("img[src=x]").count() == 0


def test_names_show_without_overlapping(page):
    boxes = page.evaluate(
        """() => [...document.querySelectorAll(".dz-name")]
            .filter((name) => name.style.visibility === "visible")
            .map((name) => name.getBoundingClientRect())
            .map((box) => [box.left, box.top, box.right, box.bottom])"""
    )
    assert len(boxes) >= 3
    for i, (left, top, right, bottom) in enumerate(boxes):
        for other in boxes[:i]:
            apart = left >= other[2] or right <= other[0] or top >= other[3] or bottom <= other[1]
            assert apart


def test_chinese_renders(page):
    assert "安阳组团" in page.locator(".dz-panel").inner_text()
    glyphs = page.evaluate(
        """() => ["组", "团", "\\u0378", "\\u0379"].map((sign) => {
            const canvas = document.createElement("canvas");
            canvas.width = canvas.height = 40;
            const pen = canvas.getContext("2d");
            pen.font = "30px " + getComputedStyle(document.body).fontFamily;
            pen.fillText(sign, 4, 32);
            return canvas.toDataURL();
        })"""
    )
    if glyphs[0] == glyphs[1]:
        pytest.skip("no font with Chinese on this machine")
    assert glyphs[0] not in glyphs[2:]
