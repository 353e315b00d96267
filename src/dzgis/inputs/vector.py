"""Vector sources of any kind to a frame of numbered records, all at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely import GeometryType

from dzgis.crs import crs_name
from dzgis.database import is_database
from dzgis.errors import InputError, listed
from dzgis.inputs.aliases import folded, tables
from dzgis.inputs.files import named, split_source
from dzgis.inputs.given_crs import with_crs
from dzgis.inputs.log import LOG
from dzgis.inputs.place import horizontal
from dzgis.inputs.second_count import check_empty
from dzgis.inputs.sources import Found, called_by_archive, layers_of, reader_of
from dzgis.terms import Text

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

_AREAL = (GeometryType.POLYGON.value, GeometryType.MULTIPOLYGON.value)


@dataclass(frozen=True)
class Table:
    """
    One layer of a file as it was read.

    Attributes
    ----------
    frame : GeoDataFrame
        All fields, geometry without heights, as the file has them; the index is the record
        number, counted from 1.
    where : str
        How messages call it: ``path::layer``.
    layer : str
    """

    frame: gpd.GeoDataFrame
    where: str
    layer: str


def spatial_layers(path: Path) -> list[str]:
    """
    Names of the layers of a source that have geometry.

    Raises
    ------
    InputError
        If it is missing, empty, damaged, hostile, of no known format, or has no such layer.
    """
    return [found.name for found in layers_of(path)]


def field_names(path: Path, layer: str) -> list[str]:
    """Names of a layer's fields."""
    found = choose(path, layer, "")
    with called_by_archive():
        return reader_of(found.file).fields(found.file, found.layer)


def choose_layer(path: Path, layer: str | None, *, subject: str = "") -> str:
    """
    Layer to read: the one asked for, the only one, or the one named after `subject`.

    Parameters
    ----------
    path : Path
    layer : str, optional
    subject : str
        Key of ``[layers]`` in the alias tables, e.g. ``counties``.

    Raises
    ------
    InputError
        If the layer does not exist, or none or several would do.
    """
    return choose(path, layer, subject).name


def choose(path: Path, layer: str | None, subject: str) -> Found:
    """Layer to read and where it is; see `choose_layer`."""
    found = layers_of(path)
    if layer is not None:
        fits = [one for one in found if one.name == layer] or _alike(path, found, layer)
    else:
        wanted = set(map(folded, tables()["layers"].get(subject, [])))
        fits = found if len(found) == 1 else [one for one in found if _last(path, one) in wanted]
    if len(fits) == 1:
        return fits[0]
    asked = f" {layer} " if layer is not None else ""
    shown, names = named(path), listed(one.name for one in found)
    raise InputError(
        Text(
            f"{shown} 中无法确定要读的图层{asked}；现有图层：{names}；请写成 路径::图层名",
            f"no single layer{asked or ' '}to read in {shown}; its layers are: {names}; "
            "write path::LAYER",
        )
    )


def _alike(path: Path, found: list[Found], layer: str) -> list[Found]:
    """Layers of that name but for its case and width; of a database, of that table anywhere."""
    fits = [one for one in found if folded(one.name) == folded(layer)]
    return fits or [one for one in found if _last(path, one) == folded(layer)]


def _last(path: Path, found: Found) -> str:
    """Name of a layer without the schema that a database puts before it."""
    name = found.name.partition(".")[2] if is_database(path) else found.name
    return folded(name)


def read_table(
    path: Path, *, layer: str | None = None, subject: str = "", crs: str | None = None
) -> Table:
    """
    Read one layer with all its fields.

    Parameters
    ----------
    path : Path
        A vector file, an archive of them, or a database; ``path::LAYER`` names the layer.
    layer : str, optional
        By default the only one, or the one named after `subject`.
    subject : str
        Key of ``[layers]`` in the alias tables.
    crs : str, optional
        CRS of a source that says none, e.g. ``EPSG:4543``.

    Raises
    ------
    InputError
        If it cannot be read; where single records are at fault, all of them are named.
    CRSError
        If the source says another CRS than `crs`.
    """
    file, inside = split_source(path)
    found = choose(file, layer or inside, subject)
    where = named(file, found.name if found.name != file.stem else None)
    with called_by_archive():
        frame = reader_of(found.file).frame(found.file, found.layer)
        if frame.empty:
            check_empty(found.file, found.layer)
    numbered = gpd.GeoDataFrame(
        frame.set_axis(pd.RangeIndex(1, len(frame) + 1, name="record"), axis=0)
    )
    if frame.crs is not None:
        numbered = numbered.set_crs(horizontal(frame.crs), allow_override=True)
    return Table(with_crs(_areal(numbered, where), crs, where), where, found.name)


def _areal(frame: gpd.GeoDataFrame, where: str) -> gpd.GeoDataFrame:
    """Frame in which collections of nothing but polygons are multi-polygons."""
    shapes = frame.geometry.to_numpy()
    kinds = shapely.get_type_id(shapes)
    mixed = np.flatnonzero(kinds == GeometryType.GEOMETRYCOLLECTION.value)
    joined = {int(row): found for row in mixed if (found := _joined(shapes[row])) is not None}
    if not joined:
        return frame
    made: npt.NDArray[np.object_] = shapes.copy()
    for row, shape in joined.items():
        made[row] = shape
    LOG.info(
        Text(
            f"{where}：{len(joined)} 条记录是只含面的几何集合，按多部件面处理",
            f"{where}: {len(joined)} records are collections of polygons only, taken for "
            "multi-polygons",
        )
    )
    return gpd.GeoDataFrame(frame.set_geometry(made, crs=frame.crs))


def _joined(collection: shapely.Geometry) -> shapely.MultiPolygon | None:
    """Multi-polygon of all parts; None where a part is no polygon, or there is none."""
    parts = shapely.get_parts(shapely.get_parts(collection))
    if not len(parts) or not np.isin(shapely.get_type_id(parts), _AREAL).all():
        return None
    return shapely.MultiPolygon(list(parts))


def source_crs(source: Path | str) -> str:
    """Name of the CRS in which a layer lies on disk, e.g. ``EPSG:4326``; empty for none."""
    path, layer = split_source(source)
    found = choose(path, layer, "")
    with called_by_archive():
        crs = reader_of(found.file).crs(found.file, found.layer)
    return crs_name(crs) if crs else ""
