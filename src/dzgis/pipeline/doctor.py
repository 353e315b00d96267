"""Examination of the environment: what dzgis needs, and whether it is there."""

from __future__ import annotations

import locale
import platform
import shutil
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from dzgis.inputs import sample
from dzgis.pipeline.trial import Trial
from dzgis.terms import Text, default_language

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_CORE: tuple[str, ...] = (
    "geopandas",
    "shapely",
    "pyproj",
    "rasterio",
    "fiona",
    "pyogrio",
    "folium",
)
_CORE += (
    "pydantic",
    "typer",
    "rich",
    "xlsxwriter",
    "rasterstats",
    "exactextract",
    "numpy",
    "pandas",
    "scipy",
)
_SAMPLES = ("counties", "dem", "protection", "parcels")
_MIN_PYTHON = (3, 11)
_GIBIBYTE = 1024**3
_FREE_GIB = 1.0


def examine() -> list[Trial]:
    """Examine Python, packages, CRS database, file drivers, sample data, disk and language."""
    return [
        Trial(
            Text("Python ≥ 3.11", "Python ≥ 3.11"),
            sys.version_info >= _MIN_PYTHON,
            f"{platform.python_version()}, {platform.platform(terse=True)}",
        ),
        *(_package(name) for name in _CORE),
        _tried(Text("坐标系数据库（EPSG:4490、4543）", "CRS database (EPSG:4490, 4543)"), _crs),
        _tried(Text("矢量格式驱动", "vector drivers"), _drivers),
        _tried(Text("COG 驱动", "COG driver"), _cog),
        *(_tried(Text(f"示例数据 {n}", f"sample {n}"), _sample_of(n)) for n in _SAMPLES),
        *_machine(),
    ]


def _package(name: str) -> Trial:
    label = Text(name, name)
    try:
        return Trial(label, passed=True, found=version(name))
    except PackageNotFoundError:
        return Trial(label, passed=False, found="—")


def _tried(name: Text, look: Callable[[], str]) -> Trial:
    try:
        return Trial(name, passed=True, found=look())
    except Exception as error:  # noqa: BLE001 - every fault is reported
        return Trial(name, passed=False, found=f"{type(error).__name__}: {error}")


def _crs() -> str:
    from pyproj import CRS, datadir

    names = [CRS.from_epsg(code).name for code in (4490, 4543)]
    return f"{', '.join(names)} ({datadir.get_data_dir()})"


def _drivers() -> str:
    import pyogrio

    wanted = ("GPKG", "ESRI Shapefile", "GeoJSON", "OpenFileGDB")
    found = pyogrio.list_drivers()
    missing = [name for name in wanted if name not in found]
    if missing:
        raise LookupError(", ".join(missing))
    return f"{', '.join(wanted)} (GDAL {pyogrio.__gdal_version_string__})"


def _cog() -> str:
    import rasterio

    with rasterio.Env() as environment:
        if "COG" not in environment.drivers():
            raise LookupError("COG")
    return f"GDAL {rasterio.__gdal_version__}"


def _sample_of(name: str) -> Callable[[], str]:
    return lambda: str(sample(name))


def _machine() -> Iterator[Trial]:
    free = shutil.disk_usage(Path.cwd()).free / _GIBIBYTE
    yield Trial(Text("当前盘剩余空间", "free disk space"), free >= _FREE_GIB, f"{free:.1f} GiB")
    yield Trial(
        Text("语言", "language"),
        passed=True,
        found=f"{default_language()} ({locale.getlocale()[0]}, {sys.stdout.encoding})",
    )
