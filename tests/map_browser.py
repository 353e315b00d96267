"""A real browser for the tests of the map: Chromium with the network cut."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def browser_path() -> str:
    named = [os.environ.get("DZGIS_CHROMIUM", "")]
    found = [path for path in (*named, *map(shutil.which, BROWSERS)) if path]
    if not found and os.environ.get("CI"):
        pytest.fail("CI has no browser: .ci/run installs Chromium")
    if not found:
        pytest.skip(f"no browser: set DZGIS_CHROMIUM or install one of {', '.join(BROWSERS)}")
    return found[0]


SIZES = {"zh": (1366, 768), "en": (1920, 1080)}
"""Sizes of the window by the language of the page."""


@contextmanager
def launched(engine):
    opened = engine.chromium.launch(executable_path=browser_path(), args=QUIET)
    yield opened
    opened.close()


@contextmanager
def watched(browser, address, size, *, origin="file:", offline=True):
    """The open page; at the end nothing was asked for elsewhere, nothing complained of or run."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, offline=offline, locale="zh-CN"
    )
    opened = context.new_page()
    requests, complaints = [], []
    opened.on("request", lambda r: requests.append(r.url))
    opened.on("console", lambda m: complaints.append(f"{m.type}: {m.text}"))
    opened.on("pageerror", lambda e: complaints.append(str(e)))
    opened.goto(address)
    opened.wait_for_selector(".dz-panel")
    yield opened
    hacked = opened.evaluate("window.hacked")
    context.close()
    outside = [url for url in requests if not url.startswith((origin, "data:", "blob:"))]
    assert outside == []
    assert complaints == []
    assert hacked is None
