"""Parcels in the toy plan: two counties, two clusters, two axes crossing at (102.2, 25.1).

25.2 ┌───────────┬───────────┐
     │ T1  │ T2  │           │   T1 is listed by cluster west, T2 is in its open county,
25.1 ├─────┼─────┼───────────┤   the whole east county is cluster east
     │     │     │           │
25.0 └───────────┴───────────┘
   102.0 102.1 102.2       102.4
"""

from __future__ import annotations

import builders
import geopandas as gpd
import numpy as np
import pytest
import shapely
from builders import GEOGRAPHIC, counties, frame
from shapely.geometry import LineString, Point, box

from dzgis.allocation import (
    COLUMNS,
    CONTRACT,
    Basis,
    assign,
    axis_lines,
    cluster_areas,
    corridor_areas,
    township_areas,
)
from dzgis.allocation.axes import nearest_axis
from dzgis.area import polygon_area_m2
from dzgis.crs import ELLIPSOID
from dzgis.terms import ClusterStatus

pytestmark = pytest.mark.slow

LISTED, COUNTY, NOT_LISTED, OUTSIDE = ClusterStatus


def metres(lon1, lat1, lon2, lat2):
    return ELLIPSOID.inv(lon1, lat1, lon2, lat2)[2]


def clusters_of(plan):
    land = counties()
    return cluster_areas(plan, land, township_areas(plan, land))


def land(**boxes):
    table = gpd.GeoDataFrame(geometry=[box(*b) for b in boxes.values()], crs=GEOGRAPHIC)
    table.index = list(boxes)
    return table.rename_axis("parcel_id")


def around(lon, lat, half=0.002):
    return lon - half, lat - half, lon + half, lat + half


def assigned(plan, parcels, **basis):
    return assign(
        parcels,
        plan,
        counties=counties(),
        clusters=clusters_of(plan),
        axes=axis_lines(plan),
        basis=Basis(**basis) if basis else None,
    )


# ------------------------------------------------------------------ townships and clusters


def test_townships_are_thiessen_areas_of_their_seats(plan):
    # The seats lie at 102.05 and 102.15: the border between them runs along 102.1.
    found = township_areas(plan, counties())
    assert found["township_code"].tolist() == ["530001001", "530001002"]
    assert found["county_code"].unique().tolist() == ["530001"]
    assert found["approximate"].all()
    assert found["acc_km"].tolist() == [1.0, 1.0]
    for geometry, bounds in zip(
        found.geometry, [(102.0, 25.0, 102.1, 25.2), (102.1, 25.0, 102.2, 25.2)], strict=True
    ):
        assert geometry.bounds == pytest.approx(bounds, abs=2e-4)


def test_townships_fill_their_county(plan):
    whole = polygon_area_m2(counties().iloc[:1]).iloc[0]
    found = township_areas(plan, counties())
    assert polygon_area_m2(found).sum() == pytest.approx(whole, rel=1e-6)
    assert found.geometry.iloc[0].intersection(found.geometry.iloc[1]).area == pytest.approx(0.0)


def test_a_single_township_is_its_whole_county(plan):
    alone = plan.model_copy(update={"townships": plan.townships[:1]})
    found = township_areas(alone, counties())
    whole = polygon_area_m2(counties().iloc[:1]).iloc[0]
    assert polygon_area_m2(found).tolist() == pytest.approx([whole], rel=1e-6)


def test_a_plan_without_townships_has_no_township_areas(plan):
    found = township_areas(plan.model_copy(update={"townships": ()}), counties())
    assert found.empty
    assert "township_code" in found.columns


def test_clusters_by_basis_of_membership(plan):
    found = clusters_of(plan)
    assert found[["cluster", "status"]].to_numpy().tolist() == [
        ["west", LISTED],
        ["west", NOT_LISTED],
        ["east", COUNTY],
    ]
    assert found["district"].tolist() == ["west", "west", "east"]
    half = polygon_area_m2(counties().iloc[:1]).iloc[0] / 2
    assert polygon_area_m2(found).tolist() == pytest.approx([half, half, 2 * half], rel=1e-3)


