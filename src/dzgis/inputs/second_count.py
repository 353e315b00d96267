"""A layer that was read as empty is counted once more, by another library: absent is not empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dzgis.errors import ContradictionError
from dzgis.inputs.gdal_env import SETTINGS, unheard
from dzgis.inputs.sources import GDAL, GEOPARQUET, reader_of

if TYPE_CHECKING:
    from pathlib import Path


def check_empty(file: Path, layer: str) -> None:
    """
    Make sure that a layer without a record has none.

    Raises
    ------
    ContradictionError
        If another library finds records in it.
    """
    n = _count(file, layer)
    if n > 0:
        raise ContradictionError(f"{file}::{layer} was read as empty, but has {n} records")


def _count(file: Path, layer: str) -> int:
    reader = reader_of(file)
    if reader == GEOPARQUET:
        from pyarrow import parquet

        return int(parquet.read_metadata(file).num_rows)
    return _counted_by_fiona(file, layer) if reader == GDAL else 0


def _counted_by_fiona(file: Path, layer: str) -> int:
    """Records of a layer; 0 where this library cannot tell, as of an empty KML."""
    import fiona
    import fiona.errors

    try:
        with (
            unheard(),
            fiona.Env(**SETTINGS),
            fiona.open(file.absolute(), layer=layer, allow_unsupported_drivers=True) as records,
        ):
            return len(records)
    except (fiona.errors.FionaError, ValueError):
        return 0
