"""Checks that reports are made of: small ones by hand, with facts, overrides, faults, many parcels.

north
  ┌──────────┬───┐
  │          │pbf│   P1 is a square of 100 m; six layers press on its corners and edges.
  │    P1    ├───┘   P2 … stand 200 m apart to the east.
  │          │
  └──────────┘
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import shapely
from builders import METRIC, absent, layer, parcels, rule, rules, square

from dzgis.compliance import judge
from dzgis.findings import Check, Override
from dzgis.parcel_facts import Facts
from dzgis.protection import cover_problems, overlaps
from dzgis.reconcile import reconcile_areas
from dzgis.reports import ReportContext
from dzgis.terms import LandGroup, Text, Verdict

DATE = dt.date(2020, 12, 31)
ISSUED = dt.date(2025, 7, 1)
SIX = ("pbf", "ecrl", "forest", "river", "water_source", "hazard")
HOSTILE = (
    "=cmd()",
    "<script>alert(1)</script>",
    "{{ title }}",
    "{% raw %}",
    "#let x = 1",
    "$math$",
    "back\\slash\\n",
    "*b* _i_ `c` @ref <lab>",
    "&amp; &lt; ]]>",
    "line\nbreak",
    "bell\x07esc\x1b",
)


def context(lang="zh", **more):
    words = {
        "project": "大坝村物流园项目",
        "applicant": "某某有限公司",
        "organisation": "某县自然资源局",
        "report_no": "DZ-2025-0007",
        "manifest": "sha256:" + "ab" * 32,
        "selftest": Text("通过", "passed"),
        "slope_labels": tuple(Text(z, e) for z, e in (("≤8°", "to 8°"), ("8—25°", "8-25°"))),
    }
    return ReportContext(lang=lang, issued=ISSUED, version="0.1.0", **(words | more))


def check_of(land, layers, *members):
    """A check as the pipeline makes it, without facts."""
    ruleset = rules(*members)
    found = overlaps(land, layers, ruleset)
    uncovered = {role: cover_problems(land, one) for role, one in layers.items()}
    checks = judge(land, ruleset, layers=layers, pieces=found, uncovered=uncovered)
    used = tuple(layers.values())
    return Check(ruleset, DATE, used, tuple(checks), land, found, reconcile_areas(land))


def six_findings():
    """P1 is pressed upon by six layers, P2 by none; with every fact there is."""
    land = parcels(P1=square(0, 0), P2=square(200, 0))
    land["name"] = ["大坝地块", "小坝地块"]
    corners = {
        "pbf": (square(90, 90, 20), square(-5, -5, 15)),
        "ecrl": (square(80, -10, 40, 30),),
        "forest": (square(-10, 60, 40, 60),),
        "river": (square(-50, 45, 200, 10),),
        "water_source": (square(99.7, 0, 1, 70),),
        "hazard": (square(40, 95, 20, 20),),
    }
    layers = {
        role: replace(layer(role, *shapes), date="2019-12-31", sha256="0123456789abcdef" * 4)
        for role, shapes in corners.items()
    }
    kinds = ("prohibited", "prohibited", "conditional", "conditional", "prohibited", "conditional")
    members = [
        rule(f"R{n}", role, kind) for n, (role, kind) in enumerate(zip(SIX, kinds, strict=True))
    ]
    check = check_of(land, layers, *members)
    return replace(
        check,
        features=pd.DataFrame(
            {"number": ["5301-0001", "5301-0002"], "kind": ["水田", "旱地"]},
            index=pd.MultiIndex.from_tuples([("pbf", "f0"), ("pbf", "f1")], names=["role", "id"]),
        ),
        facts=facts(check),
        avoidance=avoidance(land),
        others=(
            replace(check, parcels=tuple(replace(p, verdict=Verdict.CLEAR) for p in check.parcels)),
        ),
        notes=(Text("河湖图层没有日期", "the river layer has no date"),),
    )


def facts(check):
    """Facts of P1: three land classes of two owners, two grades of forest, slopes, a basin."""
    whole = check.parcels[0].area_m2
    shares = (0.5, 0.3, 0.2)
    owners = [("大坝村", "大坝村民小组", "集体")] * 2 + [("小坝村", "国营林场", "国有")]
    classes = [
        ("0101", "水田", LandGroup.AGRICULTURAL),
        ("0702", "农村宅基地", LandGroup.CONSTRUCTION),
        ("1206", "裸土地", LandGroup.UNUSED),
    ]
    ridge = (0.1, 0.0, 0.0)
    table = pd.DataFrame(
        [
            {
                "parcel_id": "P1",
                "code": code,
                "name": name,
                "group": group,
                "village": village,
                "owner": owner,
                "ownership": kind,
                "area_m2": whole * share,
                "ridge_m2": whole * share * cut,
                "net_m2": whole * share * (1 - cut),
            }
            for (code, name, group), (village, owner, kind), share, cut in zip(
                classes, owners, shares, ridge, strict=True
            )
        ]
    )
    forest = pd.DataFrame(
        {
            "parcel_id": ["P1", "P1"],
            "grade": ["Ⅱ", "Ⅳ"],
            "category": ["公益林", "商品林"],
            "area_m2": [whole / 3, whole / 7],
            "planar_area_m2": [whole / 3 + 0.1, whole / 7 + 0.1],
        }
    )
    slopes = pd.DataFrame(
        {
            "1": [whole / 3],
            "2": [whole / 3],
            "unknown": [whole / 3],
            "mean_deg": [12.34],
            "median_deg": [11.0],
            "mean_sd_deg": [1.5],
            "probability": [0.987],
            "expected_share": [0.5],
        },
        index=pd.Index(["P1"], name="parcel_id"),
    )
    ids = pd.Index(["P1"], name="parcel_id")
    return Facts(
        zones=pd.DataFrame(
            {
                "parcel_id": ["P1", "P1"],
                "zone": [34, 35],
                "meridian_deg": [102, 105],
                "crs": ["EPSG:4522", "EPSG:4523"],
                "area_m2": [whole * 0.75, whole * 0.25],
                "planar_area_m2": [whole * 0.75, whole * 0.2501],
                "share": [0.75, 0.25],
            }
        ),
        places=pd.DataFrame(
            {"county": ["禄丰市"], "cluster": ["安宁组团"], "shares": ["禄丰市 100%"]}, index=ids
        ),
        land_classes=table,
        forest=forest,
        slopes=slopes,
        basins=pd.DataFrame(
            {"area_m2": [whole / 9], "share": [1 / 9], "source": ["DEM 生成"]}, index=ids
        ),
        notes=(Text("高程为 30 m 网格。", "Elevation on a 30 m grid."),),
    )


def avoidance(land):
    kept = [square(10, 10, 70, 80), shapely.Polygon()]
    return gpd.GeoDataFrame(
        {
            "kept_m2": [5600.0, 0.0],
            "cut_m2": [4400.0, 0.0],
            "n_parts": [1, 0],
            "width_m": [70.0, 0.0],
            "compactness": [0.78, 0.0],
            "usable": [True, False],
            "reason": [Text("保留部分成片", "in one piece"), Text("", "")],
        },
        geometry=kept,
        index=land.index,
        crs=METRIC,
    )


def mixed():
    """Clear, undetermined, faulty, overruled, within tolerance; ids that clash on Windows."""
    land = parcels(
        **{name: square(200 * n, 0) for n, name in enumerate(("A/1", "a:1", "CON", "龘地", "T"))}
    )
    layers = {
        "pbf": layer("pbf", square(890, 0, 11, 100)),
        "ecrl": layer("ecrl", extent=square(-100, -100, 650, 400)),
        "river": absent("river"),
    }
    check = check_of(
        land,
        layers,
        rule("A", "pbf"),
        rule("B", "ecrl"),
        rule("C", "river", "conditional", required=False),
    )
    first, second, *rest = check.parcels
    ruled = Override(Verdict.CONDITIONAL, by="张三", reason="已补划", at="2025-06-30T10:00:00")
    broken = replace(
        second,
        verdict=Verdict.UNDETERMINED,
        area_m2=float("nan"),
        deduplicated_area_m2=float("nan"),
        prohibited_area_m2=float("nan"),
        findings=(),
        fault=Text("图形自相交", "the outline crosses itself"),
    )
    return replace(
        check,
        parcels=(replace(first, override=ruled), broken, *rest),
        areas=check.areas.drop(index=second.parcel_id),
        land=check.land.drop(index=second.parcel_id),
    )


def hostile():
    """Ids, names, sources and reasons that are code in some language."""
    land = parcels(**{word: square(200 * n, 0) for n, word in enumerate(HOSTILE)})
    land["name"] = list(HOSTILE)
    source = " ".join(HOSTILE)
    one = replace(layer("pbf", square(90, 0, 20, 100)), source=source, date="2020-01-01")
    check = check_of(land, {"pbf": one}, rule("{{A}}", "pbf", legal_basis=source, advice=source))
    return replace(check, notes=(Text(source, source),))


def many(n):
    """Parcels in a row, every second one pressed upon."""
    land = parcels(
        **{
            f"P{number:05d}": square(200 * (number % 100), 200 * (number // 100))
            for number in range(n)
        }
    )
    shapes = [square(200 * (k % 100) + 90, 200 * (k // 100), 20, 60) for k in range(0, n, 2)]
    layers = {"pbf": replace(layer("pbf", *shapes), date="2020-01-01"), "ecrl": layer("ecrl")}
    return check_of(land, layers, rule("A", "pbf"), rule("B", "ecrl"))
