"""Two square counties side by side, and everything that a map can show of them.

25.2 ┌───────┬───────┐
     │   A   │   B   │    A is in district w, B in district e; one axis from A through B;
25.0 └───────┴───────┘    the parcel lies in A, farmland covers its eastern half.
   102.0   102.2   102.4
"""

from __future__ import annotations

import base64
import dataclasses
import json
import re
import struct
import zlib

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from affine import Affine
from folium import TileLayer
from folium.plugins import Fullscreen
from numpy.testing import assert_allclose
from pyproj import CRS
from shapely.geometry import LineString, Polygon, box

from dzgis.errors import CRSError, InputError, OutputError
from dzgis.grid import Grid, Raster
from dzgis.maps import MapContent, interactive_map
from dzgis.maps.geometry import geojson, shapes_in_degrees, simplified
from dzgis.maps.image import MAX_PIXELS, class_image, share_image
from dzgis.maps.offline import SCRIPTS, OfflineFigure, OfflineMap, asset
from dzgis.plan import Plan
from dzgis.terms import ROLES, LayerStatus, Text, Verdict

pytestmark = pytest.mark.slow

ASSUMED = {"status": "assumed", "source": {"note": "made for this test"}}
HOSTILE = (
    "</script><script>window.hacked=1</script><img src=http://x/ onerror=window.hacked=1>{{ 7*7 }}"
)


def tiny_plan() -> Plan:
    def place(name, lon, english=""):
        point = {"lon": lon, "lat": 25.1, "acc_km": 1, "coord_source": "made"}
        return {"name": name, "name_en": english, "point": point}

    def county(code, name, english, district):
        return ASSUMED | {
            "code": code,
            "code_at_plan": code,
            "name": name,
            "name_at_plan": name,
            "name_en": english,
            "prefecture": "某州",
            "district": district,
            "seat": "甲城",
        }

    classes = [
        {"up_to_deg": 8, "name": "平地", "name_en": "flat", "colour": "#00ff00"},
        {"up_to_deg": 25, "name": "低丘缓坡地", "name_en": "low hills", "colour": "#ffff00"},
        {"name": "陡坡", "name_en": "steep", "colour": "#ff0000"},
    ]
    rule = ASSUMED | {
        "id": "P06",
        "title": "避让基本农田",
        "title_en": "keep off farmland",
        "kind": "spatial",
        "role": "pbf",
        "verdict": "prohibited",
        "legal_basis": "某条例第十五条",
    }
    axis = ASSUMED | {
        "id": "EW",
        "name": "东西轴",
        "name_en": "East-west axis",
        "nodes": [
            {"place": "甲城", "role": "node"},
            {"place": "乙城", "role": "node"},
            {"place": "丙城", "role": "gateway"},
        ],
        "lines": [
            {"id": "core", "via": ["甲城", "乙城"], "kind": "core"},
            {"id": "on", "via": ["乙城", "丙城"], "kind": "extension"},
        ],
        "colour": "#c2185b",
    }
    cluster = ASSUMED | {
        "id": "anyang",
        "name": "安阳组团",
        "name_en": "Anyang cluster",
        "district": "w",
        "counties": ["530001"],
        "industries": ["冶金", "化工"],
        "colour": "#1b9e77",
    }
    facility = ASSUMED | {"name": "综合枢纽", "kind": "comprehensive_hub", "place": "乙城"}
    return Plan.model_validate(
        {
            "schema_version": 1,
            "meta": {
                "id": "tiny",
                "title": "小规划",
                "title_en": "Tiny plan",
                "issued": "2014",
                "period": ("2014-01-01", "2020-12-31"),
                "region_bounds": (102.0, 25.0, 102.4, 25.2),
            },
            "places": [place("甲城", 102.1, "Jia"), place("乙城", 102.3), place("丙城", 102.41)],
            "districts": [
                ASSUMED | {"id": "w", "name": "西片区", "name_en": "West"},
                ASSUMED | {"id": "e", "name": "东片区", "name_en": "East"},
            ],
            "counties": [
                county("530001", "甲县", "Jia county", "w"),
                county("530002", "乙县", "Yi county", "e"),
            ],
            "clusters": [cluster],
            "axes": [axis],
            "slope_classes": ASSUMED | {"id": "three", "classes": classes, "low_hill": [2]},
            "rules": {
                "id": "tiny",
                "rules": [rule],
                "tolerance": ASSUMED
                | {"sliver_area_m2": 100, "sliver_width_m": 2, "touch_width_m": 0.1},
            },
            "candidates": ASSUMED | {"min_area_ha": 1, "min_cell_share": 0.5},
            "facilities": [facility],
        }
    )


