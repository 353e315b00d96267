"""
A layer of any size as a stream of blocks of well-known binary, never whole in memory.

Only shapes and ids are read. What a file's driver cannot stream is read whole instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

from dzgis.errors import CRSError, raise_all
from dzgis.inputs.aliases import field_aliases, matching_fields
from dzgis.inputs.files import named, split_source
from dzgis.inputs.gdal import BATCH_ROWS, gdal_batches, has_curves
from dzgis.inputs.geoparquet import is_binary, parquet_batches
from dzgis.inputs.given_crs import with_crs
from dzgis.inputs.place import crs_faults, horizontal
from dzgis.inputs.sources import GDAL, GEOPARQUET, called_by_archive, reader_of
from dzgis.inputs.vector import choose, read_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import pyarrow as pa

    from dzgis.inputs.sources import Found
    from dzgis.inputs.vector import Table

    Source = Callable[[], Iterator[tuple[pa.Array, pa.Array]]]

BYTES = 1 << 22
"""Bytes of shapes a block at most, so that blocks are alike in work."""


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


def open_layer_stream(
    source: Path | str, *, subject: str = "", crs: str | None = None
) -> LayerStream:
    """
    Open a layer to be streamed.

    Parameters
    ----------
    source : Path or str
        ``path`` or ``path::LAYER``.
    subject : str
        Key of ``[layers]`` in the alias tables, for files of several layers.
    crs : str, optional
        CRS of a source that says none, e.g. ``EPSG:4543``.

    Raises
    ------
    MissingFileError, CRSError, InputError
        If it cannot be read, or its CRS is missing or unfit. Shapes are looked at as they come.
    """
    path, layer = split_source(source)
    found = choose(path, layer, subject)
    with called_by_archive():
        streamed = _streamed(found)
    if streamed is None:
        return _of_table(read_table(path, layer=layer, subject=subject, crs=crs))
    where = named(path, found.name if found.name != path.stem else None)
    field, batches = streamed
    with called_by_archive():
        said = reader_of(found.file).crs(found.file, found.layer)
    nothing = gpd.GeoDataFrame(geometry=[], crs=said)
    return _checked(where, with_crs(nothing, crs, where).crs, field, batches)


def _streamed(found: Found) -> tuple[str, Source] | None:
    """Field of ids and batches of a layer; None where its reader has none."""
    file, layer = found.file, found.layer
    reader = reader_of(file)
    field = _id_field(reader.fields(file, layer))
    if reader is GEOPARQUET and is_binary(file):
        return field, partial(_called, partial(parquet_batches, file, field, BATCH_ROWS))
    if reader is GDAL and not has_curves(file, layer):
        return field, partial(_called, partial(gdal_batches, file, layer, field))
    return None


def _called(open_batches: Source) -> Iterator[tuple[pa.Array, pa.Array]]:
    """Batches of one type each, faults called by the archive they are in."""
    import pyarrow as pa

    with called_by_archive():
        for shapes, ids in open_batches():
            yield shapes.cast(pa.large_binary()), ids.cast(pa.string())


def _of_table(table: Table) -> LayerStream:
    field = _id_field(list(table.frame.columns))

    def whole() -> Iterator[tuple[pa.Array, pa.Array]]:
        import pyarrow as pa

        shapes = shapely.to_wkb(table.frame.geometry.to_numpy())
        ids = table.frame[field].astype(str) if field else []
        yield pa.array(shapes, pa.large_binary()), pa.array(ids, pa.string())

    return _checked(table.where, table.frame.crs, field, whole)


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
