"""
Interactive maps of many parcels, beside plain folium: size, time to make, time to first paint.

`make bench-map`. Chromium opens each page from disk with the network cut; for plain folium, which
asks for its scripts, Leaflet is handed over and the rest is empty. The largest map has its pack
beside it and is opened from the map's own server. First paint is counted from the beginning of
the navigation until two frames after the parcels are on the screen.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from affine import Affine
from playwright.sync_api import sync_playwright
from pyproj import CRS

import dzgis
from dzgis.cli.map_server import map_server
from dzgis.grid import Grid, Raster
from dzgis.maps import MapContent, map_files
from dzgis.maps.offline import asset
from dzgis.terms import Text, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

ROOT = Path(__file__).parents[1]
SEED = 2014
CORNERS = 10
RADIUS_DEG = 0.0006, 0.0016
FOLIUM_MOST = 50_000
PATIENCE_MS = 180_000
OURS_PAINTED = """() => {
    const pack = document.querySelector(".dz-packed");
    if (pack) return Number(pack.dataset.dots) + Number(pack.dataset.outlines) > 0;
    const pane = document.querySelector(".leaflet-parcels-pane");
    return Boolean(pane && pane.querySelector("path, canvas"));
}"""
FOLIUM_PAINTED = """() => document.querySelectorAll(".leaflet-overlay-pane path").length > 0"""
TWO_FRAMES = """() => new Promise((done) => requestAnimationFrame(() =>
    requestAnimationFrame(() => done(performance.now()))))"""
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


class Found(NamedTuple):
    """One map: megabytes, seconds to make it, seconds to first paint."""

    size_mb: float
    made_s: float
    paint_s: float


def parcels(n: int) -> gpd.GeoDataFrame:
    """Outlines with ten corners each, some 100 to 300 m across, all over the counties' box."""
    rng = np.random.default_rng(SEED)
    centres = rng.uniform([100.95, 24.45], [103.75, 26.1], (n, 2))
    turns = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    reach = rng.uniform(*RADIUS_DEG, (n, 1)) * rng.uniform(0.7, 1.0, (n, CORNERS))
    points = centres[:, None] + reach[..., None] * np.stack([np.cos(turns), np.sin(turns)], -1)
    table = pd.DataFrame(
        {
            "name": [f"工业园区第 {i} 号地块" for i in range(n)],
            "verdict": rng.choice([str(v) for v in Verdict], n),
            "area_m2": rng.uniform(1e4, 9e4, n),
            "cluster": rng.choice(["anning", "yimen", "chuxiong", "lufeng"], n),
            "axis": "EW",
            "axis_distance_m": rng.uniform(0, 4e4, n),
            "reason": "重心在组团规划列明的乡镇内",
        },
        index=pd.Index([f"P{i:06d}" for i in range(n)], name="parcel_id"),
    )
    return gpd.GeoDataFrame(table, geometry=shapely.polygons(points), crs=4490)


def content(frame: gpd.GeoDataFrame) -> MapContent:
    """The plan with its counties and axes, and the parcels."""
    boundaries = ROOT / "data" / "boundaries"
    grid = Grid(CRS.from_epsg(4490), Affine(0.01, 0, 101.0, 0, -0.01, 26.0), 100, 200)
    none = gpd.GeoDataFrame(geometry=[])
    plan = dzgis.load_plan("dianzhong-2014")
    return MapContent(
        plan=plan,
        counties=dzgis.open_counties(boundaries / "counties.gpkg", plan),
        clusters=none,
        axes=none,
        protection={},
        candidates=none,
        parcels=frame,
        conflicts=none,
        slope_class=Raster(np.zeros((100, 200), np.uint8), grid, "slope_class"),
        available=Raster(np.full((100, 200), 255, np.uint8), grid, "available_percent"),
        notes=(),
        title=Text("基准", "benchmark"),
    )


def ours(browser: Browser, frame: gpd.GeoDataFrame, folder: Path) -> Found:
    """Our map."""
    start = time.perf_counter()
    files = map_files(content(frame), lang="zh")
    made = time.perf_counter() - start
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    with opened_at(folder, served=len(files) > 1) as address:
        paint = painted(browser, address, OURS_PAINTED)
    return Found(sum(map(len, files.values())) / 1e6, made, paint)


@contextmanager
def opened_at(folder: Path, *, served: bool) -> Iterator[str]:
    """Address of the map in a folder."""
    if not served:
        yield (folder / "map.html").as_uri()
        return
    with map_server(folder, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def plain(browser: Browser, frame: gpd.GeoDataFrame, folder: Path) -> Found:
    """Plain folium's map of the same parcels, with the same values in popups."""
    start = time.perf_counter()
    chart = folium.Map(location=[25.2, 102.3], zoom_start=9, tiles=None)
    fields = [column for column in frame.columns if column != "geometry"]
    folium.GeoJson(
        frame.to_crs(4326),
        style_function=lambda _: {"color": "#0072b2", "weight": 1},
        popup=folium.GeoJsonPopup(fields=fields),
    ).add_to(chart)
    path = folder / "folium.html"
    chart.save(path)
    made = time.perf_counter() - start
    paint = painted(browser, path.as_uri(), FOLIUM_PAINTED)
    return Found(path.stat().st_size / 1e6, made, paint)


def painted(browser: Browser, address: str, ready: str) -> float:
    """Seconds to first paint, the lower of two openings."""
    took = []
    for _ in range(2):
        context = browser.new_context(viewport={"width": 1366, "height": 768})
        page = context.new_page()
        page.route(
            re.compile("^https:"), lambda route: route.fulfill(body=_asked(route.request.url))
        )
        page.goto(address, wait_until="commit")
        page.wait_for_function(ready, timeout=PATIENCE_MS)
        took.append(page.evaluate(TWO_FRAMES) / 1000)
        context.close()
    return min(took)


def _asked(url: str) -> str:
    """What stands in for a file that plain folium asks for."""
    return asset(f"leaflet/{Path(url).name}") if Path(url).stem == "leaflet" else ""


def chromium() -> str:
    """Path of a browser."""
    found = [os.environ.get("DZGIS_CHROMIUM", ""), shutil.which("chromium") or ""]
    return next(path for path in found if path)


def main() -> None:
    """Make, open and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("n", nargs="*", type=int, default=[5_000, 50_000, 500_000])
    counts = parser.parse_args().n
    print(f"{'parcels':>9} {'':>7} {'MB':>7} {'made s':>7} {'first paint s':>14}")
    with sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        for n in counts:
            frame = parcels(n)
            for name, make in (("dzgis", ours), ("folium", plain)):
                if name == "folium" and n > FOLIUM_MOST:
                    print(f"{n:9,} {name:>7} not tried: ten times the map before it")
                    continue
                with tempfile.TemporaryDirectory() as folder:
                    found = make(browser, frame, Path(folder))
                print(
                    f"{n:9,} {name:>7} {found.size_mb:7.1f} {found.made_s:7.1f} "
                    f"{found.paint_s:14.2f}",
                    flush=True,
                )
        browser.close()


if __name__ == "__main__":
    main()