def frame(rows, columns, shapes, crs=4490, index=None):
    data = pd.DataFrame(rows, columns=list(columns), index=index)
    return gpd.GeoDataFrame(data, geometry=shapes, crs=crs)


def raster(values, name):
    values = np.asarray(values, dtype=np.uint8)
    rows, cols = values.shape
    transform = Affine(0.4 / cols, 0, 102.0, 0, -0.2 / rows, 25.2)
    return Raster(values, Grid(CRS.from_epsg(4490), transform, rows, cols), name)


def tiny_content(parcel_name="工业园一号地块") -> MapContent:
    west, east = box(102.0, 25.0, 102.2, 25.2), box(102.2, 25.0, 102.4, 25.2)
    parcel = box(102.04, 25.04, 102.08, 25.08)
    pressed = box(102.06, 25.04, 102.08, 25.08)
    parcels = frame(
        [[parcel_name, Verdict.PROHIBITED, 15234.17, "anyang", "EW", 6500.0, "重心在甲县"]],
        ["name", "verdict", "area_m2", "cluster", "axis", "axis_distance_m", "reason"],
        [parcel],
        index=pd.Index(["P001"], name="parcel_id"),
    )
    return MapContent(
        plan=tiny_plan(),
        counties=frame(
            [["530001", "甲县", "w", 4.46e8], ["530002", "乙县", "e", np.nan]],
            ["county_code", "county", "district", "area_m2"],
            [west, east],
        ),
        clusters=frame(
            [["anyang", "安阳组团", "w", "listed"], ["anyang", "安阳组团", "w", "county"]],
            ["cluster", "name", "district", "status"],
            [box(102.0, 25.0, 102.1, 25.2), box(102.1, 25.0, 102.2, 25.2)],
        ),
        axes=frame(
            [["EW", "东西轴", "core", "core"], ["EW", "东西轴", "on", "extension"]],
            ["axis", "name", "line", "kind"],
            [
                LineString([(102.1, 25.1), (102.3, 25.1)]),
                LineString([(102.3, 25.1), (102.41, 25.1)]),
            ],
        ),
        protection={
            "pbf": frame(
                [["F1", "0101"]], ["feature_id", "DLBM"], [box(102.06, 25.0, 102.2, 25.2)]
            ),
            "special": frame([["S1"]], ["feature_id"], [box(102.3, 25.0, 102.32, 25.02)], crs=4490),
        },
        candidates=frame(
            [["甲县", "anyang", 250_000.0, 12.3]],
            ["county", "cluster", "area_m2", "mean_slope_deg"],
            [box(102.15, 25.1, 102.16, 25.11)],
            index=pd.Index(["C1"], name="candidate_id"),
        ),
        parcels=parcels,
        conflicts=frame(
            [["P001", "pbf", "P06", 7617.085]],
            ["parcel_id", "role", "rule", "area_m2"],
            [pressed],
        ),
        slope_class=raster([[1, 2, 3, 0], [1, 2, 3, 9]], "slope_class"),
        available=raster([[0, 1, 10, 11], [55, 100, 255, 255]], "available_percent"),
        notes=(Text("生成地形，仅供演示", "Generated terrain, for demonstration only"),),
        title=Text("低丘缓坡图", "Low-hill map"),
    )


def blocks(html):
    found = re.findall(r'<script type="application/json" id="dz-(\w+)">(.*?)</script>', html)
    return {key: json.loads(text) for key, text in found}


