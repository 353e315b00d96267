"""
Run by QGIS's own Python: opens a project and reports, as JSON, what QGIS makes of it.

``python3 qgis_check.py PROJECT FONTS OUT``: OUT gets a picture of each layout.
"""

import json
import os
import sys
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from qgis.core import (
    QgsApplication,
    QgsLayoutExporter,
    QgsLayoutItemLegend,
    QgsLayoutItemMap,
    QgsLayoutItemScaleBar,
    QgsProject,
)
from qgis.PyQt.QtGui import QFontDatabase


def legend_of(layer):
    """Labels of the layer's legend."""
    tree = QgsProject.instance().layerTreeRoot().findLayer(layer.id())
    from qgis.core import QgsLayerTreeModel

    model = QgsLayerTreeModel(QgsProject.instance().layerTreeRoot())
    return [node.data(0) for node in model.layerLegendNodes(tree)]


def main(project, fonts, out):
    app = QgsApplication([], False)
    app.initQgis()
    for face in sorted(Path(fonts).glob("*.?tf")):
        QFontDatabase.addApplicationFont(str(face))
    opened = QgsProject.instance()
    read = opened.read(str(project))
    root = opened.layerTreeRoot()
    report = {
        "read": read,
        "error": opened.error(),
        "title": opened.title(),
        "crs": opened.crs().authid(),
        "groups": {
            group.name(): [node.name() for node in group.findLayers()]
            for group in root.findGroups()
        },
        "layers": {},
        "layouts": {},
    }
    for layer in opened.mapLayers().values():
        vector = layer.type() == 0
        report["layers"][layer.name()] = {
            "valid": layer.isValid(),
            "crs": layer.crs().authid(),
            "n": layer.featureCount() if vector else -1,
            "renderer": layer.renderer().type(),
            "labels": bool(vector and layer.labelsEnabled()),
            "legend": legend_of(layer),
        }
    for layout in opened.layoutManager().layouts():
        kinds = [type(item).__name__ for item in layout.items()]
        maps = [item for item in layout.items() if isinstance(item, QgsLayoutItemMap)]
        settings = QgsLayoutExporter.ImageExportSettings()
        settings.dpi = 100
        picture = Path(out) / f"{layout.name()}.png"
        result = QgsLayoutExporter(layout).exportToImage(str(picture), settings)
        report["layouts"][layout.name()] = {
            "kinds": kinds,
            "scale": maps[0].scale(),
            "layers": [one.name() for one in maps[0].layers()],
            "exported": result == QgsLayoutExporter.Success,
            "linked": [
                item.linkedMap() is not None
                for item in layout.items()
                if isinstance(item, QgsLayoutItemLegend | QgsLayoutItemScaleBar)
            ],
        }
    (Path(out) / "report.json").write_text(json.dumps(report, ensure_ascii=False), "utf-8")


main(*sys.argv[1:])
os._exit(0)  # QGIS's own destructors crash without a display
