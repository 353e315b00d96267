"""The QGIS project: relative paths, every layer with its style, layouts that know their layers."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import replace

import pytest
from builders_maps import sample_content

from dzgis.maps import layer_sld, layer_styles, qgis_project
from dzgis.maps.qgis.layouts import fitted
from dzgis.maps.words import RESTRICTION

PACKAGE = (
    "counties",
    "clusters",
    "axes",
    "protection",
    "candidates",
    "basins",
    "parcels",
    "conflicts",
)
SLD = "{http://www.opengis.net/sld}"
OGC = "{http://www.opengis.net/ogc}"


@pytest.fixture(scope="module")
def content():
    return sample_content()


def parsed(data):
    return ET.fromstring(data)  # noqa: S314 - made a moment ago, by us


def opened(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.namelist() == ["project.qgs"]
        return parsed(archive.read("project.qgs"))


@pytest.fixture(scope="module")
def project(content):
    return opened(qgis_project(content, lang="zh", layers=PACKAGE))


def test_groups_and_layers_are_those_of_the_interactive_map(project):
    groups = {
        group.get("name"): [layer.get("name") for layer in group.findall("layer-tree-layer")]
        for group in project.find("layer-tree-group").findall("layer-tree-group")
    }
    assert groups == {
        "地块": ["压占部位", "地块（核查结论）", "候选用地"],
        "规划格局": ["发展轴", "组团", "县（市、区）界"],
        "管控图层": ["永久基本农田"],
        "地形与可用地": ["坝区", "建设适宜性", "可用地占比", "坡度分级"],
    }


def test_paths_are_relative_and_name_what_lies_beside(project):
    sources = [element.text for element in project.iter("datasource")]
    pattern = r"\./(results\.gpkg\|layername=\w+.*|(slope_class|available|suitability_grade)\.tif)"
    assert all(re.fullmatch(pattern, source) for source in sources)
    assert "./results.gpkg|layername=protection|subset=\"role\" = 'pbf'" in sources
    text = ET.tostring(project, encoding="unicode")
    assert not re.search(r'"(/|[A-Z]:|file:)', text)
    assert project.findtext("properties/Paths/Absolute") == "false"


def test_every_layer_has_its_style_and_every_symbol_its_category(project, content):
    layers = project.findall("projectlayers/maplayer")
    assert len(layers) == 11
    for layer in layers:
        assert len(layer.findtext("id")) > 10  # QGIS throws shorter ones away
        if layer.get("type") == "raster":
            assert layer.find("pipe/rasterrenderer") is not None
            continue
        renderer = layer.find("renderer-v2")
        symbols = {symbol.get("name") for symbol in renderer.iter("symbol")}
        used = {category.get("symbol") for category in renderer.iter("category")}
        assert used <= symbols
        assert symbols
    colours = [e.get("color") for e in project.iter("paletteEntry")]
    assert colours[-4:] == [c.colour for c in content.plan.slope_classes.classes]


def test_layouts_name_layers_that_are_there_and_say_the_restriction(project):
    ids = {element.text for element in project.iter("id")}
    layouts = project.findall("Layouts/Layout")
    assert [layout.get("name") for layout in layouts] == [
        "空间结构 A3", "坡度分级 A3", "管控图层 A3", "地块核查 A3",
    ]  # fmt: skip
    for layout in layouts:
        assert {element.text for element in layout.iter("Layer")} <= ids
        words = [item.get("labelText") for item in layout.findall("LayoutItem")]
        assert RESTRICTION.zh in words
        own = {item.get("uuid") for item in layout.findall("LayoutItem")}
        asked = {item.get("mapUuid") for item in layout.findall("LayoutItem")} - {None}
        assert asked < own


def test_legends_of_rasters_do_not_name_the_band(project):
    nodes = list(project.iterfind(".//Layout//layer-tree-layer"))
    said = {node.get("providerKey"): {o.get("name") for o in node.iter("Option")} for node in nodes}
    assert "legend/label-0" in said["gdal"]
    assert "legend/label-0" not in said["ogr"]


def test_secret_layers_and_absent_ones_are_not_in_the_project(content):
    bare = replace(content, protection={}, suitability=None, grades=())
    names = ("counties", "clusters", "axes", "candidates", "parcels", "conflicts")
    text = ET.tostring(opened(qgis_project(bare, lang="en", layers=names)), encoding="unicode")
    assert "layername=protection" not in text
    assert "basins" not in text
    assert "suitability_grade.tif" not in text


def test_equal_content_gives_equal_bytes(content):
    first, second = (qgis_project(content, lang="en", layers=PACKAGE) for _ in range(2))
    assert first == second


def test_hostile_names_stay_text(content):
    nasty = replace(content, protection={"x'\" OR <b>": content.protection["pbf"]})
    project = opened(qgis_project(nasty, lang="zh", layers=PACKAGE))
    sources = [element.text for element in project.iter("datasource")]
    assert "./results.gpkg|layername=protection|subset=\"role\" = 'x''\" OR <b>'" in sources


def test_layout_extent_has_a_round_scale_and_holds_what_it_must():
    west, south, east, north = fitted((0.0, 0.0, 280_000.0, 170_000.0), (310.0, 247.0))
    assert (east - west) / 0.310 == pytest.approx(1_000_000)
    assert west < 0
    assert south < 0
    assert east > 280_000
    assert north > 170_000


# ------------------------------------------------------------------ SLD


def test_sld_has_the_rules_colours_and_filters_of_the_qml(content):
    style = layer_styles(content.plan, lang="zh")["clusters"]
    root = parsed(layer_sld("clusters", style).encode())
    rules = list(root.iter(f"{SLD}Rule"))
    assert [rule.findtext(f"{SLD}Name") for rule in rules] == [
        cluster.name for cluster in content.plan.clusters
    ]
    literals = [rule.findtext(f".//{OGC}Literal") for rule in rules]
    assert literals == [cluster.id for cluster in content.plan.clusters]
    assert {rule.findtext(f".//{OGC}PropertyName") for rule in rules} == {"cluster"}
    fills = [
        parameter.text.upper()
        for parameter in root.iter(f"{SLD}CssParameter")
        if parameter.get("name") == "fill"
    ]
    assert fills == [cluster.colour.upper() for cluster in content.plan.clusters]


def test_sld_of_one_symbol_has_one_rule_without_a_filter(content):
    style = layer_styles(content.plan, lang="en")["counties"]
    root = parsed(layer_sld("counties", style).encode())
    (rule,) = root.iter(f"{SLD}Rule")
    assert rule.find(f"{OGC}Filter") is None
    assert rule.find(f"{SLD}PolygonSymbolizer/{SLD}Stroke") is not None
    assert rule.find(f"{SLD}PolygonSymbolizer/{SLD}Fill") is None  # an outline only