def test_a_county_that_is_not_open_leaves_its_other_townships_outside(plan):
    west = plan.clusters[0].model_copy(update={"open_counties": ()})
    closed = plan.model_copy(update={"clusters": (west, plan.clusters[1])})
    found = clusters_of(closed)
    assert found["status"].tolist() == [LISTED, COUNTY]


def test_a_whole_county_does_not_bring_townships_of_other_clusters(plan):
    # Cluster west lists T1 only, cluster east takes both counties: T2 is east's, T1 stays west's.
    west = plan.clusters[0].model_copy(update={"open_counties": ()})
    east = plan.clusters[1].model_copy(update={"counties": ("530001", "530002")})
    found = clusters_of(plan.model_copy(update={"clusters": (west, east)}))
    whole = polygon_area_m2(counties()).sum()
    assert found["status"].tolist() == [LISTED, COUNTY]
    assert polygon_area_m2(found).sum() == pytest.approx(whole, rel=1e-6)
    assert polygon_area_m2(found).iloc[1] == pytest.approx(3 / 4 * whole, rel=1e-3)


# ------------------------------------------------------------------ where a parcel belongs


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        # county, district, cluster, status, cluster with the nearest seat
        ((102.05, 25.15), ("西县", "west", "west", LISTED, "west")),
        ((102.15, 25.05), ("西县", "west", "west", NOT_LISTED, "west")),
        ((102.3, 25.05), ("东县", "east", "east", COUNTY, "east")),
        # the seat of the other side is nearer: the model informs and never overrules
        ((102.19, 25.1), ("西县", "west", "west", NOT_LISTED, "east")),
        ((102.5, 25.1), ("", "", "", OUTSIDE, "east")),
        ((101.9, 25.1), ("", "", "", OUTSIDE, "west")),
    ],
)
def test_where_a_parcel_belongs(plan, place, expected):
    row = assigned(plan, land(P=around(*place))).loc["P"]
    columns = ["county", "district", "cluster", "cluster_status", "model_cluster"]
    assert tuple(row[columns]) == expected


def test_a_township_that_no_cluster_has_is_outside(plan):
    west = plan.clusters[0].model_copy(update={"open_counties": ()})
    closed = plan.model_copy(update={"clusters": (west, plan.clusters[1])})
    row = assigned(closed, land(P=around(102.15, 25.15))).loc["P"]
    assert (row["county_code"], row["cluster"]) == ("530001", "")
    assert row["cluster_status"] is OUTSIDE
    assert "its place is listed in no cluster" in row["reason"].en
    assert "所在位置未列入任何组团" in row["reason"].zh


@pytest.mark.parametrize(
    ("west_part", "expected"),
    [(0.3, "东县"), (0.49, "东县"), (0.51, "西县"), (0.9, "西县")],
)
def test_the_largest_share_decides(plan, west_part, expected):
    width = 0.01
    west = 102.2 - west_part * width
    row = assigned(plan, land(P=(west, 25.05, west + width, 25.06))).loc["P"]
    assert row["county"] == expected


@pytest.mark.parametrize(("inside", "expected"), [(0.4, ""), (0.6, "东县")])
def test_no_county_is_one_of_the_choices(plan, inside, expected):
    west = 102.4 - inside * 0.01
    row = assigned(plan, land(P=(west, 25.05, west + 0.01, 25.06))).loc["P"]
    assert row["county"] == expected


def test_rows_keep_their_order_and_geometry(plan):
    parcels = land(P2=around(102.3, 25.05), P1=around(102.05, 25.15))
    found = assigned(plan, parcels)
    assert list(found.index) == ["P2", "P1"]
    assert found["county"].tolist() == ["东县", "西县"]
    assert found.geometry.geom_equals(parcels.geometry).all()
    assert found["area_m2"].tolist() == pytest.approx(polygon_area_m2(parcels).tolist())


