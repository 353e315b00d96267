"""Stores (存储): files on disk, each whole or not at all, and the run manifest."""

from dzgis.stores.geopackage import read_layer, write_geopackage
from dzgis.stores.manifest import write_manifest
from dzgis.stores.rasters import read_raster, write_classes, write_percent, write_slope
from dzgis.stores.staging import check_free, staged
from dzgis.stores.texts import write_csv, write_json, write_text

__all__ = [
    "check_free",
    "read_layer",
    "read_raster",
    "staged",
    "write_classes",
    "write_csv",
    "write_geopackage",
    "write_json",
    "write_manifest",
    "write_percent",
    "write_slope",
    "write_text",
]