def rows_of(html):
    groups = blocks(html)["page"]["groups"]
    return {row["layer"]: row for group in groups for row in group["rows"]}


def pixels_of(png):
    """Palette with alpha, and palette numbers, of a PNG whose rows are not filtered."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    chunks, at = {}, 8
    while at < len(png):
        size, kind = struct.unpack(">I4s", png[at : at + 8])
        chunks[kind] = png[at + 8 : at + 8 + size]
        check = struct.unpack(">I", png[at + 8 + size : at + 12 + size])[0]
        assert check == zlib.crc32(kind + chunks[kind])
        at += 12 + size
    cols, rows = struct.unpack(">II", chunks[b"IHDR"][:8])
    lines = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(rows, cols + 1)
    assert not lines[:, 0].any()
    colours = np.frombuffer(chunks[b"PLTE"], np.uint8).reshape(-1, 3)
    alpha = np.frombuffer(chunks[b"tRNS"], np.uint8)
    return np.column_stack([colours, alpha]), lines[:, 1:]


@pytest.fixture(scope="module")
def html():
    return interactive_map(tiny_content(), lang="zh")


@pytest.fixture(scope="module")
def english():
    return interactive_map(tiny_content(), lang="en")


# ---- no network -----------------------------------------------------------------------------


def test_page_links_to_nothing(html):
    own = html.replace(asset("leaflet/leaflet.js").split("//# sourceMappingURL")[0], "")
    assert len(own) < len(html)
    own = re.sub(r"/\*.*?\*/", "", own, flags=re.DOTALL)
    assert not re.findall(r"https?:", own)
    assert not re.findall(r"<(?:link|iframe|img|script\s+src)", own)
    assert "sourceMappingURL" not in html
    assert "url(images/" not in html


def test_policy_comes_before_any_script(html):
    policy = html.index("Content-Security-Policy")
    assert policy < html.index("<script")
    assert "default-src 'none'" in html[policy : policy + 200]


def test_unknown_asset_is_refused():
    figure = OfflineFigure(title="t", lang="zh-CN", no_script="n")
    chart = OfflineMap(tiles=None)
    figure.add_child(chart)
    chart.add_child(Fullscreen())
    with pytest.raises(OutputError, match="dzgis/maps/assets"):
        figure.render()


def test_tiles_from_elsewhere_are_refused():
    figure = OfflineFigure(title="t", lang="zh-CN", no_script="n")
    chart = OfflineMap(tiles=None)
    figure.add_child(chart)
    chart.add_child(TileLayer("https://tile.example/{z}/{x}/{y}.png", attr="a"))
    with pytest.raises(OutputError, match=r"tile\.example"):
        figure.render()


# ---- same content, same page ------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_same_content_gives_same_bytes(lang):
    assert interactive_map(tiny_content(), lang=lang) == interactive_map(tiny_content(), lang=lang)


def test_content_is_left_alone():
    content, before = tiny_content(), tiny_content()
    interactive_map(content, lang="zh")
    for name in ("counties", "clusters", "axes", "candidates", "parcels", "conflicts"):
        pd.testing.assert_frame_equal(getattr(content, name), getattr(before, name))
    np.testing.assert_array_equal(content.available.values, before.available.values)


# ---- attribute text is data -------------------------------------------------------------------


def test_hostile_text_stays_text():
    content = tiny_content(HOSTILE)
    counties = content.counties.assign(county=HOSTILE)
    content = dataclasses.replace(
        content, counties=counties, title=Text(HOSTILE, HOSTILE), notes=(Text(HOSTILE, HOSTILE),)
    )
    html = interactive_map(content, lang="zh")
    assert "<script>window.hacked" not in html
    assert "<img" not in html
    assert html.count("</script>") == interactive_map(tiny_content(), lang="zh").count("</script>")
    found = blocks(html)
    assert found["parcels"]["features"][0]["t"] == HOSTILE
    assert found["page"]["title"] == HOSTILE
    assert found["page"]["notes"] == [HOSTILE]


@pytest.mark.parametrize("name", [name for name in SCRIPTS if "/" not in name])
def test_scripts_of_the_page_never_write_markup(name):
    assert not re.findall(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function", asset(name)
    )


# ---- words ----------------------------------------------------------------------------------


def legends(html):
    return " ".join(entry["text"] for row in rows_of(html).values() for entry in row["legend"])


def test_legend_speaks_chinese(html):
    for word in (
        "平地",
        "低丘缓坡地",
        "陡坡",
        "可用地占比",
        "永久基本农田",
        "压占（禁止）",
        "无法判定",
        "安阳组团",
        "东西轴",
        "西片区",
        "东片区",
        "门户",
        "候选用地",
        "压占部位",
    ):
        assert word in html
    assert "内部工作用图，未经审图，不得公开" in html
    assert "生成地形，仅供演示" in html
    assert '<html lang="zh-CN">' in html
    assert "low hills" not in legends(html)


def test_legend_speaks_english_and_keeps_proper_names(english):
    for word in (
        "flat",
        "low hills",
        "steep",
        "permanent basic farmland",
        "conflict (prohibited)",
        "安阳组团 Anyang cluster",
        "东西轴 East-west axis",
        "西片区 West",
    ):
        assert word in english
    assert "Internal working map, not reviewed, not for publication" in english
    assert "平地" not in legends(english)
    assert "甲县\\nJia county" in english


def test_slope_legend_has_the_colours_of_the_plan(html):
    legend = rows_of(html)["slope_class"]["legend"]
    assert [entry["style"]["fillColor"] for entry in legend] == ["#00ff00", "#ffff00", "#ff0000"]


def test_every_verdict_has_its_own_colour_and_outline(html):
    legend = rows_of(html)["parcels"]["legend"]
    assert [entry["text"] for entry in legend] == [verdict.text.zh for verdict in Verdict]
    assert [entry["count"] for entry in legend] == [0, 0, 0, 0, 1]
    looks = [(e["style"].get("dashArray"), e["style"]["weight"]) for e in legend]
    assert len(set(looks)) == len({e["style"]["fillColor"] for e in legend}) == len(Verdict)


@pytest.mark.parametrize("verdict", [None, np.nan, "", "maybe", LayerStatus.USED])
def test_parcel_without_verdict_is_not_clear(verdict):
    content = tiny_content()
    content.parcels["verdict"] = pd.Series([verdict], index=content.parcels.index, dtype=object)
    html = interactive_map(content, lang="zh")
    feature = blocks(html)["parcels"]["features"][0]
    assert feature["s"] == "unchecked"
    assert feature["v"][1] == "未核查"


def test_layers_that_open_with_the_page(html):
    shown = {key for key, row in rows_of(html).items() if row["shown"]}
    plan = {"clusters", "districts", "counties", "axes"}
    assert shown == plan | {"available", "parcels", "candidates", "conflicts"}


def test_roles_follow_the_rules_then_the_alphabet(html):
    rows = rows_of(html)
    titles = [rows["protection_0"]["title"], rows["protection_1"]["title"]]
    assert titles == [ROLES["pbf"].zh, "special"]


# ---- popups -----------------------------------------------------------------------------------


def popup(html, layer):
    """What the popup of the layer's first feature shows."""
    block = blocks(html)[layer]
    said = zip(block["fields"], block["features"][0]["v"], strict=True)
    return {field: value for field, value in said if value}