def test_parcels_in_metres_belong_where_they_do_in_degrees(plan):
    parcels = land(A=around(102.05, 25.15), B=around(102.3, 25.05))
    here, there = assigned(plan, parcels), assigned(plan, parcels.to_crs("EPSG:4543"))
    columns = ["county_code", "cluster", "cluster_status", "axis"]
    assert here[columns].equals(there[columns])
    assert there["axis_distance_m"].tolist() == pytest.approx(
        here["axis_distance_m"].tolist(), abs=0.1
    )


def test_no_parcels(plan):
    assert assigned(plan, land()).empty


# ------------------------------------------------------------------ reasons


def test_reason_in_both_languages(plan):
    reason = assigned(plan, land(P=around(102.05, 25.15))).loc["P", "reason"]
    # 0.05° of latitude north of the axis: 5.5 km; 0.05° of longitude from its start: 5.0 km
    assert reason.zh == (
        "位于西县；西组团（规划列明乡镇）；"
        "在东西轴以北5.5公里（5–10公里带），自西端起5.0公里，西端与东端之间；"
        "此处轴线位置精度±1公里，在哪一带不能确定。"
    )
    assert reason.en == (
        "in 西县; West cluster (township listed by the plan); "
        "5.5 km north of the east-west axis (band 5–10 km), at km 5.0 from 西端, "
        "between 西端 and 东端; the axis is known to ±1 km here, "
        "so the band cannot be told for sure."
    )


def test_reason_names_the_share_of_a_parcel_on_a_border(plan):
    reason = assigned(plan, land(P=(102.193, 25.05, 102.203, 25.06))).loc["P", "reason"]
    assert "西县（面积占70.0%）" in reason.zh
    assert "in 西县 (70.0 % of its area)" in reason.en
    west = "West cluster (in the county, township not listed, not in its ledger)"
    assert f"{west} (70.0 % of its area)" in reason.en


def test_reason_outside_all_counties(plan):
    reason = assigned(plan, land(P=around(102.5, 25.1))).loc["P", "reason"]
    assert reason.en.startswith("outside the counties of the plan; its place is listed in no")
    assert reason.zh.startswith("不在规划各县范围内；所在位置未列入任何组团")


def test_reason_says_why_there_is_no_cluster(plan):
    """The plan lists T1 only and the county is not open; then a county that it leaves out."""
    west = plan.clusters[0].model_copy(update={"open_counties": ()})
    closed = plan.model_copy(update={"clusters": (west, plan.clusters[1])})
    reason = assigned(closed, land(P=around(102.15, 25.15))).loc["P", "reason"]
    assert "所在位置未列入任何组团（规划在西县只列了甲镇）" in reason.zh
    assert "its place is listed in no cluster (of 西县 the plan lists 甲镇 only)" in reason.en
    without = plan.model_copy(update={"clusters": plan.clusters[:1]})
    reason = assigned(without, land(P=around(102.3, 25.15))).loc["P", "reason"]
    assert "所在位置未列入任何组团（规划未把该县列入组团）" in reason.zh
    assert "(the plan puts the county into no cluster)" in reason.en


def test_reason_names_the_model_only_where_it_differs(plan):
    table = assigned(plan, land(P=around(102.19, 25.1), Q=around(102.05, 25.1)))
    assert table.loc["P", "reason"].zh.endswith("最近驻地模型指向东组团，仅供参考。")
    assert table.loc["P", "reason"].en.endswith(
        "the model (nearest seat) points to the East cluster and only informs."
    )
    assert "模型" not in table.loc["Q", "reason"].zh


