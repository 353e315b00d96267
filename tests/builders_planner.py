"""Figures of a planner's report, made by hand: two counties, five exclusions, all parts.

north   west county 530001          east county 530002
        cluster `west` and none     cluster `east`

m²      class  taken      ground    left         class  taken        ground    left
west/EW 1                4 000 000               1                  2 000 000
        2                1 000 000  1 000 000    2                    600 000.005
        2      E1          300 000          0    3      E2            150 000          0
        3      E1+E2       200 000          0    3      E1+E2+E4       60 000          0
        3      E3          100 000    100 000    4                    700 000
        0                   50 000
none    2      E4          400 000    200 000    E1, E2 hard; E3 conditional; E4 takes a half;
        4      E2          500 000               E5 hard without a layer; low hills: classes 2, 3
        3                  333 333.33 333 333.33

raw     2 333 333.33                810 000.005  attributed: E1 300 000 + 100 000 + 30 000 = 430 000
taken     700 000                   210 000      E2 100 000 + 150 000 + 30 000 = 280 000
left    1 633 333.33                600 000.005  E4 200 000, as hard ones decide; together 910 000
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import builders
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from affine import Affine

from dzgis.allocation import axis_lines, cluster_areas, township_areas
from dzgis.grid import Grid, Raster
from dzgis.plan.exclusions import Effect, ExclusionSet
from dzgis.planning import (
    LEDGER,
    LOSS,
    NET,
    Account,
    AccountTables,
    Ahp,
    Claimed,
    Grade,
    LayerState,
    Ledgers,
    Proposal,
    Sensitivity,
    Suitability,
    WhatIf,
)
from dzgis.reports import DemFacts, PlannerFigures, ReportContext
from dzgis.terms import ClusterStatus, Text, Verdict

ISSUED = dt.date(2025, 7, 1)
WEST, EAST = "530001", "530002"
CUBE = [
    (WEST, "west", "EW", 1, "0101", "", 4_000_000.0),
    (WEST, "west", "EW", 2, "0103", "", 1_000_000.0),
    (WEST, "west", "EW", 2, "0101", "E1", 300_000.0),
    (WEST, "west", "EW", 3, "0101", "E1+E2", 200_000.0),
    (WEST, "west", "EW", 3, "0301", "E3", 100_000.0),
    (WEST, "west", "EW", 0, "", "", 50_000.0),
    (WEST, "", "", 2, "0301", "E4", 400_000.0),
    (WEST, "", "", 4, "0301", "E2", 500_000.0),
    (WEST, "", "", 3, "0103", "", 333_333.33),
    (EAST, "east", "NS", 1, "0101", "", 2_000_000.0),
    (EAST, "east", "NS", 2, "0103", "", 600_000.005),
    (EAST, "east", "NS", 3, "0301", "E2", 150_000.0),
    (EAST, "east", "NS", 3, "0301", "E1+E2+E4", 60_000.0),
    (EAST, "east", "NS", 4, "0301", "", 700_000.0),
]
COLUMNS = ["county_code", "cluster", "corridor", "slope_class", "land_class", "taken", "m2"]


def context(lang="zh", **more):
    words = {
        "organisation": "某规划院",
        "report_no": "GH-2025-01",
        "manifest": "sha256:" + "ab" * 32,
        "selftest": Text("通过", "passed"),
        "generated": True,
    }
    return ReportContext(lang=lang, issued=ISSUED, version="0.1.0", **(words | more))


def exclusion(name, title, english, layer, effect="hard", **more):
    words = {"id": name, "name": title, "name_en": english, "layer": layer, "effect": effect}
    fact = {"status": "reported", "source": {"note": f"{title}的出处 / where {english} is from"}}
    return words | fact | more


def exclusions():
    return ExclusionSet.model_validate(
        {
            "id": "toy",
            "title": "小排除集",
            "title_en": "toy exclusions",
            "version": "1",
            "exclusions": [
                exclusion("E1", "永久基本农田", "basic farmland", "pbf", legal_basis="某法第一条"),
                exclusion("E2", "生态红线", "red line", "ecrl"),
                exclusion("E3", "河道管理范围", "river area", "river", "conditional"),
                exclusion("E4", "滑坡易发", "landslides", "hazard", "weighted", weight=0.5),
                exclusion("E5", "自然保护地", "nature reserve", "reserve"),
            ],
        }
    )


# ------------------------------------------------------------------ account


def tables_of(cube, plan, found):
    """What a cube adds up to, by plain grouping."""
    low = cube[cube["slope_class"].isin(plan.slope_classes.low_hill)].copy()
    low["left"] = [
        m2 * found.share_left(_ids(t)) for t, m2 in zip(low["taken"], low["m2"], strict=True)
    ]
    places = {
        "county": ("county_code", [c.code for c in plan.counties]),
        "district": ("district", [d.id for d in plan.districts]),
        "cluster": ("cluster", [*(c.id for c in plan.clusters), ""]),
        "corridor": ("corridor", [*(a.id for a in plan.axes), ""]),
    }
    district = {c.code: c.district for c in plan.counties}
    frames = [f.assign(district=f["county_code"].map(district)) for f in (cube, low)]
    return AccountTables(
        net={k: _net(*frames, found, column=c, places=p) for k, (c, p) in places.items()},
        losses={k: _losses(frames[1], found, column=c, places=p) for k, (c, p) in places.items()},
        combinations=_combinations(low),
        overlap_matrix=_overlaps(low, found),
        classes={k: _classes(frames[0], plan, column=c, places=p) for k, (c, p) in places.items()},
        land_classes=_land(cube, low),
    )


def _ids(taken):
    return [one for one in taken.split("+") if one]


def _net(cube, low, found, *, column, places):
    rows = []
    for place in places:
        mine, hills = cube[cube[column] == place], low[low[column] == place]
        conditional = [bool(found.conditions_on(_ids(t))) for t in hills["taken"]]
        rows.append(
            (
                mine["m2"].sum(),
                mine.loc[mine["slope_class"] == 0, "m2"].sum(),
                hills["m2"].sum(),
                (hills["m2"] - hills["left"]).sum(),
                hills["left"].sum(),
                hills.loc[conditional, "left"].sum(),
            )
        )
    return pd.DataFrame(rows, index=places, columns=list(NET))


def _losses(low, found, *, column, places):
    effects = {e.id: e.effect for e in found.exclusions}
    rows = {}
    for place in places:
        hills = low[low[column] == place]
        for one in found.ids:
            gross = alone = fair = 0.0
            for taken, m2, left in zip(hills["taken"], hills["m2"], hills["left"], strict=True):
                ids = _ids(taken)
                if one not in ids:
                    continue
                hard = [i for i in ids if effects[i] is Effect.HARD]
                takers = hard or [i for i in ids if effects[i] is Effect.WEIGHTED]
                gross += m2
                alone += m2 if ids == [one] else 0.0
                fair += (m2 - left) / len(takers) if one in takers else 0.0
            rows[(place, one)] = (gross, alone, gross - alone, fair)
    index = pd.MultiIndex.from_tuples(list(rows), names=["place", "exclusion"])
    return pd.DataFrame(list(rows.values()), index=index, columns=list(LOSS))


def _combinations(low):
    table = low.groupby("taken")[["m2", "left"]].sum().reset_index()
    table = table.rename(columns={"left": "left_m2"})
    return table.sort_values("m2", ascending=False, ignore_index=True)


def _overlaps(low, found):
    matrix = pd.DataFrame(0.0, index=list(found.ids), columns=list(found.ids))
    for taken, m2 in zip(low["taken"], low["m2"], strict=True):
        for a in _ids(taken):
            for b in _ids(taken):
                matrix.loc[a, b] += m2
    return matrix


def _classes(cube, plan, *, column, places):
    n = len(plan.slope_classes.classes)
    table = cube.pivot_table(index=column, columns="slope_class", values="m2", aggfunc="sum")
    table = table.reindex(index=places, columns=[*range(1, n + 1), 0]).fillna(0.0)
    return table.rename(columns={0: "unknown"})


def _land(cube, low):
    keys = ["county_code", "land_class"]
    made = pd.DataFrame(
        {
            "area_m2": cube.groupby(keys)["m2"].sum(),
            "raw_m2": low.groupby(keys)["m2"].sum(),
            "available_m2": low.groupby(keys)["left"].sum(),
        }
    )
    return made.fillna(0.0)


def states():
    def state(name, status="used", n=3, takes="some", **unsurveyed):
        said = Text(f"{name} 已读 {n} 个要素", f"{name}: {n} features were read")
        return LayerState(name, status, n, takes, unsurveyed, said)

    return (
        state("E1"),
        state("E2", "outdated"),
        LayerState("E3", "used", 0, "nothing", {}, Text("没有要素", "no features")),
        LayerState("E4", "used", None, "some", {EAST: 12_000.0}, Text("栅格", "a raster")),
        LayerState("E5", "absent", None, "nothing", {}, Text("缺图层", "no layer")),
    )


# ------------------------------------------------------------------ suitability


def grades():
    rows = [
        (1, "宜建一等", "best", "#1a9850"),
        (2, "宜建二等", "good", "#a6d96a"),
        (3, "宜建三等", "fair", "#fee08b"),
        (4, "不宜建", "unsuitable", "#bdbdbd"),
    ]
    return tuple(Grade(n, Text(zh, en), colour) for n, zh, en, colour in rows)


def suitability(on, plan):
    values = (np.indices(on.shape).sum(axis=0) // 7 % 5).astype(np.uint8)
    clusters = [*(c.id for c in plan.clusters), ""]
    codes = [c.code for c in plan.counties]

    def spread(places):
        table = pd.DataFrame(index=places)
        for n in range(1, 5):
            table[n] = [1_000_000.0 / n + 333.333 * k for k in range(len(places))]
        table["unknown"] = 50_000.0
        return table

    criteria = pd.DataFrame(
        {
            "text": [Text("坡度", "slope"), Text("起伏度", "relief"), Text("距公路", "to road")],
            "unit": ["°", "m", "m"],
            "weight": [0.5, 0.3, 0.2],
            "function": [
                Text("≤8：100；8—15：80；15—25：60", "≤8: 100; 8-15: 80; 15-25: 60"),
                Text("0—200 线性降至 0", "linear from 0 to 200"),
                Text("0—5000 线性降至 0", "linear from 0 to 5000"),
            ],
            "source": [Text("某文献", "a paper")] * 3,
            "known_share": [1.0, 0.99, 0.5],
        },
        index=["slope", "relief", "road"],
    )
    limits = pd.DataFrame(
        {
            "text": [Text("坡度大于 25°", "slope above 25°")],
            "m2": [1_200_000.0],
            "alone_m2": [1_000_000.0],
            "source": [Text("某规定", "a rule")],
        },
        index=["steep"],
    )
    patches = pd.DataFrame(
        {
            "n": [3, 5, 8, 2],
            "median_m2": [10_000.0, 20_000.0, 5_000.0, np.nan],
            "largest_m2": [90_000.0, 80_000.0, 70_000.0, 60_000.0],
            "compactness": [0.5, 0.4, 0.3, np.nan],
        },
        index=[1, 2, 3, 4],
    )
    ahp = Ahp(
        ("slope", "relief", "road"),
        ((1.0, 2.0, 3.0), (0.5, 1.0, 1.5), (1 / 3, 2 / 3, 1.0)),
        (0.5455, 0.2727, 0.1818),
        3.0,
        0.0,
        0.58,
        0.0,
    )
    kept = np.where(values == 0, 255, 60 + 10 * values).astype(np.uint8)
    one = [
        ("slope", 0.6, 120_000.0, 0.03, 2_500_000.0),
        ("slope", 0.4, 90_000.0, 0.02, 2_300_000.0),
    ]
    one += [("road", 0.3, 60_000.0, 0.01, 3_050_000.0), ("road", 0.1, 30_000.0, 0.01, 2_900_000.0)]
    names = ["criterion", "weight", "changed_m2", "changed_share", "suitable_m2"]
    by_grade = pd.DataFrame(
        {
            "m2": [2e6, 1e6, 7e5, 5e5],
            "mean_kept_share": [0.97, 0.9, 0.8, 1.0],
            "firm_m2": [1.9e6, 6e5, 2e5, 5e5],
        },
        index=[1, 2, 3, 4],
    )
    varied = (Text("权重各变 ±20 %", "each weight by 20 per cent"),)
    tested = Sensitivity(
        pd.DataFrame(one, columns=names), Raster(kept, on, "kept"), by_grade, 200, 7, varied
    )
    return Suitability(
        scheme="toy",
        title=Text("小方案", "toy scheme"),
        index=Raster(values.astype(np.float32) * 20, on, "index"),
        grade=Raster(values, on, "grade"),
        grades=grades(),
        suitable=(1, 2),
        by_county=spread(codes),
        by_cluster=spread(clusters),
        criteria=criteria,
        limits=limits,
        patches=patches,
        ahp=ahp,
        sensitivity=tested,
        assumed=(("scheme.weights", "权重为本工具所定 / weights are ours"),),
        notes=(Text("距公路的数据缺一半", "half of the road data are missing"),),
    )


# ------------------------------------------------------------------ parcels


def proposal(plan, n=3):
    ids = [f"C{k:03d}" for k in range(1, n + 1)]
    codes = [plan.counties[k % len(plan.counties)].code for k in range(n)]
    west, south, east, north = plan.meta.region_bounds
    spots = [
        (west + (east - west) * (0.2 + 0.6 * k / max(n - 1, 1)), south + (north - south) * 0.55)
        for k in range(n)
    ]
    shapes = [shapely.Point(x, y).buffer(0.012, 5) for x, y in spots]
    frame = gpd.GeoDataFrame(
        {
            "county_code": codes,
            "county": [plan.county(code).name for code in codes],
            "area_m2": [50_000.005 + 1_111.111 * k for k in range(n)],
            "mean_slope_deg": [12.34 + 0.1 * k for k in range(n)],
            "width_m": [120.0 + k for k in range(n)],
            "compactness": [0.61 - 0.001 * k for k in range(n)],
            "filled_m2": [500.0 if k == 0 else 0.0 for k in range(n)],
            "suitability": [np.nan if k == 1 else 81.5 for k in range(n)],
            "chosen": [k < 2 for k in range(n)],
        },
        geometry=shapes,
        crs=builders.GEOGRAPHIC,
        index=pd.Index(ids, name="candidate_id"),
    )
    filled = gpd.GeoDataFrame(
        {"candidate_id": ids[:1], "area_m2": [500.0]},
        geometry=[shapely.Point(spots[0]).buffer(0.001)],
        crs=builders.GEOGRAPHIC,
    )
    clusters = [*(c.id for c in plan.clusters), ""]
    shortfall = pd.DataFrame(
        {
            "wanted": [2.0, *[np.nan] * (len(clusters) - 1)],
            "wanted_m2": [np.nan] * len(clusters),
            "n": [1, 1, *[0] * (len(clusters) - 2)],
            "m2": [50_000.005, 51_111.116, *[0.0] * (len(clusters) - 2)],
            "missing": [1.0, *[np.nan] * (len(clusters) - 1)],
            "missing_m2": [np.nan] * len(clusters),
        },
        index=clusters,
    )
    dropped = {
        "small": (Text("面积太小", "too small"), 12, 34_000.004),
        "narrow": (Text("太窄", "too narrow"), 3, 8_000.004),
    }
    return Proposal(frame, filled, shortfall, dropped, 180_000.0)


def assigned(frame, plan, verdict=None):
    """Rows as `assign` gives them."""
    n = len(frame)
    clusters = [plan.clusters[k % len(plan.clusters)].id for k in range(n)]
    statuses = [ClusterStatus.COUNTY, ClusterStatus.LISTED, ClusterStatus.IN_COUNTY_NOT_LISTED]
    made = frame[["county_code", "county", "area_m2", "geometry"]].copy()
    made["district"] = [plan.county(code).district for code in made["county_code"]]
    made["cluster"] = clusters
    made["cluster_status"] = pd.Series(
        [statuses[k % 3] for k in range(n)], made.index, dtype=object
    )
    made["model_cluster"] = clusters
    made["axis"] = [plan.axes[k % len(plan.axes)].id for k in range(n)]
    made["axis_distance_m"] = [1_250.0 + 1000 * k for k in range(n)]
    made["axis_chainage_m"] = [10_000.0] * n
    reason = Text("整县属该组团；距轴最近", "the county is of that cluster; nearest axis")
    made["reason"] = pd.Series([reason] * n, made.index, dtype=object)
    if verdict is not None:
        made["verdict"] = pd.Series([verdict] * n, made.index, dtype=object)
    return made


def ledgers(plan, net):
    def ledger(places, available):
        table = pd.DataFrame(0.0, index=places, columns=list(LEDGER))
        table["available_m2"] = available
        table.iloc[0, 1:] = [2, 100_000.0, 3, 90_000.0, 1, 30_000.0, 1, 20_000.0, 1, 40_000.0]
        return table

    industries = pd.DataFrame(
        {
            "industry": ["生物医药", "新材料"],
            "clusters": ["+".join(c.id for c in plan.clusters[:2]), plan.clusters[0].id],
            "axes": [plan.axes[0].id, ""],
            "available_m2": [1_900_000.0, 1_100_000.0],
            "n_proposed": [2, 1],
            "proposed_m2": [100_000.0, 50_000.0],
        }
    )
    return Ledgers(
        ledger(list(net["cluster"].index), net["cluster"]["available_m2"]),
        ledger(list(net["corridor"].index), net["corridor"]["available_m2"]),
        industries,
    )


def what_if(name, english, table, clusters, change):
    def beside(base, share):
        return pd.DataFrame(
            {
                "base_m2": base,
                "changed_m2": base * (1 + share),
                "difference_m2": base * share,
            }
        )

    what = Text("可用地", "available land")
    return WhatIf(Text(name, english), beside(table, change), beside(clusters, change), what)


# ------------------------------------------------------------------ all


def cleaned(classes):
    """After a clean-up that moved 1 000 m² of each county from class 3 to class 1."""
    table = classes.copy()
    moved = np.minimum(table[3], 1_000.0)
    table[1] += moved
    table[3] -= moved
    return table


def grid_over(plan, rows=40, cols=80):
    west, south, east, north = plan.meta.region_bounds
    cell = Affine((east - west) / cols, 0, west, 0, -(north - south) / rows, north)
    return Grid(builders.GEOGRAPHIC, cell, rows, cols)


def figures_of(plan, counties, cube, found, *, on=None, n=3):
    """Figures of any plan, with made values for what no cube tells."""
    on = on or grid_over(plan)
    tables = tables_of(cube, plan, found)
    low, high = plan.slope_classes.low_hill_ranges_deg[0]
    classes = tables.classes["county"]
    values = 1 + np.indices(on.shape).sum(axis=0) // 9 % len(plan.slope_classes.classes)
    share = np.clip(np.indices(on.shape)[1] * 100 // max(on.width, 1), 0, 100).astype(np.uint8)
    share[:3] = 255
    offered = proposal(plan, n)
    townships = township_areas(plan, counties)
    near = pd.MultiIndex.from_product(
        [list(classes.index), [low, high]], names=["zone", "limit_deg"]
    )
    reconciled = pd.DataFrame(
        {
            "polygons_m2": [560_000.0, 1_000_000.0, 100_000.0, np.nan, np.nan],
            "cells_m2": [560_000.5, 999_999.0, 100_000.0, 460_000.0, np.nan],
            "difference_m2": [0.5, -1.0, 0.0, np.nan, np.nan],
        },
        index=["E1", "E2", "E3", "E4", "E5"],
    ).reindex(list(found.ids))
    land_names = {"0101": Text("水田", "paddy"), "0103": Text("旱地", "dry land")}
    parcels = assigned(offered.candidates.head(2), plan, Verdict.PROHIBITED)
    net = tables.net["county"]
    clusters = tables.net["cluster"]["available_m2"]
    return PlannerFigures(
        plan=plan,
        dem=DemFacts(
            "dem.tif", (0.005, 0.005), "EPSG:4490", "Horn 3×3", "±5 m", "生成的 / made up"
        ),
        account=Account(cube, found, plan.slope_classes.low_hill, reconciled, (), land_names),
        tables=tables,
        near_limits=pd.DataFrame({"near_m2": 123_456.789, "near_share": 0.0123}, index=near),
        proposal=offered,
        assigned=assigned(offered.candidates, plan),
        ledgers=ledgers(plan, tables.net),
        parcels=parcels.rename_axis("parcel_id"),
        counties=counties,
        clusters=cluster_areas(plan, counties, townships),
        axes=axis_lines(plan),
        slope_class=Raster(values.astype(np.uint8), on, "slope_class"),
        available=Raster(share, on, "available_percent"),
        sieved_classes=cleaned(classes),
        expected_low_hill=net["raw_m2"] * 0.97,
        suitability=suitability(on, plan),
        what_ifs=(
            what_if("不计 E1", "without E1", net["available_m2"], clusters, 0.1),
            what_if("门槛加倍", "thresholds doubled", net["available_m2"], clusters, -0.05),
        ),
        claimed=(
            Claimed(
                Text("可利用的低丘缓坡", "usable low-hill land"),
                3.391e9,
                float(net["raw_m2"].sum()),
                float(net["available_m2"].sum()),
                180_000.0,
                Text("方法未公布", "method unpublished"),
            ),
        ),
        layers=(
            {
                "role": "pbf",
                "path": "pbf.gpkg",
                "sha256": "ab" * 32,
                "crs": "EPSG:4490",
                "date": "2020-12-31",
                "status": "used",
            },
            {"role": "dem", "path": "dem.tif", "sha256": "cd" * 32, "crs": "EPSG:4490"},
        ),
        parameters={"slope_limits_deg": "8; 15; 25", "candidates": "≥ 1 公顷 ha"},
        assumed=(
            ("slope_classes", "端点为本工具假定 / the ends are our assumption"),
            ("exclusions.E4.weight", "一半为本工具假定 / a half is our assumption"),
        ),
        notes=(Text("地形是生成的", "the terrain is generated"),),
    )


def figures(n=3):
    plan = builders.plan()
    cube = pd.DataFrame(CUBE, columns=COLUMNS)
    made = figures_of(plan, builders.counties(), cube, exclusions(), n=n)
    return replace(made, account=replace(made.account, states=states()))


def bare():
    """Only what every run has: no suitability, what-ifs, parcels, land classes, clean-up."""
    full = figures()
    none = full.proposal.candidates.iloc[:0]
    empty = Proposal(none, full.proposal.filled.iloc[:0], full.proposal.shortfall.iloc[:0], {}, 0.0)
    ledger = replace(full.ledgers, industries=full.ledgers.industries.iloc[:0])
    return replace(
        full,
        tables=replace(full.tables, land_classes=full.tables.land_classes.iloc[:0]),
        proposal=empty,
        assigned=full.assigned.iloc[:0],
        ledgers=ledger,
        parcels=full.parcels.iloc[:0],
        sieved_classes=None,
        expected_low_hill=None,
        suitability=None,
        what_ifs=(),
        claimed=(),
        layers=(),
        parameters={},
        assumed=(),
        notes=(),
    )
