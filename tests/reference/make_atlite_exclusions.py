"""
Write ``atlite_exclusions.csv``: what atlite leaves of the counties of ``test_atlite.py``.

Run by hand as ``python tests/reference/make_atlite_exclusions.py``, with atlite installed (the
dependency group ``bench``); the tests read the file. The rows "one cell" hold the ground that a
raster's single cell takes when it is widened, by the two ways that atlite has.
"""

from __future__ import annotations

import tempfile
from importlib.metadata import version
from pathlib import Path

import geopandas as gpd
import numpy as np
import rasterio
from test_atlite import (
    CASES,
    CELL_M,
    CRS_CODE,
    FROZEN,
    ROAD_M,
    STEEP,
    STEEP_M,
    box,
    counties,
    grid,
    layers,
    slope_classes,
)

COMMAND = "python tests/reference/make_atlite_exclusions.py"
TOOLS = ("atlite", "rasterio", "shapely")
LONE_CELL = 40


def write(values, path):
    made = grid()
    profile = {"driver": "GTiff", "dtype": "uint8", "count": 1, "crs": CRS_CODE}
    profile |= {"height": made.height, "width": made.width, "transform": made.transform}
    with rasterio.open(path, "w", **profile) as target:
        target.write(values, 1)


def left_m2(container, county):
    masked, _ = container.compute_shape_availability(county)
    return float(masked.sum()) * CELL_M**2


def main():
    from atlite.gis import ExclusionContainer

    rows = []
    with tempfile.TemporaryDirectory() as folder:
        raster, lone = Path(folder) / "classes.tif", Path(folder) / "lone.tif"
        write(slope_classes(), raster)
        for case, names in CASES.items():
            container = ExclusionContainer(crs=CRS_CODE, res=CELL_M)
            for name in names:
                if name == "steep":
                    container.add_raster(raster, codes=list(STEEP))
                else:
                    container.add_geometry(layers()[name], buffer=ROAD_M if name == "road" else 0)
            for i, name in enumerate(counties()["county"]):
                rows.append((case, name, left_m2(container, counties().geometry.iloc[[i]])))
        one = np.zeros(slope_classes().shape, np.uint8)
        one[LONE_CELL, LONE_CELL] = 1
        write(one, lone)
        around = gpd.GeoSeries([box(30, 30, 51, 51)], crs=CRS_CODE)
        for way in ("diamond", "circular"):
            container = ExclusionContainer(crs=CRS_CODE, res=CELL_M)
            container.add_raster(lone, codes=[1], buffer=STEEP_M, buffer_geometry=way)
            taken = around.area.iloc[0] - left_m2(container, around)
            rows.append(("one cell", way, taken))
    tools = ", ".join(f"{tool} {version(tool)}" for tool in TOOLS)
    head = f"# {COMMAND}; {tools}; ExclusionContainer, cells of {CELL_M:g} m, EPSG:{CRS_CODE}"
    lines = [f"{case},{county},{m2:.1f}" for case, county, m2 in rows]
    FROZEN.write_text("\n".join([head, "case,county,available_m2", *lines]) + "\n", "utf-8")


if __name__ == "__main__":
    main()