@pytest.mark.parametrize(
    ("place", "said"),
    [
        # north of the axis by 0.3 km, 2.2 km, 5.6 km; nodes are known to ±1 km
        ((102.05, 25.103), "the side cannot"),
        ((102.05, 25.12), None),
        ((102.05, 25.15), "the band cannot"),
        # 2.0 km east of NS and 2.2 km north of EW
        ((102.22, 25.12), "the axis cannot"),
        ((102.204, 25.104), "the side and axis cannot"),
    ],
)
def test_reason_says_what_the_nodes_leave_open(plan, place, said):
    reason = assigned(plan, land(P=around(*place))).loc["P", "reason"].en
    if said is None:
        assert "cannot be told" not in reason
    else:
        assert f"the axis is known to ±1 km here, so {said} be told for sure" in reason


@pytest.mark.parametrize(
    ("place", "zh", "en"),
    [
        ((102.2, 25.15), "在南北轴上，", "on the north-south axis, "),
        ((102.2, 25.3), "最近处为终点北端", "nearest at its end 北端"),
        ((102.2, 24.9), "最近处为起点南端", "nearest at its start 南端"),
        ((102.2, 25.5), "（20公里以外）", "(beyond 20 km)"),
        ((102.05, 25.102), "（5公里以内）", "(within 5 km)"),
    ],
)
def test_reason_along_the_axis(plan, place, zh, en):
    reason = assigned(plan, land(P=around(*place))).loc["P", "reason"]
    assert zh in reason.zh
    assert en in reason.en


# ------------------------------------------------------------------ shares and ties


def shares_in(record):
    return {k: float(v) for k, v in (part.split("=") for part in record.split(";"))}


def test_the_columns_of_the_contract_come_first(plan):
    found = assigned(plan, land(P=around(102.05, 25.15)))
    assert list(found.columns) == [*COLUMNS, "geometry"]
    assert COLUMNS[: len(CONTRACT)] == CONTRACT


def test_shares_of_a_parcel_on_a_border(plan):
    row = assigned(plan, land(P=(102.193, 25.05, 102.203, 25.06))).loc["P"]
    assert row["county_shares"] == "530001=0.7000;530002=0.3000"
    assert row["cluster_shares"] == "west=0.7000;east=0.3000"
    assert row["ties"] == ""


def test_shares_name_the_ground_beyond_all(plan):
    row = assigned(plan, land(P=(102.396, 25.05, 102.406, 25.06))).loc["P"]
    assert row["county_shares"] == "outside=0.6000;530002=0.4000"
    assert row["cluster_shares"] == "outside=0.6000;east=0.4000"
    assert row["cluster"] == ""


def test_equal_shares_are_named_and_the_first_of_the_plan_counts(plan):
    row = assigned(plan, land(P=(102.195, 25.05, 102.205, 25.06))).loc["P"]
    assert row["county_shares"] == "530001=0.5000;530002=0.5000"
    assert row["ties"] == "county;cluster"
    assert (row["county"], row["cluster"]) == ("西县", "west")
    assert "位于西县（与东县各占50.0%，取规划所列在前者）" in row["reason"].zh
    assert "（与东组团各占50.0%，取规划所列在前者）" in row["reason"].zh
    assert "(50.0 % of its area, as much as East cluster; the first in the plan counts)" in (
        row["reason"].en
    )


def test_equal_shares_inside_and_outside(plan):
    row = assigned(plan, land(P=(102.395, 25.05, 102.405, 25.06))).loc["P"]
    assert row["ties"] == "county;cluster;corridor"  # corridors end with the counties
    assert row["county"] == "东县"
    assert "与范围以外各占50.0%" in row["reason"].zh
    assert "as much as ground beyond" in row["reason"].en


def test_a_difference_beyond_the_rounding_is_no_tie(plan):
    # 0.0002 of 0.01 degrees: 2 % of the parcel, of which 0.01 % would be rounding
    row = assigned(plan, land(P=(102.1949, 25.05, 102.2049, 25.06))).loc["P"]
    assert row["ties"] == ""
    assert row["county"] == "西县"


