"""What the maps show of the shipped sample, without running the job: real shapes, made rasters."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
from affine import Affine

from dzgis.crs import CGCS2000
from dzgis.grid import Grid, Raster
from dzgis.maps import MapContent
from dzgis.plan import load_plan
from dzgis.planning import Grade
from dzgis.terms import Text, Verdict

DATA = Path(__file__).resolve().parents[1] / "data"
STEP_DEG = 0.01
NOTE = "生成数据，仅供测试"


def sample_content() -> MapContent:
    """Content with every layer of the sample; verdicts go round, slopes lie in stripes."""
    plan = load_plan("dianzhong-2014")
    counties = gpd.read_file(DATA / "boundaries" / "counties.gpkg")
    counties = counties.rename(columns={"XZQDM": "county_code", "XZQMC": "county"})
    counties["district"] = [plan.county(code).district for code in counties["county_code"]]
    counties["available_m2"] = 123.4e6
    clusters = gpd.read_file(DATA / "boundaries" / "clusters.gpkg")
    axes = gpd.read_file(DATA / "boundaries" / "axes.gpkg")
    parcels = gpd.read_file(DATA / "parcels" / "parcels.gpkg").set_index("DKBH")
    parcels = parcels.rename(columns={"DKMC": "name"})
    verdicts = list(Verdict)
    parcels["verdict"] = [verdicts[n % len(verdicts)].value for n in range(len(parcels))]
    pieces = parcels.iloc[:3]
    grid = _grid(counties)
    stripes = np.tile(np.arange(grid.width) % 4 + 1, (grid.height, 1)).astype(np.uint8)
    shares = np.tile(np.arange(grid.width) % 101, (grid.height, 1)).astype(np.uint8)
    grade = [Grade(1, Text("适宜", "suitable"), "#1a9641")]
    return MapContent(
        plan=plan,
        counties=counties,
        clusters=clusters,
        axes=axes,
        protection={"pbf": parcels.iloc[:9].assign(feature_id="1")[["feature_id", "geometry"]]},
        candidates=parcels.iloc[:0],
        parcels=parcels,
        conflicts=pieces[["geometry"]],
        slope_class=Raster(stripes, grid, "slope_class"),
        available=Raster(shares, grid, "available_percent"),
        notes=(Text(NOTE, "made for tests"),),
        title=Text("图", "map"),
        suitability=Raster((stripes > 1).astype(np.uint8), grid, "suitability"),
        grades=tuple(grade),
        sources=({"role": "dem", "path": "/x/dem.tif", "date": "2014-12-31", "crs": "EPSG:4490"},),
    )


def _grid(counties: gpd.GeoDataFrame) -> Grid:
    west, south, east, north = counties.total_bounds
    rows, cols = (int(side / STEP_DEG) + 2 for side in (north - south, east - west))
    return Grid(CGCS2000, Affine(STEP_DEG, 0, west, 0, -STEP_DEG, north), rows, cols)
