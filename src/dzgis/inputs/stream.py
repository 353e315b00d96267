"""
A layer of any size as a stream of blocks of well-known binary, never whole in memory.

Only shapes and ids are read. What a file's driver cannot stream is read whole instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyogrio
import shapely
from pyproj import CRS

from dzgis.errors import CRSError, InputError, raise_all
from dzgis.inputs.aliases import field_aliases, matching_fields
from dzgis.inputs.files import named, split_source
from dzgis.inputs.place import crs_faults, horizontal
from dzgis.inputs.shapefile import is_shapefile, shapefile_encoding
from dzgis.inputs.vector import choose_layer, field_names, read_table
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import pyarrow as pa

    Source = Callable[[], Iterator[tuple[pa.Array, pa.Array]]]

ROWS = 1 << 16
"""Features a block at most."""
BYTES = 1 << 22
"""Bytes of shapes a block at most, so that blocks are alike in work."""
_STREAMED = {".gpkg", ".shp", ".fgb", ".gdb", ".geojson"}
_PARQUET = {".parquet", ".geoparquet"}


@dataclass(frozen=True)
class Part:
    """
    Consecutive features.

    Attributes
    ----------
    first : int
        Number of the first one in the layer, from 0.
    shapes : pyarrow Array of large_binary
        Well-known binary.
    ids : pyarrow Array of string
    """

    first: int
    shapes: pa.Array
    ids: pa.Array


@dataclass(frozen=True)
class LayerStream:
    """
    A layer to be read once, part by part.

    Attributes
    ----------
    where : str
        How messages call it.
    crs : CRS
        Geographic, or projected in metres; CGCS2000 or WGS 84.
    id_field : str
        Empty where features are called by record number.
    open : callable
        Gives an iterator of shapes and ids, batch by batch.
    """

    where: str
    crs: CRS
    id_field: str
    open: Source

    def parts(self) -> Iterator[Part]:
        """Features in the file's order, in blocks of bounded size."""
        first = 0
        for shapes, ids in self.open():
            names = ids if self.id_field else _numbers(first, len(shapes))
            for start, stop in _cuts(shapes):
                part = slice(start, stop)
                yield Part(first + start, shapes[part], names[part])
            first += len(shapes)


def open_layer_stream(source: Path | str, *, subject: str = "") -> LayerStream:
    """
    Open a layer to be streamed.

    Parameters
    ----------
    source : Path or str
        ``path`` or ``path::LAYER``.
    subject : str
        Key of ``[layers]`` in the alias tables, for files of several layers.

    Raises
    ------
    MissingFileError, CRSError, InputError
        If it cannot be read, or its CRS is missing or unfit. Shapes are looked at as they come.
    """
    path, layer = split_source(source)
    suffix = path.suffix.lower()
    if suffix in _PARQUET:
        return _of_parquet(path)
    if suffix in _STREAMED:
        return _of_driver(path, choose_layer(path, layer, subject=subject))
    table = read_table(path, layer=layer, subject=subject)
    field = _id_field(list(table.frame.columns))

    def whole() -> Iterator[tuple[pa.Array, pa.Array]]:
        import pyarrow as pa

        shapes = shapely.to_wkb(table.frame.geometry.to_numpy())
        ids = table.frame[field].astype(str) if field else []
        yield pa.array(shapes, pa.large_binary()), pa.array(ids, pa.string())

    return _checked(table.where, table.frame.crs, field, whole)


def _of_driver(path: Path, layer: str) -> LayerStream:
    where = named(path, layer if layer != path.stem else None)
    field = _id_field(field_names(path, layer))
    crs = pyogrio.read_info(path, layer=layer)["crs"]
    options = {
        "layer": layer,
        "columns": [field] if field else [],
        "encoding": shapefile_encoding(path) if is_shapefile(path) else None,
        "batch_size": ROWS,
        "use_pyarrow": True,
    }

    def batches() -> Iterator[tuple[pa.Array, pa.Array]]:
        try:
            with pyogrio.open_arrow(path, **options) as (meta, reader):
                shape = meta["geometry_name"] or "wkb_geometry"
                for batch in reader:
                    yield _columns(batch, shape, field)
        except (RuntimeError, OSError, UnicodeDecodeError) as error:
            raise _stopped(where, error) from error

    return _checked(where, CRS.from_user_input(crs) if crs else None, field, batches)


def _of_parquet(path: Path) -> LayerStream:
    import json

    import pyarrow as pa
    import pyarrow.parquet as pq

    from dzgis.inputs.files import check_file

    check_file(path)
    try:
        schema = pq.read_schema(path)
        geo = json.loads((schema.metadata or {})[b"geo"])
        shape = str(geo["primary_column"])
        column = dict(geo["columns"][shape])
    except (pa.ArrowException, OSError, KeyError, ValueError) as error:
        raise _stopped(str(path), error) from error
    if column.get("encoding") != "WKB":
        raise InputError(
            Text(
                f"{path} 的图形编码是 {column.get('encoding')}；流式读取需要 WKB，请重新导出",
                f"{path} holds shapes as {column.get('encoding')}; WKB is required to stream them, "
                "export it again",
            )
        )
    field = _id_field([name for name in schema.names if name != shape])
    # The format's default is longitude and latitude on WGS 84.
    crs = CRS.from_user_input(column["crs"]) if column.get("crs") else CRS.from_epsg(4326)

    def batches() -> Iterator[tuple[pa.Array, pa.Array]]:
        try:
            file = pq.ParquetFile(path)
            for batch in file.iter_batches(ROWS, columns=[shape, *([field] if field else [])]):
                yield _columns(batch, shape, field)
        except (pa.ArrowException, OSError) as error:
            raise _stopped(str(path), error) from error

    return _checked(str(path), None if column.get("crs", "") is None else crs, field, batches)


def _columns(batch: pa.RecordBatch, shape: str, field: str) -> tuple[pa.Array, pa.Array]:
    import pyarrow as pa

    shapes = batch.column(shape).cast(pa.large_binary())
    return shapes, batch.column(field).cast(pa.string()) if field else shapes[:0]


def _checked(where: str, crs: CRS | None, field: str, source: Source) -> LayerStream:
    raise_all(crs_faults(crs, where), CRSError)
    return LayerStream(where, CRS.from_user_input(horizontal(crs)), field, source)


def _id_field(fields: list[str]) -> str:
    """First field that names features, empty where there is none."""
    return next(iter(matching_fields(fields, field_aliases("feature_id"))), "")


def _numbers(first: int, n: int) -> pa.Array:
    import pyarrow as pa

    return pa.array(np.arange(first + 1, first + n + 1)).cast(pa.string())


def _cuts(shapes: pa.Array) -> Iterator[tuple[int, int]]:
    """Where a batch is cut so that no part holds many bytes; a shape stays whole."""
    offsets = np.frombuffer(shapes.buffers()[1], np.int64)
    ends = offsets[shapes.offset + 1 : shapes.offset + len(shapes) + 1] - offsets[shapes.offset]
    start = 0
    while start < len(shapes):
        before = ends[start - 1] if start else 0
        stop = max(int(np.searchsorted(ends, before + BYTES, side="right")), start + 1)
        yield start, stop
        start = stop


def _stopped(where: str, error: Exception) -> InputError:
    return InputError(
        Text(
            f"{where} 读取中断（{error}）；文件已损坏或格式不符，请重新导出",
            f"{where}: reading stops ({error}); the file is damaged or of another format, export "
            "it again",
        )
    )