def test_shares_of_bands_and_the_corridor(plan):
    # 102.05 east: EW alone. From 0.04° to 0.06° north of it: 5 km are 0.04514°.
    row = assigned(plan, land(P=(102.049, 25.14, 102.051, 25.16))).loc["P"]
    shares = shares_in(row["corridor_shares"])
    assert list(shares) == ["EW:10", "EW:5"]
    assert shares["EW:5"] == pytest.approx((metres(102, 25.1, 102, 25.14) - 5000) / -2215, abs=0.01)
    assert sum(shares.values()) == pytest.approx(1.0)
    assert (row["corridor"], row["axis_band_km"]) == ("EW", 10.0)


def test_a_parcel_beyond_the_corridor_of_accounts_is_in_none(plan):
    # 102.02 east, 25.197 north: 10.7 km from EW; its band is known, its corridor is none
    row = assigned(plan, land(P=around(102.02, 25.197))).loc["P"]
    assert (row["corridor"], row["axis"], row["axis_band_km"]) == ("", "EW", 20.0)
    assert row["corridor_shares"] == "EW:20=1.0000"


def test_corridors_that_are_given_are_taken(plan):
    narrow = corridor_areas(axis_lines(plan), (1.0, 5.0), counties())
    row = assigned(plan, land(P=around(102.05, 25.15)), corridors=narrow).loc["P"]
    assert row["corridor_shares"] == "outside=1.0000"


# ------------------------------------------------------------------ models beside membership


def test_models_stand_beside_the_plan_and_change_nothing(plan):
    parcels = land(P=around(102.19, 25.1))
    plain = assigned(plan, parcels).loc["P"]
    assert (plain["cluster"], plain["by_nearest_seat"], plain["by_huff"]) == (
        "west",
        "east",
        "east",
    )
    told = shares_in(plain["huff_shares"])
    d_west, d_east = metres(102.19, 25.1, 102.05, 25.1), metres(102.19, 25.1, 102.3, 25.1)
    expected = d_east**-2 / (d_east**-2 + d_west**-2)
    assert told["east"] == pytest.approx(expected, abs=1e-4)
    strong = assigned(plan, parcels, strengths={"west": 9.0, "east": 1.0}).loc["P"]
    assert strong["by_weighted_voronoi"] == strong["by_breakpoint"] == strong["by_huff"] == "west"
    assert strong["by_nearest_seat"] == "east"  # needs no strengths
    for column in ("cluster", "cluster_status", "county", "model_cluster"):
        assert strong[column] == plain[column]


def test_another_model_may_inform(plan):
    from dzgis.plan.allocation_rules import Model, allocation_rules

    rules = allocation_rules().model_copy(update={"informs": Model.HUFF})
    given = {"west": 9.0, "east": 1.0}
    row = assigned(plan, land(P=around(102.19, 25.1)), rules=rules, strengths=given).loc["P"]
    assert (row["cluster"], row["model_cluster"]) == ("west", "west")
    row = assigned(plan, land(P=around(102.19, 25.1)), rules=rules).loc["P"]
    assert row["reason"].zh.endswith("Huff 概率模型指向东组团，仅供参考。")


