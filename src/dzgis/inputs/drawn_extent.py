"""Surveyed extents that are drawn: a layer of polygons beside the layer they are about."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dzgis.crs import CGCS2000
from dzgis.inputs.datum_shift import in_cgcs2000
from dzgis.inputs.geometry import geometry_faults
from dzgis.inputs.place import crs_faults, raise_found
from dzgis.inputs.vector import read_table

if TYPE_CHECKING:
    from pathlib import Path

    from dzgis.inputs.datum_shift import DatumShift
    from dzgis.inputs.vector import Table


def drawn_extent(path: Path, layer: str, *, crs: str | None, shift: DatumShift | None) -> Table:
    """
    Read the layer of a file that says where another of its layers was surveyed.

    Parameters
    ----------
    path : Path
    layer : str
        As the register's ``extent_layer`` names it.
    crs : str or None
        CRS of a source that says none.
    shift : DatumShift or None
        Parameters by which coordinates of 西安80 or 北京54 are carried to CGCS2000.

    Returns
    -------
    Table
        Valid polygons in EPSG:4490 or a metric projected CRS; none where nothing was surveyed.

    Raises
    ------
    CRSError, InputError
        With all faults of its CRS and shapes.
    """
    table = in_cgcs2000(read_table(path, layer=layer, crs=crs), shift)
    frame = table.frame
    raise_found(crs_faults(frame.crs, table.where), geometry_faults(frame, table.where))
    if not frame.crs.is_projected and frame.crs != CGCS2000:
        frame = frame.to_crs(CGCS2000)
    return replace(table, frame=frame)
