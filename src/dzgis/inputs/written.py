"""What was just written, read back as it lies on disk, to be held against its source."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pyogrio

from dzgis.inputs.whole import read_whole

if TYPE_CHECKING:
    import geopandas as gpd


def read_written(path: Path) -> gpd.GeoDataFrame:
    """
    Read back a file of one layer; a DXF as its bare lines.

    Parameters
    ----------
    path : Path
        As the stores wrote it.
    """
    suffix = path.suffix.lower()
    if suffix == ".dxf":
        return pyogrio.read_dataframe(path, columns=[])
    if suffix != ".zip":
        return read_whole(path).table.frame
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
        return read_whole(next(Path(folder).glob("*.shp"))).table.frame