def test_cost_distances_inform_where_they_are_known(plan):
    """Cost rasters of one cell each side: the west half is cheap from east, the rest is unknown."""
    from affine import Affine

    from dzgis.allocation import model_notes
    from dzgis.grid import Grid, Raster
    from dzgis.plan.allocation_rules import Model, allocation_rules

    grid = Grid(GEOGRAPHIC, Affine(0.2, 0, 102.0, 0, -0.2, 25.2), 1, 2)
    cost = {
        name: Raster(np.array([[metres_, np.inf]]), grid, "cost_m")
        for name, metres_ in (("west", 9.0), ("east", 2.0))
    }
    rules = allocation_rules().model_copy(update={"informs": Model.COST_DISTANCE})
    parcels = land(P=around(102.05, 25.05), Q=around(102.35, 25.05))
    found = assigned(plan, parcels, rules=rules, cost=cost)
    columns = ["by_cost_distance", "model_cluster", "informed_by", "cluster"]
    assert found[columns].to_numpy().tolist() == [
        ["east", "east", "cost_distance", "west"],
        ["", "east", "nearest_seat", "east"],  # reached from nowhere
    ]
    assert found.loc["P", "reason"].zh.endswith("成本距离模型指向东组团，仅供参考。")
    without = assigned(plan, parcels, rules=rules)
    assert without["informed_by"].tolist() == ["nearest_seat", "nearest_seat"]
    assert [note.en for note in model_notes(Basis(rules=rules))][1:] == [
        "no raster of cost distances was given: that model is left out",
        "the nearest seat informs in place of cost distances",
    ]
    assert len(model_notes(Basis(cost=cost, strengths={"west": 1.0, "east": 1.0}))) == 1


def test_strengths_of_other_clusters_are_refused(plan):
    from dzgis.errors import InputError

    with pytest.raises(InputError, match="lacks the cluster east"):
        assigned(plan, land(P=around(102.19, 25.1)), strengths={"west": 1.0})


def test_the_nearest_hub(plan):
    def facility(name, kind, place):
        return builders.ASSUMED | {"name": name, "kind": kind, "place": place}

    hubs = builders.plan(
        facilities=[
            facility("西站", "passenger_freight_station", "西端"),
            facility("东港", "comprehensive_hub", "东端"),
            facility("近河", "river", "甲镇"),
        ]
    )
    row = assigned(hubs, land(P=around(102.05, 25.1))).loc["P"]
    assert (row["hub"], row["hub_kind"]) == ("西站", "passenger_freight_station")
    assert row["hub_distance_m"] == pytest.approx(metres(102.05, 25.1, 102.0, 25.1), abs=1.0)
    row = assigned(plan, land(P=around(102.05, 25.1))).loc["P"]
    assert row["hub"] == ""
    assert np.isnan(row["hub_distance_m"])


# ------------------------------------------------------------------ axes


def test_axes_are_geodesics_with_a_vertex_a_kilometre(plan):
    found = axis_lines(plan)
    assert found[["axis", "line", "kind"]].to_numpy().tolist() == [
        ["EW", "EW-core", "core"],
        ["NS", "NS-core", "core"],
    ]
    for line, ends in zip(
        found.geometry, [(102.0, 25.1, 102.4, 25.1), (102.2, 25.0, 102.2, 25.2)], strict=True
    ):
        lon, lat = shapely.get_coordinates(line).T
        steps = ELLIPSOID.line_lengths(lon, lat)
        assert max(steps) <= 1000.0
        assert sum(steps) == pytest.approx(metres(*ends), abs=1e-3)
        assert (lon[0], lat[0], lon[-1], lat[-1]) == pytest.approx(ends)


def nearest(plan, *points):
    return nearest_axis(gpd.GeoSeries([Point(p) for p in points], crs=GEOGRAPHIC), axis_lines(plan))


def test_distance_and_chainage_along_the_meridian(plan):
    # 0.03° east of the north-south axis, 0.06° north of its start: the foot is on the parallel
    row = nearest(plan, (102.23, 25.06)).iloc[0]
    assert row["axis"] == "NS"
    assert row["axis_distance_m"] == pytest.approx(metres(102.23, 25.06, 102.2, 25.06), abs=0.5)
    assert row["axis_chainage_m"] == pytest.approx(metres(102.2, 25.0, 102.2, 25.06), abs=2.0)


def test_distance_and_chainage_along_the_parallel(plan):
    # The geodesic from 102.0 to 102.4 bulges north of the parallel by some metres.
    row = nearest(plan, (102.1, 25.12)).iloc[0]
    track = np.array(ELLIPSOID.npts(102.0, 25.1, 102.4, 25.1, 40_000))
    lengths = [metres(102.1, 25.12, *foot) for foot in track]
    at = int(np.argmin(lengths))
    assert row["axis"] == "EW"
    assert row["axis_distance_m"] == pytest.approx(lengths[at], abs=0.05)
    assert row["axis_chainage_m"] == pytest.approx(metres(102.0, 25.1, *track[at]), abs=2.0)


