"""
A toy plan of two counties for the tests of `inputs`.

::

    101.0   101.2   101.4
      +-------+-------+  25.2
      | 530181| 530127|
      | 安宁市 | 嵩明县 |
      +-------+-------+  25.0
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import geopandas as gpd
import numpy as np
import rasterio
from affine import Affine
from shapely.geometry import Polygon, box

from dzgis.plan.model import Plan

ASSUMED = {"status": "assumed", "source": {"note": "a test's assumption"}}
POINT = {"lon": 101.1, "lat": 25.1, "acc_km": 1, "coord_source": "a test"}
WEST, EAST = box(101.0, 25.0, 101.2, 25.2), box(101.2, 25.0, 101.4, 25.2)
AS_OF = dt.date(2020, 12, 31)


def rule(rule_id: str, role: str, where: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "id": rule_id,
        "title": role,
        "title_en": role,
        "kind": "spatial",
        "role": role,
        "where": where or (),
        "verdict": "prohibited",
        **ASSUMED,
    }


def county(code: str, name: str, **more: Any) -> dict[str, Any]:
    names = {"code_at_plan": code, "name_at_plan": name, "name_en": name, "prefecture": "昆明市"}
    return {"code": code, "name": name, "district": "west", "seat": "seat"} | names | more | ASSUMED


def toy_plan() -> Plan:
    classes = [
        {"up_to_deg": 8, "name": "缓", "name_en": "gentle", "colour": "#000000"},
        {"name": "陡", "name_en": "steep", "colour": "#ffffff"},
    ]
    tolerance = {"sliver_area_m2": 1, "sliver_width_m": 1, "touch_width_m": 0.1, **ASSUMED}
    named = {"name": "名", "name_en": "name", "colour": "#123456", **ASSUMED}
    cluster = {"id": "west", "district": "west", "counties": ["530181"], **named}
    line = {"id": "L", "via": ["seat", "other"], "kind": "core"}
    nodes = [{"place": name, "role": "node"} for name in ("seat", "other")]
    axis = {"id": "EW", "nodes": nodes, "lines": [line], **named}
    rules = [
        rule("P01", "pbf"),
        rule("P02", "forest", {"field": "forest_grade", "values": ["I"]}),
        rule("P03", "ecrl"),
    ]
    return Plan.model_validate(
        {
            "schema_version": 1,
            "meta": {
                "id": "toy",
                "title": "玩具",
                "title_en": "toy",
                "issued": "2014-05",
                "period": ["2014-01-01", "2020-12-31"],
                "region_bounds": [101.0, 25.0, 101.4, 25.2],
            },
            "places": [{"name": name, "point": POINT} for name in ("seat", "other")],
            "districts": [{"id": "west", "name": "西", "name_en": "west", **ASSUMED}],
            "counties": [
                county("530181", "安宁市"),
                county("530127", "嵩明县", code_at_plan="530199", aliases=["嵩明老县"]),
            ],
            "clusters": [cluster],
            "axes": [axis],
            "slope_classes": {"id": "toy", "classes": classes, "low_hill": [1], **ASSUMED},
            "rules": {"id": "toy", "rules": rules, "tolerance": tolerance},
            "candidates": {"min_area_ha": 1, "min_cell_share": 1, **ASSUMED},
        }
    )


def two_counties(crs: int | None = 4490, **columns: Any) -> gpd.GeoDataFrame:
    named = columns or {"XZQDM": ["530127", "530181"], "XZQMC": ["嵩明县", "安宁市"]}
    return gpd.GeoDataFrame(named, geometry=[EAST, WEST], crs=crs)


def square(lon: float = 101.1, lat: float = 25.1, size: float = 0.01) -> Polygon:
    return box(lon, lat, lon + size, lat + size)


def bow_tie(lon: float = 101.1, lat: float = 25.1, size: float = 0.01) -> Polygon:
    corners = [(0, 0), (1, 1), (1, 0), (0, 1), (0, 0)]
    return Polygon([(lon + size * x, lat + size * y) for x, y in corners])


def write_dem(path, values=None, *, west=101.0, north=25.2, step=0.01, **profile: Any):
    """Write a raster of one band, or several, in EPSG:4490 unless said otherwise."""
    array = np.full((20, 40), 2000.0, dtype="float32") if values is None else np.asarray(values)
    bands = array if array.ndim == 3 else array[np.newaxis]
    keys = {
        "driver": "GTiff",
        "crs": "EPSG:4490",
        "transform": Affine(step, 0, west, 0, -step, north),
        "count": bands.shape[0],
        "height": bands.shape[1],
        "width": bands.shape[2],
        "dtype": bands.dtype,
    }
    with rasterio.open(path, "w", **(keys | profile)) as target:
        target.write(bands)
    return path


def test_toy_plan_has_two_counties_and_three_roles():
    plan = toy_plan()
    assert [c.code for c in plan.counties] == ["530181", "530127"]
    assert plan.rules.roles == ("pbf", "forest", "ecrl")
