"""QGIS itself opens the project: all layers valid, styles applied, layouts exported.

Needs QGIS ≥ 3.22 with its Python (Debian: ``qgis python3-qgis``); ``make qgis`` runs it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import geopandas as gpd
import pytest
from builders_maps import sample_content

from dzgis import stores
from dzgis.crs import CGCS2000
from dzgis.fonts import fonts_folder
from dzgis.maps import layer_sld, layer_styles, qgis_project

CHECK = Path(__file__).with_name("qgis_check.py")
PYTHON = "/usr/bin/python3"


def qgis_there():
    if not Path(PYTHON).exists():
        return False
    done = subprocess.run([PYTHON, "-c", "import qgis.core"], capture_output=True, check=False)
    return done.returncode == 0


pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not qgis_there(), reason="QGIS is not installed: apt-get install qgis python3-qgis"
    ),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Files of a result as `run` writes them, of the shipped sample's shapes."""
    import datetime as dt

    content = sample_content()
    out = tmp_path_factory.mktemp("result")
    basins = gpd.GeoDataFrame(
        {"basin_id": ["B1"], "name": [""]}, geometry=content.counties.geometry[:1], crs=CGCS2000
    )
    rows = [frame.assign(role=role) for role, frame in content.protection.items()]
    layers = {
        "counties": content.counties,
        "clusters": content.clusters,
        "axes": content.axes,
        "protection": rows[0].reset_index(drop=True),
        "candidates": content.parcels[["name", "geometry"]].rename_axis("candidate_id"),
        "basins": basins,
        "parcels": content.parcels[["name", "verdict", "geometry"]].rename_axis("parcel_id"),
        "conflicts": content.conflicts.rename_axis("parcel_id"),
    }
    styles = layer_styles(content.plan, lang="zh")
    slds = {name: layer_sld(name, style) for name, style in styles.items()}
    stores.write_geopackage(
        layers,
        out / "results.gpkg",
        lang="zh",
        date=dt.date(2020, 12, 31),
        styles=styles,
        slds=slds,
    )
    classes = content.plan.slope_classes
    stores.write_classes(content.slope_class, classes, out / "slope_class.tif", lang="zh")
    stores.write_percent(content.available, out / "available.tif", word=stores.AVAILABLE, lang="zh")
    shutil.copy(out / "slope_class.tif", out / "suitability_grade.tif")
    (out / "project.qgz").write_bytes(qgis_project(content, lang="zh", layers=tuple(layers)))
    return out


@pytest.fixture(scope="module")
def report(folder, tmp_path_factory):
    moved = tmp_path_factory.mktemp("elsewhere") / "结果 副本"
    shutil.copytree(folder, moved)  # what a colleague gets
    pictures = tmp_path_factory.mktemp("layouts")
    subprocess.run(
        [PYTHON, CHECK, moved / "project.qgz", fonts_folder(), pictures],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    return json.loads((pictures / "report.json").read_text("utf-8")) | {"pictures": pictures}


def test_it_opens_and_all_layers_are_valid_after_the_folder_was_moved(report):
    assert report["read"] is True
    assert report["error"] == ""
    assert report["crs"] == "EPSG:4543"
    assert len(report["layers"]) == 11
    assert [name for name, layer in report["layers"].items() if not layer["valid"]] == []
    assert {layer["crs"] for layer in report["layers"].values()} == {"EPSG:4490"}


def test_groups_have_chinese_names(report):
    assert list(report["groups"]) == ["地块", "规划格局", "管控图层", "地形与可用地"]


def test_styles_are_applied(report):
    layers = report["layers"]
    assert layers["组团"]["renderer"] == "categorizedSymbol"
    assert layers["组团"]["legend"][0] == "安宁组团"
    assert layers["发展轴"]["legend"] == ["东西发展轴", "南北发展轴"]
    assert layers["坡度分级"]["renderer"] == "paletted"
    assert "坡地（>15°，≤25°）" in layers["坡度分级"]["legend"]
    assert layers["永久基本农田"]["n"] == 9
    assert layers["地块（核查结论）"]["labels"] is True


def test_layouts_are_exported_at_a_round_scale(report):
    assert list(report["layouts"]) == ["空间结构 A3", "坡度分级 A3", "管控图层 A3", "地块核查 A3"]
    for name, layout in report["layouts"].items():
        assert layout["exported"], name
        assert layout["scale"] == pytest.approx(1_000_000, rel=0.001)
        assert layout["linked"] == [True, True]
        assert layout["layers"]
        assert (report["pictures"] / f"{name}.png").stat().st_size > 20_000


def test_the_package_s_own_default_style_is_found(folder):
    """A layer dragged out of results.gpkg, without the project, is styled too."""
    code = (
        "import os,sys; os.environ['QT_QPA_PLATFORM']='offscreen'\n"
        "from qgis.core import *\n"
        "app=QgsApplication([],False); app.initQgis()\n"
        "v=QgsVectorLayer(sys.argv[1]+'|layername=clusters','x','ogr')\n"
        "print(v.renderer().type(), len(v.renderer().categories())); os._exit(0)\n"
    )
    path = str(folder / "results.gpkg")
    code = code.replace("os._exit", "sys.stdout.flush(); os._exit")
    done = subprocess.run([PYTHON, "-c", code, path], capture_output=True, text=True, check=True)
    assert "categorizedSymbol 8" in done.stdout
