"""
The README's picture: a screenshot of ``out/map.html`` in headless Chromium, network off.

``make picture`` after ``make demo``.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


def main() -> None:
    """Write docs/images/map.png."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        context = browser.new_context(viewport={"width": 1366, "height": 768}, offline=True)
        page = context.new_page()
        page.goto((ROOT / "out" / "map.html").as_uri())
        page.wait_for_timeout(2000)
        page.screenshot(path=ROOT / "docs" / "images" / "map.png")
        browser.close()


if __name__ == "__main__":
    main()
