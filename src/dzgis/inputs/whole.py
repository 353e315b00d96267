"""Any source as a table that loses nothing: integers with blanks stay integers, dates dates."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, NamedTuple

import geopandas as gpd
import pandas as pd
import pyogrio
import pyogrio.errors

from dzgis.database import is_database
from dzgis.inputs.files import split_source
from dzgis.inputs.parcel_fields import words_of
from dzgis.inputs.shapefile import is_shapefile
from dzgis.inputs.txt_table import txt_table
from dzgis.inputs.vector import Table, choose, read_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyarrow as pa

    from dzgis.inputs.sources import Found

_PARQUET = {".parquet", ".geoparquet"}
_ANY_BYTES = "ISO-8859-1"
"""Reads any name of a field; columns are then told by their position."""
_OTHERS = {".dxf"}
"""Their layers are not those of GDAL."""
_KML = {".kml", ".kmz"}
_OF_THE_KML_DRIVER = (
    "id",
    "Name",
    "description",
    "timestamp",
    "begin",
    "end",
    "altitudeMode",
    "tessellate",
    "extrude",
    "visibility",
    "drawOrder",
    "icon",
    "snippet",
)
"""Columns that GDAL gives to every KML."""
_NOTHING_SAID = {"", "0", "-1"}
_MADE_EXACT = {"OFTInteger", "OFTInteger64", "OFTDate"}


class Whole(NamedTuple):
    """
    A source as it was read.

    Attributes
    ----------
    table : Table
    has_heights : bool
        Whether the source has heights or measures, which are not read.
    """

    table: Table
    has_heights: bool = False


def read_whole(source: Path | str, *, layer: str | None = None) -> Whole:
    """
    Read one layer of any source with all its fields, as exactly as the source holds them.

    Parameters
    ----------
    source : Path or str
        A file, ``file::LAYER``, or whatever else `read_table` takes.
    layer : str, optional
        By default the one that `source` names, the only one, or the one named like parcels.

    Returns
    -------
    Whole
        Integers with blanks as pandas' nullable integers, dates as dates.

    Raises
    ------
    MissingFileError, InputError
    """
    path, named = split_source(source)
    if path.suffix.lower() == ".txt" and not is_database(path):
        return Whole(txt_table(path))
    found = choose(path, layer or named, "parcels")
    table = read_table(path, layer=found.name)
    if found.file.suffix.lower() in _PARQUET:
        return _parquet(table, found.file)
    if found.file.suffix.lower() in _OTHERS:
        return Whole(table)
    info = _info(found.file, found.layer)
    if info is None:
        return Whole(table)
    kind = str(info["geometry_type"] or "")
    has_heights = kind.endswith(("Z", "M")) or kind.startswith("2.5D")
    exact = gpd.GeoDataFrame(table.frame.assign(**dict(_exact(table, found, info))))
    if found.file.suffix.lower() in _KML:
        exact = exact.drop(columns=_driver_columns(table))
    return Whole(Table(exact, table.where, table.layer), has_heights)


def _driver_columns(table: Table) -> list[str]:
    """Columns that GDAL adds to a KML and that say nothing."""
    made = {f"{table.layer}.{number}" for number in table.frame.index}
    return [
        name
        for name in _OF_THE_KML_DRIVER
        if name in table.frame.columns
        and set(words_of(table, name)) <= (made if name == "id" else _NOTHING_SAID)
    ]


def _parquet(table: Table, file: Path) -> Whole:
    """Heights are told by the shapes as they lie in the file, which the reader has passed."""
    shapes = gpd.read_parquet(file.absolute(), columns=[table.frame.geometry.name]).geometry
    return Whole(table, bool(shapes.has_z.any()))


def _info(path: Path, layer: str) -> dict[str, Any] | None:
    """What GDAL says of a layer; None for sources that GDAL does not open by themselves."""
    if not path.exists():
        return None
    encoding = _ANY_BYTES if is_shapefile(path) else None
    with contextlib.suppress(pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError):
        return dict(pyogrio.read_info(path, layer=layer, encoding=encoding))
    return None


def _exact(
    table: Table, found: Found, info: dict[str, Any]
) -> Iterator[tuple[str, pd.Series[Any]]]:
    """Columns of the table that pandas made inexact, read again."""
    columns = [str(c) for c in table.frame.columns if c != table.frame.geometry.name]
    if len(columns) != len(info["fields"]):
        return
    wanted = {
        str(field): column
        for field, column, kind in zip(info["fields"], columns, info["ogr_types"], strict=True)
        if kind in _MADE_EXACT and not _is_exact(table.frame[column])
    }
    if not wanted:
        return
    cells: pa.Table = pyogrio.read_arrow(
        found.file,
        layer=found.layer,
        columns=list(wanted),
        read_geometry=False,
        encoding=_ANY_BYTES if is_shapefile(found.file) else None,
    )[1]
    for field, column in wanted.items():
        values = cells.column(field).to_pandas(types_mapper=_nullable, date_as_object=True)
        yield column, values.set_axis(table.frame.index)


def _is_exact(column: pd.Series[Any]) -> bool:
    return pd.api.types.is_integer_dtype(column) or pd.api.types.is_bool_dtype(column)


def _nullable(kind: pa.DataType) -> Any:  # noqa: ANN401 - pandas calls it so
    """Nullable type of pandas for an Arrow type, None for pandas' own choice."""
    import pyarrow as pa

    known = {
        pa.int16(): pd.Int16Dtype(),
        pa.int32(): pd.Int32Dtype(),
        pa.int64(): pd.Int64Dtype(),
        pa.bool_(): pd.BooleanDtype(),
    }
    return known.get(kind)