def test_parcel_popup(html):
    assert popup(html, "parcels") == {
        "地块编号": "P001",
        "核查结论": "压占（禁止）",
        "面积": "15,234.17 m² = 1.5234 公顷 = 22.85 亩",
        "组团": "安阳组团",
        "发展轴": "东西轴",
        "距轴线": "6.50 公里",
        "依据": "重心在甲县",
    }


def test_conflict_popup(english):
    assert popup(english, "conflicts") == {
        "parcel id": "P001",
        "rule": "P06 keep off farmland",
        "area": "7,617.09 m² = 0.7617 ha = 11.43 mu",
        "legal basis": "某条例第十五条",
    }


def test_county_popup_leaves_out_what_is_not_known(html):
    areas = [feature["v"][2] for feature in blocks(html)["counties"]["features"]]
    assert areas == ["446.00 km² = 44,600.00 公顷", ""]


def test_cluster_popup(html):
    assert popup(html, "clusters") == {
        "片区": "西片区", "归属依据": "规划列明乡镇", "主导产业": "冶金、化工",
    }  # fmt: skip


def test_candidate_popup(html):
    assert popup(html, "candidates") == {
        "面积": "25.00 公顷 = 375.00 亩",
        "平均坡度": "12.3°",
        "县（市、区）": "甲县",
        "组团": "安阳组团",
    }


