"""The QGIS project that lies beside a result, and styles as SLD."""

from __future__ import annotations

from dzgis.maps.qgis.project import PROJECT, RASTERS, project_bytes
from dzgis.maps.qgis.sld import sld_of

__all__ = ["PROJECT", "RASTERS", "project_bytes", "sld_of"]
