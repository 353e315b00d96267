"""The run manifest (run.json): what a run read, with what, and what it found."""

from __future__ import annotations

import platform
from importlib.metadata import version
from typing import TYPE_CHECKING

from dzgis.stores.texts import write_json

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from pathlib import Path

PACKAGES = ("dzgis", "exactextract", "geopandas", "numba", "numpy", "pyproj", "rasterio", "shapely")


def write_manifest(  # noqa: PLR0913 - the parts of the manifest
    path: Path,
    *,
    command: str,
    parameters: Mapping[str, object],
    inputs: Sequence[Mapping[str, object]],
    outputs: Mapping[str, str],
    summary: Mapping[str, object],
    times: tuple[dt.datetime, dt.datetime],
) -> None:
    """
    Write the manifest.

    Parameters
    ----------
    path : Path
    command : str
        The verb that ran.
    parameters : mapping
        All that decided the result, defaults included.
    inputs : sequence of mapping
        A record an input with path, sha256, crs.
    outputs : mapping of file name to sha256
    summary : mapping
        Figures for machines.
    times : (started, ended)
        The only part that differs between two equal runs on one machine.
    """
    manifest = {
        "command": command,
        "parameters": dict(parameters),
        "inputs": [dict(record) for record in inputs],
        "outputs": dict(outputs),
        "summary": dict(summary),
        "versions": {"python": platform.python_version()} | {p: version(p) for p in PACKAGES},
        "times": {
            "started": times[0].isoformat(timespec="seconds"),
            "ended": times[1].isoformat(timespec="seconds"),
        },
    }
    write_json(manifest, path)
