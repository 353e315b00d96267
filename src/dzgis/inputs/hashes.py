"""The hash by which a run's record knows each of its sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dzgis.database import is_database
from dzgis.inputs.files import file_sha256, split_source

if TYPE_CHECKING:
    from pathlib import Path


def sha256_of(source: Path | str) -> str:
    """
    SHA-256 of a source, as 64 hexadecimal digits.

    Parameters
    ----------
    source : Path or str
        A file, with ``::LAYER`` or without: the whole file counts, an archive as it is packed. A
        folder (``.gdb``) is hashed over the sorted names and contents of its files, a shapefile
        with its sidecars. Of a table of a database the rows count, in any order; see
        `dzgis.inputs.postgis.table_sha256`.

    Returns
    -------
    str

    Raises
    ------
    MissingFileError
        If nothing is at `source`.
    """
    path, layer = split_source(source)
    if is_database(path):
        from dzgis.inputs.postgis import table_sha256

        return table_sha256(path, layer)
    return file_sha256(path)
