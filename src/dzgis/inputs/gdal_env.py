"""How GDAL is made to read: nothing is fetched, nothing is run, its warnings go to the log."""

from __future__ import annotations

import re
import sys
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pyogrio
import shapely

from dzgis.inputs.log import LOG
from dzgis.terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

ARC_STEP_DEG = 0.25
"""Angle between two points of an arc; a chord is then off the arc by 2.4 mm per km of radius."""
SETTINGS = {
    "OGR_ARC_STEPSIZE": str(ARC_STEP_DEG),
    "GML_DOWNLOAD_SCHEMA": "NO",
    "GML_SKIP_RESOLVE_ELEMS": "ALL",
    "OGR_SQLITE_PRAGMA": "trusted_schema=OFF",
    "OGR_SQLITE_ALLOW_EXTERNAL_ACCESS": "NO",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
    "SHAPE_RESTORE_SHX": "NO",
}
"""Of GDAL while it reads: nothing is fetched, nothing is run, nothing is written."""
_OF_BUILD = re.compile(r"\S*/vcpkg/\S+(?:, \d+:)? ?")
"""Places in GDAL's source, which its messages may begin with."""
GDAL_ERRORS = (
    RuntimeError,
    TypeError,
    SystemError,
    UnicodeDecodeError,
    ValueError,
    MemoryError,
    OverflowError,
    shapely.errors.GEOSException,
)


@contextmanager
def reading(where: str, more: Mapping[str, str] | None = None) -> Iterator[None]:
    """Set `SETTINGS` and `more`, and turn GDAL's warnings into messages of the log, each once."""
    settings = {**SETTINGS, **(more or {})}
    before = {name: pyogrio.get_gdal_config_option(name) for name in settings}
    pyogrio.set_gdal_config_options(settings)
    try:
        with unheard(), warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            yield
    finally:
        pyogrio.set_gdal_config_options(before)
    for words in dict.fromkeys(str(warning.message) for warning in caught):
        LOG.warning(Text(f"{where}：读取时提示：{words}", f"{where}: said while reading: {words}"))


@contextmanager
def unheard() -> Iterator[None]:
    """
    Keep what the bindings cannot raise from being printed.

    Their log functions fail on messages of GDAL that quote bytes which are not UTF-8; the error
    itself is raised all the same.
    """
    before = sys.unraisablehook
    sys.unraisablehook = _not_printed
    try:
        yield
    finally:
        sys.unraisablehook = before


def _not_printed(_: object) -> None:
    """Print nothing."""


def unreadable(path: Path, error: Exception) -> Text:
    """Say that GDAL cannot read a file, and why."""
    why = _OF_BUILD.sub("", " ".join(str(error).split())) or type(error).__name__
    return Text(
        f"{path} 不是可读的矢量文件，或已损坏（{why}）；请重新导出为 GeoPackage 或 shapefile",
        f"{path} is not a readable vector file, or is damaged ({why}); "
        "export it again as GeoPackage or shapefile",
    )


def tell_arcs(where: str, n_curved: int) -> None:
    """Log that arcs were made chords, and how closely."""
    LOG.warning(
        Text(
            f"{where}：{n_curved} 条记录含圆弧，按每 {ARC_STEP_DEG}° 一点化为折线"
            "（半径 1 km 时偏离不超过 2.4 mm）",
            f"{where}: {n_curved} records have arcs, made lines with a point every "
            f"{ARC_STEP_DEG}° (off by at most 2.4 mm at a radius of 1 km)",
        )
    )