@pytest.mark.parametrize(
    ("point", "axis", "end", "chainage_m"),
    [
        # before the start and beyond the end the distance is that to the end itself
        ((101.9, 25.1), "EW", (102.0, 25.1), 0.0),
        ((102.5, 25.1), "EW", (102.4, 25.1), metres(102.0, 25.1, 102.4, 25.1)),
        ((102.2, 24.9), "NS", (102.2, 25.0), 0.0),
        ((102.2, 25.3), "NS", (102.2, 25.2), metres(102.2, 25.0, 102.2, 25.2)),
    ],
)
def test_beyond_the_ends(plan, point, axis, end, chainage_m):
    row = nearest(plan, point).iloc[0]
    assert row["axis"] == axis
    assert row["axis_distance_m"] == pytest.approx(metres(*point, *end), abs=0.01)
    assert row["axis_chainage_m"] == pytest.approx(chainage_m, abs=0.01)


def test_a_point_on_an_axis(plan):
    row = nearest(plan, (102.2, 25.17)).iloc[0]
    assert row["axis"] == "NS"
    assert row["axis_distance_m"] == pytest.approx(0.0, abs=1e-3)


def test_distances_are_measured_to_core_lines_only(plan):
    axes = axis_lines(plan)
    extension = frame(
        LineString([(102.5, 25.0), (102.5, 25.2)]),
        crs=GEOGRAPHIC,
        axis=["EW"],
        name=["东西轴"],
        line=["EW-on"],
        kind=["extension"],
    )
    both = gpd.pd.concat([extension, axes], ignore_index=True)
    point = gpd.GeoSeries([Point(102.5, 25.1)], crs=GEOGRAPHIC)
    row = nearest_axis(point, both).iloc[0]
    assert row["line"] == "EW-core"


def test_the_first_line_wins_a_tie(plan):
    axes = axis_lines(plan)
    same = gpd.pd.concat([axes.iloc[[1]].assign(axis="first"), axes.iloc[[1]]], ignore_index=True)
    point = gpd.GeoSeries([Point(102.25, 25.1)], crs=GEOGRAPHIC)
    assert nearest_axis(point, same)["axis"].tolist() == ["first"]


def test_builders_plan_is_sound(plan):
    from dzgis.plan.check import check_plan

    assert [fault.en for fault in check_plan(plan)] == []
    assert builders.plan() == plan


def test_a_cluster_holds_a_parcel_by_all_of_its_rows():
    """35 % listed and 25 % not listed outweigh 40 % elsewhere; the larger row gives the status."""
    plan = builders.plan()
    parcel = builders.square(0, 0, 100)
    first, second = plan.clusters[0].id, plan.clusters[1].id
    clusters = gpd.GeoDataFrame(
        {
            "cluster": [first, first, second],
            "name": ["", "", ""],
            "district": ["", "", ""],
            "status": [
                ClusterStatus.LISTED,
                ClusterStatus.IN_COUNTY_NOT_LISTED,
                ClusterStatus.COUNTY,
            ],
        },
        geometry=[
            builders.square(0, 0, 35, 100),
            builders.square(35, 0, 25, 100),
            builders.square(60, 0, 40, 100),
        ],
        crs=builders.METRIC,
    )
    found = assign(
        builders.parcels(P=parcel),
        plan,
        counties=builders.counties(),
        clusters=clusters,
        axes=axis_lines(plan),
    )
    assert found.loc["P", "cluster"] == first
    assert found.loc["P", "cluster_status"] == ClusterStatus.LISTED
    assert "60.0 %" in found.loc["P", "reason"].en