# ---- axes -------------------------------------------------------------------------------------


def test_nodes_stand_in_order_and_arrows_at_the_free_ends(html):
    marks = blocks(html)["axes"]["marks"]
    nodes = [(m["kind"], m["dot"], m["text"]) for m in marks if m["kind"] != "arrow"]
    assert nodes == [("node", "1", "甲城"), ("node", "2", "乙城"), ("gateway", "3", "丙城")]
    arrows = [(m["at"], m["turn_deg"]) for m in marks if m["kind"] == "arrow"]
    assert arrows == [([25.1, 102.1], -90.0), ([25.1, 102.41], 90.0)]


def test_extension_is_dashed(html):
    styles = blocks(html)["axes"]["styles"]
    assert "dashArray" in styles["EW extension"]
    assert "dashArray" not in styles["EW core"]


# ---- empty, missing, wrong -------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("bare", [True, False])
def test_empty_frames_give_a_page(lang, bare):
    content = tiny_content()
    names = ("counties", "clusters", "axes", "candidates", "parcels", "conflicts")
    none = {
        name: gpd.GeoDataFrame(geometry=[]) if bare else getattr(content, name).iloc[:0]
        for name in names
    }
    html = interactive_map(dataclasses.replace(content, protection={}, **none), lang=lang)
    found = blocks(html)
    assert [found[name]["features"] for name in names] == [[]] * len(names)
    assert found["page"]["bounds"][0] == [25.0, 102.0]


def test_rows_without_geometry_are_left_out():
    content = tiny_content()
    parcels = content.parcels.set_geometry([None], crs=4490)
    counties = content.counties.set_geometry([None, None], crs=4490)
    content = dataclasses.replace(content, parcels=parcels, counties=counties)
    found = blocks(interactive_map(content, lang="zh"))
    assert found["parcels"]["features"] == found["counties"]["features"] == []


def test_frame_without_crs_is_refused():
    content = tiny_content()
    bare = content.parcels.set_crs(None, allow_override=True)
    with pytest.raises(CRSError, match="parcels"):
        interactive_map(dataclasses.replace(content, parcels=bare), lang="zh")


def test_frame_without_its_columns_is_refused():
    content = dataclasses.replace(
        tiny_content(), clusters=tiny_content().clusters.drop(columns="status")
    )
    with pytest.raises(InputError, match="status"):
        interactive_map(content, lang="zh")


def test_any_crs_lands_in_the_same_place():
    content = tiny_content()
    projected = dataclasses.replace(content, parcels=content.parcels.to_crs(4543))
    shapes = [
        blocks(interactive_map(c, lang="zh"))["parcels"]["features"][0]["g"]["coordinates"]
        for c in (content, projected)
    ]
    assert_allclose(shapes[0], shapes[1], atol=2e-6)


# ---- geometry -------------------------------------------------------------------------------


def test_coordinates_are_rounded():
    lines = frame([[1]], ["n"], [LineString([(102.123456789, 25.0), (102.2, 25.000004)])], crs=4326)
    assert json.loads(geojson(shapes_in_degrees(lines, decimals=5))[0])["coordinates"] == [
        [102.12346, 25.0],
        [102.2, 25.0],
    ]


