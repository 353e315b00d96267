"""The QGIS project that lies beside a result, and styles as QML and SLD."""

from __future__ import annotations

from dzgis.maps.qgis.project import PROJECT, RASTERS, project_bytes

__all__ = ["PROJECT", "RASTERS", "project_bytes"]
