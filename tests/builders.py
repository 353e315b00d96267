"""Small things that tests are made of: squares in metres, grids, layers, rules, one tiny plan.

All metric shapes lie at the foot of the central meridian 102°E (EPSG:4543), where a metre of the
map is a metre of the ground: areas counted on squared paper are ellipsoidal areas to `GROUND`.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from affine import Affine
from pyproj import CRS

from dzgis.frames import Layer
from dzgis.grid import Grid, Raster
from dzgis.plan.model import Plan, SlopeClasses
from dzgis.plan.rules import Rule, RuleSet
from dzgis.terms import LayerStatus

METRIC = CRS.from_epsg(4543)
GEOGRAPHIC = CRS.from_epsg(4490)
EAST, NORTH = 500_000.0, 2_760_000.0
GROUND = 3e-6
"""
Relative difference of map and ground this near to the central meridian: 1e-6 of the map, and for a
square of 10 m as much again, as the official formula rounds its corners to 1e-6 of a second.
"""

ASSUMED = {"status": "assumed", "source": {"note": "made for this test"}}


# ------------------------------------------------------------------ shapes and grids


def square(x, y, width=100.0, height=None):
    """Box `width` by `height` metres, its lower left corner at (x, y) of the squared paper."""
    west, south = EAST + x, NORTH + y
    return shapely.box(west, south, west + width, south + (width if height is None else height))


def frame(*shapes, crs=METRIC, **columns):
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=crs)


def parcels(**shapes):
    """Parcels by id."""
    table = gpd.GeoDataFrame({"name": ["" for _ in shapes]}, geometry=list(shapes.values()))
    table.index = list(shapes)
    return table.set_crs(METRIC).rename_axis("parcel_id")


def grid(n_rows, n_cols, cell=10.0, *, crs=METRIC, west=EAST, south=NORTH):
    """Grid of squares whose lower left corner is that of the squared paper."""
    return Grid(crs, Affine(cell, 0, west, 0, -cell, south + n_rows * cell), n_rows, n_cols)


def raster(values, *, cell=10.0, name="elevation_m", on=None):
    values = np.asarray(values)
    return Raster(values, on or grid(*values.shape, cell), name)


# ------------------------------------------------------------------ layers and rules


def layer(role, *shapes, extent=None, status=LayerStatus.USED, crs=METRIC, **columns):
    """Layer with features f0, f1, …, surveyed over 100 km unless `extent` says otherwise."""
    ids = columns.pop("feature_id", [f"f{n}" for n in range(len(shapes))])
    surveyed = square(-50_000, -50_000, 100_000) if extent is None else extent
    return Layer(
        role,
        frame(*shapes, feature_id=ids, crs=METRIC, **columns).to_crs(crs),
        frame(surveyed).to_crs(crs),
        status,
        source=f"{role}.gpkg",
        n_features=len(shapes),
    )


def absent(role):
    return Layer(role, frame=None, extent=None, status=LayerStatus.ABSENT)


def rule(name, role, verdict="prohibited", **more):
    return Rule.model_validate(
        ASSUMED
        | {
            "id": name,
            "title": f"规则{name}",
            "title_en": f"rule {name}",
            "kind": "spatial",
            "role": role,
            "verdict": verdict,
            "required": True,
            "legal_basis": f"第{name}条",
            "advice": "退让。",
            "advice_en": "Keep off.",
        }
        | more
    )


TOLERANCE = ASSUMED | {"sliver_area_m2": 10.0, "sliver_width_m": 0.5, "touch_width_m": 0.01}


def rules(*members):
    return RuleSet.model_validate({"id": "toy", "rules": members, "tolerance": TOLERANCE})


# ------------------------------------------------------------------ slope classes and the plan

_CLASSES = [
    {"up_to_deg": 8.0, "name": "平地", "name_en": "flat", "colour": "#00ff00"},
    {"up_to_deg": 15.0, "name": "台地", "name_en": "terrace", "colour": "#ffff00"},
    {"up_to_deg": 25.0, "name": "坡地", "name_en": "slope", "colour": "#ff9900"},
    {"name": "高地", "name_en": "upland", "colour": "#ff0000"},
]
_CLASS_RECORD = ASSUMED | {"id": "toy", "classes": _CLASSES, "low_hill": [2, 3]}


def slope_classes():
    """1: to 8°, 2: to 15°, 3: to 25°, 4: above; 2 and 3 are low hills."""
    return SlopeClasses.model_validate(_CLASS_RECORD)


def _place(name, lon, lat):
    point = {"lon": lon, "lat": lat, "acc_km": 1.0, "coord_source": "made"}
    return {"name": name, "point": point}


def _county(code, name, district, seat):
    named = {"name": name, "name_at_plan": name, "name_en": name, "prefecture": "某州"}
    codes = {"code": code, "code_at_plan": code}
    return ASSUMED | named | codes | {"district": district, "seat": seat}


def _township(code, name, seat):
    named = {"name": name, "full_name": f"{name}镇"}
    return ASSUMED | named | {"code": code, "county": "530001", "seat": seat}


def _cluster(name, title, english, **members):
    words = {"name": title, "name_en": english, "district": name, "colour": "#1b9e77"}
    return ASSUMED | {"id": name} | words | members


def _axis(name, title, english, *via):
    words = {"name": title, "name_en": english, "colour": "#c2185b"}
    nodes = [{"place": place, "role": "node"} for place in via]
    lines = [{"id": f"{name}-core", "via": via, "kind": "core"}]
    return ASSUMED | {"id": name} | words | {"nodes": nodes, "lines": lines}


def plan(**changes):
    """
    Two square counties side by side.

    25.2 ┌───────────┬───────────┐
         │ T1  │ T2  │           │   west county 530001: township T1 (seat at 102.05) is listed by
    25.1 ├─────┼─────┼───────────┤ ← cluster `west`, T2 (seat at 102.15) is not; its list is open
         │     │     │           │   east county 530002: the whole of it is cluster `east`
    25.0 └───────────┴───────────┘   axes: EW along 25.1, NS along 102.2
       102.0 102.1 102.2       102.4
    """
    record = {
        "schema_version": 1,
        "meta": {
            "id": "toy",
            "title": "小规划",
            "title_en": "Toy plan",
            "issued": "2014",
            "period": ("2014-01-01", "2020-12-31"),
            "region_bounds": (102.0, 25.0, 102.4, 25.2),
        },
        "places": [
            _place("西端", 102.0, 25.1),
            _place("东端", 102.4, 25.1),
            _place("南端", 102.2, 25.0),
            _place("北端", 102.2, 25.2),
            _place("甲镇", 102.05, 25.1),
            _place("乙镇", 102.15, 25.1),
            _place("东城", 102.3, 25.1),
        ],
        "districts": [
            ASSUMED | {"id": "west", "name": "西片区", "name_en": "West"},
            ASSUMED | {"id": "east", "name": "东片区", "name_en": "East"},
        ],
        "counties": [
            _county("530001", "西县", "west", "甲镇"),
            _county("530002", "东县", "east", "东城"),
        ],
        "townships": [
            _township("530001001", "甲", "甲镇"),
            _township("530001002", "乙", "乙镇"),
        ],
        "clusters": [
            _cluster(
                "west", "西组团", "West cluster", townships=["530001001"], open_counties=["530001"]
            ),
            _cluster("east", "东组团", "East cluster", counties=["530002"]),
        ],
        "axes": [
            _axis("EW", "东西轴", "east-west axis", "西端", "东端"),
            _axis("NS", "南北轴", "north-south axis", "南端", "北端"),
        ],
        "slope_classes": _CLASS_RECORD,
        "rules": {
            "id": "toy",
            "rules": [
                rule("P1", "pbf", excludes_land=True),
                rule("P2", "ecrl", excludes_land=True),
                rule("P3", "river", "conditional", required=False),
            ],
            "tolerance": TOLERANCE,
        },
        "candidates": ASSUMED | {"min_area_ha": 0.04, "min_cell_share": 0.5},
    }
    return Plan.model_validate(record | changes)


def counties():
    west, east = shapely.box(102.0, 25.0, 102.2, 25.2), shapely.box(102.2, 25.0, 102.4, 25.2)
    return frame(
        west,
        east,
        crs=GEOGRAPHIC,
        county_code=["530001", "530002"],
        county=["西县", "东县"],
        district=["west", "east"],
    )
