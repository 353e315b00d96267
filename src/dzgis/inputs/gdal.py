"""Vector files through GDAL: the drivers of the suffix, no network, arcs as short chords."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyogrio
from pyproj import CRS
from pyproj.exceptions import CRSError as ProjError

from dzgis.errors import InputError
from dzgis.inputs.dbf import overflows
from dzgis.inputs.declared import check_complete
from dzgis.inputs.diagnose import record_faults
from dzgis.inputs.encoding import shapefile_encoding
from dzgis.inputs.files import named, sidecar
from dzgis.inputs.gdal_env import GDAL_ERRORS, reading, tell_arcs, unreadable
from dzgis.inputs.guard_sqlite import may_have_curves
from dzgis.inputs.guards import check_format, drivers_for
from dzgis.inputs.log import LOG
from dzgis.inputs.shapefile import is_shapefile
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import geopandas as gpd
    import pyarrow as pa

BATCH_ROWS = 1 << 16
"""Records that a stream gives at a time."""

_MAY_CURVE = {".gdb", ".gml"}
_CURVES = ("CURVEPOLYGON", "MULTISURFACE", "COMPOUNDCURVE", "CIRCULARSTRING", "MULTICURVE")
_HEIGHTS = (" Z", " M", "25D", "2.5D", " ZM")


def gdal_layers(path: Path) -> list[str]:
    """
    Names of the layers that have geometry.

    Raises
    ------
    InputError
        If the bytes are not what the suffix says, or GDAL cannot read them.
    """
    check_format(path)
    try:
        with reading(str(path)):
            layers = pyogrio.list_layers(path.absolute())
    except GDAL_ERRORS as error:
        raise InputError(unreadable(path, error)) from error
    if not len(layers):
        raise InputError(unreadable(path, RuntimeError("0 layers")))
    return [str(name) for name, kind in layers if kind is not None]


def gdal_fields(path: Path, layer: str) -> list[str]:
    """Names of a layer's fields."""
    return [str(name) for name in _info(path, layer)["fields"]]


def gdal_crs(path: Path, layer: str) -> CRS | None:
    """CRS of a layer, None where it has none."""
    said = _info(path, layer)["crs"]
    try:
        return CRS.from_user_input(said) if said else None
    except ProjError as error:
        raise InputError(unreadable(path, error)) from error


def gdal_frame(path: Path, layer: str) -> gpd.GeoDataFrame:
    """
    All records of a layer, arcs as chords, without heights; what was left out is logged.

    Raises
    ------
    InputError
        If it cannot be read; where single records are at fault, all of them are named.
    """
    encoding = shapefile_encoding(path) if is_shapefile(path) else None
    where = named(path, layer if layer != path.stem else None)
    info = _info(path, layer)
    if info["driver"] not in drivers_for(path):
        raise InputError(unreadable(path, RuntimeError(info["driver"])))
    try:
        with reading(where):
            frame = pyogrio.read_dataframe(
                path.absolute(), layer=layer, encoding=encoding, force_2d=True
            )
    except GDAL_ERRORS as error:
        faults = record_faults(path, layer=layer, encoding=encoding)
        raise InputError(*(faults or [unreadable(path, error)])) from error
    check_complete(len(frame), path, layer)
    _tell_changes(info, path, layer, where)
    return frame


def gdal_batches(path: Path, layer: str, field: str) -> Iterator[tuple[pa.Array, pa.Array]]:
    """
    Shapes as well-known binary and the words of one field, some ten thousand records at a time.

    Parameters
    ----------
    path : Path
    layer : str
    field : str
        Empty for none: then there are no words.

    Raises
    ------
    InputError
        If it cannot be read to its end.
    """
    import pyarrow as pa

    encoding = shapefile_encoding(path) if is_shapefile(path) else None
    info = _info(path, layer)
    if info["driver"] not in drivers_for(path):
        raise InputError(unreadable(path, RuntimeError(info["driver"])))
    n_read = 0
    try:
        with (
            reading(named(path, layer)),
            pyogrio.open_arrow(
                path.absolute(),
                layer=layer,
                columns=[field] if field else [],
                encoding=encoding,
                batch_size=BATCH_ROWS,
                use_pyarrow=True,
            ) as (meta, reader),
        ):
            for batch in reader:
                shapes = batch.column(meta["geometry_name"] or "wkb_geometry")
                n_read += len(shapes)
                yield shapes, batch.column(field) if field else pa.nulls(0)
    except (*GDAL_ERRORS, pa.ArrowException) as error:
        raise InputError(unreadable(path, error)) from error
    check_complete(n_read, path, layer)


def has_curves(path: Path, layer: str) -> bool:
    """Whether a layer holds arcs, which batches would give as they are."""
    return _may_curve(path) and _n_curved(path, layer) > 0


def _info(path: Path, layer: str) -> dict[str, Any]:
    encoding = shapefile_encoding(path) if is_shapefile(path) else None
    try:
        with reading(named(path, layer)):
            info: dict[str, Any] = pyogrio.read_info(
                path.absolute(), layer=layer, encoding=encoding
            )
    except GDAL_ERRORS as error:
        raise InputError(unreadable(path, error)) from error
    return info


def _tell_changes(info: dict[str, Any], path: Path, layer: str, where: str) -> None:
    """Log what was made of the records: heights dropped, arcs as chords, numbers unknown."""
    kind = str(info["geometry_type"])
    if any(mark in kind for mark in _HEIGHTS):
        LOG.info(
            Text(
                f"{where}：高程或度量值（{kind}）不参与计算，已去掉",
                f"{where}: heights or measures ({kind}) count for nothing and were dropped",
            )
        )
    if _may_curve(path) and (n := _n_curved(path, layer)):
        tell_arcs(where, n)
    dbf = sidecar(path, ".dbf") if is_shapefile(path) else None
    for fault in overflows(dbf) if dbf is not None else []:
        LOG.warning(fault)


def _may_curve(path: Path) -> bool:
    suffix = path.suffix.lower()
    return suffix in _MAY_CURVE or (suffix == ".gpkg" and may_have_curves(path))


def _n_curved(path: Path, layer: str) -> int:
    """Number of records that GDAL holds as curves."""
    kinds = ", ".join(f"'{kind}'" for kind in _CURVES)
    quoted = layer.replace('"', '\\"')
    asked = f'SELECT FID FROM "{quoted}" WHERE OGR_GEOMETRY IN ({kinds})'  # noqa: S608
    try:
        with reading(named(path, layer)):
            found = pyogrio.read_dataframe(
                path.absolute(), sql=asked, sql_dialect="OGRSQL", read_geometry=False
            )
    except GDAL_ERRORS as error:
        raise InputError(unreadable(path, error)) from error
    return len(found)