def test_simplified_by_metres_on_the_ground():
    # A 40 m bump on a 4 km side goes at a tolerance of 50 m and stays at one of 30 m.
    ring = Polygon([(0, 0), (2000, 40), (4000, 0), (4000, 4000), (0, 4000)])
    local = gpd.GeoDataFrame(geometry=[ring], crs=4543)
    shifted = (
        local.translate(500_000, 2_770_000).to_frame("geometry").set_crs(4543, allow_override=True)
    )
    mercator = shifted.set_geometry("geometry").to_crs(3857)
    n_corners = [
        len(simplified(mercator, tolerance).geometry.iloc[0].exterior.coords) - 1
        for tolerance in (30.0, 50.0)
    ]
    assert n_corners == [5, 4]


# ---- rasters ----------------------------------------------------------------------------------


def images(html):
    found = re.findall(
        r'L\.imageOverlay\(\s*"data:image/png;base64,([^"]+)",\s*(\[\[.*?\]\])', html
    )
    return [(pixels_of(base64.b64decode(text)), json.loads(place)) for text, place in found]


def test_class_pixels_have_the_colours_of_the_plan(html):
    (palette, pixels), _ = images(html)[1]
    assert palette.tolist() == [
        [0, 0, 0, 0], [0, 255, 0, 255], [255, 255, 0, 255], [255, 0, 0, 255],
    ]  # fmt: skip
    # 0 and a number that is no class are see-through.
    assert pixels.tolist() == [[1, 2, 3, 0], [1, 2, 3, 0]]


def test_share_pixels_are_in_tenths(html):
    (palette, pixels), _ = images(html)[0]
    assert len(palette) == 11
    assert palette[:, 3].tolist() == [0] + [255] * 10
    assert pixels.tolist() == [[0, 1, 1, 2], [6, 10, 0, 0]]


def test_image_lies_where_the_grid_lies(html):
    half_cell = 0.05
    for _, ((south, west), (north, east)) in images(html):
        assert_allclose([west, east], [102.0, 102.4], atol=half_cell / 100)
        assert_allclose([south, north], [25.0, 25.2], atol=half_cell / 100)


def test_projected_raster_lies_right():
    # One known cell in a Gauss-Krüger grid of 500 m comes out where its centre is.
    values = np.zeros((40, 60), np.uint8)
    values[10, 20] = 1
    grid = Grid(CRS.from_epsg(4543), Affine(500, 0, 480_000, 0, -500, 2_780_000), 40, 60)
    image = class_image(Raster(values, grid, "slope_class"), [(1, 2, 3, 255)])
    _, pixels = pixels_of(image.png)
    rows, cols = np.nonzero(pixels)
    (south, west), (north, east) = image.bounds
    y = np.log(np.tan(np.pi / 4 + np.radians([south, north]) / 2))
    share = (rows.mean() + 0.5) / pixels.shape[0]
    lat = np.degrees(2 * np.arctan(np.exp(y[1] - share * (y[1] - y[0]))) - np.pi / 2)
    lon = west + (cols.mean() + 0.5) / pixels.shape[1] * (east - west)
    centre = gpd.GeoSeries.from_xy([490_250], [2_774_750], crs=4543).to_crs(4326)
    half_cell_deg = 250 / 111_000
    assert_allclose([lon, lat], [centre.x[0], centre.y[0]], atol=1.1 * half_cell_deg)


def test_large_raster_is_brought_down():
    values = np.ones((20, 2 * MAX_PIXELS), np.uint8)
    values[:, ::4] = 3
    wide = raster(values, "slope_class")
    palette = [(c, c, c, 255) for c in (1, 2, 3)]
    assert class_image(wide, palette).width == MAX_PIXELS
    shares = share_image(
        raster(np.tile([[0, 100]], (20, MAX_PIXELS)), "available"), [(0, 0, 0, 255)] * 10
    )
    _, pixels = pixels_of(shares.png)
    # Half of every pixel is available: the mean, not one of its two cells.
    assert set(np.unique(pixels[5:-5, 5:-5])) == {5}
